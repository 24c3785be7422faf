//! `assay.toml`: what a package says of itself.

use crate::PackageError;
use assay_primitives::{
	ComputeUnits, DataType, NumericProfile, TensorSpec,
	model::{MaxNameLength, MaxTags, MaxTensors, MaxText, is_valid_label},
	tensor::{Dimension, MaxRank, MaxTensorName},
};
use serde::Deserialize;
use sp_core::Get;
use std::collections::BTreeSet;

/// Name of the file.
pub const CONFIG_FILE: &str = "assay.toml";
/// Longest `assay.toml` in bytes.
pub(crate) const MAX_CONFIG: u64 = 256 << 10;
/// Memory that a run may use, in bytes, when the package does not say.
pub const DEFAULT_MEMORY_LIMIT: u64 = 1 << 30;
/// Longest description in bytes.
const MAX_DESCRIPTION: usize = 4096;
/// Most elements of a fixed dimension.
const MAX_DIMENSION: u32 = i32::MAX as u32;

/// Most graphs, and most data files, of a program.
const MAX_FILES: usize = 64;

/// What answers requests. Files are named by their paths in the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
	/// One ONNX graph, whose inputs and outputs are the package's.
	Graph {
		/// The ONNX file.
		graph: String,
	},
	/// A WebAssembly program.
	Program {
		/// The WebAssembly file.
		program: String,
		/// ONNX files that the program may run.
		graphs: Vec<String>,
		/// Files that the program may read.
		files: Vec<String>,
	},
}

impl Kind {
	/// Every file that running the package takes, `assay.toml` excepted.
	pub fn paths(&self) -> impl Iterator<Item = &str> {
		let (first, graphs, files) = match self {
			Self::Graph { graph } => (graph, &[][..], &[][..]),
			Self::Program { program, graphs, files } => (program, &graphs[..], &files[..]),
		};
		std::iter::once(first).chain(graphs).chain(files).map(String::as_str)
	}
}

/// A checked `assay.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageConfig {
	/// Suggested name on the chain.
	pub name: String,
	/// What answers requests.
	pub kind: Kind,
	/// What a request must give; for a graph in its order.
	pub inputs: Vec<TensorSpec>,
	/// What an answer holds, in this order.
	pub outputs: Vec<TensorSpec>,
	/// Definition of the float results.
	pub profile: NumericProfile,
	/// Most work one request may cause.
	pub compute_limit: ComputeUnits,
	/// Most bytes of tensors, and of a program's memory, that a run may hold at once; beyond it the outcome is
	/// [`OutOfMemory`](assay_primitives::Outcome::OutOfMemory). Part of the package, so every worker agrees on it.
	pub memory_limit: u64,
	/// What it is for, such as `image-classification`.
	pub task: String,
	/// SPDX licence expression.
	pub licence: String,
	/// Words to find it by.
	pub tags: Vec<String>,
	/// For people.
	pub description: String,
	/// Names of the classes that the elements of the first output's last axis stand for; empty for other models.
	pub classes: Vec<String>,
}

impl PackageConfig {
	/// Reads and checks the text of an `assay.toml`.
	pub fn parse(text: &[u8]) -> Result<Self, PackageError> {
		let invalid = |problem: String| PackageError::invalid(CONFIG_FILE, problem);
		let text = std::str::from_utf8(text)
			.map_err(|error| invalid(format!("is not UTF-8 ({error}): save it as UTF-8")))?;
		let raw: Raw = toml::from_str(text).map_err(|error| invalid(error.to_string()))?;
		raw.check().map_err(invalid)
	}
}

/// The file as written. Unknown keys are errors, so that a misspelt limit is not silently a default.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
	name: String,
	kind: RawKind,
	graph: Option<String>,
	program: Option<String>,
	graphs: Option<Vec<String>>,
	files: Option<Vec<String>>,
	profile: Profile,
	compute_limit: ComputeUnits,
	memory_limit: Option<u64>,
	task: String,
	licence: String,
	#[serde(default)]
	tags: Vec<String>,
	#[serde(default)]
	description: String,
	#[serde(default)]
	classes: Vec<String>,
	inputs: Vec<RawTensor>,
	outputs: Vec<RawTensor>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawKind {
	Graph,
	Program,
}

