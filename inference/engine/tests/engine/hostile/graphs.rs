//! Graphs that are valid, and never end, want everything, or do what no operator can.

use super::{Hostile, hostile};
use crate::support::{Model, node};
use assay_graph::{
	DType, HostTensor,
	onnx::{AttributeProto, AttributeType, GraphProto, NodeProto, TensorProto, ValueInfoProto},
};
use assay_primitives::Outcome::{self, InvalidModel, OperatorFailed, OutOfCompute, OutOfMemory};

/// All of them.
pub fn all() -> Vec<Hostile> {
	let mut models = endless();
	models.extend(greedy());
	models.extend(failing());
	models.extend(lying());
	models
}

fn of(name: &str, constants: &[(&str, HostTensor)], nodes: Vec<NodeProto>, outcome: Outcome) -> Hostile {
	let constants = constants
		.iter()
		.map(|(name, tensor)| TensorProto { name: name.to_string(), ..TensorProto::from(tensor) })
		.collect();
	hostile(name, Model::new(nodes, constants, &[("x", DType::F32)], "x", r#"["any"]"#), outcome)
}

fn ints(values: &[i64]) -> HostTensor {
	HostTensor::vector(values.to_vec())
}

fn int(name: &str, value: i64) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		i: Some(value),
		r#type: AttributeType::Int as i32,
		..Default::default()
	}
}

fn with(mut node: NodeProto, attribute: AttributeProto) -> NodeProto {
	node.attribute.push(attribute);
	node
}

/// A loop that carries `state` and ends never: these nodes make `next` of `now`.
fn forever(state: &str, nodes: Vec<NodeProto>, results: &[&str]) -> NodeProto {
	let value = |name: &str| ValueInfoProto { name: name.into(), ..Default::default() };
	let mut all = nodes;
	all.push(node("Identity", &["continue"], "again"));
	let body = GraphProto {
		node: all,
		input: ["iteration", "continue", "now"].map(value).into(),
		output: [&["again"], results].concat().into_iter().map(value).collect(),
		..Default::default()
	};
	let body = AttributeProto {
		name: "body".into(),
		g: Some(Box::new(body)),
		r#type: AttributeType::Graph as i32,
		..Default::default()
	};
	let mut looping = with(node("Loop", &["", "true", state], "y"), body);
	if results.len() > 1 {
		looping.output.push("collected".into());
	}
	looping
}

/// More work than any limit allows.
fn endless() -> Vec<Hostile> {
	let yes = || ("true", HostTensor::scalar(true));
	let step = || vec![node("Neg", &["now"], "next")];
	let products = |count: usize| {
		let mut nodes = vec![node("ConstantOfShape", &["side"], "m0")];
		nodes.extend((0..count).map(|i| node("MatMul", &[&format!("m{i}"), "m0"], &format!("m{}", i + 1))));
		nodes.extend([node("ReduceMax", &[&format!("m{count}")], "most"), node("Add", &["most", "x"], "y")]);
		nodes
	};
	vec![
		of("a loop without end", &[yes()], vec![forever("x", step(), &["next"])], OutOfCompute),
		of(
			"a loop in a loop without end",
			&[yes()],
			vec![forever("x", vec![inner()], &["next"])],
			OutOfCompute,
		),
		of("a thousand large products", &[("side", ints(&[1024, 1024]))], products(1000), OutOfCompute),
		of(
			"a convolution of everything with everything",
			&[("image", ints(&[1, 8, 128, 128])), ("kernel", ints(&[8, 8, 64, 64]))],
			vec![
				node("ConstantOfShape", &["image"], "a"),
				node("ConstantOfShape", &["kernel"], "b"),
				node("Conv", &["a", "b"], "y"),
			],
			OutOfCompute,
		),
		of(
			"a determinant of a thousand rows",
			&[("side", ints(&[1024, 1024]))],
			vec![
				node("ConstantOfShape", &["side"], "a"),
				node("Det", &["a"], "b"),
				node("Add", &["b", "x"], "y"),
			],
			OutOfCompute,
		),
	]
}

