//! The bounded list of operators that want to validate, best first.

use assay_primitives::Balance;
use codec::{Decode, Encode, MaxEncodedLen};
use core::cmp::{Ordering, Reverse};
use frame_support::{BoundedVec, traits::Get};
use scale_info::TypeInfo;

/// An operator that wants to validate.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Candidate<AccountId> {
	/// Weight in the election; never zero.
	pub stake: Balance,
	/// Who.
	pub operator: AccountId,
}

/// More stake comes first; the account decides between equals, so that an election is a function of state alone.
impl<AccountId: Ord> Ord for Candidate<AccountId> {
	fn cmp(&self, other: &Self) -> Ordering {
		(Reverse(self.stake), &self.operator).cmp(&(Reverse(other.stake), &other.operator))
	}
}

impl<AccountId: Ord> PartialOrd for Candidate<AccountId> {
	fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
		Some(self.cmp(other))
	}
}

/// What became of an insertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inserted<AccountId> {
	/// There was room.
	Kept,
	/// It took the place of the last candidate, who had less stake.
	Displaced(AccountId),
	/// The list is full of candidates with more stake.
	Refused,
}

/// Puts `candidate` in its place. It must not be in the list.
pub fn insert<AccountId: Ord, Max: Get<u32>>(
	list: &mut BoundedVec<Candidate<AccountId>, Max>,
	candidate: Candidate<AccountId>,
) -> Inserted<AccountId> {
	let displaced = if list.is_full() {
		match list.pop() {
			Some(last) if candidate < last => Some(last.operator),
			Some(last) => {
				// The place it just left is free.
				let _ = list.try_push(last);
				return Inserted::Refused;
			}
			None => return Inserted::Refused,
		}
	} else {
		None
	};
	let place = list.partition_point(|other| *other < candidate);
	match (list.try_insert(place, candidate), displaced) {
		(Ok(()), None) => Inserted::Kept,
		(Ok(()), Some(operator)) => Inserted::Displaced(operator),
		(Err(_), _) => Inserted::Refused,
	}
}

/// Takes `candidate` out of the list, if it is there.
pub fn remove<AccountId: Ord, Max: Get<u32>>(
	list: &mut BoundedVec<Candidate<AccountId>, Max>,
	candidate: &Candidate<AccountId>,
) {
	if let Ok(place) = list.binary_search(candidate) {
		list.remove(place);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::traits::ConstU32;
	use proptest::prelude::*;
	use std::collections::BTreeMap;

	type List = BoundedVec<Candidate<u8>, ConstU32<4>>;

	fn candidate(operator: u8, stake: Balance) -> Candidate<u8> {
		Candidate { stake, operator }
	}

	#[test]
	fn insert_should_displace_the_last_when_full_of_less_stake() {
		let mut list = List::default();
		for operator in 1..=4 {
			assert_eq!(insert(&mut list, candidate(operator, operator.into())), Inserted::Kept);
		}
		assert_eq!(insert(&mut list, candidate(9, 1)), Inserted::Refused);
		assert_eq!(insert(&mut list, candidate(5, 2)), Inserted::Displaced(1));
		let order: Vec<_> = list.iter().map(|candidate| candidate.operator).collect();
		assert_eq!(order, [4, 3, 2, 5]);
	}

	proptest! {
		/// Against the definition: sort all, keep the best four.
		#[test]
		fn list_should_hold_the_best_in_order(changes in prop::collection::vec((0u8..8, 0u8..6), 0..64)) {
			let mut list = List::default();
			let mut reference = BTreeMap::new();
			for (operator, stake) in changes {
				if let Some(old) = reference.remove(&operator) {
					remove(&mut list, &candidate(operator, old));
				}
				if stake > 0 {
					match insert(&mut list, candidate(operator, stake.into())) {
						Inserted::Kept => { reference.insert(operator, stake.into()); },
						Inserted::Displaced(last) => {
							let worst = reference.iter().map(|(o, s)| candidate(*o, *s)).max();
							prop_assert_eq!(worst.map(|worst| worst.operator), Some(last));
							reference.remove(&last);
							reference.insert(operator, stake.into());
						},
						Inserted::Refused => prop_assert_eq!(reference.len(), 4),
					}
				}
				let mut expected: Vec<_> = reference.iter().map(|(o, s)| candidate(*o, *s)).collect();
				expected.sort();
				prop_assert_eq!(list.to_vec(), expected);
			}
		}
	}
}
