//! Matrix products in binary64: the definition, arranged so that the compiler vectorises over the columns of a row.

use super::{BLOCK, MatMul};
use crate::{
	error::{ShapeError, exact_length},
	isa::{Arch, Cpu, Kernel},
	parallel,
};

/// As [`matmul_batched`](super::matmul_batched), in binary64.
pub fn matmul_batched_f64(
	cpu: Cpu,
	shape: &MatMul,
	offsets: &[(usize, usize)],
	a: &[f64],
	b: &[f64],
	c: &mut [f64],
) -> Result<(), ShapeError> {
	let &MatMul { m, k, n, .. } = shape;
	for &(from_a, from_b) in offsets {
		shape.check(a.len().saturating_sub(from_a), b.len().saturating_sub(from_b))?;
	}
	let matrix = m.checked_mul(n).ok_or(ShapeError::Overflow)?;
	exact_length("the product", offsets.len().checked_mul(matrix).ok_or(ShapeError::Overflow)?, c.len())?;
	if matrix == 0 {
		return Ok(());
	}
	parallel::for_each_chunk(cpu, n.saturating_mul(k), c, n, |row, c| {
		let (from_a, from_b) = offsets[row / m];
		// With a K of 0 nothing is read, and offsets are unchecked.
		let a = a.get(from_a + row % m * shape.a.row..).unwrap_or_default();
		let b = b.get(from_b..).unwrap_or_default();
		cpu.run(Row { shape, a, b, c });
	});
	Ok(())
}

/// One row of a result.
struct Row<'a> {
	shape: &'a MatMul,
	/// From the row's first entry on.
	a: &'a [f64],
	b: &'a [f64],
	c: &'a mut [f64],
}

/// Columns whose sums are kept in the nearest cache.
const COLS: usize = 256;

impl Kernel for Row<'_> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { shape, a, b, c } = self;
		let (rows, cols) = (shape.b.row, shape.b.col);
		let mut sums = [0.0; COLS];
		for (i, c) in c.chunks_mut(COLS).enumerate() {
			let sums = &mut sums[..c.len()];
			c.fill(0.0);
			for from in (0..shape.k).step_by(BLOCK) {
				sums.fill(0.0);
				for p in from..shape.k.min(from + BLOCK) {
					let factor = a[p * shape.a.col];
					let b = &b[p * rows + i * COLS * cols..];
					if cols == 1 {
						for (sum, &b) in sums.iter_mut().zip(b) {
							*sum = A::fma64(factor, b, *sum);
						}
					} else {
						for (sum, &b) in sums.iter_mut().zip(b.iter().step_by(cols)) {
							*sum = A::fma64(factor, b, *sum);
						}
					}
				}
				for (to, &sum) in c.iter_mut().zip(&*sums) {
					*to = if from == 0 { sum } else { *to + sum };
				}
			}
		}
	}
}
