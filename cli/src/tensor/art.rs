//! A tensor as a picture in a terminal: one grey block per element.

use super::{elements_as_f64, format_shape, type_name};
use crate::error::{Code, Error, Result};
use assay_primitives::Tensor;

/// From the smallest to the largest value.
const SHADES: [&str; 5] = ["  ", "░░", "▒▒", "▓▓", "██"];
/// Most pixels in a row or column; larger pictures are averaged down.
const MAX_SIDE: usize = 60;

/// Renders the last two dimensions of the first item of a tensor of rank 2 or more. The value range is stretched to the
/// shades; NaN is `??`.
pub fn render(tensor: &Tensor) -> Result<String> {
	let (height, width) = match tensor.dims() {
		[.., height, width] if !tensor.dims().contains(&0) => (*height as usize, *width as usize),
		dims => {
			return Err(Error::new(
				Code::InputShape,
				format!("a tensor of shape {} is not a picture", format_shape(dims)),
				"show a tensor with at least two dimensions and at least one element",
			));
		}
	};
	let mut pixels = elements_as_f64(tensor);
	pixels.truncate(height * width);
	let scale = height.max(width).div_ceil(MAX_SIDE);
	let (rows, columns) = (height.div_ceil(scale), width.div_ceil(scale));
	let averaged: Vec<f64> = (0..rows * columns)
		.map(|place| average(&pixels, width, place / columns * scale, place % columns * scale, scale))
		.collect();
	let finite = || averaged.iter().copied().filter(|value| value.is_finite());
	let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
	Ok(averaged
		.chunks(columns)
		.map(|row| {
			let line: String = row.iter().map(|value| shade(*value, low, high)).collect();
			format!("{}\n", line.trim_end())
		})
		.collect())
}

/// Mean of a square of `scale`² elements, cut off at the picture's edges.
fn average(pixels: &[f64], width: usize, top: usize, left: usize, scale: usize) -> f64 {
	let square =
		pixels.chunks(width).skip(top).take(scale).flat_map(|row| row.iter().skip(left).take(scale)).copied();
	let (sum, count) = square.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
	sum / count
}

fn shade(value: f64, low: f64, high: f64) -> &'static str {
	if value.is_nan() {
		return "??";
	}
	let position = if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
	SHADES[(position * (SHADES.len() - 1) as f64).round() as usize]
}

/// One line that says what the picture shows.
pub fn caption(tensor: &Tensor) -> String {
	let values = elements_as_f64(tensor);
	let low = values.iter().copied().fold(f64::INFINITY, f64::min);
	let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
	format!("{} {}, {low} to {high}", type_name(tensor.data_type()), format_shape(tensor.dims()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::DataType;

	fn picture(dims: &[u64], values: &[f32]) -> Tensor {
		let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
		Tensor::new(DataType::F32, dims.to_vec(), data).expect("data fits the shape")
	}

	#[test]
	fn render_should_map_the_range_to_shades() {
		let drawn =
			render(&picture(&[1, 2, 3], &[0.0, 4.0, 8.0, 16.0, 12.0, f32::NAN])).expect("is a picture");
		assert_eq!(drawn, "  ░░▒▒\n██▓▓??\n");
	}

	#[test]
	fn render_should_show_the_first_item_of_a_batch() {
		let drawn = render(&picture(&[2, 1, 2], &[0.0, 1.0, 1.0, 1.0])).expect("is a picture");
		assert_eq!(drawn, "  ██\n");
	}

	#[test]
	fn render_should_average_when_the_picture_is_larger_than_a_terminal() {
		let side = 120;
		let values: Vec<f32> =
			(0..side * side).map(|i| if i % side < side / 2 { 0.0 } else { 1.0 }).collect();
		let drawn = render(&picture(&[side as u64, side as u64], &values)).expect("is a picture");
		assert_eq!(drawn.lines().count(), MAX_SIDE);
		assert!(drawn.lines().all(|line| line == format!("{}{}", " ".repeat(60), "█".repeat(60))));
	}

	#[test]
	fn render_should_refuse_when_there_is_no_picture() {
		for dims in [&[4][..], &[]] {
			let values = vec![0.0; dims.iter().product::<u64>() as usize];
			assert_eq!(render(&picture(dims, &values)).expect_err("no picture").code, Code::InputShape);
		}
		assert!(render(&picture(&[0, 3], &[])).is_err());
	}
}
