//! Children die, hang, and are replaced; their parents die and take them along.

use crate::support::{
	Fixture, LONG, Model, child_config, floats, inline_output, job, output_floats, reason, wait_until,
};
use assay_engine::{ChildConfig, Engine, EngineConfig, EngineError, ModelUse};
use assay_primitives::{Job, JobStatus, Outcome, Payload};
use codec::Encode;
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit, test_kill_process};
use std::{
	io::{BufRead, BufReader},
	process::{Command, Stdio},
	time::{Duration, Instant},
};

fn pid(id: u32) -> Pid {
	Pid::from_raw(id as i32).unwrap()
}

fn is_alive(id: u32) -> bool {
	test_kill_process(pid(id)).is_ok()
}

/// Waits until a child was given a job, and returns its process id.
fn busy_child(engine: &Engine) -> u32 {
	wait_until("a child is running", || {
		engine.stats().jobs.running == 1 && engine.stats().children.len() == 1
	});
	engine.stats().children[0].process
}

fn done(engine: &Engine, job: &Job) -> Vec<f32> {
	match engine.wait_blocking(job.id(), LONG) {
		JobStatus::Done(execution) => output_floats(&inline_output(&execution)),
		other => panic!("{other:?}"),
	}
}

fn done_at_once(engine: &Engine, job: &Job) -> Vec<f32> {
	output_floats(&inline_output(&engine.execute_blocking(job.clone()).unwrap()))
}

#[test]
fn job_should_be_answered_when_its_child_is_killed_in_the_middle() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let package = fixture.put(&engine, &Model::slow(40));
	let job = job(package, &[floats("x", &[4.5])]);
	assert_eq!(engine.submit(job.clone()), JobStatus::Pending);
	let first = busy_child(&engine);
	std::thread::sleep(Duration::from_millis(100));
	assert_eq!(engine.poll(job.id()), JobStatus::Pending, "the job is to be killed in the middle");
	kill_process(pid(first), Signal::KILL).unwrap();

	assert_eq!(done(&engine, &job), [4.5]);
	let stats = engine.stats();
	assert_eq!((stats.crashed, stats.killed, stats.jobs.done, stats.jobs.failed), (1, 0, 1, 0));
	assert_ne!(stats.children[0].process, first);
	assert!(!is_alive(first));
}

#[test]
fn job_should_be_answered_when_its_child_hangs() {
	let fixture = Fixture::new();
	let child = ChildConfig { time_limit: Duration::from_secs(10), ..child_config() };
	let engine = Engine::start(EngineConfig { child, ..fixture.config() }).unwrap();
	let package = fixture.put(&engine, &Model::slow(20));
	let job = job(package, &[floats("x", &[-1.0])]);
	engine.submit(job.clone());
	let first = busy_child(&engine);
	kill_process(pid(first), Signal::STOP).unwrap();

	assert_eq!(done(&engine, &job), [-1.0]);
	assert_eq!((engine.stats().killed, engine.stats().crashed), (1, 0));
	assert!(!is_alive(first));
}

#[test]
fn job_should_fail_and_the_next_run_when_it_takes_too_long_every_time() {
	let fixture = Fixture::new();
	let child = ChildConfig { time_limit: Duration::from_secs(1), ..child_config() };
	let engine = Engine::start(EngineConfig { child, ..fixture.config() }).unwrap();
	let slow = job(fixture.put(&engine, &Model::slow(5000)), &[floats("x", &[1.0])]);
	let quick = job(fixture.put(&engine, &Model::double()), &[floats("x", &[1.0])]);
	engine.submit(slow.clone());
	engine.submit(quick.clone());

	let reason = reason(engine.wait_blocking(slow.id(), LONG));
	assert!(reason.contains("tried 3 times") && reason.contains("no answer within 1.0 s"), "{reason}");
	assert_eq!(done(&engine, &quick), [2.0]);
	let stats = engine.stats();
	assert!(stats.killed >= 3);
	assert_eq!((stats.jobs.failed, stats.jobs.failures.deadline), (1, 1));
	assert_eq!(engine.submit(slow), JobStatus::Pending, "submitting again tries again");
}

#[test]
fn job_should_fail_when_the_program_is_not_there_or_not_an_engine() {
	let fixture = Fixture::new();
	for (program, expected) in
		[("/nowhere/engine", "check that the file exists"), ("/bin/true", "ended in the middle")]
	{
		let child = ChildConfig { program: program.into(), ..child_config() };
		let engine = Engine::start(EngineConfig { child, ..fixture.config() }).unwrap();
		let package = fixture.put(&engine, &Model::double());
		let error = engine.execute_blocking(job(package, &[floats("x", &[1.0])])).unwrap_err();
		assert!(error.to_string().contains(expected), "{error}");
		let stats = engine.stats();
		assert_eq!((stats.children.len(), stats.jobs.failed), (0, 1));
		assert_eq!(stats.jobs.failures.start + stats.jobs.failures.crash, 1);
	}
}

