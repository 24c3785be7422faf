//! What the chain asks of the engine and what the engine answers.

use crate::{ComputeUnits, ContentId, Hash, ResultDigest};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, Get};
use sp_runtime::{BoundedVec, traits::SaturatedConversion};

/// Longest input carried by a request itself, in bytes.
pub type MaxInlineInput = ConstU32<16_384>;
/// Longest output carried by a reveal itself, in bytes.
pub type MaxInlineOutput = ConstU32<4_096>;

/// Bytes, or the content id under which they can be fetched.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[scale_info(skip_type_params(Limit))]
#[codec(mel_bound())]
pub enum Payload<Limit: Get<u32>> {
	/// The bytes themselves.
	Inline(BoundedVec<u8, Limit>),
	/// Where larger ones are.
	Content(ContentId),
}

/// Input of a request.
pub type Input = Payload<MaxInlineInput>;
/// Output of an execution.
pub type Output = Payload<MaxInlineOutput>;

// Derives would bound `Limit`, which is only a number.
impl<Limit: Get<u32>> Clone for Payload<Limit> {
	fn clone(&self) -> Self {
		match self {
			Self::Inline(bytes) => Self::Inline(bytes.clone()),
			Self::Content(id) => Self::Content(*id),
		}
	}
}

impl<Limit: Get<u32>> PartialEq for Payload<Limit> {
	fn eq(&self, other: &Self) -> bool {
		match (self, other) {
			(Self::Inline(a), Self::Inline(b)) => a == b,
			(Self::Content(a), Self::Content(b)) => a == b,
			_ => false,
		}
	}
}

impl<Limit: Get<u32>> Eq for Payload<Limit> {}

impl<Limit: Get<u32>> core::fmt::Debug for Payload<Limit> {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		match self {
			Self::Inline(bytes) => write!(f, "Inline({} bytes)", bytes.len()),
			Self::Content(id) => f.debug_tuple("Content").field(id).finish(),
		}
	}
}

/// Name of a job: the same work has the same id on every node and after every restart.
pub type JobId = Hash;

/// One execution, fully determined.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Job {
	/// The model package.
	pub package: ContentId,
	/// Its input.
	pub input: Input,
	/// Key of the random operators.
	pub seed: u64,
	/// Where [`Outcome::OutOfCompute`](crate::Outcome::OutOfCompute) begins.
	pub compute_limit: ComputeUnits,
}

impl Job {
	/// blake2b-256 of the encoded job.
	pub fn id(&self) -> JobId {
		self.using_encoded(sp_crypto_hashing::blake2_256).into()
	}
}

/// Blocks that an execution of `limit` may take at `per_block` compute units a block, rounded up.
pub fn compute_blocks(limit: ComputeUnits, per_block: ComputeUnits) -> u32 {
	limit.div_ceil(per_block.max(1)).saturated_into()
}

/// What an execution produced.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Execution {
	/// Outcome, output hash and work done.
	pub digest: ResultDigest,
	/// The output; empty unless the outcome is a success.
	pub output: Output,
}

/// Where a job is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum JobStatus {
	/// Waiting or running. Ask again at a later block.
	Pending,
	/// Finished, and kept on disk: asking again gives the same answer.
	Done(Execution),
	/// Not run, for a reason of this machine and not of the job, so it says nothing about the answer: files missing,
	/// engine down. Submitting it again tries again. The text is for the operator's log.
	Failed(Vec<u8>),
	/// Never submitted, or forgotten.
	Unknown,
	/// Not taken: as many jobs wait as may. Submit it again at a later block.
	Busy,
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn compute_blocks_should_suffice_and_not_be_more_than_needed() {
		assert_eq!(compute_blocks(0, 10), 0);
		assert_eq!(compute_blocks(10, 10), 1);
		assert_eq!(compute_blocks(11, 10), 2);
	}

	#[test]
	fn compute_blocks_should_be_finite_when_the_limit_is_absurd() {
		assert_eq!(compute_blocks(u64::MAX, 0), u32::MAX);
	}
}
