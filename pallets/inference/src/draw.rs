//! Who gets a request.

use crate::{
	Config, Event, Pallet, Request, Requests, WeightInfo, Workloads,
	types::{Panel, Position, Seat},
};
use assay_primitives::{
	AccountId, Hash, RequestId, RequestState,
	job::compute_blocks,
	request::Answer,
	traits::{Models, Operators},
};
use codec::Encode;
use frame_support::{defensive, traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{SaturatedConversion, Saturating};

/// Draws per seat and block. A version whose servers are all busy costs this many, then its request queues again.
pub(crate) const MAX_TRIES: u32 = 8;

/// What a draw is for. The same randomness gives independent numbers for each.
#[derive(Clone, Copy, Encode)]
pub(crate) enum Purpose {
	Queue,
	Audit,
}

impl<T: Config> Pallet<T> {
	/// The most that drawing `seats` seats of a request can cost.
	pub(crate) fn weight_of_draws(seats: u32) -> Weight {
		T::WeightInfo::assign().saturating_add(Self::weight_of_tries(seats, MAX_TRIES.saturating_mul(seats)))
	}

	/// What `tries` draws can cost that fill up to `seats` seats.
	pub(crate) fn weight_of_tries(seats: u32, tries: u32) -> Weight {
		let filled = seats.min(tries);
		let failed = tries.saturating_sub(filled);
		let drawn = T::WeightInfo::draw_seat().saturating_mul(filled.into());
		drawn.saturating_add(T::WeightInfo::try_candidate().saturating_mul(failed.into()))
	}

	/// Draws the panel of the pending request that has `position` in the queue. What cannot be drawn now is left to a
	/// later turn. Returns how many seats it needed and the weight of the draws.
	pub(crate) fn draw_for(
		id: RequestId,
		position: Position,
		seed: Hash,
		now: BlockNumberFor<T>,
	) -> (u32, Weight) {
		let read = T::DbWeight::get().reads(1);
		let Some(request) = Requests::<T>::get(id).filter(|request| request.position == Some(position))
		else {
			return (0, read);
		};
		let RequestState::Pending { panel, deadline } = &request.state else {
			defensive!("only pending requests have a place");
			return (0, read);
		};
		if now > *deadline {
			let seats = panel.len().max(1).saturated_into();
			Self::move_on(id, request);
			return (1, Self::weight_of_move(seats));
		}
		let (mut panel, deadline) = (panel.clone(), *deadline);
		let (_, missing) = request.vacancies(&panel);
		let tries = Self::draw_seats(id, &request, &mut panel, seed, Purpose::Queue);
		let (_, left) = request.vacancies(&panel);
		if left == 0 {
			Self::assign(id, request, panel, now);
		} else {
			Self::requeue(id, request, RequestState::Pending { panel, deadline });
		}
		(missing, T::WeightInfo::assign().saturating_add(Self::weight_of_tries(missing, tries)))
	}

	/// Draws operators for the vacancies of a panel and locks their stake. Returns the number of draws.
	pub(crate) fn draw_seats(
		id: RequestId,
		request: &Request<T>,
		panel: &mut Panel,
		seed: Hash,
		purpose: Purpose,
	) -> u32 {
		let (role, missing) = request.vacancies(panel);
		let (mut filled, mut tries) = (0u32, 0u32);
		while filled < missing && tries < MAX_TRIES.saturating_mul(missing) {
			let number = draw_number(seed, purpose, id, tries);
			tries = tries.saturating_add(1);
			let Some(worker) = T::Models::draw(request.version, number) else {
				// Nobody with stake serves the version; another number would not find anybody either.
				break;
			};
			if !Self::engage(id, request, panel, &worker) {
				continue;
			}
			let (round, stake) = (request.round(), request.quote.worker_stake);
			if panel.try_push(Seat { worker, role, round, stake, answer: Answer::Waiting }).is_err() {
				defensive!("the largest panel has as many seats as there may be");
			}
			filled = filled.saturating_add(1);
		}
		tries
	}

	/// Locks the stake of a candidate that can take the request and notes the task; false if it cannot.
	pub(crate) fn engage(id: RequestId, request: &Request<T>, panel: &[Seat], candidate: &AccountId) -> bool {
		if request.failed.contains(candidate) || panel.iter().any(|seat| seat.worker == *candidate) {
			return false;
		}
		let mut workload = Workloads::<T>::get(candidate);
		if !workload.has_room()
			|| !T::Operators::can_work(candidate)
			|| T::Operators::lock(candidate, request.quote.worker_stake).is_err()
		{
			return false;
		}
		if workload.open.try_push(id).is_err() {
			defensive!("there is room for at most as many tasks as there may be");
		}
		Workloads::<T>::insert(candidate, workload);
		true
	}

	/// Gives a request to a full panel whose stake is locked for it.
	pub(crate) fn assign(id: RequestId, request: Request<T>, panel: Panel, now: BlockNumberFor<T>) {
		let deadline = now.saturating_add(Self::commit_period(&request));
		for seat in panel.iter().filter(|seat| seat.answer == Answer::Waiting) {
			Self::deposit_event(Event::Assigned {
				request: id,
				round: seat.round,
				worker: seat.worker.clone(),
				role: seat.role,
				deadline,
			});
		}
		Self::transition(id, request, RequestState::Assigned { panel, deadline });
	}

	/// Blocks that a worker gets to execute and commit.
	fn commit_period(request: &Request<T>) -> BlockNumberFor<T> {
		let compute = compute_blocks(request.quote.compute_limit, T::ComputePerBlock::get());
		T::CommitPeriod::get().saturating_add(compute.into()).min(T::MaxCommitPeriod::get())
	}
}

/// Uniform number of one draw.
fn draw_number(seed: Hash, purpose: Purpose, request: RequestId, attempt: u32) -> u128 {
	u128::from_le_bytes((seed, purpose, request, attempt).using_encoded(sp_io::hashing::blake2_128))
}
