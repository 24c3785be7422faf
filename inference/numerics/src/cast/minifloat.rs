//! Floats of eight and four bits, stored as codes.
//!
//! The formats are those of ONNX: sign, exponent, significand from the top bit down, subnormals as in IEEE 754. They differ in
//! the exponent's bias and in what stands for NaN and infinity:
//!
//! | format | bias | largest | infinity | NaN |
//! | --- | --- | --- | --- | --- |
//! | E4M3FN | 7 | 448 (`7e`) | none | `7f`, `ff` |
//! | E4M3FNUZ | 8 | 240 (`7f`) | none | `80`, so no −0 |
//! | E5M2 | 15 | 57344 (`7b`) | `7c`, `fc` | above |
//! | E5M2FNUZ | 16 | 57344 (`7f`) | none | `80`, so no −0 |
//! | E2M1 | 1 | 6 (`7`) | none | none |

/// An 8-bit or 4-bit float format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MiniFloat {
	/// ONNX `FLOAT8E4M3FN`.
	E4M3Fn,
	/// ONNX `FLOAT8E4M3FNUZ`.
	E4M3FnUz,
	/// ONNX `FLOAT8E5M2`.
	E5M2,
	/// ONNX `FLOAT8E5M2FNUZ`.
	E5M2FnUz,
	/// ONNX `FLOAT4E2M1`: a code is 0 to 15.
	E2M1,
}

/// What becomes of a number beyond a format's largest, infinities included (ONNX's attribute `saturate`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
	/// The largest finite number, with the sign.
	Saturate,
	/// The format's infinity with the sign or, where it has none, NaN.
	Special,
}

/// What distinguishes the formats.
struct Layout {
	/// Bits of the significand after the point.
	fraction: u32,
	bias: i32,
	/// The code of −0 or what takes its place.
	sign: u8,
	/// The code of the largest finite number.
	largest: u8,
	infinity: Option<u8>,
	nan: Option<u8>,
	/// Whether −0 is a number.
	negative_zero: bool,
}

impl MiniFloat {
	/// Every format.
	pub const ALL: [Self; 5] = [Self::E4M3Fn, Self::E4M3FnUz, Self::E5M2, Self::E5M2FnUz, Self::E2M1];

	const fn layout(self) -> Layout {
		let e4m3 = Layout {
			fraction: 3,
			bias: 7,
			sign: 0x80,
			largest: 0x7e,
			infinity: None,
			nan: None,
			negative_zero: true,
		};
		match self {
			Self::E4M3Fn => Layout { nan: Some(0x7f), ..e4m3 },
			Self::E4M3FnUz => {
				Layout { bias: 8, largest: 0x7f, nan: Some(0x80), negative_zero: false, ..e4m3 }
			}
			Self::E5M2 => {
				Layout { fraction: 2, bias: 15, largest: 0x7b, infinity: Some(0x7c), nan: Some(0x7e), ..e4m3 }
			}
			Self::E5M2FnUz => {
				Layout { fraction: 2, bias: 16, largest: 0x7f, nan: Some(0x80), negative_zero: false, ..e4m3 }
			}
			Self::E2M1 => Layout { fraction: 1, bias: 1, sign: 0x8, largest: 0x7, ..e4m3 },
		}
	}

	/// The code that a NaN result has, where the format has one.
	pub const fn nan(self) -> Option<u8> {
		self.layout().nan
	}

	/// The value of a code. Exact; a NaN is the canonical one. Of E2M1 only the low four bits count.
	pub fn decode(self, code: u8) -> f32 {
		let layout = self.layout();
		let magnitude = code & (layout.sign - 1);
		let negative = code & layout.sign != 0;
		let special = if negative && !layout.negative_zero && magnitude == 0 {
			Some(f32::from_bits(crate::nan::CANONICAL_NAN))
		} else if magnitude <= layout.largest {
			None
		} else if layout.infinity == Some(magnitude) {
			Some(f32::INFINITY)
		} else {
			Some(f32::from_bits(crate::nan::CANONICAL_NAN))
		};
		let value = special.unwrap_or_else(|| {
			let exponent = i32::from(magnitude >> layout.fraction);
			let fraction = u32::from(magnitude) & ((1 << layout.fraction) - 1);
			let whole = if exponent == 0 { fraction } else { fraction | (1 << layout.fraction) };
			let power = exponent.max(1) - layout.bias - layout.fraction as i32;
			// A few bits times a power of two that is a normal number: exact.
			whole as f32 * f32::from_bits(((power + 127) as u32) << 23)
		});
		if negative && !value.is_nan() { -value } else { value }
	}

