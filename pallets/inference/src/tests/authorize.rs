//! What enters the pool: the checks of `authorize`, its errors and its tags.

use super::*;
use crate::answer::invalid;
use assay_primitives::{Codec, ContentId, Hash};
use sp_runtime::transaction_validity::{
	InvalidTransaction, TransactionValidityError, UnknownTransaction, ValidTransaction,
};

fn refused(call: Call<Test>, error: impl Into<TransactionValidityError>) {
	assert_eq!(validate(call), Err(error.into()));
}

/// Signs a commitment for other facts than those of the request.
fn commit_signed_for(
	id: RequestId,
	n: u8,
	facts: impl FnOnce(Hash, RequestId, Round, JobId) -> (Hash, RequestId, Round, JobId),
) -> Call<Test> {
	let worker = account(n);
	let commitment = bound(id, n, &digest());
	let (genesis, request, signed_round, job) = facts(genesis(), id, round(id), job(id));
	let message = commit_message(genesis, request, signed_round, job, &worker, commitment);
	let signature = worker_pair(n).sign(message.as_bytes());
	Call::commit { request: id, round: round(id), worker, commitment, signature }
}

#[test]
fn valid_submissions_should_be_propagated_until_their_deadline() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		let call = commit_call(id, worker, bound(id, worker, &digest()));
		let ValidTransaction { requires, provides, longevity, propagate, priority } = validate(call).unwrap();
		assert!(requires.is_empty() && propagate && priority > 0);
		assert_eq!(provides.len(), 1);
		assert_eq!(longevity, u64::from(FULL_COMMIT_PERIOD) + 1);
		next_block();
		let call = commit_call(id, worker, bound(id, worker, &digest()));
		assert_eq!(validate(call).unwrap().longevity, u64::from(FULL_COMMIT_PERIOD));

		commit(id, worker);
		let revealed = validate(reveal_call(id, worker, digest(), output())).unwrap();
		assert_eq!(revealed.longevity, u64::from(deadline(id) - System::block_number()) + 1);
		assert_ne!(revealed.provides, provides);
	});
}

#[test]
fn conflicting_commitments_should_not_both_be_in_the_pool() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		let provides = |commitment| validate(commit_call(id, worker, commitment)).unwrap().provides;
		assert_eq!(provides(Hash::repeat_byte(1)), provides(Hash::repeat_byte(2)));
	});
}

#[test]
fn commit_should_be_refused_when_the_signature_is_bad() {
	Builder::default().run(|| {
		let id = ask();
		let n = assigned(id);
		let other_key = {
			let commitment = bound(id, n, &digest());
			let message = commit_message(genesis(), id, 0, job(id), &account(n), commitment);
			let signature = worker_pair(n + 100).sign(message.as_bytes());
			Call::commit { request: id, round: 0, worker: account(n), commitment, signature }
		};
		refused(other_key, InvalidTransaction::BadProof);
		let elsewhere = Hash::repeat_byte(1);
		refused(commit_signed_for(id, n, |_, r, o, j| (elsewhere, r, o, j)), InvalidTransaction::BadProof);
		refused(commit_signed_for(id, n, |g, r, o, j| (g, r + 1, o, j)), InvalidTransaction::BadProof);
		refused(commit_signed_for(id, n, |g, r, o, j| (g, r, o + 1, j)), InvalidTransaction::BadProof);
		// After a re-organisation the number may belong to another request. What was signed for the first is worthless.
		refused(commit_signed_for(id, n, |g, r, o, _| (g, r, o, elsewhere)), InvalidTransaction::BadProof);
		assert_ok!(validate(commit_signed_for(id, n, |g, r, o, j| (g, r, o, j))));
	});
}

#[test]
fn commit_should_be_refused_when_the_worker_was_not_drawn() {
	Builder::default().run(|| {
		let id = ask();
		let other = assigned(id) % 3 + 1;
		let call = commit_call(id, other, bound(id, other, &digest()));
		refused(call, InvalidTransaction::Custom(invalid::NOT_THE_WORKER));
	});
}

#[test]
fn submissions_should_be_unknown_when_a_later_block_may_make_them_valid() {
	Builder::default().run(|| {
		let id = ask();
		let early = |n| commit_call(id, n, bound(id, n, &digest()));
		refused(early(1), UnknownTransaction::CannotLookup);
		let worker = assigned(id);
		refused(reveal_call(id, worker, digest(), output()), UnknownTransaction::CannotLookup);
		let Call::commit { round, worker, commitment, signature, .. } = early(worker) else { unreachable!() };
		let unknown = Call::commit {
			request: id + 1,
			round,
			worker: worker.clone(),
			commitment,
			signature: signature.clone(),
		};
		refused(unknown, UnknownTransaction::CannotLookup);
		let next_round = Call::commit { request: id, round: round + 1, worker, commitment, signature };
		refused(next_round, UnknownTransaction::CannotLookup);
	});
}

#[test]
fn submissions_should_be_stale_when_they_are_too_late() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		let first = commit_call(id, worker, bound(id, worker, &digest()));
		System::set_block_number(deadline(id) + 1);
		refused(first.clone(), InvalidTransaction::Stale);
		System::set_block_number(deadline(id));
		commit(id, worker);
		refused(first, InvalidTransaction::Stale);

		let open = reveal_call(id, worker, digest(), output());
		System::set_block_number(deadline(id) + 1);
		refused(open.clone(), InvalidTransaction::Stale);
		System::set_block_number(deadline(id));
		reveal(id, worker);
		refused(open.clone(), InvalidTransaction::Stale);
		run_to(System::block_number() + WINDOW);
		refused(open, InvalidTransaction::Stale);
	});
}

#[test]
fn submissions_should_be_stale_when_the_round_is_over() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		let late = commit_call(id, worker, bound(id, worker, &digest()));
		run_to(deadline(id) + 1);
		refused(late, InvalidTransaction::Stale);
	});
}

#[test]
fn reveal_should_be_refused_when_it_does_not_match() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		let other = ResultDigest { compute_units: UNITS + 1, ..digest() };
		let custom = InvalidTransaction::Custom;
		refused(reveal_call(id, worker, other, output()), custom(invalid::COMMITMENT_MISMATCH));
		refused(reveal_call(id, worker, digest(), inline(b"eight")), custom(invalid::OUTPUT_MISMATCH));
		let greedy = ResultDigest { compute_units: COMPUTE_LIMIT + 1, ..digest() };
		refused(reveal_call(id, worker, greedy, output()), custom(invalid::COMPUTE_LIMIT_EXCEEDED));
		assert_ok!(validate(reveal_call(id, worker, digest(), output())));
	});
}

#[test]
fn opening_should_be_worthless_to_somebody_who_names_another_content_id() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		let Call::reveal { request, round, worker, digest, salt, signature, .. } =
			reveal_call(id, worker, digest(), output())
		else {
			unreachable!()
		};
		let nowhere = Payload::Content(ContentId { codec: Codec::Raw, digest: [0; 32] });
		let hijacked = Call::reveal { request, round, worker, digest, salt, output: nowhere, signature };
		refused(hijacked, InvalidTransaction::BadProof);
	});
}
