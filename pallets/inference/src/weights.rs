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
	fn request(i: u32) -> Weight;
	fn commit() -> Weight;
	fn authorize_commit() -> Weight;
	fn reveal(o: u32) -> Weight;
	fn authorize_reveal(o: u32) -> Weight;
	fn finalise() -> Weight;
	fn miss() -> Weight;
	fn prune() -> Weight;
	fn assign() -> Weight;
	fn try_candidate() -> Weight;
}

/// Weights for `pallet_inference` with the database costs of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Models::Versions` (r:1 w:0)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(4024), added: 6499, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:0)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:4 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::NextRequest` (r:1 w:1)
	/// Proof: `Inference::NextRequest` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
	/// Storage: `Inference::QueueTail` (r:1 w:1)
	/// Proof: `Inference::QueueTail` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Queue` (r:0 w:1)
	/// Proof: `Inference::Queue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Inputs` (r:0 w:1)
	/// Proof: `Inference::Inputs` (`max_values`: None, `max_size`: Some(16405), added: 18880, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Requests` (r:0 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(4496), added: 6971, mode: `MaxEncodedLen`)
	/// The range of component `i` is `[0, 16384]`.
	fn request(i: u32) -> Weight {
		// Proof size, measured: 4551 bytes. Least time: 87_761_000 ps.
		Weight::from_parts(94_951_230, 11034)
			// Standard error: 17
			.saturating_add(Weight::from_parts(6_672, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(4496), added: 6971, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Duties` (r:1 w:1)
	/// Proof: `Inference::Duties` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn commit() -> Weight {
		// Proof size, measured: 742 bytes. Least time: 25_067_000 ps.
		Weight::from_parts(33_610_000, 7961)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:0)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(4496), added: 6971, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(472), added: 2947, mode: `MaxEncodedLen`)
	fn authorize_commit() -> Weight {
		// Proof size, measured: 780 bytes. Least time: 81_301_000 ps.
		Weight::from_parts(87_751_000, 7961).saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(4496), added: 6971, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Duties` (r:1 w:1)
	/// Proof: `Inference::Duties` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 4096]`.
	fn reveal(o: u32) -> Weight {
		// Proof size, measured: 824 bytes. Least time: 27_992_000 ps.
		Weight::from_parts(30_136_705, 7961)
			// Standard error: 44
			.saturating_add(Weight::from_parts(7_010, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:0)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(4496), added: 6971, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(472), added: 2947, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 4096]`.
	fn authorize_reveal(o: u32) -> Weight {
		// Proof size, measured: 812 bytes. Least time: 86_359_000 ps.
		Weight::from_parts(94_285_260, 7961)
			// Standard error: 96
			.saturating_add(Weight::from_parts(11_269, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(4496), added: 6971, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:4 w:4)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Models::Versions` (r:1 w:0)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(4024), added: 6499, mode: `MaxEncodedLen`)
	/// Storage: `Models::Namespaces` (r:1 w:0)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(472), added: 2947, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn finalise() -> Weight {
		// Proof size, measured: 9844 bytes. Least time: 173_028_000 ps.
		Weight::from_parts(181_040_000, 11402)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(4496), added: 6971, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(472), added: 2947, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:1 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:1 w:1)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:1)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:21 w:21)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Duties` (r:1 w:1)
	/// Proof: `Inference::Duties` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn miss() -> Weight {
		// Proof size, measured: 2895 bytes. Least time: 209_543_000 ps.
		Weight::from_parts(217_785_000, 53805)
			.saturating_add(T::DbWeight::get().reads(33_u64))
			.saturating_add(T::DbWeight::get().writes(32_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(4496), added: 6971, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Inputs` (r:0 w:1)
	/// Proof: `Inference::Inputs` (`max_values`: None, `max_size`: Some(16405), added: 18880, mode: `MaxEncodedLen`)
	fn prune() -> Weight {
		// Proof size, measured: 4578 bytes. Least time: 15_533_000 ps.
		Weight::from_parts(16_815_000, 7961)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(4496), added: 6971, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:0)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:21 w:0)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:1 w:0)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Duties` (r:1 w:1)
	/// Proof: `Inference::Duties` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(472), added: 2947, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Queue` (r:0 w:1)
	/// Proof: `Inference::Queue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn assign() -> Weight {
		// Proof size, measured: 1776 bytes. Least time: 86_388_000 ps.
		Weight::from_parts(90_535_000, 53805)
			.saturating_add(T::DbWeight::get().reads(29_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Models::Pools` (r:1 w:0)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:21 w:0)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:1 w:0)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Duties` (r:1 w:0)
	/// Proof: `Inference::Duties` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(472), added: 2947, mode: `MaxEncodedLen`)
	fn try_candidate() -> Weight {
		// Proof size, measured: 1606 bytes. Least time: 66_519_000 ps.
		Weight::from_parts(71_297_000, 53805).saturating_add(T::DbWeight::get().reads(25_u64))
	}
}

// For tests.
impl WeightInfo for () {
	fn request(i: u32) -> Weight {
		// Proof size, measured: 4551 bytes. Least time: 87_761_000 ps.
		Weight::from_parts(94_951_230, 11034)
			// Standard error: 17
			.saturating_add(Weight::from_parts(6_672, 0).saturating_mul(i.into()))
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	fn commit() -> Weight {
		// Proof size, measured: 742 bytes. Least time: 25_067_000 ps.
		Weight::from_parts(33_610_000, 7961)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_commit() -> Weight {
		// Proof size, measured: 780 bytes. Least time: 81_301_000 ps.
		Weight::from_parts(87_751_000, 7961).saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn reveal(o: u32) -> Weight {
		// Proof size, measured: 824 bytes. Least time: 27_992_000 ps.
		Weight::from_parts(30_136_705, 7961)
			// Standard error: 44
			.saturating_add(Weight::from_parts(7_010, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn authorize_reveal(o: u32) -> Weight {
		// Proof size, measured: 812 bytes. Least time: 86_359_000 ps.
		Weight::from_parts(94_285_260, 7961)
			// Standard error: 96
			.saturating_add(Weight::from_parts(11_269, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn finalise() -> Weight {
		// Proof size, measured: 9844 bytes. Least time: 173_028_000 ps.
		Weight::from_parts(181_040_000, 11402)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn miss() -> Weight {
		// Proof size, measured: 2895 bytes. Least time: 209_543_000 ps.
		Weight::from_parts(217_785_000, 53805)
			.saturating_add(RocksDbWeight::get().reads(33_u64))
			.saturating_add(RocksDbWeight::get().writes(32_u64))
	}
	fn prune() -> Weight {
		// Proof size, measured: 4578 bytes. Least time: 15_533_000 ps.
		Weight::from_parts(16_815_000, 7961)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn assign() -> Weight {
		// Proof size, measured: 1776 bytes. Least time: 86_388_000 ps.
		Weight::from_parts(90_535_000, 53805)
			.saturating_add(RocksDbWeight::get().reads(29_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn try_candidate() -> Weight {
		// Proof size, measured: 1606 bytes. Least time: 66_519_000 ps.
		Weight::from_parts(71_297_000, 53805).saturating_add(RocksDbWeight::get().reads(25_u64))
	}
}
