//! Comparisons.

use super::{
	CHUNK,
	broadcast::{Plan, for_each_pair},
};
use crate::{
	error::ShapeError,
	isa::{Arch, Cpu, Kernel},
	parallel,
	real::Real,
};

/// A comparison of a with b. NaN is unequal to everything and neither less nor greater; −0 equals +0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
	/// a = b.
	Equal,
	/// a ≠ b.
	NotEqual,
	/// a < b.
	Less,
	/// a ≤ b.
	LessOrEqual,
	/// a > b.
	Greater,
	/// a ≥ b.
	GreaterOrEqual,
}

/// `out = a op b` with NumPy broadcasting; `out` has the broadcast shape.
pub fn compare<T: Real>(
	cpu: Cpu,
	op: Comparison,
	a: &[T],
	a_shape: &[usize],
	b: &[T],
	b_shape: &[usize],
	out: &mut [bool],
) -> Result<(), ShapeError> {
	let plan = Plan::new(a_shape, b_shape)?;
	plan.check(a.len(), b.len(), out.len())?;
	parallel::for_each_chunk(cpu, CHUNK, out, CHUNK, |i, out| {
		T::compare(cpu, ComparePart { op, plan: &plan, first: i * CHUNK, a, b, out });
	});
	Ok(())
}

/// A run of elements of a broadcast.
pub struct ComparePart<'a, T> {
	op: Comparison,
	plan: &'a Plan,
	first: usize,
	a: &'a [T],
	b: &'a [T],
	out: &'a mut [bool],
}

impl<T: Real> Kernel for ComparePart<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { op, plan, first, a, b, out } = self;
		let runs = plan.runs(first, a, b, out);
		match op {
			Comparison::Equal => for_each_pair!(runs, |a, b| a == b),
			Comparison::NotEqual => for_each_pair!(runs, |a, b| a != b),
			Comparison::Less => for_each_pair!(runs, |a, b| a < b),
			Comparison::LessOrEqual => for_each_pair!(runs, |a, b| a <= b),
			Comparison::Greater => for_each_pair!(runs, |a, b| a > b),
			Comparison::GreaterOrEqual => for_each_pair!(runs, |a, b| a >= b),
		}
	}
}
