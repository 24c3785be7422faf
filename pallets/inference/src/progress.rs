//! How a request moves on when a deadline has passed or its window is over, and where the money goes.

use crate::{Config, Error, Event, HoldReason, Pallet, Request, WeightInfo, math};
use assay_primitives::{
	AccountId, Balance, RequestId, RequestState,
	traits::{Models, Operators},
};
use frame_support::{
	defensive,
	dispatch::DispatchResult,
	ensure,
	traits::{
		Defensive, Get,
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
	weights::Weight,
};
use sp_runtime::traits::Saturating;

impl<T: Config> Pallet<T> {
	/// The most that [`Self::move_on`] can cost.
	pub(crate) fn weight_of_move() -> Weight {
		T::WeightInfo::finalise().max(T::WeightInfo::miss()).max(T::WeightInfo::prune())
	}

	/// Refuses a request that is not to be moved on in this block.
	pub(crate) fn ensure_due(request: &Request<T>) -> DispatchResult {
		ensure!(frame_system::Pallet::<T>::block_number() >= request.due, Error::<T>::TooEarly);
		Ok(())
	}

	/// Does with a request what follows from its state now that it is due. Cannot fail: whatever happens to an account,
	/// the request moves on.
	pub(crate) fn move_on(id: RequestId, request: Request<T>) {
		match request.state.clone() {
			RequestState::Pending { .. } => Self::expire(id, request),
			RequestState::Assigned { worker, stake, .. } => {
				let penalty = math::missed_commit(&request.quote, stake);
				Self::deposit_event(Event::MissedCommit {
					request: id,
					round: request.round(),
					worker: worker.clone(),
					slashed: penalty.slashed,
				});
				Self::miss(id, request, worker, penalty);
			}
			RequestState::Committed { worker, stake, .. } => {
				let penalty = math::missed_reveal(&request.quote, stake);
				Self::deposit_event(Event::MissedReveal {
					request: id,
					round: request.round(),
					worker: worker.clone(),
					slashed: penalty.slashed,
					to_requester: penalty.to_requester,
				});
				Self::miss(id, request, worker, penalty);
			}
			RequestState::Provisional { .. } => Self::finalise(id, request),
			RequestState::Final { .. } | RequestState::Expired => {
				Self::remove(id, &request);
				Self::deposit_event(Event::Pruned { request: id });
			}
		}
	}

	/// Punishes a worker that missed a deadline and gives the request to another one, or gives it up.
	fn miss(id: RequestId, mut request: Request<T>, worker: AccountId, penalty: math::Penalty) {
		let math::Penalty { slashed, to_requester, unlocked } = penalty;
		// Both take apart what `engage` locked.
		T::Operators::slash_locked(&worker, slashed, &request.requester, to_requester)
			.defensive_unwrap_or_default();
		T::Operators::unlock(&worker, unlocked).defensive_unwrap_or_default();
		T::Operators::note_missed(&worker);
		if request.failed.try_push(worker).is_err() {
			defensive!("a request has as many rounds as places for workers that failed it");
		}
		if request.failed.is_full() {
			Self::expire(id, request);
		} else {
			let now = frame_system::Pallet::<T>::block_number();
			let deadline = now.saturating_add(T::PendingPeriod::get());
			Self::deposit_event(Event::Reassigned { request: id, round: request.round() });
			Self::transition(id, request, RequestState::Pending { deadline });
		}
	}

	/// Gives up on a request. The requester gets everything back.
	fn expire(id: RequestId, request: Request<T>) {
		let refund = request.quote.escrow;
		Self::refund(&request.requester, refund);
		Self::deposit_event(Event::Expired { request: id, refund });
		Self::transition(id, request, RequestState::Expired);
	}

	/// Pays for an answer that stands.
	fn finalise(id: RequestId, request: Request<T>) {
		let RequestState::Provisional { worker, stake, digest, output, .. } = request.state.clone() else {
			defensive!("called for a provisional request only");
			return;
		};
		let due = math::settle(&request.quote, digest.compute_units, T::TreasuryShare::get());
		let from = &request.requester;
		let to_worker = Self::pay(from, &worker, due.worker);
		let to_owner =
			T::Models::owner(request.version).map_or(0, |owner| Self::pay(from, &owner, due.owner));
		let to_treasury = Self::pay(from, &T::TreasuryAccount::get(), due.treasury);
		let charged = to_worker.saturating_add(to_owner).saturating_add(to_treasury);
		let refund = request.quote.escrow.saturating_sub(charged);
		Self::refund(from, refund);
		T::Operators::unlock(&worker, stake).defensive_unwrap_or_default();
		Self::deposit_event(Event::Finalised {
			request: id,
			worker: worker.clone(),
			to_worker,
			to_owner,
			to_treasury,
			refund,
		});
		Self::transition(id, request, RequestState::Final { worker, digest, output, charged });
	}

	/// Pays out of an escrow and returns what was paid: all of it, or nothing if the account cannot receive it, because
	/// it does not exist and the amount would be less than an account's existential deposit. What cannot be paid goes
	/// back to the requester with the rest of the escrow, so that nothing can hold up a settlement.
	fn pay(from: &AccountId, to: &AccountId, amount: Balance) -> Balance {
		if amount == 0 {
			return 0;
		}
		T::Currency::transfer_on_hold(
			&HoldReason::Escrow.into(),
			from,
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.unwrap_or(0)
	}

	/// Releases what is left of an escrow.
	fn refund(to: &AccountId, amount: Balance) {
		if amount > 0 {
			T::Currency::release(&HoldReason::Escrow.into(), to, amount, Precision::Exact)
				.defensive_unwrap_or_default();
		}
	}
}
