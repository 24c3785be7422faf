//! What the chain keeps about requests and about the operators that answer them.

use crate::Config;
use assay_primitives::{
	AccountId, Balance, JobId, RequestId, RequestState, Round, Security, VersionId,
	api::Quote,
	dispute::Role,
	request::{self, Answer},
};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	BoundedVec, CloneNoBound, DebugNoBound, DefaultNoBound, EqNoBound, PartialEqNoBound,
	traits::{ConstU32, Get},
};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_runtime::{Permill, traits::SaturatedConversion};

/// Rounds that a request gets: a first panel and two replacements.
pub type MaxRounds = ConstU32<3>;

/// Auditors of an audited request.
pub const AUDITORS: u32 = 2;

/// Place in the queue of requests that wait for a panel; counts from 0 over the life of the chain.
pub type Position = u64;

/// An operator's place on a panel.
pub type Seat = request::Seat<AccountId, Balance>;

/// Everybody who works on a request.
pub type Panel = request::Panel<AccountId, Balance>;

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
	/// Chance that the commitment of an optimistic request's worker is audited.
	pub audit_rate: Permill,
	/// Whether the audit of the present worker was begun, with as many auditors as there were.
	pub audited: bool,
	/// Block that included it.
	pub requested_at: BlockNumberFor<T>,
	/// Block of the last state change.
	pub changed_at: BlockNumberFor<T>,
	/// Operators that failed it and were or would have been replaced. They are not drawn again for it.
	pub failed: BoundedVec<AccountId, MaxRounds>,
	/// Block under which the agenda keeps it; none while it is disputed. In the state `Committed` it may be earlier than
	/// the deadline: then the agenda finds nothing to do yet, which is cheaper than an entry for each state.
	pub due: Option<BlockNumberFor<T>>,
	/// Where it queues while it is pending.
	pub position: Option<Position>,
	/// Where it is.
	pub state: StateOf<T>,
}

impl<T: Config> Request<T> {
	/// How many operators failed it.
	pub fn round(&self) -> Round {
		self.failed.len().saturated_into()
	}

	/// Whether it is at its end, so that its escrow is paid out.
	pub fn is_settled(&self) -> bool {
		matches!(self.state, RequestState::Final { .. } | RequestState::Expired)
	}

	/// The operators with this request among their tasks: those whose result is still to come.
	pub fn on_duty(&self) -> impl Iterator<Item = &AccountId> {
		on_duty(&self.state)
	}

	/// The seats with stake locked for it.
	pub fn locked(&self) -> &[Seat] {
		self.state.panel()
	}

	/// As what operators are still to be drawn while its panel is `panel`, and how many.
	pub(crate) fn vacancies(&self, panel: &[Seat]) -> (Role, u32) {
		let seated = |role| panel.iter().filter(|seat| seat.role == role).count().saturated_into::<u32>();
		let missing = self.security.workers().saturating_sub(seated(Role::Worker));
		match self.security {
			Security::Optimistic { .. } if missing == 0 && self.audited => {
				(Role::Auditor, AUDITORS.saturating_sub(seated(Role::Auditor)))
			}
			_ => (Role::Worker, missing),
		}
	}
}

/// The operators with a request in `state` among their tasks.
pub(crate) fn on_duty<B, N>(state: &RequestState<AccountId, B, N>) -> impl Iterator<Item = &AccountId> {
	let waits = matches!(
		state,
		RequestState::Pending { .. } | RequestState::Assigned { .. } | RequestState::Committed { .. }
	);
	let open = state.panel().iter().filter(|seat| !matches!(seat.answer, Answer::Revealed(_)));
	open.filter(move |_| waits).map(|seat| &seat.worker)
}

/// A request that waits for a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Queued<BlockNumber> {
	/// Which.
	pub request: RequestId,
	/// Block in which it was queued. Only randomness that appeared in a later block may choose its panel.
	pub since: BlockNumber,
}

/// The tasks of an operator.
#[derive(
	CloneNoBound,
	DebugNoBound,
	DefaultNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	MaxEncodedLen,
	TypeInfo,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound())]
pub struct Workload<T: Config> {
	/// Requests that it has to submit something for, now or later.
	pub open: BoundedVec<RequestId, T::MaxOpenTasks>,
	/// How many it wants to have at most; `MaxOpenTasks` unless it said so.
	pub capacity: Option<u32>,
}

impl<T: Config> Workload<T> {
	/// How many tasks it may have.
	pub fn capacity(&self) -> u32 {
		self.capacity.unwrap_or(u32::MAX).min(T::MaxOpenTasks::get())
	}

	/// Whether it may be given another task.
	pub fn has_room(&self) -> bool {
		self.open.len() < self.capacity() as usize
	}

	/// Whether nothing needs to be kept.
	pub fn is_default(&self) -> bool {
		self.open.is_empty() && self.capacity.is_none()
	}
}
