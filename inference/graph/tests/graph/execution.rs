//! Inputs, budgets, accounts: what every machine must agree on.

use crate::common::{self, decode, f32s, i64s, initializer, int, model, node, run, value};
use assay_graph::{
	Budget, DType, ExecError, Executor, HostTensor, InputError, SliceOps,
	metering::{MULTIPLY_ADDS_PER_TENSOR, MULTIPLY_ADDS_PER_UNIT},
	onnx::{GraphProto, ModelProto},
};
use assay_numerics::Cpu;

/// `y = relu(x · w)`, `x [batch, 64]`, `w [64, 32]`.
fn dense() -> ModelProto {
	let graph = GraphProto {
		input: vec![value("x", DType::F32, &["batch", "64"])],
		output: vec![value("y", DType::F32, &["batch", "32"])],
		initializer: vec![initializer("w", &f32s(&[64, 32], &[0.5; 64 * 32]))],
		node: vec![node("MatMul", &["x", "w"], &["h"]), node("Relu", &["h"], &["y"])],
		..Default::default()
	};
	model(13, graph)
}

fn rows(count: usize) -> Vec<(String, HostTensor)> {
	vec![("x".to_string(), f32s(&[count, 64], &vec![1.0; count * 64]))]
}

fn budget(compute_units: u64, memory_bytes: u64) -> Budget {
	Budget { compute_units, memory_bytes }
}

// Inputs

fn refused(inputs: Vec<(String, HostTensor)>) -> InputError {
	match run(&dense(), inputs, Budget::UNLIMITED) {
		Err(ExecError::InvalidInput(error)) => error,
		other => panic!("{other:?}"),
	}
}

#[test]
fn inputs_should_be_refused_when_missing_unknown_duplicate_or_of_another_type() {
	assert!(matches!(refused(vec![]), InputError::Missing { .. }));
	let x = rows(1).remove(0).1;
	assert!(matches!(
		refused(vec![("x".into(), x.clone()), ("z".into(), x.clone())]),
		InputError::Unknown { .. }
	));
	assert!(matches!(refused([rows(1), rows(1)].concat()), InputError::Duplicate { .. }));
	let wrong = |tensor: HostTensor| refused(vec![("x".into(), tensor)]);
	let integers = wrong(i64s(&[1, 64], &[0; 64]));
	assert_eq!(
		integers.to_string(),
		"an input does not fit: the model declares \"x\" float32[\"batch\", 64], found int64[1, 64]"
	);
	assert!(matches!(wrong(f32s(&[64], &[0.0; 64])), InputError::Mismatch { .. }));
	assert!(matches!(wrong(f32s(&[1, 63], &[0.0; 63])), InputError::Mismatch { .. }));
}

#[test]
fn named_dimensions_should_agree_across_inputs() {
	let graph = GraphProto {
		input: vec![value("a", DType::F32, &["n", "?"]), value("b", DType::F32, &["n", "?"])],
		output: vec![value("y", DType::F32, &["n", "?"])],
		node: vec![node("Concat", &["a", "b"], &["y"])],
		..Default::default()
	};
	let mut pair = model(13, graph);
	pair.graph.as_mut().unwrap().node[0].attribute = vec![int("axis", 1)];
	let inputs = |a: &[usize], b: &[usize]| {
		let zeros = |shape: &[usize]| f32s(shape, &vec![0.0; shape.iter().product()]);
		vec![("b".to_string(), zeros(b)), ("a".to_string(), zeros(a))]
	};
	let fits = run(&pair, inputs(&[2, 1], &[2, 3]), Budget::UNLIMITED).unwrap();
	assert_eq!(fits.outputs[0].1.shape(), [2, 4]);
	let differs = run(&pair, inputs(&[2, 1], &[3, 1]), Budget::UNLIMITED).unwrap_err();
	let ExecError::InvalidInput(InputError::Dimension { dim, bound, found, .. }) = differs else {
		panic!("{differs}")
	};
	assert_eq!((dim.as_str(), bound, found), ("n", 2, 3));
}

// Metering

#[test]
fn compute_units_should_be_the_documented_formula() {
	let run = run(&dense(), rows(10), Budget::UNLIMITED).unwrap();
	let matmul: u64 = 10 * 32 * (64 + 128);
	let relu: u64 = 10 * 32 * 16;
	let units = |tensors: u64, work: u64| {
		(tensors * MULTIPLY_ADDS_PER_TENSOR + work).div_ceil(MULTIPLY_ADDS_PER_UNIT)
	};
	assert_eq!(run.compute_units, units(3, matmul) + units(2, relu));
}

