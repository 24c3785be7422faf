//! `challenge`: another result, in the window, by somebody who is not on the panel.

use super::*;
use crate::mock::Docket;
use assay_primitives::{Codec, ContentId};
use sp_runtime::DispatchError;

const BOND: Balance = BOND_MULTIPLE * FEE;

fn challenge(n: u8, id: RequestId) -> DispatchResult {
	let Execution { digest, output } = lie();
	Inference::challenge(origin(n), id, digest, output, BOND)
}

#[test]
fn challenge_should_open_a_case_and_stop_the_window() {
	Builder::default().run(|| {
		let (id, worker) = provisional();
		assert_ok!(challenge(25, id));
		let challenger = account(25);
		assert_eq!(last_event(), Event::Disputed { request: id, challenger: Some(challenger.clone()) });
		let RequestState::Disputed { panel, challenge } = state(id) else { panic!("not disputed") };
		assert_eq!(panel.len(), 1);
		assert_eq!(challenge.map(|c| (c.challenger, c.execution)), Some((challenger.clone(), lie())));
		let case = Docket::get(id).expect("a case was opened");
		let claims: Vec<_> = case
			.claims
			.iter()
			.map(|claim| (claim.claimant.clone(), claim.role, claim.digest, claim.at_risk))
			.collect();
		assert_eq!(
			claims,
			[
				(account(worker), Role::Worker, digest(), STAKE),
				(challenger, Role::Challenger, lie().digest, BOND)
			]
		);
		// Nothing happens until there is a verdict.
		assert_eq!(stored(id).due, None);
		run_to(System::block_number() + 2 * WINDOW);
		assert!(matches!(state(id), RequestState::Disputed { .. }));
		assert_eq!(operator(worker).locked, STAKE);
		assert_noop!(Inference::advance(origin(25), id), Error::<Test>::InDispute);
		assert_noop!(Inference::prune(origin(25), id), Error::<Test>::NotSettled);
	});
}

#[test]
fn challenge_should_be_possible_for_the_requester_until_the_last_block_of_the_window() {
	Builder::default().run(|| {
		let (id, _) = provisional();
		run_to(System::block_number() + WINDOW - 1);
		assert_ok!(challenge(REQUESTER, id));
	});
}

#[test]
fn challenge_should_be_refused_when_the_window_is_over_even_when_the_hooks_lag() {
	Builder::default().run(|| {
		let (id, _) = provisional();
		System::set_block_number(System::block_number() + WINDOW);
		assert_noop!(challenge(25, id), Error::<Test>::WindowOver);
		assert_ok!(Inference::advance(origin(26), id));
		assert_noop!(challenge(25, id), Error::<Test>::AlreadySettled);
	});
}

#[test]
fn challenge_should_be_refused_when_there_is_nothing_to_challenge() {
	Builder::default().run(|| {
		assert_noop!(challenge(25, 99), Error::<Test>::UnknownRequest);
		let id = ask();
		assert_noop!(challenge(25, id), Error::<Test>::NotProvisional);
		let worker = assigned(id);
		assert_noop!(challenge(25, id), Error::<Test>::NotProvisional);
		commit(id, worker);
		assert_noop!(challenge(25, id), Error::<Test>::NotProvisional);
		reveal(id, worker);
		assert_ok!(challenge(25, id));
		// One at a time.
		assert_noop!(challenge(26, id), Error::<Test>::NotProvisional);
		assert_noop!(
			Inference::challenge(RuntimeOrigin::none(), id, lie().digest, lie().output, BOND),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn challenge_should_be_refused_when_the_caller_sits_on_the_panel() {
	Builder::default().run(|| {
		let (id, worker) = provisional();
		assert_noop!(challenge(worker, id), Error::<Test>::OnThePanel);
		assert_ok!(challenge(worker % 3 + 1, id));
	});
}

#[test]
fn challenge_should_be_refused_when_it_says_the_same() {
	Builder::default().run(|| {
		let (id, _) = provisional();
		let same = Inference::challenge(origin(25), id, digest(), output(), BOND);
		assert_noop!(same, Error::<Test>::SameAnswer);
	});
}

#[test]
fn challenge_should_be_refused_when_it_could_not_be_an_answer() {
	Builder::default().run(|| {
		let (id, _) = provisional();
		let challenge = |digest, output| Inference::challenge(origin(25), id, digest, output, BOND);
		assert_noop!(challenge(lie().digest, output()), Error::<Test>::OutputMismatch);
		let failed = ResultDigest { outcome: Outcome::OutOfMemory, ..lie().digest };
		let content = Payload::Content(ContentId { codec: Codec::Raw, digest: [0; 32] });
		assert_noop!(challenge(failed, content.clone()), Error::<Test>::OutputMismatch);
		let greedy = ResultDigest { compute_units: COMPUTE_LIMIT + 1, ..lie().digest };
		assert_noop!(challenge(greedy, lie().output), Error::<Test>::ComputeLimitExceeded);
		// As an answer, it may be elsewhere.
		assert_ok!(challenge(lie().digest, content));
	});
}

#[test]
fn challenge_should_be_refused_when_its_bond_is_more_than_the_caller_agrees_to() {
	Builder::default().run(|| {
		let (id, _) = provisional();
		let challenge = |max_bond| Inference::challenge(origin(25), id, lie().digest, lie().output, max_bond);
		assert_noop!(challenge(0), Error::<Test>::BondTooHigh);
		assert_noop!(challenge(BOND - 1), Error::<Test>::BondTooHigh);
		assert_ok!(challenge(Balance::MAX));
	});
}

#[test]
fn challenge_should_change_nothing_when_nobody_takes_its_case() {
	Builder::default().run(|| {
		let (id, _) = provisional();
		CourtClosed::set(true);
		assert_noop!(challenge(25, id), DispatchError::Unavailable);
		CourtClosed::set(false);
		assert_ok!(challenge(25, id));
	});
}

#[test]
fn challenge_should_reach_the_answer_of_a_quorum() {
	Builder::default().run(|| {
		let (id, workers) = quorum();
		for n in &workers {
			commit(id, *n);
		}
		for n in &workers {
			reveal(id, *n);
		}
		run_to(System::block_number() + QUORUM_WINDOW - 1);
		assert_ok!(challenge(25, id));
		assert_eq!(Docket::get(id).expect("a case").claims.len(), 4);
	});
}
