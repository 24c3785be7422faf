//! One model on both executors.

use crate::allocation;
use assay_backend::StrictExecutor;
use assay_graph::{Budget, ExecError, Executor, HostTensor, KernelError, Model, Run, RunOptions, SliceOps};
use assay_numerics::Cpu;

/// What every run may use: enough for any small graph, and over in milliseconds.
pub(crate) const BUDGET: Budget = Budget { compute_units: 4096, memory_bytes: 4 << 20 };

/// Bytes that a run may really take: memory is counted from shapes, and executors copy what they are given and what they
/// compute, pack operands, and keep tables.
const MOST_BYTES: usize = 4 * BUDGET.memory_bytes as usize + (4 << 20);

/// Longest message that tells somebody what went wrong.
pub(crate) const LONGEST_MESSAGE: usize = 8 << 10;

/// How a run of a model ended.
pub(crate) type Outcome = Result<Run, ExecError>;

/// The slice executor on the scalar path, which is the definition.
pub(crate) fn reference(model: Model) -> Result<Executor<SliceOps>, KernelError> {
	Executor::new(model, SliceOps::new(Cpu::scalar()))
}

/// Runs a model on the slice executor, on the scalar path, and on `Strict`, on this machine's best path. Panics unless both end
/// alike: the same bits and cost, or the same error.
pub(crate) fn agree(model: &Model, inputs: &[(String, HostTensor)], seed: u64) -> Outcome {
	let slices = reference(model.clone()).unwrap_or_else(|error| panic!("slices: {error}"));
	let strict = StrictExecutor::new(model.clone()).unwrap_or_else(|error| panic!("Strict: {error}"));
	let both = |budget: Budget| {
		let options = RunOptions { budget, seed };
		let definition = bounded("slices", || slices.run(inputs.to_vec(), options));
		let other = bounded("Strict", || strict.run(inputs.to_vec(), options));
		assert_same(&definition, &other);
		definition
	};
	let outcome = both(BUDGET);
	match &outcome {
		// The account is exact: one unit, or one byte, less is too little.
		Ok(run) => {
			let exact = Budget { compute_units: run.compute_units, memory_bytes: run.peak_bytes };
			assert_same(&both(exact), &outcome);
			if let Some(compute_units) = exact.compute_units.checked_sub(1) {
				let short = both(Budget { compute_units, ..exact });
				assert!(matches!(short, Err(ExecError::OutOfCompute { .. })), "{short:?}");
			}
			if let Some(memory_bytes) = exact.memory_bytes.checked_sub(1) {
				let short = both(Budget { memory_bytes, ..exact });
				assert!(matches!(short, Err(ExecError::OutOfMemory { .. })), "{short:?}");
			}
		}
		Err(error) => {
			let message = error.to_string();
			assert!(error.is_deterministic(), "an answer that depends on the machine: {message}");
			assert!(!message.is_empty() && message.len() <= LONGEST_MESSAGE, "{message}");
		}
	}
	outcome
}

/// Runs, and checks what that took.
fn bounded(executor: &str, run: impl FnOnce() -> Outcome) -> Outcome {
	let (outcome, bytes) = allocation::peak(run);
	assert!(bytes <= MOST_BYTES, "{executor} took {bytes} bytes");
	outcome
}

fn assert_same(one: &Outcome, other: &Outcome) {
	assert!(one == other, "the executors disagree:\n{}\n{}", brief(one), brief(other));
}

/// An outcome for people.
fn brief(outcome: &Outcome) -> String {
	let mut text = format!("{outcome:?}");
	let end = text.char_indices().nth(4000).map_or(text.len(), |(at, _)| at);
	text.truncate(end);
	text
}
