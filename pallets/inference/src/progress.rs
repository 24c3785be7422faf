//! How a request moves on when a deadline has passed or its window is over.

use crate::{
	Config, Error, Event, Pallet, Request, WeightInfo,
	dispute::agreed,
	math,
	types::{Panel, Seat},
};
use alloc::vec::Vec;
use assay_primitives::{
	Balance, RequestId, RequestState, Security,
	dispute::Role,
	request::Answer,
	traits::{Fault, Operators},
};
use frame_support::{
	BoundedVec, defensive,
	dispatch::DispatchResult,
	ensure,
	traits::{Defensive, Get},
	weights::Weight,
};
use sp_runtime::traits::Saturating;

impl<T: Config> Pallet<T> {
	/// The most that [`Self::move_on`] can cost for a request with `seats` seats.
	pub(crate) fn weight_of_move(seats: u32) -> Weight {
		let missed = T::WeightInfo::miss(seats);
		let opened = T::WeightInfo::open_dispute();
		let missed = if seats > 1 { missed.saturating_add(opened) } else { missed };
		Self::weight_of_settling(seats).max(missed)
	}

	/// The most that it can cost for a request with an answer.
	pub(crate) fn weight_of_settling(seats: u32) -> Weight {
		T::WeightInfo::finalise(seats).max(T::WeightInfo::prune())
	}

	/// The most that the hooks can cost. A panel costs at most as much as its seats would one by one.
	pub(crate) fn weight_of_hooks() -> Weight {
		let most_seats = Panel::bound() as u32;
		let due = T::MaxDuePerBlock::get().saturating_add(most_seats);
		let draws = T::MaxDrawsPerBlock::get().saturating_add(most_seats);
		let alone =
			Self::weight_of_move(1).max(Self::weight_of_move(most_seats).saturating_div(most_seats.into()));
		T::WeightInfo::begin_block()
			.saturating_add(alone.saturating_mul(due.into()))
			.saturating_add(Self::weight_of_draws(1).saturating_mul(draws.into()))
	}

	/// What `count` reveals with outputs of `bytes` bytes in all can cost of which `disputes` show that a panel is not of
	/// one mind.
	pub(crate) fn weight_of_reveals(count: u32, bytes: u32, disputes: u32) -> Weight {
		let reveals = match count {
			1 => T::WeightInfo::reveal(bytes),
			_ => T::WeightInfo::reveal_many(count, bytes),
		};
		reveals.saturating_add(T::WeightInfo::open_dispute().saturating_mul(disputes.into()))
	}

	/// Refuses a request that is not to be moved on in this block.
	pub(crate) fn ensure_due(request: &Request<T>) -> DispatchResult {
		ensure!(!matches!(request.state, RequestState::Disputed { .. }), Error::<T>::InDispute);
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(Self::is_due(request, now), Error::<T>::TooEarly);
		Ok(())
	}

	/// Does with a request what follows from its state now that it is due. Cannot fail: whatever happens to an account,
	/// the request moves on.
	pub(crate) fn move_on(id: RequestId, request: Request<T>) {
		match &request.state {
			RequestState::Pending { panel, .. } => {
				let panel = panel.clone();
				Self::go_on_without(id, request, panel);
			}
			RequestState::Assigned { panel, .. } => {
				let panel = panel.clone();
				Self::miss_commits(id, request, panel);
			}
			RequestState::Committed { panel, .. } => {
				let panel = panel.clone();
				Self::miss_reveals(id, request, panel);
			}
			RequestState::Provisional { .. } => Self::finalise(id, request),
			RequestState::Disputed { .. } => {
				defensive!("a dispute has its own deadlines");
			}
			RequestState::Final { .. } | RequestState::Expired => {
				Self::remove(id, &request);
				Self::deposit_event(Event::Pruned { request: id });
			}
		}
	}

	/// Punishes those who did not commit in time, and has them replaced if there have not been too many of them.
	fn miss_commits(id: RequestId, mut request: Request<T>, panel: Panel) {
		let (late, bound): (Vec<Seat>, Vec<Seat>) =
			panel.into_iter().partition(|seat| seat.answer == Answer::Waiting);
		for seat in &late {
			let slashed = Self::punish(seat, math::missed_commit(&request.quote, seat.stake), &request, 0);
			Self::deposit_event(Event::MissedCommit {
				request: id,
				round: seat.round,
				worker: seat.worker.clone(),
				slashed,
			});
		}
		let replaceable = Self::note_failures(&mut request, &late);
		let panel = BoundedVec::truncate_from(bound);
		if replaceable {
			Self::reassign(id, request, panel);
		} else {
			Self::go_on_without(id, request, panel);
		}
	}

