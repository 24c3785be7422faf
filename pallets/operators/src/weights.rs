//! Weights of `pallet_operators`, measured. `scripts/benchmark` writes this file.
//!
//! 2026-11-20, AMD EPYC, 50 steps, 20 repeats, frame-benchmarking-cli 64.0.0.
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
	fn elect(c: u32) -> Weight;
	fn set_commission() -> Weight;
	fn delegate() -> Weight;
	fn undelegate() -> Weight;
	fn withdraw() -> Weight;
	fn unjail() -> Weight;
	fn note_author() -> Weight;
	fn end_era() -> Weight;
	fn pay_author() -> Weight;
	fn slash_offender() -> Weight;
}

/// Weights for `pallet_operators` with the database costs of a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::KeyOwner` (r:1 w:2)
	/// Proof: `Operators::KeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:2 w:2)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
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
		Weight::from_parts(6_350_000_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1545_u64))
			.saturating_add(T::DbWeight::get().writes(1479_u64))
	}

	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::KeyOwner` (r:1 w:2)
	/// Proof: `Operators::KeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn set_worker_key() -> Weight {
		// Proof size, measured: 392 bytes. Least time: 47_711_000 ps.
		Weight::from_parts(54_491_000, 3937)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
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
		Weight::from_parts(6_220_000_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1541_u64))
			.saturating_add(T::DbWeight::get().writes(1476_u64))
	}

	/// Storage: `Operators::Ledger` (r:2 w:2)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
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
		Weight::from_parts(6_200_000_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1540_u64))
			.saturating_add(T::DbWeight::get().writes(1475_u64))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
	/// Storage: `Operators::MaturedPools` (r:0 w:1)
	/// Proof: `Operators::MaturedPools` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
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
	fn begin_unbonding() -> Weight {
		Weight::from_parts(6_190_000_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1540_u64))
			.saturating_add(T::DbWeight::get().writes(1475_u64))
	}

	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
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
	/// Storage: `Operators::KeyOwner` (r:0 w:1)
	/// Proof: `Operators::KeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn finish_unbonding() -> Weight {
		Weight::from_parts(6_830_000_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1613_u64))
			.saturating_add(T::DbWeight::get().writes(1677_u64))
	}

	/// Storage: `Operators::Candidates` (r:1 w:0)
	/// Proof: `Operators::Candidates` (`max_values`: Some(1), `max_size`: Some(9602), added: 10097, mode: `MaxEncodedLen`)
	/// Storage: `Session::NextKeys` (r:100 w:0)
	/// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// The range of component `c` is `[1, 200]`.
	fn elect(c: u32) -> Weight {
		// Proof size, measured: 2997 bytes + c * (136 ±0). Least time: 8_062_000 ps.
		Weight::from_parts(56_671_604, 65144)
			// Standard error: 26_143
			.saturating_add(Weight::from_parts(2_265_558, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(26_u64))
			.saturating_add(Weight::from_parts(0, 1373).saturating_mul(c.into()))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
	fn set_commission() -> Weight {
		Weight::from_parts(28_000_000, 4469)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Operators::Delegations` (r:1 w:1)
	/// Proof: `Operators::Delegations` (`max_values`: None, `max_size`: Some(279), added: 2754, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
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
	/// Storage: `Operators::DelegatesTo` (r:1 w:1)
	/// Proof: `Operators::DelegatesTo` (`max_values`: None, `max_size`: Some(1074), added: 3549, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn delegate() -> Weight {
		Weight::from_parts(6_260_000_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1543_u64))
			.saturating_add(T::DbWeight::get().writes(1478_u64))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Delegations` (r:1 w:1)
	/// Proof: `Operators::Delegations` (`max_values`: None, `max_size`: Some(279), added: 2754, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
	/// Storage: `Operators::MaturedPools` (r:0 w:1)
	/// Proof: `Operators::MaturedPools` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Operators::DelegatesTo` (r:1 w:1)
	/// Proof: `Operators::DelegatesTo` (`max_values`: None, `max_size`: Some(1074), added: 3549, mode: `MaxEncodedLen`)
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
	fn undelegate() -> Weight {
		Weight::from_parts(6_230_000_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1542_u64))
			.saturating_add(T::DbWeight::get().writes(1477_u64))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Delegations` (r:1 w:1)
	/// Proof: `Operators::Delegations` (`max_values`: None, `max_size`: Some(279), added: 2754, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
	/// Storage: `Operators::MaturedPools` (r:8 w:8)
	/// Proof: `Operators::MaturedPools` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Operators::DelegatesTo` (r:1 w:1)
	/// Proof: `Operators::DelegatesTo` (`max_values`: None, `max_size`: Some(1074), added: 3549, mode: `MaxEncodedLen`)
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
	/// Storage: `Operators::KeyOwner` (r:0 w:1)
	/// Proof: `Operators::KeyOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn withdraw() -> Weight {
		Weight::from_parts(6_850_000_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1615_u64))
			.saturating_add(T::DbWeight::get().writes(1679_u64))
	}
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
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
		Weight::from_parts(6_180_000_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1539_u64))
			.saturating_add(T::DbWeight::get().writes(1474_u64))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:1)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::AuthoredBlocks` (r:1 w:1)
	/// Proof: `Operators::AuthoredBlocks` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn note_author() -> Weight {
		Weight::from_parts(14_000_000, 3529)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Operators::CurrentEra` (r:1 w:1)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::PendingPayout` (r:1 w:1)
	/// Proof: `Operators::PendingPayout` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	fn end_era() -> Weight {
		Weight::from_parts(18_000_000, 1504)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Operators::PendingPayout` (r:1 w:1)
	/// Proof: `Operators::PendingPayout` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::AuthoredBlocks` (r:2 w:1)
	/// Proof: `Operators::AuthoredBlocks` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
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
		Weight::from_parts(6_240_000_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1544_u64))
			.saturating_add(T::DbWeight::get().writes(1477_u64))
	}
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(1004), added: 3479, mode: `MaxEncodedLen`)
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
		// Proof size, measured: 52085 bytes. Least time: 5_629_852_000 ps.
		Weight::from_parts(6_130_007_000, 3381150)
			.saturating_add(T::DbWeight::get().reads(1543_u64))
			.saturating_add(T::DbWeight::get().writes(1476_u64))
	}
}

