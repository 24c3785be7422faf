//! How stake moves between the pools of one operator. Nothing here touches an account.

use crate::{
	Config, Error, Operator,
	era::{Era, EraIndex},
	math,
	pool::Pool,
	types::{Delegation, UnbondingPool, UnbondingShares, is_matured},
};
use assay_primitives::Balance;
use core::mem;
use frame_support::{defensive, ensure};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{Perbill, Saturating};

/// What left the active stake.
#[derive(Debug)]
pub(crate) struct Unbonded {
	/// How much.
	pub amount: Balance,
	/// A pool that matured long ago and made room for the present era's.
	pub displaced: Option<UnbondingPool>,
}

impl<T: Config> Operator<T> {
	/// The worth of the operator's own part of the active stake.
	pub fn own_stake(&self) -> Balance {
		self.active.value(self.own.shares)
	}

	/// The shares of the active pool that a delegation stands for.
	pub fn shares_of(&self, delegation: &Delegation<T>) -> Balance {
		if delegation.generation == self.generation { delegation.shares } else { 0 }
	}

	/// Whether nothing is left of a delegation, not even something worthless.
	pub(crate) fn is_empty(&self, delegation: &Delegation<T>) -> bool {
		self.shares_of(delegation) == 0 && delegation.unbonding.is_empty()
	}

	/// Adds `amount` to the active stake, for `delegation`.
	pub(crate) fn deposit(
		&mut self,
		delegation: &mut Delegation<T>,
		amount: Balance,
	) -> Result<(), Error<T>> {
		let shares = self.active.deposit(amount).ok_or(Error::<T>::AmountTooSmall)?;
		delegation.shares = self.shares_of(delegation).saturating_add(shares);
		delegation.generation = self.generation;
		Ok(())
	}

	/// Moves `shares` of `delegation` out of the active stake into the unbonding pool of the present era.
	pub(crate) fn unbond(
		&mut self,
		delegation: &mut Delegation<T>,
		shares: Balance,
		era: EraIndex,
	) -> Result<Unbonded, Error<T>> {
		delegation.shares = self.shares_of(delegation).saturating_sub(shares);
		delegation.generation = self.generation;
		let amount = self.active.redeem(shares);
		if amount == 0 {
			return Ok(Unbonded { amount, displaced: None });
		}
		ensure!(self.active.stake >= self.locked, Error::<T>::StakeLocked);
		let displaced = self.open_unbonding_pool(era);
		let pool = self.unbonding.last_mut().ok_or(Error::<T>::TooManyUnbondings)?;
		let shares = pool.pool.deposit(amount).ok_or(Error::<T>::UnbondingPoolSlashed)?;
		match delegation.unbonding.last_mut().filter(|last| last.era == era) {
			Some(last) => last.shares.saturating_accrue(shares),
			None => delegation
				.unbonding
				.try_push(UnbondingShares { era, shares })
				.map_err(|_| Error::<T>::TooManyUnbondings)?,
		}
		Ok(Unbonded { amount, displaced })
	}

	/// Makes the last unbonding pool that of `era`. Returns the oldest one if there was no room: it has matured.
	fn open_unbonding_pool(&mut self, era: EraIndex) -> Option<UnbondingPool> {
		if self.unbonding.last().is_some_and(|last| last.era == era) {
			return None;
		}
		let displaced = self.unbonding.is_full().then(|| self.unbonding.remove(0));
		if self.unbonding.try_push(UnbondingPool { era, pool: Pool::default() }).is_err() {
			defensive!("a place was made free");
		}
		displaced
	}

	/// Takes the shares of what has matured out of `delegation`, and returns their worth. `displaced` redeems shares of
	/// pools that made room for later ones.
	pub(crate) fn collect(
		&mut self,
		delegation: &mut Delegation<T>,
		now: &Era<BlockNumberFor<T>>,
		mut displaced: impl FnMut(UnbondingShares) -> Balance,
	) -> Balance {
		let mut amount: Balance = 0;
		delegation.unbonding.retain(|part| {
			if !is_matured::<T>(part.era, now) {
				return true;
			}
			let pool = self.unbonding.iter_mut().find(|pool| pool.era == part.era);
			let worth = pool.map_or_else(|| displaced(*part), |pool| pool.pool.redeem(part.shares));
			amount.saturating_accrue(worth);
			false
		});
		self.unbonding.retain(|pool| pool.pool.shares > 0);
		amount
	}

	/// [`Self::deposit`] for the operator's own bond.
	pub(crate) fn deposit_own(&mut self, amount: Balance) -> Result<(), Error<T>> {
		self.with_own(|operator, own| operator.deposit(own, amount))
	}

	/// [`Self::unbond`] from the operator's own bond.
	pub(crate) fn unbond_own(&mut self, shares: Balance, era: EraIndex) -> Result<Unbonded, Error<T>> {
		self.with_own(|operator, own| operator.unbond(own, shares, era))
	}

	/// [`Self::collect`] of the operator's own bond.
	pub(crate) fn collect_own(
		&mut self,
		now: &Era<BlockNumberFor<T>>,
		displaced: impl FnMut(UnbondingShares) -> Balance,
	) -> Balance {
		self.with_own(|operator, own| operator.collect(own, now, displaced))
	}

	fn with_own<R>(&mut self, change: impl FnOnce(&mut Self, &mut Delegation<T>) -> R) -> R {
		let mut own = mem::take(&mut self.own);
		let result = change(self, &mut own);
		self.own = own;
		result
	}

	/// Shares `amount` out: the commission buys shares for the operator, the rest raises what all shares are worth.
	pub(crate) fn reward(&mut self, amount: Balance, era: EraIndex) {
		if self.active.shares == 0 {
			// Nobody backs it; an amount that is not zero always buys the first shares.
			let _ = self.deposit_own(amount);
			return;
		}
		let (kept, shared) = math::split_reward(amount, self.commission.at(era));
		self.active.reward(shared);
		if self.deposit_own(kept).is_err() {
			// It buys no whole share.
			self.active.reward(kept);
		}
	}

	/// Takes `amount` from the active stake and, where that is short, from what is unbonding, the newest first since it
	/// was most likely still active at the time of the fault. Then takes `share` of all that remains. Returns what was
	/// taken.
	pub(crate) fn slash(&mut self, amount: Balance, share: Perbill, now: &Era<BlockNumberFor<T>>) -> Balance {
		let mut taken = self.active.slash(amount);
		for pool in self.unbonding.iter_mut().rev().filter(|pool| !is_matured::<T>(pool.era, now)) {
			taken.saturating_accrue(pool.pool.slash(amount.saturating_sub(taken)));
		}
		taken.saturating_accrue(self.active.slash(share.mul_floor(self.active.stake)));
		for pool in self.unbonding.iter_mut().filter(|pool| !is_matured::<T>(pool.era, now)) {
			let part = share.mul_floor(pool.pool.stake);
			taken.saturating_accrue(pool.pool.slash(part));
		}
		if self.active.is_wiped_out() {
			self.active = Pool::default();
			self.generation.saturating_inc();
			self.own.shares = 0;
			self.own.generation = self.generation;
		}
		self.uncovered = self.locked.saturating_sub(self.active.stake);
		taken
	}
}
