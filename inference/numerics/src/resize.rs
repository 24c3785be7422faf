//! Resampling along an axis with precomputed weights: the separable part of resizing.

use alloc::vec::Vec;

use crate::{real::Real, sample::cubic};

/// Where the weights of a resampling come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filter {
	/// A triangle: linear interpolation.
	Linear,
	/// Keys' cubic convolution kernel.
	Cubic {
		/// Its parameter, commonly −0.75 or −0.5.
		a: f32,
	},
}

impl Filter {
	/// How far the kernel reaches, in steps of the input.
	const fn support(self) -> f64 {
		match self {
			Self::Linear => 1.0,
			Self::Cubic { .. } => 2.0,
		}
	}

	/// The kernel at a distance.
	fn at(self, distance: f64) -> f64 {
		let x = distance.abs();
		match self {
			Self::Linear => (1.0 - x).max(0.0),
			Self::Cubic { a } => {
				let a = f64::from(a);
				if x <= 1.0 {
					((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
				} else if x < 2.0 {
					((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a
				} else {
					0.0
				}
			}
		}
	}
}

/// How positions of an output axis become weights of positions of the input axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resampling {
	/// The kernel.
	pub filter: Filter,
	/// For shrinking without aliasing, the kernel is stretched by `1 / stretch`, `stretch` in (0, 1]; `None` leaves it alone.
	pub stretch: Option<f64>,
	/// Whether input positions outside are left out and the other weights scaled to a sum of 1. Otherwise the weight of such
	/// a position goes to the end of the axis next to it.
	pub exclude_outside: bool,
}

impl Resampling {
	/// Most input positions with a weight, before those outside are dealt with.
	pub fn window(&self) -> u64 {
		// Saturates for a stretch near zero.
		((2.0 * self.filter.support() / self.stretch.unwrap_or(1.0)) as u64).saturating_add(2)
	}
}

/// The input positions and weights of every position of an output axis. A position may instead have a fixed value.
#[derive(Clone, Debug)]
pub struct Weights<T> {
	outputs: Vec<Output>,
	weights: Vec<T>,
}

#[derive(Clone, Copy, Debug)]
struct Output {
	/// The first input position, `None` for the fixed value.
	first: Option<usize>,
	/// Where the weights start, and how many there are.
	start: usize,
	count: usize,
}

impl<T: Real> Weights<T> {
	/// The weights of output positions that lie at these coordinates of an input axis of `len` positions (at least 1), in
	/// binary64, each operation rounded; the weights are rounded to `T` at the end. `None` is a position with the fixed value.
	///
	/// Let i be ⌊x⌋ and t = x − i. Without stretch, linear weights are 1 − t and t for i and i + 1, cubic ones those of
	/// [`Interpolation::Cubic`](crate::Interpolation) for i − 1 to i + 2. With a stretch s, every position k with
	/// |(k − x) · s| below the kernel's reach has the kernel there, divided by the sum of all in ascending order.
	/// Positions with weight 0 at either end of the window then take no part.
	pub fn new(resampling: &Resampling, coordinates: &[Option<f64>], len: usize) -> Self {
		let mut outputs = Vec::with_capacity(coordinates.len());
		let mut weights = Vec::new();
		let mut window = Vec::new();
		for &coordinate in coordinates {
			let Some(x) = coordinate else {
				outputs.push(Output { first: None, start: 0, count: 0 });
				continue;
			};
			let begin = resampling.weigh(x, &mut window);
			let first = resampling.fold(begin, &mut window, len);
			let start = weights.len();
			weights.extend(window.iter().map(|&weight| T::from_f64(weight)));
			outputs.push(Output { first: Some(first), start, count: window.len() });
		}
		Self { outputs, weights }
	}

	/// Whether every output position is the input position of the same index.
	pub fn is_identity(&self, len: usize) -> bool {
		self.outputs.len() == len
			&& self.outputs.iter().enumerate().all(|(i, output)| {
				output.first == Some(i) && output.count == 1 && self.weights[output.start] == T::ONE
			})
	}

	/// Number of output positions.
	pub fn len(&self) -> usize {
		self.outputs.len()
	}

	/// Whether there are no output positions.
	pub fn is_empty(&self) -> bool {
		self.outputs.is_empty()
	}
}

impl Resampling {
	/// Puts the weights of consecutive positions into `window`; gives the first position.
	fn weigh(&self, x: f64, window: &mut Vec<f64>) -> i64 {
		window.clear();
		let low = Real::floor(x);
		let t = x - low;
		match (self.stretch, self.filter) {
			(None, Filter::Linear) => {
				window.extend([1.0 - t, t]);
				low as i64
			}
			(None, Filter::Cubic { a }) => {
				window.extend(cubic(t, f64::from(a)));
				(low as i64).saturating_sub(1)
			}
			(Some(stretch), filter) => {
				let reach = filter.support() / stretch;
				let begin = Real::ceil(x - reach);
				let end = Real::floor(x + reach);
				let steps = (end - begin) as u64;
				window.extend((0..=steps).map(|k| filter.at((begin + k as f64 - x) * stretch)));
				let sum: f64 = window.iter().fold(0.0, |sum, weight| sum + weight);
				window.iter_mut().for_each(|weight| *weight /= sum);
				begin as i64
			}
		}
	}

	/// Moves or removes the weights of positions outside, and removes zeros at the ends; gives the first position.
	fn fold(&self, begin: i64, window: &mut Vec<f64>, len: usize) -> usize {
		let last = len as i64 - 1;
		let mut folded = Vec::with_capacity(window.len().min(len));
		let mut first = begin.clamp(0, last);
		for (k, &weight) in window.iter().enumerate() {
			let position = begin.saturating_add(k as i64);
			if self.exclude_outside && !(0..=last).contains(&position) {
				continue;
			}
			let slot = usize::try_from(position.clamp(0, last) - first).unwrap_or(0);
			match folded.get_mut(slot) {
				Some(sum) => *sum += weight,
				None => folded.push(weight),
			}
		}
		if self.exclude_outside {
			let sum: f64 = folded.iter().fold(0.0, |sum, weight| sum + weight);
			if sum != 0.0 {
				folded.iter_mut().for_each(|weight| *weight /= sum);
			}
		}
		while folded.len() > 1 && folded.last() == Some(&0.0) {
			folded.pop();
		}
		let zeros =
			folded.iter().take_while(|&&weight| weight == 0.0).count().min(folded.len().saturating_sub(1));
		folded.drain(..zeros);
		first = first.saturating_add(zeros as i64);
		*window = folded;
		usize::try_from(first).unwrap_or(0)
	}
}

/// Resamples the middle axis of `x [outer, len, inner]` into `out [outer, weights.len(), inner]`: every output is the sum of
/// `weight · input` in ascending order of input positions, from the first product on, each operation rounded; or `fixed`.
///
/// The buffers have as many elements as that.
pub fn resample<T: Real>(weights: &Weights<T>, fixed: T, [len, inner]: [usize; 2], x: &[T], out: &mut [T]) {
	let rows = weights.len().saturating_mul(inner);
	if len == 0 || rows == 0 {
		return;
	}
	let planes = x.chunks_exact(len * inner).zip(out.chunks_exact_mut(rows));
	if inner == 1 {
		planes.for_each(|(line, out)| along_line(weights, fixed, line, out));
		return;
	}
	for (plane, out) in planes {
		for (output, row) in weights.outputs.iter().zip(out.chunks_exact_mut(inner)) {
			let Some(first) = output.first else {
				row.fill(fixed);
				continue;
			};
			let inputs = plane[first * inner..].chunks_exact(inner);
			for (k, (input, &weight)) in
				inputs.zip(&weights.weights[output.start..][..output.count]).enumerate()
			{
				let pairs = row.iter_mut().zip(input);
				if k == 0 {
					pairs.for_each(|(sum, &value)| *sum = weight * value);
				} else {
					pairs.for_each(|(sum, &value)| *sum = *sum + weight * value);
				}
			}
		}
	}
}

/// One line of consecutive elements.
fn along_line<T: Real>(weights: &Weights<T>, fixed: T, line: &[T], out: &mut [T]) {
	for (output, to) in weights.outputs.iter().zip(out) {
		let Some(first) = output.first else {
			*to = fixed;
			continue;
		};
		let (values, weights) =
			(&line[first..][..output.count], &weights.weights[output.start..][..output.count]);
		*to = match (values, weights) {
			// The common cases without a loop.
			(&[a], &[u]) => u * a,
			(&[a, b], &[u, v]) => u * a + v * b,
			(&[a, b, c, d], &[u, v, w, z]) => u * a + v * b + w * c + z * d,
			_ => {
				let mut products = values.iter().zip(weights).map(|(&value, &weight)| weight * value);
				let first = products.next().unwrap_or(T::ZERO);
				products.fold(first, |sum, product| sum + product)
			}
		};
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const LINEAR: Resampling = Resampling { filter: Filter::Linear, stretch: None, exclude_outside: false };

	fn weights(resampling: &Resampling, at: f64, len: usize) -> (usize, Vec<f64>) {
		let weights = Weights::<f64>::new(resampling, &[Some(at)], len);
		(weights.outputs[0].first.unwrap(), weights.weights)
	}

	#[test]
	fn weights_outside_should_go_to_the_ends_or_be_left_out() {
		assert_eq!(weights(&LINEAR, 1.25, 4), (1, vec![0.75, 0.25]));
		assert_eq!(weights(&LINEAR, 2.0, 4), (2, vec![1.0]));
		assert_eq!(weights(&LINEAR, -0.25, 4), (0, vec![1.0]));
		assert_eq!(weights(&LINEAR, 3.75, 4), (3, vec![1.0]));
		assert_eq!(weights(&LINEAR, -7.5, 4), (0, vec![1.0]));
		let excluding = Resampling { filter: Filter::Cubic { a: -0.75 }, exclude_outside: true, ..LINEAR };
		let (first, found) = weights(&excluding, 0.5, 4);
		assert_eq!(first, 0);
		assert_eq!(found.len(), 3);
		assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-15);
	}

	#[test]
	fn a_stretched_kernel_should_cover_more_positions() {
		let halving = Resampling { stretch: Some(0.5), ..LINEAR };
		assert_eq!(weights(&halving, 2.5, 6), (1, vec![0.125, 0.375, 0.375, 0.125]));
		assert_eq!(weights(&halving, 0.5, 6), (0, vec![0.5, 0.375, 0.125]));
		assert!(halving.window() >= 4);
		assert_eq!(Resampling { stretch: Some(1e-300), ..LINEAR }.window(), u64::MAX);
	}

	#[test]
	fn resample_should_give_the_same_along_any_axis() {
		let coordinates = [Some(0.25), None, Some(1.5), Some(0.0)];
		let weights = Weights::<f32>::new(&LINEAR, &coordinates, 3);
		let mut line = [0.0; 4];
		resample(&weights, 9.0, [3, 1], &[1.0, 2.0, 4.0], &mut line);
		assert_eq!(line, [1.25, 9.0, 3.0, 1.0]);
		let mut rows = [0.0; 8];
		resample(&weights, 9.0, [3, 2], &[1.0, 10.0, 2.0, 20.0, 4.0, 40.0], &mut rows);
		assert_eq!(rows, [1.25, 12.5, 9.0, 9.0, 3.0, 30.0, 1.0, 10.0]);
	}
}
