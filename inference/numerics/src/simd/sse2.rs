//! Plain x86-64 (4 lanes): no fused multiply-add, which is computed exactly from binary64, two lanes at a time.
//!
//! Rounding a binary64 sum to binary32 is nearly always the rounding of the exact sum; only where it might not be is the sum
//! rounded to odd first.

use core::arch::x86_64::*;

use super::Simd;

/// Four lanes.
#[derive(Clone, Copy)]
pub(crate) struct Sse2(__m128);

/// `product + c` rounded to odd, on two lanes: the steps of [`fma_soft`](crate::fma::fma_soft).
#[inline(always)]
fn odd_sum(product: __m128d, c: __m128d) -> __m128d {
	// SAFETY: SSE2 is part of the x86-64 baseline.
	unsafe {
		let sum = _mm_add_pd(product, c);
		let back = _mm_sub_pd(sum, product);
		let error = _mm_add_pd(_mm_sub_pd(product, _mm_sub_pd(sum, back)), _mm_sub_pd(c, back));
		let zero = _mm_setzero_pd();
		// All bits set where the error is a nonzero number.
		let inexact = _mm_or_pd(_mm_cmpgt_pd(error, zero), _mm_cmplt_pd(error, zero));
		// All bits set where the signs of error and sum differ: the step is −1 there, +1 elsewhere. Both are nonzero where it
		// counts.
		let signs = _mm_srai_epi32::<31>(_mm_castpd_si128(_mm_xor_pd(error, sum)));
		let step = _mm_or_si128(_mm_shuffle_epi32::<0xf5>(signs), _mm_set1_epi64x(1));
		let bits = _mm_castpd_si128(sum);
		// The step, where the sum is inexact and its last bit 0.
		let odd = _mm_sub_epi64(_mm_setzero_si128(), _mm_and_si128(bits, _mm_set1_epi64x(1)));
		let applies = _mm_andnot_si128(odd, _mm_castpd_si128(inexact));
		_mm_castsi128_pd(_mm_add_epi64(bits, _mm_and_si128(step, applies)))
	}
}

// SAFETY (of each block): SSE2 is part of the x86-64 baseline; the caller's pointers are valid for four lanes, which is the
// trait's condition.
impl Simd for Sse2 {
	const LANES: usize = 4;
	const ROWS: usize = 3;
	const VECTORS: usize = 2;
	#[inline(always)]
	unsafe fn zero() -> Self {
		// SAFETY: see above.
		Self(unsafe { _mm_setzero_ps() })
	}
	#[inline(always)]
	unsafe fn splat(x: f32) -> Self {
		// SAFETY: see above.
		Self(unsafe { _mm_set1_ps(x) })
	}
	#[inline(always)]
	unsafe fn load(from: *const f32) -> Self {
		// SAFETY: see above.
		Self(unsafe { _mm_loadu_ps(from) })
	}
	#[inline(always)]
	unsafe fn store(self, to: *mut f32) {
		// SAFETY: see above.
		unsafe { _mm_storeu_ps(to, self.0) }
	}
	#[inline(always)]
	unsafe fn add(self, other: Self) -> Self {
		// SAFETY: see above.
		Self(unsafe { _mm_add_ps(self.0, other.0) })
	}
	#[inline(always)]
	unsafe fn fma(self, b: Self, c: Self) -> Self {
		// SAFETY: see above.
		unsafe {
			let high = |v: __m128| _mm_cvtps_pd(_mm_movehl_ps(v, v));
			let (c_low, c_high) = (_mm_cvtps_pd(c.0), high(c.0));
			let product_low = _mm_mul_pd(_mm_cvtps_pd(self.0), _mm_cvtps_pd(b.0));
			let product_high = _mm_mul_pd(high(self.0), high(b.0));
			let (low, high) = (_mm_add_pd(product_low, c_low), _mm_add_pd(product_high, c_high));
			if rounds_twice(low, high) {
				return Self(narrow(odd_sum(product_low, c_low), odd_sum(product_high, c_high)));
			}
			Self(narrow(low, high))
		}
	}
}

