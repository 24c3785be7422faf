//! Regions of an image brought to a fixed size.

use alloc::vec::Vec;
use core::ops::Range;

use crate::real::Real;

/// A region `[start, end]` on one axis of an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent<T> {
	/// Where it begins, in the coordinates of the region's image.
	pub start: T,
	/// Where it ends.
	pub end: T,
}

/// How `RoiAlign` samples an axis: which part of it, and how densely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoiGrid<T> {
	/// Where the region begins on the axis.
	start: T,
	/// Size of a bin.
	bin: T,
	/// Samples per bin, also those outside the image.
	density: u64,
	bins: usize,
	/// Positions of the image on the axis.
	len: usize,
}

/// What `RoiAlign` does with every region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoiScale {
	/// Positions of the image for one unit of a region's coordinates.
	pub spatial_scale: f32,
	/// Whether positions are half a step off, which also permits regions smaller than 1.
	pub half_pixel: bool,
	/// Samples per bin and axis; 0 for one per position.
	pub sampling_ratio: u32,
}

/// A sample between two neighbours on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sample<T> {
	low: usize,
	high: usize,
	low_weight: T,
	high_weight: T,
}

impl<T: Real> RoiGrid<T> {
	/// A region on an axis of `len` positions (at least 1), cut into `bins`. Each operation is rounded:
	/// `start · scale − offset`, the offset 0.5 or 0; the same for the end; the size is their difference, at least 1 without
	/// the half pixel; a bin is `size / bins`; and there is a sample per position: ⌈size / bins⌉.
	pub fn new(scale: &RoiScale, extent: Extent<T>, bins: usize, len: usize) -> Self {
		let factor = T::from_f64(scale.spatial_scale.into());
		let offset = if scale.half_pixel { T::from_f64(0.5) } else { T::ZERO };
		let start = extent.start * factor - offset;
		let mut size = extent.end * factor - offset - start;
		if !scale.half_pixel {
			size = size.maximum(T::ONE);
		}
		let bin = size / T::from_count(bins);
		let density = match scale.sampling_ratio {
			0 => u64::try_from(bin.ceil().to_f64() as i64).unwrap_or(0),
			ratio => ratio.into(),
		};
		Self { start, bin, density, bins, len }
	}

	/// At least as many samples as lie inside the image.
	pub fn samples(&self) -> u64 {
		let all = (self.bins as u64).saturating_mul(self.density);
		// They are equally spaced, but for rounding: a region that begins far away and ends in the image, or beyond it, may have
		// very many samples in one place.
		let epsilon = if size_of::<T>() == 4 { f32::EPSILON.into() } else { f64::EPSILON };
		let farthest = self.start.to_f64().abs() + self.bin.to_f64().abs() * self.bins as f64;
		let width = self.len as f64 + 1.0 + 8.0 * epsilon * farthest;
		let reach = width * self.density as f64 / self.bin.to_f64().abs();
		// Room for what rounding may add; saturates, and a bin of no size has all of its samples in one place.
		if reach.is_nan() {
			all
		} else {
			all.min((reach as u64).saturating_add(2).saturating_add(reach as u64 >> 10))
		}
	}

	/// Where sample `index` of a bin lies: `(start + b · bin) + ((index + 0.5) · bin) / density`.
	fn position(&self, bin: usize, index: u64) -> T {
		let along =
			(T::from_f64(index as f64) + T::from_f64(0.5)) * self.bin / T::from_f64(self.density as f64);
		self.start + T::from_count(bin) * self.bin + along
	}

	/// The samples of a bin that lie in −1..=len; they follow one another, whichever way the region runs.
	fn inside(&self, bin: usize) -> Range<u64> {
		let (low, high) = (-T::ONE, T::from_count(self.len));
		let backwards = self.bin < T::ZERO;
		let first = first_where(self.density, |index| {
			let at = self.position(bin, index);
			if backwards { at <= high } else { at >= low }
		});
		let end = first_where(self.density, |index| {
			let at = self.position(bin, index);
			if backwards { at < low } else { at > high }
		});
		first..end.max(first)
	}

	/// The samples inside the image, bin by bin.
	fn table(&self) -> (Vec<Sample<T>>, Vec<Range<usize>>) {
		let mut samples = Vec::new();
		let mut bins = Vec::with_capacity(self.bins);
		for bin in 0..self.bins {
			let begin = samples.len();
			samples.extend(self.inside(bin).map(|index| sample(self.position(bin, index), self.len)));
			bins.push(begin..samples.len());
		}
		(samples, bins)
	}
}

