//! Weights of `pallet_operators`, measured. `scripts/benchmark` writes this file.
//!
//! 2026-11-20, AMD EPYC, 20 steps, 10 repeats, frame-benchmarking-cli 64.0.0.
#![allow(unused_parens, unused_imports, missing_docs, clippy::arithmetic_side_effects)]

use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{Weight, constants::RocksDbWeight},
};

/// Weight functions needed for `pallet_operators`.
pub trait WeightInfo {
	fn register() -> Weight;
	fn set_worker_key() -> Weight;
	fn bond_more() -> Weight;
	fn set_validating() -> Weight;
	fn begin_unbonding() -> Weight;
	fn finish_unbonding() -> Weight;
	fn set_commission() -> Weight;
	fn delegate() -> Weight;
	fn undelegate() -> Weight;
	fn withdraw() -> Weight;
	fn unjail() -> Weight;
	fn note_author() -> Weight;
	fn end_era() -> Weight;
	fn pay_author() -> Weight;
	fn elect(c: u32) -> Weight;
	fn slash_offender() -> Weight;
}

/// Weights for `pallet_operators` with the database costs of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::RetiredKeys` (r:1 w:1)
	/// Proof: `Operators::RetiredKeys` (`max_values`: None, `max_size`: Some(337), added: 2812, mode: `MaxEncodedLen`)
	/// Storage: `Operators::KeyOwner` (r:1 w:10)
	/// Proof: `Operators::KeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:2 w:2)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Candidates` (r:1 w:1)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:64 w:64)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	fn register() -> Weight {
		// Proof size, measured: 52824 bytes. Least time: 5_507_799_000 ps.
		Weight::from_parts(10_275_033_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1546_u64))
			.saturating_add(T::DbWeight::get().writes(1488_u64))
	}
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::RetiredKeys` (r:1 w:1)
	/// Proof: `Operators::RetiredKeys` (`max_values`: None, `max_size`: Some(337), added: 2812, mode: `MaxEncodedLen`)
	/// Storage: `Operators::KeyOwner` (r:1 w:10)
	/// Proof: `Operators::KeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn set_worker_key() -> Weight {
		// Proof size, measured: 467 bytes. Least time: 48_793_000 ps.
		Weight::from_parts(55_823_000, 4152)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Candidates` (r:1 w:1)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:64 w:64)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	fn bond_more() -> Weight {
		// Proof size, measured: 51373 bytes. Least time: 5_297_686_000 ps.
		Weight::from_parts(10_027_133_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1541_u64))
			.saturating_add(T::DbWeight::get().writes(1476_u64))
	}
	/// Storage: `Operators::Ledger` (r:2 w:2)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Candidates` (r:1 w:1)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:64 w:64)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	fn set_validating() -> Weight {
		// Proof size, measured: 51153 bytes. Least time: 5_129_024_000 ps.
		Weight::from_parts(6_389_395_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1540_u64))
			.saturating_add(T::DbWeight::get().writes(1475_u64))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Candidates` (r:1 w:1)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:64 w:64)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Operators::MaturedPools` (r:0 w:1)
	/// Proof: `Operators::MaturedPools` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	fn begin_unbonding() -> Weight {
		// Proof size, measured: 51150 bytes. Least time: 5_520_468_000 ps.
		Weight::from_parts(10_124_869_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1540_u64))
			.saturating_add(T::DbWeight::get().writes(1475_u64))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Operators::MaturedPools` (r:8 w:8)
	/// Proof: `Operators::MaturedPools` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:1)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:128)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:128 w:128)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Operators::RetiredKeys` (r:1 w:1)
	/// Proof: `Operators::RetiredKeys` (`max_values`: None, `max_size`: Some(337), added: 2812, mode: `MaxEncodedLen`)
	/// Storage: `Operators::KeyOwner` (r:0 w:9)
	/// Proof: `Operators::KeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn finish_unbonding() -> Weight {
		// Proof size, measured: 42500 bytes. Least time: 6_135_956_000 ps.
		Weight::from_parts(8_388_888_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1614_u64))
			.saturating_add(T::DbWeight::get().writes(1686_u64))
	}
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	fn set_commission() -> Weight {
		// Proof size, measured: 1030 bytes. Least time: 37_837_000 ps.
		Weight::from_parts(47_050_000, 4152)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Operators::Delegations` (r:1 w:1)
	/// Proof: `Operators::Delegations` (`max_values`: None, `max_size`: Some(277), added: 2752, mode: `MaxEncodedLen`)
	/// Storage: `Operators::DelegatesTo` (r:1 w:1)
	/// Proof: `Operators::DelegatesTo` (`max_values`: None, `max_size`: Some(1073), added: 3548, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Candidates` (r:1 w:1)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:64 w:64)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	fn delegate() -> Weight {
		// Proof size, measured: 52268 bytes. Least time: 5_156_816_000 ps.
		Weight::from_parts(5_644_092_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1543_u64))
			.saturating_add(T::DbWeight::get().writes(1478_u64))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Delegations` (r:1 w:1)
	/// Proof: `Operators::Delegations` (`max_values`: None, `max_size`: Some(277), added: 2752, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Candidates` (r:1 w:1)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:64 w:64)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Operators::MaturedPools` (r:0 w:1)
	/// Proof: `Operators::MaturedPools` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	fn undelegate() -> Weight {
		// Proof size, measured: 51279 bytes. Least time: 5_118_168_000 ps.
		Weight::from_parts(5_369_493_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1541_u64))
			.saturating_add(T::DbWeight::get().writes(1476_u64))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Delegations` (r:1 w:1)
	/// Proof: `Operators::Delegations` (`max_values`: None, `max_size`: Some(277), added: 2752, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Operators::MaturedPools` (r:8 w:8)
	/// Proof: `Operators::MaturedPools` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Operators::DelegatesTo` (r:1 w:1)
	/// Proof: `Operators::DelegatesTo` (`max_values`: None, `max_size`: Some(1073), added: 3548, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:1)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:128)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:128 w:128)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Operators::RetiredKeys` (r:1 w:1)
	/// Proof: `Operators::RetiredKeys` (`max_values`: None, `max_size`: Some(337), added: 2812, mode: `MaxEncodedLen`)
	/// Storage: `Operators::KeyOwner` (r:0 w:9)
	/// Proof: `Operators::KeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn withdraw() -> Weight {
		// Proof size, measured: 43536 bytes. Least time: 5_985_021_000 ps.
		Weight::from_parts(6_357_777_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1616_u64))
			.saturating_add(T::DbWeight::get().writes(1688_u64))
	}
	/// Storage: `Operators::Ledger` (r:2 w:2)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Candidates` (r:1 w:1)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:64 w:64)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	fn unjail() -> Weight {
		// Proof size, measured: 51157 bytes. Least time: 5_287_490_000 ps.
		Weight::from_parts(5_495_490_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1540_u64))
			.saturating_add(T::DbWeight::get().writes(1475_u64))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:1)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::AuthoredBlocks` (r:1 w:1)
	/// Proof: `Operators::AuthoredBlocks` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn note_author() -> Weight {
		// Proof size, measured: 87 bytes. Least time: 3_275_000 ps.
		Weight::from_parts(3_615_000, 3529)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Operators::PendingPayout` (r:1 w:1)
	/// Proof: `Operators::PendingPayout` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:0 w:1)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	fn end_era() -> Weight {
		// Proof size, measured: 91 bytes. Least time: 5_829_000 ps.
		Weight::from_parts(6_249_000, 3501)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Operators::PendingPayout` (r:1 w:1)
	/// Proof: `Operators::PendingPayout` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::AuthoredBlocks` (r:2 w:1)
	/// Proof: `Operators::AuthoredBlocks` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Candidates` (r:1 w:1)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:64 w:64)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	fn pay_author() -> Weight {
		// Proof size, measured: 51224 bytes. Least time: 4_844_549_000 ps.
		Weight::from_parts(5_126_260_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1544_u64))
			.saturating_add(T::DbWeight::get().writes(1477_u64))
	}
	/// Storage: `Operators::Candidates` (r:1 w:0)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Session::NextKeys` (r:100 w:0)
	/// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// The range of component `c` is `[1, 200]`.
	fn elect(c: u32) -> Weight {
		// Proof size, measured: 3203 bytes + c * (136 ±0). Least time: 7_751_000 ps.
		Weight::from_parts(65_839_698, 63035)
			// Standard error: 29_090
			.saturating_add(Weight::from_parts(1_848_293, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(25_u64))
			.saturating_add(Weight::from_parts(0, 1371).saturating_mul(c.into()))
	}
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Candidates` (r:1 w:1)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:1 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:64 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:64 w:64)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:64 w:64)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:1344 w:1344)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Session::DisabledValidators` (r:1 w:0)
	/// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn slash_offender() -> Weight {
		// Proof size, measured: 51683 bytes. Least time: 5_096_506_000 ps.
		Weight::from_parts(5_302_262_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1543_u64))
			.saturating_add(T::DbWeight::get().writes(1475_u64))
	}
}

