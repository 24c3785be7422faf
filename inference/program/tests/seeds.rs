//! What the random operators of a program's graphs draw: the same everywhere, and never twice the same.

// In the helpers too, which no test attribute marks.
#![allow(clippy::unwrap_used)]

mod support;

use assay_backend::StrictExecutor;
use assay_graph::{ExecError, Executor, HostTensor, Model, Run, RunOptions, SliceOps};
use assay_numerics::{
	Cpu,
	random::{Stream, derived_seed},
};
use assay_program::{Host, Program};
use support::{BUDGET, encoded, operator, program_with, request};

/// Runs the graph `noise` twice on the request, and gives both answers back, one after the other.
const TWICE: &str = "
	(local $first i64)
	(local.set $first (call $graph_run (i32.const 24) (i32.const 5) (local.get $start) (local.get $length)))
	(drop (call $graph_run (i32.const 24) (i32.const 5) (local.get $start) (local.get $length)))
	(i64.add (local.get $first) (i64.and (local.get $first) (i64.const 0xffffffff)))";

/// The graph `noise`, on any executor.
struct Noise<R>(R);

impl<R: Fn(Vec<(String, HostTensor)>, RunOptions) -> Result<Run, ExecError>> Host for Noise<R> {
	fn graph_run(
		&self,
		name: &str,
		inputs: Vec<(String, HostTensor)>,
		options: RunOptions,
	) -> Option<Result<Run, ExecError>> {
		(name == "noise").then(|| (self.0)(inputs, options))
	}

	fn file(&self, _: &str) -> Option<&[u8]> {
		None
	}
}

fn twice() -> Program {
	program_with(TWICE, "(data (i32.const 24) \"noise\")")
}

/// `y`, as many uniform samples as `x` has elements.
fn noise() -> Model {
	operator("RandomUniformLike", &["x"])
}

/// The answer to a request of three numbers, by the reference.
fn answer(seed: u64) -> Vec<u8> {
	let executor = Executor::new(noise(), SliceOps::new(Cpu::scalar())).unwrap();
	let host = Noise(|inputs, options: RunOptions| executor.run(inputs, options));
	twice().run(&host, &request(&[0.0; 3]), seed, &BUDGET).response.unwrap()
}

#[test]
fn graphs_should_draw_from_the_seed_of_the_request_and_the_number_of_the_call() {
	let samples = |seed, call| {
		let mut samples = [0.0; 3];
		Stream { seed: derived_seed(seed, call), node: 0, execution: 0 }.uniform(0.0, 1.0, &mut samples);
		encoded("y", &samples)
	};
	for seed in [0, 7, u64::MAX] {
		assert_eq!(answer(seed), [samples(seed, 0), samples(seed, 1)].concat());
	}
}

#[test]
fn numbers_should_differ_when_the_seed_or_the_call_does() {
	let answers = [answer(7), answer(8)];
	let (first, second) = answers[0].split_at(answers[0].len() / 2);
	assert_ne!(first, second, "the second call draws the numbers of the first");
	assert_ne!(answers[0], answers[1], "another seed draws the same numbers");
	assert_eq!(answer(7), answers[0], "the same seed draws other numbers");
}

#[test]
fn both_executors_should_draw_the_same_numbers() {
	let strict = StrictExecutor::new(noise()).unwrap();
	let host = Noise(|inputs, options: RunOptions| strict.run(inputs, options));
	let response = twice().run(&host, &request(&[0.0; 3]), 7, &BUDGET).response.unwrap();
	assert_eq!(response, answer(7));
}
