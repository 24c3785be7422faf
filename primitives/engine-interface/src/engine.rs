//! What a node implements to answer requests.

use assay_primitives::{Job, JobId, JobStatus};

/// Runs jobs in the background.
///
/// Neither method may block: both are called once per duty and block from an off-chain worker that holds a runtime
/// instance. An implementation keeps finished jobs on disk, so that a node restarted between commitment and reveal
/// finds the same answer.
pub trait InferenceEngine: Send + Sync {
	/// Takes `job` into the queue unless it is there already or done, and says where it is.
	///
	/// A job that failed for a reason of this machine is tried again. [`JobStatus::Busy`] if there is no room in the queue: then
	/// nothing has changed.
	fn submit(&self, job: Job) -> JobStatus;

	/// Where the job is; [`JobStatus::Unknown`] if it was never submitted, or forgotten.
	fn poll(&self, id: JobId) -> JobStatus;
}
