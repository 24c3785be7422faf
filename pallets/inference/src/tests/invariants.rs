//! Every invariant detects the corruption it is there for.

use super::*;
use crate::{
	Agenda, AgendaCursor, AuditFunds, BlockSeeds, Inputs, NextRequest, Queue, QueueHead, QueueTail, Request,
	Workloads, agenda::place, queue::locate,
};
use assay_primitives::traits::Operators as _;
use frame_support::traits::{fungible::MutateHold, tokens::Precision};
use sp_runtime::TryRuntimeError;

/// A disputed request (5), a pending (4), an assigned (3), a committed (2), a provisional (1) and a final one (0);
/// `corrupt` breaks something; `try_state` has to say what.
fn detects(expected: &'static str, corrupt: impl FnOnce()) {
	let operators = (1..=3).map(|n| (n, 6 * STAKE));
	Builder::default().operators(operators).build().execute_with(|| {
		assert_eq!(finalised().0, FINAL);
		assert_eq!(provisional().0, PROVISIONAL);
		assert_eq!(committed().0, COMMITTED);
		assert_eq!(ask(), ASSIGNED);
		assigned(ASSIGNED);
		assert_eq!(ask(), PENDING);
		disputed(DISPUTED);
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
const DISPUTED: RequestId = 5;

/// A provisional request that somebody disputes. No block passes: the others stay where they are.
fn disputed(id: RequestId) {
	assert_eq!(ask(), id);
	let request = stored(id);
	let mut panel = crate::Panel::new();
	let purpose = crate::draw::Purpose::Queue;
	Inference::draw_seats(id, &request, &mut panel, Default::default(), purpose);
	Inference::assign(id, request, panel, System::block_number());
	let worker = assigned(id);
	commit(id, worker);
	reveal(id, worker);
	let Execution { digest, output } = lie();
	assert_ok!(Inference::challenge(origin(25), id, digest, output, Balance::MAX));
}

fn change_panel(id: RequestId, break_it: impl FnOnce(&mut crate::Panel)) {
	change(id, |request| match &mut request.state {
		RequestState::Pending { panel, .. }
		| RequestState::Assigned { panel, .. }
		| RequestState::Committed { panel, .. }
		| RequestState::Provisional { panel, .. }
		| RequestState::Disputed { panel, .. } => break_it(panel),
		RequestState::Final { .. } | RequestState::Expired => panic!("nobody works on it"),
	});
}

fn change(id: RequestId, change: impl FnOnce(&mut Request<Test>)) {
	Requests::<Test>::mutate(id, |request| change(request.as_mut().expect("made before")));
}

fn worker_of(id: RequestId) -> assay_primitives::AccountId {
	stored(id).locked()[0].worker.clone()
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
		change(PENDING, |r| r.failed = vec![account(7), account(8), account(9)].try_into().unwrap());
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
fn try_state_should_detect_a_price_for_another_panel() {
	detects("a request pays for another number of workers than it asks for", || {
		change(PENDING, |r| r.security = Security::Quorum(QuorumSize::Three));
	});
}

#[test]
fn try_state_should_detect_somebody_with_two_seats() {
	detects("somebody has two seats of a panel", || {
		change_panel(COMMITTED, |panel| panel.try_push(panel[0].clone()).unwrap());
	});
}

#[test]
fn try_state_should_detect_a_worker_too_many() {
	detects("a panel has more workers than were asked for", || {
		change_panel(COMMITTED, |panel| {
			let other = crate::Seat { worker: account(9), ..panel[0].clone() };
			panel.try_push(other).unwrap();
		});
	});
}

#[test]
fn try_state_should_detect_an_auditor_without_audit() {
	detects("a panel has auditors that nobody asked for", || {
		change_panel(COMMITTED, |panel| {
			let other = crate::Seat { worker: account(9), role: Role::Auditor, ..panel[0].clone() };
			panel.try_push(other).unwrap();
		});
	});
}

#[test]
fn try_state_should_detect_a_challenger_on_a_panel() {
	detects("a challenger sits on a panel", || {
		change_panel(DISPUTED, |panel| panel[0].role = Role::Challenger);
	});
}

#[test]
fn try_state_should_detect_seats_in_another_state_than_their_request() {
	let expected = "the seats of a panel are not in the state of their request";
	let answer = |id, answer| detects(expected, move || change_panel(id, |panel| panel[0].answer = answer));
	answer(ASSIGNED, Answer::Committed(Default::default()));
	answer(COMMITTED, Answer::Waiting);
	answer(COMMITTED, Answer::Revealed(lie()));
	answer(PROVISIONAL, Answer::Waiting);
	answer(DISPUTED, Answer::Committed(Default::default()));
	detects(expected, || {
		change(DISPUTED, |r| {
			if let RequestState::Disputed { challenge, .. } = &mut r.state {
				*challenge = None;
			}
		});
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
	detects("the agenda names a request that does not exist", || enter(500, 99));
}

#[test]
fn try_state_should_detect_a_second_deadline() {
	detects("the agenda has a request under another block than its own", || {
		enter(500, ASSIGNED);
	});
}

#[test]
fn try_state_should_detect_a_deadline_other_than_the_state_says() {
	detects("the agenda has a request under another block than its state says", || {
		for (id, other) in [(ASSIGNED, 1), (COMMITTED, 100)] {
			let due = stored(id).due.unwrap();
			strike_out(id);
			enter(due + other, id);
			change(id, |r| r.due = Some(due + other));
		}
	});
}

#[test]
fn try_state_should_detect_an_empty_entry() {
	detects("the agenda keeps an empty entry", || Agenda::<Test>::insert(500, 0, 0));
}

#[test]
fn try_state_should_detect_a_deadline_of_a_dispute() {
	detects("the agenda has a request under another block than its own", || enter(500, DISPUTED));
}

/// Notes a request in the agenda.
fn enter(block: BlockNumber, id: RequestId) {
	let (bucket, bit) = place(id);
	Agenda::<Test>::mutate(block, bucket, |bits| *bits |= bit);
}

/// Takes a request out of the agenda.
fn strike_out(id: RequestId) {
	let (bucket, bit) = place(id);
	Agenda::<Test>::mutate_exists(stored(id).due.unwrap(), bucket, |bits| {
		*bits = bits.map(|bits| bits & !bit).filter(|left| *left != 0);
	});
}

#[test]
fn try_state_should_detect_a_missing_deadline() {
	for id in [FINAL, PROVISIONAL, COMMITTED, ASSIGNED, PENDING] {
		detects("a request is missing in the agenda", || strike_out(id));
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
fn try_state_should_detect_a_page_outside_the_queue() {
	detects("a page lies outside the queue", || {
		let page = Queue::<Test>::get(0);
		Queue::<Test>::insert(1, page);
	});
}

#[test]
fn try_state_should_detect_a_missing_page() {
	detects("a page of the queue is missing", || Queue::<Test>::remove(0));
}

#[test]
fn try_state_should_detect_a_page_with_a_gap() {
	detects("a page of the queue has too few places or too many", || {
		Queue::<Test>::mutate(0, |page| page.pop());
	});
}

#[test]
fn try_state_should_detect_a_place_of_another_request() {
	detects("a pending request is missing in the queue", || {
		let (page, index) = locate(stored(PENDING).position.unwrap());
		Queue::<Test>::mutate(page, |places| places[index].request = FINAL);
	});
}

#[test]
fn try_state_should_detect_a_place_that_was_passed() {
	detects("a pending request is missing in the queue", || {
		QueueHead::<Test>::put(stored(PENDING).position.unwrap() + 1);
	});
}

#[test]
fn try_state_should_detect_a_queue_out_of_order() {
	detects("the queue is not in the order of blocks", || {
		let (page, index) = locate(stored(PENDING).position.unwrap());
		Queue::<Test>::mutate(page, |places| places[index].since += 1);
	});
}

#[test]
fn try_state_should_detect_a_forgotten_task() {
	detects("tasks are not exactly the requests that wait for their panels", || {
		Workloads::<Test>::remove(worker_of(COMMITTED));
	});
}

#[test]
fn try_state_should_detect_a_task_that_is_done() {
	detects("tasks are not exactly the requests that wait for their panels", || {
		Workloads::<Test>::mutate(account(1), |workload| {
			workload.open.try_push(PROVISIONAL).expect("one task of three");
		});
	});
}

#[test]
fn try_state_should_detect_a_task_that_is_listed_twice() {
	detects("a worker has a task twice", || {
		Workloads::<Test>::mutate(worker_of(ASSIGNED), |workload| {
			workload.open.try_push(ASSIGNED).expect("one task of three");
		});
	});
}

#[test]
fn try_state_should_detect_a_workload_that_says_nothing() {
	detects("a workload is kept that says nothing", || {
		Workloads::<Test>::insert(account(9), crate::Workload::default());
	});
}

#[test]
fn try_state_should_detect_a_pot_that_was_emptied() {
	detects("the pot for audits has less than was paid into it", || {
		AuditFunds::<Test>::put(EXISTENTIAL_DEPOSIT + 1);
	});
}

#[test]
fn try_state_should_detect_randomness_that_is_kept_for_ever() {
	detects("randomness is kept for longer than it is needed", || {
		for block in 0..=crate::audit::KEPT {
			BlockSeeds::<Test>::insert(10_000 + block, None::<assay_primitives::Hash>);
		}
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
	for id in [PROVISIONAL, COMMITTED, ASSIGNED, DISPUTED] {
		detects("an operator has less stake locked than its tasks need", || {
			assert_ok!(Operators::unlock(&worker_of(id), 1));
		});
	}
}

#[test]
fn try_state_should_detect_a_task_of_an_unknown_operator() {
	detects("an unknown operator has a task", || {
		change_panel(PROVISIONAL, |panel| panel[0].worker = account(99));
	});
}
