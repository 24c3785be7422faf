//! The off-chain worker: asks which tasks the node's worker keys have, hands them to the engine, and submits what comes
//! back: everything that a key has to submit in a block goes into at most one transaction for commitments and one for
//! reveals.
//!
//! It runs once per imported block and never waits: what is not ready now is ready in a later block. All it knows is on
//! the chain, in the keystore and in the engine's cache, so a node that restarts, or a second node with the same key,
//! continues with the same salts, commitments and signatures.

use crate::{
	Call, Config, Error, Pallet,
	audit::SUBJECT,
	journal::{self, Refusal, Step, Submission},
};
use alloc::{string::String, vec::Vec};
use assay_engine_interface::inference as engine;
use assay_primitives::{
	AccountId, BlockNumber, Commitment, Duty, Execution, Hash, Job, JobId, JobStatus, Salt, Task, WorkerId,
	commitment::{
		CommitEntry, MaxBatch, RevealEntry, commit_message, commitment, commits_message, reveal_message,
		reveals_message, salt, salt_message,
	},
	worker::WorkerSignature,
};
use frame_support::{
	BoundedVec,
	traits::{Get, Randomness},
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

/// What a key has to submit, noted in the journal.
enum Ready {
	Commit(CommitEntry),
	Reveal(RevealEntry),
	BeginAudit,
}

impl<T: Config> Pallet<T> {
	/// What the node does for its worker keys in this block.
	pub(crate) fn work(now: BlockNumberFor<T>) {
		let mut keys = WorkerId::all();
		keys.sort();
		keys.dedup();
		note_keys(&keys);
		// The block is done, so this is its own randomness and not its parent's: the next block may include what it
		// decides.
		let (seed, _) = T::Randomness::random(SUBJECT);
		for key in keys {
			let (mut commits, mut reveals) = (Vec::new(), Vec::new());
			let mut operator = None;
			let duties =
				Self::duties_with(&key, |id, request| Self::audit_decision_with(id, request, || (now, seed)));
			for duty in duties {
				let (request, round) = (duty.request, duty.round);
				operator = Some(duty.worker.clone());
				match Self::prepare(&key, duty, now.saturated_into()) {
					Ok((noted, Ready::Commit(entry))) => commits.push((noted, entry)),
					Ok((noted, Ready::Reveal(entry))) => reveals.push((noted, entry)),
					Ok((noted, Ready::BeginAudit)) => {
						Self::send(&key, &[noted], || Ok(Call::begin_audit { request }));
					}
					Err(obstacle) => obstacle.log(request, round),
				}
			}
			if let Some(worker) = operator {
				let most = <MaxBatch as Get<u32>>::get().max(1) as usize;
				for batch in commits.chunks(most) {
					Self::send_commits(&key, &worker, batch);
				}
				for batch in reveals.chunks(most) {
					Self::send_reveals(&key, &worker, batch);
				}
			}
		}
	}

	/// What one task needs to get a step further.
	fn prepare(
		key: &WorkerId,
		duty: Duty<AccountId, BlockNumberFor<T>>,
		now: BlockNumber,
	) -> Result<(Submission, Ready), Obstacle> {
		if now >= duty.deadline.saturated_into() {
			return Err(Obstacle::TooLate);
		}
		let job = duty.job.id();
		let (request, round, worker) = (duty.request, duty.round, duty.worker);
		let submission = |step, commitment| Submission { request, round, job, step, commitment };
		// Needs no result.
		if let Task::BeginAudit(committed) = duty.task {
			return Self::note(key, submission(Step::BeginAudit, committed), now, Ready::BeginAudit);
		}
		let compute_limit = duty.job.compute_limit;
		let Execution { digest, output } = execution(job, duty.job)?;
		// A commitment to what cannot be revealed costs all of the locked stake, silence a fifteenth of it.
		Self::check_answer(&digest, &output, compute_limit).map_err(|error| {
			Obstacle::InvalidAnswer(match error {
				Error::ComputeLimitExceeded => "more compute units than the request pays for",
				_ => "its output does not have the hash that its digest says",
			})
		})?;

		let salt = Self::salt(key, request, round, job)?;
		let bound = commitment(Self::genesis(), request, round, &worker, &digest, &salt);
		match duty.task {
			Task::Commit => {
				let entry = CommitEntry { request, round, job, commitment: bound };
				Self::note(key, submission(Step::Commit, bound), now, Ready::Commit(entry))
			}
			// Only the result that was committed to can be revealed; anything else would be refused.
			Task::Reveal(committed) | Task::BeginAudit(committed) if committed != bound => {
				Err(Obstacle::Conflict(committed))
			}
			Task::Reveal(_) | Task::BeginAudit(_) => {
				let entry = RevealEntry { request, round, job, digest, salt, output };
				Self::note(key, submission(Step::Reveal, bound), now, Ready::Reveal(entry))
			}
		}
	}

	fn salt(key: &WorkerId, request: u64, round: u32, job: JobId) -> Result<Salt, Obstacle> {
		let signature = key.sign(&salt_message(Self::genesis(), request, round, job)).ok_or(Obstacle::Key)?;
		Ok(salt(signature.as_ref()))
	}

	/// Notes that a submission is sent now, unless it was sent a moment ago.
	fn note(
		key: &WorkerId,
		submission: Submission,
		now: BlockNumber,
		ready: Ready,
	) -> Result<(Submission, Ready), Obstacle> {
		match journal::note(key, submission, now) {
			Ok(()) => Ok((submission, ready)),
			Err(Refusal::Recent | Refusal::Busy) => Err(Obstacle::Wait),
			Err(Refusal::Conflict(sent)) => Err(Obstacle::Conflict(sent)),
		}
	}

	fn send_commits(key: &WorkerId, worker: &AccountId, batch: &[(Submission, CommitEntry)]) {
		let genesis = Self::genesis();
		let noted: Vec<Submission> = batch.iter().map(|(noted, _)| *noted).collect();
		Self::send(key, &noted, || {
			let worker = worker.clone();
			if let [(_, CommitEntry { request, round, job, commitment })] = batch {
				let message = commit_message(genesis, *request, *round, *job, &worker, *commitment);
				let signature = sign(key, message)?;
				let (request, round, commitment) = (*request, *round, *commitment);
				return Ok(Call::commit { request, round, worker, commitment, signature });
			}
			let entries = BoundedVec::truncate_from(batch.iter().map(|(_, entry)| entry.clone()).collect());
			let signature = sign(key, commits_message(genesis, &worker, &entries))?;
			Ok(Call::commit_many { worker, entries, signature })
		});
	}

	fn send_reveals(key: &WorkerId, worker: &AccountId, batch: &[(Submission, RevealEntry)]) {
		let genesis = Self::genesis();
		let noted: Vec<Submission> = batch.iter().map(|(noted, _)| *noted).collect();
		Self::send(key, &noted, || {
			let worker = worker.clone();
			if let [(Submission { commitment, .. }, entry)] = batch {
				let RevealEntry { request, round, job, digest, salt, output } = entry.clone();
				let message = reveal_message(genesis, request, round, job, *commitment, &output);
				let signature = sign(key, message)?;
				return Ok(Call::reveal { request, round, worker, digest, salt, output, signature });
			}
			let entries = BoundedVec::truncate_from(batch.iter().map(|(_, entry)| entry.clone()).collect());
			let signature = sign(key, reveals_message(genesis, &worker, &entries))?;
			Ok(Call::reveal_many { worker, entries, signature })
		});
	}

	/// Sends a transaction that does what was noted. What was not sent is tried again in the next block.
	fn send(key: &WorkerId, noted: &[Submission], call: impl FnOnce() -> Result<Call<T>, Obstacle>) {
		let sent = call().and_then(|call| {
			let transaction = T::create_authorized_transaction(call.into());
			SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).map_err(|()| Obstacle::Pool)
		});
		for submission in noted {
			let Submission { request, round, step, .. } = submission;
			match &sent {
				Ok(()) => log::info!(target: LOG_TARGET, "request {request} round {round}: {step:?} sent"),
				Err(obstacle) => {
					journal::not_sent(key, *submission);
					obstacle.log(*request, *round);
				}
			}
		}
	}
}

fn sign(key: &WorkerId, message: Hash) -> Result<WorkerSignature, Obstacle> {
	key.sign(&message).ok_or(Obstacle::Key)
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
	fn log(&self, request: u64, round: u32) {
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
