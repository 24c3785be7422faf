//! The price of a compute unit follows what is asked for.

use super::*;
use crate::{RequestedCompute, UnitPrice};

#[test]
fn price_should_rise_in_the_block_after_much_was_asked_for_and_fall_again() {
	Builder::default().run(|| {
		PresentUnitPrice::set(800);
		PresentTarget::set(COMPUTE_LIMIT);
		let price = || Inference::quote(VERSION, security(), None).unwrap().unit_price;
		assert_eq!(price(), 800);
		for _ in 0..2 {
			assert_ok!(request(REQUESTER, VERSION, Balance::MAX));
		}
		assert_eq!(RequestedCompute::<Test>::get(), 2 * COMPUTE_LIMIT);
		assert_eq!(price(), 800, "all requests of a block have one price");
		next_block();
		assert_eq!((price(), RequestedCompute::<Test>::get()), (900, 0));
		next_block();
		assert_eq!(price(), 800, "an eighth less would be below the floor");
		assert_eq!(UnitPrice::<Test>::get(), None, "the floor is not stored");
		// Who asked before the rise pays what was quoted.
		assert_eq!(stored(0).quote.unit_price, 800);
	});
}

#[test]
fn price_should_stand_still_at_the_target_and_count_every_worker() {
	Builder::default().run(|| {
		PresentUnitPrice::set(80);
		PresentTarget::set(3 * COMPUTE_LIMIT);
		UnitPrice::<Test>::put(800);
		let security = Security::Quorum(QuorumSize::Three);
		assert_ok!(Inference::request(
			origin(REQUESTER),
			VERSION,
			input(),
			security,
			Balance::MAX,
			None,
			None
		));
		next_block();
		assert_eq!(Inference::unit_price(), 800);
		next_block();
		assert_eq!(Inference::unit_price(), 700);
	});
}

#[test]
fn price_should_follow_its_floor_at_once() {
	Builder::default().run(|| {
		UnitPrice::<Test>::put(10);
		assert_eq!(Inference::unit_price(), 10);
		PresentUnitPrice::set(100);
		assert_eq!(Inference::unit_price(), 100);
		next_block();
		assert_eq!(Inference::unit_price(), 100);
	});
}

#[test]
fn request_should_not_count_when_it_is_refused() {
	Builder::default().run(|| {
		assert_noop!(request(REQUESTER, VERSION, ESCROW - 1), Error::<Test>::FeeTooLow);
		assert_eq!(RequestedCompute::<Test>::get(), 0);
	});
}
