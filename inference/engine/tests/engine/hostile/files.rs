//! Files that are no models: what a decoder must survive.

use super::{Hostile, hostile};
use crate::support::{Model, node, value};
use assay_graph::{
	DType, HostTensor,
	onnx::{
		AttributeProto, AttributeType, FunctionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
		TensorProto, ValueInfoProto,
	},
};
use assay_primitives::Outcome::InvalidModel;
use prost::Message;

/// All of them.
pub fn all() -> Vec<Hostile> {
	let mut models = bytes();
	models.extend(structures());
	models.extend(tensors());
	models
}

/// A model whose file has these bytes.
fn file(name: &str, bytes: Vec<u8>) -> Hostile {
	hostile(name, Model { graph: bytes, ..Model::double() }, InvalidModel)
}

/// A field of a message: its number and its bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
	let mut encoded = vec![number << 3 | 2];
	prost::encoding::encode_varint(bytes.len() as u64, &mut encoded);
	encoded.extend_from_slice(bytes);
	encoded
}

/// Bytes that are not even a message, or too deep a one.
fn bytes() -> Vec<Hostile> {
	let good = Model::double().graph;
	let mut models: Vec<Hostile> = (1..6)
		.map(|part| file(&format!("{part} sixths of a file"), good[..good.len() * part / 6].to_vec()))
		.collect();
	// Graph, node, attribute, graph, …; and graph, input, type, sequence, element, ….
	let graphs = (0..500).fold(Vec::new(), |inner, _| field(1, &field(5, &field(6, &inner))));
	let types = (0..500).fold(Vec::new(), |inner, _| field(4, &field(1, &inner)));
	models.extend([
		file("nothing", vec![]),
		file("ones", vec![0xff; 1000]),
		file("zeros", vec![0; 1000]),
		file("another format", b"GGUF\x03\0\0\0\0\0\0\0\0\0\0\0".to_vec()),
		file("text", b"{\"graph\": []}".to_vec()),
		file("an archive", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec()),
		file("a file and more", [&good[..], b"more"].concat()),
		file("a graph that is said to be long", b"\x3a\xff\xff\xff\xff\x0f".to_vec()),
		file("a length of 64 bits", b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01".to_vec()),
		file("a number without end", [&[8][..], &[0xff; 30]].concat()),
		file("a group without end", vec![0x0b; 100]),
		file("field 0", vec![0, 1, 2, 3]),
		file("graphs in graphs", field(7, &graphs)),
		file("sequences of sequences", field(7, &field(11, &field(2, &types)))),
		file("empty nodes by the million", field(7, &[10, 0].repeat(1 << 20))),
		file("a name that is no text", field(7, &field(2, &[0xff, 0xfe]))),
	]);
	models
}

/// A model of this graph.
fn of(name: &str, change: impl FnOnce(&mut ModelProto)) -> Hostile {
	let mut model = ModelProto::decode(&*Model::double().graph).unwrap();
	change(&mut model);
	file(name, model.encode_to_vec())
}

/// The same, with a change of the graph only.
fn graph(name: &str, change: impl FnOnce(&mut GraphProto)) -> Hostile {
	of(name, |model| change(model.graph.as_mut().unwrap()))
}

/// The same, with these nodes.
fn nodes(name: &str, nodes: Vec<NodeProto>) -> Hostile {
	graph(name, |graph| graph.node = nodes)
}

fn with(mut node: NodeProto, attribute: AttributeProto) -> NodeProto {
	node.attribute.push(attribute);
	node
}

fn attribute(name: &str, kind: AttributeType) -> AttributeProto {
	AttributeProto { name: name.into(), r#type: kind as i32, ..Default::default() }
}

/// Messages that make no graph.
fn structures() -> Vec<Hostile> {
	let opset = |domain: &str, version| OperatorSetIdProto { domain: domain.into(), version };
	let call = |name: &str, input: &str, output: &str| NodeProto {
		domain: "own".into(),
		..node(name, &[input], output)
	};
	let function = |name: &str, node: Vec<NodeProto>| FunctionProto {
		name: name.into(),
		domain: "own".into(),
		input: vec!["a".into()],
		output: vec!["b".into()],
		node,
		opset_import: vec![opset("", 20), opset("own", 1)],
		..Default::default()
	};
	vec![
		of("no graph", |model| model.graph = None),
		of("no operator set", |model| model.opset_import.clear()),
		of("operator set 0", |model| model.opset_import[0].version = 0),
		of("operator set 9999", |model| model.opset_import[0].version = 9999),
		of("a format of the future", |model| model.ir_version = 9999),
		of("a function that calls itself", |model| {
			model.opset_import.push(opset("own", 1));
			model.functions = vec![function("f", vec![call("f", "a", "b")])];
			model.graph.as_mut().unwrap().node = vec![call("f", "x", "y")];
		}),
		of("functions that stand for 2^15 times more", |model| {
			model.opset_import.push(opset("own", 1));
			let twice = |level: usize| {
				let inner = format!("f{}", level + 1);
				function(&format!("f{level}"), vec![call(&inner, "a", "c"), call(&inner, "c", "b")])
			};
			model.functions = (0..15).map(twice).collect();
			let twelve = (0..12).map(|i| {
				let input = if i == 0 { "a".to_owned() } else { format!("t{i}") };
				let output = if i == 11 { "b".to_owned() } else { format!("t{}", i + 1) };
				node("Neg", &[&input], &output)
			});
			model.functions.push(function("f15", twelve.collect()));
			model.graph.as_mut().unwrap().node = vec![call("f0", "x", "y")];
		}),
		nodes("a cycle", vec![node("Add", &["y", "x"], "z"), node("Add", &["z", "x"], "y")]),
		nodes("a value that nobody makes", vec![node("Add", &["x", "nowhere"], "y")]),
		nodes("a value that two make", vec![node("Neg", &["x"], "y"), node("Abs", &["x"], "y")]),
		nodes("an operator that there is not", vec![node("Exfiltrate", &["x"], "y")]),
		nodes(
			"a domain that there is not",
			vec![NodeProto { domain: "com.example".into(), ..node("Add", &["x", "x"], "y") }],
		),
		nodes("too many inputs", vec![node("Neg", &["x"; 100], "y")]),
		nodes("a missing attribute", vec![node("Concat", &["x", "x"], "y")]),
		nodes(
			"an attribute of another kind",
			vec![with(node("Concat", &["x", "x"], "y"), attribute("axis", AttributeType::String))],
		),
		nodes(
			"an attribute that there is not",
			vec![with(node("Neg", &["x"], "y"), attribute("backdoor", AttributeType::Int))],
		),
		nodes(
			"a branch that is missing",
			vec![with(node("If", &["x"], "y"), attribute("then_branch", AttributeType::Graph))],
		),
		nodes("a constant without a value", vec![node("Constant", &[], "y")]),
		nodes("no nodes", vec![]),
		nodes("70,000 nodes", (0..70_000).map(|i| node("Neg", &["x"], &format!("y{i}"))).collect()),
		graph("an input given twice", |graph| graph.input.push(graph.input[0].clone())),
		graph("an output given twice", |graph| graph.output.push(graph.output[0].clone())),
		graph("an output without a type", |graph| {
			graph.output = vec![ValueInfoProto { name: "y".into(), ..Default::default() }];
		}),
		graph("another output", |graph| graph.output = vec![value("z", DType::F32)]),
	]
}

/// Constants that are none.
fn tensors() -> Vec<Hostile> {
	let constant = |name: &str, change: fn(&mut TensorProto)| {
		graph(name, |graph| {
			let three = HostTensor::vector(vec![1.0f32, 2.0, 3.0]);
			let mut tensor = TensorProto { name: "c".into(), ..TensorProto::from(&three) };
			change(&mut tensor);
			graph.initializer.push(tensor);
			graph.node = vec![node("Add", &["x", "c"], "y")];
		})
	};
	vec![
		constant("2^60 elements", |tensor| tensor.dims = vec![1 << 30, 1 << 30]),
		constant("more than 2^64 elements", |tensor| tensor.dims = vec![i64::MAX; 8]),
		constant("2^40 elements that take no bytes", |tensor| {
			tensor.dims = vec![1 << 20, 1 << 20];
			tensor.raw_data = Some(vec![].into());
		}),
		constant("a negative size", |tensor| tensor.dims = vec![-3]),
		constant("too few elements", |tensor| tensor.dims = vec![4]),
		constant("too many elements", |tensor| tensor.dims = vec![2]),
		constant("a size of zero with elements", |tensor| tensor.dims = vec![0]),
		constant("100 dimensions", |tensor| tensor.dims = vec![1; 100]),
		constant("a type that there is not", |tensor| tensor.data_type = 99),
		constant("strings", |tensor| tensor.data_type = 8),
		constant("numbers of another type", |tensor| tensor.data_type = 7),
		constant("bytes that are no elements", |tensor| {
			tensor.float_data.clear();
			tensor.raw_data = Some(vec![0; 11].into());
		}),
		graph("a constant given twice", |graph| {
			let one = TensorProto { name: "c".into(), ..TensorProto::from(&HostTensor::scalar(1.0f32)) };
			graph.initializer = vec![one.clone(), one];
			graph.node = vec![node("Add", &["x", "c"], "y")];
		}),
	]
}
