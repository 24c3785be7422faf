//! How long a settled request stays readable.

use super::*;
use crate::{Agenda, Inputs};
use frame_support::dispatch::Pays;

#[test]
fn settled_request_should_be_readable_and_then_gone() {
	Builder::default().run(|| {
		let (id, _) = finalised();
		let settled_at = System::block_number();
		run_to(settled_at + RETENTION_PERIOD - 1);
		assert!(matches!(state(id), RequestState::Final { .. }));
		next_block();
		assert_eq!(Requests::<Test>::get(id), None);
		assert_eq!(Inputs::<Test>::get(id), None);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_eq!(last_event(), Event::Pruned { request: id });
	});
}

#[test]
fn nothing_should_be_left_of_an_expired_request() {
	Builder::default().operators([(1, STAKE - 1)]).run(|| {
		let id = ask();
		run_to(3 + PENDING_PERIOD + RETENTION_PERIOD);
		assert_eq!(Requests::<Test>::iter().count(), 0);
		assert_eq!(Inputs::<Test>::iter().count(), 0);
		assert_eq!(crate::QueueHead::<Test>::get(), crate::QueueTail::<Test>::get());
		assert_eq!(crate::Workloads::<Test>::iter().count(), 0);
		// Numbers are not used again.
		assert_eq!(ask(), id + 1);
	});
}

#[test]
fn anybody_should_be_able_to_prune_when_the_hooks_lag() {
	Builder::default().run(|| {
		let (id, _) = finalised();
		System::set_block_number(System::block_number() + RETENTION_PERIOD - 1);
		assert_noop!(Inference::prune(origin(25), id), Error::<Test>::TooEarly);
		System::set_block_number(System::block_number() + 1);
		assert_eq!(Inference::prune(origin(25), id).unwrap().pays_fee, Pays::No);
		assert_noop!(Inference::prune(origin(25), id), Error::<Test>::UnknownRequest);
	});
}

#[test]
fn prune_should_be_refused_when_the_request_is_not_settled() {
	Builder::default().run(|| {
		let (id, _) = provisional();
		System::set_block_number(1_000);
		assert_noop!(Inference::prune(origin(25), id), Error::<Test>::NotSettled);
	});
}

#[test]
fn settled_request_should_keep_the_retention_that_it_was_settled_with() {
	Builder::default().run(|| {
		let (id, _) = finalised();
		let settled_at = System::block_number();
		PresentRetention::set(1);
		run_to(settled_at + RETENTION_PERIOD - 1);
		assert!(matches!(state(id), RequestState::Final { .. }));
		next_block();
		assert_eq!(Requests::<Test>::get(id), None);
	});
}

#[test]
fn settled_request_should_be_gone_in_the_next_block_when_nothing_is_retained() {
	Builder::default().run(|| {
		PresentRetention::set(0);
		let (id, _) = finalised();
		next_block();
		assert_eq!(Requests::<Test>::get(id), None);
	});
}
