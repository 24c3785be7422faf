//! Resizing images.
//!
//! Both axes are resampled with a list of taps per output coordinate: input positions and weights. Weights are computed
//! in `f64` by IEEE-754 basic operations (the sine of Lanczos by this project's `f32` one) and rounded to `f32` once.
//! A pixel is the fused dot product over the rows' taps of the fused dot products over the columns' taps, both from +0
//! in ascending order.

use assay_numerics::{fma::fma, math};
use burn_backend::ops::{InterpolateMode, InterpolateOptions};
use burn_flex::FlexTensor;

use super::conv::split;
use crate::strict::values::{Values, refuse};

/// One input position that an output coordinate depends on.
#[derive(Clone, Copy)]
struct Tap {
	index: usize,
	weight: f32,
}

/// Resizes the last two axes of `x [N, C, H, W]` to `output_size`.
pub(super) fn interpolate(
	x: FlexTensor,
	output_size: [usize; 2],
	options: &InterpolateOptions,
) -> FlexTensor {
	let x = Values::new("interpolate", x);
	let (batch, channels, [height, width]) = image(x.shape());
	let rows = taps(options, height, output_size[0]);
	let columns = taps(options, width, output_size[1]);
	let mut out = Vec::with_capacity(batch * channels * rows.len() * columns.len());
	for plane in x.as_slice().chunks_exact(height * width) {
		for row in &rows {
			out.extend(columns.iter().map(|column| {
				row.iter().fold(0.0, |pixel, y| {
					let line = &plane[y.index * width..][..width];
					let value = column.iter().fold(0.0, |sum, x| fma(x.weight, line[x.index], sum));
					fma(y.weight, value, pixel)
				})
			}));
		}
	}
	x.like(out, [batch, channels, output_size[0], output_size[1]])
}

/// The gradient of [`interpolate`]: each output's gradient goes to its taps, times the product of their weights.
pub(super) fn interpolate_backward(
	x: FlexTensor,
	grad: FlexTensor,
	output_size: [usize; 2],
	options: &InterpolateOptions,
) -> FlexTensor {
	let (x, grad) = (Values::new("interpolate", x), Values::new("interpolate", grad));
	let (_, _, [height, width]) = image(x.shape());
	let rows = taps(options, height, output_size[0]);
	let columns = taps(options, width, output_size[1]);
	let mut out = vec![0.0; x.as_slice().len()];
	let planes = out.chunks_exact_mut(height * width);
	for (plane, gradients) in planes.zip(grad.as_slice().chunks_exact(rows.len() * columns.len())) {
		for (row, gradients) in rows.iter().zip(gradients.chunks_exact(columns.len())) {
			for (column, &gradient) in columns.iter().zip(gradients) {
				for y in row {
					for x in column {
						let element = &mut plane[y.index * width + x.index];
						*element = fma(y.weight * x.weight, gradient, *element);
					}
				}
			}
		}
	}
	x.like(out, x.shape())
}

fn image(shape: &[usize]) -> (usize, usize, [usize; 2]) {
	match split(shape) {
		(batch, channels, &[height, width]) if height > 0 && width > 0 => (batch, channels, [height, width]),
		_ => refuse("interpolate", format_args!("shape {shape:?} is not [N, C, H, W] with pixels")),
	}
}

/// The taps of every output coordinate along one axis.
fn taps(options: &InterpolateOptions, input: usize, output: usize) -> Vec<Vec<Tap>> {
	let last = input - 1;
	let scale = input as f64 / output as f64;
	let coordinate = |o: usize| {
		if options.align_corners {
			o as f64 * (last as f64 / output.saturating_sub(1).max(1) as f64)
		} else {
			(o as f64 + 0.5) * scale - 0.5
		}
	};
	let nearest = |position: f64| vec![Tap { index: (position as usize).min(last), weight: 1.0 }];
	(0..output)
		.map(|o| match options.mode {
			InterpolateMode::Nearest => nearest(o as f64 * scale),
			InterpolateMode::NearestExact => nearest((o as f64 + 0.5) * scale),
			InterpolateMode::Bilinear => {
				let at = coordinate(o).max(0.0);
				let low = (at as usize).min(last);
				let high = (low + 1).min(last);
				let weight = (at - low as f64) as f32;
				vec![Tap { index: low, weight: 1.0 - weight }, Tap { index: high, weight }]
			}
			InterpolateMode::Bicubic => {
				let at = coordinate(o);
				let base = at.floor();
				(-1..=2)
					.map(|offset| Tap {
						index: (base as i64 + offset).clamp(0, last as i64) as usize,
						weight: cubic(at - base - offset as f64) as f32,
					})
					.collect()
			}
			InterpolateMode::Lanczos3 => lanczos(coordinate(o), last),
		})
		.collect()
}

/// Keys' cubic convolution kernel with `a = -0.75`.
fn cubic(distance: f64) -> f64 {
	const A: f64 = -0.75;
	let t = distance.abs();
	if t < 1.0 {
		((A + 2.0) * t - (A + 3.0)) * t * t + 1.0
	} else if t < 2.0 {
		((A * t - 5.0 * A) * t + 8.0 * A) * t - 4.0 * A
	} else {
		0.0
	}
}

/// The six taps of a sinc-windowed sinc, those outside the image left out and the others scaled to a sum of 1.
fn lanczos(at: f64, last: usize) -> Vec<Tap> {
	let base = at.floor();
	let weights: Vec<(usize, f64)> = (-2..=3)
		.filter_map(|offset| {
			let index = usize::try_from(base as i64 + offset).ok().filter(|&index| index <= last)?;
			Some((index, lanczos3(at - base - offset as f64)))
		})
		.collect();
	let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
	weights.into_iter().map(|(index, weight)| Tap { index, weight: (weight / sum) as f32 }).collect()
}

fn lanczos3(distance: f64) -> f64 {
	let x = core::f64::consts::PI * distance;
	if x == 0.0 {
		return 1.0;
	}
	if distance.abs() >= 3.0 {
		return 0.0;
	}
	let sine = |x: f64| f64::from(math::sin(x as f32));
	sine(x) * sine(x / 3.0) / (x * (x / 3.0))
}
