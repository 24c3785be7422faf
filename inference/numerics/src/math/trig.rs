//! Sine, cosine, tangent.

use super::{floats, horner};
use crate::fma::Fma;

/// 2 / π.
const TWO_OVER_PI: f32 = f32::from_bits(0x3f22_f983);
/// π/2 in three parts of 24 bits.
const PI_2: [f32; 3] = floats([0x3fc9_0fdb, 0xb33b_bd2e, 0xa6f7_2ced]);
/// 1.5 · 2²³: adding it rounds to an integer, kept in the low bits.
const ROUNDER: f32 = f32::from_bits(0x4b40_0000);
/// Largest magnitude for which the three parts suffice: the quadrant's number stays below 2¹⁶.
pub(crate) const NEAR: f32 = 65_536.0;
/// (sin(r) / r − 1) / r² in r², on |r| ≤ π/4.
const SIN: [f32; 4] = floats([0xbe2a_aaab, 0x3c08_88ba, 0xb950_2cb0, 0x363e_19d8]);
/// (cos(r) − 1 + r²/2) / r⁴ in r², on |r| ≤ π/4.
const COS: [f32; 3] = floats([0x3d2a_aaa5, 0xbab6_0615, 0x37cc_f482]);
/// Bits of 2 / π after the binary point.
const TWO_OVER_PI_BITS: [u32; 8] =
	[0xa2f9_836e, 0x4e44_1529, 0xfc27_57d1, 0xf534_ddc0, 0xdb62_9599, 0x3c43_9041, 0xfe51_63ab, 0xdebb_c561];

/// An angle as `quadrant · π/2 + high + low`, the quadrant modulo 4, |high| ≤ π/4 and a little.
#[derive(Clone, Copy)]
struct Reduced {
	quadrant: u32,
	high: f32,
	low: f32,
}

/// For |x| ≤ `NEAR`.
#[inline(always)]
fn reduce_near<F: Fma>(x: f32) -> Reduced {
	let shifted = F::fma(x, TWO_OVER_PI, ROUNDER);
	let n = shifted - ROUNDER;
	// Exact: a multiple of 2⁻²⁴ or of x's last place, below 1.
	let first = F::fma(n, -PI_2[0], x);
	// first − n · PI_2[1] with its exact error (product error, then two-sum error), then the third part.
	let product = n * PI_2[1];
	let product_error = F::fma(n, PI_2[1], -product);
	let high = first - product;
	let back = high - first;
	let sum_error = (first - (high - back)) - (product + back);
	let low = F::fma(n, -PI_2[2], sum_error - product_error);
	Reduced { quadrant: shifted.to_bits(), high, low }
}

/// For finite |x| ≥ 2⁻¹, by integer arithmetic with as many bits of 2/π as matter (M. Payne, R. Hanek, "Radian reduction
/// for trigonometric functions", SIGNUM Newsletter 18, 1983). Without branches, and in words that vectors have.
#[inline(always)]
fn reduce_far(x: f32) -> Reduced {
	const LOW: u64 = 0xffff_ffff;
	let bits = x.to_bits();
	// |x| = significand · 2^exponent, with −24 ≤ exponent ≤ 104.
	let significand = u64::from((bits & 0x007f_ffff) | 0x0080_0000);
	let exponent = ((bits >> 23) & 0xff) as i32 - 150;
	// 96 bits of 2/π, from the first that can matter modulo 4: whole quarters of turns above it drop out of the product.
	let start = (exponent - 2).max(0);
	let (word, shift) = ((start / 32) as usize & 3, (start % 32) as u32);
	let window = |i: usize| {
		let pair = u64::from(TWO_OVER_PI_BITS[word + i]) << 32 | u64::from(TWO_OVER_PI_BITS[word + i + 1]);
		(pair << shift) >> 32
	};
	// significand · window · 2^(exponent − start − 96) quarters of a turn, 120 bits in two words.
	let low = significand * window(2);
	let middle = significand * window(1) + (low >> 32);
	let high = significand * window(0) + (middle >> 32);
	let low = middle << 32 | (low & LOW);
	// As a fraction of a whole turn in 2¹²⁸ parts; the shift is between 6 and 32. (It wraps for smaller numbers, whose
	// lanes are computed too, and not used.)
	let shift = (exponent - start + 30) as u32;
	let turns = high.wrapping_shl(shift) | low.wrapping_shr(64u32.wrapping_sub(shift));
	let quadrant = (turns >> 62) as u32;
	// The rest as a signed fraction of a quarter, rounded to the nearest quadrant.
	let rest = turns << 2 | low.wrapping_shl(shift) >> 62;
	let quadrant = quadrant.wrapping_add((rest >> 63) as u32);
	// To the nearest binary64: both halves are exact, and their sum is rounded once.
	let rest = f64::from((rest >> 32) as i32) * 4_294_967_296.0 + f64::from(rest as u32);
	let angle = rest * (core::f64::consts::FRAC_PI_2 / 18_446_744_073_709_551_616.0);
	let angle = if x < 0.0 { -angle } else { angle };
	let high = angle as f32;
	let low = (angle - f64::from(high)) as f32;
	Reduced { quadrant: if x < 0.0 { quadrant.wrapping_neg() } else { quadrant }, high, low }
}

