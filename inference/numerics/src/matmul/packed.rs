//! Matrices packed once, for many products.

use core::{fmt, ops::Range};

use super::{
	PANEL, Strides,
	pack::{InPlace, Panels, SLACK, Strided, copy_panel_row},
	scratch::Aligned,
};
use crate::{
	error::{ShapeError, elements},
	isa::{Arch, Cpu, Kernel},
};

/// The right-hand side of products, in the order in which kernels read it.
///
/// The layout is the same for all instruction sets: panels of sixteen columns (the last filled up with zeros), in each one row
/// after the other. It takes the place of the matrix it was made from, which can be dropped; products have the same bits as
/// with that.
pub struct PackedMatrix {
	rows: usize,
	cols: usize,
	panels: Aligned,
}

impl fmt::Debug for PackedMatrix {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "PackedMatrix({} x {})", self.rows, self.cols)
	}
}

impl PackedMatrix {
	/// Packs the `rows` × `cols` matrix in `b`.
	pub fn new(cpu: Cpu, rows: usize, cols: usize, b: &[f32], strides: Strides) -> Result<Self, ShapeError> {
		let span = strides.span(rows, cols)?;
		if b.len() < span {
			return Err(ShapeError::Length { what: "the matrix to pack", expected: span, found: b.len() });
		}
		let size = elements(&[cols.div_ceil(PANEL), PANEL, rows])?;
		let mut panels = Aligned::zeros(size.checked_add(SLACK).ok_or(ShapeError::Overflow)?);
		let lanes = Strided::columns(b, strides);
		cpu.run(Pack { lanes, rows, cols, into: panels.as_mut_slice() });
		Ok(Self { rows, cols, panels })
	}

	/// Rows: the K of a product.
	pub fn rows(&self) -> usize {
		self.rows
	}

	/// Columns: those of a product.
	pub fn cols(&self) -> usize {
		self.cols
	}

	/// Whether packing is worth its memory: panels are at most a quarter larger than the matrix.
	pub fn is_compact(cols: usize) -> bool {
		cols.next_multiple_of(PANEL) - cols <= cols / 4
	}

	/// The matrix again, row-major.
	pub fn unpack(&self) -> alloc::vec::Vec<f32> {
		let panels = self.panels.as_slice();
		let entry = |i: usize| {
			let (row, col) = (i / self.cols, i % self.cols);
			panels[(col / PANEL * self.rows + row) * PANEL + col % PANEL]
		};
		(0..self.rows * self.cols).map(entry).collect()
	}
}

struct Pack<'a> {
	lanes: Strided<'a>,
	rows: usize,
	cols: usize,
	into: &'a mut [f32],
}

impl Kernel for Pack<'_> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		self.lanes.pack::<A>(0..self.rows, 0..self.cols, PANEL, self.into);
	}
}

impl Panels for PackedMatrix {
	/// For the matrix as a left-hand side, transposed: its columns are the product's rows.
	#[inline(always)]
	fn pack<A: Arch>(&self, depth: Range<usize>, lanes: Range<usize>, width: usize, into: &mut [f32]) {
		let from = self.panels.as_slice();
		let count = lanes.len().div_ceil(width);
		assert!(into.len() >= count * depth.len() * width + SLACK, "panels fit");
		assert!(width <= PANEL && lanes.end <= self.cols && depth.end <= self.rows, "lanes and depth exist");
		for panel in 0..count {
			let lane = lanes.start + panel * width;
			let (whole, part) = (lane / PANEL, lane % PANEL);
			// What the first panel does not have comes from the next, if there is one.
			let next = (part + width > PANEL && (whole + 1) * PANEL < self.cols).then_some(PANEL - part);
			for k in 0..depth.len() {
				let row = (whole * self.rows + depth.start + k) * PANEL;
				// SAFETY: rows of panels are inside `from`, which has slack for the part of a row after its start; `into`
				// has slack after the last row written.
				unsafe {
					let to = into.as_mut_ptr().add((panel * depth.len() + k) * width);
					copy_panel_row(from.as_ptr().add(row + part), to);
					if let Some(there) = next {
						copy_panel_row(from.as_ptr().add(row + self.rows * PANEL), to.add(there));
					}
				}
			}
		}
	}

	fn in_place(&self) -> Option<InPlace<'_>> {
		Some(InPlace::Panels(self.panels.as_slice()))
	}
}
