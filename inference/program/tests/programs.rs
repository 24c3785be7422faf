//! What a program may do, and what happens when it does something else: the same on every machine.

// In the helpers too, which no test attribute marks.
#![allow(clippy::unwrap_used)]

mod support;

use assay_graph::{Budget, ExecError};
use assay_primitives::Outcome;
use assay_program::{Program, ProgramError, RunError, limits};
use support::{BUDGET, Package, compile, encoded, failure, outcome, program, program_with, request, run};

/// Gives the request back.
const ECHO: &str = "(call $pack (local.get $start) (local.get $length))";
/// Runs the graph `double` on the request and gives its outputs back.
const DOUBLE: &str = "(call $graph_run (i32.const 0) (i32.const 6) (local.get $start) (local.get $length))";

#[test]
fn response_should_be_what_the_program_returns() {
	let finished = run(&program(ECHO), &BUDGET);
	assert_eq!(finished.response, Ok(request(&[1.0, 2.5])));
	assert!(finished.compute_units > 0);
	assert_eq!((finished.peak_bytes, finished.log.as_str()), (2 << 16, ""));

	let seed =
		program("(i64.store (i32.const 100) (local.get $seed)) (call $pack (i32.const 100) (i32.const 8))");
	assert_eq!(run(&seed, &BUDGET).response, Ok(7u64.to_le_bytes().to_vec()));
	let nothing = program("(i64.const 0)");
	assert_eq!(nothing.run(&Package::new(), &[], 0, &BUDGET).response, Ok(vec![]));
}

#[test]
fn graph_run_should_return_the_outputs_and_charge_for_the_graph() {
	let finished = run(&program(DOUBLE), &BUDGET);
	assert_eq!(finished.response, Ok(encoded("y", &[2.0, 5.0])));
	let alone = Package::new().graphs["double"]
		.run(vec![("x".into(), assay_graph::HostTensor::vector(vec![1.0f32, 2.5]))], &Budget::UNLIMITED)
		.unwrap();
	let without = run(&program(ECHO), &BUDGET).compute_units;
	assert!(finished.compute_units >= without + alone.compute_units);
	assert_eq!(finished.peak_bytes, (2 << 16) + alone.peak_bytes);

	// The result is where `alloc` said, and outlives the growth of the memory.
	let grown = program(&format!("{DOUBLE} (drop (memory.grow (i32.const 3)))"));
	let finished = run(&grown, &BUDGET);
	assert_eq!(finished.response, Ok(encoded("y", &[2.0, 5.0])));
	assert_eq!(finished.peak_bytes, 5 << 16);
}

#[test]
fn alloc_should_be_free_to_grow_the_memory() {
	let text = r#"(module
		(import "assay" "graph_run" (func $graph_run (param i32 i32 i32 i32) (result i64)))
		(memory (export "memory") 1)
		(data (i32.const 0) "double")
		(func (export "alloc") (param i32) (result i32)
			(i32.mul (memory.grow (i32.const 1)) (i32.const 65536)))
		(func (export "run") (param i32 i32 i64) (result i64)
			(call $graph_run (i32.const 0) (i32.const 6) (local.get 0) (local.get 1))))"#;
	let finished = run(&compile(text).unwrap(), &BUDGET);
	assert_eq!(finished.response, Ok(encoded("y", &[2.0, 5.0])));
	assert_eq!(finished.peak_bytes, 3 << 16);
}

#[test]
fn outcome_should_be_out_of_compute_when_a_program_loops_forever() {
	let finished = run(&program("(loop $again (br $again)) (unreachable)"), &BUDGET);
	assert_eq!(finished.compute_units, BUDGET.compute_units);
	let (result, error) = outcome(finished);
	assert_eq!(
		(result, error),
		(Outcome::OutOfCompute, RunError::OutOfCompute { budget: BUDGET.compute_units })
	);

	let calls = failure("(loop $again (call $log (i32.const 0) (i32.const 0)) (br $again)) (unreachable)");
	assert_eq!(calls.0, Outcome::OutOfCompute);
	let copies = failure(
		"(loop $again (memory.copy (i32.const 0) (i32.const 65536) (i32.const 65536)) (br $again)) (unreachable)",
	);
	assert_eq!(copies.0, Outcome::OutOfCompute);
}

