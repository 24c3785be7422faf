//! Inputs of convolutions as one side of a matrix product: one lane per output position, and K = (input channel, tap). Never
//! stored whole; the product asks for panels.

use alloc::vec::Vec;
use core::ops::Range;

use super::{
	padded::{Padded, READ_SLACK},
	window::{Window, unravel},
};
use crate::{
	isa::Arch,
	matmul::{Panels, SLACK, Scratch, copy_panel_row},
};

/// How an output position and a tap meet along one axis.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
	/// Convolution: output `o`, tap `t` reads input `o * stride + t * dilation - begin`.
	Forward,
	/// Transposed convolution: it reads input `i` with `i * stride = o + begin - t * dilation`, and +0 if there is none.
	Transposed,
}

impl Direction {
	/// The position along `axis`, of `input` positions, that tap `tap` of output `at` reads; `None` if there is none.
	#[inline(always)]
	pub(super) fn position(
		self,
		window: &Window,
		input: usize,
		axis: usize,
		at: usize,
		tap: usize,
	) -> Option<usize> {
		match self {
			Self::Forward => window.position(axis, at, tap, input),
			Self::Transposed => {
				let scaled = (at + window.begin[axis]).checked_sub(tap * window.dilation[axis])?;
				Some(scaled / window.stride[axis])
					.filter(|&i| scaled.is_multiple_of(window.stride[axis]) && i < input)
			}
		}
	}
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

/// Lanes of a panel from `lane` to that of the next run, or the panel's end.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Run {
	lane: usize,
	/// What the first lane reads in a channel; each further one reads `step` elements on. `None` is padding.
	from: Option<usize>,
}

/// What the lanes of a panel read for every tap: runs in ascending order.
#[derive(Default)]
struct Program {
	runs: Vec<Run>,
	/// Where each tap's runs end.
	ends: Vec<usize>,
	/// Step in the input from a lane to the next of a run.
	step: usize,
}

impl Program {
	fn push(&mut self, lane: usize, from: Option<usize>) {
		let start = self.ends.last().copied().unwrap_or(0);
		let continued = self.runs[start..].last().is_some_and(|last| match (last.from, from) {
			(Some(a), Some(b)) => a + (lane - last.lane) * self.step == b,
			(None, None) => true,
			_ => false,
		});
		if !continued {
			self.runs.push(Run { lane, from });
		}
	}
}

impl Patches<'_> {
	#[inline(always)]
	fn position(&self, axis: usize, at: usize, tap: usize) -> Option<usize> {
		self.direction.position(self.window, self.input[axis], axis, at, tap)
	}

	/// Of the outputs `at`, `at + 1`, …, `count` of them, in a row: those whose tap `tap` of the last axis lies inside the
	/// input, and where the first of those reads. For [`Direction::Forward`].
	fn inside(&self, at: usize, count: usize, tap: usize) -> (Range<usize>, usize) {
		let (stride, begin) = (self.window.stride[2], self.window.begin[2]);
		let shift = tap * self.window.dilation[2];
		let first = begin.saturating_sub(shift).div_ceil(stride).clamp(at, at + count);
		let end = (self.input[2] + begin).saturating_sub(shift).div_ceil(stride).clamp(first, at + count);
		// Before the clamp, `first` was the least output that reads at or after the input's start.
		(first - at..end - at, (first * stride + shift).saturating_sub(begin))
	}

	/// What `lanes` read for each of `taps`.
	fn program(&self, lanes: Range<usize>, taps: Range<usize>, program: &mut Program) {
		program.runs.clear();
		program.ends.clear();
		program.step = if self.direction == Direction::Forward { self.window.stride[2] } else { 1 };
		let [_, height, width] = self.input;
		for tap in taps {
			let tap = self.window.tap(tap);
			let [mut d, mut h, mut w] = unravel(lanes.start, self.output);
			let mut lane = 0;
			while lane < lanes.len() {
				let count = (lanes.len() - lane).min(self.output[2] - w);
				match self.position(0, d, tap[0]).zip(self.position(1, h, tap[1])) {
					None => program.push(lane, None),
					Some((z, y)) => {
						let row = (z * height + y) * width;
						if self.direction == Direction::Forward {
							let (places, from) = self.inside(w, count, tap[2]);
							if places.start > 0 {
								program.push(lane, None);
							}
							if !places.is_empty() {
								program.push(lane + places.start, Some(row + from));
							}
							if places.end < count {
								program.push(lane + places.end, None);
							}
						} else {
							for i in 0..count {
								let from = self.position(2, w + i, tap[2]);
								program.push(lane + i, from.map(|from| row + from));
							}
						}
					}
				}
				lane += count;
				w = 0;
				h += 1;
				if h == self.output[1] {
					(h, d) = (0, d + 1);
				}
			}
			program.ends.push(program.runs.len());
		}
	}
}

