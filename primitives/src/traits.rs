//! What the pallets ask of each other. Each trait is implemented by one pallet; tests use the real ones.

use crate::{Manifest, VersionId, WorkerId};
use sp_runtime::DispatchError;

/// Bonded operators, as seen by the pallets that give them work. Implemented by `pallet-operators`.
pub trait Operators<AccountId, Balance> {
	/// The operator that registered this worker key.
	fn operator_of(key: &WorkerId) -> Option<AccountId>;
	/// The worker key that an operator works with now.
	fn worker_key(operator: &AccountId) -> Option<WorkerId>;
	/// Bonded stake: the weight of the operator in draws. Zero unless it is registered and active.
	fn stake(operator: &AccountId) -> Balance;
	/// Stake that is bonded and not locked by a task.
	fn free_stake(operator: &AccountId) -> Balance;
	/// Whether the operator may be given new tasks: registered, not leaving, bonded long enough.
	fn can_work(operator: &AccountId) -> bool;
	/// Locks part of the free stake until [`unlock`](Self::unlock) or [`slash_locked`](Self::slash_locked).
	fn lock(operator: &AccountId, amount: Balance) -> Result<(), DispatchError>;
	/// Releases what [`lock`](Self::lock) took.
	fn unlock(operator: &AccountId, amount: Balance) -> Result<(), DispatchError>;
	/// Takes `amount` of stake that was locked before. `to_beneficiary` of it goes to the free balance of `beneficiary`,
	/// the rest is burned.
	fn slash_locked(
		operator: &AccountId,
		amount: Balance,
		beneficiary: &AccountId,
		to_beneficiary: Balance,
	) -> Result<(), DispatchError>;
	/// Counts a task that the operator missed.
	fn note_missed(operator: &AccountId);
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
	/// Makes `operator` serve `version`, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn setup_server(operator: &AccountId) -> VersionId;
}
