//! Models: names, immutable versions, manifests, deposits and who serves what.
//!
//! A model is called `owner/name`. The account that claims the namespace `owner` first owns it, registers models in it
//! and receives their royalties. Registering a model again makes its next version; what a version is never changes.
//!
//! Operators declare which versions they serve, and [`Models::draw`] draws one of a version's servers with probability
//! proportional to its stake, in a number of reads that grows with the logarithm of theirs.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod servers;
pub mod sum_tree;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
mod validation;
mod views;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::{GenesisModel, Namespace, Pool, Server, Version};
pub use weights::WeightInfo;

#[cfg(doc)]
use assay_primitives::traits::Models;

// FRAME's macros expand to `expect`.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{GenesisModel, Namespace, Pool, Server, Version, WeightInfo, validation};
	use alloc::vec::Vec;
	use assay_primitives::{
		AccountId, Balance, Manifest, ModelName, VersionId,
		model::{Label, VersionNumber, is_valid_label},
		traits::Operators,
	};
	use core::marker::PhantomData;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{Inspect, Mutate, MutateHold},
			tokens::{Fortitude, Precision, Restriction},
		},
	};
	use frame_system::pallet_prelude::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The models pallet.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime chooses.
	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId> {
		/// The runtime's reasons to hold balance.
		type RuntimeHoldReason: From<HoldReason>;

		/// The token of the deposits.
		type Currency: Inspect<AccountId, Balance = Balance>
			+ Mutate<AccountId>
			+ MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

		/// Who may serve, and with what weight. It has to tell this pallet of each change of a weight.
		type Operators: Operators<AccountId, Balance>;

		/// Held for a namespace.
		#[pallet::constant]
		type NamespaceDeposit: Get<Balance>;

		/// Held for a version, whatever its size.
		#[pallet::constant]
		type VersionDeposit: Get<Balance>;

		/// Held for each byte of a version's name and manifest.
		#[pallet::constant]
		type ByteDeposit: Get<Balance>;

		/// Most versions that one operator serves.
		#[pallet::constant]
		type MaxServed: Get<u32>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds balance.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For names and versions on chain.
		Deposit,
	}

	/// Claimed namespaces.
	#[pallet::storage]
	pub type Namespaces<T: Config> = StorageMap<_, Blake2_128Concat, Label, Namespace>;

	/// Number of the next version: how many there are.
	#[pallet::storage]
	pub type NextVersion<T: Config> = StorageValue<_, VersionId, ValueQuery>;

	/// Every version.
	#[pallet::storage]
	pub type Versions<T: Config> = StorageMap<_, Twox64Concat, VersionId, Version<BlockNumberFor<T>>>;

	/// Number of the latest version of each model: how many it has.
	#[pallet::storage]
	pub type Latest<T: Config> = StorageMap<_, Blake2_128Concat, ModelName, VersionNumber, ValueQuery>;

	/// Versions by model and number.
	#[pallet::storage]
	pub type ByName<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, ModelName, Twox64Concat, VersionNumber, VersionId>;

	/// What each operator serves.
	#[pallet::storage]
	pub type Serves<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId, BoundedVec<VersionId, T::MaxServed>, ValueQuery>;

	/// Number and weight of each version's servers.
	#[pallet::storage]
	pub type Pools<T: Config> = StorageMap<_, Twox64Concat, VersionId, Pool, ValueQuery>;

	/// Servers by version and leaf of its sum tree.
	#[pallet::storage]
	pub type Servers<T: Config> = StorageDoubleMap<_, Twox64Concat, VersionId, Twox64Concat, u32, Server>;

	/// The leaf of each server.
	#[pallet::storage]
	pub type Leaf<T: Config> = StorageDoubleMap<_, Twox64Concat, VersionId, Blake2_128Concat, AccountId, u32>;

	/// Nodes of each version's sum tree, counted from 1.
	#[pallet::storage]
	pub type NodeSums<T: Config> =
		StorageDoubleMap<_, Twox64Concat, VersionId, Twox64Concat, u32, Balance, ValueQuery>;

	/// Models that the chain starts with.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Registered in this order. Their servers have to be operators of the genesis block.
		pub models: Vec<GenesisModel>,
		/// Nothing.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for model in &self.models {
				let built = Pallet::<T>::build_model(model);
				assert!(built.is_ok(), "genesis model {}/{} refused: {built:?}", model.owner, model.name);
			}
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A namespace was claimed.
		NamespaceClaimed {
			/// The namespace.
			namespace: Label,
			/// Its owner.
			owner: AccountId,
		},
		/// A namespace, its models and their deposits have a new owner.
		NamespaceTransferred {
			/// The namespace.
			namespace: Label,
			/// The owner until now.
			from: AccountId,
			/// The owner from now on.
			to: AccountId,
		},
		/// A version was registered.
		Registered {
			/// Its number on the chain.
			version: VersionId,
			/// The model.
			name: ModelName,
			/// Its number within the model.
			number: VersionNumber,
			/// Held from the owner.
			deposit: Balance,
		},
		/// A version takes no new requests any more.
		Deprecated {
			/// The version.
			version: VersionId,
		},
		/// An operator serves a version from now on.
		ServingStarted {
			/// The version.
			version: VersionId,
			/// Who.
			operator: AccountId,
		},
		/// An operator is not drawn for a version any more.
		ServingStopped {
			/// The version.
			version: VersionId,
			/// Who.
			operator: AccountId,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// A name must be 1 to 32 lower-case letters, digits, `-`, `_` or `.`, and begin with a letter or digit.
		InvalidLabel,
		/// Somebody owns this namespace; choose another.
		NamespaceTaken,
		/// Nobody owns this namespace; `claim_namespace` first.
		UnknownNamespace,
		/// Only the namespace's owner may do this.
		NotTheOwner,
		/// No version has this number.
		UnknownVersion,
		/// The version is deprecated.
		VersionDeprecated,
		/// The package's size must not be zero.
		EmptyPackage,
		/// The compute limit must not be zero.
		NoComputeLimit,
		/// Inputs and outputs need at least one tensor each, with distinct printable names.
		InvalidTensors,
		/// Task, licence and tags must be printable UTF-8.
		InvalidText,
		/// The caller is not an operator; register as one first.
		NotAnOperator,
		/// The operator serves this version already.
		AlreadyServing,
		/// The operator does not serve this version.
		NotServing,
		/// The operator serves as many versions as it may; stop serving another first.
		TooManyServed,
		/// Every number of a version is used.
		Exhausted,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxServed::get() > 0, "nobody could serve");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Makes the caller the owner of a namespace that nobody owns.
		///
		/// - `namespace`: the part of the models' names in front of the slash.
		///
		/// Holds `NamespaceDeposit`. Emits [`Event::NamespaceClaimed`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::claim_namespace())]
		pub fn claim_namespace(origin: OriginFor<T>, namespace: Label) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_claim(&who, namespace)
		}

		/// Registers a model or, if it exists, its next version.
		///
		/// - `owner`: a namespace of the caller.
		/// - `name`: name within the namespace.
		/// - `manifest`: what the version is, for ever.
		///
		/// Holds `VersionDeposit`, and `ByteDeposit` for each byte of name and manifest. Emits [`Event::Registered`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::register(manifest.encoded_size() as u32))]
		pub fn register(
			origin: OriginFor<T>,
			owner: Label,
			name: Label,
			manifest: Manifest,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_register(&who, ModelName { owner, name }, manifest)?;
			Ok(())
		}

		/// Ends new requests to a version, for ever. Open requests are still answered.
		///
		/// - `version`: a version in a namespace of the caller.
		///
		/// Emits [`Event::Deprecated`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::deprecate())]
		pub fn deprecate(origin: OriginFor<T>, version: VersionId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Versions::<T>::try_mutate(version, |record| {
				let record = record.as_mut().ok_or(Error::<T>::UnknownVersion)?;
				Self::ensure_owner(&who, &record.name.owner)?;
				ensure!(!record.deprecated, Error::<T>::VersionDeprecated);
				record.deprecated = true;
				DispatchResult::Ok(())
			})?;
			Self::deposit_event(Event::Deprecated { version });
			Ok(())
		}

		/// Gives a namespace away, with its models, their future royalties and the deposits held for them.
		///
		/// - `namespace`: a namespace of the caller.
		/// - `to`: the new owner, an existing account.
		///
		/// Emits [`Event::NamespaceTransferred`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::transfer_namespace())]
		pub fn transfer_namespace(origin: OriginFor<T>, namespace: Label, to: AccountId) -> DispatchResult {
			let from = ensure_signed(origin)?;
			let mut record = Self::ensure_owner(&from, &namespace)?;
			T::Currency::transfer_on_hold(
				&HoldReason::Deposit.into(),
				&from,
				&to,
				record.held,
				Precision::Exact,
				Restriction::OnHold,
				Fortitude::Polite,
			)?;
			record.owner = to.clone();
			Namespaces::<T>::insert(&namespace, record);
			Self::deposit_event(Event::NamespaceTransferred { namespace, from, to });
			Ok(())
		}

		/// Declares that the calling operator has the files of a version and answers requests to it.
		///
		/// - `version`: a version that is not deprecated.
		///
		/// Emits [`Event::ServingStarted`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::serve())]
		pub fn serve(origin: OriginFor<T>, version: VersionId) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_serve(operator, version)
		}

		/// Ends what `serve` began. Open tasks of the operator stay its duty.
		///
		/// - `version`: a version that the caller serves.
		///
		/// Emits [`Event::ServingStopped`].
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::stop_serving())]
		pub fn stop_serving(origin: OriginFor<T>, version: VersionId) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::remove_server(version, &operator)?;
			Self::deposit_event(Event::ServingStopped { version, operator });
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		pub(crate) fn do_claim(who: &AccountId, namespace: Label) -> DispatchResult {
			ensure!(is_valid_label(&namespace), Error::<T>::InvalidLabel);
			ensure!(!Namespaces::<T>::contains_key(&namespace), Error::<T>::NamespaceTaken);
			let deposit = T::NamespaceDeposit::get();
			T::Currency::hold(&HoldReason::Deposit.into(), who, deposit)?;
			Namespaces::<T>::insert(&namespace, Namespace { owner: who.clone(), deposit, held: deposit });
			Self::deposit_event(Event::NamespaceClaimed { namespace, owner: who.clone() });
			Ok(())
		}

		pub(crate) fn do_register(
			who: &AccountId,
			name: ModelName,
			manifest: Manifest,
		) -> Result<VersionId, DispatchError> {
			let mut namespace = Self::ensure_owner(who, &name.owner)?;
			ensure!(is_valid_label(&name.name), Error::<T>::InvalidLabel);
			validation::check::<T>(&manifest)?;

			let deposit = Self::version_deposit(&name, &manifest);
			T::Currency::hold(&HoldReason::Deposit.into(), who, deposit)?;
			// Both are on hold, so their sum fits.
			namespace.held = namespace.held.saturating_add(deposit);
			Namespaces::<T>::insert(&name.owner, namespace);

			let version = NextVersion::<T>::get();
			NextVersion::<T>::put(version.checked_add(1).ok_or(Error::<T>::Exhausted)?);
			let number = Latest::<T>::get(&name).checked_add(1).ok_or(Error::<T>::Exhausted)?;
			Latest::<T>::insert(&name, number);
			ByName::<T>::insert(&name, number, version);
			let registered_at = frame_system::Pallet::<T>::block_number();
			Versions::<T>::insert(
				version,
				Version { name: name.clone(), number, manifest, deposit, registered_at, deprecated: false },
			);
			Self::deposit_event(Event::Registered { version, name, number, deposit });
			Ok(version)
		}

		pub(crate) fn do_serve(operator: AccountId, version: VersionId) -> DispatchResult {
			let record = Versions::<T>::get(version).ok_or(Error::<T>::UnknownVersion)?;
			ensure!(!record.deprecated, Error::<T>::VersionDeprecated);
			ensure!(T::Operators::worker_key(&operator).is_some(), Error::<T>::NotAnOperator);
			Self::add_server(version, &operator)?;
			Self::deposit_event(Event::ServingStarted { version, operator });
			Ok(())
		}

		/// What is held for a version of this name and manifest.
		pub fn version_deposit(name: &ModelName, manifest: &Manifest) -> Balance {
			let bytes = name.encoded_size().saturating_add(manifest.encoded_size()) as Balance;
			T::VersionDeposit::get().saturating_add(T::ByteDeposit::get().saturating_mul(bytes))
		}

		fn ensure_owner(who: &AccountId, namespace: &Label) -> Result<Namespace, DispatchError> {
			let record = Namespaces::<T>::get(namespace).ok_or(Error::<T>::UnknownNamespace)?;
			ensure!(record.owner == *who, Error::<T>::NotTheOwner);
			Ok(record)
		}

		fn build_model(model: &GenesisModel) -> DispatchResult {
			let label =
				|text: &str| Label::try_from(text.as_bytes().to_vec()).map_err(|_| Error::<T>::InvalidLabel);
			let name = ModelName { owner: label(&model.owner)?, name: label(&model.name)? };
			let manifest = Manifest::decode(&mut model.manifest.0.as_slice())
				.map_err(|_| DispatchError::Other("the manifest does not decode"))?;
			if !Namespaces::<T>::contains_key(&name.owner) {
				Self::do_claim(&model.account, name.owner.clone())?;
			}
			let version = Self::do_register(&model.account, name, manifest)?;
			model.servers.iter().try_for_each(|operator| Self::do_serve(operator.clone(), version))
		}
	}
}
