//! `slash_locked`, and offences.

use super::*;
use crate::{Error, Event};
use assay_primitives::traits::Operators as _;
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

fn offend(n: u8, percent: u32, session: u32) {
	Operators::on_offence(
		&[OffenceDetails { offender: (account(n), ()), reporters: vec![] }],
		&[Perbill::from_percent(percent)],
		session,
	);
}

#[test]
fn slash_locked_should_pay_the_beneficiary_and_burn_the_rest() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, true));
		assert_ok!(Operators::lock(&account(1), 3_000));
		let issuance = Balances::total_issuance();
		assert_ok!(Operators::slash_locked(&account(1), 2_000, &account(2), 500));
		assert_eq!(last_event(), Event::Slashed { operator: account(1), amount: 2_000, paid: 500 });
		assert_eq!(Balances::free_balance(account(2)), INITIAL_BALANCE + 500);
		assert_eq!(Balances::total_issuance(), issuance - 1_500);
		assert_eq!((held(1), operator(1).active, operator(1).locked), (3_000, 3_000, 1_000));
		assert_eq!(Operators::stake(&account(1)), 3_000);
	});
}

#[test]
fn slash_locked_should_never_pay_more_than_it_takes() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::lock(&account(1), 1_000));
		let issuance = Balances::total_issuance();
		assert_ok!(Operators::slash_locked(&account(1), 1_000, &account(2), Balance::MAX));
		assert_eq!(Balances::free_balance(account(2)), INITIAL_BALANCE + 1_000);
		assert_eq!(Balances::total_issuance(), issuance);
	});
}

#[test]
fn slash_locked_should_burn_a_share_too_small_for_a_new_account() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::lock(&account(1), 1_000));
		assert_ok!(Operators::slash_locked(&account(1), 1_000, &account(99), 9));
		assert_eq!(last_event(), Event::Slashed { operator: account(1), amount: 1_000, paid: 0 });
		assert_eq!(Balances::balance(&account(99)), 0);
	});
}

#[test]
fn slash_locked_should_fail_when_stake_was_not_locked() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::lock(&account(1), 1_000));
		assert_noop!(Operators::slash_locked(&account(1), 1_001, &account(2), 0), Error::<Test>::NotLocked);
		assert_noop!(Operators::slash_locked(&account(3), 1, &account(2), 0), Error::<Test>::NotAnOperator);
	});
}

#[test]
fn operator_should_neither_work_nor_validate_when_slashed_below_minimum() {
	Builder::default().operators([genesis_operator(1, 1_500, true)]).run(|| {
		assert_ok!(Operators::lock(&account(1), 600));
		assert_ok!(Operators::slash_locked(&account(1), 600, &account(2), 0));
		assert_eq!(Operators::stake(&account(1)), 0);
		assert!(!Operators::can_work(&account(1)));
		assert!(candidates().is_empty());
		// It comes back with enough stake, as the candidate it still wants to be.
		assert_ok!(Operators::bond_more(origin(1), 100));
		assert_eq!(Operators::stake(&account(1)), 1_000);
		assert_eq!(candidates(), [account(1)]);
	});
}

#[test]
fn slash_should_reach_unbonding_stake_newest_first_when_active_stake_is_short() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::begin_unbonding(origin(1), Some(1_000)));
		run_to(2);
		assert_ok!(Operators::begin_unbonding(origin(1), Some(3_000)));
		offend(1, 50, 1);
		assert_eq!(held(1), 2_500);
		assert_eq!(operator(1).active, 0);
		let left: Vec<_> = operator(1).unbonding.iter().map(|chunk| chunk.amount).collect();
		assert_eq!(left, [1_000, 1_500]);
	});
}

#[test]
fn offence_should_slash_stand_down_and_disable() {
	let genesis = [genesis_operator(1, 10_000, true), genesis_operator(2, 20_000, true)];
	Builder::default().operators(genesis).run(|| {
		let issuance = Balances::total_issuance();
		offend(1, 10, 0);
		assert_eq!((held(1), operator(1).slashed), (9_000, 1_000));
		assert_eq!(Balances::total_issuance(), issuance - 1_000);
		assert_eq!(candidates(), [account(2)]);
		System::assert_has_event(Event::ValidatingChanged { operator: account(1), validating: false }.into());
		System::assert_has_event(Event::Slashed { operator: account(1), amount: 1_000, paid: 0 }.into());
		// It may stand again.
		assert_ok!(Operators::set_validating(origin(1), true));
	});
}

#[test]
fn offence_should_cost_only_the_worst_of_its_session() {
	Builder::default().operators([genesis_operator(1, 10_000, true)]).run(|| {
		offend(1, 10, 3);
		offend(1, 10, 3);
		offend(1, 5, 3);
		assert_eq!(held(1), 9_000);
		offend(1, 30, 3);
		assert_eq!(held(1), 9_000 - 1_800);
		offend(1, 10, 4);
		assert_eq!(held(1), 7_200 - 720);
	});
}

#[test]
fn offence_should_be_ignored_when_nobody_is_slashed() {
	Builder::default().operators([genesis_operator(1, 10_000, true)]).run(|| {
		offend(9, 100, 0);
		offend(1, 0, 0);
		assert_eq!(held(1), 10_000);
		assert_eq!(candidates(), [account(1)]);
	});
}

#[test]
fn open_tasks_should_still_settle_when_an_offence_took_their_stake() {
	Builder::default().operators([genesis_operator(1, 10_000, true)]).run(|| {
		assert_ok!(Operators::lock(&account(1), 9_000));
		offend(1, 50, 0);
		assert_eq!((operator(1).active, operator(1).locked), (5_000, 9_000));
		assert_eq!(Operators::free_stake(&account(1)), 0);
		assert_noop!(Operators::lock(&account(1), 1), Error::<Test>::NotEnoughFreeStake);
		// A fault in one task takes what is there, the other task is released.
		assert_ok!(Operators::slash_locked(&account(1), 6_000, &account(2), 0));
		assert_eq!((held(1), operator(1).locked), (0, 3_000));
		assert_ok!(Operators::unlock(&account(1), 3_000));
		// With nothing left it can leave at once.
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(last_event(), Event::Removed { operator: account(1) });
	});
}
