//! One request: input bytes to a report. Decides what is an answer and what is this machine's fault.

use crate::{
	models::{Key, LoadError, LoadedModel, Models},
	protocol::{MAX_INPUT, MAX_OUTPUT, Report, Request, Response},
	tensors::{data_type, decode_inputs, describe, encode_outputs, fits},
};
use assay_graph::{Budget, ExecError};
use assay_primitives::{ComputeUnits, ContentId, Outcome, Payload};
use assay_store::{Store, StoreError};
use std::time::Instant;

/// A request that gave no result.
enum Failure {
	/// An answer: the same on every machine.
	Answer { outcome: Outcome, compute_units: ComputeUnits, peak_memory: u64, detail: String },
	/// This machine's fault.
	Machine(String),
}

/// Executes a request.
///
/// Work is accounted the same way on every machine, whatever the outcome: nothing for an invalid model or input, the
/// whole limit when it was reached, and otherwise what was charged, the operator that failed included.
pub(crate) fn execute(models: &mut Models, request: Request) -> Response {
	match try_execute(models, request) {
		Ok(report) => Response::Executed(report),
		Err(Failure::Machine(reason)) => Response::Failed(reason),
		Err(Failure::Answer { outcome, compute_units, peak_memory, detail }) => Response::Executed(Report {
			outcome,
			output: Vec::new(),
			compute_units,
			peak_memory,
			elapsed_micros: 0,
			detail,
		}),
	}
}

fn try_execute(models: &mut Models, request: Request) -> Result<Report, Failure> {
	// The seed is the key of the random operators; no supported operator is one, so it does not reach the executor.
	match request {
		Request::Package { input, seed: _, compute_limit } => {
			run(models.get(Key::Directory)?, &input, compute_limit)
		}
		Request::Job(job) => {
			let key = Key::Stored(job.package);
			// Whether the model is valid comes first on every machine.
			models.get(key)?;
			let input = match job.input {
				Payload::Inline(bytes) => bytes.into_inner(),
				Payload::Content(id) => read_input(models.store(), id)?,
			};
			run(models.get(key)?, &input, Some(job.compute_limit))
		}
	}
}

/// An input that is too large for a request itself.
fn read_input(store: Option<&Store>, id: ContentId) -> Result<Vec<u8>, Failure> {
	let machine = |error: StoreError| Failure::Machine(error.to_string());
	let Some(store) = store else { return Err(Failure::Machine("there is no store".into())) };
	match store.get_bytes(id, MAX_INPUT as u64) {
		Err(error @ StoreError::TooLarge { .. }) => {
			// An answer only if the id really names that many bytes.
			store.verify(id).map_err(machine)?;
			Err(invalid_input(error.to_string()))
		}
		result => result.map_err(machine),
	}
}

fn run(model: &LoadedModel, input: &[u8], compute_limit: Option<ComputeUnits>) -> Result<Report, Failure> {
	let inputs = decode_inputs(input, &model.config.inputs).map_err(invalid_input)?;
	let budget = Budget {
		compute_units: compute_limit.unwrap_or(model.config.compute_limit),
		memory_bytes: model.config.memory_limit,
	};
	let start = Instant::now();
	let run = model.executor.run(inputs, &budget)?;
	let elapsed = start.elapsed();

	let answer = |outcome, detail| Failure::Answer {
		outcome,
		compute_units: run.compute_units,
		peak_memory: run.peak_bytes,
		detail,
	};
	for (spec, (_, tensor)) in model.config.outputs.iter().zip(&run.outputs) {
		let dims: Vec<u64> = tensor.shape().iter().map(|&dim| dim as u64).collect();
		if !data_type(tensor.dtype()).is_some_and(|data_type| fits(spec, data_type, &dims)) {
			let detail = format!(
				"assay.toml declares the output {}, the graph gave {} {dims:?}: correct the declaration",
				describe(spec),
				tensor.dtype()
			);
			return Err(answer(Outcome::InvalidModel, detail));
		}
	}
	let Some(output) = encode_outputs(&run.outputs, MAX_OUTPUT) else {
		let detail = format!("the outputs take more than {MAX_OUTPUT} bytes: give a smaller input");
		return Err(answer(Outcome::OutOfMemory, detail));
	};
	Ok(Report {
		outcome: Outcome::Success,
		output,
		compute_units: run.compute_units,
		peak_memory: run.peak_bytes,
		elapsed_micros: u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
		detail: String::new(),
	})
}

fn invalid_input(detail: String) -> Failure {
	Failure::Answer { outcome: Outcome::InvalidInput, compute_units: 0, peak_memory: 0, detail }
}

impl From<LoadError> for Failure {
	fn from(error: LoadError) -> Self {
		match error {
			LoadError::Invalid(detail) => {
				Self::Answer { outcome: Outcome::InvalidModel, compute_units: 0, peak_memory: 0, detail }
			}
			LoadError::Machine(reason) => Self::Machine(reason),
		}
	}
}

impl From<ExecError> for Failure {
	fn from(error: ExecError) -> Self {
		let detail = error.to_string();
		let outcome = match &error {
			ExecError::InvalidInput(_) => Outcome::InvalidInput,
			ExecError::OutOfCompute { .. } => Outcome::OutOfCompute,
			ExecError::OutOfMemory { .. } => Outcome::OutOfMemory,
			ExecError::OperatorFailed { .. } => Outcome::OperatorFailed,
			ExecError::OutputType { .. } => Outcome::InvalidModel,
			ExecError::Backend { .. } => return Self::Machine(detail),
		};
		match error.compute_units() {
			Some(compute_units) => Self::Answer { outcome, compute_units, peak_memory: 0, detail },
			None => Self::Machine(detail),
		}
	}
}
