//! Children that are not what they should be: what a model could make of one that it had taken over, and worse.

use crate::support::{Fixture, Model, child_config, floats, job, reason};
use assay_engine::{ChildConfig, ChildError, Engine, EngineError, run_local};
use assay_primitives::{ContentId, Job, JobStatus};
use rustix::process::{Pid, Signal, kill_process};
use std::time::Duration;

/// Scripts in a child's place, each with the kind of error that must come of it.
const SCRIPTS: [(&str, Kind); 10] = [
	("exit 0", Kind::Ended),
	("exit 7", Kind::Ended),
	("kill -s TERM $$", Kind::Ended),
	("kill -s KILL $$", Kind::Ended),
	// An answer of 4 GiB, one of half a byte, garbage, and more than was asked for.
	(r"printf '\377\377\377\377'; read line", Kind::Protocol),
	(r"printf '\001\000'; exit", Kind::Ended),
	(r"printf '\007\000\000\000garbage'; read line", Kind::Protocol),
	(r"printf '\200\000\000\000'; while :; do printf 'more and more'; done", Kind::Protocol),
	// A log without end, and no answer.
	(
		"i=0; while [ $i -lt 3000 ]; do echo \"$i is a line of a log that nobody wants\" >&2; i=$((i + 1)); done",
		Kind::Ended,
	),
	// Nothing is said any more.
	("exec >&- 2>&-; while :; do :; done", Kind::Ended),
];

/// How many ways there are.
pub const COUNT: usize = SCRIPTS.len() + 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
	Ended,
	Protocol,
}

/// Every way once; `seed` makes the jobs new ones.
pub fn all(fixture: &Fixture, engine: &Engine, slow: ContentId, seed: u64) {
	let dir = fixture.package(&Model::double());
	let input = [floats("x", &[1.0])];
	for (script, expected) in SCRIPTS {
		let config = ChildConfig {
			program: "/bin/sh".into(),
			arguments: vec!["-c".into(), script.into()],
			..child_config()
		};
		match run_local(&config, &dir, &input, 0, None) {
			Err(EngineError::Child(ChildError::Ended { .. })) if expected == Kind::Ended => {}
			Err(EngineError::Child(ChildError::Protocol(_))) if expected == Kind::Protocol => {}
			other => panic!("{script}: {expected:?} expected, {other:?} found"),
		}
	}
	too_long(fixture);
	killed_whenever_it_lives(engine, &Job { seed, ..job(slow, &input) });
}

/// A model that takes longer than a child may.
fn too_long(fixture: &Fixture) {
	let dir = fixture.package(&Model::slow(5000));
	let config = ChildConfig { time_limit: Duration::from_millis(200), ..child_config() };
	let result = run_local(&config, &dir, &[floats("x", &[1.0])], 0, None);
	assert!(matches!(result, Err(EngineError::Child(ChildError::Deadline { .. }))), "{result:?}");
}

/// A job whose children are killed as soon as they live.
fn killed_whenever_it_lives(engine: &Engine, job: &Job) {
	let crashed = engine.stats().crashed;
	assert_eq!(engine.submit(job.clone()), JobStatus::Pending);
	while engine.poll(job.id()) == JobStatus::Pending {
		for child in engine.stats().children {
			// It may have been buried meanwhile.
			let _ = kill_process(Pid::from_raw(child.process as i32).unwrap(), Signal::KILL);
		}
		std::thread::sleep(Duration::from_millis(1));
	}
	let reason = reason(engine.poll(job.id()));
	assert!(reason.contains("tried 3 times") && reason.contains("SIGKILL"), "{reason}");
	assert_eq!(engine.stats().crashed, crashed + 3);
}
