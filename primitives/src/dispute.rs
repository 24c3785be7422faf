//! What a dispute is about and how it ends.

use crate::{ComputeUnits, JobId, RequestId, ResultDigest, VersionId, job::Output};
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
