//! Life of a request.

use crate::{Commitment, ResultDigest, job::Output};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Number of a request, unique on the chain; counts from 0.
pub type RequestId = u64;
/// How many times a request was given to another worker.
pub type Round = u32;

/// How sure the requester wants to be; chosen per request.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Security {
	/// One drawn worker; its answer is final after `window` blocks.
	Optimistic {
		/// Blocks between the reveal and finality.
		window: u32,
	},
}

/// The state of a request. Every state but the last two has a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum RequestState<AccountId, Balance, BlockNumber> {
	/// Waits for randomness that did not exist when it was included.
	Pending {
		/// Refunded if no worker could be drawn until after this block.
		deadline: BlockNumber,
	},
	/// A worker was drawn and has to commit.
	Assigned {
		/// Who.
		worker: AccountId,
		/// Stake it loses if it misbehaves.
		stake: Balance,
		/// Last block that may include the commitment.
		deadline: BlockNumber,
	},
	/// The worker is bound to a result and has to show it.
	Committed {
		/// Who.
		worker: AccountId,
		/// Stake it loses if it misbehaves.
		stake: Balance,
		/// To what.
		commitment: Commitment,
		/// Last block that may include the reveal.
		deadline: BlockNumber,
	},
	/// The answer is there and may be challenged.
	Provisional {
		/// Who answered.
		worker: AccountId,
		/// Stake it loses if the answer is wrong.
		stake: Balance,
		/// The answer's digest.
		digest: ResultDigest,
		/// The answer.
		output: Output,
		/// First block at which the answer can become final.
		final_at: BlockNumber,
	},
	/// The answer stands; everybody was paid.
	Final {
		/// Who answered.
		worker: AccountId,
		/// The answer's digest.
		digest: ResultDigest,
		/// The answer.
		output: Output,
		/// What the requester paid.
		charged: Balance,
	},
	/// No worker answered; the requester got everything back.
	Expired,
}
