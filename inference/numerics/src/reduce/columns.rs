//! Reductions over leading and middle axes: many outputs that lie side by side at once.

use alloc::{vec, vec::Vec};

use super::{
	Axis, BLOCK, Exponential, Itself, LANES, Magnitude, Maximum, Minimum, Monoid, Product, Reduction, Square,
	Sum, Term, offset,
};
use crate::{
	isa::{Arch, Kernel},
	real::Real,
};

/// Outputs computed at a time: all their lanes fit in the first-level cache.
pub(crate) const TILE: usize = 256;

/// Where the elements of a set lie, relative to its first: some runs of `len` elements that are `step` apart.
pub struct Rows {
	starts: Vec<usize>,
	len: usize,
	step: usize,
}

impl Rows {
	/// The elements along these axes, row-major.
	pub(super) fn new(reduced: &[Axis]) -> Self {
		let Some((last, others)) = reduced.split_last() else { return Self::along(1, 1) };
		let runs = others.iter().map(|axis| axis.size).product();
		Self { starts: (0..runs).map(|i| offset(others, i)).collect(), len: last.size, step: last.step }
	}

	/// `len` elements that are `step` apart.
	pub(crate) fn along(len: usize, step: usize) -> Self {
		Self { starts: vec![0], len, step }
	}

	/// Elements of a set.
	pub(super) fn count(&self) -> usize {
		self.starts.len() * self.len
	}

	/// Elements of a run.
	pub(super) fn len(&self) -> usize {
		self.len
	}

	/// Where the runs start.
	pub(super) fn starts(&self) -> impl Iterator<Item = usize> {
		self.starts.iter().copied()
	}
}

/// The fixed tree over lanes of `width` sets side by side, of which only `active` have elements: the result is the first lane.
/// The others are the identity, and combining with that changes nothing (a lane of a sum is never −0, as it started at +0).
#[inline(always)]
pub(crate) fn combine_lanes<M: Monoid>(lanes: &mut [M::Item], width: usize, mut active: usize) {
	let mut half = LANES / 2;
	while half > 0 {
		if active > half {
			let (low, high) = lanes.split_at_mut(half * width);
			for (a, &b) in low.iter_mut().zip(&high[..(active - half) * width]) {
				*a = M::combine(*a, b);
			}
			active = half;
		}
		half /= 2;
	}
}

/// Reduces the terms of `total.len()` sets whose first elements are the first of `x`, side by side, and whose others lie as
/// `rows` says.
///
/// `lanes` is scratch for 16 elements a set. `parameters`, where there are any, has one for each set 16 times over.
#[inline(always)]
pub(crate) fn fold_columns<M: Monoid, Q: Term<M::Item>>(
	rows: &Rows,
	x: &[M::Item],
	parameters: Option<&[M::Item]>,
	lanes: &mut [M::Item],
	total: &mut [M::Item],
) {
	let (width, count) = (total.len(), rows.count());
	// Where the next row of all sets follows the last element of this one, several rows are one run.
	let adjacent = rows.step == width;
	let (mut starts, mut at) = (rows.starts.iter(), rows.len);
	let mut start = 0;
	total.fill(M::IDENTITY);
	for first in (0..count).step_by(BLOCK) {
		let in_block = BLOCK.min(count - first);
		let mut row = 0;
		while row < in_block {
			if at == rows.len {
				start = starts.next().copied().unwrap_or_default();
				at = 0;
			}
			let lane = row % LANES;
			let now = if adjacent { (LANES - lane).min(rows.len - at).min(in_block - row) } else { 1 };
			let run = &x[start + at * rows.step..][..now * width];
			let parameters = parameters.map_or(run, |p| &p[lane * width..][..now * width]);
			let lanes = &mut lanes[lane * width..][..now * width];
			if row < LANES {
				for ((lane, &v), &p) in lanes.iter_mut().zip(run).zip(parameters) {
					*lane = M::combine(M::IDENTITY, Q::of(v, p));
				}
			} else {
				for ((lane, &v), &p) in lanes.iter_mut().zip(run).zip(parameters) {
					*lane = M::combine(*lane, Q::of(v, p));
				}
			}
			row += now;
			at += now;
		}
		combine_lanes::<M>(lanes, width, in_block.min(LANES));
		if first == 0 {
			total.copy_from_slice(&lanes[..width]);
		} else {
			for (a, &b) in total.iter_mut().zip(&*lanes) {
				*a = M::combine(*a, b);
			}
		}
	}
}

/// Reduces sets that lie side by side.
pub struct Columns<'a, T> {
	pub(super) op: Reduction,
	pub(super) x: &'a [T],
	pub(super) rows: &'a Rows,
	/// The kept axes but the last.
	pub(super) kept: &'a [Axis],
	/// Size of the last.
	pub(super) inner: usize,
	/// Index of the first output.
	pub(super) first: usize,
	pub(super) out: &'a mut [T],
}

impl<T: Real> Kernel for Columns<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { op, x, rows, kept, inner, first, out } = self;
		let width = inner.min(TILE).min(out.len());
		let mut lanes = vec![T::ZERO; LANES * width];
		let mut most = vec![T::ZERO; if op == Reduction::LogSumExp { LANES * width } else { 0 }];
		let (mut rest, mut at) = (out, first);
		while !rest.is_empty() {
			let column = at % inner;
			let (out, tail) = rest.split_at_mut(rest.len().min(inner - column).min(TILE));
			let x = &x[offset(kept, at / inner) + column..];
			at += out.len();
			rest = tail;
			match op {
				Reduction::Sum | Reduction::Mean | Reduction::LogSum => {
					fold_columns::<Sum<T>, Itself>(rows, x, None, &mut lanes, out);
				}
				Reduction::Max => fold_columns::<Maximum<T>, Itself>(rows, x, None, &mut lanes, out),
				Reduction::Min => fold_columns::<Minimum<T>, Itself>(rows, x, None, &mut lanes, out),
				Reduction::Prod => fold_columns::<Product<T>, Itself>(rows, x, None, &mut lanes, out),
				Reduction::SumSquare | Reduction::L2 => {
					fold_columns::<Sum<T>, Square>(rows, x, None, &mut lanes, out);
				}
				Reduction::L1 => fold_columns::<Sum<T>, Magnitude>(rows, x, None, &mut lanes, out),
				Reduction::LogSumExp => {
					let most = &mut most[..LANES * out.len()];
					fold_columns::<Maximum<T>, Itself>(rows, x, None, &mut lanes, out);
					for copy in most.chunks_exact_mut(out.len()) {
						copy.copy_from_slice(out);
					}
					fold_columns::<Sum<T>, Exponential<A>>(rows, x, Some(most), &mut lanes, out);
					for (to, &m) in out.iter_mut().zip(&*most) {
						*to = if m.is_finite() { m + to.log::<A>() } else { m };
					}
				}
			}
			match op {
				Reduction::Mean => {
					let count = T::from_count(rows.count());
					for to in out {
						*to = *to / count;
					}
				}
				Reduction::L2 => {
					for to in out {
						*to = to.sqrt();
					}
				}
				Reduction::LogSum => {
					for to in out {
						*to = to.log::<A>();
					}
				}
				_ => {}
			}
		}
	}
}
