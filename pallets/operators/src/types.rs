//! What the chain keeps about an operator.

use crate::{Config, math};
use assay_primitives::{AccountId, Balance, WorkerId};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{
	Perbill,
	traits::{Saturating, Zero},
};
use sp_staking::SessionIndex;

/// Stake that left the active bond and is still slashable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Unbonding<BlockNumber> {
	/// How much.
	pub amount: Balance,
	/// First block at which it can be withdrawn.
	pub matures_at: BlockNumber,
}

/// A registered operator.
///
/// `active + sum(unbonding)` is on hold in its account.
#[derive(
	CloneNoBound, DebugNoBound, PartialEqNoBound, EqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound())]
pub struct Operator<T: Config> {
	/// The key its node works with.
	pub worker_key: WorkerId,
	/// Part of rewards that it keeps before they are shared.
	pub commission: Perbill,
	/// Bonded stake that counts in draws and elections.
	pub active: Balance,
	/// Sum of what open tasks locked. Within `active` whenever a lock is taken; only a slash for an offence can leave
	/// less stake than locks.
	pub locked: Balance,
	/// Stake that is leaving, oldest first.
	pub unbonding: BoundedVec<Unbonding<BlockNumberFor<T>>, T::MaxUnbondingChunks>,
	/// Block of the registration.
	pub bonded_since: BlockNumberFor<T>,
	/// Whether it wants to make blocks.
	pub validating: bool,
	/// Whether it is leaving for good: no new tasks, no elections.
	pub leaving: bool,
	/// Tasks it missed.
	pub missed: u32,
	/// Sum of what offences took from the active stake.
	pub slashed: Balance,
	/// Session of the last offence and the worst fraction it was slashed by for that session.
	pub offence: Option<(SessionIndex, Perbill)>,
}

impl<T: Config> Operator<T> {
	/// Weight in draws and elections.
	pub fn weight(&self) -> Balance {
		math::weight(self.active, T::MinSelfBond::get(), self.leaving)
	}

	/// Weight in elections; `None` when it is no candidate.
	pub fn candidacy(&self) -> Option<Balance> {
		Some(self.weight()).filter(|weight| self.validating && !weight.is_zero())
	}

	/// Active stake that no open task locks.
	pub fn free(&self) -> Balance {
		math::free(self.active, self.locked)
	}

	/// Stake that is leaving.
	pub fn unbonding_total(&self) -> Balance {
		self.unbonding.iter().fold(0, |sum, chunk| sum.saturating_add(chunk.amount))
	}

	/// All stake that a slash can reach.
	pub fn bonded(&self) -> Balance {
		self.active.saturating_add(self.unbonding_total())
	}

	/// Whether it has been bonded for long enough to be given tasks. Operators of the genesis block need not wait:
	/// nobody could choose their accounts after seeing randomness.
	pub fn is_mature(&self, now: BlockNumberFor<T>) -> bool {
		self.bonded_since.is_zero() || now.saturating_sub(self.bonded_since) >= T::MinBondedBlocks::get()
	}

	/// Whether nothing of it is left on the chain but its record.
	pub fn is_gone(&self) -> bool {
		self.leaving && self.active.is_zero() && self.locked.is_zero() && self.unbonding.is_empty()
	}

	/// Takes `amount` out of the record, active stake first, and says where from.
	pub(crate) fn slash(&mut self, amount: Balance) -> math::SlashSplit {
		let split = math::split_slash(self.active, self.unbonding_total(), amount);
		self.active = self.active.saturating_sub(split.active);
		math::take_from_last(self.unbonding.iter_mut().map(|chunk| &mut chunk.amount), split.unbonding);
		self.unbonding.retain(|chunk| !chunk.amount.is_zero());
		split
	}
}

/// An operator of the genesis block. Its worker key needs no proof: everybody agreed on the block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisOperator {
	/// Who; holds at least `self_bond` and the existential deposit.
	pub account: AccountId,
	/// Bonded from its balance.
	pub self_bond: Balance,
	/// Part of rewards that it keeps before they are shared.
	pub commission: Perbill,
	/// The key its node works with.
	pub worker_key: WorkerId,
	/// Whether it wants to make blocks.
	pub validate: bool,
}
