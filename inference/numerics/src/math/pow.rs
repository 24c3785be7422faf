//! Powers.

use super::{floats, horner, log::split, scale, trunc};
use crate::fma::Fma;

/// 1/3 to 24 bits, and the rest.
const THIRD: [f32; 2] = floats([0x3eaa_aaab, 0xb22a_aaab]);
/// 2 / ln 2 to 24 bits, and the rest.
const TWO_OVER_LN_2: [f32; 2] = floats([0x4038_aa3b, 0x3325_7060]);
/// (atanh(s)/s − 1 − s²/3) / s⁴ in s², on |s| ≤ (√2 − 1) / (√2 + 1).
const ATANH: [f32; 3] = floats([0x3e4c_cd00, 0x3e12_293c, 0x3def_d1d9]);
/// (2^r − 1) / r on |r| ≤ 0.5.
const EXP2: [f32; 7] =
	floats([0x3f31_7218, 0x3e75_fdf0, 0x3d63_5837, 0x3c1d_952e, 0x3aae_d2c9, 0x3922_0731, 0x3770_4607]);
/// 1.5 · 2²³: adding it rounds to an integer, kept in the low bits.
const ROUNDER: f32 = f32::from_bits(0x4b40_0000);

/// An unevaluated sum of two floats.
#[derive(Clone, Copy)]
struct Pair {
	high: f32,
	low: f32,
}

impl Pair {
	/// a + b for |a| ≥ |b|, or a = 0.
	#[inline(always)]
	fn ordered_sum(a: f32, b: f32) -> Self {
		let high = a + b;
		Self { high, low: b - (high - a) }
	}

	/// The product, to about twice the precision of a float.
	#[inline(always)]
	fn times<F: Fma>(self, other: Self) -> Self {
		let high = self.high * other.high;
		let error = F::fma(self.high, other.high, -high);
		let error = F::fma(self.high, other.low, error);
		Self { high, low: F::fma(self.low, other.high, error) }
	}
}

/// log₂ of a positive finite number.
#[inline(always)]
fn log2<F: Fma>(x: f32) -> Pair {
	let (m, k) = split(x);
	// s = (m − 1) / (m + 1), the quotient with its remainder.
	let numerator = m - 1.0;
	let denominator = Pair::ordered_sum(m.max(1.0), m.min(1.0));
	let s = numerator / denominator.high;
	let rest = F::fma(-s, denominator.high, numerator);
	let rest = F::fma(-s, denominator.low, rest);
	let s = Pair { high: s, low: rest / denominator.high };
	// ln m = 2 s (1 + s²/3 + s⁴ p(s²)); c is what follows the 1.
	let square = s.times::<F>(s);
	let third = square.times::<F>(Pair { high: THIRD[0], low: THIRD[1] });
	let tail = square.high * square.high * horner::<F, 3>(square.high, &ATANH);
	let c = Pair::ordered_sum(third.high, third.low + tail);
	let product = s.times::<F>(c);
	let sum = Pair::ordered_sum(s.high, product.high);
	let half_log = Pair { high: sum.high, low: sum.low + (product.low + s.low) };
	let log = half_log.times::<F>(Pair { high: TWO_OVER_LN_2[0], low: TWO_OVER_LN_2[1] });
	let sum = Pair::ordered_sum(k, log.high);
	Pair::ordered_sum(sum.high, sum.low + log.low)
}

/// 2^(high + low), for |high| ≤ 256.
#[inline(always)]
fn exp2<F: Fma>(w: Pair) -> f32 {
	let shifted = w.high + ROUNDER;
	let n = shifted - ROUNDER;
	let r = (w.high - n) + w.low;
	let y = F::fma(r, horner::<F, 7>(r, &EXP2), 1.0);
	scale(y, shifted.to_bits().wrapping_sub(ROUNDER.to_bits()) as i32)
}

#[inline(always)]
pub(crate) fn pow_with<F: Fma>(x: f32, y: f32) -> f32 {
	let a = x.abs();
	let log = log2::<F>(a);
	let high = y * log.high;
	let low = F::fma(y, log.low, F::fma(y, log.high, -high));
	// Beyond these bounds the result is +∞ or +0 whatever `low` is.
	let w = if high > 160.0 { Pair { high: 160.0, low: 0.0 } } else { Pair { high, low } };
	let w = if high < -160.0 { Pair { high: -160.0, low: 0.0 } } else { w };
	let magnitude = exp2::<F>(w);
	// The base is 0 or ∞ (`log2` gave no number): 0 or ∞ by the exponent's sign.
	let vanishes = (a == 0.0) == (y > 0.0);
	let edge = if vanishes { 0.0 } else { f32::INFINITY };
	let magnitude = if (a == 0.0) | (a == f32::INFINITY) { edge } else { magnitude };
	// The exponent is ∞: 0 or ∞ by whether the base grows.
	let grows = (a > 1.0) == (y > 0.0);
	let limit = if grows { f32::INFINITY } else { 0.0 };
	let magnitude = if y.abs() == f32::INFINITY { limit } else { magnitude };
	// Signs: of a negative base, only integer powers exist, and odd ones are negative. From 2²⁴ up all are even.
	let whole = trunc(y) == y;
	let half = 0.5 * y;
	let odd = whole & (trunc(half) != half);
	let negative = x.is_sign_negative();
	let result = if negative & odd { -magnitude } else { magnitude };
	let result = if (x < 0.0) & !whole & (x != f32::NEG_INFINITY) { f32::NAN } else { result };
	let result = if x.is_nan() | y.is_nan() { f32::NAN } else { result };
	// Whatever the other operand, NaN included; and −1 to an infinite power.
	let one = (x == 1.0) | (y == 0.0) | ((x == -1.0) & (y.abs() == f32::INFINITY));
	if one { 1.0 } else { result }
}
