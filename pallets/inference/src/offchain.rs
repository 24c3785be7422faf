//! The off-chain worker: asks which tasks the node's worker keys have, hands them to the engine, and submits what comes
//! back.
//!
//! It runs once per imported block and never waits: what is not ready now is ready in a later block. All it knows is on
//! the chain, in the keystore and in the engine's cache, so a node that restarts, or a second node with the same key,
//! continues with the same salts, commitments and signatures.

use crate::{
	Call, Config, Error, Pallet,
	journal::{self, Refusal, Step, Submission},
};
use alloc::string::String;
use assay_engine_interface::inference as engine;
use assay_primitives::{
	AccountId, BlockNumber, Commitment, Duty, Execution, Job, JobId, JobStatus, Salt, Task, WorkerId,
	commitment::{commit_message, commitment, reveal_message, salt, salt_message},
};
use frame_system::{offchain::SubmitTransaction, pallet_prelude::BlockNumberFor};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::{offchain::storage::StorageValueRef, traits::SaturatedConversion};

pub(crate) const LOG_TARGET: &str = "assay::worker";

/// Set once the node has said that it has no worker key.
pub(crate) const SAID_NO_KEY: &[u8] = b"assay/inference/said-no-key";

/// Why a task did not get further in this block.
#[derive(Debug, PartialEq, Eq)]
enum Obstacle {
	/// Nothing is wrong: the engine is at it, or the transaction is on its way.
	Wait,
	/// No block that comes may include the submission.
	TooLate,
	/// The engine has no room for it now.
	Busy,
	/// The engine cannot run it now.
	Engine(String),
	/// The engine's answer contradicts itself, or could not be revealed.
	InvalidAnswer(&'static str),
	/// The key cannot sign any more.
	Key,
	/// Another result than now was committed to.
	Conflict(Commitment),
	/// The pool did not take the transaction.
	Pool,
}

impl<T: Config> Pallet<T> {
	/// What the node does for its worker keys in this block.
	pub(crate) fn work(now: BlockNumberFor<T>) {
		let mut keys = WorkerId::all();
		keys.sort();
		keys.dedup();
		note_keys(&keys);
		for key in keys {
			for duty in Self::duties(&key) {
				let (request, round) = (duty.request, duty.round);
				match Self::perform(&key, duty, now.saturated_into()) {
					Ok(step) => {
						log::info!(target: LOG_TARGET, "request {request} round {round}: {step:?} sent");
					}
					Err(obstacle) => obstacle.log(request, round),
				}
			}
		}
	}

	/// One step of one task.
	fn perform(
		key: &WorkerId,
		duty: Duty<AccountId, BlockNumberFor<T>>,
		now: BlockNumber,
	) -> Result<Step, Obstacle> {
		if now >= duty.deadline.saturated_into() {
			return Err(Obstacle::TooLate);
		}
		let job = duty.job.id();
		let compute_limit = duty.job.compute_limit;
		let execution = execution(job, duty.job)?;
		let Execution { digest, output } = &execution;
		// A commitment to what cannot be revealed costs all of the locked stake, silence a fifteenth of it.
		Self::check_answer(digest, output, compute_limit).map_err(|error| {
			Obstacle::InvalidAnswer(match error {
				Error::ComputeLimitExceeded => "more compute units than the request pays for",
				_ => "its output does not have the hash that its digest says",
			})
		})?;

		let genesis = Self::genesis();
		let (request, round, worker) = (duty.request, duty.round, duty.worker);
		let salt = Self::salt(key, request, round, job)?;
		let bound = commitment(genesis, request, round, &worker, digest, &salt);
		let submission = |step| Submission { request, round, job, step, commitment: bound };
		match duty.task {
			Task::Commit => {
				let message = commit_message(genesis, request, round, job, &worker, bound);
				Self::submit(key, submission(Step::Commit), now, || {
					let signature = key.sign(&message).ok_or(Obstacle::Key)?;
					Ok(Call::commit { request, round, worker, commitment: bound, signature })
				})
			}
			// Only the result that was committed to can be revealed; anything else would be refused.
			Task::Reveal(committed) if committed != bound => Err(Obstacle::Conflict(committed)),
			Task::Reveal(_) => {
				let message = reveal_message(genesis, request, round, job, bound, output);
				Self::submit(key, submission(Step::Reveal), now, || {
					let signature = key.sign(&message).ok_or(Obstacle::Key)?;
					let Execution { digest, output } = execution;
					Ok(Call::reveal { request, round, worker, digest, salt, output, signature })
				})
			}
		}
	}

