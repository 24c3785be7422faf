//! `bond_more`, `begin_unbonding`, `finish_unbonding`.

use super::*;
use crate::{Error, Event, MaturedPools};
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
		assert_eq!((bonded(1), Operators::stake(&account(1))), (3_500, 3_500));
		assert_eq!(candidates(), [account(1), account(2)]);
	});
}

#[test]
fn bond_more_should_fail_when_balance_is_not_there() {
	Builder::default().run(|| {
		assert_noop!(Operators::bond_more(origin(1), 1), Error::<Test>::NotAnOperator);
		assert_ok!(register(1, 5_000, false));
		assert_noop!(Operators::bond_more(origin(1), 0), Error::<Test>::AmountTooSmall);
		assert_noop!(Operators::bond_more(origin(1), INITIAL_BALANCE), TokenError::FundsUnavailable);
		assert_noop!(Operators::bond_more(origin(1), Balance::MAX), TokenError::FundsUnavailable);
	});
}

#[test]
fn begin_unbonding_should_take_weight_at_once_and_keep_the_stake() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::begin_unbonding(origin(1), Some(2_000)));
		let matures_at = UNBONDED_AT;
		assert_eq!(last_event(), Event::UnbondingBegun { operator: account(1), amount: 2_000, matures_at });
		assert_eq!((bonded(1), pot(), Operators::stake(&account(1))), (5_000, 5_000, 3_000));
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
			(5_001, Error::<Test>::NotEnoughStake),
			(Balance::MAX, Error::<Test>::NotEnoughStake),
		] {
			assert_noop!(Operators::begin_unbonding(origin(1), Some(amount)), error);
		}
		// What others delegated is not the operator's to take.
		assert_ok!(delegate(9, 1, 5_000));
		assert_noop!(Operators::begin_unbonding(origin(1), Some(4_001)), Error::<Test>::BelowMinSelfBond);
		assert_ok!(Operators::begin_unbonding(origin(1), Some(4_000)));
		assert_eq!(operator(1).own_stake(), 1_000);
	});
}

#[test]
fn begin_unbonding_should_never_take_locked_stake() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::lock(&account(1), 3_000));
		assert_noop!(Operators::begin_unbonding(origin(1), Some(2_001)), Error::<Test>::StakeLocked);
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		assert_eq!((operator(1).active.stake, bonded(1)), (3_000, 5_000));
	});
}

#[test]
fn begin_unbonding_should_merge_within_an_era_and_be_bounded() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		for era in 0..4 {
			run_to(1 + era * ERA_LENGTH);
			assert_ok!(Operators::begin_unbonding(origin(1), Some(10)));
			assert_ok!(Operators::begin_unbonding(origin(1), Some(5)));
		}
		let pools: Vec<_> =
			operator(1).unbonding.iter().map(|unbonding| (unbonding.era, unbonding.pool.stake)).collect();
		assert_eq!(pools, [(0, 15), (1, 15), (2, 15), (3, 15)]);
		// The first has matured, and has to be withdrawn before there is room for another.
		run_to(UNBONDED_AT);
		assert_noop!(Operators::begin_unbonding(origin(1), Some(10)), Error::<Test>::TooManyUnbondings);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_ok!(Operators::begin_unbonding(origin(1), Some(10)));
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
		assert_noop!(delegate(9, 1, 1_000), Error::<Test>::IsLeaving);
	});
}

#[test]
fn finish_unbonding_should_release_only_what_matured() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::begin_unbonding(origin(1), Some(1_000)));
		run_to(6);
		assert_ok!(Operators::begin_unbonding(origin(1), Some(500)));
		run_to(UNBONDED_AT - 1);
		assert_noop!(Operators::finish_unbonding(origin(1)), Error::<Test>::NothingMatured);
		run_to(UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(last_event(), Event::Withdrawn { operator: account(1), amount: 1_000 });
		assert_eq!((bonded(1), Balances::free_balance(account(1))), (4_000, INITIAL_BALANCE - 4_000));
		assert_noop!(Operators::finish_unbonding(origin(1)), Error::<Test>::NothingMatured);
		assert_noop!(Operators::finish_unbonding(origin(2)), Error::<Test>::NotAnOperator);
	});
}

#[test]
fn unbonding_should_last_whole_eras_after_its_own() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		// In the last block of the first era.
		run_to(ERA_LENGTH - 1);
		assert_ok!(Operators::begin_unbonding(origin(1), Some(1_000)));
		run_to(UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
	});
}

#[test]
fn finish_unbonding_should_remove_the_operator_when_all_left() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, true));
		assert_ok!(Operators::lock(&account(1), 3_000));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		run_to(UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		// The task is still open.
		assert_eq!(bonded(1), 3_000);
		assert_ok!(Operators::unlock(&account(1), 3_000));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		run_to(2 * UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(last_event(), Event::Removed { operator: account(1) });
		assert_eq!((pot(), Balances::free_balance(account(1))), (0, INITIAL_BALANCE));
		assert_eq!(Operators::operator_of(&worker_pair(1).public()), None);
		assert_eq!(Operators::info(&account(1)), None);
		// It may come back, with the same key.
		assert_ok!(register(1, 2_000, false));
	});
}

#[test]
fn operator_should_keep_its_record_while_others_have_stake_with_it() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(delegate(9, 1, 1_000));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		run_to(UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(last_event(), Event::Withdrawn { operator: account(1), amount: 5_000 });
		// Asking again changes nothing.
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_ok!(undelegate(9, 1, None));
		run_to(2 * UNBONDED_AT);
		assert_ok!(withdraw(9, 1));
		System::assert_has_event(Event::Removed { operator: account(1) }.into());
		assert_eq!((pot(), Ledger::<Test>::iter().count()), (0, 0));
	});
}

#[test]
fn matured_pools_should_make_room_for_later_ones() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(delegate(9, 1, 1_000));
		assert_ok!(undelegate(9, 1, None));
		// The operator unbonds in each era and the delegator never withdraws.
		for era in 1..10 {
			run_to(era * ERA_LENGTH);
			let _nothing_yet = Operators::finish_unbonding(origin(1));
			assert_ok!(Operators::begin_unbonding(origin(1), Some(100)));
		}
		let eras: Vec<_> = operator(1).unbonding.iter().map(|unbonding| unbonding.era).collect();
		assert_eq!(eras, [6, 7, 8, 9]);
		assert_eq!(MaturedPools::<Test>::iter().map(|(_, era, _)| era).collect::<Vec<_>>(), [0]);
		assert_ok!(withdraw(9, 1));
		assert_eq!(Balances::free_balance(account(9)), INITIAL_BALANCE);
		assert_eq!(MaturedPools::<Test>::iter().count(), 0);
	});
}
