//! A runtime with the real balances, sessions, operators and models around this pallet.

use crate::{self as pallet_inference, types::StateOf};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Codec as ContentCodec, ContentId, DataType, Hash, Manifest,
	NumericProfile, RequestId, RequestState, TensorSpec, VersionId,
	dispute::{Case, Role, Verdict},
	model::{Label, MaxTensors},
	tensor::Dimension,
	traits::{Arbitration, Damages, Disputed, Fault, Operators as _},
	worker::WorkerPair,
};
use codec::Encode;
use frame_support::{
	BoundedVec, PalletId, Twox64Concat, assert_ok, derive_impl,
	dispatch::{DispatchResultWithPostInfo, RawOrigin},
	ensure, parameter_types, storage_alias,
	traits::{Authorize, ConstU32, ConstU64, ConstU128, Hooks, Randomness},
};
use frame_system::offchain::{CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase};
use pallet_operators::GenesisOperator;
use sp_core::Pair;
use sp_runtime::{
	BuildStorage, DispatchError, Perbill, Permill, impl_opaque_keys,
	testing::UintAuthorityId,
	traits::{ConvertInto, Dispatchable, IdentityLookup},
	transaction_validity::{TransactionSource, TransactionValidityError, ValidTransaction},
};

pub const INITIAL_BALANCE: Balance = 10_000_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 10;

/// Prices and what follows from them for [`manifest`].
pub const BASE_PRICE: Balance = 100;
pub const UNIT_PRICE: Balance = 2;
pub const COMPUTE_LIMIT: u64 = 1_000;
pub const ROYALTY: Balance = 50;
pub const FEE: Balance = BASE_PRICE + UNIT_PRICE * COMPUTE_LIMIT as Balance;
pub const ESCROW: Balance = FEE + ROYALTY;
pub const STAKE: Balance = 15 * FEE;

/// Periods in blocks.
pub const PENDING_PERIOD: BlockNumber = 10;
pub const COMMIT_PERIOD: BlockNumber = 5;
/// `COMMIT_PERIOD` and two blocks for `COMPUTE_LIMIT`.
pub const FULL_COMMIT_PERIOD: BlockNumber = 7;
pub const REVEAL_PERIOD: BlockNumber = 4;
pub const RETENTION_PERIOD: BlockNumber = 30;
pub const MIN_WINDOW: u32 = 3;
pub const MAX_WINDOW: u32 = 100;
pub const QUORUM_WINDOW: BlockNumber = 6;

pub const MAX_OPEN_TASKS: u32 = 3;
pub const MAX_DRAWS: u32 = 4;
pub const MAX_DUE: u32 = 6;

/// Accounts. Operators are 1 to 9.
pub const REQUESTER: u8 = 11;
pub const OTHER_REQUESTER: u8 = 12;
pub const OWNER: u8 = 20;
pub const TREASURY: u8 = 30;
pub const AUDIT_POT: u8 = 31;

/// What a challenger puts at risk, in fees.
pub const BOND_MULTIPLE: Balance = 10;

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

	#[runtime::pallet_index(5)]
	pub type Models = pallet_models;

	#[runtime::pallet_index(6)]
	pub type Inference = pallet_inference;
}

type Extension = frame_system::AuthorizeCall<Test>;
pub type Extrinsic = frame_system::mocking::MockUncheckedExtrinsic<Test, (), Extension>;
type Block = frame_system::mocking::MockBlockU32<Test, (), Extension>;

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
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
}

parameter_types! {
	pub const Zero: BlockNumber = 0;
	pub const SessionLength: BlockNumber = 5;
	pub const EraLength: BlockNumber = 1_000;
	pub const AnnualInflation: Perbill = Perbill::zero();
	pub const MaxCommission: Perbill = Perbill::from_percent(50);
	pub const JailPeriods: [BlockNumber; 3] = [10, 60, 240];
	pub const StakePotId: PalletId = PalletId(*b"as/stake");
	pub const PendingPeriod: BlockNumber = PENDING_PERIOD;
	pub const CommitPeriod: BlockNumber = COMMIT_PERIOD;
	pub const MaxCommitPeriod: BlockNumber = 20;
	pub const RevealPeriod: BlockNumber = REVEAL_PERIOD;
	pub const TreasuryShare: Permill = Permill::from_percent(5);
	pub TreasuryAccount: AccountId = account(TREASURY);
	/// What the randomness of every block derives from; `None` for blocks without randomness.
	pub static Entropy: Option<u64> = Some(0);
	pub static PresentRetention: BlockNumber = RETENTION_PERIOD;
	/// Prices can be changed while requests are open.
	pub static PresentUnitPrice: Balance = UNIT_PRICE;
	/// No test asks for as much in a block, unless it wants the price to move.
	pub static PresentTarget: u64 = u64::MAX;
	/// Nobody is audited, unless a test wants it.
	pub static PresentAuditRate: Permill = Permill::zero();
	/// Whether the present block is done.
	pub static AfterBlock: bool = false;
	/// Whether cases are refused.
	pub static CourtClosed: bool = false;
	pub const InsuranceRate: Permill = Permill::from_percent(1);
	pub AuditPot: AccountId = account(AUDIT_POT);
	pub const QuorumWindow: BlockNumber = QUORUM_WINDOW;
}

