//! `register`, `set_worker_key`, `set_validating`.

use super::*;
use crate::{Error, Event, KeyOwner, RetiredKeys};
use assay_primitives::commitment::worker_key_message;
use frame_support::{assert_noop, assert_ok};
use sp_core::{H256, Pair};
use sp_runtime::TokenError;

#[test]
fn register_should_take_the_bond_and_claim_the_key() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_eq!(bonded(1), 5_000);
		assert_eq!((pot(), Balances::free_balance(account(1))), (5_000, INITIAL_BALANCE - 5_000));
		assert_eq!(operator(1).bonded_since, 1);
		let (key, _) = worker_key(1, 1);
		assert_eq!(Operators::operator_of(&key), Some(account(1)));
		assert_eq!(Operators::worker_key(&account(1)), Some(key.clone()));
		assert_eq!(
			last_event(),
			Event::Registered { operator: account(1), worker_key: key, self_bond: 5_000 }
		);
	});
}

#[test]
fn register_should_fail_when_already_registered() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		let (key, proof) = worker_key(2, 1);
		assert_noop!(
			Operators::register(origin(1), 5_000, Perbill::zero(), key, proof, false),
			Error::<Test>::AlreadyRegistered
		);
	});
}

#[test]
fn register_should_fail_when_worker_key_already_used() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		let (key, proof) = worker_key(1, 2);
		assert_noop!(
			Operators::register(origin(2), 5_000, Perbill::zero(), key, proof, false),
			Error::<Test>::WorkerKeyAlreadyUsed
		);
	});
}

#[test]
fn register_should_fail_when_proof_is_of_another_operator_key_or_chain() {
	Builder::default().run(|| {
		let (key, of_another_operator) = worker_key(1, 2);
		let (_, by_another_key) = worker_key(2, 1);
		let message = worker_key_message(H256::repeat_byte(7), &account(1));
		let on_another_chain = worker_pair(1).sign(message.as_bytes());
		for proof in [of_another_operator, by_another_key, on_another_chain] {
			assert_noop!(
				Operators::register(origin(1), 5_000, Perbill::zero(), key.clone(), proof, false),
				Error::<Test>::InvalidWorkerKeyProof
			);
		}
	});
}

#[test]
fn register_should_fail_when_bond_is_too_small_or_not_there() {
	Builder::default().run(|| {
		assert_noop!(register(1, MIN_SELF_BOND - 1, false), Error::<Test>::BelowMinSelfBond);
		// The existential deposit has to stay free.
		assert_noop!(register(1, INITIAL_BALANCE, false), TokenError::FundsUnavailable);
		assert_noop!(register(1, Balance::MAX, false), TokenError::FundsUnavailable);
		assert_ok!(register(1, MIN_SELF_BOND, false));
	});
}

#[test]
fn register_should_fail_when_commission_is_too_high() {
	Builder::default().run(|| {
		let (key, proof) = worker_key(1, 1);
		let commission = Perbill::from_percent(51);
		assert_noop!(
			Operators::register(origin(1), 5_000, commission, key, proof, false),
			Error::<Test>::CommissionTooHigh
		);
	});
}

#[test]
fn register_should_bring_a_leaving_operator_back() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(delegate(9, 1, 700));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		run_to(UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		// The delegator stays, and with it the record; that must not keep the operator out for ever.
		assert_eq!((operator(1).active.stake, Operators::stake(&account(1))), (700, 0));
		let (key, proof) = worker_key(11, 1);
		let commission = Perbill::from_percent(50);
		assert_ok!(Operators::register(origin(1), 2_000, commission, key.clone(), proof, true));
		assert_eq!((Operators::stake(&account(1)), operator(1).bonded_since), (2_700, UNBONDED_AT));
		assert_eq!(Operators::operator_of(&key), Some(account(1)));
		assert_eq!(Operators::operator_of(&worker_pair(1).public()), None);
		assert!(!Operators::can_work(&account(1)), "it has to wait as a new one");
		// What it keeps of rewards changes for those who stayed as it always does.
		assert_eq!(operator(1).commission.at(era()), Perbill::from_percent(5));
		assert_eq!(operator(1).commission.pending(era()), Some((commission, era() + 3)));
	});
}

#[test]
fn register_should_fail_for_a_leaving_operator_with_open_tasks() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::lock(&account(1), 10));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		assert_noop!(register(1, 5_000, false), Error::<Test>::OpenTasks);
		assert_ok!(Operators::unlock(&account(1), 10));
		// With the same key, and while the rest of the old bond unbonds.
		assert_ok!(register(1, 5_000, false));
		assert_eq!(bonded(1), 10_000);
	});
}