/// The first of `0..count` with a property that all from there on have; `count` if none has it.
fn first_where(count: u64, holds: impl Fn(u64) -> bool) -> u64 {
	let (mut low, mut high) = (0, count);
	while low < high {
		let middle = low + (high - low) / 2;
		if holds(middle) { high = middle } else { low = middle + 1 }
	}
	low
}

/// The neighbours of a position; beyond the first and last point these stand alone.
fn sample<T: Real>(at: T, len: usize) -> Sample<T> {
	let at = at.maximum(T::ZERO);
	let low = usize::try_from(at.to_f64() as i64).unwrap_or(0);
	if low + 1 >= len {
		let last = len - 1;
		return Sample { low: last, high: last, low_weight: T::ONE, high_weight: T::ZERO };
	}
	let rest = at - T::from_count(low);
	Sample { low, high: low + 1, low_weight: T::ONE - rest, high_weight: rest }
}

/// What becomes of the samples of a bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoiMode {
	/// Their mean, those outside counting as +0.
	Average,
	/// The greatest product of a point and its weight, one outside counting as +0.
	Max,
}

/// Brings the same region of several `planes`, each `rows.len × columns.len`, to `rows.bins × columns.bins`.
///
/// A sample has four neighbours with the weights `row · column`; its value is
/// `((w1 · v1 + w2 · v2) + w3 · v3) + w4 · v4`, upper row first, left first. The samples of a bin are added in row-major order,
/// from the first on, and the sum is divided by the number of all samples.
pub fn roi_align<T: Real>(
	mode: RoiMode,
	rows: &RoiGrid<T>,
	columns: &RoiGrid<T>,
	planes: &[T],
	out: &mut [T],
) {
	let (row_samples, row_bins) = rows.table();
	let (column_samples, column_bins) = columns.table();
	let all = (rows.density as f64) * (columns.density as f64);
	let count = T::from_f64(all.max(1.0));
	let bins = out.chunks_exact_mut((rows.bins * columns.bins).max(1));
	for (plane, out) in planes.chunks_exact(rows.len * columns.len).zip(bins) {
		for (out, ys) in out.chunks_exact_mut(columns.bins).zip(&row_bins) {
			for (out, xs) in out.iter_mut().zip(&column_bins) {
				let values = row_samples[ys.clone()].iter().flat_map(|y| {
					let upper = &plane[y.low * columns.len..][..columns.len];
					let lower = &plane[y.high * columns.len..][..columns.len];
					column_samples[xs.clone()].iter().map(move |x| {
						let (near, far) = (y.low_weight, y.high_weight);
						[
							near * x.low_weight * upper[x.low],
							near * x.high_weight * upper[x.high],
							far * x.low_weight * lower[x.low],
							far * x.high_weight * lower[x.high],
						]
					})
				});
				*out = match mode {
					RoiMode::Average => {
						values
							.map(|[a, b, c, d]| a + b + c + d)
							.reduce(|sum, value| sum + value)
							.unwrap_or(T::ZERO) / count
					}
					RoiMode::Max => {
						let inside = ys.len() as f64 * xs.len() as f64;
						let outside = if inside < all { Some(T::ZERO) } else { None };
						let greatest = values.map(|[a, b, c, d]| a.maximum(b).maximum(c).maximum(d));
						greatest.chain(outside).reduce(T::maximum).unwrap_or(T::ZERO)
					}
				};
			}
		}
	}
}

/// The positions of each bin of `MaxRoiPool` on an axis of `len` positions. The region runs from `start · scale` to
/// `end · scale`, both rounded to integers, half away from zero; it is at least 1 long, the end included. Bin b covers
/// ⌊b · size⌋ to ⌈(b + 1) · size⌉ from there, `size` being the region's length divided by the number of bins.
pub fn roi_bins<T: Real>(
	spatial_scale: f32,
	extent: Extent<T>,
	bins: usize,
	len: usize,
) -> Vec<Range<usize>> {
	let factor = T::from_f64(spatial_scale.into());
	let start = round_half_away(extent.start * factor);
	let end = round_half_away(extent.end * factor);
	let size = (end - start + T::ONE).maximum(T::ONE) / T::from_count(bins);
	let inside = |at: T| usize::try_from((at + start).to_f64() as i64).unwrap_or(0).min(len);
	(0..bins)
		.map(|bin| {
			let (begin, end) = (T::from_count(bin) * size, T::from_count(bin + 1) * size);
			inside(begin.floor())..inside(end.ceil())
		})
		.collect()
}

