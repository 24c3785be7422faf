//! Goes through all 2³² inputs of every unary function: prints the hash that defines it and its largest error.
//!
//! `cargo run --release -p assay-numerics --example exhaustive [-- ERROR_STEP [NAME…]]`
//!
//! Errors are measured at every `ERROR_STEP`-th input (97 if not given, 1 for all of them, which takes an hour); the hash
//! always covers all. `ASSAY_ISA` forces an instruction set; the hashes must not change.

use std::{error::Error, time::Instant};

use assay_numerics::select;

#[path = "../tests/common/reference.rs"]
mod reference;

fn main() -> Result<(), Box<dyn Error>> {
	let cpu = select()?;
	let mut arguments = std::env::args().skip(1);
	let step: usize = arguments.next().map_or(Ok(97), |s| s.parse())?;
	let names: Vec<String> = arguments.collect();
	println!("instruction set {}, errors at every {step}th input", cpu.isa());
	println!(
		"{:10} {:>9} {:>14}  {:64} {:>6}",
		"function", "max ulp", "at", "SHA-256 of all outputs", "time"
	);
	for function in &reference::FUNCTIONS {
		if !names.is_empty() && !names.iter().any(|name| name == function.name) {
			continue;
		}
		let start = Instant::now();
		let found = reference::measure(cpu, function, 1, step.max(1));
		let seconds = start.elapsed().as_secs_f64();
		println!("{:10} {:9.3} {:14e}  {} {seconds:5.0}s", function.name, found.error, found.at, found.hash);
	}
	Ok(())
}
