//! Random operations, with every invariant checked after each.

use super::*;
use frame_support::storage::with_storage_layer;
use proptest::prelude::*;
use sp_runtime::DispatchError;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

#[derive(Clone, Debug)]
enum Operation {
	Register(u8, Balance, bool),
	SetWorkerKey(u8, u8),
	BondMore(u8, Balance),
	SetValidating(u8, bool),
	BeginUnbonding(u8, Option<Balance>),
	FinishUnbonding(u8),
	SetCommission(u8, u32),
	Delegate(u8, u8, Balance),
	Undelegate(u8, u8, Option<Balance>),
	Withdraw(u8, u8),
	Unjail(u8),
	Lock(u8, Balance),
	Unlock(u8, Balance),
	Slash(u8, Balance, Balance, u32, u8, Balance),
	Reward(u8, Balance),
	Missed(u8, u32),
	Done(u8),
	Offence(u8, u32, u32),
	Blocks(u32, Option<u8>),
}

impl Operation {
	/// Who called, unless another pallet did or blocks passed.
	fn caller(&self) -> Option<u8> {
		use Operation::*;
		match self {
			Register(n, ..)
			| SetWorkerKey(n, _)
			| BondMore(n, _)
			| SetValidating(n, _)
			| BeginUnbonding(n, _)
			| FinishUnbonding(n)
			| SetCommission(n, _)
			| Delegate(n, ..)
			| Undelegate(n, ..)
			| Withdraw(n, _)
			| Unjail(n) => Some(*n),
			Lock(..) | Unlock(..) | Slash(..) | Reward(..) | Missed(..) | Done(_) | Offence(..)
			| Blocks(..) => None,
		}
	}
}

fn operation() -> impl Strategy<Value = Operation> {
	use Operation::*;
	let who = || 1..8u8;
	let delegator = || 1..14u8;
	let amount = || prop_oneof![9 => 0..4_000u128, 1 => Just(Balance::MAX)];
	let percent = || prop_oneof![2 => Just(0u32), 3 => 0..=50u32, 1 => Just(100u32)];
	prop_oneof![
		4 => (who(), 500..6_000u128, any::<bool>()).prop_map(|(n, bond, validate)| Register(n, bond, validate)),
		1 => (who(), 1..20u8).prop_map(|(n, key)| SetWorkerKey(n, key)),
		2 => (who(), amount()).prop_map(|(n, amount)| BondMore(n, amount)),
		2 => (who(), any::<bool>()).prop_map(|(n, validating)| SetValidating(n, validating)),
		3 => (who(), prop::option::of(amount())).prop_map(|(n, amount)| BeginUnbonding(n, amount)),
		3 => who().prop_map(FinishUnbonding),
		3 => (who(), amount()).prop_map(|(n, amount)| Lock(n, amount)),
		2 => (who(), amount()).prop_map(|(n, amount)| Unlock(n, amount)),
		1 => (who(), 0..=60u32).prop_map(|(n, percent)| SetCommission(n, percent)),
		6 => (delegator(), who(), amount()).prop_map(|(n, operator, amount)| Delegate(n, operator, amount)),
		4 => (delegator(), who(), prop::option::of(amount()))
			.prop_map(|(n, operator, amount)| Undelegate(n, operator, amount)),
		4 => (delegator(), who()).prop_map(|(n, operator)| Withdraw(n, operator)),
		1 => who().prop_map(Unjail),
		3 => (who(), amount(), amount(), percent(), 1..30u8, amount())
			.prop_map(|(n, unlock, amount, percent, to, payment)| Slash(n, unlock, amount, percent, to, payment)),
		3 => (who(), 0..4_000u128).prop_map(|(n, amount)| Reward(n, amount)),
		2 => (who(), 1..5u32).prop_map(|(n, times)| Missed(n, times)),
		1 => who().prop_map(Done),
		1 => (who(), 0..=100u32, 0..4u32).prop_map(|(n, percent, session)| Offence(n, percent, session)),
		4 => (1..12u32, prop::option::of(who())).prop_map(|(count, author)| Blocks(count, author)),
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
		SetCommission(n, percent) => Operators::set_commission(origin(n), Perbill::from_percent(percent)),
		Delegate(n, operator, amount) => delegate(n, operator, amount),
		Undelegate(n, operator, amount) => undelegate(n, operator, amount),
		Withdraw(n, operator) => withdraw(n, operator),
		Unjail(n) => Operators::unjail(origin(n)),
		Slash(n, unlock, amount, percent, to, payment) => {
			// Nobody gives free what was not locked.
			let unlock = unlock.min(Operators::locked_stake(&account(n)));
			let fault = Fault { unlock, amount, share: Perbill::from_percent(percent) };
			Operators::slash(&account(n), fault, &[(&account(to), payment), (&account(20), payment)]);
			Ok(())
		}
		Reward(n, amount) => {
			reward(n, amount);
			Ok(())
		}
		Missed(n, times) => {
			(0..times).for_each(|_| Operators::note_missed(&account(n)));
			Ok(())
		}
		Done(n) => {
			Operators::note_done(&account(n));
			Ok(())
		}
		Offence(n, percent, session) => {
			Operators::on_offence(
				&[OffenceDetails { offender: (account(n), ()), reporters: vec![] }],
				&[Perbill::from_percent(percent)],
				session,
			);
			Ok(())
		}
		Blocks(count, author) => {
			(0..count).for_each(|_| next_block(author));
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
				let before: Vec<_> = (1..=20).map(wealth).collect();
				let caller = operation.caller();
				let minting = matches!(operation, Operation::Blocks(..));
				// As a transaction: an error changes nothing. A refused call must not be heard of either.
				let heard = HeardWeights::get();
				if with_storage_layer(|| apply(operation)).is_err() {
					HeardWeights::set(heard);
				}
				check();
				assert!(!Session::validators().is_empty());
				let issued = Balances::total_issuance();
				let Some(caller) = caller else {
					// Slashes and rewards of nobody burn, eras mint.
					assert!(if minting { issued >= issuance } else { issued <= issuance });
					continue;
				};
				assert_eq!(issued, issuance);
				// Nobody gains by a call of its own, and nobody loses by one of others: rounding is for the pool.
				for (n, before) in (1..).zip(before) {
					assert!(if n == caller { wealth(n) <= before } else { wealth(n) >= before });
				}
			}
		});
	}
}
