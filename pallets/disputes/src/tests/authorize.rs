//! What enters the pool: the checks of `authorize`, its errors and its tags.

use super::*;
use crate::vote::invalid;
use sp_runtime::transaction_validity::{
	InvalidTransaction, TransactionValidityError, UnknownTransaction, ValidTransaction,
};

fn refused(call: Call<Test>, error: impl Into<TransactionValidityError>) {
	assert_eq!(validate(call), Err(error.into()));
}

/// Signs a commitment for other facts than those of the dispute.
fn commit_signed_for(
	n: u8,
	facts: impl FnOnce(Hash, RequestId, Tier, Hash) -> (Hash, RequestId, Tier, Hash),
) -> Call<Test> {
	let (juror, commitment) = (account(n), bound(ID, n, &result("right")));
	let tier = dispute(ID).tier;
	let (genesis, request, signed_tier, job) = facts(genesis(), ID, tier, dispute(ID).case.job);
	let message = jury_commit_message(genesis, request, signed_tier, job, &juror, commitment);
	let signature = worker_pair(n).sign(message.as_bytes());
	Call::commit { request: ID, tier, juror, commitment, signature }
}

#[test]
fn valid_submissions_should_be_propagated_until_their_deadline() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		let call = commit_call(ID, jury[0], bound(ID, jury[0], &result("right")));
		let ValidTransaction { requires, provides, longevity, propagate, priority } = validate(call).unwrap();
		assert!(requires.is_empty() && propagate && priority > 0);
		assert_eq!((provides.len(), longevity), (1, u64::from(COMMIT_PERIOD) + 1));
		let other = validate(commit_call(ID, jury[1], bound(ID, jury[1], &result("right")))).unwrap();
		assert_ne!(provides, other.provides, "jurors do not stand in each other's way");

		for n in &jury {
			commit(ID, *n, "right");
		}
		let revealed = validate(reveal_call(ID, jury[0], result("right"), None)).unwrap();
		assert_eq!(revealed.longevity, u64::from(REVEAL_PERIOD) + 1);
		assert_ne!(revealed.provides, provides);
	});
}

#[test]
fn conflicting_commitments_should_not_both_be_in_the_pool() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		let provides = |commitment| validate(commit_call(ID, n, commitment)).unwrap().provides;
		assert_eq!(provides(Hash::repeat_byte(1)), provides(Hash::repeat_byte(2)));
	});
}

#[test]
fn commit_should_be_refused_when_the_signature_is_bad() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		let bad = InvalidTransaction::BadProof;
		let elsewhere = Hash::repeat_byte(1);
		refused(commit_signed_for(n, |_, r, t, j| (elsewhere, r, t, j)), bad);
		refused(commit_signed_for(n, |g, r, t, j| (g, r + 1, t, j)), bad);
		refused(commit_signed_for(n, |g, r, _, j| (g, r, Tier::Second, j)), bad);
		refused(commit_signed_for(n, |g, r, t, _| (g, r, t, elsewhere)), bad);
		assert_ok!(validate(commit_signed_for(n, |g, r, t, j| (g, r, t, j))));
		let Call::commit { request, tier, juror, commitment, .. } =
			commit_signed_for(n, |g, r, t, j| (g, r, t, j))
		else {
			unreachable!()
		};
		let message = jury_commit_message(genesis(), ID, tier, dispute(ID).case.job, &juror, commitment);
		let signature = worker_pair(n + 100).sign(message.as_bytes());
		refused(Call::commit { request, tier, juror, commitment, signature }, bad);
	});
}

#[test]
fn what_was_signed_as_a_worker_should_be_worthless_in_a_jury() {
	use assay_primitives::commitment::commit_message;
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		let (juror, commitment) = (account(n), bound(ID, n, &result("right")));
		let message = commit_message(genesis(), ID, 0, dispute(ID).case.job, &juror, commitment);
		let signature = worker_pair(n).sign(message.as_bytes());
		let call = Call::commit { request: ID, tier: Tier::First, juror, commitment, signature };
		refused(call, InvalidTransaction::BadProof);
	});
}

#[test]
fn reveal_should_be_refused_when_the_output_was_replaced() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		for n in &jury {
			commit(ID, *n, "third");
		}
		let Call::reveal { request, tier, juror, digest, salt, signature, .. } =
			reveal_call(ID, jury[0], result("third"), Some(inline("third")))
		else {
			unreachable!()
		};
		let nowhere = assay_primitives::ContentId { codec: assay_primitives::Codec::Raw, digest: [0; 32] };
		let output = Some(Payload::Content(nowhere));
		refused(
			Call::reveal { request, tier, juror, digest, salt, output, signature },
			InvalidTransaction::BadProof,
		);
	});
}

#[test]
fn submissions_should_be_unknown_when_a_later_block_may_make_them_valid() {
	Builder::default().run(|| {
		challenge();
		let early = commit_call(ID, 2, bound(ID, 2, &result("right")));
		refused(early, UnknownTransaction::CannotLookup);
		let n = seated(ID)[0];
		commit(ID, n, "right");
		refused(reveal_call(ID, n, result("right"), None), UnknownTransaction::CannotLookup);
		let Call::commit { juror, commitment, signature, .. } =
			commit_call(ID, n, bound(ID, n, &result("right")))
		else {
			unreachable!()
		};
		for (request, tier) in [(ID + 1, Tier::First), (ID, Tier::Second)] {
			let (juror, signature) = (juror.clone(), signature.clone());
			let call = Call::commit { request, tier, juror, commitment, signature };
			refused(call, UnknownTransaction::CannotLookup);
		}
	});
}

#[test]
fn submissions_should_be_stale_when_they_are_too_late() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		let first = commit_call(ID, jury[0], bound(ID, jury[0], &result("right")));
		commit(ID, jury[0], "right");
		refused(first, InvalidTransaction::Stale);
		let late = commit_call(ID, jury[1], bound(ID, jury[1], &result("right")));
		run_to(deadline(ID) + 1);
		refused(late, InvalidTransaction::Stale);
		let open = reveal_call(ID, jury[0], result("right"), None);
		reveal(ID, jury[0], "right");
		refused(open, InvalidTransaction::Stale);
	});
}

#[test]
fn submissions_should_be_invalid_when_no_block_makes_them_valid() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		let custom = InvalidTransaction::Custom;
		let outsider = commit_call(ID, WORKER, bound(ID, WORKER, &result("right")));
		refused(outsider, custom(invalid::NOT_A_JUROR));
		for n in &jury {
			commit(ID, *n, "third");
		}
		let open = |digest, output| reveal_call(ID, jury[0], digest, output);
		let third = result("third");
		refused(open(result("wrong"), None), custom(invalid::COMMITMENT_MISMATCH));
		refused(open(third, Some(inline("other"))), custom(invalid::OUTPUT_MISMATCH));
		refused(open(third, None), custom(invalid::OUTPUT_MISPLACED));
		refused(open(result("wrong"), Some(inline("wrong"))), custom(invalid::OUTPUT_MISPLACED));
		let greedy = ResultDigest { compute_units: COMPUTE_LIMIT + 1, ..third };
		refused(open(greedy, Some(inline("third"))), custom(invalid::COMPUTE_LIMIT_EXCEEDED));
		assert_ok!(validate(open(third, Some(inline("third")))));
	});
}
