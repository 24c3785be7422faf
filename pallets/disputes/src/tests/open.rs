//! How a dispute begins, and what it takes of a challenger.

use super::*;
use crate::{Agenda, NextDispute, Numbers};
use assay_primitives::traits::Arbitration;

#[test]
fn open_should_hold_the_challengers_bond() {
	Builder::default().run(|| {
		challenge();
		assert_eq!(held(CHALLENGER, HoldReason::Challenge), CHALLENGE_BOND);
		assert_eq!(free(CHALLENGER), INITIAL_BALANCE - CHALLENGE_BOND);
		assert_eq!(last_event(), Event::Opened { request: ID, number: 0 });
		assert!(Agenda::<Test>::contains_key(2, ID));
		assert_eq!((NextDispute::<Test>::get(), Numbers::<Test>::get(0)), (1, Some(ID)));
	});
}

#[test]
fn open_should_hold_nothing_of_those_whose_stake_is_locked() {
	Builder::default().run(|| {
		open(ID, vec![claim(1, Role::Worker, "a"), claim(2, Role::Auditor, "b")]);
		for n in [1, 2] {
			assert_eq!(free(n), INITIAL_BALANCE);
		}
	});
}

#[test]
fn open_should_fail_when_there_is_a_dispute_about_the_request() {
	Builder::default().run(|| {
		challenge();
		let again = case(ID, vec![claim(2, Role::Worker, "a"), claim(3, Role::Worker, "b")]);
		assert_noop!(Jurors::open(again), Error::<Test>::AlreadyDisputed);
	});
}

#[test]
fn open_should_hold_nothing_when_a_second_challenger_cannot_pay() {
	Builder::default().run(|| {
		let poor = 0;
		let claims = vec![claim(CHALLENGER, Role::Challenger, "a"), claim(poor, Role::Challenger, "b")];
		assert_noop!(Jurors::open(case(ID, claims)), Error::<Test>::InsufficientBalance);
		assert_eq!(held(CHALLENGER, HoldReason::Challenge), 0);
	});
}

#[test]
fn open_should_fail_when_the_bond_is_more_than_there_is() {
	Builder::default().run(|| {
		let mut huge = claim(CHALLENGER, Role::Challenger, "a");
		huge.at_risk = Balance::MAX;
		assert_noop!(Jurors::open(case(ID, vec![huge])), Error::<Test>::InsufficientBalance);
	});
}

#[test]
fn challenge_bond_should_pay_a_first_jury() {
	Builder::default().run(|| {
		assert_eq!(Jurors::challenge_bond(FEE), CHALLENGE_BOND);
		assert_eq!(Jurors::challenge_bond(0), 0);
		assert_eq!(Jurors::challenge_bond(Balance::MAX), Balance::MAX);
	});
}
