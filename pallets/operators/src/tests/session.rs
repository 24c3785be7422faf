//! The validator set, with the real session pallet.

use super::*;
use crate::Event;
use frame_support::assert_ok;
use pallet_session::SessionManager;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

#[test]
fn genesis_validators_should_be_those_with_most_stake() {
	let genesis = (1..=4).map(|n| genesis_operator(n, 1_000 * Balance::from(n), true));
	Builder::default().operators(genesis).run(|| {
		assert_eq!(Session::validators(), [account(4), account(3)]);
	});
}

#[test]
fn election_should_prefer_the_smaller_account_when_stakes_are_equal() {
	let genesis = [3, 1, 2].map(|n| genesis_operator(n, 1_000, true));
	Builder::default().operators(genesis).run(|| {
		assert_eq!(Session::validators(), [account(1), account(2)]);
	});
}

#[test]
fn validators_should_follow_stake_two_sessions_later() {
	let genesis = (1..=3).map(|n| genesis_operator(n, 1_000 * Balance::from(n), true));
	Builder::default().operators(genesis).run(|| {
		assert_ok!(Operators::bond_more(origin(1), 9_000));
		run_to(SESSION_LENGTH);
		assert_eq!(Session::validators(), [account(3), account(2)]);
		System::assert_has_event(Event::Elected { session: 2, validators: 2 }.into());
		run_to(2 * SESSION_LENGTH);
		assert_eq!(Session::validators(), [account(1), account(3)]);
	});
}

#[test]
fn delegations_should_decide_elections() {
	let genesis = (1..=3).map(|n| genesis_operator(n, 1_000 * Balance::from(n), true));
	Builder::default().operators(genesis).run(|| {
		assert_ok!(delegate(9, 1, 3_000));
		assert_eq!(candidates(), [1, 3, 2].map(account));
		run_to(2 * SESSION_LENGTH);
		assert_eq!(Session::validators(), [account(1), account(3)]);
	});
}

#[test]
fn jailed_operators_should_not_be_elected() {
	let genesis = (1..=3).map(|n| genesis_operator(n, 1_000 * Balance::from(n), true));
	Builder::default().operators(genesis).run(|| {
		for _ in 0..3 {
			Operators::note_missed(&account(3));
		}
		run_to(2 * SESSION_LENGTH);
		assert_eq!(Session::validators(), [account(2), account(1)]);
		// It still wants to, and is when it comes back.
		run_to(11);
		assert_ok!(Operators::unjail(origin(3)));
		assert_eq!(candidates(), [3, 2, 1].map(account));
	});
}

#[test]
fn election_should_pass_over_operators_without_session_keys() {
	// Accounts above 8 have no session keys.
	let genesis = [genesis_operator(9, 9_000, true), genesis_operator(1, 1_000, true)];
	Builder::default().operators(genesis).run(|| {
		assert_eq!(Session::validators(), [account(1)]);
	});
}

#[test]
fn validators_should_stay_when_nobody_stands_for_election() {
	Builder::default().operators([genesis_operator(1, 1_000, true)]).run(|| {
		assert_ok!(Operators::set_validating(origin(1), false));
		assert_eq!(<Operators as SessionManager<_>>::new_session(7), None);
		run_to(4 * SESSION_LENGTH);
		assert_eq!(Session::validators(), [account(1)]);
	});
}

#[test]
fn offender_should_be_disabled_and_not_be_elected_again() {
	let genesis = (1..=4).map(|n| genesis_operator(n, 1_000 * Balance::from(n), true));
	Builder::default().max_validators(4).operators(genesis).run(|| {
		assert_eq!(Session::validators(), [4, 3, 2, 1].map(account));
		Operators::on_offence(
			&[OffenceDetails { offender: (account(3), ()), reporters: vec![] }],
			&[Perbill::from_percent(1)],
			0,
		);
		// The second of the list is disabled for the rest of its session.
		let disabled: Vec<_> = Session::disabled_validators();
		assert_eq!(disabled, [1]);
		run_to(2 * SESSION_LENGTH);
		assert_eq!(Session::validators(), [4, 2, 1].map(account));
	});
}
