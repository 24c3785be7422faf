//! Audits: which commitments are checked by auditors, and how they are drawn.
//!
//! The randomness that appears in the block after a commitment decides: the worker could not know it when it committed,
//! and neither could the author of the block that included the commitment. Who authors a block knows its randomness in
//! advance, so the hash of the block with the commitment counts as well: only somebody who authors both blocks, one after
//! the other, could choose. The decision is a pure function, so the many requests that are not audited cost nothing for it.

use crate::{
	BlockSeeds, Config, Error, Event, Pallet, Request, Requests, WeightInfo, answer,
	draw::{MAX_TRIES, Purpose},
	math,
	types::{AUDITORS, Panel},
};
use assay_primitives::{Hash, RequestId, RequestState, Security, dispute::Role};
use codec::Encode;
use frame_support::{ensure, traits::Randomness, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{One, Saturating},
	transaction_validity::TransactionValidityWithRefund,
};

/// Blocks for which randomness is kept: none has to reveal later than that after its commitment.
pub(crate) const KEPT: u32 = 1_024;

/// What the randomness is asked for.
pub(crate) const SUBJECT: &[u8] = b"assay/draw";

/// Whether the commitment of an only worker is audited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
	/// The randomness that decides has not appeared yet.
	Open,
	/// It is; this randomness draws the auditors.
	Audited(Hash),
	/// It may be opened without an audit, or there has been one.
	Spared,
}

/// A request whose auditors can be drawn.
pub(crate) struct Auditing<T: Config> {
	pub request: Request<T>,
	pub panel: Panel,
	pub deadline: BlockNumberFor<T>,
	pub seed: Hash,
}

impl<T: Config> Pallet<T> {
	/// Keeps the randomness of a block for the decisions that hang on it.
	pub(crate) fn note_randomness(seed: Option<Hash>, appeared_at: BlockNumberFor<T>) {
		BlockSeeds::<T>::insert(appeared_at, seed);
		BlockSeeds::<T>::remove(appeared_at.saturating_sub(KEPT.into()).saturating_sub(One::one()));
	}

	/// Whether a request in the state `Committed` is audited, as a transaction of this block sees it.
	pub(crate) fn audit_decision(id: RequestId, request: &Request<T>) -> Decision {
		Self::audit_decision_with(id, request, || {
			// A pool asks before the hooks of the next block have noted the randomness of the newest one.
			let (seed, appeared_at) = T::Randomness::random(SUBJECT);
			(appeared_at, seed)
		})
	}

	/// Whether a request in the state `Committed` is audited, for somebody who knows of a block whose randomness may not
	/// be noted yet.
	pub(crate) fn audit_decision_with(
		id: RequestId,
		request: &Request<T>,
		newest: impl FnOnce() -> (BlockNumberFor<T>, Option<Hash>),
	) -> Decision {
		let optimistic = matches!(request.security, Security::Optimistic { .. });
		if !optimistic || request.audited || request.audit_rate.is_zero() {
			return Decision::Spared;
		}
		let decides = request.changed_at.saturating_add(One::one());
		let seed = BlockSeeds::<T>::get(decides).or_else(|| {
			let (block, seed) = newest();
			(block == decides).then_some(seed)
		});
		match seed {
			None => Decision::Open,
			Some(None) => Decision::Spared,
			Some(Some(seed)) => {
				let block = frame_system::Pallet::<T>::block_hash(request.changed_at);
				let seed: Hash = (seed, block).using_encoded(sp_io::hashing::blake2_256).into();
				if math::is_audited(seed, id, request.audit_rate) {
					Decision::Audited(seed)
				} else {
					Decision::Spared
				}
			}
		}
	}

	/// Everything that makes the begin of an audit valid.
	pub(crate) fn check_audit(id: RequestId) -> Result<Auditing<T>, Error<T>> {
		let request = Requests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
		ensure!(!request.is_settled(), Error::<T>::AlreadySettled);
		let (panel, deadline) = match &request.state {
			RequestState::Committed { panel, deadline } => (panel.clone(), *deadline),
			RequestState::Pending { .. } | RequestState::Assigned { .. } if !request.audited => {
				return Err(Error::<T>::NotCommitted);
			}
			_ => return Err(Error::<T>::NotAudited),
		};
		let seed = match Self::audit_decision(id, &request) {
			Decision::Open => return Err(Error::<T>::AuditUndecided),
			Decision::Spared => return Err(Error::<T>::NotAudited),
			Decision::Audited(seed) => seed,
		};
		Self::ensure_in_time(deadline)?;
		Ok(Auditing { request, panel, deadline, seed })
	}

	pub(crate) fn authorize_begin_audit(id: RequestId) -> TransactionValidityWithRefund {
		let Auditing { request, deadline, .. } = Self::check_audit(id).map_err(answer::validity_error)?;
		Self::valid([Self::tag("audit", id, request.round(), request.job)], deadline)
	}

	/// Draws the auditors of a request. Without any, its worker may reveal as if it were not audited.
	pub(crate) fn do_begin_audit(id: RequestId, auditing: Auditing<T>) {
		let Auditing { mut request, mut panel, deadline, seed } = auditing;
		request.audited = true;
		Self::draw_seats(id, &request, &mut panel, seed, Purpose::Audit);
		let auditors = panel.iter().filter(|seat| seat.role == Role::Auditor).count();
		Self::deposit_event(Event::AuditBegun { request: id, auditors: auditors as u32 });
		if auditors == 0 {
			Self::transition(id, request, RequestState::Committed { panel, deadline });
		} else {
			Self::assign(id, request, panel, frame_system::Pallet::<T>::block_number());
		}
	}

	/// The most that beginning an audit can cost.
	pub(crate) fn weight_of_audit() -> Weight {
		let draws = Self::weight_of_tries(AUDITORS, MAX_TRIES.saturating_mul(AUDITORS));
		T::WeightInfo::begin_audit().saturating_add(draws)
	}
}
