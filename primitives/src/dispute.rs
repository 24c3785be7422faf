//! What a dispute is about and how it ends.

use crate::{
	Commitment, ComputeUnits, Hash, Job, JobId, RequestId, ResultDigest, Task, VersionId, job::Output,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;

/// Most results in one dispute: those of the largest panel, and a challenger's.
pub type MaxClaims = ConstU32<8>;

/// As what somebody stands for a result.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Role {
	/// Drawn to answer the request.
	Worker,
	/// Drawn to check the answer.
	Auditor,
	/// Came forward with another result.
	Challenger,
}

/// A revealed result and who answers for it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Claim<AccountId, Balance> {
	/// Who.
	pub claimant: AccountId,
	/// As what.
	pub role: Role,
	/// The result.
	pub digest: ResultDigest,
	/// What the claimant loses if it is wrong: stake that is locked, or a challenger's bond.
	pub at_risk: Balance,
}

/// A dispute to be settled.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Case<AccountId, Balance> {
	/// Whose answer it is about.
	pub request: RequestId,
	/// Who asked.
	pub requester: AccountId,
	/// The version that has to be executed.
	pub version: VersionId,
	/// What has to be executed.
	pub job: JobId,
	/// Most work of one execution.
	pub compute_limit: ComputeUnits,
	/// Price of one execution.
	pub fee: Balance,
	/// Who says what; at least two differ.
	pub claims: BoundedVec<Claim<AccountId, Balance>, MaxClaims>,
}

/// How a dispute ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Verdict {
	/// This is the result; whoever said otherwise was wrong.
	Upheld {
		/// The result.
		digest: ResultDigest,
		/// Its output, if somebody other than a claimant showed it first.
		output: Option<Output>,
	},
	/// Nobody could settle it: nobody pays for it and nobody loses anything.
	Void,
}

/// How far a dispute has gone. Each tier has a jury of its own, larger than the one before.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Tier {
	/// Seven jurors.
	First,
	/// Fifteen, if the first jury did not agree or its result was appealed.
	Second,
	/// Thirty-one; the last.
	Third,
}

impl Tier {
	/// All of them, in order.
	pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Third];

	/// Jurors that are drawn if there are as many.
	pub fn size(self) -> u32 {
		match self {
			Self::First => 7,
			Self::Second => 15,
			Self::Third => 31,
		}
	}

	/// The tier after it; none after the last.
	pub fn next(self) -> Option<Self> {
		match self {
			Self::First => Some(Self::Second),
			Self::Second => Some(Self::Third),
			Self::Third => None,
		}
	}
}

/// Most jurors of a tier.
pub type MaxJury = ConstU32<31>;

/// What a juror has said.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Vote {
	/// Nothing yet.
	Awaited,
	/// Bound to a result.
	Committed(Commitment),
	/// The result that its own execution gave.
	Revealed {
		/// The result.
		digest: ResultDigest,
		/// Hash of the output that it showed with it, if no claim had this result.
		shown: Option<Hash>,
	},
}

/// A juror and what it has said.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Seat<AccountId> {
	/// Who.
	pub juror: AccountId,
	/// What.
	pub vote: Vote,
}

/// Where a dispute is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum DisputeState<Balance, BlockNumber> {
	/// A jury is being drawn.
	Drawing,
	/// The jurors execute and commit.
	Committing {
		/// Last block that may include a commitment.
		deadline: BlockNumber,
	},
	/// The jurors open their commitments.
	Revealing {
		/// Last block that may include a reveal.
		deadline: BlockNumber,
	},
	/// The jury agreed. Its result stands unless it is appealed.
	Appealable {
		/// The result.
		digest: ResultDigest,
		/// Last block that may include a contribution to an appeal.
		deadline: BlockNumber,
		/// What an appeal takes in all.
		target: Balance,
		/// What was contributed.
		pooled: Balance,
	},
	/// The verdict is known, and everybody is being paid.
	Settling {
		/// The result; none if the dispute is void.
		verdict: Option<ResultDigest>,
	},
	/// Everybody was paid.
	Settled {
		/// The result; none if the dispute was void.
		verdict: Option<ResultDigest>,
	},
}

/// A dispute as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct DisputeInfo<AccountId, Balance, BlockNumber> {
	/// Counts disputes from 0.
	pub number: DisputeNumber,
	/// What it is about.
	pub case: Case<AccountId, Balance>,
	/// Block that opened it.
	pub opened_at: BlockNumber,
	/// Its present tier.
	pub tier: Tier,
	/// The jury of each tier so far.
	pub juries: Vec<Vec<Seat<AccountId>>>,
	/// Where it is.
	pub state: DisputeState<Balance, BlockNumber>,
}

/// Number of a dispute, unique on the chain; counts from 0.
pub type DisputeNumber = u64;

/// One task of one juror.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct JuryDuty<AccountId, BlockNumber> {
	/// The disputed request.
	pub request: RequestId,
	/// The tier that the juror was drawn for.
	pub tier: Tier,
	/// The operator whose worker key has to act.
	pub juror: AccountId,
	/// What to submit.
	pub task: Task,
	/// What to execute.
	pub job: Job,
	/// Results that need no output when they are revealed, since a claim has shown it.
	pub known: Vec<ResultDigest>,
	/// Last block that may include the submission.
	pub deadline: BlockNumber,
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn tiers_should_follow_each_other_and_grow() {
		let mut tier = Tier::First;
		for expected in Tier::ALL {
			assert_eq!(tier, expected);
			assert!(tier.size() <= <MaxJury as sp_core::Get<u32>>::get());
			let Some(next) = tier.next() else { continue };
			assert!(next > tier && next.size() > 2 * tier.size());
			tier = next;
		}
		assert_eq!(tier.next(), None);
	}
}
