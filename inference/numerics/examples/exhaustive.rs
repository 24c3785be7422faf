//! Goes through all 2³² inputs of every unary function, with every instruction set of the machine: the hash of the outputs
//! is the definition of the function.
//!
//! `cargo run --release -p assay-numerics --example exhaustive [-- OPTIONS] [NAME…]`
//!
//! Compares with the committed table, `tests/functions.tsv`, and fails where hash or error differ.
//!
//! - `--isa NAMES`: only these, separated by commas; the others are compared with the first.
//! - `--errors STEP`: measures the error at every `STEP`-th input (1 if not given).
//! - `--threads N`: 2 if not given.
//! - `--record`: writes what was found to the table.
//!
//! The hash is the SHA-256 of 2¹⁶ SHA-256 digests, each of the outputs of 2¹⁶ inputs, in the order of the inputs' bits. An
//! output counts with its four bytes, little-endian, NaN as `7fc00000`.

use std::{
	error::Error,
	io::Write,
	sync::atomic::{AtomicUsize, Ordering},
	time::Instant,
};

use assay_numerics::{Cpu, Isa};
use sha2::{Digest, Sha256};

#[path = "../tests/common/reference.rs"]
mod reference;
use reference::{FUNCTIONS, Function, Recorded, TABLE, Worst, digest, sample};

const TABLE_PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions.tsv");
const TABLE_HEAD: &str =
	"# function\tSHA-256 of the sample\tSHA-256 of all outputs\tmax ulp\tat\terrors every\tinstruction sets";
const RUN: usize = 1 << 16;
const RUNS: usize = 1 << 16;

struct Options {
	cpus: Vec<Cpu>,
	error_step: usize,
	threads: usize,
	record: bool,
	names: Vec<String>,
}

fn options() -> Result<Options, Box<dyn Error>> {
	let mut options =
		Options { cpus: Cpu::available(), error_step: 1, threads: 2, record: false, names: vec![] };
	let mut arguments = std::env::args().skip(1);
	while let Some(argument) = arguments.next() {
		let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
		match argument.as_str() {
			"--errors" => options.error_step = value()?.parse::<usize>()?.max(1),
			"--threads" => options.threads = value()?.parse::<usize>()?.max(1),
			"--record" => options.record = true,
			"--isa" => {
				let path = |name: &str| -> Result<Cpu, Box<dyn Error>> {
					let isa = Isa::from_name(name).ok_or_else(|| format!("{name} is no instruction set"))?;
					Ok(Cpu::with_isa(isa).map_err(|error| error.to_string())?)
				};
				options.cpus = value()?.split(',').map(path).collect::<Result<_, _>>()?;
			}
			name if FUNCTIONS.iter().any(|function| function.name == name) => options.names.push(argument),
			_ => return Err(format!("{argument} is neither an option nor a function").into()),
		}
	}
	// The fastest first: it is what the others are compared with.
	options.cpus = options.cpus.into_iter().rev().map(Cpu::single_threaded).collect();
	Ok(options)
}

struct Found {
	hash: String,
	worst: Worst,
}

/// Buffers of a thread.
#[derive(Default)]
struct Scratch {
	x: Vec<f32>,
	y: Vec<f32>,
	outputs: Vec<u8>,
	other: Vec<u8>,
}

/// What one thread finds in the run of inputs with this index.
fn run(
	function: &Function,
	options: &Options,
	index: usize,
	scratch: &mut Scratch,
) -> Result<([u8; 32], Worst), String> {
	let Scratch { x, y, outputs, other } = scratch;
	let first = (index * RUN) as u32;
	x.clear();
	x.extend((0..RUN as u32).map(|i| f32::from_bits(first + i)));
	let [reference, others @ ..] = &options.cpus[..] else {
		return Err("no instruction set was chosen".into());
	};
	function.outputs_into(*reference, x, y, outputs);
	for cpu in others {
		function.outputs_into(*cpu, x, y, other);
		if outputs == other {
			continue;
		}
		let at = outputs.chunks(4).zip(other.chunks(4)).position(|(a, b)| a != b).unwrap_or_default();
		return Err(format!(
			"{} of {:#010x} differs: {:02x?} with {}, {:02x?} with {}",
			function.name,
			first + at as u32,
			&outputs[4 * at..][..4],
			reference.isa(),
			&other[4 * at..][..4],
			cpu.isa()
		));
	}
	let mut worst = Worst::NONE;
	for (&x, bytes) in x.iter().zip(outputs.chunks_exact(4)).step_by(options.error_step) {
		let found = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
		worst = worst.or(function.error(x, found));
	}
	Ok((Sha256::digest(&*outputs).into(), worst))
}

