//! The targets without libFuzzer: every input of the corpora, and mutations of them that are the same in every run.
//!
//! `ASSAY_FUZZ_CASES` is how many mutations each target gets, and `ASSAY_FUZZ_SEED` the seed of the first.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use assay_fuzz::{TARGETS, allocation::Counting, mutation};
use std::{fs, panic, path::PathBuf};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The inputs of a corpus, in the order of their names.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
	let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
	let mut paths: Vec<PathBuf> =
		fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
	paths.sort();
	assert!(paths.len() >= 10, "{} has only {} inputs", directory.display(), paths.len());
	paths.into_iter().map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect()
}

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
	std::env::var(name).map_or(default, |value| {
		value.parse().unwrap_or_else(|_| panic!("{name} is {value:?}: give a number, or leave it unset"))
	})
}

fn replay(target: &str, default_cases: u64) {
	let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
	// What is being tried, should the process die of it.
	let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}.input"));
	let attempt = |name: &str, bytes: &[u8]| {
		fs::write(&path, bytes).unwrap();
		if panic::catch_unwind(|| run(bytes)).is_err() {
			panic!(
				"{target} fails on {name}, which is in {}: scripts/fuzz --replay {target} FILE runs it again",
				path.display()
			);
		}
	};
	let (names, inputs): (Vec<String>, Vec<Vec<u8>>) = corpus(target).into_iter().unzip();
	for (name, bytes) in names.iter().zip(&inputs) {
		attempt(name, bytes);
	}
	let (first, cases) = (setting("ASSAY_FUZZ_SEED", 0), setting("ASSAY_FUZZ_CASES", default_cases));
	for seed in (0..cases).map(|case| first.wrapping_add(case)) {
		attempt(&format!("the mutation of seed {seed}"), &mutation::mutated(&inputs, seed));
	}
	fs::remove_file(&path).unwrap();
}

#[test]
fn decoder_should_keep_its_promises_when_models_are_mutated() {
	replay("decoder", 4000);
}

#[test]
fn executors_should_agree_when_graphs_are_mutated() {
	replay("executors", 2000);
}

#[test]
fn programs_should_end_alike_twice_when_they_are_mutated() {
	replay("programs", 2000);
}
