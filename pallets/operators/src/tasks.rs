//! What the pallets that give operators work see of them: locks, faults, fees and missed tasks.

use crate::{Config, CurrentEra, Error, Event, KeyOwner, Ledger, Pallet, jail};
use assay_primitives::{
	AccountId, Balance, WorkerId,
	traits::{Fault, Operators},
};
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{DefensiveSaturating, Get},
};

impl<T: Config> Operators<AccountId, Balance> for Pallet<T> {
	fn operator_of(key: &WorkerId) -> Option<AccountId> {
		let operator = KeyOwner::<T>::get(key)?;
		(Self::worker_key(&operator)? == *key).then_some(operator)
	}

	fn accountable_for(key: &WorkerId) -> Option<AccountId> {
		KeyOwner::<T>::get(key)
	}

	fn worker_key(operator: &AccountId) -> Option<WorkerId> {
		Some(Ledger::<T>::get(operator)?.worker_key)
	}

	fn stake(operator: &AccountId) -> Balance {
		Ledger::<T>::get(operator).map_or(0, |operator| operator.weight)
	}

	fn free_stake(operator: &AccountId) -> Balance {
		Ledger::<T>::get(operator).map_or(0, |operator| operator.free())
	}

	fn locked_stake(operator: &AccountId) -> Balance {
		Ledger::<T>::get(operator).map_or(0, |operator| operator.locked)
	}

	fn can_work(operator: &AccountId) -> bool {
		let now = frame_system::Pallet::<T>::block_number();
		Ledger::<T>::get(operator).is_some_and(|operator| operator.can_work(now))
	}

	fn lock(operator: &AccountId, amount: Balance) -> DispatchResult {
		Self::update(operator, |operator| {
			ensure!(amount <= operator.free(), Error::<T>::NotEnoughFreeStake);
			operator.locked = operator.locked.checked_add(amount).ok_or(Error::<T>::Overflow)?;
			Ok(())
		})
	}

	fn unlock(operator: &AccountId, amount: Balance) -> DispatchResult {
		Self::update(operator, |operator| {
			operator.locked = operator.locked.checked_sub(amount).ok_or(Error::<T>::NotLocked)?;
			Ok(())
		})
	}

	fn slash(who: &AccountId, fault: Fault<Balance>, payments: &[(&AccountId, Balance)]) -> Balance {
		let era = CurrentEra::<T>::get();
		let slashed = Self::reweigh(who, |operator| {
			operator.locked = operator.locked.defensive_saturating_sub(fault.unlock);
			Ok(operator.slash(fault.amount, fault.share, &era))
		});
		// Nothing is at stake where there is no operator.
		let taken = slashed.map_or(0, |(_, taken)| taken);
		Self::pay_out(who, taken, payments);
		taken
	}

	fn pot() -> AccountId {
		Self::pot_account()
	}

	fn reward(operator: &AccountId, amount: Balance) {
		let era = CurrentEra::<T>::get().index;
		let rewarded = Self::update(operator, |operator| {
			operator.reward(amount, era);
			Ok(())
		});
		if rewarded.is_err() {
			// Nobody is there to have it.
			Self::burn(amount);
		}
	}

	fn note_missed(who: &AccountId) {
		let now = frame_system::Pallet::<T>::block_number();
		let era = CurrentEra::<T>::get().index;
		let rules = jail::Rules {
			misses: T::MissesToJail::get(),
			periods: T::JailPeriods::get(),
			memory: T::JailMemory::get(),
		};
		let missed = Self::update(who, |operator| Ok(operator.misses.miss(now, era, rules)));
		if let Ok(Some(until)) = missed
			&& Self::reweigh(who, |_| Ok(())).is_ok()
		{
			Self::deposit_event(Event::Jailed { operator: who.clone(), until });
		}
	}

	fn note_done(operator: &AccountId) {
		if Ledger::<T>::get(operator).is_some_and(|operator| operator.misses.in_a_row > 0) {
			Ledger::<T>::mutate_extant(operator, |operator| operator.misses.in_a_row = 0);
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn setup_operator(seed: u32) -> AccountId {
		crate::benchmarking::setup_worker::<T>(seed)
	}
}
