//! Operations of two arguments.

use super::{
	CHUNK,
	broadcast::{Plan, for_each_pair},
};
use crate::{
	error::{ShapeError, exact_length},
	fma::{Baseline, Fma},
	isa::{Arch, Cpu, Kernel},
	math, parallel,
	real::Real,
};

/// An operation of two elements, a and b.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
	/// a + b.
	Add,
	/// a − b.
	Sub,
	/// a · b.
	Mul,
	/// a / b.
	Div,
	/// [`math::minimum`].
	Min,
	/// [`math::maximum`].
	Max,
	/// [`math::pow`].
	Pow,
	/// a where a ≥ 0 or NaN, else a · b.
	PRelu,
	/// [`math::atan2`] of y = a and x = b.
	Atan2,
	/// [`math::fmod`].
	Fmod,
	/// [`math::floor_mod`].
	FloorMod,
}

#[inline(always)]
fn prelu<T: Real>(x: T, slope: T) -> T {
	if x < T::ZERO { x * slope } else { x }
}

impl Binary {
	/// The scalar definition.
	pub fn apply<T: Real>(self, a: T, b: T) -> T {
		let mut out = [T::ZERO];
		self.walk::<Baseline, T>(&Plan::scalars(), 0, &[a], &[b], &mut out);
		out[0]
	}

	/// Computes the elements from `first` on of a broadcast into `out`.
	#[inline(always)]
	fn walk<F: Fma, T: Real>(self, plan: &Plan, first: usize, a: &[T], b: &[T], out: &mut [T]) {
		let runs = plan.runs(first, a, b, out);
		match self {
			Self::Add => for_each_pair!(runs, |a, b| a + b),
			Self::Sub => for_each_pair!(runs, |a, b| a - b),
			Self::Mul => for_each_pair!(runs, |a, b| a * b),
			Self::Div => for_each_pair!(runs, |a, b| a / b),
			Self::Min => for_each_pair!(runs, |a, b| a.minimum(b)),
			Self::Max => for_each_pair!(runs, |a, b| a.maximum(b)),
			Self::Pow => for_each_pair!(runs, |a, b| a.pow::<F>(b)),
			Self::PRelu => for_each_pair!(runs, |a, b| prelu(a, b)),
			Self::Atan2 => for_each_pair!(runs, |a, b| a.atan2::<F>(b)),
			Self::Fmod => for_each_pair!(runs, |a, b| math::fmod(a, b)),
			Self::FloorMod => for_each_pair!(runs, |a, b| math::floor_mod(a, b)),
		}
	}

	/// Rough cost of one in element operations.
	fn work(self) -> usize {
		match self {
			Self::Pow | Self::Atan2 | Self::Fmod | Self::FloorMod => 32,
			_ => 1,
		}
	}
}

/// `out = op(a, b)` with NumPy broadcasting; `out` has the broadcast shape.
pub fn binary<T: Real>(
	cpu: Cpu,
	op: Binary,
	a: &[T],
	a_shape: &[usize],
	b: &[T],
	b_shape: &[usize],
	out: &mut [T],
) -> Result<(), ShapeError> {
	let plan = Plan::new(a_shape, b_shape)?;
	plan.check(a.len(), b.len(), out.len())?;
	parallel::for_each_chunk(cpu, CHUNK * op.work(), out, CHUNK, |i, out| {
		T::binary(cpu, BinaryPart { op, plan: &plan, first: i * CHUNK, a, b, out });
	});
	Ok(())
}

/// `out[i] = op(a[i], b[i])`.
pub fn binary_same<T: Real>(cpu: Cpu, op: Binary, a: &[T], b: &[T], out: &mut [T]) -> Result<(), ShapeError> {
	exact_length("the right operand", a.len(), b.len())?;
	binary(cpu, op, a, &[a.len()], b, &[b.len()], out)
}

/// `out[i] = op(a[i], b)`.
pub fn binary_scalar<T: Real>(cpu: Cpu, op: Binary, a: &[T], b: T, out: &mut [T]) -> Result<(), ShapeError> {
	binary(cpu, op, a, &[a.len()], &[b], &[], out)
}

/// A run of elements of a broadcast.
pub struct BinaryPart<'a, T> {
	op: Binary,
	plan: &'a Plan,
	first: usize,
	a: &'a [T],
	b: &'a [T],
	out: &'a mut [T],
}

impl<T: Real> Kernel for BinaryPart<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		self.op.walk::<A, T>(self.plan, self.first, self.a, self.b, self.out);
	}
}
