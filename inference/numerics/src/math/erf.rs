//! The error function.

use super::{exp::exp_with, floats, horner};
use crate::fma::Fma;

/// Below it, the odd polynomial; above, an exponential.
const SPLIT: f32 = 0.921_875;
/// erf(x) / x − 1 in x², on |x| ≤ 0.93.
const SMALL: [f32; 7] =
	floats([0x3e03_75d4, 0xbec0_93a0, 0x3de7_16b2, 0xbcdc_008d, 0x3baa_250d, 0xba53_0517, 0x38a7_b3b0]);
/// −ln(1 − erf(t)) / t on 0.92 ≤ t ≤ 4.
const LARGE: [f32; 8] = floats([
	0x3f90_7462,
	0x3f22_b859,
	0x3dd7_93c9,
	0xbcb9_be2d,
	0x3b40_025f,
	0xb84f_64ed,
	0xb83f_50e7,
	0x36a5_cd2c,
]);

#[inline(always)]
pub(crate) fn erf_with<F: Fma>(x: f32) -> f32 {
	let a = x.abs();
	let small = F::fma(horner::<F, 7>(a * a, &SMALL), a, a);
	// 1 − erf(4) is less than a quarter of the spacing of floats below 1. NaN passes.
	let t = if a > 4.0 { 4.0 } else { a };
	let large = 1.0 - exp_with::<F>(-(t * horner::<F, 8>(t, &LARGE)));
	(if a < SPLIT { small } else { large }).copysign(x)
}
