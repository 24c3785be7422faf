//! Times how an engine loads and runs one network. Every engine has a program of its own that calls [`main`], so that
//! each is measured by the same loop, alone in its process.
//!
//! A network is a directory with `model.onnx`, `inputs.json` (an array of `{"name", "type", "shape", "file"}`), and the
//! files that are named there: elements in row-major order, little-endian.

mod memory;
mod network;

use std::{
	fs,
	path::PathBuf,
	time::{Duration, Instant},
};

use anyhow::{Context, Result};
use clap::Parser;
use serde::Serialize;

pub use network::{Elements, Input, Network};

/// Runs before the measured ones: caches fill, pools start, buffers get their sizes.
const WARM_UP: usize = 2;

/// Fewest measured runs, however long they take.
const MIN_RUNS: usize = 3;

/// Something that runs networks.
pub trait Engine: Sized {
	/// Loads the network to run it with so many threads.
	fn load(network: &Network, threads: usize) -> Result<Self>;

	/// Runs it on its inputs, and gives the elements of the first output.
	fn run(&mut self) -> Result<Vec<f32>>;
}

/// Time how this engine loads and runs a network, and print the figures as one line of JSON.
#[derive(Debug, Parser)]
struct Arguments {
	/// Directory of the network
	network: PathBuf,
	/// Threads to compute with
	#[arg(long, default_value_t = 1)]
	threads: usize,
	/// Seconds of measured runs
	#[arg(long, default_value_t = 2.0)]
	seconds: f64,
	/// Where to write the elements of the first output
	#[arg(long, value_name = "FILE")]
	output: Option<PathBuf>,
}

/// What was measured, in seconds and bytes.
#[derive(Debug, Serialize)]
struct Figures {
	load_seconds: f64,
	best_seconds: f64,
	median_seconds: f64,
	runs: usize,
	/// Highest resident memory of the process, without what it had before it loaded the network.
	peak_bytes: u64,
}

/// The program of an engine.
pub fn main<E: Engine>() -> Result<()> {
	let arguments = Arguments::parse();
	let network = Network::open(&arguments.network)?;
	let before = memory::resident()?;
	let start = Instant::now();
	let mut engine = E::load(&network, arguments.threads).context("the network cannot be loaded")?;
	let load_seconds = start.elapsed().as_secs_f64();

	let mut output = Vec::new();
	for _ in 0..WARM_UP {
		output = engine.run().context("the network cannot be run")?;
	}
	let limit = Duration::from_secs_f64(arguments.seconds);
	let mut seconds = Vec::new();
	let start = Instant::now();
	while seconds.len() < MIN_RUNS || start.elapsed() < limit {
		let start = Instant::now();
		output = engine.run()?;
		seconds.push(start.elapsed().as_secs_f64());
	}
	if let Some(path) = arguments.output {
		let bytes: Vec<u8> = output.iter().flat_map(|x| x.to_le_bytes()).collect();
		fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
	}
	seconds.sort_by(f64::total_cmp);
	let figures = Figures {
		load_seconds,
		best_seconds: seconds[0],
		median_seconds: seconds[seconds.len() / 2],
		runs: seconds.len(),
		peak_bytes: memory::peak()?.saturating_sub(before),
	};
	println!("{}", serde_json::to_string(&figures)?);
	Ok(())
}
