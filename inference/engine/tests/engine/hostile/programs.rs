//! Programs that never end, want everything, misuse the host, or are none.

use super::Hostile;
use crate::support::{Model, program};
use assay_primitives::Outcome::{self, InvalidModel, OperatorFailed, OutOfCompute, OutOfMemory};

/// All of them.
pub fn all() -> Vec<Hostile> {
	let mut programs: Vec<Hostile> =
		BODIES.iter().map(|(name, body, outcome)| of(name, program(body), *outcome)).collect();
	programs.extend(MODULES.iter().map(|(name, fields, outcome)| {
		let text = format!("(module {fields})");
		of(name, wat::parse_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")), *outcome)
	}));
	let good = program("(unreachable)");
	let blocks =
		|count: usize| program(&format!("{} {} unreachable", "block ".repeat(count), "end ".repeat(count)));
	programs.extend([
		of("half a program", good[..good.len() / 2].to_vec(), InvalidModel),
		of("no bytes", vec![], InvalidModel),
		of("a header", b"\0asm\x01\0\0\0".to_vec(), InvalidModel),
		of("another program", b"\x7fELF\x02\x01\x01\0".to_vec(), InvalidModel),
		of("20,000 blocks in one another", blocks(20_000), OperatorFailed),
	]);
	programs
}

fn of(name: &str, program: Vec<u8>, outcome: Outcome) -> Hostile {
	Hostile {
		name: format!("the program: {name}"),
		model: Model::double().program(),
		program: Some(program),
		outcome,
	}
}

/// What `run` does.
const BODIES: [(&str, &str, Outcome); 27] = [
	("a loop without end", "(loop $again (br $again)) (unreachable)", OutOfCompute),
	(
		"log without end",
		"(loop $again (call $log (i32.const 0) (i32.const 60000)) (br $again)) (unreachable)",
		OutOfCompute,
	),
	(
		"fill memory without end",
		"(loop $again (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $again)) (unreachable)",
		OutOfCompute,
	),
	(
		"read a file without end",
		"(loop $again
			(drop (call $file_read (i32.const 16) (i32.const 8) (i64.const 0) (i32.const 100) (i32.const 100)))
			(br $again)) (unreachable)",
		OutOfCompute,
	),
	(
		"run a graph without end",
		"(loop $again
			(global.set $top (i32.const 8192))
			(drop (call $graph_run (i32.const 0) (i32.const 10) (local.get 0) (local.get 1)))
			(br $again)) (unreachable)",
		OutOfCompute,
	),
	(
		"grow without end",
		"(loop $again (drop (memory.grow (i32.const 1))) (br $again)) (unreachable)",
		OutOfMemory,
	),
	("grow to 4 GiB", "(drop (memory.grow (i32.const 65535))) (i64.const 0)", OutOfMemory),
	("give up", "(unreachable)", OperatorFailed),
	("divide by zero", "(i64.div_u (local.get 2) (i64.const 0))", OperatorFailed),
	("overflow", "(i64.div_s (i64.const 0x8000000000000000) (i64.const -1))", OperatorFailed),
	("convert what is no number", "(i64.trunc_f64_s (f64.const nan))", OperatorFailed),
	("read beyond the memory", "(i64.load (i32.const 0x7fffffff))", OperatorFailed),
	("write beyond the memory", "(i64.store (i32.const -8) (i64.const 1)) (i64.const 0)", OperatorFailed),
	(
		"copy beyond the memory",
		"(memory.copy (i32.const 0) (i32.const 65000) (i32.const 65000)) (i64.const 0)",
		OperatorFailed,
	),
	(
		"run a graph that there is not",
		"(call $graph_run (i32.const 0) (i32.const 9) (local.get 0) (local.get 1))",
		OperatorFailed,
	),
	(
		"run a graph on nothing",
		"(call $graph_run (i32.const 0) (i32.const 10) (i32.const 2000) (i32.const 0))",
		OperatorFailed,
	),
	(
		"run a graph on garbage",
		"(call $graph_run (i32.const 0) (i32.const 10) (i32.const 0) (i32.const 64))",
		OperatorFailed,
	),
	(
		"run a graph on what is not its own",
		"(call $graph_run (i32.const 0) (i32.const 10) (i32.const -4) (i32.const 4))",
		OperatorFailed,
	),
	(
		"run a graph without its inputs",
		"(call $graph_run (i32.const 0) (i32.const 10) (i32.const 2000) (i32.const 1))",
		OperatorFailed,
	),
	(
		"name a graph with what is no text",
		"(i32.store (i32.const 2000) (i32.const -1)) (call $graph_run (i32.const 2000) (i32.const 4) (local.get 0) (local.get 1))",
		OperatorFailed,
	),
	(
		"read a file to beyond the memory",
		"(call $file_read (i32.const 16) (i32.const 8) (i64.const 0) (i32.const -1) (i32.const 100))",
		OperatorFailed,
	),
	(
		"log what is not its own",
		"(call $log (i32.const 65530) (i32.const 100)) (i64.const 0)",
		OperatorFailed,
	),
	("answer from beyond the memory", "(i64.const -1)", InvalidModel),
	("answer nothing", "(i64.const 0)", InvalidModel),
	("answer garbage", "(i64.const 0x1000000008)", InvalidModel),
	(
		"answer with the question",
		"(i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.extend_i32_u (local.get 1)))",
		InvalidModel,
	),
	("answer with all of its memory", "(i64.const 0x10000)", InvalidModel),
];

