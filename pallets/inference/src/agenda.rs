//! The one place that writes a request, and with it everything that follows from its state: its entry in the agenda,
//! its place in the queue, and the tasks of its panel.
//!
//! An entry of the agenda is a bit: requests with neighbouring numbers that are due in the same block share 64 bits, so
//! that the many requests of a block cost few writes.

use crate::{
	Agenda, AgendaCursor, Config, Inputs, Pallet, Request, Requests, Workloads,
	types::{StateOf, on_duty},
};
use assay_primitives::{AccountId, RequestId, RequestState};
use frame_support::{traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, SaturatedConversion, Saturating};

/// Requests that share an entry of the agenda's storage.
const BUCKET: u64 = 64;

/// Where the agenda has a request within a block: the key of its bucket and its bit in there.
pub(crate) fn place(id: RequestId) -> (u64, u64) {
	// The remainder is less than the number of bits, so nothing is shifted out.
	(id / BUCKET, 1u64.wrapping_shl((id % BUCKET).saturated_into()))
}

impl<T: Config> Pallet<T> {
	/// Stores a new request.
	pub(crate) fn insert(id: RequestId, mut request: Request<T>) {
		Self::schedule(id, &mut request);
		request.position = Self::enqueue_if_pending(id, &request.state);
		Requests::<T>::insert(id, request);
	}

	/// Moves a request into another state.
	pub(crate) fn transition(id: RequestId, mut request: Request<T>, state: StateOf<T>) {
		for worker in on_duty(&request.state) {
			if !on_duty(&state).any(|still| still == worker) {
				Self::end_task(id, worker);
			}
		}
		request.changed_at = frame_system::Pallet::<T>::block_number();
		request.state = state;
		let committed = matches!(request.state, RequestState::Committed { .. });
		let due = Self::due(&request.state, request.changed_at);
		if !(committed && request.due <= due && request.due.is_some()) {
			Self::unschedule(id, &request);
			Self::schedule(id, &mut request);
		}
		request.position = Self::enqueue_if_pending(id, &request.state);
		Requests::<T>::insert(id, request);
	}

	/// Moves a request that is still pending to the end of the queue.
	pub(crate) fn requeue(id: RequestId, mut request: Request<T>, state: StateOf<T>) {
		request.state = state;
		request.position = Self::enqueue_if_pending(id, &request.state);
		Requests::<T>::insert(id, request);
	}

	/// Forgets a settled request.
	pub(crate) fn remove(id: RequestId, request: &Request<T>) {
		Self::unschedule(id, request);
		Inputs::<T>::remove(id);
		Requests::<T>::remove(id);
	}

	/// First block in which a request in `state` since `changed_at` is to be moved on. `None` if something else than
	/// the time moves it on.
	pub(crate) fn due(state: &StateOf<T>, changed_at: BlockNumberFor<T>) -> Option<BlockNumberFor<T>> {
		match state {
			RequestState::Pending { deadline, .. }
			| RequestState::Assigned { deadline, .. }
			| RequestState::Committed { deadline, .. } => Some(deadline.saturating_add(One::one())),
			RequestState::Provisional { final_at, .. } => Some(*final_at),
			RequestState::Disputed { .. } => None,
			RequestState::Final { .. } | RequestState::Expired => {
				// The hooks are done with the block in which it was settled.
				Some(changed_at.saturating_add(T::RetentionPeriod::get().max(One::one())))
			}
		}
	}

	/// Whether a request is to be moved on in block `now`.
	pub(crate) fn is_due(request: &Request<T>, now: BlockNumberFor<T>) -> bool {
		// A settled request keeps the retention period that it was settled with.
		let due = match request.state {
			RequestState::Final { .. } | RequestState::Expired => request.due,
			_ => Self::due(&request.state, request.changed_at),
		};
		due.is_some_and(|due| due <= now)
	}

	fn schedule(id: RequestId, request: &mut Request<T>) {
		request.due = Self::due(&request.state, request.changed_at);
		if let Some(due) = request.due {
			let (bucket, bit) = place(id);
			Agenda::<T>::mutate(due, bucket, |bits| *bits |= bit);
		}
	}

	fn unschedule(id: RequestId, request: &Request<T>) {
		if let Some(due) = request.due {
			Self::strike_out(due, id);
		}
	}

	fn strike_out(block: BlockNumberFor<T>, id: RequestId) {
		let (bucket, bit) = place(id);
		Agenda::<T>::mutate_exists(block, bucket, |bits| {
			*bits = bits.map(|bits| bits & !bit).filter(|left| *left != 0);
		});
	}

	/// Takes a request off the tasks of an operator.
	pub(crate) fn end_task(id: RequestId, worker: &AccountId) {
		Workloads::<T>::mutate_exists(worker, |workload| {
			if let Some(tasks) = workload {
				tasks.open.retain(|task| *task != id);
				if tasks.is_default() {
					*workload = None;
				}
			}
		});
	}

	/// Moves on requests that are due, oldest first, with at most `MaxDuePerBlock` seats. What is left is done in the
	/// next blocks. Returns the weight of it.
	pub(crate) fn process_agenda(now: BlockNumberFor<T>) -> Weight {
		let mut weight = T::DbWeight::get().reads_writes(1, 1);
		let mut left = T::MaxDuePerBlock::get();
		let mut cursor = AgendaCursor::<T>::get().unwrap_or(now);
		while cursor <= now && left > 0 {
			weight = weight.saturating_add(T::DbWeight::get().reads(1));
			let Some((bucket, bits)) = Agenda::<T>::iter_prefix(cursor).next() else {
				// Nothing is left in this block. It costs a read all the same, so it counts as well.
				cursor = cursor.saturating_add(One::one());
				left = left.saturating_sub(1);
				continue;
			};
			for number in (0..BUCKET).filter(|number| place(*number).1 & bits != 0) {
				if left == 0 {
					break;
				}
				let id = bucket.saturating_mul(BUCKET).saturating_add(number);
				let seats = Self::process_due(id, cursor, now);
				weight = weight.saturating_add(Self::weight_of_move(seats));
				left = left.saturating_sub(seats);
			}
		}
		AgendaCursor::<T>::put(cursor);
		weight
	}

	/// Moves on a request that the agenda has under `block`. Returns how many seats it had, but at least 1.
	fn process_due(id: RequestId, block: BlockNumberFor<T>, now: BlockNumberFor<T>) -> u32 {
		let Some(mut request) = Requests::<T>::get(id) else {
			frame_support::defensive!("the agenda names only requests that exist");
			Self::strike_out(block, id);
			return 1;
		};
		let seats = request.state.panel().len().max(1).saturated_into();
		if Self::is_due(&request, now) {
			Self::move_on(id, request);
		} else {
			Self::strike_out(block, id);
			Self::schedule(id, &mut request);
			Requests::<T>::insert(id, request);
		}
		seats
	}
}
