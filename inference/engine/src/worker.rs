//! A thread of the engine: executes one job after another, each in the child it has, or in a new one.

use crate::{
	ChildError,
	engine::Shared,
	process::{ChildProcess, LOG},
	protocol::{Report, Request, Response, Source},
	stats::{ChildStats, FailureKind},
};
use assay_primitives::Job;
use std::{
	os::unix::ffi::OsStrExt,
	sync::{Arc, atomic::Ordering},
};

/// Children that may die over one job. A crash says nothing about the answer, so the job is tried again.
const ATTEMPTS: u32 = 3;
/// Longest reason of a failure, in bytes.
const MAX_REASON: usize = 1000;

/// Why a job has no answer: a reason of this machine.
struct Failure {
	kind: FailureKind,
	reason: String,
}

impl Failure {
	fn new(kind: FailureKind, reason: impl Into<String>) -> Self {
		Self { kind, reason: reason.into() }
	}
}

/// A thread that executes one job after another in a child of its own.
pub(crate) struct Worker {
	pub(crate) shared: Arc<Shared>,
	/// Reused until a job kills it.
	pub(crate) child: Option<ChildProcess>,
}

impl Worker {
	/// Executes jobs until the engine stops.
	pub(crate) fn work(mut self) {
		while let Some(job) = self.next() {
			let id = job.id();
			let result = self.execute(job).and_then(|report| {
				log::debug!(
					target: LOG,
					"job {id:?}: {:?}, {} units, {} bytes, {} µs {}",
					report.outcome, report.compute_units, report.peak_memory, report.elapsed_micros, report.detail
				);
				let outcome = report.outcome;
				let kept = self.shared.keep(id, report);
				kept.map(|()| outcome).map_err(|reason| Failure::new(FailureKind::Storage, reason))
			});
			let mut state = self.shared.state.lock();
			state.running -= 1;
			state.pending.remove(&id);
			match result {
				Ok(outcome) => {
					state.done += 1;
					state.outcomes.count(outcome);
				}
				Err(Failure { kind, mut reason }) => {
					reason.truncate(reason.floor_char_boundary(MAX_REASON));
					log::warn!(target: LOG, "job {id:?} failed: {reason}");
					state.failed += 1;
					state.failures.count(kind);
					state.reasons.remember(id, reason);
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

	/// Executes a job, in a new child if the one at hand dies over it.
	fn execute(&mut self, job: Job) -> Result<Report, Failure> {
		let request = Request::Job(job);
		let mut attempt = 1;
		loop {
			let answer = self.child().and_then(|(child, shared)| child.call(&request, &shared.stop));
			let error = match answer {
				Ok(response) => {
					self.note_child();
					return match response {
						Response::Executed(report) => Ok(report),
						Response::Failed(reason) => Err(Failure::new(FailureKind::Machine, reason)),
						Response::Ready { .. } => {
							Err(Failure::new(FailureKind::Crash, "the process answered with a greeting"))
						}
					};
				}
				Err(error) => error,
			};
			self.bury();
			let kind = match error {
				ChildError::Spawn { .. } | ChildError::Refused(_) | ChildError::Cancelled => {
					return Err(Failure::new(FailureKind::Start, error.to_string()));
				}
				ChildError::Deadline { .. } => {
					self.shared.state.lock().killed += 1;
					FailureKind::Deadline
				}
				ChildError::Ended { .. } | ChildError::Protocol(_) | ChildError::Pipe(_) => {
					self.shared.state.lock().crashed += 1;
					FailureKind::Crash
				}
			};
			if attempt == ATTEMPTS {
				return Err(Failure::new(kind, format!("tried {ATTEMPTS} times; at last, {error}")));
			}
			log::warn!(target: LOG, "attempt {attempt} of {ATTEMPTS}: {error}");
			attempt += 1;
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
				let process = child.id();
				state.children.insert(process, ChildStats { process, ..ChildStats::default() });
				state.kernels = Some(child.kernels().into());
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

	/// Notes that the child has answered, and what it holds then.
	fn note_child(&self) {
		let Some(child) = &self.child else { return };
		if let Some(stats) = self.shared.state.lock().children.get_mut(&child.id()) {
			stats.jobs += 1;
			stats.models = child.models();
		}
	}

	/// Kills the child.
	fn bury(&mut self) {
		if let Some(child) = self.child.take() {
			self.shared.state.lock().children.remove(&child.id());
		}
	}
}
