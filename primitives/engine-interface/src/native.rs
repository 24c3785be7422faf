//! What the host does when the runtime calls: hand over to the engine of this context, if it has one.

use crate::EngineExt;
use assay_primitives::{Job, JobId, JobStatus};
use sp_externalities::{Externalities, ExternalitiesExt};

/// Answer where no engine was registered: a node started without one, or a call from outside an off-chain worker.
const NO_ENGINE: &str =
	"no engine: this node was started without one, or the call came from outside an off-chain worker";

pub(crate) fn submit(mut externalities: &mut dyn Externalities, job: Job) -> JobStatus {
	match externalities.extension::<EngineExt>() {
		Some(engine) => engine.submit(job),
		None => JobStatus::Failed(NO_ENGINE.into()),
	}
}

pub(crate) fn poll(mut externalities: &mut dyn Externalities, id: JobId) -> JobStatus {
	match externalities.extension::<EngineExt>() {
		Some(engine) => engine.poll(id),
		None => JobStatus::Failed(NO_ENGINE.into()),
	}
}

#[cfg(test)]
mod tests {
	use super::NO_ENGINE;
	use crate::{EngineExt, InferenceEngine, inference};
	use assay_primitives::{Codec, ContentId, Job, JobId, JobStatus, Payload};
	use parking_lot::Mutex;
	use sp_state_machine::BasicExternalities;
	use std::{collections::BTreeSet, sync::Arc};

	/// Remembers what it was given and never finishes.
	#[derive(Default)]
	struct Recorder(Mutex<BTreeSet<JobId>>);

	impl InferenceEngine for Recorder {
		fn submit(&self, job: Job) -> JobStatus {
			self.0.lock().insert(job.id());
			JobStatus::Pending
		}

		fn poll(&self, id: JobId) -> JobStatus {
			if self.0.lock().contains(&id) { JobStatus::Pending } else { JobStatus::Unknown }
		}
	}

	fn job() -> Job {
		Job {
			package: ContentId { codec: Codec::Raw, digest: [7; 32] },
			input: Payload::Inline(vec![1, 2, 3].try_into().unwrap()),
			seed: 4,
			compute_limit: 1_000,
		}
	}

	#[test]
	fn calls_should_reach_the_engine_when_it_is_registered() {
		let mut externalities = BasicExternalities::default();
		let engine = Arc::new(Recorder::default());
		externalities.register_extension(EngineExt::from(engine.clone() as Arc<dyn InferenceEngine>));
		externalities.execute_with(|| {
			assert_eq!(inference::poll(job().id()), JobStatus::Unknown);
			assert_eq!(inference::submit(job()), JobStatus::Pending);
			assert_eq!(inference::poll(job().id()), JobStatus::Pending);
		});
		assert_eq!(*engine.0.lock(), BTreeSet::from([job().id()]));
	}

	#[test]
	fn calls_should_say_why_they_fail_when_there_is_no_engine() {
		BasicExternalities::default().execute_with(|| {
			let expected = JobStatus::Failed(NO_ENGINE.into());
			assert_eq!(inference::submit(job()), expected);
			assert_eq!(inference::poll(job().id()), expected);
		});
	}
}
