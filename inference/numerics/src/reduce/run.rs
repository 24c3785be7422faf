//! Sets of adjacent elements, or of runs of them.

use super::{
	BLOCK, Exponential, Itself, LANES, Magnitude, Maximum, Minimum, Monoid, Product, Reduction, Rows, Square,
	Sum, Term,
};
use crate::{
	fma::Fma,
	isa::{Arch, Kernel},
	real::Real,
};

/// The fixed tree over a block's lanes.
#[inline(always)]
fn tree<M: Monoid>(mut lanes: [M::Item; LANES]) -> M::Item {
	let mut half = LANES / 2;
	while half > 0 {
		for i in 0..half {
			lanes[i] = M::combine(lanes[i], lanes[i + half]);
		}
		half /= 2;
	}
	lanes[0]
}

/// Combines lanes with the terms of `ROWS` rows.
///
/// The loop over lanes is the outer one, and long once the inner is unrolled: a form that compilers make vectors of.
#[inline(always)]
fn add_rows<M: Monoid, Q: Term<M::Item>, const ROWS: usize>(
	lanes: &mut [M::Item; LANES],
	rows: &[[M::Item; LANES]],
	parameter: M::Item,
) {
	let rows = &rows[..ROWS];
	for (i, lane) in lanes.iter_mut().enumerate() {
		for row in rows {
			*lane = M::combine(*lane, Q::of(row[i], parameter));
		}
	}
}

/// The value of the terms of a block or of the beginning of one.
#[inline(always)]
fn block_of<M: Monoid, Q: Term<M::Item>>(x: &[M::Item], parameter: M::Item) -> M::Item {
	let mut lanes = [M::IDENTITY; LANES];
	let (mut rows, last) = x.as_chunks::<LANES>();
	if rows.len() == 16 {
		add_rows::<M, Q, 16>(&mut lanes, rows, parameter);
		return tree::<M>(lanes);
	}
	if rows.len() & 8 != 0 {
		add_rows::<M, Q, 8>(&mut lanes, rows, parameter);
		rows = &rows[8..];
	}
	if rows.len() & 4 != 0 {
		add_rows::<M, Q, 4>(&mut lanes, rows, parameter);
		rows = &rows[4..];
	}
	for row in rows {
		add_rows::<M, Q, 1>(&mut lanes, core::slice::from_ref(row), parameter);
	}
	for (lane, &v) in lanes.iter_mut().zip(last) {
		*lane = M::combine(*lane, Q::of(v, parameter));
	}
	tree::<M>(lanes)
}

/// The value of a block or of the beginning of one.
#[inline(always)]
fn block<M: Monoid>(x: &[M::Item]) -> M::Item {
	if M::ANY_ORDER && x.len() >= WIDE { in_any_order::<M>(x) } else { block_of::<M, Itself>(x, M::IDENTITY) }
}

/// Lanes where the order does not matter: so many that compilers make a loop of them, and vectors of that.
const WIDE: usize = 4 * LANES;

/// The value of at least [`WIDE`] elements.
#[inline(always)]
fn in_any_order<M: Monoid>(x: &[M::Item]) -> M::Item {
	let mut wide = [M::IDENTITY; WIDE];
	let (first, others) = x.split_at(WIDE);
	wide.copy_from_slice(first);
	let rows = others.chunks_exact(WIDE);
	let last = rows.remainder();
	for row in rows {
		for (lane, &v) in wide.iter_mut().zip(row) {
			*lane = M::combine(*lane, v);
		}
	}
	for (lane, &v) in wide.iter_mut().zip(last) {
		*lane = M::combine(*lane, v);
	}
	let mut lanes = [M::IDENTITY; LANES];
	for (i, lane) in lanes.iter_mut().enumerate() {
		let upper = M::combine(wide[i + 2 * LANES], wide[i + 3 * LANES]);
		*lane = M::combine(M::combine(wide[i], wide[i + LANES]), upper);
	}
	tree::<M>(lanes)
}

/// Reduces a run of adjacent elements.
#[inline(always)]
pub(crate) fn fold_run<M: Monoid>(x: &[M::Item]) -> M::Item {
	if M::ANY_ORDER {
		return block::<M>(x);
	}
	let mut total = None;
	for run in x.chunks(BLOCK) {
		let value = block::<M>(run);
		total = Some(match total {
			Some(total) => M::combine(total, value),
			None => value,
		});
	}
	total.unwrap_or(M::IDENTITY)
}

/// Reduces the terms of a run of adjacent elements.
#[inline(always)]
pub(crate) fn fold_terms<M: Monoid, Q: Term<M::Item>>(x: &[M::Item], parameter: M::Item) -> M::Item {
	let mut terms = [M::IDENTITY; BLOCK];
	let mut total = None;
	for run in x.chunks(BLOCK) {
		let value = if Q::SIMPLE {
			block_of::<M, Q>(run, parameter)
		} else {
			let terms = &mut terms[..run.len()];
			for (to, &v) in terms.iter_mut().zip(run) {
				*to = Q::of(v, parameter);
			}
			block::<M>(terms)
		};
		total = Some(match total {
			Some(total) => M::combine(total, value),
			None => value,
		});
	}
	total.unwrap_or(M::IDENTITY)
}

