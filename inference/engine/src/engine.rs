//! The engine: a queue, worker threads, and the cache of results.

use crate::{
	EngineConfig, EngineError,
	cache::Cache,
	process::LOG,
	protocol::Report,
	sandbox::Protections,
	stats::{CacheStats, ChildStats, Failures, JobStats, Outcomes, Stats},
	worker::Worker,
};
use assay_primitives::{
	ContentId, Execution, Job, JobId, JobStatus, Outcome, Payload, ResultDigest, commitment::output_hash,
};
use assay_store::Store;
use parking_lot::{Condvar, Mutex};
use std::{
	collections::{BTreeMap, BTreeSet, VecDeque},
	sync::{
		Arc,
		atomic::{AtomicBool, Ordering},
	},
	thread::JoinHandle,
	time::{Duration, Instant},
};

/// Failures remembered; the oldest are forgotten.
const MAX_FAILURES: usize = 1024;

/// Executes jobs. Threads do the waiting: no method but the `_blocking` ones waits for a job.
///
/// Dropping the engine kills the children. Jobs that were not finished are forgotten; results are on disk.
pub struct Engine {
	shared: Arc<Shared>,
	workers: Vec<JoinHandle<()>>,
}

/// What the engine and its threads share.
pub(crate) struct Shared {
	pub(crate) config: EngineConfig,
	pub(crate) store: Store,
	cache: Cache,
	pub(crate) state: Mutex<State>,
	/// A job was queued, or the engine stops.
	pub(crate) queued: Condvar,
	/// A job left the engine, or the engine stops.
	pub(crate) finished: Condvar,
	pub(crate) stop: AtomicBool,
}

#[derive(Default)]
pub(crate) struct State {
	pub(crate) queue: VecDeque<Job>,
	/// Queued and running jobs.
	pub(crate) pending: BTreeSet<JobId>,
	pub(crate) reasons: Reasons,
	/// The living children; what the system knows of them is asked for when it is wanted.
	pub(crate) children: BTreeMap<u32, ChildStats>,
	pub(crate) running: usize,
	pub(crate) done: u64,
	pub(crate) outcomes: Outcomes,
	pub(crate) failed: u64,
	pub(crate) failures: Failures,
	refused: u64,
	hits: u64,
	misses: u64,
	pub(crate) killed: u64,
	pub(crate) crashed: u64,
	pub(crate) protections: Option<Protections>,
	pub(crate) kernels: Option<String>,
}

/// Why the latest failed jobs failed.
#[derive(Default)]
pub(crate) struct Reasons {
	by_job: BTreeMap<JobId, String>,
	by_age: VecDeque<JobId>,
}

impl Reasons {
	pub(crate) fn remember(&mut self, id: JobId, reason: String) {
		self.forget(id);
		self.by_job.insert(id, reason);
		self.by_age.push_back(id);
		if self.by_age.len() > MAX_FAILURES
			&& let Some(oldest) = self.by_age.pop_front()
		{
			self.by_job.remove(&oldest);
		}
	}

	fn forget(&mut self, id: JobId) {
		if self.by_job.remove(&id).is_some() {
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
			("the memory for models", config.child.model_bytes),
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

	/// Asks for a job. Never waits; asking again is free. What was answered before is answered at once, and so is a job for
	/// which there is no room: [`JobStatus::Busy`] changes nothing, and the job may be submitted again at any time.
	pub fn submit(&self, job: Job) -> JobStatus {
		let id = job.id();
		if let Some(execution) = self.shared.finished_before(id) {
			return JobStatus::Done(execution);
		}
		let mut state = self.shared.state.lock();
		if state.pending.contains(&id) {
			return JobStatus::Pending;
		}
		if state.queue.len() >= self.shared.config.queue_length {
			state.refused += 1;
			return JobStatus::Busy;
		}
		state.misses += 1;
		state.reasons.forget(id);
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
		if let Some(reason) = state.reasons.by_job.get(&id) {
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
				JobStatus::Busy => {
					return Err(EngineError::Busy { limit: self.shared.config.queue_length });
				}
				JobStatus::Unknown => return Err(EngineError::Job("the result was evicted at once".into())),
			}
		}
	}

	/// Numbers for metrics and for operators.
	pub fn stats(&self) -> Stats {
		let EngineConfig { concurrency, queue_length, child, .. } = &self.shared.config;
		let cache = self.shared.cache.stats();
		let state = self.shared.state.lock();
		let mut stats = Stats {
			jobs: JobStats {
				queued: state.queue.len(),
				queue_length: *queue_length,
				running: state.running,
				concurrency: *concurrency,
				done: state.done,
				outcomes: state.outcomes,
				failed: state.failed,
				failures: state.failures,
				refused: state.refused,
			},
			cache: CacheStats { hits: state.hits, misses: state.misses, ..cache },
			children: state.children.values().cloned().collect(),
			killed: state.killed,
			crashed: state.crashed,
			protections: state.protections,
			kernels: state.kernels.clone(),
			threads: child.threads,
		};
		// Nobody has to wait for the system's account.
		drop(state);
		stats.children = stats.children.into_iter().map(ChildStats::with_memory).collect();
		stats
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
	/// A result on disk that is complete: a large output must still be in the store, and what its id names.
	fn finished_before(&self, id: JobId) -> Option<Execution> {
		let execution = self.cache.get(id)?;
		if let Payload::Content(output) = execution.output
			&& let Err(error) = self.store.verify(output)
		{
			log::warn!(target: LOG, "the job {id:?} is computed again: {error}");
			self.cache.remove(id);
			return None;
		}
		self.state.lock().hits += 1;
		Some(execution)
	}

	/// Makes a child's report the job's result: keeps a large output in the store, the rest in the cache.
	pub(crate) fn keep(&self, id: JobId, report: Report) -> Result<(), String> {
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