#[test]
fn outcome_should_be_out_of_compute_when_one_unit_is_missing() {
	for body in [ECHO, DOUBLE] {
		let program = program(body);
		let exact = run(&program, &BUDGET).compute_units;
		let finished = run(&program, &Budget { compute_units: exact, ..BUDGET });
		assert!(finished.response.is_ok(), "{:?}", finished.response);
		assert_eq!(finished.compute_units, exact);
		for short in [0, 1, exact / 2, exact - 1] {
			let finished = run(&program, &Budget { compute_units: short, ..BUDGET });
			assert_eq!(finished.compute_units, short);
			assert_eq!(outcome(finished).0, Outcome::OutOfCompute, "{short} of {exact}");
		}
	}
	assert!(run(&program(DOUBLE), &Budget::UNLIMITED).response.is_ok());
}

#[test]
fn outcome_should_be_out_of_memory_when_a_program_grows_without_end() {
	let greedy = "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) (unreachable)";
	let (result, error) = failure(greedy);
	assert_eq!(result, Outcome::OutOfMemory);
	assert_eq!(error, RunError::OutOfMemory { needed: (16 << 20) + (2 << 16), budget: 16 << 20 });

	let tables = program_with(
		"(loop $again (drop (table.grow $table (ref.null func) (i32.const 1000))) (br $again)) (unreachable)",
		"(table $table 1 funcref)",
	);
	let (result, error) = outcome(run(&tables, &BUDGET));
	assert_eq!(result, Outcome::OutOfMemory, "{error}");
}

#[test]
fn outcome_should_be_out_of_memory_when_the_first_memory_is_too_large() {
	let text = r#"(module (memory (export "memory") 65536)
		(func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0)))"#;
	let plenty = Budget { compute_units: u64::MAX, ..BUDGET };
	let (result, error) = outcome(run(&compile(text).unwrap(), &plenty));
	assert_eq!(
		(result, error),
		(Outcome::OutOfMemory, RunError::OutOfMemory { needed: 4 << 30, budget: 16 << 20 })
	);

	let table = program_with(ECHO, "(table 10000000 funcref)");
	assert_eq!(outcome(run(&table, &Budget::UNLIMITED)).0, Outcome::OutOfMemory);
}

#[test]
fn memory_should_be_shared_between_program_and_graph() {
	let program = program(DOUBLE);
	let peak = run(&program, &BUDGET).peak_bytes;
	assert!(run(&program, &Budget { memory_bytes: peak, ..BUDGET }).response.is_ok());
	let (result, error) = outcome(run(&program, &Budget { memory_bytes: peak - 1, ..BUDGET }));
	assert_eq!(result, Outcome::OutOfMemory);
	assert!(matches!(error, RunError::Graph { error: ExecError::OutOfMemory { .. }, .. }), "{error}");
}

#[test]
fn growth_beyond_its_own_maximum_should_be_the_programs_to_handle() {
	let text = r#"(module (memory (export "memory") 1 2)
		(func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64)
			(i32.store (i32.const 0) (memory.grow (i32.const 2)))
			(i64.const 4)))"#;
	assert_eq!(run(&compile(text).unwrap(), &BUDGET).response, Ok(vec![0xff; 4]));
}

