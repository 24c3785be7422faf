//! Commit and reveal: what makes a submission valid, and what it changes.
//!
//! The same checks run twice: in `authorize`, where they decide whether the transaction enters the pool and a block and
//! where the signature is verified last, and in the call, where they yield the request to work on.

use crate::{
	Config, Error, Event, Pallet, Request, Requests,
	audit::{Decision, KEPT},
	types::{Panel, Seat},
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Commitment, ComputeUnits, Execution, Hash, JobId, RequestId, RequestState, ResultDigest,
	Round, Salt,
	commitment::{commit_message, commitment, reveal_message},
	job::Output,
	request::Answer,
	traits::Operators,
	worker::WorkerSignature,
};
use codec::Encode;
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::{
	Weight,
	traits::{SaturatedConversion, Saturating, Zero},
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionTag, TransactionValidityError,
		TransactionValidityWithRefund, UnknownTransaction, ValidTransaction,
	},
};

/// Submissions are free and few (one per task), and a late one costs its worker stake: they go before what pays.
const PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

/// Codes of [`InvalidTransaction::Custom`].
pub mod invalid {
	/// The account was not drawn for this request.
	pub const NOT_THE_WORKER: u8 = 1;
	/// The opening does not match the commitment.
	pub const COMMITMENT_MISMATCH: u8 = 2;
	/// The output does not match the digest.
	pub const OUTPUT_MISMATCH: u8 = 3;
	/// More compute units than the request's limit.
	pub const COMPUTE_LIMIT_EXCEEDED: u8 = 4;
	/// The request's commitment is not audited.
	pub const NOT_AUDITED: u8 = 5;
}

/// What a commitment was checked against.
pub(crate) struct Committing<T: Config> {
	pub request: Request<T>,
	pub panel: Panel,
	pub deadline: BlockNumberFor<T>,
}

