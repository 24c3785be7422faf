//! Models that decode and data that no operator can work with: typed errors that name the node, the same on every machine.

use crate::common::{
	decode, f32s, fails, float, i64s, initializer, int, model, node, one, run, string, value,
};
use assay_graph::{
	AttributeError, Budget, DType, DecodeError, ExecError, HostTensor, NodeProblem, ValueProblem,
	onnx::{AttributeProto, AttributeType, GraphProto, ModelProto, TensorProto},
};
use half::f16;

#[track_caller]
fn says(message: &str, parts: &[&str]) {
	assert!(parts.iter().all(|part| message.contains(part)), "{message}");
}

fn i32s(values: &[i32]) -> HostTensor {
	HostTensor::vector(values.to_vec())
}

// Division by zero

#[test]
fn integers_should_not_be_divided_by_zero() {
	for op in ["Div", "Mod"] {
		for (a, b) in [
			(i32s(&[1, 2]), i32s(&[1, 0])),
			(i64s(&[2, 2], &[0; 4]), i64s(&[1], &[0])),
			(HostTensor::vector(vec![1u8]), HostTensor::vector(vec![0u8])),
		] {
			says(&fails(op, 14, vec![], &[a, b]), &["node 0", op, "integer division by zero"]);
		}
	}
	let remainder = fails("Mod", 14, vec![int("fmod", 1)], &[i32s(&[5]), i32s(&[0])]);
	says(&remainder, &["\"Mod\"", "division by zero"]);
	says(&fails("Pow", 15, vec![], &[i32s(&[0]), i32s(&[-1])]), &["\"Pow\"", "division by zero"]);
	// Nothing is divided where there is nothing.
	assert!(one("Div", 14, vec![], &[i32s(&[]), i32s(&[0])]).is_empty());
	// The least integer by -1 wraps.
	assert_eq!(one("Div", 14, vec![], &[i32s(&[i32::MIN]), i32s(&[-1])]), i32s(&[i32::MIN]));
}

#[test]
fn shapes_should_not_divide_by_zero() {
	let x = f32s(&[0, 3], &[]);
	says(
		&fails("Reshape", 14, vec![], &[x.clone(), i64s(&[2], &[0, -1])]),
		&["\"Reshape\"", "-1 has no solution"],
	);
	says(&fails("Split", 18, vec![int("num_outputs", 0)], &[x]), &["\"Split\""]);
	let zero = i64s(&[], &[0]);
	says(&fails("Range", 11, vec![], &[zero.clone(), i64s(&[], &[5]), zero]), &["\"Range\"", "delta is 0"]);
}

// Shapes out of bounds

#[test]
fn shapes_should_be_refused_when_they_overflow() {
	let huge = i64::from(i32::MAX);
	for dims in [vec![i64::MAX], vec![i64::MIN], vec![huge + 1], vec![-1]] {
		says(&fails("ConstantOfShape", 9, vec![], &[i64s(&[1], &dims)]), &["\"ConstantOfShape\"", "size"]);
		says(&fails("Expand", 8, vec![], &[f32s(&[1], &[0.0]), i64s(&[1], &dims)]), &["\"Expand\"", "size"]);
	}
	says(&fails("ConstantOfShape", 9, vec![], &[i64s(&[9], &[1; 9])]), &["\"ConstantOfShape\"", "at most 8"]);
	says(&fails("Tile", 13, vec![], &[f32s(&[2], &[0.0; 2]), i64s(&[1], &[huge])]), &["\"Tile\""]);
	let flat = fails("Flatten", 13, vec![int("axis", 3)], &[f32s(&[0, 1], &[])]);
	says(&flat, &["\"Flatten\"", "axis 3"]);
}

/// `y = ConstantOfShape(dims)`.
fn filled(dims: &[i64]) -> (ModelProto, Vec<(String, HostTensor)>) {
	let graph = GraphProto {
		input: vec![value("dims", DType::I64, &["?"])],
		output: vec![value("y", DType::F32, &[])],
		node: vec![node("ConstantOfShape", &["dims"], &["y"])],
		..Default::default()
	};
	(model(13, graph), vec![("dims".into(), i64s(&[dims.len()], dims))])
}

#[test]
fn sizes_that_overflow_every_word_should_be_out_of_memory_before_anything_is_allocated() {
	let (model, inputs) = filled(&[i64::from(i32::MAX); 8]);
	let budget = Budget { compute_units: u64::MAX, memory_bytes: 1 << 30 };
	let error = run(&model, inputs, budget).unwrap_err();
	let ExecError::OutOfMemory { node: Some(node), .. } = &error else { panic!("{error}") };
	assert_eq!(node.op_type, "ConstantOfShape");
}

// Things of the wrong kind

#[test]
fn initializers_should_agree_with_the_inputs_they_are_defaults_of() {
	let declared = |dtype, dims: &[&str]| {
		let graph = GraphProto {
			input: vec![value("w", dtype, dims)],
			output: vec![value("y", DType::F32, &["2"])],
			initializer: vec![initializer("w", &f32s(&[2], &[1.0, 2.0]))],
			node: vec![node("Neg", &["w"], &["y"])],
			..Default::default()
		};
		decode(&model(13, graph))
	};
	assert!(declared(DType::F32, &["2"]).is_ok());
	assert!(declared(DType::F32, &["n"]).is_ok());
	for (dtype, dims) in [(DType::F32, &["3"][..]), (DType::F32, &["2", "1"]), (DType::I64, &["2"])] {
		let error = declared(dtype, dims).unwrap_err();
		let DecodeError::Input { problem: ValueProblem::Initializer { found }, .. } = &error else {
			panic!("{error}")
		};
		assert_eq!(found.to_string(), "float32[2]");
	}
}

