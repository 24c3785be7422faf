//! Arithmetic of bonds: pure functions of amounts, without storage.

use assay_primitives::Balance;
use sp_runtime::{Perbill, Saturating};

/// Weight of an operator in draws and elections: its active stake, or nothing below the minimum or while it leaves.
pub fn weight(active: Balance, min_self_bond: Balance, leaving: bool) -> Balance {
	if leaving || active < min_self_bond { 0 } else { active }
}

/// Active stake that no open task locks.
///
/// Locks can exceed the active stake after a slash for an offence; nothing is free then.
pub fn free(active: Balance, locked: Balance) -> Balance {
	active.saturating_sub(locked)
}

/// Where a slash was taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlashSplit {
	/// Out of the active stake.
	pub active: Balance,
	/// Out of the stake that is leaving.
	pub unbonding: Balance,
}

impl SlashSplit {
	/// All that was taken.
	pub fn total(&self) -> Balance {
		self.active.saturating_add(self.unbonding)
	}
}

/// Splits a slash of `amount`: active stake goes first, then what is unbonding. Takes at most what there is.
pub fn split_slash(active: Balance, unbonding: Balance, amount: Balance) -> SlashSplit {
	let from_active = amount.min(active);
	let from_unbonding = amount.saturating_sub(from_active).min(unbonding);
	SlashSplit { active: from_active, unbonding: from_unbonding }
}

/// Takes up to `amount` out of `chunks`, from the last one backwards, and returns what was taken.
///
/// The last chunk is the one that left most recently, so the one most likely bonded when the fault happened.
pub fn take_from_last<'a>(
	chunks: impl DoubleEndedIterator<Item = &'a mut Balance>,
	amount: Balance,
) -> Balance {
	let mut missing = amount;
	for chunk in chunks.rev() {
		let taken = missing.min(*chunk);
		*chunk = chunk.saturating_sub(taken);
		missing = missing.saturating_sub(taken);
	}
	amount.saturating_sub(missing)
}

/// What an offence costs whose offender has `bonded` stake in all and was already slashed by `before` for the same
/// session: only the worst offence of a session counts.
pub fn offence_slash(bonded: Balance, before: Perbill, fraction: Perbill) -> Balance {
	fraction.saturating_sub(before).mul_floor(bonded)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	proptest! {
		#[test]
		fn slash_should_take_all_it_can_and_no_more(
			active: Balance, unbonding: Balance, amount: Balance
		) {
			let split = split_slash(active, unbonding, amount);
			prop_assert!(split.active <= active && split.unbonding <= unbonding);
			prop_assert_eq!(split.total(), amount.min(active.saturating_add(unbonding)));
		}

		#[test]
		fn slash_should_leave_unbonding_alone_when_active_stake_is_enough(
			active: Balance, unbonding: Balance, amount: Balance
		) {
			let split = split_slash(active, unbonding, amount);
			prop_assert!(split.unbonding == 0 || split.active == active);
		}

		#[test]
		fn chunks_should_lose_exactly_what_is_taken(
			mut chunks in prop::collection::vec(0..=Balance::from(u64::MAX), 0..16), amount: u64
		) {
			let before: Balance = chunks.iter().sum();
			let old = chunks.clone();
			let taken = take_from_last(chunks.iter_mut(), amount.into());
			let after: Balance = chunks.iter().sum();
			prop_assert_eq!(taken, before.min(amount.into()));
			prop_assert_eq!(before - after, taken);
			// An older chunk is touched only when every newer one is used up.
			if let Some(first) = old.iter().zip(&chunks).position(|(old, new)| old != new) {
				prop_assert!(chunks[first + 1..].iter().all(|chunk| *chunk == 0));
			}
		}

		#[test]
		fn offences_of_a_session_should_cost_no_more_than_the_worst(
			bonded: Balance, first in 0..=1_000_000_000u32, second in 0..=1_000_000_000u32
		) {
			let (first, second) = (Perbill::from_parts(first), Perbill::from_parts(second));
			let one = offence_slash(bonded, Perbill::zero(), first);
			let two = offence_slash(bonded - one, first, second);
			prop_assert!(one + two <= first.max(second).mul_ceil(bonded));
		}

		#[test]
		fn weight_should_be_zero_or_all_active_stake(active: Balance, minimum: Balance, leaving: bool) {
			let weight = weight(active, minimum, leaving);
			prop_assert_eq!(weight, if !leaving && active >= minimum { active } else { 0 });
		}

		#[test]
		fn free_stake_should_never_exceed_active_stake(active: Balance, locked: Balance) {
			prop_assert!(free(active, locked) <= active);
			prop_assert!(locked > active || free(active, locked) + locked == active);
		}
	}
}