/// A loop that is a step of another.
fn inner() -> NodeProto {
	let mut inner = forever("now", vec![node("Abs", &["now"], "then")], &["then"]);
	inner.output = vec!["next".into()];
	let body = inner.attribute[0].g.as_mut().unwrap();
	// Names are unique in a graph and those around it.
	for value in body.input.iter_mut().chain(&mut body.output) {
		value.name.insert_str(0, "inner ");
	}
	for node in &mut body.node {
		for name in node.input.iter_mut().chain(&mut node.output) {
			name.insert_str(0, "inner ");
		}
	}
	inner
}

/// More memory than any limit allows.
fn greedy() -> Vec<Hostile> {
	let yes = || ("true", HostTensor::scalar(true));
	let huge = || ("huge", ints(&[1 << 15, 1 << 13, 3]));
	vec![
		of("a constant of 3 GiB", &[huge()], vec![node("ConstantOfShape", &["huge"], "y")], OutOfMemory),
		of(
			"an expansion to 12 EiB",
			&[("huge", ints(&[1 << 30, 1 << 30, 3]))],
			vec![node("Expand", &["x", "huge"], "y")],
			OutOfMemory,
		),
		of("an expansion to 3 GiB", &[huge()], vec![node("Expand", &["x", "huge"], "y")], OutOfMemory),
		of(
			"half a thousand million copies",
			&[("copies", ints(&[500_000_000]))],
			vec![node("Tile", &["x", "copies"], "y")],
			OutOfMemory,
		),
		of(
			"all numbers below 10^9",
			&[
				("from", HostTensor::scalar(0.0f32)),
				("to", HostTensor::scalar(1e9f32)),
				("by", HostTensor::scalar(1.0f32)),
			],
			vec![node("Range", &["from", "to", "by"], "y")],
			OutOfMemory,
		),
		of(
			"a margin of 2^30",
			&[("margins", ints(&[1 << 30, 0]))],
			vec![node("Pad", &["x", "margins"], "y")],
			OutOfMemory,
		),
		of(
			"a table of 2^30 classes",
			&[
				("classes", HostTensor::scalar(1i64 << 30)),
				("values", HostTensor::vector(vec![0.0f32, 1.0])),
				("chosen", ints(&[1])),
			],
			vec![node("OneHot", &["chosen", "classes", "values"], "y")],
			OutOfMemory,
		),
		of(
			"a picture enlarged 10^8 times",
			&[("scales", HostTensor::vector(vec![1e8f32]))],
			vec![node("Resize", &["x", "", "scales"], "y")],
			OutOfMemory,
		),
		of(
			"a loop that doubles what it carries",
			&[yes()],
			vec![forever(
				"x",
				vec![with(node("Concat", &["now", "now"], "next"), int("axis", 0))],
				&["next"],
			)],
			OutOfMemory,
		),
		of(
			"a loop that collects",
			&[yes()],
			vec![forever(
				"x",
				vec![node("Neg", &["now"], "next"), node("Exp", &["now"], "kept")],
				&["next", "kept"],
			)],
			OutOfCompute,
		),
	]
}

