//! What must always be true of this pallet's storage.

use crate::{
	Agenda, AgendaCursor, Config, Duties, HoldReason, Inputs, NextRequest, Pallet, Queue, QueueHead,
	QueueTail, Request, Requests,
};
use alloc::collections::{BTreeMap, BTreeSet};
use assay_primitives::{AccountId, Balance, RequestId, RequestState, traits::Operators};
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		for (id, request) in Requests::<T>::iter() {
			Self::check_request(id, &request)?;
		}
		ensure!(
			Inputs::<T>::iter_keys().count() == Requests::<T>::iter_keys().count(),
			"an input is kept without its request"
		);
		Self::check_agenda()?;
		Self::check_queue()?;
		Self::check_duties()?;
		Self::check_escrow()?;
		Self::check_locks()
	}

	fn check_request(id: RequestId, request: &Request<T>) -> Result<(), TryRuntimeError> {
		ensure!(id < NextRequest::<T>::get(), "a request has a number that was not given yet");
		ensure!(Inputs::<T>::contains_key(id), "a request has no input");
		ensure!(request.requested_at <= request.changed_at, "a request changed before it was made");
		let pending = matches!(request.state, RequestState::Pending { .. });
		ensure!(
			pending == request.position.is_some(),
			"not exactly the pending requests have a place in the queue"
		);
		let exhausted = request.failed.is_full();
		ensure!(!exhausted || request.state == RequestState::Expired, "a request outlived its last round");
		let distinct: BTreeSet<_> = request.failed.iter().collect();
		ensure!(distinct.len() == request.failed.len(), "a worker failed a request twice");
		if let Some((worker, stake)) = request.locked() {
			ensure!(!distinct.contains(worker), "a worker that failed a request was drawn for it again");
			ensure!(stake == request.quote.worker_stake, "another stake is locked than the price says");
		}
		if let RequestState::Final { charged, .. } = request.state {
			ensure!(charged <= request.quote.escrow, "a requester paid more than its escrow");
		}
		Ok(())
	}

	/// Each request has one live deadline, where its state says, and the hooks will come to it.
	fn check_agenda() -> Result<(), TryRuntimeError> {
		let mut entries = 0usize;
		for (block, id, ()) in Agenda::<T>::iter() {
			entries = entries.saturating_add(1);
			let request = Requests::<T>::get(id).ok_or("the agenda names a request that does not exist")?;
			ensure!(request.due == block, "the agenda has a request under another block than its own");
			// A settled request keeps the retention period that it was settled with.
			ensure!(
				request.is_settled() || block == Self::due(&request.state, request.changed_at),
				"the agenda has a request under another block than its state says"
			);
			ensure!(
				AgendaCursor::<T>::get().is_none_or(|cursor| cursor <= block),
				"the hooks have passed a request of the agenda"
			);
		}
		// Entries are distinct, so equal numbers mean that each request has exactly one.
		ensure!(entries == Requests::<T>::iter_keys().count(), "a request is missing in the agenda");
		Ok(())
	}

	fn check_queue() -> Result<(), TryRuntimeError> {
		let (head, tail) = (QueueHead::<T>::get(), QueueTail::<T>::get());
		ensure!(head <= tail, "the queue ends before it begins");
		let mut places = BTreeMap::new();
		for (position, queued) in Queue::<T>::iter() {
			ensure!((head..tail).contains(&position), "a place lies outside the queue");
			let request =
				Requests::<T>::get(queued.request).ok_or("the queue names a request that does not exist")?;
			ensure!(
				request.position == Some(position),
				"the queue has a request at another place than its own"
			);
			places.insert(position, queued.since);
		}
		ensure!(places.values().is_sorted(), "the queue is not in the order of blocks");
		let pending = Requests::<T>::iter_values().filter(|request| request.position.is_some()).count();
		ensure!(places.len() == pending, "a pending request is missing in the queue");
		Ok(())
	}

	fn check_duties() -> Result<(), TryRuntimeError> {
		let mut expected: BTreeMap<AccountId, BTreeSet<RequestId>> = BTreeMap::new();
		for (id, request) in Requests::<T>::iter() {
			if let Some(worker) = request.on_duty() {
				expected.entry(worker.clone()).or_default().insert(id);
			}
		}
		let mut listed = BTreeMap::new();
		for (worker, duties) in Duties::<T>::iter() {
			let distinct: BTreeSet<_> = duties.iter().copied().collect();
			ensure!(distinct.len() == duties.len(), "a worker has a duty twice");
			listed.insert(worker, distinct);
		}
		ensure!(listed == expected, "duties are not exactly the requests that wait for their workers");
		Ok(())
	}

	/// What is on hold is exactly what unsettled requests cost.
	fn check_escrow() -> Result<(), TryRuntimeError> {
		let mut expected: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for request in Requests::<T>::iter_values() {
			let held = expected.entry(request.requester.clone()).or_default();
			if !request.is_settled() {
				*held = held.checked_add(request.quote.escrow).ok_or("escrows overflow")?;
			}
		}
		for (requester, sum) in expected {
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Escrow.into(), &requester) == sum,
				"a requester's hold is not the sum of its escrows"
			);
		}
		Ok(())
	}

	/// The stake that is locked for tasks is what the workers' operators have locked.
	fn check_locks() -> Result<(), TryRuntimeError> {
		let mut locked: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for request in Requests::<T>::iter_values() {
			if let Some((worker, stake)) = request.locked() {
				let sum = locked.entry(worker.clone()).or_default();
				*sum = sum.checked_add(stake).ok_or("locks overflow")?;
			}
		}
		for (worker, sum) in locked {
			ensure!(T::Operators::worker_key(&worker).is_some(), "an unknown operator has a task");
			let (stake, free) = (T::Operators::stake(&worker), T::Operators::free_stake(&worker));
			// An operator without weight is leaving or was slashed: nothing follows from it. One whose stake is all
			// locked may have been slashed for an offence below what it locked.
			let consistent = match (stake, free) {
				(0, _) => true,
				(stake, 0) => sum >= stake,
				(stake, free) => stake.checked_sub(free) == Some(sum),
			};
			ensure!(consistent, "an operator's locked stake is not the sum of its tasks");
		}
		Ok(())
	}
}
