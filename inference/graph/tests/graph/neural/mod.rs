//! Operators of neural networks that are composed of several kernels: values worked out by hand, every refusal, and the
//! edge cases of the specification. (Against ONNX Runtime: the golden models.)

mod attention;
mod flex_attention;
mod losses;
mod normalisations;
mod pools;
mod recurrent;
mod streaming;

use crate::common::{self, apply, f32s};
use assay_graph::{HostTensor, onnx::AttributeProto};

fn v(values: &[f32]) -> HostTensor {
	f32s(&[values.len()], values)
}

/// The outputs of an operator all of whose inputs are there.
#[track_caller]
fn outputs(
	op_type: &str,
	opset: i64,
	attributes: Vec<AttributeProto>,
	inputs: &[HostTensor],
	count: usize,
) -> Vec<HostTensor> {
	apply(op_type, opset, attributes, &inputs.iter().cloned().map(Some).collect::<Vec<_>>(), count).unwrap()
}
