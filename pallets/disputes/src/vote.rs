//! Commit and reveal: what makes a juror's submission valid.
//!
//! The same checks run twice: in `authorize`, where they decide whether the transaction enters the pool and a block and
//! where the signature is verified last, and in the call, where they yield the dispute to work on.

use crate::{Config, Dispute, Disputes, Error, Event, Juries, Jury, Outputs, Pallet, Phase};
use assay_primitives::{
	AccountId, Commitment, Hash, JobId, RequestId, ResultDigest, Salt,
	commitment::{jury_commit_message, jury_commitment, jury_reveal_message},
	dispute::{Tier, Vote},
	job::Output,
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
		InvalidTransaction, TransactionPriority, TransactionValidityError, TransactionValidityWithRefund,
		UnknownTransaction, ValidTransaction,
	},
};

/// Submissions are free and few (one per task), and a late one costs its juror stake: they go before what pays.
const PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

/// Codes of [`InvalidTransaction::Custom`].
pub mod invalid {
	/// The account was not drawn for this tier of the dispute.
	pub const NOT_A_JUROR: u8 = 1;
	/// The opening does not match the commitment.
	pub const COMMITMENT_MISMATCH: u8 = 2;
	/// The output does not match the digest.
	pub const OUTPUT_MISMATCH: u8 = 3;
	/// More compute units than the request's limit.
	pub const COMPUTE_LIMIT_EXCEEDED: u8 = 4;
	/// The output is missing, or was shown by a claimant.
	pub const OUTPUT_MISPLACED: u8 = 5;
}

/// A juror's seat, to be written back.
pub(crate) struct Chair {
	id: RequestId,
	tier: Tier,
	jury: Jury,
	index: usize,
}

impl Chair {
	fn find<T: Config>(id: RequestId, tier: Tier, juror: &AccountId) -> Result<(Self, Vote), Error<T>> {
		let jury = Juries::<T>::get(id, tier);
		let (index, vote) = jury
			.iter()
			.enumerate()
			.find(|(_, seat)| seat.juror == *juror)
			.map(|(index, seat)| (index, seat.vote))
			.ok_or(Error::<T>::NotAJuror)?;
		Ok((Self { id, tier, jury, index }, vote))
	}

	/// Writes what the juror says. Returns how many jurors there are.
	pub(crate) fn say<T: Config>(mut self, vote: Vote) -> u32 {
		if let Some(seat) = self.jury.get_mut(self.index) {
			seat.vote = vote;
		}
		let jurors = self.jury.len().saturated_into();
		Juries::<T>::insert(self.id, self.tier, self.jury);
		jurors
	}
}

/// What a commitment was checked against.
pub(crate) struct Committing<T: Config> {
	pub dispute: Dispute<T>,
	pub chair: Chair,
	/// Jurors that have not committed, this one included.
	pub missing: u32,
	pub deadline: BlockNumberFor<T>,
}

/// What a reveal was checked against.
pub(crate) struct Revealing<T: Config> {
	pub dispute: Dispute<T>,
	pub chair: Chair,
	/// Jurors that have not revealed, this one included.
	pub missing: u32,
	pub deadline: BlockNumberFor<T>,
	pub commitment: Commitment,
}

impl<T: Config> Pallet<T> {
	/// Hash of the genesis block: what was signed for one chain means nothing on another.
	pub(crate) fn genesis() -> Hash {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}

	/// Everything about a commitment but its signature.
	pub(crate) fn check_commit(
		id: RequestId,
		tier: Tier,
		juror: &AccountId,
	) -> Result<Committing<T>, Error<T>> {
		let dispute = Self::open_tier(id, tier)?;
		let (missing, deadline) = match dispute.phase {
			Phase::Drawing { .. } => return Err(Error::<T>::NotSeated),
			Phase::Committing { missing, deadline } => (missing, deadline),
			Phase::Revealing { .. } => return Err(Error::<T>::DeadlinePassed),
			_ => return Err(Error::<T>::TierOver),
		};
		let (chair, vote) = Chair::find(id, tier, juror)?;
		ensure!(vote == Vote::Awaited, Error::<T>::AlreadySubmitted);
		Self::ensure_in_time(deadline)?;
		Ok(Committing { dispute, chair, missing, deadline })
	}

	/// Everything about a reveal but its signature.
	pub(crate) fn check_reveal(
		id: RequestId,
		tier: Tier,
		juror: &AccountId,
		digest: &ResultDigest,
		salt: &Salt,
		output: Option<&Output>,
	) -> Result<Revealing<T>, Error<T>> {
		let dispute = Self::open_tier(id, tier)?;
		let (missing, deadline) = match dispute.phase {
			Phase::Drawing { .. } => return Err(Error::<T>::NotSeated),
			Phase::Committing { .. } => return Err(Error::<T>::TooEarlyToReveal),
			Phase::Revealing { missing, deadline } => (missing, deadline),
			_ => return Err(Error::<T>::TierOver),
		};
		let (chair, vote) = Chair::find(id, tier, juror)?;
		let committed = match vote {
			Vote::Awaited => return Err(Error::<T>::NotCommitted),
			Vote::Committed(commitment) => commitment,
			Vote::Revealed { .. } => return Err(Error::<T>::AlreadySubmitted),
		};
		Self::ensure_in_time(deadline)?;
		ensure!(digest.compute_units <= dispute.case.compute_limit, Error::<T>::ComputeLimitExceeded);
		let claimed = dispute.case.claims.iter().any(|claim| claim.digest == *digest);
		match output {
			Some(_) if claimed => return Err(Error::<T>::NeedlessOutput),
			None if !claimed => return Err(Error::<T>::OutputMissing),
			Some(output) => ensure!(digest.admits(output), Error::<T>::OutputMismatch),
			None => {}
		}
		let opened = jury_commitment(Self::genesis(), id, tier, juror, digest, salt);
		ensure!(opened == committed, Error::<T>::CommitmentMismatch);
		Ok(Revealing { dispute, chair, missing, deadline, commitment: committed })
	}

