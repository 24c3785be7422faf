//! The inner loops: a register tile of rows × vectors of outputs over one block of K, and transposition.

use super::PANEL;
use crate::simd::Simd;

/// What a tile reads and where it writes.
#[derive(Clone, Copy)]
pub(crate) struct Tile {
	/// Length of the block of K, at most 256.
	pub depth: usize,
	/// Packed panel of A: for each k, one entry per row.
	pub a: *const f32,
	/// Step from a k to the next in A's panel, at least `rows`.
	pub a_step: usize,
	/// First entry of B.
	pub b: *const f32,
	/// Step from a row of B to the next.
	pub b_row: usize,
	/// Step from sixteen columns of B to the next sixteen.
	pub b_panel: usize,
	/// First output.
	pub c: *mut f32,
	/// Step from a row of C to the next.
	pub c_row: usize,
	/// Rows of C, at most `Simd::ROWS`.
	pub rows: usize,
	/// Columns of C, at most `vectors * LANES`.
	pub cols: usize,
	/// Vectors per row, at most [`max_vectors`].
	pub vectors: usize,
	/// Whether this is the first block of K: its value is stored, later ones are added.
	pub first: bool,
	/// Added at last.
	pub bias: Bias,
	/// The first entry of B of a later tile, which is brought nearer meanwhile; need not be valid, null for nothing.
	pub ahead: *const f32,
}

/// What is added to a finished tile.
#[derive(Clone, Copy)]
pub(crate) enum Bias {
	/// Nothing.
	None,
	/// One entry per row, the first here.
	Rows(*const f32),
	/// One entry per column, the first here.
	Columns(*const f32),
}

/// Most vectors of a row of a tile with so many rows: with few rows more vectors give as many independent chains.
pub(crate) const fn max_vectors<S: Simd>(rows: usize) -> usize {
	match rows {
		1 if S::VECTORS > 1 => 8,
		2 if S::ROWS >= 6 => 4,
		3 | 4 if S::ROWS >= 12 => 4,
		_ => S::VECTORS,
	}
}

/// Most elements of a row of a tile: eight vectors of sixteen lanes.
const MAX_WIDTH: usize = 128;

/// Computes a tile.
///
/// # Safety
///
/// Conditions of [`Simd`]; `a` is valid for reads of `rows` at each of `depth` steps, `b` of `vectors * LANES` (cut into
/// sixteens) at each of `depth` rows, `c` for reads and writes of `cols` at each of `rows` rows, and nobody else touches
/// those; the bias for reads of as many entries as the tile has rows or columns.
#[inline(always)]
pub(crate) unsafe fn compute<S: Simd>(tile: &Tile) {
	macro_rules! by_shape {
		($($rows:literal x $vectors:literal)*) => {
			match (tile.rows, tile.vectors) {
				// The guards are constants: arms an instruction set does not use are not compiled for it.
				$(
					// SAFETY: the caller's conditions.
					($rows, $vectors) if $rows <= S::ROWS && $vectors <= max_vectors::<S>($rows) => unsafe {
						compute_sized::<S, $rows, $vectors>(tile)
					},
				)*
				_ => debug_assert!(false, "no kernel has this shape"),
			}
		};
	}
	by_shape!(
		1 x 1 1 x 2 1 x 3 1 x 4 1 x 5 1 x 6 1 x 7 1 x 8
		2 x 1 2 x 2 2 x 3 2 x 4 3 x 1 3 x 2 3 x 3 3 x 4 4 x 1 4 x 2 4 x 3 4 x 4
		5 x 1 5 x 2 6 x 1 6 x 2 7 x 1 7 x 2 8 x 1 8 x 2 9 x 1 9 x 2 10 x 1 10 x 2 11 x 1 11 x 2 12 x 1 12 x 2
	);
}

