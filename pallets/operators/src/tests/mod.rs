//! One file per family of calls; `invariants` breaks storage by hand, `random` mixes everything.

mod bonding;
mod genesis;
mod invariants;
mod locks;
mod random;
mod registration;
mod session;
mod slashing;

use crate::{Candidates, Ledger, Operator, mock::*};
use assay_primitives::{AccountId, Balance};
use frame_support::{dispatch::DispatchResult, traits::fungible::InspectHold};
use sp_runtime::Perbill;

fn origin(n: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(n))
}

/// Registers account `n` with worker key `n`.
fn register(n: u8, self_bond: Balance, validate: bool) -> DispatchResult {
	let (key, proof) = worker_key(n, n);
	Operators::register(origin(n), self_bond, Perbill::from_percent(5), key, proof, validate)
}

fn operator(n: u8) -> Operator<Test> {
	Ledger::<Test>::get(account(n)).expect("registered before")
}

fn held(n: u8) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::Bond.into(), &account(n))
}

fn candidates() -> Vec<AccountId> {
	Candidates::<Test>::get().into_iter().map(|candidate| candidate.operator).collect()
}

/// The last event of this pallet.
fn last_event() -> crate::Event<Test> {
	System::read_events_for_pallet::<crate::Event<Test>>().pop().expect("an event was emitted")
}
