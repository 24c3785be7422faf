//! Programs of packages.

use crate::{
	agreement::{self, LONGEST_MESSAGE},
	allocation,
	source::Source,
};
use assay_graph::{
	Budget, DType, ExecError, Executor, HostTensor, Limits, Model, Run, RunOptions, SliceOps,
	onnx::{GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorTypeProto, ValueInfoProto},
};
use assay_primitives::{DataType, NamedTensor, Tensor};
use assay_program::{Finished, Host, Program, RunError, limits::MAX_LOG_BYTES, tensors};
use codec::Encode;
use prost::Message;
use std::{fmt::Write, sync::LazyLock};

/// What a run may use.
const BUDGET: Budget = Budget { compute_units: 10_000, memory_bytes: 4 << 20 };

/// Bytes that a run may really take: the host copies what it hands over, decoded and encoded, and wasmi has its own stack.
const MOST_BYTES: usize = 3 * BUDGET.memory_bytes as usize + (4 << 20);

/// Bytes that compiling may really take, for each of the file and in addition.
const MOST_COMPILED: (usize, usize) = (1 << 10, 4 << 20);

/// Takes the bytes as a module if they begin like one, and otherwise makes one from them.
pub fn programs(bytes: &[u8]) {
	if bytes.starts_with(b"\0asm") {
		return module(bytes);
	}
	module(&wat::parse_str(script(&mut Source::new(bytes))).unwrap());
}

/// Compiles a module and, if it is a program, runs it twice.
pub(crate) fn module(bytes: &[u8]) {
	let (program, taken) = allocation::peak(|| Program::new(bytes));
	let most = MOST_COMPILED.0 * bytes.len() + MOST_COMPILED.1;
	assert!(taken <= most, "compiling {} bytes took {taken} bytes", bytes.len());
	let program = match program {
		Ok(program) => program,
		Err(error) => return checked(&error.to_string()),
	};
	let run = || {
		let (finished, taken) = allocation::peak(|| program.run(&Package, &REQUEST, 7, &BUDGET));
		assert!(taken <= MOST_BYTES, "the run took {taken} bytes");
		finished
	};
	let finished = run();
	let again = run();
	assert!(finished == again, "two runs differ:\n{finished:?}\n{again:?}");
	bounded(&finished);
}

fn bounded(finished: &Finished) {
	let Finished { response, compute_units, peak_bytes, log } = finished;
	assert!(*compute_units <= BUDGET.compute_units, "{compute_units} compute units");
	assert!(*peak_bytes <= BUDGET.memory_bytes, "{peak_bytes} bytes");
	// A line of the log ends with a line feed of the host's, and a byte that is no text becomes three.
	assert!(log.len() <= 4 * MAX_LOG_BYTES, "{} bytes of log", log.len());
	match response {
		Ok(response) => match tensors::decode(response, 16) {
			Ok(outputs) => {
				let encoded = tensors::encode_outputs(&outputs, response.len());
				assert!(encoded.is_some_and(|encoded| tensors::decode(&encoded, 16) == Ok(outputs)));
			}
			Err(problem) => checked(&problem),
		},
		Err(error) => {
			assert!(error.outcome().is_some(), "an answer that depends on the machine: {error}");
			assert!(!matches!(error, RunError::Machine(_)));
			checked(&error.to_string());
		}
	}
}

fn checked(message: &str) {
	assert!(!message.is_empty() && message.len() <= LONGEST_MESSAGE, "{message}");
}

/// What the package offers: the graph `double`, `y = x + x`, and the file `data` of ten bytes.
struct Package;

impl Host for Package {
	fn graph_run(
		&self,
		name: &str,
		inputs: Vec<(String, HostTensor)>,
		options: RunOptions,
	) -> Option<Result<Run, ExecError>> {
		(name == "double").then(|| DOUBLE.run(inputs, options))
	}

	fn file(&self, name: &str) -> Option<&[u8]> {
		(name == "data").then_some(b"0123456789")
	}
}