	/// Punishes those who did not reveal in time. The others answer if they are most of the panel.
	fn miss_reveals(id: RequestId, mut request: Request<T>, panel: Panel) {
		let seats = panel.len();
		let (shown, silent): (Vec<Seat>, Vec<Seat>) =
			panel.into_iter().partition(|seat| seat.revealed().is_some());
		// The requester is compensated once, whoever pays for it.
		let mut compensation = math::execution_fee(&request.quote);
		for seat in &silent {
			let fault = math::missed_reveal(seat.stake);
			let to_requester = compensation.min(seat.stake);
			let slashed = Self::punish(seat, fault, &request, to_requester);
			compensation = compensation.saturating_sub(to_requester);
			Self::deposit_event(Event::MissedReveal {
				request: id,
				round: seat.round,
				worker: seat.worker.clone(),
				slashed,
				to_requester: to_requester.min(slashed),
			});
		}
		let replaceable = Self::note_failures(&mut request, &silent);
		let enough = math::is_supermajority(shown.len(), seats);
		let panel: Panel = BoundedVec::truncate_from(shown);
		// Results that differ are never passed over, however few they are.
		let differ = panel.len() > 1 && agreed(&panel).is_none();
		if enough || differ {
			Self::compare(id, request, panel);
		} else if seats == 1 && replaceable {
			request.audited = false;
			Self::reassign(id, request, panel);
		} else {
			Self::expire(id, request, &panel);
		}
	}

	/// Takes what a fault costs, and counts it. Returns what was taken.
	fn punish(seat: &Seat, fault: Fault<Balance>, request: &Request<T>, to_requester: Balance) -> Balance {
		let slashed = T::Operators::slash(&seat.worker, fault, &[(&request.requester, to_requester)]);
		T::Operators::note_missed(&seat.worker);
		slashed
	}

	/// Remembers who failed a request, and says whether they may be replaced.
	fn note_failures(request: &mut Request<T>, seats: &[Seat]) -> bool {
		seats.iter().all(|seat| request.failed.try_push(seat.worker.clone()).is_ok())
			&& !request.failed.is_full()
	}

	/// Has the empty seats of a panel drawn.
	fn reassign(id: RequestId, request: Request<T>, panel: Panel) {
		let deadline = frame_system::Pallet::<T>::block_number().saturating_add(T::PendingPeriod::get());
		Self::deposit_event(Event::Reassigned { request: id, round: request.round() });
		Self::transition(id, request, RequestState::Pending { panel, deadline });
	}

	/// Goes on with a panel whose empty seats cannot be filled: without the auditors that are missing, but not without
	/// workers.
	fn go_on_without(id: RequestId, request: Request<T>, panel: Panel) {
		let audited = matches!(request.security, Security::Optimistic { .. })
			&& panel.iter().any(|seat| seat.role == Role::Worker);
		if !audited {
			Self::expire(id, request, &panel);
		} else if panel.iter().any(|seat| seat.answer == Answer::Waiting) {
			Self::assign(id, request, panel, frame_system::Pallet::<T>::block_number());
		} else {
			let deadline = Self::reveal_deadline();
			Self::transition(id, request, RequestState::Committed { panel, deadline });
		}
	}

	/// Gives up on a request. The requester gets everything back.
	pub(crate) fn expire(id: RequestId, request: Request<T>, panel: &[Seat]) {
		for seat in panel {
			T::Operators::unlock(&seat.worker, seat.stake).defensive_unwrap_or_default();
		}
		let refund = request.quote.escrow;
		Self::refund(&request.requester, refund);
		Self::deposit_event(Event::Expired { request: id, refund });
		Self::transition(id, request, RequestState::Expired);
	}

	/// Pays for an answer that stands.
	fn finalise(id: RequestId, request: Request<T>) {
		let RequestState::Provisional { panel, .. } = &request.state else {
			defensive!("called for a provisional request only");
			return;
		};
		let panel = panel.clone();
		let Some(answer) = request.state.answer() else {
			defensive!("a provisional request has an answer");
			return Self::expire(id, request, &panel);
		};
		Self::finish(id, request, &panel, answer);
	}
}
