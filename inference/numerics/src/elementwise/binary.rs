//! Operations of two arguments.

use super::{CHUNK, broadcast::Plan};
use crate::{
	error::{ShapeError, exact_length},
	fma::{Baseline, Fma},
	isa::{Arch, Cpu, Kernel},
	math, parallel,
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
fn prelu(x: f32, slope: f32) -> f32 {
	if x < 0.0 { x * slope } else { x }
}

impl Binary {
	/// The scalar definition.
	pub fn apply(self, a: f32, b: f32) -> f32 {
		let mut out = [0.0];
		self.walk::<Baseline>(&Plan::scalars(), 0, &[a], &[b], &mut out);
		out[0]
	}

	/// Computes the elements from `first` on of a broadcast into `out`.
	#[inline(always)]
	fn walk<F: Fma>(self, plan: &Plan, first: usize, a: &[f32], b: &[f32], out: &mut [f32]) {
		match self {
			Self::Add => plan.walk(first, a, b, out, |a, b| a + b),
			Self::Sub => plan.walk(first, a, b, out, |a, b| a - b),
			Self::Mul => plan.walk(first, a, b, out, |a, b| a * b),
			Self::Div => plan.walk(first, a, b, out, |a, b| a / b),
			Self::Min => plan.walk(first, a, b, out, math::minimum),
			Self::Max => plan.walk(first, a, b, out, math::maximum),
			Self::Pow => plan.walk(first, a, b, out, math::pow_with::<F>),
			Self::PRelu => plan.walk(first, a, b, out, prelu),
			Self::Atan2 => plan.walk(first, a, b, out, math::atan2_with::<F>),
			Self::Fmod => plan.walk(first, a, b, out, math::fmod),
			Self::FloorMod => plan.walk(first, a, b, out, math::floor_mod),
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
pub fn binary(
	cpu: Cpu,
	op: Binary,
	a: &[f32],
	a_shape: &[usize],
	b: &[f32],
	b_shape: &[usize],
	out: &mut [f32],
) -> Result<(), ShapeError> {
	let plan = Plan::new(a_shape, b_shape)?;
	plan.check(a.len(), b.len(), out.len())?;
	parallel::for_each_chunk(cpu, CHUNK * op.work(), out, CHUNK, |i, out| {
		cpu.run(Part { op, plan: &plan, first: i * CHUNK, a, b, out });
	});
	Ok(())
}

/// `out[i] = op(a[i], b[i])`.
pub fn binary_same(cpu: Cpu, op: Binary, a: &[f32], b: &[f32], out: &mut [f32]) -> Result<(), ShapeError> {
	exact_length("the right operand", a.len(), b.len())?;
	binary(cpu, op, a, &[a.len()], b, &[b.len()], out)
}

/// `out[i] = op(a[i], b)`.
pub fn binary_scalar(cpu: Cpu, op: Binary, a: &[f32], b: f32, out: &mut [f32]) -> Result<(), ShapeError> {
	binary(cpu, op, a, &[a.len()], &[b], &[], out)
}

/// A run of elements of a broadcast.
struct Part<'a> {
	op: Binary,
	plan: &'a Plan,
	first: usize,
	a: &'a [f32],
	b: &'a [f32],
	out: &'a mut [f32],
}

impl Kernel for Part<'_> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		self.op.walk::<A>(self.plan, self.first, self.a, self.b, self.out);
	}
}