/// As [`compute`], with the shape known to the compiler so that the accumulators live in registers.
#[inline(always)]
unsafe fn compute_sized<S: Simd, const ROWS: usize, const VECTORS: usize>(tile: &Tile) {
	// SAFETY: every pointer below stays inside what the caller vouches for, but for those only prefetched.
	unsafe {
		for i in 0..ROWS {
			for line in (0..VECTORS * S::LANES).step_by(PANEL) {
				S::prefetch(tile.c.wrapping_add(i * tile.c_row + line));
			}
		}
		let mut acc = [[S::zero(); VECTORS]; ROWS];
		let (mut a, mut b) = (tile.a, tile.b);
		let mut ahead = tile.ahead;
		for _ in 0..tile.depth {
			if !ahead.is_null() {
				for line in 0..(VECTORS * S::LANES).div_ceil(PANEL) {
					S::prefetch(ahead.wrapping_add(line * tile.b_panel));
				}
				ahead = ahead.wrapping_add(tile.b_row);
			}
			let mut row = [S::zero(); VECTORS];
			for (v, entries) in row.iter_mut().enumerate() {
				let at = v * S::LANES;
				*entries = S::load(b.add(at / PANEL * tile.b_panel + at % PANEL));
			}
			for (i, sums) in acc.iter_mut().enumerate() {
				let factor = S::splat(*a.add(i));
				for (sum, entries) in sums.iter_mut().zip(row) {
					*sum = factor.fma(entries, *sum);
				}
			}
			a = a.wrapping_add(tile.a_step);
			b = b.wrapping_add(tile.b_row);
		}
		if tile.cols == VECTORS * S::LANES {
			for (i, sums) in acc.into_iter().enumerate() {
				for (v, sum) in sums.into_iter().enumerate() {
					let to = tile.c.add(i * tile.c_row + v * S::LANES);
					let value = if tile.first { sum } else { S::load(to).add(sum) };
					let value = match tile.bias {
						Bias::None => value,
						Bias::Rows(bias) => value.add(S::splat(*bias.add(i))),
						Bias::Columns(bias) => value.add(S::load(bias.add(v * S::LANES))),
					};
					value.store(to);
				}
			}
		} else {
			let mut spill = [0.0f32; MAX_WIDTH];
			for (i, sums) in acc.into_iter().enumerate() {
				for (v, sum) in sums.into_iter().enumerate() {
					sum.store(spill.as_mut_ptr().add(v * S::LANES));
				}
				for (j, &value) in spill[..tile.cols].iter().enumerate() {
					let to = tile.c.add(i * tile.c_row + j);
					let value = if tile.first { value } else { *to + value };
					*to = match tile.bias {
						Bias::None => value,
						Bias::Rows(bias) => value + *bias.add(i),
						Bias::Columns(bias) => value + *bias.add(j),
					};
				}
			}
		}
	}
}

/// A matrix to write out transposed, in panels.
#[derive(Clone, Copy)]
pub(crate) struct Transposition {
	/// First element read.
	pub from: *const f32,
	/// Step from a row read to the next.
	pub from_row: usize,
	/// Rows read, at least 1 and at most `to_row`.
	pub rows: usize,
	/// Elements of each, at least 1.
	pub cols: usize,
	/// Where it goes.
	pub to: *mut f32,
	/// Step from a row written to the next.
	pub to_row: usize,
}

/// Element `j` of row `i` goes to place `i` of row `j`. With fewer rows than lanes, what is written beyond `rows` in a row, and
/// in the sixteen elements after the last, is unspecified.
///
/// # Safety
///
/// Conditions of [`Simd`]; `from` is valid for reads at all those places, `to` for writes of `(cols - 1) * to_row + rows`
/// elements, and of sixteen more if `rows` are fewer than lanes, and they do not overlap.
#[inline(always)]
pub(crate) unsafe fn transpose<S: Simd>(t: &Transposition) {
	let Transposition { from, from_row, rows, cols, to, to_row } = *t;
	if cols < S::LANES {
		for i in 0..rows {
			for j in 0..cols {
				// SAFETY: the caller's condition.
				unsafe { *to.add(j * to_row + i) = *from.add(i * from_row + j) };
			}
		}
		return;
	}
	// The last block of either axis starts early enough to be whole: some is written twice.
	let mut left = 0;
	while left < cols {
		let j = left.min(cols - S::LANES);
		let mut above = 0;
		while above < rows {
			let i = above.min(rows.saturating_sub(S::LANES));
			// SAFETY: the block lies inside what the caller vouches for.
			unsafe {
				S::transpose(from.add(i * from_row + j), from_row, rows - i, to.add(j * to_row + i), to_row)
			};
			above = i + S::LANES;
		}
		left = j + S::LANES;
	}
}
