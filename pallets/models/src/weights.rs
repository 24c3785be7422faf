//! Weights of `pallet_models`, measured. `scripts/benchmark` writes this file.
//!
//! 2026-11-20, AMD EPYC, 20 steps, 10 repeats, frame-benchmarking-cli 64.0.0.
#![allow(unused_parens, unused_imports, missing_docs, clippy::arithmetic_side_effects)]

use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{Weight, constants::RocksDbWeight},
};

/// Weight functions needed for `pallet_models`.
pub trait WeightInfo {
	fn claim_namespace() -> Weight;
	fn register(b: u32) -> Weight;
	fn deprecate() -> Weight;
	fn transfer_namespace() -> Weight;
	fn serve() -> Weight;
	fn stop_serving() -> Weight;
}

/// Weights for `pallet_models` with the database costs of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Models::Namespaces` (r:1 w:1)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	fn claim_namespace() -> Weight {
		// Proof size, measured: 4 bytes. Least time: 38_307_000 ps.
		Weight::from_parts(40_330_000, 3604)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Models::Namespaces` (r:1 w:1)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Models::NextVersion` (r:1 w:1)
	/// Proof: `Models::NextVersion` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Models::Latest` (r:1 w:1)
	/// Proof: `Models::Latest` (`max_values`: None, `max_size`: Some(86), added: 2561, mode: `MaxEncodedLen`)
	/// Storage: `Models::Versions` (r:0 w:1)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(4024), added: 6499, mode: `MaxEncodedLen`)
	/// Storage: `Models::ByName` (r:0 w:1)
	/// Proof: `Models::ByName` (`max_values`: None, `max_size`: Some(98), added: 2573, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[600, 4000]`.
	fn register(b: u32) -> Weight {
		// Proof size, measured: 280 bytes. Least time: 53_220_000 ps.
		Weight::from_parts(53_212_184, 3604)
			// Standard error: 8
			.saturating_add(Weight::from_parts(3_980, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Models::Namespaces` (r:1 w:0)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `Models::Versions` (r:1 w:1)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(4024), added: 6499, mode: `MaxEncodedLen`)
	fn deprecate() -> Weight {
		// Proof size, measured: 4301 bytes. Least time: 47_040_000 ps.
		Weight::from_parts(50_595_000, 7489)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Models::Namespaces` (r:1 w:1)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn transfer_namespace() -> Weight {
		// Proof size, measured: 420 bytes. Least time: 45_898_000 ps.
		Weight::from_parts(48_843_000, 6218)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Versions` (r:1 w:0)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(4024), added: 6499, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:1 w:1)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:1)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:1)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:20 w:1)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:0 w:1)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	fn serve() -> Weight {
		// Proof size, measured: 5429 bytes. Least time: 82_172_000 ps.
		Weight::from_parts(86_619_000, 51290)
			.saturating_add(T::DbWeight::get().reads(25_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Leaf` (r:1 w:2)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:1)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:1)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:2 w:2)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:21 w:21)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	fn stop_serving() -> Weight {
		// Proof size, measured: 4515 bytes. Least time: 134_461_000 ps.
		Weight::from_parts(151_756_000, 53805)
			.saturating_add(T::DbWeight::get().reads(26_u64))
			.saturating_add(T::DbWeight::get().writes(27_u64))
	}
}

// For tests.
impl WeightInfo for () {
	fn claim_namespace() -> Weight {
		// Proof size, measured: 4 bytes. Least time: 38_307_000 ps.
		Weight::from_parts(40_330_000, 3604)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn register(b: u32) -> Weight {
		// Proof size, measured: 280 bytes. Least time: 53_220_000 ps.
		Weight::from_parts(53_212_184, 3604)
			// Standard error: 8
			.saturating_add(Weight::from_parts(3_980, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	fn deprecate() -> Weight {
		// Proof size, measured: 4301 bytes. Least time: 47_040_000 ps.
		Weight::from_parts(50_595_000, 7489)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn transfer_namespace() -> Weight {
		// Proof size, measured: 420 bytes. Least time: 45_898_000 ps.
		Weight::from_parts(48_843_000, 6218)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn serve() -> Weight {
		// Proof size, measured: 5429 bytes. Least time: 82_172_000 ps.
		Weight::from_parts(86_619_000, 51290)
			.saturating_add(RocksDbWeight::get().reads(25_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn stop_serving() -> Weight {
		// Proof size, measured: 4515 bytes. Least time: 134_461_000 ps.
		Weight::from_parts(151_756_000, 53805)
			.saturating_add(RocksDbWeight::get().reads(26_u64))
			.saturating_add(RocksDbWeight::get().writes(27_u64))
	}
}
