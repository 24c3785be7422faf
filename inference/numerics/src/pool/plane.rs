//! Pools of a plane, a row of outputs at a time: each tap is one pass over the row, of the outputs whose tap lies in the
//! input.
//!
//! That leaves out the taps in the padding. They would add +0 to a lane of an average, which is never −0 (it started at
//! +0), or −∞ to a maximum: nothing.

use alloc::{vec, vec::Vec};
use core::ops::Range;

use super::{
	Sizes,
	tiling::{Greatest, Tiling, Total},
	view::Taps,
};
use crate::{
	conv::{Window, unravel},
	isa::{Arch, Kernel},
	real::Real,
	reduce::{BLOCK, LANES, Maximum, Monoid, Sum, combine_lanes, fold_run},
};

/// Which pool.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
	Max,
	Average { count_include_pad: bool },
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
			2 => for_each_group!(2, to, from, |$t, $v| $value),
			3 => for_each_group!(3, to, from, |$t, $v| $value),
			4 => for_each_group!(4, to, from, |$t, $v| $value),
			stride => {
				for (to, &$v) in to.iter_mut().zip(from.iter().step_by(stride)) {
					let $t = *to;
					*to = $value;
				}
			}
		}
	}};
}

/// Rows shorter than this are computed window by window.
const SHORT: usize = 4;

/// Which outputs of a row have a given tap of the last axis in the input: one range for each tap.
pub(super) struct Ranges(Vec<Range<usize>>);

impl Ranges {
	pub(super) fn new(window: &Window, sizes: &Sizes) -> Self {
		let (stride, begin, input) = (window.stride[2], window.begin[2], sizes.input[2]);
		let range = |tap: usize| {
			let at = tap * window.dilation[2];
			let first = begin.saturating_sub(at).div_ceil(stride);
			let end = (input + begin).saturating_sub(at).div_ceil(stride).min(sizes.output[2]);
			first.min(end)..end
		};
		Self((0..window.kernel[2]).map(range).collect())
	}
}

/// What is worked out once for all planes.
pub struct Layout<'a> {
	pub(super) window: &'a Window,
	pub(super) sizes: Sizes,
	ranges: Ranges,
	pub(super) taps: Taps<'a>,
	tiling: Option<Tiling>,
}

impl<'a> Layout<'a> {
	pub(super) fn new(window: &'a Window, sizes: Sizes) -> Self {
		Self {
			window,
			ranges: Ranges::new(window, &sizes),
			taps: Taps::new(window, sizes.input),
			tiling: Tiling::new(window, &sizes),
			sizes,
		}
	}
}

/// Planes to pool.
pub struct PoolPlanes<'a, T> {
	pub(super) layout: &'a Layout<'a>,
	pub(super) form: Form,
	pub(super) x: &'a [T],
	pub(super) y: &'a mut [T],
}

impl<T: Real> Kernel for PoolPlanes<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { layout, form, x, y } = self;
		let Layout { sizes, tiling, .. } = layout;
		if let (Some(tiling), false) = (tiling, sizes.output[2] < SHORT) {
			match form {
				Form::Max => tiling.fold::<Greatest<T>>(x, y, |lane, _| T::from_key(lane)),
				Form::Average { count_include_pad } => {
					let divisors = layout.divisors(count_include_pad);
					tiling.fold::<Total<T>>(x, y, |sum, at| sum / divisors[at]);
				}
			}
			return;
		}
		let short = sizes.output[2] < SHORT;
		let planes = y.chunks_exact_mut(sizes.out_plane).enumerate();
		let planes = planes.map(|(i, y)| (&x[i * sizes.in_plane..][..sizes.in_plane], y));
		match form {
			Form::Max if short => layout.by_window::<Maximum<T>>(planes),
			Form::Max => {
				for (x, y) in planes {
					layout.max_rows(x, y);
				}
			}
			Form::Average { count_include_pad } => {
				if short {
					layout.by_window::<Sum<T>>(planes);
				} else {
					for (x, y) in planes {
						layout.sum_rows(x, y);
					}
				}
				let divisors: Vec<T> = layout.divisors(count_include_pad);
				for y in y.chunks_exact_mut(sizes.out_plane) {
					for (y, &divisor) in y.iter_mut().zip(&divisors) {
						*y = *y / divisor;
					}
				}
			}
		}
	}
}