#[test]
fn outcome_should_be_operator_failed_when_a_program_traps() {
	for (body, expected) in [
		("(unreachable)", "unreachable"),
		("(i64.extend_i32_u (i32.div_u (i32.const 1) (i32.const 0)))", "divide by zero"),
		("(i64.extend_i32_u (i32.div_s (i32.const 0x80000000) (i32.const -1)))", "overflow"),
		("(i64.load (i32.const 131065))", "out of bounds"),
		("(i64.load (i32.const -1))", "out of bounds"),
		("(i64.trunc_f64_s (f64.const nan))", "conversion"),
		("(memory.fill (i32.const 131071) (i32.const 0) (i32.const 2)) (i64.const 0)", "out of bounds"),
	] {
		let (result, error) = failure(body);
		assert_eq!(result, Outcome::OperatorFailed, "{body}");
		assert!(matches!(&error, RunError::Trap(reason) if reason.contains(expected)), "{body}: {error}");
	}
	let nowhere = program_with("(call_indirect (result i64) (i32.const 3))", "(table 4 funcref)");
	assert!(matches!(outcome(run(&nowhere, &BUDGET)), (Outcome::OperatorFailed, RunError::Trap(_))));
}

#[test]
fn outcome_should_be_operator_failed_when_segments_do_not_fit() {
	for segment in ["(data (i32.const 131070) \"abc\")", "(table 1 funcref) (elem (i32.const 1) func $alloc)"]
	{
		let (result, error) = outcome(run(&program_with(ECHO, segment), &BUDGET));
		assert_eq!(result, Outcome::OperatorFailed, "{error}");
	}
}

#[test]
fn outcome_should_be_operator_failed_when_the_stack_overflows() {
	let endless = "(func $deep (param i64) (result i64)
		(i64.add (call $deep (i64.add (local.get 0) (i64.const 1))) (i64.const 1)))";
	let deep = program_with("(call $deep (i64.const 0))", endless);
	let finished = run(&deep, &BUDGET);
	assert!(finished.compute_units < BUDGET.compute_units);
	let (result, error) = outcome(finished);
	assert_eq!(result, Outcome::OperatorFailed);
	assert!(error.to_string().contains("stack"), "{error}");

	// Many locals overflow the stack's bytes before its depth.
	let wide = program_with(
		"(call $wide (i64.const 0))",
		&format!(
			"(func $wide (param i64) (result i64) (local {}) (call $wide (local.get 0)) (drop) (local.get 1))",
			"i64 ".repeat(1000)
		),
	);
	let (result, error) = outcome(run(&wide, &BUDGET));
	assert_eq!(result, Outcome::OperatorFailed);
	assert!(error.to_string().contains("stack"), "{error}");
}

#[test]
fn calls_should_nest_as_deep_as_documented() {
	let nest = |depth: usize| {
		let down = "(func $down (param i32) (result i64)
			(if (result i64) (local.get 0)
				(then (i64.add (call $down (i32.sub (local.get 0) (i32.const 1))) (i64.const 0)))
				(else (i64.const 0))))";
		run(&program_with(&format!("(call $down (i32.const {depth}))"), down), &BUDGET).response
	};
	assert_eq!(nest(limits::MAX_CALL_DEPTH / 2), Ok(vec![]));
	assert!(nest(limits::MAX_CALL_DEPTH + 1).is_err());
}

#[test]
fn outcome_should_be_invalid_model_when_the_response_is_garbage() {
	for (start, length) in [(131071, 2), (-1, 1), (0, 131073)] {
		let body = format!("(call $pack (i32.const {start}) (i32.const {length}))");
		let (result, error) = failure(&body);
		assert_eq!(result, Outcome::InvalidModel, "{error}");
	}
}

#[test]
fn outcome_should_be_out_of_memory_when_the_response_is_too_long() {
	let text = format!(
		r#"(module (memory (export "memory") 1025)
			(func (export "alloc") (param i32) (result i32) (i32.const 0))
			(func (export "run") (param i32 i32 i64) (result i64) (i64.const {})))"#,
		limits::MAX_RESPONSE_BYTES + 1
	);
	let (result, error) = outcome(compile(&text).unwrap().run(&Package::new(), &[], 0, &Budget::UNLIMITED));
	assert_eq!(result, Outcome::OutOfMemory);
	assert!(matches!(error, RunError::ResponseTooLong { .. }), "{error}");
}