/// What a reveal was checked against.
pub(crate) struct Revealing<T: Config> {
	pub request: Request<T>,
	pub panel: Panel,
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
		let request = Self::open_request(id)?;
		let seat = Self::seat_of(&request, round, who)?;
		let (panel, deadline) = match &request.state {
			RequestState::Assigned { panel, deadline } if seat.answer == Answer::Waiting => {
				(panel.clone(), *deadline)
			}
			RequestState::Pending { .. } if seat.answer == Answer::Waiting => {
				return Err(Error::<T>::NotAssigned);
			}
			_ => return Err(Error::<T>::AlreadySubmitted),
		};
		Self::ensure_in_time(deadline)?;
		Ok(Committing { request, panel, deadline })
	}

	/// Binds a member of a panel. Once all of it is bound, it has to reveal.
	pub(crate) fn do_commit(
		id: RequestId,
		worker: AccountId,
		commitment: Commitment,
		committing: Committing<T>,
	) {
		let Committing { mut request, mut panel, deadline } = committing;
		let mut round = 0;
		for seat in panel.iter_mut().filter(|seat| seat.worker == worker) {
			seat.answer = Answer::Committed(commitment);
			round = seat.round;
		}
		let waits = panel.iter().any(|seat| seat.answer == Answer::Waiting);
		let mut reveal_by = None;
		if waits {
			request.state = RequestState::Assigned { panel, deadline };
			Requests::<T>::insert(id, request);
		} else {
			let deadline = Self::reveal_deadline().max(deadline);
			reveal_by = Some(deadline);
			Self::transition(id, request, RequestState::Committed { panel, deadline });
		}
		Self::deposit_event(Event::Committed { request: id, round, worker, commitment, deadline: reveal_by });
	}

	/// Last block that may include the reveals of a panel that is bound now. The randomness that decides about an audit
	/// is still kept then.
	pub(crate) fn reveal_deadline() -> BlockNumberFor<T> {
		let period = T::RevealPeriod::get().min(KEPT.into());
		frame_system::Pallet::<T>::block_number().saturating_add(period)
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
		let request = Self::open_request(id)?;
		let seat = Self::seat_of(&request, round, who)?;
		let (panel, deadline, committed) = match (&request.state, &seat.answer) {
			(RequestState::Committed { panel, deadline }, Answer::Committed(commitment)) => {
				(panel.clone(), *deadline, *commitment)
			}
			(RequestState::Pending { .. } | RequestState::Assigned { .. }, _) => {
				return Err(Error::<T>::NotCommitted);
			}
			_ => return Err(Error::<T>::AlreadySubmitted),
		};
		Self::ensure_in_time(deadline)?;
		match Self::audit_decision(id, &request) {
			Decision::Open => return Err(Error::<T>::AuditUndecided),
			Decision::Audited(_) => return Err(Error::<T>::AuditNotBegun),
			Decision::Spared => {}
		}
		Self::check_answer(digest, output, request.quote.compute_limit)?;
		let opened = commitment(Self::genesis(), id, round, who, digest, salt);
		ensure!(opened == committed, Error::<T>::CommitmentMismatch);
		Ok(Revealing { request, panel, commitment: committed, deadline })
	}

	/// Shows the result of a member of a panel. Once all of it has shown its results, they are compared. Returns whether
	/// they are disputed.
	pub(crate) fn do_reveal(
		id: RequestId,
		worker: AccountId,
		execution: Execution,
		revealing: Revealing<T>,
	) -> bool {
		let Revealing { mut request, mut panel, deadline, .. } = revealing;
		Self::deposit_event(Event::Revealed {
			request: id,
			worker: worker.clone(),
			digest: execution.digest,
		});
		for seat in panel.iter_mut().filter(|seat| seat.worker == worker) {
			seat.answer = Answer::Revealed(execution.clone());
		}
		if panel.iter().all(|seat| seat.revealed().is_some()) {
			return Self::compare(id, request, panel);
		}
		Self::end_task(id, &worker);
		request.state = RequestState::Committed { panel, deadline };
		Requests::<T>::insert(id, request);
		false
	}

	/// Whether a digest can be that of `output`, and claims no more work than was paid for.
	pub(crate) fn check_answer(
		digest: &ResultDigest,
		output: &Output,
		compute_limit: ComputeUnits,
	) -> Result<(), Error<T>> {
		ensure!(digest.compute_units <= compute_limit, Error::<T>::ComputeLimitExceeded);
		ensure!(digest.admits(output), Error::<T>::OutputMismatch);
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
		Self::valid([Self::worker_tag("commit", id, round, request.job, worker)], deadline)
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
		Self::valid([Self::worker_tag("reveal", id, round, request.job, worker)], deadline)
	}

	fn open_request(id: RequestId) -> Result<Request<T>, Error<T>> {
		let request = Requests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
		ensure!(!request.is_settled(), Error::<T>::AlreadySettled);
		Ok(request)
	}

	/// The seat of an operator that was drawn in this round.
	fn seat_of<'a>(request: &'a Request<T>, round: Round, who: &AccountId) -> Result<&'a Seat, Error<T>> {
		if let Some(seat) = request.state.panel().iter().find(|seat| seat.worker == *who) {
			ensure!(seat.round <= round, Error::<T>::RoundOver);
			ensure!(seat.round >= round, Error::<T>::FutureRound);
			return Ok(seat);
		}
		ensure!(!request.failed.contains(who), Error::<T>::RoundOver);
		ensure!(request.round() >= round, Error::<T>::FutureRound);
		ensure!(!matches!(request.state, RequestState::Pending { .. }), Error::<T>::NotAssigned);
		Err(Error::<T>::NotTheWorker)
	}

	/// A deadline holds from its block on, whether or not the hooks have got to the request yet.
	pub(crate) fn ensure_in_time(deadline: BlockNumberFor<T>) -> Result<(), Error<T>> {
		ensure!(frame_system::Pallet::<T>::block_number() <= deadline, Error::<T>::DeadlinePassed);
		Ok(())
	}

	pub(crate) fn ensure_signed_by_key_of(
		worker: &AccountId,
		message: Hash,
		signature: &WorkerSignature,
	) -> Result<(), TransactionValidityError> {
		let key = T::Operators::worker_key(worker).ok_or(InvalidTransaction::BadProof)?;
		ensure!(key.verify(&message, signature), InvalidTransaction::BadProof);
		Ok(())
	}

	/// Names a step of a request: at most one transaction of a pool may do it.
	pub(crate) fn tag(step: &'static str, id: RequestId, round: Round, job: JobId) -> TransactionTag {
		(step, id, round, job).encode()
	}

	/// Names a step of one member of a panel.
	pub(crate) fn worker_tag(
		step: &'static str,
		id: RequestId,
		round: Round,
		job: JobId,
		worker: &AccountId,
	) -> TransactionTag {
		(step, id, round, job, worker).encode()
	}

	/// A submission that enters the pool; another one for a step of the same name replaces it or is refused.
	pub(crate) fn valid(
		tags: impl IntoIterator<Item = TransactionTag>,
		deadline: BlockNumberFor<T>,
	) -> TransactionValidityWithRefund {
		let left = deadline.saturating_sub(frame_system::Pallet::<T>::block_number());
		let provides = tags.into_iter().map(|tag| ("AssayInference", tag).encode()).collect::<Vec<_>>();
		let valid = ValidTransaction {
			priority: PRIORITY,
			requires: Vec::new(),
			provides,
			longevity: left.saturated_into::<u64>().saturating_add(1),
			propagate: true,
		};
		Ok((valid, Weight::zero()))
	}
}

/// Why a submission does not enter the pool.
///
/// What may become valid in a later block is unknown rather than invalid: a node that has not imported the newest block
/// yet would otherwise ban the transaction for half an hour.
pub(crate) fn validity_error<T: Config>(error: Error<T>) -> TransactionValidityError {
	match error {
		Error::UnknownRequest
		| Error::FutureRound
		| Error::NotAssigned
		| Error::NotCommitted
		| Error::AuditUndecided
		| Error::AuditNotBegun => UnknownTransaction::CannotLookup.into(),
		Error::NotTheWorker => InvalidTransaction::Custom(invalid::NOT_THE_WORKER).into(),
		Error::CommitmentMismatch => InvalidTransaction::Custom(invalid::COMMITMENT_MISMATCH).into(),
		Error::OutputMismatch => InvalidTransaction::Custom(invalid::OUTPUT_MISMATCH).into(),
		Error::ComputeLimitExceeded => InvalidTransaction::Custom(invalid::COMPUTE_LIMIT_EXCEEDED).into(),
		Error::NotAudited => InvalidTransaction::Custom(invalid::NOT_AUDITED).into(),
		// The round is over: submitted already, or too late.
		_ => InvalidTransaction::Stale.into(),
	}
}
