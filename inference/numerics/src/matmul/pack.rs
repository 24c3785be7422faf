//! Operands of a product, and their packing into the panels the kernel reads.

use core::ops::Range;

use super::{Strides, kernel::Transposition};
use crate::isa::Arch;

/// A matrix inside a slice.
#[derive(Clone, Copy)]
pub(crate) struct Strided<'a> {
	/// Starts with the entry at row 0, column 0.
	pub data: &'a [f32],
	/// How it is laid out.
	pub strides: Strides,
}

impl Strided<'_> {
	pub(crate) fn transposed(self) -> Self {
		let Strides { row, col } = self.strides;
		Self { strides: Strides { row: col, col: row }, ..self }
	}

	/// Packs rows `rows` (at most `height`) of columns `cols`: for each column, `height` entries, zero beyond the last row.
	#[inline(always)]
	pub(crate) fn pack_rows<A: Arch>(
		&self,
		rows: Range<usize>,
		cols: Range<usize>,
		height: usize,
		into: &mut [f32],
	) {
		let view = Strided { data: self.data, strides: self.transposed().strides };
		view.pack::<A>(cols, rows, height, into);
	}
}

/// The right-hand side of a product: anything that can write out a panel of columns.
pub(crate) trait Columns: Sync {
	/// For each row of `rows`, writes the entries of `cols` to `into` and zeros up to `width`. Called, and inlined, where the
	/// machine has the instruction set `A`.
	fn pack<A: Arch>(&self, rows: Range<usize>, cols: Range<usize>, width: usize, into: &mut [f32]);

	/// Data and row stride, where a row's entries are adjacent in memory and packing can be skipped.
	fn adjacent(&self) -> Option<(&[f32], usize)> {
		None
	}
}

impl Columns for Strided<'_> {
	#[inline(always)]
	fn pack<A: Arch>(&self, rows: Range<usize>, cols: Range<usize>, width: usize, into: &mut [f32]) {
		let Strides { row: row_step, col: col_step } = self.strides;
		let (count, start) = (cols.len(), cols.start);
		let into = &mut into[..rows.len() * width];
		if col_step == 1 {
			for (row, line) in rows.zip(into.chunks_exact_mut(width)) {
				let from = row * row_step + start;
				line[..count].copy_from_slice(&self.data[from..from + count]);
				line[count..].fill(0.0);
			}
		} else if row_step == 1 {
			// Columns are contiguous: read along them, in square blocks transposed in registers, then what blocks leave over.
			let depth = rows.len();
			let (whole_cols, whole_rows) = (count / 8 * 8, depth / 8 * 8);
			if whole_cols > 0 && whole_rows > 0 {
				let from = start * col_step + rows.start;
				let from = &self.data[from..from + (whole_cols - 1) * col_step + whole_rows];
				let to = &mut into[..(whole_rows - 1) * width + whole_cols];
				let blocks = Transposition {
					from: from.as_ptr(),
					from_row: col_step,
					to: to.as_mut_ptr(),
					to_row: width,
					rows: whole_cols,
					cols: whole_rows,
				};
				// SAFETY: the two slices span exactly the elements read and written; `A` is one the machine has.
				unsafe { A::transpose(&blocks) };
			}
			for j in 0..count {
				let done = if j < whole_cols { whole_rows } else { 0 };
				if done < depth {
					let from = (start + j) * col_step + rows.start;
					let column = &self.data[from + done..from + depth];
					for (line, &v) in into[done * width..].chunks_exact_mut(width).zip(column) {
						line[j] = v;
					}
				}
			}
			if count < width {
				for line in into.chunks_exact_mut(width) {
					line[count..].fill(0.0);
				}
			}
		} else {
			for (row, line) in rows.zip(into.chunks_exact_mut(width)) {
				for (j, v) in line[..count].iter_mut().enumerate() {
					*v = self.data[row * row_step + (start + j) * col_step];
				}
				line[count..].fill(0.0);
			}
		}
	}

	fn adjacent(&self) -> Option<(&[f32], usize)> {
		(self.strides.col == 1).then_some((self.data, self.strides.row))
	}
}
