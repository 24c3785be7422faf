//! `withdraw`.

use super::*;
use crate::{DelegatesTo, Error, Event};
use frame_support::{assert_noop, assert_ok};

#[test]
fn withdraw_should_return_only_what_matured() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 3_000));
		assert_ok!(undelegate(9, 1, 1_000));
		run_to(ERA_LENGTH);
		assert_ok!(undelegate(9, 1, None));
		run_to(UNBONDED_AT - 1);
		assert_noop!(withdraw(9, 1), Error::<Test>::NothingMatured);
		run_to(UNBONDED_AT);
		assert_ok!(withdraw(9, 1));
		assert_eq!(
			last_event(),
			Event::DelegationWithdrawn { operator: account(1), delegator: account(9), amount: 1_000 }
		);
		assert_eq!(Balances::free_balance(account(9)), INITIAL_BALANCE - 2_000);
		assert_noop!(withdraw(9, 1), Error::<Test>::NothingMatured);
		run_to(UNBONDED_AT + ERA_LENGTH);
		assert_ok!(withdraw(9, 1));
		assert_eq!((delegation(9, 1), operator(1).delegators, pot()), (None, 0, 2_000));
		assert!(!DelegatesTo::<Test>::contains_key(account(9)));
		assert_noop!(withdraw(9, 1), Error::<Test>::NotADelegator);
	});
}

#[test]
fn withdraw_should_share_a_slash_among_all_of_the_era() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		for n in [9, 10] {
			assert_ok!(delegate(n, 1, 1_000));
		}
		assert_ok!(undelegate(9, 1, None));
		assert_eq!(slash_share(1, 50), 2_000);
		// Who leaves after the slash, in the same era, does not pay for it again.
		assert_ok!(undelegate(10, 1, None));
		run_to(UNBONDED_AT);
		assert_ok!(withdraw(9, 1));
		assert_ok!(withdraw(10, 1));
		let lost = [9, 10].map(|n| INITIAL_BALANCE - Balances::free_balance(account(n)));
		assert_eq!((lost, pot()), ([500, 500], 1_000));
	});
}

#[test]
fn withdraw_should_clear_what_a_slash_took() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 1_000));
		assert_ok!(undelegate(9, 1, None));
		slash_share(1, 100);
		run_to(UNBONDED_AT);
		assert_ok!(withdraw(9, 1));
		assert_eq!(
			last_event(),
			Event::DelegationWithdrawn { operator: account(1), delegator: account(9), amount: 0 }
		);
		assert_eq!((delegation(9, 1), operator(1).unbonding.len()), (None, 0));
	});
}

#[test]
fn withdraw_should_fail_when_nothing_is_delegated() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_noop!(withdraw(9, 1), Error::<Test>::NotADelegator);
		assert_ok!(delegate(9, 1, 1_000));
		assert_noop!(withdraw(9, 1), Error::<Test>::NothingMatured);
		assert_noop!(withdraw(9, 2), Error::<Test>::NotADelegator);
	});
}
