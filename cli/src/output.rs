//! What a command prints: text for people or one JSON object for programs, and progress on a terminal.

use crate::error::Error;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::{
	io::{self, IsTerminal, Write},
	time::Duration,
};

/// The result of a command in both forms.
#[derive(Debug)]
pub struct Report {
	text: String,
	json: String,
}

impl Report {
	/// `text` for people, `value` for programs.
	pub fn new(text: impl Into<String>, value: &impl Serialize) -> Self {
		// Report types are structs of strings, numbers and lists, which always serialise.
		let json = serde_json::to_string(value)
			.unwrap_or_else(|error| format!("{{\"unserialisable\":{:?}}}", error.to_string()));
		Self { text: text.into(), json }
	}
}

/// Where results and progress go.
#[derive(Clone, Copy, Debug)]
pub struct Output {
	/// Whether programs read it.
	pub json: bool,
}

impl Output {
	/// Prints the result. With `--json`, the last line on standard output is the object.
	pub fn result(self, report: &Report) {
		let mut out = io::stdout().lock();
		// Nothing useful can be done when standard output is closed (`assay … | head`).
		let _ = if self.json {
			writeln!(out, "{}", report.json)
		} else {
			writeln!(out, "{}", report.text.trim_end())
		};
		let _ = out.flush();
	}

	/// Prints an error: always as text on standard error and, with `--json`, also as the object that a program waits
	/// for on standard output.
	pub fn error(self, error: &Error) {
		let _ = writeln!(io::stderr(), "{error}");
		if self.json {
			let _ = writeln!(io::stdout(), "{}", error.to_json());
		}
	}

	/// Prints what a program said, for people, on standard error.
	pub fn note(self, text: &str) {
		let _ = writeln!(io::stderr(), "{}", text.trim_end());
	}

	/// A spinner on standard error when that is a terminal, otherwise silence.
	pub fn spinner(self, message: impl Into<String>) -> Progress {
		let bar = if io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
		bar.set_message(message.into());
		bar.enable_steady_tick(Duration::from_millis(100));
		Progress(bar)
	}

	/// A bar of `length` steps on standard error when that is a terminal, otherwise silence.
	pub fn bar(self, length: u64, message: impl Into<String>) -> Progress {
		let bar = if io::stderr().is_terminal() { ProgressBar::new(length) } else { ProgressBar::hidden() };
		if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
			bar.set_style(style);
		}
		bar.set_message(message.into());
		Progress(bar)
	}
}

/// Progress that disappears when it is dropped.
pub struct Progress(ProgressBar);

impl Progress {
	/// Says what is happening now.
	pub fn say(&self, message: impl Into<String>) {
		self.0.set_message(message.into());
	}

	/// One step further.
	pub fn step(&self) {
		self.0.inc(1);
	}
}

impl Drop for Progress {
	fn drop(&mut self) {
		self.0.finish_and_clear();
	}
}
