//! One request: input bytes to a report. Decides what is an answer and what is this machine's fault.

use crate::{
	models::{Answerer, Key, LoadError, LoadedModel, Models},
	program::LoadedProgram,
	protocol::{MAX_INPUT, MAX_OUTPUT, Report, Request, Response},
};
use assay_graph::{Budget, ExecError, HostTensor, RunOptions};
use assay_primitives::{ComputeUnits, ContentId, Outcome, Payload, TensorSpec};
use assay_program::tensors::{check_outputs, decode_inputs, decode_outputs, encode_outputs};
use assay_store::{Store, StoreError};
use std::time::Instant;

/// What a run used, and what its program said.
#[derive(Default)]
struct Use {
	compute_units: ComputeUnits,
	peak_memory: u64,
	log: String,
}

/// A request that gave no result.
enum Failure {
	/// An answer: the same on every machine.
	Answer { outcome: Outcome, used: Use, detail: String },
	/// This machine's fault.
	Machine(String),
}

/// Executes a request.
///
/// Work is accounted the same way on every machine, whatever the outcome: nothing for an invalid model or input, the
/// whole limit when it was reached, and otherwise what was charged, the operator that failed included.
pub(crate) fn execute(models: &mut Models, request: Request) -> Response {
	let report = |outcome, output, used: Use, elapsed_micros, detail| Report {
		outcome,
		output,
		compute_units: used.compute_units,
		peak_memory: used.peak_memory,
		elapsed_micros,
		detail,
		log: used.log,
	};
	match try_execute(models, request) {
		Ok((output, used, micros)) => {
			Response::Executed(report(Outcome::Success, output, used, micros, String::new()))
		}
		Err(Failure::Machine(reason)) => Response::Failed(reason),
		Err(Failure::Answer { outcome, used, detail }) => {
			Response::Executed(report(outcome, Vec::new(), used, 0, detail))
		}
	}
}

/// Encoded outputs, what they took, and microseconds.
type Success = (Vec<u8>, Use, u64);

fn try_execute(models: &mut Models, request: Request) -> Result<Success, Failure> {
	match request {
		Request::Package { input, seed, compute_limit } => {
			run(models.get(Key::Directory)?, &input, seed, compute_limit)
		}
		Request::Job(job) => {
			let key = Key::Stored(job.package);
			// Whether the model is valid comes first on every machine.
			models.get(key)?;
			let input = match job.input {
				Payload::Inline(bytes) => bytes.into_inner(),
				Payload::Content(id) => read_input(models.store(), id)?,
			};
			run(models.get(key)?, &input, job.seed, Some(job.compute_limit))
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

fn run(
	model: &LoadedModel,
	input: &[u8],
	seed: u64,
	compute_limit: Option<ComputeUnits>,
) -> Result<Success, Failure> {
	// Of a program's request too: whether it is valid does not depend on what the program makes of it.
	let inputs = decode_inputs(input, &model.config.inputs).map_err(invalid_input)?;
	let budget = Budget {
		compute_units: compute_limit.unwrap_or(model.config.compute_limit),
		memory_bytes: model.config.memory_limit,
	};
	let declared = &model.config.outputs;
	let start = Instant::now();
	let (outputs, used) = match &model.answerer {
		Answerer::Graph(executor) => {
			let run = executor.run(inputs, RunOptions { budget, seed })?;
			let used =
				Use { compute_units: run.compute_units, peak_memory: run.peak_bytes, log: String::new() };
			(check_outputs(&run.outputs, declared).map(|()| run.outputs), used)
		}
		Answerer::Program(program) => {
			drop(inputs);
			run_program(program, input, seed, &budget, declared)?
		}
	};
	let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
	let outputs = match outputs {
		Ok(outputs) => outputs,
		Err(detail) => return Err(Failure::Answer { outcome: Outcome::InvalidModel, used, detail }),
	};
	match encode_outputs(&outputs, MAX_OUTPUT) {
		Some(output) => Ok((output, used, micros)),
		None => {
			let detail = format!("the outputs take more than {MAX_OUTPUT} bytes: give a smaller input");
			Err(Failure::Answer { outcome: Outcome::OutOfMemory, used, detail })
		}
	}
}

/// Named tensors, or why they are not what the package declares.
type Outputs = Result<Vec<(String, HostTensor)>, String>;

fn run_program(
	loaded: &LoadedProgram,
	input: &[u8],
	seed: u64,
	budget: &Budget,
	declared: &[TensorSpec],
) -> Result<(Outputs, Use), Failure> {
	let finished = loaded.program.run(&loaded.surroundings, input, seed, budget);
	let used =
		Use { compute_units: finished.compute_units, peak_memory: finished.peak_bytes, log: finished.log };
	match finished.response {
		Ok(response) => Ok((decode_outputs(&response, declared), used)),
		Err(error) => Err(match error.outcome() {
			Some(outcome) => Failure::Answer { outcome, used, detail: error.to_string() },
			None => Failure::Machine(error.to_string()),
		}),
	}
}

fn invalid_input(detail: String) -> Failure {
	Failure::Answer { outcome: Outcome::InvalidInput, used: Use::default(), detail }
}

impl From<LoadError> for Failure {
	fn from(error: LoadError) -> Self {
		match error {
			LoadError::Invalid(detail) => {
				Self::Answer { outcome: Outcome::InvalidModel, used: Use::default(), detail }
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
			Some(compute_units) => {
				Self::Answer { outcome, used: Use { compute_units, ..Use::default() }, detail }
			}
			None => Self::Machine(detail),
		}
	}
}
