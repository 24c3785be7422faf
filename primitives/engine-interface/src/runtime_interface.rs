//! What the runtime calls.

use assay_primitives::{Job, JobId, JobStatus};
use sp_runtime_interface::{
	pass_by::{AllocateAndReturnByCodec, PassFatPointerAndDecode},
	runtime_interface,
};

/// The node's inference engine, for off-chain workers. Neither call waits for an execution.
#[runtime_interface]
pub trait Inference {
	/// Takes a job into the engine's queue unless it is there already or done, and says where it is.
	fn submit(&mut self, job: PassFatPointerAndDecode<Job>) -> AllocateAndReturnByCodec<JobStatus> {
		crate::native::submit(*self, job)
	}

	/// Where a job is.
	fn poll(&mut self, id: PassFatPointerAndDecode<JobId>) -> AllocateAndReturnByCodec<JobStatus> {
		crate::native::poll(*self, id)
	}
}
