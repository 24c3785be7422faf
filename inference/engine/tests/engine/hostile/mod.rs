//! More than a hundred hostile models in a row: each has the outcome that it has on every machine, and the process that runs the
//! engine is afterwards what it was before.

mod children;
mod files;
mod graphs;
mod programs;

use crate::support::{Fixture, Model, floats, job, wait_until};
use assay_engine::Engine;
use assay_primitives::{ContentId, Job, Outcome, ResultDigest};
use std::{
	fs,
	process::{Command, Stdio},
};

/// Bytes by which the parent's memory may differ: pages that its allocator keeps for later.
const MEMORY_MARGIN: u64 = 4 << 20;
/// Bytes of tensors and of a program that a model here may hold.
const MEMORY_LIMIT: u64 = 16 << 20;
/// Compute units a job may use: some milliseconds.
const COMPUTE_LIMIT: u64 = 100_000;

/// A model, and what must come of it.
struct Hostile {
	name: String,
	model: Model,
	/// `program.wasm`, if it answers with one.
	program: Option<Vec<u8>>,
	outcome: Outcome,
}

/// One that answers with its graph.
fn hostile(name: &str, model: Model, outcome: Outcome) -> Hostile {
	Hostile { name: name.into(), model, program: None, outcome }
}

impl Hostile {
	/// Puts the package into the engine's store.
	fn put(&self, fixture: &Fixture, engine: &Engine) -> ContentId {
		let model = self.model.clone().with(&format!("memory_limit = {MEMORY_LIMIT}"));
		let dir = fixture.package(&model);
		if let Some(program) = &self.program {
			fs::write(dir.join("program.wasm"), program).unwrap();
			fs::write(dir.join("response"), [0]).unwrap();
		}
		let id = engine.store().put_package(&dir).unwrap();
		fs::remove_dir_all(dir).unwrap();
		id
	}
}

/// What a process has of the system.
#[derive(Debug, PartialEq, Eq)]
struct Footprint {
	files: usize,
	threads: usize,
	children: usize,
}

impl Footprint {
	fn of_this_process() -> Self {
		let count = |directory: &str| fs::read_dir(directory).unwrap().count();
		let parent = format!("PPid:\t{}\n", std::process::id());
		let is_child = |entry: &fs::DirEntry| {
			fs::read_to_string(entry.path().join("status")).is_ok_and(|status| status.contains(&parent))
		};
		Self {
			files: count("/proc/self/fd"),
			threads: count("/proc/self/task"),
			// Those that have ended and were not waited for are still listed.
			children: fs::read_dir("/proc").unwrap().flatten().filter(is_child).count(),
		}
	}
}

/// Threads that still read what a child says on its standard error.
fn followers() -> usize {
	let threads = fs::read_dir("/proc/self/task").unwrap().flatten();
	threads
		.filter(|thread| {
			fs::read_to_string(thread.path().join("comm")).is_ok_and(|name| name.trim() == "engine-stderr")
		})
		.count()
}

fn resident_bytes() -> u64 {
	let status = fs::read_to_string("/proc/self/status").unwrap();
	let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
	line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

/// Runs everything once, each with its outcome, and then an honest job.
fn round(
	fixture: &Fixture,
	engine: &Engine,
	models: &[(Hostile, ContentId)],
	honest: ContentId,
	seed: u64,
) -> Vec<ResultDigest> {
	let input = [floats("x", &[1.0, 2.0, 3.0])];
	let execute = |package, compute_limit| {
		let job = Job { seed, compute_limit, ..job(package, &input) };
		engine.execute_blocking(job).unwrap().digest
	};
	let mut digests = Vec::new();
	let mut wrong = Vec::new();
	for (model, package) in models {
		// Work is charged before memory is, and what wants all memory wants all work too.
		let limit = if model.outcome == Outcome::OutOfMemory { u64::MAX } else { COMPUTE_LIMIT };
		let digest = execute(*package, limit);
		if digest.outcome != model.outcome {
			wrong.push((&model.name, digest.outcome, model.outcome));
		}
		digests.push(digest);
	}
	assert!(wrong.is_empty(), "models, their outcomes, and those expected: {wrong:#?}");
	children::all(fixture, engine, honest, seed);
	assert_eq!(execute(honest, 1_000_000_000).outcome, Outcome::Success);
	digests
}

#[test]
fn a_hundred_hostile_models_should_leave_the_parent_as_it_was() {
	// A process of its own, whose files and threads no other test changes.
	let parent = Command::new(std::env::current_exe().unwrap())
		.args(["hostile::parent_of_hostile_models", "--exact", "--ignored", "--nocapture"])
		.stdin(Stdio::null())
		.output()
		.unwrap();
	let said = String::from_utf8_lossy(&parent.stdout);
	let complained = String::from_utf8_lossy(&parent.stderr);
	assert!(parent.status.success() && said.contains("1 passed"), "{said}{complained}");
}

#[test]
#[ignore = "the parent process of another test"]
fn parent_of_hostile_models() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let put = |model: Hostile| {
		let id = model.put(&fixture, &engine);
		(model, id)
	};
	let models: Vec<_> =
		files::all().into_iter().chain(graphs::all()).chain(programs::all()).map(put).collect();
	assert!(models.len() + children::COUNT >= 100, "{} models", models.len());
	let honest = engine.store().put_package(&fixture.package(&Model::slow(2))).unwrap();

	// The first round warms up: what a process keeps for later, it has after that.
	let first = round(&fixture, &engine, &models, honest, 1);
	wait_until("only the living child is listened to", || followers() == 1);
	let memory = resident_bytes();
	let before = Footprint::of_this_process();
	let second = round(&fixture, &engine, &models, honest, 2);

	assert_eq!(first, second, "the outcomes and costs of the second round are others");
	wait_until("nothing is left of the second round", || Footprint::of_this_process() == before);
	assert_eq!(before.children, 1, "one child lives");
	let grown = resident_bytes().saturating_sub(memory);
	assert!(grown < MEMORY_MARGIN, "the memory of the parent grew by {grown} bytes");
	println!("{} models, {} children: {before:?}, {grown} bytes", models.len(), children::COUNT);
}
