//! Nodes that are executed together: accounts and failures must be those of the nodes one by one.

use crate::common::{decode, f32s, i64s, initializer, model, node, run, value};
use assay_graph::{Budget, DType, ExecError, HostTensor, Run, onnx::ModelProto};

/// Operators of the model below, in order; `Unsqueeze` stands between a chain's nodes without being one of them.
const OPERATORS: [&str; 7] = ["Conv", "BatchNormalization", "Unsqueeze", "Mul", "Relu", "Add", "ReduceMean"];

const X: [usize; 4] = [1, 2, 6, 5];

/// `mean(relu(bn(conv(x)) * s) + x)`. With `open`, every value on the way is an output too, so that nothing is a chain.
fn network(open: bool) -> ModelProto {
	let dims = X.map(|size| size.to_string());
	let like_x = |name: &str| value(name, DType::F32, &dims.each_ref().map(String::as_str));
	let weights: Vec<f32> = (0..2 * 2 * 9).map(|i| (i % 7) as f32 / 4.0 - 0.7).collect();
	let mut output = vec![value("y", DType::F32, &["1", "2", "1", "1"])];
	if open {
		output.extend(["a", "b", "d", "e", "f"].map(like_x));
		output.push(value("c", DType::F32, &["2", "1", "1"]));
	}
	let mut graph = assay_graph::onnx::GraphProto {
		input: vec![like_x("x")],
		output,
		initializer: vec![
			initializer("w", &f32s(&[2, 2, 3, 3], &weights)),
			initializer("scale", &f32s(&[2], &[1.5, -0.5])),
			initializer("bias", &f32s(&[2], &[0.1, 0.2])),
			initializer("mean", &f32s(&[2], &[0.3, -0.4])),
			initializer("var", &f32s(&[2], &[0.5, 2.0])),
			initializer("s", &f32s(&[2], &[3.0, -2.0])),
			initializer("axes", &i64s(&[2], &[1, 2])),
			initializer("spatial", &i64s(&[2], &[2, 3])),
		],
		node: vec![
			node("Conv", &["x", "w"], &["a"]),
			node("BatchNormalization", &["a", "scale", "bias", "mean", "var"], &["b"]),
			node("Unsqueeze", &["s", "axes"], &["c"]),
			node("Mul", &["b", "c"], &["d"]),
			node("Relu", &["d"], &["e"]),
			node("Add", &["x", "e"], &["f"]),
			node("ReduceMean", &["f", "spatial"], &["y"]),
		],
		..Default::default()
	};
	graph.node[0].attribute = vec![crate::common::ints("pads", &[1, 1, 1, 1])];
	model(18, graph)
}

fn input() -> Vec<(String, HostTensor)> {
	let values: Vec<f32> = (0..60).map(|i| (i * 37 % 23) as f32 / 8.0 - 1.2).collect();
	vec![("x".into(), f32s(&X, &values))]
}

fn executed(open: bool, budget: Budget) -> Result<Run, ExecError> {
	run(&network(open), input(), budget)
}

#[test]
fn chain_should_give_the_result_and_the_cost_of_its_nodes() {
	let (chain, open) =
		(executed(false, Budget::UNLIMITED).unwrap(), executed(true, Budget::UNLIMITED).unwrap());
	assert_eq!(chain.outputs[0], open.outputs[0]);
	assert_eq!(chain.compute_units, open.compute_units);
}

#[test]
fn every_compute_limit_should_end_at_the_same_node() {
	let total = executed(false, Budget::UNLIMITED).unwrap().compute_units;
	let mut ended = Vec::new();
	for compute_units in 0..total {
		let budget = Budget { compute_units, memory_bytes: u64::MAX };
		let (chain, open) = (executed(false, budget).unwrap_err(), executed(true, budget).unwrap_err());
		assert_eq!(chain, open);
		let ExecError::OutOfCompute { node, .. } = chain else { panic!("{chain}") };
		ended.push(node.op_type);
	}
	ended.dedup();
	assert_eq!(ended, OPERATORS);
}

