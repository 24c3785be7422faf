//! An operator's own bond: how it registers, what it may take out, how it leaves.

use crate::{Config, CurrentEra, Error, Event, KeyOwner, Ledger, Operator, Pallet, types::matures_at};
use assay_primitives::{
	AccountId, Balance, WorkerId, commitment::worker_key_message, worker::WorkerSignature,
};
use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::{DispatchError, Perbill, traits::Zero};

impl<T: Config> Pallet<T> {
	/// Registers an operator without a proof of its worker key. One that is leaving comes back by it, even while others
	/// still have stake with it.
	pub(crate) fn do_register(
		who: &AccountId,
		self_bond: Balance,
		commission: Perbill,
		worker_key: WorkerId,
		validate: bool,
	) -> DispatchResult {
		ensure!(self_bond >= T::MinSelfBond::get(), Error::<T>::BelowMinSelfBond);
		ensure!(commission <= T::MaxCommission::get(), Error::<T>::CommissionTooHigh);
		let now = frame_system::Pallet::<T>::block_number();
		let mut operator = match Ledger::<T>::get(who) {
			None => {
				ensure!(!KeyOwner::<T>::contains_key(&worker_key), Error::<T>::WorkerKeyAlreadyUsed);
				KeyOwner::<T>::insert(&worker_key, who);
				Operator::new(worker_key.clone(), commission, now)
			}
			Some(known) => Self::return_from_leave(who, known, commission, worker_key.clone())?,
		};
		operator.validating = validate;
		Self::stake_from(who, self_bond)?;
		operator.deposit_own(self_bond)?;
		let operator = Self::save(who, None, operator);
		ensure!(operator.validating == validate, Error::<T>::TooManyCandidates);
		Self::deposit_event(Event::Registered { operator: who.clone(), worker_key, self_bond });
		Ok(())
	}

	/// An operator that was leaving and stays. It is as new to those who draw; to those who stayed with it, another
	/// commission is a change like any other.
	fn return_from_leave(
		who: &AccountId,
		mut operator: Operator<T>,
		commission: Perbill,
		worker_key: WorkerId,
	) -> Result<Operator<T>, DispatchError> {
		ensure!(operator.leaving, Error::<T>::AlreadyRegistered);
		ensure!(operator.locked.is_zero(), Error::<T>::OpenTasks);
		if worker_key != operator.worker_key {
			Self::replace_key(who, &mut operator, worker_key)?;
		}
		Self::announce_commission(&mut operator, commission);
		operator.leaving = false;
		operator.bonded_since = frame_system::Pallet::<T>::block_number();
		Ok(operator)
	}

	/// Schedules another commission and returns the era from which on it counts.
	pub(crate) fn announce_commission(operator: &mut Operator<T>, commission: Perbill) -> u32 {
		let era = CurrentEra::<T>::get().index;
		let from = era.saturating_add(T::CommissionDelay::get()).saturating_add(1);
		operator.commission.change(commission, from, era);
		from
	}

	/// Lets part of an operator's own bond begin to unbond, or all that is free as it leaves.
	pub(crate) fn do_begin_unbonding(who: &AccountId, amount: Option<Balance>) -> DispatchResult {
		let now = CurrentEra::<T>::get();
		let (_, (amount, left)) = Self::reweigh(who, |operator| {
			let left = amount.is_none() && !operator.leaving;
			let shares = match amount {
				Some(amount) => Self::shares_to_unbond(operator, amount)?,
				None => Self::shares_to_leave(operator)?,
			};
			let unbonded = operator.unbond_own(shares, now.index)?;
			Self::set_aside(who, unbonded.displaced);
			Ok((unbonded.amount, left))
		})?;
		if left {
			Self::deposit_event(Event::Leaving { operator: who.clone() });
		}
		if !amount.is_zero() {
			let matures_at = matures_at::<T>(now.index, &now);
			Self::deposit_event(Event::UnbondingBegun { operator: who.clone(), amount, matures_at });
		}
		Ok(())
	}

	fn shares_to_unbond(operator: &Operator<T>, amount: Balance) -> Result<Balance, Error<T>> {
		ensure!(!operator.leaving, Error::<T>::IsLeaving);
		let rest = operator.own_stake().checked_sub(amount).ok_or(Error::<T>::NotEnoughStake)?;
		ensure!(amount <= operator.free(), Error::<T>::StakeLocked);
		ensure!(rest >= T::MinSelfBond::get(), Error::<T>::BelowMinSelfBond);
		let shares = operator.active.shares_within(amount);
		ensure!(!shares.is_zero(), Error::<T>::NothingToUnbond);
		Ok(shares)
	}

	/// Makes an operator a leaving one, and returns its shares that no open task needs.
	fn shares_to_leave(operator: &mut Operator<T>) -> Result<Balance, Error<T>> {
		let free = operator.free();
		let shares = if operator.own_stake() <= free {
			operator.own.shares
		} else {
			operator.active.shares_within(free).min(operator.own.shares)
		};
		ensure!(!operator.leaving || !shares.is_zero(), Error::<T>::NothingToUnbond);
		operator.leaving = true;
		operator.validating = false;
		Ok(shares)
	}

	/// Returns what has matured of an operator's own bond.
	pub(crate) fn do_finish_unbonding(who: &AccountId) -> DispatchResult {
		let now = CurrentEra::<T>::get();
		let mut operator = Ledger::<T>::get(who).ok_or(Error::<T>::NotAnOperator)?;
		let unbonding = operator.own.unbonding.len();
		let amount = operator.collect_own(&now, |part| Self::redeem_set_aside(who, part));
		ensure!(operator.own.unbonding.len() < unbonding || operator.has_left(), Error::<T>::NothingMatured);
		Ledger::<T>::insert(who, &operator);
		if !amount.is_zero() {
			Self::return_to(who, amount)?;
			Self::deposit_event(Event::Withdrawn { operator: who.clone(), amount });
		}
		Self::forget_if_left(who, operator);
		Ok(())
	}

	/// Refuses a worker key without a signature for this operator on this chain.
	pub(crate) fn ensure_proof(who: &AccountId, key: &WorkerId, proof: &WorkerSignature) -> DispatchResult {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		ensure!(key.verify(&worker_key_message(genesis, who), proof), Error::<T>::InvalidWorkerKeyProof);
		Ok(())
	}
}