#[test]
fn outcome_should_be_operator_failed_when_a_graph_does_not_take_the_tensors() {
	let host = Package::new();
	let program = program(DOUBLE);
	for (what, tensors) in [
		("another name", encoded("z", &[1.0])),
		("none", vec![0]),
		("twice", [vec![8], encoded("x", &[1.0])[1..].to_vec(), encoded("x", &[1.0])[1..].to_vec()].concat()),
	] {
		let finished = program.run(&host, &tensors, 0, &BUDGET);
		assert!(finished.compute_units > 0);
		let (result, error) = outcome(finished);
		assert_eq!(result, Outcome::OperatorFailed, "{what}");
		assert!(
			matches!(error, RunError::Graph { error: ExecError::InvalidInput(_), .. }),
			"{what}: {error}"
		);
	}
	// Two dimensions where the graph has one.
	let mut matrix = vec![4, 4, b'x', 1, 8];
	matrix.extend([1u64, 1].iter().flat_map(|dim| dim.to_le_bytes()));
	matrix.extend([16, 0, 0, 0, 0]);
	let (result, error) = outcome(program.run(&host, &matrix, 0, &BUDGET));
	assert_eq!(result, Outcome::OperatorFailed);
	assert!(error.to_string().contains("does not fit"), "{error}");
}

#[test]
fn a_program_should_be_refused_when_its_code_section_has_bytes_and_no_functions() {
	// Section 10 of 2,001 bytes: no functions, and zeros.
	let module = [b"\0asm\x01\0\0\0\x0a\xd1\x0f\0".as_slice(), &[0; 2000]].concat();
	assert!(matches!(Program::new(&module), Err(ProgramError::Module(_))));
}