/// Modules of their own.
const MODULES: [(&str, &str, Outcome); 20] = [
	("nothing to run", "", InvalidModel),
	(
		"no alloc",
		r#"(memory (export "memory") 1) (func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		InvalidModel,
	),
	(
		"a run of another type",
		r#"(memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (result i64) (i64.const 0))"#,
		InvalidModel,
	),
	(
		"calls of another host",
		r#"(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
		(memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		InvalidModel,
	),
	(
		"a memory of the host",
		r#"(import "env" "memory" (memory 1)) (export "memory" (memory 0))
		(func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		InvalidModel,
	),
	(
		"a start function",
		r#"(memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))
		(func $early (loop $again (br $again))) (start $early)"#,
		InvalidModel,
	),
	(
		"vectors",
		r#"(memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64)
			(drop (f32x4.add (v128.const i64x2 0 0) (v128.const i64x2 0 0))) (i64.const 0))"#,
		InvalidModel,
	),
	(
		"atomic instructions",
		r#"(memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (drop (i32.atomic.load (i32.const 0))) (i64.const 0))"#,
		InvalidModel,
	),
	(
		"a 64-bit memory",
		r#"(memory (export "memory") i64 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		InvalidModel,
	),
	(
		"two memories",
		r#"(memory (export "memory") 1) (memory 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		InvalidModel,
	),
	(
		"tail calls",
		r#"(memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func $run (export "run") (param i32 i32 i64) (result i64)
			(return_call $run (local.get 0) (local.get 1) (local.get 2)))"#,
		InvalidModel,
	),
	(
		"4 GiB from the start",
		r#"(memory (export "memory") 65536) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		OutOfCompute,
	),
	(
		"20 MiB from the start",
		r#"(memory (export "memory") 320) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		OutOfMemory,
	),
	(
		"a table that grows without end",
		r#"(memory (export "memory") 1) (table $table 1 funcref)
		(func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64)
			(loop $again (drop (table.grow $table (ref.null func) (i32.const 1000))) (br $again)) (unreachable))"#,
		OutOfMemory,
	),
	(
		"data beyond the memory",
		r#"(memory (export "memory") 1) (data (i32.const 65530) "beyond the memory")
		(func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		OperatorFailed,
	),
	(
		"calls of nothing",
		r#"(memory (export "memory") 1) (table 4 funcref)
		(func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (call_indirect (result i64) (i32.const 3)))"#,
		OperatorFailed,
	),
	(
		"calls in calls without end",
		r#"(memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func $run (export "run") (param i32 i32 i64) (result i64)
			(i64.add (call $run (local.get 0) (local.get 1) (local.get 2)) (i64.const 1)))"#,
		OperatorFailed,
	),
	(
		"an alloc without end",
		r#"(memory (export "memory") 1)
		(func (export "alloc") (param i32) (result i32) (loop $again (br $again)) (unreachable))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		OutOfCompute,
	),
	(
		"an alloc beyond the memory",
		r#"(memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const -16))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		OperatorFailed,
	),
	(
		"an alloc that calls the host",
		r#"(import "assay" "log" (func $log (param i32 i32)))
		(memory (export "memory") 1)
		(func (export "alloc") (param i32) (result i32) (call $log (i32.const 0) (i32.const 0)) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
		OperatorFailed,
	),
];
