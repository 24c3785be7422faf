//! Random operations on models and operators together, with every invariant of both checked after each.

use super::*;
use assay_primitives::{
	commitment::worker_key_message,
	traits::{Fault, Operators as _},
	worker::WorkerPair,
};
use frame_support::storage::with_storage_layer;
use proptest::prelude::*;
use sp_core::Pair;
use sp_runtime::{DispatchError, Perbill};

#[derive(Clone, Debug)]
enum Operation {
	Claim(u8, u8),
	Register(u8, u8, u8, u32),
	Deprecate(u8, VersionId),
	Transfer(u8, u8, u8),
	Serve(u8, VersionId),
	StopServing(u8, VersionId),
	RegisterOperator(u8, Balance),
	BondMore(u8, Balance),
	BeginUnbonding(u8, Option<Balance>),
	FinishUnbonding(u8),
	Lock(u8, Balance),
	Unlock(u8, Balance),
	Slash(u8, Balance, u32),
	Delegate(u8, u8, Balance),
	Undelegate(u8, u8),
	Missed(u8),
	Unjail(u8),
	Offence(u8, u32),
	Blocks(u32),
}

fn operation() -> impl Strategy<Value = Operation> {
	use Operation::*;
	let owner = || 10..13u8;
	let namespace = || 0..4u8;
	let operator = || 1..11u8;
	let version = || 0..8u32;
	let amount = || 0..3_000u128;
	prop_oneof![
		2 => (owner(), namespace()).prop_map(|(n, name)| Claim(n, name)),
		4 => (owner(), namespace(), 0..3u8, 0..3u32)
			.prop_map(|(n, namespace, name, size)| Register(n, namespace, name, size)),
		1 => (owner(), version()).prop_map(|(n, version)| Deprecate(n, version)),
		1 => (owner(), namespace(), 10..30u8).prop_map(|(n, name, to)| Transfer(n, name, to)),
		6 => (operator(), version()).prop_map(|(n, version)| Serve(n, version)),
		3 => (operator(), version()).prop_map(|(n, version)| StopServing(n, version)),
		2 => (operator(), 900..5_000u128).prop_map(|(n, bond)| RegisterOperator(n, bond)),
		2 => (operator(), amount()).prop_map(|(n, amount)| BondMore(n, amount)),
		3 => (operator(), prop::option::of(amount())).prop_map(|(n, amount)| BeginUnbonding(n, amount)),
		3 => operator().prop_map(FinishUnbonding),
		2 => (operator(), amount()).prop_map(|(n, amount)| Lock(n, amount)),
		1 => (operator(), amount()).prop_map(|(n, amount)| Unlock(n, amount)),
		2 => (operator(), amount(), 0..=100u32).prop_map(|(n, amount, percent)| Slash(n, amount, percent)),
		3 => (11..20u8, operator(), amount()).prop_map(|(n, to, amount)| Delegate(n, to, amount)),
		2 => (11..20u8, operator()).prop_map(|(n, from)| Undelegate(n, from)),
		1 => operator().prop_map(Missed),
		1 => operator().prop_map(Unjail),
		1 => (operator(), 0..=100u32).prop_map(|(n, percent)| Offence(n, percent)),
		2 => (1..30u32).prop_map(Blocks),
	]
}

fn namespace(n: u8) -> assay_primitives::model::Label {
	label(["alice", "bob", "carol", "Not Valid"][n as usize])
}

fn apply(operation: Operation) -> Result<(), DispatchError> {
	use Operation::*;
	match operation {
		Claim(n, name) => Models::claim_namespace(origin(n), namespace(name)),
		Register(n, owner, name, size) => {
			let mut manifest = manifest();
			manifest.size = size.into();
			let name = label(["digits", "letters", "words"][name as usize]);
			Models::register(origin(n), namespace(owner), name, manifest)
		}
		Deprecate(n, version) => Models::deprecate(origin(n), version),
		Transfer(n, name, to) => Models::transfer_namespace(origin(n), namespace(name), account(to)),
		Serve(n, version) => serve(n, version),
		StopServing(n, version) => Models::stop_serving(origin(n), version),
		RegisterOperator(n, self_bond) => {
			let pair = WorkerPair::from_seed(&[n; 32]);
			let proof = pair.sign(worker_key_message(System::block_hash(0), &account(n)).as_bytes());
			Operators::register(origin(n), self_bond, Perbill::zero(), pair.public(), proof, false)
		}
		BondMore(n, amount) => Operators::bond_more(origin(n), amount),
		BeginUnbonding(n, amount) => Operators::begin_unbonding(origin(n), amount),
		FinishUnbonding(n) => Operators::finish_unbonding(origin(n)),
		Lock(n, amount) => Operators::lock(&account(n), amount),
		Unlock(n, amount) => Operators::unlock(&account(n), amount),
		Slash(n, amount, percent) => {
			let unlock = amount.min(Operators::locked_stake(&account(n)));
			let fault = Fault { unlock, amount, share: Perbill::from_percent(percent) };
			Operators::slash(&account(n), fault, &[(&account(20), amount / 2)]);
			Ok(())
		}
		Delegate(n, to, amount) => Operators::delegate(origin(n), account(to), amount),
		Undelegate(n, from) => Operators::undelegate(origin(n), account(from), None),
		Missed(n) => {
			(0..3).for_each(|_| Operators::note_missed(&account(n)));
			Ok(())
		}
		Unjail(n) => Operators::unjail(origin(n)),
		Offence(n, percent) => {
			use sp_staking::offence::{OffenceDetails, OnOffenceHandler};
			Operators::on_offence(
				&[OffenceDetails { offender: (account(n), ()), reporters: vec![] }],
				&[Perbill::from_percent(percent)],
				0,
			);
			Ok(())
		}
		Blocks(count) => {
			run_to(System::block_number() + count);
			Ok(())
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

	#[test]
	fn invariants_should_hold_after_any_operations(operations in prop::collection::vec(operation(), 1..120)) {
		new_test_ext().execute_with(|| {
			for operation in operations {
				// As a transaction: an error changes nothing.
				let _refused = with_storage_layer(|| apply(operation));
				check();
			}
		});
	}
}
