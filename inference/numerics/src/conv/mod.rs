//! Convolutions (rule 2 of the profile), as matrix products with their inputs' patches.
//!
//! Definition: an output is the dot product, by the rule of `matmul`, over K = (input channel of the group, tap in
//! row-major order). Taps in the padding take part, as +0 inputs. The bias is added afterwards, rounded.

mod depthwise;
mod double;
mod padded;
mod patches;
mod weights;
mod window;

use alloc::vec::Vec;
use core::mem::MaybeUninit;

pub use self::double::{conv_f64, conv_transpose_f64};
pub use self::weights::{ConvKind, ConvWeight, PackedConv};
pub use self::window::Window;
pub(crate) use self::window::unravel;
use self::{
	depthwise::Depthwise,
	patches::{Direction, Patches},
	weights::{GroupWeights, Weights, by_output},
};
use crate::{
	error::{ShapeError, elements, exact_length},
	finish::{Finish, Step},
	isa::Cpu,
	matmul::{
		BLOCK, Bias, Destination, PANEL, Panels, Product, Strided, Strides, as_slots, filled, product,
		product_transposed,
	},
	parallel::{self, MIN_WORK_PER_THREAD},
};

/// Shapes of a convolution.
#[derive(Clone, Copy, Debug)]
pub struct Conv<'a> {
	/// Batch entries.
	pub batch: usize,
	/// Channels of the input, a multiple of `groups`.
	pub in_channels: usize,
	/// Channels of the output, a multiple of `groups`.
	pub out_channels: usize,
	/// Independent groups of channels.
	pub groups: usize,
	/// Spatial shape of the input.
	pub input: &'a [usize],
	/// Kernel size, strides, dilations, pads.
	pub window: &'a Window,
}

impl Conv<'_> {
	/// Spatial shape of the output.
	pub fn output(&self) -> Result<Vec<usize>, ShapeError> {
		self.window.output(self.input, false)
	}
}

/// Convolves `x` [batch, in_channels, input…] with `w` [out_channels, in_channels / groups, kernel…] into `y` [batch,
/// out_channels, output…] and adds `bias` [out_channels].
pub fn conv(
	cpu: Cpu,
	shape: &Conv<'_>,
	x: &[f32],
	w: &[f32],
	bias: Option<&[f32]>,
	y: &mut [f32],
) -> Result<(), ShapeError> {
	forward(cpu, shape, &shape.output()?, x, w, bias, &[], as_slots(y))
}

