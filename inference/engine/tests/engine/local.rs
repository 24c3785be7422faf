//! Package directories run without a store.

use crate::support::{Fixture, Model, child_config, floats, output_floats};
use assay_engine::{ChildConfig, ChildError, EngineError, LocalRunner, run_local};
use assay_primitives::Outcome;
use std::time::Duration;

#[test]
fn run_should_return_outputs_and_costs_and_the_same_bytes_every_time() {
	let fixture = Fixture::new();
	let dir = fixture.package(&Model::double());
	let mut runner = LocalRunner::start(&child_config(), &dir).unwrap();
	let input = [floats("x", &[1.0, f32::NAN])];
	let first = runner.run(&input, 0, None).unwrap();
	let second = runner.run(&input, 0, None).unwrap();
	assert_eq!((first.outcome, first.detail.as_str()), (Outcome::Success, ""));
	assert_eq!(first.outputs[0].name, b"y");
	assert_eq!(output_floats(&first.encoded)[0], 2.0);
	assert_eq!(first.encoded, second.encoded);
	assert!(first.compute_units > 0 && first.peak_memory >= 16);
	assert!(runner.protections().system_calls);
}

#[test]
fn run_should_say_why_when_the_model_or_the_input_is_refused() {
	let fixture = Fixture::new();
	let dir = fixture.package(&Model::double());
	let other = run_local(&child_config(), &dir, &[floats("z", &[1.0])], 0, None).unwrap();
	assert_eq!(other.outcome, Outcome::InvalidInput);
	assert!(other.detail.contains("no input \"z\"") && other.outputs.is_empty(), "{}", other.detail);
	let poor = run_local(&child_config(), &dir, &[floats("x", &[1.0])], 0, Some(0)).unwrap();
	assert_eq!((poor.outcome, poor.compute_units), (Outcome::OutOfCompute, 0));

	let cut = Model { graph: Model::double().graph[..30].to_vec(), ..Model::double() };
	let refused =
		run_local(&child_config(), &fixture.package(&cut), &[floats("x", &[1.0])], 0, None).unwrap();
	assert_eq!(refused.outcome, Outcome::InvalidModel);
	assert!(!refused.detail.is_empty());

	let misspelt = Model::double().with("memory = 5");
	let error = LocalRunner::start(&child_config(), &fixture.package(&misspelt)).err().unwrap();
	assert!(error.to_string().contains("unknown field `memory`"), "{error}");
}

#[test]
fn run_should_fail_when_the_child_takes_too_long() {
	let fixture = Fixture::new();
	let dir = fixture.package(&Model::slow(5000));
	let config = ChildConfig { time_limit: Duration::from_millis(500), ..child_config() };
	let result = run_local(&config, &dir, &[floats("x", &[1.0])], 0, None);
	assert!(matches!(result, Err(EngineError::Child(ChildError::Deadline { .. }))), "{result:?}");
}

#[test]
fn run_should_carry_large_inputs_and_outputs() {
	let fixture = Fixture::new();
	let dir = fixture.package(&Model::double());
	let values: Vec<f32> = (0..2_000_000).map(|i| i as f32).collect();
	let run = run_local(&child_config(), &dir, &[floats("x", &values)], 0, None).unwrap();
	assert_eq!(run.outcome, Outcome::Success, "{}", run.detail);
	assert!(output_floats(&run.encoded).iter().zip(&values).all(|(y, x)| *y == 2.0 * x));
}
