//! One file per family of calls; `invariants` breaks storage by hand, `random` mixes everything.

mod genesis;
mod invariants;
mod names;
mod random;
mod scale;
mod serving;
mod versions;
mod views;

use crate::mock::*;
use assay_primitives::{Balance, VersionId};
use frame_support::{assert_ok, dispatch::DispatchResult, traits::fungible::InspectHold};

fn origin(n: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(n))
}

fn held(n: u8) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::Deposit.into(), &account(n))
}

/// Account 10 claims `alice`, if nobody has, and registers the next version of `alice/digits`.
fn register() -> VersionId {
	if !crate::Namespaces::<Test>::contains_key(label("alice")) {
		assert_ok!(Models::claim_namespace(origin(10), label("alice")));
	}
	let version = crate::NextVersion::<Test>::get();
	assert_ok!(Models::register(origin(10), label("alice"), label("digits"), manifest()));
	version
}

fn serve(n: u8, version: VersionId) -> DispatchResult {
	Models::serve(origin(n), version)
}

/// The last event of this pallet.
fn last_event() -> crate::Event<Test> {
	System::read_events_for_pallet::<crate::Event<Test>>().pop().expect("an event was emitted")
}
