//! Operators: self-bonds, worker and session keys, unbonding and the validator set.
//!
//! An operator bonds stake of its own and names the **worker key** its node signs with. The stake is its weight when a
//! task is drawn ([`Operators`] is what other pallets see) and when validators are elected (this pallet is the
//! `SessionManager`), and it is what a fault costs.
//!
//! | stake | weight | slashable | withdrawable |
//! | --- | --- | --- | --- |
//! | active, free | yes | yes | after unbonding |
//! | active, locked by an open task | yes | yes | once the task is settled, after unbonding |
//! | unbonding | no | yes | when it has matured |
//!
//! All of it is one hold ([`HoldReason::Bond`]) on the operator's account. An operator whose active stake is below the
//! minimum has no weight at all: it is neither drawn nor elected until it bonds more.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod candidates;
pub mod math;
mod session;
mod stake;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use candidates::Candidate;
pub use pallet::*;
pub use session::UnitIdentification;
pub use types::{GenesisOperator, Operator, Unbonding};
pub use weights::WeightInfo;

#[cfg(doc)]
use assay_primitives::traits::Operators;

// FRAME's macros expand to `expect`.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{Candidate, GenesisOperator, Operator, Unbonding, WeightInfo};
	use alloc::vec::Vec;
	use assay_primitives::{
		AccountId, Balance, Hash, WorkerId, api::OperatorInfo, commitment::worker_key_message,
		traits::OnStakeChange, worker::WorkerSignature,
	};
	use core::marker::PhantomData;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			ValidatorRegistration,
			fungible::{Inspect, Mutate, MutateHold},
			tokens::Precision,
		},
	};
	use frame_system::pallet_prelude::*;
	use pallet_session::SessionInterface;
	use sp_application_crypto::RuntimeAppPublic;
	use sp_runtime::{
		Perbill,
		traits::{Saturating, Zero},
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The operators pallet.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime chooses.
	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId, Hash = Hash> {
		/// The runtime's reasons to hold balance.
		type RuntimeHoldReason: From<HoldReason>;

		/// The token that is bonded.
		type Currency: Inspect<AccountId, Balance = Balance>
			+ Mutate<AccountId>
			+ MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

		/// Knows who has session keys and disables offenders; `pallet-session`.
		type Session: ValidatorRegistration<AccountId>
			+ SessionInterface<ValidatorId = AccountId, AccountId = AccountId>;

		/// Hears of each change of an operator's weight.
		type OnStakeChange: OnStakeChange<AccountId, Balance>;

		/// Least active stake of an operator that works or validates.
		#[pallet::constant]
		type MinSelfBond: Get<Balance>;

		/// Blocks between a registration and the first task.
		#[pallet::constant]
		type MinBondedBlocks: Get<BlockNumberFor<Self>>;

		/// Blocks between the begin of an unbonding and the withdrawal. Must exceed the time in which an offence can be
		/// reported.
		#[pallet::constant]
		type UnbondingPeriod: Get<BlockNumberFor<Self>>;

		/// Most unbondings of one operator at a time.
		#[pallet::constant]
		type MaxUnbondingChunks: Get<u32>;

		/// Most validators of a session.
		#[pallet::constant]
		type MaxValidators: Get<u32>;

		/// Most operators that stand for election; at least `MaxValidators`.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;

		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds balance.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Bonded by an operator, active or unbonding.
		Bond,
	}

	/// Every operator.
	#[pallet::storage]
	pub type Ledger<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Operator<T>>;

	/// The operator that a worker key belongs to.
	#[pallet::storage]
	pub type KeyOwner<T: Config> = StorageMap<_, Blake2_128Concat, WorkerId, AccountId>;

	/// Operators that want to validate and have weight, best first.
	#[pallet::storage]
	pub type Candidates<T: Config> =
		StorageValue<_, BoundedVec<Candidate<AccountId>, T::MaxCandidates>, ValueQuery>;

	/// Operators that the chain starts with.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Registered in this order.
		pub operators: Vec<GenesisOperator>,
		/// Nothing.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for operator in &self.operators {
				let GenesisOperator { account, self_bond, commission, worker_key, validate } =
					operator.clone();
				let registered =
					Pallet::<T>::do_register(&account, self_bond, commission, worker_key, validate);
				assert!(registered.is_ok(), "genesis operator {account:?} refused: {registered:?}");
			}
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An operator was registered.
		Registered {
			/// Who.
			operator: AccountId,
			/// The key its node works with.
			worker_key: WorkerId,
			/// Active stake.
			self_bond: Balance,
		},
		/// An operator works with another key from now on.
		WorkerKeyChanged {
			/// Who.
			operator: AccountId,
			/// The new key.
			worker_key: WorkerId,
		},
		/// An operator added stake.
		Bonded {
			/// Who.
			operator: AccountId,
			/// Added to the active stake.
			amount: Balance,
		},
		/// An operator stands for election from now on, or no longer.
		ValidatingChanged {
			/// Who.
			operator: AccountId,
			/// Whether it wants to make blocks.
			validating: bool,
		},
		/// Stake left the active bond.
		UnbondingBegun {
			/// Who.
			operator: AccountId,
			/// How much.
			amount: Balance,
			/// First block at which it can be withdrawn.
			matures_at: BlockNumberFor<T>,
		},
		/// An operator is leaving: it gets no new tasks and is not elected again.
		Leaving {
			/// Who.
			operator: AccountId,
		},
		/// Matured stake is free balance again.
		Withdrawn {
			/// Who.
			operator: AccountId,
			/// How much.
			amount: Balance,
		},
		/// An operator's record is gone.
		Removed {
			/// Who.
			operator: AccountId,
		},
		/// An operator lost stake.
		Slashed {
			/// Who.
			operator: AccountId,
			/// Taken in all.
			amount: Balance,
			/// Part of it that somebody was paid; the rest was burned.
			paid: Balance,
		},
		/// Validators of a coming session were elected.
		Elected {
			/// The session they will make blocks in.
			session: sp_staking::SessionIndex,
			/// How many.
			validators: u32,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The account is an operator already; use `bond_more` or `set_worker_key`.
		AlreadyRegistered,
		/// The account is not an operator; `register` it first.
		NotAnOperator,
		/// The active stake would be below the minimum. Bond more, or leave with all of it.
		BelowMinSelfBond,
		/// The worker key already used belongs to an operator; generate another.
		WorkerKeyAlreadyUsed,
		/// The proof is not the worker key's signature for this operator on this chain.
		InvalidWorkerKeyProof,
		/// Open tasks were committed to with the present key; wait until they are settled.
		OpenTasks,
		/// The list of candidates is full of operators with more stake; bond more.
		TooManyCandidates,
		/// The operator is leaving; finish unbonding, then register again.
		IsLeaving,
		/// The amount is zero, or all stake is unbonding or locked already.
		NothingToUnbond,
		/// Open tasks lock part of this amount; wait until they are settled, or unbond less.
		StakeLocked,
		/// Too many unbondings at once; wait and `finish_unbonding` first.
		TooManyUnbondings,
		/// No unbonding stake has matured; wait until its block.
		NothingMatured,
		/// The operator has less free stake than this task needs.
		NotEnoughFreeStake,
		/// More stake than the open tasks locked.
		NotLocked,
		/// An amount does not fit a balance.
		Overflow,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxValidators::get() > 0, "an election needs room for a validator");
			assert!(
				T::MaxCandidates::get() >= T::MaxValidators::get(),
				"too few candidates for the validators"
			);
			assert!(T::MaxUnbondingChunks::get() > 0, "nobody could unbond");
			assert!(T::MinSelfBond::get() > 0, "an operator without stake would have weight");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers the caller as an operator with stake of its own.
		///
		/// - `self_bond`: held from the caller's free balance; at least `MinSelfBond`.
		/// - `commission`: part of rewards that it keeps before they are shared.
		/// - `worker_key`: the key its node works with; belongs to one operator.
		/// - `proof`: signature of [`worker_key_message`] by `worker_key`.
		/// - `validate`: whether it wants to make blocks. It is elected only with session keys set.
		///
		/// Emits [`Event::Registered`], and [`Event::ValidatingChanged`] for a candidate that it displaces.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register())]
		pub fn register(
			origin: OriginFor<T>,
			#[pallet::compact] self_bond: Balance,
			commission: Perbill,
			worker_key: WorkerId,
			proof: WorkerSignature,
			validate: bool,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::ensure_proof(&who, &worker_key, &proof)?;
			Self::do_register(&who, self_bond, commission, worker_key, validate)
		}

		/// Replaces the caller's worker key.
		///
		/// Refused while tasks are open: they were committed to with the present key, from which the salts of their
		/// commitments derive, and with two valid keys one operator's nodes could commit to different results. Stop
		/// serving, wait for the open tasks, then change the key. The old key is free for use at once.
		///
		/// - `worker_key`: the new key.
		/// - `proof`: signature of [`worker_key_message`] by the new key.
		///
		/// Emits [`Event::WorkerKeyChanged`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_worker_key())]
		pub fn set_worker_key(
			origin: OriginFor<T>,
			worker_key: WorkerId,
			proof: WorkerSignature,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let mut operator = Ledger::<T>::get(&who).ok_or(Error::<T>::NotAnOperator)?;
			ensure!(operator.locked.is_zero(), Error::<T>::OpenTasks);
			Self::ensure_proof(&who, &worker_key, &proof)?;
			ensure!(!KeyOwner::<T>::contains_key(&worker_key), Error::<T>::WorkerKeyAlreadyUsed);
			KeyOwner::<T>::remove(&operator.worker_key);
			KeyOwner::<T>::insert(&worker_key, &who);
			operator.worker_key = worker_key.clone();
			Ledger::<T>::insert(&who, operator);
			Self::deposit_event(Event::WorkerKeyChanged { operator: who, worker_key });
			Ok(())
		}

		/// Adds to the caller's active stake.
		///
		/// - `amount`: held from the caller's free balance.
		///
		/// Emits [`Event::Bonded`], and [`Event::ValidatingChanged`] for a candidate that it displaces.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::bond_more())]
		pub fn bond_more(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::update(&who, |operator| {
				ensure!(!operator.leaving, Error::<T>::IsLeaving);
				operator.active = operator.active.checked_add(amount).ok_or(Error::<T>::Overflow)?;
				T::Currency::hold(&HoldReason::Bond.into(), &who, amount)
			})?;
			Self::deposit_event(Event::Bonded { operator: who, amount });
			Ok(())
		}

		/// Chooses whether the caller stands for election as a validator.
		///
		/// - `validating`: whether it wants to make blocks. It is elected only with session keys set. `false` takes
		///   effect at the next election; it has to make blocks until that session begins.
		///
		/// Emits [`Event::ValidatingChanged`], also for a candidate that it displaces.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_validating())]
		pub fn set_validating(origin: OriginFor<T>, validating: bool) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let operator = Self::update(&who, |operator| {
				ensure!(!validating || !operator.leaving, Error::<T>::IsLeaving);
				operator.validating = validating;
				Ok(())
			})?;
			ensure!(operator.validating == validating, Error::<T>::TooManyCandidates);
			Self::deposit_event(Event::ValidatingChanged { operator: who, validating });
			Ok(())
		}

		/// Takes stake out of the caller's active bond. It loses its weight at once, stays slashable, and can be
		/// withdrawn after `UnbondingPeriod` blocks.
		///
		/// - `amount`: at most the free stake, and what remains must be at least `MinSelfBond`. `None` to leave: the
		///   operator gets no new tasks and all free stake unbonds; once its open tasks are settled, the same call
		///   unbonds what they had locked.
		///
		/// Emits [`Event::UnbondingBegun`] and, the first time that an operator leaves, [`Event::Leaving`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::begin_unbonding())]
		pub fn begin_unbonding(origin: OriginFor<T>, amount: Option<Balance>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let matures_at =
				frame_system::Pallet::<T>::block_number().saturating_add(T::UnbondingPeriod::get());
			let mut begun = Zero::zero();
			let mut left = false;
			Self::update(&who, |operator| {
				let free = operator.free();
				begun = match amount {
					Some(amount) => {
						ensure!(!operator.leaving, Error::<T>::IsLeaving);
						ensure!(!amount.is_zero(), Error::<T>::NothingToUnbond);
						ensure!(amount <= free, Error::<T>::StakeLocked);
						let rest = operator.active.saturating_sub(amount);
						ensure!(rest >= T::MinSelfBond::get(), Error::<T>::BelowMinSelfBond);
						amount
					}
					None => {
						ensure!(!operator.leaving || !free.is_zero(), Error::<T>::NothingToUnbond);
						left = !operator.leaving;
						operator.leaving = true;
						operator.validating = false;
						free
					}
				};
				operator.active = operator.active.saturating_sub(begun);
				Self::push_unbonding(operator, begun, matures_at)
			})?;
			if left {
				Self::deposit_event(Event::Leaving { operator: who.clone() });
			}
			if !begun.is_zero() {
				Self::deposit_event(Event::UnbondingBegun { operator: who, amount: begun, matures_at });
			}
			Ok(())
		}

		/// Returns the caller's matured stake to its free balance. The record of an operator that is leaving goes with
		/// the last of its stake, and its worker key is free again.
		///
		/// Emits [`Event::Withdrawn`] and [`Event::Removed`].
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::finish_unbonding())]
		pub fn finish_unbonding(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let now = frame_system::Pallet::<T>::block_number();
			let mut operator = Ledger::<T>::get(&who).ok_or(Error::<T>::NotAnOperator)?;
			let before = operator.unbonding_total();
			operator.unbonding.retain(|chunk| chunk.matures_at > now);
			let amount = before.saturating_sub(operator.unbonding_total());
			let gone = operator.is_gone();
			ensure!(gone || !amount.is_zero(), Error::<T>::NothingMatured);
			T::Currency::release(&HoldReason::Bond.into(), &who, amount, Precision::Exact)?;
			if !amount.is_zero() {
				Self::deposit_event(Event::Withdrawn { operator: who.clone(), amount });
			}
			if gone {
				KeyOwner::<T>::remove(&operator.worker_key);
				Ledger::<T>::remove(&who);
				T::OnStakeChange::on_removed(&who);
				Self::deposit_event(Event::Removed { operator: who });
			} else {
				Ledger::<T>::insert(&who, operator);
			}
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		/// What clients ask about an operator. The runtime fills in `serves` and `open_tasks`, which other pallets know.
		pub fn info(who: &AccountId) -> Option<OperatorInfo<Balance, BlockNumberFor<T>>> {
			let operator = Ledger::<T>::get(who)?;
			let now = frame_system::Pallet::<T>::block_number();
			Some(OperatorInfo {
				stake: operator.active,
				locked: operator.locked,
				unbonding: operator
					.unbonding
					.last()
					.map(|newest| (operator.unbonding_total(), newest.matures_at)),
				bonded_since: operator.bonded_since,
				can_work: !operator.weight().is_zero() && operator.is_mature(now),
				validates: operator.validating,
				serves: Vec::new(),
				open_tasks: 0,
				missed: operator.missed,
				worker_key: operator.worker_key,
			})
		}

		/// [`Self::register`] without a proof of the worker key.
		pub(crate) fn do_register(
			who: &AccountId,
			self_bond: Balance,
			commission: Perbill,
			worker_key: WorkerId,
			validate: bool,
		) -> DispatchResult {
			ensure!(!Ledger::<T>::contains_key(who), Error::<T>::AlreadyRegistered);
			ensure!(self_bond >= T::MinSelfBond::get(), Error::<T>::BelowMinSelfBond);
			ensure!(!KeyOwner::<T>::contains_key(&worker_key), Error::<T>::WorkerKeyAlreadyUsed);
			T::Currency::hold(&HoldReason::Bond.into(), who, self_bond)?;
			KeyOwner::<T>::insert(&worker_key, who);
			let operator = Operator {
				worker_key: worker_key.clone(),
				commission,
				active: self_bond,
				locked: 0,
				unbonding: BoundedVec::new(),
				bonded_since: frame_system::Pallet::<T>::block_number(),
				validating: validate,
				leaving: false,
				missed: 0,
				slashed: 0,
				offence: None,
			};
			let operator = Self::save(who, 0, None, operator);
			ensure!(operator.validating == validate, Error::<T>::TooManyCandidates);
			Self::deposit_event(Event::Registered { operator: who.clone(), worker_key, self_bond });
			Ok(())
		}

		fn ensure_proof(who: &AccountId, key: &WorkerId, proof: &WorkerSignature) -> DispatchResult {
			let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
			ensure!(key.verify(&worker_key_message(genesis, who), proof), Error::<T>::InvalidWorkerKeyProof);
			Ok(())
		}

		fn push_unbonding(
			operator: &mut Operator<T>,
			amount: Balance,
			matures_at: BlockNumberFor<T>,
		) -> DispatchResult {
			if amount.is_zero() {
				return Ok(());
			}
			if let Some(last) = operator.unbonding.last_mut().filter(|last| last.matures_at == matures_at) {
				last.amount = last.amount.checked_add(amount).ok_or(Error::<T>::Overflow)?;
				return Ok(());
			}
			operator
				.unbonding
				.try_push(Unbonding { amount, matures_at })
				.map_err(|_| Error::<T>::TooManyUnbondings.into())
		}
	}
}
