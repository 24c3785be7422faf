//! Convolutions with one output channel per group, where a matrix product would have a single row.
//!
//! The chains of a whole output row advance together, tap by tap, reading the input in place.

use super::patches::Patches;
use crate::{
	fma::Fma,
	isa::{Arch, Kernel},
};

/// One group of one batch entry, for a K of at most one block (256).
pub(super) struct Depthwise<'a> {
	/// The input channels of the group; forward.
	pub patches: &'a Patches<'a>,
	/// The weights in K order.
	pub w: &'a [f32],
	/// The output channel.
	pub y: &'a mut [f32],
}

impl Kernel for Depthwise<'_> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { patches, w, y } = self;
		let [depth, height, width] = patches.input;
		let [taps_d, taps_h, taps_w] = patches.window.kernel;
		let [_, out_height, out_width] = patches.output;
		let stride = patches.window.stride[2];
		for (i, row) in y.chunks_exact_mut(out_width).enumerate() {
			let (out_d, out_h) = (i / out_height, i % out_height);
			row.fill(0.0);
			for (line, weights) in w.chunks_exact(taps_w).enumerate() {
				let (channel, d, h) = (line / (taps_h * taps_d), line / taps_h % taps_d, line % taps_h);
				let position = patches.position(0, out_d, d).zip(patches.position(1, out_h, h));
				let from = position.map(|(z, y)| ((channel * depth + z) * height + y) * width);
				for (tap, &weight) in weights.iter().enumerate() {
					let Some(from) = from else {
						advance_by_zero::<A>(weight, row);
						continue;
					};
					let (places, skip) = patches.inside(0, out_width, tap);
					advance_by_zero::<A>(weight, &mut row[..places.start]);
					advance_by_zero::<A>(weight, &mut row[places.end..]);
					let chains = &mut row[places];
					if chains.is_empty() {
						continue;
					}
					let input = &patches.x[from + skip..from + width];
					if stride == 1 {
						for (chain, &x) in chains.iter_mut().zip(input) {
							*chain = A::fma(weight, x, *chain);
						}
					} else {
						for (chain, &x) in chains.iter_mut().zip(input.iter().step_by(stride)) {
							*chain = A::fma(weight, x, *chain);
						}
					}
				}
			}
		}
	}
}

/// Padding takes part: it can turn −0 into +0, and an infinite weight into NaN.
#[inline(always)]
fn advance_by_zero<F: Fma>(weight: f32, chains: &mut [f32]) {
	for chain in chains {
		*chain = F::fma(weight, 0.0, *chain);
	}
}
