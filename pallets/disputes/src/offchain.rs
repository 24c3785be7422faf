//! The off-chain worker: asks which juries the node's worker keys sit on, has their jobs executed, and submits what comes
//! back. What the engine has executed before, for the request itself or for an earlier tier, it does not execute again.

use crate::{Call, Config, Pallet};
use assay_primitives::{
	AccountId, BlockNumber, Execution, Subject, Task, WorkerId,
	commitment::{jury_commit_message, jury_commitment, jury_reveal_message, jury_salt_message},
	dispute::JuryDuty,
};
use assay_worker::{Obstacle, Step, Submission, execution, keys, note, salt, send, sign};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::SaturatedConversion;

impl<T: Config> Pallet<T> {
	/// What the node does for the juries of its worker keys in this block.
	pub(crate) fn work(now: BlockNumberFor<T>) {
		for key in keys() {
			for duty in Self::jury_duties(&key) {
				let (request, tier, job) = (duty.request, duty.tier, duty.job.id());
				let subject = Subject::Jury { request, tier, job };
				if let Err(obstacle) = Self::serve(&key, subject, duty, now.saturated_into()) {
					obstacle.log(&subject);
				}
			}
		}
	}

	/// Does what gets one task a step further.
	fn serve(
		key: &WorkerId,
		subject: Subject,
		duty: JuryDuty<AccountId, BlockNumberFor<T>>,
		now: BlockNumber,
	) -> Result<(), Obstacle> {
		let deadline = duty.deadline.saturated_into();
		if now >= deadline {
			return Err(Obstacle::TooLate);
		}
		let JuryDuty { request, tier, juror, task, known, .. } = duty;
		let (genesis, job) = (Self::genesis(), duty.job.id());
		let Execution { digest, output } = execution(duty.job)?;
		let salt = salt(key, jury_salt_message(genesis, request, tier, job))?;
		let commitment = jury_commitment(genesis, request, tier, &juror, &digest, &salt);
		let noted = |step| {
			let submission = Submission { subject, step, commitment, deadline };
			note(key, submission, now).map(|()| [submission])
		};
		match task {
			Task::Commit => send::<T, _>(key, &noted(Step::Commit)?, || {
				let message = jury_commit_message(genesis, request, tier, job, &juror, commitment);
				let signature = sign(key, message)?;
				Ok(Call::commit { request, tier, juror, commitment, signature })
			}),
			// Only the result that was committed to can be revealed; anything else would be refused.
			Task::Reveal(committed) | Task::BeginAudit(committed) if committed != commitment => {
				return Err(Obstacle::Conflict(committed));
			}
			// Nobody audits juries, so there is nothing to begin before the reveal.
			Task::Reveal(_) | Task::BeginAudit(_) => send::<T, _>(key, &noted(Step::Reveal)?, || {
				let output = (!known.contains(&digest)).then_some(output);
				let message = jury_reveal_message(genesis, request, tier, job, commitment, output.as_ref());
				let signature = sign(key, message)?;
				Ok(Call::reveal { request, tier, juror, digest, salt, output, signature })
			}),
		}
		Ok(())
	}
}