#[test]
fn compute_budget_should_suffice_exactly_when_it_is_what_the_run_takes() {
	let needed = run(&dense(), rows(10), Budget::UNLIMITED).unwrap().compute_units;
	assert!(run(&dense(), rows(10), budget(needed, u64::MAX)).is_ok());
	let error = run(&dense(), rows(10), budget(needed - 1, u64::MAX)).unwrap_err();
	let ExecError::OutOfCompute { node, needed: reported, budget } = &error else { panic!("{error}") };
	assert_eq!((node.index, *reported, *budget), (1, needed, needed - 1));
	assert_eq!(error.compute_units(), Some(needed - 1));
}

#[test]
fn peak_memory_should_count_constants_inputs_and_live_values_only() {
	let run = run(&dense(), rows(10), Budget::UNLIMITED).unwrap();
	let (weights, x, hidden) = (64 * 32 * 4, 10 * 64 * 4, 10 * 32 * 4);
	// While the product runs: weights, x and h. While relu runs, x is gone, and y is as large as h: less.
	assert_eq!(run.peak_bytes, weights + x + hidden);
}

#[test]
fn memory_budget_should_suffice_exactly_when_it_is_the_peak() {
	let peak = run(&dense(), rows(10), Budget::UNLIMITED).unwrap().peak_bytes;
	assert!(run(&dense(), rows(10), budget(u64::MAX, peak)).is_ok());
	let error = run(&dense(), rows(10), budget(u64::MAX, peak - 1)).unwrap_err();
	let ExecError::OutOfMemory { node: Some(node), needed, .. } = &error else { panic!("{error}") };
	assert_eq!((node.index, *needed), (0, peak));
	let error = run(&dense(), rows(10), budget(u64::MAX, 100)).unwrap_err();
	assert!(matches!(error, ExecError::OutOfMemory { node: None, .. }), "{error}");
}

#[test]
fn huge_outputs_should_be_charged_before_they_are_allocated() {
	// 2^60 elements from a shape of two numbers.
	let graph = GraphProto {
		output: vec![value("y", DType::F32, &["?", "?"])],
		initializer: vec![initializer("s", &i64s(&[2], &[1 << 30, 1 << 30]))],
		node: vec![node("ConstantOfShape", &["s"], &["y"])],
		..Default::default()
	};
	let error = run(&model(13, graph.clone()), vec![], budget(u64::MAX, 1 << 30)).unwrap_err();
	assert!(matches!(error, ExecError::OutOfMemory { needed, .. } if needed > 1 << 61), "{error}");
	let error = run(&model(13, graph), vec![], budget(1000, u64::MAX)).unwrap_err();
	assert!(matches!(error, ExecError::OutOfCompute { .. }), "{error}");
}

#[test]
fn runs_should_agree_on_everything_on_every_instruction_set_and_thread_count() {
	let bytes = std::fs::read("tests/golden/transformer_block.onnx").unwrap();
	let decoded = assay_graph::Model::decode(&bytes, &assay_graph::Limits::default()).unwrap();
	let inputs = vec![
		("x".to_string(), f32s(&[1, 4, 16], &(0..64).map(|i| (i as f32).sin()).collect::<Vec<_>>())),
		("mask".to_string(), i64s(&[1, 4], &[1, 1, 1, 0])),
	];
	let scalar = Executor::new(decoded.clone(), SliceOps::new(Cpu::scalar())).unwrap();
	let reference = scalar.run(inputs.clone(), &Budget::UNLIMITED).unwrap();
	for cpu in Cpu::available() {
		let executor = Executor::new(decoded.clone(), SliceOps::new(cpu)).unwrap();
		for _ in 0..2 {
			assert_eq!(executor.run(inputs.clone(), &Budget::UNLIMITED).unwrap(), reference, "{cpu:?}");
		}
		// Wherever the budget ends, it ends at the same node.
		for units in (0..reference.compute_units).step_by(7) {
			let budget = budget(units, u64::MAX);
			let error = executor.run(inputs.clone(), &budget).unwrap_err();
			assert_eq!(error, scalar.run(inputs.clone(), &budget).unwrap_err(), "{units} units on {cpu:?}");
		}
	}
}