#[derive(Deserialize)]
enum Profile {
	#[serde(rename = "strict-f32-v1")]
	StrictF32V1,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTensor {
	name: String,
	data_type: RawDataType,
	dims: Vec<RawDimension>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawDataType {
	F32,
	U8,
	I8,
	U16,
	I16,
	I32,
	I64,
	Bool,
	F16,
	F64,
	U32,
	U64,
	Bf16,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a dimension is a number of elements or \"any\"")]
enum RawDimension {
	Fixed(u32),
	Any(AnyWord),
}

#[derive(Deserialize)]
enum AnyWord {
	#[serde(rename = "any")]
	Any,
}

impl Raw {
	fn check(mut self) -> Result<PackageConfig, String> {
		let kind = self.kind()?;
		let label = self.name.as_bytes();
		if label.len() > bound::<MaxNameLength>() || !is_valid_label(label) {
			return Err(format!(
				"name = {:?}: use at most {} lower-case letters, digits, `-`, `_` and `.`, starting with a letter or digit",
				self.name,
				bound::<MaxNameLength>()
			));
		}
		if self.compute_limit == 0 {
			return Err("compute_limit = 0 permits no work: give the compute units of the largest run".into());
		}
		if self.memory_limit == Some(0) {
			return Err("memory_limit = 0 permits no tensor: give bytes, or leave it out for 1 GiB".into());
		}
		text("task", &self.task, 1, bound::<MaxText>())?;
		text("licence", &self.licence, 1, bound::<MaxText>())?;
		text("description", &self.description, 0, MAX_DESCRIPTION)?;
		if self.tags.len() > bound::<MaxTags>() {
			return Err(format!(
				"tags: {} are too many, keep at most {}",
				self.tags.len(),
				bound::<MaxTags>()
			));
		}
		self.tags.iter().try_for_each(|tag| text("tags", tag, 1, bound::<MaxNameLength>()))?;
		Ok(PackageConfig {
			name: self.name,
			kind,
			inputs: tensors("inputs", self.inputs)?,
			outputs: tensors("outputs", self.outputs)?,
			profile: match self.profile {
				Profile::StrictF32V1 => NumericProfile::StrictF32V1,
			},
			compute_limit: self.compute_limit,
			memory_limit: self.memory_limit.unwrap_or(DEFAULT_MEMORY_LIMIT),
			task: self.task,
			licence: self.licence,
			tags: self.tags,
			description: self.description,
			classes: self.classes,
		})
	}

