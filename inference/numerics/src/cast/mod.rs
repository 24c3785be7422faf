//! Conversions between element types: all of them, as what a compiler or library makes of a conversion may depend on the
//! machine (F16C rounds binary64 to binary16 by way of binary32).
//!
//! Float to integer truncates towards zero, saturates, and takes NaN to 0. Integer to float and float to narrower float
//! round once, to nearest even; an integer becomes a float narrower than binary32 by way of binary32. NaN results are
//! canonical.

mod e8m0;
mod minifloat;
mod small_int;

pub use e8m0::{E8M0_NAN, E8m0Rounding, e8m0_to_f32, f64_to_e8m0};
use half::{bf16, f16};
pub use minifloat::{MiniFloat, Overflow};
pub use small_int::{Packing, SmallInt};

use crate::nan::canonical;

macro_rules! integers {
	($($to:ident $from:ident $int:ty;)*) => {
		$(
			/// Truncates towards zero, saturating; NaN gives 0.
			#[inline]
			pub fn $to(x: f32) -> $int {
				// The language defines `as` so.
				x as $int
			}

			/// The nearest float, ties to even.
			#[inline]
			pub fn $from(x: $int) -> f32 {
				x as f32
			}
		)*
	};
}

integers! {
	f32_to_i8 i8_to_f32 i8;
	f32_to_i16 i16_to_f32 i16;
	f32_to_i32 i32_to_f32 i32;
	f32_to_i64 i64_to_f32 i64;
	f32_to_u8 u8_to_f32 u8;
	f32_to_u16 u16_to_f32 u16;
	f32_to_u32 u32_to_f32 u32;
	f32_to_u64 u64_to_f32 u64;
}

/// Whether `x` is not zero; NaN is not.
#[inline]
pub fn f32_to_bool(x: f32) -> bool {
	x != 0.0
}

/// 1 or 0.
#[inline]
pub fn bool_to_f32(x: bool) -> f32 {
	f32::from(u8::from(x))
}

/// The nearest binary16, ties to even, overflow to infinity; NaN gives 0x7e00.
///
/// Selections in place of branches, here and below, so that loops over it become vectors. (The instruction that does it is
/// not used: a control bit could change what it does to subnormal numbers.)
#[inline]
pub fn f32_to_f16(x: f32) -> f16 {
	/// 2⁻¹⁴, the smallest normal binary16.
	const SMALLEST_NORMAL: u32 = (127 - 14) << 23;
	/// Half a step above the largest binary16.
	const OVERFLOW: u32 = 0x477f_f000;
	let bits = x.to_bits();
	let magnitude = bits & 0x7fff_ffff;
	// Another bias, and 13 bits less: half of their range less one, and one more if the kept part is odd, carries rightly.
	let rebiased = magnitude.wrapping_sub((127 - 15) << 23);
	let normal = rebiased.wrapping_add(0xfff).wrapping_add((rebiased >> 13) & 1) >> 13;
	// Steps of 2⁻²⁴ are the last places of numbers from 0.5 on, so this sum rounds to them.
	let subnormal = (f32::from_bits(magnitude) + 0.5).to_bits().wrapping_sub(0.5f32.to_bits());
	let half = if magnitude < SMALLEST_NORMAL { subnormal } else { normal };
	let half = if magnitude >= OVERFLOW { 0x7c00 } else { half };
	let half = half | (bits >> 16 & 0x8000);
	f16::from_bits(if x.is_nan() { 0x7e00 } else { half as u16 })
}

/// Exact; NaN is canonical.
#[inline]
pub fn f16_to_f32(x: f16) -> f32 {
	let bits = u32::from(x.to_bits());
	let magnitude = bits & 0x7fff;
	let normal = f32::from_bits((magnitude << 13) + ((127 - 15) << 23));
	// Steps of 2⁻²⁴.
	let subnormal = magnitude as f32 * f32::from_bits((127 - 24) << 23);
	let value = if magnitude < 0x0400 { subnormal } else { normal };
	let value = if magnitude >= 0x7c00 { f32::INFINITY } else { value };
	let value = f32::from_bits(value.to_bits() | (bits & 0x8000) << 16);
	if magnitude > 0x7c00 { canonical(f32::NAN) } else { value }
}

