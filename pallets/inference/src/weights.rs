//! Weights of `pallet_inference`, measured. `scripts/benchmark` writes this file.
//!
//! 2026-11-20, AMD EPYC, 50 steps, 20 repeats, frame-benchmarking-cli 64.0.0.
#![allow(unused_parens, unused_imports, missing_docs, clippy::arithmetic_side_effects)]

use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{Weight, constants::RocksDbWeight},
};

/// Weight functions needed for `pallet_inference`.
pub trait WeightInfo {
	fn begin_block() -> Weight;
	fn request(i: u32) -> Weight;
	fn commit() -> Weight;
	fn authorize_commit() -> Weight;
	fn commit_many(n: u32) -> Weight;
	fn authorize_commit_many(n: u32) -> Weight;
	fn reveal(o: u32) -> Weight;
	fn authorize_reveal(o: u32) -> Weight;
	fn reveal_many(n: u32, o: u32) -> Weight;
	fn authorize_reveal_many(n: u32, o: u32) -> Weight;
	fn begin_audit() -> Weight;
	fn authorize_begin_audit() -> Weight;
	fn open_dispute() -> Weight;
	fn challenge(o: u32) -> Weight;
	fn set_capacity() -> Weight;
	fn finalise(s: u32) -> Weight;
	fn miss(s: u32) -> Weight;
	fn prune() -> Weight;
	fn assign() -> Weight;
	fn draw_seat() -> Weight;
	fn try_candidate() -> Weight;
}

