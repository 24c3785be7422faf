//! The one place that writes a changed operator and tells others of its weight, and the pot that holds all stake.

use crate::{
	Candidate, Candidates, Config, Error, Event, Ledger, Operator, Pallet,
	candidates::{self, Inserted},
};
use assay_primitives::{AccountId, Balance, traits::OnStakeChange};
use frame_support::{
	defensive,
	dispatch::DispatchResult,
	ensure,
	traits::{
		Get,
		fungible::{Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation},
	},
};
use sp_runtime::{DispatchError, Saturating, TokenError, traits::AccountIdConversion};

impl<T: Config> Pallet<T> {
	/// Changes an operator without a look at its weight: one read and one write.
	pub(crate) fn update<R>(
		who: &AccountId,
		change: impl FnOnce(&mut Operator<T>) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		let mut operator = Ledger::<T>::get(who).ok_or(Error::<T>::NotAnOperator)?;
		let result = change(&mut operator)?;
		Self::store(who, operator);
		Ok(result)
	}

	/// Changes an operator, and its weight with it. Returns what was stored too.
	pub(crate) fn reweigh<R>(
		who: &AccountId,
		change: impl FnOnce(&mut Operator<T>) -> Result<R, DispatchError>,
	) -> Result<(Operator<T>, R), DispatchError> {
		let mut operator = Ledger::<T>::get(who).ok_or(Error::<T>::NotAnOperator)?;
		let candidacy = operator.candidacy();
		let result = change(&mut operator)?;
		Ok((Self::save(who, candidacy, operator), result))
	}

	/// Stores an operator with its present weight and tells who draws and elects. The list of candidates has no room
	/// for it when it is full of more stake: then the operator is stored as not validating.
	pub(crate) fn save(
		who: &AccountId,
		old_candidacy: Option<Balance>,
		mut operator: Operator<T>,
	) -> Operator<T> {
		let old_weight = operator.weight;
		operator.weight = operator.present_weight();
		let candidacy = operator.candidacy();
		if candidacy != old_candidacy && !Self::replace_candidate(who, old_candidacy, candidacy) {
			operator.validating = false;
			Self::deposit_event(Event::ValidatingChanged { operator: who.clone(), validating: false });
		}
		let operator = Self::store(who, operator);
		if operator.weight != old_weight {
			T::OnStakeChange::on_stake_change(who, operator.weight);
		}
		operator
	}

	fn store(who: &AccountId, mut operator: Operator<T>) -> Operator<T> {
		// Rewards and settled tasks cover what a slash left uncovered.
		let uncovered = operator.locked.saturating_sub(operator.active.stake);
		operator.uncovered = operator.uncovered.min(uncovered);
		Ledger::<T>::insert(who, &operator);
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

	/// Forgets an operator that left: nobody draws it any more, and its record goes with the last that others have
	/// staked with it.
	pub(crate) fn forget_if_left(who: &AccountId, operator: Operator<T>) {
		if !operator.has_left() {
			return;
		}
		T::OnStakeChange::on_removed(who);
		if operator.delegators == 0 {
			Self::forget_keys(who, &operator);
			Ledger::<T>::remove(who);
			Self::deposit_event(Event::Removed { operator: who.clone() });
		}
	}

	/// The account that holds all stake, active and unbonding, and the existential deposit that keeps it alive.
	pub fn pot_account() -> AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// Moves stake from somebody's free balance into the pot. The account has to stay alive.
	pub(crate) fn stake_from(who: &AccountId, amount: Balance) -> DispatchResult {
		let free = T::Currency::reducible_balance(who, Preservation::Preserve, Fortitude::Polite);
		ensure!(amount <= free, TokenError::FundsUnavailable);
		T::Currency::transfer(who, &Self::pot_account(), amount, Preservation::Preserve)?;
		Ok(())
	}

	/// Returns stake from the pot to somebody's free balance.
	pub(crate) fn return_to(who: &AccountId, amount: Balance) -> DispatchResult {
		T::Currency::transfer(&Self::pot_account(), who, amount, Preservation::Preserve)?;
		Ok(())
	}

	/// Destroys what is in the pot and belongs to nobody.
	pub(crate) fn burn(amount: Balance) {
		let pot = Self::pot_account();
		let burned = T::Currency::burn_from(
			&pot,
			amount,
			Preservation::Preserve,
			Precision::BestEffort,
			Fortitude::Force,
		);
		if burned != Ok(amount) {
			defensive!("the pot holds all that is recorded as stake");
		}
	}

	/// Pays `payments` out of `taken`, which was slashed from an operator, in their order, and burns what is left.
	/// Somebody who cannot receive a payment, because it would be less than an account's existential deposit, gets
	/// nothing.
	pub(crate) fn pay_out(operator: &AccountId, taken: Balance, payments: &[(&AccountId, Balance)]) {
		if taken == 0 {
			return;
		}
		let mut rest = taken;
		for (to, amount) in payments {
			let amount = rest.min(*amount);
			if amount > 0 && Self::return_to(to, amount).is_ok() {
				rest.saturating_reduce(amount);
			}
		}
		Self::burn(rest);
		Self::deposit_event(Event::Slashed {
			operator: operator.clone(),
			amount: taken,
			paid: taken.saturating_sub(rest),
		});
	}
}
