//! The executor that answers requests, as one concrete type.

use crate::StrictOps;
use assay_graph::{ExecError, Executor, HostTensor, KernelError, Model, Run, RunOptions};
use assay_numerics::on_pool;

/// [`Executor`] on [`StrictOps`]. Without type parameters, so that it is compiled here once and not again in every crate
/// that runs models.
pub struct StrictExecutor(Executor<StrictOps>);

impl StrictExecutor {
	/// Hands the model's constants over to the backend. Fails if the machine has no kernels.
	pub fn new(model: Model) -> Result<Self, KernelError> {
		Executor::new(model, StrictOps::default()).map(Self)
	}

	/// Runs the graph; see [`Executor::run`].
	pub fn run(
		&self,
		inputs: Vec<(String, HostTensor)>,
		options: impl Into<RunOptions>,
	) -> Result<Run, ExecError> {
		self.run_with(inputs, options.into())
	}

	fn run_with(&self, inputs: Vec<(String, HostTensor)>, options: RunOptions) -> Result<Run, ExecError> {
		on_pool(|| self.0.run(inputs, options))
	}
}
