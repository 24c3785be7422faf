//! The natural logarithm.

use super::{floats, horner};
use crate::fma::Fma;

/// ln 2 to 16 bits, so that its product with an exponent is exact, and the rest.
const LN_2: [f32; 2] = floats([0x3f31_7200, 0x35bf_be8e]);
/// √½, below which a significand is doubled.
const SQRT_HALF: u32 = 0x3f35_04f3;
/// (ln(1 + f) − f + f²/2) / f³ on √½ − 1 ≤ f ≤ √2 − 1.
const TAIL: [f32; 9] = floats([
	0x3eaa_aaa4,
	0xbe80_0003,
	0x3e4c_d23b,
	0xbe2a_ae23,
	0x3e11_9dd4,
	0xbdfe_1442,
	0x3df3_5f9c,
	0xbdef_016b,
	0x3d8a_3b1d,
]);

/// x = m 2^k with √½ ≤ m < √2: (m, k). For positive finite x.
#[inline(always)]
pub(super) fn split(x: f32) -> (f32, f32) {
	let subnormal = x < f32::MIN_POSITIVE;
	let x = if subnormal { x * 8_388_608.0 } else { x };
	let bits = x.to_bits();
	let k = (bits.wrapping_sub(SQRT_HALF) as i32) >> 23;
	let m = f32::from_bits(bits.wrapping_sub((k as u32) << 23));
	let k = k as f32;
	(m, if subnormal { k - 23.0 } else { k })
}

/// ln(x) + extra, for an `extra` that is small beside ln(x) or beside x − 1.
#[inline(always)]
fn log_plus<F: Fma>(x: f32, extra: f32) -> f32 {
	let (m, k) = split(x);
	let f = m - 1.0;
	let tail = horner::<F, 9>(f, &TAIL);
	// ln m − f
	let rest = f * f * F::fma(f, tail, -0.5);
	let low = F::fma(k, LN_2[1], rest) + extra;
	// k ln 2 + f with its rounding error: the first is the larger, or zero.
	let high = k * LN_2[0];
	let sum = high + f;
	let error = high - sum + f;
	let result = sum + (error + low);
	let result = if x == f32::INFINITY { x } else { result };
	let result = if x > 0.0 { result } else { f32::NAN };
	if x == 0.0 { f32::NEG_INFINITY } else { result }
}

#[inline(always)]
pub(crate) fn log_with<F: Fma>(x: f32) -> f32 {
	log_plus::<F>(x, 0.0)
}

#[inline(always)]
pub(crate) fn log1p_with<F: Fma>(x: f32) -> f32 {
	// 1 + x = u + e exactly; ln(u + e) = ln u + e / u to working precision.
	let u = 1.0 + x;
	let back = u - 1.0;
	let e = (1.0 - (u - back)) + (x - back);
	let result = log_plus::<F>(u, e / u);
	if x == 0.0 { x } else { result }
}
