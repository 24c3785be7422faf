//! `serve`, `stop_serving`, and the draw.

use super::*;
use crate::{Error, Event, Pool, Pools};
use assay_primitives::traits::{Fault, Models as _, Operators as _};
use frame_support::assert_noop;

#[test]
fn serve_should_add_the_operator_with_its_stake() {
	run(|| {
		let version = register();
		assert_ok!(serve(2, version));
		assert_eq!(last_event(), Event::ServingStarted { version, operator: account(2) });
		assert_ok!(serve(3, version));
		assert_eq!(Pools::<Test>::get(version), Pool { servers: 2, weight: 5_000 });
		assert_eq!(Models::servers(version), 2);
		assert_eq!(Models::serves(&account(3)), [version]);
	});
}

#[test]
fn serve_should_fail_when_caller_or_version_may_not() {
	run(|| {
		let version = register();
		assert_noop!(serve(9, version), Error::<Test>::NotAnOperator);
		assert_noop!(serve(1, version + 1), Error::<Test>::UnknownVersion);
		assert_ok!(serve(1, version));
		assert_noop!(serve(1, version), Error::<Test>::AlreadyServing);
	});
}

#[test]
fn serve_should_be_bounded_per_operator() {
	run(|| {
		let versions: Vec<_> = (0..4).map(|_| register()).collect();
		for version in &versions[..3] {
			assert_ok!(serve(1, *version));
		}
		assert_noop!(serve(1, versions[3]), Error::<Test>::TooManyServed);
		assert_ok!(Models::stop_serving(origin(1), versions[0]));
		assert_ok!(serve(1, versions[3]));
	});
}

#[test]
fn stop_serving_should_end_draws() {
	run(|| {
		let version = register();
		for n in 1..=3 {
			assert_ok!(serve(n, version));
		}
		assert_ok!(Models::stop_serving(origin(1), version));
		assert_eq!(last_event(), Event::ServingStopped { version, operator: account(1) });
		assert_noop!(Models::stop_serving(origin(1), version), Error::<Test>::NotServing);
		// The last server moved to the free place.
		assert!((0..5_000).all(|random| Models::draw(version, random) != Some(account(1))));
		assert_ok!(Models::stop_serving(origin(2), version));
		assert_eq!(Models::draw(version, 4_999), Some(account(3)));
		assert_ok!(Models::stop_serving(origin(3), version));
		assert_eq!(Models::draw(version, 0), None);
	});
}

#[test]
fn draw_should_find_each_server_as_often_as_its_stake() {
	run(|| {
		let version = register();
		for n in 1..=OPERATORS {
			assert_ok!(serve(n, version));
		}
		// Every number below the sum of stakes once, in steps of a thousand.
		let mut drawn = [0u8; OPERATORS as usize + 1];
		for step in 0..36 {
			let server = Models::draw(version, step * 1_000 + 500).expect("served by all");
			let number: &[u8; 32] = server.as_ref();
			drawn[number[0] as usize] += 1;
		}
		assert_eq!(drawn, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
		// Randomness of full width.
		assert!(Models::draw(version, u128::MAX).is_some());
	});
}

#[test]
fn draw_should_be_none_when_nobody_with_stake_serves() {
	run(|| {
		let version = register();
		assert_eq!(Models::draw(version, 1), None);
		assert_eq!(Models::draw(version + 1, 1), None);
		assert_ok!(serve(1, version));
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		assert_eq!(Models::servers(version), 1);
		assert_eq!(Models::draw(version, 1), None);
	});
}

#[test]
fn weight_should_follow_the_operators_stake() {
	run(|| {
		let versions = [register(), register()];
		for version in versions {
			assert_ok!(serve(1, version));
			assert_ok!(serve(2, version));
		}
		assert_ok!(Operators::bond_more(origin(1), 500));
		assert_ok!(Operators::lock(&account(2), 2_000));
		let fault = Fault { unlock: 2_000, amount: 100, share: sp_runtime::Perbill::zero() };
		assert_eq!(Operators::slash(&account(2), fault, &[]), 100);
		for version in versions {
			assert_eq!(Pools::<Test>::get(version), Pool { servers: 2, weight: 1_500 + 1_900 });
			assert_eq!(Models::draw(version, 1_499), Some(account(1)));
			assert_eq!(Models::draw(version, 1_500), Some(account(2)));
		}
	});
}

#[test]
fn weight_should_follow_delegations_jail_and_rewards_told_late() {
	run(|| {
		let version = register();
		assert_ok!(serve(1, version));
		assert_ok!(serve(2, version));
		let weight = || Pools::<Test>::get(version).weight;
		assert_ok!(Operators::delegate(origin(9), account(1), 500));
		assert_eq!(weight(), 3_500);
		// A reward touches no tree; the next change of stake brings its weight.
		Operators::slash(
			&account(2),
			Fault { unlock: 0, amount: 300, share: sp_runtime::Perbill::zero() },
			&[(&Operators::pot(), 300)],
		);
		assert_eq!(weight(), 3_200);
		Operators::reward(&account(1), 300);
		assert_eq!(weight(), 3_200);
		assert_ok!(Operators::undelegate(origin(9), account(1), None));
		assert_eq!(weight(), 1_700 + Operators::stake(&account(1)));
		for _ in 0..3 {
			Operators::note_missed(&account(1));
		}
		assert_eq!(weight(), 1_700);
		assert!((0..1_700).all(|random| Models::draw(version, random) == Some(account(2))));
	});
}

#[test]
fn operator_should_serve_nothing_once_it_left() {
	run(|| {
		let versions = [register(), register()];
		for version in versions {
			assert_ok!(serve(1, version));
			assert_ok!(serve(2, version));
		}
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		run_to(UNBONDED_AT);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert!(Models::serves(&account(1)).is_empty());
		for version in versions {
			assert_eq!(Pools::<Test>::get(version), Pool { servers: 1, weight: 2_000 });
		}
	});
}
