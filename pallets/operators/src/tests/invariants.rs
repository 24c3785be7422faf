//! Every invariant detects the corruption it is there for.

use super::*;
use crate::{
	AuthoredBlocks, DelegatesTo, KeyOwner, MaturedPools, PendingPayout, RetiredKey, RetiredKeys,
	era::{EraIndex, Payout},
	pool::{MAX_SHARES_PER_UNIT, Pool},
	types::{UnbondingPool, UnbondingShares},
};
use frame_support::{BoundedVec, assert_ok};
use sp_core::Pair;
use sp_runtime::TryRuntimeError;

/// Two operators, both candidates, and delegators of the first, all with stake that unbonds; `corrupt` breaks something;
/// `try_state` has to say what.
fn detects(expected: &'static str, corrupt: impl FnOnce()) {
	let genesis = [genesis_operator(1, 5_000, true), genesis_operator(2, 6_000, true)];
	Builder::default().operators(genesis).build().execute_with(|| {
		assert_ok!(delegate(9, 1, 1_000));
		assert_ok!(delegate(10, 1, 1_000));
		assert_ok!(undelegate(10, 1, 500));
		// The pool of the first era is set aside when a fifth one begins.
		for era in 1..5 {
			next_block(Some(1));
			run_to(era * ERA_LENGTH);
			assert_ok!(Operators::begin_unbonding(origin(1), Some(100)));
		}
		assert_eq!(MaturedPools::<Test>::iter().count(), 1);
		assert_ok!(Operators::do_try_state());
		corrupt();
		assert_eq!(Operators::do_try_state(), Err(TryRuntimeError::Other(expected)));
	});
}

fn change(n: u8, change: impl FnOnce(&mut Operator<Test>)) {
	Ledger::<Test>::mutate(account(n), |operator| change(operator.as_mut().expect("registered before")));
}

fn change_delegation(n: u8, change: impl FnOnce(&mut Delegation<Test>)) {
	Delegations::<Test>::mutate(account(1), account(n), |delegation| {
		change(delegation.as_mut().expect("delegated before"))
	});
}

const KEYS: &str = "worker keys do not lead to exactly those who answer for them";
const POT: &str = "the pot does not hold exactly the stake of all pools and the existential deposit";
const ACTIVE_SHARES: &str = "the shares of an active pool are not those of its delegations";
const UNBONDING_SHARES: &str = "the shares of an unbonding pool are not those of its delegations";

#[test]
fn try_state_should_detect_stake_that_nobody_paid() {
	detects(POT, || change(1, |operator| operator.active.stake += 1));
	detects(POT, || change(1, |operator| operator.unbonding[0].pool.stake += 1));
	detects(POT, || MaturedPools::<Test>::mutate(account(1), 0, |pool| pool.as_mut().unwrap().stake += 1));
}

#[test]
fn try_state_should_detect_a_pot_that_is_wrong() {
	detects(POT, || {
		assert_ok!(Balances::mint_into(&Operators::pot_account(), 1));
	});
	detects(POT, || Operators::burn(1));
}

#[test]
fn try_state_should_detect_shares_that_nobody_holds() {
	detects(ACTIVE_SHARES, || change(1, |operator| operator.active.shares += 1));
	detects(ACTIVE_SHARES, || change(1, |operator| operator.own.shares -= 1));
	detects(ACTIVE_SHARES, || change_delegation(9, |delegation| delegation.shares += 1));
	detects(ACTIVE_SHARES, || change_delegation(9, |delegation| delegation.generation += 1));
}

#[test]
fn try_state_should_detect_unbonding_shares_that_nobody_holds() {
	detects(UNBONDING_SHARES, || change(1, |operator| operator.unbonding[1].pool.shares += 1));
	detects(UNBONDING_SHARES, || change(1, |operator| operator.own.unbonding[0].shares -= 1));
	detects(UNBONDING_SHARES, || change_delegation(10, |delegation| delegation.unbonding[0].shares += 1));
}

#[test]
fn try_state_should_detect_shares_of_a_pool_that_is_not_there() {
	detects("a delegation has shares of a pool that is not there", || {
		change_delegation(9, |delegation| {
			delegation.unbonding.try_push(UnbondingShares { era: 2, shares: 1 }).expect("it has none");
			delegation.unbonding[0].era = 99;
		});
	});
	detects("a delegation has shares of a pool that is not there", || {
		MaturedPools::<Test>::remove(account(1), 0);
	});
}

#[test]
fn try_state_should_detect_stake_without_shares() {
	detects("an active pool has stake without shares or shares without stake", || {
		change(2, |operator| {
			operator.active.shares = 0;
			operator.own.shares = 0;
		});
	});
}

#[test]
fn try_state_should_detect_more_shares_than_the_stake_can_carry() {
	detects("a pool has too many shares for its stake", || {
		change(2, |operator| {
			let shares = operator.active.stake * MAX_SHARES_PER_UNIT + 1;
			operator.active.shares = shares;
			operator.own.shares = shares;
		});
	});
}

#[test]
fn try_state_should_detect_an_empty_unbonding_pool() {
	detects("an unbonding pool is empty", || {
		change(2, |operator| {
			let empty = UnbondingPool { era: 1, pool: Pool::default() };
			operator.unbonding.try_push(empty).expect("it has none");
		});
	});
}

#[test]
fn try_state_should_detect_unordered_unbonding_pools() {
	const EXPECTED: &str = "unbonding pools are not in the order of their eras";
	detects(EXPECTED, || change(1, |operator| operator.unbonding.as_mut().swap(0, 1)));
	detects(EXPECTED, || change(1, |operator| operator.unbonding[3].era += 1));
}

