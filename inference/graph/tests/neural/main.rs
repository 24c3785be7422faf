//! Operators of neural networks that are composed of several kernels: values worked out by hand, every refusal, and the
//! edge cases of the specification. (Against ONNX Runtime: the golden models.)
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;

mod attention;
mod flex_attention;
mod losses;
mod normalisations;
mod pools;
mod recurrent;
mod streaming;

use assay_graph::{HostTensor, onnx::AttributeProto};
use common::{apply, f32s};

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