#[test]
fn submit_should_be_busy_when_the_queue_is_full_and_drop_should_not_wait_for_jobs() {
	let fixture = Fixture::new();
	let engine = Engine::start(EngineConfig { queue_length: 1, ..fixture.config() }).unwrap();
	let package = fixture.put(&engine, &Model::slow(60_000));
	let jobs = [1.0, 2.0, 3.0].map(|x| job(package, &[floats("x", &[x])]));
	assert_eq!(engine.submit(jobs[0].clone()), JobStatus::Pending);
	let child = busy_child(&engine);
	assert_eq!(engine.submit(jobs[1].clone()), JobStatus::Pending);
	assert_eq!(engine.submit(jobs[0].clone()), JobStatus::Pending, "asking again takes no place");
	assert_eq!(engine.submit(jobs[2].clone()), JobStatus::Busy);
	assert_eq!(engine.poll(jobs[2].id()), JobStatus::Unknown, "nothing is remembered of it");
	let error = engine.execute_blocking(jobs[2].clone()).unwrap_err();
	assert!(matches!(error, EngineError::Busy { limit: 1 }), "{error}");
	let stats = engine.stats().jobs;
	assert_eq!((stats.queued, stats.running, stats.refused, stats.failed), (1, 1, 2, 0));

	let start = Instant::now();
	drop(engine);
	assert!(start.elapsed() < Duration::from_secs(10), "dropping took {:?}", start.elapsed());
	assert!(!is_alive(child));
}

#[test]
fn jobs_should_share_children_and_give_the_same_bits_when_run_side_by_side() {
	let fixture = Fixture::new();
	let child = ChildConfig { threads: 2, ..child_config() };
	let engine = Engine::start(EngineConfig { concurrency: 2, child, ..fixture.config() }).unwrap();
	let package = fixture.put(&engine, &Model::double());
	let jobs: Vec<_> = (0..20).map(|i| job(package, &[floats("x", &[i as f32 + 0.1])])).collect();
	for job in &jobs {
		assert_eq!(engine.submit(job.clone()), JobStatus::Pending);
	}
	for (i, job) in jobs.iter().enumerate() {
		assert_eq!(done(&engine, job), [(i as f32 + 0.1) * 2.0]);
	}
	let stats = engine.stats();
	assert_eq!((stats.jobs.done, stats.jobs.outcomes.success, stats.crashed + stats.killed), (20, 20, 0));
	assert!((1..=2).contains(&stats.children.len()), "{:?}", stats.children);
	assert_eq!(stats.children.iter().map(|child| child.jobs).sum::<u64>(), 20);
}

#[test]
fn children_should_work_side_by_side_and_be_reused_until_one_dies() {
	let fixture = Fixture::new();
	let engine = Engine::start(EngineConfig { concurrency: 2, ..fixture.config() }).unwrap();
	let package = fixture.put(&engine, &Model::slow(12));
	let run_two = |x: f32| {
		let jobs = [x, x + 0.5].map(|x| job(package, &[floats("x", &[x])]));
		for job in &jobs {
			assert_eq!(engine.submit(job.clone()), JobStatus::Pending);
		}
		wait_until("both are running", || {
			let stats = engine.stats();
			stats.jobs.running == 2 && stats.children.len() == 2
		});
		jobs
	};
	let processes = || engine.stats().children.iter().map(|child| child.process).collect::<Vec<_>>();

	let jobs = run_two(1.0);
	let first = processes();
	assert_eq!(jobs.map(|job| done(&engine, &job)), [[1.0], [1.5]]);
	let jobs = run_two(2.0);
	assert_eq!(processes(), first, "healthy children are reused");
	kill_process(pid(first[0]), Signal::KILL).unwrap();
	assert_eq!(jobs.map(|job| done(&engine, &job)), [[2.0], [2.5]]);
	let second = processes();
	assert_eq!((second.len(), second.contains(&first[0]), second.contains(&first[1])), (2, false, true));
	assert_eq!((engine.stats().crashed, engine.stats().jobs.done), (1, 4));
}

