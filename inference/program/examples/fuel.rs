//! Measures what a compute unit of a program's instructions takes, beside one of a matrix product: the ratio that
//! `FUEL_PER_UNIT` stands for.
//!
//! `cargo run --release -p assay-program --example fuel`

use assay_graph::{Budget, ExecError, HostTensor, Run, RunOptions, metering::MULTIPLY_ADDS_PER_UNIT};
use assay_numerics::{MatMul, matmul};
use assay_program::{Host, Program};
use std::{
	hint::black_box,
	time::{SystemTime, UNIX_EPOCH},
};

struct Nothing;

impl Host for Nothing {
	fn graph_run(
		&self,
		_: &str,
		_: Vec<(String, HostTensor)>,
		_: RunOptions,
	) -> Option<Result<Run, ExecError>> {
		None
	}

	fn file(&self, _: &str) -> Option<&[u8]> {
		None
	}
}

/// Bodies of loops. `$i` counts, `$x` and `$f` are free.
const LOOPS: [(&str, &str); 5] = [
	("integers", "(local.set $x (i64.xor (i64.mul (local.get $x) (i64.const 31)) (local.get $i)))"),
	("floats", "(local.set $f (f32.add (f32.mul (local.get $f) (f32.const 0.5)) (f32.const 1)))"),
	(
		"memory",
		"(i64.store (i32.and (i32.wrap_i64 (local.get $i)) (i32.const 65528))
			(i64.add (i64.load (i32.and (i32.wrap_i64 (local.get $x)) (i32.const 65528))) (local.get $i)))",
	),
	(
		"branches",
		"(if (i64.eqz (i64.and (local.get $i) (i64.const 5))) (then (local.set $x (local.get $i))))",
	),
	("calls", "(local.set $x (call $next (local.get $x)))"),
];

fn main() {
	let product = product_seconds_per_unit();
	println!("{:<10} {:>8.2} ns per unit of 1024 multiply-adds", "product", product * 1e9);
	for (name, body) in LOOPS {
		let text = format!(
			r#"(module (memory (export "memory") 1)
				(func $next (param i64) (result i64) (i64.add (local.get 0) (i64.const 1)))
				(func (export "alloc") (param i32) (result i32) (i32.const 0))
				(func (export "run") (param i32 i32 i64) (result i64) (local $i i64) (local $x i64) (local $f f32)
					(loop $again
						{body}
						(local.set $i (i64.add (local.get $i) (i64.const 1)))
						(br_if $again (i64.lt_u (local.get $i) (i64.const 20000000))))
					(i64.and (local.get $x) (i64.const 0))))"#
		);
		let program = wat::parse_str(text).map(|wasm| Program::new(&wasm));
		let Ok(Ok(program)) = program else { panic!("{name} is no program") };
		let start = thread_seconds();
		let finished = program.run(&Nothing, &[], 0, &Budget::UNLIMITED);
		let seconds = (thread_seconds() - start) / finished.compute_units as f64;
		println!("{name:<10} {:>8.2} ns per unit, {:.2} times a product's", seconds * 1e9, seconds / product);
	}
}

/// One thread, a shape that suits the kernels.
fn product_seconds_per_unit() -> f64 {
	const SIZE: usize = 512;
	const TIMES: usize = 20;
	let Ok(cpu) = assay_numerics::select() else { panic!("there are no kernels for this machine") };
	let (a, b) = (vec![0.5f32; SIZE * SIZE], vec![0.25f32; SIZE * SIZE]);
	let mut c = vec![0.0f32; SIZE * SIZE];
	let shape = MatMul::row_major(SIZE, SIZE, SIZE);
	let mut pass = || matmul(cpu.single_threaded(), &shape, black_box(&a), black_box(&b), &mut c).is_ok();
	assert!(pass());
	let start = thread_seconds();
	assert!((0..TIMES).all(|_| pass()));
	(thread_seconds() - start) / ((SIZE * SIZE * SIZE * TIMES) as f64 / MULTIPLY_ADDS_PER_UNIT as f64)
}

/// Processor time of this thread, so that other work on the machine is not measured; the time of day where it is unknown.
fn thread_seconds() -> f64 {
	let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
	let nanoseconds = schedule.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
	let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64());
	nanoseconds.map_or_else(now, |nanoseconds| nanoseconds / 1e9)
}
