//! Who serves what, and the draw.
//!
//! The servers of a version are the leaves of its [sum tree](crate::sum_tree), in dense order: a server that stops is
//! replaced by the last one.

use crate::{Config, Error, Leaf, NodeSums, Pallet, Pools, Server, Servers, Serves, sum_tree};
use assay_primitives::{
	AccountId, Balance, VersionId,
	traits::{OnStakeChange, Operators},
};
use core::marker::PhantomData;
use frame_support::{defensive, dispatch::DispatchResult};

/// The nodes of one version's tree.
pub(crate) struct Tree<T>(VersionId, PhantomData<T>);

impl<T> Tree<T> {
	pub(crate) fn of(version: VersionId) -> Self {
		Self(version, PhantomData)
	}
}

impl<T: Config> sum_tree::Nodes for Tree<T> {
	fn get(&self, index: u32) -> Balance {
		NodeSums::<T>::get(self.0, index)
	}

	fn set(&mut self, index: u32, sum: Balance) {
		NodeSums::<T>::insert(self.0, index, sum);
	}

	fn remove(&mut self, index: u32) {
		NodeSums::<T>::remove(self.0, index);
	}
}

impl<T: Config> Pallet<T> {
	/// Adds `operator` to the servers of `version`.
	pub(crate) fn add_server(version: VersionId, operator: &AccountId) -> DispatchResult {
		if Leaf::<T>::contains_key(version, operator) {
			return Err(Error::<T>::AlreadyServing.into());
		}
		Serves::<T>::try_mutate(operator, |served| {
			served.try_push(version).map_err(|_| Error::<T>::TooManyServed)
		})?;
		let weight = T::Operators::stake(operator);
		let mut pool = Pools::<T>::get(version);
		sum_tree::push(&mut Tree::<T>::of(version), pool.servers, weight);
		Servers::<T>::insert(version, pool.servers, Server { operator: operator.clone(), weight });
		Leaf::<T>::insert(version, operator, pool.servers);
		pool.servers = pool.servers.saturating_add(1);
		pool.weight = pool.weight.saturating_add(weight);
		Pools::<T>::insert(version, pool);
		Ok(())
	}

	/// Takes `operator` off the servers of `version`.
	pub(crate) fn remove_server(version: VersionId, operator: &AccountId) -> DispatchResult {
		let leaf = Leaf::<T>::take(version, operator).ok_or(Error::<T>::NotServing)?;
		Serves::<T>::mutate_exists(operator, |served| {
			if let Some(list) = served {
				list.retain(|other| *other != version);
				if list.is_empty() {
					*served = None;
				}
			}
		});
		let mut pool = Pools::<T>::get(version);
		let last = pool.servers.saturating_sub(1);
		let (Some(removed), Some(moved)) =
			(Servers::<T>::get(version, leaf), Servers::<T>::take(version, last))
		else {
			defensive!("the leaves of a version are numbered without gaps");
			return Err(Error::<T>::NotServing.into());
		};
		if leaf != last {
			let mut tree = Tree::<T>::of(version);
			sum_tree::change(&mut tree, pool.servers, leaf, removed.weight, moved.weight);
			Leaf::<T>::insert(version, &moved.operator, leaf);
			Servers::<T>::insert(version, leaf, moved);
		}
		sum_tree::pop(&mut Tree::<T>::of(version), pool.servers);
		pool.servers = last;
		pool.weight = pool.weight.saturating_sub(removed.weight);
		if pool.servers == 0 {
			Pools::<T>::remove(version);
		} else {
			Pools::<T>::insert(version, pool);
		}
		Ok(())
	}

	/// Draws a server of `version` with probability proportional to its weight.
	///
	/// `randomness` is taken modulo the sum of weights. For `randomness` uniform in 128 bits the bias is at most that sum
	/// divided by 2^128: with 10^9 tokens of 12 decimals, 10^-17.
	pub(crate) fn draw_server(version: VersionId, randomness: u128) -> Option<AccountId> {
		let pool = Pools::<T>::get(version);
		let target = randomness.checked_rem(pool.weight)?;
		let leaf = sum_tree::find(&Tree::<T>::of(version), pool.servers, target)?;
		Some(Servers::<T>::get(version, leaf)?.operator)
	}
}

impl<T: Config> OnStakeChange<AccountId, Balance> for Pallet<T> {
	/// Changes one leaf of each version that `operator` serves, at most `MaxServed`.
	fn on_stake_change(operator: &AccountId, stake: Balance) {
		for version in Serves::<T>::get(operator) {
			let Some(leaf) = Leaf::<T>::get(version, operator) else { continue };
			Servers::<T>::mutate(version, leaf, |server| {
				let Some(server) = server else { return };
				Pools::<T>::mutate(version, |pool| {
					let mut tree = Tree::<T>::of(version);
					sum_tree::change(&mut tree, pool.servers, leaf, server.weight, stake);
					pool.weight = pool.weight.saturating_sub(server.weight).saturating_add(stake);
				});
				server.weight = stake;
			});
		}
	}

	fn on_removed(operator: &AccountId) {
		for version in Serves::<T>::get(operator) {
			if Self::remove_server(version, operator).is_err() {
				defensive!("an operator is a server of each version that it serves");
			}
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn setup_worst_case(operator: &AccountId) {
		crate::benchmarking::serve_as_many_as_possible::<T>(operator);
	}
}
