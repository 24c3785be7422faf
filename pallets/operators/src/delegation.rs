//! Stake of others: delegating, undelegating, withdrawing; and the part of it that an operator's own bond shares.

use crate::{
	Config, CurrentEra, DelegatesTo, Delegations, Error, Ledger, MaturedPools, Operator, Pallet,
	era::EraIndex,
	types::{Delegation, UnbondingPool, UnbondingShares},
};
use assay_primitives::{AccountId, Balance};
use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use sp_runtime::{DispatchError, Saturating, traits::Zero};

impl<T: Config> Pallet<T> {
	/// Stakes `amount` of `who` with an operator.
	pub(crate) fn do_delegate(operator: &AccountId, who: &AccountId, amount: Balance) -> DispatchResult {
		ensure!(operator != who, Error::<T>::OwnBond);
		ensure!(amount >= T::MinDelegation::get(), Error::<T>::DelegationTooSmall);
		let known = Delegations::<T>::get(operator, who);
		let is_new = known.is_none();
		let mut delegation = known.unwrap_or_default();
		if is_new {
			DelegatesTo::<T>::try_mutate(who, |operators| {
				operators.try_push(operator.clone()).map_err(|_| Error::<T>::TooManyDelegations)
			})?;
		}
		Self::reweigh(operator, |record| {
			ensure!(!record.leaving, Error::<T>::IsLeaving);
			Self::stake_from(who, amount)?;
			record.deposit(&mut delegation, amount)?;
			if is_new {
				record.delegators.saturating_inc();
			}
			Ok(())
		})?;
		Delegations::<T>::insert(operator, who, delegation);
		Ok(())
	}

	/// Lets `amount` of what `who` has staked with an operator, or all of it, begin to unbond. Returns how much that is:
	/// less than asked for by less than one share is worth.
	pub(crate) fn do_undelegate(
		operator: &AccountId,
		who: &AccountId,
		amount: Option<Balance>,
		era: EraIndex,
	) -> Result<Balance, DispatchError> {
		ensure!(operator != who, Error::<T>::OwnBond);
		let mut delegation = Delegations::<T>::get(operator, who).ok_or(Error::<T>::NotADelegator)?;
		let (record, amount) = Self::reweigh(operator, |record| {
			let held = record.shares_of(&delegation);
			let shares = match amount {
				Some(amount) => {
					let worth = record.active.value(held);
					let rest = worth.checked_sub(amount).ok_or(Error::<T>::NotEnoughStake)?;
					ensure!(
						rest.is_zero() || rest >= T::MinDelegation::get(),
						Error::<T>::DelegationTooSmall
					);
					if rest.is_zero() { held } else { record.active.shares_within(amount) }
				}
				None => held,
			};
			ensure!(!shares.is_zero() || delegation.shares > held, Error::<T>::NothingToUnbond);
			let unbonded = record.unbond(&mut delegation, shares, era)?;
			Self::set_aside(operator, unbonded.displaced);
			Self::store_delegation(operator, record, who, delegation);
			Ok(unbonded.amount)
		})?;
		Self::forget_if_left(operator, record);
		Ok(amount)
	}

	/// Returns what has matured of the stake of `who` with an operator. Returns how much that is.
	pub(crate) fn do_withdraw(operator: &AccountId, who: &AccountId) -> Result<Balance, DispatchError> {
		ensure!(operator != who, Error::<T>::OwnBond);
		let now = CurrentEra::<T>::get();
		let mut delegation = Delegations::<T>::get(operator, who).ok_or(Error::<T>::NotADelegator)?;
		let mut record = Ledger::<T>::get(operator).ok_or(Error::<T>::NotAnOperator)?;
		let unbonding = delegation.unbonding.len();
		let amount = record.collect(&mut delegation, &now, |part| Self::redeem_set_aside(operator, part));
		ensure!(delegation.unbonding.len() < unbonding, Error::<T>::NothingMatured);
		Self::store_delegation(operator, &mut record, who, delegation);
		Ledger::<T>::insert(operator, &record);
		Self::forget_if_left(operator, record);
		if !amount.is_zero() {
			Self::return_to(who, amount)?;
		}
		Ok(amount)
	}

	/// Writes a delegation back, or forgets it when nothing is left of it.
	fn store_delegation(
		operator: &AccountId,
		record: &mut Operator<T>,
		who: &AccountId,
		delegation: Delegation<T>,
	) {
		if !record.is_empty(&delegation) {
			Delegations::<T>::insert(operator, who, delegation);
			return;
		}
		Delegations::<T>::remove(operator, who);
		record.delegators.saturating_dec();
		DelegatesTo::<T>::mutate_exists(who, |operators| {
			if let Some(list) = operators {
				list.retain(|other| other != operator);
				if list.is_empty() {
					*operators = None;
				}
			}
		});
	}

	/// Keeps a matured pool that made room for the present era's, until all of it is withdrawn.
	pub(crate) fn set_aside(operator: &AccountId, displaced: Option<UnbondingPool>) {
		if let Some(UnbondingPool { era, pool }) = displaced {
			MaturedPools::<T>::insert(operator, era, pool);
		}
	}

	/// Takes shares out of a pool that was set aside, and returns their worth.
	pub(crate) fn redeem_set_aside(operator: &AccountId, part: UnbondingShares) -> Balance {
		MaturedPools::<T>::mutate_exists(operator, part.era, |slot| {
			let Some(pool) = slot else { return 0 };
			let worth = pool.redeem(part.shares);
			if pool.shares.is_zero() {
				*slot = None;
			}
			worth
		})
	}
}
