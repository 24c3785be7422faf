//! Weights of `pallet_inference`. `scripts/benchmark` writes this file; the numbers below are estimates until its first run on the
//! reference machine.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(clippy::arithmetic_side_effects)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};

/// Weight functions needed for `pallet_inference`.
pub trait WeightInfo {
	fn request(i: u32, ) -> Weight;
	fn commit() -> Weight;
	fn authorize_commit() -> Weight;
	fn reveal(o: u32, ) -> Weight;
	fn authorize_reveal(o: u32, ) -> Weight;
	fn finalise() -> Weight;
	fn miss() -> Weight;
	fn prune() -> Weight;
	fn assign() -> Weight;
	fn try_candidate() -> Weight;
}

/// Weights for `pallet_inference` from the runtime's database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn request(i: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 8000)
			.saturating_add(Weight::from_parts(1_500, 1).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	fn commit() -> Weight {
		Weight::from_parts(45_000_000, 9000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	fn authorize_commit() -> Weight {
		Weight::from_parts(70_000_000, 9000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	fn reveal(o: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 12000)
			.saturating_add(Weight::from_parts(2_500, 1).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn authorize_reveal(o: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 12000)
			.saturating_add(Weight::from_parts(2_500, 1).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	fn finalise() -> Weight {
		Weight::from_parts(220_000_000, 20000)
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	fn miss() -> Weight {
		Weight::from_parts(200_000_000, 30000)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(13_u64))
	}
	fn prune() -> Weight {
		Weight::from_parts(40_000_000, 8000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn assign() -> Weight {
		Weight::from_parts(120_000_000, 30000)
			.saturating_add(T::DbWeight::get().reads(20_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	fn try_candidate() -> Weight {
		Weight::from_parts(45_000_000, 20000)
			.saturating_add(T::DbWeight::get().reads(12_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	fn request(i: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 8000)
			.saturating_add(Weight::from_parts(1_500, 1).saturating_mul(i.into()))
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	fn commit() -> Weight {
		Weight::from_parts(45_000_000, 9000)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn authorize_commit() -> Weight {
		Weight::from_parts(70_000_000, 9000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn reveal(o: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 12000)
			.saturating_add(Weight::from_parts(2_500, 1).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn authorize_reveal(o: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 12000)
			.saturating_add(Weight::from_parts(2_500, 1).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn finalise() -> Weight {
		Weight::from_parts(220_000_000, 20000)
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
	fn miss() -> Weight {
		Weight::from_parts(200_000_000, 30000)
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().writes(13_u64))
	}
	fn prune() -> Weight {
		Weight::from_parts(40_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn assign() -> Weight {
		Weight::from_parts(120_000_000, 30000)
			.saturating_add(RocksDbWeight::get().reads(20_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
	fn try_candidate() -> Weight {
		Weight::from_parts(45_000_000, 20000)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
	}
}
