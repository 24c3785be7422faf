//! Pools of two-dimensional planes, some rows at a time, as passes over long runs.
//!
//! The rows of the input that the tile needs are copied with their padding, taken apart by their position modulo the stride: then
//! the inputs of one tap, for all outputs of the tile, are adjacent, up to the ends of rows, where something without meaning
//! is computed and not used.

use alloc::{vec, vec::Vec};
use core::ops::Range;

use super::Sizes;
use crate::{
	conv::Window,
	reduce::{BLOCK, LANES, Monoid, combine_lanes},
};

/// `to[i] = value` of `to[i]` and `from[i · stride]`. A macro, so that the expression stands in the loop itself, with the
/// instruction set of the kernel.
macro_rules! for_each_strided {
	($to:expr, $from:expr, $stride:expr, |$t:ident, $v:ident| $value:expr) => {{
		let (to, from): (&mut [_], &[_]) = ($to, $from);
		match $stride {
			1 => {
				for (to, &$v) in to.iter_mut().zip(from) {
					let $t = *to;
					*to = $value;
				}
			}
			2 => $crate::pool::tiling::for_each_group!(2, to, from, |$t, $v| $value),
			3 => $crate::pool::tiling::for_each_group!(3, to, from, |$t, $v| $value),
			4 => $crate::pool::tiling::for_each_group!(4, to, from, |$t, $v| $value),
			stride => {
				for (to, &$v) in to.iter_mut().zip(from.iter().step_by(stride)) {
					let $t = *to;
					*to = $value;
				}
			}
		}
	}};
}

/// [`for_each_strided`] for a stride that the compiler knows.
macro_rules! for_each_group {
	($stride:literal, $to:expr, $from:expr, |$t:ident, $v:ident| $value:expr) => {{
		let (groups, rest) = $from.as_chunks::<$stride>();
		let (body, tail) = $to.split_at_mut(groups.len().min($to.len()));
		for (to, group) in body.iter_mut().zip(groups) {
			let ($t, $v) = (*to, group[0]);
			*to = $value;
		}
		// At the plane's end the last element may have no whole group.
		for (to, &$v) in tail.iter_mut().zip(rest) {
			let $t = *to;
			*to = $value;
		}
	}};
}

pub(super) use for_each_group;
pub(super) use for_each_strided;

/// Elements of the copy, and of one lane of the results, at most.
const COPIED: usize = 1 << 14;
const LANE: usize = 1 << 10;

/// One spatial axis.
struct Axis {
	stride: usize,
	begin: usize,
	input: usize,
	output: usize,
	/// The positions modulo the stride that taps have.
	phases: Vec<usize>,
	/// For each tap, which of these it has, and how many strides it is further.
	taps: Vec<(usize, usize)>,
	/// The largest of the latter.
	shift: usize,
}

impl Axis {
	fn new(window: &Window, sizes: &Sizes, axis: usize) -> Self {
		let (stride, dilation) = (window.stride[axis], window.dilation[axis]);
		let mut phases = vec![];
		let taps = (0..window.kernel[axis]).map(|tap| {
			let (phase, shift) = (tap * dilation % stride, tap * dilation / stride);
			let known = phases.iter().position(|&other| other == phase);
			let index = known.unwrap_or_else(|| {
				phases.push(phase);
				phases.len() - 1
			});
			(index, shift)
		});
		let taps: Vec<_> = taps.collect();
		let shift = taps.last().map_or(0, |tap| tap.1);
		let (input, output) = (sizes.input[axis], sizes.output[axis]);
		Self { stride, begin: window.begin[axis], input, output, phases, taps, shift }
	}

	/// The places of a phase, of `width`, that lie in the input.
	fn inside(&self, phase: usize, width: usize) -> Range<usize> {
		let before = |position: usize| position.saturating_sub(phase).div_ceil(self.stride).min(width);
		before(self.begin)..before(self.begin + self.input)
	}

	/// The input's position of place `at` of a phase, or `None` in the padding.
	fn position(&self, phase: usize, at: usize) -> Option<usize> {
		(at * self.stride + phase).checked_sub(self.begin).filter(|&position| position < self.input)
	}
}

/// How planes are cut into tiles.
pub(super) struct Tiling {
	rows: Axis,
	columns: Axis,
	/// Elements of a row of the copy, and of the results of a tile.
	width: usize,
	/// Rows of a tile.
	height: usize,
}

