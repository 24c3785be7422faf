//! Pools of two-dimensional planes, some rows at a time, as passes over long runs.
//!
//! The rows of the input that the tile needs are copied with their padding, taken apart by their position modulo the stride: then
//! the inputs of one tap, for all outputs of the tile, are adjacent, up to the ends of rows, where something without meaning
//! is computed and not used.

use alloc::{vec, vec::Vec};
use core::{marker::PhantomData, ops::Range};

use super::Sizes;
use crate::{
	blocks::in_blocks,
	conv::Window,
	real::Real,
	reduce::{BLOCK, LANES, Monoid, Sum, combine_lanes},
};

/// How the elements of a window become one.
pub(super) trait Fold {
	/// Of the input and the output.
	type Value: Copy;
	/// In between.
	type Lane: Copy;
	/// What padding is.
	const IDENTITY: Self::Lane;
	/// Whether every order gives the same bits; otherwise it is that of a reduction.
	const ANY_ORDER: bool;
	fn enter(value: Self::Value) -> Self::Lane;
	fn combine(a: Self::Lane, b: Self::Lane) -> Self::Lane;
	/// Combines the lanes of a reduction.
	fn finish(lanes: &mut [Self::Lane], width: usize, count: usize);
}

/// The sum.
pub(super) struct Total<T>(PhantomData<T>);

impl<T: Real> Fold for Total<T> {
	type Value = T;
	type Lane = T;
	const IDENTITY: T = T::ZERO;
	const ANY_ORDER: bool = false;
	#[inline(always)]
	fn enter(value: T) -> T {
		value
	}
	#[inline(always)]
	fn combine(a: T, b: T) -> T {
		Sum::combine(a, b)
	}
	#[inline(always)]
	fn finish(lanes: &mut [T], width: usize, count: usize) {
		combine_lanes::<Sum<T>>(lanes, width, count);
	}
}

/// The maximum, by way of integers in the same order: those are compared by one instruction.
pub(super) struct Greatest<T>(PhantomData<T>);

impl<T: Real> Fold for Greatest<T> {
	type Value = T;
	type Lane = T::Key;
	const IDENTITY: T::Key = T::LEAST;
	const ANY_ORDER: bool = true;
	#[inline(always)]
	fn enter(value: T) -> T::Key {
		value.key()
	}
	#[inline(always)]
	fn combine(a: T::Key, b: T::Key) -> T::Key {
		a.max(b)
	}
	#[inline(always)]
	fn finish(_: &mut [T::Key], _: usize, _: usize) {}
}

/// Outputs computed at a time, in registers.
const WIDTH: usize = 64;

/// Elements of the copy, and of the results, at most.
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

/// How planes are cut into tiles: some rows of a plane, or several planes.
pub(super) struct Tiling {
	rows: Axis,
	columns: Axis,
	/// Elements of a row of the copy, and of the results of a tile.
	width: usize,
	/// Rows of a tile.
	height: usize,
	/// Planes of a tile.
	planes: usize,
}

impl Tiling {
	/// `None` where planes are not two-dimensional or all padding, windows have several blocks of taps, rows are too long, or much
	/// more would be copied than computed.
	pub(super) fn new(window: &Window, sizes: &Sizes) -> Option<Self> {
		let flat = [window.kernel[0], sizes.input[0], sizes.output[0]] == [1; 3];
		if !flat || sizes.in_plane == 0 || window.begin[0] != 0 || window.taps() > BLOCK {
			return None;
		}
		let (rows, columns) = (Axis::new(window, sizes, 1), Axis::new(window, sizes, 2));
		let width = columns.output.checked_add(columns.shift)?;
		let row = width.checked_mul(rows.phases.len() * columns.phases.len())?.max(1);
		let height = (COPIED / row).checked_sub(rows.shift)?.min(LANE / width.max(1)).min(rows.output);
		let worthwhile = columns.shift <= columns.output + 16 && rows.shift <= height + 16;
		let plane = height + rows.shift;
		let planes =
			if height < rows.output { 1 } else { (COPIED / (row * plane)).min(LANE / (width * plane)) };
		(height > 0 && worthwhile).then_some(Self { rows, columns, width, height, planes: planes.max(1) })
	}

