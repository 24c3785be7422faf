//! Sentences of different lengths as one tensor.

use alloc::{string::String, vec, vec::Vec};
use assay_guest::{NamedTensor, Tensor};

/// Token ids of several sentences, padded to the longest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
	shape: [usize; 2],
	ids: Vec<i64>,
	/// 1 for a token, 0 for padding.
	mask: Vec<i64>,
}

impl Batch {
	/// Pads with id 0, which the mask makes harmless.
	pub fn new(sentences: Vec<Vec<i64>>) -> Result<Self, String> {
		let longest =
			sentences.iter().map(Vec::len).max().ok_or("the text has no sentence: give one a line")?;
		let mut ids = vec![0; sentences.len() * longest];
		let mut mask = ids.clone();
		for (index, sentence) in sentences.iter().enumerate() {
			let row = index * longest..index * longest + sentence.len();
			ids[row.clone()].copy_from_slice(sentence);
			mask[row].fill(1);
		}
		Ok(Self { shape: [sentences.len(), longest], ids, mask })
	}

	/// The inputs of the graph.
	pub fn tensors(&self) -> [NamedTensor; 2] {
		[("input_ids", &self.ids), ("attention_mask", &self.mask)]
			.map(|(name, values)| NamedTensor::new(name, Tensor::i64s(&self.shape, values)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn shorter_sentences_should_be_padded_and_masked() {
		let batch = Batch::new(vec![vec![5, 6], vec![7, 8, 9]]).expect("has sentences");
		assert_eq!(batch.shape, [2, 3]);
		assert_eq!(batch.ids, [5, 6, 0, 7, 8, 9]);
		assert_eq!(batch.mask, [1, 1, 0, 1, 1, 1]);
		assert!(Batch::new(vec![]).is_err());
	}
}