#[test]
fn failures_should_name_the_node_and_keep_the_account() {
	let mut failing = dense();
	let graph = failing.graph.as_mut().unwrap();
	graph.initializer.push(initializer("shape", &i64s(&[1], &[7])));
	graph.node.push(node("Reshape", &["y", "shape"], &["z"]));
	graph.node[2].name = "last".into();
	graph.output[0].name = "z".into();
	let paid = run(&dense(), rows(10), Budget::UNLIMITED).unwrap().compute_units;
	let error = run(&failing, rows(10), Budget::UNLIMITED).unwrap_err();
	assert_eq!(error.compute_units(), Some(paid));
	assert_eq!(
		error.to_string(),
		"node 2 (\"Reshape\", named \"last\"): [10, 32] has 320 elements and cannot take shape [7]"
	);
}

// The graph

#[test]
fn values_should_pass_through_when_outputs_are_inputs_constants_or_read_again() {
	let graph = GraphProto {
		input: vec![value("x", DType::F32, &["1"])],
		output: ["c", "x", "a", "b"].map(|name| value(name, DType::F32, &["1"])).to_vec(),
		initializer: vec![initializer("c", &f32s(&[1], &[5.0]))],
		node: vec![
			node("Neg", &["x"], &["a"]),
			node("Add", &["a", "a"], &["b"]),
			node("Abs", &["b"], &["unread"]),
		],
		..Default::default()
	};
	let inputs = vec![("x".to_string(), f32s(&[1], &[2.0]))];
	let run = run(&model(13, graph), inputs, Budget::UNLIMITED).unwrap();
	let values: Vec<f32> =
		run.outputs.iter().map(|(_, tensor)| tensor.as_slice::<f32>().unwrap()[0]).collect();
	assert_eq!(values, [5.0, 2.0, -2.0, -4.0]);
	let names: Vec<&str> = run.outputs.iter().map(|(name, _)| name.as_str()).collect();
	assert_eq!(names, ["c", "x", "a", "b"]);
}

#[test]
fn parts_that_nobody_wants_should_be_dropped() {
	let (mut split, _) = common::single("Split", 13, vec![], &[Some(f32s(&[4], &[0.0; 4]))], 2);
	let graph = split.graph.as_mut().unwrap();
	graph.initializer.push(initializer("lengths", &i64s(&[3], &[1, 1, 2])));
	graph.node[0].input.push("lengths".into());
	let inputs = vec![("x0".to_string(), f32s(&[4], &[0.0; 4]))];
	assert_eq!(run(&split, inputs, Budget::UNLIMITED).unwrap().outputs.len(), 2);
}

#[test]
fn empty_results_should_cost_nothing_when_other_dimensions_are_huge() {
	let huge = HostTensor::from_vec([i32::MAX as usize, 0, 5], Vec::<f32>::new()).unwrap();
	let product = common::one("MatMul", 13, vec![], &[huge.clone(), f32s(&[5, 3], &[1.0; 15])]);
	assert_eq!(product.shape(), [i32::MAX as usize, 0, 3]);
	assert_eq!(common::one("Softmax", 13, vec![], std::slice::from_ref(&huge)), huge);
}

#[test]
fn half_precision_should_be_computed_like_any_other_when_there_are_no_elements() {
	for dtype in [DType::F16, DType::BF16] {
		let empty = |shape: &[usize]| HostTensor::from_vec(shape, Vec::<f32>::new()).unwrap().cast(dtype);
		let axes = vec![common::ints("axes", &[1])];
		let sum = common::one("ReduceSum", 11, axes, &[empty(&[2, 0])]);
		assert_eq!(sum, f32s(&[2, 1], &[0.0; 2]).cast(dtype));
		let product = common::one("Gemm", 13, vec![], &[empty(&[2, 0]), empty(&[0, 3])]);
		assert_eq!(product, f32s(&[2, 3], &[0.0; 6]).cast(dtype));
	}
}

#[test]
fn messages_should_stay_short_when_a_model_has_many_inputs_with_long_names() {
	let mut model = dense();
	let names = (0..100).map(|index| format!("{index}{}", "x".repeat(1000)));
	model.graph.as_mut().unwrap().input.extend(names.map(|name| value(&name, DType::F32, &[])));
	let expected = decode(&model).unwrap().inputs().map(|input| input.name.clone()).collect();
	let message = InputError::Unknown { name: "z".into(), expected }.to_string();
	assert!(message.contains("\"x\"") && message.len() < 2000, "{message}");
}

#[test]
fn decoded_model_should_be_reusable_for_many_runs_of_different_sizes() {
	let executor = Executor::new(decode(&dense()).unwrap(), SliceOps::new(Cpu::scalar())).unwrap();
	for count in [1, 3, 0, 2] {
		let run = executor.run(rows(count), &Budget::UNLIMITED).unwrap();
		assert_eq!(run.outputs[0].1, f32s(&[count, 32], &vec![32.0; count * 32]));
	}
}
