//! Random operations, with every invariant checked after each.

use super::*;
use assay_primitives::traits::Operators as _;
use frame_support::storage::with_storage_layer;
use proptest::prelude::*;
use sp_runtime::{DispatchError, traits::Zero};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

#[derive(Clone, Debug)]
enum Operation {
	Register(u8, Balance, bool),
	SetWorkerKey(u8, u8),
	BondMore(u8, Balance),
	SetValidating(u8, bool),
	BeginUnbonding(u8, Option<Balance>),
	FinishUnbonding(u8),
	Lock(u8, Balance),
	Unlock(u8, Balance),
	SlashLocked(u8, Balance, u8, Balance),
	Offence(u8, u32, u32),
	Blocks(u32),
}

fn operation() -> impl Strategy<Value = Operation> {
	use Operation::*;
	let who = || 1..8u8;
	let amount = || prop_oneof![9 => 0..4_000u128, 1 => Just(Balance::MAX)];
	prop_oneof![
		4 => (who(), 500..6_000u128, any::<bool>()).prop_map(|(n, bond, validate)| Register(n, bond, validate)),
		1 => (who(), 1..20u8).prop_map(|(n, key)| SetWorkerKey(n, key)),
		2 => (who(), amount()).prop_map(|(n, amount)| BondMore(n, amount)),
		2 => (who(), any::<bool>()).prop_map(|(n, validating)| SetValidating(n, validating)),
		3 => (who(), prop::option::of(amount())).prop_map(|(n, amount)| BeginUnbonding(n, amount)),
		3 => who().prop_map(FinishUnbonding),
		3 => (who(), amount()).prop_map(|(n, amount)| Lock(n, amount)),
		2 => (who(), amount()).prop_map(|(n, amount)| Unlock(n, amount)),
		1 => (who(), amount(), 1..30u8, amount()).prop_map(|(n, amount, to, share)| SlashLocked(n, amount, to, share)),
		1 => (who(), 0..=100u32, 0..4u32).prop_map(|(n, percent, session)| Offence(n, percent, session)),
		2 => (1..12u32).prop_map(Blocks),
	]
}

fn apply(operation: Operation) -> Result<(), DispatchError> {
	use Operation::*;
	match operation {
		Register(n, self_bond, validate) => register(n, self_bond, validate),
		SetWorkerKey(n, key) => {
			let (key, proof) = worker_key(key, n);
			Operators::set_worker_key(origin(n), key, proof)
		}
		BondMore(n, amount) => Operators::bond_more(origin(n), amount),
		SetValidating(n, validating) => Operators::set_validating(origin(n), validating),
		BeginUnbonding(n, amount) => Operators::begin_unbonding(origin(n), amount),
		FinishUnbonding(n) => Operators::finish_unbonding(origin(n)),
		Lock(n, amount) => Operators::lock(&account(n), amount),
		Unlock(n, amount) => Operators::unlock(&account(n), amount),
		SlashLocked(n, amount, to, share) => {
			Operators::slash_locked(&account(n), amount, &account(to), share)
		}
		Offence(n, percent, session) => {
			Operators::on_offence(
				&[OffenceDetails { offender: (account(n), ()), reporters: vec![] }],
				&[Perbill::from_percent(percent)],
				session,
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
	fn invariants_should_hold_after_any_operations(operations in prop::collection::vec(operation(), 1..80)) {
		Builder::default().build().execute_with(|| {
			for operation in operations {
				let issuance = Balances::total_issuance();
				let slashing = matches!(operation, Operation::SlashLocked(..) | Operation::Offence(..));
				// As a transaction: an error changes nothing. A refused call must not be heard of either.
				let heard = HeardWeights::get();
				if with_storage_layer(|| apply(operation)).is_err() {
					HeardWeights::set(heard);
				}
				check();
				// Only a slash burns, and nothing mints.
				let burned = issuance.checked_sub(Balances::total_issuance()).expect("nothing mints");
				assert!(slashing || burned.is_zero());
				assert!(!Session::validators().is_empty());
			}
		});
	}
}
