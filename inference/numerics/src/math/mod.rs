//! Functions of one or two numbers: the scalar definitions.
//!
//! Each is straight-line code over binary32 operations, fused multiply-adds and bit patterns, with selections in place of
//! branches, generic over how the fused multiply-add is computed. The kernels call the same functions in loops that the
//! compiler vectorises; as no operation is ever reordered, a lane gives the bits of the scalar call.
//!
//! `docs/numeric-profile.md` lists every step and constant, and the measured errors.

mod activation;
mod erf;
mod exp;
mod hyperbolic;
mod inverse_trig;
mod log;
mod pow;
mod rounding;
mod trig;

pub(crate) use activation::*;
pub(crate) use erf::*;
pub(crate) use exp::*;
pub(crate) use hyperbolic::*;
pub(crate) use inverse_trig::*;
pub(crate) use log::*;
pub(crate) use pow::*;
pub use rounding::{ceil, floor, floor_mod, fmod, maximum, minimum, round_half_even, sign, sqrt, trunc};
pub(crate) use trig::*;

use crate::fma::{Baseline, Fma};

/// Constants by their bits, which is how the profile gives them.
const fn floats<const N: usize>(bits: [u32; N]) -> [f32; N] {
	let mut values = [0.0; N];
	let mut i = 0;
	while i < N {
		values[i] = f32::from_bits(bits[i]);
		i += 1;
	}
	values
}

/// `c[0] + c[1] x + c[2] x² + …` by Horner's rule, one fused multiply-add a step from the highest coefficient.
#[inline(always)]
fn horner<F: Fma, const N: usize>(x: f32, c: &[f32; N]) -> f32 {
	let mut sum = c[N - 1];
	for i in (0..N - 1).rev() {
		sum = F::fma(sum, x, c[i]);
	}
	sum
}

/// `y · 2^n` for n in −252..=254, in two steps so that both powers are normal numbers; rounded once, if subnormal.
#[inline(always)]
fn scale(y: f32, n: i32) -> f32 {
	let half = n >> 1;
	y * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// 2^n for n in −126..=127; some number otherwise.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
	f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

macro_rules! functions {
	($($(#[$doc:meta])* $name:ident = $generic:ident $(::<$t:ident>)?;)*) => {
		$(
			$(#[$doc])*
			pub fn $name(x: f32) -> f32 {
				$generic::<Baseline $(, $t)?>(x)
			}
		)*
	};
}

functions! {
	/// e^x.
	exp = exp_with;
	/// e^x − 1, accurate near 0.
	expm1 = expm1_with;
	/// The natural logarithm; −∞ at ±0, NaN below.
	log = log_with;
	/// ln(1 + x), accurate near 0.
	log1p = log1p_with;
	/// The sine of an angle in radians, accurate for all finite arguments; NaN at ±∞.
	sin = sin_with;
	/// The cosine of an angle in radians, accurate for all finite arguments; NaN at ±∞.
	cos = cos_with;
	/// The tangent: sine divided by cosine.
	tan = tan_with;
	/// The angle in [−π/2, π/2] whose sine is x; NaN outside [−1, 1].
	asin = asin_with;
	/// The angle in [0, π] whose cosine is x; NaN outside [−1, 1].
	acos = acos_with;
	/// The angle in [−π/2, π/2] whose tangent is x.
	atan = atan_with;
	/// The hyperbolic sine.
	sinh = sinh_with;
	/// The hyperbolic cosine.
	cosh = cosh_with;
	/// The hyperbolic tangent.
	tanh = tanh_with;
	/// The inverse hyperbolic sine.
	asinh = asinh_with;
	/// The inverse hyperbolic cosine; NaN below 1.
	acosh = acosh_with;
	/// The inverse hyperbolic tangent; NaN outside [−1, 1].
	atanh = atanh_with;
	/// The error function.
	erf = erf_with;
	/// 1 / (1 + e^−x).
	sigmoid = sigmoid_with::<f32>;
	/// ln(1 + e^x).
	softplus = softplus_with::<f32>;
	/// x tanh(softplus(x)).
	mish = mish_with::<f32>;
	/// x (1 + erf(x / √2)) / 2.
	gelu = gelu_with::<f32>;
	/// The tanh approximation of `gelu`: x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
	gelu_tanh = gelu_tanh_with::<f32>;
}

/// x^y with the special values of IEEE 754-2019, section 9.2.1.
pub fn pow(x: f32, y: f32) -> f32 {
	pow_with::<Baseline>(x, y)
}

/// The angle of the point (x, y), in [−π, π].
pub fn atan2(y: f32, x: f32) -> f32 {
	atan2_with::<Baseline>(y, x)
}
