//! `reveal`: opens exactly what was committed to, in time.

use super::*;
use assay_primitives::{Codec, ContentId};
use frame_support::dispatch::{DispatchResultWithPostInfo, RawOrigin};
use sp_runtime::traits::Dispatchable;

/// Dispatches as a block would without authorising again.
fn dispatch(call: Call<Test>) -> DispatchResult {
	let result: DispatchResultWithPostInfo = RuntimeCall::from(call).dispatch(RawOrigin::Authorized.into());
	result.map(|_| ()).map_err(|refused| refused.error)
}

/// A request whose worker is bound to `digest`.
fn committed_to(digest: &ResultDigest) -> (RequestId, u8) {
	let id = ask();
	let worker = assigned(id);
	assert_ok!(submit(commit_call(id, worker, bound(id, worker, digest))).expect("a valid commitment"));
	(id, worker)
}

#[test]
fn reveal_should_make_the_answer_provisional() {
	Builder::default().run(|| {
		let (id, n) = committed();
		let events = System::read_events_for_pallet::<Event<Test>>().len();
		reveal(id, n);
		let (worker, final_at) = (account(n), System::block_number() + WINDOW);
		assert_eq!(
			System::read_events_for_pallet::<Event<Test>>()[events..],
			[
				Event::Revealed { request: id, worker: worker.clone(), digest: digest() },
				Event::Answered { request: id, digest: digest(), final_at },
			]
		);
		let RequestState::Provisional { panel, final_at: stored } = state(id) else { panic!("not answered") };
		assert_eq!(stored, final_at);
		assert_eq!((panel.len(), &panel[0].worker, panel[0].stake), (1, &worker, STAKE));
		assert_eq!(answer(id), honest());
		// The worker has nothing more to submit, and its stake stays locked.
		assert!(crate::Workloads::<Test>::get(account(n)).open.is_empty());
		assert_eq!(operator(n).locked, STAKE);
	});
}

#[test]
fn reveal_should_be_taken_in_the_last_block_of_the_deadline() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		run_to(deadline(id));
		reveal(id, worker);
	});
}

#[test]
fn reveal_should_be_refused_when_it_does_not_open_the_commitment() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		let other = ResultDigest { compute_units: UNITS - 1, ..digest() };
		assert_noop!(dispatch(reveal_call(id, worker, other, output())), Error::<Test>::CommitmentMismatch);
		let Call::reveal { request, round, worker, digest, output, signature, .. } =
			reveal_call(id, worker, digest(), output())
		else {
			unreachable!()
		};
		let other_salt = Call::reveal { request, round, worker, digest, salt: [6; 32], output, signature };
		assert_noop!(dispatch(other_salt), Error::<Test>::CommitmentMismatch);
	});
}

#[test]
fn reveal_should_be_refused_when_the_output_has_another_hash() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		assert_noop!(
			dispatch(reveal_call(id, worker, digest(), inline(b"eight"))),
			Error::<Test>::OutputMismatch
		);
	});
}

#[test]
fn copied_commitment_should_open_for_nobody_else() {
	Builder::default().run(|| {
		let (first, author) = committed();
		let copied = bound(first, author, &digest());
		// Another worker, or the same one for another request, submits the same commitment.
		let second = ask();
		let worker = assigned(second);
		assert_ok!(
			submit(commit_call(second, worker, copied)).expect("a commitment says nothing of its content")
		);
		assert_noop!(
			dispatch(reveal_call(second, worker, digest(), output())),
			Error::<Test>::CommitmentMismatch
		);
	});
}

#[test]
fn reveal_should_be_refused_when_it_claims_more_work_than_the_limit() {
	Builder::default().run(|| {
		let greedy = ResultDigest { compute_units: COMPUTE_LIMIT + 1, ..digest() };
		let (id, worker) = committed_to(&greedy);
		assert_noop!(
			dispatch(reveal_call(id, worker, greedy, output())),
			Error::<Test>::ComputeLimitExceeded
		);
	});
}

#[test]
fn deterministic_failure_should_be_an_answer_without_output() {
	for outcome in [
		Outcome::InvalidInput,
		Outcome::InvalidModel,
		Outcome::OutOfCompute,
		Outcome::OutOfMemory,
		Outcome::OperatorFailed,
	] {
		Builder::default().run(|| {
			let failed = ResultDigest { outcome, output_hash: output_hash(b""), compute_units: 3 };
			let (id, worker) = committed_to(&failed);
			let content = Payload::Content(ContentId { codec: Codec::Raw, digest: [0; 32] });
			for output in [output(), content] {
				assert_noop!(
					dispatch(reveal_call(id, worker, failed, output)),
					Error::<Test>::OutputMismatch
				);
			}
			assert_ok!(dispatch(reveal_call(id, worker, failed, inline(b""))));
		});
	}
}

#[test]
fn failure_should_not_hide_bytes_behind_its_hash() {
	Builder::default().run(|| {
		let failed = ResultDigest { outcome: Outcome::InvalidInput, ..digest() };
		let (id, worker) = committed_to(&failed);
		assert_noop!(dispatch(reveal_call(id, worker, failed, output())), Error::<Test>::OutputMismatch);
	});
}

#[test]
fn large_output_should_be_revealed_by_its_content_id() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		let content = Payload::Content(ContentId { codec: Codec::DagPb, digest: [4; 32] });
		assert_ok!(submit(reveal_call(id, worker, digest(), content.clone())).expect("a valid reveal"));
		assert_eq!(answer(id).output, content);
	});
}

#[test]
fn reveal_should_be_refused_when_nothing_was_committed() {
	Builder::default().run(|| {
		let id = ask();
		assert_noop!(dispatch(reveal_call(id, 1, digest(), output())), Error::<Test>::NotAssigned);
		let worker = assigned(id);
		assert_noop!(dispatch(reveal_call(id, worker, digest(), output())), Error::<Test>::NotCommitted);
	});
}

#[test]
fn reveal_should_be_refused_when_another_worker_committed() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		let other = worker % 3 + 1;
		assert_noop!(dispatch(reveal_call(id, other, digest(), output())), Error::<Test>::NotTheWorker);
	});
}

#[test]
fn reveal_should_be_refused_when_it_was_revealed_before() {
	Builder::default().run(|| {
		let (id, worker) = provisional();
		let again = reveal_call(id, worker, digest(), output());
		assert_noop!(dispatch(again.clone()), Error::<Test>::AlreadySubmitted);
		run_to(System::block_number() + WINDOW);
		assert_noop!(dispatch(again), Error::<Test>::AlreadySettled);
	});
}

#[test]
fn reveal_should_be_refused_after_its_deadline_even_when_the_hooks_lag() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		System::set_block_number(deadline(id) + 1);
		assert_noop!(dispatch(reveal_call(id, worker, digest(), output())), Error::<Test>::DeadlinePassed);
	});
}

#[test]
fn reveal_should_be_refused_when_the_request_is_unknown() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		let Call::reveal { round, worker, digest, salt, output, signature, .. } =
			reveal_call(id, worker, digest(), output())
		else {
			unreachable!()
		};
		let unknown = Call::reveal { request: 99, round, worker, digest, salt, output, signature };
		assert_noop!(dispatch(unknown), Error::<Test>::UnknownRequest);
	});
}
