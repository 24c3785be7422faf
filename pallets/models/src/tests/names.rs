//! `claim_namespace`, `transfer_namespace`.

use super::*;
use crate::{Error, Event, Namespace, Namespaces};
use assay_primitives::traits::Models as _;
use frame_support::assert_noop;
use sp_runtime::TokenError;

#[test]
fn claim_should_hold_the_deposit() {
	run(|| {
		assert_ok!(Models::claim_namespace(origin(10), label("alice")));
		assert_eq!(last_event(), Event::NamespaceClaimed { namespace: label("alice"), owner: account(10) });
		assert_eq!(held(10), NAMESPACE_DEPOSIT);
		assert_eq!(
			Namespaces::<Test>::get(label("alice")),
			Some(Namespace { owner: account(10), deposit: NAMESPACE_DEPOSIT, held: NAMESPACE_DEPOSIT })
		);
	});
}

#[test]
fn claim_should_fail_when_taken_invalid_or_unpaid() {
	run(|| {
		assert_ok!(Models::claim_namespace(origin(10), label("alice")));
		assert_noop!(Models::claim_namespace(origin(11), label("alice")), Error::<Test>::NamespaceTaken);
		for bad in ["", "Alice", "al/ice", "-a"] {
			assert_noop!(Models::claim_namespace(origin(11), label(bad)), Error::<Test>::InvalidLabel);
		}
		assert_noop!(Models::claim_namespace(origin(99), label("bob")), TokenError::FundsUnavailable);
	});
}

#[test]
fn transfer_should_move_royalties_and_deposits() {
	run(|| {
		let version = register();
		let deposits = held(10);
		assert_ok!(Models::transfer_namespace(origin(10), label("alice"), account(11)));
		assert_eq!(
			last_event(),
			Event::NamespaceTransferred { namespace: label("alice"), from: account(10), to: account(11) }
		);
		assert_eq!((held(10), held(11)), (0, deposits));
		assert_eq!(Models::owner(version), Some(account(11)));
		// The new owner owns it like the old one did.
		assert_noop!(
			Models::register(origin(10), label("alice"), label("digits"), manifest()),
			Error::<Test>::NotTheOwner
		);
		assert_ok!(Models::register(origin(11), label("alice"), label("digits"), manifest()));
	});
}

#[test]
fn transfer_should_fail_when_not_the_owner_or_to_nobody() {
	run(|| {
		register();
		assert_noop!(
			Models::transfer_namespace(origin(11), label("alice"), account(11)),
			Error::<Test>::NotTheOwner
		);
		assert_noop!(
			Models::transfer_namespace(origin(10), label("bob"), account(11)),
			Error::<Test>::UnknownNamespace
		);
		let to_nobody = frame_support::storage::with_storage_layer(|| {
			Models::transfer_namespace(origin(10), label("alice"), account(99))
		});
		assert!(to_nobody.is_err());
		assert_eq!(Models::owner(0), Some(account(10)));
	});
}

#[test]
fn transfer_to_oneself_should_change_nothing() {
	run(|| {
		register();
		let deposits = held(10);
		assert_ok!(Models::transfer_namespace(origin(10), label("alice"), account(10)));
		assert_eq!(held(10), deposits);
	});
}
