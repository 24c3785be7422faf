//! Jurors bind themselves.

use super::*;

fn refused(call: Call<Test>, error: Error<Test>) {
	use frame_support::traits::UnfilteredDispatchable;
	let dispatched = call.dispatch_bypass_filter(frame_system::RawOrigin::Authorized.into());
	assert_noop!(dispatched, error);
}

fn commit_of(n: u8) -> Call<Test> {
	commit_call(ID, n, bound(ID, n, &result("right")))
}

#[test]
fn commit_should_bind_the_juror() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		commit(ID, n, "right");
		let commitment = bound(ID, n, &result("right"));
		assert_eq!(Juries::<Test>::get(ID, Tier::First)[0].vote, Vote::Committed(commitment));
		assert!(matches!(dispute(ID).phase, Phase::Committing { missing: 6, .. }));
		let event = Event::Committed { request: ID, tier: Tier::First, juror: account(n), commitment };
		assert_eq!(last_event(), event);
	});
}

#[test]
fn last_commit_should_open_the_reveals() {
	Builder::default().run(|| {
		challenge();
		for n in seated(ID) {
			commit(ID, n, "right");
		}
		assert!(matches!(dispute(ID).phase, Phase::Revealing { missing: 7, .. }));
		assert_eq!(deadline(ID), System::block_number() + REVEAL_PERIOD);
		let event = Event::CommitsClosed { request: ID, tier: Tier::First, deadline: deadline(ID) };
		assert_eq!(last_event(), event);
	});
}

#[test]
fn commits_should_close_at_their_deadline() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		commit(ID, jury[0], "right");
		run_to(deadline(ID));
		commit(ID, jury[1], "right");
		next_block();
		assert!(matches!(dispute(ID).phase, Phase::Revealing { missing: 2, .. }));
		refused(commit_of(jury[2]), Error::DeadlinePassed);
	});
}

#[test]
fn tier_should_be_over_when_nobody_commits() {
	Builder::default().run(|| {
		challenge();
		seated(ID);
		run_to(deadline(ID) + 1);
		assert_eq!(dispute(ID).tier, Tier::Second);
		assert!(events().contains(&Event::Undecided { request: ID, tier: Tier::First }));
	});
}

#[test]
fn commit_should_fail_when_there_is_no_dispute() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		let Call::commit { tier, juror, commitment, signature, .. } = commit_of(n) else { unreachable!() };
		refused(Call::commit { request: ID + 1, tier, juror, commitment, signature }, Error::UnknownDispute);
	});
}

#[test]
fn commit_should_fail_when_the_tier_is_another() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		let Call::commit { juror, commitment, signature, .. } = commit_of(n) else { unreachable!() };
		let in_tier = |tier| {
			let (juror, signature) = (juror.clone(), signature.clone());
			Call::commit { request: ID, tier, juror, commitment, signature }
		};
		refused(in_tier(Tier::Second), Error::FutureTier);
		play(ID, |_| Nothing);
		refused(in_tier(Tier::First), Error::TierOver);
		refused(in_tier(Tier::Second), Error::NotSeated);
	});
}

#[test]
fn commit_should_fail_when_the_jury_is_not_complete() {
	Builder::default().run(|| {
		challenge();
		refused(commit_of(2), Error::NotSeated);
	});
}

#[test]
fn commit_should_fail_when_the_operator_is_no_juror() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		let other = (2..=60).find(|n| !jury.contains(n)).unwrap();
		for n in [other, WORKER, CHALLENGER, 0] {
			refused(commit_of(n), Error::NotAJuror);
		}
	});
}

#[test]
fn commit_should_fail_when_it_is_the_second() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		commit(ID, n, "right");
		refused(commit_call(ID, n, bound(ID, n, &result("wrong"))), Error::AlreadySubmitted);
	});
}

#[test]
fn commit_should_fail_after_its_deadline_even_if_the_hooks_lag() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		System::set_block_number(deadline(ID) + 1);
		refused(commit_of(n), Error::DeadlinePassed);
	});
}

#[test]
fn commit_should_fail_when_the_tier_has_found_something() {
	Builder::default().run(|| {
		let jury = decided();
		refused(commit_of(jury[0]), Error::TierOver);
		settle(ID);
		refused(commit_of(jury[0]), Error::TierOver);
	});
}

#[test]
fn commit_should_fail_when_it_is_not_authorized() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		let Call::commit { request, tier, juror, commitment, signature } = commit_of(n) else {
			unreachable!()
		};
		for origin in [origin(n), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(
				Jurors::commit(origin, request, tier, juror.clone(), commitment, signature.clone()),
				sp_runtime::DispatchError::BadOrigin
			);
		}
	});
}
