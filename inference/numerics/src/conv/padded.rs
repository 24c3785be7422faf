//! Copies of a part of an input channel with its padding, in which every tap of a run of outputs is a plain stretch of memory.

use core::ops::Range;

use super::window::Window;
use crate::blocks::in_blocks;

/// A box of a padded channel that some lines of outputs read. Columns that the same tap reads at neighbouring outputs are adjacent:
/// each row has, for each residue of the column modulo the stride, the columns of that residue.
#[derive(Clone, Copy)]
pub(super) struct Padded<'a> {
	window: &'a Window,
	input: [usize; 3],
	/// First plane and row, counted with the padding.
	first: [usize; 2],
	/// Planes and rows.
	size: [usize; 2],
	/// Columns of a residue.
	width: usize,
	/// For the first residues, which of their columns are inside the input.
	spans: [(usize, usize); SPANS],
}

const SPANS: usize = 4;

/// Elements after the copies that a vector may be read from.
pub(super) const READ_SLACK: usize = 64;

impl<'a> Padded<'a> {
	/// For the lines of outputs (rows of the last axis) with indices in `lines`, of which there is at least one. `None` where
	/// the size overflows.
	pub(super) fn new(
		window: &'a Window,
		input: [usize; 3],
		output: [usize; 3],
		lines: Range<usize>,
	) -> Option<Self> {
		let (from, to) = (lines.start, lines.end - 1);
		let planes = [from / output[1], to / output[1]];
		// Lines of several planes: all rows of each.
		let rows =
			if planes[0] == planes[1] { [from % output[1], to % output[1]] } else { [0, output[1] - 1] };
		let reach =
			|axis: usize, [from, to]: [usize; 2]| (to - from) * window.stride[axis] + window.reach(axis);
		let width = reach(2, [0, output[2] - 1]).div_ceil(window.stride[2]);
		let padded = Self {
			window,
			input,
			first: [planes[0] * window.stride[0], rows[0] * window.stride[1]],
			size: [reach(0, planes), reach(1, rows)],
			width,
			spans: core::array::from_fn(|phase| span(window, input[2], width, phase)),
		};
		let row = width.checked_mul(window.stride[2])?;
		padded.size[0].checked_mul(padded.size[1])?.checked_mul(row)?;
		Some(padded)
	}

	fn row(self) -> usize {
		self.width * self.window.stride[2]
	}

	/// Elements of the copy of one channel.
	pub(super) fn channel(self) -> usize {
		self.size[0] * self.size[1] * self.row()
	}

	/// Where tap `tap` (an index) of the first output of a line lies in the copy, relative to [`line`](Self::line).
	#[inline(always)]
	pub(super) fn tap(self, tap: usize) -> usize {
		let tap = self.window.tap(tap);
		let [d, h, c] = [0, 1, 2].map(|axis| tap[axis] * self.window.dilation[axis]);
		let stride = self.window.stride[2];
		(d * self.size[1] + h) * self.row() + c % stride * self.width + c / stride
	}

	/// Where the first output of the line at plane `d`, row `h` reads its first tap.
	#[inline(always)]
	pub(super) fn line(self, d: usize, h: usize) -> usize {
		let [d, h] = [d * self.window.stride[0] - self.first[0], h * self.window.stride[1] - self.first[1]];
		(d * self.size[1] + h) * self.row()
	}

	/// Copies a channel to the beginning of `to`, which is at least [`READ_SLACK`] longer; what follows the channel is unspecified
	/// then.
	#[inline(always)]
	pub(super) fn copy(self, from: &[f32], to: &mut [f32]) {
		self.write::<true>(from, to);
	}

	/// As [`copy`](Self::copy), of another channel into the copy of one before: its padding is there already.
	#[inline(always)]
	pub(super) fn replace(self, from: &[f32], to: &mut [f32]) {
		self.write::<false>(from, to);
	}

	#[inline(always)]
	fn write<const PADDING: bool>(self, from: &[f32], to: &mut [f32]) {
		let Self { window, input, first, size: [planes, rows], width, spans } = self;
		let (begin, phases) = (window.begin, window.stride[2]);
		assert!(to.len() >= self.channel() + READ_SLACK, "there is room after the copy");
		// The input position at a place of the copy.
		let inside =
			|axis: usize, at: usize| (first[axis] + at).checked_sub(begin[axis]).filter(|&i| i < input[axis]);
		let mut to = to;
		for plane in 0..planes {
			for row in 0..rows {
				// In ascending order, as zeros may reach into the next row.
				match inside(0, plane).zip(inside(1, row)) {
					Some((z, y)) => {
						let from = &from[(z * input[1] + y) * input[2]..];
						for phase in 0..phases {
							let (start, end) = match spans.get(phase) {
								Some(&span) => span,
								None => span(window, input[2], width, phase),
							};
							let line = &mut to[phase * width..];
							if PADDING {
								zeros(line, 0..start);
							}
							if start < end {
								let (from, line) =
									(&from[phase + phases * start - begin[2]..], &mut line[start..]);
								let len = end - start;
								match phases {
									1 if PADDING => copy_over(from, line, len),
									1 => copy_exactly(from, line, len),
									2 => copy_seconds(from, &mut line[..len]),
									_ => line[..len]
										.iter_mut()
										.zip(from.iter().step_by(phases))
										.for_each(|(to, &v)| *to = v),
								}
							}
							if PADDING {
								zeros(line, end..width);
							}
						}
					}
					None if PADDING => zeros(to, 0..self.row()),
					None => {}
				}
				to = &mut to[self.row()..];
			}
		}
	}
}

/// Columns of a residue inside an input of so many: those with `begin <= phase + phases * column < begin + input`.
#[inline(always)]
fn span(window: &Window, input: usize, width: usize, phase: usize) -> (usize, usize) {
	let (begin, phases) = (window.begin[2], window.stride[2]);
	let start = begin.saturating_sub(phase).div_ceil(phases).min(width);
	(start, (begin + input).saturating_sub(phase).div_ceil(phases).clamp(start, width))
}

/// Writes zeros to `places`, and up to fifteen more: mostly there are very few.
#[inline(always)]
fn zeros(to: &mut [f32], places: Range<usize>) {
	for at in places.step_by(16) {
		to[at..at + 16].fill(0.0);
	}
}

/// Copies `len` elements, or more where that is faster: up to sixteen, if both sides have so many.
#[inline(always)]
pub(super) fn copy_over<T: Copy>(from: &[T], to: &mut [T], len: usize) {
	if len <= 16
		&& let (Some(from), Some(to)) = (from.first_chunk::<16>(), to.first_chunk_mut::<16>())
	{
		*to = *from;
	} else {
		copy_exactly(from, to, len);
	}
}

/// Copies `len` elements and no more.
#[inline(always)]
fn copy_exactly<T: Copy>(from: &[T], to: &mut [T], len: usize) {
	in_blocks!(len, |at, SIZE| to[at..at + SIZE].copy_from_slice(&from[at..at + SIZE]));
}

/// Copies every second element, as many as `to` has; the last may end `from`.
#[inline(always)]
fn copy_seconds(from: &[f32], to: &mut [f32]) {
	in_blocks!(to.len(), |at, SIZE| {
		let from = &from[2 * at..][..2 * SIZE - 1];
		let to = &mut to[at..at + SIZE];
		for i in 0..SIZE {
			to[i] = from[2 * i];
		}
	});
}
