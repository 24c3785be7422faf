//! Constants that are weights: stored as the backend likes, with no effect on results and accounts.

use crate::common::{bools, f32s, initializer, int, like, model, node, run, tensor, value};
use assay_graph::{
	Budget, DType, ExecError, HostTensor, Run,
	onnx::{AttributeProto, AttributeType, GraphProto, NodeProto},
};

/// Numbers whose sums depend on their order.
fn numbers(shape: &[usize], seed: usize) -> HostTensor {
	let count = shape.iter().product();
	let values: Vec<f32> = (0..count).map(|i| ((i * 7919 + seed * 31) % 1009) as f32 / 97.0 - 5.0).collect();
	f32s(shape, &values)
}

fn with(mut node: NodeProto, attributes: Vec<AttributeProto>) -> NodeProto {
	node.attribute = attributes;
	node
}

/// Runs the nodes, which make `y` of `x` and `w`, with `w` as an input or as a constant.
fn runs(nodes: &[NodeProto], outputs: &[(&str, usize)], x: HostTensor, w: HostTensor) -> [Run; 2] {
	[false, true].map(|constant| {
		let mut graph = GraphProto { node: nodes.to_vec(), input: vec![like("x", &x)], ..Default::default() };
		graph.output =
			outputs.iter().map(|&(name, rank)| value(name, DType::F32, &vec!["?"; rank])).collect();
		let mut inputs = vec![("x".to_string(), x.clone())];
		if constant {
			graph.initializer.push(initializer("w", &w));
		} else {
			graph.input.push(like("w", &w));
			inputs.push(("w".into(), w.clone()));
		}
		run(&model(13, graph), inputs, Budget::UNLIMITED).unwrap()
	})
}

#[track_caller]
fn check(nodes: &[NodeProto], outputs: &[(&str, usize)], x: HostTensor, w: HostTensor) {
	let [as_input, as_constant] = runs(nodes, outputs, x, w);
	assert_eq!(as_constant, as_input);
}

#[test]
fn weight_should_give_the_same_run_when_it_is_a_constant() {
	let y = [("y", 2)];
	check(&[node("MatMul", &["x", "w"], &["y"])], &y, numbers(&[5, 300], 1), numbers(&[300, 40], 2));
	let gemm = |transposed| with(node("Gemm", &["x", "w"], &["y"]), vec![int("transB", transposed)]);
	check(&[gemm(0)], &y, numbers(&[5, 30], 1), numbers(&[30, 17], 2));
	check(&[gemm(1)], &y, numbers(&[5, 30], 1), numbers(&[17, 30], 2));
	let y = [("y", 4)];
	check(&[node("Conv", &["x", "w"], &["y"])], &y, numbers(&[1, 4, 9, 9], 1), numbers(&[20, 4, 3, 3], 2));
	let grouped = with(node("Conv", &["x", "w"], &["y"]), vec![int("group", 2)]);
	check(&[grouped], &y, numbers(&[1, 4, 9, 9], 1), numbers(&[32, 2, 3, 3], 2));
	let transposed = node("ConvTranspose", &["x", "w"], &["y"]);
	check(&[transposed], &y, numbers(&[1, 4, 5, 5], 1), numbers(&[4, 20, 3, 3], 2));
}

#[test]
fn weight_should_give_the_same_run_when_others_read_it_too() {
	let (x, w) = (numbers(&[20, 20], 1), numbers(&[20, 20], 2));
	let product = node("MatMul", &["x", "w"], &["h"]);
	check(&[product.clone(), node("Add", &["h", "w"], &["y"])], &[("y", 2)], x.clone(), w.clone());
	check(&[product.clone(), node("MatMul", &["h", "w"], &["y"])], &[("y", 2)], x.clone(), w.clone());
	check(&[product.clone(), node("MatMul", &["w", "h"], &["y"])], &[("y", 2)], x.clone(), w.clone());
	let gemm = with(node("Gemm", &["h", "w"], &["y"]), vec![int("transB", 1)]);
	check(&[product, gemm], &[("y", 2)], x, w);
}

#[test]
fn weight_should_give_the_same_run_when_a_graph_inside_a_node_reads_it() {
	let branch = |name: &str, nodes: Vec<NodeProto>, output: &str| AttributeProto {
		name: name.into(),
		g: Some(Box::new(GraphProto {
			node: nodes,
			output: vec![value(output, DType::F32, &["?", "?"])],
			..Default::default()
		})),
		r#type: AttributeType::Graph as i32,
		..Default::default()
	};
	let condition = with(node("Constant", &[], &["c"]), vec![tensor("value", &bools(&[], &[true]))]);
	let product = node("MatMul", &["x", "w"], &["h"]);
	let sum = vec![node("Add", &["h", "w"], &["s"])];
	let products = vec![node("MatMul", &["h", "w"], &["p"])];
	for (first, second) in [
		(branch("then_branch", sum.clone(), "s"), branch("else_branch", products.clone(), "p")),
		(branch("then_branch", products, "p"), branch("else_branch", sum, "s")),
		// The branch gives the weight itself.
		(branch("then_branch", vec![], "w"), branch("else_branch", vec![], "h")),
	] {
		let choice = with(node("If", &["c"], &["y"]), vec![first, second]);
		let nodes = [condition.clone(), product.clone(), choice];
		check(&nodes, &[("y", 2)], numbers(&[20, 20], 1), numbers(&[20, 20], 2));
	}
}

#[test]
fn weight_should_give_the_same_run_when_it_is_an_output() {
	let nodes = [node("MatMul", &["x", "w"], &["y"])];
	check(&nodes, &[("y", 2), ("w", 2)], numbers(&[2, 16], 1), numbers(&[16, 16], 2));
}

#[test]
fn weight_should_give_the_same_run_when_it_or_the_other_side_is_a_vector() {
	let nodes = [node("MatMul", &["x", "w"], &["y"])];
	check(&nodes, &[("y", 1)], numbers(&[30], 1), numbers(&[30, 20], 2));
	check(&nodes, &[("y", 1)], numbers(&[20, 30], 1), numbers(&[30], 2));
	check(&nodes, &[("y", 3)], numbers(&[3, 2, 30], 1), numbers(&[3, 30, 20], 2));
}

#[test]
fn node_should_be_named_when_its_constant_weight_does_not_fit() {
	let nodes = [with(node("Conv", &["x", "w"], &["y"]), vec![int("group", 3)])];
	let graph = GraphProto {
		input: vec![value("x", DType::F32, &["1", "4", "9", "9"])],
		output: vec![value("y", DType::F32, &["?", "?", "?", "?"])],
		initializer: vec![initializer("w", &numbers(&[20, 4, 3, 3], 2))],
		node: nodes.to_vec(),
		..Default::default()
	};
	let inputs = vec![("x".to_string(), numbers(&[1, 4, 9, 9], 1))];
	match run(&model(13, graph), inputs, Budget::UNLIMITED) {
		Err(ExecError::OperatorFailed { node, .. }) => assert!(node.to_string().contains("Conv"), "{node}"),
		other => panic!("{other:?}"),
	}
}