#[test]
fn memory_should_be_counted_as_if_nodes_ran_one_by_one() {
	let (constants, tensor, small) = (4 * (36 + 5 * 2) + 8 * 4, 4 * 60, 8);
	// x lives until it is added; from node to node one tensor is read and one written, and the scale lives from where it is
	// reshaped until it was multiplied with.
	let peak = constants + 3 * tensor + small;
	assert_eq!(executed(false, Budget::UNLIMITED).unwrap().peak_bytes, peak);
	let at = |memory_bytes| {
		let error = executed(false, Budget { compute_units: u64::MAX, memory_bytes }).unwrap_err();
		let ExecError::OutOfMemory { node: Some(node), needed, .. } = error else { panic!("{error}") };
		(node.op_type, needed)
	};
	assert_eq!(at(peak - 1), ("Mul".into(), peak));
	assert_eq!(at(peak - small - 1), ("BatchNormalization".into(), peak - small));
	assert_eq!(at(constants + 2 * tensor - 1), ("Conv".into(), constants + 2 * tensor));
}

#[test]
fn chain_should_end_where_a_result_is_read_twice_or_has_another_shape() {
	let graph = |nodes: Vec<assay_graph::onnx::NodeProto>| {
		let graph = assay_graph::onnx::GraphProto {
			input: vec![value("x", DType::F32, &["1", "3"]), value("z", DType::F32, &["?", "3"])],
			output: vec![value("y", DType::F32, &["?", "3"])],
			node: nodes,
			..Default::default()
		};
		model(18, graph)
	};
	let inputs = || {
		let z = f32s(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
		vec![("x".to_string(), f32s(&[1, 3], &[-1.0, 2.0, -3.0])), ("z".to_string(), z)]
	};
	let squared = graph(vec![node("Relu", &["x"], &["a"]), node("Mul", &["a", "a"], &["y"])]);
	let run_on = |proto: &ModelProto| run(proto, inputs(), Budget::UNLIMITED).unwrap().outputs.remove(0).1;
	assert_eq!(run_on(&squared), f32s(&[1, 3], &[0.0, 4.0, 0.0]));
	let broadcast = graph(vec![node("Relu", &["x"], &["a"]), node("Sub", &["z", "a"], &["y"])]);
	assert_eq!(run_on(&broadcast), f32s(&[2, 3], &[1.0, 0.0, 3.0, 4.0, 3.0, 6.0]));
	assert!(decode(&broadcast).is_ok());
}

#[test]
fn failure_between_the_nodes_of_a_chain_should_name_its_node() {
	let graph = assay_graph::onnx::GraphProto {
		input: vec![value("x", DType::F32, &["1", "3"]), value("i", DType::I64, &["1"])],
		output: vec![value("y", DType::F32, &["1", "3"])],
		initializer: vec![initializer("t", &f32s(&[2], &[10.0, 20.0]))],
		node: vec![
			node("Relu", &["x"], &["a"]),
			node("Gather", &["t", "i"], &["b"]),
			node("Add", &["a", "b"], &["y"]),
		],
		..Default::default()
	};
	let with = |index: i64| {
		let x = f32s(&[1, 3], &[-1.0, 2.0, -3.0]);
		let inputs = vec![("x".to_string(), x), ("i".to_string(), i64s(&[1], &[index]))];
		run(&model(18, graph.clone()), inputs, Budget::UNLIMITED)
	};
	assert_eq!(with(1).unwrap().outputs[0].1, f32s(&[1, 3], &[20.0, 22.0, 20.0]));
	let ExecError::OperatorFailed { node, .. } = with(2).unwrap_err() else { panic!("another failure") };
	assert_eq!((node.index, node.op_type.as_str()), (1, "Gather"));
}
