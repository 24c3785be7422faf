//! Packages with a program, from directories and from the store.

use crate::support::{
	Fixture, Model, child_config, floats, inline_output, job, node, output_floats, program,
};
use assay_engine::{EngineError, LocalRun, LocalRunner, run_local};
use assay_graph::DType;
use assay_primitives::{Execution, Job, Outcome};
use std::{fs, path::PathBuf};

/// Runs the graph `model.onnx`, which doubles, on the request.
const DOUBLE: &str = r#"
	(call $log (i32.const 0) (i32.const 10))
	(call $graph_run (i32.const 0) (i32.const 10) (local.get 0) (local.get 1))"#;
/// The same without a word.
const RUN_GRAPH: &str = "(call $graph_run (i32.const 0) (i32.const 10) (local.get 0) (local.get 1))";

/// Writes a package whose program's `run` has this body.
fn package(fixture: &Fixture, body: &str) -> PathBuf {
	package_of(fixture, &program(body))
}

fn package_of(fixture: &Fixture, program: &[u8]) -> PathBuf {
	package_around(fixture, program, Model::double())
}

/// A package with this program and the graph of a model.
fn package_around(fixture: &Fixture, program: &[u8], model: Model) -> PathBuf {
	let dir = fixture.package(&model.program().with("memory_limit = 8388608"));
	fs::write(dir.join("program.wasm"), program).unwrap();
	fs::write(dir.join("response"), [0]).unwrap();
	dir
}

fn run(fixture: &Fixture, body: &str) -> LocalRun {
	run_local(&child_config(), &package(fixture, body), &[floats("x", &[1.5])], 0, Some(1_000_000)).unwrap()
}

#[test]
fn a_program_should_answer_from_a_directory_and_from_the_store() {
	let fixture = Fixture::new();
	let dir = package(&fixture, DOUBLE);
	let mut runner = LocalRunner::start(&child_config(), &dir).unwrap();
	let input = [floats("x", &[1.5, -2.0])];
	let local = runner.run(&input, 0, None).unwrap();
	assert_eq!((local.outcome, local.detail.as_str()), (Outcome::Success, ""));
	assert_eq!(local.log, "model.onnx\n");
	assert_eq!(output_floats(&local.encoded), [3.0, -4.0]);
	assert!(local.compute_units > 0 && local.peak_memory > 65536);

	let engine = fixture.engine();
	let id = engine.store().put_package(&dir).unwrap();
	let Execution { digest, .. } = engine.execute_blocking(job(id, &input)).unwrap();
	assert_eq!((digest.outcome, digest.compute_units), (Outcome::Success, local.compute_units));
	let execution = engine.execute_blocking(job(id, &input)).unwrap();
	assert_eq!(inline_output(&execution), local.encoded);

	// Every file is part of the content id, so that a changed one is noticed.
	fs::write(engine.store().package(id).unwrap().join("response"), [1]).unwrap();
	drop(engine);
	let engine = fixture.engine();
	let error = engine.execute_blocking(job(id, &[floats("x", &[7.0])])).unwrap_err();
	assert!(matches!(error, EngineError::Job(_)), "{error}");
	assert!(error.to_string().contains("add the package to the store again"), "{error}");
}

#[test]
fn the_seed_should_reach_the_program() {
	let fixture = Fixture::new();
	let dir =
		package(&fixture, "(if (i64.eq (local.get 2) (i64.const 7)) (then (unreachable))) (i64.const 0)");
	let outcome = |seed| {
		let run = run_local(&child_config(), &dir, &[floats("x", &[1.0])], seed, None).unwrap();
		run.outcome
	};
	assert_eq!((outcome(7), outcome(8)), (Outcome::OperatorFailed, Outcome::InvalidModel));
}