fn round_half_away<T: Real>(x: T) -> T {
	let whole = x.trunc();
	let one = if x < T::ZERO { -T::ONE } else { T::ONE };
	if (x - whole).abs() >= T::from_f64(0.5) { whole + one } else { whole }
}

#[cfg(test)]
mod tests {
	use super::*;

	const SCALE: RoiScale = RoiScale { spatial_scale: 1.0, half_pixel: true, sampling_ratio: 0 };

	#[test]
	fn the_whole_image_should_come_back_when_bins_are_positions() {
		let grid = RoiGrid::new(&SCALE, Extent { start: 0.0f32, end: 2.0 }, 2, 2);
		let mut out = [0.0; 4];
		roi_align(RoiMode::Average, &grid, &grid, &[1.0, 2.0, 3.0, 4.0], &mut out);
		// Samples at 0 and 1.
		assert_eq!(out, [1.0, 2.0, 3.0, 4.0]);
	}

	#[test]
	fn samples_outside_should_count_as_zeros() {
		let grid =
			|start, end| RoiGrid::new(&RoiScale { half_pixel: false, ..SCALE }, Extent { start, end }, 1, 2);
		let (inside, outside) = (grid(0.0f32, 2.0), grid(10.0f32, 12.0));
		let mut out = [7.0];
		roi_align(RoiMode::Average, &inside, &outside, &[1.0; 4], &mut out);
		assert_eq!(out, [0.0]);
		// Samples at 1.5 and 2.5, the second beyond the image.
		let half = grid(1.0, 3.0);
		assert_eq!(half.inside(0), 0..1);
		roi_align(RoiMode::Average, &half, &inside, &[1.0; 4], &mut out);
		assert_eq!(out, [0.5]);
		roi_align(RoiMode::Max, &half, &inside, &[-1.0; 4], &mut out);
		assert_eq!(out, [0.0]);
	}

	#[test]
	fn huge_and_wild_regions_should_have_few_samples_inside() {
		for (start, end) in
			[(-1e30f32, 1e30), (0.0, f32::INFINITY), (f32::NAN, 1.0), (5.0, -5.0), (1e30, -1e30), (3.0, 3.0)]
		{
			for sampling_ratio in [0, 3] {
				let grid = RoiGrid::new(&RoiScale { sampling_ratio, ..SCALE }, Extent { start, end }, 7, 10);
				let (samples, _) = grid.table();
				assert!(samples.len() as u64 <= grid.samples(), "{grid:?}");
				assert!(samples.len() < 50);
			}
		}
	}

	#[test]
	fn samples_should_be_counted_when_rounding_puts_very_many_in_one_place() {
		fn check<T: Real>(start: f64, end: f64, bins: usize) {
			let extent = Extent { start: T::from_f64(start), end: T::from_f64(end) };
			let grid = RoiGrid::new(&SCALE, extent, bins, 4);
			let inside: u64 = (0..bins).map(|bin| grid.inside(bin)).map(|bin| bin.end - bin.start).sum();
			assert!(inside <= grid.samples(), "{inside} samples of {grid:?}, {} expected", grid.samples());
		}
		for far in [1e3, 1e5, 1e7, 1e9, 1e12, 4.6e18, 9.3e18, 1e25] {
			for bins in [1, 2, 3, 7] {
				for (start, end) in
					[(-far, far), (far, -far), (-far, 1.0), (-far, 3.0 * far), (-3.0 * far, far)]
				{
					check::<f32>(start, end, bins);
					check::<f64>(start, end, bins);
				}
			}
		}
		let grid = RoiGrid::new(&SCALE, Extent { start: -9.3e18f32, end: 9.3e18 }, 2, 4);
		assert!(grid.samples() > 1 << 30);
	}

	#[test]
	fn bins_of_the_maximum_should_be_clipped_to_the_image() {
		assert_eq!(roi_bins(1.0, Extent { start: 0.0f32, end: 3.0 }, 2, 4), [0..2, 2..4]);
		assert_eq!(roi_bins(0.5, Extent { start: 1.0f32, end: 9.0 }, 2, 4), [1..4, 3..4]);
		assert_eq!(roi_bins(1.0, Extent { start: -9.0f64, end: -8.0 }, 1, 4), vec![0..0]);
		assert_eq!(round_half_away(0.49999997f32), 0.0);
		assert_eq!(round_half_away(-2.5f32), -3.0);
	}
}
