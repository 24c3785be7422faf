//! What a worker key has signed, in the node's persistent off-chain storage.
//!
//! The off-chain worker runs once for every imported block, again after a re-organisation, and possibly twice at the
//! same time. The journal keeps it from sending the same transaction in every run, and from ever signing two commitments
//! for one task, whatever the engine says. Losing it does no harm: salts and signatures are deterministic and the engine
//! keeps its answers, so the same transaction would be sent again.

use crate::{LOG_TARGET, Obstacle};
use alloc::vec::Vec;
use assay_primitives::{BlockNumber, Commitment, Subject, WorkerId};
use codec::{Decode, Encode};
use sp_runtime::offchain::storage::{MutateStorageError, StorageRetrievalError, StorageValueRef};

/// Blocks after which a transaction that is still not in a block counts as lost and is sent again.
pub const RESEND_AFTER: BlockNumber = 5;

/// Blocks that an entry is kept after its deadline; more than a re-organisation can undo in practice.
const KEEP: BlockNumber = 64;

/// What was to be submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Step {
	/// The commitment.
	Commit,
	/// Its opening.
	Reveal,
	/// That it is audited.
	BeginAudit,
}

/// One submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Submission {
	/// The task.
	pub subject: Subject,
	/// What of it.
	pub step: Step,
	/// What the key is bound to by it.
	pub commitment: Commitment,
	/// Last block that may include it.
	pub deadline: BlockNumber,
}

impl Submission {
	/// Whether both are for the same step of the same task.
	fn same_task(&self, other: &Self) -> bool {
		(self.subject, self.step) == (other.subject, other.step)
	}
}

/// A submission that was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
struct Entry {
	submission: Submission,
	/// Block whose off-chain worker last sent it, or tried to.
	at: BlockNumber,
	/// Whether the pool took it.
	sent: bool,
}

impl Entry {
	/// Whether another commitment for its task could still be asked for in block `now`.
	fn matters(&self, now: BlockNumber) -> bool {
		now <= self.submission.deadline.saturating_add(KEEP)
	}
}

/// Notes that `submission` is sent now by the node that holds `key`, or says why it must not be: it was sent a few blocks
/// ago, another commitment was, or another run of the off-chain worker is writing.
pub fn note(key: &WorkerId, submission: Submission, now: BlockNumber) -> Result<(), Obstacle> {
	mutate(key, |entries| {
		entries.retain(|entry| entry.matters(now));
		match entries.iter_mut().find(|entry| entry.submission.same_task(&submission)) {
			Some(entry) if entry.submission.commitment != submission.commitment => {
				return Err(Obstacle::Conflict(entry.submission.commitment));
			}
			// After a re-organisation `now` may lie before the block in which it was sent.
			Some(entry) if entry.sent && entry.at.abs_diff(now) < RESEND_AFTER => {
				return Err(Obstacle::Wait);
			}
			Some(entry) => *entry = Entry { submission, at: now, sent: true },
			None => entries.push(Entry { submission, at: now, sent: true }),
		}
		Ok(())
	})
}

/// Lets the next block send `submission` again, which the pool did not take. It stays noted, since it was signed.
pub(crate) fn not_sent(key: &WorkerId, submission: Submission) {
	let noted = mutate(key, |entries| {
		for entry in entries.iter_mut().filter(|entry| entry.submission == submission) {
			entry.sent = false;
		}
		Ok(())
	});
	if noted.is_err() {
		log::debug!(target: LOG_TARGET, "the journal is busy: sent again in {RESEND_AFTER} blocks");
	}
}

fn mutate(
	key: &WorkerId,
	change: impl FnOnce(&mut Vec<Entry>) -> Result<(), Obstacle>,
) -> Result<(), Obstacle> {
	let place = (b"assay/worker/journal/1", key).encode();
	let changed = StorageValueRef::persistent(&place).mutate(
		|entries: Result<Option<Vec<Entry>>, StorageRetrievalError>| {
			// An entry of another layout says nothing that matters: see above.
			let mut entries = entries.unwrap_or_default().unwrap_or_default();
			change(&mut entries).map(|()| entries)
		},
	);
	match changed {
		Ok(_) => Ok(()),
		Err(MutateStorageError::ConcurrentModification(_)) => Err(Obstacle::Wait),
		Err(MutateStorageError::ValueFunctionFailed(obstacle)) => Err(obstacle),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{Hash, dispute::Tier};
	use sp_core::{
		crypto::UncheckedFrom,
		offchain::{OffchainDbExt, testing::TestOffchainExt},
	};
	use sp_io::TestExternalities;

	const DEADLINE: BlockNumber = 200;

	fn with_journal(test: impl FnOnce(&WorkerId)) {
		let mut ext = TestExternalities::default();
		ext.register_extension(OffchainDbExt::new(TestOffchainExt::new().0));
		ext.execute_with(|| test(&WorkerId::unchecked_from([1; 32])));
	}

	fn submission(subject: Subject, byte: u8) -> Submission {
		let commitment = Hash::repeat_byte(byte);
		Submission { subject, step: Step::Commit, commitment, deadline: DEADLINE }
	}

	fn jury(tier: Tier) -> Subject {
		Subject::Jury { request: 1, tier, job: Hash::zero() }
	}

	#[test]
	fn commitment_should_bind_until_long_after_its_deadline() {
		with_journal(|key| {
			assert_eq!(note(key, submission(jury(Tier::First), 1), 1), Ok(()));
			for block in [2, 100, DEADLINE, DEADLINE + KEEP] {
				let refused = Err(Obstacle::Conflict(Hash::repeat_byte(1)));
				assert_eq!(note(key, submission(jury(Tier::First), 2), block), refused, "in block {block}");
			}
			let later = DEADLINE + KEEP + 1;
			assert_eq!(note(key, submission(jury(Tier::First), 2), later), Ok(()), "nothing grows for ever");
		});
	}

	#[test]
	fn tasks_should_not_bind_each_other() {
		with_journal(|key| {
			let round = |round| Subject::Request { request: 1, round, job: Hash::zero() };
			let other_job = Subject::Jury { request: 1, tier: Tier::First, job: Hash::repeat_byte(1) };
			let subjects = [round(0), round(1), jury(Tier::First), jury(Tier::Second), other_job];
			for (n, subject) in (1..).zip(subjects) {
				assert_eq!(note(key, submission(subject, n), 1), Ok(()));
			}
			let another = WorkerId::unchecked_from([2; 32]);
			assert_eq!(
				note(&another, submission(round(0), 9), 1),
				Ok(()),
				"each key has a journal of its own"
			);
		});
	}

	#[test]
	fn submission_that_was_not_sent_should_be_noted_again_at_once() {
		with_journal(|key| {
			let submission = submission(jury(Tier::First), 1);
			assert_eq!(note(key, submission, 1), Ok(()));
			assert_eq!(note(key, submission, 2), Err(Obstacle::Wait));
			not_sent(key, submission);
			assert_eq!(note(key, submission, 2), Ok(()));
			assert_eq!(note(key, submission, 2 + RESEND_AFTER), Ok(()), "it is lost");
		});
	}
}
