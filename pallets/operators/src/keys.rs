//! Worker keys: the one that an operator works with, and those that it still answers for.
//!
//! An operator that signed two commitments for one task with a key must not escape by replacing it. So it answers for a
//! replaced key as long as stake unbonds that was there then.

use crate::{
	Config, CurrentEra, Error, KeyOwner, Operator, Pallet, RetiredKeys, era::EraIndex, types::is_matured,
};
use assay_primitives::{AccountId, WorkerId};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{dispatch::DispatchResult, ensure, traits::ConstU32};
use scale_info::TypeInfo;

/// Most replaced keys that an operator answers for.
pub type MaxRetiredKeys = ConstU32<8>;

/// A worker key that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RetiredKey {
	/// Which.
	pub key: WorkerId,
	/// In which era.
	pub era: EraIndex,
}

impl<T: Config> Pallet<T> {
	/// Gives an operator another worker key. Forgets those that it has answered for long enough.
	pub(crate) fn replace_key(who: &AccountId, operator: &mut Operator<T>, key: WorkerId) -> DispatchResult {
		let now = CurrentEra::<T>::get();
		RetiredKeys::<T>::try_mutate(who, |retired| {
			retired.retain(|old| {
				let forgotten = is_matured::<T>(old.era, &now);
				if forgotten {
					KeyOwner::<T>::remove(&old.key);
				}
				!forgotten
			});
			ensure!(!KeyOwner::<T>::contains_key(&key), Error::<T>::WorkerKeyAlreadyUsed);
			KeyOwner::<T>::insert(&key, who);
			let old = core::mem::replace(&mut operator.worker_key, key);
			retired
				.try_push(RetiredKey { key: old, era: now.index })
				.map_err(|_| Error::<T>::TooManyRetiredKeys.into())
		})
	}

	/// Forgets every key of an operator that left.
	pub(crate) fn forget_keys(who: &AccountId, operator: &Operator<T>) {
		KeyOwner::<T>::remove(&operator.worker_key);
		for old in RetiredKeys::<T>::take(who) {
			KeyOwner::<T>::remove(&old.key);
		}
	}
}
