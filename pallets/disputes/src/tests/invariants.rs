//! Every invariant detects the corruption it is there for.

use super::*;
use crate::{
	Agenda, AgendaCursor, NextDispute, Numbers, Proven, Summons,
	types::{Appeal, Finding, Jury},
};
use frame_support::traits::{
	fungible::{Mutate, MutateHold},
	tokens::{Fortitude, Precision, Preservation},
};
use sp_runtime::TryRuntimeError;

/// A dispute in the phase that `begin` brings it to; `corrupt` breaks something; `try_state` has to say what.
fn detects(expected: &'static str, begin: fn(), corrupt: impl FnOnce()) {
	Builder::default().build().execute_with(|| {
		begin();
		assert_ok!(Jurors::do_try_state());
		corrupt();
		assert_eq!(Jurors::do_try_state(), Err(TryRuntimeError::Other(expected)));
	});
}

fn committing() {
	challenge();
	let jury = seated(ID);
	commit(ID, jury[0], "right");
}

/// Two jurors of seven have revealed "third", which no claim says.
fn revealing() {
	challenge();
	let jury = seated(ID);
	for n in &jury {
		commit(ID, *n, "third");
	}
	for n in &jury[..2] {
		reveal(ID, *n, "third");
	}
}

fn appealed() {
	decided();
	assert_ok!(Jurors::appeal(origin(OTHER), ID, 30_000));
}

fn second_tier() {
	decided();
	appeal(ID);
	seated(ID);
}

fn paying() {
	decided();
	until(ID, |dispute| matches!(dispute.phase, Phase::Paying { .. }));
}

fn over() {
	settled();
}

fn change(change: impl FnOnce(&mut Dispute<Test>)) {
	Disputes::<Test>::mutate(ID, |dispute| change(dispute.as_mut().expect("opened before")));
}

fn change_jury(tier: Tier, change: impl FnOnce(&mut Jury)) {
	Juries::<Test>::mutate(ID, tier, change);
}

fn change_appeal(change: impl FnOnce(&mut Appeal)) {
	Appeals::<Test>::mutate(ID, Tier::First, |appeal| change(appeal.as_mut().expect("appealed before")));
}

#[test]
fn try_state_should_detect_a_dispute_under_another_request() {
	detects("a dispute is kept under another request than its own", committing, || {
		change(|dispute| dispute.case.request += 1);
	});
}

#[test]
fn try_state_should_detect_a_number_that_was_not_given() {
	detects("a dispute has a number that was not given yet", committing, || NextDispute::<Test>::put(0));
}

#[test]
fn try_state_should_detect_a_number_that_leads_elsewhere() {
	detects("a dispute's number leads elsewhere", committing, || Numbers::<Test>::insert(0, ID + 1));
}

#[test]
fn try_state_should_detect_a_number_without_dispute() {
	detects("a number is kept without its dispute", committing, || Numbers::<Test>::insert(9, 9));
}

#[test]
fn try_state_should_detect_a_change_before_the_dispute() {
	detects("a dispute changed before it was opened", committing, || {
		change(|dispute| dispute.opened_at = dispute.changed_at + 1);
	});
}

#[test]
fn try_state_should_detect_a_decision_without_finding() {
	detects("a jury decided on nothing", appealed, || change(|dispute| dispute.standing = None));
}

#[test]
fn try_state_should_detect_a_last_tier_that_waits() {
	detects("the last tier waits for an appeal", appealed, || change(|dispute| dispute.tier = Tier::Third));
}

#[test]
fn try_state_should_detect_a_jury_to_come() {
	detects("a jury sits in a tier to come", committing, || {
		Juries::<Test>::insert(ID, Tier::Second, Juries::<Test>::get(ID, Tier::First));
	});
}

#[test]
fn try_state_should_detect_a_jury_that_is_too_large() {
	detects("a jury is larger than its tier", committing, || {
		change_jury(Tier::First, |jury| jury.try_push(jury[1].clone()).unwrap());
	});
}

#[test]
fn try_state_should_detect_a_jury_that_is_too_small() {
	detects("a jury is too small to settle anything", committing, || {
		change_jury(Tier::First, |jury| jury.truncate(2));
	});
}

#[test]
fn try_state_should_detect_a_juror_who_is_involved() {
	for involved in [WORKER, CHALLENGER, REQUESTER] {
		detects("a juror is involved or sits twice", committing, || {
			change_jury(Tier::First, |jury| jury[1].juror = account(involved));
		});
	}
}