// For tests.
impl WeightInfo for () {
	fn register() -> Weight {
		// Proof size, measured: 52824 bytes. Least time: 5_507_799_000 ps.
		Weight::from_parts(10_275_033_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1546_u64))
			.saturating_add(RocksDbWeight::get().writes(1488_u64))
	}
	fn set_worker_key() -> Weight {
		// Proof size, measured: 467 bytes. Least time: 48_793_000 ps.
		Weight::from_parts(55_823_000, 4152)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
	fn bond_more() -> Weight {
		// Proof size, measured: 51373 bytes. Least time: 5_297_686_000 ps.
		Weight::from_parts(10_027_133_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1541_u64))
			.saturating_add(RocksDbWeight::get().writes(1476_u64))
	}
	fn set_validating() -> Weight {
		// Proof size, measured: 51153 bytes. Least time: 5_129_024_000 ps.
		Weight::from_parts(6_389_395_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1540_u64))
			.saturating_add(RocksDbWeight::get().writes(1475_u64))
	}
	fn begin_unbonding() -> Weight {
		// Proof size, measured: 51150 bytes. Least time: 5_520_468_000 ps.
		Weight::from_parts(10_124_869_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1540_u64))
			.saturating_add(RocksDbWeight::get().writes(1475_u64))
	}
	fn finish_unbonding() -> Weight {
		// Proof size, measured: 42500 bytes. Least time: 6_135_956_000 ps.
		Weight::from_parts(8_388_888_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1614_u64))
			.saturating_add(RocksDbWeight::get().writes(1686_u64))
	}
	fn set_commission() -> Weight {
		// Proof size, measured: 1030 bytes. Least time: 37_837_000 ps.
		Weight::from_parts(47_050_000, 4152)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn delegate() -> Weight {
		// Proof size, measured: 52268 bytes. Least time: 5_156_816_000 ps.
		Weight::from_parts(5_644_092_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1543_u64))
			.saturating_add(RocksDbWeight::get().writes(1478_u64))
	}
	fn undelegate() -> Weight {
		// Proof size, measured: 51279 bytes. Least time: 5_118_168_000 ps.
		Weight::from_parts(5_369_493_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1541_u64))
			.saturating_add(RocksDbWeight::get().writes(1476_u64))
	}
	fn withdraw() -> Weight {
		// Proof size, measured: 43536 bytes. Least time: 5_985_021_000 ps.
		Weight::from_parts(6_357_777_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1616_u64))
			.saturating_add(RocksDbWeight::get().writes(1688_u64))
	}
	fn unjail() -> Weight {
		// Proof size, measured: 51157 bytes. Least time: 5_287_490_000 ps.
		Weight::from_parts(5_495_490_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1540_u64))
			.saturating_add(RocksDbWeight::get().writes(1475_u64))
	}
	fn note_author() -> Weight {
		// Proof size, measured: 87 bytes. Least time: 3_275_000 ps.
		Weight::from_parts(3_615_000, 3529)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn end_era() -> Weight {
		// Proof size, measured: 91 bytes. Least time: 5_829_000 ps.
		Weight::from_parts(6_249_000, 3501)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn pay_author() -> Weight {
		// Proof size, measured: 51224 bytes. Least time: 4_844_549_000 ps.
		Weight::from_parts(5_126_260_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1544_u64))
			.saturating_add(RocksDbWeight::get().writes(1477_u64))
	}
	fn elect(c: u32) -> Weight {
		// Proof size, measured: 3203 bytes + c * (136 ±0). Least time: 7_751_000 ps.
		Weight::from_parts(65_839_698, 63035)
			// Standard error: 29_090
			.saturating_add(Weight::from_parts(1_848_293, 0).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads(25_u64))
			.saturating_add(Weight::from_parts(0, 1371).saturating_mul(c.into()))
	}
	fn slash_offender() -> Weight {
		// Proof size, measured: 51683 bytes. Least time: 5_096_506_000 ps.
		Weight::from_parts(5_302_262_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1543_u64))
			.saturating_add(RocksDbWeight::get().writes(1475_u64))
	}
}
