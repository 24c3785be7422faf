//! Answers to what clients ask; the runtime API calls these.

use crate::{
	Config, CurrentEra, DelegatesTo, Delegations, Ledger, MaturedPools, Operator, Pallet, math,
	types::{Delegation, matures_at},
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance,
	api::{DelegationInfo, EraInfo, OperatorInfo},
};
use frame_support::traits::{Get, fungible::Inspect};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::SaturatedConversion;

impl<T: Config> Pallet<T> {
	/// What clients ask about an operator. The runtime fills in `serves` and `open_tasks`, which other pallets know.
	pub fn info(who: &AccountId) -> Option<OperatorInfo<Balance, BlockNumberFor<T>>> {
		let operator = Ledger::<T>::get(who)?;
		let now = frame_system::Pallet::<T>::block_number();
		let era = CurrentEra::<T>::get();
		let unbonding = Self::unbonding(who, &operator, &operator.own);
		let amount = unbonding.iter().fold(0, |sum: Balance, (amount, _)| sum.saturating_add(*amount));
		Some(OperatorInfo {
			stake: operator.active.stake,
			own_stake: operator.own_stake(),
			weight: operator.weight,
			delegators: operator.delegators,
			locked: operator.locked,
			unbonding: unbonding.last().map(|(_, newest)| (amount, *newest)),
			commission: operator.commission.at(era.index),
			next_commission: operator
				.commission
				.pending(era.index)
				.map(|(next, from)| (next, era.begin_of(from, T::EraLength::get()))),
			bonded_since: operator.bonded_since,
			can_work: operator.can_work(now),
			validates: operator.validating,
			leaving: operator.leaving,
			jailed_until: operator.misses.jailed_until,
			serves: Vec::new(),
			open_tasks: 0,
			missed: operator.misses.total,
			missed_in_a_row: operator.misses.in_a_row,
			worker_key: operator.worker_key,
		})
	}

	/// What an account has staked, its own bond as an operator first. At most one more than `MaxDelegations`.
	pub fn delegations(who: &AccountId) -> Vec<DelegationInfo<AccountId, Balance, BlockNumberFor<T>>> {
		let own = Ledger::<T>::get(who).map(|operator| {
			let own = operator.own.clone();
			Self::delegation_info(who, &operator, &own)
		});
		let others = DelegatesTo::<T>::get(who).into_iter().filter_map(|other| {
			let operator = Ledger::<T>::get(&other)?;
			let delegation = Delegations::<T>::get(&other, who)?;
			Some(Self::delegation_info(&other, &operator, &delegation))
		});
		own.into_iter().chain(others).collect()
	}

	/// The present era.
	pub fn era_info() -> EraInfo<Balance, BlockNumberFor<T>> {
		let era = CurrentEra::<T>::get();
		let length = T::EraLength::get();
		EraInfo {
			index: era.index,
			began_at: era.began_at,
			ends_at: era.begin_of(era.index.saturating_add(1), length),
			blocks: era.blocks,
			inflation: math::inflation(
				T::Currency::total_issuance(),
				T::AnnualInflation::get(),
				length.saturated_into(),
				T::BlocksPerYear::get().saturated_into(),
			),
		}
	}

	fn delegation_info(
		who: &AccountId,
		operator: &Operator<T>,
		delegation: &Delegation<T>,
	) -> DelegationInfo<AccountId, Balance, BlockNumberFor<T>> {
		DelegationInfo {
			operator: who.clone(),
			stake: operator.active.value(operator.shares_of(delegation)),
			unbonding: Self::unbonding(who, operator, delegation),
		}
	}

	/// Amounts that unbond and the blocks at which they can be withdrawn, oldest first.
	fn unbonding(
		who: &AccountId,
		operator: &Operator<T>,
		delegation: &Delegation<T>,
	) -> Vec<(Balance, BlockNumberFor<T>)> {
		let era = CurrentEra::<T>::get();
		let amounts = delegation.unbonding.iter().map(|part| {
			let pool = operator
				.unbonding
				.iter()
				.find(|pool| pool.era == part.era)
				.map(|pool| pool.pool)
				.or_else(|| MaturedPools::<T>::get(who, part.era))
				.unwrap_or_default();
			(pool.value(part.shares), matures_at::<T>(part.era, &era))
		});
		amounts.collect()
	}
}
