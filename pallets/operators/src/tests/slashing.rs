//! `slash`, and offences.

use super::*;
use crate::{Error, Event};
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

fn offend(n: u8, percent: u32, session: u32) {
	Operators::on_offence(
		&[OffenceDetails { offender: (account(n), ()), reporters: vec![] }],
		&[Perbill::from_percent(percent)],
		session,
	);
}

fn fault(unlock: Balance, amount: Balance, percent: u32) -> Fault<Balance> {
	Fault { unlock, amount, share: Perbill::from_percent(percent) }
}

#[test]
fn slash_should_pay_in_order_and_burn_the_rest() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, true));
		assert_ok!(Operators::lock(&account(1), 3_000));
		let issuance = Balances::total_issuance();
		let payments = [(&account(2), 500), (&account(3), 300)];
		assert_eq!(Operators::slash(&account(1), fault(2_000, 2_000, 0), &payments), 2_000);
		assert_eq!(last_event(), Event::Slashed { operator: account(1), amount: 2_000, paid: 800 });
		assert_eq!(Balances::free_balance(account(2)), INITIAL_BALANCE + 500);
		assert_eq!(Balances::free_balance(account(3)), INITIAL_BALANCE + 300);
		assert_eq!(Balances::total_issuance(), issuance - 1_200);
		assert_eq!((operator(1).active.stake, operator(1).locked, pot()), (3_000, 1_000, 3_000));
		assert_eq!(Operators::stake(&account(1)), 3_000);
	});
}

#[test]
fn slash_should_never_pay_more_than_it_takes() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		let issuance = Balances::total_issuance();
		let payments = [(&account(2), 700), (&account(3), Balance::MAX), (&account(4), 1)];
		assert_eq!(Operators::slash(&account(1), fault(0, 1_000, 0), &payments), 1_000);
		let got = [2, 3, 4].map(|n| Balances::free_balance(account(n)) - INITIAL_BALANCE);
		assert_eq!(got, [700, 300, 0]);
		assert_eq!(Balances::total_issuance(), issuance);
	});
}

#[test]
fn slash_should_burn_a_payment_too_small_for_a_new_account() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		Operators::slash(&account(1), fault(0, 1_000, 0), &[(&account(99), 9), (&account(2), 1_000)]);
		assert_eq!(last_event(), Event::Slashed { operator: account(1), amount: 1_000, paid: 1_000 });
		assert_eq!(Balances::balance(&account(99)), 0);
		assert_eq!(Balances::free_balance(account(2)), INITIAL_BALANCE + 1_000);
	});
}

#[test]
fn slash_should_pay_the_pot_for_a_reward() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(register(2, 5_000, false));
		let issuance = Balances::total_issuance();
		Operators::slash(&account(1), fault(0, 1_000, 0), &[(&Operators::pot(), 400)]);
		Operators::reward(&account(2), 400);
		assert_eq!((bonded(1), bonded(2), pot()), (4_000, 5_400, 9_400));
		assert_eq!(Balances::total_issuance(), issuance - 600);
	});
}

#[test]
fn slash_should_do_nothing_to_who_is_no_operator() {
	Builder::default().run(|| {
		assert_eq!(Operators::slash(&account(1), fault(0, 100, 100), &[(&account(2), 100)]), 0);
		assert_eq!(Balances::free_balance(account(2)), INITIAL_BALANCE);
	});
}

#[test]
fn slash_should_cost_the_operator_and_its_delegators_alike() {
	Builder::default().run(|| {
		assert_ok!(register(1, 6_000, false));
		assert_ok!(delegate(9, 1, 3_000));
		assert_ok!(delegate(10, 1, 1_000));
		assert_eq!(slash_share(1, 10), 1_000);
		assert_eq!((operator(1).own_stake(), delegated(9, 1), delegated(10, 1)), (5_400, 2_700, 900));
	});
}

#[test]
fn slash_should_write_the_same_items_whatever_the_number_of_delegators() {
	let written = [0, 1, 100].map(|delegators| {
		let mut written = 0;
		Builder::default().operators([genesis_operator(1, 6_000, true)]).run(|| {
			crowd(1, delegators);
			run_to(ERA_LENGTH);
			assert_ok!(Operators::begin_unbonding(origin(1), Some(1_000)));
			written = changed_items(|| assert!(slash_share(1, 30) > 0));
		});
		written
	});
	// The operator, the candidates, the pot, the issuance, the events and their number.
	assert_eq!(written, [6, 6, 6]);
}

#[test]
fn slash_should_reach_unbonding_stake_newest_first_when_active_stake_is_short() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::begin_unbonding(origin(1), Some(1_000)));
		run_to(ERA_LENGTH);
		assert_ok!(Operators::begin_unbonding(origin(1), Some(3_000)));
		assert_eq!(Operators::slash(&account(1), fault(0, 2_500, 0), &[]), 2_500);
		assert_eq!(operator(1).active.stake, 0);
		let left: Vec<_> =
			operator(1).unbonding.iter().map(|unbonding| (unbonding.era, unbonding.pool.stake)).collect();
		assert_eq!(left, [(0, 1_000), (1, 1_500)]);
	});
}

#[test]
fn share_should_be_taken_from_active_and_unbonding_alike_after_the_amount() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(delegate(9, 1, 1_000));
		assert_ok!(undelegate(9, 1, None));
		assert_ok!(Operators::begin_unbonding(origin(1), Some(2_000)));
		assert_ok!(Operators::lock(&account(1), 1_000));
		// 1,000 of the active stake, then a tenth of 2,000 and of 3,000.
		assert_eq!(Operators::slash(&account(1), fault(1_000, 1_000, 10), &[]), 1_500);
		assert_eq!((operator(1).active.stake, operator(1).locked, bonded(1)), (1_800, 0, 4_500));
		run_to(UNBONDED_AT);
		assert_ok!(withdraw(9, 1));
		assert_eq!(Balances::free_balance(account(9)), INITIAL_BALANCE - 100);
	});
}

