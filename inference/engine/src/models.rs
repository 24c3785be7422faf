//! The models a child keeps loaded.

use crate::{
	program::{LoadedProgram, take},
	protocol::Source,
	stats::ModelUse,
};
use assay_backend::StrictExecutor;
use assay_graph::{Dim, Limits, Model, ValueDecl};
use assay_primitives::{ContentId, TensorSpec, tensor::Dimension};
use assay_program::tensors;
use assay_store::{Files, Kind, Package, PackageConfig, PackageError, Store};
use std::{
	collections::VecDeque,
	path::{Path, PathBuf},
};

/// A model takes about this many times the bytes of its file: decoded constants, and what kernels make of them.
const LOADED_PER_FILE: u64 = 2;

/// Where models come from, and those that are loaded, the least recently used first.
pub(crate) struct Models {
	origin: Origin,
	/// Bytes of models kept.
	budget: u64,
	/// Bytes of tensors a package may ask for.
	memory_limit: u64,
	loaded: VecDeque<Loaded>,
}

enum Origin {
	Store(Store),
	Package(PathBuf),
}

/// Which model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
	/// A package in the store.
	Stored(ContentId),
	/// The package directory the child was started for.
	Directory,
}

struct Loaded {
	key: Key,
	bytes: u64,
	model: LoadedModel,
}

/// A model ready to run.
pub(crate) struct LoadedModel {
	/// What the package says.
	pub config: PackageConfig,
	/// What answers requests.
	pub answerer: Answerer,
}

/// What answers requests.
pub(crate) enum Answerer {
	/// The graph on the backend that defines results.
	Graph(StrictExecutor),
	/// The program.
	Program(LoadedProgram),
}

/// Why there is no model.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LoadError {
	/// The package is at fault: [`Outcome::InvalidModel`](assay_primitives::Outcome::InvalidModel) on every machine.
	Invalid(String),
	/// This machine is at fault.
	Machine(String),
}

impl Models {
	pub(crate) fn new(source: &Source, path: &Path, budget: u64, memory_limit: u64) -> Self {
		let origin = match source {
			Source::Store(_) => Origin::Store(Store::attach(path)),
			Source::Package(_) => Origin::Package(path.to_path_buf()),
		};
		Self { origin, budget, memory_limit, loaded: VecDeque::new() }
	}

	/// The store, for inputs.
	pub(crate) fn store(&self) -> Option<&Store> {
		match &self.origin {
			Origin::Store(store) => Some(store),
			Origin::Package(_) => None,
		}
	}

	/// What is loaded.
	pub(crate) fn loaded(&self) -> ModelUse {
		let bytes = self.loaded.iter().map(|loaded| loaded.bytes).sum();
		ModelUse { count: self.loaded.len() as u64, bytes }
	}

	/// The model, loaded if it is not already.
	pub(crate) fn get(&mut self, key: Key) -> Result<&LoadedModel, LoadError> {
		let loaded = match self.loaded.iter().position(|loaded| loaded.key == key) {
			Some(position) => self.loaded.remove(position),
			None => None,
		};
		let loaded = match loaded {
			Some(loaded) => loaded,
			None => self.load(key)?,
		};
		self.loaded.push_back(loaded);
		match self.loaded.back() {
			Some(loaded) => Ok(&loaded.model),
			None => Err(LoadError::Machine("the model vanished".into())),
		}
	}

	fn load(&mut self, key: Key) -> Result<Loaded, LoadError> {
		let (package, files) = self.read(key)?;
		let config = package.config().clone();
		if config.memory_limit > self.memory_limit {
			return Err(LoadError::Machine(format!(
				"the package may use {} bytes of memory and this engine allows {}: raise the engine's memory limit, or \
				 stop serving the model",
				config.memory_limit, self.memory_limit
			)));
		}
		let bytes = package.files_size().saturating_mul(LOADED_PER_FILE);
		if bytes > self.budget {
			return Err(LoadError::Machine(format!(
				"the model takes about {bytes} bytes when loaded and this engine allows {}: raise the engine's model \
				 memory, or stop serving the model",
				self.budget
			)));
		}
		self.make_room(bytes);
		let answerer = answerer(&config, files)?;
		Ok(Loaded { key, bytes, model: LoadedModel { config, answerer } })
	}

	/// The package and the files that running it takes; from a store only if they are what the id names.
	fn read(&self, key: Key) -> Result<(Package, Files), LoadError> {
		match (key, &self.origin) {
			(Key::Directory, Origin::Package(dir)) => {
				let package = Package::open(dir).map_err(local_error)?;
				let files = package.files().map_err(local_error)?;
				Ok((package, files))
			}
			(Key::Stored(id), Origin::Store(store)) => {
				let Some(dir) = store.package(id) else {
					return Err(LoadError::Machine(format!(
						"the package {id} is not in the store at {}: add it there",
						store.path().display()
					)));
				};
				let open = Package::open(&dir).and_then(|package| {
					let files = package.verified_files(id)?;
					Ok((package, files))
				});
				open.map_err(|error| match error {
					// An answer only if it is really this package that is invalid, and not a damaged copy.
					PackageError::Invalid { .. } => match store.verify(id) {
						Ok(()) => LoadError::Invalid(error.to_string()),
						Err(damaged) => LoadError::Machine(damaged.to_string()),
					},
					error => LoadError::Machine(error.to_string()),
				})
			}
			_ => Err(LoadError::Machine("the request does not fit how the process was started".into())),
		}
	}

