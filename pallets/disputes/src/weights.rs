//! Weights of `pallet_disputes`. `scripts/benchmark` writes this file.
#![allow(unused_parens, unused_imports, missing_docs, clippy::arithmetic_side_effects)]

use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{Weight, constants::RocksDbWeight},
};

/// Weight functions needed for `pallet_disputes`.
pub trait WeightInfo {
	fn commit() -> Weight;
	fn authorize_commit() -> Weight;
	fn reveal(o: u32) -> Weight;
	fn authorize_reveal(o: u32) -> Weight;
	fn appeal() -> Weight;
	fn report_equivocation() -> Weight;
	fn draw_jurors() -> Weight;
	fn do_without() -> Weight;
	fn tally() -> Weight;
	fn rule() -> Weight;
	fn collect() -> Weight;
	fn pay_jurors() -> Weight;
	fn pay_others() -> Weight;
	fn forget() -> Weight;
}

/// Weights for `pallet_disputes` with the database costs of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn commit() -> Weight {
		Weight::from_parts(33_000_000, 7000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn authorize_commit() -> Weight {
		Weight::from_parts(90_000_000, 7000).saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn reveal(o: u32) -> Weight {
		Weight::from_parts(40_000_000, 9000)
			.saturating_add(Weight::from_parts(7_010, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	fn authorize_reveal(o: u32) -> Weight {
		Weight::from_parts(98_000_000, 9000)
			.saturating_add(Weight::from_parts(11_300, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn appeal() -> Weight {
		Weight::from_parts(120_000_000, 11000)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	fn report_equivocation() -> Weight {
		Weight::from_parts(600_000_000, 120000)
			.saturating_add(T::DbWeight::get().reads(70_u64))
			.saturating_add(T::DbWeight::get().writes(70_u64))
	}
	fn draw_jurors() -> Weight {
		Weight::from_parts(1_200_000_000, 500000)
			.saturating_add(T::DbWeight::get().reads(260_u64))
			.saturating_add(T::DbWeight::get().writes(40_u64))
	}
	fn do_without() -> Weight {
		Weight::from_parts(900_000_000, 350000)
			.saturating_add(T::DbWeight::get().reads(130_u64))
			.saturating_add(T::DbWeight::get().writes(130_u64))
	}
	fn tally() -> Weight {
		Weight::from_parts(900_000_000, 350000)
			.saturating_add(T::DbWeight::get().reads(110_u64))
			.saturating_add(T::DbWeight::get().writes(110_u64))
	}
	fn rule() -> Weight {
		Weight::from_parts(3_500_000_000, 700000)
			.saturating_add(T::DbWeight::get().reads(420_u64))
			.saturating_add(T::DbWeight::get().writes(420_u64))
	}
	fn collect() -> Weight {
		Weight::from_parts(3_500_000_000, 700000)
			.saturating_add(T::DbWeight::get().reads(420_u64))
			.saturating_add(T::DbWeight::get().writes(420_u64))
	}
	fn pay_jurors() -> Weight {
		Weight::from_parts(3_000_000_000, 700000)
			.saturating_add(T::DbWeight::get().reads(400_u64))
			.saturating_add(T::DbWeight::get().writes(400_u64))
	}
	fn pay_others() -> Weight {
		Weight::from_parts(3_500_000_000, 700000)
			.saturating_add(T::DbWeight::get().reads(420_u64))
			.saturating_add(T::DbWeight::get().writes(420_u64))
	}
	fn forget() -> Weight {
		Weight::from_parts(40_000_000, 20000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
}

// For tests.
impl WeightInfo for () {
	fn commit() -> Weight {
		Weight::from_parts(33_000_000, 7000)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_commit() -> Weight {
		Weight::from_parts(90_000_000, 7000).saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn reveal(o: u32) -> Weight {
		Weight::from_parts(40_000_000, 9000)
			.saturating_add(Weight::from_parts(7_010, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn authorize_reveal(o: u32) -> Weight {
		Weight::from_parts(98_000_000, 9000)
			.saturating_add(Weight::from_parts(11_300, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn appeal() -> Weight {
		Weight::from_parts(120_000_000, 11000)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn report_equivocation() -> Weight {
		Weight::from_parts(600_000_000, 120000)
			.saturating_add(RocksDbWeight::get().reads(70_u64))
			.saturating_add(RocksDbWeight::get().writes(70_u64))
	}
	fn draw_jurors() -> Weight {
		Weight::from_parts(1_200_000_000, 500000)
			.saturating_add(RocksDbWeight::get().reads(260_u64))
			.saturating_add(RocksDbWeight::get().writes(40_u64))
	}
	fn do_without() -> Weight {
		Weight::from_parts(900_000_000, 350000)
			.saturating_add(RocksDbWeight::get().reads(130_u64))
			.saturating_add(RocksDbWeight::get().writes(130_u64))
	}
	fn tally() -> Weight {
		Weight::from_parts(900_000_000, 350000)
			.saturating_add(RocksDbWeight::get().reads(110_u64))
			.saturating_add(RocksDbWeight::get().writes(110_u64))
	}
	fn rule() -> Weight {
		Weight::from_parts(3_500_000_000, 700000)
			.saturating_add(RocksDbWeight::get().reads(420_u64))
			.saturating_add(RocksDbWeight::get().writes(420_u64))
	}
	fn collect() -> Weight {
		Weight::from_parts(3_500_000_000, 700000)
			.saturating_add(RocksDbWeight::get().reads(420_u64))
			.saturating_add(RocksDbWeight::get().writes(420_u64))
	}
	fn pay_jurors() -> Weight {
		Weight::from_parts(3_000_000_000, 700000)
			.saturating_add(RocksDbWeight::get().reads(400_u64))
			.saturating_add(RocksDbWeight::get().writes(400_u64))
	}
	fn pay_others() -> Weight {
		Weight::from_parts(3_500_000_000, 700000)
			.saturating_add(RocksDbWeight::get().reads(420_u64))
			.saturating_add(RocksDbWeight::get().writes(420_u64))
	}
	fn forget() -> Weight {
		Weight::from_parts(40_000_000, 20000)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
}
