//! Deformable convolution: a convolution whose taps are moved by learned offsets and scaled by a learned mask.

use assay_numerics::{MatMul, Strides, fma::fma, matmul};
use burn_backend::ops::{DeformConvOptions, conv::calculate_conv_output_size};
use burn_flex::FlexTensor;

use super::conv::split;
use crate::strict::values::{Values, computed, cpu, refuse};

const NAME: &str = "deform_conv2d";

/// `x [N, C, H, W]`, `offset [N, 2·G·kh·kw, oh, ow]` (row, column pairs), `weight [M, C / groups, kh, kw]`,
/// `mask [N, G·kh·kw, oh, ow]`, `bias [M]` → `[N, M, oh, ow]`.
///
/// Taps are sampled bilinearly, then each output is a dot product in the order of a convolution, and the bias is added.
pub(super) fn deform_conv2d(
	x: FlexTensor,
	offset: FlexTensor,
	weight: FlexTensor,
	mask: Option<FlexTensor>,
	bias: Option<FlexTensor>,
	options: &DeformConvOptions<2>,
) -> FlexTensor {
	let (x, offset, weight) = (Values::new(NAME, x), Values::new(NAME, offset), Values::new(NAME, weight));
	let mask = mask.map(|mask| Values::new(NAME, mask));
	let bias = bias.map(|bias| Values::new(NAME, bias));
	let layout = Layout::new(x.shape(), weight.shape(), options);
	let taps = layout.kernel[0] * layout.kernel[1];
	let pixels = layout.output[0] * layout.output[1];
	layout.check("offset", offset.shape(), 2 * options.offset_groups * taps);
	if let Some(mask) = &mask {
		layout.check("mask", mask.shape(), options.offset_groups * taps);
	}

	let groups = options.weight_groups;
	let (outputs, depth) = (layout.out_channels / groups, layout.channels / groups * taps);
	let product = MatMul {
		m: outputs,
		k: depth,
		n: pixels,
		a: Strides::row_major(depth),
		b: Strides::row_major(pixels),
	};
	let mut out = vec![0.0; layout.batch * layout.out_channels * pixels];
	for (block, out) in out.chunks_exact_mut(outputs * pixels).enumerate() {
		let (image, group) = (block / groups, block % groups);
		let columns = layout.columns(image, group, &x, &offset, mask.as_ref(), options);
		let weight = &weight.as_slice()[group * outputs * depth..][..outputs * depth];
		computed(NAME, matmul(cpu(), &product, weight, &columns, out));
		if let Some(bias) = &bias {
			let bias = &bias.as_slice()[group * outputs..][..outputs];
			for (row, &bias) in out.chunks_exact_mut(pixels).zip(bias) {
				row.iter_mut().for_each(|pixel| *pixel += bias);
			}
		}
	}
	x.like(out, [layout.batch, layout.out_channels, layout.output[0], layout.output[1]])
}

struct Layout {
	batch: usize,
	channels: usize,
	out_channels: usize,
	input: [usize; 2],
	kernel: [usize; 2],
	output: [usize; 2],
}

impl Layout {
	fn new(x: &[usize], weight: &[usize], options: &DeformConvOptions<2>) -> Self {
		let (batch, channels, input) = split(x);
		let (out_channels, depth, kernel) = split(weight);
		let groups = options.weight_groups;
		match (input, kernel) {
			(&[height, width], &[rows, columns])
				if depth * groups == channels
					&& out_channels % groups == 0
					&& channels % options.offset_groups == 0 =>
			{
				let (input, kernel) = ([height, width], [rows, columns]);
				let output = core::array::from_fn(|i| {
					let (stride, padding, dilation) =
						(options.stride[i], options.padding[i], options.dilation[i]);
					calculate_conv_output_size(kernel[i], stride, padding, dilation, input[i])
				});
				Self { batch, channels, out_channels, input, kernel, output }
			}
			_ => refuse(NAME, format_args!("input {x:?}, weight {weight:?} and the groups do not fit")),
		}
	}

	fn check(&self, what: &str, shape: &[usize], channels: usize) {
		let expected = [self.batch, channels, self.output[0], self.output[1]];
		if shape != expected {
			refuse(NAME, format_args!("{what} has shape {shape:?}, not {expected:?}"));
		}
	}

	/// The sampled taps of one image and weight group, `[channels of the group · taps, output pixels]`.
	fn columns(
		&self,
		image: usize,
		group: usize,
		x: &Values,
		offset: &Values,
		mask: Option<&Values>,
		options: &DeformConvOptions<2>,
	) -> Vec<f32> {
		let [height, width] = self.input;
		let taps = self.kernel[0] * self.kernel[1];
		let pixels = self.output[0] * self.output[1];
		let depth = self.channels / options.weight_groups;
		let per_offset_group = self.channels / options.offset_groups;
		let mut columns = Vec::with_capacity(depth * taps * pixels);
		for channel in group * depth..(group + 1) * depth {
			let plane = &x.as_slice()[(image * self.channels + channel) * height * width..][..height * width];
			for tap in 0..taps {
				let (row, column) = (tap / self.kernel[1], tap % self.kernel[1]);
				let moved = (image * options.offset_groups + channel / per_offset_group) * taps + tap;
				for pixel in 0..pixels {
					let (oy, ox) = (pixel / self.output[1], pixel % self.output[1]);
					let regular = |axis: usize, o: usize, tap: usize| {
						(o * options.stride[axis] + tap * options.dilation[axis]) as f32
							- options.padding[axis] as f32
					};
					let y = regular(0, oy, row) + offset.as_slice()[2 * moved * pixels + pixel];
					let x = regular(1, ox, column) + offset.as_slice()[(2 * moved + 1) * pixels + pixel];
					let value = bilinear(plane, self.input, y, x);
					columns.push(match mask {
						Some(mask) => value * mask.as_slice()[moved * pixels + pixel],
						None => value,
					});
				}
			}
		}
		columns
	}
}

/// The plane at a fractional position; zero outside. Columns first, then rows, fused from +0.
fn bilinear(plane: &[f32], [height, width]: [usize; 2], y: f32, x: f32) -> f32 {
	let (top, left) = (y.floor(), x.floor());
	let at = |row: f32, column: f32| {
		let inside = row >= 0.0 && column >= 0.0 && row < height as f32 && column < width as f32;
		if inside { plane[row as usize * width + column as usize] } else { 0.0 }
	};
	let (down, right) = (y - top, x - left);
	let along = |row: f32| fma(right, at(row, left + 1.0), fma(1.0 - right, at(row, left), 0.0));
	fma(down, along(top + 1.0), fma(1.0 - down, along(top), 0.0))
}
