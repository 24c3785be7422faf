//! A package's program with what it may reach: its graphs on the backend that defines results, and its files.

use crate::models::{LoadError, decode_graph};
use assay_backend::StrictExecutor;
use assay_graph::{ExecError, HostTensor, Run, RunOptions};
use assay_program::{Host, Program};
use assay_store::Files;
use std::collections::BTreeMap;

/// A program ready to run.
pub(crate) struct LoadedProgram {
	/// The program.
	pub program: Program,
	/// What it can reach.
	pub surroundings: Surroundings,
}

/// The rest of the package.
pub(crate) struct Surroundings {
	graphs: BTreeMap<String, StrictExecutor>,
	files: Files,
}

impl LoadedProgram {
	/// Compiles the program and decodes every graph. `files` holds all three kinds of files.
	pub(crate) fn load(program: &str, graphs: &[String], mut files: Files) -> Result<Self, LoadError> {
		let bytes = take(&mut files, program)?;
		let program = Program::new(&bytes).map_err(|error| LoadError::Invalid(error.to_string()))?;
		let graphs = graphs
			.iter()
			.map(|name| {
				let model = decode_graph(take(&mut files, name)?)
					.map_err(|problem| LoadError::Invalid(format!("{name}: {problem}")))?;
				let executor =
					StrictExecutor::new(model).map_err(|error| LoadError::Machine(error.to_string()))?;
				Ok((name.clone(), executor))
			})
			.collect::<Result<_, LoadError>>()?;
		Ok(Self { program, surroundings: Surroundings { graphs, files } })
	}
}

impl Host for Surroundings {
	fn graph_run(
		&self,
		name: &str,
		inputs: Vec<(String, HostTensor)>,
		options: RunOptions,
	) -> Option<Result<Run, ExecError>> {
		Some(self.graphs.get(name)?.run(inputs, options))
	}

	fn file(&self, name: &str) -> Option<&[u8]> {
		self.files.get(name).map(Vec::as_slice)
	}
}

/// The bytes of one of the files, taken out: a file that `assay.toml` lists is there, and is listed for one purpose.
pub(crate) fn take(files: &mut Files, path: &str) -> Result<Vec<u8>, LoadError> {
	files.remove(path).ok_or_else(|| LoadError::Machine(format!("{path} vanished")))
}
