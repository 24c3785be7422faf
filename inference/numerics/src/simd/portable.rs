//! Eight lanes of ordinary code, for machines without a vector path of their own.

use core::array;

use super::Simd;
use crate::fma::fma;

/// Eight independent elements.
#[derive(Clone, Copy)]
pub(crate) struct Portable([f32; 8]);

impl Simd for Portable {
	const LANES: usize = 8;
	const ROWS: usize = 4;
	const VECTORS: usize = 1;
	#[inline(always)]
	unsafe fn zero() -> Self {
		Self([0.0; 8])
	}
	#[inline(always)]
	unsafe fn splat(x: f32) -> Self {
		Self([x; 8])
	}
	#[inline(always)]
	unsafe fn load(from: *const f32) -> Self {
		// SAFETY: the caller's pointer is valid for eight elements.
		Self(unsafe { from.cast::<[f32; 8]>().read_unaligned() })
	}
	#[inline(always)]
	unsafe fn store(self, to: *mut f32) {
		// SAFETY: the caller's pointer is valid for eight elements.
		unsafe { to.cast::<[f32; 8]>().write_unaligned(self.0) }
	}
	#[inline(always)]
	unsafe fn add(self, other: Self) -> Self {
		Self(array::from_fn(|i| self.0[i] + other.0[i]))
	}
	#[inline(always)]
	unsafe fn fma(self, b: Self, c: Self) -> Self {
		Self(array::from_fn(|i| fma(self.0[i], b.0[i], c.0[i])))
	}
}
