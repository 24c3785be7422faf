//! Convolutions with so few output channels per group that a matrix product would have hardly any rows.
//!
//! Vectors run along output rows. Each input channel is first copied with its padding, so that every tap is a plain stretch of
//! memory: columns that the same tap reads at neighbouring outputs (all of them at stride 1) are made adjacent.

use core::ops::Range;

use super::window::Window;
use crate::{
	isa::{Arch, Kernel},
	matmul::Scratch,
	simd::Simd,
};

/// One group of one batch entry, for a K of at most one block (256).
pub(super) struct Depthwise<'a> {
	/// [channels, input…], the input channels of the group.
	pub x: &'a [f32],
	pub input: [usize; 3],
	pub output: [usize; 3],
	pub window: &'a Window,
	/// The weights of the group's output channels, each in K order.
	pub w: &'a [f32],
	/// Its output channels.
	pub y: &'a mut [f32],
	/// For each output channel, what is added at last.
	pub bias: Option<&'a [f32]>,
}

/// The copy of a channel: for each plane and row, for each residue of the column modulo the stride, the columns of that
/// residue.
#[derive(Clone, Copy)]
struct Padded {
	/// Planes and rows.
	size: [usize; 2],
	/// Columns of a residue.
	width: usize,
	/// Residues.
	phases: usize,
}

/// Most elements of the copy of a group's input channels; larger ones are left to the matrix product.
const MAX_PADDED: usize = 1 << 22;

impl Depthwise<'_> {
	/// Whether the group should be computed here: there are few rows, and copying is little beside computing.
	pub(super) fn suits(channels: usize, per_out: usize, output: [usize; 3], window: &Window) -> bool {
		let work = output.iter().product::<usize>().saturating_mul(4 * window.taps()).saturating_add(1024);
		let channel = Padded::new(output, window).channel().filter(|&n| n <= work);
		per_out <= 4 && channel.and_then(|n| n.checked_mul(channels)).is_some_and(|n| n <= MAX_PADDED)
	}
}

impl Padded {
	fn new(output: [usize; 3], window: &Window) -> Self {
		// What the outputs reach, which may be less than the padded input.
		let reach = |axis: usize| (output[axis] - 1) * window.stride[axis] + window.reach(axis);
		let phases = window.stride[2];
		Self { size: [reach(0), reach(1)], width: reach(2).div_ceil(phases), phases }
	}

	fn row(self) -> usize {
		self.width * self.phases
	}

	/// Elements of a channel, with room for a vector to be read beyond its end.
	fn channel(self) -> Option<usize> {
		self.size[0].checked_mul(self.size[1])?.checked_mul(self.row())?.checked_add(64)
	}
}

impl Kernel for Depthwise<'_> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { x, input, output, window, w, y, bias } = self;
		let padded = Padded::new(output, window);
		let (plane, positions) = (input.iter().product::<usize>(), output.iter().product::<usize>());
		let channels = x.len() / plane.max(1);
		let (taps, channel) = (window.taps(), padded.channel().unwrap_or(0));
		let mut scratch = Scratch::take();
		let copies = scratch.floats(channels * channel);
		for (from, to) in x.chunks_exact(plane.max(1)).zip(copies.chunks_exact_mut(channel)) {
			copy_padded(from, input, window, padded, to);
		}
		// Where each weight's tap lies in the copies, relative to the output's first.
		let offset = |k: usize| {
			let [d, h, c] = window.tap(k % taps);
			let [d, h, c] = [d * window.dilation[0], h * window.dilation[1], c * window.dilation[2]];
			let row = (d * padded.size[1] + h) * padded.row();
			k / taps * channel + row + c % padded.phases * padded.width + c / padded.phases
		};
		let mut offsets = [0usize; crate::matmul::BLOCK];
		let depth = channels * taps;
		for (k, to) in offsets[..depth].iter_mut().enumerate() {
			*to = offset(k);
		}
		for (out, (w, y)) in w.chunks_exact(depth).zip(y.chunks_exact_mut(positions)).enumerate() {
			let bias = bias.map(|bias| bias[out]);
			for (i, line) in y.chunks_exact_mut(output[2]).enumerate() {
				let (d, h) = (i / output[1], i % output[1]);
				let from = (d * window.stride[0] * padded.size[1] + h * window.stride[1]) * padded.row();
				// SAFETY: `Arch` is one the machine has. The furthest tap of the last output is inside a copy, which has
				// room for a vector more.
				unsafe { row::<A::Vector>(&copies[from..], &offsets[..depth], w, bias, line) };
			}
		}
	}
}