#[allow(clippy::too_many_arguments, reason = "the operands of one operator")]
fn forward(
	cpu: Cpu,
	shape: &Conv<'_>,
	output: &[usize],
	x: &[f32],
	w: &[f32],
	bias: Option<&[f32]>,
	steps: &[Step<'_>],
	y: &mut [MaybeUninit<f32>],
) -> Result<(), ShapeError> {
	let (per_in, _) = per_group(shape.in_channels, shape.out_channels, shape.groups)?;
	exact_length(
		"the convolution's weight",
		elements(&[shape.out_channels, per_in, shape.window.taps()])?,
		w.len(),
	)?;
	run(cpu, shape, output, Direction::Forward, x, Weights::Plain(w), bias, steps, y)
}

/// As [`conv`], with a weight packed before.
pub fn conv_packed(
	cpu: Cpu,
	shape: &Conv<'_>,
	x: &[f32],
	w: &PackedConv,
	bias: Option<&[f32]>,
	y: &mut [f32],
) -> Result<(), ShapeError> {
	forward_packed(cpu, shape, &shape.output()?, x, w, bias, &[], as_slots(y))
}

#[allow(clippy::too_many_arguments, reason = "the operands of one operator")]
fn forward_packed(
	cpu: Cpu,
	shape: &Conv<'_>,
	output: &[usize],
	x: &[f32],
	w: &PackedConv,
	bias: Option<&[f32]>,
	steps: &[Step<'_>],
	y: &mut [MaybeUninit<f32>],
) -> Result<(), ShapeError> {
	let sizes = [shape.in_channels, shape.out_channels, shape.groups, shape.window.taps()];
	w.check(ConvKind::Forward, sizes)?;
	run(cpu, shape, output, Direction::Forward, x, Weights::Packed(w), bias, steps, y)
}

/// As [`conv`] or, if the weight is packed, [`conv_packed`], into a new vector; then does `steps` to the result, [batch,
/// out_channels, positions].
pub fn conv_to_vec(
	cpu: Cpu,
	shape: &Conv<'_>,
	x: &[f32],
	w: ConvWeight<'_>,
	bias: Option<&[f32]>,
	steps: &[Step<'_>],
) -> Result<Vec<f32>, ShapeError> {
	let output = shape.output()?;
	let len = elements(&[shape.batch, shape.out_channels, elements(&output)?])?;
	// SAFETY: convolutions write every element.
	unsafe {
		filled(len, |y| match w {
			ConvWeight::Plain(w) => forward(cpu, shape, &output, x, w, bias, steps, y),
			ConvWeight::Packed(w) => forward_packed(cpu, shape, &output, x, w, bias, steps, y),
		})
	}
}

/// Shapes of a transposed convolution.
#[derive(Clone, Copy, Debug)]
pub struct ConvTranspose<'a> {
	/// Batch entries.
	pub batch: usize,
	/// Channels of the input, a multiple of `groups`.
	pub in_channels: usize,
	/// Channels of the output, a multiple of `groups`.
	pub out_channels: usize,
	/// Independent groups of channels.
	pub groups: usize,
	/// Spatial shape of the input.
	pub input: &'a [usize],
	/// Kernel size, strides, dilations; pads are cut off the output.
	pub window: &'a Window,
	/// Elements added at the end of each spatial axis of the output.
	pub output_padding: &'a [usize],
}

impl ConvTranspose<'_> {
	/// Spatial shape of the output: `stride * (input - 1) + output_padding + reach of the kernel - pads`.
	pub fn output(&self) -> Result<Vec<usize>, ShapeError> {
		let Window { stride, begin, end, .. } = self.window;
		let rank = self.window.rank();
		let input = self.window.spatial("input", self.input)?;
		if self.output_padding.len() != rank {
			let found = self.output_padding.len();
			return Err(ShapeError::Rank { what: "output_padding", expected: rank, found });
		}
		self.output_padding
			.iter()
			.zip(3 - rank..)
			.map(|(&extra, axis)| {
				if extra > 1 << 20 {
					return Err(ShapeError::Invalid("output_padding must be at most 2^20"));
				}
				let Some(steps) = input[axis].checked_sub(1) else { return Ok(0) };
				let full = stride[axis]
					.checked_mul(steps)
					.and_then(|n| n.checked_add(extra + self.window.reach(axis)));
				full.ok_or(ShapeError::Overflow)?
					.checked_sub(begin[axis] + end[axis])
					.ok_or(ShapeError::Invalid("the pads of a transposed convolution exceed its output"))
			})
			.collect()
	}
}

/// Transposed convolution of `x` [batch, in_channels, input…] with `w` [in_channels, out_channels / groups, kernel…] into
/// `y` [batch, out_channels, output…]; `bias` [out_channels] is added.
///
/// K is (input channel of the group, tap in row-major order), as in [`conv`]; a tap that no input reaches takes part as a +0
/// input.
pub fn conv_transpose(
	cpu: Cpu,
	shape: &ConvTranspose<'_>,
	x: &[f32],
	w: &[f32],
	bias: Option<&[f32]>,
	y: &mut [f32],
) -> Result<(), ShapeError> {
	let output = shape.output()?;
	let &ConvTranspose { batch, in_channels, out_channels, groups, input, window, .. } = shape;
	let taps = window.taps();
	let (per_in, per_out) = per_group(in_channels, out_channels, groups)?;
	exact_length("the convolution's weight", elements(&[in_channels, per_out, taps])?, w.len())?;
	let ordered = by_output(w, groups, per_in, per_out, taps);
	let shape = Conv { batch, in_channels, out_channels, groups, input, window };
	run(cpu, &shape, &output, Direction::Transposed, x, Weights::Plain(&ordered), bias, &[], as_slots(y))
}

/// As [`conv_transpose`], with a weight packed before.
pub fn conv_transpose_packed(
	cpu: Cpu,
	shape: &ConvTranspose<'_>,
	x: &[f32],
	w: &PackedConv,
	bias: Option<&[f32]>,
	y: &mut [f32],
) -> Result<(), ShapeError> {
	let output = shape.output()?;
	let &ConvTranspose { batch, in_channels, out_channels, groups, input, window, .. } = shape;
	w.check(ConvKind::Transposed, [in_channels, out_channels, groups, window.taps()])?;
	let shape = Conv { batch, in_channels, out_channels, groups, input, window };
	run(cpu, &shape, &output, Direction::Transposed, x, Weights::Packed(w), bias, &[], as_slots(y))
}

/// Input and output channels of a group.
fn per_group(in_channels: usize, out_channels: usize, groups: usize) -> Result<(usize, usize), ShapeError> {
	if groups == 0 || !in_channels.is_multiple_of(groups) || !out_channels.is_multiple_of(groups) {
		return Err(ShapeError::Invalid(
			"input and output channels must be multiples of the groups, at least one",
		));
	}
	Ok((in_channels / groups, out_channels / groups))
}

/// What the shapes of a convolution come to.
struct Sizes {
	/// Input and output channels of a group.
	per_in: usize,
	per_out: usize,
	input: [usize; 3],
	output: [usize; 3],
	/// Elements of a channel of the input, and of the output.
	in_plane: usize,
	positions: usize,
}

impl Sizes {
	/// Fails if input, bias and output do not have as many elements as the shapes say.
	fn new(
		shape: &Conv<'_>,
		output: &[usize],
		x: usize,
		bias: Option<usize>,
		y: usize,
	) -> Result<Self, ShapeError> {
		let &Conv { batch, in_channels, out_channels, groups, window, .. } = shape;
		let (per_in, per_out) = per_group(in_channels, out_channels, groups)?;
		let (input, output) = (window.spatial("input", shape.input)?, window.spatial("output", output)?);
		let (in_plane, positions) = (elements(&input)?, elements(&output)?);
		exact_length("the convolution's input", elements(&[batch, in_channels, in_plane])?, x)?;
		exact_length("the convolution's output", elements(&[batch, out_channels, positions])?, y)?;
		if let Some(bias) = bias {
			exact_length("the convolution's bias", out_channels, bias)?;
		}
		Ok(Self { per_in, per_out, input, output, in_plane, positions })
	}
}

/// One group of one batch entry.
struct Group<'a> {
	patches: Patches<'a>,
	k: usize,
	bias: Option<&'a [f32]>,
	finish: Finish<'a>,
}

