//! Jurors show what they found.

use super::*;
use crate::Summons;
use assay_primitives::{Codec, ContentId, Outcome};
use frame_support::traits::UnfilteredDispatchable;

fn refused(call: Call<Test>, error: Error<Test>) {
	assert_noop!(call.dispatch_bypass_filter(frame_system::RawOrigin::Authorized.into()), error);
}

/// A jury that committed to this.
fn committed(text: &str) -> Vec<u8> {
	challenge();
	let jury = seated(ID);
	for n in &jury {
		commit(ID, *n, text);
	}
	jury
}

#[test]
fn reveal_should_show_what_the_juror_found() {
	Builder::default().run(|| {
		let n = committed("right")[0];
		reveal(ID, n, "right");
		let digest = result("right");
		assert_eq!(Juries::<Test>::get(ID, Tier::First)[0].vote, Vote::Revealed { digest, shown: None });
		assert!(matches!(dispute(ID).phase, Phase::Revealing { missing: 6, .. }));
		assert_eq!(Summons::<Test>::get(account(n)), vec![]);
		let event = Event::Revealed { request: ID, tier: Tier::First, juror: account(n), digest };
		assert_eq!(last_event(), event);
		assert_eq!(bond(n).locked, FEE, "until the verdict");
	});
}

#[test]
fn output_should_be_kept_once_when_no_claim_has_the_result() {
	Builder::default().run(|| {
		let jury = committed("third");
		reveal(ID, jury[0], "third");
		reveal(ID, jury[1], "third");
		let kept: Vec<_> = Outputs::<Test>::iter_prefix_values(ID).collect();
		assert_eq!(kept, [inline("third")]);
	});
}

#[test]
fn tier_should_be_over_in_the_block_after_the_last_reveal() {
	Builder::default().run(|| {
		for n in committed("right") {
			reveal(ID, n, "right");
		}
		assert!(matches!(dispute(ID).phase, Phase::Revealing { missing: 0, .. }));
		next_block();
		assert!(matches!(dispute(ID).phase, Phase::Decided { .. }));
	});
}

#[test]
fn tier_should_be_over_at_its_deadline() {
	Builder::default().run(|| {
		let jury = committed("right");
		for n in &jury[..5] {
			reveal(ID, *n, "right");
		}
		run_to(deadline(ID));
		assert!(matches!(dispute(ID).phase, Phase::Revealing { missing: 2, .. }));
		next_block();
		assert!(matches!(dispute(ID).phase, Phase::Decided { .. }));
		for n in jury {
			assert_eq!(Summons::<Test>::get(account(n)), vec![]);
		}
	});
}

#[test]
fn reveal_should_fail_before_all_have_committed() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		commit(ID, n, "right");
		refused(reveal_call(ID, n, result("right"), None), Error::TooEarlyToReveal);
		System::set_block_number(deadline(ID) + 1);
		refused(reveal_call(ID, n, result("right"), None), Error::TooEarlyToReveal);
	});
}

#[test]
fn reveal_should_fail_when_the_juror_has_not_committed() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		commit(ID, jury[0], "right");
		run_to(deadline(ID) + 1);
		refused(reveal_call(ID, jury[1], result("right"), None), Error::NotCommitted);
	});
}

#[test]
fn reveal_should_fail_when_it_is_the_second() {
	Builder::default().run(|| {
		let n = committed("right")[0];
		reveal(ID, n, "right");
		refused(reveal_call(ID, n, result("right"), None), Error::AlreadySubmitted);
	});
}

#[test]
fn reveal_should_fail_after_its_deadline_even_if_the_hooks_lag() {
	Builder::default().run(|| {
		let n = committed("right")[0];
		System::set_block_number(deadline(ID) + 1);
		refused(reveal_call(ID, n, result("right"), None), Error::DeadlinePassed);
	});
}

#[test]
fn reveal_should_fail_when_it_does_not_open_the_commitment() {
	Builder::default().run(|| {
		let n = committed("right")[0];
		refused(reveal_call(ID, n, result("wrong"), None), Error::CommitmentMismatch);
		let Call::reveal { request, tier, juror, digest, output, signature, .. } =
			reveal_call(ID, n, result("right"), None)
		else {
			unreachable!()
		};
		let salt = [6; 32];
		let other_salt = Call::reveal { request, tier, juror, digest, salt, output, signature };
		refused(other_salt, Error::CommitmentMismatch);
	});
}

