//! What must always be true of this pallet's storage.

use crate::{Candidates, Config, HoldReason, KeyOwner, Ledger, Operator, Pallet};
use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::{TryRuntimeError, traits::Zero};

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		for (account, operator) in Ledger::<T>::iter() {
			Self::check_locks(&operator)?;
			Self::check_unbonding(&operator)?;
			ensure!(
				KeyOwner::<T>::get(&operator.worker_key).as_ref() == Some(&account),
				"the worker key of an operator does not lead to it"
			);
		}
		for (key, owner) in KeyOwner::<T>::iter() {
			ensure!(
				Ledger::<T>::get(&owner).is_some_and(|operator| operator.worker_key == key),
				"a worker key leads to an account that does not use it"
			);
		}
		Self::check_holds()?;
		Self::check_candidates()
	}

	fn check_holds() -> Result<(), TryRuntimeError> {
		for account in frame_system::Account::<T>::iter_keys() {
			let bonded = Ledger::<T>::get(&account).map_or(0, |operator| operator.bonded());
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Bond.into(), &account) == bonded,
				"the hold of an account differs from its active and unbonding stake"
			);
		}
		Ok(())
	}

	fn check_locks(operator: &Operator<T>) -> Result<(), TryRuntimeError> {
		ensure!(
			operator.locked <= operator.active.saturating_add(operator.slashed),
			"open tasks lock more stake than was bonded for them"
		);
		ensure!(!(operator.leaving && operator.validating), "an operator that leaves stands for election");
		Ok(())
	}

	fn check_unbonding(operator: &Operator<T>) -> Result<(), TryRuntimeError> {
		ensure!(
			operator.unbonding.iter().all(|chunk| !chunk.amount.is_zero()),
			"an unbonding chunk is empty"
		);
		ensure!(
			operator.unbonding.is_sorted_by(|older, newer| older.matures_at < newer.matures_at),
			"unbonding chunks are not in the order in which they mature"
		);
		Ok(())
	}

	fn check_candidates() -> Result<(), TryRuntimeError> {
		let listed = Candidates::<T>::get();
		ensure!(listed.is_sorted_by(|a, b| a < b), "candidates are not sorted by stake");
		let listed: BTreeMap<_, _> = listed.into_iter().map(|c| (c.operator, c.stake)).collect();
		let expected: BTreeMap<_, _> = Ledger::<T>::iter()
			.filter_map(|(account, operator)| Some((account, operator.candidacy()?)))
			.collect();
		ensure!(
			listed == expected,
			"the candidates are not exactly the operators with weight that want to validate"
		);
		Ok(())
	}
}