impl Layout<'_> {
	/// Folds each window by itself, its padding as the identity.
	#[inline(always)]
	fn by_window<'x, M: Monoid + 'x>(
		&self,
		planes: impl Iterator<Item = (&'x [M::Item], &'x mut [M::Item])>,
	) {
		let mut values = vec![M::IDENTITY; self.window.taps()];
		for (x, y) in planes {
			for (o, y) in y.iter_mut().enumerate() {
				let view = self.taps.at(unravel(o, self.sizes.output));
				for (tap, value) in values.iter_mut().enumerate() {
					*value = view.index(tap).map_or(M::IDENTITY, |at| x[at]);
				}
				*y = fold_run::<M>(&values);
			}
		}
	}

	/// The maxima of all windows.
	#[inline(always)]
	fn max_rows<T: Real>(&self, x: &[T], y: &mut [T]) {
		let Layout { window, sizes, ranges, .. } = self;
		let [_, height, width] = sizes.output;
		for (row, y) in y.chunks_exact_mut(width).enumerate() {
			y.fill(T::NEG_INFINITY);
			let at = [row / height, row % height];
			for (_, range, from) in taps_of_row(window, sizes, ranges, at) {
				let y = &mut y[range];
				for_each_strided!(y, &x[from..], window.stride[2], |to, v| Maximum::combine(to, v));
			}
		}
	}

	/// The sums of all windows.
	#[inline(always)]
	fn sum_rows<T: Real>(&self, x: &[T], y: &mut [T]) {
		let Layout { window, sizes, ranges, .. } = self;
		let [_, height, width] = sizes.output;
		let taps = window.taps();
		let mut lanes = vec![T::ZERO; taps.min(LANES) * width];
		for (row, y) in y.chunks_exact_mut(width).enumerate() {
			let at = [row / height, row % height];
			let mut block = 0;
			lanes.fill(T::ZERO);
			for (tap, range, from) in taps_of_row(window, sizes, ranges, at) {
				// Blocks without a tap in the input are +0 and add nothing, except that the first is the row's initial value.
				while tap / BLOCK > block {
					finish_block(&mut lanes, y, block);
					block += 1;
				}
				let lane = tap % BLOCK % LANES * width;
				let lane = &mut lanes[lane + range.start..lane + range.end];
				for_each_strided!(lane, &x[from..], window.stride[2], |to, v| Sum::combine(to, v));
			}
			finish_block(&mut lanes, y, block);
		}
	}

	/// The numbers of taps that count, for each output of a plane.
	fn divisors<T: Real>(&self, include_pad: bool) -> Vec<T> {
		let Layout { window, sizes, .. } = self;
		let counts = |axis: usize| -> Vec<usize> {
			(0..sizes.output[axis])
				.map(|at| taps_that_count(window, axis, at, sizes.input[axis], include_pad))
				.collect()
		};
		let [planes, rows, columns] = [0, 1, 2].map(counts);
		let rows = planes.iter().flat_map(|plane| rows.iter().map(move |row| plane * row));
		rows.flat_map(|row| columns.iter().map(move |column| T::from_count(row * column))).collect()
	}
}

/// The taps that any output of the row has in the input, ascending: the tap, the outputs that have it there, and the index in
/// the plane of the first's.
fn taps_of_row<'a>(
	window: &'a Window,
	sizes: &'a Sizes,
	ranges: &'a Ranges,
	[depth, height]: [usize; 2],
) -> impl Iterator<Item = (usize, Range<usize>, usize)> {
	let [in_depth, in_height, in_width] = sizes.input;
	let [kernel_depth, kernel_height, kernel_width] = window.kernel;
	let rows = (0..kernel_depth * kernel_height).filter_map(move |row| {
		let depth = window.position(0, depth, row / kernel_height, in_depth)?;
		let height = window.position(1, height, row % kernel_height, in_height)?;
		Some((row * kernel_width, (depth * in_height + height) * in_width))
	});
	rows.flat_map(move |(tap, from)| {
		ranges.0.iter().enumerate().filter(|(_, range)| !range.is_empty()).filter_map(move |(w, range)| {
			Some((tap + w, range.clone(), from + window.position(2, range.start, w, in_width)?))
		})
	})
}

/// Ends a block of the sums of a row: the tree over the lanes, into `y`, and new lanes.
#[inline(always)]
fn finish_block<T: Real>(lanes: &mut [T], y: &mut [T], block: usize) {
	let width = y.len();
	combine_lanes::<Sum<T>>(lanes, width, lanes.len() / width);
	for (to, &v) in y.iter_mut().zip(&*lanes) {
		*to = if block == 0 { v } else { *to + v };
	}
	lanes.fill(T::ZERO);
}

/// How many taps along `axis` of window `at` lie inside the input or, with `include_pad`, inside the input and its declared
/// padding. A last, partial window (`ceil_mode`) reaches further.
fn taps_that_count(window: &Window, axis: usize, at: usize, input: usize, include_pad: bool) -> usize {
	let (kernel, dilation) = (window.kernel[axis], window.dilation[axis]);
	let (begin, first) = (window.begin[axis], at * window.stride[axis]);
	// Taps below a position in the padded input.
	let below = |position: usize| position.saturating_sub(first).div_ceil(dilation).min(kernel);
	if include_pad { below(input + begin + window.end[axis]) } else { below(input + begin) - below(begin) }
}
