//! Values between the points of a grid: the taps that a fractional coordinate has along an axis, and their weighted sum.

use crate::real::Real;

/// Most points that a coordinate depends on along an axis.
pub const MAX_TAPS: usize = 4;

/// How values between points come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interpolation {
	/// The nearest point; of two, the one with an even index.
	Nearest,
	/// A weighted mean of the two neighbours.
	Linear,
	/// Keys' cubic convolution of the four neighbours, with `a = −0.75`.
	Cubic,
}

/// What lies outside the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
	/// Zeros.
	Zeros,
	/// The nearest point of the border.
	Border,
	/// A mirror image.
	Reflection,
}

/// An axis that is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
	/// Number of points, at least 1.
	pub len: usize,
	/// What lies outside.
	pub padding: Padding,
	/// Whether the grid ends in the middle of its outermost points, at 0 and `len − 1`; otherwise half a step further.
	pub ends_at_points: bool,
}

/// A point that contributes with a weight; no index where there are only zeros.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tap<T> {
	/// Position on the axis.
	pub index: Option<usize>,
	/// Factor.
	pub weight: T,
}

/// The taps of one coordinate along one axis, in ascending order.
#[derive(Clone, Copy, Debug)]
pub struct Taps<T> {
	taps: [Tap<T>; MAX_TAPS],
	len: usize,
}

impl<T: Real> Taps<T> {
	/// The taps of `coordinate`. Weights are computed in the coordinate's type `C` and rounded to `T`.
	pub fn new<C: Real>(interpolation: Interpolation, axis: Axis, coordinate: C) -> Self {
		let at = match interpolation {
			Interpolation::Nearest => coordinate.round_half_even(),
			_ => coordinate,
		};
		let at = axis.moved_inside(at);
		let low = at.floor();
		let rest = at - low;
		let first = low.to_f64() as i64;
		let mut weights = [C::ZERO; MAX_TAPS];
		let (begin, count) = match interpolation {
			Interpolation::Nearest => {
				weights[0] = C::ONE;
				(first, 1)
			}
			Interpolation::Linear => {
				weights[..2].copy_from_slice(&[C::ONE - rest, rest]);
				(first, 2)
			}
			Interpolation::Cubic => {
				weights = cubic(rest, C::from_f64(-0.75));
				(first.saturating_sub(1), 4)
			}
		};
		let mut taps = [Tap { index: None, weight: T::ZERO }; MAX_TAPS];
		for (i, (tap, weight)) in taps.iter_mut().zip(weights).take(count).enumerate() {
			let index = axis.point(begin.saturating_add(i as i64));
			*tap = Tap { index, weight: T::from_f64(weight.to_f64()) };
		}
		Self { taps, len: count }
	}

	/// In ascending order.
	pub fn as_slice(&self) -> &[Tap<T>] {
		&self.taps[..self.len]
	}
}

/// The weights of the four neighbours of a point at distance `t` in 0..1 from the second (R. G. Keys, "Cubic convolution
/// interpolation for digital image processing", 1981), each operation rounded.
pub(crate) fn cubic<T: Real>(t: T, a: T) -> [T; 4] {
	let [one, two] = [1.0, 2.0].map(T::from_f64);
	let near = |t: T| ((a + two) * t - (a + T::from_f64(3.0))) * t * t + one;
	let far = |t: T| ((a * t - T::from_f64(5.0) * a) * t + T::from_f64(8.0) * a) * t - T::from_f64(4.0) * a;
	[far(t + one), near(t), near(one - t), far(two - t)]
}

impl Axis {
	/// Brings a coordinate beyond the ends of the grid to where it is looked up.
	fn moved_inside<C: Real>(self, at: C) -> C {
		let last = C::from_count(self.len - 1);
		let half = if self.ends_at_points { C::ZERO } else { C::from_f64(0.5) };
		let (low, high) = (-half, last + half);
		match self.padding {
			Padding::Border if at < low => C::ZERO,
			Padding::Border if at > high => last,
			Padding::Reflection => reflect(at, low, high),
			_ => at,
		}
	}

	/// The grid point that stands at a position.
	fn point(self, index: i64) -> Option<usize> {
		let last = self.len as i64 - 1;
		match self.padding {
			Padding::Zeros => usize::try_from(index).ok().filter(|&index| index < self.len),
			Padding::Border => usize::try_from(index.clamp(0, last)).ok(),
			Padding::Reflection => {
				// One period, there and back: the border's points come twice if the mirror stands beyond them.
				let (period, mirror) =
					if self.ends_at_points { (2 * last, 2 * last) } else { (2 * last + 2, 2 * last + 1) };
				let at = index.checked_rem_euclid(period).unwrap_or(0);
				usize::try_from(at.min(mirror - at)).ok()
			}
		}
	}
}

