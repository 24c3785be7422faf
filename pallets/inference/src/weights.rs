//! Weights of `pallet_inference`, measured. `scripts/benchmark` writes this file.
//!
//! 2026-11-20, AMD EPYC, 20 steps, 10 repeats, frame-benchmarking-cli 64.0.0.
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
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::UnitPrice` (r:1 w:1)
	/// Proof: `Inference::UnitPrice` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::RequestedCompute` (r:1 w:1)
	/// Proof: `Inference::RequestedCompute` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::BlockSeeds` (r:0 w:2)
	/// Proof: `Inference::BlockSeeds` (`max_values`: None, `max_size`: Some(45), added: 2520, mode: `MaxEncodedLen`)
	fn begin_block() -> Weight {
		// Proof size, measured: 113 bytes. Least time: 9_544_000 ps.
		Weight::from_parts(10_235_000, 6012)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Versions` (r:1 w:0)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(4024), added: 6499, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:0)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:6 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::UnitPrice` (r:1 w:0)
	/// Proof: `Inference::UnitPrice` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::NextRequest` (r:1 w:1)
	/// Proof: `Inference::NextRequest` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Inference::RequestedCompute` (r:1 w:1)
	/// Proof: `Inference::RequestedCompute` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:1 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::QueueTail` (r:1 w:1)
	/// Proof: `Inference::QueueTail` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Queue` (r:1 w:1)
	/// Proof: `Inference::Queue` (`max_values`: None, `max_size`: Some(786), added: 3261, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Inputs` (r:0 w:1)
	/// Proof: `Inference::Inputs` (`max_values`: None, `max_size`: Some(16405), added: 18880, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Requests` (r:0 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// The range of component `i` is `[0, 16384]`.
	fn request(i: u32) -> Weight {
		// Proof size, measured: 4519 bytes. Least time: 88_342_000 ps.
		Weight::from_parts(95_495_840, 16056)
			// Standard error: 4
			.saturating_add(Weight::from_parts(6_224, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().reads(16_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	fn commit() -> Weight {
		// Proof size, measured: 1011 bytes. Least time: 16_455_000 ps.
		Weight::from_parts(18_488_000, 37343)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:0)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	fn authorize_commit() -> Weight {
		// Proof size, measured: 1553 bytes. Least time: 79_689_000 ps.
		Weight::from_parts(84_366_000, 37343).saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Inference::Requests` (r:64 w:64)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 64]`.
	fn commit_many(n: u32) -> Weight {
		// Proof size, measured: 192 bytes + n * (308 ±0). Least time: 15_523_000 ps.
		Weight::from_parts(4_259_816, 3501)
			// Standard error: 15_239
			.saturating_add(Weight::from_parts(9_881_600, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 36353).saturating_mul(n.into()))
	}
	/// Storage: `Inference::Requests` (r:64 w:0)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 64]`.
	fn authorize_commit_many(n: u32) -> Weight {
		// Proof size, measured: 601 bytes + n * (308 ±0). Least time: 83_494_000 ps.
		Weight::from_parts(75_277_006, 4152)
			// Standard error: 14_478
			.saturating_add(Weight::from_parts(5_772_274, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 36353).saturating_mul(n.into()))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Workloads` (r:1 w:1)
	/// Proof: `Inference::Workloads` (`max_values`: None, `max_size`: Some(310), added: 2785, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:2 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 4096]`.
	fn reveal(o: u32) -> Weight {
		// Proof size, measured: 1716 bytes + o * (6 ±0). Least time: 41_292_000 ps.
		Weight::from_parts(53_656_458, 37343)
			// Standard error: 150
			.saturating_add(Weight::from_parts(9_920, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:0)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 4096]`.
	fn authorize_reveal(o: u32) -> Weight {
		// Proof size, measured: 26235 bytes. Least time: 98_147_000 ps.
		Weight::from_parts(113_691_276, 37343)
			// Standard error: 277
			.saturating_add(Weight::from_parts(11_833, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Inference::Requests` (r:64 w:64)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Workloads` (r:1 w:1)
	/// Proof: `Inference::Workloads` (`max_values`: None, `max_size`: Some(310), added: 2785, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:2 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 64]`.
	/// The range of component `o` is `[0, 262144]`.
	fn reveal_many(n: u32, o: u32) -> Weight {
		// Proof size, measured: 434 bytes + n * (344 ±0). Least time: 61_081_000 ps.
		Weight::from_parts(62_773_000, 6012)
			// Standard error: 497_809
			.saturating_add(Weight::from_parts(28_967_891, 0).saturating_mul(n.into()))
			// Standard error: 121
			.saturating_add(Weight::from_parts(2_162, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 36353).saturating_mul(n.into()))
	}
	/// Storage: `Inference::Requests` (r:64 w:0)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 64]`.
	/// The range of component `o` is `[0, 262144]`.
	fn authorize_reveal_many(n: u32, o: u32) -> Weight {
		// Proof size, measured: 602 bytes + n * (340 ±0). Least time: 147_540_000 ps.
		Weight::from_parts(149_062_000, 4152)
			// Standard error: 3_425_512
			.saturating_add(Weight::from_parts(39_817_387, 0).saturating_mul(n.into()))
			// Standard error: 835
			.saturating_add(Weight::from_parts(6_462, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 36353).saturating_mul(n.into()))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Inference::BlockSeeds` (r:1 w:0)
	/// Proof: `Inference::BlockSeeds` (`max_values`: None, `max_size`: Some(45), added: 2520, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:0)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	fn begin_audit() -> Weight {
		// Proof size, measured: 964 bytes. Least time: 22_594_000 ps.
		Weight::from_parts(24_847_000, 37343)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:0)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Inference::BlockSeeds` (r:1 w:0)
	/// Proof: `Inference::BlockSeeds` (`max_values`: None, `max_size`: Some(45), added: 2520, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_begin_audit() -> Weight {
		// Proof size, measured: 647 bytes. Least time: 13_189_000 ps.
		Weight::from_parts(14_382_000, 37343).saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Disputes::Disputes` (r:1 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::NextDispute` (r:1 w:1)
	/// Proof: `Disputes::NextDispute` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Workloads` (r:1 w:1)
	/// Proof: `Inference::Workloads` (`max_values`: None, `max_size`: Some(310), added: 2785, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:1 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Requests` (r:0 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:1)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Numbers` (r:0 w:1)
	/// Proof: `Disputes::Numbers` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	fn open_dispute() -> Weight {
		// Proof size, measured: 760 bytes. Least time: 38_868_000 ps.
		Weight::from_parts(42_483_000, 4920)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Disputes` (r:1 w:1)
	/// Proof: `Disputes::Disputes` (`max_values`: None, `max_size`: Some(1455), added: 3930, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::NextDispute` (r:1 w:1)
	/// Proof: `Disputes::NextDispute` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:1 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Agenda` (r:0 w:1)
	/// Proof: `Disputes::Agenda` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Disputes::Numbers` (r:0 w:1)
	/// Proof: `Disputes::Numbers` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 4096]`.
	fn challenge(o: u32) -> Weight {
		// Proof size, measured: 29988 bytes. Least time: 87_531_000 ps.
		Weight::from_parts(86_607_357, 37343)
			// Standard error: 151
			.saturating_add(Weight::from_parts(12_155, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Workloads` (r:1 w:1)
	/// Proof: `Inference::Workloads` (`max_values`: None, `max_size`: Some(310), added: 2785, mode: `MaxEncodedLen`)
	fn set_capacity() -> Weight {
		// Proof size, measured: 699 bytes. Least time: 12_338_000 ps.
		Weight::from_parts(13_530_000, 4152)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:4 w:4)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:7 w:7)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Models::Versions` (r:1 w:0)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(4024), added: 6499, mode: `MaxEncodedLen`)
	/// Storage: `Models::Namespaces` (r:1 w:0)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:2 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::AuditFunds` (r:1 w:1)
	/// Proof: `Inference::AuditFunds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[1, 7]`.
	fn finalise(s: u32) -> Weight {
		// Proof size, measured: 5544 bytes + s * (4421 ±0). Least time: 203_223_000 ps.
		Weight::from_parts(172_295_784, 37343)
			// Standard error: 153_059
			.saturating_add(Weight::from_parts(32_914_238, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(9_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 3162).saturating_mul(s.into()))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Operators::CurrentEra` (r:1 w:0)
	/// Proof: `Operators::CurrentEra` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:7 w:7)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	/// Storage: `Models::Serves` (r:7 w:0)
	/// Proof: `Models::Serves` (`max_values`: None, `max_size`: Some(306), added: 2781, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Models::Leaf` (r:1 w:0)
	/// Proof: `Models::Leaf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:1 w:1)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Models::Pools` (r:1 w:1)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:21 w:21)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Workloads` (r:7 w:7)
	/// Proof: `Inference::Workloads` (`max_values`: None, `max_size`: Some(310), added: 2785, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:2 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[1, 7]`.
	fn miss(s: u32) -> Weight {
		// Proof size, measured: 2631 bytes + s * (400 ±0). Least time: 213_919_000 ps.
		Weight::from_parts(194_872_268, 53805)
			// Standard error: 44_965
			.saturating_add(Weight::from_parts(32_613_157, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(33_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(29_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 3162).saturating_mul(s.into()))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:1 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Inputs` (r:0 w:1)
	/// Proof: `Inference::Inputs` (`max_values`: None, `max_size`: Some(16405), added: 18880, mode: `MaxEncodedLen`)
	fn prune() -> Weight {
		// Proof size, measured: 4837 bytes. Least time: 17_055_000 ps.
		Weight::from_parts(18_698_000, 37343)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Inference::Requests` (r:1 w:1)
	/// Proof: `Inference::Requests` (`max_values`: None, `max_size`: Some(33878), added: 36353, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:2 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	fn assign() -> Weight {
		// Proof size, measured: 473 bytes. Least time: 25_939_000 ps.
		Weight::from_parts(28_122_000, 37343)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Models::Pools` (r:1 w:0)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:21 w:0)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:1 w:0)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Workloads` (r:1 w:1)
	/// Proof: `Inference::Workloads` (`max_values`: None, `max_size`: Some(310), added: 2785, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:1)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	fn draw_seat() -> Weight {
		// Proof size, measured: 1675 bytes. Least time: 73_610_000 ps.
		Weight::from_parts(77_696_000, 53805)
			.saturating_add(T::DbWeight::get().reads(25_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Models::Pools` (r:1 w:0)
	/// Proof: `Models::Pools` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Models::NodeSums` (r:21 w:0)
	/// Proof: `Models::NodeSums` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Models::Servers` (r:1 w:0)
	/// Proof: `Models::Servers` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Workloads` (r:1 w:0)
	/// Proof: `Inference::Workloads` (`max_values`: None, `max_size`: Some(310), added: 2785, mode: `MaxEncodedLen`)
	/// Storage: `Operators::Ledger` (r:1 w:0)
	/// Proof: `Operators::Ledger` (`max_values`: None, `max_size`: Some(687), added: 3162, mode: `MaxEncodedLen`)
	fn try_candidate() -> Weight {
		// Proof size, measured: 1675 bytes. Least time: 71_157_000 ps.
		Weight::from_parts(75_092_000, 53805).saturating_add(T::DbWeight::get().reads(25_u64))
	}
}

// For tests.
impl WeightInfo for () {
	fn begin_block() -> Weight {
		// Proof size, measured: 113 bytes. Least time: 9_544_000 ps.
		Weight::from_parts(10_235_000, 6012)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn request(i: u32) -> Weight {
		// Proof size, measured: 4519 bytes. Least time: 88_342_000 ps.
		Weight::from_parts(95_495_840, 16056)
			// Standard error: 4
			.saturating_add(Weight::from_parts(6_224, 0).saturating_mul(i.into()))
			.saturating_add(RocksDbWeight::get().reads(16_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn commit() -> Weight {
		// Proof size, measured: 1011 bytes. Least time: 16_455_000 ps.
		Weight::from_parts(18_488_000, 37343)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn authorize_commit() -> Weight {
		// Proof size, measured: 1553 bytes. Least time: 79_689_000 ps.
		Weight::from_parts(84_366_000, 37343).saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn commit_many(n: u32) -> Weight {
		// Proof size, measured: 192 bytes + n * (308 ±0). Least time: 15_523_000 ps.
		Weight::from_parts(4_259_816, 3501)
			// Standard error: 15_239
			.saturating_add(Weight::from_parts(9_881_600, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 36353).saturating_mul(n.into()))
	}
	fn authorize_commit_many(n: u32) -> Weight {
		// Proof size, measured: 601 bytes + n * (308 ±0). Least time: 83_494_000 ps.
		Weight::from_parts(75_277_006, 4152)
			// Standard error: 14_478
			.saturating_add(Weight::from_parts(5_772_274, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 36353).saturating_mul(n.into()))
	}
	fn reveal(o: u32) -> Weight {
		// Proof size, measured: 1716 bytes + o * (6 ±0). Least time: 41_292_000 ps.
		Weight::from_parts(53_656_458, 37343)
			// Standard error: 150
			.saturating_add(Weight::from_parts(9_920, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn authorize_reveal(o: u32) -> Weight {
		// Proof size, measured: 26235 bytes. Least time: 98_147_000 ps.
		Weight::from_parts(113_691_276, 37343)
			// Standard error: 277
			.saturating_add(Weight::from_parts(11_833, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn reveal_many(n: u32, o: u32) -> Weight {
		// Proof size, measured: 434 bytes + n * (344 ±0). Least time: 61_081_000 ps.
		Weight::from_parts(62_773_000, 6012)
			// Standard error: 497_809
			.saturating_add(Weight::from_parts(28_967_891, 0).saturating_mul(n.into()))
			// Standard error: 121
			.saturating_add(Weight::from_parts(2_162, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 36353).saturating_mul(n.into()))
	}
	fn authorize_reveal_many(n: u32, o: u32) -> Weight {
		// Proof size, measured: 602 bytes + n * (340 ±0). Least time: 147_540_000 ps.
		Weight::from_parts(149_062_000, 4152)
			// Standard error: 3_425_512
			.saturating_add(Weight::from_parts(39_817_387, 0).saturating_mul(n.into()))
			// Standard error: 835
			.saturating_add(Weight::from_parts(6_462, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 36353).saturating_mul(n.into()))
	}
	fn begin_audit() -> Weight {
		// Proof size, measured: 964 bytes. Least time: 22_594_000 ps.
		Weight::from_parts(24_847_000, 37343)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn authorize_begin_audit() -> Weight {
		// Proof size, measured: 647 bytes. Least time: 13_189_000 ps.
		Weight::from_parts(14_382_000, 37343).saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn open_dispute() -> Weight {
		// Proof size, measured: 760 bytes. Least time: 38_868_000 ps.
		Weight::from_parts(42_483_000, 4920)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	fn challenge(o: u32) -> Weight {
		// Proof size, measured: 29988 bytes. Least time: 87_531_000 ps.
		Weight::from_parts(86_607_357, 37343)
			// Standard error: 151
			.saturating_add(Weight::from_parts(12_155, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	fn set_capacity() -> Weight {
		// Proof size, measured: 699 bytes. Least time: 12_338_000 ps.
		Weight::from_parts(13_530_000, 4152)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn finalise(s: u32) -> Weight {
		// Proof size, measured: 5544 bytes + s * (4421 ±0). Least time: 203_223_000 ps.
		Weight::from_parts(172_295_784, 37343)
			// Standard error: 153_059
			.saturating_add(Weight::from_parts(32_914_238, 0).saturating_mul(s.into()))
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 3162).saturating_mul(s.into()))
	}
	fn miss(s: u32) -> Weight {
		// Proof size, measured: 2631 bytes + s * (400 ±0). Least time: 213_919_000 ps.
		Weight::from_parts(194_872_268, 53805)
			// Standard error: 44_965
			.saturating_add(Weight::from_parts(32_613_157, 0).saturating_mul(s.into()))
			.saturating_add(RocksDbWeight::get().reads(33_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(s.into())))
			.saturating_add(RocksDbWeight::get().writes(29_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 3162).saturating_mul(s.into()))
	}
	fn prune() -> Weight {
		// Proof size, measured: 4837 bytes. Least time: 17_055_000 ps.
		Weight::from_parts(18_698_000, 37343)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn assign() -> Weight {
		// Proof size, measured: 473 bytes. Least time: 25_939_000 ps.
		Weight::from_parts(28_122_000, 37343)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn draw_seat() -> Weight {
		// Proof size, measured: 1675 bytes. Least time: 73_610_000 ps.
		Weight::from_parts(77_696_000, 53805)
			.saturating_add(RocksDbWeight::get().reads(25_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn try_candidate() -> Weight {
		// Proof size, measured: 1675 bytes. Least time: 71_157_000 ps.
		Weight::from_parts(75_092_000, 53805).saturating_add(RocksDbWeight::get().reads(25_u64))
	}
}