/// sin(high + low).
#[inline(always)]
fn sin_core<F: Fma>(r: Reduced) -> f32 {
	let square = r.high * r.high;
	let cube = square * r.high;
	r.high + F::fma(cube, horner::<F, 4>(square, &SIN), r.low)
}

/// cos(high + low).
#[inline(always)]
fn cos_core<F: Fma>(r: Reduced) -> f32 {
	let square = r.high * r.high;
	// 1 − r²/2 with its rounding error, so that only the last addition costs half a unit.
	let half = 0.5 * square;
	let main = 1.0 - half;
	let error = (1.0 - main) - half;
	let tail = F::fma(square * square, horner::<F, 3>(square, &COS), F::fma(r.high, -r.low, error));
	main + tail
}

#[inline(always)]
fn sin_of<F: Fma>(r: Reduced) -> f32 {
	let wave = if r.quadrant & 1 == 0 { sin_core::<F>(r) } else { cos_core::<F>(r) };
	if r.quadrant & 2 == 0 { wave } else { -wave }
}

#[inline(always)]
fn cos_of<F: Fma>(r: Reduced) -> f32 {
	sin_of::<F>(Reduced { quadrant: r.quadrant.wrapping_add(1), ..r })
}

/// The sine for |x| ≤ `NEAR`, without branches; some number beyond.
#[inline(always)]
pub(crate) fn sin_near<F: Fma>(x: f32) -> f32 {
	let result = sin_of::<F>(reduce_near::<F>(x));
	if x == 0.0 { x } else { result }
}

/// The cosine for |x| ≤ `NEAR`, without branches; some number beyond.
#[inline(always)]
pub(crate) fn cos_near<F: Fma>(x: f32) -> f32 {
	cos_of::<F>(reduce_near::<F>(x))
}

/// The sine for |x| > `NEAR`, without branches; some number below.
#[inline(always)]
pub(crate) fn sin_far<F: Fma>(x: f32) -> f32 {
	let result = sin_of::<F>(reduce_far(x));
	if x.is_finite() { result } else { f32::NAN }
}

/// The cosine for |x| > `NEAR`, without branches; some number below.
#[inline(always)]
pub(crate) fn cos_far<F: Fma>(x: f32) -> f32 {
	let result = cos_of::<F>(reduce_far(x));
	if x.is_finite() { result } else { f32::NAN }
}

#[inline(always)]
pub(crate) fn sin_with<F: Fma>(x: f32) -> f32 {
	if x.abs() <= NEAR { sin_near::<F>(x) } else { sin_far::<F>(x) }
}

#[inline(always)]
pub(crate) fn cos_with<F: Fma>(x: f32) -> f32 {
	if x.abs() <= NEAR { cos_near::<F>(x) } else { cos_far::<F>(x) }
}

#[inline(always)]
pub(crate) fn tan_with<F: Fma>(x: f32) -> f32 {
	sin_with::<F>(x) / cos_with::<F>(x)
}
