//! How a dispute begins.

use crate::{Config, Dispute, Disputes, Error, Event, HoldReason, NextDispute, Numbers, Pallet, Phase, math};
use assay_primitives::{
	AccountId, Balance,
	dispute::{Case, Role, Tier},
	traits::Arbitration,
};
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	storage::with_storage_layer,
	traits::{Get, fungible::MutateHold},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{Saturating, Zero};

impl<T: Config> Pallet<T> {
	fn do_open(case: Case<AccountId, Balance>) -> DispatchResult {
		let request = case.request;
		ensure!(!Disputes::<T>::contains_key(request), Error::<T>::AlreadyDisputed);
		for claim in case.claims.iter().filter(|claim| claim.role == Role::Challenger) {
			T::Currency::hold(&HoldReason::Challenge.into(), &claim.claimant, claim.at_risk)
				.map_err(|_| Error::<T>::InsufficientBalance)?;
		}
		let number = NextDispute::<T>::mutate(|next| {
			let number = *next;
			*next = number.saturating_add(1);
			number
		});
		Numbers::<T>::insert(number, request);
		let now = frame_system::Pallet::<T>::block_number();
		Self::insert(
			request,
			Dispute {
				number,
				case,
				opened_at: now,
				changed_at: now,
				due: Zero::zero(),
				tier: Tier::First,
				standing: None,
				phase: Self::drawing(now),
			},
		);
		Self::deposit_event(Event::Opened { request, number });
		Ok(())
	}

	/// The phase of a tier that begins.
	pub(crate) fn drawing(now: BlockNumberFor<T>) -> Phase<BlockNumberFor<T>> {
		Phase::Drawing { since: now, misses: 0, deadline: now.saturating_add(T::DrawPeriod::get()) }
	}
}

impl<T: Config> Arbitration<AccountId, Balance> for Pallet<T> {
	fn open(case: Case<AccountId, Balance>) -> DispatchResult {
		// Hooks open disputes as well, so that nothing else takes a failed attempt back.
		with_storage_layer(|| Self::do_open(case))
	}

	fn challenge_bond(fee: Balance) -> Balance {
		math::challenge_bond(fee, T::JurorPremium::get())
	}
}