static DOUBLE: LazyLock<Executor<SliceOps>> = LazyLock::new(|| {
	let value = |name: &str| {
		let tensor = TensorTypeProto { elem_type: DType::F32.onnx(), shape: None };
		ValueInfoProto { name: name.into(), r#type: Some(tensor.into()), ..Default::default() }
	};
	let node = NodeProto {
		op_type: "Add".into(),
		input: vec!["x".into(), "x".into()],
		output: vec!["y".into()],
		..Default::default()
	};
	let graph = GraphProto {
		node: vec![node],
		input: vec![value("x")],
		output: vec![value("y")],
		..Default::default()
	};
	let model = ModelProto {
		ir_version: 10,
		opset_import: vec![OperatorSetIdProto { domain: String::new(), version: 20 }],
		graph: Some(graph),
		..Default::default()
	};
	let model = Model::decode(&model.encode_to_vec(), &Limits::default()).unwrap();
	agreement::reference(model).unwrap()
});

/// One tensor of two floats named `x`.
static REQUEST: LazyLock<Vec<u8>> = LazyLock::new(|| {
	let data = [1.0f32, 2.5].iter().flat_map(|value| value.to_le_bytes()).collect();
	let tensor = Tensor::new(DataType::F32, vec![2], data).unwrap();
	vec![NamedTensor { name: b"x".to_vec(), tensor }].encode()
});

/// A program in text that calls the host, with arguments that make sense more often than not.
fn script(source: &mut Source<'_>) -> String {
	let mut body = String::new();
	for _ in 0..source.between(1, 12) {
		statement(&mut body, source);
	}
	let alloc = source.pick(&[
		"(global.get $top) (global.set $top (i32.add (global.get $top) (local.get $length)))",
		"(i32.mul (memory.grow (i32.const 1)) (i32.const 65536))",
		"(i32.const 131070)",
		"(i32.const -1)",
		"(call $log (i32.const 0) (i32.const 1)) (i32.const 0)",
		"(unreachable)",
		"(call $alloc (local.get $length))",
		"(loop $again (br $again)) (i32.const 0)",
	]);
	format!(
		r#"(module
			(import "assay" "graph_run" (func $graph_run (param i32 i32 i32 i32) (result i64)))
			(import "assay" "file_read" (func $file_read (param i32 i32 i64 i32 i32) (result i64)))
			(import "assay" "log" (func $log (param i32 i32)))
			(memory (export "memory") 2)
			(table $table 1 funcref)
			(data (i32.const 0) "double")
			(data (i32.const 8) "data")
			(global $top (mut i32) (i32.const 4096))
			(func $alloc (export "alloc") (param $length i32) (result i32) {alloc})
			(func $run (export "run") (param $start i32) (param $length i32) (param $seed i64) (result i64)
				(local $packed i64)
				(local.set $packed (i64.or
					(i64.shl (i64.extend_i32_u (local.get $start)) (i64.const 32))
					(i64.extend_i32_u (local.get $length))))
				{body}
				(local.get $packed)))"#
	)
}

fn statement(body: &mut String, source: &mut Source<'_>) {
	let name = source.pick(&["(i32.const 0) (i32.const 6)", "(i32.const 8) (i32.const 4)", ""]);
	let name = if name.is_empty() { format!("{} {}", word(source), word(source)) } else { name.into() };
	let request = "(local.get $start) (local.get $length)";
	let result =
		"(i32.wrap_i64 (i64.shr_u (local.get $packed) (i64.const 32))) (i32.wrap_i64 (local.get $packed))";
	let given = source.pick(&[request, result, ""]);
	let given = if given.is_empty() { format!("{} {}", word(source), word(source)) } else { given.into() };
	let [a, b, c] = [(); 3].map(|()| word(source));
	let _ = match source.below(12) {
		0 => write!(body, "(local.set $packed (call $graph_run {name} {given}))"),
		1 => write!(body, "(drop (call $file_read {name} (i64.extend_i32_s {a}) {b} {c}))"),
		2 => write!(body, "(call $log {given})"),
		3 => write!(body, "(drop (memory.grow {a}))"),
		4 => write!(body, "(memory.fill {a} {b} {c})"),
		5 => write!(body, "(memory.copy {a} {b} {c})"),
		6 => write!(body, "(drop (table.grow $table (ref.null func) {a}))"),
		7 => write!(body, "(i32.store {a} {b})"),
		8 => write!(body, "(i64.store {a} (local.get $seed))"),
		9 => write!(body, "(f32.store {a} (f32.div (f32.convert_i32_s {b}) (f32.convert_i32_s {c})))"),
		10 => write!(body, "(i32.store {a} (i32.div_s {b} {c}))"),
		_ => write!(body, "(drop (call $run {given} (local.get $seed)))"),
	};
	body.push('\n');
}

/// A number: an address, a length, or the edge of one.
fn word(source: &mut Source<'_>) -> String {
	let number = match source.below(3) {
		0 => source.between(0, 16),
		1 => source.pick(&[65536, 131_072, 131_071, 4096, 1 << 20, -1, i64::from(i32::MIN), 1 << 30]),
		_ => source.between(0, 140_000),
	};
	format!("(i32.const {number})")
}
