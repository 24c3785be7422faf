//! What can go wrong on this machine. None of it is an answer to a request.

use assay_store::{PackageError, StoreError};
use std::{io, path::PathBuf, process::ExitStatus, time::Duration};

/// Why the engine does not start or a run gave no result.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
	/// A directory cannot be used.
	#[error("cannot use {path}: {source}; choose a directory that this user may write to")]
	Directory {
		/// Which.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// A number in the configuration makes no sense.
	#[error("{what} must be at least 1")]
	Zero {
		/// Which.
		what: &'static str,
	},
	/// The store cannot be opened.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The package is refused.
	#[error(transparent)]
	Package(#[from] PackageError),
	/// The child process failed.
	#[error(transparent)]
	Child(#[from] ChildError),
	/// As many jobs wait as may.
	#[error("{limit} jobs are waiting already; submit again later, or raise the queue length")]
	Busy {
		/// Most jobs that may wait.
		limit: usize,
	},
	/// The job could not be executed.
	#[error("{0}")]
	Job(String),
}

/// Why a child process gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
	/// It did not start.
	#[error("cannot start {program}: {source}; check that the file exists and may be executed")]
	Spawn {
		/// The program.
		program: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// It started and found that it cannot work.
	#[error("the process cannot work: {0}")]
	Refused(String),
	/// It took too long and was killed.
	#[error("no answer within {}; killed. Raise the time limit if the model is honest", seconds(.limit))]
	Deadline {
		/// Time it had.
		limit: Duration,
	},
	/// It ended by itself or was killed by somebody else.
	#[error("the process ended in the middle of a job ({status}){}", quoted(.last_words))]
	Ended {
		/// How.
		status: ExitStatus,
		/// The last line it wrote to its standard error.
		last_words: String,
	},
	/// It said something that makes no sense.
	#[error("the process answered with an invalid frame: {0}")]
	Protocol(String),
	/// The pipe failed.
	#[error("cannot talk to the process: {0}")]
	Pipe(io::Error),
	/// The engine is shutting down.
	#[error("the engine is shutting down")]
	Cancelled,
}

fn seconds(duration: &Duration) -> String {
	format!("{:.1} s", duration.as_secs_f64())
}

fn quoted(line: &str) -> String {
	if line.is_empty() { String::new() } else { format!(": {line}") }
}
