//! Runtime API: every question a client or a worker asks of the chain.

use crate::{
	ComputeUnits, Duty, Manifest, ModelName, RequestId, RequestState, Round, Security, VersionId, WorkerId,
	dispute::{DisputeInfo, DisputeNumber, JuryDuty},
	job::Input,
	model::VersionNumber,
};
use alloc::vec::Vec;
use codec::{Codec, Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::Perbill;

/// What a request costs. Fixed when the request is included, whatever happens to prices later.
///
/// An answer that took `units` costs `workers * (base + units * unit_price + insurance) + audit + royalty`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Quote<Balance> {
	/// Held in escrow until the answer is final; `max_fee` must be at least this.
	pub escrow: Balance,
	/// Paid to each worker for every answer, whatever the work.
	pub base: Balance,
	/// Price of one compute unit.
	pub unit_price: Balance,
	/// Paid to the model's owner.
	pub royalty: Balance,
	/// Paid towards the audits of all requests.
	pub audit: Balance,
	/// Paid to each worker for the stake that it puts at risk beyond the usual.
	pub insurance: Balance,
	/// How many workers execute it.
	pub workers: u32,
	/// Work that the escrow covers, of each worker.
	pub compute_limit: ComputeUnits,
	/// Stake that each worker puts at risk.
	pub worker_stake: Balance,
}

/// Why a request would be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum QuoteError {
	/// No version has this number.
	UnknownVersion,
	/// The owner deprecated the version.
	Deprecated,
	/// Nobody serves the version now.
	NotServed,
	/// The window is outside the permitted range.
	InvalidWindow,
	/// The price does not fit a balance.
	Overflow,
	/// Fewer operators serve the version than the quorum has workers.
	TooFewServers,
	/// The stake is less than the usual one.
	StakeTooLow,
}

/// A request and its state.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RequestInfo<AccountId, Balance, BlockNumber> {
	/// Number of the request.
	pub id: RequestId,
	/// Who asked and pays.
	pub requester: AccountId,
	/// Of which version.
	pub version: VersionId,
	/// The version's manifest.
	pub manifest: Manifest,
	/// The input.
	pub input: Input,
	/// Key of the random operators.
	pub seed: u64,
	/// How sure the requester wants to be.
	pub security: Security,
	/// What is or was held in escrow.
	pub escrow: Balance,
	/// Block that included the request.
	pub requested_at: BlockNumber,
	/// Block of the last state change.
	pub changed_at: BlockNumber,
	/// How many operators failed it.
	pub round: Round,
	/// Where it is.
	pub state: RequestState<AccountId, Balance, BlockNumber>,
}

/// How a client names a version.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum ModelRef {
	/// By its number on the chain.
	Id(VersionId),
	/// By name; the latest version that is not deprecated unless a number is given.
	Name(ModelName, Option<VersionNumber>),
}

/// A version and who serves it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ModelInfo<AccountId, Balance, BlockNumber> {
	/// Number on the chain.
	pub id: VersionId,
	/// `owner/name`.
	pub name: ModelName,
	/// The `2` of `owner/name@2`.
	pub number: VersionNumber,
	/// Account that receives the royalty.
	pub owner: AccountId,
	/// What it is.
	pub manifest: Manifest,
	/// Held from the owner for the record on chain.
	pub deposit: Balance,
	/// Block that included the registration.
	pub registered_at: BlockNumber,
	/// Whether new requests are refused.
	pub deprecated: bool,
	/// How many operators serve it.
	pub servers: u32,
}

