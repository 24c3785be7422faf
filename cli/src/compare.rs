//! Comparing an answer on the chain with the same execution done here. Nothing is rounded and nothing is tolerated: equal
//! means the same bits.

use crate::tensor;
use assay_primitives::{Execution, NamedTensor, Outcome, Payload, commitment::output_hash, job::Output};
use codec::DecodeAll;
use std::fmt;

/// One thing in which two executions differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
	/// One succeeded and the other failed, or they failed differently.
	Outcome {
		/// On the chain.
		chain: Outcome,
		/// Here.
		local: Outcome,
	},
	/// Different work was charged.
	ComputeUnits {
		/// On the chain.
		chain: u64,
		/// Here.
		local: u64,
	},
	/// The hash that the worker committed to is not that of the execution here.
	OutputHash {
		/// On the chain.
		chain: assay_primitives::Hash,
		/// Here.
		local: assay_primitives::Hash,
	},
	/// The output that the chain holds is not the one that its own hash names.
	ChainOutputHash {
		/// What the chain says.
		declared: assay_primitives::Hash,
		/// What its bytes give.
		actual: assay_primitives::Hash,
	},
	/// The outputs differ; where they do first.
	Output(String),
}

impl fmt::Display for Difference {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Outcome { chain, local } => write!(f, "outcome: {chain:?} on the chain, {local:?} here"),
			Self::ComputeUnits { chain, local } => {
				write!(f, "compute units: {chain} on the chain, {local} here")
			}
			Self::OutputHash { chain, local } => {
				write!(f, "output hash: {chain:?} on the chain, {local:?} here")
			}
			Self::ChainOutputHash { declared, actual } => {
				write!(
					f,
					"the chain's output hashes to {actual:?}, not to the {declared:?} that the chain records"
				)
			}
			Self::Output(place) => write!(f, "output: {place}"),
		}
	}
}

/// Everything in which the two executions differ; nothing when they agree bit for bit.
pub fn differences(chain: &Execution, local: &Execution) -> Vec<Difference> {
	let mut found = Vec::new();
	if chain.digest.outcome != local.digest.outcome {
		found.push(Difference::Outcome { chain: chain.digest.outcome, local: local.digest.outcome });
	}
	if chain.digest.compute_units != local.digest.compute_units {
		found.push(Difference::ComputeUnits {
			chain: chain.digest.compute_units,
			local: local.digest.compute_units,
		});
	}
	if chain.digest.output_hash != local.digest.output_hash {
		found.push(Difference::OutputHash {
			chain: chain.digest.output_hash,
			local: local.digest.output_hash,
		});
	}
	if let Payload::Inline(bytes) = &chain.output {
		let actual = output_hash(bytes);
		if actual != chain.digest.output_hash {
			found.push(Difference::ChainOutputHash { declared: chain.digest.output_hash, actual });
		}
	}
	if chain.output != local.output {
		found.push(Difference::Output(first_difference(&chain.output, &local.output)));
	}
	found
}

fn first_difference(chain: &Output, local: &Output) -> String {
	match (chain, local) {
		(Payload::Inline(chain), Payload::Inline(local)) => {
			differing_element(chain, local).unwrap_or_else(|| differing_byte(chain, local))
		}
		(Payload::Content(chain), Payload::Content(local)) => format!("{chain} on the chain, {local} here"),
		(Payload::Inline(bytes), Payload::Content(id)) => {
			format!("{} bytes on the chain, the larger {id} here", bytes.len())
		}
		(Payload::Content(id), Payload::Inline(bytes)) => {
			format!("{id} on the chain, only {} bytes here", bytes.len())
		}
	}
}

/// The first element that differs, when both are outputs of the same form.
fn differing_element(chain: &[u8], local: &[u8]) -> Option<String> {
	let chain: Vec<NamedTensor> = Vec::decode_all(&mut &chain[..]).ok()?;
	let local: Vec<NamedTensor> = Vec::decode_all(&mut &local[..]).ok()?;
	let (chain, local) = chain.iter().zip(&local).find(|(chain, local)| chain != local)?;
	let same_form = chain.name == local.name
		&& chain.tensor.data_type() == local.tensor.data_type()
		&& chain.tensor.dims() == local.tensor.dims();
	if !same_form {
		return None;
	}
	let byte = chain.tensor.data().iter().zip(local.tensor.data()).position(|(a, b)| a != b)?;
	let index = byte / chain.tensor.data_type().size();
	Some(format!(
		"{:?}[{index}] is {} on the chain, {} here",
		String::from_utf8_lossy(&chain.name),
		tensor::format_element(&chain.tensor, index),
		tensor::format_element(&local.tensor, index),
	))
}

