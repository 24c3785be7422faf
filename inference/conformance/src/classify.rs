//! Which cases are about something this project leaves out.

use crate::cases::Case;
use assay_graph::onnx::{GraphProto, ModelProto, NodeProto, TypeProto};

/// The number of strings in ONNX's `TensorProto.DataType`.
const STRING: i32 = 8;

/// Why a model is not run at all; `None` if it should run.
pub fn reason_to_skip(case: &Case, model: &ModelProto) -> Option<&'static str> {
	// What is dropped in training is random, unless it is nothing.
	if case.name.starts_with("test_training_dropout") && !case.name.contains("zero_ratio") {
		return Some("training operators");
	}
	let graph = model.graph.as_ref()?;
	let values = graph.input.iter().chain(&graph.output);
	values
		.filter_map(|value| value.r#type.as_ref())
		.find_map(of_type)
		.or_else(|| nodes(graph).find_map(of_node))
}

fn of_type(r#type: &TypeProto) -> Option<&'static str> {
	if r#type.sequence_type.is_some() {
		return Some("sequence types");
	}
	if r#type.optional_type.is_some() {
		return Some("optional types");
	}
	match &r#type.tensor_type {
		Some(tensor) if tensor.elem_type == STRING => Some("string tensors"),
		_ => None,
	}
}

fn of_node(node: &NodeProto) -> Option<&'static str> {
	match (node.domain.as_str(), node.op_type.as_str()) {
		("ai.onnx.preview.training", _) => Some("training operators"),
		("ai.onnx.ml", "LabelEncoder") => Some("string tensors"),
		(_, "ImageDecoder") => Some("image formats"),
		(
			_,
			"Bernoulli" | "Multinomial" | "RandomNormal" | "RandomNormalLike" | "RandomUniform"
			| "RandomUniformLike",
		) => Some("random numbers of another generator"),
		(_, name)
			if name.starts_with("Sequence") || name.ends_with("Sequence") && name != "ReverseSequence" =>
		{
			Some("sequence types")
		}
		(_, "Optional" | "OptionalGetElement" | "OptionalHasElement") => Some("optional types"),
		(_, "StringNormalizer" | "StringConcat" | "StringSplit" | "RegexFullMatch") => Some("string tensors"),
		_ => None,
	}
}

/// All nodes, those of graphs in attributes too.
fn nodes(graph: &GraphProto) -> Box<dyn Iterator<Item = &NodeProto> + '_> {
	Box::new(graph.node.iter().flat_map(|node| {
		let inner =
			node.attribute.iter().flat_map(|attribute| attribute.g.iter().flat_map(|graph| nodes(graph)));
		std::iter::once(node).chain(inner)
	}))
}