/// The nearest bfloat16, ties to even, overflow to infinity; NaN gives 0x7fc0.
#[inline]
pub fn f32_to_bf16(x: f32) -> bf16 {
	let bits = x.to_bits();
	// As above; infinity stays what it is.
	let rounded = bits.wrapping_add(0x7fff).wrapping_add((bits >> 16) & 1) >> 16;
	bf16::from_bits(if x.is_nan() { 0x7fc0 } else { rounded as u16 })
}

/// Exact; NaN is canonical.
#[inline]
pub fn bf16_to_f32(x: bf16) -> f32 {
	canonical(f32::from_bits(u32::from(x.to_bits()) << 16))
}

/// The nearest binary32, ties to even; NaN is canonical.
#[inline]
pub fn f64_to_f32(x: f64) -> f32 {
	canonical(x as f32)
}

/// The nearest binary16, ties to even, overflow to infinity; NaN gives 0x7e00.
#[inline]
pub fn f64_to_f16(x: f64) -> f16 {
	f32_to_f16(f64_to_f32_odd(x))
}

/// The nearest bfloat16, ties to even, overflow to infinity; NaN gives 0x7fc0.
#[inline]
pub fn f64_to_bf16(x: f64) -> bf16 {
	f32_to_bf16(f64_to_f32_odd(x))
}