#[test]
fn matured_stake_should_not_be_slashed() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::begin_unbonding(origin(1), Some(1_000)));
		run_to(UNBONDED_AT);
		assert_eq!(slash_share(1, 100), 4_000);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(last_event(), Event::Withdrawn { operator: account(1), amount: 1_000 });
	});
}

#[test]
fn slash_of_everything_should_leave_nothing_and_allow_a_new_begin() {
	Builder::default().operators([genesis_operator(1, 5_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 2_000));
		assert_ok!(Operators::begin_unbonding(origin(1), Some(1_000)));
		assert_eq!(slash_share(1, 100), 7_000);
		assert_eq!((bonded(1), pot(), delegated(9, 1), operator(1).own_stake()), (0, 0, 0, 0));
		assert!(candidates().is_empty());
		// Old shares are worth nothing in the new pool.
		assert_ok!(Operators::bond_more(origin(1), 3_000));
		assert_eq!((operator(1).own_stake(), delegated(9, 1)), (3_000, 0));
		assert_ok!(delegate(9, 1, 500));
		assert_eq!((operator(1).own_stake(), delegated(9, 1)), (3_000, 500));
		// The unbonding pool of this era is closed.
		assert_noop!(undelegate(9, 1, None), Error::<Test>::UnbondingPoolSlashed);
		run_to(ERA_LENGTH);
		assert_ok!(undelegate(9, 1, None));
	});
}

#[test]
fn delegator_should_get_rid_of_a_delegation_that_is_worth_nothing() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(delegate(9, 1, 2_000));
		slash_share(1, 100);
		assert_noop!(undelegate(9, 1, 1), Error::<Test>::NotEnoughStake);
		assert_ok!(undelegate(9, 1, None));
		assert_eq!((delegation(9, 1), operator(1).delegators), (None, 0));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(last_event(), Event::Removed { operator: account(1) });
	});
}

#[test]
fn operator_should_neither_work_nor_validate_when_slashed_below_minimum() {
	Builder::default().operators([genesis_operator(1, 1_500, true)]).run(|| {
		assert_ok!(Operators::lock(&account(1), 600));
		assert_eq!(slash_locked(1, 600), 600);
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
fn offence_should_slash_stand_down_and_disable() {
	let genesis = [genesis_operator(1, 10_000, true), genesis_operator(2, 20_000, true)];
	Builder::default().operators(genesis).run(|| {
		let issuance = Balances::total_issuance();
		offend(1, 10, 0);
		assert_eq!(bonded(1), 9_000);
		assert_eq!(Balances::total_issuance(), issuance - 1_000);
		assert_eq!(candidates(), [account(2)]);
		System::assert_has_event(Event::ValidatingChanged { operator: account(1), validating: false }.into());
		System::assert_has_event(Event::Slashed { operator: account(1), amount: 1_000, paid: 0 }.into());
		// It may stand again.
		assert_ok!(Operators::set_validating(origin(1), true));
	});
}

#[test]
fn offence_should_reach_stake_that_left_since() {
	Builder::default().operators([genesis_operator(1, 10_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 5_000));
		assert_ok!(undelegate(9, 1, None));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		run_to(UNBONDED_AT - 1);
		offend(1, 10, 0);
		assert_eq!(bonded(1), 13_500);
		run_to(UNBONDED_AT);
		assert_ok!(withdraw(9, 1));
		assert_eq!(Balances::free_balance(account(9)), INITIAL_BALANCE - 500);
	});
}

#[test]
fn offence_should_cost_only_the_worst_of_its_session() {
	Builder::default().operators([genesis_operator(1, 10_000, true)]).run(|| {
		offend(1, 10, 3);
		offend(1, 10, 3);
		offend(1, 5, 3);
		assert_eq!(bonded(1), 9_000);
		offend(1, 30, 3);
		assert_eq!(bonded(1), 9_000 - 1_800);
		offend(1, 10, 4);
		assert_eq!(bonded(1), 7_200 - 720);
	});
}

#[test]
fn offence_should_be_ignored_when_nobody_is_slashed() {
	Builder::default().operators([genesis_operator(1, 10_000, true)]).run(|| {
		offend(9, 100, 0);
		offend(1, 0, 0);
		assert_eq!(bonded(1), 10_000);
		assert_eq!(candidates(), [account(1)]);
	});
}

#[test]
fn open_tasks_should_still_settle_when_an_offence_took_their_stake() {
	Builder::default().operators([genesis_operator(1, 10_000, true)]).run(|| {
		assert_ok!(Operators::lock(&account(1), 9_000));
		offend(1, 50, 0);
		let record = operator(1);
		assert_eq!((record.active.stake, record.locked, record.uncovered), (5_000, 9_000, 4_000));
		assert_eq!(Operators::free_stake(&account(1)), 0);
		assert_noop!(Operators::lock(&account(1), 1), Error::<Test>::NotEnoughFreeStake);
		// A fault in one task takes what is there, the other task is released.
		assert_eq!(slash_locked(1, 6_000), 5_000);
		assert_eq!((bonded(1), operator(1).locked), (0, 3_000));
		assert_ok!(Operators::unlock(&account(1), 3_000));
		assert_eq!(operator(1).uncovered, 0);
		// With nothing left it can leave at once.
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(last_event(), Event::Removed { operator: account(1) });
	});
}
