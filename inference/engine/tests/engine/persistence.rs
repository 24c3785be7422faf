//! What is answered stays answered.

use crate::support::{Fixture, Model, floats, job};
use assay_engine::{Engine, EngineConfig, EngineError};
use assay_primitives::{JobStatus, Payload};
use std::fs;

#[test]
fn poll_should_answer_from_disk_when_the_engine_was_restarted() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let package = fixture.put(&engine, &Model::double());
	let job = job(package, &[floats("x", &[1.0])]);
	assert_eq!(engine.poll(job.id()), JobStatus::Unknown);
	let execution = engine.execute_blocking(job.clone()).unwrap();
	drop(engine);

	let engine = fixture.engine();
	assert_eq!(engine.poll(job.id()), JobStatus::Done(execution.clone()));
	assert_eq!(engine.submit(job), JobStatus::Done(execution));
	let stats = engine.stats();
	assert_eq!((stats.jobs.done, stats.cache.hits, stats.cache.misses, stats.children.len()), (0, 2, 0, 0));
	assert_eq!((stats.cache.entries, stats.cache.bytes), (1, 4096));
}

#[test]
fn job_should_be_computed_again_when_its_result_is_damaged_or_gone() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let package = fixture.put(&engine, &Model::double());
	let short = job(package, &[floats("x", &[1.0])]);
	let execution = engine.execute_blocking(short.clone()).unwrap();

	let entry = fs::read_dir(fixture.cache_dir()).unwrap().next().unwrap().unwrap().path();
	let mut bytes = fs::read(&entry).unwrap();
	*bytes.last_mut().unwrap() ^= 1;
	fs::write(&entry, bytes).unwrap();
	assert_eq!(engine.poll(short.id()), JobStatus::Unknown);
	assert_eq!(engine.execute_blocking(short).unwrap(), execution);

	let long = job(package, &[floats("x", &[1.0; 4000])]);
	let execution = engine.execute_blocking(long.clone()).unwrap();
	let Payload::Content(output) = execution.output else { panic!("the output is inline") };
	let object = engine.store().path().join("objects").join(output.to_string());
	fs::remove_file(&object).unwrap();
	assert_eq!(engine.poll(long.id()), JobStatus::Unknown);
	assert_eq!(engine.execute_blocking(long.clone()).unwrap(), execution);
	// Half of it, as after a power cut on a disk that does not keep its promises.
	let bytes = fs::read(&object).unwrap();
	fs::write(&object, &bytes[..bytes.len() / 2]).unwrap();
	assert_eq!(engine.poll(long.id()), JobStatus::Unknown);
	assert_eq!(engine.execute_blocking(long).unwrap(), execution);
	assert_eq!(fs::read(&object).unwrap(), bytes);
	let stats = engine.stats();
	assert_eq!((stats.jobs.done, stats.cache.damaged), (5, 1));
}

#[test]
fn job_should_fail_when_its_result_cannot_be_kept() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let package = fixture.put(&engine, &Model::double());
	fs::remove_dir(fixture.cache_dir()).unwrap();
	let job = job(package, &[floats("x", &[1.0])]);
	let error = engine.execute_blocking(job.clone()).unwrap_err();
	assert!(error.to_string().contains("cannot keep the result"), "{error}");
	assert_eq!((engine.stats().jobs.failed, engine.stats().jobs.failures.storage), (1, 1));

	fs::create_dir(fixture.cache_dir()).unwrap();
	engine.execute_blocking(job).unwrap();
}

#[test]
fn start_should_say_what_is_wrong_when_the_configuration_is_impossible() {
	let fixture = Fixture::new();
	fs::write(fixture.path().join("file"), "").unwrap();
	let not_a_directory = EngineConfig { cache_dir: fixture.path().join("file"), ..fixture.config() };
	assert!(matches!(Engine::start(not_a_directory), Err(EngineError::Directory { .. })));
	let no_workers = EngineConfig { concurrency: 0, ..fixture.config() };
	assert!(matches!(Engine::start(no_workers), Err(EngineError::Zero { what: "concurrency" })));
}