#[test]
fn try_state_should_detect_a_juror_who_sits_twice() {
	detects("a juror is involved or sits twice", second_tier, || {
		let first = jurors(ID, Tier::First)[0];
		change_jury(Tier::Second, |jury| jury[0].juror = account(first));
	});
}

#[test]
fn try_state_should_detect_a_jury_without_dispute() {
	detects("a jury is kept without its dispute", committing, || {
		Juries::<Test>::insert(ID + 1, Tier::First, Juries::<Test>::get(ID, Tier::First));
	});
}

#[test]
fn try_state_should_detect_a_vote_before_the_jury_is_complete() {
	detects("a juror spoke before the jury was complete", committing, || {
		change(|dispute| dispute.phase = Jurors::drawing(System::block_number()));
	});
}

#[test]
fn try_state_should_detect_a_miscounted_commitment() {
	detects("another number of commitments is missing", committing, || {
		change_jury(Tier::First, |jury| jury[0].vote = Vote::Awaited);
	});
}

#[test]
fn try_state_should_detect_a_jury_that_waits_for_nothing() {
	detects("a jury waits for commitments that are all there", committing, || {
		change_jury(Tier::First, |jury| {
			jury.iter_mut().for_each(|seat| seat.vote = Vote::Committed(Hash::zero()));
		});
		change(|dispute| dispute.phase = Phase::Committing { missing: 0, deadline: deadline_of(dispute) });
	});
}

fn deadline_of(dispute: &Dispute<Test>) -> BlockNumber {
	match dispute.phase {
		Phase::Committing { deadline, .. } => deadline,
		_ => unreachable!("it is committing"),
	}
}

#[test]
fn try_state_should_detect_a_reveal_before_all_committed() {
	detects("a juror revealed before all committed", committing, || {
		change_jury(Tier::First, |jury| {
			jury[0].vote = Vote::Revealed { digest: result("right"), shown: None };
		});
	});
}

#[test]
fn try_state_should_detect_a_miscounted_reveal() {
	detects("another number of reveals is missing", revealing, || {
		change_jury(Tier::First, |jury| jury[6].vote = Vote::Awaited);
	});
}

#[test]
fn try_state_should_detect_an_output_that_was_not_needed() {
	detects("an output was shown that was known, or not shown", revealing, || {
		change_jury(Tier::First, |jury| {
			let Vote::Revealed { shown, .. } = jury[0].vote else { unreachable!() };
			jury[0].vote = Vote::Revealed { digest: result("right"), shown };
		});
	});
}

#[test]
fn try_state_should_detect_a_lost_output() {
	detects("outputs are not exactly those that may still be needed", revealing, || {
		let _ = Outputs::<Test>::clear_prefix(ID, 9, None);
	});
}

#[test]
fn try_state_should_detect_an_output_that_nobody_needs() {
	detects("outputs are not exactly those that may still be needed", over, || {
		Outputs::<Test>::insert(ID, Hash::zero(), inline("late"));
	});
}

#[test]
fn try_state_should_detect_an_output_that_does_not_stand() {
	detects("outputs are not exactly those that may still be needed", appealed, || {
		change(|dispute| {
			let digest = result("third");
			dispute.standing = Some(Finding { digest, output: Some(Hash::zero()), jury: 7 });
		});
	});
}

#[test]
fn try_state_should_detect_an_equivocation_that_counts_twice() {
	detects("an equivocation was proven twice", committing, || {
		let subject = Subject::Request { request: 1, round: 0, job: Hash::zero() };
		Proven::<Test>::mutate(worker_pair(1).public(), |proven| {
			*proven = vec![subject, subject].try_into().unwrap();
		});
	});
}

#[test]
fn try_state_should_detect_an_appeal_without_dispute() {
	detects("an appeal is kept without its dispute", appealed, || {
		let appeal = Appeals::<Test>::take(ID, Tier::First).unwrap();
		Appeals::<Test>::insert(ID + 1, Tier::First, appeal);
	});
}

#[test]
fn try_state_should_detect_an_appeal_that_outlived_the_verdict() {
	detects("an appeal outlived the verdict", over, || {
		let contributions = sp_runtime::bounded_vec![(account(OTHER), 0)];
		Appeals::<Test>::insert(ID, Tier::First, Appeal { against: result("right"), contributions });
	});
}

#[test]
fn try_state_should_detect_an_appeal_after_the_last_tier() {
	detects("there is no appeal after the last tier", appealed, || {
		let appeal = Appeals::<Test>::take(ID, Tier::First).unwrap();
		Appeals::<Test>::insert(ID, Tier::Third, appeal);
	});
}

