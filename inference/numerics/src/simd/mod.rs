//! The few vector operations the matrix kernel is written in, one implementation per instruction set.
//!
//! All work lane by lane, so a vector is just several independent outputs.

#[cfg(all(feature = "std", target_arch = "aarch64"))]
mod neon;
mod portable;
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
	/// Number of lanes.
	const LANES: usize;
	/// Rows of the matrix kernel's tile: with `VECTORS`, as many accumulators as the register file holds.
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
	/// Transposes an 8 × 8 block: element j of the row at `from + i * from_step` goes to `to + j * to_step + i`.
	///
	/// The pointers are valid for eight elements at each of eight rows.
	#[inline(always)]
	unsafe fn transpose_8x8(from: *const f32, from_step: usize, to: *mut f32, to_step: usize) {
		for i in 0..8 {
			for j in 0..8 {
				// SAFETY: the caller's condition.
				unsafe { *to.add(j * to_step + i) = *from.add(i * from_step + j) };
			}
		}
	}
}
