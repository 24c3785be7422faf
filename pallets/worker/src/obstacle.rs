//! Why a task does not get further.

use crate::LOG_TARGET;
use alloc::string::String;
use assay_primitives::{Commitment, Subject};

/// Why a task did not get further in this block.
#[derive(Debug, PartialEq, Eq)]
pub enum Obstacle {
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

impl Obstacle {
	/// Tells the operator of the node.
	pub fn log(&self, subject: &Subject) {
		match self {
			Self::Wait => log::trace!(target: LOG_TARGET, "{subject}: waiting"),
			Self::TooLate => {
				log::warn!(target: LOG_TARGET, "{subject}: not done by its deadline; that costs stake");
			}
			Self::Busy => log::warn!(
				target: LOG_TARGET,
				"{subject}: the engine's queue is full. Asked again in the next block; if it lasts, let the engine run more \
				 jobs at the same time"
			),
			Self::Engine(why) => log::warn!(
				target: LOG_TARGET,
				"{subject}: the engine cannot run it: {why}. Tried again in the next block"
			),
			Self::InvalidAnswer(why) => log::error!(
				target: LOG_TARGET,
				"{subject}: the engine's answer is not used: {why}. This is a defect of the engine"
			),
			Self::Key => log::error!(
				target: LOG_TARGET,
				"{subject}: the keystore does not sign; is the worker key still in it?"
			),
			Self::Conflict(other) => log::error!(
				target: LOG_TARGET,
				"{subject}: this worker key is bound to {other:?} and the engine's answer is another one. Nothing is sent: \
				 two different answers would cost all of the stake. Did another machine with the same key run another \
				 version of the engine?"
			),
			Self::Pool => log::warn!(
				target: LOG_TARGET,
				"{subject}: the transaction pool did not take the submission. Tried again in the next block"
			),
		}
	}
}
