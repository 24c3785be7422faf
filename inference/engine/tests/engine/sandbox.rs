//! What a child may do is little.

use crate::support::{Fixture, Model, child_config, floats, job};
use assay_engine::{ChildConfig, Enforcement, Engine, EngineConfig};
use rustix::process::{Pid, getpriority_process};
use std::{fs, process::Command};

#[test]
fn check_should_find_no_way_out_of_the_sandbox() {
	let dir = tempfile::tempdir().unwrap();
	fs::write(dir.path().join("model.onnx"), "graph").unwrap();
	let output = Command::new(env!("CARGO_BIN_EXE_assay-engine"))
		.arg("check-sandbox")
		.arg(dir.path())
		.output()
		.unwrap();
	let report = String::from_utf8_lossy(&output.stdout);
	assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
	assert_eq!(report.matches("ok   a model may not").count(), 11, "{report}");
	assert_eq!(report.matches("ok   a model may ").count(), 14, "{report}");
	assert_eq!(fs::read(dir.path().join("model.onnx")).unwrap(), b"graph");
	assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn stats_should_tell_the_protections_and_the_child_should_have_them() {
	let fixture = Fixture::new();
	let child = ChildConfig { threads: 3, ..child_config() };
	let engine = Engine::start(EngineConfig { child, ..fixture.config() }).unwrap();
	assert_eq!(engine.stats().protections, None);
	let package = fixture.put(&engine, &Model::double());
	engine.execute_blocking(job(package, &[floats("x", &[1.0])])).unwrap();

	let stats = engine.stats();
	let protections = stats.protections.unwrap();
	assert!(
		protections.resource_limits && protections.parent_death && protections.system_calls,
		"{protections}"
	);
	assert_ne!(protections.file_system, Enforcement::None, "{protections}");

	// The kernel's own account, of every thread.
	let process = format!("/proc/{}", stats.children[0].process);
	let mut threads = 0;
	for thread in fs::read_dir(format!("{process}/task")).unwrap() {
		let status = fs::read_to_string(thread.unwrap().path().join("status")).unwrap();
		assert!(status.contains("Seccomp:\t2"), "{status}");
		assert!(status.contains("NoNewPrivs:\t1"), "{status}");
		threads += 1;
	}
	assert!(threads >= 3, "{threads} threads");
	let limits = fs::read_to_string(format!("{process}/limits")).unwrap();
	let soft = |name: &str| {
		let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
		line[name.len()..].split_whitespace().next().unwrap().to_string()
	};
	assert_eq!(
		(soft("Max core file size"), soft("Max file size"), soft("Max open files")),
		("0".into(), "1048576".into(), "64".into())
	);
	assert_ne!(soft("Max address space"), "unlimited");
	assert_ne!(soft("Max cpu time"), "unlimited");
	let niceness = |id| getpriority_process(id).unwrap();
	let child = Pid::from_raw(stats.children[0].process as i32);
	assert_eq!(niceness(child), (niceness(None) + 10).min(19), "jobs stand back behind the node");
	let environment = fs::read(format!("{process}/environ")).unwrap();
	assert!(!String::from_utf8_lossy(&environment).contains("PATH="));
}
