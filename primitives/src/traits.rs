//! What the pallets ask of each other. Each trait is implemented by one pallet; tests use the real ones.

use crate::{
	Job, Manifest, RequestId, VersionId, WorkerId,
	dispute::{Case, Verdict},
};
use alloc::vec::Vec;
use sp_runtime::{DispatchError, Perbill};

/// What a fault costs an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault<Balance> {
	/// Stake that was locked for the task and is not any more. Nothing else is taken before it is given free.
	pub unlock: Balance,
	/// Taken from the active stake, and from what is unbonding where that is short.
	pub amount: Balance,
	/// Share that is taken from everything that remains then, active or unbonding.
	pub share: Perbill,
}

/// Bonded operators, as seen by the pallets that give them work. Implemented by `pallet-operators`.
pub trait Operators<AccountId, Balance> {
	/// The operator that works with this key now.
	fn operator_of(key: &WorkerId) -> Option<AccountId>;
	/// The operator that answers for what was signed with this key: it works with it now, or did until lately.
	fn accountable_for(key: &WorkerId) -> Option<AccountId>;
	/// The worker key that an operator works with now.
	fn worker_key(operator: &AccountId) -> Option<WorkerId>;
	/// Weight of the operator in draws: what was staked with it when that last changed other than by rewards, limited
	/// by its own bond. Zero if it is not registered, leaving, in jail, or its own bond is too small.
	fn stake(operator: &AccountId) -> Balance;
	/// Active stake, the operator's own and its delegators', that is not locked by a task.
	fn free_stake(operator: &AccountId) -> Balance;
	/// Sum of what tasks have locked; more than the active stake if that was slashed since.
	fn locked_stake(operator: &AccountId) -> Balance;
	/// Whether the operator may be given new tasks: it has weight, and has been bonded for long enough.
	fn can_work(operator: &AccountId) -> bool;
	/// Locks part of the free stake until [`unlock`](Self::unlock) or [`slash`](Self::slash).
	fn lock(operator: &AccountId, amount: Balance) -> Result<(), DispatchError>;
	/// Releases what [`lock`](Self::lock) took.
	fn unlock(operator: &AccountId, amount: Balance) -> Result<(), DispatchError>;
	/// Takes stake for a fault, the operator's own and its delegators' alike, and pays it out in the order of `payments`;
	/// what is left of it is burned. Somebody who cannot receive a payment, because it would leave an account below the
	/// existential deposit, gets nothing. [`pot`](Self::pot) can be paid, for a [`reward`](Self::reward) of other
	/// operators. Returns what was taken: less than asked for only if there was less, more only by the dust of a pool
	/// that lost everything else.
	fn slash(operator: &AccountId, fault: Fault<Balance>, payments: &[(&AccountId, Balance)]) -> Balance;
	/// Where fees for operators go, before [`reward`](Self::reward) says whose they are.
	fn pot() -> AccountId;
	/// Shares `amount`, which was transferred to [`pot`](Self::pot), between the operator and those who back it. Burned if
	/// the operator is gone.
	fn reward(operator: &AccountId, amount: Balance);
	/// Counts a task that the operator missed; too many in a row jail it, which takes its weight.
	fn note_missed(operator: &AccountId);
	/// Counts a task that the operator did, which ends a row of missed ones.
	fn note_done(operator: &AccountId);
	/// Registers operator number `seed`, funded and bonded long enough to work, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn setup_operator(seed: u32) -> AccountId;
}

/// Hears when the weight of an operator in draws changes. Implemented by `pallet-models`.
pub trait OnStakeChange<AccountId, Balance> {
	/// `stake` is the new weight; zero when the operator may not be drawn.
	fn on_stake_change(operator: &AccountId, stake: Balance);
	/// The operator left for good: forget it.
	fn on_removed(operator: &AccountId);
	/// Makes the two calls above on `operator` as expensive as they can be, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn setup_worst_case(operator: &AccountId);
}

impl<AccountId, Balance> OnStakeChange<AccountId, Balance> for () {
	fn on_stake_change(_: &AccountId, _: Balance) {}
	fn on_removed(_: &AccountId) {}
	#[cfg(feature = "runtime-benchmarks")]
	fn setup_worst_case(_: &AccountId) {}
}

/// Registered models, as seen by the pallet that takes requests. Implemented by `pallet-models`.
pub trait Models<AccountId> {
	/// The manifest of a version.
	fn manifest(version: VersionId) -> Option<Manifest>;
	/// Who receives the version's royalty.
	fn owner(version: VersionId) -> Option<AccountId>;
	/// Whether the version takes new requests.
	fn is_deprecated(version: VersionId) -> bool;
	/// How many operators serve the version.
	fn servers(version: VersionId) -> u32;
	/// Draws one server with probability proportional to its stake, in O(log n) reads. `randomness` is a uniform
	/// number; `None` when nobody with stake serves the version.
	fn draw(version: VersionId, randomness: u128) -> Option<AccountId>;
	/// Makes `operators` the servers with weight of a new version, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn setup_servers(operators: &[AccountId]) -> VersionId;
	/// The same for one.
	#[cfg(feature = "runtime-benchmarks")]
	fn setup_server(operator: &AccountId) -> VersionId {
		Self::setup_servers(core::slice::from_ref(operator))
	}
}

/// Settles who is right about a result. Implemented by `pallet-disputes`, by juries that execute again; a bisection of the
/// execution, settled on chain, would be another implementation.
pub trait Arbitration<AccountId, Balance> {
	/// Takes a case. [`Disputed::settle`] is called for it exactly once, in a later block, whatever happens.
	fn open(case: Case<AccountId, Balance>) -> Result<(), DispatchError>;
	/// What a challenger has to put at risk to dispute a result of a request whose execution costs `fee`.
	fn challenge_bond(fee: Balance) -> Balance;
}

/// Who is paid out of what the losers of a dispute lost, besides those who settled it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damages<AccountId, Balance> {
	/// What those who were right are paid for their work, because the requester gets everything back.
	pub fees: Vec<(AccountId, Balance)>,
	/// For the requester of a request that was answered wrongly; nothing otherwise.
	pub compensation: Balance,
}

/// Requests, as seen by those who settle disputes about them. Implemented by `pallet-inference`.
pub trait Disputed<AccountId, Balance> {
	/// What has to be executed to answer a request; there is one as long as it is disputed.
	fn job(request: RequestId) -> Option<Job>;
	/// Ends the dispute: pays or refunds the escrow and gives free the stake of those who were right, or of all if the
	/// verdict is void. What those lose who were wrong is left to the caller.
	fn settle(request: RequestId, verdict: Verdict) -> Damages<AccountId, Balance>;
	/// Makes the request that a case is about, as the case finds it, for benchmarks. What its claimants have at risk is
	/// locked already.
	#[cfg(feature = "runtime-benchmarks")]
	fn setup_disputed(case: &Case<AccountId, Balance>);
}