	/// The keys that belong to the kind, and no others.
	fn kind(&mut self) -> Result<Kind, String> {
		let (graph, program) = (self.graph.take(), self.program.take());
		let (graphs, files) = (self.graphs.take(), self.files.take());
		let kind = match (self.kind, graph, program) {
			(RawKind::Graph, Some(graph), None) if graphs.is_none() && files.is_none() => {
				Kind::Graph { graph }
			}
			(RawKind::Graph, ..) => {
				return Err("kind = \"graph\" takes graph = \"FILE\", and no program, graphs or files".into());
			}
			(RawKind::Program, None, Some(program)) => Kind::Program {
				program,
				graphs: file_list("graphs", graphs)?,
				files: file_list("files", files)?,
			},
			(RawKind::Program, ..) => {
				return Err("kind = \"program\" takes program = \"FILE\", graphs = [\"FILE\", …] and files = [\"FILE\", …], \
				            and no graph"
					.into());
			}
		};
		let mut paths = BTreeSet::new();
		let twice = kind.paths().find(|path| !paths.insert(path.to_string())).map(String::from);
		match twice {
			None => Ok(kind),
			Some(path) => Err(format!("{path:?} is listed twice, delete one")),
		}
	}
}

fn file_list(key: &str, list: Option<Vec<String>>) -> Result<Vec<String>, String> {
	let list = list.unwrap_or_default();
	if list.len() <= MAX_FILES {
		Ok(list)
	} else {
		Err(format!("{key}: {} files are too many, keep at most {MAX_FILES}", list.len()))
	}
}

fn bound<Bound: Get<u32>>() -> usize {
	Bound::get() as usize
}

fn text(key: &str, value: &str, least: usize, most: usize) -> Result<(), String> {
	if (least..=most).contains(&value.len()) && !value.chars().any(|c| c.is_control() && c != '\n') {
		Ok(())
	} else {
		Err(format!("{key} = {value:?}: write {least} to {most} bytes without control characters"))
	}
}

fn tensors(key: &str, raw: Vec<RawTensor>) -> Result<Vec<TensorSpec>, String> {
	if raw.is_empty() || raw.len() > bound::<MaxTensors>() {
		return Err(format!("{key}: declare 1 to {} tensors, not {}", bound::<MaxTensors>(), raw.len()));
	}
	let mut names = BTreeSet::new();
	raw.into_iter()
		.map(|tensor| {
			if !names.insert(tensor.name.clone()) {
				return Err(format!("{key}: {:?} is declared twice, delete one", tensor.name));
			}
			tensor.check().map_err(|problem| format!("{key}: {problem}"))
		})
		.collect()
}

impl RawTensor {
	fn check(self) -> Result<TensorSpec, String> {
		text("name", &self.name, 1, bound::<MaxTensorName>())?;
		let dims = self.dims.into_iter().map(RawDimension::check).collect::<Result<Vec<_>, _>>()?;
		let rank = dims.len();
		Ok(TensorSpec {
			name: self.name.into_bytes().try_into().map_err(|_| "name is too long")?,
			data_type: self.data_type.into(),
			dims: dims.try_into().map_err(|_| {
				format!("{rank} dimensions are too many, keep at most {}", bound::<MaxRank>())
			})?,
		})
	}
}

impl RawDimension {
	fn check(self) -> Result<Dimension, String> {
		match self {
			Self::Any(AnyWord::Any) => Ok(Dimension::Any),
			Self::Fixed(size) if size <= MAX_DIMENSION => Ok(Dimension::Fixed(size)),
			Self::Fixed(size) => Err(format!("a dimension of {size} is more than {MAX_DIMENSION}")),
		}
	}
}

impl From<RawDataType> for DataType {
	fn from(raw: RawDataType) -> Self {
		match raw {
			RawDataType::F32 => Self::F32,
			RawDataType::U8 => Self::U8,
			RawDataType::I8 => Self::I8,
			RawDataType::U16 => Self::U16,
			RawDataType::I16 => Self::I16,
			RawDataType::I32 => Self::I32,
			RawDataType::I64 => Self::I64,
			RawDataType::Bool => Self::Bool,
			RawDataType::F16 => Self::F16,
			RawDataType::F64 => Self::F64,
			RawDataType::U32 => Self::U32,
			RawDataType::U64 => Self::U64,
			RawDataType::Bf16 => Self::Bf16,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const GOOD: &str = r#"
		name = "digits"
		kind = "graph"
		graph = "model.onnx"
		profile = "strict-f32-v1"
		compute_limit = 1000000
		task = "image-classification"
		licence = "Apache-2.0"
		tags = ["vision", "small"]
		classes = ["zero", "one"]

		[[inputs]]
		name = "image"
		data_type = "f32"
		dims = ["any", 1, 8, 8]

		[[outputs]]
		name = "logits"
		data_type = "f32"
		dims = ["any", 10]
	"#;

	fn problem(text: &str) -> String {
		PackageConfig::parse(text.as_bytes()).unwrap_err().to_string()
	}

	#[test]
	fn parse_should_fill_defaults_when_optional_keys_are_absent() {
		let config = PackageConfig::parse(GOOD.as_bytes()).unwrap();
		assert_eq!(config.memory_limit, DEFAULT_MEMORY_LIMIT);
		assert_eq!(config.description, "");
		assert_eq!(config.inputs[0].dims[..2], [Dimension::Any, Dimension::Fixed(1)]);
		assert_eq!(config.outputs[0].data_type, DataType::F32);
	}

	#[test]
	fn parse_should_name_key_and_remedy_when_value_is_not_permitted() {
		let cases = [
			("name = \"digits\"", "name = \"Digits\"", "lower-case"),
			("name = \"digits\"", &format!("name = {:?}", "x".repeat(33)), "at most 32"),
			("kind = \"graph\"", "kind = \"network\"", "`graph` or `program`"),
			("kind = \"graph\"", "kind = \"program\"", "takes program"),
			("graph = \"model.onnx\"", "program = \"program.wasm\"", "takes graph"),
			("task = ", "files = [\"a\"]\ntask = ", "no program, graphs or files"),
			("strict-f32-v1", "fast", "strict-f32-v1"),
			("compute_limit = 1000000", "compute_limit = 0", "permits no work"),
			("compute_limit = 1000000", "compute_limit = -1", "invalid value"),
			("compute_limit = 1000000", "compute_limits = 5", "unknown field `compute_limits`"),
			("task = ", "memory_limit = 0\ntask = ", "permits no tensor"),
			("licence = \"Apache-2.0\"", "licence = \"\"", "licence"),
			("[\"vision\", \"small\"]", "[1]", "string"),
			("\"small\"", "\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\"", "at most 8"),
			("[\"any\", 1, 8, 8]", "[\"batch\", 1]", "\"any\""),
			("[\"any\", 1, 8, 8]", "[1, 1, 1, 1, 1, 1, 1, 1, 1]", "at most 8"),
			("[\"any\", 1, 8, 8]", "[4294967295]", "more than"),
			("data_type = \"f32\"", "data_type = \"float\"", "unknown variant `float`"),
			("[[inputs]]", "[[ins]]", "unknown field `ins`"),
		];
		for (from, to, expected) in cases {
			let text = GOOD.replacen(from, to, 1);
			assert_ne!(text, GOOD, "{from} occurs");
			let problem = problem(&text);
			assert!(problem.contains(expected), "{to}: {problem}");
			assert!(problem.starts_with("assay.toml: "), "{problem}");
		}
		let twice =
			GOOD.replace("[[outputs]]", "[[inputs]]\nname=\"image\"\ndata_type=\"u8\"\ndims=[]\n[[outputs]]");
		assert!(problem(&twice).contains("declared twice"));
	}

	#[test]
	fn parse_should_list_the_files_of_a_program() {
		let program = |keys: &str| {
			let text = GOOD.replace("kind = \"graph\"", "kind = \"program\"");
			text.replace("graph = \"model.onnx\"", keys)
		};
		let all = "program = \"p.wasm\"\ngraphs = [\"a.onnx\", \"b.onnx\"]\nfiles = [\"words.txt\"]";
		let config = PackageConfig::parse(program(all).as_bytes()).unwrap();
		assert_eq!(config.kind.paths().collect::<Vec<_>>(), ["p.wasm", "a.onnx", "b.onnx", "words.txt"]);
		let alone = PackageConfig::parse(program("program = \"p.wasm\"").as_bytes()).unwrap();
		assert_eq!(alone.kind.paths().collect::<Vec<_>>(), ["p.wasm"]);
		for (keys, expected) in [
			("program = \"p.wasm\"\ngraph = \"a.onnx\"", "and no graph"),
			("graphs = [\"a.onnx\"]", "takes program"),
			("program = \"p.wasm\"\nfiles = [\"a\", \"a\"]", "listed twice"),
			("program = \"p.wasm\"\ngraphs = [\"a\"]\nfiles = [\"a\"]", "listed twice"),
			(&format!("program = \"p.wasm\"\nfiles = {:?}", vec!["x"; 65]), "at most 64"),
		] {
			assert!(problem(&program(keys)).contains(expected), "{keys}: {}", problem(&program(keys)));
		}
	}

	#[test]
	fn parse_should_fail_when_bytes_are_hostile() {
		assert!(PackageConfig::parse(&[0xff, 0xfe]).is_err());
		assert!(PackageConfig::parse(&[b'['; 100_000]).is_err());
		assert!(PackageConfig::parse(format!("a = {}", "[".repeat(100_000)).as_bytes()).is_err());
		assert!(PackageConfig::parse(b"").is_err());
	}
}
