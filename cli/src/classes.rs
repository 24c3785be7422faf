//! What a classifier's output says: classes by name, with probabilities. For people only: nothing that is hashed or
//! compared goes through here.

use crate::tensor;
use assay_primitives::NamedTensor;
use serde::Serialize;

/// A class and how probable the model finds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassProbability {
	/// Name from the package's `assay.toml`.
	pub class: String,
	/// From 0 to 1.
	pub probability: f64,
}

/// The classes by falling probability, from the first output's last axis (of the first item of a batch). Empty when the
/// package names no classes or their number does not fit.
pub fn rank(classes: &[String], outputs: &[NamedTensor]) -> Vec<ClassProbability> {
	let Some(scores) = outputs.first().map(|output| tensor::elements_as_f64(&output.tensor)) else {
		return Vec::new();
	};
	let last_axis = outputs.first().and_then(|output| output.tensor.dims().last().copied());
	if classes.is_empty() || last_axis != Some(classes.len() as u64) || scores.len() < classes.len() {
		return Vec::new();
	}
	let mut ranked: Vec<ClassProbability> = probabilities(&scores[..classes.len()])
		.into_iter()
		.zip(classes)
		.map(|(probability, class)| ClassProbability { class: class.clone(), probability })
		.collect();
	ranked.sort_by(|a, b| b.probability.total_cmp(&a.probability));
	ranked
}

/// The scores themselves when they are a distribution already, otherwise their softmax.
fn probabilities(scores: &[f64]) -> Vec<f64> {
	let sum: f64 = scores.iter().sum();
	if scores.iter().all(|score| (0.0..=1.0).contains(score)) && (sum - 1.0).abs() < 1e-3 {
		return scores.to_vec();
	}
	let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
	let exponentials: Vec<f64> = scores.iter().map(|score| (score - largest).exp()).collect();
	let sum: f64 = exponentials.iter().sum();
	exponentials.into_iter().map(|exponential| exponential / sum).collect()
}

/// The most probable classes as bars, one line each.
pub fn render(ranked: &[ClassProbability], most: usize) -> String {
	let width = ranked.iter().take(most).map(|ranked| ranked.class.chars().count()).max().unwrap_or_default();
	ranked
		.iter()
		.take(most)
		.map(|ranked| {
			let bar = "█".repeat((ranked.probability * 30.0).round() as usize);
			format!("  {:<width$}  {:>6.2} %  {bar}", ranked.class, ranked.probability * 100.0)
				.trim_end()
				.to_owned() + "\n"
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{DataType, Tensor};

	fn output(dims: &[u64], values: &[f32]) -> Vec<NamedTensor> {
		let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
		let tensor = Tensor::new(DataType::F32, dims.to_vec(), data).expect("fits");
		vec![NamedTensor { name: b"logits".to_vec(), tensor }]
	}

	fn names() -> Vec<String> {
		["zero", "one", "two"].map(String::from).to_vec()
	}

	#[test]
	fn logits_should_become_probabilities() {
		let ranked = rank(&names(), &output(&[1, 3], &[0.0, 2.0_f32.ln(), 5.0_f32.ln()]));
		assert_eq!(
			ranked.iter().map(|ranked| ranked.class.as_str()).collect::<Vec<_>>(),
			["two", "one", "zero"]
		);
		for (ranked, expected) in ranked.iter().zip([5.0 / 8.0, 2.0 / 8.0, 1.0 / 8.0]) {
			assert!((ranked.probability - expected).abs() < 1e-6, "{ranked:?}");
		}
	}

	#[test]
	fn a_distribution_should_stay_as_it_is() {
		let ranked = rank(&names(), &output(&[3], &[0.25, 0.5, 0.25]));
		assert_eq!(ranked[0], ClassProbability { class: "one".into(), probability: 0.5 });
		assert!(render(&ranked, 1).starts_with("  one   50.00 %  ███████████████"));
	}

	#[test]
	fn nothing_should_be_ranked_when_the_number_of_classes_does_not_fit() {
		assert_eq!(rank(&names(), &output(&[1, 2], &[1.0, 2.0])), []);
		assert_eq!(rank(&[], &output(&[1, 3], &[1.0, 2.0, 3.0])), []);
		assert_eq!(rank(&names(), &[]), []);
	}
}
