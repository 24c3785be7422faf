//! The queue of requests that wait for a panel, in pages: the requests of a block share a few writes.
//!
//! A place is never taken out of the middle. When its request is given up, or is moved on by somebody else, the place
//! stays behind and is passed over when its turn comes: the request does not name it any more.

use crate::{
	Config, Pallet, Queue, QueueHead, QueueTail,
	types::{Position, Queued, StateOf},
};
use assay_primitives::{Hash, RequestId, RequestState};
use frame_support::{
	defensive,
	traits::{ConstU32, Get},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::SaturatedConversion;

/// Places of a page.
pub type PageLength = ConstU32<64>;

/// Where a place is: its page, and its index in there.
pub(crate) fn locate(position: Position) -> (u64, usize) {
	let length = u64::from(<PageLength as Get<u32>>::get()).max(1);
	(
		position.checked_div(length).unwrap_or_default(),
		position.checked_rem(length).unwrap_or_default().saturated_into(),
	)
}

impl<T: Config> Pallet<T> {
	/// Puts a request at the end of the queue if it is pending, and returns its place there.
	pub(crate) fn enqueue_if_pending(id: RequestId, state: &StateOf<T>) -> Option<Position> {
		if !matches!(state, RequestState::Pending { .. }) {
			return None;
		}
		let position = QueueTail::<T>::get();
		let queued = Queued { request: id, since: frame_system::Pallet::<T>::block_number() };
		if Queue::<T>::try_append(locate(position).0, queued).is_err() {
			defensive!("the last page has the places before the tail and no others");
		}
		QueueTail::<T>::put(position.saturating_add(1));
		Some(position)
	}

	/// Draws panels for queued requests, oldest first, of at most `MaxDrawsPerBlock` seats and those that complete the
	/// last panel, from the randomness that appeared in the block `appeared_at`. Returns the weight of it.
	///
	/// A request that nobody can take now goes to the end of the queue, so it does not hold up those behind it.
	pub(crate) fn process_queue(
		seed: Hash,
		appeared_at: BlockNumberFor<T>,
		now: BlockNumberFor<T>,
	) -> Weight {
		let mut weight = T::DbWeight::get().reads_writes(2, 1);
		let mut head = QueueHead::<T>::get();
		// Requests that go back to the end of the queue are for a later block.
		let tail = QueueTail::<T>::get();
		let mut left = T::MaxDrawsPerBlock::get();
		while head < tail && left > 0 {
			let page = locate(head).0;
			weight = weight.saturating_add(T::DbWeight::get().reads_writes(1, 1));
			let places = Queue::<T>::get(page);
			while head < tail && left > 0 && locate(head).0 == page {
				let Some(queued) = places.get(locate(head).1) else {
					defensive!("every place before the tail is there");
					head = head.saturating_add(1);
					continue;
				};
				// The queue is in the order of blocks, so nothing behind this one is older.
				if queued.since >= appeared_at {
					left = 0;
					break;
				}
				let (drawn, cost) = Self::draw_for(queued.request, head, seed, now);
				weight = weight.saturating_add(cost);
				// Passing over a place is work as well.
				left = left.saturating_sub(drawn.max(1));
				head = head.saturating_add(1);
			}
			if locate(head).0 != page {
				Queue::<T>::remove(page);
			}
		}
		QueueHead::<T>::put(head);
		weight
	}
}
