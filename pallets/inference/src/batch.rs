//! Many submissions of a worker in one transaction, under one signature.
//!
//! A block may make some of them stale while the transaction waits, so those that are not valid are passed over; one that
//! is makes the transaction valid.

use crate::{
	Config, Pallet,
	answer::{Committing, Revealing, validity_error},
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Execution,
	commitment::{CommitEntry, RevealEntry, commits_message, reveals_message},
	worker::WorkerSignature,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::transaction_validity::{
	InvalidTransaction, TransactionTag, TransactionValidityError, TransactionValidityWithRefund,
};

/// What is valid of a batch.
struct Valid<T: Config> {
	tags: Vec<TransactionTag>,
	deadline: Option<BlockNumberFor<T>>,
	refused: Option<TransactionValidityError>,
}

impl<T: Config> Valid<T> {
	fn collect(
		checked: impl Iterator<Item = Result<(TransactionTag, BlockNumberFor<T>), TransactionValidityError>>,
	) -> Self {
		let mut valid = Self { tags: Vec::new(), deadline: None, refused: None };
		for entry in checked {
			match entry {
				Ok((tag, deadline)) => {
					if !valid.tags.contains(&tag) {
						valid.tags.push(tag);
					}
					valid.deadline = Some(valid.deadline.map_or(deadline, |first| first.min(deadline)));
				}
				// What a later block may make valid must not be banned for what never will be.
				Err(error @ TransactionValidityError::Unknown(_)) => valid.refused = Some(error),
				Err(error) => valid.refused = valid.refused.or(Some(error)),
			}
		}
		valid
	}

	/// Whether the batch enters the pool, if `signed` says that its signature is good.
	fn authorize(
		self,
		signed: impl FnOnce() -> Result<(), TransactionValidityError>,
	) -> TransactionValidityWithRefund {
		let Some(deadline) = self.deadline else {
			return Err(self.refused.unwrap_or(InvalidTransaction::Stale.into()));
		};
		signed()?;
		Pallet::<T>::valid(self.tags, deadline)
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn authorize_commit_many(
		worker: &AccountId,
		entries: &[CommitEntry],
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let valid = Valid::<T>::collect(entries.iter().map(|entry| {
			let Committing { deadline, .. } = Self::check_commit_entry(worker, entry)?;
			let tag = Self::worker_tag("commit", entry.request, entry.round, entry.job, worker);
			Ok((tag, deadline))
		}));
		valid.authorize(|| {
			let message = commits_message(Self::genesis(), worker, entries);
			Self::ensure_signed_by_key_of(worker, message, signature)
		})
	}

	pub(crate) fn authorize_reveal_many(
		worker: &AccountId,
		entries: &[RevealEntry],
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let valid = Valid::<T>::collect(entries.iter().map(|entry| {
			let Revealing { deadline, .. } = Self::check_reveal_entry(worker, entry)?;
			let tag = Self::worker_tag("reveal", entry.request, entry.round, entry.job, worker);
			Ok((tag, deadline))
		}));
		valid.authorize(|| {
			let message = reveals_message(Self::genesis(), worker, entries);
			Self::ensure_signed_by_key_of(worker, message, signature)
		})
	}

	/// Does the valid commitments of a batch.
	pub(crate) fn do_commit_many(worker: &AccountId, entries: impl IntoIterator<Item = CommitEntry>) {
		for entry in entries {
			if let Ok(committing) = Self::check_commit_entry(worker, &entry) {
				Self::do_commit(entry.request, worker.clone(), entry.commitment, committing);
			}
		}
	}

	/// Does the valid reveals of a batch. Returns how many of them led to a dispute.
	pub(crate) fn do_reveal_many(worker: &AccountId, entries: impl IntoIterator<Item = RevealEntry>) -> u32 {
		let mut disputes = 0u32;
		for entry in entries {
			if let Ok(revealing) = Self::check_reveal_entry(worker, &entry) {
				let execution = Execution { digest: entry.digest, output: entry.output };
				let disputed = Self::do_reveal(entry.request, worker.clone(), execution, revealing);
				disputes = disputes.saturating_add(disputed.into());
			}
		}
		disputes
	}

	fn check_commit_entry(
		worker: &AccountId,
		entry: &CommitEntry,
	) -> Result<Committing<T>, TransactionValidityError> {
		let committing = Self::check_commit(entry.request, entry.round, worker).map_err(validity_error)?;
		// The signature names the job of the entry: it is about this request, and not about one that had its number
		// before a re-organisation.
		if committing.request.job == entry.job {
			Ok(committing)
		} else {
			Err(InvalidTransaction::Stale.into())
		}
	}

	fn check_reveal_entry(
		worker: &AccountId,
		entry: &RevealEntry,
	) -> Result<Revealing<T>, TransactionValidityError> {
		let RevealEntry { request, round, job, digest, salt, output } = entry;
		let revealing =
			Self::check_reveal(*request, *round, worker, digest, salt, output).map_err(validity_error)?;
		if revealing.request.job == *job { Ok(revealing) } else { Err(InvalidTransaction::Stale.into()) }
	}
}
