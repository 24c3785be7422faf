//! What somebody might try, and what it gets.

use super::*;
use crate::Error;
use frame_support::{assert_noop, assert_ok};

#[test]
fn unbonding_before_a_slash_lands_should_not_escape_it() {
	Builder::default().operators([genesis_operator(1, 10_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 5_000));
		// In the block of the fault, both take out what they can.
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		assert_ok!(undelegate(9, 1, None));
		run_to(UNBONDED_AT - 1);
		assert_eq!(slash_share(1, 100), 15_000);
		run_to(UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_ok!(withdraw(9, 1));
		assert_eq!([1, 9].map(wealth), [INITIAL_BALANCE - 10_000, INITIAL_BALANCE - 5_000]);
	});
}

#[test]
fn leaving_and_coming_back_should_not_escape_a_slash() {
	Builder::default().operators([genesis_operator(1, 10_000, true)]).run(|| {
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		assert_ok!(register(1, 1_000, true));
		assert_eq!(slash_share(1, 50), 5_500);
	});
}

#[test]
fn dust_delegations_should_be_refused() {
	Builder::default().operators([genesis_operator(1, 10_000, true)]).run(|| {
		assert_noop!(delegate(9, 1, MIN_DELEGATION - 1), Error::<Test>::DelegationTooSmall);
		assert_ok!(delegate(9, 1, 2 * MIN_DELEGATION));
		assert_noop!(undelegate(9, 1, MIN_DELEGATION + 1), Error::<Test>::DelegationTooSmall);
	});
}

#[test]
fn roundings_should_not_add_up_to_a_gain() {
	Builder::default().operators([genesis_operator(1, 10_007, false)]).run(|| {
		// Prices that do not divide anything.
		assert_eq!(slash_share(1, 13), 1_300);
		reward(1, 3_331);
		let attacker = wealth(9);
		let mut others = wealth(1);
		for round in 0..300 {
			assert_ok!(delegate(9, 1, MIN_DELEGATION + round % 7));
			assert_ok!(undelegate(9, 1, None));
			assert!(wealth(9) <= attacker);
			assert!(wealth(1) >= others);
			others = wealth(1);
		}
	});
}

#[test]
fn dear_shares_should_not_rob_who_comes_later() {
	Builder::default().operators([genesis_operator(1, 1_000, false)]).run(|| {
		// An operator loses nearly all, and then earns so much that a share is worth a thousand.
		let fault = Fault { unlock: 0, amount: 999, share: Perbill::zero() };
		assert_eq!(Operators::slash(&account(1), fault, &[]), 999);
		reward(1, 900_000);
		let price = operator(1).active.stake / operator(1).active.shares;
		assert!(price > 400);
		assert_ok!(delegate(9, 1, 100_000));
		assert!(delegated(9, 1) + price >= 100_000 - 1);
		// An amount that buys nothing is refused instead of lost.
		assert_noop!(delegate(10, 1, MIN_DELEGATION), Error::<Test>::AmountTooSmall);
	});
}

#[test]
fn stake_beyond_the_leverage_should_buy_no_weight() {
	let genesis = (1..=2).map(|n| genesis_operator(n, 1_000 * Balance::from(n), true));
	Builder::default().operators(genesis).run(|| {
		assert_ok!(delegate(9, 1, 900_000));
		assert_eq!(Operators::stake(&account(1)), 5_000);
		assert_ok!(delegate(10, 2, 4_000));
		assert_eq!(candidates(), [2, 1].map(account));
	});
}

#[test]
fn stake_that_comes_and_goes_in_one_block_should_change_nothing() {
	Builder::default().operators([genesis_operator(1, 5_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 5_000));
		assert_ok!(undelegate(9, 1, None));
		assert_ok!(delegate(9, 1, 5_000));
		assert_ok!(undelegate(9, 1, 2_000));
		assert_ok!(undelegate(9, 1, None));
		assert_eq!((Operators::stake(&account(1)), pot()), (5_000, 15_000));
		// It is bound nevertheless, and slashed with the rest.
		assert_eq!(slash_share(1, 10), 1_500);
		run_to(UNBONDED_AT);
		assert_ok!(withdraw(9, 1));
		assert_eq!(wealth(9), INITIAL_BALANCE - 1_000);
	});
}