impl Tiling {
	/// `None` where planes are not two-dimensional, windows have several blocks of taps, rows are too long, or much more would be
	/// copied than computed.
	pub(super) fn new(window: &Window, sizes: &Sizes) -> Option<Self> {
		let flat = [window.kernel[0], sizes.input[0], sizes.output[0]] == [1; 3];
		if !flat || window.begin[0] != 0 || window.taps() > BLOCK {
			return None;
		}
		let (rows, columns) = (Axis::new(window, sizes, 1), Axis::new(window, sizes, 2));
		let width = columns.output.checked_add(columns.shift)?;
		let row = width.checked_mul(rows.phases.len() * columns.phases.len())?;
		let height = (COPIED / row.max(1)).checked_sub(rows.shift)?.min(LANE / width.max(1)).min(rows.output);
		let worthwhile = columns.shift <= columns.output + 16 && rows.shift <= height + 16;
		(height > 0 && worthwhile).then_some(Self { rows, columns, width, height })
	}

	/// The fold of every window, padding being the identity.
	#[inline(always)]
	pub(super) fn fold<'x, M: Monoid + 'x>(
		&self,
		planes: impl Iterator<Item = (&'x [M::Item], &'x mut [M::Item])>,
	) {
		let Self { rows, columns, width, height } = self;
		let (out_width, phases) = (columns.output, columns.phases.len());
		let taps = rows.taps.len() * columns.taps.len();
		let count = if M::ANY_ORDER { 1 } else { taps.min(LANES) };
		let plane = (height + rows.shift) * width;
		let mut copy = vec![M::IDENTITY; rows.phases.len() * phases * plane];
		let mut lanes = vec![M::IDENTITY; count * height * width];
		let tiles = planes.flat_map(|(x, y)| {
			let tiles = y.chunks_mut(height * out_width).enumerate();
			tiles.map(move |(tile, y)| (x, tile, y))
		});
		for (x, tile, y) in tiles {
			self.copy::<M>(tile * height, x, &mut copy);
			// To the last output of the last row: beyond lies nothing that is used.
			let run = (y.len() / out_width - 1) * width + out_width;
			for tap in 0..taps {
				let (row_phase, row_shift) = rows.taps[tap / columns.taps.len()];
				let (column_phase, column_shift) = columns.taps[tap % columns.taps.len()];
				let from = (row_phase * phases + column_phase) * plane + row_shift * width + column_shift;
				let lane = &mut lanes[tap % count * run..][..run];
				let copy = &copy[from..][..run];
				if tap < count {
					for (to, &v) in lane.iter_mut().zip(copy) {
						*to = M::combine(M::IDENTITY, v);
					}
				} else {
					for (to, &v) in lane.iter_mut().zip(copy) {
						*to = M::combine(*to, v);
					}
				}
			}
			combine_lanes::<M>(&mut lanes, run, count);
			for (y, row) in y.chunks_exact_mut(out_width).zip(lanes.chunks(*width)) {
				y.copy_from_slice(&row[..out_width]);
			}
		}
	}

	/// Copies what the outputs from row `first` on need, one plane for each pair of phases.
	#[inline(always)]
	fn copy<M: Monoid>(&self, first: usize, x: &[M::Item], copy: &mut [M::Item]) {
		let Self { rows, columns, width, height } = self;
		for (i, plane) in copy.chunks_exact_mut((height + rows.shift) * width).enumerate() {
			let row_phase = rows.phases[i / columns.phases.len()];
			let column_phase = columns.phases[i % columns.phases.len()];
			let inside = columns.inside(column_phase, *width);
			for (row, to) in plane.chunks_exact_mut(*width).enumerate() {
				let at =
					rows.position(row_phase, first + row).zip(columns.position(column_phase, inside.start));
				let Some((row, column)) = at.filter(|_| !inside.is_empty()) else {
					to.fill(M::IDENTITY);
					continue;
				};
				to[..inside.start].fill(M::IDENTITY);
				to[inside.end..].fill(M::IDENTITY);
				let from = &x[row * columns.input + column..];
				for_each_strided!(&mut to[inside.clone()], from, columns.stride, |_to, v| v);
			}
		}
	}
}
