//! Two signed commitments that contradict each other.
//!
//! A worker key signs one commitment per task: its salt derives from a signature of the task, so that a node that restarts,
//! or two nodes with one key, find the same. Two different ones mean two different results.

use crate::{Config, Error, Event, Pallet, Proven, SignedCommitment, math};
use assay_primitives::{
	AccountId, Commitment, Hash, Subject, WorkerId,
	commitment::{CommitEntry, commit_message, commits_message, jury_commit_message},
	traits::{Fault, Operators},
};
use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::Perbill;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_report(
		reporter: AccountId,
		key: WorkerId,
		subject: Subject,
		first: SignedCommitment,
		second: SignedCommitment,
	) -> DispatchResult {
		let operator = T::Operators::accountable_for(&key).ok_or(Error::<T>::UnknownKey)?;
		let first = Self::commitment_in(&first, &subject, &operator, &key)?;
		let second = Self::commitment_in(&second, &subject, &operator, &key)?;
		ensure!(first != second, Error::<T>::SameCommitment);
		Self::punish(reporter, &key, operator, subject)
	}

	/// Takes everything from an operator whose key equivocated about `subject`, unless that is known already.
	pub(crate) fn punish(
		reporter: AccountId,
		key: &WorkerId,
		operator: AccountId,
		subject: Subject,
	) -> DispatchResult {
		Proven::<T>::try_mutate(key, |proven| {
			ensure!(!proven.contains(&subject), Error::<T>::AlreadyProven);
			// Only the key's holder can push older ones out of it, and pays for each.
			if proven.is_full() {
				proven.remove(0);
			}
			proven.try_push(subject).map_err(|_| Error::<T>::AlreadyProven)
		})?;
		let everything = Fault { unlock: 0, amount: 0, share: Perbill::one() };
		let slashed = Self::take_stake(&operator, everything);
		ensure!(slashed > 0, Error::<T>::NothingToSlash);
		let reward = Self::pay(&reporter, math::reporter_reward(slashed, T::ReporterShare::get()));
		Self::burn(slashed.saturating_sub(reward));
		Self::deposit_event(Event::EquivocationProven { operator, subject, slashed, reporter, reward });
		Ok(())
	}

	/// The commitment for `subject` that was signed.
	fn commitment_in(
		signed: &SignedCommitment,
		subject: &Subject,
		operator: &AccountId,
		key: &WorkerId,
	) -> Result<Commitment, Error<T>> {
		let genesis = Self::genesis();
		let (message, commitment, signature) = match signed {
			SignedCommitment::One { commitment, signature } => {
				(Self::submitted_message(subject, operator, *commitment), *commitment, signature)
			}
			SignedCommitment::Many { entries, signature } => {
				let about = |entry: &&CommitEntry| {
					let CommitEntry { request, round, job, .. } = **entry;
					*subject == Subject::Request { request, round, job }
				};
				let entry = entries.iter().find(about).ok_or(Error::<T>::NotInBatch)?;
				(commits_message(genesis, operator, entries), entry.commitment, signature)
			}
		};
		ensure!(key.verify(&message, signature), Error::<T>::BadSignature);
		Ok(commitment)
	}

	/// What was signed to submit a commitment by itself.
	fn submitted_message(subject: &Subject, operator: &AccountId, commitment: Commitment) -> Hash {
		let genesis = Self::genesis();
		match *subject {
			Subject::Request { request, round, job } => {
				commit_message(genesis, request, round, job, operator, commitment)
			}
			Subject::Jury { request, tier, job } => {
				jury_commit_message(genesis, request, tier, job, operator, commitment)
			}
		}
	}
}
