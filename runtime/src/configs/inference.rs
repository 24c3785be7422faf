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
use sp_runtime::{Perbill, Permill, traits::AccountIdConversion};

/// Most validators of a session.
pub const MAX_VALIDATORS: u32 = 100;
/// Blocks of an era, after which the authors of its blocks are paid.
pub const ERA_LENGTH: BlockNumber = DAYS;
/// Whole eras between the one in which an unbonding begins and the withdrawal.
pub const UNBONDING_ERAS: u32 = 7;
/// Least blocks between the begin of an unbonding and the withdrawal: 7 days.
pub const UNBONDING_PERIOD: BlockNumber = UNBONDING_ERAS * ERA_LENGTH;

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
		/// Least price of one compute unit.
		#[codec(index = 1)]
		pub static UnitPriceFloor: Balance = MICRO_ASY / 10;
		/// Usual stake locked for a task, in units of its fee.
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
		/// Compute units asked for in a block at which the price stands still.
		#[codec(index = 10)]
		pub static TargetCompute: ComputeUnits = 1_000_000_000;
		/// Price of a stake beyond the usual, as a share of what it is more.
		#[codec(index = 11)]
		pub static InsuranceRate: Permill = Permill::from_parts(1_000);
		/// Chance that an optimistic request is audited.
		#[codec(index = 12)]
		pub static AuditRate: Permill = Permill::from_percent(10);
		/// Blocks in which the answer of a quorum can be challenged.
		#[codec(index = 13)]
		pub static QuorumWindow: BlockNumber = 50;
	}

	/// Rewards and penalties of operators.
	#[dynamic_pallet_params]
	#[codec(index = 1)]
	pub mod operators {
		use super::*;

		/// By which share the eras of a year raise the issuance, for those who make blocks.
		#[codec(index = 0)]
		pub static AnnualInflation: Perbill = Perbill::from_percent(5);
		/// Tasks missed in a row that lead to jail.
		#[codec(index = 1)]
		pub static MissesToJail: u32 = 3;
	}

	/// Juries, and what losing costs.
	#[dynamic_pallet_params]
	#[codec(index = 2)]
	pub mod disputes {
		use super::*;

		/// Blocks that the draw of a jury waits for randomness.
		#[codec(index = 0)]
		pub static DrawPeriod: BlockNumber = 5 * MINUTES;
		/// Blocks that a juror gets to reveal.
		#[codec(index = 1)]
		pub static RevealPeriod: BlockNumber = 10;
		/// Blocks in which the finding of a jury can be appealed.
		#[codec(index = 2)]
		pub static AppealPeriod: BlockNumber = 200;
		/// What an appeal takes besides `F` for each juror, as a share of that.
		#[codec(index = 3)]
		pub static AppealMargin: Permill = Permill::from_percent(20);
		/// What a juror who was right is paid besides `F`, as a share of it.
		#[codec(index = 4)]
		pub static JurorPremium: Permill = Permill::from_percent(5);
		/// What a juror who was wrong or did not reveal loses of its stake.
		#[codec(index = 5)]
		pub static JurorShare: Perbill = Perbill::from_percent(2);
		/// What a worker who was wrong loses of the stake that it did not put at risk.
		#[codec(index = 6)]
		pub static WorkerShare: Perbill = Perbill::from_percent(10);
		/// What challengers who were right get of what wrong claims cost.
		#[codec(index = 7)]
		pub static ChallengerShare: Permill = Permill::from_percent(20);
		/// What workers and auditors who were right get of the bonds that lost.
		#[codec(index = 8)]
		pub static BondShare: Permill = Permill::from_percent(50);
		/// What is paid, out of the stake that an equivocation costs, to who proves it.
		#[codec(index = 9)]
		pub static ReporterShare: Permill = Permill::from_percent(5);
		/// Most that one dispute may take from the treasury to pay its jurors, as a share of what is there.
		#[codec(index = 10)]
		pub static ReserveShare: Permill = Permill::from_percent(1);
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
	pub const EraLength: BlockNumber = ERA_LENGTH;
	pub const BlocksPerYear: BlockNumber = 365 * DAYS;
	pub const MaxCommission: Perbill = Perbill::from_percent(50);
	/// 30 minutes, 3 hours, 12 hours.
	pub const JailPeriods: [BlockNumber; 3] = [600, 3_600, 14_400];
	pub const StakePotId: PalletId = PalletId(*b"as/stake");
	/// Keyless: what is in it can only be spent by an upgrade, until there is a treasury to govern it.
	pub TreasuryAccount: AccountId = PalletId(*b"as/trsry").into_account_truncating();
	pub const DisputePotId: PalletId = PalletId(*b"as/court");
	/// Keyless: what is in it pays auditors.
	pub AuditPot: AccountId = PalletId(*b"as/audit").into_account_truncating();
}

