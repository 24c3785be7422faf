//! Share pools: stake that belongs to many in proportion to their shares. Pure arithmetic, without storage.
//!
//! A reward raises the stake, a slash lowers it, both without a look at who holds the shares. Amounts and shares are
//! converted into each other rounding down against whoever moves: what is lost belongs to the pool, that is, to everybody
//! who stays. So nobody gains by moving, and nobody loses by others' moving.

use assay_primitives::Balance;
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{Rounding, Saturating, helpers_128bit::multiply_by_rational_with_rounding};

/// Most shares per unit of stake. A slash that leaves less stake than that takes the rest too: the holders lost all but
/// 10^-12 of what they had, and new shares would soon not fit a number.
pub const MAX_SHARES_PER_UNIT: Balance = 1 << 40;

/// Stake and the shares that it is divided into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pool {
	/// Stake of all holders together.
	pub stake: Balance,
	/// Shares of all holders together.
	pub shares: Balance,
}

impl Pool {
	/// What `shares` of the pool are worth.
	pub fn value(&self, shares: Balance) -> Balance {
		if shares >= self.shares {
			return self.stake;
		}
		ratio(self.stake, shares, self.shares, Rounding::Down).unwrap_or(self.stake)
	}

	/// Whether the pool has shares that are worth nothing: a slash took all of its stake.
	pub fn is_wiped_out(&self) -> bool {
		self.stake == 0 && self.shares > 0
	}

	/// Adds `amount` to the stake and returns the shares for it, one for each unit while there are none. `None`, and
	/// nothing changes, if these shares are no whole one or do not fit, or the present ones are worth nothing.
	#[must_use]
	pub fn deposit(&mut self, amount: Balance) -> Option<Balance> {
		let shares = match self.shares {
			0 => amount,
			present => ratio(present, amount, self.stake, Rounding::Down)?,
		};
		if shares == 0 {
			return None;
		}
		let changed =
			Self { stake: self.stake.checked_add(amount)?, shares: self.shares.checked_add(shares)? };
		*self = changed;
		Some(shares)
	}

	/// Burns `shares` and returns what they were worth. Who takes the last shares takes all that is left.
	#[must_use]
	pub fn redeem(&mut self, shares: Balance) -> Balance {
		let amount = self.value(shares);
		self.stake = self.stake.saturating_sub(amount);
		self.shares = self.shares.saturating_sub(shares);
		amount
	}

	/// How many shares can be redeemed without taking out more than `amount`.
	pub fn shares_within(&self, amount: Balance) -> Balance {
		if amount >= self.stake {
			return self.shares;
		}
		ratio(self.shares, amount, self.stake, Rounding::Down).unwrap_or(self.shares)
	}

	/// Adds `amount` to what the present shares are worth.
	pub fn reward(&mut self, amount: Balance) {
		self.stake.saturating_accrue(amount);
	}

	/// Takes up to `amount` and returns what was taken: all if next to nothing would remain, see
	/// [`MAX_SHARES_PER_UNIT`].
	#[must_use]
	pub fn slash(&mut self, amount: Balance) -> Balance {
		let rest = self.stake.saturating_sub(amount);
		let rest = if self.shares > rest.saturating_mul(MAX_SHARES_PER_UNIT) { 0 } else { rest };
		let taken = self.stake.saturating_sub(rest);
		self.stake = rest;
		taken
	}
}

