//! Missed tasks, jail, `unjail`.

use super::*;
use crate::{Error, Event};
use frame_support::{assert_noop, assert_ok};

fn miss(n: u8, times: u32) {
	for _ in 0..times {
		Operators::note_missed(&account(n));
	}
}

#[test]
fn missed_tasks_should_be_counted_until_one_is_done() {
	Builder::default().run(|| {
		assert_ok!(register(1, 5_000, false));
		miss(1, 2);
		miss(9, 5);
		let missed = || {
			let info = Operators::info(&account(1)).expect("registered above");
			(info.missed, info.missed_in_a_row)
		};
		assert_eq!(missed(), (2, 2));
		Operators::note_done(&account(1));
		Operators::note_done(&account(9));
		assert_eq!(missed(), (2, 0));
		miss(1, 2);
		assert_eq!(missed(), (4, 2));
		assert_eq!(Operators::stake(&account(1)), 5_000);
		assert!(Operators::info(&account(9)).is_none());
	});
}

#[test]
fn operator_should_be_jailed_when_it_misses_too_many_in_a_row() {
	Builder::default().operators([genesis_operator(1, 5_000, true)]).run(|| {
		assert_ok!(Operators::lock(&account(1), 2_000));
		miss(1, 3);
		assert_eq!(last_event(), Event::Jailed { operator: account(1), until: 11 });
		assert_eq!(Operators::stake(&account(1)), 0);
		assert!(!Operators::can_work(&account(1)));
		assert!(candidates().is_empty());
		assert_eq!(Operators::info(&account(1)).and_then(|info| info.jailed_until), Some(11));
		// What it already has goes on, and what others do does not free it.
		assert_ok!(Operators::unlock(&account(1), 1_000));
		assert_ok!(Operators::bond_more(origin(1), 1_000));
		assert_ok!(delegate(9, 1, 1_000));
		Operators::note_done(&account(1));
		miss(1, 9);
		assert_eq!(Operators::stake(&account(1)), 0);
		assert_eq!(operator(1).misses.jailings, 1);
	});
}

#[test]
fn unjail_should_be_refused_before_its_time() {
	Builder::default().operators([genesis_operator(1, 5_000, true)]).run(|| {
		assert_noop!(Operators::unjail(origin(1)), Error::<Test>::NotJailed);
		assert_noop!(Operators::unjail(origin(9)), Error::<Test>::NotAnOperator);
		miss(1, 3);
		run_to(10);
		assert_noop!(Operators::unjail(origin(1)), Error::<Test>::StillJailed);
		run_to(11);
		assert_eq!(Operators::stake(&account(1)), 0, "it does not leave by itself");
		assert_ok!(Operators::unjail(origin(1)));
		assert_eq!(last_event(), Event::Unjailed { operator: account(1) });
		assert_eq!(Operators::stake(&account(1)), 5_000);
		assert!(Operators::can_work(&account(1)));
		assert_eq!(candidates(), [account(1)]);
		assert_noop!(Operators::unjail(origin(1)), Error::<Test>::NotJailed);
	});
}

#[test]
fn jail_should_last_longer_each_time_until_it_is_forgotten() {
	Builder::default().operators([genesis_operator(1, 5_000, true)]).run(|| {
		for period in [10, 60] {
			let until = System::block_number() + period;
			miss(1, 3);
			assert_eq!(last_event(), Event::Jailed { operator: account(1), until });
			// Four eras without a jailing make it the first time again; ten blocks are two, sixty are twelve.
			run_to(until);
			assert_ok!(Operators::unjail(origin(1)));
		}
		miss(1, 3);
		let until = System::block_number() + 10;
		assert_eq!(last_event(), Event::Jailed { operator: account(1), until });
	});
}

#[test]
fn jailed_operator_should_be_free_to_leave() {
	Builder::default().operators([genesis_operator(1, 5_000, true)]).run(|| {
		miss(1, 3);
		assert_ok!(Operators::begin_unbonding(origin(1), None));
		run_to(UNBONDED_AT);
		assert_ok!(Operators::unjail(origin(1)));
		assert_eq!(Operators::stake(&account(1)), 0);
		assert_ok!(Operators::finish_unbonding(origin(1)));
		assert_eq!(last_event(), Event::Removed { operator: account(1) });
	});
}
