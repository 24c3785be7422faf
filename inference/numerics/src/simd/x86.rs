//! AVX2 + FMA (8 lanes) and AVX-512 (16 lanes).

use core::arch::x86_64::*;

use super::Simd;

macro_rules! vector {
	($vector:ident, $lanes:literal, $rows:literal x $vectors:literal, $zero:ident, $splat:ident, $load:ident, $store:ident, $add:ident, $fma:ident) => {
		// SAFETY (of each block): the caller is compiled with the instruction set enabled and runs on a machine that has it,
		// and its pointers are valid for the lanes of a vector; both are the trait's conditions.
		impl Simd for $vector {
			const LANES: usize = $lanes;
			const ROWS: usize = $rows;
			const VECTORS: usize = $vectors;
			#[inline(always)]
			unsafe fn zero() -> Self {
				// SAFETY: see above.
				unsafe { $zero() }
			}
			#[inline(always)]
			unsafe fn splat(x: f32) -> Self {
				// SAFETY: see above.
				unsafe { $splat(x) }
			}
			#[inline(always)]
			unsafe fn load(from: *const f32) -> Self {
				// SAFETY: see above.
				unsafe { $load(from) }
			}
			#[inline(always)]
			unsafe fn store(self, to: *mut f32) {
				// SAFETY: see above.
				unsafe { $store(to, self) }
			}
			#[inline(always)]
			unsafe fn add(self, other: Self) -> Self {
				// SAFETY: see above.
				unsafe { $add(self, other) }
			}
			#[inline(always)]
			unsafe fn fma(self, b: Self, c: Self) -> Self {
				// SAFETY: see above.
				unsafe { $fma(self, b, c) }
			}
			#[inline(always)]
			unsafe fn transpose_8x8(from: *const f32, from_step: usize, to: *mut f32, to_step: usize) {
				// SAFETY: see above; both instruction sets include AVX2.
				unsafe { transpose_8x8(from, from_step, to, to_step) }
			}
		}
	};
}

vector!(
	__m256,
	8,
	6 x 2,
	_mm256_setzero_ps,
	_mm256_set1_ps,
	_mm256_loadu_ps,
	_mm256_storeu_ps,
	_mm256_add_ps,
	_mm256_fmadd_ps
);
vector!(
	__m512,
	16,
	12 x 2,
	_mm512_setzero_ps,
	_mm512_set1_ps,
	_mm512_loadu_ps,
	_mm512_storeu_ps,
	_mm512_add_ps,
	_mm512_fmadd_ps
);

/// See [`Simd::transpose_8x8`].
///
/// # Safety
///
/// As there, on a machine with AVX2.
#[inline(always)]
unsafe fn transpose_8x8(from: *const f32, from_step: usize, to: *mut f32, to_step: usize) {
	// SAFETY: the caller's condition.
	unsafe {
		// Macros, as closures would not be compiled with the caller's instruction set.
		macro_rules! row {
			($i:literal) => {
				_mm256_loadu_ps(from.add($i * from_step))
			};
		}
		macro_rules! interleave {
			($unpack:ident, $i:literal, $j:literal) => {
				$unpack(row!($i), row!($j))
			};
		}
		// Pairs of rows interleaved, then pairs of pairs, then the halves exchanged.
		let a0 = interleave!(_mm256_unpacklo_ps, 0, 1);
		let a1 = interleave!(_mm256_unpackhi_ps, 0, 1);
		let a2 = interleave!(_mm256_unpacklo_ps, 2, 3);
		let a3 = interleave!(_mm256_unpackhi_ps, 2, 3);
		let a4 = interleave!(_mm256_unpacklo_ps, 4, 5);
		let a5 = interleave!(_mm256_unpackhi_ps, 4, 5);
		let a6 = interleave!(_mm256_unpacklo_ps, 6, 7);
		let a7 = interleave!(_mm256_unpackhi_ps, 6, 7);
		let b0 = _mm256_shuffle_ps::<0x44>(a0, a2);
		let b1 = _mm256_shuffle_ps::<0xee>(a0, a2);
		let b2 = _mm256_shuffle_ps::<0x44>(a1, a3);
		let b3 = _mm256_shuffle_ps::<0xee>(a1, a3);
		let b4 = _mm256_shuffle_ps::<0x44>(a4, a6);
		let b5 = _mm256_shuffle_ps::<0xee>(a4, a6);
		let b6 = _mm256_shuffle_ps::<0x44>(a5, a7);
		let b7 = _mm256_shuffle_ps::<0xee>(a5, a7);
		_mm256_storeu_ps(to, _mm256_permute2f128_ps::<0x20>(b0, b4));
		_mm256_storeu_ps(to.add(to_step), _mm256_permute2f128_ps::<0x20>(b1, b5));
		_mm256_storeu_ps(to.add(2 * to_step), _mm256_permute2f128_ps::<0x20>(b2, b6));
		_mm256_storeu_ps(to.add(3 * to_step), _mm256_permute2f128_ps::<0x20>(b3, b7));
		_mm256_storeu_ps(to.add(4 * to_step), _mm256_permute2f128_ps::<0x31>(b0, b4));
		_mm256_storeu_ps(to.add(5 * to_step), _mm256_permute2f128_ps::<0x31>(b1, b5));
		_mm256_storeu_ps(to.add(6 * to_step), _mm256_permute2f128_ps::<0x31>(b2, b6));
		_mm256_storeu_ps(to.add(7 * to_step), _mm256_permute2f128_ps::<0x31>(b3, b7));
	}
}
