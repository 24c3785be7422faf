//! What the chain expects of a worker.

use crate::{Commitment, Job, RequestId, Round};
use codec::{Decode, DecodeWithMemTracking, Encode};
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
