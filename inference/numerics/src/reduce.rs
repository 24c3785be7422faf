//! Reductions along axes (rule 3 of the profile).
//!
//! Definition: the elements of a set, in row-major order of the reduced axes, are cut into blocks of 256. In a block
//! sixteen lanes start at the identity; lane j combines, in order, the block's elements j, j + 16, j + 32, …. Then lane i
//! combines with lane i + 8 (the lower lane on the left), i + 4, i + 2, i + 1. The result starts as the first block's
//! value and combines with the others in ascending order. An empty set gives the identity.

use core::marker::PhantomData;

use alloc::{vec, vec::Vec};

use crate::{
	error::{ShapeError, elements, exact_length},
	fma::Fma,
	isa::{Arch, Cpu, Kernel},
	parallel,
	real::Real,
};

/// Elements of a block.
const BLOCK: usize = 256;
/// Lanes of a block.
const LANES: usize = 16;

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
	fn combine(a: Self::Item, b: Self::Item) -> Self::Item;
}

macro_rules! monoids {
	($($name:ident, $identity:ident, $combine:expr;)*) => {
		$(
			pub(crate) struct $name<T = f32>(PhantomData<T>);

			impl<T: Real> Monoid for $name<T> {
				type Item = T;
				const IDENTITY: T = T::$identity;
				#[inline(always)]
				fn combine(a: T, b: T) -> T {
					$combine(a, b)
				}
			}
		)*
	};
}

monoids! {
	Sum, ZERO, |a, b| a + b;
	Product, ONE, |a, b| a * b;
	Maximum, NEG_INFINITY, T::maximum;
	Minimum, INFINITY, T::minimum;
}

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

/// Reduces a run of adjacent elements, each passed through `f` first.
#[inline(always)]
pub(crate) fn fold_run<M: Monoid>(x: &[M::Item], f: impl Fn(M::Item) -> M::Item) -> M::Item {
	let mut blocks = x.chunks(BLOCK).map(|block| {
		let mut lanes = [M::IDENTITY; LANES];
		let rows = block.chunks_exact(LANES);
		let last = rows.remainder();
		for row in rows {
			for (lane, &v) in lanes.iter_mut().zip(row) {
				*lane = M::combine(*lane, f(v));
			}
		}
		for (lane, &v) in lanes.iter_mut().zip(last) {
			*lane = M::combine(*lane, f(v));
		}
		tree::<M>(lanes)
	});
	let Some(first) = blocks.next() else { return M::IDENTITY };
	blocks.fold(first, M::combine)
}

/// Reduces a set whose element `i` is `get(i)`.
#[inline(always)]
pub(crate) fn fold_with<M: Monoid>(count: usize, get: impl Fn(usize) -> M::Item) -> M::Item {
	let block = |from: usize| {
		let mut lanes = [M::IDENTITY; LANES];
		for i in from..count.min(from + BLOCK) {
			let lane = &mut lanes[(i - from) % LANES];
			*lane = M::combine(*lane, get(i));
		}
		tree::<M>(lanes)
	};
	if count == 0 {
		return M::IDENTITY;
	}
	let first = block(0);
	(BLOCK..count).step_by(BLOCK).fold(first, |sum, from| M::combine(sum, block(from)))
}

/// The sum of `x`.
pub fn sum<T: Real>(x: &[T]) -> T {
	fold_run::<Sum<T>>(x, |v| v)
}

/// One whole reduction of a set.
#[inline(always)]
fn finish<F: Fma, T: Real>(op: Reduction, set: &impl Set<T>) -> T {
	let sum = |f: fn(T) -> T| set.fold::<Sum<T>>(f);
	match op {
		Reduction::Sum => set.fold::<Sum<T>>(|v| v),
		Reduction::Mean => set.fold::<Sum<T>>(|v| v) / T::from_count(set.count()),
		Reduction::Max => set.fold::<Maximum<T>>(|v| v),
		Reduction::Min => set.fold::<Minimum<T>>(|v| v),
		Reduction::Prod => set.fold::<Product<T>>(|v| v),
		Reduction::SumSquare => sum(|v| v * v),
		Reduction::L1 => sum(T::abs),
		Reduction::L2 => sum(|v| v * v).sqrt(),
		Reduction::LogSum => set.fold::<Sum<T>>(|v| v).log::<F>(),
		Reduction::LogSumExp => {
			let most = set.fold::<Maximum<T>>(|v| v);
			if most.is_finite() {
				most + set.fold::<Sum<T>>(|v| (v - most).exp::<F>()).log::<F>()
			} else {
				most
			}
		}
	}
}

/// The elements reduced to one output.
pub trait Set<T: Real> {
	fn count(&self) -> usize;
	fn fold<M: Monoid<Item = T>>(&self, f: impl Fn(T) -> T) -> T;
}

/// Adjacent elements.
pub struct Run<'a, T>(&'a [T]);

impl<T: Real> Set<T> for Run<'_, T> {
	#[inline(always)]
	fn count(&self) -> usize {
		self.0.len()
	}
	#[inline(always)]
	fn fold<M: Monoid<Item = T>>(&self, f: impl Fn(T) -> T) -> T {
		fold_run::<M>(self.0, f)
	}
}

