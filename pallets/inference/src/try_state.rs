//! What must always be true of this pallet's storage.

use crate::{
	Agenda, AgendaCursor, AuditFunds, BlockSeeds, Config, HoldReason, Inputs, NextRequest, Pallet, Queue,
	QueueHead, QueueTail, Request, Requests, Workloads,
	agenda::place,
	audit::KEPT,
	dispute::agreed,
	queue::{PageLength, locate},
	types::AUDITORS,
};
use alloc::collections::{BTreeMap, BTreeSet};
use assay_primitives::{
	AccountId, Balance, RequestId, RequestState, Security, dispute::Role, request::Answer, traits::Operators,
};
use frame_support::{
	ensure,
	traits::{
		Get,
		fungible::{Inspect, InspectHold},
	},
};
use sp_runtime::{TryRuntimeError, traits::SaturatedConversion};

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		for (id, request) in Requests::<T>::iter() {
			Self::check_request(id, &request)?;
			Self::check_panel(&request)?;
		}
		ensure!(
			Inputs::<T>::iter_keys().count() == Requests::<T>::iter_keys().count(),
			"an input is kept without its request"
		);
		Self::check_agenda()?;
		Self::check_queue()?;
		Self::check_workloads()?;
		Self::check_escrow()?;
		Self::check_locks()?;
		Self::check_audits()
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
		ensure!(!(pending && request.failed.is_full()), "a request outlived its last round");
		let distinct: BTreeSet<_> = request.failed.iter().collect();
		ensure!(distinct.len() == request.failed.len(), "a worker failed a request twice");
		ensure!(
			request.quote.workers == request.security.workers(),
			"a request pays for another number of workers than it asks for"
		);
		if let RequestState::Final { charged, .. } = request.state {
			ensure!(charged <= request.quote.escrow, "a requester paid more than its escrow");
		}
		Ok(())
	}

	fn check_panel(request: &Request<T>) -> Result<(), TryRuntimeError> {
		let panel = request.state.panel();
		let distinct: BTreeSet<_> = panel.iter().map(|seat| &seat.worker).collect();
		ensure!(distinct.len() == panel.len(), "somebody has two seats of a panel");
		let (mut workers, mut auditors) = (0u32, 0u32);
		for seat in panel {
			ensure!(
				!request.failed.contains(&seat.worker),
				"a worker that failed a request was drawn for it again"
			);
			ensure!(seat.stake == request.quote.worker_stake, "another stake is locked than the price says");
			match seat.role {
				Role::Worker => workers = workers.saturating_add(1),
				Role::Auditor => auditors = auditors.saturating_add(1),
				Role::Challenger => return Err("a challenger sits on a panel".into()),
			}
		}
		ensure!(workers <= request.security.workers(), "a panel has more workers than were asked for");
		let most_auditors = match request.security {
			Security::Optimistic { .. } if request.audited => AUDITORS,
			_ => 0,
		};
		ensure!(auditors <= most_auditors, "a panel has auditors that nobody asked for");

		let waits = panel.iter().any(|seat| seat.answer == Answer::Waiting);
		let bound = panel.iter().any(|seat| matches!(seat.answer, Answer::Committed(_)));
		let shown = panel.iter().any(|seat| seat.revealed().is_some());
		let consistent = match &request.state {
			RequestState::Pending { .. } => !shown,
			RequestState::Assigned { .. } => waits && !shown,
			RequestState::Committed { .. } => bound && !waits,
			RequestState::Provisional { .. } => agreed(panel).is_some(),
			RequestState::Disputed { challenge, .. } => {
				shown && !waits && !bound && challenge.is_some() == agreed(panel).is_some()
			}
			RequestState::Final { .. } | RequestState::Expired => true,
		};
		ensure!(consistent, "the seats of a panel are not in the state of their request");
		Ok(())
	}

	/// Each request that waits for the time has one live deadline, where its state says, and the hooks will come to it.
	fn check_agenda() -> Result<(), TryRuntimeError> {
		let mut entries = 0usize;
		for (block, bucket, bits) in Agenda::<T>::iter() {
			ensure!(bits != 0, "the agenda keeps an empty entry");
			let first = bucket.saturating_mul(64);
			for id in (first..=first.saturating_add(63)).filter(|id| place(*id).1 & bits != 0) {
				entries = entries.saturating_add(1);
				let request =
					Requests::<T>::get(id).ok_or("the agenda names a request that does not exist")?;
				ensure!(
					request.due == Some(block),
					"the agenda has a request under another block than its own"
				);
				let due = Self::due(&request.state, request.changed_at);
				let consistent = match request.state {
					// The agenda finds that there is nothing to do yet.
					RequestState::Committed { .. } => Some(block) <= due,
					// It keeps the retention period that it was settled with.
					RequestState::Final { .. } | RequestState::Expired => true,
					_ => Some(block) == due,
				};
				ensure!(consistent, "the agenda has a request under another block than its state says");
				ensure!(
					AgendaCursor::<T>::get().is_none_or(|cursor| cursor <= block),
					"the hooks have passed a request of the agenda"
				);
			}
		}
		// Entries are distinct, so equal numbers mean that each request has exactly one.
		let timed = Requests::<T>::iter_values()
			.filter(|request| !matches!(request.state, RequestState::Disputed { .. }))
			.count();
		ensure!(entries == timed, "a request is missing in the agenda");
		Ok(())
	}

	fn check_queue() -> Result<(), TryRuntimeError> {
		let (head, tail) = (QueueHead::<T>::get(), QueueTail::<T>::get());
		ensure!(head <= tail, "the queue ends before it begins");
		let length = u64::from(<PageLength as Get<u32>>::get());
		let mut pages = 0u64;
		for (page, places) in Queue::<T>::iter() {
			pages = pages.saturating_add(1);
			let expected = tail.saturating_sub(page.saturating_mul(length)).min(length);
			ensure!(page >= locate(head).0 && expected > 0, "a page lies outside the queue");
			ensure!(places.len() as u64 == expected, "a page of the queue has too few places or too many");
		}
		let end = locate(tail.saturating_add(length).saturating_sub(1)).0;
		ensure!(pages == end.saturating_sub(locate(head).0), "a page of the queue is missing");
		let mut last = None;
		for position in head..tail {
			let (page, index) = locate(position);
			let since = Queue::<T>::get(page).get(index).map(|queued| queued.since);
			ensure!(last <= since, "the queue is not in the order of blocks");
			last = since;
		}
		for (id, request) in Requests::<T>::iter() {
			let Some(position) = request.position else { continue };
			let (page, index) = locate(position);
			let named = Queue::<T>::get(page).get(index).is_some_and(|queued| queued.request == id);
			ensure!(named && (head..tail).contains(&position), "a pending request is missing in the queue");
		}
		Ok(())
	}

	fn check_workloads() -> Result<(), TryRuntimeError> {
		let mut expected: BTreeMap<AccountId, BTreeSet<RequestId>> = BTreeMap::new();
		for (id, request) in Requests::<T>::iter() {
			for worker in request.on_duty() {
				expected.entry(worker.clone()).or_default().insert(id);
			}
		}
		let mut listed = BTreeMap::new();
		for (worker, workload) in Workloads::<T>::iter() {
			ensure!(!workload.is_default(), "a workload is kept that says nothing");
			let distinct: BTreeSet<_> = workload.open.iter().copied().collect();
			ensure!(distinct.len() == workload.open.len(), "a worker has a task twice");
			if !distinct.is_empty() {
				listed.insert(worker, distinct);
			}
		}
		ensure!(listed == expected, "tasks are not exactly the requests that wait for their panels");
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

	/// The stake that is locked for requests is part of what their operators have locked.
	fn check_locks() -> Result<(), TryRuntimeError> {
		let mut locked: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for request in Requests::<T>::iter_values() {
			for seat in request.locked() {
				let sum = locked.entry(seat.worker.clone()).or_default();
				*sum = sum.checked_add(seat.stake).ok_or("locks overflow")?;
			}
		}
		for (worker, sum) in locked {
			ensure!(T::Operators::worker_key(&worker).is_some(), "an unknown operator has a task");
			ensure!(
				T::Operators::locked_stake(&worker) >= sum,
				"an operator has less stake locked than its tasks need"
			);
		}
		Ok(())
	}

	fn check_audits() -> Result<(), TryRuntimeError> {
		ensure!(
			T::Currency::balance(&T::AuditPot::get()) >= AuditFunds::<T>::get(),
			"the pot for audits has less than was paid into it"
		);
		let kept: u32 = BlockSeeds::<T>::iter_keys().count().saturated_into();
		ensure!(kept <= KEPT.saturating_add(1), "randomness is kept for longer than it is needed");
		Ok(())
	}
}