	/// The code of `x`: rounded once to nearest, ties to the even code; what is beyond the largest number after rounding is
	/// `overflow`, except that E2M1 always saturates. −0 and negative numbers that round to it are +0 in formats without −0.
	///
	/// NaN gives [`nan`](Self::nan). E2M1 has none and gives −0 (`8`), as in ONNX's backend tests; the prose of the ONNX
	/// documentation has 6.
	pub fn encode(self, x: f64, overflow: Overflow) -> u8 {
		let layout = self.layout();
		if x.is_nan() {
			return layout.nan.unwrap_or(layout.sign);
		}
		let magnitude = x.abs();
		let code = if magnitude.is_finite() { round(magnitude, &layout) } else { u32::from(u8::MAX) };
		let code = match u8::try_from(code) {
			Ok(code) if code <= layout.largest => code,
			_ => match (overflow, layout.infinity, layout.nan) {
				(Overflow::Special, Some(infinity), _) => infinity,
				(Overflow::Special, None, Some(nan)) => return nan,
				_ => layout.largest,
			},
		};
		let signed = x.is_sign_negative() && (code != 0 || layout.negative_zero);
		if signed { code | layout.sign } else { code }
	}
}

/// The code that a finite number from 0 on rounds to, as if codes went on beyond the largest.
fn round(x: f64, layout: &Layout) -> u32 {
	let bits = x.to_bits();
	// A subnormal binary64 has the wrong significand here, but is far too small to matter.
	let significand = (bits & ((1 << 52) - 1)) | (1 << 52);
	let exponent = (bits >> 52) as i32 - 1023;
	// The code's exponent field, not below 1: subnormals are spaced as the smallest normal numbers are.
	let field = (exponent + layout.bias).max(1);
	// `field` exceeds the exponent only for subnormal results, so this is at least 52 − fraction; and all of the
	// significand is below half a step from 54 on.
	let drop = (52 - layout.fraction as i32 + (field - layout.bias - exponent)).min(54) as u32;
	let kept = significand >> drop;
	let rest = significand & ((1 << drop) - 1);
	let half = 1 << (drop - 1);
	let up = rest > half || (rest == half && kept & 1 == 1);
	// Codes of one sign ascend with their values, so a carry of the significand steps into the next exponent. The leading
	// bit of a normal number is one step of the exponent field.
	(kept as u32 + u32::from(up)) + (((field - 1) as u32) << layout.fraction)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn values(format: MiniFloat) -> impl Iterator<Item = (u8, f32)> {
		let codes = if format == MiniFloat::E2M1 { 0..=15 } else { 0..=255u8 };
		codes.map(move |code| (code, format.decode(code)))
	}

	#[test]
	fn codes_should_have_the_values_of_the_onnx_tables() {
		use MiniFloat::{E2M1, E4M3Fn, E4M3FnUz, E5M2, E5M2FnUz};
		for (format, code, value) in [
			(E4M3Fn, 0x7e, 448.0),
			(E4M3Fn, 0x08, 0.015_625),
			(E4M3Fn, 0x01, 0.001_953_125),
			(E4M3Fn, 0xb8, -1.0),
			(E4M3FnUz, 0x7f, 240.0),
			(E4M3FnUz, 0x01, 0.000_976_562_5),
			(E5M2, 0x7b, 57_344.0),
			(E5M2, 0x7c, f32::INFINITY),
			(E5M2, 0xfc, f32::NEG_INFINITY),
			(E5M2, 0x01, 2f32.powi(-16)),
			(E5M2FnUz, 0x7f, 57_344.0),
			(E5M2FnUz, 0x01, 2f32.powi(-17)),
		] {
			assert_eq!(format.decode(code), value, "{format:?} {code:#x}");
		}
		let e2m1: Vec<f32> = (0..8).map(|code| E2M1.decode(code)).collect();
		assert_eq!(e2m1, [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0]);
		let nans =
			|format| -> Vec<u8> { values(format).filter(|(_, v)| v.is_nan()).map(|(c, _)| c).collect() };
		assert_eq!(nans(E4M3Fn), [0x7f, 0xff]);
		assert_eq!(nans(E4M3FnUz), [0x80]);
		assert_eq!(nans(E5M2), [0x7d, 0x7e, 0x7f, 0xfd, 0xfe, 0xff]);
		assert_eq!(nans(E5M2FnUz), [0x80]);
		assert_eq!(nans(E2M1), []);
	}

	#[test]
	fn every_code_should_survive_decoding_and_encoding() {
		for format in MiniFloat::ALL {
			for (code, value) in values(format).filter(|(_, value)| !value.is_nan()) {
				assert_eq!(format.encode(value.into(), Overflow::Special), code, "{format:?} {value}");
			}
			if let Some(nan) = format.nan() {
				assert_eq!(format.encode(-f64::NAN, Overflow::Saturate), nan);
				assert!(format.decode(nan).is_nan());
			}
		}
	}

	/// Halfway between two neighbours, and the closest binary64 numbers to it on both sides.
	#[test]
	fn encoding_should_round_to_nearest_with_ties_to_the_even_code_between_all_neighbours() {
		for format in MiniFloat::ALL {
			let finite = values(format).filter(|(_, value)| value.is_finite() && value.is_sign_positive());
			let mut finite: Vec<(u8, f64)> = finite.map(|(code, value)| (code, value.into())).collect();
			finite.sort_by(|a, b| a.1.total_cmp(&b.1));
			for pair in finite.windows(2) {
				let [(low_code, low), (high_code, high)] = [pair[0], pair[1]];
				let middle = (low + high) / 2.0;
				let even = if low_code & 1 == 0 { low_code } else { high_code };
				let below = f64::from_bits(middle.to_bits() - 1);
				let above = f64::from_bits(middle.to_bits() + 1);
				for (x, code) in [(below, low_code), (middle, even), (above, high_code)] {
					assert_eq!(format.encode(x, Overflow::Special), code, "{format:?} {x:e}");
					let negative = format.encode(-x, Overflow::Special);
					let zero_without_sign = code == 0 && !format.layout().negative_zero;
					let expected = if zero_without_sign { 0 } else { code | format.layout().sign };
					assert_eq!(negative, expected, "{format:?} -{x:e}");
				}
			}
		}
	}

	#[test]
	fn overflow_should_begin_half_a_step_above_the_largest_number() {
		use MiniFloat::{E2M1, E4M3Fn, E4M3FnUz, E5M2, E5M2FnUz};
		// The first number that overflows, and the codes of the largest number and of overflow.
		for (format, tie, tie_overflows, largest, special) in [
			(E4M3Fn, 464.0, false, 0x7e, 0x7f),
			(E4M3FnUz, 248.0, true, 0x7f, 0x80),
			(E5M2, 61_440.0, true, 0x7b, 0x7c),
			(E5M2FnUz, 61_440.0, true, 0x7f, 0x80),
			(E2M1, 7.0, true, 0x7, 0x7),
		] {
			let below = f64::from_bits(f64::to_bits(tie) - 1);
			let above = f64::from_bits(f64::to_bits(tie) + 1);
			assert_eq!(format.encode(below, Overflow::Special), largest, "{format:?}");
			let at_tie = if tie_overflows { special } else { largest };
			assert_eq!(format.encode(tie, Overflow::Special), at_tie, "{format:?}");
			for x in [above, 1e30, 1e300, f64::MAX, f64::INFINITY] {
				assert_eq!(format.encode(x, Overflow::Special), special, "{format:?} {x:e}");
				assert_eq!(format.encode(x, Overflow::Saturate), largest, "{format:?} {x:e}");
				assert_eq!(format.encode(-x, Overflow::Saturate), largest | format.layout().sign);
			}
		}
		assert_eq!(E5M2.encode(f64::NEG_INFINITY, Overflow::Special), 0xfc);
		assert_eq!(E4M3Fn.encode(f64::NEG_INFINITY, Overflow::Special), 0x7f, "one NaN");
		assert_eq!(E2M1.encode(f64::NAN, Overflow::Saturate), 0x8);
	}

	#[test]
	fn tiny_numbers_should_round_to_zero_with_their_sign_where_there_is_one() {
		for format in MiniFloat::ALL {
			for x in [0.0, 1e-30, f64::MIN_POSITIVE, f64::from_bits(1)] {
				assert_eq!(format.encode(x, Overflow::Saturate), 0);
				let negative = if format.layout().negative_zero { format.layout().sign } else { 0 };
				assert_eq!(format.encode(-x, Overflow::Saturate), negative, "{format:?} {x:e}");
			}
		}
	}

	/// ONNX 1.22, test_cast_FLOAT_to_…, test_cast_no_saturate_FLOAT_to_….
	#[test]
	fn encoding_should_give_the_codes_of_the_onnx_tests() {
		let x = [
			0.478_925_47f32,
			0.480_336_67,
			0.499_684_87,
			0.819_105_45,
			0.470_312_48,
			0.722_903_8,
			1e6,
			1e-7,
			-1e-7,
			-1e6,
		];
		for (format, overflow, codes) in [
			(
				MiniFloat::E4M3Fn,
				Overflow::Saturate,
				[0x2f, 0x2f, 0x30, 0x35, 0x2f, 0x34, 0x7e, 0, 0x80, 0xfe],
			),
			(MiniFloat::E5M2, Overflow::Saturate, [0x38, 0x38, 0x38, 0x3b, 0x38, 0x3a, 0x7b, 0, 0x80, 0xfb]),
			(MiniFloat::E5M2, Overflow::Special, [0x38, 0x38, 0x38, 0x3b, 0x38, 0x3a, 0x7c, 0, 0x80, 0xfc]),
			(MiniFloat::E5M2FnUz, Overflow::Special, [0x3c, 0x3c, 0x3c, 0x3f, 0x3c, 0x3e, 0x80, 0, 0, 0x80]),
		] {
			assert_eq!(x.map(|v| format.encode(v.into(), overflow)), codes, "{format:?}");
		}
		let x = [0.48, 0.25, 1.05, -3.5, -8.0, 9.0, 1e6, 1e-7, -4.0, 0.01, -0.0];
		let codes = [1, 0, 2, 0xe, 0xf, 7, 7, 0, 0xe, 0, 8];
		assert_eq!(x.map(|v| MiniFloat::E2M1.encode(v, Overflow::Saturate)), codes);
	}
}