impl Group<'_> {
	/// Convolves into `y` [channels, output…].
	fn run(&self, cpu: Cpu, w: GroupWeights<'_>, y: &mut [MaybeUninit<f32>]) {
		match w {
			GroupWeights::Plain(w) => self.with(cpu, &Strided::rows(w, Strides::row_major(self.k)), y),
			GroupWeights::Packed(w) => self.with(cpu, w, y),
		}
	}

	fn with<W: Panels>(&self, cpu: Cpu, w: &W, y: &mut [MaybeUninit<f32>]) {
		let Patches { x, input, output, window, .. } = self.patches;
		let pointwise =
			window.taps() == 1 && window.stride == [1; 3] && window.begin == [0; 3] && input == output;
		if pointwise {
			let positions = output.iter().product();
			self.multiply(cpu, w, &Strided::columns(x, Strides::row_major(positions)), y);
		} else {
			self.multiply(cpu, w, &self.patches, y);
		}
	}

	/// A product with output channels as rows and positions as columns, or the other way round where vectors along positions
	/// would be less full.
	fn multiply<W: Panels, X: Panels>(&self, cpu: Cpu, w: &W, x: &X, y: &mut [MaybeUninit<f32>]) {
		/// More positions never leave much of a vector empty.
		const FEW: usize = 256;
		/// What it costs to turn an output round, in multiply-adds.
		const TURN: usize = 24;
		let (k, n, finish) = (self.k, self.patches.output.iter().product::<usize>(), self.finish);
		let m = y.len() / n;
		// Outputs computed, with those that are thrown away.
		let (along_positions, along_channels) =
			(m * n.next_multiple_of(PANEL), n * m.next_multiple_of(PANEL));
		let saved = along_positions.saturating_sub(along_channels).saturating_mul(k);
		if n <= FEW && saved > (n * m).saturating_mul(TURN) {
			let bias = self.bias.map_or(Bias::None, Bias::Columns);
			product_transposed(cpu, &Product { m: n, k, n: m, a: x, b: w, bias, finish }, y);
		} else {
			let bias = self.bias.map_or(Bias::None, Bias::Rows);
			product(cpu, &Product { m, k, n, a: w, b: x, bias, finish }, Destination::whole(y, n));
		}
	}
}

