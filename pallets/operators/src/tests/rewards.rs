//! `reward`.

use super::*;
use frame_support::assert_ok;

#[test]
fn reward_should_be_shared_after_commission() {
	Builder::default().operators([genesis_operator(1, 6_000, false)]).run(|| {
		assert_ok!(delegate(9, 1, 4_000));
		reward(1, 1_000);
		// The commission of 5 % buys shares for the operator.
		assert_eq!(delegated(9, 1), 4_380);
		assert_eq!(operator(1).own_stake(), 6_619);
		assert_eq!((bonded(1), pot()), (11_000, 11_000));
		// And compounds as its own bond.
		assert!(operator(1).own.shares > 6_000);
	});
}

#[test]
fn reward_should_not_change_the_weight_until_something_else_does() {
	Builder::default().operators([genesis_operator(1, 6_000, true)]).run(|| {
		let heard = HeardWeights::get();
		let listed = Candidates::<Test>::get();
		reward(1, 1_000);
		assert_eq!((HeardWeights::get(), Candidates::<Test>::get()), (heard, listed));
		assert_eq!((Operators::stake(&account(1)), Operators::free_stake(&account(1))), (6_000, 7_000));
		assert_ok!(delegate(9, 1, 100));
		assert_eq!(Operators::stake(&account(1)), 7_100);
	});
}

#[test]
fn reward_should_write_one_item_whatever_the_number_of_delegators() {
	for delegators in [0, 1, 100] {
		Builder::default().operators([genesis_operator(1, 6_000, true)]).run(|| {
			crowd(1, delegators);
			let pot = Operators::pot();
			assert_ok!(Balances::transfer_keep_alive(origin(20), pot, 1_000));
			assert_eq!(changed_items(|| Operators::reward(&account(1), 1_000)), 1);
			Operators::reward(&account(1), 0);
		});
	}
}

#[test]
fn reward_should_cover_locks_that_a_slash_left_uncovered() {
	Builder::default().operators([genesis_operator(1, 6_000, false)]).run(|| {
		assert_ok!(Operators::lock(&account(1), 6_000));
		slash_share(1, 10);
		assert_eq!(operator(1).uncovered, 600);
		reward(1, 500);
		assert_eq!(operator(1).uncovered, 100);
		reward(1, 500);
		assert_eq!((operator(1).uncovered, Operators::free_stake(&account(1))), (0, 400));
	});
}

#[test]
fn reward_should_be_the_operators_when_nobody_backs_it() {
	Builder::default().operators([genesis_operator(1, 6_000, false)]).run(|| {
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		reward(1, 500);
		assert_eq!(operator(1).own_stake(), 500);
		// It has to take that too before it is gone.
		run_to(UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		run_to(2 * UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(Balances::free_balance(account(1)), INITIAL_BALANCE + 500);
		assert_eq!(pot(), 0);
	});
}

#[test]
fn reward_should_be_burned_when_the_operator_is_gone() {
	Builder::default().run(|| {
		let issuance = Balances::total_issuance();
		reward(1, 500);
		assert_eq!((pot(), Balances::total_issuance()), (0, issuance - 500));
	});
}