#[test]
fn messages_should_stay_short_when_names_are_long() {
	let long = "x".repeat(10_000);
	let problem = assay_program::tensors::decode_inputs(&encoded(&long, &[1.0]), &[]).unwrap_err();
	assert!(problem.contains("xxx\"…") && problem.len() < 200, "{problem}");
	let import = compile(&format!(r#"(module (import "{long}" "{long}" (func)))"#)).unwrap_err().to_string();
	assert!(import.contains("docs/programs.md") && import.len() < 500, "{import}");
}

#[test]
fn outcome_should_be_operator_failed_when_the_host_is_called_wrongly() {
	for (body, expected) in [
		(
			"(call $graph_run (i32.const 16) (i32.const 5) (local.get $start) (local.get $length))",
			"no graph \"other\"",
		),
		("(call $graph_run (i32.const 0) (i32.const 6) (i32.const 100) (i32.const 9))", "too many"),
		("(call $graph_run (i32.const 0) (i32.const 6) (local.get $start) (i32.const 9))", "SCALE"),
		(
			"(call $graph_run (i32.const 0) (i32.const 6) (i32.const 131071) (i32.const 2))",
			"outside the memory",
		),
		("(call $graph_run (i32.const -1) (i32.const 6) (i32.const 0) (i32.const 2))", "outside the memory"),
		(
			"(i32.store (i32.const 0) (i32.const -1)) (call $graph_run (i32.const 0) (i32.const 6) (i32.const 0) (i32.const 2))",
			"UTF-8",
		),
		(
			"(call $file_read (i32.const 8) (i32.const 4) (i64.const 0) (i32.const 131071) (i32.const 10))",
			"outside the memory",
		),
		(
			"(call $file_read (i32.const 131071) (i32.const 2) (i64.const 0) (i32.const 0) (i32.const 1))",
			"outside the memory",
		),
		("(call $log (i32.const 131071) (i32.const 2)) (i64.const 0)", "outside the memory"),
		(
			"(call $graph_run (i32.const 0) (i32.const 1025) (local.get $start) (local.get $length))",
			"1025 bytes; at most 1024",
		),
		(
			"(call $file_read (i32.const 0) (i32.const 131072) (i64.const 0) (i32.const 0) (i32.const 1))",
			"131072 bytes; at most 1024",
		),
	] {
		let (result, error) = failure(body);
		assert_eq!(result, Outcome::OperatorFailed, "{body}");
		assert!(matches!(error, RunError::Call { .. }), "{error}");
		assert!(error.to_string().contains(expected), "{body}: {error}");
	}
}

#[test]
fn outcome_should_be_operator_failed_when_alloc_misbehaves() {
	let with_alloc = |body: &str| {
		let text = format!(
			r#"(module
				(import "assay" "graph_run" (func $graph_run (param i32 i32 i32 i32) (result i64)))
				(import "assay" "log" (func $log (param i32 i32)))
				(memory (export "memory") 1)
				(data (i32.const 0) "double")
				(global $calls (mut i32) (i32.const 0))
				(func (export "alloc") (param i32) (result i32)
					(global.set $calls (i32.add (global.get $calls) (i32.const 1)))
					(if (i32.eq (global.get $calls) (i32.const 1)) (then (return (i32.const 64))))
					{body})
				(func (export "run") (param i32 i32 i64) (result i64)
					(call $graph_run (i32.const 0) (i32.const 6) (local.get 0) (local.get 1))))"#
		);
		outcome(run(&compile(&text).unwrap(), &BUDGET))
	};
	assert!(matches!(with_alloc("(i32.const -1)"), (Outcome::OperatorFailed, RunError::Call { .. })));
	assert!(matches!(with_alloc("(unreachable)"), (Outcome::OperatorFailed, RunError::Trap(_))));
	assert_eq!(with_alloc("(loop $again (br $again)) (unreachable)").0, Outcome::OutOfCompute);
	// Otherwise host and program could call each other until the host's own stack overflows.
	let (result, error) = with_alloc("(call $log (i32.const 0) (i32.const 1)) (i32.const 64)");
	assert_eq!(result, Outcome::OperatorFailed);
	assert!(error.to_string().contains("must not call the host"), "{error}");

	let early = r#"(module (import "assay" "log" (func $log (param i32 i32))) (memory (export "memory") 1)
		(func (export "alloc") (param i32) (result i32) (call $log (i32.const 0) (i32.const 1)) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0)))"#;
	let (result, error) = outcome(run(&compile(early).unwrap(), &BUDGET));
	assert_eq!((result, error.to_string().contains("must not")), (Outcome::OperatorFailed, true), "{error}");

	let first = r#"(module (memory (export "memory") 1)
		(func (export "alloc") (param i32) (result i32) (i32.const 65530))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0)))"#;
	let (result, error) = outcome(run(&compile(first).unwrap(), &BUDGET));
	assert_eq!((result, error.to_string().contains("alloc")), (Outcome::OperatorFailed, true), "{error}");
}

#[test]
fn file_read_should_give_pieces_and_the_size() {
	let read = |name: i32, name_length: i32, offset: i64, length: i32| {
		let body = format!(
			"(i64.store (i32.const 200)
				(call $file_read (i32.const {name}) (i32.const {name_length})
					(i64.const {offset}) (i32.const 208) (i32.const {length})))
			(call $pack (i32.const 200) (i32.const 20))"
		);
		let bytes = run(&program(&body), &BUDGET).response.unwrap();
		(i64::from_le_bytes(bytes[..8].try_into().unwrap()), bytes[8..].to_vec())
	};
	assert_eq!(read(8, 4, 0, 12), (10, vec![0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0]));
	assert_eq!(read(8, 4, 3, 4), (10, vec![3, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0]));
	for beyond in [10, 11, i64::MAX, -1] {
		assert_eq!(read(8, 4, beyond, 4), (10, vec![0; 12]), "{beyond}");
	}
	assert_eq!(read(8, 4, 0, 0), (10, vec![0; 12]));
	assert_eq!(read(16, 5, 0, 4), (-1, vec![0; 12]));
}

