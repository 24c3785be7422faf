//! Many submissions in one transaction: the valid ones count.

use super::*;
use assay_primitives::{Hash, worker::WorkerSignature};
use frame_support::dispatch::{Pays, RawOrigin};
use sp_runtime::{
	DispatchError,
	transaction_validity::{InvalidTransaction, UnknownTransaction},
};

/// Three requests that are all assigned to operator 1.
fn three() -> Vec<RequestId> {
	let ids: Vec<_> = (0..3).map(|_| ask()).collect();
	for id in &ids {
		assert_eq!(assigned(*id), 1);
	}
	ids
}

fn one() -> Builder {
	Builder::default().operators([(1, 9 * STAKE)])
}

fn results(ids: &[RequestId]) -> Vec<(RequestId, Execution)> {
	ids.iter().map(|id| (*id, honest())).collect()
}

fn is_committed(id: RequestId) -> bool {
	matches!(state(id), RequestState::Committed { .. })
}

#[test]
fn batches_should_commit_to_and_reveal_many_requests() {
	one().run(|| {
		let ids = three();
		assert_ok!(submit(commit_many_call(1, &results(&ids))).expect("valid"));
		assert!(ids.iter().all(|id| is_committed(*id)));
		assert_ok!(submit(reveal_many_call(1, &results(&ids))).expect("valid"));
		for id in ids {
			assert!(matches!(state(id), RequestState::Provisional { .. }));
			assert_eq!(answer(id), honest());
		}
		assert_eq!(crate::Workloads::<Test>::iter().count(), 0);
	});
}

#[test]
fn batches_should_pass_over_what_is_not_valid() {
	one().run(|| {
		let ids = three();
		commit(ids[0], 1);
		let call = commit_many_call(1, &results(&ids));
		assert_eq!(validate(call.clone()).unwrap().provides.len(), 2);
		assert_ok!(submit(call).expect("two are valid"));
		assert!(ids.iter().all(|id| is_committed(*id)));

		let mut answers = results(&ids);
		answers[1].1 = lie();
		let call = reveal_many_call(1, &answers);
		assert_eq!(validate(call.clone()).unwrap().provides.len(), 2);
		assert_ok!(submit(call).expect("two are valid"));
		assert!(is_committed(ids[1]), "it does not open its commitment");
		assert!([ids[0], ids[2]].iter().all(|id| matches!(state(*id), RequestState::Provisional { .. })));
	});
}

#[test]
fn batches_should_pass_over_requests_that_are_gone_since_they_were_signed() {
	one().run(|| {
		let ids = three();
		let Call::commit_many { worker, entries, .. } = commit_many_call(1, &results(&ids)) else {
			unreachable!()
		};
		let mut entries = entries.to_vec();
		entries[0].request = 99;
		let signature = worker_pair(1).sign(commits_message(genesis(), &worker, &entries).as_bytes());
		let call = Call::commit_many { worker, entries: entries.try_into().unwrap(), signature };
		assert_ok!(submit(call).expect("two are valid"));
		assert_eq!(ids.iter().filter(|id| is_committed(**id)).count(), 2);
	});
}

#[test]
fn batches_should_be_refused_when_nothing_in_them_is_valid() {
	one().run(|| {
		let ids = three();
		assert_eq!(validate(commit_many_call(1, &[])), Err(InvalidTransaction::Stale.into()));
		let unknown = Err(UnknownTransaction::CannotLookup.into());
		assert_eq!(validate(reveal_many_call(1, &results(&ids))), unknown);
		let call = commit_many_call(1, &results(&ids));
		assert_ok!(submit(call.clone()).expect("valid"));
		assert_eq!(validate(call), Err(InvalidTransaction::Stale.into()));
		// One that may become valid keeps the others from being banned.
		let fresh = ask();
		let Call::commit_many { worker, mut entries, .. } = commit_many_call(1, &results(&ids)) else {
			unreachable!()
		};
		entries[0].request = fresh;
		let signature = worker_pair(1).sign(commits_message(genesis(), &worker, &entries).as_bytes());
		assert_eq!(validate(Call::commit_many { worker, entries, signature }), unknown);
	});
}

/// The same batch with another signature.
fn signed(call: Call<Test>, signature: WorkerSignature) -> Call<Test> {
	match call {
		Call::commit_many { worker, entries, .. } => Call::commit_many { worker, entries, signature },
		Call::reveal_many { worker, entries, .. } => Call::reveal_many { worker, entries, signature },
		_ => unreachable!(),
	}
}

#[test]
fn batches_should_be_refused_when_their_signature_is_bad() {
	one().run(|| {
		let ids = three();
		let bad = || Err(InvalidTransaction::BadProof.into());
		let Call::commit_many { worker, entries, .. } = commit_many_call(1, &results(&ids)) else {
			unreachable!()
		};
		let elsewhere = commits_message(Hash::repeat_byte(9), &worker, &entries);
		let foreign = worker_pair(1).sign(elsewhere.as_bytes());
		let others = worker_pair(2).sign(commits_message(genesis(), &worker, &entries).as_bytes());
		for signature in [foreign, others] {
			assert_eq!(validate(signed(commit_many_call(1, &results(&ids)), signature)), bad());
		}
		// One entry less than was signed.
		let Call::commit_many { signature, .. } = commit_many_call(1, &results(&ids)) else { unreachable!() };
		assert_eq!(validate(signed(commit_many_call(1, &results(&ids[1..])), signature)), bad());

		assert_ok!(submit(commit_many_call(1, &results(&ids))).expect("valid"));
		let reveal = reveal_many_call(1, &results(&ids));
		let forged = worker_pair(2).sign(b"something");
		assert_eq!(validate(signed(reveal, forged)), bad());
	});
}