/// Copies a channel with zeros around it.
#[inline(always)]
fn copy_padded(from: &[f32], input: [usize; 3], window: &Window, padded: Padded, to: &mut [f32]) {
	let Padded { size: [planes, rows], width, phases } = padded;
	let begin = window.begin;
	// The input position at a place of the copy.
	let inside = |axis: usize, at: usize| at.checked_sub(begin[axis]).filter(|&i| i < input[axis]);
	for i in 0..planes * rows {
		let line = &mut to[i * padded.row()..][..padded.row()];
		let Some((z, y)) = inside(0, i / rows).zip(inside(1, i % rows)) else {
			line.fill(0.0);
			continue;
		};
		let from = &from[(z * input[1] + y) * input[2]..][..input[2]];
		for (phase, line) in line.chunks_exact_mut(width).enumerate() {
			// Places of this phase that are inside: those with `begin <= phase + phases * place < begin + input`.
			let first = begin[2].saturating_sub(phase).div_ceil(phases).min(width);
			let end = (begin[2] + input[2]).saturating_sub(phase).div_ceil(phases).clamp(first, width);
			line[..first].fill(0.0);
			line[end..].fill(0.0);
			let line = &mut line[first..end];
			if line.is_empty() {
				continue;
			}
			let from = &from[phase + phases * first - begin[2]..];
			match phases {
				1 => line.copy_from_slice(&from[..line.len()]),
				2 => copy_step::<2>(from, line),
				_ => line.iter_mut().zip(from.iter().step_by(phases)).for_each(|(to, &v)| *to = v),
			}
		}
	}
}

/// Every `STEP`-th element, the last of which may end `from`.
#[inline(always)]
fn copy_step<const STEP: usize>(from: &[f32], to: &mut [f32]) {
	let whole = (from.len() / STEP).min(to.len());
	let (head, tail) = to.split_at_mut(whole);
	for (to, v) in head.iter_mut().zip(from.chunks_exact(STEP)) {
		*to = v[0];
	}
	for (to, &v) in tail.iter_mut().zip(from[whole * STEP..].iter().step_by(STEP)) {
		*to = v;
	}
}

/// A row of outputs: the chain of output `i` reads `from[offset + i]` for each weight.
///
/// # Safety
///
/// Conditions of [`Simd`]; reads of a vector's length are inside `from` for every offset and output.
#[inline(always)]
unsafe fn row<S: Simd>(from: &[f32], offsets: &[usize], w: &[f32], bias: Option<f32>, line: &mut [f32]) {
	debug_assert!(offsets.iter().all(|at| at + line.len().next_multiple_of(S::LANES) <= from.len()));
	let mut at = 0;
	while at < line.len() {
		let vectors = (line.len() - at).div_ceil(S::LANES);
		let to = at..line.len().min(at + 4 * S::LANES);
		// SAFETY: the caller's condition.
		unsafe {
			match vectors {
				1 => stretch::<S, 1>(from, offsets, w, bias, at, &mut line[to.clone()]),
				2 => stretch::<S, 2>(from, offsets, w, bias, at, &mut line[to.clone()]),
				3 => stretch::<S, 3>(from, offsets, w, bias, at, &mut line[to.clone()]),
				_ => stretch::<S, 4>(from, offsets, w, bias, at, &mut line[to.clone()]),
			}
		}
		at = to.end;
	}
}

/// `VECTORS` vectors of a row, from output `at` on; the last may reach beyond `line`.
#[inline(always)]
unsafe fn stretch<S: Simd, const VECTORS: usize>(
	from: &[f32],
	offsets: &[usize],
	w: &[f32],
	bias: Option<f32>,
	at: usize,
	line: &mut [f32],
) {
	// SAFETY: the caller's condition; what is written is checked.
	unsafe {
		let mut chains = [S::zero(); VECTORS];
		for (&offset, &weight) in offsets.iter().zip(w) {
			let (weight, from) = (S::splat(weight), from.as_ptr().add(offset + at));
			for (v, chain) in chains.iter_mut().enumerate() {
				*chain = weight.fma(S::load(from.add(v * S::LANES)), *chain);
			}
		}
		for (v, mut chain) in chains.into_iter().enumerate() {
			if let Some(bias) = bias {
				chain = chain.add(S::splat(bias));
			}
			let places: Range<usize> = v * S::LANES..line.len().min((v + 1) * S::LANES);
			if places.len() == S::LANES {
				chain.store(line[places].as_mut_ptr());
			} else {
				let mut spill = [0.0f32; 16];
				chain.store(spill.as_mut_ptr());
				line[places.clone()].copy_from_slice(&spill[..places.len()]);
			}
		}
	}
}
