//! The engine's child as a program of its own, and a check of what this machine protects it with.
//!
//! ```text
//! assay-engine engine-child             started by an engine, speaks over its standard input and output
//! assay-engine check-sandbox DIRECTORY  locks itself up with DIRECTORY readable and tries to get out
//! ```

use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
	let arguments: Vec<_> = std::env::args_os().skip(1).collect();
	match arguments.iter().map(|argument| argument.to_str()).collect::<Vec<_>>().as_slice() {
		[Some(assay_engine::CHILD_ARGUMENT)] => assay_engine::child::main(),
		[Some("check-sandbox"), Some(dir)] => check_sandbox(Path::new(dir)),
		_ => {
			eprintln!("usage: assay-engine engine-child | assay-engine check-sandbox DIRECTORY");
			ExitCode::FAILURE
		}
	}
}

fn check_sandbox(dir: &Path) -> ExitCode {
	let (protections, probes) = match assay_engine::check_sandbox(dir) {
		Ok(checked) => checked,
		Err(error) => {
			eprintln!("cannot check with {}: {error}", dir.display());
			return ExitCode::FAILURE;
		}
	};
	println!("{protections}");
	for probe in &probes {
		let holds = if probe.holds() { "ok  " } else { "FAIL" };
		let may = if probe.permitted { "may" } else { "may not" };
		println!("{holds} a model {may} {}", probe.what);
	}
	if probes.iter().all(assay_engine::Probe::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
