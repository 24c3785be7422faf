//! `undelegate`.

use super::*;
use crate::{Error, Event};
use frame_support::{assert_noop, assert_ok};

#[test]
fn undelegate_should_take_weight_at_once_and_keep_the_stake() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 3_000));
		assert_ok!(undelegate(9, 1, 1_000));
		assert_eq!(
			last_event(),
			Event::Undelegated {
				operator: account(1),
				delegator: account(9),
				amount: 1_000,
				matures_at: UNBONDED_AT
			}
		);
		assert_eq!((delegated(9, 1), Operators::stake(&account(1))), (2_000, 4_000));
		assert_eq!((bonded(1), pot()), (5_000, 5_000));
		assert_eq!(Balances::free_balance(account(9)), INITIAL_BALANCE - 3_000);
	});
}

#[test]
fn undelegate_should_leave_enough_or_nothing() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 3_000));
		for (amount, error) in [
			(0, Error::<Test>::NothingToUnbond),
			(3_001, Error::<Test>::NotEnoughStake),
			(Balance::MAX, Error::<Test>::NotEnoughStake),
			(3_000 - MIN_DELEGATION + 1, Error::<Test>::DelegationTooSmall),
			(2_999, Error::<Test>::DelegationTooSmall),
		] {
			assert_noop!(undelegate(9, 1, amount), error);
		}
		assert_ok!(undelegate(9, 1, 3_000 - MIN_DELEGATION));
		assert_ok!(undelegate(9, 1, MIN_DELEGATION));
		assert_eq!((delegated(9, 1), bonded(1)), (0, 5_000));
		assert_noop!(undelegate(9, 1, None), Error::<Test>::NothingToUnbond);
	});
}

#[test]
fn undelegate_should_fail_when_nothing_is_delegated() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_noop!(undelegate(9, 1, None), Error::<Test>::NotADelegator);
		assert_noop!(undelegate(9, 2, 1_000), Error::<Test>::NotADelegator);
		assert_ok!(delegate(9, 1, 1_000));
		assert_noop!(undelegate(10, 1, 1_000), Error::<Test>::NotADelegator);
	});
}

#[test]
fn undelegate_should_never_take_locked_stake() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 3_000));
		assert_ok!(Operators::lock(&account(1), 4_000));
		assert_noop!(undelegate(9, 1, None), Error::<Test>::StakeLocked);
		assert_noop!(undelegate(9, 1, 1_001), Error::<Test>::StakeLocked);
		assert_ok!(undelegate(9, 1, 1_000));
		assert_noop!(undelegate(9, 1, 1), Error::<Test>::StakeLocked);
		assert_noop!(Operators::begin_unbonding(origin(1), Some(1)), Error::<Test>::StakeLocked);
		assert_ok!(Operators::unlock(&account(1), 4_000));
		assert_ok!(undelegate(9, 1, None));
	});
}

#[test]
fn undelegate_should_be_bounded_until_something_is_withdrawn() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 3_000));
		for era in 0..4 {
			run_to(1 + era * ERA_LENGTH);
			assert_ok!(undelegate(9, 1, 10));
		}
		run_to(UNBONDED_AT);
		assert_noop!(undelegate(9, 1, 10), Error::<Test>::TooManyUnbondings);
		assert_ok!(withdraw(9, 1));
		assert_ok!(undelegate(9, 1, 10));
	});
}

#[test]
fn undelegated_stake_should_earn_nothing() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 2_000));
		assert_ok!(delegate(10, 1, 2_000));
		assert_ok!(undelegate(9, 1, None));
		reward(1, 1_000);
		run_to(UNBONDED_AT);
		assert_ok!(withdraw(9, 1));
		assert_eq!(Balances::free_balance(account(9)), INITIAL_BALANCE);
		assert_eq!((delegated(10, 1), operator(1).own_stake()), (2_475, 2_524));
	});
}

#[test]
fn dust_should_stay_in_the_pool() {
	Builder::default().operators([genesis_operator(1, 1_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 500));
		// A share is worth two thirds.
		assert_eq!(slash_amount(500), 500);
		assert_eq!(delegated(9, 1), 333);
		assert_ok!(undelegate(9, 1, None));
		assert_eq!((operator(1).active.stake, operator(1).own_stake()), (667, 667));
	});
}

/// Slashes an amount that no task locked.
fn slash_amount(amount: Balance) -> Balance {
	Operators::slash(&account(1), Fault { unlock: 0, amount, share: Perbill::zero() }, &[])
}