impl pallet_operators::Config for Test {
	type Currency = Balances;
	type PalletId = StakePotId;
	type Session = Session;
	type OnStakeChange = Models;
	type MinSelfBond = ConstU128<1_000>;
	type MinDelegation = ConstU128<100>;
	type MaxDelegations = ConstU32<3>;
	type MaxLeverage = ConstU32<5>;
	type MinBondedBlocks = Zero;
	type EraLength = EraLength;
	type UnbondingEras = ConstU32<3>;
	type MaxCommission = MaxCommission;
	type CommissionDelay = ConstU32<2>;
	type AnnualInflation = AnnualInflation;
	type BlocksPerYear = EraLength;
	type MaxPayoutsPerBlock = ConstU32<1>;
	// What a missed task costs is told apart from jail.
	type MissesToJail = ConstU32<1_000>;
	type JailPeriods = JailPeriods;
	type JailMemory = ConstU32<4>;
	type MaxValidators = ConstU32<2>;
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

/// As `pallet_babe::ParentBlockRandomness`: what a block sees appeared in its parent, and what is seen after the block
/// appeared in it, although the block that is named is the same.
pub struct ParentBlockRandomness;

impl Randomness<Option<Hash>, BlockNumber> for ParentBlockRandomness {
	fn random(subject: &[u8]) -> (Option<Hash>, BlockNumber) {
		let parent = System::block_number().saturating_sub(1);
		let block = if AfterBlock::get() { System::block_number() } else { parent };
		let hash = |entropy| (entropy, block, subject).using_encoded(sp_io::hashing::blake2_256).into();
		(Entropy::get().map(hash), parent)
	}
}

impl pallet_models::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Operators = Operators;
	type NamespaceDeposit = ConstU128<10>;
	type VersionDeposit = ConstU128<10>;
	type ByteDeposit = ConstU128<1>;
	type MaxServed = ConstU32<4>;
	type WeightInfo = ();
}

impl pallet_inference::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Operators = Operators;
	type Models = Models;
	type Arbitration = Court;
	type Randomness = ParentBlockRandomness;
	type BasePrice = ConstU128<BASE_PRICE>;
	type UnitPriceFloor = PresentUnitPrice;
	type TargetCompute = PresentTarget;
	type StakeMultiple = ConstU32<15>;
	type InsuranceRate = InsuranceRate;
	type AuditRate = PresentAuditRate;
	type AuditPot = AuditPot;
	type TreasuryShare = TreasuryShare;
	type TreasuryAccount = TreasuryAccount;
	type PendingPeriod = PendingPeriod;
	type CommitPeriod = CommitPeriod;
	type ComputePerBlock = ConstU64<500>;
	type MaxCommitPeriod = MaxCommitPeriod;
	type RevealPeriod = RevealPeriod;
	type QuorumWindow = QuorumWindow;
	type MinWindow = ConstU32<MIN_WINDOW>;
	type MaxWindow = ConstU32<MAX_WINDOW>;
	type RetentionPeriod = PresentRetention;
	type MaxOpenTasks = ConstU32<MAX_OPEN_TASKS>;
	type MaxDrawsPerBlock = ConstU32<MAX_DRAWS>;
	type MaxDuePerBlock = ConstU32<MAX_DUE>;
	type WeightInfo = ();
}

/// Cases that wait for a verdict. It is in storage, so that what is undone takes its case with it.
#[storage_alias]
pub type Docket = StorageMap<Court, Twox64Concat, RequestId, Case<AccountId, Balance>>;

/// A court whose verdicts the test gives.
pub struct Court;

