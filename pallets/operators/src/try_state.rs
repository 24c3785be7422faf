//! What must always be true of this pallet's storage.

use crate::{
	AuthoredBlocks, Candidates, Config, CurrentEra, DelegatesTo, Delegation, Delegations, KeyOwner, Ledger,
	MaturedPools, Operator, Pallet, PendingPayout, RetiredKeys,
	era::EraIndex,
	pool::{MAX_SHARES_PER_UNIT, Pool},
	types::is_matured,
};
use alloc::collections::BTreeMap;
use assay_primitives::{AccountId, Balance, WorkerId};
use frame_support::{ensure, traits::fungible::Inspect};
use sp_runtime::{Saturating, TryRuntimeError, traits::Zero};

/// Shares that delegations hold: of an operator's active pool, or of its unbonding pool of an era.
type Held = BTreeMap<(AccountId, Option<EraIndex>), Balance>;

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut held = Self::check_delegations()?;
		let mut stake = T::Currency::minimum_balance();
		for (account, operator) in Ledger::<T>::iter() {
			Self::check_locks(&operator)?;
			Self::check_unbonding(&operator)?;
			Self::check_pools(&account, &operator, &mut held)?;
			let pools = core::iter::once(operator.active).chain(operator.unbonding.iter().map(|u| u.pool));
			pools.for_each(|pool| stake.saturating_accrue(pool.stake));
		}
		for (account, era, pool) in MaturedPools::<T>::iter() {
			ensure!(
				is_matured::<T>(era, &CurrentEra::<T>::get()),
				"a pool was set aside before it had matured"
			);
			Self::check_unbonding_pool(&account, era, &pool, &mut held)?;
			stake.saturating_accrue(pool.stake);
		}
		ensure!(held.is_empty(), "a delegation has shares of a pool that is not there");
		ensure!(
			T::Currency::balance(&Self::pot_account()) == stake,
			"the pot does not hold exactly the stake of all pools and the existential deposit"
		);
		Self::check_keys()?;
		Self::check_eras()?;
		Self::check_candidates()
	}

	/// Delegations, their index and their number. Returns the shares that they and the operators' own bonds hold.
	fn check_delegations() -> Result<Held, TryRuntimeError> {
		let mut held = Held::new();
		let mut delegators = BTreeMap::<AccountId, u32>::new();
		for (account, who, delegation) in Delegations::<T>::iter() {
			let Some(operator) = Ledger::<T>::get(&account) else {
				return Err("a delegation is to an account that is no operator".into());
			};
			ensure!(account != who, "an operator delegates to itself besides its own bond");
			ensure!(
				!delegation.shares.is_zero() || !delegation.unbonding.is_empty(),
				"a delegation is empty"
			);
			ensure!(
				DelegatesTo::<T>::get(&who).contains(&account),
				"a delegation is missing in the index of its delegator"
			);
			delegators.entry(account.clone()).or_default().saturating_inc();
			Self::add_shares(&mut held, &account, &operator, &delegation);
		}
		let mut indexed: usize = 0;
		for (who, operators) in DelegatesTo::<T>::iter() {
			ensure!(
				!operators.is_empty()
					&& operators.iter().all(|account| Delegations::<T>::contains_key(account, &who)),
				"the index of a delegator has more than its delegations"
			);
			indexed = indexed.saturating_add(operators.len());
		}
		ensure!(
			indexed == Delegations::<T>::iter_keys().count(),
			"the index of a delegator has an operator twice"
		);
		for (account, operator) in Ledger::<T>::iter() {
			ensure!(
				delegators.remove(&account).unwrap_or_default() == operator.delegators,
				"an operator counts more or fewer delegators than it has"
			);
			Self::add_shares(&mut held, &account, &operator, &operator.own);
		}
		Ok(held)
	}

	fn add_shares(held: &mut Held, account: &AccountId, operator: &Operator<T>, delegation: &Delegation<T>) {
		let active = (None, operator.shares_of(delegation));
		let unbonding = delegation.unbonding.iter().map(|part| (Some(part.era), part.shares));
		for (era, shares) in core::iter::once(active).chain(unbonding).filter(|(_, shares)| *shares > 0) {
			held.entry((account.clone(), era)).or_default().saturating_accrue(shares);
		}
	}

	/// Takes what is held of an operator's pools out of `held`: it has to be all of their shares.
	fn check_pools(
		account: &AccountId,
		operator: &Operator<T>,
		held: &mut Held,
	) -> Result<(), TryRuntimeError> {
		let active = operator.active;
		ensure!(
			held.remove(&(account.clone(), None)).unwrap_or_default() == active.shares,
			"the shares of an active pool are not those of its delegations"
		);
		ensure!(
			active.stake.is_zero() == active.shares.is_zero(),
			"an active pool has stake without shares or shares without stake"
		);
		ensure!(
			active.shares <= active.stake.saturating_mul(MAX_SHARES_PER_UNIT),
			"a pool has too many shares for its stake"
		);
		for pool in &operator.unbonding {
			Self::check_unbonding_pool(account, pool.era, &pool.pool, held)?;
		}
		Ok(())
	}

	fn check_unbonding_pool(
		account: &AccountId,
		era: EraIndex,
		pool: &Pool,
		held: &mut Held,
	) -> Result<(), TryRuntimeError> {
		ensure!(
			held.remove(&(account.clone(), Some(era))).unwrap_or_default() == pool.shares,
			"the shares of an unbonding pool are not those of its delegations"
		);
		ensure!(!pool.shares.is_zero(), "an unbonding pool is empty");
		ensure!(
			pool.is_wiped_out() || pool.shares <= pool.stake.saturating_mul(MAX_SHARES_PER_UNIT),
			"a pool has too many shares for its stake"
		);
		Ok(())
	}

	fn check_locks(operator: &Operator<T>) -> Result<(), TryRuntimeError> {
		ensure!(
			operator.locked.saturating_sub(operator.active.stake) == operator.uncovered,
			"open tasks lock more stake than was bonded for them"
		);
		ensure!(!(operator.leaving && operator.validating), "an operator that leaves stands for election");
		ensure!(
			operator.weight <= operator.present_weight(),
			"an operator has more weight than its stake gives it"
		);
		Ok(())
	}

	fn check_unbonding(operator: &Operator<T>) -> Result<(), TryRuntimeError> {
		let present = CurrentEra::<T>::get().index;
		ensure!(
			operator.unbonding.is_sorted_by(|older, newer| older.era < newer.era)
				&& operator.unbonding.last().is_none_or(|newest| newest.era <= present),
			"unbonding pools are not in the order of their eras"
		);
		Ok(())
	}

	/// Every key that leads to an operator is the one that it works with, or one that it replaced, and the other way round.
	fn check_keys() -> Result<(), TryRuntimeError> {
		let present = CurrentEra::<T>::get().index;
		let mut expected = BTreeMap::<WorkerId, AccountId>::new();
		for (account, operator) in Ledger::<T>::iter() {
			expected.insert(operator.worker_key, account);
		}
		for (account, retired) in RetiredKeys::<T>::iter() {
			ensure!(
				retired.is_sorted_by_key(|old| old.era)
					&& retired.last().is_some_and(|old| old.era <= present),
				"replaced worker keys are not in the order of their eras"
			);
			for old in retired {
				ensure!(
					Ledger::<T>::contains_key(&account)
						&& expected.insert(old.key, account.clone()).is_none(),
					"a replaced worker key is of nobody, or of two operators"
				);
			}
		}
		ensure!(
			KeyOwner::<T>::iter().collect::<BTreeMap<_, _>>() == expected,
			"worker keys do not lead to exactly those who answer for them"
		);
		Ok(())
	}

	/// Blocks are noted for their authors until these are paid, and not longer.
	fn check_eras() -> Result<(), TryRuntimeError> {
		let present = CurrentEra::<T>::get();
		let payout = PendingPayout::<T>::get();
		let mut blocks: u32 = 0;
		let mut unpaid: u32 = 0;
		for (era, _, authored) in AuthoredBlocks::<T>::iter() {
			if era == present.index {
				blocks.saturating_accrue(authored);
			} else {
				ensure!(
					payout.is_some_and(|payout| payout.era == era),
					"blocks are noted for an era that is neither present nor being paid"
				);
				unpaid.saturating_accrue(authored);
			}
		}
		ensure!(blocks == present.blocks, "the blocks of the era are not those of its authors");
		ensure!(
			payout.is_none_or(|payout| unpaid <= payout.blocks && payout.era < present.index),
			"more blocks are to be paid for than the era had"
		);
		Ok(())
	}

	fn check_candidates() -> Result<(), TryRuntimeError> {
		let listed = Candidates::<T>::get();
		ensure!(listed.is_sorted_by(|a, b| a < b), "candidates are not sorted by stake");
		let listed: BTreeMap<_, _> = listed.into_iter().map(|c| (c.operator, c.stake)).collect();
		let expected: BTreeMap<_, _> = Ledger::<T>::iter()
			.filter_map(|(account, operator)| Some((account, operator.candidacy()?)))
			.collect();
		ensure!(
			listed == expected,
			"the candidates are not exactly the operators with weight that want to validate"
		);
		Ok(())
	}
}
