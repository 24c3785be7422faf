//! Model packages that the tests make themselves.

use anyhow::Result;
use assay_graph::onnx::{
	AttributeProto, AttributeType, DimensionProto, DimensionValue, GraphProto, ModelProto, NodeProto,
	OperatorSetIdProto, TensorProto, TensorShapeProto, TensorTypeProto, ValueInfoProto,
};
use prost::Message;
use std::{fs, path::Path};

const FLOAT: i32 = 1;
const INT64: i32 = 7;
/// Side of the matrices of [`slow`].
const SIDE: i64 = 1024;

/// Writes a package that keeps a processor busy for seconds: a chain of `products` matrix products of side 1024, all
/// zero, whose sum is added to the input `x` of one element. The answer is the input.
pub fn slow(directory: &Path, products: usize) -> Result<()> {
	let mut nodes = vec![node("ConstantOfShape", &["side"], "m0")];
	for step in 0..products {
		nodes.push(node("MatMul", &[&format!("m{step}"), "m0"], &format!("m{}", step + 1)));
	}
	let mut sum = node("ReduceSum", &[&format!("m{products}")], "sum");
	sum.attribute.push(AttributeProto {
		name: "keepdims".into(),
		i: Some(0),
		r#type: AttributeType::Int as i32,
		..Default::default()
	});
	nodes.push(sum);
	nodes.push(node("Add", &["x", "sum"], "y"));
	let side = TensorProto {
		name: "side".into(),
		dims: vec![2],
		data_type: INT64,
		int64_data: vec![SIDE, SIDE],
		..Default::default()
	};
	fs::create_dir_all(directory)?;
	fs::write(directory.join("model.onnx"), model(nodes, vec![side]))?;
	let kind = "kind = \"graph\"\ngraph = \"model.onnx\"";
	fs::write(directory.join("assay.toml"), manifest("slow", kind, 2_000_000_000))?;
	Ok(())
}

/// Writes a package with a program that adds noise to the input `x` of one element: the second of two graphs that it runs,
/// each `x` plus a random number from 0 to 1.
pub fn noisy(directory: &Path) -> Result<()> {
	let nodes = vec![node("RandomUniformLike", &["x"], "noise"), node("Add", &["x", "noise"], "y")];
	let program = wat::parse_str(
		r#"(module
			(import "assay" "graph_run" (func $graph_run (param i32 i32 i32 i32) (result i64)))
			(memory (export "memory") 1)
			(data (i32.const 0) "model.onnx")
			(global $top (mut i32) (i32.const 4096))
			(func (export "alloc") (param $length i32) (result i32)
				(global.get $top)
				(global.set $top (i32.add (global.get $top) (local.get $length))))
			(func $noise (param $start i32) (param $length i32) (result i64)
				(call $graph_run (i32.const 0) (i32.const 10) (local.get $start) (local.get $length)))
			(func (export "run") (param $start i32) (param $length i32) (param $seed i64) (result i64)
				(drop (call $noise (local.get $start) (local.get $length)))
				(call $noise (local.get $start) (local.get $length))))"#,
	)?;
	fs::create_dir_all(directory)?;
	fs::write(directory.join("model.onnx"), model(nodes, vec![]))?;
	fs::write(directory.join("program.wasm"), program)?;
	let kind = "kind = \"program\"\nprogram = \"program.wasm\"\ngraphs = [\"model.onnx\"]";
	fs::write(directory.join("assay.toml"), manifest("noisy", kind, 1_000_000))?;
	Ok(())
}

/// The file of a graph that makes `y` of `x`.
fn model(node: Vec<NodeProto>, initializer: Vec<TensorProto>) -> Vec<u8> {
	let model = ModelProto {
		ir_version: 8,
		opset_import: vec![OperatorSetIdProto { version: 17, ..Default::default() }],
		graph: Some(GraphProto {
			name: "test".into(),
			node,
			initializer,
			input: vec![value("x")],
			output: vec![value("y")],
			..Default::default()
		}),
		..Default::default()
	};
	model.encode_to_vec()
}

/// `assay.toml` of a model with one `f32` of one element in and out.
fn manifest(name: &str, kind: &str, compute_limit: u64) -> String {
	format!(
		r#"name = "{name}"
{kind}
profile = "strict-f32-v1"
compute_limit = {compute_limit}
task = "test"
licence = "Apache-2.0"
tags = []
description = "Made by a test."

[[inputs]]
name = "x"
data_type = "f32"
dims = [1]

[[outputs]]
name = "y"
data_type = "f32"
dims = [1]
"#
	)
}

fn node(operator: &str, inputs: &[&str], output: &str) -> NodeProto {
	NodeProto {
		op_type: operator.into(),
		input: inputs.iter().map(ToString::to_string).collect(),
		output: vec![output.into()],
		..Default::default()
	}
}

fn value(name: &str) -> ValueInfoProto {
	let one = DimensionProto { value: Some(DimensionValue::DimValue(1)) };
	ValueInfoProto {
		name: name.into(),
		r#type: Some(
			TensorTypeProto { elem_type: FLOAT, shape: Some(TensorShapeProto { dim: vec![one] }) }.into(),
		),
		..Default::default()
	}
}
