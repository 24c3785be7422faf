//! Weights of `pallet_operators`. `scripts/benchmark` writes this file; the numbers below are estimates until its first run on the
//! reference machine.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(clippy::arithmetic_side_effects)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};

/// Weight functions needed for `pallet_operators`.
pub trait WeightInfo {
	fn register() -> Weight;
	fn set_worker_key() -> Weight;
	fn bond_more() -> Weight;
	fn set_validating() -> Weight;
	fn begin_unbonding() -> Weight;
	fn finish_unbonding() -> Weight;
	fn elect(c: u32, ) -> Weight;
	fn slash_offender() -> Weight;
}

/// Weights for `pallet_operators` from the runtime's database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn register() -> Weight {
		Weight::from_parts(110_000_000, 20000)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	fn set_worker_key() -> Weight {
		Weight::from_parts(80_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn bond_more() -> Weight {
		Weight::from_parts(90_000_000, 20000)
			.saturating_add(T::DbWeight::get().reads(70_u64))
			.saturating_add(T::DbWeight::get().writes(60_u64))
	}
	fn set_validating() -> Weight {
		Weight::from_parts(60_000_000, 20000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn begin_unbonding() -> Weight {
		Weight::from_parts(80_000_000, 20000)
			.saturating_add(T::DbWeight::get().reads(70_u64))
			.saturating_add(T::DbWeight::get().writes(60_u64))
	}
	fn finish_unbonding() -> Weight {
		Weight::from_parts(300_000_000, 20000)
			.saturating_add(T::DbWeight::get().reads(300_u64))
			.saturating_add(T::DbWeight::get().writes(300_u64))
	}
	fn elect(c: u32, ) -> Weight {
		Weight::from_parts(10_000_000, 20000)
			.saturating_add(Weight::from_parts(3_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
	}
	fn slash_offender() -> Weight {
		Weight::from_parts(110_000_000, 20000)
			.saturating_add(T::DbWeight::get().reads(80_u64))
			.saturating_add(T::DbWeight::get().writes(70_u64))
	}
}

// For tests.
impl WeightInfo for () {
	fn register() -> Weight {
		Weight::from_parts(110_000_000, 20000)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn set_worker_key() -> Weight {
		Weight::from_parts(80_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn bond_more() -> Weight {
		Weight::from_parts(90_000_000, 20000)
			.saturating_add(RocksDbWeight::get().reads(70_u64))
			.saturating_add(RocksDbWeight::get().writes(60_u64))
	}
	fn set_validating() -> Weight {
		Weight::from_parts(60_000_000, 20000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn begin_unbonding() -> Weight {
		Weight::from_parts(80_000_000, 20000)
			.saturating_add(RocksDbWeight::get().reads(70_u64))
			.saturating_add(RocksDbWeight::get().writes(60_u64))
	}
	fn finish_unbonding() -> Weight {
		Weight::from_parts(300_000_000, 20000)
			.saturating_add(RocksDbWeight::get().reads(300_u64))
			.saturating_add(RocksDbWeight::get().writes(300_u64))
	}
	fn elect(c: u32, ) -> Weight {
		Weight::from_parts(10_000_000, 20000)
			.saturating_add(Weight::from_parts(3_000_000, 0).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(c.into())))
	}
	fn slash_offender() -> Weight {
		Weight::from_parts(110_000_000, 20000)
			.saturating_add(RocksDbWeight::get().reads(80_u64))
			.saturating_add(RocksDbWeight::get().writes(70_u64))
	}
}
