//! Pooling over spatial axes, and its gradients.
//!
//! A gradient adds to each input element, in the row-major order of the outputs, one rounding per addition.

use assay_graph::PoolParams;
use assay_numerics::{Pool, Window, average_pool, max_pool, sum};
use burn_backend::{
	IntDType, TensorData,
	ops::{IntTensorOps, conv::calculate_pool_output_size},
};
use burn_flex::{Flex, FlexTensor};

use super::conv::split;
use crate::strict::values::{Values, computed, cpu, refuse};

/// Where the windows of a pooling lie. Spatial axes only.
pub(crate) struct Geometry {
	input: Vec<usize>,
	output: Vec<usize>,
	kernel: Vec<usize>,
	stride: Vec<usize>,
	padding: Vec<usize>,
	window: Window,
}

impl Geometry {
	/// Symmetric padding and PyTorch's output size, which is what Burn specifies.
	pub fn new<const RANK: usize>(
		x: &FlexTensor,
		kernel: [usize; RANK],
		stride: [usize; RANK],
		padding: [usize; RANK],
		dilation: [usize; RANK],
		ceil_mode: bool,
	) -> Self {
		let (_, _, input) = split(x.layout().shape());
		let output = (0..RANK.min(input.len()))
			.map(|i| {
				let (kernel, padding) = (kernel[i], padding[i]);
				calculate_pool_output_size(kernel, stride[i], padding, dilation[i], input[i], ceil_mode)
			})
			.collect();
		let window = computed("pooling", Window::new(&kernel, &stride, &dilation, &padding, &padding));
		Self {
			input: input.to_vec(),
			output,
			kernel: kernel.to_vec(),
			stride: stride.to_vec(),
			padding: padding.to_vec(),
			window,
		}
	}

	/// Any padding, and the output size that the graph worked out.
	pub fn from_onnx(params: &PoolParams, x: &FlexTensor) -> Self {
		let PoolParams { kernel, strides, dilations, pads_begin, pads_end, output } = params;
		let (_, _, input) = split(x.layout().shape());
		let window = computed("pooling", Window::new(kernel, strides, dilations, pads_begin, pads_end));
		Self {
			input: input.to_vec(),
			output: output.clone(),
			kernel: kernel.clone(),
			stride: strides.clone(),
			padding: pads_begin.clone(),
			window,
		}
	}

	fn pool(&self, planes: usize) -> Pool<'_> {
		Pool { planes, input: &self.input, output: &self.output, window: &self.window }
	}
}

/// The maximum of each window.
pub(crate) fn maximum(geometry: &Geometry, x: FlexTensor) -> FlexTensor {
	let (x, mut out, shape, planes) = operands(x, &geometry.output);
	computed("max_pool", max_pool(cpu(), &geometry.pool(planes), x.as_slice(), &mut out, None));
	x.like(out, shape)
}

/// The maximum of each window, and its flat position inside the plane.
pub(crate) fn maximum_with_indices(
	geometry: &Geometry,
	x: FlexTensor,
	indices_dtype: IntDType,
) -> (FlexTensor, FlexTensor) {
	let (x, mut out, shape, planes) = operands(x, &geometry.output);
	let mut indices = vec![0; out.len()];
	let result = max_pool(cpu(), &geometry.pool(planes), x.as_slice(), &mut out, Some(&mut indices));
	computed("max_pool", result);
	let indices = FlexTensor::from_data(TensorData::new(indices, shape.clone()));
	(x.like(out, shape), Flex::int_cast(indices, indices_dtype))
}

/// Gives the gradient of each output to the element it came from.
pub(crate) fn maximum_backward(x: FlexTensor, grad: FlexTensor, indices: FlexTensor) -> FlexTensor {
	let (x, grad) = (Values::new("max_pool", x), Values::new("max_pool", grad));
	let indices = Flex::int_cast(indices, IntDType::I64).to_contiguous();
	let indices = indices.storage::<i64>();
	let (_, _, input) = split(x.shape());
	let (_, _, output) = split(grad.shape());
	let (plane_in, plane_out) = (input.iter().product::<usize>(), output.iter().product::<usize>());
	let mut out = vec![0.0; x.as_slice().len()];
	for (position, (&index, &gradient)) in indices.iter().zip(grad.as_slice()).enumerate() {
		match usize::try_from(index) {
			Ok(index) if index < plane_in => out[position / plane_out * plane_in + index] += gradient,
			_ => refuse("max_pool", format_args!("index {index} is outside a plane of {plane_in}")),
		}
	}
	x.like(out, x.shape())
}

/// The mean of each window.
pub(crate) fn average(geometry: &Geometry, count_include_pad: bool, x: FlexTensor) -> FlexTensor {
	let (x, mut out, shape, planes) = operands(x, &geometry.output);
	let pool = geometry.pool(planes);
	computed("avg_pool", average_pool(cpu(), &pool, count_include_pad, x.as_slice(), &mut out));
	x.like(out, shape)
}

