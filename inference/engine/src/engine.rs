//! The engine: a queue, worker threads with a child process each, and the cache of results.

use crate::{
	ChildError, EngineConfig, EngineError,
	cache::Cache,
	process::{ChildProcess, LOG},
	protocol::{Report, Request, Response, Source},
	sandbox::Protections,
};
use assay_primitives::{
	ContentId, Execution, Job, JobId, JobStatus, Outcome, Payload, ResultDigest, commitment::output_hash,
};
use assay_store::Store;
use parking_lot::{Condvar, Mutex};
use std::{
	collections::{BTreeMap, BTreeSet, VecDeque},
	os::unix::ffi::OsStrExt,
	sync::{
		Arc,
		atomic::{AtomicBool, Ordering},
	},
	thread::JoinHandle,
	time::{Duration, Instant},
};

/// Children that may die over one job. A crash says nothing about the answer, so the job is tried again.
const ATTEMPTS: u32 = 3;
/// Failures remembered; the oldest are forgotten.
const MAX_FAILURES: usize = 1024;
/// Longest reason of a failure, in bytes.
const MAX_REASON: usize = 1000;

/// Executes jobs. Threads do the waiting: no method but the `_blocking` ones waits for a job.
///
/// Dropping the engine kills the children. Jobs that were not finished are forgotten; results are on disk.
pub struct Engine {
	shared: Arc<Shared>,
	workers: Vec<JoinHandle<()>>,
}

/// Numbers for metrics and for operators.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
	/// Jobs waiting.
	pub queued: usize,
	/// Jobs being executed.
	pub running: usize,
	/// Jobs executed since the start.
	pub executed: u64,
	/// Jobs that could not be executed since the start.
	pub failed: u64,
	/// Jobs answered from the disk since the start.
	pub cached: u64,
	/// Children that died or were killed over a job since the start.
	pub crashes: u64,
	/// Process ids of the living children, ascending.
	pub children: Vec<u32>,
	/// What protects this machine from the children; `None` until one has started.
	pub protections: Option<Protections>,
}

struct Shared {
	config: EngineConfig,
	store: Store,
	cache: Cache,
	state: Mutex<State>,
	/// A job was queued, or the engine stops.
	queued: Condvar,
	/// A job left the engine, or the engine stops.
	finished: Condvar,
	stop: AtomicBool,
}

#[derive(Default)]
struct State {
	queue: VecDeque<Job>,
	/// Queued and running jobs.
	pending: BTreeSet<JobId>,
	failures: Failures,
	children: BTreeSet<u32>,
	running: usize,
	executed: u64,
	failed: u64,
	cached: u64,
	crashes: u64,
	protections: Option<Protections>,
}

/// Why the latest failed jobs failed.
#[derive(Default)]
struct Failures {
	reasons: BTreeMap<JobId, String>,
	by_age: VecDeque<JobId>,
}

impl Failures {
	fn remember(&mut self, id: JobId, reason: String) {
		self.forget(id);
		self.reasons.insert(id, reason);
		self.by_age.push_back(id);
		if self.by_age.len() > MAX_FAILURES
			&& let Some(oldest) = self.by_age.pop_front()
		{
			self.reasons.remove(&oldest);
		}
	}

	fn forget(&mut self, id: JobId) {
		if self.reasons.remove(&id).is_some() {
			self.by_age.retain(|remembered| *remembered != id);
		}
	}
}

impl Engine {
	/// Opens the directories and starts the workers. Children are started when they are needed.
	pub fn start(config: EngineConfig) -> Result<Self, EngineError> {
		for (what, number) in [
			("concurrency", config.concurrency as u64),
			("the queue length", config.queue_length as u64),
			("the number of threads", config.child.threads as u64),
			("the memory limit", config.child.memory_limit),
		] {
			if number == 0 {
				return Err(EngineError::Zero { what });
			}
		}
		// Children have another working directory.
		let directory = |source| EngineError::Directory { path: config.store_dir.clone(), source };
		let store_dir = std::path::absolute(&config.store_dir).map_err(directory)?;
		let store = Store::open(store_dir)?;
		let cache = Cache::open(&config.cache_dir, config.cache_bytes)
			.map_err(|source| EngineError::Directory { path: config.cache_dir.clone(), source })?;
		let concurrency = config.concurrency;
		let shared = Arc::new(Shared {
			config,
			store,
			cache,
			state: Mutex::default(),
			queued: Condvar::new(),
			finished: Condvar::new(),
			stop: AtomicBool::new(false),
		});
		let mut engine = Self { shared, workers: Vec::with_capacity(concurrency) };
		for number in 0..concurrency {
			let shared = engine.shared.clone();
			let worker = std::thread::Builder::new()
				.name(format!("engine-{number}"))
				.spawn(move || Worker { shared, child: None }.work())
				.map_err(|error| EngineError::Job(format!("cannot start a thread: {error}")))?;
			engine.workers.push(worker);
		}
		Ok(engine)
	}