impl pallet_operators::Config for Runtime {
	type Currency = Balances;
	type PalletId = StakePotId;
	type Session = Session;
	type OnStakeChange = Models;
	type MinSelfBond = ConstU128<{ 1_000 * ASY }>;
	type MinDelegation = ConstU128<{ 10 * ASY }>;
	type MaxDelegations = ConstU32<32>;
	type MaxLeverage = ConstU32<10>;
	type MinBondedBlocks = MinBondedBlocks;
	type EraLength = EraLength;
	type UnbondingEras = ConstU32<UNBONDING_ERAS>;
	type MaxCommission = MaxCommission;
	// As long as unbonding takes: who does not want another commission is gone before it counts.
	type CommissionDelay = ConstU32<UNBONDING_ERAS>;
	type AnnualInflation = parameters::operators::AnnualInflation;
	type BlocksPerYear = BlocksPerYear;
	// Each moves one operator in the trees of all versions that it serves.
	type MaxPayoutsPerBlock = ConstU32<1>;
	type MissesToJail = parameters::operators::MissesToJail;
	type JailPeriods = JailPeriods;
	type JailMemory = ConstU32<30>;
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
	type Arbitration = Disputes;
	type Randomness = pallet_babe::ParentBlockRandomness<Runtime>;
	type BasePrice = parameters::inference::BasePrice;
	type UnitPriceFloor = parameters::inference::UnitPriceFloor;
	type TargetCompute = parameters::inference::TargetCompute;
	type StakeMultiple = parameters::inference::StakeMultiple;
	type InsuranceRate = parameters::inference::InsuranceRate;
	type AuditRate = parameters::inference::AuditRate;
	type AuditPot = AuditPot;
	type TreasuryShare = parameters::inference::TreasuryShare;
	type TreasuryAccount = TreasuryAccount;
	type PendingPeriod = parameters::inference::PendingPeriod;
	type CommitPeriod = parameters::inference::CommitPeriod;
	type ComputePerBlock = parameters::inference::ComputePerBlock;
	type MaxCommitPeriod = parameters::inference::MaxCommitPeriod;
	type RevealPeriod = parameters::inference::RevealPeriod;
	type QuorumWindow = parameters::inference::QuorumWindow;
	type MinWindow = ConstU32<5>;
	type MaxWindow = ConstU32<{ 12 * HOURS }>;
	type RetentionPeriod = parameters::inference::RetentionPeriod;
	type MaxOpenTasks = ConstU32<32>;
	// As many as fit into half a block at the measured weights; the pallet's integrity test holds them to it.
	type MaxDrawsPerBlock = ConstU32<40>;
	// Each request passes the agenda twice: when it is settled and when its record is removed.
	type MaxDuePerBlock = ConstU32<96>;
	type WeightInfo = pallet_inference::weights::SubstrateWeight<Runtime>;
}

impl pallet_disputes::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Operators = Operators;
	type Models = Models;
	type Requests = Inference;
	type Randomness = pallet_babe::ParentBlockRandomness<Runtime>;
	type PalletId = DisputePotId;
	type Reserve = TreasuryAccount;
	type ReserveShare = parameters::disputes::ReserveShare;
	type DrawPeriod = parameters::disputes::DrawPeriod;
	type CommitPeriod = parameters::inference::CommitPeriod;
	type ComputePerBlock = parameters::inference::ComputePerBlock;
	type MaxCommitPeriod = parameters::inference::MaxCommitPeriod;
	type RevealPeriod = parameters::disputes::RevealPeriod;
	type AppealPeriod = parameters::disputes::AppealPeriod;
	type RetentionPeriod = parameters::inference::RetentionPeriod;
	type AppealMargin = parameters::disputes::AppealMargin;
	type JurorPremium = parameters::disputes::JurorPremium;
	type JurorShare = parameters::disputes::JurorShare;
	type WorkerShare = parameters::disputes::WorkerShare;
	type ChallengerShare = parameters::disputes::ChallengerShare;
	type BondShare = parameters::disputes::BondShare;
	type ReporterShare = parameters::disputes::ReporterShare;
	type MaxJuryDuties = ConstU32<8>;
	type MaxStepsPerBlock = ConstU32<4>;
	type WeightInfo = pallet_disputes::weights::SubstrateWeight<Runtime>;
}
