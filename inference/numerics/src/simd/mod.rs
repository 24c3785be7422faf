//! The few vector operations the matrix kernel is written in, one implementation per instruction set.
//!
//! All work lane by lane, so a vector is just several independent outputs.

#[cfg(all(feature = "std", target_arch = "aarch64"))]
mod neon;
mod portable;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
pub(crate) mod sse2;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod x86;

pub(crate) use portable::Portable;

/// A vector of binary32 lanes.
///
/// # Safety
///
/// Every method may only be called, and must be inlined, in a function compiled with the instruction set enabled, on a
/// machine that has it. `load` and `store` need pointers valid for `LANES` elements; they need no alignment.
pub(crate) trait Simd: Copy {
	/// Number of lanes: 4, 8 or 16.
	const LANES: usize;
	/// Rows of the matrix kernel's tile: with `VECTORS`, as many accumulators as the register file holds. Less than
	/// `LANES`, or a multiple of it.
	const ROWS: usize;
	/// Vectors in a row of the tile.
	const VECTORS: usize;
	/// +0 in every lane.
	unsafe fn zero() -> Self;
	/// `x` in every lane.
	unsafe fn splat(x: f32) -> Self;
	/// Reads `LANES` elements.
	unsafe fn load(from: *const f32) -> Self;
	/// Writes `LANES` elements.
	unsafe fn store(self, to: *mut f32);
	/// Rounded sum.
	unsafe fn add(self, other: Self) -> Self;
	/// `self * b + c` with one rounding.
	unsafe fn fma(self, b: Self, c: Self) -> Self;
	/// Tells the machine that the cache line at `at`, which need not be valid, will be written soon.
	#[inline(always)]
	unsafe fn prefetch(_at: *const f32) {}
	/// Transposes a square block: element `j` of the row at `from + i * from_row` goes to `to + j * to_row + i`, for `i` and
	/// `j` below `LANES`. Rows from `rows` (at least 1) on are not read; what stands for them is unspecified.
	///
	/// Rows are written in ascending order and whole, so that `to_row` may be less than `LANES`: what one row writes too
	/// much the next overwrites.
	#[inline(always)]
	unsafe fn transpose(from: *const f32, from_row: usize, rows: usize, to: *mut f32, to_row: usize) {
		for j in 0..Self::LANES {
			for i in 0..Self::LANES {
				// SAFETY: the caller vouches for `LANES` elements at each row read and written.
				unsafe { *to.add(j * to_row + i) = *from.add(i.min(rows - 1) * from_row + j) };
			}
		}
	}
}
