//! Runs a target on files, without libFuzzer: `scripts/fuzz --replay TARGET FILE...`

use assay_fuzz::{TARGETS, allocation::Counting};
use std::{fs, process::ExitCode};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
	let mut arguments = std::env::args().skip(1);
	let name = arguments.next().unwrap_or_default();
	let Some((_, run)) = TARGETS.iter().find(|(target, _)| *target == name) else {
		let names = TARGETS.iter().map(|(target, _)| *target).collect::<Vec<_>>().join(", ");
		eprintln!("error: no target {name:?}\n  next: give one of {names}, then files");
		return ExitCode::FAILURE;
	};
	for path in arguments {
		match fs::read(&path) {
			// A panic ends the program, with the message and RUST_BACKTRACE's help.
			Ok(bytes) => run(&bytes),
			Err(error) => {
				eprintln!("error: {path}: {error}\n  next: give files that can be read");
				return ExitCode::FAILURE;
			}
		}
		println!("{path}: nothing found");
	}
	ExitCode::SUCCESS
}
