//! What other pallets see and lock.

use super::*;
use crate::Error;
use frame_support::{assert_noop, assert_ok};

#[test]
fn lock_should_be_limited_by_free_stake() {
	Builder::default().run(|| {
		assert_noop!(Operators::lock(&account(1), 1), Error::<Test>::NotAnOperator);
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::lock(&account(1), 3_000));
		assert_eq!(Operators::free_stake(&account(1)), 2_000);
		assert_eq!(Operators::locked_stake(&account(1)), 3_000);
		assert_noop!(Operators::lock(&account(1), 2_001), Error::<Test>::NotEnoughFreeStake);
		assert_noop!(Operators::lock(&account(1), Balance::MAX), Error::<Test>::NotEnoughFreeStake);
		assert_ok!(Operators::lock(&account(1), 2_000));
		// A lock does not change the weight.
		assert_eq!(Operators::stake(&account(1)), 5_000);
	});
}

#[test]
fn delegated_stake_should_back_tasks_too() {
	Builder::default().run(|| {
		assert_ok!(register(1, 1_000, false));
		assert_noop!(Operators::lock(&account(1), 1_500), Error::<Test>::NotEnoughFreeStake);
		assert_ok!(delegate(9, 1, 500));
		assert_ok!(Operators::lock(&account(1), 1_500));
		assert_noop!(undelegate(9, 1, 1), Error::<Test>::StakeLocked);
	});
}

#[test]
fn unlock_should_fail_when_more_than_was_locked() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::lock(&account(1), 3_000));
		assert_noop!(Operators::unlock(&account(1), 3_001), Error::<Test>::NotLocked);
		assert_ok!(Operators::unlock(&account(1), 3_000));
		assert_eq!(Operators::free_stake(&account(1)), 5_000);
	});
}

#[test]
fn nobody_should_have_stake_without_being_an_operator() {
	Builder::default().run(|| {
		assert_eq!(Operators::stake(&account(1)), 0);
		assert_eq!(Operators::free_stake(&account(1)), 0);
		assert_eq!(Operators::locked_stake(&account(1)), 0);
		assert_eq!(Operators::worker_key(&account(1)), None);
		assert_noop!(Operators::unlock(&account(1), 0), Error::<Test>::NotAnOperator);
	});
}

#[test]
fn can_work_should_wait_until_bonded_long_enough() {
	Builder::default().operators([genesis_operator(2, 5_000, false)]).run(|| {
		assert_ok!(register(1, 5_000, false));
		assert!(Operators::can_work(&account(2)), "operators of the genesis block need not wait");
		assert!(!Operators::can_work(&account(1)));
		assert!(!Operators::can_work(&account(3)));
		run_to(MIN_BONDED_BLOCKS);
		assert!(!Operators::can_work(&account(1)));
		run_to(MIN_BONDED_BLOCKS + 1);
		assert!(Operators::can_work(&account(1)));
		assert!(Operators::info(&account(1)).expect("registered above").can_work);
	});
}
