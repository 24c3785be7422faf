//! Philox4x32-10, the counter-based generator of J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy
//! as 1, 2, 3" (SC 2011).
//!
//! A random operator draws from the stream of the request's seed and its own index in the graph: element `i` of its output
//! uses word `i % 4` of block `i / 4`, so no draw depends on the order of computation.

use crate::math;

const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
const KEY_STEPS: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];

/// The block of random words at `counter` of the stream `key`.
pub fn block(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
	for round in 0..10 {
		if round > 0 {
			key = [key[0].wrapping_add(KEY_STEPS[0]), key[1].wrapping_add(KEY_STEPS[1])];
		}
		let [low0, high0] = wide(MULTIPLIERS[0], counter[0]);
		let [low1, high1] = wide(MULTIPLIERS[1], counter[2]);
		counter = [high1 ^ counter[1] ^ key[0], low1, high0 ^ counter[3] ^ key[1], low0];
	}
	counter
}

/// Low and high word of a product.
fn wide(a: u32, b: u32) -> [u32; 2] {
	let product = u64::from(a) * u64::from(b);
	[product as u32, (product >> 32) as u32]
}

/// The block that serves elements `4 * index ..` of the operator `node` under `seed`.
fn draw(seed: u64, node: u32, index: u64) -> [u32; 4] {
	block([index as u32, (index >> 32) as u32, node, 0], [seed as u32, (seed >> 32) as u32])
}

/// A word as a multiple of 2⁻²⁴ in [0, 1).
fn unit(word: u32) -> f32 {
	(word >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// Uniform samples in [low, high): `low + u * (high − low)`, three rounded operations (so `high` itself can occur by
/// rounding).
pub fn uniform(seed: u64, node: u32, low: f32, high: f32, out: &mut [f32]) {
	for (index, run) in (0u64..).zip(out.chunks_mut(4)) {
		for (to, word) in run.iter_mut().zip(draw(seed, node, index)) {
			*to = low + unit(word) * (high - low);
		}
	}
}

/// Normal samples by Box and Muller: of each pair of words, u = 1 − unit(first) and v = unit(second) give
/// r = √(−2 ln u), and then r cos(2πv) and r sin(2πv); out = mean + scale · that.
pub fn normal(seed: u64, node: u32, mean: f32, scale: f32, out: &mut [f32]) {
	for (index, run) in (0u64..).zip(out.chunks_mut(4)) {
		let words = draw(seed, node, index);
		for (pair, words) in run.chunks_mut(2).zip(words.chunks_exact(2)) {
			let radius = math::sqrt(-2.0 * math::log(1.0 - unit(words[0])));
			let angle = core::f32::consts::TAU * unit(words[1]);
			for (to, wave) in pair.iter_mut().zip([math::cos(angle), math::sin(angle)]) {
				*to = mean + scale * (radius * wave);
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// The known-answer vectors of the authors' Random123 distribution.
	#[test]
	fn block_should_match_the_published_vectors() {
		assert_eq!(block([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
		assert_eq!(block([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
		assert_eq!(
			block([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
			[0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
		);
	}

	#[test]
	fn samples_should_not_depend_on_how_many_are_drawn() {
		let (mut short, mut long) = ([0.0; 5], [0.0; 64]);
		normal(7, 3, 0.0, 1.0, &mut short);
		normal(7, 3, 0.0, 1.0, &mut long);
		assert_eq!(short, long[..5]);
		uniform(7, 3, -1.0, 1.0, &mut short);
		uniform(7, 3, -1.0, 1.0, &mut long);
		assert_eq!(short, long[..5]);
	}

	#[test]
	fn samples_should_have_the_moments_of_their_distribution() {
		let mut x = vec![0.0; 100_000];
		normal(1, 0, 0.0, 1.0, &mut x);
		let mean = x.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e5;
		let variance = x.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / 1e5;
		assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
		uniform(1, 0, 2.0, 4.0, &mut x);
		let mean = x.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e5;
		assert!((mean - 3.0).abs() < 0.02 && x.iter().all(|v| (2.0..=4.0).contains(v)), "{mean}");
	}
}