	/// Asks for a job. Never waits; asking again is free. What was answered before is answered at once.
	pub fn submit(&self, job: Job) -> JobStatus {
		let id = job.id();
		if let Some(execution) = self.shared.finished_before(id) {
			self.shared.state.lock().cached += 1;
			return JobStatus::Done(execution);
		}
		let limit = self.shared.config.queue_length;
		let mut state = self.shared.state.lock();
		if state.pending.contains(&id) {
			return JobStatus::Pending;
		}
		if state.queue.len() >= limit {
			let reason =
				format!("{limit} jobs are waiting already; submit again later or raise the queue length");
			return JobStatus::Failed(reason.into_bytes());
		}
		state.failures.forget(id);
		state.pending.insert(id);
		state.queue.push_back(job);
		drop(state);
		self.shared.queued.notify_one();
		JobStatus::Pending
	}

	/// Where a job is.
	pub fn poll(&self, id: JobId) -> JobStatus {
		let state = self.shared.state.lock();
		if state.pending.contains(&id) {
			return JobStatus::Pending;
		}
		if let Some(reason) = state.failures.reasons.get(&id) {
			return JobStatus::Failed(reason.clone().into_bytes());
		}
		drop(state);
		self.shared.finished_before(id).map_or(JobStatus::Unknown, JobStatus::Done)
	}

	/// Waits at most `timeout` until a job is no longer pending, then returns [`poll`](Self::poll).
	pub fn wait_blocking(&self, id: JobId, timeout: Duration) -> JobStatus {
		let deadline = Instant::now() + timeout;
		let mut state = self.shared.state.lock();
		while state.pending.contains(&id) {
			if self.shared.finished.wait_until(&mut state, deadline).timed_out() {
				break;
			}
		}
		drop(state);
		self.poll(id)
	}

	/// Submits a job and waits for its result.
	pub fn execute_blocking(&self, job: Job) -> Result<Execution, EngineError> {
		let id = job.id();
		let mut status = self.submit(job);
		loop {
			match status {
				JobStatus::Done(execution) => return Ok(execution),
				JobStatus::Pending => status = self.wait_blocking(id, Duration::from_secs(3600)),
				JobStatus::Failed(reason) => {
					return Err(EngineError::Job(String::from_utf8_lossy(&reason).into_owned()));
				}
				JobStatus::Unknown => return Err(EngineError::Job("the result was evicted at once".into())),
			}
		}
	}

	/// Numbers for metrics and for operators.
	pub fn stats(&self) -> Stats {
		let state = self.shared.state.lock();
		Stats {
			queued: state.queue.len(),
			running: state.running,
			executed: state.executed,
			failed: state.failed,
			cached: state.cached,
			crashes: state.crashes,
			children: state.children.iter().copied().collect(),
			protections: state.protections,
		}
	}

	/// The store that packages are taken from.
	pub fn store(&self) -> &Store {
		&self.shared.store
	}
}

impl Drop for Engine {
	fn drop(&mut self) {
		{
			// Under the lock, so that no worker looks at the flag just before and then waits.
			let _state = self.shared.state.lock();
			self.shared.stop.store(true, Ordering::Relaxed);
		}
		self.shared.queued.notify_all();
		self.shared.finished.notify_all();
		for worker in self.workers.drain(..) {
			if worker.join().is_err() {
				log::error!(target: LOG, "a worker thread panicked");
			}
		}
	}
}

impl Shared {
	/// A result on disk that is complete: a large output must still be in the store.
	fn finished_before(&self, id: JobId) -> Option<Execution> {
		let execution = self.cache.get(id)?;
		match execution.output {
			Payload::Content(output) if !self.store.has_bytes(output) => {
				self.cache.remove(id);
				None
			}
			_ => Some(execution),
		}
	}

