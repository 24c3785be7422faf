//! ONNX `FLOAT8E8M0`: powers of two, the scales of microscaling formats. Code c is 2^(c − 127); 255 is NaN. There is neither
//! sign nor zero.

use super::Overflow;
use crate::nan::CANONICAL_NAN;

/// The code of NaN.
pub const E8M0_NAN: u8 = 0xff;
/// The code of the largest number, 2¹²⁷.
const LARGEST: u8 = 0xfe;
/// Code minus exponent.
const BIAS: i32 = 127;

/// How a number between two powers of two is rounded (ONNX's attribute `round_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum E8m0Rounding {
	/// To the greater.
	Up,
	/// To the lesser.
	Down,
	/// To the nearer, from the middle to the greater.
	Nearest,
}

/// The value of a code. Exact (code 0 is a subnormal binary32); NaN is canonical.
pub fn e8m0_to_f32(code: u8) -> f32 {
	match code {
		E8M0_NAN => f32::from_bits(CANONICAL_NAN),
		0 => f32::from_bits(1 << 22),
		_ => f32::from_bits(u32::from(code) << 23),
	}
}

/// The code of the magnitude of `x`: rounded once, as if there were a power of two for every integer, and then limited to
/// the format's range.
///
/// Out of that range, `Overflow::Saturate` gives the smallest or the largest number, and `Overflow::Special` NaN; infinities
/// and zeros are out of range. ONNX leaves negative numbers unspecified; the sign is ignored. (ONNX's Python function rounds
/// binary32 subnormals, that is numbers below 2⁻¹²⁶, otherwise; its prose is followed here.)
pub fn f64_to_e8m0(x: f64, rounding: E8m0Rounding, overflow: Overflow) -> u8 {
	if x.is_nan() {
		return E8M0_NAN;
	}
	let x = x.abs();
	let fraction = x.to_bits() & ((1 << 52) - 1);
	let up = match rounding {
		E8m0Rounding::Up => fraction != 0,
		E8m0Rounding::Down => false,
		E8m0Rounding::Nearest => fraction >= 1 << 51,
	};
	// Zeros and subnormal binary64 numbers come out as small exponents, infinities as a large one: out of range all the same.
	let exponent = (x.to_bits() >> 52) as i32 - 1023 + i32::from(up);
	let code = exponent + BIAS;
	let limit = if code < 0 { 0 } else { LARGEST };
	match u8::try_from(code) {
		Ok(code) if code <= LARGEST => code,
		_ if overflow == Overflow::Saturate => limit,
		_ => E8M0_NAN,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const MODES: [E8m0Rounding; 3] = [E8m0Rounding::Up, E8m0Rounding::Down, E8m0Rounding::Nearest];

	#[test]
	fn every_code_should_survive_decoding_and_encoding_in_every_mode() {
		for code in 0..E8M0_NAN {
			let value = f64::from(e8m0_to_f32(code));
			assert_eq!(value, 2f64.powi(i32::from(code) - 127));
			for mode in MODES {
				assert_eq!(f64_to_e8m0(value, mode, Overflow::Special), code);
				assert_eq!(f64_to_e8m0(-value, mode, Overflow::Saturate), code);
			}
		}
		assert!(e8m0_to_f32(E8M0_NAN).is_nan());
		for mode in MODES {
			assert_eq!(f64_to_e8m0(f64::NAN, mode, Overflow::Saturate), E8M0_NAN);
		}
	}

	#[test]
	fn numbers_between_powers_should_follow_the_rounding_mode() {
		for code in 0..LARGEST {
			let low = f64::from(e8m0_to_f32(code));
			for (factor, codes) in [
				(1.0 + f64::EPSILON, [code + 1, code, code]),
				(1.5 - f64::EPSILON, [code + 1, code, code]),
				(1.5, [code + 1, code, code + 1]),
				(2.0 - f64::EPSILON, [code + 1, code, code + 1]),
			] {
				assert_eq!(MODES.map(|mode| f64_to_e8m0(low * factor, mode, Overflow::Special)), codes);
			}
		}
	}

	#[test]
	fn numbers_out_of_range_should_saturate_or_be_nan() {
		for x in [0.0, -0.0, f64::from_bits(1), 2f64.powi(-129), 1.4 * 2f64.powi(-128)] {
			assert_eq!(f64_to_e8m0(x, E8m0Rounding::Up, Overflow::Saturate), 0, "{x:e}");
			assert_eq!(f64_to_e8m0(x, E8m0Rounding::Nearest, Overflow::Special), E8M0_NAN, "{x:e}");
		}
		for x in [1.5 * 2f64.powi(127), f64::MAX, f64::INFINITY] {
			for mode in [E8m0Rounding::Up, E8m0Rounding::Nearest] {
				assert_eq!(f64_to_e8m0(x, mode, Overflow::Saturate), LARGEST, "{x:e}");
				assert_eq!(f64_to_e8m0(x, mode, Overflow::Special), E8M0_NAN, "{x:e}");
			}
		}
		assert_eq!(f64_to_e8m0(f32::MAX.into(), E8m0Rounding::Down, Overflow::Special), LARGEST);
	}

	/// ONNX 1.22, test_cast_e8m0_FLOAT_to_FLOAT8E8M0.
	#[test]
	fn encoding_should_give_the_codes_of_the_onnx_test() {
		let x = [0.0, 0.124, 0.25, 0.5, 1.1, 2.0, 4.0, 8.0];
		let codes = x.map(|x| f64_to_e8m0(x, E8m0Rounding::Up, Overflow::Saturate));
		assert_eq!(codes, [0x00, 0x7c, 0x7d, 0x7e, 0x80, 0x80, 0x81, 0x82]);
	}
}