#[test]
fn try_state_should_detect_a_pool_set_aside_too_early() {
	detects("a pool was set aside before it had matured", || {
		MaturedPools::<Test>::insert(account(2), 1, Pool { stake: 1, shares: 1 });
	});
}

#[test]
fn try_state_should_detect_a_delegation_to_nobody() {
	detects("a delegation is to an account that is no operator", || {
		Delegations::<Test>::insert(account(3), account(9), Delegation::default());
	});
}

#[test]
fn try_state_should_detect_an_operator_that_delegates_to_itself() {
	detects("an operator delegates to itself besides its own bond", || {
		Delegations::<Test>::insert(account(1), account(1), Delegation::default());
	});
}

#[test]
fn try_state_should_detect_an_empty_delegation() {
	detects("a delegation is empty", || {
		Delegations::<Test>::insert(account(2), account(9), Delegation::default());
	});
}

#[test]
fn try_state_should_detect_a_wrong_index() {
	const MISSING: &str = "a delegation is missing in the index of its delegator";
	const EXTRA: &str = "the index of a delegator has more than its delegations";
	const TWICE: &str = "the index of a delegator has an operator twice";
	let index = |n: u8, operators: &[u8]| {
		let operators: Vec<_> = operators.iter().copied().map(account).collect();
		DelegatesTo::<Test>::insert(account(n), frame_support::BoundedVec::truncate_from(operators));
	};
	detects(MISSING, || DelegatesTo::<Test>::remove(account(9)));
	detects(EXTRA, || index(9, &[1, 2]));
	detects(EXTRA, || index(3, &[]));
	detects(TWICE, || index(9, &[1, 1]));
}

#[test]
fn try_state_should_detect_a_wrong_number_of_delegators() {
	const EXPECTED: &str = "an operator counts more or fewer delegators than it has";
	detects(EXPECTED, || change(1, |operator| operator.delegators += 1));
	detects(EXPECTED, || change(2, |operator| operator.delegators += 1));
}

#[test]
fn try_state_should_detect_locks_beyond_the_bond() {
	detects("open tasks lock more stake than was bonded for them", || {
		assert_ok!(Operators::lock(&account(1), Operators::free_stake(&account(1))));
		change(1, |operator| operator.locked += 1);
	});
}

#[test]
fn try_state_should_detect_a_leaving_candidate() {
	detects("an operator that leaves stands for election", || {
		change(1, |operator| {
			operator.leaving = true;
			operator.weight = 0;
		})
	});
}

#[test]
fn try_state_should_detect_too_much_weight() {
	const EXPECTED: &str = "an operator has more weight than its stake gives it";
	detects(EXPECTED, || change(1, |operator| operator.weight = operator.present_weight() + 1));
	detects(EXPECTED, || change(1, |operator| operator.misses.jailed_until = Some(99)));
}

#[test]
fn try_state_should_detect_blocks_of_nobody() {
	const BLOCKS: &str = "the blocks of the era are not those of its authors";
	detects(BLOCKS, || CurrentEra::<Test>::mutate(|era| era.blocks += 1));
	detects(BLOCKS, || AuthoredBlocks::<Test>::insert(era(), account(1), 1));
}

#[test]
fn try_state_should_detect_blocks_that_nobody_will_be_paid_for() {
	detects("blocks are noted for an era that is neither present nor being paid", || {
		AuthoredBlocks::<Test>::insert(era() + 1, account(1), 1);
	});
	detects("more blocks are to be paid for than the era had", || {
		PendingPayout::<Test>::put(Payout { era: 0, blocks: 1, amount: 5 });
		AuthoredBlocks::<Test>::insert(0, account(1), 2);
	});
}

#[test]
fn try_state_should_detect_a_worker_key_that_leads_nowhere() {
	detects(KEYS, || {
		KeyOwner::<Test>::remove(worker_pair(1).public());
	});
}

#[test]
fn try_state_should_detect_a_worker_key_of_two_operators() {
	detects(KEYS, || {
		change(2, |operator| operator.worker_key = worker_pair(1).public());
	});
}

#[test]
fn try_state_should_detect_a_worker_key_without_operator() {
	detects(KEYS, || {
		KeyOwner::<Test>::insert(worker_pair(9).public(), account(1));
	});
}

/// Operator `n` has replaced the key of account `key` in `era`, or so it says.
fn retire(n: u8, key: u8, era: EraIndex) {
	let retired = RetiredKey { key: worker_pair(key).public(), era };
	RetiredKeys::<Test>::try_append(account(n), retired).expect("a few");
}

#[test]
fn try_state_should_detect_a_replaced_key_that_leads_nowhere() {
	detects(KEYS, || retire(1, 9, 0));
}

#[test]
fn try_state_should_detect_a_replaced_key_of_two_operators_or_of_nobody() {
	const EXPECTED: &str = "a replaced worker key is of nobody, or of two operators";
	detects(EXPECTED, || retire(1, 2, 0));
	detects(EXPECTED, || retire(9, 9, 0));
}

#[test]
fn try_state_should_detect_replaced_keys_out_of_order() {
	const EXPECTED: &str = "replaced worker keys are not in the order of their eras";
	detects(EXPECTED, || [2, 1].into_iter().for_each(|era| retire(1, 9, era)));
	detects(EXPECTED, || retire(1, 9, 99));
	detects(EXPECTED, || RetiredKeys::<Test>::insert(account(1), BoundedVec::default()));
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