#[test]
fn outputs_should_be_of_the_declared_type() {
	let (mut model, inputs) = filled(&[2]);
	model.graph.as_mut().unwrap().output[0] = value("y", DType::I64, &["2"]);
	let error = run(&model, inputs, Budget::UNLIMITED).unwrap_err();
	assert!(error.is_deterministic());
	says(&error.to_string(), &["\"y\" int64[2]", "float32[2]"]);
}

#[test]
fn strings_should_be_refused_where_numbers_belong() {
	let strings = |tensor: TensorProto| {
		let graph = GraphProto {
			output: vec![value("y", DType::F32, &["1"])],
			initializer: vec![TensorProto { name: "w".into(), ..tensor }],
			node: vec![node("Neg", &["w"], &["y"])],
			..Default::default()
		};
		decode(&model(13, graph)).unwrap_err().to_string()
	};
	says(&strings(TensorProto { dims: vec![1], data_type: 8, ..Default::default() }), &["\"w\"", "type 8"]);
	let attribute =
		|op: &str, inputs: &[HostTensor], attributes: Vec<AttributeProto>| fails(op, 13, attributes, inputs);
	says(
		&attribute("Softmax", &[f32s(&[1], &[0.0])], vec![string("axis", "1")]),
		&["\"Softmax\"", "\"axis\"", "INT"],
	);
	says(&attribute("Cast", &[f32s(&[1], &[0.0])], vec![int("to", 8)]), &["\"Cast\"", "element type 8"]);
	says(&attribute("Constant", &[], vec![string("value_string", "a")]), &["\"Constant\"", "strings"]);
	says(&attribute("LeakyRelu", &[f32s(&[1], &[0.0])], vec![int("alpha", 1)]), &["\"LeakyRelu\"", "FLOAT"]);
	says(&attribute("Neg", &[f32s(&[1], &[0.0])], vec![float("alpha", 1.0)]), &["\"Neg\"", "no attribute"]);
	let invalid = AttributeProto {
		name: "mode".into(),
		s: Some(vec![0xff, 0xfe]),
		r#type: AttributeType::String as i32,
		..Default::default()
	};
	says(
		&attribute("Pad", &[f32s(&[1], &[0.0]), i64s(&[2], &[0, 0])], vec![invalid]),
		&["\"Pad\"", "STRING"],
	);
}

#[test]
fn types_should_be_refused_where_an_operator_has_no_meaning_for_them() {
	let storage = || HostTensor::vector(vec![1i64, 2]).cast(DType::I4);
	for op in ["Neg", "Relu", "Exp", "Softmax", "Not"] {
		says(&fails(op, 21, vec![], &[storage()]), &[op, "int4"]);
	}
	for op in ["Add", "Equal", "And", "MatMul", "Max"] {
		says(&fails(op, 21, vec![], &[storage(), storage()]), &[op, "int4"]);
	}
	says(&fails("Add", 21, vec![], &[f32s(&[1], &[0.0]), i32s(&[1])]), &["\"Add\"", "one element type"]);
	says(&fails("ReduceSum", 21, vec![], &[storage()]), &["\"ReduceSum\"", "int4"]);
	let bits = fails("BitCast", 26, vec![int("to", 7)], &[i32s(&[1])]);
	says(&bits, &["\"BitCast\"", "as many bits"]);
}

#[test]
fn attributes_should_be_refused_with_the_node_and_operator_when_one_is_missing() {
	let graph = GraphProto {
		input: vec![value("x", DType::F32, &["1"])],
		output: vec![value("y", DType::F32, &["1"])],
		node: vec![node("Identity", &["x"], &["t"]), node("Cast", &["t"], &["y"])],
		..Default::default()
	};
	let error = decode(&model(13, graph)).unwrap_err();
	let DecodeError::Node { node, problem } = &error else { panic!("{error}") };
	assert_eq!((node.index, node.op_type.as_str()), (1, "Cast"));
	assert_eq!(*problem, NodeProblem::Attribute(AttributeError::Missing("to")));
}

// NaN

#[test]
fn payloads_of_nan_in_weights_should_not_reach_any_result() {
	let payload = f32::from_bits(0xffc1_2345);
	let weights = HostTensor::vector(vec![payload, 1.0]);
	let canonical = [0x7fc0_0000u32, 0x3f80_0000].map(u32::to_le_bytes).concat();
	assert_eq!(one("Identity", 13, vec![], std::slice::from_ref(&weights)).to_le_bytes(), canonical);
	let bits = one("BitCast", 26, vec![int("to", 12)], std::slice::from_ref(&weights));
	assert_eq!(bits.to_le_bytes(), canonical);
	let halves = HostTensor::vector(vec![f16::from_bits(0xfe01)]);
	assert_eq!(one("BitCast", 26, vec![int("to", 4)], &[halves]).to_le_bytes(), [0x00, 0x7e]);
	let narrow = one("Cast", 19, vec![int("to", 19)], &[weights]);
	assert_eq!(narrow.to_le_bytes(), [0x7e, 0x3c]);
}
