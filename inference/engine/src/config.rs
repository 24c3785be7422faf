//! What an operator decides.

use std::{ffi::OsString, path::PathBuf, time::Duration};

/// The hidden first argument that makes a program an engine child; see [`child::main`](crate::child::main).
pub const CHILD_ARGUMENT: &str = "engine-child";

/// The queue, the cache, and how children are run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineConfig {
	/// Where results are kept.
	pub cache_dir: PathBuf,
	/// The store that holds the packages, and takes large outputs.
	pub store_dir: PathBuf,
	/// Jobs executed at the same time, each in its own child; at least 1.
	pub concurrency: usize,
	/// Jobs waiting at most.
	pub queue_length: usize,
	/// Bytes of results kept on disk; the oldest go first.
	pub cache_bytes: u64,
	/// The children.
	pub child: ChildConfig,
}

impl EngineConfig {
	/// One job at a time on all processors, 256 waiting, 1 GiB of results.
	pub fn new(cache_dir: impl Into<PathBuf>, store_dir: impl Into<PathBuf>) -> Self {
		Self {
			cache_dir: cache_dir.into(),
			store_dir: store_dir.into(),
			concurrency: 1,
			queue_length: 256,
			cache_bytes: 1 << 30,
			child: ChildConfig::default(),
		}
	}
}

/// One child process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildConfig {
	/// The program.
	pub program: PathBuf,
	/// Its arguments.
	pub arguments: Vec<OsString>,
	/// Threads of a run; at least 1. The results do not depend on it.
	pub threads: usize,
	/// Bytes of tensors a run may hold. A package that asks for more is not run at all: its own limit decides between
	/// success and `OutOfMemory`, and every worker must agree.
	pub memory_limit: u64,
	/// Bytes of models kept loaded; the least recently used go first.
	pub model_bytes: u64,
	/// Time a job may take, loading included, before its child is killed.
	pub time_limit: Duration,
}

impl Default for ChildConfig {
	/// This program as [`CHILD_ARGUMENT`], on all processors, 4 GiB of tensors, 4 GiB of models, two minutes.
	fn default() -> Self {
		Self {
			program: own_program(),
			arguments: vec![CHILD_ARGUMENT.into()],
			threads: std::thread::available_parallelism().map_or(1, usize::from),
			memory_limit: 4 << 30,
			model_bytes: 4 << 30,
			time_limit: Duration::from_secs(120),
		}
	}
}

impl ChildConfig {
	/// What the program, its libraries, loading a model, the heaps and stacks of threads, and frames may take besides
	/// models and tensors. Heaps are reserved per thread in steps of 64 MiB, mostly unused.
	pub(crate) fn address_space(&self) -> u64 {
		let threads = (self.threads as u64 + 1).saturating_mul(128 << 20);
		// While a model is loaded, its file, its decoded and its packed form exist together.
		self.memory_limit
			.saturating_add(self.model_bytes.saturating_mul(2))
			.saturating_add(threads)
			.saturating_add(1 << 30)
	}
}

/// The running program. On Linux the link that stays right when an upgrade replaces the file.
fn own_program() -> PathBuf {
	#[cfg(target_os = "linux")]
	return PathBuf::from("/proc/self/exe");
	#[cfg(not(target_os = "linux"))]
	std::env::current_exe().unwrap_or_default()
}
