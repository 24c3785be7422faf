//! Plain x86-64 (4 lanes): no fused multiply-add, which is computed exactly from binary64, two lanes at a time.

use core::arch::x86_64::*;

use super::Simd;

/// Four lanes.
#[derive(Clone, Copy)]
pub(crate) struct Sse2(__m128);

/// The steps of [`fma_soft`](crate::fma::fma_soft) on two lanes.
#[inline(always)]
fn fma_two(a: __m128d, b: __m128d, c: __m128d) -> __m128d {
	// SAFETY: SSE2 is part of the x86-64 baseline.
	unsafe {
		let product = _mm_mul_pd(a, b);
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
	const ROWS: usize = 2;
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
			let low = fma_two(_mm_cvtps_pd(self.0), _mm_cvtps_pd(b.0), _mm_cvtps_pd(c.0));
			let high = fma_two(high(self.0), high(b.0), high(c.0));
			Self(_mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high)))
		}
	}
}
