//! What there is to run.

use crate::large;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::{
	fs,
	path::{Path, PathBuf},
};

/// A directory of cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Set {
	/// One operator each, and the functions that operators are defined by.
	Node,
	/// Small graphs.
	Simple,
	/// Operators as PyTorch exported them.
	PytorchOperator,
	/// Modules as PyTorch exported them.
	PytorchConverted,
	/// Whole networks, with weights that are the same everywhere.
	Light,
	/// Not ONNX's: operators on tensors so large that kernels share the work among threads and cut dot products into blocks.
	Large,
	/// Not ONNX's: graphs of packages.
	#[value(skip)]
	Package,
}

impl Set {
	/// Every set of ONNX, in the order they are run.
	pub const ONNX: [Self; 5] =
		[Self::Node, Self::Simple, Self::PytorchOperator, Self::PytorchConverted, Self::Light];

	/// The name of the directory.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Node => "node",
			Self::Simple => "simple",
			Self::PytorchOperator => "pytorch-operator",
			Self::PytorchConverted => "pytorch-converted",
			Self::Light => "light",
			Self::Large => "large",
			Self::Package => "package",
		}
	}
}

/// How far a float may be from the expected one: `absolute + relative · |expected|`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default)]
pub struct Tolerance {
	/// Share of the expected value.
	#[serde(rename = "rtol")]
	pub relative: f64,
	/// In addition to that.
	#[serde(rename = "atol")]
	pub absolute: f64,
}

impl Default for Tolerance {
	/// Those of ONNX's own runner.
	fn default() -> Self {
		Self { relative: 1e-3, absolute: 1e-7 }
	}
}

/// Where the tensors of a case come from.
#[derive(Clone, Debug)]
pub enum Data {
	/// Directories with `input_0.pb`, …, `output_0.pb`, ….
	Directories(Vec<PathBuf>),
	/// Ramps as inputs, and files with the expected outputs.
	Ramps(Vec<PathBuf>),
	/// Inputs made here. No values are expected: what counts is that all paths agree, and on the pinned bits.
	Made,
}

/// Where a model comes from.
#[derive(Clone, Debug)]
pub enum Source {
	/// An ONNX file.
	File(PathBuf),
	/// Made here.
	Large(Box<large::Model>),
}

/// A model, and what it should compute from what.
#[derive(Clone, Debug)]
pub struct Case {
	/// Where it belongs.
	pub set: Set,
	/// Name within the set.
	pub name: String,
	/// The model.
	pub model: Source,
	/// Inputs and expected outputs.
	pub data: Data,
	/// What counts as equal.
	pub tolerance: Tolerance,
}

impl Case {
	/// The name within all sets.
	pub fn id(&self) -> String {
		format!("{}/{}", self.set.name(), self.name)
	}
}

/// All cases of `sets`, sorted by name within each.
pub fn find(data: &Path, sets: &[Set]) -> Result<Vec<Case>> {
	let mut cases = Vec::new();
	for &set in sets {
		let found = match set {
			Set::Light => light(data),
			Set::Large => Ok(large()),
			// Found by their directories.
			Set::Package => Ok(Vec::new()),
			_ => directories(data, set),
		};
		cases.extend(
			found.with_context(|| format!("looking for the set {} in {}", set.name(), data.display()))?,
		);
	}
	Ok(cases)
}

fn directories(data: &Path, set: Set) -> Result<Vec<Case>> {
	sorted(&data.join(set.name()), |path| path.is_dir())?
		.into_iter()
		.map(|path| {
			Ok(Case {
				set,
				name: file_name(&path),
				model: Source::File(path.join("model.onnx")),
				data: Data::Directories(sorted(&path, |path| file_name(path).starts_with("test_data_set"))?),
				tolerance: tolerance(&path.join("data.json"))?,
			})
		})
		.collect()
}

/// The networks of the set `light` are described, tolerance included, in the set `real`.
fn light(data: &Path) -> Result<Vec<Case>> {
	let networks = data.join("light");
	sorted(&networks, |path| path.extension().is_some_and(|extension| extension == "onnx"))?
		.into_iter()
		.map(|model| {
			let name = file_name(&model.with_extension(""));
			let prefix = format!("{name}_output_");
			let description = name.replacen("light_", "test_", 1);
			Ok(Case {
				set: Set::Light,
				data: Data::Ramps(sorted(&networks, |path| file_name(path).starts_with(&prefix))?),
				tolerance: tolerance(&data.join("real").join(description).join("data.json"))?,
				name,
				model: Source::File(model),
			})
		})
		.collect()
}

fn large() -> Vec<Case> {
	large::all()
		.into_iter()
		.map(|model| Case {
			set: Set::Large,
			name: model.name.into(),
			model: Source::Large(Box::new(model)),
			data: Data::Made,
			tolerance: Tolerance::default(),
		})
		.collect()
}

fn tolerance(path: &Path) -> Result<Tolerance> {
	if !path.exists() {
		return Ok(Tolerance::default());
	}
	let text = fs::read_to_string(path)?;
	serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))
}

fn sorted(directory: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
	let entries = fs::read_dir(directory).with_context(|| format!("reading {}", directory.display()))?;
	let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
	let mut paths: Vec<_> = paths.into_iter().filter(|path| wanted(path)).collect();
	paths.sort();
	Ok(paths)
}

fn file_name(path: &Path) -> String {
	path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