	/// The fold of every window of `x` into `y`, which are whole planes; padding is the identity. Then `result` makes of a lane, and
	/// of the place of the output in its plane, what is stored.
	#[inline(always)]
	pub(super) fn fold<F: Fold>(
		&self,
		x: &[F::Value],
		y: &mut [F::Value],
		result: impl Fn(F::Lane, usize) -> F::Value,
	) {
		let Self { rows, columns, width, height, planes } = self;
		let (out_width, phases) = (columns.output, columns.phases.len());
		let (in_plane, out_plane) = (rows.input * columns.input, rows.output * out_width);
		let count = if F::ANY_ORDER { 1 } else { (rows.taps.len() * columns.taps.len()).min(LANES) };
		// Elements of the copy of a plane's rows of one pair of phases, and of those of all planes.
		let plane = (height + rows.shift) * width;
		let all = planes * plane;
		// Where the inputs of each tap are in the copy.
		let offsets: Vec<usize> = rows
			.taps
			.iter()
			.flat_map(|row| columns.taps.iter().map(move |column| (row, column)))
			.map(|((row_phase, row_shift), (column_phase, column_shift))| {
				(row_phase * phases + column_phase) * all + row_shift * width + column_shift
			})
			.collect();
		let mut copy = vec![F::IDENTITY; rows.phases.len() * phases * all + WIDTH];
		let mut results = vec![F::IDENTITY; all + WIDTH];
		let mut lanes = [[F::IDENTITY; WIDTH]; LANES];
		for (x, y) in x.chunks(planes * in_plane).zip(y.chunks_mut(planes * out_plane)) {
			let planes = y.len() / out_plane;
			for first in (0..rows.output).step_by(*height) {
				for (i, x) in x.chunks_exact(in_plane).enumerate() {
					self.copy::<F>(first, x, &mut copy[i * plane..], all);
				}
				let height = (*height).min(rows.output - first);
				// To the last output of the last row: beyond lies nothing that is used.
				let run = (planes - 1) * plane + (height - 1) * width + out_width;
				for at in (0..run).step_by(WIDTH) {
					for (tap, offset) in offsets.iter().enumerate() {
						let copy = &copy[offset + at..][..WIDTH];
						let lane = &mut lanes[tap % count];
						if tap < count {
							for (to, &v) in lane.iter_mut().zip(copy) {
								*to = F::combine(F::IDENTITY, v);
							}
						} else {
							for (to, &v) in lane.iter_mut().zip(copy) {
								*to = F::combine(*to, v);
							}
						}
					}
					F::finish(lanes.as_flattened_mut(), WIDTH, count);
					results[at..at + WIDTH].copy_from_slice(&lanes[0]);
				}
				for (i, y) in y.chunks_exact_mut(out_plane).enumerate() {
					let y = y[first * out_width..][..height * out_width].chunks_exact_mut(out_width);
					for (row, y) in y.enumerate() {
						let results = &results[i * plane + row * width..][..out_width];
						let place = (first + row) * out_width;
						in_blocks!(out_width, |at, SIZE| {
							let (y, results) = (&mut y[at..][..SIZE], &results[at..][..SIZE]);
							for j in 0..SIZE {
								y[j] = result(results[j], place + at + j);
							}
						});
					}
				}
			}
		}
	}

	/// Copies what the outputs from row `first` on need, one plane for each pair of phases, `step` elements apart.
	#[inline(always)]
	fn copy<F: Fold>(&self, first: usize, x: &[F::Value], copy: &mut [F::Lane], step: usize) {
		let Self { rows, columns, width, height, .. } = self;
		for i in 0..rows.phases.len() * columns.phases.len() {
			let row_phase = rows.phases[i / columns.phases.len()];
			let column_phase = columns.phases[i % columns.phases.len()];
			let inside = columns.inside(column_phase, *width);
			let plane = &mut copy[i * step..][..(height + rows.shift) * width];
			for (row, to) in plane.chunks_exact_mut(*width).enumerate() {
				let at =
					rows.position(row_phase, first + row).zip(columns.position(column_phase, inside.start));
				let Some((row, column)) = at.filter(|_| !inside.is_empty()) else {
					to.fill(F::IDENTITY);
					continue;
				};
				let (before, to) = to.split_at_mut(inside.start);
				let (to, after) = to.split_at_mut(inside.len());
				before.iter_mut().for_each(|to| *to = F::IDENTITY);
				after.iter_mut().for_each(|to| *to = F::IDENTITY);
				let from = &x[row * columns.input + column..];
				match columns.stride {
					1 => enter::<F, 1>(from, to),
					2 => enter::<F, 2>(from, to),
					stride => {
						for (to, &v) in to.iter_mut().zip(from.iter().step_by(stride)) {
							*to = F::enter(v);
						}
					}
				}
			}
		}
	}
}

/// Fills a row with every `STRIDE`th element, the last of which may end `from`.
#[inline(always)]
fn enter<F: Fold, const STRIDE: usize>(from: &[F::Value], to: &mut [F::Lane]) {
	in_blocks!(to.len(), |at, SIZE| {
		let from = &from[STRIDE * at..][..STRIDE * (SIZE - 1) + 1];
		let to = &mut to[at..][..SIZE];
		for i in 0..SIZE {
			to[i] = F::enter(from[STRIDE * i]);
		}
	});
}
