//! Choices made from a fuzzer's bytes. When they are used up, every choice is the first one.

use arbitrary::Unstructured;

pub(crate) struct Source<'a>(Unstructured<'a>);

impl<'a> Source<'a> {
	pub(crate) fn new(bytes: &'a [u8]) -> Self {
		Self(Unstructured::new(bytes))
	}

	/// A number in `least..=most`.
	pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
		self.0.int_in_range(least..=most).unwrap_or(least)
	}

	/// An index below `count`, which is not 0.
	pub(crate) fn below(&mut self, count: usize) -> usize {
		self.0.int_in_range(0..=count.saturating_sub(1)).unwrap_or_default()
	}

	/// One of several.
	pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
		from[self.below(from.len())]
	}

	/// Once in two.
	pub(crate) fn flag(&mut self) -> bool {
		self.between(0, 1) == 1
	}

	/// Once in so many.
	pub(crate) fn once_in(&mut self, count: i64) -> bool {
		self.between(1, count) == count
	}

	/// Any 16 bits.
	pub(crate) fn bits(&mut self) -> u16 {
		self.0.arbitrary().unwrap_or_default()
	}
}
