//! Who gets a request: the queue of pending requests and the draw.

use crate::{
	Config, Duties, Event, Pallet, Queue, QueueHead, QueueTail, Request, Requests, WeightInfo, math,
};
use assay_primitives::{
	AccountId, Hash, RequestId, RequestState, Round,
	traits::{Models, Operators},
};
use codec::Encode;
use frame_support::{
	defensive,
	traits::{Get, Randomness},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Saturating;

/// Draws per request and block. A version whose servers are all busy costs this many, then its request queues again.
pub(crate) const MAX_TRIES: u32 = 8;

impl<T: Config> Pallet<T> {
	/// Gives queued requests to workers, oldest first, at most `MaxDrawsPerBlock` of them. Returns the weight of it.
	///
	/// A request that nobody can take now goes to the end of the queue, so it does not hold up those behind it.
	pub(crate) fn process_queue(now: BlockNumberFor<T>) -> Weight {
		let mut weight = T::DbWeight::get().reads_writes(3, 1);
		let (Some(seed), appeared_at) = T::Randomness::random(b"assay/draw") else {
			return weight;
		};
		let mut head = QueueHead::<T>::get();
		// Requests that go back to the end of the queue are for a later block.
		let tail = QueueTail::<T>::get();
		for _ in 0..T::MaxDrawsPerBlock::get() {
			if head >= tail {
				break;
			}
			weight = weight.saturating_add(T::DbWeight::get().reads(1));
			// A place is empty if its request expired while it queued.
			if let Some(queued) = Queue::<T>::get(head) {
				// The queue is in the order of blocks, so nothing behind this one is older.
				if queued.since >= appeared_at {
					break;
				}
				weight = weight.saturating_add(Self::draw_for(queued.request, seed, now));
			}
			head = head.saturating_add(1);
		}
		QueueHead::<T>::put(head);
		weight
	}

	/// Gives one pending request to a worker, or sends it to the end of the queue.
	pub(crate) fn draw_for(id: RequestId, seed: Hash, now: BlockNumberFor<T>) -> Weight {
		let Some(request) = Requests::<T>::get(id) else {
			defensive!("the queue names only requests that exist");
			return T::DbWeight::get().reads(1);
		};
		let RequestState::Pending { deadline } = request.state else {
			defensive!("the queue names only pending requests");
			return T::DbWeight::get().reads(1);
		};
		if now > deadline {
			Self::move_on(id, request);
			return Self::weight_of_move();
		}
		let (worker, tries) = Self::draw(id, &request, seed);
		match worker {
			Some(worker) => Self::assign(id, request, worker, now),
			None => Self::requeue(id, request),
		}
		let failed_tries = tries.saturating_sub(1);
		T::WeightInfo::assign()
			.saturating_add(T::WeightInfo::try_candidate().saturating_mul(failed_tries.into()))
	}

	/// Draws until somebody can take the request, and locks their stake. Also returns the number of draws.
	fn draw(id: RequestId, request: &Request<T>, seed: Hash) -> (Option<AccountId>, u32) {
		for attempt in 0..MAX_TRIES {
			let tries = attempt.saturating_add(1);
			let number = draw_number(seed, id, request.round(), attempt);
			let Some(candidate) = T::Models::draw(request.version, number) else {
				// Nobody with stake serves the version; another number would not find anybody either.
				return (None, tries);
			};
			if Self::engage(request, &candidate) {
				return (Some(candidate), tries);
			}
		}
		(None, MAX_TRIES)
	}

	/// Locks the stake of a candidate that can take the request; false if it cannot.
	pub(crate) fn engage(request: &Request<T>, candidate: &AccountId) -> bool {
		let open_tasks = Duties::<T>::decode_len(candidate).unwrap_or(0);
		let stake = request.quote.worker_stake;
		!request.failed.contains(candidate)
			&& open_tasks < T::MaxOpenTasks::get() as usize
			&& T::Operators::can_work(candidate)
			&& T::Operators::free_stake(candidate) >= stake
			&& T::Operators::lock(candidate, stake).is_ok()
	}

	/// Gives a request to a worker whose stake is locked for it.
	pub(crate) fn assign(id: RequestId, request: Request<T>, worker: AccountId, now: BlockNumberFor<T>) {
		let deadline = now.saturating_add(Self::commit_period(&request));
		Self::deposit_event(Event::Assigned {
			request: id,
			round: request.round(),
			worker: worker.clone(),
			deadline,
		});
		let stake = request.quote.worker_stake;
		Self::transition(id, request, RequestState::Assigned { worker, stake, deadline });
	}

	/// Blocks that a worker gets to execute and commit.
	fn commit_period(request: &Request<T>) -> BlockNumberFor<T> {
		let compute = math::compute_blocks(request.quote.compute_limit, T::ComputePerBlock::get());
		T::CommitPeriod::get().saturating_add(compute.into()).min(T::MaxCommitPeriod::get())
	}
}

/// Uniform number of one draw.
fn draw_number(seed: Hash, request: RequestId, round: Round, attempt: u32) -> u128 {
	u128::from_le_bytes((seed, request, round, attempt).using_encoded(sp_io::hashing::blake2_128))
}
