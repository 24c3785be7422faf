//! A runtime with real balances, sessions and operators around this pallet.

use crate as pallet_models;
use assay_primitives::{
	AccountId, Balance, BlockNumber, Codec, ContentId, DataType, Manifest, ModelName, NumericProfile,
	TensorSpec, model::Label, tensor::Dimension, worker::WorkerPair,
};
use frame_support::{
	PalletId, derive_impl, parameter_types,
	traits::{ConstU32, ConstU128, Hooks},
};
use pallet_models::GenesisModel;
use pallet_operators::GenesisOperator;
use sp_core::Pair;
use sp_runtime::{
	BoundedVec, BuildStorage, Perbill, impl_opaque_keys,
	testing::UintAuthorityId,
	traits::{ConvertInto, IdentityLookup},
};
use std::collections::BTreeSet;

pub const INITIAL_BALANCE: Balance = 1_000_000;
pub const MIN_SELF_BOND: Balance = 1_000;
/// First block at which what began to unbond in the first era can be withdrawn.
pub const UNBONDED_AT: BlockNumber = 20;
pub const NAMESPACE_DEPOSIT: Balance = 500;
pub const VERSION_DEPOSIT: Balance = 300;
pub const BYTE_DEPOSIT: Balance = 2;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;

	#[runtime::pallet_index(2)]
	pub type Operators = pallet_operators;

	#[runtime::pallet_index(3)]
	pub type Models = pallet_models;

	#[runtime::pallet_index(4)]
	pub type Session = pallet_session;

	#[runtime::pallet_index(5)]
	pub type Historical = pallet_session::historical;
}

type Block = frame_system::mocking::MockBlockU32<Test>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<10>;
	type AccountStore = System;
}

parameter_types! {
	pub const MinBondedBlocks: BlockNumber = 10;
	pub const EraLength: BlockNumber = 5;
	pub const BlocksPerYear: BlockNumber = 1_000;
	pub const AnnualInflation: Perbill = Perbill::from_percent(10);
	pub const MaxCommission: Perbill = Perbill::from_percent(50);
	pub const JailPeriods: [BlockNumber; 3] = [10, 60, 240];
	pub const PotId: PalletId = PalletId(*b"as/stake");
	pub const SessionLength: BlockNumber = 100;
	pub const Zero: BlockNumber = 0;
}

impl pallet_operators::Config for Test {
	type Currency = Balances;
	type PalletId = PotId;
	type Session = Session;
	type OnStakeChange = Models;
	type MinSelfBond = ConstU128<MIN_SELF_BOND>;
	type MinDelegation = ConstU128<100>;
	type MaxDelegations = ConstU32<3>;
	type MaxLeverage = ConstU32<5>;
	type MinBondedBlocks = MinBondedBlocks;
	type EraLength = EraLength;
	type UnbondingEras = ConstU32<3>;
	type MaxCommission = MaxCommission;
	type CommissionDelay = ConstU32<2>;
	type AnnualInflation = AnnualInflation;
	type BlocksPerYear = BlocksPerYear;
	type MaxPayoutsPerBlock = ConstU32<1>;
	type MissesToJail = ConstU32<3>;
	type JailPeriods = JailPeriods;
	type JailMemory = ConstU32<4>;
	type MaxValidators = ConstU32<2>;
	type MaxCandidates = ConstU32<4>;
	type WeightInfo = ();
}

impl pallet_models::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Operators = Operators;
	type NamespaceDeposit = ConstU128<NAMESPACE_DEPOSIT>;
	type VersionDeposit = ConstU128<VERSION_DEPOSIT>;
	type ByteDeposit = ConstU128<BYTE_DEPOSIT>;
	type MaxServed = ConstU32<3>;
	type WeightInfo = ();
}

impl_opaque_keys! {
	pub struct SessionKeys {
		pub dummy: UintAuthorityId,
	}
}

