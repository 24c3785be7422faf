//! Money for the next jury.

use super::*;
use crate::types::MaxAppellants;
use frame_support::traits::Get;

/// What an appeal to the second tier takes: 1.2 × 15 × F.
const TARGET: Balance = 36_000;
const LEAST: Balance = TARGET / 16;

fn contribute(n: u8, amount: Balance) {
	assert_ok!(Jurors::appeal(origin(n), ID, amount));
}

#[test]
fn appeal_should_draw_the_next_jury_once_it_is_filled() {
	Builder::default().run(|| {
		decided();
		contribute(OTHER, 30_000);
		let appealed = |appellant, amount, missing| Event::Appealed {
			request: ID,
			tier: Tier::First,
			appellant: account(appellant),
			amount,
			missing,
		};
		assert_eq!(last_event(), appealed(OTHER, 30_000, 6_000));
		assert!(matches!(dispute(ID).phase, Phase::Decided { .. }));
		contribute(OTHER + 1, Balance::MAX);
		assert_eq!(last_event(), appealed(OTHER + 1, 6_000, 0));
		assert_eq!(held(OTHER + 1, HoldReason::Appeal), 6_000, "no more than was missing");
		assert!(matches!(dispute(ID).phase, Phase::Drawing { .. }));
		assert_eq!((dispute(ID).tier, seated(ID).len()), (Tier::Second, 15));
	});
}

#[test]
fn contributions_of_one_account_should_add_up() {
	Builder::default().run(|| {
		decided();
		contribute(OTHER, LEAST);
		contribute(OTHER, LEAST);
		let appeal = Appeals::<Test>::get(ID, Tier::First).unwrap();
		assert_eq!(appeal.contributions.into_inner(), [(account(OTHER), 2 * LEAST)]);
		assert_eq!(held(OTHER, HoldReason::Appeal), 2 * LEAST);
	});
}

#[test]
fn least_contributions_should_fill_an_appeal() {
	Builder::default().run(|| {
		decided();
		let places: u32 = MaxAppellants::get();
		for n in 1..=places as u8 {
			assert!(matches!(dispute(ID).phase, Phase::Decided { .. }));
			contribute(n, LEAST);
		}
		assert_eq!(dispute(ID).tier, Tier::Second);
	});
}

#[test]
fn unfilled_appeal_should_be_returned_at_its_deadline() {
	Builder::default().run(|| {
		decided();
		contribute(OTHER, TARGET - LEAST);
		run_to(deadline(ID) + 1);
		assert_eq!(TestRequests::verdict(ID), Some(verdict("right")));
		assert_eq!((free(OTHER), held(OTHER, HoldReason::Appeal)), (INITIAL_BALANCE, 0));
		assert!(events().contains(&Event::AppealReturned { request: ID, tier: Tier::First }));
	});
}

#[test]
fn appeal_that_was_right_should_be_returned() {
	Builder::default().run(|| {
		challenge();
		play(ID, |_| Finds("wrong"));
		appeal(ID);
		play(ID, |_| Finds("right"));
		settle(ID);
		assert_eq!(TestRequests::verdict(ID), Some(verdict("right")));
		assert_eq!((free(OTHER), held(OTHER, HoldReason::Appeal)), (INITIAL_BALANCE, 0));
	});
}

#[test]
fn appeal_that_was_wrong_should_be_lost() {
	Builder::default().run(|| {
		decided();
		appeal(ID);
		play(ID, |_| Finds("right"));
		settle(ID);
		assert_eq!((free(OTHER), held(OTHER, HoldReason::Appeal)), (INITIAL_BALANCE - TARGET, 0));
		assert!(events().contains(&Event::AppealLost { request: ID, tier: Tier::First, lost: TARGET }));
	});
}

#[test]
fn appeals_should_be_judged_by_the_last_tier() {
	let target: Balance = 12 * 31 * FEE / 10;
	Builder::default().run(|| {
		decided();
		appeal(ID);
		play(ID, |_| Finds("wrong"));
		assert_ok!(Jurors::appeal(origin(OTHER + 1), ID, Balance::MAX));
		assert_eq!(held(OTHER + 1, HoldReason::Appeal), target);
		play(ID, |_| Finds("right"));
		settle(ID);
		assert_eq!(free(OTHER), INITIAL_BALANCE - TARGET, "the first finding was right");
		assert_eq!(free(OTHER + 1), INITIAL_BALANCE, "the second was not");
	});
}

#[test]
fn appeals_should_be_returned_when_the_dispute_is_void() {
	Builder::default().run(|| {
		decided();
		appeal(ID);
		play(ID, |i| Finds(if i < 6 { "wrong" } else { "right" }));
		play(ID, |i| Finds(if i < 11 { "wrong" } else { "right" }));
		settle(ID);
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Void));
		assert_eq!(free(OTHER), INITIAL_BALANCE);
	});
}

#[test]
fn appeal_should_fail_when_there_is_no_dispute() {
	Builder::default().run(|| {
		assert_noop!(Jurors::appeal(origin(OTHER), ID, TARGET), Error::<Test>::UnknownDispute);
	});
}

#[test]
fn appeal_should_fail_when_there_is_no_finding() {
	Builder::default().run(|| {
		let refused = || {
			assert_noop!(Jurors::appeal(origin(OTHER), ID, TARGET), Error::<Test>::NotAppealable);
		};
		challenge();
		refused();
		let jury = seated(ID);
		refused();
		for n in jury {
			commit(ID, n, "right");
		}
		refused();
		play_out();
		contribute(OTHER, TARGET);
		refused();
		play(ID, |_| Finds("right"));
		until(ID, |dispute| matches!(dispute.phase, Phase::Collecting { .. }));
		refused();
		settle(ID);
		refused();
	});
}

fn play_out() {
	for n in jurors(ID, Tier::First) {
		reveal(ID, n, "right");
	}
	next_block();
}

#[test]
fn appeal_should_fail_when_its_deadline_is_over_even_if_the_hooks_lag() {
	Builder::default().run(|| {
		decided();
		System::set_block_number(deadline(ID) + 1);
		assert_noop!(Jurors::appeal(origin(OTHER), ID, TARGET), Error::<Test>::DeadlinePassed);
	});
}

#[test]
fn appeal_should_fail_when_the_contribution_is_too_small() {
	Builder::default().run(|| {
		decided();
		for amount in [0, LEAST - 1] {
			assert_noop!(Jurors::appeal(origin(OTHER), ID, amount), Error::<Test>::ContributionTooSmall);
		}
		contribute(OTHER, TARGET - 1);
		assert_noop!(Jurors::appeal(origin(OTHER), ID, 0), Error::<Test>::ContributionTooSmall);
		contribute(OTHER, 1);
	});
}

#[test]
fn appeal_should_fail_when_the_account_cannot_pay() {
	Builder::default().run(|| {
		decided();
		assert_noop!(Jurors::appeal(origin(0), ID, TARGET), Error::<Test>::InsufficientBalance);
	});
}

#[test]
fn appeal_should_fail_when_it_is_not_signed() {
	Builder::default().run(|| {
		decided();
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Jurors::appeal(origin, ID, TARGET), sp_runtime::DispatchError::BadOrigin);
		}
	});
}
