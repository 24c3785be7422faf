//! `delegate`, and what it does to weight.

use super::*;
use crate::{DelegatesTo, Error, Event};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;

#[test]
fn delegate_should_add_stake_weight_and_rank() {
	let genesis = [genesis_operator(1, 2_000, true), genesis_operator(2, 3_000, true)];
	Builder::default().operators(genesis).run(|| {
		assert_ok!(delegate(9, 1, 1_500));
		assert_eq!(
			last_event(),
			Event::Delegated { operator: account(1), delegator: account(9), amount: 1_500 }
		);
		assert_eq!((delegated(9, 1), operator(1).own_stake()), (1_500, 2_000));
		assert_eq!((Operators::stake(&account(1)), operator(1).delegators), (3_500, 1));
		assert_eq!(Balances::free_balance(account(9)), INITIAL_BALANCE - 1_500);
		assert_eq!(candidates(), [account(1), account(2)]);
	});
}

#[test]
fn delegate_should_add_to_an_existing_delegation() {
	Builder::default().operators([genesis_operator(1, 2_000, false)]).run(|| {
		assert_ok!(delegate(9, 1, 1_000));
		reward(1, 3_000);
		assert_ok!(delegate(9, 1, 1_000));
		// 2,850 were shared by 3,000: a share is worth 1.95.
		assert_eq!((delegated(9, 1), operator(1).delegators), (2_949, 1));
		assert_eq!(DelegatesTo::<Test>::get(account(9)).to_vec(), [account(1)]);
	});
}

#[test]
fn delegate_should_fail_when_amount_is_wrong() {
	Builder::default().operators([genesis_operator(1, 2_000, false)]).run(|| {
		for amount in [0, MIN_DELEGATION - 1] {
			assert_noop!(delegate(9, 1, amount), Error::<Test>::DelegationTooSmall);
		}
		assert_noop!(delegate(9, 1, INITIAL_BALANCE + 1), TokenError::FundsUnavailable);
		assert_noop!(delegate(9, 1, Balance::MAX), TokenError::FundsUnavailable);
		// The account has to stay alive.
		assert_noop!(delegate(9, 1, INITIAL_BALANCE), TokenError::FundsUnavailable);
		assert_ok!(delegate(9, 1, INITIAL_BALANCE - 10));
		assert_ok!(delegate(10, 1, MIN_DELEGATION));
	});
}

#[test]
fn delegate_should_fail_when_operator_is_wrong() {
	Builder::default().operators([genesis_operator(1, 2_000, false)]).run(|| {
		assert_noop!(delegate(9, 2, 1_000), Error::<Test>::NotAnOperator);
		assert_noop!(delegate(1, 1, 1_000), Error::<Test>::OwnBond);
		assert_noop!(undelegate(1, 1, None), Error::<Test>::OwnBond);
		assert_noop!(withdraw(1, 1), Error::<Test>::OwnBond);
	});
}

#[test]
fn delegations_of_an_account_should_be_bounded() {
	let genesis = (1..=4).map(|n| genesis_operator(n, 2_000, false));
	Builder::default().operators(genesis).run(|| {
		for n in 1..=3 {
			assert_ok!(delegate(9, n, 1_000));
		}
		assert_noop!(delegate(9, 4, 1_000), Error::<Test>::TooManyDelegations);
		// More for one that it has is fine, and one that unbonds still counts.
		assert_ok!(delegate(9, 3, 1_000));
		assert_ok!(undelegate(9, 1, None));
		assert_noop!(delegate(9, 4, 1_000), Error::<Test>::TooManyDelegations);
		run_to(UNBONDED_AT);
		assert_ok!(withdraw(9, 1));
		assert_ok!(delegate(9, 4, 1_000));
	});
}

#[test]
fn weight_should_be_limited_by_the_own_bond() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 100_000));
		assert_eq!(Operators::stake(&account(1)), 10_000);
		assert_eq!(operator(1).active.stake, 102_000);
		assert_ok!(Operators::bond_more(origin(1), 500));
		assert_eq!(Operators::stake(&account(1)), 12_500);
		// All of it is at stake nevertheless, and can back tasks.
		assert_eq!(Operators::free_stake(&account(1)), 102_500);
		assert_eq!(slash_share(1, 50), 51_250);
	});
}

#[test]
fn weight_should_be_zero_when_the_own_bond_is_too_small() {
	Builder::default().operators([genesis_operator(1, 1_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 3_000));
		assert_eq!(Operators::stake(&account(1)), 4_000);
		slash_share(1, 1);
		assert_eq!(Operators::stake(&account(1)), 0);
		assert!(candidates().is_empty());
		assert!(!Operators::can_work(&account(1)));
		assert_ok!(Operators::bond_more(origin(1), 11));
		assert_eq!(Operators::stake(&account(1)), 3_971);
	});
}
