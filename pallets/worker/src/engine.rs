//! Execution by the node's engine.

use crate::Obstacle;
use alloc::string::String;
use assay_engine_interface::inference as engine;
use assay_primitives::{Execution, Job, JobStatus};

/// The engine's result of a job, if it has one by now and it can be revealed. Never waits for it. The engine keeps results
/// by job, whoever asks: what was executed for a request is there for the juries about it.
///
/// A commitment to what cannot be revealed costs more than silence.
pub fn execution(job: Job) -> Result<Execution, Obstacle> {
	let compute_limit = job.compute_limit;
	let id = job.id();
	let status = match engine::poll(id) {
		JobStatus::Unknown | JobStatus::Failed(_) | JobStatus::Busy => engine::submit(job),
		known => known,
	};
	let execution = match status {
		JobStatus::Done(execution) => execution,
		JobStatus::Pending => return Err(Obstacle::Wait),
		JobStatus::Busy => return Err(Obstacle::Busy),
		JobStatus::Failed(why) => return Err(Obstacle::Engine(String::from_utf8_lossy(&why).into_owned())),
		JobStatus::Unknown => {
			return Err(Obstacle::Engine("it forgot the job that it was just given".into()));
		}
	};
	if execution.digest.compute_units > compute_limit {
		return Err(Obstacle::InvalidAnswer("more compute units than the request pays for"));
	}
	if !execution.digest.admits(&execution.output) {
		return Err(Obstacle::InvalidAnswer("its output does not have the hash that its digest says"));
	}
	Ok(execution)
}
