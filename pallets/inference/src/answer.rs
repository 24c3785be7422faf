//! Commit and reveal: what makes a submission valid.
//!
//! The same checks run twice: in `authorize`, where they decide whether the transaction enters the pool and a block and
//! where the signature is verified last, and in the call, where they yield the request to work on.

use crate::{Config, Error, Pallet, Request, Requests};
use assay_primitives::{
	AccountId, Balance, Commitment, ComputeUnits, Hash, JobId, Outcome, RequestId, RequestState,
	ResultDigest, Round, Salt,
	commitment::{commit_message, commitment, output_hash, reveal_message},
	job::Output,
	traits::Operators,
	worker::WorkerSignature,
};
use codec::Encode;
use frame_support::ensure;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::{
	Weight,
	traits::{SaturatedConversion, Saturating, Zero},
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionValidityError, TransactionValidityWithRefund,
		UnknownTransaction, ValidTransaction,
	},
};

/// Submissions are free and few (one per task), and a late one costs its worker stake: they go before what pays.
const PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

/// Codes of [`InvalidTransaction::Custom`].
pub mod invalid {
	/// The account was not drawn for this round of the request.
	pub const NOT_THE_WORKER: u8 = 1;
	/// The opening does not match the commitment.
	pub const COMMITMENT_MISMATCH: u8 = 2;
	/// The output does not match the digest.
	pub const OUTPUT_MISMATCH: u8 = 3;
	/// More compute units than the request's limit.
	pub const COMPUTE_LIMIT_EXCEEDED: u8 = 4;
}

/// What a commitment was checked against.
pub(crate) struct Committing<T: Config> {
	pub request: Request<T>,
	pub stake: Balance,
	pub deadline: BlockNumberFor<T>,
}

/// What a reveal was checked against.
pub(crate) struct Revealing<T: Config> {
	pub request: Request<T>,
	pub stake: Balance,
	pub commitment: Commitment,
	pub deadline: BlockNumberFor<T>,
}

impl<T: Config> Pallet<T> {
	/// Hash of the genesis block: what was signed for one chain means nothing on another.
	pub(crate) fn genesis() -> Hash {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}

	/// Everything about a commitment but its signature.
	pub(crate) fn check_commit(
		id: RequestId,
		round: Round,
		who: &AccountId,
	) -> Result<Committing<T>, Error<T>> {
		let request = Self::open_request(id, round)?;
		let (worker, stake, deadline) = match &request.state {
			RequestState::Assigned { worker, stake, deadline } => (worker, *stake, *deadline),
			RequestState::Pending { .. } => return Err(Error::<T>::NotAssigned),
			_ => return Err(Error::<T>::AlreadySubmitted),
		};
		ensure!(worker == who, Error::<T>::NotTheWorker);
		Self::ensure_in_time(deadline)?;
		Ok(Committing { request, stake, deadline })
	}

	/// Everything about a reveal but its signature.
	pub(crate) fn check_reveal(
		id: RequestId,
		round: Round,
		who: &AccountId,
		digest: &ResultDigest,
		salt: &Salt,
		output: &Output,
	) -> Result<Revealing<T>, Error<T>> {
		let request = Self::open_request(id, round)?;
		let (worker, stake, committed, deadline) = match &request.state {
			RequestState::Committed { worker, stake, commitment, deadline } => {
				(worker, *stake, *commitment, *deadline)
			}
			RequestState::Pending { .. } | RequestState::Assigned { .. } => {
				return Err(Error::<T>::NotCommitted);
			}
			_ => return Err(Error::<T>::AlreadySubmitted),
		};
		ensure!(worker == who, Error::<T>::NotTheWorker);
		Self::ensure_in_time(deadline)?;
		Self::check_answer(digest, output, request.quote.compute_limit)?;
		let opened = commitment(Self::genesis(), id, round, who, digest, salt);
		ensure!(opened == committed, Error::<T>::CommitmentMismatch);
		Ok(Revealing { request, stake, commitment: committed, deadline })
	}

