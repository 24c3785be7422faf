//! What happens when nobody acts in time.

use super::*;
use std::collections::BTreeSet;

/// Runs until the worker of the present round is late, and returns its number.
fn let_commit_deadline_pass(id: RequestId) -> u8 {
	let worker = assigned(id);
	run_to(deadline(id) + 1);
	worker
}

#[test]
fn pending_request_should_expire_when_nobody_can_take_it() {
	Builder::default().operators([(1, STAKE - 1)]).run(|| {
		let id = ask();
		run_to(1 + PENDING_PERIOD);
		assert!(matches!(state(id), RequestState::Pending { .. }));
		next_block();
		assert_eq!(state(id), RequestState::Expired);
		assert_eq!(last_event(), Event::Expired { request: id, refund: ESCROW });
		assert_eq!((free(REQUESTER), escrowed(REQUESTER)), (INITIAL_BALANCE, 0));
	});
}

#[test]
fn missed_commit_should_cost_one_fee_and_all_of_it_is_burned() {
	Builder::default().run(|| {
		let id = ask();
		let issuance = Balances::total_issuance();
		let worker = let_commit_deadline_pass(id);
		assert_eq!(Balances::total_issuance(), issuance - FEE);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - ESCROW, "the requester earns nothing by it");
		let operator = operator(worker);
		assert_eq!((operator.active, operator.locked, operator.missed), (3 * STAKE - FEE, 0, 1));
		let events = System::read_events_for_pallet::<Event<Test>>();
		assert_eq!(
			events[events.len() - 2..],
			[
				Event::MissedCommit { request: id, round: 0, worker: account(worker), slashed: FEE },
				Event::Reassigned { request: id, round: 1 },
			]
		);
		assert!(matches!(state(id), RequestState::Pending { .. }));
	});
}

#[test]
fn missed_reveal_should_cost_all_of_the_stake_and_compensate_the_requester() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		let issuance = Balances::total_issuance();
		run_to(deadline(id) + 1);
		assert_eq!(Balances::total_issuance(), issuance - STAKE + FEE);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - ESCROW + FEE);
		let operator = operator(worker);
		assert_eq!((operator.active, operator.locked, operator.missed), (2 * STAKE, 0, 1));
		let missed = Event::MissedReveal {
			request: id,
			round: 0,
			worker: account(worker),
			slashed: STAKE,
			to_requester: FEE,
		};
		let events = System::read_events_for_pallet::<Event<Test>>();
		assert_eq!(events[events.len() - 2..], [missed, Event::Reassigned { request: id, round: 1 }]);
	});
}

#[test]
fn request_should_go_to_another_worker_when_one_was_late() {
	Builder::default().run(|| {
		let id = ask();
		let late = let_commit_deadline_pass(id);
		let reassigned_at = System::block_number();
		let worker = assigned(id);
		assert_ne!(worker, late);
		// Here too only randomness that appeared later decides.
		assert_eq!(System::block_number(), reassigned_at + 2);
		commit(id, worker);
		reveal(id, worker);
		run_to(System::block_number() + WINDOW);
		assert!(matches!(state(id), RequestState::Final { .. }));
		assert_eq!(operator(late).locked, 0);
	});
}

#[test]
fn late_worker_should_never_be_drawn_again_for_the_same_request() {
	for entropy in 0..20 {
		Builder::default().run(|| {
			Entropy::set(Some(entropy));
			let id = ask();
			let workers: BTreeSet<_> = (0..3).map(|_| let_commit_deadline_pass(id)).collect();
			assert_eq!(workers.len(), 3);
		});
	}
}

#[test]
fn request_should_wait_and_expire_when_only_late_workers_are_left() {
	Builder::default().operators([(1, 3 * STAKE)]).run(|| {
		let id = ask();
		let_commit_deadline_pass(id);
		run_to(deadline(id));
		assert!(matches!(state(id), RequestState::Pending { .. }));
		next_block();
		assert_eq!(state(id), RequestState::Expired);
		assert_eq!((free(REQUESTER), escrowed(REQUESTER)), (INITIAL_BALANCE, 0));
	});
}

#[test]
fn request_should_expire_with_a_full_refund_after_three_failures() {
	Builder::default().run(|| {
		let id = ask();
		let first = let_commit_deadline_pass(id);
		let second = assigned(id);
		commit(id, second);
		run_to(deadline(id) + 1);
		let third = let_commit_deadline_pass(id);
		assert_eq!(state(id), RequestState::Expired);
		assert_eq!(round(id), 3);
		assert_eq!((free(REQUESTER), escrowed(REQUESTER)), (INITIAL_BALANCE + FEE, 0));
		assert_eq!([first, third].map(|n| operator(n).active), [3 * STAKE - FEE; 2]);
		assert_eq!(operator(second).active, 2 * STAKE);
	});
}

#[test]
fn advance_should_do_what_a_lagging_hook_has_not_done() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		System::set_block_number(deadline(id));
		assert_noop!(Inference::advance(origin(25), id), Error::<Test>::TooEarly);
		System::set_block_number(deadline(id) + 1);
		assert_ok!(Inference::advance(origin(25), id));
		assert_eq!(operator(worker).missed, 1);
		assert_eq!(round(id), 1);
		// It happened once: the new round has its own deadline.
		assert_noop!(Inference::advance(origin(25), id), Error::<Test>::TooEarly);
		assert_noop!(Inference::advance(origin(25), 99), Error::<Test>::UnknownRequest);
		assert_noop!(Inference::advance(RuntimeOrigin::none(), id), sp_runtime::DispatchError::BadOrigin);
	});
}

#[test]
fn hooks_should_catch_up_when_more_is_due_than_a_block_may_do() {
	Builder::default().operators([(1, STAKE - 1)]).run(|| {
		// Without randomness the queue does nothing, so the agenda has to do it all.
		Entropy::set(None);
		let ids: Vec<_> = (0..2 * MAX_DUE + 1).map(|_| ask()).collect();
		let expired = || ids.iter().filter(|id| state(**id) == RequestState::Expired).count();
		run_to(1 + PENDING_PERIOD);
		assert_eq!(expired(), 0);
		next_block();
		assert_eq!(expired(), MAX_DUE as usize);
		// What is behind may be done by anybody.
		let waiting = *ids.iter().find(|id| state(**id) != RequestState::Expired).unwrap();
		assert_ok!(Inference::advance(origin(25), waiting));
		next_block();
		next_block();
		assert_eq!(expired(), ids.len());
		assert_eq!(free(REQUESTER), INITIAL_BALANCE);
		next_block();
		next_block();
		assert_eq!(crate::AgendaCursor::<Test>::get(), Some(System::block_number() + 1));
	});
}

#[test]
fn pending_request_should_expire_in_the_draw_when_the_agenda_lags() {
	Builder::default().run(|| {
		let id = ask();
		System::set_block_number(2 + PENDING_PERIOD);
		Inference::process_queue(Default::default(), 2, System::block_number());
		assert_eq!(state(id), RequestState::Expired);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE);
	});
}

#[test]
fn settlement_should_not_be_stuck_when_the_worker_left() {
	Builder::default().run(|| {
		let (id, worker) = provisional();
		assert_ok!(Operators::begin_unbonding(origin(worker), None));
		run_to(System::block_number() + WINDOW);
		assert!(matches!(state(id), RequestState::Final { .. }));
		assert_eq!(operator(worker).locked, 0);
	});
}
