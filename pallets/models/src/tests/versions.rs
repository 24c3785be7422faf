//! `register`, `deprecate`.

use super::*;
use crate::{Error, Event, Namespaces};
use assay_primitives::{Manifest, traits::Models as _};
use codec::Encode;
use frame_support::assert_noop;
use sp_runtime::{BoundedVec, TokenError};

#[test]
fn register_should_number_versions_and_hold_a_deposit_by_size() {
	run(|| {
		assert_eq!(register(), 0);
		let bytes = (model_name("alice", "digits"), manifest()).encoded_size() as Balance;
		let deposit = VERSION_DEPOSIT + BYTE_DEPOSIT * bytes;
		assert_eq!(
			last_event(),
			Event::Registered { version: 0, name: model_name("alice", "digits"), number: 1, deposit }
		);
		assert_eq!(register(), 1);
		assert_eq!(
			last_event(),
			Event::Registered { version: 1, name: model_name("alice", "digits"), number: 2, deposit }
		);
		assert_eq!(held(10), NAMESPACE_DEPOSIT + 2 * deposit);
		assert_eq!(Namespaces::<Test>::get(label("alice")).map(|namespace| namespace.held), Some(held(10)));
		// Another model counts from 1 again.
		assert_ok!(Models::register(origin(10), label("alice"), label("letters"), manifest()));
		assert_eq!(Models::info(2).map(|info| (info.number, info.owner)), Some((1, account(10))));
	});
}

#[test]
fn register_should_fail_when_namespace_is_not_the_callers() {
	run(|| {
		assert_noop!(
			Models::register(origin(10), label("alice"), label("digits"), manifest()),
			Error::<Test>::UnknownNamespace
		);
		register();
		assert_noop!(
			Models::register(origin(11), label("alice"), label("digits"), manifest()),
			Error::<Test>::NotTheOwner
		);
		assert_noop!(
			Models::register(origin(10), label("alice"), label("Digits"), manifest()),
			Error::<Test>::InvalidLabel
		);
	});
}

#[test]
fn register_should_fail_when_deposit_is_not_there() {
	run(|| {
		register();
		let spendable = Balances::free_balance(account(10));
		assert_ok!(Balances::transfer_allow_death(origin(10), account(11), spendable - 100));
		assert_noop!(
			Models::register(origin(10), label("alice"), label("digits"), manifest()),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn register_should_fail_when_manifest_cannot_work() {
	fn text<Limit: sp_core::Get<u32>>(bytes: &[u8]) -> BoundedVec<u8, Limit> {
		BoundedVec::truncate_from(bytes.to_vec())
	}
	let tensors = |names: &[&str]| BoundedVec::truncate_from(names.iter().map(|name| tensor(name)).collect());
	let good = manifest;
	let bad: [(Manifest, Error<Test>); 9] = [
		(Manifest { size: 0, ..good() }, Error::EmptyPackage),
		(Manifest { compute_limit: 0, ..good() }, Error::NoComputeLimit),
		(Manifest { inputs: tensors(&[]), ..good() }, Error::InvalidTensors),
		(Manifest { outputs: tensors(&[]), ..good() }, Error::InvalidTensors),
		(Manifest { inputs: tensors(&["a", "b", "a"]), ..good() }, Error::InvalidTensors),
		(Manifest { outputs: tensors(&["a", ""]), ..good() }, Error::InvalidTensors),
		(Manifest { task: text(b"\xff"), ..good() }, Error::InvalidText),
		(Manifest { licence: text(b"\x1b[2J"), ..good() }, Error::InvalidText),
		(Manifest { tags: BoundedVec::truncate_from(vec![text(b"a\nb")]), ..good() }, Error::InvalidText),
	];
	run(|| {
		register();
		for (manifest, error) in bad {
			assert_noop!(Models::register(origin(10), label("alice"), label("digits"), manifest), error);
		}
	});
}

#[test]
fn deprecate_should_end_new_requests_and_new_servers() {
	run(|| {
		let version = register();
		assert_ok!(serve(1, version));
		assert_ok!(Models::deprecate(origin(10), version));
		assert_eq!(last_event(), Event::Deprecated { version });
		assert!(Models::is_deprecated(version));
		assert_noop!(serve(2, version), Error::<Test>::VersionDeprecated);
		assert_ok!(Models::stop_serving(origin(1), version));
	});
}

#[test]
fn deprecate_should_fail_when_not_the_owner_unknown_or_done_before() {
	run(|| {
		let version = register();
		assert_noop!(Models::deprecate(origin(11), version), Error::<Test>::NotTheOwner);
		assert_noop!(Models::deprecate(origin(10), 7), Error::<Test>::UnknownVersion);
		assert_ok!(Models::deprecate(origin(10), version));
		assert_noop!(Models::deprecate(origin(10), version), Error::<Test>::VersionDeprecated);
	});
}
