//! The exponential function.

use super::{floats, horner, power_of_two, scale};
use crate::fma::Fma;

/// 1 / ln 2.
const LOG2_E: f32 = f32::from_bits(0x3fb8_aa3b);
/// ln 2 to 24 bits, and the rest.
const LN_2: [f32; 2] = floats([0x3f31_7218, 0xb102_e308]);
/// 1.5 · 2²³: adding it rounds a number below 2²² to an integer, kept in the low bits.
const ROUNDER: f32 = f32::from_bits(0x4b40_0000);
/// (e^r − 1 − r) / r² on |r| ≤ ln 2 / 2.
const TAIL: [f32; 6] = floats([0x3f00_0000, 0x3e2a_aaaa, 0x3d2a_aa74, 0x3c08_8987, 0x3ab6_a65e, 0x394e_fdd0]);

/// x = n ln 2 + r: n, and e^r − 1. For |x| < 2²⁰.
#[inline(always)]
fn reduce<F: Fma>(x: f32) -> (i32, f32) {
	let shifted = F::fma(x, LOG2_E, ROUNDER);
	let n = shifted - ROUNDER;
	let r = F::fma(n, -LN_2[0], x);
	let r = F::fma(n, -LN_2[1], r);
	let tail = horner::<F, 6>(r, &TAIL);
	let steps = shifted.to_bits().wrapping_sub(ROUNDER.to_bits()) as i32;
	(steps, F::fma(r * r, tail, r))
}

#[inline(always)]
pub(crate) fn exp_with<F: Fma>(x: f32) -> f32 {
	// Beyond these the result is +∞ or +0 anyway. NaN passes.
	let (n, fraction) = reduce::<F>(clamp(x, -104.5, 89.0));
	scale(1.0 + fraction, n)
}

/// e^x / 2, which is finite for a little longer than e^x.
#[inline(always)]
pub(super) fn half_exp<F: Fma>(x: f32) -> f32 {
	let (n, fraction) = reduce::<F>(clamp(x, -104.5, 90.0));
	scale(1.0 + fraction, n.wrapping_sub(1))
}

#[inline(always)]
pub(crate) fn expm1_with<F: Fma>(x: f32) -> f32 {
	let (n, fraction) = reduce::<F>(clamp(x, -18.0, 89.0));
	// (2ⁿ (1 + fraction) − 1), halved so that 2ⁿ does not overflow at n = 128. While 2ⁿ − 1 is exact it goes in whole.
	let half = power_of_two(n.wrapping_sub(1));
	let small = F::fma(fraction, half, half - 0.5);
	let large = F::fma(fraction, half, -0.5) + half;
	let result = (if n < 12 { small } else { large }) * 2.0;
	// For n = 0 halving could lose bits of a subnormal; and a zero keeps its sign.
	let result = if n == 0 { fraction } else { result };
	if x == 0.0 { x } else { result }
}

/// `x` between the bounds; NaN unchanged.
#[inline(always)]
fn clamp(x: f32, low: f32, high: f32) -> f32 {
	let x = if x > high { high } else { x };
	if x < low { low } else { x }
}