/// Four lanes rounded to binary32.
#[inline(always)]
fn narrow(low: __m128d, high: __m128d) -> __m128 {
	// SAFETY: SSE2 is part of the x86-64 baseline.
	unsafe { _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high)) }
}

/// Whether rounding one of four binary64 sums to binary32 may differ from rounding the exact sum: it does at most where the sum
/// lies in the middle between two neighbours. Those of normal size have twenty-nine more bits in binary64; for results below
/// 2⁻¹²⁶ no attempt is made to tell.
#[inline(always)]
fn rounds_twice(low: __m128d, high: __m128d) -> bool {
	const TAIL: i32 = (1 << 29) - 1;
	const MIDDLE: i32 = 1 << 28;
	/// The upper half of 2⁻¹²⁶.
	const NORMAL: i32 = (1023 - 126) << 20;
	// SAFETY: SSE2 is part of the x86-64 baseline.
	unsafe {
		let (low, high) = (_mm_castpd_ps(low), _mm_castpd_ps(high));
		let lower = _mm_castps_si128(_mm_shuffle_ps::<0b10_00_10_00>(low, high));
		let upper = _mm_castps_si128(_mm_shuffle_ps::<0b11_01_11_01>(low, high));
		let tie = _mm_cmpeq_epi32(_mm_and_si128(lower, _mm_set1_epi32(TAIL)), _mm_set1_epi32(MIDDLE));
		let magnitude = _mm_and_si128(upper, _mm_set1_epi32(i32::MAX));
		let small = _mm_cmpgt_epi32(_mm_set1_epi32(NORMAL), magnitude);
		// A zero sum of binary32 values and their products is exact: no such product underflows in binary64.
		let some = _mm_cmpgt_epi32(magnitude, _mm_setzero_si128());
		_mm_movemask_epi8(_mm_or_si128(tie, _mm_and_si128(small, some))) != 0
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{fma::fma_soft, nan::canonical};

	fn check(a: [f32; 4], b: [f32; 4], c: [f32; 4]) {
		let mut found = [0.0; 4];
		// SAFETY: the pointers are those of arrays of four; SSE2 is part of the x86-64 baseline.
		unsafe {
			let [x, y, z] = [a, b, c].map(|v| Sse2::load(v.as_ptr()));
			x.fma(y, z).store(found.as_mut_ptr());
		}
		for i in 0..4 {
			let expected = canonical(fma_soft(a[i], b[i], c[i]));
			assert_eq!(
				canonical(found[i]).to_bits(),
				expected.to_bits(),
				"fma({}, {}, {})",
				a[i],
				b[i],
				c[i]
			);
		}
	}

	#[test]
	fn vector_should_equal_the_scalar_at_edges_and_between_neighbours() {
		let mut edges = vec![0.0, f32::INFINITY, f32::NAN, f32::MAX];
		for exponent in [1u32, 2, 12, 23, 24, 63, 64, 102, 103, 104, 126, 127, 128, 150, 190, 254] {
			for significand in [0u32, 1, 0x0040_0000, 0x0040_0001, 0x007f_ffff] {
				edges.push(f32::from_bits((exponent << 23) | significand));
			}
		}
		edges.extend([1u32, 2, 3, 0x007f_ffff].map(f32::from_bits));
		for (i, &a) in edges.iter().enumerate() {
			for &b in &edges[i..] {
				for c in edges.chunks(2) {
					let (first, last) = (c[0], c[c.len() - 1]);
					check([a; 4], [b, b, -b, b], [first, last, first, -last]);
				}
			}
		}
	}

	#[test]
	fn vector_should_equal_the_scalar_where_the_sum_is_nearly_a_tie() {
		for shift in 0..60u32 {
			for low in 1u32..64 {
				let a = f32::from_bits(0x3f80_0000 + low);
				let b = f32::from_bits(((127 - shift) << 23) | (low * 4099));
				let c = [0x3f80_0000u32, 0x3f80_0001, 0x4b00_0001, 0x3380_0000].map(f32::from_bits);
				check([a; 4], [b; 4], c);
				check([-a; 4], [b; 4], c);
			}
		}
	}
}
