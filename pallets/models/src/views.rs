//! What other pallets and clients ask.

use crate::{ByName, Config, Latest, Namespaces, NextVersion, Pallet, Pools, Serves, Versions};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, Manifest, VersionId,
	api::{ModelInfo, ModelRef},
	traits::Models,
};
use frame_system::pallet_prelude::BlockNumberFor;

/// Most versions that [`Pallet::list`] returns.
pub const MAX_LISTED: u32 = 100;

impl<T: Config> Pallet<T> {
	/// The version that a client means: with a bare name, the latest that is not deprecated.
	///
	/// Meant for runtime APIs: it reads the deprecated versions that come after the one it finds.
	pub fn resolve(model: ModelRef) -> Option<VersionId> {
		match model {
			ModelRef::Id(version) => Versions::<T>::contains_key(version).then_some(version),
			ModelRef::Name(name, Some(number)) => ByName::<T>::get(name, number),
			ModelRef::Name(name, None) => (1..=Latest::<T>::get(&name))
				.rev()
				.filter_map(|number| ByName::<T>::get(&name, number))
				.find(|version| !Self::is_deprecated(*version)),
		}
	}

	/// A version and how many operators serve it.
	pub fn info(id: VersionId) -> Option<ModelInfo<AccountId, Balance, BlockNumberFor<T>>> {
		let version = Versions::<T>::get(id)?;
		Some(ModelInfo {
			id,
			number: version.number,
			owner: Namespaces::<T>::get(&version.name.owner)?.owner,
			name: version.name,
			manifest: version.manifest,
			deposit: version.deposit,
			registered_at: version.registered_at,
			deprecated: version.deprecated,
			servers: Self::servers(id),
		})
	}

	/// Up to `limit` versions, and at most [`MAX_LISTED`], with numbers from `start` on.
	pub fn list(start: VersionId, limit: u32) -> Vec<ModelInfo<AccountId, Balance, BlockNumberFor<T>>> {
		let end = start.saturating_add(limit.min(MAX_LISTED)).min(NextVersion::<T>::get());
		(start..end).filter_map(Self::info).collect()
	}

	/// The versions that an operator serves.
	pub fn serves(operator: &AccountId) -> Vec<VersionId> {
		Serves::<T>::get(operator).into_inner()
	}
}

impl<T: Config> Models<AccountId> for Pallet<T> {
	fn manifest(version: VersionId) -> Option<Manifest> {
		Some(Versions::<T>::get(version)?.manifest)
	}

	fn owner(version: VersionId) -> Option<AccountId> {
		Some(Namespaces::<T>::get(Versions::<T>::get(version)?.name.owner)?.owner)
	}

	/// A version that does not exist takes no requests either.
	fn is_deprecated(version: VersionId) -> bool {
		Versions::<T>::get(version).is_none_or(|version| version.deprecated)
	}

	fn servers(version: VersionId) -> u32 {
		Pools::<T>::get(version).servers
	}

	fn draw(version: VersionId, randomness: u128) -> Option<AccountId> {
		Self::draw_server(version, randomness)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn setup_servers(operators: &[AccountId]) -> VersionId {
		crate::benchmarking::setup_servers::<T>(operators)
	}
}
