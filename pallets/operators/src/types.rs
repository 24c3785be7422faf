//! What the chain keeps about an operator and those who back it.

use crate::{
	Config,
	era::{Era, EraIndex},
	jail::Misses,
	math::{self, Backing},
	pool::Pool,
};
use assay_primitives::{AccountId, Balance, WorkerId};
use codec::{Decode, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::{
	BoundedVec, CloneNoBound, DebugNoBound, DefaultNoBound, EqNoBound, PartialEqNoBound, traits::Get,
};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{
	Perbill,
	traits::{Saturating, Zero},
};
use sp_staking::SessionIndex;

/// Most eras of which stake of one operator or delegator can be unbonding: those that have not matured, and the present
/// one. When there is no room for the present one, the oldest has matured.
pub struct UnbondingBound<T>(PhantomData<T>);

impl<T: Config> Get<u32> for UnbondingBound<T> {
	fn get() -> u32 {
		T::UnbondingEras::get().saturating_add(1)
	}
}

/// What began to unbond from one operator in one era. Slashable until it matures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct UnbondingPool {
	/// In which it began.
	pub era: EraIndex,
	/// Whose shares are in the delegations.
	pub pool: Pool,
}

/// Somebody's part of an [`UnbondingPool`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct UnbondingShares {
	/// Of which pool.
	pub era: EraIndex,
	/// How many.
	pub shares: Balance,
}

/// What somebody has staked with an operator. The operator's own bond is one too, under the same rules.
#[derive(
	CloneNoBound,
	DebugNoBound,
	DefaultNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	MaxEncodedLen,
	TypeInfo,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound())]
pub struct Delegation<T: Config> {
	/// Of which active pool the shares are: those of an earlier one than the operator has now are worth nothing.
	pub generation: u32,
	/// Shares of the active pool. Read them with [`Operator::shares_of`].
	pub shares: Balance,
	/// Shares of unbonding pools, oldest first.
	pub unbonding: BoundedVec<UnbondingShares, UnbondingBound<T>>,
}

/// Part of rewards that an operator keeps before they are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Commission {
	/// Until a change takes effect.
	present: Perbill,
	/// A change, and the era from which on it counts.
	next: Option<(Perbill, EraIndex)>,
}

impl Commission {
	/// A commission that is not going to change.
	pub fn new(present: Perbill) -> Self {
		Self { present, next: None }
	}

	/// The commission in `era`.
	pub fn at(&self, era: EraIndex) -> Perbill {
		self.next.filter(|(_, from)| *from <= era).map_or(self.present, |(next, _)| next)
	}

	/// The change that is still to come in `era`.
	pub fn pending(&self, era: EraIndex) -> Option<(Perbill, EraIndex)> {
		self.next.filter(|(_, from)| *from > era)
	}

	/// Announces a change in `era`; it replaces one that was announced before.
	pub(crate) fn change(&mut self, to: Perbill, from: EraIndex, era: EraIndex) {
		*self = Self { present: self.at(era), next: Some((to, from)) };
	}
}

/// A registered operator and all pools of stake that a slash can reach, in one item.
#[derive(
	CloneNoBound, DebugNoBound, PartialEqNoBound, EqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound())]
pub struct Operator<T: Config> {
	/// The key its node works with.
	pub worker_key: WorkerId,
	/// Part of rewards that it keeps before they are shared.
	pub commission: Commission,
	/// Stake that counts in draws and elections: its own and its delegators'.
	pub active: Pool,
	/// Number of the active pool. A slash that takes all of it closes the pool, and the next bond opens another.
	pub generation: u32,
	/// Its own bond.
	pub own: Delegation<T>,
	/// How many others have delegated to it, or have not withdrawn all of it yet.
	pub delegators: u32,
	/// Stake that is leaving, oldest first.
	pub unbonding: BoundedVec<UnbondingPool, UnbondingBound<T>>,
	/// Sum of what open tasks locked. Within the active stake whenever a lock is taken or stake leaves; only a slash can
	/// leave less stake than locks.
	pub locked: Balance,
	/// By how much slashes left less active stake than locks.
	pub uncovered: Balance,
	/// Weight in draws and elections as it was last told to those who draw and elect. Rewards do not change it until
	/// something else does.
	pub weight: Balance,
	/// Block of the registration.
	pub bonded_since: BlockNumberFor<T>,
	/// Whether it wants to make blocks.
	pub validating: bool,
	/// Whether it is leaving for good: no new tasks, no elections.
	pub leaving: bool,
	/// Tasks it missed, and what follows from that.
	pub misses: Misses<BlockNumberFor<T>>,
	/// Session of the last offence and the worst fraction it was slashed by for that session.
	pub offence: Option<(SessionIndex, Perbill)>,
}

