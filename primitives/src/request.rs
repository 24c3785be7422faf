//! Life of a request.

use crate::{Commitment, Execution, ResultDigest, dispute::Role, job::Output};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;

/// Number of a request, unique on the chain; counts from 0.
pub type RequestId = u64;
/// How many operators failed a request before one was drawn for it.
pub type Round = u32;
/// Most operators that work on a request at the same time.
pub type MaxSeats = ConstU32<7>;

/// How many workers a quorum has.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum QuorumSize {
	/// 3.
	Three,
	/// 5.
	Five,
	/// 7.
	Seven,
}

impl QuorumSize {
	/// The quorum of `workers`, if there is one.
	pub const fn new(workers: u32) -> Option<Self> {
		match workers {
			3 => Some(Self::Three),
			5 => Some(Self::Five),
			7 => Some(Self::Seven),
			_ => None,
		}
	}

	/// Number of workers.
	pub const fn workers(self) -> u32 {
		match self {
			Self::Three => 3,
			Self::Five => 5,
			Self::Seven => 7,
		}
	}
}

/// How sure the requester wants to be; chosen per request.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Security {
	/// One drawn worker, audited by chance; its answer is final after `window` blocks.
	Optimistic {
		/// Blocks between the answer and finality.
		window: u32,
	},
	/// Several drawn workers; their answer is final soon after all of them gave the same, and disputed otherwise.
	Quorum(QuorumSize),
}

impl Security {
	/// How many workers are drawn, and paid for.
	pub const fn workers(&self) -> u32 {
		match self {
			Self::Optimistic { .. } => 1,
			Self::Quorum(size) => size.workers(),
		}
	}
}

/// How far an operator has come with a request.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Answer {
	/// It has to commit.
	Waiting,
	/// It is bound to a result that it has not shown yet.
	Committed(Commitment),
	/// It has shown its result.
	Revealed(Execution),
}

/// An operator's place on the panel that works on a request.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Seat<AccountId, Balance> {
	/// Who.
	pub worker: AccountId,
	/// As what: a worker or an auditor.
	pub role: Role,
	/// In which round it was drawn.
	pub round: Round,
	/// Stake it loses if it misbehaves.
	pub stake: Balance,
	/// What it has submitted.
	pub answer: Answer,
}

impl<AccountId, Balance> Seat<AccountId, Balance> {
	/// What was revealed.
	pub fn revealed(&self) -> Option<&Execution> {
		match &self.answer {
			Answer::Revealed(execution) => Some(execution),
			Answer::Waiting | Answer::Committed(_) => None,
		}
	}
}

/// Everybody who works on a request.
pub type Panel<AccountId, Balance> = BoundedVec<Seat<AccountId, Balance>, MaxSeats>;

/// Another result than the provisional one, for which somebody put a bond at risk.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Challenge<AccountId> {
	/// Who.
	pub challenger: AccountId,
	/// The result.
	pub execution: Execution,
}

/// The state of a request. Every state but the last two has a deadline; that of a dispute is the dispute's own.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum RequestState<AccountId, Balance, BlockNumber> {
	/// Waits for randomness that did not exist when it was included, and for operators that can take it.
	Pending {
		/// Who was drawn so far.
		panel: Panel<AccountId, Balance>,
		/// Given up if the panel could not be filled until after this block.
		deadline: BlockNumber,
	},
	/// The panel is full and has to commit.
	Assigned {
		/// Who; at least one has not committed.
		panel: Panel<AccountId, Balance>,
		/// Last block that may include a commitment.
		deadline: BlockNumber,
	},
	/// The whole panel is bound to results and has to show them.
	Committed {
		/// Who; at least one has not revealed.
		panel: Panel<AccountId, Balance>,
		/// Last block that may include a reveal.
		deadline: BlockNumber,
	},
	/// The answer is there and may be challenged.
	Provisional {
		/// Who answered, all with the same result.
		panel: Panel<AccountId, Balance>,
		/// First block at which the answer can become final.
		final_at: BlockNumber,
	},
	/// There are different results, and a dispute about them.
	Disputed {
		/// Who answered.
		panel: Panel<AccountId, Balance>,
		/// Who came forward against the panel, if it was of one mind.
		challenge: Option<Challenge<AccountId>>,
	},
	/// The answer stands; everybody was paid.
	Final {
		/// Who gave it.
		workers: BoundedVec<AccountId, MaxSeats>,
		/// The answer's digest.
		digest: ResultDigest,
		/// The answer.
		output: Output,
		/// What the requester paid.
		charged: Balance,
	},
	/// There is no answer; the requester got everything back.
	Expired,
}

impl<AccountId, Balance, BlockNumber> RequestState<AccountId, Balance, BlockNumber> {
	/// Everybody who works on the request; nobody once it is settled.
	pub fn panel(&self) -> &[Seat<AccountId, Balance>] {
		match self {
			Self::Pending { panel, .. }
			| Self::Assigned { panel, .. }
			| Self::Committed { panel, .. }
			| Self::Provisional { panel, .. }
			| Self::Disputed { panel, .. } => panel,
			Self::Final { .. } | Self::Expired => &[],
		}
	}

	/// The answer that is final or will be if nobody challenges it.
	pub fn answer(&self) -> Option<Execution> {
		match self {
			Self::Provisional { panel, .. } => panel.first().and_then(Seat::revealed).cloned(),
			Self::Final { digest, output, .. } => Some(Execution { digest: *digest, output: output.clone() }),
			_ => None,
		}
	}
}
