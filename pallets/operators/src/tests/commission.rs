//! `set_commission`.

use super::*;
use crate::{Error, Event};
use frame_support::{assert_noop, assert_ok};

#[test]
fn set_commission_should_count_after_whole_eras() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(delegate(9, 1, 5_000));
		let commission = Perbill::from_percent(50);
		assert_ok!(Operators::set_commission(origin(1), commission));
		assert_eq!(
			last_event(),
			Event::CommissionAnnounced { operator: account(1), commission, from_era: 3 }
		);
		let info = Operators::info(&account(1)).expect("registered above");
		assert_eq!(info.commission, Perbill::from_percent(5));
		assert_eq!(info.next_commission, Some((commission, 3 * ERA_LENGTH)));
		run_to(3 * ERA_LENGTH - 1);
		reward(1, 1_000);
		assert_eq!((operator(1).own_stake(), delegated(9, 1)), (5_524, 5_475));
		run_to(3 * ERA_LENGTH);
		reward(1, 1_000);
		let info = Operators::info(&account(1)).expect("registered above");
		assert_eq!((info.commission, info.next_commission), (commission, None));
		// Half of it for the operator, and the other half shared, rounded down.
		assert_eq!((operator(1).own_stake(), delegated(9, 1)), (6_275, 5_724));
	});
}

#[test]
fn set_commission_should_replace_an_announced_change() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		assert_ok!(Operators::set_commission(origin(1), Perbill::from_percent(50)));
		run_to(ERA_LENGTH);
		assert_ok!(Operators::set_commission(origin(1), Perbill::from_percent(6)));
		run_to(3 * ERA_LENGTH);
		assert_eq!(operator(1).commission.at(era()), Perbill::from_percent(5));
		run_to(4 * ERA_LENGTH);
		assert_eq!(operator(1).commission.at(era()), Perbill::from_percent(6));
	});
}

#[test]
fn set_commission_should_fail_when_too_high_or_not_registered() {
	Builder::default().run(|| {
		let highest = Perbill::from_percent(50);
		assert_noop!(Operators::set_commission(origin(1), highest), Error::<Test>::NotAnOperator);
		assert_ok!(register(1, 5_000, false));
		let above = Perbill::from_parts(500_000_001);
		for commission in [above, Perbill::one()] {
			assert_noop!(Operators::set_commission(origin(1), commission), Error::<Test>::CommissionTooHigh);
		}
		assert_ok!(Operators::set_commission(origin(1), highest));
	});
}
