//! Who gets a request, and when.

use super::*;
use assay_primitives::traits::Operators as _;
use std::collections::BTreeSet;

#[test]
fn draw_should_wait_for_randomness_that_appeared_after_the_request() {
	Builder::default().run(|| {
		let id = ask();
		// Block 2 sees what appeared in block 1, which its author knew when including the request.
		next_block();
		assert!(matches!(state(id), RequestState::Pending { .. }));
		next_block();
		let RequestState::Assigned { panel, deadline } = state(id) else { panic!("not drawn") };
		let [seat] = &panel[..] else { panic!("one worker answers") };
		assert_eq!((seat.stake, seat.role, deadline), (STAKE, Role::Worker, 3 + FULL_COMMIT_PERIOD));
		assert_eq!(seat.answer, Answer::Waiting);
		let worker = seat.worker.clone();
		assert_eq!(
			last_event(),
			Event::Assigned { request: id, round: 0, worker, role: Role::Worker, deadline }
		);
	});
}

#[test]
fn draw_should_not_happen_when_blocks_have_no_randomness() {
	Builder::default().run(|| {
		let id = ask();
		Entropy::set(None);
		run_to(6);
		assert!(matches!(state(id), RequestState::Pending { .. }));
		Entropy::set(Some(1));
		next_block();
		assert!(matches!(state(id), RequestState::Assigned { .. }));
	});
}

#[test]
fn draw_should_lock_the_stake_of_the_worker() {
	Builder::default().run(|| {
		let worker = assigned(ask());
		assert_eq!(Operators::free_stake(&account(worker)), 2 * STAKE);
	});
}

#[test]
fn draw_should_depend_on_randomness_and_request() {
	let draw = |entropy| {
		let mut workers = Vec::new();
		Builder::default().run(|| {
			Entropy::set(Some(entropy));
			workers = [ask(), ask(), ask(), ask()].map(assigned).to_vec();
		});
		workers
	};
	assert_eq!(draw(1), draw(1));
	let draws: BTreeSet<_> = (0..8).map(draw).collect();
	assert!(draws.len() > 1, "the same workers whatever the randomness");
	assert!(
		draws.iter().any(|workers| workers.iter().any(|w| *w != workers[0])),
		"one worker for all requests"
	);
}

#[test]
fn draw_should_leave_out_workers_with_as_many_tasks_as_they_may_have() {
	Builder::default().operators([(1, 10 * STAKE)]).run(|| {
		let ids: Vec<_> = (0..=MAX_OPEN_TASKS).map(|_| ask()).collect();
		run_to(5);
		let (last, first) = ids.split_last().unwrap();
		assert!(first.iter().all(|id| matches!(state(*id), RequestState::Assigned { .. })));
		assert!(matches!(state(*last), RequestState::Pending { .. }));
		// A task that waits for its window only does not count.
		commit(first[0], 1);
		reveal(first[0], 1);
		assert_eq!(assigned(*last), 1);
	});
}

#[test]
fn draw_should_leave_out_workers_without_free_stake() {
	Builder::default().operators([(1, 2 * STAKE - 1)]).run(|| {
		let (first, second) = (ask(), ask());
		run_to(6);
		assert!(matches!(state(first), RequestState::Assigned { .. }));
		assert!(matches!(state(second), RequestState::Pending { .. }));
	});
}

#[test]
fn draw_should_leave_out_operators_that_leave() {
	Builder::default().operators([(1, 3 * STAKE), (2, 3 * STAKE)]).run(|| {
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		for _ in 0..MAX_OPEN_TASKS {
			assert_eq!(assigned(ask()), 2);
		}
	});
}

#[test]
fn draws_of_a_block_should_be_bounded_and_in_order() {
	Builder::default().run(|| {
		let ids: Vec<_> = (0..MAX_DRAWS + 2).map(|_| ask()).collect();
		let drawn = || ids.iter().filter(|id| matches!(state(**id), RequestState::Assigned { .. })).count();
		run_to(3);
		assert_eq!(drawn(), MAX_DRAWS as usize);
		assert!(matches!(state(ids[MAX_DRAWS as usize - 1]), RequestState::Assigned { .. }));
		next_block();
		assert_eq!(drawn(), ids.len());
	});
}

#[test]
fn request_that_nobody_can_take_should_not_hold_up_others() {
	Builder::default().run(|| {
		let other = publish(2);
		serve(1, other);
		let blocked: Vec<_> = (0..MAX_DRAWS).map(|_| crate::NextRequest::<Test>::get()).collect();
		for _ in &blocked {
			assert_ok!(request(OTHER_REQUESTER, other, ESCROW));
		}
		stop_serving(1, other);
		let id = ask();
		run_to(3);
		assert!(
			matches!(state(id), RequestState::Pending { .. }),
			"it is behind as many as a block draws for"
		);
		next_block();
		assert!(matches!(state(id), RequestState::Assigned { .. }));
		// Those in front were put back and have lost nothing.
		serve(2, other);
		run_to(7);
		assert_eq!(crate::Workloads::<Test>::get(account(2)).open.len(), MAX_OPEN_TASKS as usize);
	});
}

#[test]
fn queue_should_go_on_behind_a_place_whose_request_expired() {
	Builder::default().operators([(1, STAKE)]).run(|| {
		let (first, second) = (ask(), ask());
		assert_eq!(assigned(first), 1);
		run_to(2 + PENDING_PERIOD);
		assert_eq!(state(second), RequestState::Expired);
		assert!(crate::QueueHead::<Test>::get() <= crate::QueueTail::<Test>::get());
		// The worker missed its deadline meanwhile and lost part of its stake, so it needs more.
		assert_ok!(Operators::bond_more(origin(1), 2 * STAKE));
		assert_eq!(assigned(ask()), 1);
	});
}

#[test]
fn hook_should_never_weigh_more_than_its_bound() {
	Builder::default().run(|| {
		let idle = next_block();
		let security = Security::Quorum(QuorumSize::Three);
		for _ in 0..20 {
			ask();
			let quorum = Inference::request(
				origin(OTHER_REQUESTER),
				VERSION,
				input(),
				security,
				Balance::MAX,
				None,
				None,
			);
			assert_ok!(quorum);
		}
		let heaviest = (0..60).map(|_| next_block()).fold(idle, |a, b| a.max(b));
		let bound = Inference::weight_of_hooks();
		// The database of the tests is free, so nothing else has weight.
		assert!(bound.all_gte(heaviest), "{heaviest} is more than {bound}");
		assert!(heaviest.any_gt(idle));
	});
}
