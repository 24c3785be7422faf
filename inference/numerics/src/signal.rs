//! Tables of signal processing: Fourier matrices, windows, mel filters.
//!
//! All are computed in binary64 with the functions of [`Real`], each operation rounded in the order written, and rounded to
//! the type they are used in at the end.

use alloc::{vec, vec::Vec};
use core::f64::consts::PI;

use crate::{fma::Baseline, real::Real};

fn cos(x: f64) -> f64 {
	Real::cos::<Baseline>(x)
}

fn sin(x: f64) -> f64 {
	Real::sin::<Baseline>(x)
}

/// Which Fourier transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fourier {
	/// From numbers, or pairs (real, imaginary), to pairs, with e^(−jθ).
	Forward,
	/// The same with e^(+jθ). The division by the length is not part of it.
	Inverse,
	/// From the pairs of the first half of the frequencies to numbers, the other half being their conjugates. Of frequency 0
	/// and of half the length, imaginary parts do not count.
	InverseOfHalf,
}

/// The matrix of a discrete Fourier transform over `length` points: one row for each number of an input of `points` points
/// (with 1 or 2 parts each), one column for each number of an output of `bins` points.
///
/// With θ = (2π · (k · n mod length)) / length, the coefficients are cos θ and ± sin θ; a transform is the product of
/// a row of numbers with this matrix. `None` if the sizes overflow.
pub fn dft_matrix<T: Real>(
	kind: Fourier,
	length: usize,
	points: usize,
	parts: usize,
	bins: usize,
) -> Option<Vec<T>> {
	let waves: Vec<(f64, f64)> = (0..length)
		.map(|i| {
			let angle = 2.0 * PI * i as f64 / length as f64;
			(cos(angle), sin(angle))
		})
		.collect();
	let at = |k: usize, n: usize| {
		// Indices of tensors in memory: their product fits 128 bits.
		let i = (k as u128 * n as u128 % length.max(1) as u128) as usize;
		waves.get(i).copied().unwrap_or((1.0, 0.0))
	};
	let outputs = if kind == Fourier::InverseOfHalf { 1 } else { 2 };
	let size = points.checked_mul(parts)?.checked_mul(bins)?.checked_mul(outputs)?;
	let mut matrix = Vec::with_capacity(size);
	for point in 0..points {
		for imaginary in [false, true].into_iter().take(parts) {
			for bin in 0..bins {
				let (cos, sin) = at(point, bin);
				let sin = if kind == Fourier::Forward { -sin } else { sin };
				match (kind, imaginary) {
					(Fourier::InverseOfHalf, imaginary) => {
						let alone = point == 0 || 2 * point == length;
						let weight = if alone { 1.0 } else { 2.0 };
						let value = match imaginary {
							false => weight * cos,
							true if alone => 0.0,
							true => -(weight * sin),
						};
						matrix.push(T::from_f64(value));
					}
					(_, false) => matrix.extend([T::from_f64(cos), T::from_f64(sin)]),
					(_, true) => matrix.extend([T::from_f64(-sin), T::from_f64(cos)]),
				}
			}
		}
	}
	Some(matrix)
}

/// A cosine window: `(a0 − a1 · cos θ) + a2 · cos 2θ`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
	/// a0, a1, a2.
	pub coefficients: [f64; 3],
}

impl Window {
	/// 1/2, 1/2, 0.
	pub const HANN: Self = Self { coefficients: [0.5, 0.5, 0.0] };
	/// 25/46, 1 − 25/46, 0.
	pub const HAMMING: Self = Self { coefficients: [25.0 / 46.0, 1.0 - 25.0 / 46.0, 0.0] };
	/// 0.42, 0.5, 0.08.
	pub const BLACKMAN: Self = Self { coefficients: [0.42, 0.5, 0.08] };

	/// Element n, with θ = (2π · n) / N and 2θ = (4π · n) / N; N is the size, or one less if the window is symmetric. A
	/// symmetric window of one element is 1.
	pub fn values(self, size: usize, periodic: bool) -> Vec<f64> {
		let [a0, a1, a2] = self.coefficients;
		let period = if periodic { size } else { size.saturating_sub(1) };
		if period == 0 {
			return vec![1.0; size];
		}
		let wave = |turns: f64, n: usize| cos(turns * PI * n as f64 / period as f64);
		(0..size).map(|n| (a0 - a1 * wave(2.0, n)) + a2 * wave(4.0, n)).collect()
	}
}

/// The bands of a mel filter bank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MelBands {
	/// Number of bands.
	pub bands: usize,
	/// Points of the Fourier transform; it has `dft_length / 2 + 1` bins.
	pub dft_length: usize,
	/// Samples per second.
	pub sample_rate: f64,
	/// Lower edge of the lowest band, in hertz.
	pub lower: f64,
	/// Upper edge of the highest band, in hertz.
	pub upper: f64,
}

