//! What a model or an input does wrong is an answer; what this machine does wrong is none.

use crate::support::{
	Fixture, LONG, Model, floats, inline, inline_output, integers, job, output_floats, reason,
};
use assay_engine::{Engine, EngineConfig};
use assay_primitives::{
	ContentId, DataType, Execution, Job, NamedTensor, Outcome, Payload, Tensor, commitment::output_hash,
};
use codec::Encode;
use std::fs;

/// Executes and checks what every execution must satisfy.
fn execute(engine: &Engine, job: Job) -> Execution {
	let execution = engine.execute_blocking(job).unwrap();
	match &execution.output {
		Payload::Inline(bytes) => assert_eq!(execution.digest.output_hash, output_hash(bytes)),
		Payload::Content(id) => {
			let bytes = engine.store().get_bytes(*id, u64::MAX).unwrap();
			assert_eq!(execution.digest.output_hash, output_hash(&bytes));
			assert!(bytes.len() > 4096);
		}
	}
	if execution.digest.outcome != Outcome::Success {
		assert_eq!(execution.output, Payload::Inline(Default::default()));
	}
	execution
}

fn failure(engine: &Engine, job: Job) -> String {
	let id = job.id();
	engine.execute_blocking(job).unwrap_err();
	reason(engine.poll(id))
}

#[test]
fn output_should_be_inline_when_it_is_short_and_in_the_store_when_it_is_long() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let package = fixture.put(&engine, &Model::double());

	let short = execute(&engine, job(package, &[floats("x", &[1.5, -0.0, f32::INFINITY])]));
	assert_eq!(output_floats(&inline_output(&short)), [3.0, -0.0, f32::INFINITY]);
	assert!(short.digest.compute_units > 0);

	let long = execute(&engine, job(package, &[floats("x", &[0.25; 4000])]));
	let Payload::Content(id) = long.output else { panic!("16,000 bytes are inline") };
	let output = engine.store().get_bytes(id, 1 << 20).unwrap();
	assert_eq!(output_floats(&output), [0.5; 4000]);
}

#[test]
fn input_should_be_taken_from_the_store_when_the_job_names_it() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let package = fixture.put(&engine, &Model::double());
	let input = vec![floats("x", &[1.0; 10_000])].encode();
	let inline = job(package, &[]);

	let absent = Job { input: Payload::Content(ContentId { digest: [9; 32], ..package }), ..inline.clone() };
	assert!(failure(&engine, absent).contains("not in the store"));

	let stored = Job { input: Payload::Content(engine.store().put_bytes(&input).unwrap()), ..inline };
	assert_eq!(execute(&engine, stored).digest.outcome, Outcome::Success);
}

#[test]
fn outcome_should_be_invalid_input_when_tensors_are_not_those_declared() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let package = fixture.put(&engine, &Model::double());
	let matrix = Tensor::new(DataType::F32, vec![1, 1], vec![0; 4]).unwrap();
	let good = floats("x", &[1.0]);
	for (what, inputs) in [
		("none", vec![]),
		("another name", vec![floats("z", &[1.0])]),
		("another type", vec![integers("x", &[1])]),
		("another rank", vec![NamedTensor { name: b"x".to_vec(), tensor: matrix }]),
		("the same twice", vec![good.clone(), good.clone()]),
		("one too many", vec![good.clone(), floats("z", &[1.0])]),
	] {
		let digest = execute(&engine, job(package, &inputs)).digest;
		assert_eq!((digest.outcome, digest.compute_units), (Outcome::InvalidInput, 0), "{what}");
	}
	let garbage = Job { input: inline(vec![0xff; 100]), ..job(package, &[]) };
	assert_eq!(execute(&engine, garbage).digest.outcome, Outcome::InvalidInput);
	assert_eq!(execute(&engine, job(package, &[good])).digest.outcome, Outcome::Success);
	assert_eq!(engine.stats().crashed, 0);
}

#[test]
fn outcome_should_be_invalid_model_when_graph_is_cut_or_declared_otherwise() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let double = Model::double();
	let mut cut = double.clone();
	cut.graph.truncate(double.graph.len() / 2);
	let garbage = Model { graph: vec![0xff; 1000], ..double.clone() };
	let empty = Model { graph: vec![], ..double.clone() };
	let other_output = Model { config: double.config.replace("\"y\"", "\"z\""), ..double.clone() };
	let other_type = Model { config: double.config.replacen("f32\"", "i64\"", 1), ..double.clone() };
	let other_shape = Model {
		config: double.config.replace(
			"[{ name = \"y\", data_type = \"f32\", dims = [\"any\"] }]",
			"[{ name = \"y\", data_type = \"f32\", dims = [7] }]",
		),
		..double
	};
	for (what, model, charged) in [
		("cut", cut, false),
		("garbage", garbage, false),
		("empty", empty, false),
		("other output", other_output, false),
		("other type", other_type, false),
		("other shape", other_shape, true),
	] {
		let package = fixture.put(&engine, &model);
		let digest = execute(&engine, job(package, &[floats("x", &[1.0])])).digest;
		assert_eq!((digest.outcome, digest.compute_units > 0), (Outcome::InvalidModel, charged), "{what}");
	}
	assert_eq!(engine.stats().crashed, 0);
}