impl pallet_session::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = pallet_session::PeriodicSessions<SessionLength, Zero>;
	type NextSessionRotation = ();
	type SessionManager = pallet_session::historical::NoteHistoricalRoot<Test, Operators>;
	type SessionHandler = pallet_session::TestSessionHandler;
	type Keys = SessionKeys;
	type DisablingStrategy = pallet_session::disabling::UpToLimitDisablingStrategy;
	type WeightInfo = ();
	type Currency = Balances;
	type KeyDeposit = ConstU128<0>;
}

impl pallet_session::historical::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = pallet_operators::UnitIdentification;
}

/// Account number `n`. 1 to 20 are rich, and 1 to 8 are operators with a stake of 1,000 times their number.
pub fn account(n: u8) -> AccountId {
	AccountId::new([n; 32])
}

/// Number of operators of the genesis block.
pub const OPERATORS: u8 = 8;

/// A label that needs no check.
pub fn label(text: &str) -> Label {
	Label::truncate_from(text.as_bytes().to_vec())
}

/// `owner/name`.
pub fn model_name(owner: &str, name: &str) -> ModelName {
	ModelName { owner: label(owner), name: label(name) }
}

/// A tensor of this name.
pub fn tensor(name: &str) -> TensorSpec {
	TensorSpec {
		name: BoundedVec::truncate_from(name.as_bytes().to_vec()),
		data_type: DataType::F32,
		dims: BoundedVec::truncate_from(vec![Dimension::Fixed(1), Dimension::Any]),
	}
}

/// A manifest that may be registered.
pub fn manifest() -> Manifest {
	Manifest {
		content: ContentId { codec: Codec::DagPb, digest: [7; 32] },
		size: 1_000,
		profile: NumericProfile::StrictF32V1,
		inputs: BoundedVec::truncate_from(vec![tensor("image")]),
		outputs: BoundedVec::truncate_from(vec![tensor("scores"), tensor("class")]),
		compute_limit: 1_000_000,
		royalty: 5,
		task: BoundedVec::truncate_from(b"image-classification".to_vec()),
		licence: BoundedVec::truncate_from(b"Apache-2.0".to_vec()),
		tags: BoundedVec::truncate_from(vec![BoundedVec::truncate_from(b"digits".to_vec())]),
	}
}

/// Starts in block 1 without models.
pub fn new_test_ext() -> sp_io::TestExternalities {
	with_models(Vec::new())
}

/// Starts in block 1 with these models.
pub fn with_models(models: Vec<GenesisModel>) -> sp_io::TestExternalities {
	let operators = (1..=OPERATORS).map(|n| GenesisOperator {
		account: account(n),
		self_bond: MIN_SELF_BOND * Balance::from(n),
		commission: Perbill::zero(),
		worker_key: WorkerPair::from_seed(&[n; 32]).public(),
		validate: n == 1,
	});
	with_operators(operators.collect(), models)
}

/// Starts in block 1 with these operators, who are rich, and these models.
pub fn with_operators(
	operators: Vec<GenesisOperator>,
	models: Vec<GenesisModel>,
) -> sp_io::TestExternalities {
	let rich: BTreeSet<_> =
		(1..=20).map(account).chain(operators.iter().map(|o| o.account.clone())).collect();
	let storage = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: rich.into_iter().map(|account| (account, INITIAL_BALANCE)).collect(),
			..Default::default()
		},
		operators: pallet_operators::GenesisConfig { operators, ..Default::default() },
		models: pallet_models::GenesisConfig { models, ..Default::default() },
		session: pallet_session::GenesisConfig {
			keys: vec![(account(1), account(1), SessionKeys { dummy: UintAuthorityId(1) })],
			..Default::default()
		},
		..Default::default()
	}
	.build_storage()
	.unwrap();
	let mut ext = sp_io::TestExternalities::new(storage);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs `test` in block 1 and checks every invariant after it.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		check();
	});
}

/// Checks every invariant.
pub fn check() {
	Operators::do_try_state().unwrap();
	Models::do_try_state().unwrap();
}

/// Runs the hooks of each block up to `block`.
pub fn run_to(block: BlockNumber) {
	while System::block_number() < block {
		System::set_block_number(System::block_number() + 1);
		Operators::on_initialize(System::block_number());
	}
}
