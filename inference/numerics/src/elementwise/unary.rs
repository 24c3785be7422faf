//! Operations of one argument.

use super::CHUNK;
use crate::{
	error::{ShapeError, exact_length},
	fma::{Baseline, Fma},
	isa::{Arch, Cpu, Kernel},
	math, parallel,
};

/// An operation of one element, x. Steps are rounded in the order written.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "parameters are named as in ONNX and explained with their operation")]
pub enum Unary {
	/// |x|.
	Abs,
	/// −x.
	Neg,
	/// [`math::sign`].
	Sign,
	/// [`math::floor`].
	Floor,
	/// [`math::ceil`].
	Ceil,
	/// [`math::round_half_even`].
	Round,
	/// [`math::trunc`].
	Trunc,
	/// [`math::sqrt`].
	Sqrt,
	/// 1 / x.
	Reciprocal,
	/// [`math::maximum`] of x and +0.
	Relu,
	/// [`math::exp`].
	Exp,
	/// [`math::expm1`].
	Expm1,
	/// [`math::log`].
	Log,
	/// [`math::log1p`].
	Log1p,
	/// [`math::sin`].
	Sin,
	/// [`math::cos`].
	Cos,
	/// [`math::tan`].
	Tan,
	/// [`math::asin`].
	Asin,
	/// [`math::acos`].
	Acos,
	/// [`math::atan`].
	Atan,
	/// [`math::sinh`].
	Sinh,
	/// [`math::cosh`].
	Cosh,
	/// [`math::tanh`].
	Tanh,
	/// [`math::asinh`].
	Asinh,
	/// [`math::acosh`].
	Acosh,
	/// [`math::atanh`].
	Atanh,
	/// [`math::erf`].
	Erf,
	/// [`math::sigmoid`].
	Sigmoid,
	/// [`math::softplus`].
	Softplus,
	/// x / (1 + |x|).
	Softsign,
	/// [`math::mish`].
	Mish,
	/// [`math::gelu`].
	Gelu,
	/// [`math::gelu_tanh`].
	GeluTanh,
	/// x · hard_sigmoid(x) with alpha = 1/6 and beta = 1/2.
	HardSwish,
	/// x where x ≥ 0 or NaN, else alpha · x.
	LeakyRelu { alpha: f32 },
	/// x where x > alpha, else +0.
	ThresholdedRelu { alpha: f32 },
	/// x where x ≥ 0 or NaN, else alpha · expm1(x).
	Elu { alpha: f32 },
	/// max(x, 0) + min(0, alpha · expm1(x / alpha)).
	Celu { alpha: f32 },
	/// gamma · elu(x).
	Selu { alpha: f32, gamma: f32 },
	/// max(0, min(1, alpha · x + beta)).
	HardSigmoid { alpha: f32, beta: f32 },
	/// x · sigmoid(alpha · x).
	Swish { alpha: f32 },
	/// min(max(x, min), max).
	Clip { min: f32, max: f32 },
	/// x + bias below −lambda, x − bias above lambda, +0 between.
	Shrink { bias: f32, lambda: f32 },
}

impl Unary {
	/// The scalar definition.
	pub fn apply(self, x: f32) -> f32 {
		let mut out = [0.0];
		self.map::<Baseline>(&[x], &mut out);
		out[0]
	}