/// Mirrors a number at two borders until it lies between them. Divided by the distance of the borders, the number of times
/// is rounded towards zero; the rest is what remains after that many distances, each operation rounded.
fn reflect<C: Real>(x: C, low: C, high: C) -> C {
	let range = high - low;
	if range == C::ZERO {
		return low;
	}
	let (beyond, from_low) = if x < low {
		(low - x, true)
	} else if x > high {
		(x - high, false)
	} else {
		return x;
	};
	let times = (beyond / range).trunc();
	let rest = beyond - times * range;
	let odd = times.to_f64() as i64 % 2 != 0;
	if from_low != odd { low + rest } else { high - rest }
}

/// The value at a place between the points of a row-major `plane`: along the innermost axis first, the sum of
/// `weight · value` in ascending order of the taps, from the first product on, each operation rounded. A tap without an index
/// counts as a value of +0. One element of `taps` and `strides` per axis.
pub fn interpolate<T: Real>(plane: &[T], taps: &[Taps<T>], strides: &[usize]) -> T {
	fn along<T: Real>(plane: &[T], at: Option<usize>, taps: &[Taps<T>], strides: &[usize]) -> T {
		let (Some((axis, taps)), Some((stride, strides))) = (taps.split_first(), strides.split_first())
		else {
			return at.and_then(|at| plane.get(at)).copied().unwrap_or(T::ZERO);
		};
		let value = |tap: &Tap<T>| {
			let at = at.zip(tap.index).map(|(at, index)| at + index * stride);
			tap.weight * along(plane, at, taps, strides)
		};
		let mut terms = axis.as_slice().iter();
		let first = terms.next().map_or(T::ZERO, value);
		terms.fold(first, |sum, tap| sum + value(tap))
	}
	along(plane, Some(0), taps, strides)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn taps(interpolation: Interpolation, axis: Axis, at: f32) -> Vec<(i32, f32)> {
		let taps = Taps::<f32>::new(interpolation, axis, at);
		taps.as_slice().iter().map(|tap| (tap.index.map_or(-1, |index| index as i32), tap.weight)).collect()
	}

	#[test]
	fn nearest_should_prefer_even_points() {
		let axis = Axis { len: 4, padding: Padding::Zeros, ends_at_points: false };
		let nearest = |at| taps(Interpolation::Nearest, axis, at);
		assert_eq!(nearest(0.5), [(0, 1.0)]);
		assert_eq!(nearest(1.5), [(2, 1.0)]);
		assert_eq!(nearest(-0.6), [(-1, 1.0)]);
	}

	#[test]
	fn linear_should_weigh_neighbours_by_distance_and_treat_the_outside_as_told() {
		let linear = |padding, ends_at_points, at| {
			taps(Interpolation::Linear, Axis { len: 3, padding, ends_at_points }, at)
		};
		assert_eq!(linear(Padding::Zeros, false, 2.25), [(2, 0.75), (-1, 0.25)]);
		assert_eq!(linear(Padding::Border, false, 5.0), [(2, 1.0), (2, 0.0)]);
		assert_eq!(linear(Padding::Border, false, -0.25), [(0, 0.25), (0, 0.75)]);
		assert_eq!(linear(Padding::Reflection, true, -0.25), [(0, 0.75), (1, 0.25)]);
		assert_eq!(linear(Padding::Reflection, false, -0.75), [(0, 0.25), (0, 0.75)]);
		assert_eq!(linear(Padding::Reflection, true, 4.5), [(0, 0.5), (1, 0.5)]);
	}

	#[test]
	fn cubic_should_pass_through_the_points() {
		assert_eq!(cubic(0.0f32, -0.75), [0.0, 1.0, 0.0, 0.0]);
		assert_eq!(cubic(0.5f64, -0.75), [-0.09375, 0.59375, 0.59375, -0.09375]);
	}

	#[test]
	fn reflection_should_stay_inside_for_any_number() {
		for ends_at_points in [false, true] {
			for len in [1, 2, 5] {
				let axis = Axis { len, padding: Padding::Reflection, ends_at_points };
				for at in [0.0, 1e30, -1e30, 7.3e9, f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
					for interpolation in [Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic]
					{
						let taps = Taps::<f32>::new(interpolation, axis, at);
						assert!(taps.as_slice().iter().all(|tap| tap.index.is_some_and(|index| index < len)));
					}
				}
			}
		}
	}

	#[test]
	fn interpolation_should_weigh_axis_by_axis() {
		let plane = [1.0f32, 2.0, 3.0, 4.0];
		let axis = Axis { len: 2, padding: Padding::Zeros, ends_at_points: false };
		let at = |at: f32| Taps::new(Interpolation::Linear, axis, at);
		assert_eq!(interpolate(&plane, &[at(0.5), at(0.5)], &[2, 1]), 2.5);
		assert_eq!(interpolate(&plane, &[at(1.5), at(0.0)], &[2, 1]), 1.5);
	}
}
