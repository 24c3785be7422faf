//! Benchmarks of every call. Costs that grow with the number of a version's servers, by its logarithm, are measured
//! with about a million of them.

use super::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, ContentId, DataType, Manifest, ModelName, NumericProfile, TensorSpec, VersionId,
	model::{Label, MaxTags, MaxTensors, MaxText},
	tensor::{Dimension, MaxRank, MaxTensorName},
	traits::{Models, Operators},
};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	dispatch::RawOrigin,
	traits::{
		Get,
		fungible::{Inspect, Mutate},
	},
};
use sum_tree::Nodes;

/// Logarithm to base two of the number of servers that the worst case has.
const LOG_SERVERS: u32 = 20;

fn label(text: &[u8]) -> Label {
	Label::truncate_from(text.to_vec())
}

fn namespace() -> Label {
	label(b"benchmark")
}

fn filled<Limit: Get<u32>>(first: u8) -> BoundedVec<u8, Limit> {
	let mut text = alloc::vec![b'x'; Limit::get() as usize];
	if let Some(byte) = text.first_mut() {
		*byte = first;
	}
	BoundedVec::truncate_from(text)
}

/// A manifest with this many inputs and outputs, and everything else as long as it may be.
fn manifest(tensors: u32) -> Manifest {
	let specs: Vec<_> = (0..tensors)
		.map(|number| TensorSpec {
			name: filled::<MaxTensorName>(b'a'.saturating_add(number as u8)),
			data_type: DataType::F32,
			dims: BoundedVec::truncate_from(
				alloc::vec![Dimension::Fixed(1); <MaxRank as Get<u32>>::get() as usize],
			),
		})
		.collect();
	Manifest {
		content: ContentId { codec: assay_primitives::Codec::DagPb, digest: [7; 32] },
		size: 1,
		profile: NumericProfile::StrictF32V1,
		inputs: BoundedVec::truncate_from(specs.clone()),
		outputs: BoundedVec::truncate_from(specs),
		compute_limit: 1_000_000,
		royalty: 1,
		task: filled::<MaxText>(b'x'),
		licence: filled::<MaxText>(b'x'),
		tags: BoundedVec::truncate_from(alloc::vec![filled(b'x'); <MaxTags as Get<u32>>::get() as usize]),
	}
}

/// The funded owner of the benchmark's namespace.
fn setup_owner<T: Config>() -> AccountId {
	let owner: AccountId = account("owner", 0, 0);
	fund::<T>(&owner);
	if !Namespaces::<T>::contains_key(namespace()) {
		let claimed = Pallet::<T>::do_claim(&owner, namespace());
		assert!(claimed.is_ok(), "{claimed:?}");
	}
	owner
}

/// Mints enough for a namespace and a version.
fn fund<T: Config>(who: &AccountId) {
	let model = ModelName { owner: namespace(), name: label(b"model") };
	let deposits = T::NamespaceDeposit::get()
		.saturating_add(Pallet::<T>::version_deposit(&model, &manifest(MaxTensors::get())));
	let reserve = T::Currency::minimum_balance().saturating_mul(1_000);
	let minted = T::Currency::mint_into(who, deposits.saturating_add(reserve));
	assert!(minted.is_ok(), "{minted:?}");
}

/// A new version with the largest manifest.
fn setup_version<T: Config>() -> VersionId {
	let owner = setup_owner::<T>();
	let name = ModelName { owner: namespace(), name: label(b"model") };
	let registered = Pallet::<T>::do_register(&owner, name, manifest(MaxTensors::get()));
	assert!(registered.is_ok(), "{registered:?}");
	registered.unwrap_or_default()
}

/// A new version that `operators` serve, as the first of about a million servers. The others have no weight, so a draw
/// finds one of `operators`, and finds it last.
pub(crate) fn setup_servers<T: Config>(operators: &[AccountId]) -> VersionId {
	let version = setup_version::<T>();
	for operator in operators {
		let served = Pallet::<T>::do_serve(operator.clone(), version);
		assert!(served.is_ok(), "{served:?}");
	}
	inflate::<T>(version, 0);
	version
}