#[test]
fn register_should_displace_the_last_candidate_when_list_is_full() {
	let genesis = (1..=4).map(|n| genesis_operator(n, 1_000 * Balance::from(n), true));
	Builder::default().operators(genesis).run(|| {
		assert_noop!(register(5, 1_000, true), Error::<Test>::TooManyCandidates);
		assert_ok!(register(5, 1_500, true));
		assert_eq!(candidates(), [4, 3, 2, 5].map(account));
		assert!(!operator(1).validating);
		System::assert_has_event(Event::ValidatingChanged { operator: account(1), validating: false }.into());
	});
}

#[test]
fn set_worker_key_should_keep_the_operator_accountable_for_the_old_key() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		let (key, proof) = worker_key(11, 1);
		assert_ok!(Operators::set_worker_key(origin(1), key.clone(), proof));
		assert_eq!(last_event(), Event::WorkerKeyChanged { operator: account(1), worker_key: key.clone() });
		assert_eq!(KeyOwner::<Test>::get(&key), Some(account(1)));
		assert_eq!(Operators::operator_of(&key), Some(account(1)));
		assert_eq!(Operators::operator_of(&worker_pair(1).public()), None);
		assert_eq!(Operators::accountable_for(&worker_pair(1).public()), Some(account(1)));
		// Nobody else may take it, so that it is clear who signed.
		let (old, proof) = worker_key(1, 2);
		let register =
			|| Operators::register(origin(2), 5_000, Perbill::zero(), old.clone(), proof.clone(), false);
		assert_noop!(register(), Error::<Test>::WorkerKeyAlreadyUsed);
		// As long as stake of then unbonds, and until the next replacement.
		for (block, accountable) in [(UNBONDED_AT - 1, Some(account(1))), (UNBONDED_AT, None)] {
			run_to(block);
			let (key, proof) = worker_key(block as u8, 1);
			assert_ok!(Operators::set_worker_key(origin(1), key, proof));
			assert_eq!(Operators::accountable_for(&worker_pair(1).public()), accountable);
		}
		assert_ok!(register());
	});
}

#[test]
fn set_worker_key_should_fail_when_the_operator_answers_for_too_many() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		let replace = |n| {
			let (key, proof) = worker_key(n, 1);
			Operators::set_worker_key(origin(1), key, proof)
		};
		for n in 11..19 {
			assert_ok!(replace(n));
		}
		assert_noop!(replace(19), Error::<Test>::TooManyRetiredKeys);
		assert_noop!(replace(11), Error::<Test>::WorkerKeyAlreadyUsed);
		run_to(UNBONDED_AT);
		assert_ok!(replace(11));
		assert_eq!(RetiredKeys::<Test>::get(account(1)).len(), 1);
	});
}

#[test]
fn operator_that_left_should_answer_for_no_key() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		let (key, proof) = worker_key(11, 1);
		assert_ok!(Operators::set_worker_key(origin(1), key, proof));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		assert_eq!(Operators::accountable_for(&worker_pair(1).public()), Some(account(1)));
		run_to(UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(KeyOwner::<Test>::iter().count() + RetiredKeys::<Test>::iter().count(), 0);
	});
}

#[test]
fn set_worker_key_should_fail_while_tasks_are_open() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::lock(&account(1), 10));
		let (key, proof) = worker_key(11, 1);
		assert_noop!(
			Operators::set_worker_key(origin(1), key.clone(), proof.clone()),
			Error::<Test>::OpenTasks
		);
		assert_ok!(Operators::unlock(&account(1), 10));
		assert_ok!(Operators::set_worker_key(origin(1), key, proof));
	});
}

#[test]
fn set_worker_key_should_fail_when_key_is_used_or_unproven() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(register(2, 5_000, false));
		let (key, proof) = worker_key(2, 1);
		assert_noop!(Operators::set_worker_key(origin(1), key, proof), Error::<Test>::WorkerKeyAlreadyUsed);
		let (key, _) = worker_key(3, 1);
		let (_, proof) = worker_key(3, 2);
		assert_noop!(
			Operators::set_worker_key(origin(1), key.clone(), proof.clone()),
			Error::<Test>::InvalidWorkerKeyProof
		);
		assert_noop!(Operators::set_worker_key(origin(9), key, proof), Error::<Test>::NotAnOperator);
	});
}

#[test]
fn set_validating_should_change_candidacy() {
	Builder::default().run(|| {
		assert_noop!(Operators::set_validating(origin(1), true), Error::<Test>::NotAnOperator);
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::set_validating(origin(1), true));
		assert_eq!(candidates(), [account(1)]);
		assert_eq!(last_event(), Event::ValidatingChanged { operator: account(1), validating: true });
		assert_ok!(Operators::set_validating(origin(1), false));
		assert!(candidates().is_empty());
	});
}

#[test]
fn set_validating_should_fail_when_list_is_full_of_more_stake() {
	let genesis = (1..=4).map(|n| genesis_operator(n, 2_000, true));
	Builder::default().operators(genesis).run(|| {
		assert_ok!(register(5, 1_000, false));
		assert_noop!(Operators::set_validating(origin(5), true), Error::<Test>::TooManyCandidates);
	});
}