/// An operator and what is staked with it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OperatorInfo<Balance, BlockNumber> {
	/// The key its node works with.
	pub worker_key: WorkerId,
	/// Active stake: its own bond and what others have delegated to it.
	pub stake: Balance,
	/// The part of it that is its own.
	pub own_stake: Balance,
	/// Weight in draws and elections.
	pub weight: Balance,
	/// How many others have stake with it, active or unbonding.
	pub delegators: u32,
	/// Part of the active stake that open tasks lock.
	pub locked: Balance,
	/// Part of its own bond that is leaving, and the block at which all of that can be withdrawn.
	pub unbonding: Option<(Balance, BlockNumber)>,
	/// Part of rewards that it keeps before they are shared.
	pub commission: Perbill,
	/// A change of the commission, and the block at which it takes effect.
	pub next_commission: Option<(Perbill, BlockNumber)>,
	/// Block since which it is bonded.
	pub bonded_since: BlockNumber,
	/// Whether it may be given tasks now.
	pub can_work: bool,
	/// Whether it wants to make blocks.
	pub validates: bool,
	/// Whether it is leaving for good.
	pub leaving: bool,
	/// Block from which on it can leave the jail that it is in.
	pub jailed_until: Option<BlockNumber>,
	/// Versions it serves.
	pub serves: Vec<VersionId>,
	/// Tasks it has not settled.
	pub open_tasks: u32,
	/// Tasks it missed.
	pub missed: u32,
	/// Tasks it missed since the last one that it did.
	pub missed_in_a_row: u32,
}

/// What an account has staked with an operator, with all rewards and slashes since.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DelegationInfo<AccountId, Balance, BlockNumber> {
	/// With whom; the account itself for the bond of an operator.
	pub operator: AccountId,
	/// What it is worth now.
	pub stake: Balance,
	/// Amounts that unbond, and the blocks at which they can be withdrawn, oldest first.
	pub unbonding: Vec<(Balance, BlockNumber)>,
}

/// An era, after which the authors of its blocks are paid.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct EraInfo<Balance, BlockNumber> {
	/// Number of the era.
	pub index: u32,
	/// Its first block.
	pub began_at: BlockNumber,
	/// First block of the next one.
	pub ends_at: BlockNumber,
	/// Blocks in it so far.
	pub blocks: u32,
	/// What its authors would share if it ended now.
	pub inflation: Balance,
}

sp_api::decl_runtime_apis! {
	/// Inference as clients and workers see it.
	pub trait InferenceApi<AccountId, Balance, BlockNumber>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
	{
		/// Price of a request to `version`, or why it would be refused. `stake` is what each worker has to put at risk;
		/// the usual stake unless given.
		fn quote(
			version: VersionId,
			security: Security,
			stake: Option<Balance>,
		) -> Result<Quote<Balance>, QuoteError>;
		/// A request by number.
		fn request(id: RequestId) -> Option<RequestInfo<AccountId, Balance, BlockNumber>>;
		/// Open tasks of a worker key; at most its operator's capacity.
		fn duties(worker: WorkerId) -> Vec<Duty<AccountId, BlockNumber>>;
		/// A model version by name or number.
		fn model(model: ModelRef) -> Option<ModelInfo<AccountId, Balance, BlockNumber>>;
		/// Up to `limit` (at most 100) versions with numbers from `start` on.
		fn models(start: VersionId, limit: u32) -> Vec<ModelInfo<AccountId, Balance, BlockNumber>>;
		/// An operator by account.
		fn operator(account: AccountId) -> Option<OperatorInfo<Balance, BlockNumber>>;
		/// All that an account has staked, its own bond as an operator first.
		fn delegations(account: AccountId) -> Vec<DelegationInfo<AccountId, Balance, BlockNumber>>;
		/// The present era.
		fn era() -> EraInfo<Balance, BlockNumber>;
	}

	/// Disputes as clients and jurors see them.
	pub trait DisputesApi<AccountId, Balance, BlockNumber>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
	{
		/// The dispute about a request; `None` if there is none, or not any more.
		fn dispute(request: RequestId) -> Option<DisputeInfo<AccountId, Balance, BlockNumber>>;
		/// Up to `limit` (at most 100) disputes with numbers from `start` on, but for those that were forgotten.
		fn disputes(start: DisputeNumber, limit: u32) -> Vec<DisputeInfo<AccountId, Balance, BlockNumber>>;
		/// What a worker key has to submit as a juror.
		fn jury_duties(worker: WorkerId) -> Vec<JuryDuty<AccountId, BlockNumber>>;
		/// What a challenger of a request puts at risk whose execution costs `fee`.
		fn challenge_bond(fee: Balance) -> Balance;
	}
}
