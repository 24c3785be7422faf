//! Random samples, from counters: no sample depends on the order in which they are drawn.

use crate::{
	error::{ShapeError, elements, exact_length},
	fma::Baseline,
	math, philox,
	reduce::{Maximum, fold_run},
};

/// Where the samples of one execution of a random operator come from. Element `i` uses word `i % 4` of the block `i / 4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
	/// The seed of the request, or of the operator if it has one.
	pub seed: u64,
	/// Index of the operator in its graph.
	pub node: u32,
	/// How many random operators the run has executed before.
	pub execution: u32,
}

/// The seed of the part number `part` of what has this seed, for parts that have seeds of their own: the first two words, low
/// and high, of the block at (part low, part high, 2³² − 1, 2³² − 1). No [`Stream`] of an operator comes there, since no graph
/// has so many nodes.
pub fn derived_seed(seed: u64, part: u64) -> u64 {
	let [low, high, ..] = Stream { seed, node: u32::MAX, execution: u32::MAX }.block(part);
	u64::from(high) << 32 | u64::from(low)
}

impl Stream {
	/// The words for elements `4 * index ..`.
	fn block(self, index: u64) -> [u32; 4] {
		let counter = [index as u32, (index >> 32) as u32, self.node, self.execution];
		philox::block(counter, [self.seed as u32, (self.seed >> 32) as u32])
	}

	/// Uniform samples in [low, high): `low + u * (high − low)`, three rounded operations (so `high` itself can occur by
	/// rounding).
	pub fn uniform(self, low: f32, high: f32, out: &mut [f32]) {
		for (index, run) in (0u64..).zip(out.chunks_mut(4)) {
			for (to, word) in run.iter_mut().zip(self.block(index)) {
				*to = low + unit(word) * (high - low);
			}
		}
	}

	/// Normal samples by Box and Muller: of each pair of words, u = 1 − unit(first) and v = unit(second) give
	/// r = √(−2 ln u), and then r cos(2πv) and r sin(2πv); out = mean + scale · that.
	pub fn normal(self, mean: f32, scale: f32, out: &mut [f32]) {
		for (index, run) in (0u64..).zip(out.chunks_mut(4)) {
			let words = self.block(index);
			for (pair, words) in run.chunks_mut(2).zip(words.chunks_exact(2)) {
				let radius = math::sqrt(-2.0 * math::log(1.0 - unit(words[0])));
				let angle = core::f32::consts::TAU * unit(words[1]);
				for (to, wave) in pair.iter_mut().zip([math::cos(angle), math::sin(angle)]) {
					*to = mean + scale * (radius * wave);
				}
			}
		}
	}

	/// For each row of `logits` [rows, classes], samples of a class with probability proportional to e^logit, into `out`
	/// [rows, samples].
	///
	/// With m the row's maximum, the weights are `exp(x − m)`, and `c` their sums up to each class, added one by one. A
	/// sample is the first class with `unit · c[last] < c`, or the last class if there is none.
	pub fn multinomial(
		self,
		classes: usize,
		samples: usize,
		logits: &[f32],
		out: &mut [i64],
	) -> Result<(), ShapeError> {
		if classes == 0 || !logits.len().is_multiple_of(classes) {
			return Err(ShapeError::Invalid("the logits must be whole rows of at least one class"));
		}
		exact_length("the samples", elements(&[logits.len() / classes, samples])?, out.len())?;
		if samples == 0 {
			return Ok(());
		}
		let mut sums = alloc::vec![0.0f32; classes];
		for (row, (logits, out)) in
			logits.chunks_exact(classes).zip(out.chunks_exact_mut(samples)).enumerate()
		{
			let most = fold_run::<Maximum<f32>>(logits);
			let mut sum = 0.0;
			for (to, &logit) in sums.iter_mut().zip(logits) {
				sum += math::exp_with::<Baseline>(logit - most);
				*to = sum;
			}
			for (sample, to) in out.iter_mut().enumerate() {
				let index = row * samples + sample;
				let word = self.block(index as u64 / 4)[index % 4];
				let bound = unit(word) * sum;
				let class = sums.iter().position(|&sum| bound < sum).unwrap_or(classes - 1);
				// An index of a slice fits in 63 bits.
				*to = class as i64;
			}
		}
		Ok(())
	}
}