impl Arbitration<AccountId, Balance> for Court {
	fn open(case: Case<AccountId, Balance>) -> Result<(), DispatchError> {
		ensure!(!CourtClosed::get(), DispatchError::Unavailable);
		assert!(!Docket::contains_key(case.request), "a request is disputed once");
		assert!(case.claims.iter().any(|claim| claim.digest != case.claims[0].digest), "nothing is disputed");
		Docket::insert(case.request, case);
		Ok(())
	}

	fn challenge_bond(fee: Balance) -> Balance {
		fee * BOND_MULTIPLE
	}
}

impl Court {
	/// Ends the dispute about a request. As `pallet-disputes` does, it takes the stake of those who were wrong and pays
	/// the damages out of it.
	pub fn settle(id: RequestId, verdict: Verdict) -> Damages<AccountId, Balance> {
		let case = Docket::take(id).expect("a case was opened");
		let damages = Inference::settle(id, verdict.clone());
		let Verdict::Upheld { digest, .. } = verdict else { return damages };
		let mut payments: Vec<_> = vec![(&case.requester, damages.compensation)];
		payments.extend(damages.fees.iter().map(|(account, fee)| (account, *fee)));
		for claim in case.claims.iter().filter(|claim| claim.digest != digest) {
			if claim.role != Role::Challenger {
				let fault = Fault { unlock: claim.at_risk, amount: claim.at_risk, share: Perbill::zero() };
				Operators::slash(&claim.claimant, fault, &payments);
				payments.clear();
			}
		}
		damages
	}
}

impl<Call> CreateTransactionBase<Call> for Test
where
	RuntimeCall: From<Call>,
{
	type Extrinsic = Extrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<Call> CreateTransaction<Call> for Test
where
	RuntimeCall: From<Call>,
{
	type Extension = Extension;

	fn create_transaction(call: RuntimeCall, extension: Extension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl<Call> CreateAuthorizedTransaction<Call> for Test
where
	RuntimeCall: From<Call>,
{
	fn create_extension() -> Extension {
		Extension::new()
	}
}

/// Account number `n`.
pub fn account(n: u8) -> AccountId {
	AccountId::new([n; 32])
}

/// The number of an account.
pub fn number(account: &AccountId) -> u8 {
	<[u8; 32]>::from(account.clone())[0]
}

/// Worker key pair of operator `n`.
pub fn worker_pair(n: u8) -> WorkerPair {
	WorkerPair::from_seed(&[n; 32])
}

/// Hash of the genesis block.
pub fn genesis() -> Hash {
	System::block_hash(0)
}

fn tensors(name: &[u8]) -> BoundedVec<TensorSpec, MaxTensors> {
	let dims = vec![Dimension::Fixed(8), Dimension::Fixed(8)].try_into().unwrap();
	let name = name.to_vec().try_into().unwrap();
	vec![TensorSpec { name, data_type: DataType::F32, dims }].try_into().unwrap()
}

fn label(text: &str) -> Label {
	text.as_bytes().to_vec().try_into().unwrap()
}

/// `OWNER` registers a version with this content.
pub fn publish(content: u8) -> VersionId {
	let version = pallet_models::NextVersion::<Test>::get();
	let owner = || RuntimeOrigin::signed(account(OWNER));
	if version == 0 {
		assert_ok!(Models::claim_namespace(owner(), label("owner")));
	}
	assert_ok!(Models::register(owner(), label("owner"), label("model"), manifest(content)));
	version
}

/// Operator `n` serves a version.
pub fn serve(n: u8, version: VersionId) {
	assert_ok!(Models::serve(RuntimeOrigin::signed(account(n)), version));
}

/// Operator `n` stops serving a version.
pub fn stop_serving(n: u8, version: VersionId) {
	assert_ok!(Models::stop_serving(RuntimeOrigin::signed(account(n)), version));
}

/// `OWNER` deprecates a version.
pub fn deprecate(version: VersionId) {
	assert_ok!(Models::deprecate(RuntimeOrigin::signed(account(OWNER)), version));
}

/// `OWNER` gives every model to account `n`.
pub fn give_models_to(n: u8) {
	let owner = RuntimeOrigin::signed(account(OWNER));
	assert_ok!(Models::transfer_namespace(owner, label("owner"), account(n)));
}

/// What every version of the tests is, but for its content id.
pub fn manifest(content: u8) -> Manifest {
	Manifest {
		content: ContentId { codec: ContentCodec::DagPb, digest: [content; 32] },
		size: 1_000_000,
		profile: NumericProfile::StrictF32V1,
		inputs: tensors(b"image"),
		outputs: tensors(b"probabilities"),
		compute_limit: COMPUTE_LIMIT,
		royalty: ROYALTY,
		task: Default::default(),
		licence: Default::default(),
		tags: Default::default(),
	}
}

/// What a test starts with.
pub struct Builder {
	operators: Vec<(u8, Balance)>,
}

impl Default for Builder {
	/// Three operators that can each take three tasks.
	fn default() -> Self {
		Self { operators: (1..=3).map(|n| (n, 3 * STAKE)).collect() }
	}
}

impl Builder {
	/// Starts with these operators and self-bonds instead.
	pub fn operators(mut self, operators: impl IntoIterator<Item = (u8, Balance)>) -> Self {
		self.operators = operators.into_iter().collect();
		self
	}

	/// Block 1. `OWNER` has registered [`VERSION`], and every operator serves it.
	pub fn build(self) -> sp_io::TestExternalities {
		let operators = self.operators.iter().map(|(n, self_bond)| GenesisOperator {
			account: account(*n),
			self_bond: *self_bond,
			commission: Perbill::zero(),
			worker_key: worker_pair(*n).public(),
			validate: false,
		});
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: (1..=30)
					.map(|n| (account(n), INITIAL_BALANCE))
					// So that it can receive and pay out any amount.
					.chain([(account(AUDIT_POT), EXISTENTIAL_DEPOSIT)])
					.collect(),
				..Default::default()
			},
			operators: pallet_operators::GenesisConfig {
				operators: operators.collect(),
				..Default::default()
			},
			session: pallet_session::GenesisConfig {
				keys: vec![(account(29), account(29), SessionKeys { dummy: UintAuthorityId(29) })],
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| {
			System::set_block_number(1);
			assert_eq!(publish(1), VERSION);
			for (n, _) in self.operators {
				serve(n, VERSION);
			}
			System::reset_events();
		});
		ext
	}

	/// Block 1 on a machine that can sign, with prices that suit the models of benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	pub fn build_for_benchmarks() -> sp_io::TestExternalities {
		let mut ext = Self::default().operators([]).build();
		let keystore = sp_keystore::testing::MemoryKeystore::new();
		ext.register_extension(sp_keystore::KeystoreExt::new(keystore));
		PresentUnitPrice::set(0);
		ext
	}

	/// Runs `test` and checks every invariant after it.
	pub fn run(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check();
		});
	}
}

