//! Convolutions in binary64: the definition, arranged so that the compiler vectorises over the positions of a channel.

use super::{
	Conv, ConvTranspose, Sizes,
	patches::Direction,
	per_group,
	weights::by_output,
	window::{Window, unravel},
};
use crate::{
	error::{ShapeError, elements, exact_length},
	isa::{Arch, Cpu, Kernel},
	matmul::BLOCK,
	parallel,
};

/// As [`conv`](super::conv), in binary64.
pub fn conv_f64(
	cpu: Cpu,
	shape: &Conv<'_>,
	x: &[f64],
	w: &[f64],
	bias: Option<&[f64]>,
	y: &mut [f64],
) -> Result<(), ShapeError> {
	let (per_in, _) = per_group(shape.in_channels, shape.out_channels, shape.groups)?;
	let weights = elements(&[shape.out_channels, per_in, shape.window.taps()])?;
	exact_length("the convolution's weight", weights, w.len())?;
	run(cpu, shape, &shape.output()?, Direction::Forward, x, w, bias, y)
}

/// As [`conv_transpose`](super::conv_transpose), in binary64.
pub fn conv_transpose_f64(
	cpu: Cpu,
	shape: &ConvTranspose<'_>,
	x: &[f64],
	w: &[f64],
	bias: Option<&[f64]>,
	y: &mut [f64],
) -> Result<(), ShapeError> {
	let output = shape.output()?;
	let &ConvTranspose { batch, in_channels, out_channels, groups, input, window, .. } = shape;
	let (per_in, per_out) = per_group(in_channels, out_channels, groups)?;
	exact_length("the convolution's weight", elements(&[in_channels, per_out, window.taps()])?, w.len())?;
	let ordered = by_output(w, groups, per_in, per_out, window.taps());
	let shape = Conv { batch, in_channels, out_channels, groups, input, window };
	run(cpu, &shape, &output, Direction::Transposed, x, &ordered, bias, y)
}

/// Both convolutions, with weights in the order [out channel, in channel of the group, tap].
#[allow(clippy::too_many_arguments, reason = "the operands of one operator")]
fn run(
	cpu: Cpu,
	shape: &Conv<'_>,
	output: &[usize],
	direction: Direction,
	x: &[f64],
	w: &[f64],
	bias: Option<&[f64]>,
	y: &mut [f64],
) -> Result<(), ShapeError> {
	let &Conv { out_channels, groups, window, .. } = shape;
	let sizes = Sizes::new(shape, output, x.len(), bias.map(<[_]>::len), y.len())?;
	let Sizes { per_in, per_out, input, output, in_plane, positions } = sizes;
	if y.is_empty() {
		return Ok(());
	}
	let k = per_in * window.taps();
	parallel::for_each_chunk(cpu, positions.saturating_mul(k), y, positions, |i, y| {
		let (entry, channel) = (i / out_channels, i % out_channels);
		let group = entry * groups + channel / per_out;
		cpu.run(Channel {
			x: &x[group * per_in * in_plane..][..per_in * in_plane],
			w: &w[channel * k..][..k],
			bias: bias.map(|bias| bias[channel]),
			input,
			output,
			window,
			direction,
			y,
		});
	});
	Ok(())
}

/// One channel of the output of one batch entry.
struct Channel<'a> {
	/// Channels of the group.
	x: &'a [f64],
	/// Weights in the order of K.
	w: &'a [f64],
	bias: Option<f64>,
	input: [usize; 3],
	output: [usize; 3],
	window: &'a Window,
	direction: Direction,
	y: &'a mut [f64],
}

/// Positions whose sums are kept in the nearest cache.
const POSITIONS: usize = 256;

impl Kernel for Channel<'_> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { x, w, bias, input, output, window, direction, y } = self;
		let (taps, in_plane) = (window.taps(), input.iter().product::<usize>());
		let (mut sums, mut inputs) = ([0.0; POSITIONS], [0.0; POSITIONS]);
		let mut places = [[0; 3]; POSITIONS];
		for (i, y) in y.chunks_mut(POSITIONS).enumerate() {
			let (sums, inputs) = (&mut sums[..y.len()], &mut inputs[..y.len()]);
			places.iter_mut().enumerate().for_each(|(j, at)| *at = unravel(i * POSITIONS + j, output));
			y.fill(0.0);
			for from in (0..w.len()).step_by(BLOCK) {
				sums.fill(0.0);
				for p in from..w.len().min(from + BLOCK) {
					let plane = &x[p / taps * in_plane..][..in_plane];
					let tap = window.tap(p % taps);
					for (to, at) in inputs.iter_mut().zip(&places) {
						let source =
							|axis: usize| direction.position(window, input[axis], axis, at[axis], tap[axis]);
						*to = match (source(0), source(1), source(2)) {
							(Some(d), Some(h), Some(w)) => plane[(d * input[1] + h) * input[2] + w],
							_ => 0.0,
						};
					}
					for (sum, &v) in sums.iter_mut().zip(&*inputs) {
						*sum = A::fma64(v, w[p], *sum);
					}
				}
				for (to, &sum) in y.iter_mut().zip(&*sums) {
					*to = if from == 0 { sum } else { *to + sum };
				}
			}
			if let Some(bias) = bias {
				y.iter_mut().for_each(|v| *v += bias);
			}
		}
	}
}
