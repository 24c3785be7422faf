//! What the chain expects of a worker.

use crate::{Commitment, Job, JobId, RequestId, Round, dispute::Tier};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// What has to be submitted next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Task {
	/// Execute and commit to the result.
	Commit,
	/// Open this commitment.
	Reveal(Commitment),
	/// Have auditors drawn, without whom this commitment cannot be opened.
	BeginAudit(Commitment),
}

/// One task of one worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Duty<AccountId, BlockNumber> {
	/// The request it belongs to.
	pub request: RequestId,
	/// Round of that request.
	pub round: Round,
	/// The operator whose worker key has to act.
	pub worker: AccountId,
	/// What to submit.
	pub task: Task,
	/// What to execute.
	pub job: Job,
	/// Last block that may include the submission.
	pub deadline: BlockNumber,
}

/// What a worker key binds itself for, once. The job is part of it: after a re-organisation the number of a request may
/// belong to another one.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Subject {
	/// Its result as a worker or an auditor.
	Request {
		/// Of which request.
		request: RequestId,
		/// Its round.
		round: Round,
		/// What it executed.
		job: JobId,
	},
	/// Its vote as a juror.
	Jury {
		/// About which request.
		request: RequestId,
		/// In which tier.
		tier: Tier,
		/// What it executed.
		job: JobId,
	},
}

impl fmt::Display for Subject {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Request { request, round, .. } => write!(f, "request {request} round {round}"),
			Self::Jury { request, tier, .. } => write!(f, "dispute about request {request} tier {tier:?}"),
		}
	}
}
