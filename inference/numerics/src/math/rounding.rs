//! Exact and correctly rounded functions.

use crate::real::Real;

macro_rules! single {
	($($(#[$doc:meta])* $name:ident($($x:ident),+);)*) => {
		$(
			$(#[$doc])*
			#[inline(always)]
			pub fn $name($($x: f32),+) -> f32 {
				Real::$name($($x),+)
			}
		)*
	};
}

single! {
	/// The square root, correctly rounded; −0 at −0, NaN below.
	sqrt(x);
	/// The largest integer not above x.
	floor(x);
	/// The smallest integer not below x.
	ceil(x);
	/// The integer part.
	trunc(x);
	/// The nearest integer, ties to even.
	round_half_even(x);
	/// The greater of two numbers. A NaN wins over any number; +0 is greater than −0 (IEEE 754-2019 `maximum`).
	maximum(a, b);
	/// The lesser of two numbers. A NaN wins over any number; −0 is less than +0 (IEEE 754-2019 `minimum`).
	minimum(a, b);
}

/// −1, +1, or x itself where that is a zero or NaN.
#[inline(always)]
pub fn sign<T: Real>(x: T) -> T {
	if x > T::ZERO {
		T::ONE
	} else if x < T::ZERO {
		-T::ONE
	} else {
		x
	}
}

/// The remainder of a / b truncated towards zero, with the sign of a (C's `fmod`). Exact.
#[inline(always)]
pub fn fmod<T: Real>(a: T, b: T) -> T {
	a % b
}

/// The remainder with the sign of b (Python's `%`): `fmod`, plus b where the signs differ.
#[inline(always)]
pub fn floor_mod<T: Real>(a: T, b: T) -> T {
	let rest = fmod(a, b);
	if rest == T::ZERO {
		T::ZERO.copysign(b)
	} else if (rest < T::ZERO) != (b < T::ZERO) && !rest.is_nan() {
		rest + b
	} else {
		rest
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn extremes_should_let_nan_win_and_order_zeros() {
		for (a, b) in
			[(f32::NAN, 1.0), (1.0, f32::NAN), (f32::NAN, f32::INFINITY), (f32::NEG_INFINITY, f32::NAN)]
		{
			assert!(maximum(a, b).is_nan() && minimum(a, b).is_nan(), "{a} {b}");
		}
		for (a, b) in [(0.0, -0.0), (-0.0, 0.0)] {
			assert_eq!(maximum(a, b).to_bits(), 0);
			assert_eq!(minimum(a, b).to_bits(), 1 << 31);
		}
		assert_eq!((maximum(-1.0, 2.0), minimum(-1.0, 2.0)), (2.0, -1.0));
	}

	#[test]
	fn rounding_should_follow_ieee() {
		assert_eq!([0.5, 1.5, 2.5, -0.5].map(round_half_even), [0.0, 2.0, 2.0, 0.0]);
		assert_eq!(round_half_even(-0.5).to_bits(), 1 << 31);
		assert_eq!([-1.5, 1.5].map(floor), [-2.0, 1.0]);
		assert_eq!([-1.5, 1.5].map(ceil), [-1.0, 2.0]);
		assert_eq!([-1.5, 1.5].map(trunc), [-1.0, 1.0]);
		assert_eq!(sqrt(2.0).to_bits(), 0x3fb5_04f3);
		assert_eq!(sqrt(f32::from_bits(1)).to_bits(), 0x1a35_04f3);
	}

	#[test]
	fn remainders_should_take_the_sign_of_the_dividend_or_the_divisor() {
		assert_eq!([fmod(-7.0, 3.0), floor_mod(-7.0, 3.0)], [-1.0, 2.0]);
		assert_eq!([fmod(7.0, -3.0), floor_mod(7.0, -3.0)], [1.0, -2.0]);
		assert_eq!(floor_mod(6f32, -3.0).to_bits(), 1 << 31);
		assert!(fmod(1.0, 0.0).is_nan() && floor_mod(1.0, 0.0).is_nan());
	}
}
