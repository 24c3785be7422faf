//! Convolutions with so few output channels per group that a matrix product would have hardly any rows.
//!
//! Vectors run along output rows. Each input channel is first copied with its padding, so that every tap is a plain stretch of
//! memory.

use alloc::vec::Vec;
use core::mem::MaybeUninit;

use super::{
	padded::{Padded, READ_SLACK, copy_over},
	window::Window,
};
use crate::{
	finish::Finish,
	isa::{Arch, Kernel},
	matmul::{Scratch, as_slots},
	simd::Simd,
};

/// Several groups, one after the other, each with a K of at most one block (256).
pub(super) struct Depthwise<'a> {
	/// [groups, channels, input…]
	pub x: &'a [f32],
	/// Input channels of a group.
	pub channels: usize,
	pub input: [usize; 3],
	pub output: [usize; 3],
	pub window: &'a Window,
	/// The weights of all groups' output channels in turn, each in K order; after the last comes the first again.
	pub w: &'a [f32],
	/// What is added at last, per output channel as `w`.
	pub bias: Option<&'a [f32]>,
	/// The output channel of `w` that `y` starts with.
	pub first: usize,
	/// Output channels of a group.
	pub per_out: usize,
	/// What is done to `y`.
	pub finish: Finish<'a>,
	/// [groups, per_out, output…]
	pub y: &'a mut [MaybeUninit<f32>],
}

/// Most elements of the copy of a group's input channels; larger ones are left to the matrix product.
const MAX_PADDED: usize = 1 << 22;

impl Depthwise<'_> {
	/// Whether groups with so many input and output channels should be computed here: there are few rows, and copying is
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
		let Self { x, channels, input, output, window, w, bias, first, per_out, finish, y } = self;
		let [planes, lines, width] = output;
		let Some(padded) = Padded::new(window, input, output, 0..planes * lines) else {
			debug_assert!(false, "`suits` refuses what overflows");
			return;
		};
		let (plane, positions) = (input.iter().product::<usize>(), planes * lines * width);
		let (taps, channel) = (window.taps(), padded.channel());
		let offset = |k: usize| k / taps * channel + padded.tap(k % taps);
		let offsets: Vec<usize> = (0..channels * taps).map(offset).collect();
		let depth = offsets.len();
		// Short rows are computed together with what lies between them, if that is not much: it keeps more chains going.
		let pitch = padded.line(0, 1) - padded.line(0, 0);
		let much = if width < A::Vector::LANES { width } else { width / 4 };
		let together = planes == 1 && width < MOST * A::Vector::LANES && pitch - width <= much;
		let run = if together { (lines - 1) * pitch + width } else { 0 };
		let mut scratch = Scratch::take();
		let (line, copies) = scratch
			.floats(run.next_multiple_of(A::Vector::LANES) + channels * channel + READ_SLACK)
			.split_at_mut(run.next_multiple_of(A::Vector::LANES));
		for (i, y) in y.chunks_exact_mut(per_out * positions).enumerate() {
			for c in 0..channels {
				let from = &x[(i * channels + c) * plane..][..plane];
				let to = &mut copies[c * channel..];
				if i == 0 { padded.copy(from, to) } else { padded.replace(from, to) }
			}
			for (out, y) in y.chunks_exact_mut(positions).enumerate() {
				let out = (first + i * per_out + out) % (w.len() / depth);
				let (w, bias) = (&w[out * depth..][..depth], bias.map(|bias| bias[out]));
				// SAFETY: `Arch` is one the machine has. The furthest tap of the last output is inside a copy, after which
				// there is room for a vector more.
				unsafe {
					if together {
						row::<A::Vector>(copies, &offsets, w, bias, as_slots(line));
						// In ascending order, as rows are copied in whole vectors.
						for (h, from) in as_slots(line).chunks(pitch).enumerate().take(lines) {
							copy_over(from, &mut y[h * width..], width);
						}
					} else {
						for (d, y) in y.chunks_exact_mut(lines * width).enumerate() {
							let from = padded.line(d, 0);
							for (h, to) in y.chunks_exact_mut(width).enumerate() {
								row::<A::Vector>(&copies[from + h * pitch..], &offsets, w, bias, to);
							}
						}
					}
				}
			}
		}
		// SAFETY: all of it was just written.
		finish.run::<A>(0, unsafe { y.assume_init_mut() });
	}
}

/// Most vectors of a row that are computed side by side: as many chains as keep the units busy.
const MOST: usize = 8;

/// A row of outputs: the chain of output `i` reads `from[offset + i]` for each weight.
///
/// # Safety
///
/// Conditions of [`Simd`]; reads of a vector's length are inside `from` for every offset and output.
#[inline(always)]
unsafe fn row<S: Simd>(
	from: &[f32],
	offsets: &[usize],
	w: &[f32],
	bias: Option<f32>,
	line: &mut [MaybeUninit<f32>],
) {
	debug_assert!(offsets.iter().all(|at| at + line.len().next_multiple_of(S::LANES) <= from.len()));
	let len = line.len();
	// SAFETY: the caller's condition; vectors are stored where they are whole, and the last starts early enough to be: some is
	// computed twice.
	unsafe {
		if len < S::LANES {
			let mut spill = [0.0f32; 16];
			stretch::<S, 1>(from.as_ptr(), offsets, w, bias, 0)[0].store(spill.as_mut_ptr());
			line.write_copy_of_slice(&spill[..len]);
			return;
		}
		let mut at = 0;
		while at < len {
			let vectors = (len - at).div_ceil(S::LANES).min(MOST);
			let last = ((vectors - 1) * S::LANES).min(len - S::LANES - at.min(len - S::LANES));
			// A single last vector may have to start before `at`.
			let at_or_before = at.min(len - S::LANES);
			let (from, to) =
				(from.as_ptr().add(at_or_before), line.as_mut_ptr().cast::<f32>().add(at_or_before));
			macro_rules! compute {
				($vectors:expr) => {
					for (v, sums) in
						stretch::<S, { $vectors }>(from, offsets, w, bias, last).into_iter().enumerate()
					{
						sums.store(to.add(if v + 1 == $vectors { last } else { v * S::LANES }));
					}
				};
			}
			match vectors {
				1 => compute!(1),
				2 => compute!(2),
				3 => compute!(3),
				4 => compute!(4),
				5 => compute!(5),
				6 => compute!(6),
				7 => compute!(7),
				_ => compute!(MOST),
			}
			at += vectors * S::LANES;
		}
	}
}

/// `VECTORS` adjacent vectors of a row, but for the last, which starts at output `last`.
///
/// # Safety
///
/// As [`row`].
#[inline(always)]
unsafe fn stretch<S: Simd, const VECTORS: usize>(
	from: *const f32,
	offsets: &[usize],
	w: &[f32],
	bias: Option<f32>,
	last: usize,
) -> [S; VECTORS] {
	// SAFETY: the caller's condition.
	unsafe {
		let mut chains = [S::zero(); VECTORS];
		for (&offset, &weight) in offsets.iter().zip(w) {
			let (weight, from) = (S::splat(weight), from.add(offset));
			for (v, chain) in chains.iter_mut().enumerate() {
				let at = if v + 1 == VECTORS { last } else { v * S::LANES };
				*chain = weight.fma(S::load(from.add(at)), *chain);
			}
		}
		if let Some(bias) = bias {
			let bias = S::splat(bias);
			for chain in &mut chains {
				*chain = chain.add(bias);
			}
		}
		chains
	}
}
