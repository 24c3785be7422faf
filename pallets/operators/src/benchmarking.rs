//! Benchmarks of every call and hook, each at its worst: a full list of candidates, full unbonding queues, and listeners
//! at their most expensive.

use super::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, WorkerId, commitment::worker_key_message, traits::OnStakeChange,
	worker::WorkerSignature,
};
use codec::{Decode, Encode};
use frame_benchmarking::v2::*;
use frame_support::{
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

/// Gives `who` all unbonding chunks it can have but `spare`, maturing block by block.
fn fill_unbonding<T: Config>(who: &AccountId, spare: u32) -> Result<(), BenchmarkError> {
	for _ in spare..T::MaxUnbondingChunks::get() {
		Pallet::<T>::begin_unbonding(RawOrigin::Signed(who.clone()).into(), Some(1))?;
		let now = frame_system::Pallet::<T>::block_number();
		frame_system::Pallet::<T>::set_block_number(now + 1u32.into());
	}
	Ok(())
}

/// A new worker key from the keystore and its proof for `who`.
fn worker_key<T: Config>(who: &AccountId) -> Result<(WorkerId, WorkerSignature), BenchmarkError> {
	let key = WorkerId::generate_pair(None);
	let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
	let proof = key.sign(&worker_key_message(genesis, who)).ok_or("no keystore")?;
	Ok((key, proof))
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
		fill_candidates::<T>(T::MaxCandidates::get());
		let who: AccountId = whitelisted_caller();
		let self_bond = T::MinSelfBond::get() * 2;
		fund::<T>(&who, self_bond);
		let (key, proof) = worker_key::<T>(&who)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), self_bond, Perbill::zero(), key, proof, true);

		assert!(Ledger::<T>::contains_key(&who));
		Ok(())
	}

	#[benchmark]
	fn set_worker_key() -> Result<(), BenchmarkError> {
		let who = setup_operator::<T>(0, T::MinSelfBond::get(), false);
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
		fill_candidates::<T>(T::MaxCandidates::get());
		let who = setup_operator::<T>(0, T::MinSelfBond::get() * 2, false);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), true);

		assert!(Ledger::<T>::get(&who).is_some_and(|operator| operator.validating));
		Ok(())
	}

	#[benchmark]
	fn begin_unbonding() -> Result<(), BenchmarkError> {
		let who = setup_leader::<T>();
		fill_unbonding::<T>(&who, 1)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), None);

		assert!(Ledger::<T>::get(&who).is_some_and(|operator| operator.leaving));
		Ok(())
	}

	#[benchmark]
	fn finish_unbonding() -> Result<(), BenchmarkError> {
		let who = setup_leader::<T>();
		fill_unbonding::<T>(&who, 1)?;
		Pallet::<T>::begin_unbonding(RawOrigin::Signed(who.clone()).into(), None)?;
		let now = frame_system::Pallet::<T>::block_number();
		frame_system::Pallet::<T>::set_block_number(now + T::UnbondingPeriod::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(!Ledger::<T>::contains_key(&who));
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
		fill_unbonding::<T>(&who, 0)?;

		#[block]
		{
			Pallet::<T>::slash_offender(&who, Perbill::from_percent(100), 1);
		}

		assert!(Ledger::<T>::get(&who).is_some_and(|operator| operator.bonded() == 0));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::Builder::default().build(), crate::mock::Test);
}
