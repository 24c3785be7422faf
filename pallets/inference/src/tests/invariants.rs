//! Every invariant detects the corruption it is there for.

use super::*;
use crate::{Agenda, AgendaCursor, Duties, Inputs, NextRequest, Queue, QueueHead, QueueTail, Request};
use assay_primitives::traits::Operators as _;
use frame_support::traits::{fungible::MutateHold, tokens::Precision};
use sp_runtime::TryRuntimeError;

/// A pending request (4), an assigned (3), a committed (2), a provisional (1) and a final one (0); `corrupt` breaks
/// something; `try_state` has to say what.
fn detects(expected: &'static str, corrupt: impl FnOnce()) {
	Builder::default().build().execute_with(|| {
		assert_eq!(finalised().0, FINAL);
		assert_eq!(provisional().0, PROVISIONAL);
		assert_eq!(committed().0, COMMITTED);
		assert_eq!(ask(), ASSIGNED);
		assigned(ASSIGNED);
		assert_eq!(ask(), PENDING);
		assert_ok!(Inference::do_try_state());
		corrupt();
		assert_eq!(Inference::do_try_state(), Err(TryRuntimeError::Other(expected)));
	});
}

const FINAL: RequestId = 0;
const PROVISIONAL: RequestId = 1;
const COMMITTED: RequestId = 2;
const ASSIGNED: RequestId = 3;
const PENDING: RequestId = 4;

fn change(id: RequestId, change: impl FnOnce(&mut Request<Test>)) {
	Requests::<Test>::mutate(id, |request| change(request.as_mut().expect("made before")));
}

fn worker_of(id: RequestId) -> assay_primitives::AccountId {
	stored(id).locked().expect("a worker holds it").0.clone()
}

#[test]
fn try_state_should_detect_a_number_that_was_not_given() {
	detects("a request has a number that was not given yet", || NextRequest::<Test>::put(PENDING));
}

#[test]
fn try_state_should_detect_a_missing_input() {
	detects("a request has no input", || Inputs::<Test>::remove(FINAL));
}

#[test]
fn try_state_should_detect_an_input_without_request() {
	detects("an input is kept without its request", || Inputs::<Test>::insert(99, input()));
}

#[test]
fn try_state_should_detect_a_change_before_the_request() {
	detects("a request changed before it was made", || change(PENDING, |r| r.requested_at += 1));
}

#[test]
fn try_state_should_detect_a_pending_request_without_place() {
	detects("not exactly the pending requests have a place in the queue", || {
		change(PENDING, |r| r.position = None);
	});
}

#[test]
fn try_state_should_detect_a_place_of_a_request_that_is_not_pending() {
	detects("not exactly the pending requests have a place in the queue", || {
		change(ASSIGNED, |r| r.position = Some(0));
	});
}

#[test]
fn try_state_should_detect_a_request_without_rounds_left() {
	detects("a request outlived its last round", || {
		change(PENDING, |r| r.failed = vec![account(1), account(2), account(3)].try_into().unwrap());
	});
}

#[test]
fn try_state_should_detect_a_worker_that_failed_twice() {
	detects("a worker failed a request twice", || {
		change(PENDING, |r| r.failed = vec![account(1), account(1)].try_into().unwrap());
	});
}

#[test]
fn try_state_should_detect_a_late_worker_that_was_drawn_again() {
	detects("a worker that failed a request was drawn for it again", || {
		let worker = worker_of(ASSIGNED);
		change(ASSIGNED, |r| r.failed = vec![worker].try_into().unwrap());
	});
}

#[test]
fn try_state_should_detect_a_stake_that_is_not_the_price() {
	detects("another stake is locked than the price says", || {
		change(COMMITTED, |r| r.quote.worker_stake += 1);
	});
}

#[test]
fn try_state_should_detect_a_charge_beyond_the_escrow() {
	detects("a requester paid more than its escrow", || {
		change(FINAL, |r| {
			if let RequestState::Final { charged, .. } = &mut r.state {
				*charged = ESCROW + 1;
			}
		});
	});
}

#[test]
fn try_state_should_detect_a_deadline_of_no_request() {
	detects("the agenda names a request that does not exist", || Agenda::<Test>::insert(500, 99, ()));
}

#[test]
fn try_state_should_detect_a_second_deadline() {
	detects("the agenda has a request under another block than its own", || {
		Agenda::<Test>::insert(500, ASSIGNED, ());
	});
}

