//! Benchmarks of every call and hook, each at its worst: a full list of candidates, as many unbonding pools as there can
//! be, and listeners at their most expensive.

use super::*;
use crate::{era::Payout, keys::MaxRetiredKeys};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, WorkerId, commitment::worker_key_message, traits::OnStakeChange,
	worker::WorkerSignature,
};
use codec::{Decode, Encode};
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	dispatch::RawOrigin,
	traits::{
		Get,
		fungible::{Inspect, Mutate},
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_session::SessionInterface;
use sp_application_crypto::RuntimeAppPublic;
use sp_core::crypto::UncheckedFrom;
use sp_runtime::{
	Perbill,
	traits::{TrailingZeroInput, Zero},
};

/// Operator number `seed`: funded, bonded and old enough to work. The same account when it is asked for again.
pub(crate) fn setup_operator<T: Config>(seed: u32, self_bond: Balance, validate: bool) -> AccountId {
	let who: AccountId = account("operator", seed, 0);
	if Ledger::<T>::contains_key(&who) {
		return who;
	}
	fund::<T>(&who, self_bond);
	let key =
		WorkerId::from(sp_core::ed25519::Public::unchecked_from(sp_io::hashing::blake2_256(&seed.encode())));
	let registered = Pallet::<T>::do_register(&who, self_bond, Perbill::from_percent(5), key, validate);
	assert!(registered.is_ok(), "{registered:?}");
	Ledger::<T>::mutate_extant(&who, |operator| operator.bonded_since = Zero::zero());
	who
}

/// Operator number `seed` with stake for many tasks.
pub(crate) fn setup_worker<T: Config>(seed: u32) -> AccountId {
	setup_operator::<T>(seed, T::MinSelfBond::get().saturating_mul(100), false)
}

/// Mints `amount` and enough to stay alive.
fn fund<T: Config>(who: &AccountId, amount: Balance) {
	let reserve = T::Currency::minimum_balance().saturating_mul(1_000);
	let minted = T::Currency::mint_into(who, amount.saturating_add(reserve));
	assert!(minted.is_ok(), "{minted:?}");
}

/// Fills the list of candidates up to `count`, with operators of little stake. The chain may start with some.
fn fill_candidates<T: Config>(count: u32) {
	let present = Candidates::<T>::decode_len().unwrap_or_default() as u32;
	for seed in present..count {
		setup_operator::<T>(1_000_000_u32.saturating_add(seed), T::MinSelfBond::get(), true);
	}
}

/// A validating operator with more stake than any other, among as many candidates as there may be.
fn setup_leader<T: Config>() -> AccountId {
	fill_candidates::<T>(T::MaxCandidates::get().saturating_sub(1));
	let who = setup_operator::<T>(0, T::MinSelfBond::get().saturating_mul(10), true);
	T::OnStakeChange::setup_worst_case(&who);
	who
}

/// Somebody who has delegated to `operator`, together with as many others as one account may.
fn setup_delegator<T: Config>(operator: &AccountId) -> Result<AccountId, BenchmarkError> {
	let who: AccountId = account("delegator", 0, 0);
	let others = (1..T::MaxDelegations::get()).map(|seed| account("other", seed, 0)).collect();
	DelegatesTo::<T>::insert(&who, BoundedVec::<_, T::MaxDelegations>::truncate_from(others));
	let amount = T::MinDelegation::get().saturating_mul(100);
	fund::<T>(&who, amount);
	Pallet::<T>::delegate(RawOrigin::Signed(who.clone()).into(), operator.clone(), amount)?;
	Ok(who)
}

/// Begins this many eras, and in each lets a little of the stake of `who` with `operator` unbond.
fn unbond_in_eras<T: Config>(who: &AccountId, operator: &AccountId, eras: u32) -> Result<(), BenchmarkError> {
	let origin = || RawOrigin::Signed(who.clone()).into();
	for _ in 0..eras {
		begin_eras::<T>(1);
		if who == operator {
			Pallet::<T>::begin_unbonding(origin(), Some(1))?;
		} else {
			Pallet::<T>::undelegate(origin(), operator.clone(), Some(1))?;
		}
	}
	Ok(())
}

/// Begins this many eras.
fn begin_eras<T: Config>(eras: u32) {
	CurrentEra::<T>::mutate(|era| era.index = era.index.saturating_add(eras));
}

/// As many unbonding pools as an operator has at most.
fn most_pools<T: Config>() -> u32 {
	T::UnbondingEras::get().saturating_add(1)
}

/// A new worker key from the keystore and its proof for `who`.
fn worker_key<T: Config>(who: &AccountId) -> Result<(WorkerId, WorkerSignature), BenchmarkError> {
	let key = WorkerId::generate_pair(None);
	let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
	let proof = key.sign(&worker_key_message(genesis, who)).ok_or("no keystore")?;
	Ok((key, proof))
}

/// As many replaced keys as there may be, all of which can be forgotten.
fn retire_keys<T: Config>(who: &AccountId) -> Result<(), BenchmarkError> {
	for _ in 0..<MaxRetiredKeys as Get<u32>>::get() {
		let key = WorkerId::generate_pair(None);
		Ledger::<T>::try_mutate(who, |operator| {
			let operator = operator.as_mut().ok_or("registered before")?;
			Pallet::<T>::replace_key(who, operator, key).map_err(BenchmarkError::from)
		})?;
	}
	begin_eras::<T>(most_pools::<T>());
	Ok(())
}

/// Session keys that no other account has.
fn set_session_keys<T: Config>(who: &AccountId) -> Result<(), BenchmarkError> {
	let seed: Vec<u8> = (0u8..8).flat_map(|part| sp_io::hashing::blake2_256(&(part, who).encode())).collect();
	let keys = Decode::decode(&mut TrailingZeroInput::new(&seed)).map_err(|_| "keys do not decode")?;
	T::Session::set_keys(who, keys)?;
	Ok(())
}

#[benchmarks]
#[allow(clippy::arithmetic_side_effects)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() -> Result<(), BenchmarkError> {
		// One that comes back and still serves all it can costs more than a new one.
		let who = setup_leader::<T>();
		Pallet::<T>::begin_unbonding(RawOrigin::Signed(who.clone()).into(), None)?;
		fill_candidates::<T>(T::MaxCandidates::get());
		let self_bond = T::MinSelfBond::get() * 2;
		fund::<T>(&who, self_bond);
		retire_keys::<T>(&who)?;
		let (key, proof) = worker_key::<T>(&who)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), self_bond, Perbill::zero(), key, proof, true);

		assert!(Ledger::<T>::get(&who).is_some_and(|operator| !operator.leaving));
		Ok(())
	}

	#[benchmark]
	fn set_worker_key() -> Result<(), BenchmarkError> {
		let who = setup_operator::<T>(0, T::MinSelfBond::get(), false);
		retire_keys::<T>(&who)?;
		let (key, proof) = worker_key::<T>(&who)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), key.clone(), proof);

		assert_eq!(KeyOwner::<T>::get(&key), Some(who));
		Ok(())
	}

	#[benchmark]
	fn bond_more() -> Result<(), BenchmarkError> {
		let who = setup_leader::<T>();
		let before = Candidates::<T>::get();
		fund::<T>(&who, T::MinSelfBond::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), T::MinSelfBond::get());

		assert_ne!(Candidates::<T>::get(), before);
		Ok(())
	}

	#[benchmark]
	fn set_validating() -> Result<(), BenchmarkError> {
		let who = setup_leader::<T>();
		Pallet::<T>::set_validating(RawOrigin::Signed(who.clone()).into(), false)?;
		fill_candidates::<T>(T::MaxCandidates::get());
		// Its weight is told with the change.
		Pallet::<T>::update(&who, |operator| {
			operator.reward(T::MinSelfBond::get(), 0);
			Ok(())
		})?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), true);

		assert!(Ledger::<T>::get(&who).is_some_and(|operator| operator.validating));
		Ok(())
	}

	#[benchmark]
	fn begin_unbonding() -> Result<(), BenchmarkError> {
		let who = setup_leader::<T>();
		let delegator = setup_delegator::<T>(&who)?;
		// A pool of the delegator has to be set aside.
		unbond_in_eras::<T>(&delegator, &who, 1)?;
		unbond_in_eras::<T>(&who, &who, T::UnbondingEras::get())?;
		begin_eras::<T>(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), None);

		assert!(Ledger::<T>::get(&who).is_some_and(|operator| operator.leaving));
		assert_eq!(MaturedPools::<T>::iter().count(), 1);
		Ok(())
	}

	#[benchmark]
	fn finish_unbonding() -> Result<(), BenchmarkError> {
		let who = setup_leader::<T>();
		let delegator = setup_delegator::<T>(&who)?;
		unbond_in_eras::<T>(&who, &who, T::UnbondingEras::get())?;
		begin_eras::<T>(1);
		Pallet::<T>::begin_unbonding(RawOrigin::Signed(who.clone()).into(), None)?;
		// All pools of the operator are set aside for those of the delegator, who leaves before.
		unbond_in_eras::<T>(&delegator, &who, T::UnbondingEras::get())?;
		begin_eras::<T>(1);
		let origin = || RawOrigin::Signed(delegator.clone()).into();
		Pallet::<T>::undelegate(origin(), who.clone(), None)?;
		assert_eq!(MaturedPools::<T>::iter().count() as u32, most_pools::<T>());
		begin_eras::<T>(most_pools::<T>());
		Pallet::<T>::withdraw(origin(), who.clone())?;
		retire_keys::<T>(&who)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(!Ledger::<T>::contains_key(&who));
		Ok(())
	}

	#[benchmark]
	fn set_commission() -> Result<(), BenchmarkError> {
		let who = setup_leader::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), T::MaxCommission::get());

		let era = CurrentEra::<T>::get().index;
		assert!(Ledger::<T>::get(&who).is_some_and(|operator| operator.commission.pending(era).is_some()));
		Ok(())
	}

	#[benchmark]
	fn delegate() -> Result<(), BenchmarkError> {
		let operator = setup_leader::<T>();
		let who = setup_delegator::<T>(&operator)?;
		Delegations::<T>::remove(&operator, &who);
		DelegatesTo::<T>::mutate(&who, |operators| operators.pop());
		let amount = T::MinDelegation::get();
		fund::<T>(&who, amount);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), operator.clone(), amount);

		assert!(Delegations::<T>::contains_key(&operator, &who));
		Ok(())
	}

	#[benchmark]
	fn undelegate() -> Result<(), BenchmarkError> {
		let operator = setup_leader::<T>();
		let who = setup_delegator::<T>(&operator)?;
		// A pool of the operator has to be set aside.
		unbond_in_eras::<T>(&operator, &operator, 1)?;
		unbond_in_eras::<T>(&who, &operator, T::UnbondingEras::get())?;
		begin_eras::<T>(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), operator, None);

		assert_eq!(MaturedPools::<T>::iter().count(), 1);
		Ok(())
	}

	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let operator = setup_leader::<T>();
		let who = setup_delegator::<T>(&operator)?;
		unbond_in_eras::<T>(&who, &operator, T::UnbondingEras::get())?;
		begin_eras::<T>(1);
		Pallet::<T>::undelegate(RawOrigin::Signed(who.clone()).into(), operator.clone(), None)?;
		// All of these pools are set aside, and the operator lost everything else while it was leaving.
		unbond_in_eras::<T>(&operator, &operator, most_pools::<T>())?;
		Pallet::<T>::reweigh(&operator, |operator| {
			operator.leaving = true;
			operator.validating = false;
			operator.own = Default::default();
			operator.unbonding = Default::default();
			Ok(())
		})?;
		retire_keys::<T>(&operator)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), operator.clone());

		assert!(!Ledger::<T>::contains_key(&operator));
		assert_eq!(MaturedPools::<T>::iter().count(), 0);
		Ok(())
	}

	#[benchmark]
	fn unjail() -> Result<(), BenchmarkError> {
		let who = setup_leader::<T>();
		Pallet::<T>::reweigh(&who, |operator| {
			operator.misses.jailed_until = Some(Zero::zero());
			Ok(())
		})?;
		fill_candidates::<T>(T::MaxCandidates::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(Ledger::<T>::get(&who).is_some_and(|operator| operator.weight > 0 && operator.validating));
		Ok(())
	}

	#[benchmark]
	fn note_author() {
		let author = account("author", 0, 0);

		#[block]
		{
			<Pallet<T> as pallet_authorship::EventHandler<_, _>>::note_author(author);
		}

		assert_eq!(CurrentEra::<T>::get().blocks, 1);
	}

	#[benchmark]
	fn end_era() {
		let era = CurrentEra::<T>::get();

		#[block]
		{
			Pallet::<T>::end_era(era, T::EraLength::get());
		}

		assert_eq!(CurrentEra::<T>::get().index, era.index + 1);
		assert!(PendingPayout::<T>::exists());
	}

	#[benchmark]
	fn pay_author() -> Result<(), BenchmarkError> {
		let author = setup_leader::<T>();
		let before = Candidates::<T>::get();
		let payout = Payout { era: CurrentEra::<T>::get().index, blocks: 1, amount: T::MinSelfBond::get() };
		AuthoredBlocks::<T>::insert(payout.era, &author, 1);
		begin_eras::<T>(1);
		PendingPayout::<T>::put(payout);

		#[block]
		{
			let pending = PendingPayout::<T>::take();
			for (author, blocks) in AuthoredBlocks::<T>::drain_prefix(payout.era).take(1) {
				Pallet::<T>::pay_author(&pending.unwrap_or(payout), &author, blocks);
			}
		}

		assert_ne!(Candidates::<T>::get(), before);
		Ok(())
	}

	#[benchmark]
	fn elect(c: Linear<1, { T::MaxCandidates::get() }>) -> Result<(), BenchmarkError> {
		fill_candidates::<T>(c);
		for candidate in Candidates::<T>::get() {
			set_session_keys::<T>(&candidate.operator)?;
		}
		let elected;

		#[block]
		{
			elected = Pallet::<T>::elect(1);
		}

		let expected = c.min(T::MaxValidators::get()) as usize;
		assert!(elected.is_some_and(|elected| elected.len() >= expected));
		Ok(())
	}

	#[benchmark]
	fn slash_offender() -> Result<(), BenchmarkError> {
		let who = setup_leader::<T>();
		unbond_in_eras::<T>(&who, &who, most_pools::<T>())?;

		#[block]
		{
			Pallet::<T>::slash_offender(&who, Perbill::from_percent(100), 1);
		}

		let bonded = |operator: &Operator<T>| {
			operator.unbonding.iter().fold(operator.active.stake, |sum, pool| sum + pool.pool.stake)
		};
		assert!(Ledger::<T>::get(&who).is_some_and(|operator| bonded(&operator) == 0));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::Builder::default().build(), crate::mock::Test);
}