/// A word as a multiple of 2⁻²⁴ in [0, 1).
fn unit(word: u32) -> f32 {
	(word >> 8) as f32 * (1.0 / 16_777_216.0)
}

#[cfg(test)]
mod tests {
	use super::*;

	const STREAM: Stream = Stream { seed: 7, node: 3, execution: 0 };

	#[test]
	fn samples_should_not_depend_on_how_many_are_drawn() {
		let (mut short, mut long) = ([0.0; 5], [0.0; 64]);
		STREAM.normal(0.0, 1.0, &mut short);
		STREAM.normal(0.0, 1.0, &mut long);
		assert_eq!(short, long[..5]);
		STREAM.uniform(-1.0, 1.0, &mut short);
		STREAM.uniform(-1.0, 1.0, &mut long);
		assert_eq!(short, long[..5]);
	}

	#[test]
	fn samples_should_have_the_moments_of_their_distribution() {
		let mut x = vec![0.0; 100_000];
		STREAM.normal(0.0, 1.0, &mut x);
		let mean = x.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e5;
		let variance = x.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / 1e5;
		assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
		STREAM.uniform(2.0, 4.0, &mut x);
		let mean = x.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e5;
		assert!((mean - 3.0).abs() < 0.02 && x.iter().all(|v| (2.0..=4.0).contains(v)), "{mean}");
	}

	#[test]
	fn streams_should_differ_by_seed_node_and_execution() {
		let first = |stream: Stream| {
			let mut x = [0.0];
			stream.uniform(0.0, 1.0, &mut x);
			x[0]
		};
		for other in
			[Stream { seed: 8, ..STREAM }, Stream { node: 4, ..STREAM }, Stream { execution: 1, ..STREAM }]
		{
			assert_ne!(first(STREAM), first(other), "{other:?}");
		}
	}

	#[test]
	fn derived_seeds_should_be_words_of_the_generator() {
		for (seed, part) in [(0, 0), (42, 1), (u64::MAX, 1 << 40 | 9)] {
			let (key, counter) = ([seed as u32, (seed >> 32) as u32], [part as u32, (part >> 32) as u32]);
			let words = philox::block([counter[0], counter[1], u32::MAX, u32::MAX], key);
			assert_eq!(derived_seed(seed, part), u64::from(words[0]) + (u64::from(words[1]) << 32));
		}
		// The vectors of docs/numeric-profile.md.
		let derived = [0, 1].map(|part| derived_seed(42, part));
		assert_eq!(derived, [0x3904_6177_a60d_816e, 0x51d2_236f_f1dc_fe03]);
	}

	#[test]
	fn multinomial_should_draw_classes_by_their_weights() {
		// Weights 1 : 3 : 0 : 4.
		let logits = [0.0, 3f32.ln(), f32::NEG_INFINITY, 4f32.ln()];
		let mut out = vec![0; 80_000];
		STREAM.multinomial(4, 80_000, &logits, &mut out).unwrap();
		let count = |class: i64| out.iter().filter(|&&c| c == class).count() as f64 / 10_000.0;
		assert_eq!(count(2), 0.0);
		assert!(
			(count(0) - 1.0).abs() < 0.05 && (count(1) - 3.0).abs() < 0.1 && (count(3) - 4.0).abs() < 0.1
		);
		assert!(STREAM.multinomial(3, 1, &logits, &mut out[..1]).is_err());
		assert!(STREAM.multinomial(4, 2, &logits, &mut out[..1]).is_err());
	}
}
