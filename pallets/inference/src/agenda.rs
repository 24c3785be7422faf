//! The one place that writes a request, and with it everything that follows from its state: its entry in the agenda,
//! its place in the queue, and the duty of its worker.

use crate::{
	Agenda, AgendaCursor, Config, Duties, Inputs, Pallet, Queue, QueueTail, Request, Requests, types::Queued,
	types::StateOf,
};
use alloc::vec::Vec;
use assay_primitives::{RequestId, RequestState};
use frame_support::{defensive, traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, SaturatedConversion, Saturating};

impl<T: Config> Pallet<T> {
	/// Stores a new request.
	pub(crate) fn insert(id: RequestId, mut request: Request<T>) {
		Self::index(id, &mut request);
		Requests::<T>::insert(id, request);
	}

	/// Moves a request into another state.
	pub(crate) fn transition(id: RequestId, mut request: Request<T>, state: StateOf<T>) {
		Self::unindex(id, &request);
		request.changed_at = frame_system::Pallet::<T>::block_number();
		request.state = state;
		Self::index(id, &mut request);
		Requests::<T>::insert(id, request);
	}

	/// Moves a pending request to the end of the queue.
	pub(crate) fn requeue(id: RequestId, mut request: Request<T>) {
		Self::unindex(id, &request);
		Self::index(id, &mut request);
		Requests::<T>::insert(id, request);
	}

	/// Forgets a request.
	pub(crate) fn remove(id: RequestId, request: &Request<T>) {
		Self::unindex(id, request);
		Inputs::<T>::remove(id);
		Requests::<T>::remove(id);
	}

	/// First block in which a request in `state` since `changed_at` is to be moved on.
	pub(crate) fn due(state: &StateOf<T>, changed_at: BlockNumberFor<T>) -> BlockNumberFor<T> {
		match state {
			RequestState::Pending { deadline }
			| RequestState::Assigned { deadline, .. }
			| RequestState::Committed { deadline, .. } => deadline.saturating_add(One::one()),
			RequestState::Provisional { final_at, .. } => *final_at,
			RequestState::Final { .. } | RequestState::Expired => {
				// The hooks are done with the block in which it was settled.
				changed_at.saturating_add(T::RetentionPeriod::get().max(One::one()))
			}
		}
	}

	fn index(id: RequestId, request: &mut Request<T>) {
		request.due = Self::due(&request.state, request.changed_at);
		Agenda::<T>::insert(request.due, id, ());
		request.position = match request.state {
			RequestState::Pending { .. } => {
				let position = QueueTail::<T>::mutate(|tail| {
					let position = *tail;
					*tail = position.saturating_add(1);
					position
				});
				let since = frame_system::Pallet::<T>::block_number();
				Queue::<T>::insert(position, Queued { request: id, since });
				Some(position)
			}
			_ => None,
		};
		if let Some(worker) = request.on_duty()
			&& Duties::<T>::mutate(worker, |duties| duties.try_push(id)).is_err()
		{
			defensive!("a worker without room for another task is not drawn");
		}
	}

	fn unindex(id: RequestId, request: &Request<T>) {
		Agenda::<T>::remove(request.due, id);
		if let Some(position) = request.position {
			Queue::<T>::remove(position);
		}
		if let Some(worker) = request.on_duty() {
			Duties::<T>::mutate_exists(worker, |duties| {
				if let Some(open) = duties {
					open.retain(|duty| *duty != id);
					if open.is_empty() {
						*duties = None;
					}
				}
			});
		}
	}

	/// Moves on requests that are due, oldest first, at most `MaxDuePerBlock` of them. What is left is done in the next
	/// blocks. Returns the weight of it.
	pub(crate) fn process_agenda(now: BlockNumberFor<T>) -> Weight {
		let mut weight = T::DbWeight::get().reads_writes(1, 1);
		let mut left = T::MaxDuePerBlock::get();
		let mut cursor = AgendaCursor::<T>::get().unwrap_or(now);
		while cursor <= now && left > 0 {
			let due: Vec<RequestId> = Agenda::<T>::iter_key_prefix(cursor).take(left as usize).collect();
			for id in &due {
				Self::process_due(*id, cursor);
				weight = weight.saturating_add(Self::weight_of_move());
			}
			weight = weight.saturating_add(T::DbWeight::get().reads(1));
			let done: u32 = due.len().saturated_into();
			if done < left {
				// Nothing is left in this block.
				cursor = cursor.saturating_add(One::one());
			}
			// A block costs a read even when nothing is due in it, so it counts as well.
			left = left.saturating_sub(done).saturating_sub(1);
		}
		AgendaCursor::<T>::put(cursor);
		weight
	}

	fn process_due(id: RequestId, block: BlockNumberFor<T>) {
		match Requests::<T>::get(id) {
			Some(request) => Self::move_on(id, request),
			None => {
				defensive!("the agenda names only requests that exist");
				Agenda::<T>::remove(block, id);
			}
		}
	}
}
