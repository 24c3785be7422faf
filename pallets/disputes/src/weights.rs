//! Weights of `pallet_disputes`, measured. `scripts/benchmark` writes this file.
//!
//! 2026-11-20, AMD EPYC, 10 steps, 8 repeats, frame-benchmarking-cli 64.0.0.
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
	/// Storage: `Disputes::Disputes` (r:1 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Juries` (r:1 w:1)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:2)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn commit() -> Weight {
		// Proof size, measured: 3068 bytes. Least time: 34_572_000 ps.
		Weight::from_parts(43_295_000, 6808)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Disputes::Disputes` (r:1 w:0)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Juries` (r:1 w:0)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	fn authorize_commit() -> Weight {
		// Proof size, measured: 4011 bytes. Least time: 68_803_000 ps.
		Weight::from_parts(78_697_000, 6808).saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Disputes::Disputes` (r:1 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Juries` (r:1 w:1)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Summons` (r:1 w:1)
	/// Proof: `Disputes::Summons` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Outputs` (r:0 w:1)
	/// Proof: `Disputes::Outputs` (`max_values`: None, `max_size`: Some(4163), added: 6638, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 4096]`.
	fn reveal(o: u32) -> Weight {
		// Proof size, measured: 3734 bytes. Least time: 46_380_000 ps.
		Weight::from_parts(58_338_753, 6808)
			// Standard error: 77
			.saturating_add(Weight::from_parts(7_573, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Disputes::Disputes` (r:1 w:0)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Juries` (r:1 w:0)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 4096]`.
	fn authorize_reveal(o: u32) -> Weight {
		// Proof size, measured: 4043 bytes. Least time: 72_008_000 ps.
		Weight::from_parts(87_736_396, 6808)
			// Standard error: 144
			.saturating_add(Weight::from_parts(12_158, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Disputes::Disputes` (r:1 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Appeals` (r:1 w:1)
	/// Proof: `Disputes::Appeals` (`max_values`: None, `max_size`: Some(835), added: 3310, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:2)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn appeal() -> Weight {
		// Proof size, measured: 2451 bytes. Least time: 66_629_000 ps.
		Weight::from_parts(70_776_000, 6012)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Proven` (r:1 w:1)
	/// Proof: `Disputes::Proven` (`max_values`: None, `max_size`: Some(769), added: 3244, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:3 w:3)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
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
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	fn report_equivocation() -> Weight {
		// Proof size, measured: 2844 bytes. Least time: 365_615_000 ps.
		Weight::from_parts(387_719_000, 53805)
			.saturating_add(T::DbWeight::get().reads(33_u64))
			.saturating_add(T::DbWeight::get().writes(28_u64))
	}
	/// Storage: `Models::Versions` (r:1 w:0)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(4024), added: 6499, mode: `MaxEncodedLen`)
	/// Storage: `Models::Namespaces` (r:1 w:0)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Juries` (r:2 w:1)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Appeals` (r:2 w:0)
	/// Proof: `Disputes::Appeals` (`max_values`: None, `max_size`: Some(835), added: 3310, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:0)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:37 w:0)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:8 w:0)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Summons` (r:8 w:8)
	/// Proof: `Disputes::Summons` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:8 w:8)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:2)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Disputes` (r:0 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	fn draw_jurors() -> Weight {
		// Proof size, measured: 14897 bytes. Least time: 542_349_000 ps.
		Weight::from_parts(582_839_000, 94045)
			.saturating_add(T::DbWeight::get().reads(68_u64))
			.saturating_add(T::DbWeight::get().writes(20_u64))
	}
	/// Storage: `Operators::Ledger` (r:31 w:31)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Summons` (r:31 w:31)
	/// Proof: `Disputes::Summons` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Appeals` (r:1 w:1)
	/// Proof: `Disputes::Appeals` (`max_values`: None, `max_size`: Some(835), added: 3310, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:16 w:16)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:16 w:16)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:2)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Disputes` (r:0 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Juries` (r:0 w:1)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	fn do_without() -> Weight {
		// Proof size, measured: 13769 bytes. Least time: 765_312_000 ps.
		Weight::from_parts(805_602_000, 99012)
			.saturating_add(T::DbWeight::get().reads(95_u64))
			.saturating_add(T::DbWeight::get().writes(99_u64))
	}
	/// Storage: `Disputes::Juries` (r:1 w:0)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Summons` (r:15 w:15)
	/// Proof: `Disputes::Summons` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Outputs` (r:16 w:16)
	/// Proof: `Disputes::Outputs` (`max_values`: None, `max_size`: Some(4163), added: 6638, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:1)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Disputes` (r:0 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	fn tally() -> Weight {
		// Proof size, measured: 5211 bytes. Least time: 88_141_000 ps.
		Weight::from_parts(98_757_000, 107198)
			.saturating_add(T::DbWeight::get().reads(32_u64))
			.saturating_add(T::DbWeight::get().writes(33_u64))
	}
	/// Storage: `Disputes::Appeals` (r:1 w:1)
	/// Proof: `Disputes::Appeals` (`max_values`: None, `max_size`: Some(835), added: 3310, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:20 w:20)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:18 w:18)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Outputs` (r:1 w:1)
	/// Proof: `Disputes::Outputs` (`max_values`: None, `max_size`: Some(4163), added: 6638, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:1 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:7 w:7)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:7 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:7 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:7 w:7)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:1)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:25 w:25)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:2)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Disputes` (r:0 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	fn rule() -> Weight {
		// Proof size, measured: 46666 bytes. Least time: 1_418_988_000 ps.
		Weight::from_parts(1_491_335_000, 63865)
			.saturating_add(T::DbWeight::get().reads(100_u64))
			.saturating_add(T::DbWeight::get().writes(85_u64))
	}
	/// Storage: `Disputes::Juries` (r:1 w:0)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:8 w:8)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:5 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:19 w:18)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:8 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:8 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:8 w:8)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:1)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:25 w:25)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Appeals` (r:1 w:1)
	/// Proof: `Disputes::Appeals` (`max_values`: None, `max_size`: Some(835), added: 3310, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:16 w:16)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:2)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Disputes` (r:0 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	fn collect() -> Weight {
		// Proof size, measured: 10227 bytes. Least time: 1_495_231_000 ps.
		Weight::from_parts(1_572_326_000, 63865)
			.saturating_add(T::DbWeight::get().reads(101_u64))
			.saturating_add(T::DbWeight::get().writes(80_u64))
	}
	/// Storage: `Disputes::Juries` (r:1 w:0)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:8 w:8)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:2)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Disputes` (r:0 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	fn pay_jurors() -> Weight {
		// Proof size, measured: 3171 bytes. Least time: 326_627_000 ps.
		Weight::from_parts(346_127_000, 26286)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(13_u64))
	}
	/// Storage: `Disputes::Juries` (r:1 w:0)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:8 w:7)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:4 w:4)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:2)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Disputes` (r:0 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	fn pay_others() -> Weight {
		// Proof size, measured: 2337 bytes. Least time: 568_478_000 ps.
		Weight::from_parts(596_991_000, 26286)
			.saturating_add(T::DbWeight::get().reads(15_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	/// Storage: `Disputes::Agenda` (r:0 w:1)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Numbers` (r:0 w:1)
	/// Proof: `Disputes::Numbers` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Disputes` (r:0 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Juries` (r:0 w:3)
	/// Proof: `Disputes::Juries` (`max_values`: None, `max_size`: Some(3343), added: 5818, mode: `MaxEncodedLen`)
	fn forget() -> Weight {
		// Proof size, measured: 0 bytes. Least time: 10_496_000 ps.
		Weight::from_parts(13_130_000, 0).saturating_add(T::DbWeight::get().writes(6_u64))
	}
}

// For tests.
impl WeightInfo for () {
	fn commit() -> Weight {
		// Proof size, measured: 3068 bytes. Least time: 34_572_000 ps.
		Weight::from_parts(43_295_000, 6808)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn authorize_commit() -> Weight {
		// Proof size, measured: 4011 bytes. Least time: 68_803_000 ps.
		Weight::from_parts(78_697_000, 6808).saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn reveal(o: u32) -> Weight {
		// Proof size, measured: 3734 bytes. Least time: 46_380_000 ps.
		Weight::from_parts(58_338_753, 6808)
			// Standard error: 77
			.saturating_add(Weight::from_parts(7_573, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn authorize_reveal(o: u32) -> Weight {
		// Proof size, measured: 4043 bytes. Least time: 72_008_000 ps.
		Weight::from_parts(87_736_396, 6808)
			// Standard error: 144
			.saturating_add(Weight::from_parts(12_158, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn appeal() -> Weight {
		// Proof size, measured: 2451 bytes. Least time: 66_629_000 ps.
		Weight::from_parts(70_776_000, 6012)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn report_equivocation() -> Weight {
		// Proof size, measured: 2844 bytes. Least time: 365_615_000 ps.
		Weight::from_parts(387_719_000, 53805)
			.saturating_add(RocksDbWeight::get().reads(33_u64))
			.saturating_add(RocksDbWeight::get().writes(28_u64))
	}
	fn draw_jurors() -> Weight {
		// Proof size, measured: 14897 bytes. Least time: 542_349_000 ps.
		Weight::from_parts(582_839_000, 94045)
			.saturating_add(RocksDbWeight::get().reads(68_u64))
			.saturating_add(RocksDbWeight::get().writes(20_u64))
	}
	fn do_without() -> Weight {
		// Proof size, measured: 13769 bytes. Least time: 765_312_000 ps.
		Weight::from_parts(805_602_000, 99012)
			.saturating_add(RocksDbWeight::get().reads(95_u64))
			.saturating_add(RocksDbWeight::get().writes(99_u64))
	}
	fn tally() -> Weight {
		// Proof size, measured: 5211 bytes. Least time: 88_141_000 ps.
		Weight::from_parts(98_757_000, 107198)
			.saturating_add(RocksDbWeight::get().reads(32_u64))
			.saturating_add(RocksDbWeight::get().writes(33_u64))
	}
	fn rule() -> Weight {
		// Proof size, measured: 46666 bytes. Least time: 1_418_988_000 ps.
		Weight::from_parts(1_491_335_000, 63865)
			.saturating_add(RocksDbWeight::get().reads(100_u64))
			.saturating_add(RocksDbWeight::get().writes(85_u64))
	}
	fn collect() -> Weight {
		// Proof size, measured: 10227 bytes. Least time: 1_495_231_000 ps.
		Weight::from_parts(1_572_326_000, 63865)
			.saturating_add(RocksDbWeight::get().reads(101_u64))
			.saturating_add(RocksDbWeight::get().writes(80_u64))
	}
	fn pay_jurors() -> Weight {
		// Proof size, measured: 3171 bytes. Least time: 326_627_000 ps.
		Weight::from_parts(346_127_000, 26286)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(13_u64))
	}
	fn pay_others() -> Weight {
		// Proof size, measured: 2337 bytes. Least time: 568_478_000 ps.
		Weight::from_parts(596_991_000, 26286)
			.saturating_add(RocksDbWeight::get().reads(15_u64))
			.saturating_add(RocksDbWeight::get().writes(14_u64))
	}
	fn forget() -> Weight {
		// Proof size, measured: 0 bytes. Least time: 10_496_000 ps.
		Weight::from_parts(13_130_000, 0).saturating_add(RocksDbWeight::get().writes(6_u64))
	}
}
