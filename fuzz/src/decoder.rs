//! Model files.

use crate::{
	agreement::{self, LONGEST_MESSAGE},
	allocation, values,
};
use assay_graph::{Dim, HostTensor, Limits, Model, ValueDecl};
use std::collections::BTreeMap;

/// What a model may be here: enough for what an input can hold, and low, so that a limit which does not hold is found.
const LIMITS: Limits = Limits {
	file_bytes: 1 << 18,
	decoded_bytes: 1 << 20,
	nodes: 256,
	attributes: 1024,
	depth: 40,
	tensor_elements: 1 << 16,
	initializer_bytes: 1 << 20,
};

/// Bytes that decoding within these limits may really take. Messages and constants are there at the same time, a vector that
/// grows has twice the room it needs, and a node takes more when it is understood.
const MOST_BYTES: usize = 4 * (LIMITS.decoded_bytes + LIMITS.initializer_bytes) as usize + (1 << 20);

/// Decodes a model file, and runs the model if it is one. Dimensions that are not declared are chosen from the file's length.
pub fn decoder(bytes: &[u8]) {
	let (decoded, taken) = allocation::peak(|| Model::decode(bytes, &LIMITS));
	assert!(taken <= MOST_BYTES, "decoding took {taken} bytes");
	match decoded {
		Ok(model) => {
			if let Some(inputs) = inputs(&model, bytes.len()) {
				let _ = agreement::agree(&model, &inputs, bytes.len() as u64);
			}
		}
		Err(error) => {
			let message = error.to_string();
			assert!(!message.is_empty() && message.len() <= LONGEST_MESSAGE, "{message}");
		}
	}
}

/// Inputs as the model declares them; `None` if they are too large to be worth making.
fn inputs(model: &Model, choice: usize) -> Option<Vec<(String, HostTensor)>> {
	const MOST_ELEMENTS: usize = 1 << 12;
	let mut names: BTreeMap<String, usize> = BTreeMap::new();
	let mut free = choice;
	let mut any = || {
		free = free.wrapping_add(1);
		free % 4
	};
	let mut input = |(index, decl): (usize, &ValueDecl)| {
		let dims = decl.dims.clone().unwrap_or_else(|| vec![Dim::Unknown; 2]);
		let shape: Vec<usize> = dims
			.into_iter()
			.map(|dim| match dim {
				Dim::Fixed(size) => size,
				Dim::Symbolic(name) => *names.entry(name).or_insert_with(&mut any),
				Dim::Unknown => any(),
			})
			.collect();
		let elements = shape.iter().try_fold(1usize, |all, &size| all.checked_mul(size))?;
		let seed = choice.wrapping_mul(31).wrapping_add(index) as u16;
		(elements <= MOST_ELEMENTS).then(|| (decl.name.clone(), values::tensor(decl.dtype, &shape, seed)))
	};
	model.inputs().enumerate().map(&mut input).collect()
}