#[test]
fn log_should_be_kept_cleaned_and_bounded() {
	let program_ = program_with(
		"(call $log (i32.const 300) (i32.const 7)) (call $log (i32.const 8) (i32.const 4)) (i64.const 0)",
		"(data (i32.const 300) \"a\\1b[2J\\ff\\0a\")",
	);
	assert_eq!(run(&program_, &BUDGET).log, "a\u{fffd}[2J\u{fffd}\n\ndata\n");

	let chatty = program(
		"(local $i i32)
		(loop $again
			(call $log (i32.const 0) (i32.const 60000))
			(br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10))))
		(i64.const 0)",
	);
	let finished = run(&chatty, &BUDGET);
	assert!(finished.response.is_ok());
	// A dropped byte may take three.
	assert!((60_000..=3 * limits::MAX_LOG_BYTES).contains(&finished.log.len()), "{}", finished.log.len());

	let failed = run(&program("(call $log (i32.const 8) (i32.const 4)) (unreachable)"), &BUDGET);
	assert_eq!((failed.response.is_err(), failed.log.as_str()), (true, "data\n"));
}

#[test]
fn nothing_should_be_left_of_a_run() {
	let counting = program(
		"(i32.store (i32.const 400) (i32.add (i32.load (i32.const 400)) (i32.const 1)))
		(call $pack (i32.const 400) (i32.const 4))",
	);
	let (host, request) = (Package::new(), request(&[1.0]));
	for _ in 0..3 {
		assert_eq!(counting.run(&host, &request, 0, &BUDGET).response, Ok(vec![1, 0, 0, 0]));
	}
}

#[test]
fn nans_should_be_canonical() {
	for (what, nan) in [
		("0/0", "(f32.div (f32.const 0) (f32.const 0))"),
		("a payload", "(f32.add (f32.const nan:0x200001) (f32.const 1))"),
		("a sign", "(f32.mul (f32.const -nan) (f32.const 1))"),
		("sqrt", "(f32.sqrt (f32.const -1))"),
		("min", "(f32.min (f32.const -nan:0x300000) (f32.const 1))"),
		("rounding", "(f32.nearest (f32.const nan:0x200001))"),
		("demotion", "(f32.demote_f64 (f64.const nan:0x4000000000001))"),
	] {
		let body = format!("(f32.store (i32.const 0) {nan}) (call $pack (i32.const 0) (i32.const 4))");
		let response = run(&program(&body), &BUDGET).response;
		assert_eq!(response, Ok(0x7fc0_0000_u32.to_le_bytes().to_vec()), "{what}");
	}
}

