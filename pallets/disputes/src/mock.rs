//! A runtime with the real balances around this pallet, and small operators, models and requests in storage, so that a
//! transaction that fails takes back what they did as well.

use crate::{self as pallet_disputes, Dispute, Juries, Phase};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Codec as ContentCodec, ComputeUnits, ContentId, Hash, Job, Outcome,
	Payload, RequestId, ResultDigest, VersionId,
	commitment::output_hash,
	dispute::{Case, Claim, Role, Tier},
	traits::{Arbitration, Operators as _},
	worker::WorkerPair,
};
use codec::{Decode, Encode};
use frame_support::{
	PalletId, assert_ok, derive_impl,
	dispatch::{DispatchResultWithPostInfo, RawOrigin},
	parameter_types,
	traits::{Authorize, ConstU32, ConstU64, ConstU128, Hooks, Randomness, fungible::Inspect},
	weights::Weight,
};
use frame_system::offchain::{CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase};
use sp_core::Pair;
use sp_runtime::{
	BuildStorage, Perbill, Permill,
	traits::{Dispatchable, IdentityLookup},
	transaction_validity::{TransactionSource, TransactionValidityError, ValidTransaction},
};

pub const INITIAL_BALANCE: Balance = 10_000_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 10;

/// What an execution costs, and what follows from it.
pub const FEE: Balance = 2_000;
pub const AT_RISK: Balance = 15 * FEE;
/// Of every operator.
pub const STAKE: Balance = 100 * FEE;
/// What a juror who is right gets.
pub const JUROR_PAY: Balance = FEE + FEE / 20;
pub const CHALLENGE_BOND: Balance = 7 * JUROR_PAY;
pub const COMPUTE_LIMIT: ComputeUnits = 1_000;

/// Periods in blocks.
pub const DRAW_PERIOD: BlockNumber = 20;
/// `CommitPeriod` and two blocks for `COMPUTE_LIMIT`.
pub const COMMIT_PERIOD: BlockNumber = 7;
pub const REVEAL_PERIOD: BlockNumber = 4;
pub const APPEAL_PERIOD: BlockNumber = 12;
pub const RETENTION_PERIOD: BlockNumber = 30;

pub const MAX_JURY_DUTIES: u32 = 3;
pub const MAX_STEPS: u32 = 6;

/// Accounts of those who are no operators in most tests; these are 1 to 60.
pub const REQUESTER: u8 = 201;
pub const OWNER: u8 = 202;
pub const CHALLENGER: u8 = 203;
pub const RESERVE: u8 = 204;
pub const OPERATORS_POT: u8 = 205;
/// Accounts that nobody is: appellants, reporters, passers-by.
pub const OTHER: u8 = 210;

pub const VERSION: VersionId = 0;
/// An operator that answered every request of the tests.
pub const WORKER: u8 = 1;

mod actors;

pub use actors::{Bond, TestModels, TestOperators, TestRequests};

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
	pub type Jurors = pallet_disputes;
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
	pub const DisputesPalletId: PalletId = PalletId(*b"as/juror");
	pub const DrawPeriod: BlockNumber = DRAW_PERIOD;
	pub const CommitPeriod: BlockNumber = COMMIT_PERIOD - 2;
	pub const MaxCommitPeriod: BlockNumber = 20;
	pub const RevealPeriod: BlockNumber = REVEAL_PERIOD;
	pub const AppealPeriod: BlockNumber = APPEAL_PERIOD;
	pub const AppealMargin: Permill = Permill::from_percent(20);
	pub const JurorPremium: Permill = Permill::from_percent(5);
	pub const JurorShare: Perbill = Perbill::from_percent(2);
	pub const WorkerShare: Perbill = Perbill::from_percent(10);
	pub const ChallengerShare: Permill = Permill::from_percent(20);
	pub const BondShare: Permill = Permill::from_percent(50);
	pub const ReporterShare: Permill = Permill::from_percent(5);
	pub ReserveAccount: AccountId = account(RESERVE);
	/// What the randomness of every block derives from; `None` for blocks without randomness.
	pub static Entropy: Option<u64> = Some(0);
	pub static PresentRetention: BlockNumber = RETENTION_PERIOD;
	pub static PresentReserveShare: Permill = Permill::from_percent(10);
}

/// As `pallet_babe::ParentBlockRandomness`: what a block sees appeared in its parent.
pub struct ParentBlockRandomness;

impl Randomness<Option<Hash>, BlockNumber> for ParentBlockRandomness {
	fn random(subject: &[u8]) -> (Option<Hash>, BlockNumber) {
		let parent = System::block_number().saturating_sub(1);
		let hash = |entropy| (entropy, parent, subject).using_encoded(sp_io::hashing::blake2_256).into();
		(Entropy::get().map(hash), parent)
	}
}

impl pallet_disputes::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Operators = TestOperators;
	type Models = TestModels;
	type Requests = TestRequests;
	type Randomness = ParentBlockRandomness;
	type PalletId = DisputesPalletId;
	type Reserve = ReserveAccount;
	type ReserveShare = PresentReserveShare;
	type DrawPeriod = DrawPeriod;
	type CommitPeriod = CommitPeriod;
	type ComputePerBlock = ConstU64<500>;
	type MaxCommitPeriod = MaxCommitPeriod;
	type RevealPeriod = RevealPeriod;
	type AppealPeriod = AppealPeriod;
	type RetentionPeriod = PresentRetention;
	type AppealMargin = AppealMargin;
	type JurorPremium = JurorPremium;
	type JurorShare = JurorShare;
	type WorkerShare = WorkerShare;
	type ChallengerShare = ChallengerShare;
	type BondShare = BondShare;
	type ReporterShare = ReporterShare;
	type MaxJuryDuties = ConstU32<MAX_JURY_DUTIES>;
	type MaxStepsPerBlock = ConstU32<MAX_STEPS>;
	type WeightInfo = ();
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

