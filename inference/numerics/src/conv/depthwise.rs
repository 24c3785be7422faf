//! Convolutions with so few output channels per group that a matrix product would have hardly any rows.
//!
//! Vectors run along output rows. Each input channel is first copied with its padding, so that every tap is a plain stretch of
//! memory: columns that the same tap reads at neighbouring outputs (all of them at stride 1) are made adjacent.

use core::ops::Range;

use super::{
	padded::{Padded, READ_SLACK},
	window::Window,
};
use crate::{
	isa::{Arch, Kernel},
	matmul::{BLOCK, Scratch},
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

/// Most elements of the copy of a group's input channels; larger ones are left to the matrix product.
const MAX_PADDED: usize = 1 << 22;

impl Depthwise<'_> {
	/// Whether a group with so many input and output channels should be computed here: there are few rows, and copying is
	/// little beside computing.
	pub(super) fn suits(
		channels: usize,
		per_out: usize,
		input: [usize; 3],
		output: [usize; 3],
		window: &Window,
	) -> bool {
		let work = output.iter().product::<usize>().saturating_mul(4 * window.taps()).saturating_add(1024);
		let channel = Padded::new(window, input, output, 0..output[0] * output[1]);
		let channel = channel.map(Padded::channel).filter(|&n| n <= work);
		per_out <= 4 && channel.and_then(|n| n.checked_mul(channels)).is_some_and(|n| n <= MAX_PADDED)
	}
}

impl Kernel for Depthwise<'_> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { x, input, output, window, w, y, bias } = self;
		let Some(padded) = Padded::new(window, input, output, 0..output[0] * output[1]) else {
			debug_assert!(false, "`suits` refuses what overflows");
			return;
		};
		let (plane, positions) = (input.iter().product::<usize>(), output.iter().product::<usize>());
		let channels = x.len() / plane.max(1);
		let (taps, channel) = (window.taps(), padded.channel());
		let mut scratch = Scratch::take();
		let copies = scratch.floats(channels * channel + READ_SLACK);
		for (from, to) in x.chunks_exact(plane.max(1)).zip(copies.chunks_exact_mut(channel)) {
			padded.copy(from, to);
		}
		let mut offsets = [0usize; BLOCK];
		let offsets = &mut offsets[..channels * taps];
		for (k, to) in offsets.iter_mut().enumerate() {
			*to = k / taps * channel + padded.tap(k % taps);
		}
		let depth = offsets.len();
		for (out, (w, y)) in w.chunks_exact(depth).zip(y.chunks_exact_mut(positions)).enumerate() {
			let bias = bias.map(|bias| bias[out]);
			for (i, line) in y.chunks_exact_mut(output[2]).enumerate() {
				let from = padded.line(i / output[1], i % output[1]);
				// SAFETY: `Arch` is one the machine has. The furthest tap of the last output is inside a copy, after which
				// there is room for a vector more.
				unsafe { row::<A::Vector>(&copies[from..], offsets, w, bias, line) };
			}
		}
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