fn exhaust(function: &Function, options: &Options) -> Result<Found, String> {
	let next = AtomicUsize::new(0);
	let work = || -> Result<Vec<_>, String> {
		let (mut found, mut scratch) = (vec![], Scratch::default());
		loop {
			let index = next.fetch_add(1, Ordering::Relaxed);
			if index >= RUNS {
				return Ok(found);
			}
			if index.is_multiple_of(1024) {
				eprint!("\r{:16} {:3}%", function.name, 100 * index / RUNS);
			}
			found.push((index, run(function, options, index, &mut scratch)?));
		}
	};
	let mut found = std::thread::scope(|scope| {
		let threads: Vec<_> = (0..options.threads).map(|_| scope.spawn(work)).collect();
		let mut all = vec![];
		for thread in threads {
			all.extend(thread.join().map_err(|_| "a thread panicked")??);
		}
		Ok::<_, String>(all)
	})?;
	eprint!("\r{:22}\r", "");
	found.sort_by_key(|(index, _)| *index);
	let digests: Vec<u8> = found.iter().flat_map(|(_, (digest, _))| *digest).collect();
	let worst = found.iter().fold(Worst::NONE, |worst, (_, (_, other))| worst.or(*other));
	Ok(Found { hash: digest(&digests), worst })
}

fn main() -> Result<(), Box<dyn Error>> {
	let options = options()?;
	let paths = options.cpus.iter().map(|cpu| cpu.isa().name()).collect::<Vec<_>>().join(",");
	println!("instruction sets {paths}; errors at every {}th input", options.error_step);
	println!(
		"{:16} {:>9} {:>10}  {:64} {:>6}",
		"function", "max ulp", "at", "SHA-256 of all outputs", "time"
	);
	let x: Vec<f32> = sample().into_iter().map(f32::from_bits).collect();
	let mut wrong = vec![];
	for function in &FUNCTIONS {
		if !options.names.is_empty() && !options.names.iter().any(|name| name == function.name) {
			continue;
		}
		let start = Instant::now();
		let found = exhaust(function, &options)?;
		let Worst { error, at } = found.worst;
		let seconds = start.elapsed().as_secs_f64();
		println!("{:16} {error:9.4} {at:#010x}  {} {seconds:5.0}s", function.name, found.hash);
		std::io::stdout().flush()?;
		if options.record {
			// Read again each time: long runs over different functions may record side by side.
			let mut table = Recorded::all(&std::fs::read_to_string(TABLE_PATH)?);
			table.retain(|line| line.name != function.name);
			table.push(Recorded {
				name: function.name.into(),
				sampled: digest(&function.outputs(options.cpus[0], &x)),
				exhaustive: found.hash,
				error: format!("{error:.4}"),
				at: format!("{at:08x}"),
				error_step: options.error_step.to_string(),
				paths: paths.clone(),
			});
			let place = |name: &str| FUNCTIONS.iter().position(|function| function.name == name);
			table.sort_by_key(|line| place(&line.name));
			let lines = table.iter().map(|line| line.line() + "\n").collect::<String>();
			std::fs::write(TABLE_PATH, format!("{TABLE_HEAD}\n{lines}"))?;
			continue;
		}
		match Recorded::all(TABLE).into_iter().find(|line| line.name == function.name) {
			Some(line) if line.exhaustive == found.hash => {
				// Fewer inputs were perhaps measured when it was recorded.
				let known = line.error_step == "1" && line.error.parse::<f64>()? + 5e-5 < error;
				if known || error > function.limit {
					wrong.push(format!("{}: {error} ulp at {at:#010x}, recorded {}", line.name, line.error));
				}
			}
			Some(line) => wrong.push(format!("{}: the recorded hash is {}", line.name, line.exhaustive)),
			None => wrong.push(format!("{} is not in the table", function.name)),
		}
	}
	if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
