//! `assay-conformance`: the tests that ONNX ships for its backends, run on both executors of this project.
//!
//! A case passes if the slice executor and the `Strict` executor give the same bits for the same cost, and these are the
//! values that ONNX expects. What it computed is then a hash, and the table in `expected.txt` pins it: a case in there
//! that fails, or that has other bits, fails the run.
//!
//! The set `large` is this project's own: ONNX's operators on tensors large enough to be worth several threads.

mod cases;
mod check;
mod classify;
mod compare;
mod expected;
mod large;
mod light;
mod packages;
mod reference;
mod report;
#[cfg(feature = "wasm")]
mod wasm;

use anyhow::Result;
use cases::{Case, Set};
use check::Outcome;
use clap::Parser;
use expected::Expected;
use reference::Reference;
use report::Report;
use std::{
	io::{IsTerminal, Write},
	path::PathBuf,
	process::ExitCode,
};

/// Run the ONNX backend tests on both executors and compare values with ONNX, bits with each other and with the pinned
/// ones.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
	/// The directory `onnx/backend/test/data` of the Python package
	data: PathBuf,
	/// Run only this set; may be given several times. All of ONNX's if not given
	#[arg(long, value_enum, value_name = "SET")]
	set: Vec<Set>,
	/// Also run the graph of the package in this directory; may be given several times
	#[arg(long, value_name = "DIRECTORY")]
	package: Vec<PathBuf>,
	/// Run only cases whose name contains this
	#[arg(long, value_name = "SUBSTRING")]
	filter: Option<String>,
	/// Print one JSON object instead of text
	#[arg(long)]
	json: bool,
	/// Add the hashes of cases that pass to this file. Those in it stay: to accept other bits, delete the line first
	#[arg(long, value_name = "FILE")]
	bless: Option<PathBuf>,
	/// Run the slice executor inside of WebAssembly: the module of assay-conformance-guest
	#[cfg(feature = "wasm")]
	#[arg(long, value_name = "MODULE")]
	wasm: Option<PathBuf>,
}

impl Arguments {
	fn reference(&self) -> Result<Reference> {
		#[cfg(feature = "wasm")]
		if let Some(path) = &self.wasm {
			return wasm::Guest::load(path).map(Reference::Wasm);
		}
		Ok(Reference::Here)
	}
}

fn main() -> Result<ExitCode> {
	let arguments = Arguments::parse();
	let reference = arguments.reference()?;
	let sets = if arguments.set.is_empty() { Set::ONNX.to_vec() } else { arguments.set };
	let mut cases = cases::find(&arguments.data, &sets)?;
	for directory in &arguments.package {
		cases.push(packages::case(directory)?);
	}
	if let Some(filter) = &arguments.filter {
		cases.retain(|case| case.name.contains(filter.as_str()));
	}
	// A kernel that panics is a failure of its case, with its own message.
	std::panic::set_hook(Box::new(|_| {}));
	let outcomes = run(cases, &reference);
	drop(std::panic::take_hook());

	let expected = Expected::committed()?;
	if let Some(path) = arguments.bless {
		let mut table = Expected::read(&path)?;
		table.add(&outcomes);
		table.write(&path)?;
	}
	let report = Report::new(outcomes, &expected);
	let text = if arguments.json { report.to_json()? } else { report.to_string() };
	// Whoever stopped reading knows enough; the exit status still tells.
	let _ = writeln!(std::io::stdout(), "{text}");
	Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(cases: Vec<Case>, reference: &Reference) -> Vec<(Case, Outcome)> {
	let total = cases.len();
	let mut progress = std::io::stderr();
	let live = progress.is_terminal();
	let outcomes = cases
		.into_iter()
		.enumerate()
		.map(|(index, case)| {
			// Progress is for people; if they closed the terminal, the result still counts.
			let _ = match live {
				true => write!(progress, "\r\x1b[K{:>5} of {total}  {}", index + 1, case.id()),
				false if (index + 1) % 200 == 0 => writeln!(progress, "{} of {total} cases", index + 1),
				false => Ok(()),
			};
			let outcome = check::check(&case, reference);
			(case, outcome)
		})
		.collect();
	if live {
		let _ = write!(progress, "\r\x1b[K");
	}
	outcomes
}