impl<T: Config> Operator<T> {
	/// An operator without stake.
	pub(crate) fn new(worker_key: WorkerId, commission: Perbill, now: BlockNumberFor<T>) -> Self {
		Self {
			worker_key,
			commission: Commission::new(commission),
			active: Pool::default(),
			generation: 0,
			own: Delegation::default(),
			delegators: 0,
			unbonding: BoundedVec::new(),
			locked: 0,
			uncovered: 0,
			weight: 0,
			bonded_since: now,
			validating: false,
			leaving: false,
			misses: Misses::default(),
			offence: None,
		}
	}

	/// What its weight is, if it were told now.
	pub fn present_weight(&self) -> Balance {
		if self.leaving || self.misses.jailed_until.is_some() {
			return 0;
		}
		let backing = Backing { active: self.active.stake, own: self.own_stake() };
		math::weight(backing, T::MinSelfBond::get(), T::MaxLeverage::get())
	}

	/// Weight in elections; `None` when it is no candidate.
	pub fn candidacy(&self) -> Option<Balance> {
		Some(self.weight).filter(|weight| self.validating && !weight.is_zero())
	}

	/// Active stake that no open task locks.
	pub fn free(&self) -> Balance {
		math::free(self.active.stake, self.locked)
	}

	/// Whether it may be given tasks: it has weight, and has been bonded for long enough. Operators of the genesis block
	/// need not wait: nobody could choose their accounts after seeing randomness.
	pub fn can_work(&self, now: BlockNumberFor<T>) -> bool {
		let bonded_for = now.saturating_sub(self.bonded_since);
		!self.weight.is_zero() && (self.bonded_since.is_zero() || bonded_for >= T::MinBondedBlocks::get())
	}

	/// Whether it is leaving and has nothing at stake any more. Others may still have.
	pub fn has_left(&self) -> bool {
		self.leaving && self.locked.is_zero() && self.own.shares.is_zero() && self.own.unbonding.is_empty()
	}
}

/// Whether what began to unbond in era `began` can be withdrawn in `now`, and not be slashed any more.
pub fn is_matured<T: Config>(began: EraIndex, now: &Era<BlockNumberFor<T>>) -> bool {
	now.index >= matures_in::<T>(began)
}

/// First block at which what began to unbond in era `began` can be withdrawn.
pub fn matures_at<T: Config>(began: EraIndex, now: &Era<BlockNumberFor<T>>) -> BlockNumberFor<T> {
	now.begin_of(matures_in::<T>(began), T::EraLength::get())
}

/// First era in which what began to unbond in era `began` can be withdrawn: whole eras lie between.
fn matures_in<T: Config>(began: EraIndex) -> EraIndex {
	began.saturating_add(T::UnbondingEras::get()).saturating_add(1)
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn commission_should_change_from_its_era_on() {
		let percent = Perbill::from_percent;
		let mut commission = Commission::new(percent(5));
		commission.change(percent(7), 4, 1);
		assert_eq!([1, 3, 4, 9].map(|era| commission.at(era)), [5, 5, 7, 7].map(percent));
		assert_eq!(commission.pending(3), Some((percent(7), 4)));
		assert_eq!(commission.pending(4), None);
		// A second announcement replaces one that has not taken effect, and keeps one that has.
		let mut early = commission;
		early.change(percent(9), 5, 2);
		assert_eq!([3, 4, 5].map(|era| early.at(era)), [5, 5, 9].map(percent));
		commission.change(percent(9), 7, 4);
		assert_eq!([4, 6, 7].map(|era| commission.at(era)), [7, 7, 9].map(percent));
	}
}
