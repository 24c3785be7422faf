//! Reductions along axes (rule 3 of the profile).
//!
//! Definition: the elements of a set, in row-major order of the reduced axes, are cut into blocks of 256. In a block
//! sixteen lanes start at the identity; lane j combines, in order, the block's elements j, j + 16, j + 32, …. Then lane i
//! combines with lane i + 8 (the lower lane on the left), i + 4, i + 2, i + 1. The result starts as the first block's
//! value and combines with the others in ascending order. An empty set gives the identity.

mod arg;
mod columns;
mod run;

use alloc::{vec, vec::Vec};
use core::marker::PhantomData;

pub use arg::{ArgReduction, arg_reduce};
pub use columns::Columns;
pub(crate) use columns::{Rows, TILE, combine_lanes, fold_columns};
pub use run::{Gathered, Runs};
pub(crate) use run::{fold_run, fold_terms};

use crate::{
	error::{ShapeError, elements, exact_length},
	fma::Fma,
	isa::Cpu,
	parallel,
	real::Real,
};

/// Elements of a block.
pub(crate) const BLOCK: usize = 256;
/// Lanes of a block.
pub(crate) const LANES: usize = 16;

/// What a reduction computes from the elements x of each set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
	/// Σ x.
	Sum,
	/// (Σ x) / count; NaN for an empty set.
	Mean,
	/// The maximum, by [`maximum`](crate::math::maximum); −∞ for an empty set.
	Max,
	/// The minimum, by [`minimum`](crate::math::minimum); +∞ for an empty set.
	Min,
	/// Π x; 1 for an empty set.
	Prod,
	/// Σ x², each square rounded.
	SumSquare,
	/// Σ |x|.
	L1,
	/// √(Σ x²), each square rounded.
	L2,
	/// ln(Σ x).
	LogSum,
	/// m + ln(Σ exp(x − m)) with m the maximum; m itself where that is infinite or NaN.
	LogSumExp,
}

/// One of the combining operations with its identity.
pub(crate) trait Monoid {
	type Item: Real;
	const IDENTITY: Self::Item;
	/// Whether every order gives the same bits.
	const ANY_ORDER: bool;
	fn combine(a: Self::Item, b: Self::Item) -> Self::Item;
}

macro_rules! monoids {
	($($name:ident, $identity:ident, $any_order:literal, |$a:ident, $b:ident| $combine:expr;)*) => {
		$(
			pub(crate) struct $name<T = f32>(PhantomData<T>);

			impl<T: Real> Monoid for $name<T> {
				type Item = T;
				const IDENTITY: T = T::$identity;
				const ANY_ORDER: bool = $any_order;
				#[inline(always)]
				fn combine($a: T, $b: T) -> T {
					$combine
				}
			}
		)*
	};
}

monoids! {
	Sum, ZERO, false, |a, b| a + b;
	Product, ONE, false, |a, b| a * b;
	Maximum, NEG_INFINITY, true, |a, b| a.maximum(b);
	Minimum, INFINITY, true, |a, b| a.minimum(b);
}

/// What is combined for an element. A trait, as a closure may be compiled as a function of its own, without the instruction set
/// of the kernel it is passed to.
pub(crate) trait Term<T> {
	/// Whether it is but a few operations, which may stand in a loop sixteen times over.
	const SIMPLE: bool;
	/// Of element `v`, given a parameter of the set.
	fn of(v: T, parameter: T) -> T;
}

