//! `set_capacity`: how many tasks an operator wants.

use super::*;
use crate::Workloads;
use sp_runtime::DispatchError;

#[test]
fn operator_should_not_be_drawn_beyond_its_capacity() {
	Builder::default().operators([(1, 9 * STAKE)]).run(|| {
		assert_ok!(Inference::set_capacity(origin(1), 1));
		assert_eq!(last_event(), Event::CapacitySet { operator: account(1), capacity: 1 });
		assert_eq!(Inference::workload(&account(1)), (0, 1));
		let (first, second) = (ask(), ask());
		run_to(5);
		assert!(matches!(state(first), RequestState::Assigned { .. }));
		assert!(matches!(state(second), RequestState::Pending { .. }));
		commit(first, 1);
		reveal(first, 1);
		assert_eq!(assigned(second), 1);
	});
}

#[test]
fn operator_should_keep_its_tasks_when_it_wants_no_more() {
	Builder::default().operators([(1, 9 * STAKE)]).run(|| {
		let (first, second) = (ask(), ask());
		assigned(first);
		assert_ok!(Inference::set_capacity(origin(1), 0));
		assert_eq!(Inference::workload(&account(1)), (2, 0));
		commit(first, 1);
		commit(second, 1);
		let third = ask();
		run_to(System::block_number() + 3);
		assert!(matches!(state(third), RequestState::Pending { .. }));
		reveal(first, 1);
		reveal(second, 1);
		// The choice outlives the tasks, until it is taken back.
		assert_eq!(Workloads::<Test>::get(account(1)).capacity, Some(0));
		assert_ok!(Inference::set_capacity(origin(1), MAX_OPEN_TASKS));
		assert_eq!(Workloads::<Test>::iter().count(), 0);
		assert_eq!(assigned(third), 1);
	});
}

#[test]
fn set_capacity_should_fail_when_it_is_more_than_there_may_be() {
	Builder::default().run(|| {
		for capacity in [MAX_OPEN_TASKS + 1, u32::MAX] {
			assert_noop!(Inference::set_capacity(origin(1), capacity), Error::<Test>::CapacityTooHigh);
		}
		assert_eq!(Inference::workload(&account(1)), (0, MAX_OPEN_TASKS));
	});
}

#[test]
fn set_capacity_should_fail_when_the_caller_is_no_operator() {
	Builder::default().run(|| {
		assert_noop!(Inference::set_capacity(origin(25), 1), Error::<Test>::NotAnOperator);
		assert_noop!(Inference::set_capacity(RuntimeOrigin::none(), 1), DispatchError::BadOrigin);
	});
}