/// Weights for `pallet_inference` with the database costs of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn begin_block() -> Weight {
		Weight::from_parts(25_000_000, 4000)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// The range of component `i` is `[0, 16384]`.
	fn request(i: u32) -> Weight {
		Weight::from_parts(101_000_000, 11034)
			.saturating_add(Weight::from_parts(6672, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn commit() -> Weight {
		Weight::from_parts(36_000_000, 33000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn authorize_commit() -> Weight {
		Weight::from_parts(90_000_000, 33000).saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// The range of component `n` is `[1, 64]`.
	fn commit_many(n: u32) -> Weight {
		Weight::from_parts(4_000_000, 33000)
			.saturating_add(Weight::from_parts(34_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	/// The range of component `n` is `[1, 64]`.
	fn authorize_commit_many(n: u32) -> Weight {
		Weight::from_parts(66_000_000, 33000)
			.saturating_add(Weight::from_parts(22_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}
	/// The range of component `o` is `[0, 4096]`.
	fn reveal(o: u32) -> Weight {
		Weight::from_parts(42_000_000, 33000)
			.saturating_add(Weight::from_parts(7010, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// The range of component `o` is `[0, 4096]`.
	fn authorize_reveal(o: u32) -> Weight {
		Weight::from_parts(98_000_000, 33000)
			.saturating_add(Weight::from_parts(11_269, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// The range of component `n` is `[1, 64]`.
	/// The range of component `o` is `[0, 262144]`.
	fn reveal_many(n: u32, o: u32) -> Weight {
		Weight::from_parts(4_000_000, 33000)
			.saturating_add(Weight::from_parts(40_000_000, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(14_100, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}
	/// The range of component `n` is `[1, 64]`.
	/// The range of component `o` is `[0, 262144]`.
	fn authorize_reveal_many(n: u32, o: u32) -> Weight {
		Weight::from_parts(66_000_000, 33000)
			.saturating_add(Weight::from_parts(26_000_000, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(14_100, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
	}
	fn begin_audit() -> Weight {
		Weight::from_parts(30_000_000, 33000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn authorize_begin_audit() -> Weight {
		Weight::from_parts(22_000_000, 33000).saturating_add(T::DbWeight::get().reads(2_u64))
	}
	fn open_dispute() -> Weight {
		Weight::from_parts(90_000_000, 33000)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// The range of component `o` is `[0, 4096]`.
	fn challenge(o: u32) -> Weight {
		Weight::from_parts(70_000_000, 33000)
			.saturating_add(Weight::from_parts(7010, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn set_capacity() -> Weight {
		Weight::from_parts(18_000_000, 3800)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// The range of component `s` is `[1, 7]`.
	fn finalise(s: u32) -> Weight {
		Weight::from_parts(125_000_000, 33000)
			.saturating_add(Weight::from_parts(62_000_000, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(10_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(s.into())))
	}
	/// The range of component `s` is `[1, 7]`.
	fn miss(s: u32) -> Weight {
		Weight::from_parts(40_000_000, 53805)
			.saturating_add(Weight::from_parts(190_000_000, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().reads((29_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
			.saturating_add(T::DbWeight::get().writes((28_u64).saturating_mul(s.into())))
	}
	fn prune() -> Weight {
		Weight::from_parts(18_000_000, 33000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn assign() -> Weight {
		Weight::from_parts(38_000_000, 33000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn draw_seat() -> Weight {
		Weight::from_parts(78_000_000, 53805)
			.saturating_add(T::DbWeight::get().reads(26_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn try_candidate() -> Weight {
		Weight::from_parts(72_000_000, 53805).saturating_add(T::DbWeight::get().reads(25_u64))
	}
}

// For tests.
impl WeightInfo for () {
	fn begin_block() -> Weight {
		Weight::from_parts(25_000_000, 4000)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn request(i: u32) -> Weight {
		Weight::from_parts(101_000_000, 11034)
			.saturating_add(Weight::from_parts(6672, 0).saturating_mul(i.into()))
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn commit() -> Weight {
		Weight::from_parts(36_000_000, 33000)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn authorize_commit() -> Weight {
		Weight::from_parts(90_000_000, 33000).saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn commit_many(n: u32) -> Weight {
		Weight::from_parts(4_000_000, 33000)
			.saturating_add(Weight::from_parts(34_000_000, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	fn authorize_commit_many(n: u32) -> Weight {
		Weight::from_parts(66_000_000, 33000)
			.saturating_add(Weight::from_parts(22_000_000, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}
	fn reveal(o: u32) -> Weight {
		Weight::from_parts(42_000_000, 33000)
			.saturating_add(Weight::from_parts(7010, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn authorize_reveal(o: u32) -> Weight {
		Weight::from_parts(98_000_000, 33000)
			.saturating_add(Weight::from_parts(11_269, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn reveal_many(n: u32, o: u32) -> Weight {
		Weight::from_parts(4_000_000, 33000)
			.saturating_add(Weight::from_parts(40_000_000, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(14_100, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
			.saturating_add(RocksDbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}
	fn authorize_reveal_many(n: u32, o: u32) -> Weight {
		Weight::from_parts(66_000_000, 33000)
			.saturating_add(Weight::from_parts(26_000_000, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(14_100, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(n.into())))
	}
	fn begin_audit() -> Weight {
		Weight::from_parts(30_000_000, 33000)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn authorize_begin_audit() -> Weight {
		Weight::from_parts(22_000_000, 33000).saturating_add(RocksDbWeight::get().reads(2_u64))
	}
	fn open_dispute() -> Weight {
		Weight::from_parts(90_000_000, 33000)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	fn challenge(o: u32) -> Weight {
		Weight::from_parts(70_000_000, 33000)
			.saturating_add(Weight::from_parts(7010, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn set_capacity() -> Weight {
		Weight::from_parts(18_000_000, 3800)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn finalise(s: u32) -> Weight {
		Weight::from_parts(125_000_000, 33000)
			.saturating_add(Weight::from_parts(62_000_000, 0).saturating_mul(s.into()))
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(s.into())))
	}
	fn miss(s: u32) -> Weight {
		Weight::from_parts(40_000_000, 53805)
			.saturating_add(Weight::from_parts(190_000_000, 0).saturating_mul(s.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().reads((29_u64).saturating_mul(s.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
			.saturating_add(RocksDbWeight::get().writes((28_u64).saturating_mul(s.into())))
	}
	fn prune() -> Weight {
		Weight::from_parts(18_000_000, 33000)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn assign() -> Weight {
		Weight::from_parts(38_000_000, 33000)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn draw_seat() -> Weight {
		Weight::from_parts(78_000_000, 53805)
			.saturating_add(RocksDbWeight::get().reads(26_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn try_candidate() -> Weight {
		Weight::from_parts(72_000_000, 53805).saturating_add(RocksDbWeight::get().reads(25_u64))
	}
}