#[test]
fn random_numbers_should_be_kept_by_seed_and_be_the_same_in_a_fresh_engine() {
	let noise = || {
		let nodes = vec![node("RandomUniformLike", &["x"], "y")];
		Model::new(nodes, vec![], &[("x", DType::F32)], "x", r#"["any"]"#)
	};
	// Of two graphs the second one's answer.
	let twice = program(&format!("(drop {RUN_GRAPH}) {RUN_GRAPH}"));
	let input = [floats("x", &[0.0; 4])];
	let [first, second] = [0, 1].map(|_| {
		let fixture = Fixture::new();
		let engine = fixture.engine();
		let id = engine.store().put_package(&package_around(&fixture, &twice, noise())).unwrap();
		let answer = |seed| {
			let execution = engine.execute_blocking(Job { seed, ..job(id, &input) }).unwrap();
			output_floats(&inline_output(&execution))
		};
		let answers = [answer(1), answer(2), answer(1)];
		assert_eq!((engine.stats().jobs.done, engine.stats().cache.entries), (2, 2));
		answers
	});
	assert_eq!(first, second);
	assert_ne!(first[0], first[1]);
	assert_eq!(first[0], first[2]);
	let fixture = Fixture::new();
	let once = package_around(&fixture, &program(RUN_GRAPH), noise());
	let once = run_local(&child_config(), &once, &input, 1, None).unwrap();
	assert_ne!(output_floats(&once.encoded), first[0], "the second call draws other numbers");
}

#[test]
fn every_way_to_fail_should_be_an_answer() {
	let fixture = Fixture::new();
	for (body, outcome, expected) in [
		("(loop $again (br $again)) (unreachable)", Outcome::OutOfCompute, "1000000 compute units"),
		(
			"(loop $again (drop (memory.grow (i32.const 64))) (br $again)) (unreachable)",
			Outcome::OutOfMemory,
			"8388608",
		),
		("(unreachable)", Outcome::OperatorFailed, "trapped"),
		(
			"(call $graph_run (i32.const 0) (i32.const 9) (local.get 0) (local.get 1))",
			Outcome::OperatorFailed,
			"no graph",
		),
		(
			"(call $graph_run (i32.const 0) (i32.const 10) (i32.const 100) (i32.const 1))",
			Outcome::OperatorFailed,
			"is missing",
		),
		("(i64.const -1)", Outcome::InvalidModel, "outside its memory"),
		// No tensors, and bytes that are none.
		("(i64.const 0x6400000001)", Outcome::InvalidModel, "declares 1 outputs"),
		("(i64.const 0x1000000008)", Outcome::InvalidModel, "at most 16"),
		// The request itself, whose tensor is not called `y`.
		(
			"(i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.extend_i32_u (local.get 1)))",
			Outcome::InvalidModel,
			"\"x\"",
		),
	] {
		let run = run(&fixture, body);
		assert_eq!(run.outcome, outcome, "{body}: {}", run.detail);
		assert!(run.detail.contains(expected), "{body}: {}", run.detail);
		assert!(run.compute_units > 0 && run.outputs.is_empty());
	}
	let wrong =
		run_local(&child_config(), &package(&fixture, DOUBLE), &[floats("z", &[1.0])], 0, None).unwrap();
	assert_eq!((wrong.outcome, wrong.compute_units), (Outcome::InvalidInput, 0));
}

#[test]
fn a_program_should_be_an_invalid_model_when_it_or_a_graph_is_broken() {
	let fixture = Fixture::new();
	let run = |dir: PathBuf| run_local(&child_config(), &dir, &[floats("x", &[1.0])], 0, None).unwrap();
	for (bytes, expected) in [(&b"\0asm"[..], "not accepted"), (b"\0asm\x01\0\0\0", "must export")] {
		let refused = run(package_of(&fixture, bytes));
		assert_eq!((refused.outcome, refused.compute_units), (Outcome::InvalidModel, 0));
		assert!(refused.detail.contains(expected), "{}", refused.detail);
	}
	let dir = package(&fixture, DOUBLE);
	fs::write(dir.join("model.onnx"), b"GGUF").unwrap();
	let refused = run(dir);
	assert_eq!(refused.outcome, Outcome::InvalidModel);
	assert!(refused.detail.contains("model.onnx: "), "{}", refused.detail);

	let dir = package(&fixture, DOUBLE);
	fs::remove_file(dir.join("response")).unwrap();
	let error = LocalRunner::start(&child_config(), &dir).err().unwrap();
	assert!(error.to_string().contains("\"response\" is not a file"), "{error}");
}
