//! Hyperbolic functions and their inverses.

use super::{
	exp::{exp_with, half_exp},
	floats, horner,
	log::{log_with, log1p_with},
	sqrt,
};
use crate::fma::Fma;

/// (tanh(x) / x − 1) / x² in x², on |x| ≤ 0.625.
const TANH: [f32; 6] = floats([0xbeaa_aaaa, 0x3e08_883d, 0xbd5c_f8c5, 0x3cb1_d2c5, 0xbc06_3069, 0x3b0d_199a]);
/// (sinh(x) / x − 1) / x² in x², on |x| ≤ 1.
const SINH: [f32; 4] = floats([0x3e2a_aaab, 0x3c08_8870, 0x3950_115e, 0x363a_b60f]);
/// (atanh(x) / x − 1) / x² in x², on |x| ≤ 0.5.
const ATANH: [f32; 6] =
	floats([0x3eaa_aaa0, 0x3e4c_d33b, 0x3e11_a6cd, 0x3df1_ffe5, 0x3d53_5f18, 0x3e34_9c91]);
/// ln 2.
const LN_2: f32 = f32::from_bits(0x3f31_7218);
/// Above it x² + 1 and x² have the same square root, and x² cannot overflow below it.
const LARGE: f32 = 8192.0;

/// x + x³ p(x²).
#[inline(always)]
fn odd<F: Fma, const N: usize>(x: f32, c: &[f32; N]) -> f32 {
	let square = x * x;
	F::fma(horner::<F, N>(square, c) * square, x, x)
}

#[inline(always)]
pub(crate) fn tanh_with<F: Fma>(x: f32) -> f32 {
	let a = x.abs();
	let small = odd::<F, 6>(a, &TANH);
	let large = 1.0 - 2.0 / (exp_with::<F>(2.0 * a) + 1.0);
	(if a < 0.625 { small } else { large }).copysign(x)
}

#[inline(always)]
pub(crate) fn sinh_with<F: Fma>(x: f32) -> f32 {
	let a = x.abs();
	let small = odd::<F, 4>(a, &SINH);
	let half = half_exp::<F>(a);
	(if a < 1.0 { small } else { half - 0.25 / half }).copysign(x)
}

#[inline(always)]
pub(crate) fn cosh_with<F: Fma>(x: f32) -> f32 {
	let half = half_exp::<F>(x.abs());
	half + 0.25 / half
}

#[inline(always)]
pub(crate) fn asinh_with<F: Fma>(x: f32) -> f32 {
	let a = x.abs();
	let square = a * a;
	let near = log1p_with::<F>(a + square / (1.0 + sqrt(square + 1.0)));
	let far = log_with::<F>(a) + LN_2;
	(if a < LARGE { near } else { far }).copysign(x)
}

#[inline(always)]
pub(crate) fn acosh_with<F: Fma>(x: f32) -> f32 {
	let t = x - 1.0;
	let near = log1p_with::<F>(t + sqrt(t * (t + 2.0)));
	let far = log_with::<F>(x) + LN_2;
	let result = if x > LARGE { far } else { near };
	if x < 1.0 { f32::NAN } else { result }
}

#[inline(always)]
pub(crate) fn atanh_with<F: Fma>(x: f32) -> f32 {
	let a = x.abs();
	let small = odd::<F, 6>(a, &ATANH);
	let large = 0.5 * log1p_with::<F>(2.0 * a / (1.0 - a));
	(if a < 0.5 { small } else { large }).copysign(x)
}