/// Spreads the gradient of each output evenly over its window.
pub(crate) fn average_backward(
	geometry: &Geometry,
	count_include_pad: bool,
	x: FlexTensor,
	grad: FlexTensor,
) -> FlexTensor {
	let ranges = |axis: usize, o: usize| {
		let begin = o * geometry.stride[axis];
		let end = begin + geometry.kernel[axis];
		let (padding, length) = (geometry.padding[axis], geometry.input[axis]);
		let inside = begin.saturating_sub(padding).min(length)..end.saturating_sub(padding).min(length);
		let counted = if count_include_pad {
			end.min(length + 2 * padding).saturating_sub(begin)
		} else {
			inside.len()
		};
		(inside, counted)
	};
	spread(x, grad, ranges)
}

/// The mean over windows that cut each axis into as equal parts as possible: output `o` of `n` covers
/// `floor(o·L/n) .. ceil((o+1)·L/n)` of an axis of length `L`. Summed as a reduction, then divided.
pub(crate) fn adaptive_average(x: FlexTensor, output: &[usize]) -> FlexTensor {
	let (x, mut out, shape, _) = operands(x, output);
	let (_, _, input) = split(x.shape());
	let plane_in: usize = input.iter().product();
	let plane_out: usize = output.iter().product();
	let mut window = Vec::new();
	for (position, mean) in out.iter_mut().enumerate() {
		let (plane, o) = (position / plane_out, position % plane_out);
		window.clear();
		let ranges = windows(o, output, |axis, o| adaptive_range(o, output[axis], input[axis]));
		visit(input, &ranges, |at| window.push(x.as_slice()[plane * plane_in + at]));
		*mean = sum(&window) / window.len().max(1) as f32;
	}
	x.like(out, shape)
}

/// Spreads the gradient of each output evenly over its window.
pub(crate) fn adaptive_average_backward(x: FlexTensor, grad: FlexTensor) -> FlexTensor {
	let (input, output) = (x.layout().shape().to_vec(), grad.layout().shape().to_vec());
	let ranges = |axis: usize, o: usize| {
		let range = adaptive_range(o, output[axis + 2], input[axis + 2]);
		let counted = range.len();
		(range, counted)
	};
	spread(x, grad, ranges)
}

type Range = core::ops::Range<usize>;

fn adaptive_range(o: usize, outputs: usize, length: usize) -> Range {
	o * length / outputs..((o + 1) * length).div_ceil(outputs)
}

/// Adds `gradient / count` to every element of each output's window; `range` gives the part of the window inside the
/// input along one axis and how many positions count.
fn spread(x: FlexTensor, grad: FlexTensor, range: impl Fn(usize, usize) -> (Range, usize)) -> FlexTensor {
	let (x, grad) = (Values::new("avg_pool", x), Values::new("avg_pool", grad));
	let (_, _, input) = split(x.shape());
	let (_, _, output) = split(grad.shape());
	let (plane_in, plane_out) = (input.iter().product::<usize>(), output.iter().product::<usize>());
	let mut out = vec![0.0; x.as_slice().len()];
	for (position, &gradient) in grad.as_slice().iter().enumerate() {
		let (plane, o) = (position / plane_out, position % plane_out);
		let windows = windows(o, output, &range);
		let count = windows.iter().map(|(_, counted)| counted).product::<usize>().max(1);
		let share = gradient / count as f32;
		let ranges: Vec<Range> = windows.into_iter().map(|(inside, _)| inside).collect();
		visit(input, &ranges, |at| out[plane * plane_in + at] += share);
	}
	x.like(out, x.shape())
}

/// `range` of each axis for the output at flat position `o`.
fn windows<T>(mut o: usize, output: &[usize], range: impl Fn(usize, usize) -> T) -> Vec<T> {
	let mut windows: Vec<T> = Vec::with_capacity(output.len());
	for (axis, &length) in output.iter().enumerate().rev() {
		windows.push(range(axis, o % length));
		o /= length;
	}
	windows.reverse();
	windows
}

/// Flat positions of a box inside a plane, row-major.
fn visit(shape: &[usize], ranges: &[Range], mut f: impl FnMut(usize)) {
	fn go(shape: &[usize], ranges: &[Range], base: usize, f: &mut impl FnMut(usize)) {
		match (shape, ranges) {
			([length, shape @ ..], [range, ranges @ ..]) => {
				range.clone().for_each(|i| go(shape, ranges, base * length + i, f));
			}
			_ => f(base),
		}
	}
	go(shape, ranges, 0, &mut f);
}

/// Elements, room for the output, its shape, and the number of planes.
fn operands(x: FlexTensor, output: &[usize]) -> (Values, Vec<f32>, Vec<usize>, usize) {
	let x = Values::new("pooling", x);
	let (batch, channels, input) = split(x.shape());
	if input.len() != output.len() {
		refuse("pooling", format_args!("input {:?} does not have {} spatial axes", x.shape(), output.len()));
	}
	let shape = [&[batch, channels], output].concat();
	let out = vec![0.0; shape.iter().product()];
	(x, out, shape, batch * channels)
}
