//! One NaN: which payload and sign an operation gives a NaN differs between instruction sets.

use crate::real::Real;

/// Bits of the canonical NaN: quiet, positive, empty payload.
pub const CANONICAL_NAN: u32 = 0x7fc0_0000;

/// The same in binary64.
pub const CANONICAL_NAN_64: u64 = 0x7ff8_0000_0000_0000;

/// `x`, with every NaN replaced by the canonical one.
#[inline(always)]
pub fn canonical(x: f32) -> f32 {
	Real::canonical(x)
}

/// Replaces every NaN by the canonical one. To be done to each float result before its bits are looked at.
pub fn canonical_nan<T: Real>(x: &mut [T]) {
	for v in x {
		*v = v.canonical();
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_nan_should_become_the_canonical_one_and_nothing_else_change() {
		let kept = [0.0f32, -0.0, 1.5, f32::INFINITY, f32::NEG_INFINITY, f32::from_bits(1)];
		let mut x = kept.to_vec();
		for bits in [0x7f80_0001u32, 0x7fff_ffff, 0xffc0_0000, 0xff80_0001] {
			x.push(f32::from_bits(bits));
		}
		canonical_nan(&mut x);
		let bits: Vec<u32> = x.iter().map(|v| v.to_bits()).collect();
		assert_eq!(bits[..6], kept.map(f32::to_bits));
		assert_eq!(bits[6..], [CANONICAL_NAN; 4]);
	}
}