	/// Unloads models until `bytes` more fit.
	fn make_room(&mut self, bytes: u64) {
		let mut kept = self.loaded().bytes;
		while kept.saturating_add(bytes) > self.budget
			&& let Some(unloaded) = self.loaded.pop_front()
		{
			kept -= unloaded.bytes;
		}
	}
}

/// Makes what the package's files are for.
fn answerer(config: &PackageConfig, mut files: Files) -> Result<Answerer, LoadError> {
	match &config.kind {
		Kind::Graph { graph } => {
			let model = decode_graph(take(&mut files, graph)?).map_err(LoadError::Invalid)?;
			check_declarations("input", &config.inputs, model.inputs())?;
			check_declarations("output", &config.outputs, model.outputs())?;
			let executor =
				StrictExecutor::new(model).map_err(|error| LoadError::Machine(error.to_string()))?;
			Ok(Answerer::Graph(executor))
		}
		Kind::Program { program, graphs, .. } => {
			LoadedProgram::load(program, graphs, files).map(Answerer::Program)
		}
	}
}

/// Decodes an ONNX file within the limits that hold for every package.
pub(crate) fn decode_graph(bytes: Vec<u8>) -> Result<Model, String> {
	Model::decode_owned(bytes, &Limits::default()).map_err(|error| error.to_string())
}

/// A directory under work has no id that could tell damage from intent.
fn local_error(error: PackageError) -> LoadError {
	match error {
		PackageError::Invalid { .. } => LoadError::Invalid(error.to_string()),
		error => LoadError::Machine(error.to_string()),
	}
}

/// The package and its graph must declare the same tensors in the same order.
fn check_declarations<'a>(
	what: &str,
	package: &[TensorSpec],
	graph: impl ExactSizeIterator<Item = &'a ValueDecl>,
) -> Result<(), LoadError> {
	if package.len() != graph.len() {
		return Err(LoadError::Invalid(format!(
			"assay.toml declares {} {what}s, the graph {}: declare all of them",
			package.len(),
			graph.len()
		)));
	}
	for (declared, value) in package.iter().zip(graph) {
		if !agree(declared, value) {
			return Err(LoadError::Invalid(format!(
				"assay.toml declares the {what} {}, the graph {value}: declare the graph's, in its order",
				tensors::describe(declared)
			)));
		}
	}
	Ok(())
}

fn agree(declared: &TensorSpec, value: &ValueDecl) -> bool {
	let dims_agree = value.dims.as_ref().is_none_or(|dims| {
		dims.len() == declared.dims.len()
			&& dims.iter().zip(&declared.dims).all(|pair| match pair {
				(Dim::Fixed(graph), Dimension::Fixed(package)) => *graph as u64 == u64::from(*package),
				_ => true,
			})
	});
	declared.name.as_slice() == value.name.as_bytes()
		&& tensors::dtype(declared.data_type) == value.dtype
		&& dims_agree
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_graph::DType;
	use assay_primitives::DataType;

	fn declared(dims: Vec<Dimension>) -> TensorSpec {
		TensorSpec {
			name: b"x".to_vec().try_into().unwrap(),
			data_type: DataType::F32,
			dims: dims.try_into().unwrap(),
		}
	}

	fn graph(dims: Option<Vec<Dim>>) -> ValueDecl {
		ValueDecl { name: "x".into(), dtype: DType::F32, dims }
	}

	#[test]
	fn declarations_should_agree_when_no_fixed_dimension_differs() {
		use Dimension::{Any, Fixed};
		let batch = || Dim::Symbolic("n".into());
		for (package, value) in [
			(vec![Any, Fixed(4)], Some(vec![batch(), Dim::Fixed(4)])),
			(vec![Fixed(1), Fixed(4)], Some(vec![batch(), Dim::Unknown])),
			(vec![Any], None),
		] {
			assert!(agree(&declared(package.clone()), &graph(value)), "{package:?}");
		}
		for (package, value) in
			[(vec![Any, Fixed(4)], vec![batch(), Dim::Fixed(5)]), (vec![Any], vec![batch(), Dim::Fixed(4)])]
		{
			assert!(!agree(&declared(package.clone()), &graph(Some(value))), "{package:?}");
		}
		let other_type = ValueDecl { dtype: DType::I64, ..graph(None) };
		assert!(!agree(&declared(vec![]), &other_type));
		let other_name = ValueDecl { name: "y".into(), ..graph(None) };
		assert!(!agree(&declared(vec![]), &other_name));
	}
}
