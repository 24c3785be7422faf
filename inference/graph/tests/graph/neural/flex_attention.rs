//! `FlexAttention`, whose graphs may read values of the graph around.

use assay_graph::{
	Budget, DType, Executor, HostTensor, SliceOps,
	onnx::{AttributeProto, AttributeType, GraphProto, ModelProto, NodeProto, OperatorSetIdProto},
};
use assay_numerics::Cpu;

use super::common::{decode, f32s, int, like, model, node, value};

fn graph(name: &str, body: GraphProto) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		g: Some(Box::new(body)),
		r#type: AttributeType::Graph as i32,
		..Default::default()
	}
}

/// A graph of one node, from `x` to `y`.
fn body(operator: NodeProto) -> GraphProto {
	let scalar = |name| value(name, DType::F32, &["?", "?", "?", "?"]);
	GraphProto {
		node: vec![operator],
		input: vec![scalar("x")],
		output: vec![scalar("y")],
		..Default::default()
	}
}

/// Attention over `inputs`, named q, k, v, and more for the graphs to read.
fn flex(attributes: Vec<AttributeProto>, inputs: &[(&str, HostTensor)]) -> Result<HostTensor, String> {
	let flex = NodeProto {
		domain: "ai.onnx.preview".into(),
		attribute: attributes,
		..node("FlexAttention", &["q", "k", "v"], &["out"])
	};
	let graph = GraphProto {
		input: inputs.iter().map(|(name, tensor)| like(name, tensor)).collect(),
		output: vec![value("out", inputs[2].1.dtype(), &["?", "?", "?", "?"])],
		node: vec![flex],
		..Default::default()
	};
	let mut model: ModelProto = model(26, graph);
	model.opset_import.push(OperatorSetIdProto { domain: "ai.onnx.preview".into(), version: 1 });
	let model = decode(&model).map_err(|error| error.to_string())?;
	let given = inputs.iter().map(|(name, tensor)| (name.to_string(), tensor.clone())).collect();
	let executor = Executor::new(model, SliceOps::new(Cpu::scalar())).unwrap();
	let run = executor.run(given, &Budget::UNLIMITED).map_err(|error| error.to_string())?;
	Ok(run.outputs.into_iter().next().unwrap().1)
}

fn column(values: &[f32]) -> HostTensor {
	f32s(&[1, 1, values.len(), 1], values)
}

/// A query that weighs both keys alike.
fn inputs() -> Vec<(&'static str, HostTensor)> {
	vec![("q", column(&[0.0])), ("k", column(&[7.0, 9.0])), ("v", column(&[2.0, 4.0]))]
}

#[test]
fn flex_attention_should_average_values_when_it_has_no_graphs() {
	assert_eq!(flex(vec![], &inputs()), Ok(column(&[3.0])));
	assert_eq!(flex(vec![int("softmax_precision", 11)], &inputs()), Ok(column(&[3.0])));
	assert_eq!(flex(vec![int("softmax_precision", 10)], &inputs()), Ok(column(&[3.0])));
}

#[test]
fn flex_attention_should_change_scores_and_probabilities_by_its_graphs() {
	let mut with_mask = inputs();
	with_mask.push(("mask", f32s(&[2], &[0.0, f32::NEG_INFINITY])));
	let masked = graph("score_mod", body(node("Add", &["x", "mask"], &["y"])));
	assert_eq!(flex(vec![masked.clone()], &with_mask), Ok(column(&[2.0])));
	let negated = graph("prob_mod", body(node("Neg", &["x"], &["y"])));
	assert_eq!(flex(vec![masked, negated], &with_mask), Ok(column(&[-2.0])));
}

#[test]
fn flex_attention_should_share_keys_among_groups_of_queries() {
	let inputs = [
		("q", f32s(&[1, 4, 1, 1], &[0.0; 4])),
		("k", f32s(&[1, 2, 2, 1], &[0.0; 4])),
		("v", f32s(&[1, 2, 2, 1], &[1.0, 3.0, 10.0, 30.0])),
	];
	assert_eq!(flex(vec![], &inputs), Ok(f32s(&[1, 4, 1, 1], &[2.0, 2.0, 20.0, 20.0])));
}

#[test]
fn flex_attention_should_be_refused_when_a_graph_changes_the_shape_or_inputs_do_not_fit() {
	let sum = graph("score_mod", body(node("ReduceSum", &["x"], &["y"])));
	assert!(flex(vec![sum], &inputs()).unwrap_err().contains("must keep type and shape"));
	let mut two_inputs = body(node("Neg", &["x"], &["y"]));
	two_inputs.input.push(value("z", DType::F32, &[]));
	assert!(flex(vec![graph("prob_mod", two_inputs)], &inputs()).unwrap_err().contains("prob_mod"));
	assert!(flex(vec![int("softmax_precision", 7)], &inputs()).unwrap_err().contains("softmax_precision"));
	let mut other = inputs();
	other[2].1 = column(&[2.0]);
	assert!(flex(vec![], &other).unwrap_err().contains("does not belong"));
	other[1].1 = f32s(&[1, 1, 2], &[0.0; 2]);
	assert!(flex(vec![], &other).unwrap_err().contains("four dimensions"));
}