#[test]
fn every_job_should_have_an_outcome_when_bytes_of_the_graph_are_changed() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let good = Model::gather();
	// Every position once; the values come from a linear congruential generator.
	let mut state = 1u32;
	let mut outcomes = std::collections::BTreeMap::<String, usize>::new();
	for position in 0..good.graph.len() {
		state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
		let mut bad = good.clone();
		bad.graph[position] = (state >> 24) as u8;
		let package = fixture.put(&engine, &bad);
		let outcome = execute(&engine, job(package, &[integers("index", &[1])])).digest.outcome;
		*outcomes.entry(format!("{outcome:?}")).or_default() += 1;
	}
	assert_eq!(engine.stats().crashed, 0);
	assert!(outcomes["InvalidModel"] > good.graph.len() / 4, "{outcomes:?}");
}

#[test]
fn outcome_should_tell_which_limit_was_reached_and_charge_the_same_every_time() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let package = fixture.put(&engine, &Model::double());
	let input = [floats("x", &[1.0; 1000])];
	let full = execute(&engine, job(package, &input)).digest.compute_units;
	let exact = Job { compute_limit: full, ..job(package, &input) };
	assert_eq!(execute(&engine, exact.clone()).digest.outcome, Outcome::Success);
	let short = Job { compute_limit: full - 1, ..exact };
	let digest = execute(&engine, short).digest;
	assert_eq!((digest.outcome, digest.compute_units), (Outcome::OutOfCompute, full - 1));

	let small = fixture.put(&engine, &Model::double().with("memory_limit = 7999"));
	assert_eq!(execute(&engine, job(small, &input)).digest.outcome, Outcome::OutOfMemory);
	let enough = fixture.put(&engine, &Model::double().with("memory_limit = 8000"));
	assert_eq!(execute(&engine, job(enough, &input)).digest.outcome, Outcome::Success);

	let gather = fixture.put(&engine, &Model::gather());
	let found = execute(&engine, job(gather, &[integers("index", &[2, 0])]));
	assert_eq!(output_floats(&inline_output(&found)), [60.0, 20.0]);
	let digest = execute(&engine, job(gather, &[integers("index", &[2, 3])])).digest;
	assert_eq!(digest.outcome, Outcome::OperatorFailed);
	assert!(digest.compute_units >= 2, "both operators are charged: {digest:?}");
}

#[test]
fn job_should_fail_without_an_outcome_when_this_machine_lacks_something() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let input = [floats("x", &[1.0])];
	let package = fixture.put(&engine, &Model::double());

	let absent = ContentId { digest: [7; 32], ..package };
	assert!(failure(&engine, job(absent, &input)).contains("add it there"));

	let greedy = fixture.put(&engine, &Model::double().with("memory_limit = 1000000000000"));
	assert!(failure(&engine, job(greedy, &input)).contains("raise the engine's memory limit"));

	let files = engine.store().package(package).unwrap();
	let intact = fs::read(files.join("model.onnx")).unwrap();
	for damaged in [&intact[..intact.len() / 2], b"garbage"] {
		fs::write(files.join("model.onnx"), damaged).unwrap();
		let reason = failure(&engine, job(package, &input));
		assert!(reason.contains("add the package to the store again"), "{reason}");
	}
	fs::remove_file(files.join("assay.toml")).unwrap();
	let reason = failure(&engine, job(package, &input));
	assert!(reason.contains("damaged"), "{reason}");

	// The failures are this machine's, so repairing it is enough.
	engine.store().put_package(&fixture.package(&Model::double())).unwrap();
	assert_eq!(execute(&engine, job(package, &input)).digest.outcome, Outcome::Success);
}

#[test]
fn models_should_be_unloaded_when_memory_for_them_is_short() {
	let fixture = Fixture::new();
	let slow = Model::slow(1);
	let mut config = fixture.config();
	// Room for one of the two.
	config.child.model_bytes = 3 * slow.graph.len() as u64;
	let engine = Engine::start(EngineConfig { queue_length: 8, ..config }).unwrap();
	let first = fixture.put(&engine, &slow);
	let second = fixture.put(&engine, &Model::slow(2));
	for (round, package) in [first, second, first, second].into_iter().enumerate() {
		let execution = execute(&engine, job(package, &[floats("x", &[round as f32])]));
		assert_eq!(output_floats(&inline_output(&execution)), [round as f32]);
	}
	drop(engine);

	let mut config = fixture.config();
	config.child.model_bytes = slow.graph.len() as u64;
	let engine = Engine::start(config).unwrap();
	assert!(failure(&engine, job(first, &[floats("x", &[9.0])])).contains("raise the engine's model memory"));
	assert!(matches!(
		engine.wait_blocking(job(first, &[floats("x", &[0.0])]).id(), LONG),
		assay_primitives::JobStatus::Done(_)
	));
}
