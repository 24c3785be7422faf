//! Requests with a raised stake.

use super::*;

fn ask_insured(stake: Balance) -> DispatchResult {
	Inference::request(origin(REQUESTER), VERSION, input(), security(), Balance::MAX, None, Some(stake))
}

#[test]
fn raised_stake_should_be_locked_and_paid_for_to_the_worker() {
	Builder::default().run(|| {
		let more = 1_001;
		assert_ok!(ask_insured(STAKE + more));
		let quote = stored(0).quote;
		let premium = 11;
		assert_eq!((quote.insurance, quote.worker_stake), (premium, STAKE + more), "1 %, rounded up");
		assert_eq!((quote.escrow, escrowed(REQUESTER)), (ESCROW + premium, ESCROW + premium));
		let worker = assigned(0);
		let before = wealth(worker);
		assert_eq!(operator(worker).locked, STAKE + more);
		commit(0, worker);
		reveal(0, worker);
		run_to(System::block_number() + WINDOW);
		let fee = BASE_PRICE + UNIT_PRICE * Balance::from(UNITS);
		assert_eq!(wealth(worker), before + fee - fee * 5 / 100 + premium);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - crate::math::charge(&quote, UNITS));
		assert_eq!(operator(worker).locked, 0);
	});
}

#[test]
fn raised_stake_should_be_what_a_fault_costs() {
	Builder::default().run(|| {
		assert_ok!(ask_insured(2 * STAKE));
		let worker = assigned(0);
		commit(0, worker);
		run_to(deadline(0) + 1);
		assert_eq!(operator(worker).active, STAKE);
	});
}

#[test]
fn raised_stake_should_leave_out_operators_with_less() {
	Builder::default().operators([(1, STAKE), (2, 3 * STAKE), (3, STAKE)]).run(|| {
		assert_ok!(ask_insured(2 * STAKE));
		assert_eq!(assigned(0), 2);
	});
}

#[test]
fn each_worker_of_a_quorum_should_be_paid_for_its_raised_stake() {
	Builder::default().run(|| {
		let security = Security::Quorum(QuorumSize::Three);
		let stake = Some(STAKE + 1_000);
		let quote = Inference::quote(VERSION, security, stake).unwrap();
		assert_eq!(quote.escrow, 3 * (FEE + 10) + ROYALTY);
		assert_ok!(Inference::request(
			origin(REQUESTER),
			VERSION,
			input(),
			security,
			quote.escrow,
			None,
			stake
		));
		assert_eq!(stored(0).quote, quote);
	});
}

#[test]
fn request_should_fail_when_the_stake_is_less_than_usual() {
	Builder::default().run(|| {
		assert_noop!(ask_insured(STAKE - 1), Error::<Test>::StakeTooLow);
		assert_noop!(ask_insured(0), Error::<Test>::StakeTooLow);
		assert_ok!(ask_insured(STAKE));
		assert_eq!(stored(0).quote.insurance, 0);
	});
}

#[test]
fn request_should_fail_when_the_premium_cannot_be_paid() {
	Builder::default().run(|| {
		assert_noop!(ask_insured(Balance::MAX), Error::<Test>::InsufficientBalance);
		let call = |max_fee| {
			let stake = Some(STAKE + 1_000);
			Inference::request(origin(REQUESTER), VERSION, input(), security(), max_fee, None, stake)
		};
		assert_noop!(call(ESCROW + 9), Error::<Test>::FeeTooLow);
		assert_ok!(call(ESCROW + 10));
	});
}