	#[inline(always)]
	fn map<F: Fma>(self, x: &[f32], out: &mut [f32]) {
		match self {
			Self::Abs => map(x, out, f32::abs),
			Self::Neg => map(x, out, |x| -x),
			Self::Sign => map(x, out, math::sign),
			Self::Floor => map(x, out, math::floor),
			Self::Ceil => map(x, out, math::ceil),
			Self::Round => map(x, out, math::round_half_even),
			Self::Trunc => map(x, out, math::trunc),
			Self::Sqrt => map(x, out, math::sqrt),
			Self::Reciprocal => map(x, out, |x| 1.0 / x),
			Self::Relu => map(x, out, |x| math::maximum(x, 0.0)),
			Self::Exp => map(x, out, math::exp_with::<F>),
			Self::Expm1 => map(x, out, math::expm1_with::<F>),
			Self::Log => map(x, out, math::log_with::<F>),
			Self::Log1p => map(x, out, math::log1p_with::<F>),
			Self::Sin => map_near(x, out, math::sin_near::<F>, math::sin),
			Self::Cos => map_near(x, out, math::cos_near::<F>, math::cos),
			Self::Tan => map_near(x, out, |x| math::sin_near::<F>(x) / math::cos_near::<F>(x), math::tan),
			Self::Asin => map(x, out, math::asin_with::<F>),
			Self::Acos => map(x, out, math::acos_with::<F>),
			Self::Atan => map(x, out, math::atan_with::<F>),
			Self::Sinh => map(x, out, math::sinh_with::<F>),
			Self::Cosh => map(x, out, math::cosh_with::<F>),
			Self::Tanh => map(x, out, math::tanh_with::<F>),
			Self::Asinh => map(x, out, math::asinh_with::<F>),
			Self::Acosh => map(x, out, math::acosh_with::<F>),
			Self::Atanh => map(x, out, math::atanh_with::<F>),
			Self::Erf => map(x, out, math::erf_with::<F>),
			Self::Sigmoid => map(x, out, math::sigmoid_with::<F>),
			Self::Softplus => map(x, out, math::softplus_with::<F>),
			Self::Softsign => map(x, out, |x| x / (1.0 + x.abs())),
			Self::Mish => map(x, out, math::mish_with::<F>),
			Self::Gelu => map(x, out, math::gelu_with::<F>),
			Self::GeluTanh => map(x, out, math::gelu_tanh_with::<F>),
			Self::HardSwish => map(x, out, |x| x * math::hard_sigmoid(x, 1.0 / 6.0, 0.5)),
			Self::LeakyRelu { alpha } => map(x, out, |x| if x < 0.0 { alpha * x } else { x }),
			Self::ThresholdedRelu { alpha } => map(x, out, |x| if x > alpha { x } else { 0.0 }),
			Self::Elu { alpha } => map(x, out, |x| math::elu_with::<F>(x, alpha)),
			Self::Celu { alpha } => map(x, out, |x| math::celu_with::<F>(x, alpha)),
			Self::Selu { alpha, gamma } => map(x, out, |x| math::selu_with::<F>(x, alpha, gamma)),
			Self::HardSigmoid { alpha, beta } => map(x, out, |x| math::hard_sigmoid(x, alpha, beta)),
			Self::Swish { alpha } => map(x, out, |x| math::swish_with::<F>(x, alpha)),
			Self::Clip { min, max } => map(x, out, |x| math::minimum(math::maximum(x, min), max)),
			Self::Shrink { bias, lambda } => map(x, out, |x| {
				if x < -lambda {
					x + bias
				} else if x > lambda {
					x - bias
				} else {
					0.0
				}
			}),
		}
	}

	/// Rough cost of one in element operations.
	fn work(self) -> usize {
		match self {
			Self::Abs
			| Self::Neg
			| Self::Sign
			| Self::Floor
			| Self::Ceil
			| Self::Round
			| Self::Trunc
			| Self::Relu
			| Self::LeakyRelu { .. }
			| Self::ThresholdedRelu { .. }
			| Self::HardSigmoid { .. }
			| Self::HardSwish
			| Self::Clip { .. }
			| Self::Shrink { .. } => 1,
			_ => 8,
		}
	}
}

#[inline(always)]
fn map(x: &[f32], out: &mut [f32], f: impl Fn(f32) -> f32) {
	for (to, &v) in out.iter_mut().zip(x) {
		*to = f(v);
	}
}

/// Computes all with `near`, which the compiler can vectorise, and then those beyond its range again with `any`.
#[inline(always)]
fn map_near(x: &[f32], out: &mut [f32], near: impl Fn(f32) -> f32, any: impl Fn(f32) -> f32) {
	map(x, out, near);
	for (to, &v) in out.iter_mut().zip(x) {
		if v.abs() > math::NEAR {
			*to = any(v);
		}
	}
}

/// `out[i] = op(x[i])`.
pub fn unary(cpu: Cpu, op: Unary, x: &[f32], out: &mut [f32]) -> Result<(), ShapeError> {
	exact_length("the result", x.len(), out.len())?;
	parallel::for_each_chunk(cpu, CHUNK * op.work(), out, CHUNK, |i, out| {
		cpu.run(Map { op, x: &x[i * CHUNK..i * CHUNK + out.len()], out });
	});
	Ok(())
}

/// `x[i] = op(x[i])`.
pub fn unary_in_place(cpu: Cpu, op: Unary, x: &mut [f32]) {
	parallel::for_each_chunk(cpu, CHUNK * op.work(), x, CHUNK, |_, run| {
		let mut copy = [0.0; 512];
		for part in run.chunks_mut(copy.len()) {
			let copy = &mut copy[..part.len()];
			copy.copy_from_slice(part);
			cpu.run(Map { op, x: copy, out: part });
		}
	});
}

struct Map<'a> {
	op: Unary,
	x: &'a [f32],
	out: &'a mut [f32],
}

impl Kernel for Map<'_> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		self.op.map::<A>(self.x, self.out);
	}
}
