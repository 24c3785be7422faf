//! Running a package directory without store, queue or cache: for trying, testing and measuring a model.

use crate::{
	ChildConfig, EngineError,
	process::ChildProcess,
	protocol::{MAX_INPUT, Request, Response, Source},
	sandbox::Protections,
};
use assay_primitives::{ComputeUnits, NamedTensor, Outcome};
use assay_store::Package;
use codec::{DecodeAll, Encode};
use std::{os::unix::ffi::OsStrExt, path::Path, sync::atomic::AtomicBool, time::Duration};

/// A package directory in a child process, loaded once and run as often as wanted. The same protections as for a job hold,
/// and the same bits come out.
///
/// The child dies with the thread that called [`start`](Self::start).
pub struct LocalRunner {
	child: ChildProcess,
}

/// What a run gave.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalRun {
	/// How it ended.
	pub outcome: Outcome,
	/// Why it is not a success; for people.
	pub detail: String,
	/// What the package's program logged; for people.
	pub log: String,
	/// The outputs; none unless the outcome is a success.
	pub outputs: Vec<NamedTensor>,
	/// The encoded outputs: what [`output_hash`](assay_primitives::commitment::output_hash) covers on the chain.
	pub encoded: Vec<u8>,
	/// Work charged.
	pub compute_units: ComputeUnits,
	/// Most bytes of tensors held at once, as metered.
	pub peak_memory: u64,
	/// Time of the run itself, without loading and transfer.
	pub elapsed: Duration,
}

impl LocalRunner {
	/// Checks the package in `dir` and starts a child that may read it. Its files are decoded by the first run.
	pub fn start(config: &ChildConfig, dir: &Path) -> Result<Self, EngineError> {
		Package::open(dir)?;
		let dir = std::path::absolute(dir)
			.map_err(|source| EngineError::Directory { path: dir.to_path_buf(), source })?;
		let source = Source::Package(dir.as_os_str().as_bytes().to_vec());
		Ok(Self { child: ChildProcess::start(config, source, &AtomicBool::new(false))? })
	}

	/// Runs the model; without `compute_limit` the package's own holds. After an error that is not
	/// [`EngineError::Job`] the child is dead and a new runner is needed.
	pub fn run(
		&mut self,
		inputs: &[NamedTensor],
		seed: u64,
		compute_limit: Option<ComputeUnits>,
	) -> Result<LocalRun, EngineError> {
		let input = inputs.encode();
		if input.len() > MAX_INPUT {
			return Err(EngineError::Job(format!(
				"the inputs take {} bytes; at most {MAX_INPUT} are possible",
				input.len()
			)));
		}
		let request = Request::Package { input, seed, compute_limit };
		match self.child.call(&request, &AtomicBool::new(false))? {
			Response::Executed(report) => {
				let outputs = match report.outcome {
					Outcome::Success => Vec::decode_all(&mut report.output.as_slice())
						.map_err(|error| EngineError::Job(format!("the outputs do not decode: {error}")))?,
					_ => Vec::new(),
				};
				Ok(LocalRun {
					outcome: report.outcome,
					detail: report.detail,
					log: report.log,
					outputs,
					encoded: report.output,
					compute_units: report.compute_units,
					peak_memory: report.peak_memory,
					elapsed: Duration::from_micros(report.elapsed_micros),
				})
			}
			Response::Failed(reason) => Err(EngineError::Job(reason)),
			Response::Ready { .. } => Err(EngineError::Job("the process answered with a greeting".into())),
		}
	}

	/// What protects this machine from the model.
	pub fn protections(&self) -> Protections {
		self.child.protections()
	}
}

/// Runs the package in `dir` once.
pub fn run_local(
	config: &ChildConfig,
	dir: &Path,
	inputs: &[NamedTensor],
	seed: u64,
	compute_limit: Option<ComputeUnits>,
) -> Result<LocalRun, EngineError> {
	LocalRunner::start(config, dir)?.run(inputs, seed, compute_limit)
}
