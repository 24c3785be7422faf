//! The price of a compute unit. It moves with load, as the base fee of EIP-1559 does: up by at most an eighth in each
//! block in which more work than the target was asked for, down by at most an eighth in each block with less.

use crate::{Config, Pallet, RequestedCompute, UnitPrice};
use assay_primitives::{Balance, ComputeUnits};
use frame_support::traits::Get;
use sp_runtime::{Rounding, helpers_128bit::multiply_by_rational_with_rounding};

/// The price changes by at most one part in this many.
const CHANGE_DENOMINATOR: u64 = 8;

/// The highest price, in units of the floor. It is reached after 118 blocks of full load.
const CEILING: Balance = 1_000_000;

/// Price of the block after one that had `price` and in which `used` compute units were asked for.
pub fn next_unit_price(price: Balance, used: ComputeUnits, target: ComputeUnits, floor: Balance) -> Balance {
	let target = target.max(1);
	// Twice the target or more changes the price by the whole part.
	let distance = used.abs_diff(target).min(target);
	let denominator = u128::from(target).saturating_mul(CHANGE_DENOMINATOR.into());
	let change = multiply_by_rational_with_rounding(price, distance.into(), denominator, Rounding::Up);
	let change = change.unwrap_or(Balance::MAX);
	let next = if used > target { price.saturating_add(change) } else { price.saturating_sub(change) };
	next.min(floor.saturating_mul(CEILING)).max(floor)
}

impl<T: Config> Pallet<T> {
	/// What a compute unit costs a request now.
	pub fn unit_price() -> Balance {
		let floor = T::UnitPriceFloor::get();
		UnitPrice::<T>::get().map_or(floor, |price| price.max(floor))
	}

	/// Adjusts the price to what was asked for in the last block.
	pub(crate) fn adjust_unit_price() {
		let floor = T::UnitPriceFloor::get();
		let stored = UnitPrice::<T>::get();
		let next = next_unit_price(
			stored.map_or(floor, |price| price.max(floor)),
			RequestedCompute::<T>::take(),
			T::TargetCompute::get(),
			floor,
		);
		let next = Some(next).filter(|price| *price > floor);
		if next != stored {
			UnitPrice::<T>::set(next);
		}
	}

	/// Counts what a request asks for.
	pub(crate) fn note_compute(units: ComputeUnits) {
		RequestedCompute::<T>::mutate(|sum| *sum = sum.saturating_add(units));
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	proptest! {
		#[test]
		fn price_should_stay_in_its_bounds_and_move_by_an_eighth_at_most(
			floor in 0..1_000_000_000u128,
			multiple in 1..=CEILING,
			used: u64,
			target: u64,
		) {
			let price = floor * multiple;
			let next = next_unit_price(price, used, target, floor);
			prop_assert!((floor..=floor * CEILING).contains(&next));
			prop_assert!(next.abs_diff(price) <= price.div_ceil(8));
			if used > target.max(1) {
				prop_assert!(next >= price);
			} else {
				prop_assert!(next <= price);
			}
		}
	}

	#[test]
	fn price_should_stand_still_at_the_target_and_move_with_the_distance_from_it() {
		assert_eq!(next_unit_price(800, 100, 100, 1), 800);
		assert_eq!(next_unit_price(800, 200, 100, 1), 900);
		assert_eq!(next_unit_price(800, 150, 100, 1), 850);
		assert_eq!(next_unit_price(800, 0, 100, 1), 700);
		assert_eq!(next_unit_price(800, 50, 100, 1), 750);
		assert_eq!(next_unit_price(800, u64::MAX, 100, 1), 900, "more load than that is the same");
	}

	#[test]
	fn price_should_rise_from_a_small_one_and_come_back_to_its_floor() {
		let mut price = 2;
		for _ in 0..10 {
			let next = next_unit_price(price, 200, 100, 2);
			assert!(next > price);
			price = next;
		}
		for _ in 0..200 {
			price = next_unit_price(price, 0, 100, 2);
		}
		assert_eq!(price, 2);
	}

	#[test]
	fn price_should_be_free_only_when_its_floor_is() {
		assert_eq!(next_unit_price(0, 1_000, 100, 0), 0);
		assert_eq!(next_unit_price(0, 0, 0, 5), 5);
		assert_eq!(next_unit_price(Balance::MAX, u64::MAX, 1, Balance::MAX), Balance::MAX);
	}
}
