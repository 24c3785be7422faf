//! Missed tasks, and the jail that too many of them lead to. Pure rules, without storage.

use crate::era::EraIndex;
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{Saturating, traits::AtLeast32BitUnsigned};

/// When an operator is jailed and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Rules<BlockNumber> {
	/// Tasks missed in a row that lead there.
	pub misses: u32,
	/// Blocks in jail: the first, the second, every later time.
	pub periods: [BlockNumber; 3],
	/// Eras without a jailing after which it is the first time again.
	pub memory: EraIndex,
}

/// What an operator missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Misses<BlockNumber> {
	/// Tasks missed in all.
	pub total: u32,
	/// Tasks missed since the last one that it did.
	pub in_a_row: u32,
	/// While it is in jail: the first block at which it can leave.
	pub jailed_until: Option<BlockNumber>,
	/// How often it was jailed, until that was forgotten.
	pub jailings: u32,
	/// Era of the last time.
	pub last_jailed: EraIndex,
}

impl<BlockNumber: AtLeast32BitUnsigned + Copy> Misses<BlockNumber> {
	/// Counts a missed task. Returns until when the operator is jailed if it is from now on.
	///
	/// Tasks that it still had when it was jailed do not jail it again.
	pub fn miss(
		&mut self,
		now: BlockNumber,
		era: EraIndex,
		rules: Rules<BlockNumber>,
	) -> Option<BlockNumber> {
		self.total.saturating_inc();
		if self.jailed_until.is_some() {
			return None;
		}
		self.in_a_row.saturating_inc();
		if self.in_a_row < rules.misses {
			return None;
		}
		if era.saturating_sub(self.last_jailed) >= rules.memory {
			self.jailings = 0;
		}
		let [first, second, later] = rules.periods;
		let period = match self.jailings {
			0 => first,
			1 => second,
			_ => later,
		};
		let until = now.saturating_add(period);
		self.in_a_row = 0;
		self.jailings.saturating_inc();
		self.last_jailed = era;
		self.jailed_until = Some(until);
		Some(until)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const RULES: Rules<u32> = Rules { misses: 2, periods: [10, 60, 240], memory: 5 };

	/// Misses until jailed, then leaves at once; for how long it would have been.
	fn jail(misses: &mut Misses<u32>, era: EraIndex) -> u32 {
		assert_eq!(misses.miss(100, era, RULES), None);
		let until = misses.miss(100, era, RULES).expect("two in a row");
		assert_eq!(misses.jailed_until.take(), Some(until));
		until - 100
	}

	#[test]
	fn periods_should_grow_and_be_forgotten() {
		let mut misses = Misses::default();
		assert_eq!([0, 0, 1, 5].map(|era| jail(&mut misses, era)), [10, 60, 240, 240]);
		assert_eq!([10, 14, 19].map(|era| jail(&mut misses, era)), [10, 60, 10]);
		assert_eq!(misses.total, 14);
	}

	#[test]
	fn misses_in_jail_should_not_jail_again() {
		let mut misses = Misses::default();
		misses.miss(1, 0, RULES);
		assert_eq!(misses.miss(1, 0, RULES), Some(11));
		for _ in 0..9 {
			assert_eq!(misses.miss(2, 0, RULES), None);
		}
		assert_eq!((misses.in_a_row, misses.jailings, misses.total), (0, 1, 11));
	}
}