impl MelBands {
	/// The bin at edge `i` of `bands + 2`: m = i · ((mel(upper) − mel(lower)) / (bands + 2)) + mel(lower) with
	/// mel(f) = 2595 · log₁₀(1 + f / 700), f = 700 · (10^(m / 2595) − 1), and ⌊((dft_length + 1) · f) / sample_rate⌋.
	fn edge(&self, i: usize) -> i64 {
		let mel = |hertz: f64| 2595.0 * libm::log10(1.0 + hertz / 700.0);
		let (low, high) = (mel(self.lower), mel(self.upper));
		let step = (high - low) / (self.bands as f64 + 2.0);
		let hertz = 700.0 * (Real::pow::<Baseline>(10.0, (i as f64 * step + low) / 2595.0) - 1.0);
		let bin = (self.dft_length as f64 + 1.0) * hertz / self.sample_rate;
		Real::floor(bin) as i64
	}

	/// The weights [bins, bands]: each band a triangle that rises from its first edge to the second and falls to the third.
	/// `Err` has the first edge that is no bin.
	pub fn weights(&self) -> Result<Vec<f64>, i64> {
		let bins = self.dft_length / 2 + 1;
		let mut weights = vec![0.0; bins.saturating_mul(self.bands)];
		let bin = |i| {
			let edge = self.edge(i);
			usize::try_from(edge).ok().filter(|&bin| bin < bins).ok_or(edge)
		};
		for band in 0..self.bands {
			let (low, centre, high) = (bin(band)?, bin(band + 1)?, bin(band + 2)?);
			let mut set = |bin: usize, weight: f64| weights[bin * self.bands + band] = weight;
			if low == centre {
				set(centre, 1.0);
			}
			for bin in low..=centre {
				if low < centre {
					set(bin, (bin - low) as f64 / (centre - low) as f64);
				}
			}
			for bin in centre..high {
				set(bin, (high - bin) as f64 / (high - centre) as f64);
			}
		}
		Ok(weights)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn dft_matrix_should_hold_the_roots_of_unity() {
		// Forward, 4 points of one part: columns are (cos, −sin) of 0, 1, 2, 3 quarter turns.
		let matrix: Vec<f32> = dft_matrix(Fourier::Forward, 4, 2, 1, 4).unwrap();
		let expected = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, -1.0, -1.0, 0.0, 0.0, 1.0];
		assert!(
			matrix.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6),
			"{matrix:?}"
		);
		// An imaginary input is the real one turned by a quarter.
		let pair: Vec<f32> = dft_matrix(Fourier::Inverse, 8, 8, 2, 8).unwrap();
		for point in 0..8 {
			for bin in 0..8 {
				let [real, imaginary] = [0, 1].map(|part| &pair[(point * 2 + part) * 16 + bin * 2..][..2]);
				assert_eq!([imaginary[0], imaginary[1]], [-real[1], real[0]]);
			}
		}
		assert_eq!(dft_matrix::<f32>(Fourier::Forward, 1, usize::MAX, 2, 1), None);
	}

	#[test]
	fn half_spectrum_should_count_inner_frequencies_twice() {
		let matrix: Vec<f64> = dft_matrix(Fourier::InverseOfHalf, 4, 3, 2, 4).unwrap();
		assert_eq!(matrix[..4], [1.0; 4]);
		assert_eq!(matrix[4..8], [0.0; 4]);
		assert_eq!((matrix[8], matrix[16], matrix[20]), (2.0, 1.0, 0.0));
	}

	#[test]
	fn windows_should_rise_and_fall() {
		let hann = Window::HANN.values(5, false);
		let expected = [0.0, 0.5, 1.0, 0.5, 0.0];
		assert!(
			hann.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-15),
			"{hann:?}"
		);
		assert_eq!(Window::HANN.values(4, true)[..], hann[..4]);
		assert_eq!(Window::BLACKMAN.values(1, false), [1.0]);
		assert!(Window::HAMMING.values(0, true).is_empty());
	}

	#[test]
	fn mel_weights_should_be_refused_when_an_edge_is_no_bin() {
		let bands = MelBands { bands: 2, dft_length: 16, sample_rate: 8192.0, lower: 0.0, upper: 4096.0 };
		assert!(bands.weights().is_ok());
		assert_eq!(MelBands { upper: 1e9, ..bands }.weights().map_err(|edge| edge > 8), Err(true));
		assert!(MelBands { sample_rate: 0.0, ..bands }.weights().is_err());
	}
}