/// At least the lanes of any panel.
const LANES: usize = 16;

impl Panels for Patches<'_> {
	#[inline(always)]
	fn pack<A: Arch>(&self, depth: Range<usize>, lanes: Range<usize>, width: usize, into: &mut [f32]) {
		let (taps, plane) = (self.window.taps(), self.input.iter().product::<usize>());
		let panels = lanes.len().div_ceil(width);
		assert!(width <= LANES && into.len() >= panels * depth.len() * width + SLACK, "panels fit");
		assert!(self.x.len() >= depth.end.div_ceil(taps) * plane, "the channels are there");
		if depth.is_empty() || lanes.is_empty() {
			return;
		}
		let channels = depth.start / taps..depth.end.div_ceil(taps);
		let lines = lanes.start / self.output[2]..lanes.end.div_ceil(self.output[2]);
		let padded = Padded::new(self.window, self.input, self.output, lines)
			.filter(|_| self.direction == Direction::Forward)
			.filter(|p| p.channel().saturating_mul(channels.len()) <= depth.len() * lanes.len());
		match padded {
			Some(padded) => self.pack_padded(padded, channels, depth, lanes, width, into),
			None => self.pack_runs(depth, lanes, width, into),
		}
	}
}

impl Patches<'_> {
	/// By way of a copy with padding, for when each element is read by several taps: what remains are plain copies.
	#[inline(always)]
	fn pack_padded(
		&self,
		padded: Padded<'_>,
		channels: Range<usize>,
		depth: Range<usize>,
		lanes: Range<usize>,
		width: usize,
		into: &mut [f32],
	) {
		let (taps, plane, channel) =
			(self.window.taps(), self.input.iter().product::<usize>(), padded.channel());
		let mut scratch = Scratch::take();
		let copies = scratch.floats(channels.len() * channel + READ_SLACK);
		for (i, from) in channels.clone().enumerate() {
			padded.copy(&self.x[from * plane..][..plane], &mut copies[i * channel..]);
		}
		let mut offsets: Vec<usize> = Vec::with_capacity(depth.len());
		for (i, k) in depth.enumerate() {
			// The same tap of the channel before is known.
			offsets.push(match i.checked_sub(taps) {
				Some(before) => offsets[before] + channel,
				None => (k / taps - channels.start) * channel + padded.tap(k % taps),
			});
		}
		let furthest = offsets.iter().copied().max().unwrap_or(0);
		let [mut d, mut h, mut w] = unravel(lanes.start, self.output);
		for panel in 0..lanes.len().div_ceil(width) {
			// Parts of rows: the lane at which each starts, and where that reads its first tap.
			let mut parts = [(0, 0); LANES];
			let (mut count, mut lane) = (0, 0);
			let end = width.min(lanes.len() - panel * width);
			while lane < end {
				parts[count] = (lane, padded.line(d, h) + w);
				count += 1;
				let step = (end - lane).min(self.output[2] - w);
				lane += step;
				w += step;
				if w == self.output[2] {
					(w, h) = (0, h + 1);
				}
				if h == self.output[1] {
					(h, d) = (0, d + 1);
				}
			}
			let parts = &parts[..count];
			let to = &mut into[panel * offsets.len() * width..];
			let reach = parts.iter().map(|&(_, from)| furthest + from + LANES).max();
			assert!(reach.is_some_and(|reach| reach <= copies.len()), "copies hold what is read");
			assert!((offsets.len() - 1) * width + 2 * LANES <= to.len(), "panels hold what is written");
			// SAFETY: inside both, by the assertions above.
			unsafe {
				match *parts {
					[(_, from)] => copy_parts(&offsets, copies, [(0, from)], to, width),
					[first, second] => copy_parts(&offsets, copies, [first, second], to, width),
					_ => {
						for (k, offset) in offsets.iter().enumerate() {
							for part in parts {
								copy_parts(
									&[offset + part.1],
									copies,
									[(part.0, 0)],
									&mut to[k * width..],
									width,
								);
							}
						}
					}
				}
			}
		}
	}

	/// Run by run, tap by tap.
	#[inline(always)]
	fn pack_runs(&self, depth: Range<usize>, lanes: Range<usize>, width: usize, into: &mut [f32]) {
		let (taps, plane) = (self.window.taps(), self.input.iter().product::<usize>());
		// Taps that occur in this block of K, which may be fewer than there are.
		let (first_tap, few) = (depth.start % taps, depth.start % taps + depth.len() <= taps);
		let used = if few { first_tap..first_tap + depth.len() } else { 0..taps };
		let mut program = Program::default();
		for panel in 0..lanes.len().div_ceil(width) {
			let lane = panel * width;
			let count = width.min(lanes.len() - lane);
			self.program(lanes.start + lane..lanes.start + lane + count, used.clone(), &mut program);
			let step = program.step;
			let mut tap = first_tap - used.start;
			let mut base = depth.start / taps * plane;
			for k in 0..depth.len() {
				let at = (panel * depth.len() + k) * width;
				let start = if tap == 0 { 0 } else { program.ends[tap - 1] };
				let runs = &program.runs[start..program.ends[tap]];
				for (i, run) in runs.iter().enumerate() {
					// Each run is written as if it filled the panel; the next overwrites what it is not.
					let to = &mut into[at + run.lane..][..LANES];
					let Some(from) = run.from else {
						to.fill(0.0);
						continue;
					};
					let from = &self.x[base + from..];
					if step == 1 && from.len() >= LANES {
						// SAFETY: both have sixteen elements.
						unsafe { copy_panel_row(from.as_ptr(), to.as_mut_ptr()) };
					} else if step == 2 && from.len() >= 2 * LANES {
						for (to, pair) in to.iter_mut().zip(from[..2 * LANES].chunks_exact(2)) {
							*to = pair[0];
						}
					} else {
						let end = runs.get(i + 1).map_or(count, |next| next.lane);
						for (to, &v) in to[..end - run.lane].iter_mut().zip(from.iter().step_by(step)) {
							*to = v;
						}
					}
				}
				tap += 1;
				if tap == used.len() {
					tap = 0;
					base += plane;
				}
			}
		}
	}
}

/// For each offset, a row of a panel: each part is copied as if it filled the rest, and the next overwrites what it is not.
///
/// # Safety
///
/// Sixteen elements from each offset and part are inside `from`, and from each row and part inside `to`.
#[inline(always)]
unsafe fn copy_parts<const PARTS: usize>(
	offsets: &[usize],
	from: &[f32],
	parts: [(usize, usize); PARTS],
	to: &mut [f32],
	width: usize,
) {
	let (from, mut to) = (from.as_ptr(), to.as_mut_ptr());
	for &offset in offsets {
		for (lane, at) in parts {
			// SAFETY: the caller's condition.
			unsafe { copy_panel_row(from.add(offset + at), to.add(lane)) };
		}
		to = to.wrapping_add(width);
	}
}