	/// Makes a child's report the job's result: keeps a large output in the store, the rest in the cache.
	fn keep(&self, id: JobId, report: Report) -> Result<(), String> {
		let digest = ResultDigest {
			outcome: report.outcome,
			output_hash: output_hash(&report.output),
			compute_units: report.compute_units,
		};
		if report.outcome != Outcome::Success && !report.output.is_empty() {
			return Err("the process reported a failure with an output".into());
		}
		let output = match report.output.try_into() {
			Ok(inline) => Payload::Inline(inline),
			Err(long) => Payload::Content(self.put(&long)?),
		};
		let execution = Execution { digest, output };
		self.cache.put(id, &execution).map_err(|error| {
			format!("cannot keep the result in {}: {error}", self.config.cache_dir.display())
		})
	}

	fn put(&self, output: &[u8]) -> Result<ContentId, String> {
		self.store.put_bytes(output).map_err(|error| error.to_string())
	}
}

/// A thread that executes one job after another in a child of its own.
struct Worker {
	shared: Arc<Shared>,
	child: Option<ChildProcess>,
}

impl Worker {
	fn work(mut self) {
		while let Some(job) = self.next() {
			let id = job.id();
			let result = self.execute(job).and_then(|report| {
				log::debug!(
					target: LOG,
					"job {id:?}: {:?}, {} units, {} bytes, {} µs {}",
					report.outcome, report.compute_units, report.peak_memory, report.elapsed_micros, report.detail
				);
				self.shared.keep(id, report)
			});
			let mut state = self.shared.state.lock();
			state.running -= 1;
			state.pending.remove(&id);
			match result {
				Ok(()) => state.executed += 1,
				Err(mut reason) => {
					reason.truncate(reason.floor_char_boundary(MAX_REASON));
					log::warn!(target: LOG, "job {id:?} failed: {reason}");
					state.failed += 1;
					state.failures.remember(id, reason);
				}
			}
			drop(state);
			self.shared.finished.notify_all();
		}
		self.bury();
	}

	/// Waits for a job; `None` when the engine stops.
	fn next(&self) -> Option<Job> {
		let mut state = self.shared.state.lock();
		loop {
			if self.shared.stop.load(Ordering::Relaxed) {
				return None;
			}
			if let Some(job) = state.queue.pop_front() {
				state.running += 1;
				return Some(job);
			}
			self.shared.queued.wait(&mut state);
		}
	}

	/// Executes a job, in a new child if the one at hand dies over it. An error is a reason of this machine.
	fn execute(&mut self, job: Job) -> Result<Report, String> {
		let request = Request::Job(job);
		let mut attempt = 1;
		loop {
			let answer = self.child().and_then(|(child, shared)| child.call(&request, &shared.stop));
			match answer {
				Ok(Response::Executed(report)) => return Ok(report),
				Ok(Response::Failed(reason)) => return Err(reason),
				Ok(Response::Ready(_)) => return Err("the process answered with a greeting".into()),
				Err(error @ (ChildError::Spawn { .. } | ChildError::Refused(_) | ChildError::Cancelled)) => {
					self.bury();
					return Err(error.to_string());
				}
				Err(error) => {
					self.bury();
					self.shared.state.lock().crashes += 1;
					if attempt == ATTEMPTS {
						return Err(format!("tried {ATTEMPTS} times; at last, {error}"));
					}
					log::warn!(target: LOG, "attempt {attempt} of {ATTEMPTS}: {error}");
					attempt += 1;
				}
			}
		}
	}

	/// The child at hand, or a new one.
	fn child(&mut self) -> Result<(&mut ChildProcess, &Shared), ChildError> {
		let shared = &*self.shared;
		let child = match &mut self.child {
			Some(child) => child,
			none => {
				let source = Source::Store(shared.store.path().as_os_str().as_bytes().to_vec());
				let child = ChildProcess::start(&shared.config.child, source, &shared.stop)?;
				let mut state = shared.state.lock();
				state.children.insert(child.id());
				let protections = child.protections();
				if state.protections.replace(protections) != Some(protections) {
					let level = if protections.are_complete() { log::Level::Info } else { log::Level::Warn };
					log::log!(target: LOG, level, "models run with protections: {protections}");
				}
				drop(state);
				none.insert(child)
			}
		};
		Ok((child, shared))
	}

	/// Kills the child.
	fn bury(&mut self) {
		if let Some(child) = self.child.take() {
			self.shared.state.lock().children.remove(&child.id());
		}
	}
}