/// The same for one.
fn setup_server<T: Config>(operator: &AccountId) -> VersionId {
	setup_servers::<T>(core::slice::from_ref(operator))
}

/// Makes the pool of `version`, whose first leaves are there, look as if it had 2^[`LOG_SERVERS`] servers less `spare`.
/// Only the last one and the nodes above the first leaves are written: all that calls ever read.
fn inflate<T: Config>(version: VersionId, spare: u32) {
	let mut pool = Pools::<T>::get(version);
	let mut tree = servers::Tree::<T>::of(version);
	// Up to a power of two, so that all further powers of two are above all leaves.
	let whole = pool.servers.next_power_of_two();
	for leaf in pool.servers..whole {
		sum_tree::push(&mut tree, leaf, 0);
	}
	let nodes = (0..=LOG_SERVERS).map(|log| 1u32.checked_shl(log).unwrap_or_default());
	for node in nodes.filter(|node| *node >= whole) {
		tree.set(node, pool.weight);
	}
	pool.servers = 1u32.checked_shl(LOG_SERVERS).unwrap_or_default().saturating_sub(spare);
	let last = pool.servers.saturating_sub(1);
	let operator: AccountId = account("last server", 0, 0);
	Leaf::<T>::insert(version, &operator, last);
	Servers::<T>::insert(version, last, Server { operator, weight: 0 });
	Pools::<T>::insert(version, pool);
}

/// Lets `operator` serve as many versions as it may, each with about a million servers.
pub(crate) fn serve_as_many_as_possible<T: Config>(operator: &AccountId) {
	for _ in Serves::<T>::get(operator).len()..T::MaxServed::get() as usize {
		setup_server::<T>(operator);
	}
}

#[benchmarks]
#[allow(clippy::arithmetic_side_effects)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn claim_namespace() -> Result<(), BenchmarkError> {
		let who: AccountId = whitelisted_caller();
		fund::<T>(&who);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), namespace());

		assert!(Namespaces::<T>::get(namespace()).is_some_and(|namespace| namespace.owner == who));
		Ok(())
	}

	/// `b`: bytes of the manifest, up to those of its maximum with 16 inputs and 16 outputs.
	#[benchmark]
	fn register(b: Linear<600, 4_000>) -> Result<(), BenchmarkError> {
		let owner = setup_owner::<T>();
		let smallest = manifest(1).encoded_size() as u32;
		let tensor = manifest(2).encoded_size() as u32 - smallest;
		let tensors = 1 + b.saturating_sub(smallest) / tensor;
		let manifest = manifest(tensors.min(MaxTensors::get()));
		let version = NextVersion::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), namespace(), label(b"model"), manifest);

		assert!(Versions::<T>::contains_key(version));
		Ok(())
	}

	#[benchmark]
	fn deprecate() -> Result<(), BenchmarkError> {
		let version = setup_version::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(setup_owner::<T>()), version);

		assert!(Pallet::<T>::is_deprecated(version));
		Ok(())
	}

	#[benchmark]
	fn transfer_namespace() -> Result<(), BenchmarkError> {
		let owner = setup_owner::<T>();
		let to: AccountId = account("new owner", 0, 0);
		fund::<T>(&to);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), namespace(), to.clone());

		assert!(Namespaces::<T>::get(namespace()).is_some_and(|namespace| namespace.owner == to));
		Ok(())
	}

	#[benchmark]
	fn serve() -> Result<(), BenchmarkError> {
		let version = setup_server::<T>(&T::Operators::setup_operator(0));
		inflate::<T>(version, 1);
		let operator = T::Operators::setup_operator(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator.clone()), version);

		assert!(Leaf::<T>::contains_key(version, &operator));
		Ok(())
	}

	#[benchmark]
	fn stop_serving() -> Result<(), BenchmarkError> {
		let operator = T::Operators::setup_operator(0);
		serve_as_many_as_possible::<T>(&operator);
		let version = Serves::<T>::get(&operator).into_iter().last().ok_or("serves something")?;

		#[extrinsic_call]
		_(RawOrigin::Signed(operator.clone()), version);

		assert!(!Leaf::<T>::contains_key(version, &operator));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
