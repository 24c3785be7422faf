//! Operators, models, requests: stake, prices, windows and deadlines.

use crate::{time::*, *};
use assay_primitives::{ASY, ComputeUnits, MICRO_ASY, MILLI_ASY};
use frame_support::{
	PalletId,
	dynamic_params::{dynamic_pallet_params, dynamic_params},
	parameter_types,
	traits::{ConstU32, ConstU128, EnsureOriginWithArg},
};
use frame_system::EnsureRoot;
use sp_runtime::{Permill, traits::AccountIdConversion};

/// Most validators of a session.
pub const MAX_VALIDATORS: u32 = 100;
/// Blocks between the begin of an unbonding and the withdrawal: 7 days.
pub const UNBONDING_PERIOD: BlockNumber = 7 * DAYS;

/// What governance may tune without an upgrade. The defaults are those of `docs/protocol.md`.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod parameters {
	use super::*;

	/// Prices and deadlines of requests.
	#[dynamic_pallet_params]
	#[codec(index = 0)]
	pub mod inference {
		use super::*;

		/// Price of every answer, whatever the work.
		#[codec(index = 0)]
		pub static BasePrice: Balance = 10 * MILLI_ASY;
		/// Price of one compute unit.
		#[codec(index = 1)]
		pub static UnitPrice: Balance = MICRO_ASY / 10;
		/// Stake locked for a task, in units of its fee.
		#[codec(index = 2)]
		pub static StakeMultiple: u32 = 15;
		/// Share of each fee that goes to the treasury.
		#[codec(index = 3)]
		pub static TreasuryShare: Permill = Permill::from_percent(5);
		/// Blocks that a request waits for a worker, in each round.
		#[codec(index = 4)]
		pub static PendingPeriod: BlockNumber = 2 * MINUTES;
		/// Blocks that a worker gets to commit, besides those of the execution itself.
		#[codec(index = 5)]
		pub static CommitPeriod: BlockNumber = MINUTES;
		/// Compute units that a worker has to manage in a block.
		#[codec(index = 6)]
		pub static ComputePerBlock: ComputeUnits = 10_000_000;
		/// Most blocks that a worker gets to commit, whatever the compute limit.
		#[codec(index = 7)]
		pub static MaxCommitPeriod: BlockNumber = 10 * MINUTES;
		/// Blocks that a worker gets to reveal.
		#[codec(index = 8)]
		pub static RevealPeriod: BlockNumber = MINUTES;
		/// Blocks that a settled request stays readable.
		#[codec(index = 9)]
		pub static RetentionPeriod: BlockNumber = 7 * DAYS;
	}
}

impl pallet_parameters::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeParameters = RuntimeParameters;
	type AdminOrigin = RootSetsAll;
	type WeightInfo = ();
}

/// Every parameter is root's to set.
pub struct RootSetsAll;

impl EnsureOriginWithArg<RuntimeOrigin, RuntimeParametersKey> for RootSetsAll {
	type Success = ();

	fn try_origin(origin: RuntimeOrigin, _: &RuntimeParametersKey) -> Result<(), RuntimeOrigin> {
		<EnsureRoot<AccountId> as frame_support::traits::EnsureOrigin<RuntimeOrigin>>::try_origin(origin)
			.map(|_| ())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin(_: &RuntimeParametersKey) -> Result<RuntimeOrigin, ()> {
		Ok(RuntimeOrigin::root())
	}
}

parameter_types! {
	pub const MinBondedBlocks: BlockNumber = 2 * EPOCH_SLOTS;
	pub const UnbondingPeriod: BlockNumber = UNBONDING_PERIOD;
	/// Keyless: what is in it can only be spent by an upgrade, until there is a treasury to govern it.
	pub TreasuryAccount: AccountId = PalletId(*b"as/trsry").into_account_truncating();
}

impl pallet_operators::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Session = Session;
	type OnStakeChange = Models;
	type MinSelfBond = ConstU128<{ 1_000 * ASY }>;
	type MinBondedBlocks = MinBondedBlocks;
	type UnbondingPeriod = UnbondingPeriod;
	type MaxUnbondingChunks = ConstU32<16>;
	type MaxValidators = ConstU32<MAX_VALIDATORS>;
	type MaxCandidates = ConstU32<{ 2 * MAX_VALIDATORS }>;
	type WeightInfo = pallet_operators::weights::SubstrateWeight<Runtime>;
}

impl pallet_models::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Operators = Operators;
	type NamespaceDeposit = ConstU128<{ 10 * ASY }>;
	type VersionDeposit = ConstU128<{ ASY }>;
	type ByteDeposit = ConstU128<MILLI_ASY>;
	type MaxServed = ConstU32<64>;
	type WeightInfo = pallet_models::weights::SubstrateWeight<Runtime>;
}

impl pallet_inference::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Operators = Operators;
	type Models = Models;
	type Randomness = pallet_babe::ParentBlockRandomness<Runtime>;
	type BasePrice = parameters::inference::BasePrice;
	type UnitPrice = parameters::inference::UnitPrice;
	type StakeMultiple = parameters::inference::StakeMultiple;
	type TreasuryShare = parameters::inference::TreasuryShare;
	type TreasuryAccount = TreasuryAccount;
	type PendingPeriod = parameters::inference::PendingPeriod;
	type CommitPeriod = parameters::inference::CommitPeriod;
	type ComputePerBlock = parameters::inference::ComputePerBlock;
	type MaxCommitPeriod = parameters::inference::MaxCommitPeriod;
	type RevealPeriod = parameters::inference::RevealPeriod;
	type MinWindow = ConstU32<5>;
	type MaxWindow = ConstU32<{ 12 * HOURS }>;
	type RetentionPeriod = parameters::inference::RetentionPeriod;
	type MaxOpenTasks = ConstU32<32>;
	// As many as fit into half a block at the measured weights; the pallet's integrity test holds them to it.
	type MaxDrawsPerBlock = ConstU32<48>;
	// Each request passes the agenda twice: when it is settled and when its record is removed.
	type MaxDuePerBlock = ConstU32<96>;
	type WeightInfo = pallet_inference::weights::SubstrateWeight<Runtime>;
}
