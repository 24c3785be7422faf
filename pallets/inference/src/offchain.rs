//! The off-chain worker: asks which tasks the node's worker keys have, hands them to the engine, and submits what comes
//! back: everything that a key has to submit in a block goes into at most one transaction for commitments and one for
//! reveals.

use crate::{Call, Config, Pallet, audit::SUBJECT};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, BlockNumber, Duty, Execution, Subject, Task, WorkerId,
	commitment::{
		CommitEntry, MaxBatch, RevealEntry, commit_message, commitment, commits_message, reveal_message,
		reveals_message, salt_message,
	},
};
use assay_worker::{Obstacle, Step, Submission, execution, keys, note, salt, send, sign};
use frame_support::{
	BoundedVec,
	traits::{Get, Randomness},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::SaturatedConversion;

/// What a key has to submit, noted in the journal.
enum Ready {
	Commit(CommitEntry),
	Reveal(RevealEntry),
	BeginAudit,
}

impl<T: Config> Pallet<T> {
	/// What the node does for its worker keys in this block.
	pub(crate) fn work(now: BlockNumberFor<T>) {
		// The block is done, so this is its own randomness and not its parent's: the next block may include what it
		// decides.
		let (seed, _) = T::Randomness::random(SUBJECT);
		for key in keys() {
			let (mut commits, mut reveals) = (Vec::new(), Vec::new());
			let mut operator = None;
			let duties =
				Self::duties_with(&key, |id, request| Self::audit_decision_with(id, request, || (now, seed)));
			for duty in duties {
				let (request, round, job) = (duty.request, duty.round, duty.job.id());
				let subject = Subject::Request { request, round, job };
				operator = Some(duty.worker.clone());
				match Self::prepare(&key, subject, duty, now.saturated_into()) {
					Ok((noted, Ready::Commit(entry))) => commits.push((noted, entry)),
					Ok((noted, Ready::Reveal(entry))) => reveals.push((noted, entry)),
					Ok((noted, Ready::BeginAudit)) => {
						send::<T, _>(&key, &[noted], || Ok(Call::begin_audit { request }));
					}
					Err(obstacle) => obstacle.log(&subject),
				}
			}
			if let Some(worker) = operator {
				let most = <MaxBatch as Get<u32>>::get().max(1) as usize;
				for batch in commits.chunks(most) {
					Self::send_commits(&key, &worker, batch);
				}
				for batch in reveals.chunks(most) {
					Self::send_reveals(&key, &worker, batch);
				}
			}
		}
	}

	/// What one task needs to get a step further; noted, so that it has to be sent.
	fn prepare(
		key: &WorkerId,
		subject: Subject,
		duty: Duty<AccountId, BlockNumberFor<T>>,
		now: BlockNumber,
	) -> Result<(Submission, Ready), Obstacle> {
		let deadline = duty.deadline.saturated_into();
		if now >= deadline {
			return Err(Obstacle::TooLate);
		}
		let (request, round, worker, job) = (duty.request, duty.round, duty.worker, duty.job.id());
		let noted = |step, commitment, ready| {
			let submission = Submission { subject, step, commitment, deadline };
			note(key, submission, now).map(|()| (submission, ready))
		};
		// Needs no result.
		if let Task::BeginAudit(committed) = duty.task {
			return noted(Step::BeginAudit, committed, Ready::BeginAudit);
		}
		let Execution { digest, output } = execution(duty.job)?;
		let salt = salt(key, salt_message(Self::genesis(), request, round, job))?;
		let bound = commitment(Self::genesis(), request, round, &worker, &digest, &salt);
		match duty.task {
			Task::Commit => {
				let entry = CommitEntry { request, round, job, commitment: bound };
				noted(Step::Commit, bound, Ready::Commit(entry))
			}
			// Only the result that was committed to can be revealed; anything else would be refused.
			Task::Reveal(committed) | Task::BeginAudit(committed) if committed != bound => {
				Err(Obstacle::Conflict(committed))
			}
			Task::Reveal(_) | Task::BeginAudit(_) => {
				let entry = RevealEntry { request, round, job, digest, salt, output };
				noted(Step::Reveal, bound, Ready::Reveal(entry))
			}
		}
	}

	fn send_commits(key: &WorkerId, worker: &AccountId, batch: &[(Submission, CommitEntry)]) {
		let genesis = Self::genesis();
		let noted: Vec<Submission> = batch.iter().map(|(noted, _)| *noted).collect();
		send::<T, _>(key, &noted, || {
			let worker = worker.clone();
			if let [(_, CommitEntry { request, round, job, commitment })] = batch {
				let message = commit_message(genesis, *request, *round, *job, &worker, *commitment);
				let signature = sign(key, message)?;
				let (request, round, commitment) = (*request, *round, *commitment);
				return Ok(Call::commit { request, round, worker, commitment, signature });
			}
			let entries = BoundedVec::truncate_from(batch.iter().map(|(_, entry)| entry.clone()).collect());
			let signature = sign(key, commits_message(genesis, &worker, &entries))?;
			Ok(Call::commit_many { worker, entries, signature })
		});
	}

	fn send_reveals(key: &WorkerId, worker: &AccountId, batch: &[(Submission, RevealEntry)]) {
		let genesis = Self::genesis();
		let noted: Vec<Submission> = batch.iter().map(|(noted, _)| *noted).collect();
		send::<T, _>(key, &noted, || {
			let worker = worker.clone();
			if let [(Submission { commitment, .. }, entry)] = batch {
				let RevealEntry { request, round, job, digest, salt, output } = entry.clone();
				let message = reveal_message(genesis, request, round, job, *commitment, &output);
				let signature = sign(key, message)?;
				return Ok(Call::reveal { request, round, worker, digest, salt, output, signature });
			}
			let entries = BoundedVec::truncate_from(batch.iter().map(|(_, entry)| entry.clone()).collect());
			let signature = sign(key, reveals_message(genesis, &worker, &entries))?;
			Ok(Call::reveal_many { worker, entries, signature })
		});
	}
}