#[test]
fn try_state_should_detect_an_appeal_against_a_finding_to_come() {
	detects("an appeal is against a finding to come", appealed, || {
		let appeal = Appeals::<Test>::take(ID, Tier::First).unwrap();
		Appeals::<Test>::insert(ID, Tier::Second, appeal);
	});
}

#[test]
fn try_state_should_detect_an_appeal_that_waits_although_it_is_filled() {
	detects("an appeal waits that is filled, or does not that is not", appealed, || {
		change_appeal(|appeal| appeal.contributions[0].1 = 36_000);
	});
}

#[test]
fn try_state_should_detect_an_appeal_that_was_not_filled() {
	detects("an appeal waits that is filled, or does not that is not", second_tier, || {
		change_appeal(|appeal| appeal.contributions[0].1 -= 1);
	});
}

#[test]
fn try_state_should_detect_a_second_contribution() {
	detects("somebody contributed to an appeal twice", appealed, || {
		change_appeal(|appeal| {
			let again = appeal.contributions[0].0.clone();
			appeal.contributions.try_push((again, 0)).unwrap();
		});
	});
}

#[test]
fn try_state_should_detect_a_deadline_of_no_dispute() {
	detects("the agenda names a dispute that does not exist", committing, || {
		Agenda::<Test>::insert(500, 99, ());
	});
}

#[test]
fn try_state_should_detect_a_second_deadline() {
	detects("the agenda has a dispute under another block than its own", committing, || {
		Agenda::<Test>::insert(500, ID, ());
	});
}

#[test]
fn try_state_should_detect_a_deadline_other_than_the_phase_says() {
	detects("the agenda has a dispute under another block than its phase says", committing, || {
		let due = dispute(ID).due;
		Agenda::<Test>::remove(due, ID);
		Agenda::<Test>::insert(due + 1, ID, ());
		change(|dispute| dispute.due += 1);
	});
}

#[test]
fn try_state_should_detect_a_missing_deadline() {
	for begin in [committing, revealing, appealed, second_tier, paying, over] {
		detects("a dispute is missing in the agenda", begin, || Agenda::<Test>::remove(dispute(ID).due, ID));
	}
}

#[test]
fn try_state_should_detect_a_deadline_that_the_hooks_have_passed() {
	detects("the hooks have passed a dispute of the agenda", committing, || {
		AgendaCursor::<Test>::put(1_000);
	});
}

/// The first juror is summoned to these disputes.
fn summon(to: Vec<RequestId>) {
	let juror = account(jurors(ID, Tier::First)[0]);
	Summons::<Test>::mutate(juror, |duties| *duties = to.try_into().unwrap());
}

#[test]
fn try_state_should_detect_a_juror_who_was_not_summoned() {
	detects("summons are not exactly the jurors that have to submit something", committing, || {
		Summons::<Test>::remove(account(jurors(ID, Tier::First)[0]));
	});
}

#[test]
fn try_state_should_detect_a_summons_that_was_followed() {
	detects("summons are not exactly the jurors that have to submit something", revealing, || {
		summon(vec![ID]);
	});
}

#[test]
fn try_state_should_detect_a_second_summons() {
	detects("a juror is summoned twice", committing, || {
		summon(vec![ID, ID]);
	});
}

#[test]
fn try_state_should_detect_an_unknown_juror() {
	detects("an unknown operator is a juror", committing, || {
		change_jury(Tier::First, |jury| jury[1].juror = account(199));
	});
}

#[test]
fn try_state_should_detect_a_bond_that_was_released() {
	detects("a hold is not the sum of an account's bonds or contributions", committing, || {
		let reason = HoldReason::Challenge.into();
		assert_ok!(Balances::release(&reason, &account(CHALLENGER), 1, Precision::Exact));
	});
}

#[test]
fn try_state_should_detect_a_bond_that_outlived_the_verdict() {
	detects("a hold is not the sum of an account's bonds or contributions", over, || {
		assert_ok!(Balances::hold(&HoldReason::Challenge.into(), &account(CHALLENGER), 1));
	});
}

#[test]
fn try_state_should_detect_a_contribution_that_was_released() {
	detects("a hold is not the sum of an account's bonds or contributions", appealed, || {
		let reason = HoldReason::Appeal.into();
		assert_ok!(Balances::release(&reason, &account(OTHER), 1, Precision::Exact));
	});
}

#[test]
fn try_state_should_detect_a_pot_that_lacks_something() {
	detects("the pot has less than it owes", paying, || {
		let (preserve, exact) = (Preservation::Preserve, Precision::Exact);
		assert_ok!(Balances::burn_from(&Jurors::pot(), 1, preserve, exact, Fortitude::Force));
	});
}
