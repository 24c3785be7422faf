//! A runtime with real balances and sessions around this pallet.

use crate::{self as pallet_operators, GenesisOperator};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, WorkerId,
	commitment::worker_key_message,
	traits::OnStakeChange,
	worker::{WorkerPair, WorkerSignature},
};
use frame_support::{
	PalletId, derive_impl, parameter_types,
	traits::{ConstU32, ConstU128, Hooks},
};
use pallet_authorship::EventHandler;
use sp_core::Pair;
use sp_keystore::{KeystoreExt, testing::MemoryKeystore};
use sp_runtime::{
	BuildStorage, Perbill, impl_opaque_keys,
	testing::UintAuthorityId,
	traits::{ConvertInto, IdentityLookup},
};
use std::collections::BTreeMap;

pub const INITIAL_BALANCE: Balance = 1_000_000;
pub const MIN_SELF_BOND: Balance = 1_000;
pub const MIN_BONDED_BLOCKS: BlockNumber = 10;
pub const MIN_DELEGATION: Balance = 100;
pub const ERA_LENGTH: BlockNumber = 5;
pub const UNBONDING_ERAS: u32 = 3;
/// First block at which what began to unbond in the first era can be withdrawn.
pub const UNBONDED_AT: BlockNumber = 20;
/// What the authors of an era share while nothing was burned or minted.
pub const ERA_INFLATION: Balance = 10_000;
pub const SESSION_LENGTH: BlockNumber = 5;

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
	pub type Session = pallet_session;

	#[runtime::pallet_index(4)]
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
	/// Weights as `OnStakeChange` heard them; zero ones are left out.
	pub static HeardWeights: BTreeMap<AccountId, Balance> = BTreeMap::new();
}

/// Remembers what it hears.
pub struct Listener;
impl OnStakeChange<AccountId, Balance> for Listener {
	fn on_stake_change(operator: &AccountId, stake: Balance) {
		HeardWeights::mutate(|heard| match stake {
			0 => heard.remove(operator),
			stake => heard.insert(operator.clone(), stake),
		});
	}

	fn on_removed(operator: &AccountId) {
		assert!(!HeardWeights::get().contains_key(operator), "an operator with weight was removed");
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn setup_worst_case(_: &AccountId) {}
}

parameter_types! {
	pub static MaxValidators: u32 = 2;
	pub const MinBondedBlocks: BlockNumber = MIN_BONDED_BLOCKS;
	pub const EraLength: BlockNumber = ERA_LENGTH;
	pub const BlocksPerYear: BlockNumber = 1_000;
	pub const AnnualInflation: Perbill = Perbill::from_percent(10);
	pub const MaxCommission: Perbill = Perbill::from_percent(50);
	pub const JailPeriods: [BlockNumber; 3] = [10, 60, 240];
	pub const PotId: PalletId = PalletId(*b"as/stake");
	pub const SessionLength: BlockNumber = SESSION_LENGTH;
	pub const Zero: BlockNumber = 0;
}

impl pallet_operators::Config for Test {
	type Currency = Balances;
	type PalletId = PotId;
	type Session = Session;
	type OnStakeChange = Listener;
	type MinSelfBond = ConstU128<MIN_SELF_BOND>;
	type MinDelegation = ConstU128<MIN_DELEGATION>;
	type MaxDelegations = ConstU32<3>;
	type MaxLeverage = ConstU32<5>;
	type MinBondedBlocks = MinBondedBlocks;
	type EraLength = EraLength;
	type UnbondingEras = ConstU32<UNBONDING_ERAS>;
	type MaxCommission = MaxCommission;
	type CommissionDelay = ConstU32<2>;
	type AnnualInflation = AnnualInflation;
	type BlocksPerYear = BlocksPerYear;
	type MaxPayoutsPerBlock = ConstU32<1>;
	type MissesToJail = ConstU32<3>;
	type JailPeriods = JailPeriods;
	type JailMemory = ConstU32<4>;
	type MaxValidators = MaxValidators;
	type MaxCandidates = ConstU32<4>;
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

/// Account number `n`.
pub fn account(n: u8) -> AccountId {
	AccountId::new([n; 32])
}

/// Worker key pair number `n`.
pub fn worker_pair(n: u8) -> WorkerPair {
	WorkerPair::from_seed(&[n; 32])
}

/// Worker key number `n` and its proof for operator `operator`.
pub fn worker_key(n: u8, operator: u8) -> (WorkerId, WorkerSignature) {
	let pair = worker_pair(n);
	let message = worker_key_message(genesis(), &account(operator));
	(pair.public(), pair.sign(message.as_bytes()))
}

/// Hash of the genesis block.
pub fn genesis() -> Hash {
	System::block_hash(0)
}

/// Operator `n` of the genesis block, with worker key `n`.
pub fn genesis_operator(n: u8, self_bond: Balance, validate: bool) -> GenesisOperator {
	GenesisOperator {
		account: account(n),
		self_bond,
		commission: Perbill::from_percent(5),
		worker_key: worker_pair(n).public(),
		validate,
	}
}

/// What a test starts with.
pub struct Builder {
	operators: Vec<GenesisOperator>,
	max_validators: u32,
}

impl Default for Builder {
	fn default() -> Self {
		Self { operators: Vec::new(), max_validators: 2 }
	}
}

impl Builder {
	/// Elects up to this many validators, instead of two.
	pub fn max_validators(mut self, max_validators: u32) -> Self {
		self.max_validators = max_validators;
		self
	}

	/// Starts with these operators.
	pub fn operators(mut self, operators: impl IntoIterator<Item = GenesisOperator>) -> Self {
		self.operators.extend(operators);
		self
	}

	/// Accounts 1 to 20 are rich; 1 to 8 have session keys.
	pub fn build(self) -> sp_io::TestExternalities {
		HeardWeights::take();
		MaxValidators::set(self.max_validators);
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: (1..=20).map(|n| (account(n), INITIAL_BALANCE)).collect(),
				..Default::default()
			},
			operators: pallet_operators::GenesisConfig { operators: self.operators, ..Default::default() },
			session: pallet_session::GenesisConfig {
				keys: (1..=8)
					.map(|n| (account(n), account(n), SessionKeys { dummy: UintAuthorityId(n.into()) }))
					.collect(),
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
		ext.execute_with(|| System::set_block_number(1));
		ext
	}

	/// Runs `test` in block 1 and checks every invariant after it.
	pub fn run(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check();
		});
	}
}

/// Checks every invariant, and that the listener heard of every weight.
pub fn check() {
	Operators::do_try_state().unwrap();
	let weights: BTreeMap<_, _> = pallet_operators::Ledger::<Test>::iter()
		.map(|(account, operator)| (account, operator.weight))
		.filter(|(_, weight)| *weight > 0)
		.collect();
	assert_eq!(HeardWeights::get(), weights);
}

/// Runs the hooks of each block up to `block`.
pub fn run_to(block: BlockNumber) {
	while System::block_number() < block {
		next_block(None);
	}
}

/// Begins the next block, made by this author.
pub fn next_block(author: Option<u8>) {
	System::set_block_number(System::block_number() + 1);
	if let Some(author) = author {
		Operators::note_author(account(author));
	}
	Operators::on_initialize(System::block_number());
	Session::on_initialize(System::block_number());
	check();
}
