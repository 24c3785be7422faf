//! Inputs of convolutions as the right-hand side of a matrix product: one column per output position, one row per
//! (input channel, tap). Never stored whole; the product asks for panels.

use core::ops::Range;

use super::window::{Window, unravel};
use crate::{isa::Arch, matmul::Columns};

/// How an output position and a tap meet along one axis.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
	/// Convolution: output `o`, tap `t` reads input `o * stride + t * dilation - begin`.
	Forward,
	/// Transposed convolution: it reads input `i` with `i * stride = o + begin - t * dilation`, and +0 if there is none.
	Transposed,
}

/// The channels of one group of one batch entry.
pub(super) struct Patches<'a> {
	/// [channels, input…]
	pub x: &'a [f32],
	pub input: [usize; 3],
	pub output: [usize; 3],
	pub window: &'a Window,
	pub direction: Direction,
}

impl Patches<'_> {
	#[inline(always)]
	pub(super) fn position(&self, axis: usize, at: usize, tap: usize) -> Option<usize> {
		let Window { stride, dilation, begin, .. } = self.window;
		match self.direction {
			Direction::Forward => self.window.position(axis, at, tap, self.input[axis]),
			Direction::Transposed => {
				let scaled = (at + begin[axis]).checked_sub(tap * dilation[axis])?;
				Some(scaled / stride[axis])
					.filter(|&i| scaled.is_multiple_of(stride[axis]) && i < self.input[axis])
			}
		}
	}

	/// Of the outputs `at`, `at + 1`, …, `count` of them, in a row: those whose tap `tap` of the last axis lies inside the
	/// input, and where the first of those reads. For [`Direction::Forward`].
	#[inline(always)]
	pub(super) fn inside(&self, at: usize, count: usize, tap: usize) -> (Range<usize>, usize) {
		let (stride, begin) = (self.window.stride[2], self.window.begin[2]);
		let shift = tap * self.window.dilation[2];
		let first = begin.saturating_sub(shift).div_ceil(stride).clamp(at, at + count);
		let end = (self.input[2] + begin).saturating_sub(shift).div_ceil(stride).clamp(first, at + count);
		// Before the clamp, `first` was the least output that reads at or after the input's start.
		(first - at..end - at, (first * stride + shift).saturating_sub(begin))
	}

	/// Writes what tap `tap` of the last axis reads at outputs `at`, `at + 1`, … of a row of `line.len()` outputs.
	#[inline(always)]
	fn pack_run(&self, row: &[f32], at: usize, tap: usize, line: &mut [f32]) {
		match self.direction {
			Direction::Forward => {
				let (places, from) = self.inside(at, line.len(), tap);
				line[..places.start].fill(0.0);
				line[places.end..].fill(0.0);
				let inside = &mut line[places];
				if inside.is_empty() {
					return;
				}
				let (from, stride) = (&row[from..], self.window.stride[2]);
				if stride == 1 {
					inside.copy_from_slice(&from[..inside.len()]);
				} else {
					for (to, &v) in inside.iter_mut().zip(from.iter().step_by(stride)) {
						*to = v;
					}
				}
			}
			Direction::Transposed => {
				for (i, to) in line.iter_mut().enumerate() {
					*to = self.position(2, at + i, tap).map_or(0.0, |p| row[p]);
				}
			}
		}
	}
}

impl Columns for Patches<'_> {
	#[inline(always)]
	fn pack<A: Arch>(&self, rows: Range<usize>, cols: Range<usize>, width: usize, into: &mut [f32]) {
		let taps = self.window.taps();
		let [depth, height, row_len] = self.input;
		let start = unravel(cols.start, self.output);
		for (row, line) in rows.zip(into.chunks_exact_mut(width)) {
			let (line, padding) = line.split_at_mut(cols.len());
			padding.fill(0.0);
			let channel = &self.x[row / taps * depth * height * row_len..][..depth * height * row_len];
			let tap = self.window.tap(row % taps);
			let [mut d, mut h, mut w] = start;
			let mut rest = line;
			while !rest.is_empty() {
				let (run, tail) = rest.split_at_mut(rest.len().min(self.output[2] - w));
				match (self.position(0, d, tap[0]), self.position(1, h, tap[1])) {
					(Some(z), Some(y)) => {
						let from = (z * height + y) * row_len;
						self.pack_run(&channel[from..from + row_len], w, tap[2], run);
					}
					_ => run.fill(0.0),
				}
				rest = tail;
				w = 0;
				h += 1;
				if h == self.output[1] {
					h = 0;
					d += 1;
				}
			}
		}
	}
}