#[test]
fn reveal_should_fail_when_it_is_a_copy_of_another_jurors() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		let copied = bound(ID, jury[0], &result("right"));
		commit(ID, jury[0], "right");
		assert_ok!(submit(commit_call(ID, jury[1], copied)).expect("nobody can see that it is a copy"));
		run_to(deadline(ID) + 1);
		refused(reveal_call(ID, jury[1], result("right"), None), Error::CommitmentMismatch);
	});
}

#[test]
fn reveal_should_fail_when_the_output_is_missing_or_needless_or_another() {
	Builder::default().run(|| {
		let n = committed("third")[0];
		refused(reveal_call(ID, n, result("third"), None), Error::OutputMissing);
		refused(reveal_call(ID, n, result("third"), Some(inline("forth"))), Error::OutputMismatch);
		refused(reveal_call(ID, n, result("wrong"), Some(inline("wrong"))), Error::NeedlessOutput);
	});
}

#[test]
fn reveal_should_fail_when_a_failed_execution_has_an_output() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		let failed = ResultDigest { outcome: Outcome::OutOfMemory, ..result("") };
		assert_ok!(submit(commit_call(ID, n, bound(ID, n, &failed))).expect("valid"));
		run_to(deadline(ID) + 1);
		let elsewhere = Payload::Content(ContentId { codec: Codec::Raw, digest: [1; 32] });
		refused(reveal_call(ID, n, failed, Some(elsewhere)), Error::OutputMismatch);
		assert_ok!(submit(reveal_call(ID, n, failed, Some(inline("")))).expect("valid"));
	});
}

#[test]
fn reveal_should_fail_when_it_claims_more_work_than_was_paid_for() {
	Builder::default().run(|| {
		let n = committed("right")[0];
		let greedy = ResultDigest { compute_units: COMPUTE_LIMIT + 1, ..result("right") };
		refused(reveal_call(ID, n, greedy, None), Error::ComputeLimitExceeded);
	});
}

#[test]
fn reveal_should_fail_when_the_tier_is_another() {
	Builder::default().run(|| {
		challenge();
		refused(reveal_call(ID, 2, result("right"), None), Error::NotSeated);
		let n = seated(ID)[0];
		let first = reveal_call(ID, n, result("right"), None);
		play(ID, |_| Nothing);
		refused(first, Error::TierOver);
		refused(reveal_call(ID, n, result("right"), None), Error::NotSeated);
		let n = seated(ID)[0];
		let Call::reveal { juror, digest, salt, output, signature, .. } =
			reveal_call(ID, n, result("right"), None)
		else {
			unreachable!()
		};
		let early = Call::reveal { request: ID, tier: Tier::Third, juror, digest, salt, output, signature };
		refused(early, Error::FutureTier);
	});
}

#[test]
fn reveal_should_fail_when_the_operator_is_no_juror() {
	Builder::default().run(|| {
		committed("right");
		for n in [WORKER, CHALLENGER, 0] {
			refused(reveal_call(ID, n, result("right"), None), Error::NotAJuror);
		}
	});
}

#[test]
fn reveal_should_fail_when_there_is_no_dispute_or_it_is_over() {
	Builder::default().run(|| {
		let n = settled()[6];
		refused(reveal_call(ID, n, result("right"), None), Error::TierOver);
		let late = reveal_call(ID, n, result("right"), None);
		run_to(System::block_number() + RETENTION_PERIOD + 1);
		refused(late, Error::UnknownDispute);
	});
}

#[test]
fn reveal_should_fail_when_it_is_not_authorized() {
	Builder::default().run(|| {
		let n = committed("right")[0];
		let call = reveal_call(ID, n, result("right"), None);
		for origin in [origin(n), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			let dispatched = call.clone().dispatch_bypass_filter(origin);
			assert_noop!(dispatched, sp_runtime::DispatchError::BadOrigin);
		}
	});
}