	/// Whether a digest can be that of `output`: its hash if the bytes are here, no bytes at all unless the execution
	/// succeeded, and no more work than was paid for.
	pub(crate) fn check_answer(
		digest: &ResultDigest,
		output: &Output,
		compute_limit: ComputeUnits,
	) -> Result<(), Error<T>> {
		ensure!(digest.compute_units <= compute_limit, Error::<T>::ComputeLimitExceeded);
		let matches = match output {
			Output::Inline(bytes) => {
				(digest.outcome == Outcome::Success || bytes.is_empty())
					&& output_hash(bytes) == digest.output_hash
			}
			// The bytes are elsewhere; whoever fetches them checks the hash.
			Output::Content(_) => digest.outcome == Outcome::Success,
		};
		ensure!(matches, Error::<T>::OutputMismatch);
		Ok(())
	}

	pub(crate) fn authorize_commit(
		id: RequestId,
		round: Round,
		worker: &AccountId,
		commitment: Commitment,
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let Committing { request, deadline, .. } =
			Self::check_commit(id, round, worker).map_err(validity_error)?;
		let message = commit_message(Self::genesis(), id, round, request.job, worker, commitment);
		Self::ensure_signed_by_key_of(worker, message, signature)?;
		Self::valid("commit", id, round, request.job, deadline)
	}

	#[allow(clippy::too_many_arguments)]
	pub(crate) fn authorize_reveal(
		id: RequestId,
		round: Round,
		worker: &AccountId,
		digest: &ResultDigest,
		salt: &Salt,
		output: &Output,
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let Revealing { request, commitment, deadline, .. } =
			Self::check_reveal(id, round, worker, digest, salt, output).map_err(validity_error)?;
		let message = reveal_message(Self::genesis(), id, round, request.job, commitment, output);
		Self::ensure_signed_by_key_of(worker, message, signature)?;
		Self::valid("reveal", id, round, request.job, deadline)
	}

	fn open_request(id: RequestId, round: Round) -> Result<Request<T>, Error<T>> {
		let request = Requests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
		ensure!(!request.is_settled(), Error::<T>::AlreadySettled);
		ensure!(request.round() >= round, Error::<T>::FutureRound);
		ensure!(request.round() <= round, Error::<T>::RoundOver);
		Ok(request)
	}

	/// A deadline holds from its block on, whether or not the hooks have got to the request yet.
	fn ensure_in_time(deadline: BlockNumberFor<T>) -> Result<(), Error<T>> {
		ensure!(frame_system::Pallet::<T>::block_number() <= deadline, Error::<T>::DeadlinePassed);
		Ok(())
	}

	fn ensure_signed_by_key_of(
		worker: &AccountId,
		message: Hash,
		signature: &WorkerSignature,
	) -> Result<(), TransactionValidityError> {
		let key = T::Operators::worker_key(worker).ok_or(InvalidTransaction::BadProof)?;
		ensure!(key.verify(&message, signature), InvalidTransaction::BadProof);
		Ok(())
	}

	/// One submission per task and round in a pool: another one replaces it or is refused.
	fn valid(
		task: &'static str,
		id: RequestId,
		round: Round,
		job: JobId,
		deadline: BlockNumberFor<T>,
	) -> TransactionValidityWithRefund {
		let left = deadline.saturating_sub(frame_system::Pallet::<T>::block_number());
		ValidTransaction::with_tag_prefix("AssayInference")
			.priority(PRIORITY)
			.and_provides((task, id, round, job).encode())
			.longevity(left.saturated_into::<u64>().saturating_add(1))
			.propagate(true)
			.build()
			.map(|valid| (valid, Weight::zero()))
	}
}

/// Why a submission does not enter the pool.
///
/// What may become valid in a later block is unknown rather than invalid: a node that has not imported the newest block
/// yet would otherwise ban the transaction for half an hour.
fn validity_error<T: Config>(error: Error<T>) -> TransactionValidityError {
	match error {
		Error::UnknownRequest | Error::FutureRound | Error::NotAssigned | Error::NotCommitted => {
			UnknownTransaction::CannotLookup.into()
		}
		Error::NotTheWorker => InvalidTransaction::Custom(invalid::NOT_THE_WORKER).into(),
		Error::CommitmentMismatch => InvalidTransaction::Custom(invalid::COMMITMENT_MISMATCH).into(),
		Error::OutputMismatch => InvalidTransaction::Custom(invalid::OUTPUT_MISMATCH).into(),
		Error::ComputeLimitExceeded => InvalidTransaction::Custom(invalid::COMPUTE_LIMIT_EXCEEDED).into(),
		// The round is over: submitted already, or too late.
		_ => InvalidTransaction::Stale.into(),
	}
}
