//! Every invariant detects the corruption it is there for.

use super::*;
use crate::{KeyOwner, Unbonding};
use assay_primitives::traits::Operators as _;
use frame_support::{
	assert_ok,
	traits::{fungible::MutateHold, tokens::Precision},
};
use sp_core::Pair;
use sp_runtime::TryRuntimeError;

/// Two operators, one of them a candidate; `corrupt` breaks something; `try_state` has to say what.
fn detects(expected: &'static str, corrupt: impl FnOnce()) {
	let genesis = [genesis_operator(1, 5_000, true), genesis_operator(2, 6_000, true)];
	Builder::default().operators(genesis).build().execute_with(|| {
		assert_ok!(Operators::begin_unbonding(origin(1), Some(100)));
		assert_ok!(Operators::do_try_state());
		corrupt();
		assert_eq!(Operators::do_try_state(), Err(TryRuntimeError::Other(expected)));
	});
}

fn change(n: u8, change: impl FnOnce(&mut Operator<Test>)) {
	Ledger::<Test>::mutate(account(n), |operator| change(operator.as_mut().expect("registered before")));
}

#[test]
fn try_state_should_detect_a_hold_that_is_too_small() {
	detects("the hold of an account differs from its active and unbonding stake", || {
		let reason = crate::HoldReason::Bond.into();
		assert_ok!(Balances::release(&reason, &account(1), 1, Precision::Exact));
	});
}

#[test]
fn try_state_should_detect_stake_that_nobody_bonded() {
	detects("the hold of an account differs from its active and unbonding stake", || {
		change(1, |operator| operator.active += 1);
	});
}

#[test]
fn try_state_should_detect_a_hold_of_somebody_who_is_no_operator() {
	detects("the hold of an account differs from its active and unbonding stake", || {
		assert_ok!(Balances::hold(&crate::HoldReason::Bond.into(), &account(3), 1));
	});
}

#[test]
fn try_state_should_detect_locks_beyond_the_bond() {
	detects("open tasks lock more stake than was bonded for them", || {
		assert_ok!(Operators::lock(&account(1), 4_900));
		change(1, |operator| operator.locked += 1);
	});
}

#[test]
fn try_state_should_detect_a_leaving_candidate() {
	detects("an operator that leaves stands for election", || change(1, |operator| operator.leaving = true));
}

#[test]
fn try_state_should_detect_an_empty_unbonding_chunk() {
	detects("an unbonding chunk is empty", || {
		change(1, |operator| {
			operator.unbonding.try_push(Unbonding { amount: 0, matures_at: 99 }).expect("room for two more");
		});
	});
}

#[test]
fn try_state_should_detect_unordered_unbonding_chunks() {
	detects("unbonding chunks are not in the order in which they mature", || {
		change(1, |operator| {
			operator.active -= 1;
			operator.unbonding.try_push(Unbonding { amount: 1, matures_at: 2 }).expect("room for two more");
		});
	});
}

#[test]
fn try_state_should_detect_a_worker_key_that_leads_nowhere() {
	detects("the worker key of an operator does not lead to it", || {
		KeyOwner::<Test>::remove(worker_pair(1).public());
	});
}

#[test]
fn try_state_should_detect_a_worker_key_of_two_operators() {
	detects("the worker key of an operator does not lead to it", || {
		change(2, |operator| operator.worker_key = worker_pair(1).public());
	});
}

#[test]
fn try_state_should_detect_a_worker_key_without_operator() {
	detects("a worker key leads to an account that does not use it", || {
		KeyOwner::<Test>::insert(worker_pair(9).public(), account(1));
	});
}

#[test]
fn try_state_should_detect_unsorted_candidates() {
	detects("candidates are not sorted by stake", || {
		Candidates::<Test>::mutate(|list| list.as_mut().reverse());
	});
}

#[test]
fn try_state_should_detect_a_missing_candidate() {
	const EXPECTED: &str = "the candidates are not exactly the operators with weight that want to validate";
	detects(EXPECTED, || Candidates::<Test>::mutate(|list| list.truncate(1)));
}

#[test]
fn try_state_should_detect_a_candidate_with_outdated_stake() {
	const EXPECTED: &str = "the candidates are not exactly the operators with weight that want to validate";
	detects(EXPECTED, || Candidates::<Test>::mutate(|list| list.as_mut()[0].stake += 1));
}