/// Both convolutions.
#[allow(clippy::too_many_arguments, reason = "the operands of one operator")]
fn run(
	cpu: Cpu,
	shape: &Conv<'_>,
	output: &[usize],
	direction: Direction,
	x: &[f32],
	w: Weights<'_>,
	bias: Option<&[f32]>,
	steps: &[Step<'_>],
	y: &mut [MaybeUninit<f32>],
) -> Result<(), ShapeError> {
	let &Conv { batch, out_channels, groups, window, .. } = shape;
	let sizes = Sizes::new(shape, output, x.len(), bias.map(<[_]>::len), y.len())?;
	let Sizes { per_in, per_out, input, output, in_plane, positions } = sizes;
	if y.is_empty() {
		return Ok(());
	}
	let finish = Finish::new(steps, out_channels, positions, y.len())?;
	let k = per_in * window.taps();
	if let Weights::Plain(w) = w
		&& direction == Direction::Forward
		&& (1..=BLOCK).contains(&k)
		&& Depthwise::suits(per_in, per_out, input, output, window)
	{
		// As many groups at a time as make a chunk worth a thread.
		let group = per_out * positions;
		// Rows are short: a product takes as long as a few element operations.
		let work = group.saturating_mul(4 * k);
		let some = (MIN_WORK_PER_THREAD / work.max(1)).clamp(1, batch * groups);
		parallel::for_each_chunk(cpu, work.saturating_mul(some), y, group * some, |i, y| {
			let (first, count) = (i * some, y.len() / group);
			let x = &x[first * per_in * in_plane..][..count * per_in * in_plane];
			let first = first * per_out;
			let (channels, finish) = (per_in, finish.at(i * some * group));
			cpu.run(Depthwise { x, channels, input, output, window, w, bias, first, per_out, finish, y });
		});
		return Ok(());
	}
	let spread = batch * groups >= cpu.threads().max(2);
	let inner = if spread { cpu.single_threaded() } else { cpu };
	let chunk = per_out * positions;
	let one = |i: usize, y: &mut [MaybeUninit<f32>]| {
		let group = i % groups;
		let channels = group * per_out..(group + 1) * per_out;
		let group = Group {
			// Group `i` over the whole batch is the `i`-th run of input channels as well.
			patches: Patches {
				x: &x[i * per_in * in_plane..][..per_in * in_plane],
				input,
				output,
				window,
				direction,
			},
			k,
			bias: bias.map(|bias| &bias[channels.clone()]),
			finish: finish.at(i * chunk),
		};
		group.run(inner, w.group(channels.start / per_out, per_out * k), y);
	};
	if spread {
		parallel::for_each_chunk(cpu, chunk.saturating_mul(k), y, chunk, one);
	} else {
		for (i, y) in y.chunks_mut(chunk).enumerate() {
			one(i, y);
		}
	}
	Ok(())
}