/// Checks every invariant of every pallet, and what only a test can see: locks to the last unit.
pub fn check() {
	Operators::do_try_state().unwrap();
	Models::do_try_state().unwrap();
	Inference::do_try_state().unwrap();
	let mut locked = std::collections::BTreeMap::<AccountId, Balance>::new();
	for request in crate::Requests::<Test>::iter_values() {
		for seat in request.locked() {
			*locked.entry(seat.worker.clone()).or_default() += seat.stake;
		}
	}
	for (account, operator) in pallet_operators::Ledger::<Test>::iter() {
		assert_eq!(operator.locked, locked.remove(&account).unwrap_or(0));
	}
	assert!(locked.is_empty());
	for request in crate::Requests::<Test>::iter_keys() {
		let disputed = matches!(state(request), RequestState::Disputed { .. });
		assert_eq!(disputed, Docket::contains_key(request), "not exactly the disputes are in court");
	}
}

/// Begins the next block and returns the weight of this pallet's hook.
pub fn next_block() -> frame_support::weights::Weight {
	System::set_block_number(System::block_number() + 1);
	Session::on_initialize(System::block_number());
	let weight = Inference::on_initialize(System::block_number());
	check();
	weight
}

/// Begins every block up to `block`.
pub fn run_to(block: BlockNumber) {
	while System::block_number() < block {
		next_block();
	}
}

/// What the pool and a block do with an authorised call.
pub fn validate(call: crate::Call<Test>) -> Result<ValidTransaction, TransactionValidityError> {
	let authorized = RuntimeCall::from(call).authorize(TransactionSource::External);
	authorized.expect("the call has an authorize function").map(|(valid, _)| valid)
}

/// Includes an authorised call in the present block.
pub fn submit(call: crate::Call<Test>) -> Result<DispatchResultWithPostInfo, TransactionValidityError> {
	validate(call.clone())?;
	Ok(RuntimeCall::from(call).dispatch(RawOrigin::Authorized.into()))
}

/// State of a request.
pub fn state(id: RequestId) -> StateOf<Test> {
	crate::Requests::<Test>::get(id).expect("the request exists").state
}

/// The version that every test asks.
pub const VERSION: VersionId = 0;