#[test]
fn batches_should_be_worthless_for_other_requests_of_the_same_numbers() {
	one().run(|| {
		let ids = three();
		let Call::commit_many { worker, mut entries, .. } = commit_many_call(1, &results(&ids)) else {
			unreachable!()
		};
		entries[1].job = Hash::repeat_byte(1);
		let signature = worker_pair(1).sign(commits_message(genesis(), &worker, &entries).as_bytes());
		assert_ok!(submit(Call::commit_many { worker, entries, signature }).expect("two are valid"));
		assert!(!is_committed(ids[1]));
		commit(ids[1], 1);

		let Call::reveal_many { worker, mut entries, .. } = reveal_many_call(1, &results(&ids)) else {
			unreachable!()
		};
		entries[2].job = Hash::repeat_byte(1);
		let signature = worker_pair(1).sign(reveals_message(genesis(), &worker, &entries).as_bytes());
		assert_ok!(submit(Call::reveal_many { worker, entries, signature }).expect("two are valid"));
		assert!(is_committed(ids[2]));
	});
}

#[test]
fn entry_should_count_once_when_it_is_repeated() {
	one().run(|| {
		let id = three()[0];
		let call = commit_many_call(1, &results(&[id, id]));
		assert_eq!(validate(call.clone()).unwrap().provides.len(), 1);
		assert_ok!(submit(call).expect("valid"));
		assert!(is_committed(id));
		let committed = System::read_events_for_pallet::<Event<Test>>()
			.into_iter()
			.filter(|event| matches!(event, Event::Committed { .. }));
		assert_eq!(committed.count(), 1);
	});
}

#[test]
fn batch_and_single_submission_should_not_both_be_in_the_pool() {
	one().run(|| {
		let ids = three();
		let batch = validate(commit_many_call(1, &results(&ids))).unwrap();
		let single = validate(commit_call(ids[1], 1, bound(ids[1], 1, &digest()))).unwrap();
		assert!(batch.provides.contains(&single.provides[0]));
		let first = ids.iter().map(|id| deadline(*id)).min().unwrap();
		assert_eq!(batch.longevity, u64::from(first - System::block_number()) + 1);
	});
}

#[test]
fn batches_should_be_refused_when_the_origin_is_an_account() {
	one().run(|| {
		let ids = three();
		for call in [commit_many_call(1, &results(&ids)), reveal_many_call(1, &results(&ids))] {
			use sp_runtime::traits::Dispatchable;
			let refused = RuntimeCall::from(call).dispatch(origin(1)).expect_err("not authorised");
			assert_eq!(refused.error, DispatchError::BadOrigin);
		}
	});
}

#[test]
fn disputes_should_be_charged_for_when_a_batch_brings_them_about() {
	Builder::default().run(|| {
		let (id, workers) = quorum();
		commit(id, workers[0]);
		commit(id, workers[1]);
		commit_to(id, workers[2], &lie());
		reveal(id, workers[0]);
		reveal(id, workers[1]);
		let last = reveal_many_call(workers[2], &[(id, lie())]);
		let charged = submit(last).expect("valid").expect("valid").actual_weight.unwrap();
		assert!(matches!(state(id), RequestState::Disputed { .. }));
		assert_eq!(charged, Inference::weight_of_reveals(1, 5, 1));
		assert!(charged.any_gt(Inference::weight_of_reveals(1, 5, 0)));
	});
}

#[test]
fn advance_many_should_settle_what_is_due_for_free() {
	one().run(|| {
		let ids = three();
		assert_ok!(submit(commit_many_call(1, &results(&ids))).expect("valid"));
		assert_ok!(submit(reveal_many_call(1, &results(&ids[..2]))).expect("valid"));
		let waiting = ask();
		System::set_block_number(System::block_number() + WINDOW);
		let all = |ids: Vec<RequestId>| ids.try_into().expect("a batch");
		let mixed = vec![ids[0], 99, waiting, ids[1], ids[0], ids[2]];
		let done = Inference::advance_many(origin(25), all(mixed)).unwrap();
		assert_eq!(done.pays_fee, Pays::No);
		assert!(done.actual_weight.unwrap().all_lt(Inference::weight_of_settling(7) * 6));
		assert!(ids[..2].iter().all(|id| matches!(state(*id), RequestState::Final { .. })));
		// Missed deadlines are for `advance`.
		assert_eq!(round(ids[2]), 0, "it was committed to and not revealed in time");
		assert!(matches!(state(waiting), RequestState::Pending { .. }));
		let others = vec![ids[0], ids[2], waiting, 99];
		assert_noop!(Inference::advance_many(origin(25), all(others)), Error::<Test>::NothingDue);
		assert_ok!(Inference::advance(origin(25), ids[2]));
		assert_ok!(Inference::advance(origin(25), waiting));
		assert_noop!(Inference::advance_many(origin(25), all(vec![])), Error::<Test>::NothingDue);
		let nobody = Inference::advance_many(RawOrigin::None.into(), all(vec![ids[0]]));
		assert_noop!(nobody, DispatchError::BadOrigin);
		// Settled ones go when they have been readable for long enough.
		System::set_block_number(System::block_number() + RETENTION_PERIOD);
		assert_ok!(Inference::advance_many(origin(25), all(ids[..2].to_vec())));
		assert_eq!(Requests::<Test>::get(ids[0]), None);
	});
}
