//! Money: what a request costs, who is paid, and what a fault costs. Pure functions; every sum that goes in comes out.
//!
//! `F`, the fee of one execution, is `base + compute_limit * unit_price`: the most that a worker can earn. The royalty is
//! not part of it, since it is the same whoever works. `S = StakeMultiple * F` is locked while a worker holds a task.

use assay_primitives::{Balance, ComputeUnits, api::Quote};
use sp_runtime::{Permill, traits::SaturatedConversion};

/// What the runtime charges now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
	/// Paid for every answer, whatever the work.
	pub base: Balance,
	/// Price of one compute unit.
	pub unit: Balance,
	/// `S / F`.
	pub stake_multiple: u32,
}

/// Price of one request, or `None` if it does not fit a balance.
pub fn quote(prices: Prices, compute_limit: ComputeUnits, royalty: Balance) -> Option<Quote<Balance>> {
	let fee = prices.unit.checked_mul(compute_limit.into())?.checked_add(prices.base)?;
	Some(Quote {
		escrow: fee.checked_add(royalty)?,
		base: prices.base,
		unit_price: prices.unit,
		royalty,
		compute_limit,
		worker_stake: fee.checked_mul(prices.stake_multiple.into())?,
	})
}

/// `F`: the most that a worker can earn with this request.
pub fn execution_fee(quote: &Quote<Balance>) -> Balance {
	quote.escrow.saturating_sub(quote.royalty)
}

/// How an escrow is paid out. The parts and what is left of the escrow add up to the escrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
	/// To the worker.
	pub worker: Balance,
	/// To the model's owner.
	pub owner: Balance,
	/// To the treasury; a share of the fee, rounded down.
	pub treasury: Balance,
}

/// Who gets what for an answer that took `units`.
pub fn settle(quote: &Quote<Balance>, units: ComputeUnits, treasury_share: Permill) -> Settlement {
	// Neither operation saturates: with the limit instead of the units, `quote` has computed the same without overflow.
	let fee = quote
		.unit_price
		.saturating_mul(units.min(quote.compute_limit).into())
		.saturating_add(quote.base)
		.min(execution_fee(quote));
	let treasury = treasury_share.mul_floor(fee);
	Settlement { worker: fee.saturating_sub(treasury), owner: quote.royalty, treasury }
}

/// What a fault costs a worker. `slashed + unlocked` is the stake that was locked; `to_requester` is part of `slashed`,
/// the rest of which is burned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Penalty {
	/// Taken from the locked stake.
	pub slashed: Balance,
	/// Part of it that the requester gets.
	pub to_requester: Balance,
	/// Released.
	pub unlocked: Balance,
}

/// No commitment by the deadline: 1 F.
///
/// All of it is burned. A requester could make any worker late, for example with an input that nobody can fetch, and
/// must not earn by it.
pub fn missed_commit(quote: &Quote<Balance>, stake: Balance) -> Penalty {
	let slashed = execution_fee(quote).min(stake);
	Penalty { slashed, to_requester: 0, unlocked: stake.saturating_sub(slashed) }
}

/// A commitment and no reveal: all of S, of which the requester gets up to 1 F.
///
/// The worker had the result, so only the worker can be at fault: withholding it because of what it says must cost as
/// much as lying.
pub fn missed_reveal(quote: &Quote<Balance>, stake: Balance) -> Penalty {
	Penalty { slashed: stake, to_requester: execution_fee(quote).min(stake), unlocked: 0 }
}

/// Blocks that an execution of `limit` may take at `per_block` compute units a block, rounded up.
pub fn compute_blocks(limit: ComputeUnits, per_block: ComputeUnits) -> u32 {
	limit.div_ceil(per_block.max(1)).saturated_into()
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn prices() -> impl Strategy<Value = Prices> {
		let amount = || prop_oneof![8 => 0..1_000_000_000_000u128, 1 => any::<u128>(), 1 => Just(u128::MAX)];
		(amount(), amount(), any::<u32>()).prop_map(|(base, unit, stake_multiple)| Prices {
			base,
			unit,
			stake_multiple,
		})
	}

	proptest! {
		#[test]
		fn quote_should_be_exact_or_none(prices in prices(), limit: u64, royalty: u128) {
			let Some(quote) = quote(prices, limit, royalty) else { return Ok(()) };
			let fee = prices.base + prices.unit * u128::from(limit);
			prop_assert_eq!(quote.escrow, fee + royalty);
			prop_assert_eq!(execution_fee(&quote), fee);
			prop_assert_eq!(quote.worker_stake, fee * u128::from(prices.stake_multiple));
		}

		#[test]
		fn settlement_should_never_exceed_the_escrow(
			prices in prices(),
			limit: u64,
			royalty in 0..u128::from(u64::MAX),
			units: u64,
			share in 0..=1_000_000u32,
		) {
			let Some(quote) = quote(prices, limit, royalty) else { return Ok(()) };
			let parts = settle(&quote, units, Permill::from_parts(share));
			let charged = parts.worker + parts.owner + parts.treasury;
			prop_assert!(charged <= quote.escrow);
			// Doing all the work that was paid for leaves nothing over, and less work costs exactly its units less.
			let unused = u128::from(limit - units.min(limit)) * prices.unit;
			prop_assert_eq!(quote.escrow - charged, unused);
			prop_assert!(parts.treasury <= Permill::from_parts(share).mul_ceil(parts.worker + parts.treasury));
		}

		#[test]
		fn penalties_should_take_apart_exactly_the_locked_stake(
			prices in prices(),
			limit: u64,
			royalty in 0..u128::from(u64::MAX),
			stake: u128,
		) {
			let Some(quote) = quote(prices, limit, royalty) else { return Ok(()) };
			for penalty in [missed_commit(&quote, stake), missed_reveal(&quote, stake)] {
				prop_assert_eq!(penalty.slashed + penalty.unlocked, stake);
				prop_assert!(penalty.to_requester <= penalty.slashed);
				prop_assert!(penalty.to_requester <= execution_fee(&quote));
			}
			prop_assert!(missed_commit(&quote, stake).slashed <= missed_reveal(&quote, stake).slashed);
		}

		#[test]
		fn compute_blocks_should_suffice_and_not_be_more_than_needed(limit: u64, per_block in 1..u64::MAX) {
			let blocks = u128::from(compute_blocks(limit, per_block));
			prop_assume!(blocks < u128::from(u32::MAX));
			prop_assert!(blocks * u128::from(per_block) >= u128::from(limit));
			prop_assert!(blocks == 0 || (blocks - 1) * u128::from(per_block) < u128::from(limit));
		}
	}

	#[test]
	fn quote_should_be_none_when_the_price_overflows() {
		let cheap = Prices { base: 1, unit: 1, stake_multiple: 15 };
		assert!(quote(cheap, 10, 0).is_some());
		assert_eq!(quote(Prices { unit: u128::MAX, ..cheap }, 2, 0), None);
		assert_eq!(quote(Prices { base: u128::MAX, ..cheap }, 1, 0), None);
		assert_eq!(quote(cheap, 10, u128::MAX), None);
		assert_eq!(quote(Prices { unit: u128::MAX / 10, ..cheap }, 1, 0), None, "the stake overflows");
	}

	#[test]
	fn compute_blocks_should_be_finite_when_the_limit_is_absurd() {
		assert_eq!(compute_blocks(0, 10), 0);
		assert_eq!(compute_blocks(11, 10), 2);
		assert_eq!(compute_blocks(u64::MAX, 0), u32::MAX);
	}
}
