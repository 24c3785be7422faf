//! The inner loops: a register tile of `ROWS` × `VECTORS` vectors of outputs over one block of K, and transposition.

use crate::simd::Simd;

/// What a tile reads and where it writes.
#[derive(Clone, Copy)]
pub(crate) struct Tile {
	/// Length of the block of K, at most 256.
	pub depth: usize,
	/// Packed panel of A: for each k, `Simd::ROWS` entries.
	pub a: *const f32,
	/// First row of B's panel; `vectors * LANES` entries of each row are read.
	pub b: *const f32,
	/// Step from a row of B to the next.
	pub b_row: usize,
	/// First output.
	pub c: *mut f32,
	/// Step from a row of C to the next.
	pub c_row: usize,
	/// Rows of C, at most `Simd::ROWS`.
	pub rows: usize,
	/// Columns of C, at most `vectors * LANES`.
	pub cols: usize,
	/// Vectors per row, 1 or 2.
	pub vectors: usize,
	/// Whether this is the first block of K: its value is stored, later ones are added.
	pub first: bool,
}

/// Most elements a tile can have: 12 rows of two 16-lane vectors.
const MAX_TILE: usize = 12 * 32;

/// Computes a tile.
///
/// # Safety
///
/// Conditions of [`Simd`]; `a` is valid for `depth * S::ROWS` reads, `b` for `vectors * LANES` at each of `depth` rows,
/// `c` for reads and writes of `cols` at each of `rows` rows, and nobody else touches those.
#[inline(always)]
pub(crate) unsafe fn compute<S: Simd>(tile: &Tile) {
	macro_rules! by_rows {
		($($rows:literal)*) => {
			match (tile.rows, tile.vectors) {
				// The guards are constants: arms an instruction set does not use are not compiled for it.
				$(
					// SAFETY: the caller's conditions.
					($rows, 1) if $rows <= S::ROWS => unsafe { compute_sized::<S, $rows, 1>(tile) },
					// SAFETY: the caller's conditions.
					($rows, 2) if $rows <= S::ROWS && S::VECTORS == 2 => unsafe { compute_sized::<S, $rows, 2>(tile) },
				)*
				_ => debug_assert!(false, "no kernel has this shape"),
			}
		};
	}
	by_rows!(1 2 3 4 5 6 7 8 9 10 11 12);
}

/// As [`compute`], with the shape known to the compiler so that the accumulators live in registers.
#[inline(always)]
unsafe fn compute_sized<S: Simd, const ROWS: usize, const VECTORS: usize>(tile: &Tile) {
	// SAFETY: every pointer below stays inside what the caller vouches for.
	unsafe {
		let mut acc = [[S::zero(); VECTORS]; ROWS];
		let (mut a, mut b) = (tile.a, tile.b);
		for _ in 0..tile.depth {
			let mut row = [S::zero(); VECTORS];
			for (v, entries) in row.iter_mut().enumerate() {
				*entries = S::load(b.add(v * S::LANES));
			}
			for (i, sums) in acc.iter_mut().enumerate() {
				let factor = S::splat(*a.add(i));
				for (sum, entries) in sums.iter_mut().zip(row) {
					*sum = factor.fma(entries, *sum);
				}
			}
			a = a.add(S::ROWS);
			b = b.wrapping_add(tile.b_row);
		}
		if tile.cols == VECTORS * S::LANES {
			for (i, sums) in acc.into_iter().enumerate() {
				for (v, sum) in sums.into_iter().enumerate() {
					let to = tile.c.add(i * tile.c_row + v * S::LANES);
					let value = if tile.first { sum } else { S::load(to).add(sum) };
					value.store(to);
				}
			}
		} else {
			let mut spill = [0.0f32; MAX_TILE];
			for (i, sums) in acc.into_iter().enumerate() {
				for (v, sum) in sums.into_iter().enumerate() {
					sum.store(spill.as_mut_ptr().add((i * VECTORS + v) * S::LANES));
				}
			}
			for i in 0..ROWS {
				for j in 0..tile.cols {
					let to = tile.c.add(i * tile.c_row + j);
					let value = spill[i * VECTORS * S::LANES + j];
					*to = if tile.first { value } else { *to + value };
				}
			}
		}
	}
}

/// Square blocks of a matrix to write out transposed.
#[derive(Clone, Copy)]
pub(crate) struct Transposition {
	/// First element read.
	pub from: *const f32,
	/// Step from a row read to the next.
	pub from_row: usize,
	/// Where it goes.
	pub to: *mut f32,
	/// Step from a row written to the next.
	pub to_row: usize,
	/// Rows read, a multiple of 8.
	pub rows: usize,
	/// Elements of each, a multiple of 8.
	pub cols: usize,
}

/// Element `j` of row `i` goes to place `i` of row `j`.
///
/// # Safety
///
/// Conditions of [`Simd`]; `from` is valid for reads and `to` for writes at all those places, and they do not overlap.
#[inline(always)]
pub(crate) unsafe fn transpose<S: Simd>(blocks: &Transposition) {
	let Transposition { from, from_row, to, to_row, rows, cols } = *blocks;
	for i in (0..rows).step_by(8) {
		for j in (0..cols).step_by(8) {
			// SAFETY: the block lies inside what the caller vouches for.
			unsafe {
				S::transpose_8x8(from.add(i * from_row + j), from_row, to.add(j * to_row + i), to_row);
			}
		}
	}
}
