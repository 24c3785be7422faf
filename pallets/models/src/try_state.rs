//! What must always be true of this pallet's storage.

use crate::{
	ByName, Config, HoldReason, Latest, Leaf, Namespaces, NextVersion, NodeSums, Pallet, Pools, Server,
	Servers, Serves, Versions,
	servers::Tree,
	sum_tree::{self, Nodes},
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use assay_primitives::{AccountId, Balance, ModelName, VersionId, model::Label, traits::Operators};
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_deposits()?;
		Self::check_names()?;
		Self::check_serves()?;
		let mut served: BTreeSet<VersionId> = Pools::<T>::iter_keys().collect();
		served.extend(Servers::<T>::iter_keys().map(|(version, _)| version));
		served.extend(NodeSums::<T>::iter_keys().map(|(version, _)| version));
		served.into_iter().try_for_each(Self::check_servers)
	}

	fn check_deposits() -> Result<(), TryRuntimeError> {
		let mut of_versions = BTreeMap::<Label, Balance>::new();
		for (_, version) in Versions::<T>::iter() {
			let sum = of_versions.entry(version.name.owner).or_default();
			*sum = sum.saturating_add(version.deposit);
		}
		let mut of_owners = BTreeMap::<AccountId, Balance>::new();
		for (label, namespace) in Namespaces::<T>::iter() {
			let versions = of_versions.remove(&label).unwrap_or_default();
			ensure!(
				namespace.held == namespace.deposit.saturating_add(versions),
				"what a namespace holds differs from the deposits of its name and versions"
			);
			let sum = of_owners.entry(namespace.owner).or_default();
			*sum = sum.saturating_add(namespace.held);
		}
		ensure!(of_versions.is_empty(), "a version is in a namespace that nobody owns");
		for account in frame_system::Account::<T>::iter_keys() {
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &account)
					== of_owners.remove(&account).unwrap_or_default(),
				"the hold of an account differs from the deposits of its namespaces"
			);
		}
		ensure!(of_owners.is_empty(), "a namespace belongs to an account that does not exist");
		Ok(())
	}

	fn check_names() -> Result<(), TryRuntimeError> {
		let mut versions = 0u32;
		for (id, version) in Versions::<T>::iter() {
			versions = versions.saturating_add(1);
			ensure!(id < NextVersion::<T>::get(), "a version has a number that was not given out");
			ensure!(
				ByName::<T>::get(&version.name, version.number) == Some(id),
				"a version is not found by its name"
			);
		}
		ensure!(versions == NextVersion::<T>::get(), "a number was given out for a version that is gone");
		let mut numbers = BTreeMap::<ModelName, u32>::new();
		for (name, number, _) in ByName::<T>::iter() {
			ensure!(
				(1..=Latest::<T>::get(&name)).contains(&number),
				"a name leads to a version after the latest"
			);
			let count = numbers.entry(name).or_default();
			*count = count.saturating_add(1);
		}
		ensure!(
			numbers == Latest::<T>::iter().collect(),
			"the versions of a model are not numbered without gaps"
		);
		ensure!(
			numbers.into_values().fold(0u32, |sum, count| sum.saturating_add(count)) == versions,
			"two names lead to one version"
		);
		Ok(())
	}

	/// The operators' lists lead to the versions' leaves, one to one.
	fn check_serves() -> Result<(), TryRuntimeError> {
		let mut listed = 0usize;
		for (operator, versions) in Serves::<T>::iter() {
			ensure!(!versions.is_empty(), "an operator is kept that serves nothing");
			ensure!(
				versions.iter().collect::<BTreeSet<_>>().len() == versions.len(),
				"an operator serves a version twice"
			);
			for version in &versions {
				ensure!(
					Leaf::<T>::contains_key(version, &operator),
					"an operator is not among the servers of a version that it serves"
				);
			}
			listed = listed.saturating_add(versions.len());
		}
		ensure!(Leaf::<T>::iter().count() == listed, "a version has a server that does not serve it");
		Ok(())
	}

	/// The leaves of a version and its tree.
	fn check_servers(version: VersionId) -> Result<(), TryRuntimeError> {
		let pool = Pools::<T>::get(version);
		ensure!(Versions::<T>::contains_key(version), "a version that does not exist is served");
		ensure!(
			Leaf::<T>::iter_prefix(version).count() == pool.servers as usize
				&& Servers::<T>::iter_prefix(version).count() == pool.servers as usize,
			"the number of servers differs from the number of leaves"
		);
		let mut rebuilt = Rebuilt::default();
		let mut weight: Balance = 0;
		for leaf in 0..pool.servers {
			let Some(Server { operator, weight: stake }) = Servers::<T>::get(version, leaf) else {
				return Err("the leaves of a version are not numbered without gaps".into());
			};
			ensure!(Leaf::<T>::get(version, &operator) == Some(leaf), "a server does not lead to its leaf");
			ensure!(T::Operators::stake(&operator) == stake, "the weight of a server differs from its stake");
			sum_tree::push(&mut rebuilt, leaf, stake);
			weight = weight.saturating_add(stake);
		}
		ensure!(pool.weight == weight, "the weight of a version differs from that of its servers");
		ensure!(
			NodeSums::<T>::iter_prefix(version).count() == pool.servers as usize,
			"a sum tree has more or fewer nodes than leaves"
		);
		let tree = Tree::<T>::of(version);
		ensure!(
			(1..=pool.servers).all(|index| tree.get(index) == rebuilt.get(index)),
			"a node of a sum tree differs from the sum of its leaves"
		);
		Ok(())
	}
}

/// A sum tree in memory.
#[derive(Default)]
struct Rebuilt(Vec<Balance>);

impl Nodes for Rebuilt {
	fn get(&self, index: u32) -> Balance {
		let place = (index as usize).checked_sub(1);
		place.and_then(|place| self.0.get(place)).copied().unwrap_or_default()
	}

	/// Only ever appends, since the tree is only ever pushed to.
	fn set(&mut self, _: u32, sum: Balance) {
		self.0.push(sum);
	}

	fn remove(&mut self, _: u32) {
		self.0.pop();
	}
}
