//! Fused multiply-add: `a * b + c` rounded once.
//!
//! The one floating-point instruction the profile is built on. Where the compiler may use the hardware's it does;
//! everywhere else [`fma_soft`] computes the same bits from binary64 arithmetic.

/// How a kernel computes a fused multiply-add. Both implementations give the same bits.
pub trait Fma: Copy {
	/// `a * b + c` with one rounding, to nearest even.
	fn fma(a: f32, b: f32, c: f32) -> f32;
	/// The same in binary64.
	fn fma64(a: f64, b: f64, c: f64) -> f64;
}

/// The instruction of the machine. Only for code compiled with it enabled (elsewhere `mul_add` is a call into the
/// system's library: slow, and not ours to trust).
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug)]
pub struct Hardware;

#[cfg(feature = "std")]
impl Fma for Hardware {
	#[inline(always)]
	fn fma(a: f32, b: f32, c: f32) -> f32 {
		a.mul_add(b, c)
	}
	#[inline(always)]
	fn fma64(a: f64, b: f64, c: f64) -> f64 {
		a.mul_add(b, c)
	}
}

/// The exact software version.
#[derive(Clone, Copy, Debug)]
pub struct Software;

impl Fma for Software {
	#[inline(always)]
	fn fma(a: f32, b: f32, c: f32) -> f32 {
		fma_soft(a, b, c)
	}
	/// Integer arithmetic, exact: binary64 has no wider format to borrow.
	#[inline(always)]
	fn fma64(a: f64, b: f64, c: f64) -> f64 {
		libm::fma(a, b, c)
	}
}

/// What a function compiled for this target without run-time detection uses.
#[cfg(all(feature = "std", any(target_feature = "fma", target_arch = "aarch64")))]
pub type Baseline = Hardware;
/// What a function compiled for this target without run-time detection uses.
#[cfg(not(all(feature = "std", any(target_feature = "fma", target_arch = "aarch64"))))]
pub type Baseline = Software;

/// `a * b + c` with one rounding, to nearest even, on any machine.
#[inline(always)]
pub fn fma(a: f32, b: f32, c: f32) -> f32 {
	Baseline::fma(a, b, c)
}

/// `a * b + c` with one rounding, from binary64 operations only.
///
/// The product of two 24-bit significands is exact in binary64. The sum is rounded *to odd*: the two-sum error says
/// whether it is inexact and to which side, and an inexact sum with an even last bit is moved one step towards the exact
/// value. 53 bits rounded to odd are more than the 24 + 2 needed for the final rounding to binary32 to be the rounding
/// of the exact value, subnormal results included (S. Boldo, G. Melquiond, "Emulation of FMA and correctly rounded
/// sums: proved algorithms using rounding to odd", IEEE Transactions on Computers 57(4), 2008).
#[inline(always)]
pub fn fma_soft(a: f32, b: f32, c: f32) -> f32 {
	let product = f64::from(a) * f64::from(b);
	let addend = f64::from(c);
	let sum = product + addend;
	let back = sum - product;
	let error = (product - (sum - back)) + (addend - back);
	// One step towards the exact value: away from zero where the error has the sign of the sum. Infinities and NaN have
	// a NaN error, exact sums a zero one: both leave the sum alone. The sum is not zero where the error is not.
	let bits = sum.to_bits();
	let outward = (error > 0.0) == (sum > 0.0);
	let step = if outward { 1 } else { u64::MAX };
	let inexact_and_even = ((error > 0.0) | (error < 0.0)) & (bits & 1 == 0);
	f64::from_bits(if inexact_and_even { bits.wrapping_add(step) } else { bits }) as f32
}
