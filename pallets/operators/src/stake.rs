//! Changes of stake: what other pallets lock and slash, and the one place that writes a changed weight.

use crate::{
	Candidate, Candidates, Config, Error, Event, HoldReason, KeyOwner, Ledger, Operator, Pallet,
	candidates::{self, Inserted},
};
use assay_primitives::{
	AccountId, Balance, WorkerId,
	traits::{OnStakeChange, Operators},
};
use frame_support::{
	defensive,
	dispatch::DispatchResult,
	ensure,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	/// Changes an operator and keeps everything that follows from its weight. Returns what was stored.
	pub(crate) fn update(
		who: &AccountId,
		change: impl FnOnce(&mut Operator<T>) -> DispatchResult,
	) -> Result<Operator<T>, DispatchError> {
		let mut operator = Ledger::<T>::get(who).ok_or(Error::<T>::NotAnOperator)?;
		let (weight, candidacy) = (operator.weight(), operator.candidacy());
		change(&mut operator)?;
		Ok(Self::save(who, weight, candidacy, operator))
	}

	/// Stores an operator whose weight and candidacy were as given before. The list of candidates has no room for it
	/// when it is full of more stake: then the operator is stored as not validating.
	pub(crate) fn save(
		who: &AccountId,
		old_weight: Balance,
		old_candidacy: Option<Balance>,
		mut operator: Operator<T>,
	) -> Operator<T> {
		let candidacy = operator.candidacy();
		if candidacy != old_candidacy && !Self::replace_candidate(who, old_candidacy, candidacy) {
			operator.validating = false;
			Self::deposit_event(Event::ValidatingChanged { operator: who.clone(), validating: false });
		}
		Ledger::<T>::insert(who, &operator);
		let weight = operator.weight();
		if weight != old_weight {
			T::OnStakeChange::on_stake_change(who, weight);
		}
		operator
	}

	/// Moves an operator within the list of candidates, into it or out of it. False if there is no room.
	fn replace_candidate(who: &AccountId, old: Option<Balance>, new: Option<Balance>) -> bool {
		let candidate = |stake| Candidate { stake, operator: who.clone() };
		let inserted = Candidates::<T>::mutate(|list| {
			if let Some(stake) = old {
				candidates::remove(list, &candidate(stake));
			}
			new.map_or(Inserted::Kept, |stake| candidates::insert(list, candidate(stake)))
		});
		if let Inserted::Displaced(displaced) = &inserted {
			Ledger::<T>::mutate_extant(displaced, |operator| operator.validating = false);
			Self::deposit_event(Event::ValidatingChanged { operator: displaced.clone(), validating: false });
		}
		inserted != Inserted::Refused
	}

	/// Takes `amount` out of an operator's hold: up to `share` of it goes to `beneficiary`, the rest is burned. A
	/// beneficiary that cannot receive its share, because it would be less than an account's existential deposit, gets
	/// nothing.
	pub(crate) fn take_from_hold(
		who: &AccountId,
		amount: Balance,
		beneficiary: Option<(&AccountId, Balance)>,
	) {
		let reason = HoldReason::Bond.into();
		let paid = match beneficiary {
			Some((to, share)) if share > 0 => T::Currency::transfer_on_hold(
				&reason,
				who,
				to,
				share.min(amount),
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			)
			.unwrap_or(0),
			_ => 0,
		};
		let rest = amount.saturating_sub(paid);
		let burned = T::Currency::burn_held(&reason, who, rest, Precision::BestEffort, Fortitude::Force);
		if burned != Ok(rest) {
			defensive!("the hold of an operator is its recorded bond");
		}
		Self::deposit_event(Event::Slashed { operator: who.clone(), amount, paid });
	}
}

impl<T: Config> Operators<AccountId, Balance> for Pallet<T> {
	fn operator_of(key: &WorkerId) -> Option<AccountId> {
		KeyOwner::<T>::get(key)
	}

	fn worker_key(operator: &AccountId) -> Option<WorkerId> {
		Some(Ledger::<T>::get(operator)?.worker_key)
	}

	fn stake(operator: &AccountId) -> Balance {
		Ledger::<T>::get(operator).map_or(0, |operator| operator.weight())
	}

	fn free_stake(operator: &AccountId) -> Balance {
		Ledger::<T>::get(operator).map_or(0, |operator| operator.free())
	}

	fn can_work(operator: &AccountId) -> bool {
		let now = frame_system::Pallet::<T>::block_number();
		Ledger::<T>::get(operator).is_some_and(|operator| operator.weight() > 0 && operator.is_mature(now))
	}

	fn lock(operator: &AccountId, amount: Balance) -> DispatchResult {
		Self::update(operator, |operator| {
			ensure!(amount <= operator.free(), Error::<T>::NotEnoughFreeStake);
			operator.locked = operator.locked.checked_add(amount).ok_or(Error::<T>::Overflow)?;
			Ok(())
		})?;
		Ok(())
	}

	fn unlock(operator: &AccountId, amount: Balance) -> DispatchResult {
		Self::update(operator, |operator| {
			operator.locked = operator.locked.checked_sub(amount).ok_or(Error::<T>::NotLocked)?;
			Ok(())
		})?;
		Ok(())
	}

	fn slash_locked(
		operator: &AccountId,
		amount: Balance,
		beneficiary: &AccountId,
		to_beneficiary: Balance,
	) -> DispatchResult {
		let mut taken = 0;
		Self::update(operator, |operator| {
			operator.locked = operator.locked.checked_sub(amount).ok_or(Error::<T>::NotLocked)?;
			taken = operator.slash(amount).total();
			Ok(())
		})?;
		Self::take_from_hold(operator, taken, Some((beneficiary, to_beneficiary)));
		Ok(())
	}

	fn note_missed(operator: &AccountId) {
		Ledger::<T>::mutate_extant(operator, |operator| operator.missed = operator.missed.saturating_add(1));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn setup_operator(seed: u32) -> AccountId {
		crate::benchmarking::setup_worker::<T>(seed)
	}
}
