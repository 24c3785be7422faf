//! Where money goes over the whole life of requests, and attacks that would earn by moving it.

use super::*;
use assay_primitives::traits::Operators as _;
use sp_runtime::Perbill;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

/// Sum of everything that everybody owns, held or not.
fn everything() -> Balance {
	let accounts = (0..=255).map(account).chain([Operators::pot()]);
	accounts.map(|account| Balances::total_balance(&account)).sum()
}

#[test]
fn nothing_should_be_created_or_lost_but_by_burning() {
	Builder::default().run(|| {
		assert_eq!(everything(), Balances::total_issuance());
		let before = everything();
		finalised();
		assert_eq!(everything(), before, "an answer moves money only");

		let id = ask();
		let late = assigned(id);
		run_to(deadline(id) + 1);
		assert_eq!(everything(), before - FEE);
		let silent = assigned(id);
		assert_ne!(late, silent);
		commit(id, silent);
		run_to(deadline(id) + 1);
		assert_eq!(everything(), before - FEE - (STAKE - FEE));
		assert_eq!(everything(), Balances::total_issuance());
	});
}

#[test]
fn several_requests_of_one_account_should_each_have_their_escrow() {
	Builder::default().run(|| {
		let first = ask();
		assert_ok!(request(REQUESTER, VERSION, ESCROW));
		assert_ok!(request(OTHER_REQUESTER, VERSION, ESCROW));
		assert_eq!((escrowed(REQUESTER), escrowed(OTHER_REQUESTER)), (2 * ESCROW, ESCROW));
		let worker = assigned(first);
		commit(first, worker);
		reveal(first, worker);
		run_to(System::block_number() + WINDOW);
		assert!(matches!(state(first), RequestState::Final { .. }));
		// The other two were not answered at all by now and nobody touched their money.
		assert_eq!((escrowed(REQUESTER), escrowed(OTHER_REQUESTER)), (ESCROW, ESCROW));
	});
}

#[test]
fn requester_should_not_earn_by_withholding_its_input() {
	Builder::default().run(|| {
		let nowhere = Payload::Content(manifest(99).content);
		assert_ok!(Inference::request(origin(REQUESTER), VERSION, nowhere, security(), ESCROW, None, None));
		for _ in 0..3 {
			assigned(0);
			run_to(deadline(0) + 1);
		}
		assert_eq!(state(0), RequestState::Expired);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE);
	});
}

#[test]
fn operator_should_not_earn_by_failing_its_own_request() {
	Builder::default().operators([(1, 3 * STAKE)]).run(|| {
		let before = wealth(1);
		assert_ok!(request(1, VERSION, ESCROW));
		let worker = assigned(0);
		commit(0, worker);
		run_to(deadline(0) + 1);
		assert_eq!(wealth(1) + escrowed(1), before - (STAKE - FEE));
	});
}

#[test]
fn slash_should_take_what_is_there_when_an_offence_took_the_rest() {
	Builder::default().run(|| {
		let (id, worker) = committed();
		let offender = OffenceDetails { offender: (account(worker), ()), reporters: vec![] };
		Operators::on_offence(&[offender], &[Perbill::from_percent(90)], 0);
		let left = operator(worker).active;
		assert!(left < STAKE);
		run_to(deadline(id) + 1);
		let operator = operator(worker);
		assert_eq!((operator.active, operator.locked), (0, 0));
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - ESCROW + FEE.min(left));
		assert!(matches!(state(id), RequestState::Pending { .. }));
	});
}
