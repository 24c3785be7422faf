//! Running models on this machine with the workers' own engine: the same sandboxed child process, the same bits.

mod model;
mod self_test;

pub use model::{Model, refused};
pub use self_test::self_test;

use crate::{
	context::Context,
	error::{Code, Error, Result},
};
use assay_engine::{CHILD_ARGUMENT, ChildConfig, Engine, EngineConfig, EngineError, LocalRun, LocalRunner};
use assay_primitives::{
	ContentId, Execution, Job, NamedTensor, ResultDigest, commitment::output_hash, job::Output,
};
use assay_store::{Store, unixfs};
use std::{
	env,
	path::Path,
	process::ExitCode,
	time::{Duration, Instant},
};

/// How long one execution may take before it is given up.
const TIME_LIMIT: Duration = Duration::from_secs(600);

/// When this process was started as the engine's child, does that work and returns its exit status.
pub fn child_process() -> Option<ExitCode> {
	let first = env::args_os().nth(1)?;
	(first == CHILD_ARGUMENT).then(assay_engine::child::main)
}

/// A finished run.
pub struct Run {
	/// What a worker would answer.
	pub execution: Execution,
	/// The outputs; empty unless the outcome is a success.
	pub outputs: Vec<NamedTensor>,
	/// How long the execution took, without starting and loading.
	pub time: Duration,
	/// Why the outcome is not a success, for people.
	pub reason: Option<String>,
	/// What the package's program said.
	pub log: String,
}

impl From<LocalRun> for Run {
	fn from(run: LocalRun) -> Self {
		let digest = ResultDigest {
			outcome: run.outcome,
			output_hash: output_hash(&run.encoded),
			compute_units: run.compute_units,
		};
		// Longer outputs are known on the chain by their content id.
		let output = match run.encoded.try_into() {
			Ok(bytes) => Output::Inline(bytes),
			Err(bytes) => Output::Content(unixfs::id_of(&bytes)),
		};
		Self {
			execution: Execution { digest, output },
			outputs: run.outputs,
			time: run.elapsed,
			reason: (!run.detail.is_empty()).then_some(run.detail),
			log: run.log,
		}
	}
}

/// Executes a request's job exactly as a worker does. The package comes from the store, or from `package`.
pub fn execute(context: &Context, package: Option<&Path>, job: Job) -> Result<(Execution, Duration)> {
	let temporary = temporary_directory()?;
	let store = match package {
		None => context.store_path()?,
		Some(directory) => {
			let path = temporary.path().join("store");
			let store = Store::open(&path).map_err(crate::context::store_failed)?;
			store.put_package(directory).map_err(crate::context::store_failed)?;
			path
		}
	};
	// A fresh cache, so that what is compared was computed now.
	let config =
		EngineConfig { child: child_config(), ..EngineConfig::new(temporary.path().join("results"), store) };
	let engine = Engine::start(config).map_err(failed)?;
	let start = Instant::now();
	let execution = engine.execute_blocking(job).map_err(failed)?;
	Ok((execution, start.elapsed()))
}

/// Runs a model once.
pub fn run(model: &Model, inputs: &[NamedTensor], seed: u64, compute_limit: Option<u64>) -> Result<Run> {
	let mut runner = start(model)?;
	runner.run(inputs, seed, compute_limit).map(Run::from).map_err(failed)
}

/// Starts the child that runs `model`, for several runs.
pub fn start(model: &Model) -> Result<LocalRunner> {
	LocalRunner::start(&child_config(), model.path()).map_err(failed)
}

/// What went wrong in the engine, for users.
pub fn failed(error: EngineError) -> Error {
	match error {
		EngineError::Package(error) => model::refused(error),
		EngineError::Store(error) => crate::context::store_failed(error),
		error => Error::new(
			Code::Engine,
			format!("the engine could not run the model: {error}"),
			"`assay doctor` checks the engine; this says nothing about the answer of other machines",
		),
	}
}

/// The id of the package that a job is about, for messages.
pub fn package_missing(store: &Store, id: ContentId) -> Error {
	Error::new(
		Code::PackageNotInStore,
		format!("the store {} does not hold the package {id}", store.path().display()),
		"get its directory from the model's owner and name it with --package DIR, or choose another --store",
	)
}

fn child_config() -> ChildConfig {
	ChildConfig { time_limit: TIME_LIMIT, ..ChildConfig::default() }
}

fn temporary_directory() -> Result<tempfile::TempDir> {
	tempfile::tempdir().map_err(|error| {
		Error::new(
			Code::FileWrite,
			format!("cannot make a temporary directory: {error}"),
			"set TMPDIR to a directory with space",
		)
	})
}