/// Rounds to binary32 so that a further rounding, to a format two or more bits shorter, gives what one rounding would: an
/// inexact result is the neighbour whose last bit is 1 (S. Boldo, G. Melquiond, "When double rounding is odd", 2005).
fn f64_to_f32_odd(x: f64) -> f32 {
	let nearest = x as f32;
	let back = f64::from(nearest);
	if back == x || x.is_nan() {
		return nearest;
	}
	let bits = nearest.to_bits();
	let towards_zero = if back.abs() > x.abs() { bits.wrapping_sub(1) } else { bits };
	f32::from_bits(towards_zero | 1)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn float_to_integer_should_truncate_saturate_and_map_nan_to_zero() {
		assert_eq!([1.9, -1.9, 300.0, -300.0, f32::NAN].map(f32_to_i8), [1, -1, 127, -128, 0]);
		assert_eq!([-0.5, -1.0, 255.9, f32::INFINITY].map(f32_to_u8), [0, 0, 255, 255]);
		assert_eq!([f32::INFINITY, f32::NEG_INFINITY, f32::NAN].map(f32_to_i64), [i64::MAX, i64::MIN, 0]);
		assert_eq!([2_147_483_648.0, -2_147_483_904.0].map(f32_to_i32), [i32::MAX, i32::MIN]);
	}

	#[test]
	fn integer_to_float_should_round_ties_to_even() {
		assert_eq!(i32_to_f32(16_777_217), 16_777_216.0);
		assert_eq!(i32_to_f32(16_777_219), 16_777_220.0);
		assert_eq!(u64_to_f32(u64::MAX), 18_446_744_073_709_551_616.0);
	}

	/// Rounding to nearest even, written another way: compare with both neighbours in binary64.
	#[test]
	fn narrowing_should_round_to_nearest_even_on_dense_samples() {
		let mut bits = 0u32;
		loop {
			let x = f32::from_bits(bits);
			if x.is_finite() {
				let h = f32_to_f16(x);
				if h.is_finite() {
					let distance = |h: f16| (f64::from(h.to_f32_const()) - f64::from(x)).abs();
					for step in [1u16, u16::MAX] {
						let neighbour = f16::from_bits(h.to_bits().wrapping_add(step));
						// A step from a zero leaves the sign's half of the line; its magnitude is still a neighbour's.
						if neighbour.is_finite() {
							let (mine, other) = (distance(h), distance(neighbour));
							assert!(mine < other || (mine == other && h.to_bits() & 1 == 0), "{x:e}");
						}
					}
				} else {
					assert!(x.abs() >= 65_520.0, "{x:e} overflows only from half a step above the largest");
				}
			}
			let Some(next) = bits.checked_add(4093) else { break };
			bits = next;
		}
	}

	#[test]
	fn double_to_half_should_round_once_when_a_detour_by_single_would_round_twice() {
		for sign in [1.0, -1.0] {
			for exponent in -14..16 {
				// Halfway between two neighbours, and closer to it than a binary32 can be.
				let (one, tie) = (2f64.powi(exponent), 2f64.powi(exponent - 11));
				let tiny = 2f64.powi(exponent - 40);
				let h = |x: f64| f64::from(f16_to_f32(f64_to_f16(sign * x)));
				assert_eq!(h(one + tie), sign * one, "to even");
				assert_eq!(h(one + tie + tiny), sign * (one + 2.0 * tie));
				assert_eq!(h(one + 3.0 * tie - tiny), sign * (one + 2.0 * tie));
				let b = |x: f64| f64::from(bf16_to_f32(f64_to_bf16(sign * x)));
				assert_eq!(b(one + 8.0 * tie + tiny), sign * (one + 16.0 * tie));
			}
			// A subnormal result: half the smallest is a tie, anything above rounds up.
			let smallest = 2f64.powi(-24);
			assert_eq!(f64_to_f16(sign * smallest * 0.5).to_bits() & 0x7fff, 0);
			assert_eq!(f64_to_f16(sign * smallest * (0.5 + 1e-12)).to_bits() & 0x7fff, 1);
		}
		assert_eq!(f64_to_f16(65_519.999_999_999), f16::MAX);
		assert_eq!([f64_to_f16(65_520.0), f64_to_f16(1e300)], [f16::INFINITY; 2]);
		assert_eq!(f64_to_f16(-1e-300).to_bits(), 0x8000);
		assert_eq!((f64_to_f16(-f64::NAN).to_bits(), f64_to_bf16(f64::NAN).to_bits()), (0x7e00, 0x7fc0));
	}

	/// The crate's portable functions are written in another way.
	#[test]
	fn conversions_should_equal_those_of_the_crate_half() {
		for bits in 0..=u16::MAX {
			let (h, b) = (f16::from_bits(bits), bf16::from_bits(bits));
			assert_eq!(f16_to_f32(h).to_bits(), canonical(h.to_f32_const()).to_bits(), "{bits:#x}");
			assert_eq!(bf16_to_f32(b).to_bits(), canonical(b.to_f32_const()).to_bits(), "{bits:#x}");
			// Every half, every middle between two, and the binary32 numbers next to those.
			for near in [-1i32, 0, 1] {
				for low in [0u32, 0x1000] {
					let x = f32::from_bits((f16_to_f32(h).to_bits() | low).wrapping_add_signed(near));
					if !x.is_nan() {
						assert_eq!(f32_to_f16(x), f16::from_f32_const(x), "{x:e}");
					}
				}
				let x = f32::from_bits((u32::from(bits) << 16 | 0x8000).wrapping_add_signed(near));
				if !x.is_nan() {
					assert_eq!(f32_to_bf16(x), bf16::from_f32_const(x), "{x:e}");
				}
			}
		}
		for bits in (0..=u32::MAX).step_by(2039) {
			let x = f32::from_bits(bits);
			if !x.is_nan() {
				assert_eq!(f32_to_f16(x).to_bits(), f16::from_f32_const(x).to_bits(), "{x:e}");
				assert_eq!(f32_to_bf16(x).to_bits(), bf16::from_f32_const(x).to_bits(), "{x:e}");
			}
		}
	}

	#[test]
	fn widening_should_be_exact_and_narrowing_its_inverse_for_every_half() {
		for bits in 0..=u16::MAX {
			let (h, b) = (f16::from_bits(bits), bf16::from_bits(bits));
			assert!(h.is_nan() || f32_to_f16(f16_to_f32(h)).to_bits() == bits);
			assert!(b.is_nan() || f32_to_bf16(bf16_to_f32(b)).to_bits() == bits);
			assert!(b.is_nan() || bf16_to_f32(b).to_bits() == u32::from(bits) << 16);
		}
		assert_eq!(f32_to_f16(f32::NAN).to_bits(), 0x7e00);
		assert_eq!(f32_to_bf16(-f32::NAN).to_bits(), 0x7fc0);
	}
}
