//! `request`: what is taken, for which price, and what is refused.

use super::*;
use assay_primitives::Job;

#[test]
fn request_should_hold_the_price_and_queue() {
	Builder::default().run(|| {
		assert_ok!(request(REQUESTER, VERSION, ESCROW));
		assert_eq!(escrowed(REQUESTER), ESCROW);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - ESCROW);
		let panel = Default::default();
		assert_eq!(state(0), RequestState::Pending { panel, deadline: 1 + PENDING_PERIOD });
		assert_eq!(
			last_event(),
			Event::Requested { request: 0, requester: account(REQUESTER), version: VERSION, escrow: ESCROW }
		);
	});
}

#[test]
fn requests_should_be_numbered_and_have_their_number_as_seed() {
	Builder::default().run(|| {
		for expected in 0..3 {
			let id = ask();
			assert_eq!(id, expected);
			assert_eq!(stored(id).seed, expected);
		}
		let id = crate::NextRequest::<Test>::get();
		assert_ok!(Inference::request(
			origin(REQUESTER),
			VERSION,
			input(),
			security(),
			ESCROW,
			Some(99),
			None
		));
		assert_eq!(stored(id).seed, 99);
	});
}

#[test]
fn request_should_name_the_job_that_workers_run() {
	Builder::default().run(|| {
		let id = ask();
		let job =
			Job { package: manifest(1).content, input: input(), seed: id, compute_limit: COMPUTE_LIMIT };
		assert_eq!(stored(id).job, job.id());
	});
}

#[test]
fn request_should_keep_its_price_when_prices_rise() {
	Builder::default().run(|| {
		let id = ask();
		PresentUnitPrice::set(1_000);
		assert_noop!(request(REQUESTER, VERSION, ESCROW), Error::<Test>::FeeTooLow);
		let worker = assigned(id);
		assert_eq!(operator(worker).locked, STAKE);
		commit(id, worker);
		reveal(id, worker);
		run_to(System::block_number() + WINDOW);
		let paid = BASE_PRICE + UNIT_PRICE * Balance::from(UNITS) + ROYALTY;
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - paid);
	});
}

#[test]
fn request_should_fail_when_max_fee_is_below_the_quote() {
	Builder::default().run(|| {
		assert_noop!(request(REQUESTER, VERSION, ESCROW - 1), Error::<Test>::FeeTooLow);
	});
}

#[test]
fn request_should_fail_when_the_requester_cannot_pay() {
	Builder::default().run(|| {
		assert_noop!(request(99, VERSION, ESCROW), Error::<Test>::InsufficientBalance);
		// The existential deposit cannot be spent.
		let keep = ESCROW + EXISTENTIAL_DEPOSIT - 1;
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), account(REQUESTER), keep));
		assert_noop!(request(REQUESTER, VERSION, ESCROW), Error::<Test>::InsufficientBalance);
	});
}

#[test]
fn request_should_fail_when_the_version_is_unknown() {
	Builder::default().run(|| {
		assert_noop!(request(REQUESTER, 77, ESCROW), Error::<Test>::UnknownVersion);
	});
}

#[test]
fn request_should_fail_when_the_version_is_deprecated() {
	Builder::default().run(|| {
		let open = ask();
		deprecate(VERSION);
		assert_noop!(request(REQUESTER, VERSION, ESCROW), Error::<Test>::Deprecated);
		// What was taken before is answered.
		assigned(open);
	});
}

#[test]
fn request_should_fail_when_nobody_serves_the_version() {
	Builder::default().operators([]).run(|| {
		assert_noop!(request(REQUESTER, VERSION, ESCROW), Error::<Test>::NotServed);
	});
}

#[test]
fn request_should_fail_when_the_window_is_out_of_range() {
	Builder::default().run(|| {
		let ask = |window| {
			let security = Security::Optimistic { window };
			Inference::request(origin(REQUESTER), VERSION, input(), security, ESCROW, None, None)
		};
		for window in [0, MIN_WINDOW - 1, MAX_WINDOW + 1, u32::MAX] {
			assert_noop!(ask(window), Error::<Test>::InvalidWindow);
		}
		for window in [MIN_WINDOW, MAX_WINDOW] {
			assert_ok!(ask(window));
		}
	});
}

#[test]
fn request_should_fail_when_the_price_overflows() {
	Builder::default().run(|| {
		PresentUnitPrice::set(Balance::MAX);
		assert_noop!(request(REQUESTER, VERSION, Balance::MAX), Error::<Test>::Overflow);
	});
}