/// Reduces the terms of the runs that `rows` tells, one after the other.
#[inline(always)]
fn fold_gathered<M: Monoid, Q: Term<M::Item>>(x: &[M::Item], rows: &Rows, parameter: M::Item) -> M::Item {
	let mut terms = [M::IDENTITY; BLOCK];
	let (mut filled, mut total) = (0, None);
	let mut add = |value: M::Item| total = Some(total.map_or(value, |total| M::combine(total, value)));
	for start in rows.starts() {
		let mut run = &x[start..][..rows.len()];
		while !run.is_empty() {
			let (now, later) = run.split_at(run.len().min(BLOCK - filled));
			for (to, &v) in terms[filled..].iter_mut().zip(now) {
				*to = Q::of(v, parameter);
			}
			filled += now.len();
			run = later;
			if filled == BLOCK {
				add(block::<M>(&terms));
				filled = 0;
			}
		}
	}
	if filled > 0 {
		add(block::<M>(&terms[..filled]));
	}
	total.unwrap_or(M::IDENTITY)
}

/// The elements reduced to one output.
trait Set<T: Real> {
	fn count(&self) -> usize;
	fn fold<M: Monoid<Item = T>>(&self) -> T;
	fn fold_terms<M: Monoid<Item = T>, Q: Term<T>>(&self, parameter: T) -> T;
}

/// Adjacent elements.
struct Run<'a, T>(&'a [T]);

impl<T: Real> Set<T> for Run<'_, T> {
	#[inline(always)]
	fn count(&self) -> usize {
		self.0.len()
	}
	#[inline(always)]
	fn fold<M: Monoid<Item = T>>(&self) -> T {
		fold_run::<M>(self.0)
	}
	#[inline(always)]
	fn fold_terms<M: Monoid<Item = T>, Q: Term<T>>(&self, parameter: T) -> T {
		fold_terms::<M, Q>(self.0, parameter)
	}
}

/// Runs of adjacent elements.
struct Scattered<'a, T> {
	x: &'a [T],
	rows: &'a Rows,
}

impl<T: Real> Set<T> for Scattered<'_, T> {
	#[inline(always)]
	fn count(&self) -> usize {
		self.rows.count()
	}
	#[inline(always)]
	fn fold<M: Monoid<Item = T>>(&self) -> T {
		fold_gathered::<M, Itself>(self.x, self.rows, T::ZERO)
	}
	#[inline(always)]
	fn fold_terms<M: Monoid<Item = T>, Q: Term<T>>(&self, parameter: T) -> T {
		fold_gathered::<M, Q>(self.x, self.rows, parameter)
	}
}

/// One whole reduction of a set.
#[inline(always)]
fn finish<F: Fma, T: Real>(op: Reduction, set: &impl Set<T>) -> T {
	match op {
		Reduction::Sum => set.fold::<Sum<T>>(),
		Reduction::Mean => set.fold::<Sum<T>>() / T::from_count(set.count()),
		Reduction::Max => set.fold::<Maximum<T>>(),
		Reduction::Min => set.fold::<Minimum<T>>(),
		Reduction::Prod => set.fold::<Product<T>>(),
		Reduction::SumSquare => set.fold_terms::<Sum<T>, Square>(T::ZERO),
		Reduction::L1 => set.fold_terms::<Sum<T>, Magnitude>(T::ZERO),
		Reduction::L2 => set.fold_terms::<Sum<T>, Square>(T::ZERO).sqrt(),
		Reduction::LogSum => set.fold::<Sum<T>>().log::<F>(),
		Reduction::LogSumExp => {
			let most = set.fold::<Maximum<T>>();
			if most.is_finite() {
				most + set.fold_terms::<Sum<T>, Exponential<F>>(most).log::<F>()
			} else {
				most
			}
		}
	}
}

/// Reduces sets of `count` adjacent elements, one after the other.
pub struct Runs<'a, T> {
	pub(super) op: Reduction,
	pub(super) x: &'a [T],
	pub(super) count: usize,
	pub(super) out: &'a mut [T],
}

impl<T: Real> Kernel for Runs<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		for (i, to) in self.out.iter_mut().enumerate() {
			*to = finish::<A, T>(self.op, &Run(&self.x[i * self.count..][..self.count]));
		}
	}
}

/// Reduces one set of several runs.
pub struct Gathered<'a, T> {
	pub(super) op: Reduction,
	/// From the first element of the set on.
	pub(super) x: &'a [T],
	pub(super) rows: &'a Rows,
	pub(super) out: &'a mut [T],
}

impl<T: Real> Kernel for Gathered<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		self.out[0] = finish::<A, T>(self.op, &Scattered { x: self.x, rows: self.rows });
	}
}
