//! Activation functions, composed from the others: each operation below is rounded, in the order written.

use super::{
	erf::erf_with,
	exp::{exp_with, expm1_with},
	hyperbolic::{sigmoid_with, tanh_with},
	log::log1p_with,
	rounding::{maximum, minimum},
};
use crate::fma::Fma;

/// √2.
const SQRT_2: f32 = f32::from_bits(0x3fb5_04f3);
/// √(2/π).
const SQRT_2_OVER_PI: f32 = f32::from_bits(0x3f4c_422a);
/// 0.044715.
const GELU_CUBE: f32 = f32::from_bits(0x3d37_2713);

#[inline(always)]
pub(crate) fn softplus_with<F: Fma>(x: f32) -> f32 {
	maximum(x, 0.0) + log1p_with::<F>(exp_with::<F>(-x.abs()))
}

#[inline(always)]
pub(crate) fn mish_with<F: Fma>(x: f32) -> f32 {
	x * tanh_with::<F>(softplus_with::<F>(x))
}

#[inline(always)]
pub(crate) fn gelu_with<F: Fma>(x: f32) -> f32 {
	0.5 * x * (1.0 + erf_with::<F>(x / SQRT_2))
}

#[inline(always)]
pub(crate) fn gelu_tanh_with<F: Fma>(x: f32) -> f32 {
	let cube = x * x * x;
	0.5 * x * (1.0 + tanh_with::<F>(SQRT_2_OVER_PI * (x + GELU_CUBE * cube)))
}

#[inline(always)]
pub(crate) fn elu_with<F: Fma>(x: f32, alpha: f32) -> f32 {
	if x < 0.0 { alpha * expm1_with::<F>(x) } else { x }
}

#[inline(always)]
pub(crate) fn celu_with<F: Fma>(x: f32, alpha: f32) -> f32 {
	maximum(x, 0.0) + minimum(0.0, alpha * expm1_with::<F>(x / alpha))
}

#[inline(always)]
pub(crate) fn selu_with<F: Fma>(x: f32, alpha: f32, gamma: f32) -> f32 {
	gamma * elu_with::<F>(x, alpha)
}

#[inline(always)]
pub(crate) fn swish_with<F: Fma>(x: f32, alpha: f32) -> f32 {
	x * sigmoid_with::<F>(alpha * x)
}

#[inline(always)]
pub(crate) fn hard_sigmoid(x: f32, alpha: f32, beta: f32) -> f32 {
	maximum(0.0, minimum(1.0, alpha * x + beta))
}