#[test]
fn job_should_be_answered_when_its_child_is_out_of_memory() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let package = fixture.put(&engine, &Model::double());
	assert_eq!(done_at_once(&engine, &job(package, &[floats("x", &[1.0])])), [2.0]);
	let child = engine.stats().children.remove(0);
	// As if it had taken all that its limit allows.
	let nothing_more = Rlimit { current: Some(0), maximum: Some(0) };
	prlimit(Some(pid(child.process)), Resource::As, nothing_more).unwrap();
	let input = engine.store().put_bytes(&vec![floats("x", &vec![1.0; 1_000_000])].encode()).unwrap();
	let long = Job { input: Payload::Content(input), ..job(package, &[]) };
	let long = engine.execute_blocking(long).unwrap();
	assert_eq!(long.digest.outcome, Outcome::Success);
	let stats = engine.stats();
	assert_eq!((stats.crashed, stats.jobs.done, stats.children[0].jobs), (1, 2, 1));
	assert_ne!(stats.children[0].process, child.process);
}

#[test]
fn stats_should_tell_which_models_are_loaded_and_what_a_child_takes() {
	let fixture = Fixture::new();
	let mut config = fixture.config();
	let (one, two) = (Model::slow(1), Model::slow(2));
	// Room for two of these, which take twice their size, but not for three.
	let bytes = |model: &Model| 2 * model.graph.len() as u64;
	config.child.model_bytes = 2 * bytes(&two) + 1000;
	let engine = Engine::start(config).unwrap();
	let models = [&one, &two, &Model::slow(3)].map(|model| fixture.put(&engine, model));
	let mut x = 0.0;
	let mut loaded_after = |model: usize| {
		x += 1.0;
		assert_eq!(done_at_once(&engine, &job(models[model], &[floats("x", &[x])])), [x]);
		engine.stats().children[0].models
	};
	assert_eq!(loaded_after(0), ModelUse { count: 1, bytes: bytes(&one) });
	let both = ModelUse { count: 2, bytes: bytes(&one) + bytes(&two) };
	assert_eq!(loaded_after(1), both);
	assert_eq!(loaded_after(0), both, "nothing is loaded again");
	// The second was used least recently.
	let third = loaded_after(2);
	assert_eq!(third, ModelUse { count: 2, bytes: both.bytes - bytes(&two) + bytes(&Model::slow(3)) });
	assert_eq!(loaded_after(0), third, "the first is still there");
	let stats = engine.stats();
	assert_eq!(stats.models(), third);
	assert_eq!((stats.threads, stats.kernels.is_some()), (1, true));
	let (memory, peak) = (stats.children[0].memory.unwrap(), stats.children[0].peak_memory.unwrap());
	assert!(peak >= memory && memory > third.bytes / 2, "{memory} {peak}");
	assert_eq!((stats.cache.misses, stats.cache.entries, stats.cache.bytes), (5, 5, 5 * 4096));
}

#[test]
fn child_should_end_when_its_parent_is_killed_in_the_middle_of_a_job() {
	let mut parent = Command::new(std::env::current_exe().unwrap())
		.args(["processes::parent_to_be_killed", "--exact", "--ignored", "--nocapture"])
		.stdout(Stdio::piped())
		.spawn()
		.unwrap();
	let mut lines = BufReader::new(parent.stdout.take().unwrap()).lines();
	let child = lines
		.find_map(|line| line.unwrap().split_once("busy child ")?.1.trim().parse::<u32>().ok())
		.expect("the parent names its child");
	assert!(is_alive(child));
	parent.kill().unwrap();
	parent.wait().unwrap();
	wait_until("the child has ended", || !is_alive(child));
}

#[test]
#[ignore = "the parent process of another test"]
fn parent_to_be_killed() {
	let fixture = Fixture::new();
	let engine = fixture.engine();
	let package = fixture.put(&engine, &Model::slow(60_000));
	engine.submit(job(package, &[floats("x", &[1.0])]));
	println!("busy child {}", busy_child(&engine));
	engine.wait_blocking(job(package, &[floats("x", &[1.0])]).id(), LONG);
}

#[test]
fn outcome_should_be_the_same_when_a_fresh_engine_executes_the_job() {
	let digests = [1, 2].map(|threads| {
		let fixture = Fixture::new();
		let child = ChildConfig { threads, ..child_config() };
		let engine = Engine::start(EngineConfig { child, ..fixture.config() }).unwrap();
		let package = fixture.put(&engine, &Model::slow(2));
		engine.execute_blocking(job(package, &[floats("x", &[0.1])])).unwrap().digest
	});
	assert_eq!(digests[0], digests[1]);
	assert_eq!(digests[0].outcome, Outcome::Success);
}
