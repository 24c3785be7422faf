//! Windows one by one: for the places of maxima, and where there are too few windows side by side to compute together.

use alloc::vec::Vec;

use crate::conv::Window;

/// The taps of a window, worked out once for all its places.
pub(super) struct Taps<'a> {
	window: &'a Window,
	input: [usize; 3],
	/// Positions in the window, row-major.
	positions: Vec<[usize; 3]>,
	/// Distances in the plane from the first tap, which hold where the whole window lies inside the input.
	offsets: Vec<usize>,
}

impl<'a> Taps<'a> {
	pub(super) fn new(window: &'a Window, input: [usize; 3]) -> Self {
		let positions: Vec<_> = (0..window.taps()).map(|tap| window.tap(tap)).collect();
		let offsets = positions
			.iter()
			.map(|tap| {
				let [d, h, w] = [0, 1, 2].map(|i| tap[i] * window.dilation[i]);
				// Wraps only where the window is larger than the input, and is not used then.
				d.wrapping_mul(input[1]).wrapping_add(h).wrapping_mul(input[2]).wrapping_add(w)
			})
			.collect();
		Self { window, input, positions, offsets }
	}

	/// The window at output position `at`.
	#[inline(always)]
	pub(super) fn at(&self, at: [usize; 3]) -> View<'_> {
		let (window, input) = (self.window, self.input);
		let first = [0, 1, 2].map(|i| window.position(i, at[i], 0, input[i]));
		let inside = |i: usize| window.position(i, at[i], window.kernel[i] - 1, input[i]).is_some();
		let base = match first {
			[Some(d), Some(h), Some(w)] if inside(0) && inside(1) && inside(2) => {
				Some((d * input[1] + h) * input[2] + w)
			}
			_ => None,
		};
		View { taps: self, at, base }
	}
}

/// One window: where its taps fall.
pub(super) struct View<'a> {
	taps: &'a Taps<'a>,
	at: [usize; 3],
	/// Index of the first tap, where all are inside the input.
	base: Option<usize>,
}

impl View<'_> {
	/// Index in the input plane of tap `tap` (row-major), or `None` in the padding.
	#[inline(always)]
	pub(super) fn index(&self, tap: usize) -> Option<usize> {
		if let Some(base) = self.base {
			return Some(base + self.taps.offsets[tap]);
		}
		let Taps { window, input, positions, .. } = self.taps;
		let [d, h, w] = [0, 1, 2].map(|i| window.position(i, self.at[i], positions[tap][i], input[i]));
		Some((d? * input[1] + h?) * input[2] + w?)
	}
}