/// The result whose output is `text`.
pub fn result(text: &str) -> ResultDigest {
	ResultDigest {
		outcome: Outcome::Success,
		output_hash: output_hash(text.as_bytes()),
		compute_units: COMPUTE_LIMIT,
	}
}

/// Somebody stands for the result whose output is `text`.
pub fn claim(n: u8, role: Role, text: &str) -> Claim<AccountId, Balance> {
	let at_risk = if role == Role::Challenger { CHALLENGE_BOND } else { AT_RISK };
	Claim { claimant: account(n), role, digest: result(text), at_risk }
}

/// What has to be executed for a request.
pub fn job(request: RequestId) -> Job {
	let package = ContentId { codec: ContentCodec::DagPb, digest: [9; 32] };
	let input = Payload::Inline(b"input".to_vec().try_into().expect("short"));
	Job { package, input, seed: request, compute_limit: COMPUTE_LIMIT }
}

/// A case about these claims.
pub fn case(request: RequestId, claims: Vec<Claim<AccountId, Balance>>) -> Case<AccountId, Balance> {
	Case {
		request,
		requester: account(REQUESTER),
		version: VERSION,
		job: job(request).id(),
		compute_limit: COMPUTE_LIMIT,
		fee: FEE,
		claims: claims.try_into().expect("at most eight"),
	}
}

/// Opens a dispute between these, with the stake of workers and auditors locked as requests do.
pub fn open(request: RequestId, claims: Vec<Claim<AccountId, Balance>>) {
	for claim in claims.iter().filter(|claim| claim.role != Role::Challenger) {
		assert_ok!(TestOperators::lock(&claim.claimant, claim.at_risk));
	}
	assert_ok!(Jurors::open(case(request, claims)));
}

/// What a test starts with.
pub struct Builder {
	operators: Vec<(u8, Balance)>,
}

impl Default for Builder {
	/// Enough operators for every tier.
	fn default() -> Self {
		Self { operators: (1..=60).map(|n| (n, STAKE)).collect() }
	}
}

impl Builder {
	/// Starts with these operators and stakes instead.
	pub fn operators(mut self, operators: impl IntoIterator<Item = (u8, Balance)>) -> Self {
		self.operators = operators.into_iter().collect();
		self
	}

	/// Block 1.
	pub fn build(self) -> sp_io::TestExternalities {
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: (1..=220).map(|n| (account(n), INITIAL_BALANCE)).collect(),
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| {
			System::set_block_number(1);
			for (n, stake) in self.operators {
				TestOperators::register(n, stake);
			}
			Entropy::set(Some(0));
			Jurors::on_initialize(1);
			System::reset_events();
		});
		ext
	}

	/// Block 1 on a machine that can sign.
	#[cfg(feature = "runtime-benchmarks")]
	pub fn build_for_benchmarks() -> sp_io::TestExternalities {
		let mut ext = Self::default().operators([]).build();
		let keystore = sp_keystore::testing::MemoryKeystore::new();
		ext.register_extension(sp_keystore::KeystoreExt::new(keystore));
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

/// Whether the seat `index` of `tier` has been judged.
fn is_judged(dispute: &Dispute<Test>, tier: Tier, index: usize) -> bool {
	match dispute.phase {
		Phase::Collecting { next, .. } => (tier, index) < (next.tier, next.seat as usize),
		_ => dispute.is_ruled(),
	}
}

/// Checks every invariant, and what only a test can see: locks, stakes and the pot to the last unit.
pub fn check() {
	Jurors::do_try_state().unwrap();
	let mut locked = std::collections::BTreeMap::<AccountId, Balance>::new();
	let mut in_pot = EXISTENTIAL_DEPOSIT;
	for (id, dispute) in crate::Disputes::<Test>::iter() {
		if !dispute.is_ruled() {
			for claim in dispute.case.claims.iter().filter(|claim| claim.role != Role::Challenger) {
				*locked.entry(claim.claimant.clone()).or_default() += claim.at_risk;
			}
		}
		for tier in Tier::ALL {
			for (index, seat) in Juries::<Test>::get(id, tier).into_iter().enumerate() {
				if !is_judged(&dispute, tier, index) {
					*locked.entry(seat.juror).or_default() += dispute.case.fee;
				}
			}
		}
		in_pot += match dispute.phase {
			Phase::Collecting { takings, .. } => takings.total(),
			Phase::Paying { left, .. } => left,
			_ => 0,
		};
	}
	for who in TestOperators::all() {
		let bond = TestOperators::get(&who);
		let expected = locked.remove(&who).unwrap_or(0);
		assert_eq!(bond.as_ref().map_or(0, |bond| bond.locked), expected, "locks of {}", number(&who));
		let vault = bond.map_or(0, |bond| bond.stake + EXISTENTIAL_DEPOSIT);
		assert_eq!(Balances::total_balance(&TestOperators::vault(&who)), vault);
	}
	assert!(locked.is_empty());
	assert_eq!(Balances::balance(&Jurors::pot()), in_pot);
}

/// Begins the next block and returns the weight of this pallet's hook.
pub fn next_block() -> Weight {
	System::set_block_number(System::block_number() + 1);
	let weight = Jurors::on_initialize(System::block_number());
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
