//! How close sentences are, from the embeddings of a model that is for that. For people only: nothing that is hashed or
//! compared goes through here.

use crate::tensor;
use assay_primitives::{DataType, NamedTensor};
use serde::Serialize;

/// Task of the models whose first output has an embedding in each row.
const TASK: &str = "sentence-similarity";
/// Most sentences that are compared with each other.
const MOST: usize = 32;

/// Two sentences, counted from 1, and the cosine of the angle between their embeddings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Similarity {
	/// Which two.
	pub sentences: [usize; 2],
	/// From -1 to 1.
	pub cosine: f64,
}

/// Every two rows of the first output, if the model's task makes them sentences.
pub fn compare(task: &str, outputs: &[NamedTensor]) -> Vec<Similarity> {
	let Some(output) = outputs.first().filter(|_| task == TASK) else { return Vec::new() };
	let &[_, width @ (1..)] = output.tensor.dims() else { return Vec::new() };
	if output.tensor.data_type() != DataType::F32 {
		return Vec::new();
	}
	let values = tensor::elements_as_f64(&output.tensor);
	let rows: Vec<&[f64]> = values.chunks_exact(width as usize).take(MOST).collect();
	let pairs = (0..rows.len()).flat_map(|first| (first + 1..rows.len()).map(move |second| [first, second]));
	pairs
		.map(|pair| Similarity {
			sentences: pair.map(|index| index + 1),
			cosine: cosine(rows[pair[0]], rows[pair[1]]),
		})
		.collect()
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
	let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
	dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// A line for each pair.
pub fn render(similarities: &[Similarity]) -> String {
	similarities
		.iter()
		.map(|Similarity { sentences: [first, second], cosine }| {
			format!("  sentences {first} and {second}: cosine similarity {cosine:.6}\n")
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::Tensor;

	fn output(dims: &[u64], values: &[f32]) -> Vec<NamedTensor> {
		let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
		let tensor = Tensor::new(DataType::F32, dims.to_vec(), data).expect("fits");
		vec![NamedTensor { name: b"embedding".to_vec(), tensor }]
	}

	#[test]
	fn every_two_sentences_should_be_compared() {
		let found = compare(TASK, &output(&[3, 2], &[1.0, 0.0, 0.0, 2.0, 3.0, 3.0]));
		let pairs: Vec<_> = found.iter().map(|found| found.sentences).collect();
		assert_eq!(pairs, [[1, 2], [1, 3], [2, 3]]);
		assert_eq!(found[0].cosine, 0.0);
		assert!((found[1].cosine - 0.5f64.sqrt()).abs() < 1e-12);
		assert_eq!(render(&found[..1]), "  sentences 1 and 2: cosine similarity 0.000000\n");
	}

	#[test]
	fn nothing_should_be_compared_when_there_are_no_two_embeddings() {
		assert_eq!(compare(TASK, &output(&[1, 2], &[1.0, 0.0])), []);
		assert_eq!(compare(TASK, &output(&[4], &[1.0; 4])), []);
		assert_eq!(compare(TASK, &output(&[2, 0], &[])), []);
		assert_eq!(compare(TASK, &[]), []);
		assert_eq!(compare("image-classification", &output(&[2, 1], &[1.0, 1.0])), []);
	}
}