macro_rules! terms {
	($($(#[$doc:meta])* $name:ident $(<$fma:ident>)?, $simple:literal, |$v:ident, $p:ident| $term:expr;)*) => {
		$(
			$(#[$doc])*
			pub(crate) struct $name $(<$fma>(PhantomData<$fma>))?;

			impl<T: Real $(, $fma: Fma)?> Term<T> for $name $(<$fma>)? {
				const SIMPLE: bool = $simple;
				#[inline(always)]
				fn of($v: T, $p: T) -> T {
					$term
				}
			}
		)*
	};
}

terms! {
	/// The element.
	Itself, true, |v, _p| v;
	/// Its square.
	Square, true, |v, _p| v * v;
	/// Its magnitude.
	Magnitude, true, |v, _p| v.abs();
	/// The square of its distance from the parameter.
	SquaredDistance, true, |v, p| (v - p) * (v - p);
	/// e to its distance from the parameter.
	Exponential<F>, false, |v, p| (v - p).exp::<F>();
}

/// The sum of `x`.
pub fn sum<T: Real>(x: &[T]) -> T {
	fold_run::<Sum<T>>(x)
}

/// Outputs that a kernel computes at a time where their sets are short: starting one costs as much as some elements.
const FEW: usize = 1 << 12;

/// Reduces the axes `axes` (strictly ascending) of `x`, a tensor of shape `shape`, into `out`: the kept dimensions,
/// row-major. Without axes every element is a set of its own.
pub fn reduce<T: Real>(
	cpu: Cpu,
	op: Reduction,
	shape: &[usize],
	axes: &[usize],
	x: &[T],
	out: &mut [T],
) -> Result<(), ShapeError> {
	exact_length("the tensor to reduce", elements(shape)?, x.len())?;
	let mut previous = None;
	for &axis in axes {
		if axis >= shape.len() || previous.is_some_and(|p| p >= axis) {
			return Err(ShapeError::Axis { axis, rank: shape.len() });
		}
		previous = Some(axis);
	}
	let sizes = |reduced: bool| {
		let chosen = shape.iter().enumerate().filter(move |(axis, _)| axes.contains(axis) == reduced);
		chosen.map(|(_, &size)| size).collect::<Vec<_>>()
	};
	exact_length("the result of the reduction", elements(&sizes(false))?, out.len())?;
	if out.is_empty() {
		return Ok(());
	}
	let count = elements(&sizes(true))?;
	let merged = merge(shape, axes);
	let (reduced, mut kept): (Vec<Axis>, Vec<Axis>) = merged.iter().partition(|axis| axis.reduced);
	let work = count.saturating_mul(op.work());
	let ends_reduced = merged.last().is_some_and(|axis| axis.reduced);
	if count == 0 || (ends_reduced && reduced.len() == 1) {
		let chunk = (FEW / count.max(1)).max(1);
		parallel::for_each_chunk(cpu, work.saturating_mul(chunk), out, chunk, |i, out| {
			let x = &x[i * chunk * count..][..out.len() * count];
			T::reduce_runs(cpu, Runs { op, x, count, out });
		});
	} else if ends_reduced {
		let rows = Rows::new(&reduced);
		parallel::for_each_chunk(cpu, work, out, 1, |i, out| {
			T::reduce_gathered(cpu, Gathered { op, x: &x[offset(&kept, i)..], rows: &rows, out });
		});
	} else {
		let rows = Rows::new(&reduced);
		let inner = kept.pop().map_or(1, |axis| axis.size);
		let chunk = if inner < TILE { TILE / inner * inner } else { TILE };
		parallel::for_each_chunk(cpu, work.saturating_mul(chunk), out, chunk, |i, out| {
			T::reduce_columns(cpu, Columns { op, x, rows: &rows, kept: &kept, inner, first: i * chunk, out });
		});
	}
	Ok(())
}

impl Reduction {
	/// Rough cost of an element in element operations.
	fn work(self) -> usize {
		if self == Self::LogSumExp { 16 } else { 1 }
	}
}

/// An axis, or several adjacent ones that are all reduced or all kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
	size: usize,
	/// Distance of adjacent elements.
	step: usize,
	reduced: bool,
}

/// The axes of the tensor, those of size 1 left out, adjacent ones of one kind as one.
fn merge(shape: &[usize], axes: &[usize]) -> Vec<Axis> {
	let mut merged: Vec<Axis> = vec![];
	let mut step = 1usize;
	for (axis, &size) in shape.iter().enumerate().rev().filter(|(_, size)| **size != 1) {
		let reduced = axes.contains(&axis);
		match merged.last_mut() {
			Some(last) if last.reduced == reduced => last.size = last.size.wrapping_mul(size),
			_ => merged.push(Axis { size, step, reduced }),
		}
		// Wraps only where some size is 0, and then nothing is read.
		step = step.wrapping_mul(size);
	}
	merged.reverse();
	merged
}

/// Where element `index` (row-major) of these axes lies.
fn offset(axes: &[Axis], mut index: usize) -> usize {
	let mut offset = 0;
	for axis in axes.iter().rev() {
		offset += index % axis.size * axis.step;
		index /= axis.size;
	}
	offset
}
