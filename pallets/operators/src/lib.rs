//! Operators: bonds, delegations, worker and session keys, rewards, slashes, jail and the validator set.
//!
//! An operator bonds stake of its own and names the **worker key** its node signs with. Others delegate stake to it. That
//! stake is its weight when a task is drawn ([`Operators`] is what other pallets see) and when validators are elected
//! (this pallet is the `SessionManager`), and it is what a fault costs.
//!
//! | stake | weight | slashable | withdrawable |
//! | --- | --- | --- | --- |
//! | active, free | yes | yes | after unbonding |
//! | active, locked by an open task | yes | yes | once the task is settled, after unbonding |
//! | unbonding | no | yes | when it has matured |
//! | matured | no | no | yes |
//!
//! All of it is in one account, [`Pallet::pot_account`], and is owned in shares of [pools](pool): one of active stake and
//! one for each era in which stake began to unbond, together in one storage item of the operator. So a reward and a slash
//! each cost one read and one write whatever the number of delegators, and hit all of them alike. The operator's own bond
//! is a delegation to itself.
//!
//! The weight of an operator is limited to `MaxLeverage` times its own bond, and zero if that bond is below the minimum:
//! it is neither drawn nor elected until it bonds more.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;

mod backing;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bond;
pub mod candidates;
mod delegation;
pub mod era;
pub mod jail;
pub mod keys;
pub mod math;
pub mod pool;
mod queries;
mod session;
mod stake;
mod tasks;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use candidates::Candidate;
pub use keys::RetiredKey;
pub use pallet::*;
pub use session::UnitIdentification;
pub use types::{Delegation, GenesisOperator, Operator};
pub use weights::WeightInfo;

#[cfg(doc)]
use assay_primitives::traits::Operators;