#[test]
fn try_state_should_detect_a_deadline_other_than_the_state_says() {
	detects("the agenda has a request under another block than its state says", || {
		let due = stored(COMMITTED).due;
		Agenda::<Test>::remove(due, COMMITTED);
		Agenda::<Test>::insert(due + 1, COMMITTED, ());
		change(COMMITTED, |r| r.due += 1);
	});
}

#[test]
fn try_state_should_detect_a_missing_deadline() {
	for id in [FINAL, PROVISIONAL, COMMITTED, ASSIGNED, PENDING] {
		detects("a request is missing in the agenda", || Agenda::<Test>::remove(stored(id).due, id));
	}
}

#[test]
fn try_state_should_detect_a_deadline_that_the_hooks_have_passed() {
	detects("the hooks have passed a request of the agenda", || AgendaCursor::<Test>::put(1_000));
}

#[test]
fn try_state_should_detect_a_queue_that_ends_before_it_begins() {
	detects("the queue ends before it begins", || QueueHead::<Test>::put(QueueTail::<Test>::get() + 1));
}

#[test]
fn try_state_should_detect_a_place_outside_the_queue() {
	detects("a place lies outside the queue", || QueueHead::<Test>::put(QueueTail::<Test>::get()));
}

#[test]
fn try_state_should_detect_a_place_of_no_request() {
	detects("the queue names a request that does not exist", || {
		let position = stored(PENDING).position.unwrap();
		Queue::<Test>::mutate(position, |queued| queued.as_mut().unwrap().request = 99);
	});
}

#[test]
fn try_state_should_detect_a_second_place_of_a_request() {
	detects("the queue has a request at another place than its own", || {
		let queued = Queue::<Test>::get(stored(PENDING).position.unwrap()).unwrap();
		Queue::<Test>::insert(QueueTail::<Test>::get(), queued);
		QueueTail::<Test>::mutate(|tail| *tail += 1);
	});
}

#[test]
fn try_state_should_detect_a_queue_out_of_order() {
	detects("the queue is not in the order of blocks", || {
		let position = stored(PENDING).position.unwrap();
		ask();
		Queue::<Test>::mutate(position, |queued| queued.as_mut().unwrap().since += 1);
	});
}

#[test]
fn try_state_should_detect_a_missing_place() {
	detects("a pending request is missing in the queue", || {
		Queue::<Test>::remove(stored(PENDING).position.unwrap());
	});
}

#[test]
fn try_state_should_detect_a_forgotten_duty() {
	detects("duties are not exactly the requests that wait for their workers", || {
		Duties::<Test>::remove(worker_of(COMMITTED));
	});
}

#[test]
fn try_state_should_detect_a_duty_that_is_done() {
	detects("duties are not exactly the requests that wait for their workers", || {
		Duties::<Test>::mutate(account(1), |duties| {
			duties.try_push(PROVISIONAL).expect("one task of three");
		});
	});
}

#[test]
fn try_state_should_detect_a_duty_that_is_listed_twice() {
	detects("a worker has a duty twice", || {
		Duties::<Test>::mutate(worker_of(ASSIGNED), |duties| {
			duties.try_push(ASSIGNED).expect("one task of three");
		});
	});
}

#[test]
fn try_state_should_detect_an_escrow_that_was_released() {
	detects("a requester's hold is not the sum of its escrows", || {
		let reason = HoldReason::Escrow.into();
		assert_ok!(Balances::release(&reason, &account(REQUESTER), 1, Precision::Exact));
	});
}

#[test]
fn try_state_should_detect_an_escrow_that_outlived_its_request() {
	detects("a requester's hold is not the sum of its escrows", || {
		assert_ok!(Balances::hold(&HoldReason::Escrow.into(), &account(REQUESTER), 1));
	});
}

#[test]
fn try_state_should_detect_a_lock_that_was_released() {
	detects("an operator's locked stake is not the sum of its tasks", || {
		assert_ok!(Operators::unlock(&worker_of(COMMITTED), 1));
	});
}

#[test]
fn try_state_should_detect_a_lock_without_task() {
	detects("an operator's locked stake is not the sum of its tasks", || {
		assert_ok!(Operators::lock(&worker_of(PROVISIONAL), 1));
	});
}

#[test]
fn try_state_should_detect_a_task_of_an_unknown_operator() {
	detects("an unknown operator has a task", || {
		change(PROVISIONAL, |r| {
			if let RequestState::Provisional { worker, .. } = &mut r.state {
				*worker = account(99);
			}
		});
	});
}
