//! AVX2 + FMA (8 lanes) and AVX-512 (16 lanes).

use core::arch::x86_64::*;

use super::Simd;

macro_rules! vector {
	($vector:ident, $lanes:literal, $rows:literal x $vectors:literal, $zero:ident, $splat:ident, $load:ident, $store:ident, $add:ident, $fma:ident, $transpose:ident) => {
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
			unsafe fn prefetch(at: *const f32) {
				// SAFETY: a prefetch has no effect but on caches, whatever the address.
				unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
			}
			#[inline(always)]
			unsafe fn transpose(from: *const f32, from_row: usize, rows: usize, to: *mut f32, to_row: usize) {
				// SAFETY: see above.
				unsafe { $transpose(from, from_row, rows, to, to_row) }
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
	_mm256_fmadd_ps,
	transpose_8x8
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
	_mm512_fmadd_ps,
	transpose_16x16
);

/// See [`Simd::transpose`].
///
/// # Safety
///
/// As there, on a machine with AVX2.
#[inline(always)]
unsafe fn transpose_8x8(from: *const f32, from_row: usize, rows: usize, to: *mut f32, to_row: usize) {
	// SAFETY: the caller's condition.
	unsafe {
		// Macros, as closures would not be compiled with the caller's instruction set.
		macro_rules! row {
			($i:literal) => {
				_mm256_loadu_ps(from.add(rows.saturating_sub(1).min($i) * from_row))
			};
		}
		// Pairs of rows interleaved, then pairs of pairs, then the halves exchanged.
		macro_rules! fours {
			($i:literal, $j:literal, $k:literal, $l:literal) => {{
				let (r0, r1, r2, r3) = (row!($i), row!($j), row!($k), row!($l));
				let (a0, a1) = (_mm256_unpacklo_ps(r0, r1), _mm256_unpackhi_ps(r0, r1));
				let (a2, a3) = (_mm256_unpacklo_ps(r2, r3), _mm256_unpackhi_ps(r2, r3));
				(
					_mm256_shuffle_ps::<0x44>(a0, a2),
					_mm256_shuffle_ps::<0xee>(a0, a2),
					_mm256_shuffle_ps::<0x44>(a1, a3),
					_mm256_shuffle_ps::<0xee>(a1, a3),
				)
			}};
		}
		let (b0, b1, b2, b3) = fours!(0, 1, 2, 3);
		let (b4, b5, b6, b7) = fours!(4, 5, 6, 7);
		_mm256_storeu_ps(to, _mm256_permute2f128_ps::<0x20>(b0, b4));
		_mm256_storeu_ps(to.add(to_row), _mm256_permute2f128_ps::<0x20>(b1, b5));
		_mm256_storeu_ps(to.add(2 * to_row), _mm256_permute2f128_ps::<0x20>(b2, b6));
		_mm256_storeu_ps(to.add(3 * to_row), _mm256_permute2f128_ps::<0x20>(b3, b7));
		_mm256_storeu_ps(to.add(4 * to_row), _mm256_permute2f128_ps::<0x31>(b0, b4));
		_mm256_storeu_ps(to.add(5 * to_row), _mm256_permute2f128_ps::<0x31>(b1, b5));
		_mm256_storeu_ps(to.add(6 * to_row), _mm256_permute2f128_ps::<0x31>(b2, b6));
		_mm256_storeu_ps(to.add(7 * to_row), _mm256_permute2f128_ps::<0x31>(b3, b7));
	}
}

/// See [`Simd::transpose`].
///
/// # Safety
///
/// As there, on a machine with AVX-512 F.
#[inline(always)]
unsafe fn transpose_16x16(from: *const f32, from_row: usize, rows: usize, to: *mut f32, to_row: usize) {
	// SAFETY: the caller's condition.
	unsafe {
		macro_rules! row {
			($i:expr) => {
				_mm512_loadu_ps(from.add(rows.saturating_sub(1).min($i) * from_row))
			};
		}
		// Within the 128-bit quarters of four rows: quarter q of result c holds column 4 q + c.
		macro_rules! fours {
			($i:literal) => {{
				let (r0, r1, r2, r3) = (row!($i), row!($i + 1), row!($i + 2), row!($i + 3));
				let (a0, a1) = (_mm512_unpacklo_ps(r0, r1), _mm512_unpackhi_ps(r0, r1));
				let (a2, a3) = (_mm512_unpacklo_ps(r2, r3), _mm512_unpackhi_ps(r2, r3));
				[
					_mm512_shuffle_ps::<0x44>(a0, a2),
					_mm512_shuffle_ps::<0xee>(a0, a2),
					_mm512_shuffle_ps::<0x44>(a1, a3),
					_mm512_shuffle_ps::<0xee>(a1, a3),
				]
			}};
		}
		let (f0, f1, f2, f3) = (fours!(0), fours!(4), fours!(8), fours!(12));
		// The quarters transposed: columns c, 4 + c, 8 + c, 12 + c.
		macro_rules! quarters {
			($c:literal) => {{
				let low01 = _mm512_shuffle_f32x4::<0x44>(f0[$c], f1[$c]);
				let high01 = _mm512_shuffle_f32x4::<0xee>(f0[$c], f1[$c]);
				let low23 = _mm512_shuffle_f32x4::<0x44>(f2[$c], f3[$c]);
				let high23 = _mm512_shuffle_f32x4::<0xee>(f2[$c], f3[$c]);
				[
					_mm512_shuffle_f32x4::<0x88>(low01, low23),
					_mm512_shuffle_f32x4::<0xdd>(low01, low23),
					_mm512_shuffle_f32x4::<0x88>(high01, high23),
					_mm512_shuffle_f32x4::<0xdd>(high01, high23),
				]
			}};
		}
		let (q0, q1, q2, q3) = (quarters!(0), quarters!(1), quarters!(2), quarters!(3));
		for i in 0..4 {
			let to = to.add(4 * i * to_row);
			_mm512_storeu_ps(to, q0[i]);
			_mm512_storeu_ps(to.add(to_row), q1[i]);
			_mm512_storeu_ps(to.add(2 * to_row), q2[i]);
			_mm512_storeu_ps(to.add(3 * to_row), q3[i]);
		}
	}
}