	/// Counts a commitment of a jury of `jurors`, after which `missing` are missing.
	pub(crate) fn count_commit(id: RequestId, mut dispute: Dispute<T>, missing: u32, jurors: u32) {
		match &mut dispute.phase {
			Phase::Committing { missing: left, .. } if missing > 0 => {
				*left = missing;
				Disputes::<T>::insert(id, dispute);
			}
			_ => Self::reveal_now(id, dispute, jurors),
		}
	}

	/// Lets `missing` jurors, who committed, reveal.
	pub(crate) fn reveal_now(id: RequestId, dispute: Dispute<T>, missing: u32) {
		let deadline = frame_system::Pallet::<T>::block_number().saturating_add(T::RevealPeriod::get());
		Self::deposit_event(Event::CommitsClosed { request: id, tier: dispute.tier, deadline });
		Self::transition(id, dispute, Phase::Revealing { missing, deadline });
	}

	/// Counts a reveal after which `missing` are missing. After the last one there is nothing to wait for.
	pub(crate) fn count_reveal(id: RequestId, mut dispute: Dispute<T>, missing: u32) {
		match &mut dispute.phase {
			Phase::Revealing { missing: left, .. } if missing > 0 => {
				*left = missing;
				Disputes::<T>::insert(id, dispute);
			}
			_ => {
				let deadline = frame_system::Pallet::<T>::block_number();
				Self::transition(id, dispute, Phase::Revealing { missing, deadline });
			}
		}
	}

	/// Keeps an output under its hash.
	pub(crate) fn keep_output(id: RequestId, output: Output) -> Hash {
		let hash = output.using_encoded(sp_io::hashing::blake2_256).into();
		Outputs::<T>::insert(id, hash, output);
		hash
	}

	pub(crate) fn authorize_commit(
		id: RequestId,
		tier: Tier,
		juror: &AccountId,
		commitment: Commitment,
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let Committing { dispute, deadline, .. } =
			Self::check_commit(id, tier, juror).map_err(validity_error)?;
		let job = dispute.case.job;
		let message = jury_commit_message(Self::genesis(), id, tier, job, juror, commitment);
		Self::ensure_signed_by_key_of(juror, message, signature)?;
		Self::valid("commit", id, tier, job, juror, deadline)
	}

	#[allow(clippy::too_many_arguments)]
	pub(crate) fn authorize_reveal(
		id: RequestId,
		tier: Tier,
		juror: &AccountId,
		digest: &ResultDigest,
		salt: &Salt,
		output: Option<&Output>,
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let Revealing { dispute, commitment, deadline, .. } =
			Self::check_reveal(id, tier, juror, digest, salt, output).map_err(validity_error)?;
		let job = dispute.case.job;
		let message = jury_reveal_message(Self::genesis(), id, tier, job, commitment, output);
		Self::ensure_signed_by_key_of(juror, message, signature)?;
		Self::valid("reveal", id, tier, job, juror, deadline)
	}

	fn open_tier(id: RequestId, tier: Tier) -> Result<Dispute<T>, Error<T>> {
		let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
		ensure!(dispute.tier >= tier, Error::<T>::FutureTier);
		ensure!(dispute.tier <= tier, Error::<T>::TierOver);
		Ok(dispute)
	}

	/// A deadline holds from its block on, whether or not the hooks have got to the dispute yet.
	pub(crate) fn ensure_in_time(deadline: BlockNumberFor<T>) -> Result<(), Error<T>> {
		ensure!(frame_system::Pallet::<T>::block_number() <= deadline, Error::<T>::DeadlinePassed);
		Ok(())
	}

	fn ensure_signed_by_key_of(
		juror: &AccountId,
		message: Hash,
		signature: &WorkerSignature,
	) -> Result<(), TransactionValidityError> {
		let key = T::Operators::worker_key(juror).ok_or(InvalidTransaction::BadProof)?;
		ensure!(key.verify(&message, signature), InvalidTransaction::BadProof);
		Ok(())
	}

	/// One submission per juror, task and tier in a pool: another one replaces it or is refused.
	fn valid(
		task: &'static str,
		id: RequestId,
		tier: Tier,
		job: JobId,
		juror: &AccountId,
		deadline: BlockNumberFor<T>,
	) -> TransactionValidityWithRefund {
		let left = deadline.saturating_sub(frame_system::Pallet::<T>::block_number());
		ValidTransaction::with_tag_prefix("AssayDisputes")
			.priority(PRIORITY)
			.and_provides((task, id, tier, job, juror).encode())
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
		Error::UnknownDispute | Error::FutureTier | Error::NotSeated | Error::TooEarlyToReveal => {
			UnknownTransaction::CannotLookup.into()
		}
		Error::NotAJuror => InvalidTransaction::Custom(invalid::NOT_A_JUROR).into(),
		Error::CommitmentMismatch => InvalidTransaction::Custom(invalid::COMMITMENT_MISMATCH).into(),
		Error::OutputMismatch => InvalidTransaction::Custom(invalid::OUTPUT_MISMATCH).into(),
		Error::OutputMissing | Error::NeedlessOutput => {
			InvalidTransaction::Custom(invalid::OUTPUT_MISPLACED).into()
		}
		Error::ComputeLimitExceeded => InvalidTransaction::Custom(invalid::COMPUTE_LIMIT_EXCEEDED).into(),
		// The tier is over: submitted already, or too late.
		_ => InvalidTransaction::Stale.into(),
	}
}
