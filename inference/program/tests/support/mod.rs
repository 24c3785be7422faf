//! Programs in WebAssembly's text format, and a host for them.
#![allow(dead_code, reason = "every test file uses its part")]

use assay_graph::{
	Budget, DType, ExecError, Executor, HostTensor, Limits, Model, Run, RunOptions, SliceOps,
	onnx::{
		DimensionProto, DimensionValue, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
		TensorShapeProto, TensorTypeProto, ValueInfoProto,
	},
};
use assay_numerics::Cpu;
use assay_primitives::{DataType, NamedTensor, Outcome, Tensor};
use assay_program::{Finished, Host, Program, ProgramError, RunError};
use codec::Encode;
use prost::Message;
use std::collections::BTreeMap;

pub const BUDGET: Budget = Budget { compute_units: 100_000, memory_bytes: 16 << 20 };

/// Graphs on the reference executor, and files.
#[derive(Default)]
pub struct Package {
	pub graphs: BTreeMap<String, Executor<SliceOps>>,
	pub files: BTreeMap<String, Vec<u8>>,
}

impl Package {
	/// The graph `double`, `y = x + x` in one dimension, and the file `data` of the bytes 0 to 9.
	pub fn new() -> Self {
		let graphs = BTreeMap::from([("double".to_string(), double())]);
		Self { graphs, files: BTreeMap::from([("data".to_string(), (0..10).collect())]) }
	}
}

impl Host for Package {
	fn graph_run(
		&self,
		name: &str,
		inputs: Vec<(String, HostTensor)>,
		options: RunOptions,
	) -> Option<Result<Run, ExecError>> {
		Some(self.graphs.get(name)?.run(inputs, options))
	}

	fn file(&self, name: &str) -> Option<&[u8]> {
		self.files.get(name).map(Vec::as_slice)
	}
}

fn double() -> Executor<SliceOps> {
	Executor::new(operator("Add", &["x", "x"]), SliceOps::new(Cpu::scalar())).unwrap()
}

/// The model with the one operator that makes `y` of these inputs, all called `x`; both are of one dimension.
pub fn operator(op_type: &str, inputs: &[&str]) -> Model {
	let value = |name: &str| {
		let dim = DimensionProto { value: Some(DimensionValue::DimParam("n".into())) };
		let shape = Some(TensorShapeProto { dim: vec![dim] });
		let tensor_type = TensorTypeProto { elem_type: DType::F32.onnx(), shape };
		ValueInfoProto { name: name.into(), r#type: Some(tensor_type.into()), ..Default::default() }
	};
	let node = NodeProto {
		op_type: op_type.into(),
		input: inputs.iter().map(ToString::to_string).collect(),
		output: vec!["y".into()],
		..Default::default()
	};
	let model = ModelProto {
		ir_version: 10,
		opset_import: vec![OperatorSetIdProto { domain: String::new(), version: 20 }],
		graph: Some(GraphProto {
			node: vec![node],
			input: vec![value("x")],
			output: vec![value("y")],
			..Default::default()
		}),
		..Default::default()
	};
	Model::decode(&model.encode_to_vec(), &Limits::default()).unwrap()
}

/// A whole module, in text.
pub fn compile(text: &str) -> Result<Program, ProgramError> {
	Program::new(&wat::parse_str(text).unwrap())
}

/// A program whose `run` has this body. Locals: `$start`, `$length`, `$seed`. `alloc` hands out memory from 4096 on.
/// Functions: the host calls, and `$pack (start, length) -> i64`. The names `double`, `data` and `other` lie at 0, 8 and 16.
pub fn program(body: &str) -> Program {
	program_with(body, "")
}

/// The same, with more fields in the module.
pub fn program_with(body: &str, fields: &str) -> Program {
	let text = format!(
		r#"(module
			(import "assay" "graph_run" (func $graph_run (param i32 i32 i32 i32) (result i64)))
			(import "assay" "file_read" (func $file_read (param i32 i32 i64 i32 i32) (result i64)))
			(import "assay" "log" (func $log (param i32 i32)))
			(memory (export "memory") 2)
			(data (i32.const 0) "double")
			(data (i32.const 8) "data")
			(data (i32.const 16) "other")
			(global $top (mut i32) (i32.const 4096))
			(func $alloc (export "alloc") (param $length i32) (result i32)
				(global.get $top)
				(global.set $top (i32.add (global.get $top) (local.get $length))))
			(func $pack (param $start i32) (param $length i32) (result i64)
				(i64.or
					(i64.shl (i64.extend_i32_u (local.get $start)) (i64.const 32))
					(i64.extend_i32_u (local.get $length))))
			(func (export "run") (param $start i32) (param $length i32) (param $seed i64) (result i64)
				{body})
			{fields}
		)"#
	);
	compile(&text).unwrap()
}

/// Runs a program twice, which must give the same, on a request that is one tensor of floats named `x`.
pub fn run(program: &Program, budget: &Budget) -> Finished {
	let request = request(&[1.0, 2.5]);
	let first = program.run(&Package::new(), &request, 7, budget);
	assert_eq!(program.run(&Package::new(), &request, 7, budget), first, "two runs differ");
	first
}

/// How a run with this body failed.
pub fn failure(body: &str) -> (Outcome, RunError) {
	outcome(run(&program(body), &BUDGET))
}

/// How a run failed.
pub fn outcome(finished: Finished) -> (Outcome, RunError) {
	let error = finished.response.unwrap_err();
	(error.outcome().unwrap(), error)
}

/// Encoded tensors: one of floats named `x`.
pub fn request(values: &[f32]) -> Vec<u8> {
	encoded("x", values)
}

pub fn encoded(name: &str, values: &[f32]) -> Vec<u8> {
	let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
	let tensor = Tensor::new(DataType::F32, vec![values.len() as u64], data).unwrap();
	vec![NamedTensor { name: name.into(), tensor }].encode()
}