fn differing_byte(chain: &[u8], local: &[u8]) -> String {
	match chain.iter().zip(local).position(|(a, b)| a != b) {
		Some(byte) => format!("byte {byte} of {} differs", chain.len()),
		None => format!("{} bytes on the chain, {} here", chain.len(), local.len()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{DataType, ResultDigest, Tensor};
	use codec::Encode;

	fn execution() -> Execution {
		let values = [0.25f32, 0.5, 0.125];
		let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
		let tensor = Tensor::new(DataType::F32, vec![1, 3], data).expect("fits");
		let output = vec![NamedTensor { name: b"probabilities".to_vec(), tensor }].encode();
		Execution {
			digest: ResultDigest {
				outcome: Outcome::Success,
				output_hash: output_hash(&output),
				compute_units: 42,
			},
			output: Output::Inline(output.try_into().expect("is short")),
		}
	}

	fn with_bit_flipped(bit: usize) -> Execution {
		let mut flipped = execution();
		let Payload::Inline(bytes) = &flipped.output else { unreachable!("the output is inline") };
		let mut bytes = bytes.to_vec();
		bytes[bit / 8] ^= 1 << (bit % 8);
		flipped.output = Output::Inline(bytes.try_into().expect("is short"));
		flipped
	}

	fn bits() -> usize {
		let Payload::Inline(bytes) = execution().output else { unreachable!("the output is inline") };
		bytes.len() * 8
	}

	#[test]
	fn equal_executions_should_have_no_differences() {
		assert_eq!(differences(&execution(), &execution()), []);
	}

	#[test]
	fn every_flipped_bit_of_the_chains_output_should_be_found() {
		for bit in 0..bits() {
			let found = differences(&with_bit_flipped(bit), &execution());
			assert!(
				matches!(found[..], [Difference::ChainOutputHash { .. }, Difference::Output(_)]),
				"{bit}: {found:?}"
			);
		}
	}

	#[test]
	fn a_flipped_bit_should_be_found_when_the_chains_hash_was_forged_with_it() {
		let mut forged = with_bit_flipped(bits() - 1);
		let Payload::Inline(bytes) = &forged.output else { unreachable!("the output is inline") };
		forged.digest.output_hash = output_hash(bytes);
		let found = differences(&forged, &execution());
		assert!(matches!(found[..], [Difference::OutputHash { .. }, Difference::Output(_)]), "{found:?}");
		let place =
			"output: \"probabilities\"[2] is -0.125 (0xbe000000) on the chain, 0.125 (0x3e000000) here";
		assert_eq!(found[1].to_string(), place);
	}

	#[test]
	fn outcome_work_and_hash_should_be_compared_too() {
		let local = execution();
		let mut chain = execution();
		chain.digest.compute_units = 43;
		assert_eq!(differences(&chain, &local), [Difference::ComputeUnits { chain: 43, local: 42 }]);

		let failed = Execution {
			digest: ResultDigest {
				outcome: Outcome::OperatorFailed,
				output_hash: output_hash(&[]),
				compute_units: 42,
			},
			output: Output::Inline(Default::default()),
		};
		assert_eq!(differences(&failed, &failed), []);
		let found = differences(&failed, &local);
		assert!(matches!(
			found[0],
			Difference::Outcome { chain: Outcome::OperatorFailed, local: Outcome::Success }
		));
	}

	#[test]
	fn content_ids_should_be_compared_too() {
		let id =
			|byte| assay_primitives::ContentId { codec: assay_primitives::Codec::Raw, digest: [byte; 32] };
		let large = |byte| Execution { output: Output::Content(id(byte)), ..execution() };
		assert_eq!(differences(&large(1), &large(1)), []);
		assert!(matches!(differences(&large(1), &large(2))[..], [Difference::Output(_)]));
		assert!(matches!(differences(&large(1), &execution())[..], [Difference::Output(_)]));
	}
}
