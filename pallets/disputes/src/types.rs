//! What the chain keeps about a dispute.

use crate::{Config, math::Payout};
use assay_primitives::{
	AccountId, Balance, Commitment, Hash, ResultDigest,
	commitment::{CommitEntry, MaxBatch},
	dispute::{Case, DisputeNumber, MaxClaims, MaxJury, Seat, Tier},
	worker::WorkerSignature,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, traits::ConstU32};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;

/// The jurors of one tier.
pub type Jury = BoundedVec<Seat<AccountId>, MaxJury>;

/// Most accounts that share an appeal.
pub type MaxAppellants = ConstU32<16>;

/// Equivocations that are remembered of one worker key, the newest.
pub type MaxRemembered = ConstU32<16>;

/// What the last jury that agreed found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Finding {
	/// The result.
	pub digest: ResultDigest,
	/// Its output among [`Outputs`](crate::Outputs), if no claim has this result.
	pub output: Option<Hash>,
	/// How many jurors were drawn. A jury that is no larger cannot overrule them.
	pub jury: u32,
}

/// How a dispute ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Ruling {
	/// This is the result.
	Upheld(ResultDigest),
	/// There is none.
	Void {
		/// What more than half of the last jury found, which is not enough to judge anybody, but enough to be paid for.
		prevailing: Option<ResultDigest>,
	},
}

impl Ruling {
	/// The result, if there is one.
	pub fn digest(&self) -> Option<ResultDigest> {
		match self {
			Self::Upheld(digest) => Some(*digest),
			Self::Void { .. } => None,
		}
	}
}

/// What was taken, by what it was taken for. All of it is in the pot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Takings {
	/// From the stake of workers and auditors who were wrong, and bonds of challengers who were.
	pub claims: Balance,
	/// From jurors.
	pub jurors: Balance,
	/// Appeals that lost.
	pub appeals: Balance,
	/// The part of `claims` that was challengers' bonds.
	pub challenges: Balance,
}

impl Takings {
	/// All of it.
	pub fn total(&self) -> Balance {
		self.claims.saturating_add(self.jurors).saturating_add(self.appeals)
	}
}

/// Who is owed something when a dispute ends, besides the jurors.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Owed {
	/// What those who were right are paid for their work.
	pub fees: BoundedVec<(AccountId, Balance), MaxClaims>,
	/// For the requester.
	pub compensation: Balance,
}

/// The next juror to be dealt with when all of them are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Place {
	/// In which tier.
	pub tier: Tier,
	/// Its number in that tier's jury.
	pub seat: u32,
}

impl Place {
	/// Before everybody.
	pub const FIRST: Self = Self { tier: Tier::First, seat: 0 };
}

/// Where a dispute is, with what only matters there.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Phase<BlockNumber> {
	/// The tier's jury is being drawn, some seats in each block.
	Drawing {
		/// Only randomness that appeared after this block may choose jurors.
		since: BlockNumber,
		/// Draws in a row that found nobody new.
		misses: u32,
		/// Without randomness until then, the jury is those who were drawn so far.
		deadline: BlockNumber,
	},
	/// Jurors execute.
	Committing {
		/// Jurors that have not committed.
		missing: u32,
		/// Last block that may include a commitment.
		deadline: BlockNumber,
	},
	/// Jurors show their results.
	Revealing {
		/// Jurors that committed and have not revealed.
		missing: u32,
		/// Last block that may include a reveal.
		deadline: BlockNumber,
	},
	/// The jury agreed, and its finding can be appealed.
	Decided {
		/// Last block that may include a contribution.
		deadline: BlockNumber,
	},
	/// The end is known, and everybody will be told in the next block.
	Concluded {
		/// The end.
		ruling: Ruling,
	},
	/// Jurors and appeals that lost are made to pay, some in each block.
	Collecting {
		/// The end.
		ruling: Ruling,
		/// What was taken so far.
		takings: Takings,
		/// Jurors who were right, so far.
		winners: u32,
		/// What has to be paid besides.
		owed: Owed,
		/// Who is next.
		next: Place,
	},
	/// Everybody is paid, some in each block.
	Paying {
		/// The end.
		ruling: Ruling,
		/// What is left of the dispute's money in the pot.
		left: Balance,
		/// Who gets what.
		payout: Payout,
		/// Who is next.
		next: Place,
	},
	/// Nothing is left to do but to forget it.
	Settled {
		/// The end.
		ruling: Ruling,
	},
}

/// A dispute. Its juries, appeals and outputs are kept beside it.
#[derive(
	CloneNoBound, DebugNoBound, PartialEqNoBound, EqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound())]
pub struct Dispute<T: Config> {
	/// Counts disputes from 0.
	pub number: DisputeNumber,
	/// What it is about.
	pub case: Case<AccountId, Balance>,
	/// Block that opened it.
	pub opened_at: BlockNumberFor<T>,
	/// Block in which its phase last moved on.
	pub changed_at: BlockNumberFor<T>,
	/// Block from which it is to be moved on, and under which the agenda keeps it.
	pub due: BlockNumberFor<T>,
	/// Its present tier.
	pub tier: Tier,
	/// What stands unless a later jury finds otherwise.
	pub standing: Option<Finding>,
	/// Where it is.
	pub phase: Phase<BlockNumberFor<T>>,
}

impl<T: Config> Dispute<T> {
	/// Whether the verdict was told, so that claims are settled.
	pub fn is_ruled(&self) -> bool {
		match self.phase {
			Phase::Drawing { .. }
			| Phase::Committing { .. }
			| Phase::Revealing { .. }
			| Phase::Decided { .. }
			| Phase::Concluded { .. } => false,
			Phase::Collecting { .. } | Phase::Paying { .. } | Phase::Settled { .. } => true,
		}
	}
}

/// Money that was put up for another jury.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Appeal {
	/// The finding that it is against.
	pub against: ResultDigest,
	/// Who put up how much, each once. On hold in their accounts.
	pub contributions: BoundedVec<(AccountId, Balance), MaxAppellants>,
}

impl Appeal {
	/// All that was contributed.
	pub fn pooled(&self) -> Balance {
		self.contributions.iter().fold(0, |sum, (_, amount)| sum.saturating_add(*amount))
	}
}

/// A commitment, as it was submitted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum SignedCommitment {
	/// By itself.
	One {
		/// The commitment.
		commitment: Commitment,
		/// By the worker key, over the commit message.
		signature: WorkerSignature,
	},
	/// Among others of the same worker.
	Many {
		/// All that were signed.
		entries: BoundedVec<CommitEntry, MaxBatch>,
		/// By the worker key, over the message of all of them.
		signature: WorkerSignature,
	},
}
