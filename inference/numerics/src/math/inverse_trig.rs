//! Inverse trigonometric functions.

use super::{floats, horner, sqrt};
use crate::fma::Fma;

/// (atan(x) / x − 1) / x² in x², on |x| ≤ 1.
const ATAN: [f32; 9] = floats([
	0xbeaa_aa9f,
	0x3e4c_c8f3,
	0xbe12_105b,
	0x3de0_47b2,
	0xbdac_0aaf,
	0x3d6d_2f6a,
	0xbcfe_fe0e,
	0x3c32_60e7,
	0xbaea_4c25,
]);
/// (asin(x) / x − 1) / x² in x², on |x| ≤ 0.5.
const ASIN: [f32; 6] = floats([0x3e2a_aaa6, 0x3d99_9c55, 0x3d36_53fd, 0x3d02_6558, 0x3c6a_e2b8, 0x3d1a_4048]);
/// π/2 to 24 bits, and the rest.
const PI_2: [f32; 2] = floats([0x3fc9_0fdb, 0xb33b_bd2e]);

/// x + x³ p(x²), given x² with its own rounding.
#[inline(always)]
fn odd<F: Fma, const N: usize>(x: f32, square: f32, c: &[f32; N]) -> f32 {
	F::fma(horner::<F, N>(square, c) * square, x, x)
}

/// π/2 − x.
#[inline(always)]
fn from_right_angle(x: f32) -> f32 {
	PI_2[0] - (x - PI_2[1])
}

#[inline(always)]
pub(crate) fn atan_with<F: Fma>(x: f32) -> f32 {
	let a = x.abs();
	let t = if a > 1.0 { 1.0 / a } else { a };
	let angle = odd::<F, 9>(t, t * t, &ATAN);
	(if a > 1.0 { from_right_angle(angle) } else { angle }).copysign(x)
}

/// For a > 0.5: acos(a) / 2 = asin(√((1 − a) / 2)). Otherwise asin(a). As a main part and a small rest.
#[inline(always)]
fn asin_core<F: Fma>(a: f32) -> (f32, f32) {
	let half = 0.5 * (1.0 - a);
	let (s, square) = if a > 0.5 { (sqrt(half), half) } else { (a, a * a) };
	(s, horner::<F, 6>(square, &ASIN) * square * s)
}

#[inline(always)]
pub(crate) fn asin_with<F: Fma>(x: f32) -> f32 {
	let a = x.abs();
	let (main, rest) = asin_core::<F>(a);
	let steep = (PI_2[0] - 2.0 * main) - (2.0 * rest - PI_2[1]);
	(if a > 0.5 { steep } else { main + rest }).copysign(x)
}

#[inline(always)]
pub(crate) fn acos_with<F: Fma>(x: f32) -> f32 {
	let a = x.abs();
	let (main, rest) = asin_core::<F>(a);
	let steep = 2.0 * (main + rest);
	let steep = if x < 0.0 { 2.0 * PI_2[0] - (steep - 2.0 * PI_2[1]) } else { steep };
	let flat = from_right_angle((main + rest).copysign(x));
	if a > 0.5 { steep } else { flat }
}

#[inline(always)]
pub(crate) fn atan2_with<F: Fma>(y: f32, x: f32) -> f32 {
	let (ay, ax) = (y.abs(), x.abs());
	let steep = ay > ax;
	let (small, large) = if steep { (ax, ay) } else { (ay, ax) };
	// Both zero or both infinite have no ratio, but an angle: 0 or π/4.
	let ratio = small / large;
	let ratio = if large == 0.0 { 0.0 } else { ratio };
	let ratio = if small == f32::INFINITY { 1.0 } else { ratio };
	let angle = odd::<F, 9>(ratio, ratio * ratio, &ATAN);
	let angle = if steep { from_right_angle(angle) } else { angle };
	let angle = if x.is_sign_negative() { 2.0 * PI_2[0] - (angle - 2.0 * PI_2[1]) } else { angle };
	if x.is_nan() || y.is_nan() { f32::NAN } else { angle.copysign(y) }
}
