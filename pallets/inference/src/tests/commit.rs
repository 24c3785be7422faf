//! `commit`: binds the drawn worker, in time, once.

use super::*;
use frame_support::dispatch::RawOrigin;
use sp_runtime::DispatchError;

/// Dispatches a commitment whose transaction was authorised when it entered the pool, as a block would without looking
/// at it again.
fn dispatch(id: RequestId, round: Round, n: u8) -> DispatchResult {
	let Call::commit { commitment, signature, .. } = commit_call(id, n, bound(id, n, &digest())) else {
		unreachable!()
	};
	Inference::commit(RawOrigin::Authorized.into(), id, round, account(n), commitment, signature)
}

#[test]
fn commit_should_bind_the_worker() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		commit(id, worker);
		let now = System::block_number();
		let commitment = bound(id, worker, &digest());
		// It was early: it has the rest of its time for the reveal as well.
		let (worker, deadline) = (account(worker), now + FULL_COMMIT_PERIOD);
		let RequestState::Committed { panel, deadline: reveal_by } = state(id) else { panic!("not bound") };
		assert_eq!((panel.len(), reveal_by), (1, deadline));
		assert_eq!((&panel[0].worker, panel[0].role, panel[0].stake), (&worker, Role::Worker, STAKE));
		assert_eq!(panel[0].answer, Answer::Committed(commitment));
		let deadline = Some(deadline);
		assert_eq!(last_event(), Event::Committed { request: id, round: 0, worker, commitment, deadline });
		assert_eq!(stored(id).changed_at, now);
	});
}

#[test]
fn commit_should_be_taken_in_the_last_block_of_the_deadline() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		run_to(deadline(id));
		commit(id, worker);
	});
}

#[test]
fn late_commit_should_leave_the_whole_reveal_period() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		run_to(deadline(id));
		commit(id, worker);
		assert_eq!(deadline(id), System::block_number() + REVEAL_PERIOD);
		// The agenda comes by at the old deadline, finds nothing to do, and is there at the new one.
		run_to(deadline(id));
		assert_eq!(round(id), 0);
		next_block();
		assert_eq!((round(id), operator(worker).missed), (1, 1));
	});
}

#[test]
fn commit_should_be_refused_when_the_origin_is_an_account() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		let call = commit_call(id, worker, bound(id, worker, &digest()));
		let call = RuntimeCall::from(call);
		use sp_runtime::traits::Dispatchable;
		let refused = call.dispatch(origin(worker)).expect_err("not authorised");
		assert_eq!(refused.error, DispatchError::BadOrigin);
	});
}

#[test]
fn commit_should_be_refused_when_another_worker_was_drawn() {
	Builder::default().run(|| {
		let id = ask();
		let other = assigned(id) % 3 + 1;
		assert_noop!(dispatch(id, 0, other), Error::<Test>::NotTheWorker);
	});
}

#[test]
fn commit_should_be_refused_when_no_worker_was_drawn() {
	Builder::default().run(|| {
		let id = ask();
		assert_noop!(dispatch(id, 0, 1), Error::<Test>::NotAssigned);
		assert_noop!(dispatch(id, 1, 1), Error::<Test>::FutureRound);
	});
}

#[test]
fn commit_should_be_refused_when_the_worker_committed_before() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		assert_noop!(dispatch(id, 0, worker), Error::<Test>::AlreadySubmitted);
		reveal(id, worker);
		assert_noop!(dispatch(id, 0, worker), Error::<Test>::AlreadySubmitted);
	});
}

#[test]
fn commit_should_be_refused_when_the_round_is_over() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		run_to(deadline(id) + 1);
		assert_eq!(round(id), 1);
		assert_noop!(dispatch(id, 0, worker), Error::<Test>::RoundOver);
	});
}

#[test]
fn commit_should_be_refused_after_its_deadline_even_when_the_hooks_lag() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		System::set_block_number(deadline(id) + 1);
		assert_noop!(dispatch(id, 0, worker), Error::<Test>::DeadlinePassed);
	});
}
