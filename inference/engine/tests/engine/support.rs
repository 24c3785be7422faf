//! Engines, packages and small models for the tests.

use assay_engine::{CHILD_ARGUMENT, ChildConfig, Engine, EngineConfig};
use assay_graph::{
	DType,
	onnx::{
		GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TensorTypeProto, ValueInfoProto,
	},
};
use assay_primitives::{
	ContentId, DataType, Execution, Job, JobStatus, NamedTensor, Outcome, Payload, Tensor, job::Input,
};
use codec::{Decode, Encode};
use prost::Message;
use std::{
	fs,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// Longer than anything a test waits for, on a busy machine.
pub const LONG: Duration = Duration::from_secs(120);

/// Directories of one test.
pub struct Fixture {
	dir: TempDir,
}

impl Fixture {
	pub fn new() -> Self {
		Self { dir: tempfile::tempdir().unwrap() }
	}

	pub fn path(&self) -> &Path {
		self.dir.path()
	}

	pub fn cache_dir(&self) -> PathBuf {
		self.path().join("cache")
	}

	pub fn config(&self) -> EngineConfig {
		EngineConfig {
			child: child_config(),
			..EngineConfig::new(self.cache_dir(), self.path().join("store"))
		}
	}

	pub fn engine(&self) -> Engine {
		Engine::start(self.config()).unwrap()
	}

	/// Writes a package directory.
	pub fn package(&self, model: &Model) -> PathBuf {
		let dir = self.path().join("package");
		fs::create_dir_all(&dir).unwrap();
		fs::write(dir.join("assay.toml"), &model.config).unwrap();
		fs::write(dir.join("model.onnx"), &model.graph).unwrap();
		dir
	}

	/// Puts a package into the engine's store.
	pub fn put(&self, engine: &Engine, model: &Model) -> ContentId {
		engine.store().put_package(&self.package(model)).unwrap()
	}
}

/// One thread, so that the duration of a job does not depend on the machine's cores.
pub fn child_config() -> ChildConfig {
	ChildConfig {
		program: env!("CARGO_BIN_EXE_assay-engine").into(),
		arguments: vec![CHILD_ARGUMENT.into()],
		threads: 1,
		time_limit: LONG,
		..ChildConfig::default()
	}
}

/// The files of a package.
#[derive(Clone)]
pub struct Model {
	pub config: String,
	pub graph: Vec<u8>,
}

impl Model {
	/// `y = x + x`, one dimension.
	pub fn double() -> Self {
		let nodes = vec![node("Add", &["x", "x"], "y")];
		Self::new(nodes, vec![], &[("x", DType::F32)], "x", r#"["any"]"#)
	}

	/// `y = data[index]`: fails when an index is out of range.
	pub fn gather() -> Self {
		let data = TensorProto {
			name: "data".into(),
			dims: vec![3],
			data_type: DType::F32.onnx(),
			float_data: vec![10.0, 20.0, 30.0],
			..Default::default()
		};
		let nodes = vec![node("Add", &["data", "data"], "twice"), node("Gather", &["twice", "index"], "y")];
		Self::new(nodes, vec![data], &[("index", DType::I64)], "index", r#"["any"]"#)
	}

	/// `y = x` after `products` products of 1024 x 1024 matrices: each takes a few milliseconds at least.
	pub fn slow(products: usize) -> Self {
		let weights = TensorProto {
			name: "h0".into(),
			dims: vec![1024, 1024],
			data_type: DType::F32.onnx(),
			raw_data: Some(vec![0; 4 << 20].into()),
			..Default::default()
		};
		let mut nodes: Vec<_> = (0..products)
			.map(|i| node("MatMul", &[&format!("h{i}"), "h0"], &format!("h{}", i + 1)))
			.collect();
		nodes.push(node("ReduceMax", &[&format!("h{products}")], "zero"));
		nodes.push(node("Add", &["zero", "x"], "y"));
		Self::new(nodes, vec![weights], &[("x", DType::F32)], "x", r#"["any", "any"]"#)
	}

	/// The same package, whose program runs the graph `model.onnx` and reads the file `response`.
	pub fn program(self) -> Self {
		let config = self.config.replace("kind = \"graph\"", "kind = \"program\"").replace(
			"graph = \"model.onnx\"",
			"program = \"program.wasm\"\ngraphs = [\"model.onnx\"]\nfiles = [\"response\"]",
		);
		Self { config, ..self }
	}

	/// The same package with a line more in `assay.toml`.
	pub fn with(mut self, line: &str) -> Self {
		self.config.insert_str(0, &format!("{line}\n"));
		self
	}

	/// `y` by these nodes, from inputs and constants.
	pub fn new(
		node: Vec<NodeProto>,
		initializer: Vec<TensorProto>,
		inputs: &[(&str, DType)],
		input: &str,
		output_dims: &str,
	) -> Self {
		let graph = GraphProto {
			node,
			name: "test".into(),
			initializer,
			input: inputs.iter().map(|(name, dtype)| value(name, *dtype)).collect(),
			output: vec![value("y", DType::F32)],
			..Default::default()
		};
		let opset = OperatorSetIdProto { domain: String::new(), version: 20 };
		let model = ModelProto {
			ir_version: 10,
			graph: Some(graph),
			opset_import: vec![opset],
			..Default::default()
		};
		let data_type = if inputs[0].1 == DType::I64 { "i64" } else { "f32" };
		let config = format!(
			r#"
			name = "test"
			kind = "graph"
			graph = "model.onnx"
			profile = "strict-f32-v1"
			compute_limit = 1000000000000
			task = "test"
			licence = "Apache-2.0"
			inputs = [{{ name = "{input}", data_type = "{data_type}", dims = ["any"] }}]
			outputs = [{{ name = "y", data_type = "f32", dims = {output_dims} }}]
			"#
		);
		Self { config, graph: model.encode_to_vec() }
	}
}

pub fn node(op_type: &str, inputs: &[&str], output: &str) -> NodeProto {
	NodeProto {
		op_type: op_type.into(),
		input: inputs.iter().map(|name| name.to_string()).collect(),
		output: vec![output.into()],
		..Default::default()
	}
}

pub fn value(name: &str, dtype: DType) -> ValueInfoProto {
	let tensor_type = TensorTypeProto { elem_type: dtype.onnx(), shape: None };
	ValueInfoProto { name: name.into(), r#type: Some(tensor_type.into()), ..Default::default() }
}

/// A tensor of one dimension.
pub fn floats(name: &str, values: &[f32]) -> NamedTensor {
	let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
	let tensor = Tensor::new(DataType::F32, vec![values.len() as u64], data).unwrap();
	NamedTensor { name: name.as_bytes().to_vec(), tensor }
}

/// A tensor of one dimension.
pub fn integers(name: &str, values: &[i64]) -> NamedTensor {
	let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
	let tensor = Tensor::new(DataType::I64, vec![values.len() as u64], data).unwrap();
	NamedTensor { name: name.as_bytes().to_vec(), tensor }
}

/// The elements of the only output.
pub fn output_floats(encoded: &[u8]) -> Vec<f32> {
	let outputs = Vec::<NamedTensor>::decode(&mut &*encoded).unwrap();
	assert_eq!(outputs.len(), 1);
	assert_eq!(outputs[0].name, b"y");
	let elements = outputs[0].tensor.data().chunks_exact(4);
	elements.map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
}

/// A job with its input inline and a limit that suffices.
pub fn job(package: ContentId, inputs: &[NamedTensor]) -> Job {
	Job { package, input: inline(inputs.encode()), seed: 0, compute_limit: 1_000_000_000_000 }
}

pub fn inline(input: Vec<u8>) -> Input {
	Payload::Inline(input.try_into().unwrap())
}

/// The output of an execution that succeeded.
pub fn inline_output(execution: &Execution) -> Vec<u8> {
	assert_eq!(execution.digest.outcome, Outcome::Success);
	match &execution.output {
		Payload::Inline(bytes) => bytes.to_vec(),
		Payload::Content(id) => panic!("the output is {id}"),
	}
}

/// Why a job failed.
pub fn reason(status: JobStatus) -> String {
	match status {
		JobStatus::Failed(reason) => String::from_utf8(reason).unwrap(),
		other => panic!("expected a failure, got {other:?}"),
	}
}

/// Waits until `condition` holds.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
	let start = Instant::now();
	while !condition() {
		assert!(start.elapsed() < LONG, "waited too long until {what}");
		std::thread::sleep(Duration::from_millis(1));
	}
}

/// A module of WebAssembly whose `run` has this body. `model.onnx` and `response` lie at 0 and 16; `alloc` hands out memory
/// from 4096 on.
pub fn program(body: &str) -> Vec<u8> {
	let text = format!(
		r#"(module
			(import "assay" "graph_run" (func $graph_run (param i32 i32 i32 i32) (result i64)))
			(import "assay" "file_read" (func $file_read (param i32 i32 i64 i32 i32) (result i64)))
			(import "assay" "log" (func $log (param i32 i32)))
			(memory (export "memory") 1)
			(data (i32.const 0) "model.onnx")
			(data (i32.const 16) "response")
			(global $top (mut i32) (i32.const 4096))
			(func (export "alloc") (param i32) (result i32)
				(global.get $top)
				(global.set $top (i32.add (global.get $top) (local.get 0))))
			(func (export "run") (param i32 i32 i64) (result i64) {body}))"#
	);
	wat::parse_str(text).unwrap()
}
