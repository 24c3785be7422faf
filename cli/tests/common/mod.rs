//! Running the binary in tests.
#![allow(dead_code, reason = "every test binary uses a part of this")]

pub mod classifier;
pub mod node;

use serde_json::Value;
use std::{
	fs,
	path::Path,
	process::{Command, Output},
};

/// Runs `assay` in a home directory of its own.
pub fn assay(home: &Path, arguments: &[&str]) -> Output {
	Command::new(env!("CARGO_BIN_EXE_assay"))
		.args(arguments)
		.env_clear()
		.env("HOME", home)
		.env("PATH", std::env::var_os("PATH").unwrap_or_default())
		.output()
		.expect("the binary runs")
}

/// The object on the last line of standard output.
pub fn last_json(output: &Output) -> Value {
	let text = String::from_utf8_lossy(&output.stdout);
	let line = text.lines().last().unwrap_or_else(|| panic!("prints nothing: {output:?}"));
	serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// The command must fail with this code and exit status, say so in both forms, and name a next step.
#[track_caller]
pub fn expect_error(home: &Path, arguments: &[&str], code: &str, status: i32) -> String {
	let output = assay(home, &[arguments, &["--json"]].concat());
	let error = &last_json(&output)["error"];
	assert_eq!(error["code"], code, "{arguments:?}: {output:?}");
	assert_eq!(output.status.code(), Some(status), "{arguments:?}: {output:?}");
	assert!(!error["next"].as_str().unwrap_or_default().is_empty(), "{error}");
	assert!(!output.stderr.is_empty(), "people see nothing");
	error["message"].as_str().unwrap_or_default().to_owned()
}

#[track_caller]
pub fn expect_success(home: &Path, arguments: &[&str]) -> Value {
	let output = assay(home, &[arguments, &["--json"]].concat());
	assert!(output.status.success(), "{arguments:?}: {output:?}");
	last_json(&output)
}

pub fn home() -> tempfile::TempDir {
	tempfile::tempdir().expect("temporary directory")
}

pub fn write(directory: &Path, name: &str, contents: &str) -> String {
	let path = directory.join(name);
	fs::write(&path, contents).expect("is writable");
	path.display().to_string()
}
