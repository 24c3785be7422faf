//! What a worker key has sent, in the node's persistent off-chain storage.
//!
//! The off-chain worker runs once for every imported block, again after a re-organisation, and possibly twice at the
//! same time. The journal keeps it from sending the same transaction in every run, and from ever signing two commitments
//! for one task, whatever the engine says. Losing it does no harm: salts and signatures are deterministic and the engine
//! keeps its answers, so the same transaction would be sent again.

use alloc::vec::Vec;
use assay_primitives::{BlockNumber, Commitment, JobId, RequestId, Round, WorkerId};
use codec::{Decode, Encode};
use sp_runtime::offchain::storage::{MutateStorageError, StorageRetrievalError, StorageValueRef};

/// Blocks after which a transaction that is still not in a block counts as lost and is sent again.
pub(crate) const RESEND_AFTER: BlockNumber = 5;

/// Blocks that an entry is kept; more than a re-organisation can undo in practice.
const KEEP: BlockNumber = 64;

/// What was to be submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Step {
	Commit,
	Reveal,
	BeginAudit,
}

/// One submission. `job` is part of what it is for: after a re-organisation the same number may belong to another
/// request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Submission {
	pub request: RequestId,
	pub round: Round,
	pub job: JobId,
	pub step: Step,
	pub commitment: Commitment,
}

impl Submission {
	/// Whether both are for the same step of the same task.
	fn same_task(&self, other: &Self) -> bool {
		(self.request, self.round, self.job, self.step) == (other.request, other.round, other.job, other.step)
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

/// Why a submission must not be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
	/// It was sent a few blocks ago.
	Recent,
	/// Another commitment was sent for the same task.
	Conflict(Commitment),
	/// Another run of the off-chain worker is writing.
	Busy,
}

/// Notes that `submission` is sent now by the node that holds `key`, or says why it must not be.
pub(crate) fn note(key: &WorkerId, submission: Submission, now: BlockNumber) -> Result<(), Refusal> {
	mutate(key, |entries| {
		entries.retain(|entry| entry.at.abs_diff(now) < KEEP);
		match entries.iter_mut().find(|entry| entry.submission.same_task(&submission)) {
			Some(entry) if entry.submission != submission => {
				return Err(Refusal::Conflict(entry.submission.commitment));
			}
			// After a re-organisation `now` may lie before the block in which it was sent.
			Some(entry) if entry.sent && entry.at.abs_diff(now) < RESEND_AFTER => {
				return Err(Refusal::Recent);
			}
			Some(entry) => *entry = Entry { submission, at: now, sent: true },
			None => entries.push(Entry { submission, at: now, sent: true }),
		}
		Ok(())
	})
}

/// Lets the next block send `submission` again, which the pool did not take. It stays noted, since it was signed.
pub(crate) fn not_sent(key: &WorkerId, submission: Submission) {
	let noted: Result<(), Refusal> = mutate(key, |entries| {
		for entry in entries.iter_mut().filter(|entry| entry.submission == submission) {
			entry.sent = false;
		}
		Ok(())
	});
	if noted.is_err() {
		log::debug!(target: crate::offchain::LOG_TARGET, "the journal is busy: sent again in {RESEND_AFTER} blocks");
	}
}

fn mutate(
	key: &WorkerId,
	change: impl FnOnce(&mut Vec<Entry>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
	let place = (b"assay/inference/journal/1", key).encode();
	let changed = StorageValueRef::persistent(&place).mutate(
		|entries: Result<Option<Vec<Entry>>, StorageRetrievalError>| {
			// An entry of another layout says nothing that matters: see above.
			let mut entries = entries.unwrap_or_default().unwrap_or_default();
			change(&mut entries).map(|()| entries)
		},
	);
	match changed {
		Ok(_) => Ok(()),
		Err(MutateStorageError::ConcurrentModification(_)) => Err(Refusal::Busy),
		Err(MutateStorageError::ValueFunctionFailed(refusal)) => Err(refusal),
	}
}