#[test]
fn a_program_should_be_refused_when_it_wants_what_no_host_offers() {
	let exports = r#"(memory (export "memory") 1)
		(func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#;
	for import in [
		r#"(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))"#,
		r#"(import "assay" "exit" (func))"#,
		r#"(import "assay" "log" (func (param i32)))"#,
		r#"(import "assay" "graph_run" (global i32))"#,
		r#"(import "env" "table" (table 1 funcref))"#,
		r#"(import "env" "log" (func (param i32 i32)))"#,
	] {
		let error = compile(&format!("(module {import} {exports})")).unwrap_err();
		assert!(matches!(error, ProgramError::Import { .. }), "{import}: {error}");
	}
	let import = r#"(import "env" "memory" (memory 1))"#;
	let others = exports.replace("(memory (export \"memory\") 1)", "(export \"memory\" (memory 0))");
	let error = compile(&format!("(module {import} {others})")).unwrap_err();
	assert!(matches!(error, ProgramError::Import { .. }), "{error}");
}

#[test]
fn a_program_should_be_refused_when_it_lacks_an_export() {
	let good = [
		r#"(memory (export "memory") 1)"#,
		r#"(func (export "alloc") (param i32) (result i32) (i32.const 0))"#,
		r#"(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#,
	];
	assert!(compile(&format!("(module {})", good.concat())).is_ok());
	for (index, bad) in [
		(0, ""),
		(0, r#"(global (export "memory") i32 (i32.const 0))"#),
		(1, ""),
		(1, r#"(func (export "alloc") (param i64) (result i32) (i32.const 0))"#),
		(2, ""),
		(2, r#"(func (export "run") (param i32 i32) (result i64) (i64.const 0))"#),
		(2, r#"(table (export "run") 1 funcref)"#),
	] {
		let mut fields = good;
		fields[index] = bad;
		let error = compile(&format!("(module {})", fields.concat())).unwrap_err();
		assert!(matches!(error, ProgramError::Export { .. }), "{bad}: {error}");
	}
}

#[test]
fn a_program_should_be_refused_when_it_uses_what_is_not_defined_to_the_bit_or_not_needed() {
	let exports = r#"(memory (export "memory") 1)
		(func $alloc (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0))"#;
	for field in [
		"(func $go) (start $go)",
		"(func (drop (i32x4.add (v128.const i64x2 0 0) (v128.const i64x2 0 0))))",
		"(func (drop (f32x4.relaxed_madd (v128.const i64x2 0 0) (v128.const i64x2 0 0) (v128.const i64x2 0 0))))",
		"(func (drop (i32.atomic.load (i32.const 0))))",
		"(memory $other 1)",
		"(func (param i32) (result i32) (return_call $alloc (local.get 0)))",
		"(tag $error) (func (throw $error))",
	] {
		let error = compile(&format!("(module {exports} {field})")).unwrap_err();
		assert!(matches!(error, ProgramError::Module(_)), "{field}: {error}");
	}
	let wide = exports.replace("(memory (export \"memory\") 1)", "(memory (export \"memory\") i64 1)");
	assert!(matches!(compile(&format!("(module {wide})")), Err(ProgramError::Module(_))));
	let shared = exports.replace("\") 1)", "\") 1 1 shared)");
	assert!(matches!(compile(&format!("(module {shared})")), Err(ProgramError::Module(_))));
}

#[test]
fn a_program_should_be_refused_when_its_bytes_are_no_module() {
	let good = wat::parse_str(
		r#"(module (memory (export "memory") 1)
			(func (export "alloc") (param i32) (result i32) (i32.const 0))
			(func (export "run") (param i32 i32 i64) (result i64) (i64.const 0)))"#,
	)
	.unwrap();
	for length in 0..good.len() {
		assert!(Program::new(&good[..length]).is_err(), "the first {length} bytes");
	}
	for position in 0..good.len() {
		let mut bad = good.clone();
		bad[position] ^= 0x55;
		// It may still be a program, and then it runs to some end.
		if let Ok(program) = Program::new(&bad) {
			run(&program, &BUDGET);
		}
	}
	assert!(Program::new(b"(module)").is_err());
	let long = vec![0; limits::MAX_PROGRAM_BYTES + 1];
	assert!(matches!(Program::new(&long), Err(ProgramError::TooLong { .. })));
}

#[test]
fn work_should_be_the_same_in_every_release() {
	// Another number here is another price on the chain, and disagreement between workers of two releases.
	let counting = program(
		"(local $i i32)
		(loop $again
			(i32.store (i32.const 400) (local.get $i))
			(br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100000))))
		(call $pack (i32.const 400) (i32.const 4))",
	);
	let finished = run(&counting, &BUDGET);
	assert_eq!(finished.response, Ok(99_999u32.to_le_bytes().to_vec()));
	let deep = program_with(
		"(call $deep (i64.const 0))",
		"(func $deep (param i64) (result i64) (i64.add (call $deep (local.get 0)) (i64.const 1)))",
	);
	let units = |program: &Program| run(program, &BUDGET).compute_units;
	let all = [finished.compute_units, units(&program(ECHO)), units(&program(DOUBLE)), units(&deep)];
	assert_eq!(all, [69_287, 534, 600, 1815]);
}
