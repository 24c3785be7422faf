//! Operations of one argument.

use super::CHUNK;
use crate::{
	error::{ShapeError, exact_length},
	fma::{Baseline, Fma},
	isa::{Arch, Cpu, Kernel},
	math, parallel,
	real::Real,
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

/// Computes an expression of every element. A macro, so that the expression stands in the loop itself: a closure may be
/// compiled as a function of its own, without the instruction set of the kernel it is passed to.
macro_rules! map {
	($x:expr, $out:expr, |$v:ident| $value:expr) => {
		for (to, &$v) in $out.iter_mut().zip($x) {
			*to = $value;
		}
	};
}

/// Elements of which one beyond the range of a near form costs computing the far form of all.
const PART: usize = 256;

/// Computes the first expression, which holds up to `T::NEAR`, of every element; and the second where some are beyond.
macro_rules! map_near {
	($x:expr, $out:expr, |$v:ident| $near:expr, $far:expr) => {
		for (x, out) in $x.chunks(PART).zip($out.chunks_mut(PART)) {
			map!(x, out, |$v| $near);
			if x.iter().fold(false, |any, v| any | (v.abs() > T::NEAR)) {
				for (to, &$v) in out.iter_mut().zip(x) {
					let far = $far;
					*to = if $v.abs() > T::NEAR { far } else { *to };
				}
			}
		}
	};
}

impl Unary {
	/// The scalar definition.
	pub fn apply<T: Real>(self, x: T) -> T {
		let mut out = [T::ZERO];
		self.map::<Baseline, T>(&[x], &mut out);
		out[0]
	}

	#[inline(always)]
	pub(crate) fn map<F: Fma, T: Real>(self, x: &[T], out: &mut [T]) {
		match self {
			Self::Abs => map!(x, out, |v| T::abs(v)),
			Self::Neg => map!(x, out, |x| -x),
			Self::Sign => map!(x, out, |v| math::sign(v)),
			Self::Floor => map!(x, out, |v| T::floor(v)),
			Self::Ceil => map!(x, out, |v| T::ceil(v)),
			Self::Round => map!(x, out, |v| T::round_half_even(v)),
			Self::Trunc => map!(x, out, |v| T::trunc(v)),
			Self::Sqrt => map!(x, out, |v| T::sqrt(v)),
			Self::Reciprocal => map!(x, out, |x| T::ONE / x),
			Self::Relu => map!(x, out, |x| x.maximum(T::ZERO)),
			Self::Exp => map!(x, out, |v| T::exp::<F>(v)),
			Self::Expm1 => map!(x, out, |v| T::expm1::<F>(v)),
			Self::Log => map!(x, out, |v| T::log::<F>(v)),
			Self::Log1p => map!(x, out, |v| T::log1p::<F>(v)),
			Self::Sin => map_near!(x, out, |v| T::sin_near::<F>(v), T::sin_far::<F>(v)),
			Self::Cos => map_near!(x, out, |v| T::cos_near::<F>(v), T::cos_far::<F>(v)),
			Self::Tan => map_near!(x, out, |v| T::tan_near::<F>(v), T::tan_far::<F>(v)),
			Self::Asin => map!(x, out, |v| T::asin::<F>(v)),
			Self::Acos => map!(x, out, |v| T::acos::<F>(v)),
			Self::Atan => map!(x, out, |v| T::atan::<F>(v)),
			Self::Sinh => map!(x, out, |v| T::sinh::<F>(v)),
			Self::Cosh => map!(x, out, |v| T::cosh::<F>(v)),
			Self::Tanh => map!(x, out, |v| T::tanh::<F>(v)),
			Self::Asinh => map!(x, out, |v| T::asinh::<F>(v)),
			Self::Acosh => map!(x, out, |v| T::acosh::<F>(v)),
			Self::Atanh => map!(x, out, |v| T::atanh::<F>(v)),
			Self::Erf => map!(x, out, |v| T::erf::<F>(v)),
			Self::Sigmoid => map!(x, out, |v| math::sigmoid_with::<F, T>(v)),
			Self::Softplus => map!(x, out, |v| math::softplus_with::<F, T>(v)),
			Self::Softsign => map!(x, out, |x| x / (T::ONE + x.abs())),
			Self::Mish => map!(x, out, |v| math::mish_with::<F, T>(v)),
			Self::Gelu => map!(x, out, |v| math::gelu_with::<F, T>(v)),
			Self::GeluTanh => map!(x, out, |v| math::gelu_tanh_with::<F, T>(v)),
			Self::HardSwish => {
				let (alpha, beta) = (T::ONE / T::from(6.0), T::from(0.5));
				map!(x, out, |x| x * math::hard_sigmoid(x, alpha, beta));
			}
			Self::LeakyRelu { alpha } => {
				let alpha = T::from(alpha);
				map!(x, out, |x| if x < T::ZERO { alpha * x } else { x });
			}
			Self::ThresholdedRelu { alpha } => {
				let alpha = T::from(alpha);
				map!(x, out, |x| if x > alpha { x } else { T::ZERO });
			}
			Self::Elu { alpha } => {
				let alpha = T::from(alpha);
				map!(x, out, |x| math::elu_with::<F, T>(x, alpha));
			}
			Self::Celu { alpha } => {
				let alpha = T::from(alpha);
				map!(x, out, |x| math::celu_with::<F, T>(x, alpha));
			}
			Self::Selu { alpha, gamma } => {
				let (alpha, gamma) = (T::from(alpha), T::from(gamma));
				map!(x, out, |x| math::selu_with::<F, T>(x, alpha, gamma));
			}
			Self::HardSigmoid { alpha, beta } => {
				let (alpha, beta) = (T::from(alpha), T::from(beta));
				map!(x, out, |x| math::hard_sigmoid(x, alpha, beta));
			}
			Self::Swish { alpha } => {
				let alpha = T::from(alpha);
				map!(x, out, |x| math::swish_with::<F, T>(x, alpha));
			}
			Self::Clip { min, max } => {
				let (min, max) = (T::from(min), T::from(max));
				map!(x, out, |x| x.maximum(min).minimum(max));
			}
			Self::Shrink { bias, lambda } => {
				let (bias, lambda) = (T::from(bias), T::from(lambda));
				map!(x, out, |x| {
					if x < -lambda {
						x + bias
					} else if x > lambda {
						x - bias
					} else {
						T::ZERO
					}
				});
			}
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

/// `out[i] = op(x[i])`. Parameters of `op` are widened to the format of `x`.
pub fn unary<T: Real>(cpu: Cpu, op: Unary, x: &[T], out: &mut [T]) -> Result<(), ShapeError> {
	exact_length("the result", x.len(), out.len())?;
	parallel::for_each_chunk(cpu, CHUNK * op.work(), out, CHUNK, |i, out| {
		T::unary(cpu, UnaryPart { op, x: &x[i * CHUNK..i * CHUNK + out.len()], out });
	});
	Ok(())
}

/// `x[i] = op(x[i])`.
pub fn unary_in_place<T: Real>(cpu: Cpu, op: Unary, x: &mut [T]) {
	parallel::for_each_chunk(cpu, CHUNK * op.work(), x, CHUNK, |_, run| {
		let mut copy = [T::ZERO; 512];
		for part in run.chunks_mut(copy.len()) {
			let copy = &mut copy[..part.len()];
			copy.copy_from_slice(part);
			T::unary(cpu, UnaryPart { op, x: copy, out: part });
		}
	});
}

/// A run of elements.
pub struct UnaryPart<'a, T> {
	op: Unary,
	x: &'a [T],
	out: &'a mut [T],
}

impl<T: Real> Kernel for UnaryPart<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		self.op.map::<A, T>(self.x, self.out);
	}
}