// FRAME's macros expand to `expect`.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		Candidate, Delegation, GenesisOperator, Operator, RetiredKey, WeightInfo,
		era::{Era, EraIndex, Payout},
		keys::MaxRetiredKeys,
		pool::Pool,
		types::matures_at,
	};
	use alloc::vec::Vec;
	use assay_primitives::{
		AccountId, Balance, Hash, WorkerId, traits::OnStakeChange, worker::WorkerSignature,
	};
	use core::marker::PhantomData;
	use frame_support::{
		PalletId,
		pallet_prelude::*,
		traits::{
			ValidatorRegistration,
			fungible::{Inspect, Mutate},
		},
	};
	use frame_system::pallet_prelude::*;
	use pallet_session::SessionInterface;
	use sp_runtime::{Perbill, traits::Zero};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The operators pallet.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime chooses.
	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId, Hash = Hash> {
		/// The token that is staked.
		type Currency: Inspect<AccountId, Balance = Balance> + Mutate<AccountId>;

		/// Names the account that holds all stake.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Knows who has session keys and disables offenders; `pallet-session`.
		type Session: ValidatorRegistration<AccountId>
			+ SessionInterface<ValidatorId = AccountId, AccountId = AccountId>;

		/// Hears of each change of an operator's weight.
		type OnStakeChange: OnStakeChange<AccountId, Balance>;

		/// Least own bond of an operator that works or validates.
		#[pallet::constant]
		type MinSelfBond: Get<Balance>;

		/// Least that anybody delegates to an operator, and least that may remain.
		#[pallet::constant]
		type MinDelegation: Get<Balance>;

		/// Most operators that one account delegates to.
		#[pallet::constant]
		type MaxDelegations: Get<u32>;

		/// Most weight of an operator, in units of its own bond. What is delegated beyond it earns and is slashed as all
		/// stake, but adds no weight.
		#[pallet::constant]
		type MaxLeverage: Get<u32>;

		/// Blocks between a registration and the first task.
		#[pallet::constant]
		type MinBondedBlocks: Get<BlockNumberFor<Self>>;

		/// Blocks of an era.
		#[pallet::constant]
		type EraLength: Get<BlockNumberFor<Self>>;

		/// Whole eras between the one in which an unbonding begins and the withdrawal. Must exceed the time in which an
		/// offence can be reported.
		#[pallet::constant]
		type UnbondingEras: Get<EraIndex>;

		/// Highest commission.
		#[pallet::constant]
		type MaxCommission: Get<Perbill>;

		/// Whole eras between the one in which a change of commission is announced and the first in which it counts.
		#[pallet::constant]
		type CommissionDelay: Get<EraIndex>;

		/// By which share of the issuance eras that make up a year raise it; the authors of their blocks get it.
		type AnnualInflation: Get<Perbill>;

		/// Blocks of a year.
		#[pallet::constant]
		type BlocksPerYear: Get<BlockNumberFor<Self>>;

		/// Most authors that are paid in a block after an era.
		#[pallet::constant]
		type MaxPayoutsPerBlock: Get<u32>;

		/// Tasks missed in a row that lead to jail.
		type MissesToJail: Get<u32>;

		/// Blocks in jail: the first, the second, and every later time.
		#[pallet::constant]
		type JailPeriods: Get<[BlockNumberFor<Self>; 3]>;

		/// Eras without a jailing after which the next counts as the first.
		#[pallet::constant]
		type JailMemory: Get<EraIndex>;

		/// Most validators of a session.
		#[pallet::constant]
		type MaxValidators: Get<u32>;

		/// Most operators that stand for election; at least `MaxValidators`.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;

		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
	}

	/// Every operator.
	#[pallet::storage]
	pub type Ledger<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Operator<T>>;

	/// The operator that answers for a worker key: it works with it, or has not replaced it long ago.
	#[pallet::storage]
	pub type KeyOwner<T: Config> = StorageMap<_, Blake2_128Concat, WorkerId, AccountId>;

	/// The keys among them that an operator has replaced, oldest first.
	#[pallet::storage]
	pub type RetiredKeys<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId, BoundedVec<RetiredKey, MaxRetiredKeys>, ValueQuery>;

	/// Operators that want to validate and have weight, best first.
	#[pallet::storage]
	pub type Candidates<T: Config> =
		StorageValue<_, BoundedVec<Candidate<AccountId>, T::MaxCandidates>, ValueQuery>;

	/// What others than the operator itself have staked with it: operator, then delegator.
	#[pallet::storage]
	pub type Delegations<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, AccountId, Delegation<T>>;

	/// The operators that an account has a delegation to.
	#[pallet::storage]
	pub type DelegatesTo<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId, BoundedVec<AccountId, T::MaxDelegations>, ValueQuery>;

	/// Unbonding pools that matured before all of them was withdrawn, and made room for later ones in the operator's
	/// record.
	#[pallet::storage]
	pub type MaturedPools<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, EraIndex, Pool>;

	/// The present era.
	#[pallet::storage]
	pub type CurrentEra<T: Config> = StorageValue<_, Era<BlockNumberFor<T>>, ValueQuery>;

	/// Blocks by era and author, until the authors are paid. An era has no more authors than blocks.
	#[pallet::storage]
	pub type AuthoredBlocks<T: Config> =
		StorageDoubleMap<_, Twox64Concat, EraIndex, Blake2_128Concat, AccountId, u32, ValueQuery>;

	/// Inflation of the last era, while its authors are being paid.
	#[pallet::storage]
	pub type PendingPayout<T: Config> = StorageValue<_, Payout>;

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
			// The pot is never reaped, whatever is withdrawn from it.
			let minted = T::Currency::mint_into(&Pallet::<T>::pot_account(), T::Currency::minimum_balance());
			assert!(minted.is_ok(), "the pot cannot be created: {minted:?}");
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
		/// An operator keeps another part of rewards from an era on.
		CommissionAnnounced {
			/// Who.
			operator: AccountId,
			/// Part of rewards that it keeps before they are shared.
			commission: Perbill,
			/// The first era in which it counts.
			from_era: EraIndex,
		},
		/// Somebody staked with an operator.
		Delegated {
			/// With whom.
			operator: AccountId,
			/// Who.
			delegator: AccountId,
			/// How much.
			amount: Balance,
		},
		/// Delegated stake left the active stake of its operator.
		Undelegated {
			/// From whom.
			operator: AccountId,
			/// Who.
			delegator: AccountId,
			/// How much.
			amount: Balance,
			/// First block at which it can be withdrawn.
			matures_at: BlockNumberFor<T>,
		},
		/// Delegated stake is free balance again.
		DelegationWithdrawn {
			/// From whom.
			operator: AccountId,
			/// Who.
			delegator: AccountId,
			/// How much.
			amount: Balance,
		},
		/// An operator missed too many tasks in a row: it gets no new ones and is not elected.
		Jailed {
			/// Who.
			operator: AccountId,
			/// First block at which it can leave, by `unjail`.
			until: BlockNumberFor<T>,
		},
		/// An operator left the jail.
		Unjailed {
			/// Who.
			operator: AccountId,
		},
		/// An era is over; its authors are paid in the next blocks.
		EraEnded {
			/// Which.
			era: EraIndex,
			/// Blocks that were noted for an author.
			blocks: u32,
			/// What is minted for all of them together.
			inflation: Balance,
		},
		/// Somebody who made blocks was paid for it, together with those who back it.
		AuthorPaid {
			/// For which era.
			era: EraIndex,
			/// Who.
			author: AccountId,
			/// How much was minted.
			amount: Balance,
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
		/// The own bond would be below the minimum. Bond more, or leave with all of it.
		BelowMinSelfBond,
		/// The worker key belongs to an operator already, or did until lately; generate another.
		WorkerKeyAlreadyUsed,
		/// The proof is not the worker key's signature for this operator on this chain.
		InvalidWorkerKeyProof,
		/// Open tasks were committed to with the present key; wait until they are settled.
		OpenTasks,
		/// The list of candidates is full of operators with more stake; bond more.
		TooManyCandidates,
		/// The operator is leaving. If it is yours, `register` it again; if not, choose another.
		IsLeaving,
		/// The amount is not worth a share, or all stake is unbonding or locked already.
		NothingToUnbond,
		/// Open tasks lock part of this amount; wait until they are settled, or unbond less.
		StakeLocked,
		/// Too many unbondings at once; `finish_unbonding` or `withdraw` what has matured first.
		TooManyUnbondings,
		/// No unbonding stake has matured; wait until its block.
		NothingMatured,
		/// The operator has less free stake than this task needs.
		NotEnoughFreeStake,
		/// More stake than the open tasks locked.
		NotLocked,
		/// An amount does not fit a balance.
		Overflow,
		/// The amount is more than the stake is worth; unbond less, or all of it by giving no amount.
		NotEnoughStake,
		/// The amount does not buy a share of the operator's pool; stake more.
		AmountTooSmall,
		/// The amount is below the minimum, or what remains would be; delegate more, or undelegate all of it by giving no
		/// amount.
		DelegationTooSmall,
		/// The account has nothing staked with this operator.
		NotADelegator,
		/// The account has delegations to as many operators as it may; undelegate and withdraw one of them first.
		TooManyDelegations,
		/// An operator's own bond has calls of its own: `bond_more`, `begin_unbonding`, `finish_unbonding`.
		OwnBond,
		/// A slash took all that began to unbond from this operator in this era; wait for the next era.
		UnbondingPoolSlashed,
		/// The commission is above the maximum; choose a lower one.
		CommissionTooHigh,
		/// The operator is not in jail.
		NotJailed,
		/// It is too early to leave the jail; wait until the block that `jailed_until` says.
		StillJailed,
		/// The operator answers for too many replaced worker keys; wait until stake that unbonds now has matured.
		TooManyRetiredKeys,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			Self::advance_era(now)
		}

		fn integrity_test() {
			assert!(T::MaxValidators::get() > 0, "an election needs room for a validator");
			assert!(
				T::MaxCandidates::get() >= T::MaxValidators::get(),
				"too few candidates for the validators"
			);
			assert!(T::UnbondingEras::get() > 0, "nobody could be slashed after leaving");
			assert!(T::MaxLeverage::get() > 0, "nobody would have weight");
			assert!(
				T::MinSelfBond::get() >= T::Currency::minimum_balance() && T::MinSelfBond::get() > 0,
				"an operator without stake would have weight"
			);
			assert!(T::MinDelegation::get() > 0, "delegations of nothing would fill the state");
			assert!(!T::EraLength::get().is_zero(), "an era would never begin");
			assert!(T::EraLength::get() <= T::BlocksPerYear::get(), "an era would be paid as a year only");
			assert!(T::MaxPayoutsPerBlock::get() > 0, "authors would never be paid");
			assert!(T::MissesToJail::get() > 0, "operators would be jailed for nothing");
			let hook = Self::weight_of_hook();
			let quarter = T::BlockWeights::get().max_block.saturating_div(4);
			assert!(quarter.all_gte(hook), "a hook of {hook} would fill more than a quarter of a block");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers the caller as an operator with stake of its own. An operator that is leaving comes back by it, once
		/// it has no open tasks.
		///
		/// - `self_bond`: from the caller's free balance; at least `MinSelfBond`.
		/// - `commission`: part of rewards that it keeps before they are shared; at most `MaxCommission`. For an operator
		///   that comes back, a change that takes effect as one by [`Self::set_commission`].
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
		/// serving, wait for the open tasks, then change the key. The operator answers for what was signed with the old
		/// key for at least `UnbondingEras` whole eras, in which nobody can use it, and for no more than eight such keys.
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
			Self::replace_key(&who, &mut operator, worker_key.clone())?;
			Ledger::<T>::insert(&who, operator);
			Self::deposit_event(Event::WorkerKeyChanged { operator: who, worker_key });
			Ok(())
		}

		/// Adds to the caller's own bond as an operator.
		///
		/// - `amount`: from the caller's free balance.
		///
		/// Emits [`Event::Bonded`], and [`Event::ValidatingChanged`] for a candidate that it displaces.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::bond_more())]
		pub fn bond_more(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::reweigh(&who, |operator| {
				ensure!(!operator.leaving, Error::<T>::IsLeaving);
				Self::stake_from(&who, amount)?;
				Ok(operator.deposit_own(amount)?)
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
			let (operator, ()) = Self::reweigh(&who, |operator| {
				ensure!(!validating || !operator.leaving, Error::<T>::IsLeaving);
				operator.validating = validating;
				Ok(())
			})?;
			ensure!(operator.validating == validating, Error::<T>::TooManyCandidates);
			Self::deposit_event(Event::ValidatingChanged { operator: who, validating });
			Ok(())
		}

		/// Takes stake out of the caller's own bond as an operator. It loses its weight at once, stays slashable, and can
		/// be withdrawn when `UnbondingEras` whole eras have passed after the present one.
		///
		/// - `amount`: at most the free stake, and what remains must be at least `MinSelfBond`. `None` to leave: the
		///   operator gets no new tasks and all of its free stake unbonds; once its open tasks are settled, the same call
		///   unbonds what they had locked. Those who delegated to it have to undelegate themselves.
		///
		/// Emits [`Event::UnbondingBegun`] and, the first time that an operator leaves, [`Event::Leaving`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::begin_unbonding())]
		pub fn begin_unbonding(origin: OriginFor<T>, amount: Option<Balance>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_begin_unbonding(&who, amount)
		}

		/// Returns what has matured of the caller's own bond as an operator to its free balance. The record of an operator
		/// that is leaving goes with the last stake, its own or delegated, and its worker key is free again.
		///
		/// Emits [`Event::Withdrawn`] and [`Event::Removed`].
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::finish_unbonding())]
		pub fn finish_unbonding(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_finish_unbonding(&who)
		}

		/// Chooses the part of rewards that the calling operator keeps before they are shared.
		///
		/// - `commission`: at most `MaxCommission`. Counts when `CommissionDelay` whole eras have passed after the present
		///   one, so that those who do not want it can undelegate before; until then, a second call replaces it.
		///
		/// Emits [`Event::CommissionAnnounced`].
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_commission())]
		pub fn set_commission(origin: OriginFor<T>, commission: Perbill) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(commission <= T::MaxCommission::get(), Error::<T>::CommissionTooHigh);
			let from_era =
				Self::update(&who, |operator| Ok(Self::announce_commission(operator, commission)))?;
			Self::deposit_event(Event::CommissionAnnounced { operator: who, commission, from_era });
			Ok(())
		}

		/// Stakes with an operator: for a share of its rewards, and of its slashes.
		///
		/// - `operator`: registered and not leaving; another account than the caller's.
		/// - `amount`: from the caller's free balance; at least `MinDelegation`.
		///
		/// Emits [`Event::Delegated`], and [`Event::ValidatingChanged`] for a candidate that the operator displaces.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::delegate())]
		pub fn delegate(
			origin: OriginFor<T>,
			operator: AccountId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_delegate(&operator, &who, amount)?;
			Self::deposit_event(Event::Delegated { operator, delegator: who, amount });
			Ok(())
		}

		/// Takes stake back from an operator. It earns nothing from now on, stays slashable, and can be withdrawn when
		/// `UnbondingEras` whole eras have passed after the present one.
		///
		/// - `operator`: with whom it is staked.
		/// - `amount`: what remains must be at least `MinDelegation` or nothing, and open tasks of the operator must not
		///   need it. Rounded down to whole shares. `None` for all.
		///
		/// Emits [`Event::Undelegated`].
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::undelegate())]
		pub fn undelegate(
			origin: OriginFor<T>,
			operator: AccountId,
			amount: Option<Balance>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let era = CurrentEra::<T>::get();
			let amount = Self::do_undelegate(&operator, &who, amount, era.index)?;
			let matures_at = matures_at::<T>(era.index, &era);
			Self::deposit_event(Event::Undelegated { operator, delegator: who, amount, matures_at });
			Ok(())
		}

		/// Returns what has matured of the caller's delegation to its free balance.
		///
		/// - `operator`: with whom it was staked.
		///
		/// Emits [`Event::DelegationWithdrawn`], and [`Event::Removed`] for an operator that left before and of which this
		/// was the last stake.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, operator: AccountId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let amount = Self::do_withdraw(&operator, &who)?;
			Self::deposit_event(Event::DelegationWithdrawn { operator, delegator: who, amount });
			Ok(())
		}

		/// Takes the calling operator out of jail, so that it is drawn and elected again.
		///
		/// Refused before the block that [`Event::Jailed`] said.
		///
		/// Emits [`Event::Unjailed`], and [`Event::ValidatingChanged`] for a candidate that the operator displaces.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::unjail())]
		pub fn unjail(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let now = frame_system::Pallet::<T>::block_number();
			Self::reweigh(&who, |operator| {
				let until = operator.misses.jailed_until.ok_or(Error::<T>::NotJailed)?;
				ensure!(now >= until, Error::<T>::StillJailed);
				operator.misses.jailed_until = None;
				Ok(())
			})?;
			Self::deposit_event(Event::Unjailed { operator: who });
			Ok(())
		}
	}
}
