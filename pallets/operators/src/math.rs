//! Arithmetic of stake, eras and rewards: pure functions of amounts, without storage.

use assay_primitives::Balance;
use sp_runtime::{Perbill, Rounding, Saturating, helpers_128bit::multiply_by_rational_with_rounding};

/// What an operator's weight depends on.
#[derive(Clone, Copy, Debug)]
pub struct Backing {
	/// Stake of the operator and its delegators.
	pub active: Balance,
	/// The operator's own part of it.
	pub own: Balance,
}

/// Weight of an operator in draws and elections: what is staked with it, up to `max_leverage` times its own bond, and
/// nothing if that bond is below the minimum.
pub fn weight(backing: Backing, min_self_bond: Balance, max_leverage: u32) -> Balance {
	if backing.own < min_self_bond {
		return 0;
	}
	backing.active.min(backing.own.saturating_mul(max_leverage.into()))
}

/// Active stake that no open task locks.
///
/// Locks can exceed the active stake after a slash; nothing is free then.
pub fn free(active: Balance, locked: Balance) -> Balance {
	active.saturating_sub(locked)
}

/// The part of a reward that the operator keeps, and the part that is shared among all who back it.
pub fn split_reward(amount: Balance, commission: Perbill) -> (Balance, Balance) {
	let kept = commission.mul_floor(amount);
	(kept, amount.saturating_sub(kept))
}

/// What is minted for an era of `era_blocks`: its share of a year in which the issuance grows by `annual`.
pub fn inflation(issuance: Balance, annual: Perbill, era_blocks: u32, year_blocks: u32) -> Balance {
	pro_rata(annual.mul_floor(issuance), era_blocks, year_blocks)
}

/// The part of `amount` for `points` out of `total`. Parts for points that add up to the total never exceed the amount.
pub fn pro_rata(amount: Balance, points: u32, total: u32) -> Balance {
	let part =
		multiply_by_rational_with_rounding(amount, points.min(total).into(), total.into(), Rounding::Down);
	part.unwrap_or(0)
}

/// The share of what remains that an offence costs whose offender was already slashed by `before` for the same session:
/// only the worst offence of a session counts.
pub fn offence_share(before: Perbill, fraction: Perbill) -> Perbill {
	fraction.saturating_sub(before)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn perbill() -> impl Strategy<Value = Perbill> {
		(0..=1_000_000_000u32).prop_map(Perbill::from_parts)
	}

	proptest! {
		#[test]
		fn weight_should_be_limited_by_the_own_bond(
			active: Balance, own: Balance, minimum in 1..=Balance::MAX, leverage in 1..100u32
		) {
			let own = own.min(active);
			let weight = weight(Backing { active, own }, minimum, leverage);
			prop_assert!(weight <= active);
			prop_assert_eq!(weight == 0, own < minimum);
			prop_assert!(weight / Balance::from(leverage) <= own);
			prop_assert!(own < minimum || weight >= own);
		}

		#[test]
		fn free_stake_should_never_exceed_active_stake(active: Balance, locked: Balance) {
			prop_assert!(free(active, locked) <= active);
			prop_assert!(locked > active || free(active, locked) + locked == active);
		}

		#[test]
		fn reward_should_be_split_to_the_last_unit(amount: Balance, commission in perbill()) {
			let (kept, shared) = split_reward(amount, commission);
			prop_assert_eq!(kept + shared, amount);
			prop_assert!(kept <= commission.mul_ceil(amount));
		}

		#[test]
		fn authors_should_never_be_paid_more_than_the_inflation(
			amount: Balance, points in prop::collection::vec(0..10_000u32, 1..100)
		) {
			let total: u32 = points.iter().sum();
			let paid: Balance = points.iter().map(|points| pro_rata(amount, *points, total)).sum();
			prop_assert!(paid <= amount);
			prop_assert!(total == 0 || amount - paid < points.len() as Balance);
		}

		#[test]
		fn eras_of_a_year_should_mint_no_more_than_the_annual_rate(
			issuance in 0..1u128 << 100, annual in perbill(), eras in 1..400u32, era_blocks in 1..30_000u32
		) {
			let each = inflation(issuance, annual, era_blocks, eras * era_blocks);
			let year = annual.mul_floor(issuance);
			prop_assert!(each * Balance::from(eras) <= year);
			prop_assert!(year - each * Balance::from(eras) < Balance::from(eras));
		}

		#[test]
		fn offences_of_a_session_should_cost_no_more_than_the_worst(
			bonded: Balance, first in perbill(), second in perbill()
		) {
			let one = offence_share(Perbill::zero(), first).mul_floor(bonded);
			let two = offence_share(first, second).mul_floor(bonded - one);
			prop_assert!(one + two <= first.max(second).mul_ceil(bonded));
		}
	}

	#[test]
	fn nobody_should_be_paid_for_an_era_without_blocks() {
		assert_eq!(pro_rata(1_000, 0, 0), 0);
		assert_eq!(inflation(1_000, Perbill::one(), 10, 0), 0);
	}
}
