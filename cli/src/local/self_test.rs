//! A model of one operator whose result is known without running it.

use super::{Model, failed, temporary_directory};
use crate::error::{Code, Error, Result};
use assay_engine::{LocalRunner, Protections};
use assay_graph::onnx::{
	DimensionProto, DimensionValue, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
	TensorShapeProto, TensorTypeProto, ValueInfoProto,
};
use assay_primitives::{DataType, NamedTensor, Outcome, Tensor};
use prost::Message;
use std::{fs, time::Duration};

/// 2^-12: its square is below half a unit in the last place of 1.
const SMALL: f32 = 1.0 / 4096.0;
/// `[-1, 1 + 2^-12] · [1 + 2^-11, 1 + 2^-12]`. By the numeric profile the product is added unrounded, so of
/// `(1 + 2^-12)² = 1 + 2^-11 + 2^-24` the last part remains. A machine that rounds the product first gets 0.
const EXPECTED: f32 = SMALL * SMALL;

/// What the self test found.
pub struct Found {
	/// What protects this machine from models.
	pub protections: Protections,
	/// Time of the run.
	pub time: Duration,
}

/// Runs the model in the sandboxed child and compares the bits.
pub fn self_test() -> Result<Found> {
	let directory = temporary_directory()?;
	let path = directory.path().join("self-test.onnx");
	fs::write(&path, graph().encode_to_vec()).map_err(|error| {
		Error::new(
			Code::FileWrite,
			format!("cannot write {}: {error}", path.display()),
			"set TMPDIR to a directory with space",
		)
	})?;
	let model = Model::from_onnx(&path)?;
	let mut runner: LocalRunner = super::start(&model)?;
	let run = runner.run(&[input()], 0, None).map_err(failed)?;
	let output = run.outputs.first().map(|output| output.tensor.data().to_vec());
	if run.outcome != Outcome::Success || output.as_deref() != Some(&EXPECTED.to_le_bytes()) {
		return Err(Error::new(
			Code::Engine,
			format!(
				"a dot product gave {output:?} ({:?} {}), not {:?}",
				run.outcome,
				run.detail,
				EXPECTED.to_le_bytes()
			),
			"answers of this machine would be slashed; do not work with it, and report its processor and build",
		));
	}
	Ok(Found { protections: runner.protections(), time: run.elapsed })
}

fn input() -> NamedTensor {
	let data = [-1.0, 1.0 + SMALL].iter().flat_map(|value: &f32| value.to_le_bytes()).collect();
	#[allow(clippy::expect_used)]
	let tensor = Tensor::new(DataType::F32, vec![1, 2], data).expect("two floats fill shape [1, 2]; qed");
	NamedTensor { name: b"x".to_vec(), tensor }
}

/// `y = MatMul(x, w)`
fn graph() -> ModelProto {
	let value = |name: &str, dims: [i64; 2]| ValueInfoProto {
		name: name.into(),
		r#type: Some(
			TensorTypeProto {
				elem_type: 1,
				shape: Some(TensorShapeProto {
					dim: dims
						.map(|dim| DimensionProto { value: Some(DimensionValue::DimValue(dim)) })
						.to_vec(),
				}),
			}
			.into(),
		),
		..Default::default()
	};
	ModelProto {
		ir_version: 8,
		opset_import: vec![OperatorSetIdProto { domain: String::new(), version: 17 }],
		graph: Some(GraphProto {
			name: "self-test".into(),
			node: vec![NodeProto {
				op_type: "MatMul".into(),
				input: vec!["x".into(), "w".into()],
				output: vec!["y".into()],
				..Default::default()
			}],
			initializer: vec![TensorProto {
				name: "w".into(),
				dims: vec![2, 1],
				data_type: 1,
				float_data: vec![1.0 + 2.0 * SMALL, 1.0 + SMALL],
				..Default::default()
			}],
			input: vec![value("x", [1, 2])],
			output: vec![value("y", [1, 1])],
			..Default::default()
		}),
		..Default::default()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_expected_bits_should_need_a_fused_multiply_add() {
		let (a, b) = (1.0 + SMALL, 1.0 + 2.0 * SMALL);
		let first = (-1.0f32).mul_add(b, 0.0);
		assert_eq!(a.mul_add(a, first), EXPECTED);
		assert_eq!(a * a + first, 0.0);
	}
}
