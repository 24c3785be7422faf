//! Activation functions, composed from the others: each operation below is rounded, in the order written.

use crate::{fma::Fma, real::Real};

#[inline(always)]
pub(crate) fn sigmoid_with<F: Fma, T: Real>(x: T) -> T {
	let e = (-x.abs()).exp::<F>();
	(if x < T::ZERO { e } else { T::ONE }) / (T::ONE + e)
}

#[inline(always)]
pub(crate) fn softplus_with<F: Fma, T: Real>(x: T) -> T {
	x.maximum(T::ZERO) + (-x.abs()).exp::<F>().log1p::<F>()
}

#[inline(always)]
pub(crate) fn mish_with<F: Fma, T: Real>(x: T) -> T {
	x * softplus_with::<F, T>(x).tanh::<F>()
}

#[inline(always)]
pub(crate) fn gelu_with<F: Fma, T: Real>(x: T) -> T {
	T::from(0.5) * x * (T::ONE + (x / T::SQRT_2).erf::<F>())
}

#[inline(always)]
pub(crate) fn gelu_tanh_with<F: Fma, T: Real>(x: T) -> T {
	let cube = x * x * x;
	T::from(0.5) * x * (T::ONE + (T::SQRT_2_OVER_PI * (x + T::GELU_CUBE * cube)).tanh::<F>())
}

#[inline(always)]
pub(crate) fn elu_with<F: Fma, T: Real>(x: T, alpha: T) -> T {
	if x < T::ZERO { alpha * x.expm1::<F>() } else { x }
}

#[inline(always)]
pub(crate) fn celu_with<F: Fma, T: Real>(x: T, alpha: T) -> T {
	x.maximum(T::ZERO) + T::ZERO.minimum(alpha * (x / alpha).expm1::<F>())
}

#[inline(always)]
pub(crate) fn selu_with<F: Fma, T: Real>(x: T, alpha: T, gamma: T) -> T {
	gamma * elu_with::<F, T>(x, alpha)
}

#[inline(always)]
pub(crate) fn swish_with<F: Fma, T: Real>(x: T, alpha: T) -> T {
	x * sigmoid_with::<F, T>(alpha * x)
}

#[inline(always)]
pub(crate) fn hard_sigmoid<T: Real>(x: T, alpha: T, beta: T) -> T {
	T::ZERO.maximum(T::ONE.minimum(alpha * x + beta))
}