	fn salt(key: &WorkerId, request: u64, round: u32, job: JobId) -> Result<Salt, Obstacle> {
		let signature = key.sign(&salt_message(Self::genesis(), request, round, job)).ok_or(Obstacle::Key)?;
		Ok(salt(signature.as_ref()))
	}

	/// Sends a transaction unless it was sent a moment ago.
	fn submit(
		key: &WorkerId,
		submission: Submission,
		now: BlockNumber,
		call: impl FnOnce() -> Result<Call<T>, Obstacle>,
	) -> Result<Step, Obstacle> {
		match journal::note(key, submission, now) {
			Ok(()) => {}
			Err(Refusal::Recent | Refusal::Busy) => return Err(Obstacle::Wait),
			Err(Refusal::Conflict(sent)) => return Err(Obstacle::Conflict(sent)),
		}
		let transaction = T::create_authorized_transaction(call()?.into());
		SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).map_err(|()| {
			journal::not_sent(key, submission);
			Obstacle::Pool
		})?;
		Ok(submission.step)
	}
}

/// The engine's answer, if it has one by now. Never waits for it.
fn execution(id: JobId, job: Job) -> Result<Execution, Obstacle> {
	let status = match engine::poll(id) {
		JobStatus::Unknown | JobStatus::Failed(_) | JobStatus::Busy => engine::submit(job),
		known => known,
	};
	match status {
		JobStatus::Done(execution) => Ok(execution),
		JobStatus::Pending => Err(Obstacle::Wait),
		JobStatus::Busy => Err(Obstacle::Busy),
		JobStatus::Failed(why) => Err(Obstacle::Engine(String::from_utf8_lossy(&why).into_owned())),
		JobStatus::Unknown => Err(Obstacle::Engine("it forgot the job that it was just given".into())),
	}
}

/// Says once that the node has no worker key, and again only after it had one.
fn note_keys(keys: &[WorkerId]) {
	let mut said = StorageValueRef::persistent(SAID_NO_KEY);
	match (keys.is_empty(), said.get::<bool>().ok().flatten().is_some()) {
		(true, false) => {
			said.set(&true);
			log::info!(
				target: LOG_TARGET,
				"no worker key in the keystore: this node answers no requests. To answer them, insert one (key type \
				 `asyw`) and register it with `assay operator register`"
			);
		}
		(false, true) => said.clear(),
		_ => {}
	}
}

impl Obstacle {
	fn log(self, request: u64, round: u32) {
		match self {
			Self::Wait => log::trace!(target: LOG_TARGET, "request {request} round {round}: waiting"),
			Self::TooLate => log::warn!(
				target: LOG_TARGET,
				"request {request} round {round}: not done by its deadline; that costs stake"
			),
			Self::Busy => log::warn!(
				target: LOG_TARGET,
				"request {request} round {round}: the engine's queue is full. Asked again in the next block; if it lasts, let \
				 the engine run more jobs at the same time"
			),
			Self::Engine(why) => log::warn!(
				target: LOG_TARGET,
				"request {request} round {round}: the engine cannot run it: {why}. Tried again in the next block"
			),
			Self::InvalidAnswer(why) => log::error!(
				target: LOG_TARGET,
				"request {request} round {round}: the engine's answer is not used: {why}. This is a defect of the engine"
			),
			Self::Key => log::error!(
				target: LOG_TARGET,
				"request {request} round {round}: the keystore does not sign; is the worker key still in it?"
			),
			Self::Conflict(other) => log::error!(
				target: LOG_TARGET,
				"request {request} round {round}: this worker key is bound to {other:?} and the engine's answer is \
				 another one. Nothing is sent: two different answers would cost all of the stake. Did another machine \
				 with the same key run another version of the engine?"
			),
			Self::Pool => log::warn!(
				target: LOG_TARGET,
				"request {request} round {round}: the transaction pool did not take the submission. Tried again in the \
				 next block"
			),
		}
	}
}