/// Elements at `offsets` from a base.
pub struct Scattered<'a, T> {
	x: &'a [T],
	base: usize,
	offsets: &'a [usize],
}

impl<T: Real> Set<T> for Scattered<'_, T> {
	#[inline(always)]
	fn count(&self) -> usize {
		self.offsets.len()
	}
	#[inline(always)]
	fn fold<M: Monoid<Item = T>>(&self, f: impl Fn(T) -> T) -> T {
		fold_with::<M>(self.offsets.len(), |i| f(self.x[self.base + self.offsets[i]]))
	}
}

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
	let split = Split::new(shape, axes);
	exact_length("the result of the reduction", elements(&split.kept)?, out.len())?;
	if out.is_empty() {
		return Ok(());
	}
	let count = elements(&split.reduced)?;
	let adjacent = axes.iter().rev().zip((0..shape.len()).rev()).all(|(&a, b)| a == b);
	if adjacent {
		parallel::for_each_chunk(cpu, count, out, 1, |i, out| {
			T::reduce_run(cpu, Reduce { op, set: Run(&x[i * count..(i + 1) * count]), out });
		});
	} else {
		let offsets = offsets(&split.reduced, &split.reduced_steps, count);
		let bases = Bases { shape: &split.kept, steps: &split.kept_steps };
		parallel::for_each_chunk(cpu, count, out, 1, |i, out| {
			T::reduce_scattered(
				cpu,
				Reduce { op, set: Scattered { x, base: bases.at(i), offsets: &offsets }, out },
			);
		});
	}
	Ok(())
}

/// Computes one output.
pub struct Reduce<'a, S, T> {
	op: Reduction,
	set: S,
	out: &'a mut [T],
}

impl<T: Real, S: Set<T>> Kernel for Reduce<'_, S, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		self.out[0] = finish::<A, T>(self.op, &self.set);
	}
}

/// Dimensions and element steps of the kept and the reduced axes.
struct Split {
	kept: Vec<usize>,
	kept_steps: Vec<usize>,
	reduced: Vec<usize>,
	reduced_steps: Vec<usize>,
}

impl Split {
	fn new(shape: &[usize], axes: &[usize]) -> Self {
		let mut steps = vec![1usize; shape.len()];
		for axis in (1..shape.len()).rev() {
			// Wraps only where some size is 0, and then nothing is read.
			steps[axis - 1] = steps[axis].wrapping_mul(shape[axis]);
		}
		let pick = |list: &[usize], reduced: bool| {
			let chosen = list.iter().enumerate().filter(|(axis, _)| axes.contains(axis) == reduced);
			chosen.map(|(_, &v)| v).collect()
		};
		Self {
			kept: pick(shape, false),
			kept_steps: pick(&steps, false),
			reduced: pick(shape, true),
			reduced_steps: pick(&steps, true),
		}
	}
}

/// Where the element sets of the outputs start.
struct Bases<'a> {
	shape: &'a [usize],
	steps: &'a [usize],
}

impl Bases<'_> {
	fn at(&self, mut index: usize) -> usize {
		let mut base = 0;
		for (&size, &step) in self.shape.iter().zip(self.steps).rev() {
			base += index % size * step;
			index /= size;
		}
		base
	}
}

/// Offsets of all `count` elements of a set, in row-major order.
fn offsets(shape: &[usize], steps: &[usize], count: usize) -> Vec<usize> {
	let bases = Bases { shape, steps };
	(0..count).map(|i| bases.at(i)).collect()
}

/// Which extreme to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgReduction {
	/// The index of the maximum.
	Max,
	/// The index of the minimum.
	Min,
}

/// Index along `axis` of the extreme element, for every position of the other axes (row-major).
///
/// A NaN is more extreme than any number and equal to any NaN; −0 and +0 are equal. Among equals the first index wins, or
/// the last with `select_last`. The axis must not be empty.
pub fn arg_reduce<T: Real>(
	op: ArgReduction,
	shape: &[usize],
	axis: usize,
	select_last: bool,
	x: &[T],
	out: &mut [i64],
) -> Result<(), ShapeError> {
	exact_length("the tensor to search", elements(shape)?, x.len())?;
	let Some(&size) = shape.get(axis) else { return Err(ShapeError::Axis { axis, rank: shape.len() }) };
	let inner = elements(&shape[axis + 1..])?;
	let outer = elements(&shape[..axis])?;
	exact_length(
		"the result of the search",
		outer.checked_mul(inner).ok_or(ShapeError::Overflow)?,
		out.len(),
	)?;
	if out.is_empty() {
		return Ok(());
	}
	if size == 0 {
		return Err(ShapeError::Invalid("the axis to search for an extreme is empty"));
	}
	for (i, found) in out.iter_mut().enumerate() {
		let first = i / inner * size * inner + i % inner;
		let mut best = 0;
		for candidate in 1..size {
			let (new, old) = (x[first + candidate * inner], x[first + best * inner]);
			let more = match op {
				ArgReduction::Max => new > old,
				ArgReduction::Min => new < old,
			};
			let replaces = if old.is_nan() {
				select_last && new.is_nan()
			} else {
				new.is_nan() || more || (select_last && new == old)
			};
			if replaces {
				best = candidate;
			}
		}
		// An index of a slice fits in 63 bits.
		*found = best as i64;
	}
	Ok(())
}