/// What an operator cannot do.
fn failing() -> Vec<Hostile> {
	let integers = || ("integers", ints(&[1, 2, 3]));
	let to_floats = |from: &str| with(node("Cast", &[from], "y"), int("to", 1));
	let matrices = || [("two", ints(&[2, 3])), ("three", ints(&[4, 5]))];
	let filled = |mut last: Vec<NodeProto>| {
		let mut nodes =
			vec![node("ConstantOfShape", &["two"], "a"), node("ConstantOfShape", &["three"], "b")];
		nodes.append(&mut last);
		nodes
	};
	vec![
		of(
			"a division by zero",
			&[integers(), ("zeros", ints(&[1, 0, 1]))],
			vec![node("Div", &["integers", "zeros"], "z"), to_floats("z")],
			OperatorFailed,
		),
		of(
			"a remainder by zero",
			&[integers(), ("zeros", ints(&[0, 0, 0]))],
			vec![node("Mod", &["integers", "zeros"], "z"), to_floats("z")],
			OperatorFailed,
		),
		of(
			"an index beyond the end",
			&[("index", ints(&[1 << 40]))],
			vec![node("Gather", &["x", "index"], "y")],
			OperatorFailed,
		),
		of(
			"an index before the beginning",
			&[("index", ints(&[i64::MIN]))],
			vec![node("Gather", &["x", "index"], "y")],
			OperatorFailed,
		),
		of(
			"a write beyond the end",
			&[("places", HostTensor::from_vec([1, 1], vec![99i64]).unwrap())],
			vec![node("ScatterND", &["x", "places", "x"], "y")],
			OperatorFailed,
		),
		of(
			"a shape of other size",
			&[("shape", ints(&[7, 7]))],
			vec![node("Reshape", &["x", "shape"], "y")],
			OperatorFailed,
		),
		of(
			"a shape with two unknowns",
			&[("shape", ints(&[-1, -1]))],
			vec![node("Reshape", &["x", "shape"], "y")],
			OperatorFailed,
		),
		of(
			"a negative shape",
			&[("shape", ints(&[-5]))],
			vec![node("ConstantOfShape", &["shape"], "y")],
			OperatorFailed,
		),
		of(
			"a size above all",
			&[("shape", ints(&[i64::MAX]))],
			vec![node("ConstantOfShape", &["shape"], "y")],
			OperatorFailed,
		),
		of(
			"nine dimensions",
			&[("shape", ints(&[1; 9]))],
			vec![node("Reshape", &["x", "shape"], "y")],
			OperatorFailed,
		),
		of(
			"matrices that do not fit",
			&matrices(),
			filled(vec![node("MatMul", &["a", "b"], "y")]),
			OperatorFailed,
		),
		of(
			"shapes that do not broadcast",
			&matrices(),
			filled(vec![node("Add", &["a", "b"], "y")]),
			OperatorFailed,
		),
		of(
			"a convolution of matrices",
			&matrices(),
			filled(vec![node("Conv", &["a", "b"], "y")]),
			OperatorFailed,
		),
		of(
			"steps of zero",
			&[("from", ints(&[0])), ("to", ints(&[1])), ("axes", ints(&[0])), ("steps", ints(&[0]))],
			vec![node("Slice", &["x", "from", "to", "axes", "steps"], "y")],
			OperatorFailed,
		),
		of(
			"more than there is",
			&[("most", ints(&[1000]))],
			vec![NodeProto { output: vec!["y".into(), "z".into()], ..node("TopK", &["x", "most"], "y") }],
			OperatorFailed,
		),
		of(
			"an axis that there is not",
			&[],
			vec![with(node("Softmax", &["x"], "y"), int("axis", 5))],
			OperatorFailed,
		),
		of(
			"types that do not mix",
			&[integers()],
			vec![node("Add", &["x", "integers"], "y")],
			OperatorFailed,
		),
	]
}

/// Outputs that are not what was declared.
fn lying() -> Vec<Hostile> {
	let rank_two = Model {
		config: Model::double().config,
		..Model::new(
			vec![node("Unsqueeze", &["x", "axes"], "y")],
			vec![TensorProto { name: "axes".into(), ..TensorProto::from(&ints(&[0])) }],
			&[("x", DType::F32)],
			"x",
			r#"["any"]"#,
		)
	};
	let other_size = Model {
		config: Model::double().config.replacen(
			"\"y\", data_type = \"f32\", dims = [\"any\"]",
			"\"y\", data_type = \"f32\", dims = [7]",
			1,
		),
		..Model::double()
	};
	vec![
		of("integers for floats", &[("c", ints(&[1]))], vec![node("Neg", &["c"], "y")], InvalidModel),
		hostile("two dimensions for one", rank_two, InvalidModel),
		hostile("another size", other_size, InvalidModel),
		hostile(
			"another name",
			Model { config: Model::double().config.replace("\"y\"", "\"z\""), ..Model::double() },
			InvalidModel,
		),
	]
}
