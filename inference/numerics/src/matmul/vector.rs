//! Products of a row with a matrix: nothing is used twice, so speed is that of memory.

use core::mem::MaybeUninit;

use super::{BLOCK, driver::blocks};
use crate::{fma::fma, simd::Simd};

/// A row (with a step between its entries) times columns `first..` of a matrix (with a step between its rows, whose entries are
/// adjacent). Reads whole stretches of rows, and keeps the sums of a block of K in the nearest cache.
#[inline(always)]
pub(super) fn vector_matrix<S: Simd>(
	(a, a_step): (&[f32], usize),
	k: usize,
	(b, b_row): (&[f32], usize),
	first: usize,
	out: &mut [MaybeUninit<f32>],
) {
	const COLS: usize = 1024;
	let mut sums = [0.0f32; COLS];
	for cols in blocks(0..out.len(), COLS) {
		for block in blocks(0..k, BLOCK) {
			let sums = &mut sums[..cols.len()];
			sums.fill(0.0);
			let row = |p: usize| &b[p * b_row + first + cols.start..][..cols.len()];
			let factor = |p: usize| a[p * a_step];
			let fours = block.len() / 4 * 4;
			for p in (block.start..block.start + fours).step_by(4) {
				// SAFETY: the caller is compiled for `S`.
				unsafe { add_rows::<S, 4>([0, 1, 2, 3].map(|i| (factor(p + i), row(p + i))), sums) };
			}
			for p in block.start + fours..block.end {
				// SAFETY: as above.
				unsafe { add_rows::<S, 1>([(factor(p), row(p))], sums) };
			}
			for (to, &sum) in out[cols.clone()].iter_mut().zip(&*sums) {
				// SAFETY: the first block has written it.
				let before = || unsafe { to.assume_init() };
				to.write(if block.start == 0 { sum } else { before() + sum });
			}
		}
	}
}

/// Continues each chain in `sums` with `N` further pairs, in order.
///
/// # Safety
///
/// Conditions of [`Simd`] but for the pointers.
#[inline(always)]
unsafe fn add_rows<S: Simd, const N: usize>(rows: [(f32, &[f32]); N], sums: &mut [f32]) {
	let len = sums.len();
	let rows = rows.map(|(factor, row)| (factor, &row[..len]));
	let whole = len / S::LANES * S::LANES;
	for at in (0..whole).step_by(S::LANES) {
		// SAFETY: `at + LANES` is at most the length of `sums` and of each row.
		unsafe {
			let mut sum = S::load(sums.as_ptr().add(at));
			for (factor, row) in rows {
				sum = S::splat(factor).fma(S::load(row.as_ptr().add(at)), sum);
			}
			sum.store(sums.as_mut_ptr().add(at));
		}
	}
	for at in whole..len {
		for (factor, row) in rows {
			sums[at] = fma(factor, row[at], sums[at]);
		}
	}
}
