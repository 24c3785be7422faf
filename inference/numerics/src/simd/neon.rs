//! aarch64 Advanced SIMD (4 lanes).

use core::arch::aarch64::*;

use super::Simd;

// SAFETY (of each block): Advanced SIMD is part of the aarch64 baseline; the caller's pointers are valid for four lanes,
// which is the trait's condition.
impl Simd for float32x4_t {
	const LANES: usize = 4;
	const ROWS: usize = 12;
	const VECTORS: usize = 2;
	#[inline(always)]
	unsafe fn zero() -> Self {
		// SAFETY: see above.
		unsafe { vdupq_n_f32(0.0) }
	}
	#[inline(always)]
	unsafe fn splat(x: f32) -> Self {
		// SAFETY: see above.
		unsafe { vdupq_n_f32(x) }
	}
	#[inline(always)]
	unsafe fn load(from: *const f32) -> Self {
		// SAFETY: see above.
		unsafe { vld1q_f32(from) }
	}
	#[inline(always)]
	unsafe fn store(self, to: *mut f32) {
		// SAFETY: see above.
		unsafe { vst1q_f32(to, self) }
	}
	#[inline(always)]
	unsafe fn add(self, other: Self) -> Self {
		// SAFETY: see above.
		unsafe { vaddq_f32(self, other) }
	}
	#[inline(always)]
	unsafe fn fma(self, b: Self, c: Self) -> Self {
		// SAFETY: see above. The accumulator comes first.
		unsafe { vfmaq_f32(c, self, b) }
	}
}
