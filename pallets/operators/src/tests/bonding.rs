//! `bond_more`, `begin_unbonding`, `finish_unbonding`.

use super::*;
use crate::{Error, Event, Unbonding};
use assay_primitives::traits::Operators as _;
use frame_support::{assert_noop, assert_ok};
use sp_core::Pair;
use sp_runtime::TokenError;

#[test]
fn bond_more_should_raise_stake_and_rank() {
	let genesis = [genesis_operator(1, 2_000, true), genesis_operator(2, 3_000, true)];
	Builder::default().operators(genesis).run(|| {
		assert_eq!(candidates(), [account(2), account(1)]);
		assert_ok!(Operators::bond_more(origin(1), 1_500));
		assert_eq!(last_event(), Event::Bonded { operator: account(1), amount: 1_500 });
		assert_eq!((held(1), Operators::stake(&account(1))), (3_500, 3_500));
		assert_eq!(candidates(), [account(1), account(2)]);
	});
}

#[test]
fn bond_more_should_fail_when_balance_is_not_there() {
	Builder::default().run(|| {
		assert_noop!(Operators::bond_more(origin(1), 1), Error::<Test>::NotAnOperator);
		assert_ok!(register(1, 5_000, false));
		assert_noop!(Operators::bond_more(origin(1), INITIAL_BALANCE), TokenError::FundsUnavailable);
		assert_noop!(Operators::bond_more(origin(1), Balance::MAX), Error::<Test>::Overflow);
	});
}

#[test]
fn begin_unbonding_should_take_weight_at_once_and_keep_the_hold() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::begin_unbonding(origin(1), Some(2_000)));
		let matures_at = 1 + UNBONDING_PERIOD;
		assert_eq!(last_event(), Event::UnbondingBegun { operator: account(1), amount: 2_000, matures_at });
		assert_eq!((held(1), Operators::stake(&account(1))), (5_000, 3_000));
		let info = Operators::info(&account(1)).expect("registered above");
		assert_eq!(info.unbonding, Some((2_000, matures_at)));
	});
}

#[test]
fn begin_unbonding_should_fail_when_amount_is_wrong() {
	Builder::default().run(|| {
		assert_noop!(Operators::begin_unbonding(origin(1), None), Error::<Test>::NotAnOperator);
		assert_ok!(register(1, 5_000, false));
		for (amount, error) in [
			(0, Error::<Test>::NothingToUnbond),
			(4_001, Error::<Test>::BelowMinSelfBond),
			(5_000, Error::<Test>::BelowMinSelfBond),
			(5_001, Error::<Test>::StakeLocked),
			(Balance::MAX, Error::<Test>::StakeLocked),
		] {
			assert_noop!(Operators::begin_unbonding(origin(1), Some(amount)), error);
		}
		assert_ok!(Operators::begin_unbonding(origin(1), Some(4_000)));
	});
}

#[test]
fn begin_unbonding_should_never_take_locked_stake() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::lock(&account(1), 3_000));
		assert_noop!(Operators::begin_unbonding(origin(1), Some(2_001)), Error::<Test>::StakeLocked);
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		assert_eq!((operator(1).active, operator(1).unbonding_total()), (3_000, 2_000));
	});
}

#[test]
fn begin_unbonding_should_merge_within_a_block_and_be_bounded() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		for block in 1..=3 {
			run_to(block);
			assert_ok!(Operators::begin_unbonding(origin(1), Some(10)));
			assert_ok!(Operators::begin_unbonding(origin(1), Some(5)));
		}
		let expected: Vec<_> =
			(1..=3).map(|block| Unbonding { amount: 15, matures_at: block + UNBONDING_PERIOD }).collect();
		assert_eq!(operator(1).unbonding.to_vec(), expected);
		run_to(4);
		assert_noop!(Operators::begin_unbonding(origin(1), Some(10)), Error::<Test>::TooManyUnbondings);
	});
}

#[test]
fn leaving_operator_should_have_no_weight_and_take_nothing_new() {
	Builder::default().operators([genesis_operator(1, 5_000, true)]).run(|| {
		assert!(Operators::can_work(&account(1)));
		assert_ok!(Operators::lock(&account(1), 3_000));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		System::assert_has_event(Event::Leaving { operator: account(1) }.into());
		assert_eq!(Operators::stake(&account(1)), 0);
		assert!(!Operators::can_work(&account(1)));
		assert!(candidates().is_empty());
		assert_noop!(Operators::bond_more(origin(1), 1), Error::<Test>::IsLeaving);
		assert_noop!(Operators::set_validating(origin(1), true), Error::<Test>::IsLeaving);
		assert_noop!(Operators::begin_unbonding(origin(1), Some(1)), Error::<Test>::IsLeaving);
		assert_noop!(Operators::begin_unbonding(origin(1), None), Error::<Test>::NothingToUnbond);
	});
}

#[test]
fn finish_unbonding_should_release_only_what_matured() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::begin_unbonding(origin(1), Some(1_000)));
		run_to(6);
		assert_ok!(Operators::begin_unbonding(origin(1), Some(500)));
		run_to(UNBONDING_PERIOD);
		assert_noop!(Operators::finish_unbonding(origin(1)), Error::<Test>::NothingMatured);
		run_to(UNBONDING_PERIOD + 1);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(last_event(), Event::Withdrawn { operator: account(1), amount: 1_000 });
		assert_eq!(held(1), 4_000);
		assert_noop!(Operators::finish_unbonding(origin(1)), Error::<Test>::NothingMatured);
		assert_noop!(Operators::finish_unbonding(origin(2)), Error::<Test>::NotAnOperator);
	});
}

#[test]
fn finish_unbonding_should_remove_the_operator_when_all_left() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, true));
		assert_ok!(Operators::lock(&account(1), 3_000));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		run_to(1 + UNBONDING_PERIOD);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		// The task is still open.
		assert_eq!(held(1), 3_000);
		assert_ok!(Operators::unlock(&account(1), 3_000));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		run_to(1 + 2 * UNBONDING_PERIOD);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(last_event(), Event::Removed { operator: account(1) });
		assert_eq!(Balances::free_balance(account(1)), INITIAL_BALANCE);
		assert_eq!(Operators::operator_of(&worker_pair(1).public()), None);
		// It may come back, with the same key.
		assert_ok!(register(1, 2_000, false));
	});
}
