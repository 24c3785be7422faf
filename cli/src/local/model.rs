//! Finding the model that a command is about: a package directory, a package in the store, or a bare ONNX file.

use crate::{
	context::{Context, store_failed},
	error::{Code, Error, Result},
	input::{self, InputArgument},
	tensor,
};
use assay_graph::{Dim, Limits, Model as Graph, ValueDecl};
use assay_primitives::{ContentId, NamedTensor, TensorSpec};
use assay_store::{CONFIG_FILE, Package, PackageConfig, PackageError, Store};
use serde::Serialize;
use std::{
	fs,
	path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Compute units that a bare ONNX file may use. Whoever runs it chose the file, so this only ends what would never end.
const BARE_COMPUTE_LIMIT: u64 = 1 << 50;
/// Directory of a package with example inputs.
const EXAMPLES: &str = "examples";
/// Most examples that are looked at.
const MAX_EXAMPLES: usize = 32;

/// A package on this machine.
pub struct Model {
	package: Package,
	id: ContentId,
	/// Holds the package around a bare ONNX file; deleted with the model.
	_temporary: Option<TempDir>,
}

impl Model {
	/// By what a user wrote: a directory, an `.onnx` file, or a content id.
	pub fn find(context: &Context, text: &str) -> Result<Self> {
		let path = Path::new(text);
		if path.is_dir() {
			return Self::from_directory(path);
		}
		if path.is_file() {
			return Self::from_onnx(path);
		}
		match text.parse() {
			Ok(id) => Self::from_store(&context.store()?, id),
			Err(_) => Err(Error::new(
				Code::Package,
				format!("{text:?} is no directory, no file and no content id"),
				"give a package directory, an .onnx file, or the content id of a package in the store",
			)),
		}
	}

	/// The package in a directory.
	pub fn from_directory(directory: &Path) -> Result<Self> {
		let package = Package::open(directory).map_err(refused)?;
		let id = package.content_id().map_err(refused)?;
		Ok(Self { package, id, _temporary: None })
	}

	/// A package of the store, checked to be what its id says.
	pub fn from_store(store: &Store, id: ContentId) -> Result<Self> {
		let directory = store.package(id).ok_or_else(|| super::package_missing(store, id))?;
		let model = Self::from_directory(&directory)?;
		if model.id != id {
			store.verify(id).map_err(store_failed)?;
		}
		Ok(model)
	}

	/// A package made around a bare ONNX file from what the graph declares.
	pub fn from_onnx(file: &Path) -> Result<Self> {
		let invalid = |why: String| {
			Error::new(
				Code::Package,
				format!("{}: {why}", file.display()),
				"export the model with fixed input shapes and supported operators, without external data",
			)
		};
		let bytes = fs::read(file).map_err(|error| {
			Error::new(Code::FileRead, format!("cannot read {}: {error}", file.display()), "check the path")
		})?;
		let graph = Graph::decode(&bytes, &Limits::default()).map_err(|error| invalid(error.to_string()))?;
		let config = describe(&graph).map_err(invalid)?;
		let written = TempDir::new().and_then(|directory| {
			fs::write(directory.path().join(CONFIG_FILE), config)?;
			fs::write(directory.path().join("model.onnx"), &bytes)?;
			Ok(directory)
		});
		let directory = written.map_err(|error| {
			Error::new(
				Code::FileWrite,
				format!("cannot make a temporary package: {error}"),
				"set TMPDIR to a directory with space",
			)
		})?;
		let model = Self::from_directory(directory.path())?;
		Ok(Self { _temporary: Some(directory), ..model })
	}

	/// What the package says of itself.
	pub fn config(&self) -> &PackageConfig {
		self.package.config()
	}

	/// The package.
	pub fn package(&self) -> &Package {
		&self.package
	}

	/// The directory.
	pub fn path(&self) -> &Path {
		self.package.path()
	}

	/// Content id of the package.
	pub fn id(&self) -> ContentId {
		self.id
	}

	/// The package's example inputs, by name: for a model with one input the tensor files, or texts, in `examples/`, otherwise the
	/// directories in it that have a file for every input.
	pub fn examples(&self) -> Result<Vec<Vec<NamedTensor>>> {
		let declared = &self.config().inputs;
		entries(&self.path().join(EXAMPLES))
			.into_iter()
			.take(MAX_EXAMPLES)
			.filter_map(|entry| arguments(&entry, declared))
			.map(|arguments| input::read(&arguments, declared))
			.collect()
	}
}

/// Files and directories in `directory`, by name; none when there is no such directory.
fn entries(directory: &Path) -> Vec<PathBuf> {
	let mut paths: Vec<PathBuf> =
		fs::read_dir(directory).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
	paths.sort();
	paths
}

/// `--input` arguments for one example; `None` for files that are none.
fn arguments(entry: &Path, declared: &[TensorSpec]) -> Option<Vec<InputArgument>> {
	if let [only] = declared
		&& input::is_input_file(entry, only)
	{
		let name = String::from_utf8_lossy(&only.name).into_owned();
		return Some(vec![InputArgument::File { name, path: entry.into() }]);
	}
	let files = entries(entry);
	declared
		.iter()
		.map(|spec| {
			let name = String::from_utf8_lossy(&spec.name).into_owned();
			let named = |path: &&PathBuf| path.file_stem().is_some_and(|stem| *stem == *name);
			let path = files.iter().filter(|path| input::is_input_file(path, spec)).find(named)?.clone();
			Some(InputArgument::File { name, path })
		})
		.collect()
}

/// Why a package is not usable, for users.
pub fn refused(error: PackageError) -> Error {
	let code = match error {
		PackageError::Io { .. } => Code::FileRead,
		_ => Code::Package,
	};
	Error::new(code, error.to_string(), "correct the package; docs/cli.md shows an example")
}

/// `assay.toml` of a bare graph.
fn describe(graph: &Graph) -> std::result::Result<String, String> {
	#[derive(Serialize)]
	struct Config {
		name: &'static str,
		kind: &'static str,
		graph: &'static str,
		profile: &'static str,
		compute_limit: u64,
		task: &'static str,
		licence: &'static str,
		inputs: Vec<Declared>,
		outputs: Vec<Declared>,
	}
	let config = Config {
		name: "model",
		kind: "graph",
		graph: "model.onnx",
		profile: "strict-f32-v1",
		compute_limit: BARE_COMPUTE_LIMIT,
		task: "unspecified",
		licence: "unspecified",
		inputs: graph.inputs().map(declare).collect::<std::result::Result<_, _>>()?,
		outputs: graph.outputs().map(declare).collect::<std::result::Result<_, _>>()?,
	};
	toml::to_string(&config).map_err(|error| error.to_string())
}

#[derive(Serialize)]
struct Declared {
	name: String,
	data_type: &'static str,
	dims: Vec<toml::Value>,
}

fn declare(value: &ValueDecl) -> std::result::Result<Declared, String> {
	let dims = value.dims.as_ref().ok_or_else(|| {
		format!("{:?} declares no shape; put the file into a package whose assay.toml does", value.name)
	})?;
	Ok(Declared {
		name: value.name.clone(),
		data_type: tensor::type_name(tensor::type_from_onnx(value.dtype.onnx())?),
		dims: dims
			.iter()
			.map(|dim| match dim {
				Dim::Fixed(size) => toml::Value::Integer(*size as i64),
				Dim::Symbolic(_) | Dim::Unknown => toml::Value::String("any".into()),
			})
			.collect(),
	})
}
