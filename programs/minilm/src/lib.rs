//! Turns sentences into embeddings: tokenises them as BERT does, and runs a graph that ends in one vector for each.
//!
//! The request has one tensor, `text`: UTF-8, one sentence a line. The response is what the graph gives. The package holds
//! `graph.onnx`, with inputs `input_ids` and `attention_mask` of int64 [sentences, tokens], and
//! [`vocabulary.txt`](vocabulary).
#![cfg_attr(target_family = "wasm", no_std)]

extern crate alloc;

mod basic;
mod batch;
mod vocabulary;
mod wordpiece;

pub use batch::Batch;
pub use vocabulary::Vocabulary;
pub use wordpiece::{MAX_TOKENS, Tokenizer};

#[cfg(target_family = "wasm")]
mod program {
	use crate::{Batch, Tokenizer, Vocabulary};
	use alloc::{string::String, vec::Vec};
	use assay_guest::{decode, encode, file, graph_run};

	assay_guest::program!(answer);

	fn answer(request: &[u8], _seed: u64) -> Result<Vec<u8>, String> {
		let inputs = decode(request)?;
		let text = inputs.iter().find(|input| input.name == "text").ok_or("the input \"text\" is missing")?;
		let text = core::str::from_utf8(&text.tensor.data).map_err(|_| "the text is not UTF-8")?;
		let vocabulary = file("vocabulary.txt").ok_or("the package has no vocabulary.txt")?;
		let tokenizer = Tokenizer::new(Vocabulary::new(&vocabulary))?;
		let sentences = text.strip_suffix('\n').unwrap_or(text).split('\n');
		let batch = Batch::new(sentences.map(|sentence| tokenizer.tokenize(sentence)).collect())?;
		Ok(graph_run("graph.onnx", &encode(&batch.tensors())).into_vec())
	}
}
