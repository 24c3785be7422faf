//! Operands of a product, and their packing into the panels the kernel reads.

use core::ops::Range;

use super::{PANEL, Strides, driver::blocks, kernel::Transposition};
use crate::isa::Arch;

/// Elements after the last panel that packing may write to: it copies whole vectors, panels in ascending order, and what
/// one copy writes too much the next overwrites.
pub(crate) const SLACK: usize = 64;

/// One side of a product: lanes (rows of A, columns of B), each an entry for every k.
pub(crate) trait Panels: Sync {
	/// Cuts `lanes` into panels of `width`. A panel has, for each k of `depth`, the entries of its lanes; those beyond the
	/// last lane are unspecified. `into` is [`SLACK`] longer than the panels. Called, and inlined, where the machine
	/// has the instruction set `A`.
	fn pack<A: Arch>(&self, depth: Range<usize>, lanes: Range<usize>, width: usize, into: &mut [f32]);

	/// For a right-hand side that the kernel can read without packing.
	fn in_place(&self) -> Option<InPlace<'_>> {
		None
	}
}

/// A right-hand side as the kernel reads it.
#[derive(Clone, Copy)]
pub(crate) enum InPlace<'a> {
	/// Adjacent columns; step from a row to the next.
	Rows(&'a [f32], usize),
	/// Panels of sixteen columns, each with all of K.
	Panels(&'a [f32]),
}

/// Copies sixteen elements.
///
/// # Safety
///
/// Both pointers are valid for that.
#[inline(always)]
pub(crate) unsafe fn copy_panel_row(from: *const f32, to: *mut f32) {
	// SAFETY: the caller's condition.
	unsafe { to.cast::<[f32; PANEL]>().write_unaligned(from.cast::<[f32; PANEL]>().read_unaligned()) }
}

/// A matrix inside a slice.
#[derive(Clone, Copy)]
pub(crate) struct Strided<'a> {
	/// Starts with the entry at lane 0, k 0.
	data: &'a [f32],
	/// Step from a lane to the next.
	lane: usize,
	/// Step from a k to the next.
	k: usize,
}

impl<'a> Strided<'a> {
	/// The rows of a matrix, as a left-hand side.
	pub(crate) fn rows(data: &'a [f32], strides: Strides) -> Self {
		Self { data, lane: strides.row, k: strides.col }
	}

	/// The columns of a matrix, as a right-hand side.
	pub(crate) fn columns(data: &'a [f32], strides: Strides) -> Self {
		Self { data, lane: strides.col, k: strides.row }
	}
}

impl Panels for Strided<'_> {
	#[inline(always)]
	fn pack<A: Arch>(&self, depth: Range<usize>, lanes: Range<usize>, width: usize, into: &mut [f32]) {
		let panels = lanes.len().div_ceil(width);
		if depth.is_empty() || lanes.is_empty() {
			return;
		}
		assert!(into.len() >= panels * depth.len() * width + SLACK, "panels fit");
		let last = (lanes.end - 1) * self.lane + (depth.end - 1) * self.k;
		assert!(last < self.data.len(), "the matrix is inside its slice");
		let first = lanes.start * self.lane + depth.start * self.k;
		let panel_size = depth.len() * width;
		if self.lane == 1 {
			// Rows are contiguous. A few at a time, so that both what is read and what is written stays in few pages; where copies
			// do not fit exactly, all of a panel, so that the next one is written later.
			let group = if width == PANEL { 8 } else { depth.len() };
			for group in blocks(0..depth.len(), group) {
				for panel in 0..panels {
					let lane = panel * width;
					let from = first + group.start * self.k + lane;
					let to = panel * panel_size + group.start * width;
					let last = group.len() - 1;
					if from + last * self.k + PANEL <= self.data.len() {
						assert!(to + last * width + PANEL <= into.len(), "panels fit");
						for k in 0..group.len() {
							// SAFETY: at most as far as the last row, which was checked.
							unsafe {
								let from = self.data.as_ptr().add(from + k * self.k);
								copy_panel_row(from, into.as_mut_ptr().add(to + k * width));
							}
						}
					} else {
						let count = width.min(lanes.len() - lane);
						for k in 0..group.len() {
							let from = from + k * self.k;
							into[to + k * width..][..count].copy_from_slice(&self.data[from..from + count]);
						}
					}
				}
			}
		} else if self.k == 1 {
			for panel in 0..panels {
				let lane = panel * width;
				let blocks = Transposition {
					// SAFETY: inside the slice, as the last lane is, by the assertion above.
					from: unsafe { self.data.as_ptr().add(first + lane * self.lane) },
					from_row: self.lane,
					rows: width.min(lanes.len() - lane),
					cols: depth.len(),
					// SAFETY: inside `into`, by the assertion above.
					to: unsafe { into.as_mut_ptr().add(panel * panel_size) },
					to_row: width,
				};
				// SAFETY: what is read ends with the last entry, what is written in the slack after the panels; both were
				// asserted. `A` is one the machine has.
				unsafe { A::transpose(&blocks) };
			}
		} else {
			for panel in 0..panels {
				for k in 0..depth.len() {
					let lane = panel * width;
					let to = &mut into[panel * panel_size + k * width..][..width.min(lanes.len() - lane)];
					for (i, v) in to.iter_mut().enumerate() {
						*v = self.data[first + (lane + i) * self.lane + k * self.k];
					}
				}
			}
		}
	}

	fn in_place(&self) -> Option<InPlace<'_>> {
		(self.lane == 1).then_some(InPlace::Rows(self.data, self.k))
	}
}
