//! Convolutions over one to three spatial axes.

use assay_graph::{ConvParams, ConvTransposeParams, Then};
use assay_numerics::{Conv, ConvTranspose, ConvWeight, PackedConv, ShapeError, Window, conv_to_vec};
use burn_backend::ops::{ConvOptions, ConvTransposeOptions};
use burn_flex::FlexTensor;

use crate::strict::{
	finish::{Steps, View},
	values::{Values, computed, cpu, refuse},
};

/// `x [N, C, D…]`, `weight [M, C / groups, k…]`, `bias [M]` → `[N, M, o…]`.
pub(super) fn conv<const RANK: usize>(
	x: FlexTensor,
	weight: FlexTensor,
	bias: Option<FlexTensor>,
	options: &ConvOptions<RANK>,
) -> FlexTensor {
	let operands = Operands::new("convolution", RANK, x, weight, bias);
	let (batch, in_channels, input) = operands.input();
	let (out_channels, _, kernel) = operands.weight();
	let window = Window::new(
		kernel,
		&options.stride,
		&options.dilation,
		&options.padding_begin(),
		&options.padding_end(),
	);
	let window = computed("convolution", window);
	let output = computed("convolution", window.output(input, false));
	let shape = [&[batch, out_channels], output.as_slice()].concat();
	let conv = Conv { batch, in_channels, out_channels, groups: options.groups, input, window: &window };
	let Operands { x, weight, bias, .. } = &operands;
	let (weight, bias) = (ConvWeight::Plain(weight.as_slice()), bias.as_ref().map(Values::as_slice));
	let out = conv_to_vec(cpu(), &conv, x.as_slice(), weight, bias, &[]);
	x.like(computed("convolution", out), shape)
}

/// `x [N, C, D…]`, `weight [C, M / groups, k…]`, `bias [M]` → `[N, M, o…]`.
pub(super) fn conv_transpose<const RANK: usize>(
	x: FlexTensor,
	weight: FlexTensor,
	bias: Option<FlexTensor>,
	options: &ConvTransposeOptions<RANK>,
) -> FlexTensor {
	let operands = Operands::new("transposed convolution", RANK, x, weight, bias);
	let (batch, in_channels, input) = operands.input();
	let (_, channels_per_group, kernel) = operands.weight();
	let window = Window::new(kernel, &options.stride, &options.dilation, &options.padding, &options.padding);
	let window = computed("transposed convolution", window);
	let conv = ConvTranspose {
		batch,
		in_channels,
		out_channels: channels_per_group * options.groups,
		groups: options.groups,
		input,
		window: &window,
		output_padding: &options.padding_out,
	};
	let output = computed("transposed convolution", conv.output());
	let shape = [&[batch, conv.out_channels], output.as_slice()].concat();
	let mut out = vec![0.0; shape.iter().product()];
	let Operands { x, weight, bias, .. } = &operands;
	let bias = bias.as_ref().map(Values::as_slice);
	let result =
		assay_numerics::conv_transpose(cpu(), &conv, x.as_slice(), weight.as_slice(), bias, &mut out);
	computed("transposed convolution", result);
	x.like(out, shape)
}

/// The weight of a convolution.
pub(crate) enum Weight<'a> {
	/// As the operator has it.
	Plain(FlexTensor),
	/// Packed, of this shape.
	Packed(&'a PackedConv, &'a [usize]),
}

/// As [`conv`], and then steps to the result, as many as can be done together with it. Returns also how many those were.
pub(crate) fn conv_then(
	params: &ConvParams,
	x: FlexTensor,
	weight: Weight<'_>,
	bias: Option<FlexTensor>,
	steps: &[Then<FlexTensor>],
) -> (FlexTensor, usize) {
	const NAME: &str = "convolution";
	let (x, bias) = (Values::new(NAME, x), bias.map(|bias| Values::new(NAME, bias)));
	let plain;
	let (weight, shape) = match weight {
		Weight::Packed(weight, shape) => (ConvWeight::Packed(weight), shape),
		Weight::Plain(weight) => {
			plain = Values::new(NAME, weight);
			(ConvWeight::Plain(plain.as_slice()), plain.shape())
		}
	};
	let ((batch, in_channels, input), (out_channels, _, kernel)) = (split(x.shape()), split(shape));
	let window = computed(NAME, window(params, kernel));
	let conv = Conv { batch, in_channels, out_channels, groups: params.group, input, window: &window };
	let shape = [&[batch, out_channels], computed(NAME, conv.output()).as_slice()].concat();
	let steps = Steps::new(steps, View::Channels, &shape);
	let bias = bias.as_ref().map(Values::as_slice);
	let out = conv_to_vec(cpu(), &conv, x.as_slice(), weight, bias, &steps.as_numerics());
	(x.like(computed(NAME, out), shape), steps.len())
}

/// As [`conv_transpose`], with a packed weight that had the given shape.
pub(crate) fn conv_transpose_packed(
	params: &ConvTransposeParams,
	x: FlexTensor,
	shape: &[usize],
	weight: &PackedConv,
	bias: Option<FlexTensor>,
) -> FlexTensor {
	const NAME: &str = "transposed convolution";
	let (x, bias) = (Values::new(NAME, x), bias.map(|bias| Values::new(NAME, bias)));
	let ((batch, in_channels, input), (_, per_group, kernel)) = (split(x.shape()), split(shape));
	let window = computed(NAME, window(&params.conv, kernel));
	let groups = params.conv.group;
	let conv = ConvTranspose {
		batch,
		in_channels,
		out_channels: per_group * groups,
		groups,
		input,
		window: &window,
		output_padding: &params.output_padding,
	};
	let shape = [&[batch, conv.out_channels], computed(NAME, conv.output()).as_slice()].concat();
	let mut out = vec![0.0; shape.iter().product()];
	let bias = bias.as_ref().map(Values::as_slice);
	let done = assay_numerics::conv_transpose_packed(cpu(), &conv, x.as_slice(), weight, bias, &mut out);
	computed(NAME, done);
	x.like(out, shape)
}

fn window(params: &ConvParams, kernel: &[usize]) -> Result<Window, ShapeError> {
	Window::new(kernel, &params.strides, &params.dilations, &params.pads_begin, &params.pads_end)
}

struct Operands {
	x: Values,
	weight: Values,
	bias: Option<Values>,
}

impl Operands {
	fn new(name: &str, rank: usize, x: FlexTensor, weight: FlexTensor, bias: Option<FlexTensor>) -> Self {
		let (x, weight) = (Values::new(name, x), Values::new(name, weight));
		if x.shape().len() != rank + 2 || weight.shape().len() != rank + 2 {
			refuse(
				name,
				format_args!(
					"input {:?} and weight {:?} do not both have {rank} spatial axes",
					x.shape(),
					weight.shape()
				),
			);
		}
		Self { x, weight, bias: bias.map(|bias| Values::new(name, bias)) }
	}

	/// Batch, channels, spatial axes.
	fn input(&self) -> (usize, usize, &[usize]) {
		split(self.x.shape())
	}

	/// First and second channel axis, kernel.
	fn weight(&self) -> (usize, usize, &[usize]) {
		split(self.weight.shape())
	}
}

/// The first two axes, and the rest.
pub(super) fn split(shape: &[usize]) -> (usize, usize, &[usize]) {
	match shape {
		[first, second, rest @ ..] => (*first, *second, rest),
		_ => refuse("a module", format_args!("shape {shape:?} has no batch and channel axes")),
	}
}