// For tests.
impl WeightInfo for () {
	fn register() -> Weight {
		Weight::from_parts(6_350_000_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1545_u64))
			.saturating_add(RocksDbWeight::get().writes(1479_u64))
	}

	fn set_worker_key() -> Weight {
		// Proof size, measured: 392 bytes. Least time: 47_711_000 ps.
		Weight::from_parts(54_491_000, 3937)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn bond_more() -> Weight {
		Weight::from_parts(6_220_000_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1541_u64))
			.saturating_add(RocksDbWeight::get().writes(1476_u64))
	}

	fn set_validating() -> Weight {
		Weight::from_parts(6_200_000_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1540_u64))
			.saturating_add(RocksDbWeight::get().writes(1475_u64))
	}
	fn begin_unbonding() -> Weight {
		Weight::from_parts(6_190_000_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1540_u64))
			.saturating_add(RocksDbWeight::get().writes(1475_u64))
	}

	fn finish_unbonding() -> Weight {
		Weight::from_parts(6_830_000_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1613_u64))
			.saturating_add(RocksDbWeight::get().writes(1677_u64))
	}

	fn elect(c: u32) -> Weight {
		// Proof size, measured: 2997 bytes + c * (136 ±0). Least time: 8_062_000 ps.
		Weight::from_parts(56_671_604, 65144)
			// Standard error: 26_143
			.saturating_add(Weight::from_parts(2_265_558, 0).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads(26_u64))
			.saturating_add(Weight::from_parts(0, 1373).saturating_mul(c.into()))
	}
	fn set_commission() -> Weight {
		Weight::from_parts(28_000_000, 4469)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn delegate() -> Weight {
		Weight::from_parts(6_260_000_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1543_u64))
			.saturating_add(RocksDbWeight::get().writes(1478_u64))
	}
	fn undelegate() -> Weight {
		Weight::from_parts(6_230_000_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1542_u64))
			.saturating_add(RocksDbWeight::get().writes(1477_u64))
	}
	fn withdraw() -> Weight {
		Weight::from_parts(6_850_000_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1615_u64))
			.saturating_add(RocksDbWeight::get().writes(1679_u64))
	}
	fn unjail() -> Weight {
		Weight::from_parts(6_180_000_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1539_u64))
			.saturating_add(RocksDbWeight::get().writes(1474_u64))
	}
	fn note_author() -> Weight {
		Weight::from_parts(14_000_000, 3529)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn end_era() -> Weight {
		Weight::from_parts(18_000_000, 1504)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn pay_author() -> Weight {
		Weight::from_parts(6_240_000_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1544_u64))
			.saturating_add(RocksDbWeight::get().writes(1477_u64))
	}
	fn slash_offender() -> Weight {
		// Proof size, measured: 52085 bytes. Least time: 5_629_852_000 ps.
		Weight::from_parts(6_130_007_000, 3381150)
			.saturating_add(RocksDbWeight::get().reads(1543_u64))
			.saturating_add(RocksDbWeight::get().writes(1476_u64))
	}
}
