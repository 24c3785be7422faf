//! What the chain keeps about a request.

use crate::Config;
use assay_primitives::{
	AccountId, Balance, JobId, RequestId, RequestState, Round, Security, VersionId, api::Quote,
};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, traits::ConstU32};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_runtime::traits::SaturatedConversion;

/// Rounds that a request gets: a first worker and two replacements. When all of them fail it, it expires.
pub type MaxRounds = ConstU32<3>;

/// Place in the queue of requests that wait for a worker; counts from 0 over the life of the chain.
pub type Position = u64;

/// State of a request.
pub type StateOf<T> = RequestState<AccountId, Balance, BlockNumberFor<T>>;

/// A request. Its input is kept beside it, since it is large and never changes.
#[derive(
	CloneNoBound, DebugNoBound, PartialEqNoBound, EqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound())]
pub struct Request<T: Config> {
	/// Who asked and pays.
	pub requester: AccountId,
	/// Of which version.
	pub version: VersionId,
	/// What has to be executed.
	pub job: JobId,
	/// Key of the random operators.
	pub seed: u64,
	/// How sure the requester wants to be.
	pub security: Security,
	/// The price it was taken for. `quote.escrow` is on hold until the request is settled.
	pub quote: Quote<Balance>,
	/// Block that included it.
	pub requested_at: BlockNumberFor<T>,
	/// Block of the last state change.
	pub changed_at: BlockNumberFor<T>,
	/// Workers that failed it. They are not drawn again for it.
	pub failed: BoundedVec<AccountId, MaxRounds>,
	/// Block from which it is to be moved on, and under which the agenda keeps it.
	pub due: BlockNumberFor<T>,
	/// Where it queues while it is pending.
	pub position: Option<Position>,
	/// Where it is.
	pub state: StateOf<T>,
}

impl<T: Config> Request<T> {
	/// How many workers failed it.
	pub fn round(&self) -> Round {
		self.failed.len().saturated_into()
	}

	/// Whether it is at its end, so that its escrow is paid out.
	pub fn is_settled(&self) -> bool {
		match self.state {
			RequestState::Pending { .. }
			| RequestState::Assigned { .. }
			| RequestState::Committed { .. }
			| RequestState::Provisional { .. } => false,
			RequestState::Final { .. } | RequestState::Expired => true,
		}
	}

	/// The worker that has to submit something for it.
	pub fn on_duty(&self) -> Option<&AccountId> {
		match &self.state {
			RequestState::Assigned { worker, .. } | RequestState::Committed { worker, .. } => Some(worker),
			_ => None,
		}
	}

	/// The worker with stake locked for it, and how much.
	pub fn locked(&self) -> Option<(&AccountId, Balance)> {
		match &self.state {
			RequestState::Assigned { worker, stake, .. }
			| RequestState::Committed { worker, stake, .. }
			| RequestState::Provisional { worker, stake, .. } => Some((worker, *stake)),
			_ => None,
		}
	}
}

/// A request that waits for a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Queued<BlockNumber> {
	/// Which.
	pub request: RequestId,
	/// Block in which it was queued. Only randomness that appeared in a later block may choose its worker.
	pub since: BlockNumber,
}