/// `a × b / c`; `None` if that does not fit or `c` is zero.
fn ratio(a: Balance, b: Balance, c: Balance, rounding: Rounding) -> Option<Balance> {
	multiply_by_rational_with_rounding(a, b, c, rounding)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const HOLDERS: usize = 4;
	/// More than there will ever be of a token.
	const ISSUANCE: Balance = 1 << 80;

	#[derive(Clone, Debug)]
	enum Move {
		Deposit(usize, Balance),
		Withdraw(usize, Balance),
		Redeem(usize, u8),
		Reward(Balance),
		Slash(Balance),
		SlashShare(u8),
	}

	fn amount() -> impl Strategy<Value = Balance> {
		prop_oneof![2 => 0..10u128, 3 => 0..100_000u128, 1 => 0..ISSUANCE / 64]
	}

	fn any_move() -> impl Strategy<Value = Move> {
		use Move::*;
		let holder = || 0..HOLDERS;
		prop_oneof![
			5 => (holder(), amount()).prop_map(|(holder, amount)| Deposit(holder, amount)),
			3 => (holder(), amount()).prop_map(|(holder, amount)| Withdraw(holder, amount)),
			3 => (holder(), 0..=4u8).prop_map(|(holder, quarters)| Redeem(holder, quarters)),
			2 => amount().prop_map(Reward),
			1 => amount().prop_map(Slash),
			2 => (0..=100u8).prop_map(SlashShare),
		]
	}

	/// A pool, who holds its shares, and what each has in cash, which may be negative.
	#[derive(Clone, Debug, Default)]
	struct World {
		pool: Pool,
		held: [Balance; HOLDERS],
		cash: [i128; HOLDERS],
	}

	impl World {
		fn wealth(&self, holder: usize) -> i128 {
			self.cash[holder] + self.pool.value(self.held[holder]).min(self.pool.stake) as i128
		}

		/// Who moved, if it was a holder.
		fn apply(&mut self, change: Move) -> Option<usize> {
			match change {
				Move::Deposit(holder, amount) => {
					if let Some(shares) = self.pool.deposit(amount) {
						self.held[holder] += shares;
						self.cash[holder] -= amount as i128;
					}
					Some(holder)
				}
				Move::Withdraw(holder, amount) => {
					let shares = self.pool.shares_within(amount).min(self.held[holder]);
					if shares > 0 {
						let paid = self.pool.redeem(shares);
						assert!(paid <= amount, "asked for {amount}, got {paid}");
						self.held[holder] -= shares;
						self.cash[holder] += paid as i128;
					}
					Some(holder)
				}
				Move::Redeem(holder, quarters) => {
					let shares = self.held[holder] / 4 * Balance::from(quarters);
					let shares = if quarters == 4 { self.held[holder] } else { shares };
					if shares > 0 {
						self.cash[holder] += self.pool.redeem(shares) as i128;
						self.held[holder] -= shares;
					}
					Some(holder)
				}
				Move::Reward(amount) => {
					if self.pool.shares > 0 {
						self.pool.reward(amount);
					}
					None
				}
				Move::Slash(amount) => {
					let _ = self.pool.slash(amount);
					None
				}
				Move::SlashShare(percent) => {
					let _ = self.pool.slash(self.pool.stake / 100 * Balance::from(percent));
					None
				}
			}
		}
	}

	proptest! {
		/// No sequence of moves makes anybody richer than rewards did: in each step, the mover gains nothing and nobody
		/// else loses anything.
		#[test]
		fn nobody_should_gain_by_moving_or_lose_by_others_moving(
			moves in prop::collection::vec(any_move(), 1..60)
		) {
			let mut world = World::default();
			for change in moves {
				// A wiped out pool begins anew, as the pallet does it.
				if world.pool.is_wiped_out() {
					world.pool = Pool::default();
					world.held = Default::default();
				}
				let before = world.clone();
				let mover = world.apply(change);
				prop_assert_eq!(world.held.iter().sum::<Balance>(), world.pool.shares);
				prop_assert!(world.pool.shares <= world.pool.stake.saturating_mul(MAX_SHARES_PER_UNIT)
					|| world.pool.is_wiped_out());
				prop_assert!(world.pool.shares > 0 || world.pool.stake == 0);
				let Some(mover) = mover else { continue };
				prop_assert!(world.wealth(mover) <= before.wealth(mover));
				for other in (0..HOLDERS).filter(|other| *other != mover) {
					prop_assert!(world.held[other] == 0 || world.wealth(other) >= before.wealth(other));
				}
				let total = |world: &World| world.pool.stake as i128 + world.cash.iter().sum::<i128>();
				prop_assert_eq!(total(&world), total(&before));
			}
		}

		/// However a first depositor raises the price by rewards, who comes later loses less than one share is worth.
		#[test]
		fn later_depositor_should_lose_less_than_the_price_of_a_share(
			first in 1..1_000_000u128, reward in 0..1u128 << 60, later in 1..1u128 << 70
		) {
			let mut pool = Pool::default();
			prop_assert_eq!(pool.deposit(first), Some(first));
			pool.reward(reward);
			let price = pool.stake.div_ceil(pool.shares);
			match pool.deposit(later) {
				Some(shares) => prop_assert!(pool.value(shares) + price >= later),
				None => prop_assert!(later < price, "refused only when it would not buy one share"),
			}
		}

		#[test]
		fn slash_should_take_what_it_can_and_leave_no_dust(
			stake in 0..ISSUANCE, shares in 0..ISSUANCE, amount: Balance
		) {
			let mut pool = Pool { stake, shares };
			let taken = pool.slash(amount);
			prop_assert_eq!(taken + pool.stake, stake);
			prop_assert!(taken >= amount.min(stake));
			let more = taken - amount.min(stake);
			prop_assert!(more == 0 || (pool.stake == 0 && more < shares / MAX_SHARES_PER_UNIT + 1));
		}

		#[test]
		fn slashes_should_cost_all_holders_alike(
			mine in 1..1u128 << 60, theirs in 1..1u128 << 60, amount in 0..1u128 << 60
		) {
			let mut pool = Pool::default();
			let (mine, theirs) = (pool.deposit(mine).unwrap(), pool.deposit(theirs).unwrap());
			let _ = pool.slash(amount);
			// Within the rounding of one unit, per share: values stay in the proportion of the shares.
			let expected = ratio(pool.stake, mine, mine + theirs, Rounding::Down).unwrap();
			prop_assert_eq!(pool.value(mine), expected);
			prop_assert!(pool.value(mine) + pool.value(theirs) <= pool.stake);
			prop_assert!(pool.value(mine) + pool.value(theirs) + 1 >= pool.stake);
		}

		/// The price of a pool without rewards, as those of unbonding stake, never exceeds one: a deposit of one unit
		/// always buys a share.
		#[test]
		fn any_amount_should_fit_a_pool_without_rewards(
			slashes in prop::collection::vec((1..1_000u128, 0..=99u8), 1..40)
		) {
			let mut pool = Pool::default();
			for (amount, percent) in slashes {
				if pool.is_wiped_out() {
					prop_assert_eq!(pool.deposit(amount), None);
					return Ok(());
				}
				let shares = pool.deposit(amount);
				prop_assert!(shares.is_some_and(|shares| shares >= amount));
				let _ = pool.slash(pool.stake * Balance::from(percent) / 100);
				let _ = pool.redeem(shares.unwrap_or_default() / 3);
			}
		}
	}

	#[test]
	fn first_shares_should_cost_one_unit_each() {
		let mut pool = Pool::default();
		assert_eq!(pool.deposit(0), None);
		assert_eq!(pool.deposit(700), Some(700));
		assert_eq!(pool, Pool { stake: 700, shares: 700 });
	}

	#[test]
	fn last_holder_should_take_the_dust() {
		let mut pool = Pool { stake: 10, shares: 3 };
		assert_eq!(pool.redeem(1), 3);
		assert_eq!(pool.redeem(2), 7);
		assert_eq!(pool, Pool::default());
	}

	#[test]
	fn shares_should_be_worth_at_most_the_amount() {
		let pool = Pool { stake: 10, shares: 4 };
		let shares = [0, 2, 3, 5, 9, 10, Balance::MAX].map(|amount| pool.shares_within(amount));
		assert_eq!(shares, [0, 0, 1, 2, 3, 4, 4]);
	}

	#[test]
	fn amounts_that_do_not_fit_should_be_refused() {
		let mut pool = Pool { stake: 10, shares: 10 };
		assert_eq!(pool.deposit(Balance::MAX), None);
		assert_eq!(pool, Pool { stake: 10, shares: 10 });
		let mut dear = Pool { stake: 100, shares: 1 };
		assert_eq!(dear.deposit(99), None);
		assert_eq!(dear.deposit(100), Some(1));
	}

	#[test]
	fn wiped_out_pool_should_be_closed() {
		let mut pool = Pool { stake: 5, shares: 5 };
		assert_eq!(pool.slash(9), 5);
		assert!(pool.is_wiped_out());
		assert_eq!(pool.deposit(1), None);
		assert_eq!(pool.value(5), 0);
		assert_eq!(pool.redeem(5), 0);
		assert!(!pool.is_wiped_out());
	}
}
