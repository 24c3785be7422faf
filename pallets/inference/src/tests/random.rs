//! Random operations on operators, models and requests, with every invariant of every pallet checked after each.

use super::*;
use assay_primitives::AccountId;
use frame_support::storage::with_storage_layer;
use proptest::prelude::*;
use sp_runtime::{DispatchError, Perbill};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};
use std::collections::BTreeMap;

/// Which request an operation is about, as a share of those there are.
type Pick = prop::sample::Index;

#[derive(Clone, Debug)]
enum Operation {
	Ask {
		requester: u8,
		version: VersionId,
		window: u32,
		max_fee: Balance,
	},
	Commit {
		pick: Pick,
		n: Option<u8>,
		units: u64,
	},
	Reveal {
		pick: Pick,
		n: Option<u8>,
		units: u64,
	},
	Advance(Pick),
	Prune(Pick),
	Serve {
		n: u8,
		version: VersionId,
	},
	StopServing {
		n: u8,
		version: VersionId,
	},
	Deprecate(VersionId),
	SetPrice(Balance),
	BondMore(u8, Balance),
	BeginUnbonding(u8, Option<Balance>),
	FinishUnbonding(u8),
	Offence(u8, u32),
	Spend(u8),
	Entropy(Option<u64>),
	Blocks(u32),
	/// Time passes without this pallet's hook, as if it lagged.
	Skip(u32),
}

fn operation() -> impl Strategy<Value = Operation> {
	use Operation::*;
	let n = || 1..5u8;
	let version = || 0..4u32;
	let units = || prop_oneof![6 => Just(UNITS), 1 => 0..=COMPUTE_LIMIT + 1];
	let worker = || prop_oneof![5 => Just(None), 1 => (1..5u8).prop_map(Some)];
	let max_fee = prop_oneof![9 => Just(Balance::MAX), 1 => 0..3 * ESCROW];
	prop_oneof![
		8 => (10..14u8, version(), MIN_WINDOW - 1..12, max_fee)
			.prop_map(|(requester, version, window, max_fee)| Ask { requester, version, window, max_fee }),
		8 => (any::<Pick>(), worker(), units()).prop_map(|(pick, n, units)| Commit { pick, n, units }),
		8 => (any::<Pick>(), worker(), units()).prop_map(|(pick, n, units)| Reveal { pick, n, units }),
		2 => any::<Pick>().prop_map(Advance),
		2 => any::<Pick>().prop_map(Prune),
		2 => (n(), version()).prop_map(|(n, version)| Serve { n, version }),
		1 => (n(), version()).prop_map(|(n, version)| StopServing { n, version }),
		1 => version().prop_map(Deprecate),
		1 => (0..5u128).prop_map(SetPrice),
		2 => (n(), 1..STAKE).prop_map(|(n, amount)| BondMore(n, amount)),
		1 => (n(), prop::option::weighted(0.8, 1..STAKE)).prop_map(|(n, amount)| BeginUnbonding(n, amount)),
		1 => n().prop_map(FinishUnbonding),
		1 => (n(), 0..60u32).prop_map(|(n, percent)| Offence(n, percent)),
		1 => (10..14u8).prop_map(Spend),
		1 => prop::option::weighted(0.8, any::<u64>()).prop_map(Entropy),
		10 => (1..4u32).prop_map(Blocks),
		1 => (1..9u32).prop_map(Skip),
	]
}

/// A request there is, by its share.
fn pick(pick: Pick) -> Option<RequestId> {
	let mut ids: Vec<_> = Requests::<Test>::iter_keys().collect();
	ids.sort();
	(!ids.is_empty()).then(|| ids[pick.index(ids.len())])
}

/// The worker of a request, unless another one is to try.
fn worker(id: RequestId, other: Option<u8>) -> u8 {
	other.unwrap_or_else(|| stored(id).on_duty().map_or(1, number))
}

/// Includes a worker's call if it is valid.
fn include(call: Call<Test>) -> DispatchResult {
	match submit(call) {
		Ok(result) => result.map(|_| ()).map_err(|refused| refused.error),
		Err(_) => Err(DispatchError::Other("not valid")),
	}
}

fn apply(operation: Operation) -> DispatchResult {
	use Operation::*;
	let answer = |units| ResultDigest { compute_units: units, ..digest() };
	match operation {
		Ask { requester, version, window, max_fee } => {
			let security = Security::Optimistic { window };
			Inference::request(origin(requester), version, input(), security, max_fee, None)
		}
		Commit { pick: p, n, units } => pick(p).map_or(Ok(()), |id| {
			let n = worker(id, n);
			include(commit_call(id, n, bound(id, n, &answer(units))))
		}),
		Reveal { pick: p, n, units } => {
			pick(p).map_or(Ok(()), |id| include(reveal_call(id, worker(id, n), answer(units), output())))
		}
		Advance(p) => pick(p).map_or(Ok(()), |id| plain(Inference::advance(origin(25), id))),
		Prune(p) => pick(p).map_or(Ok(()), |id| plain(Inference::prune(origin(25), id))),
		Serve { n, version } => Models::serve(origin(n), version),
		StopServing { n, version } => Models::stop_serving(origin(n), version),
		Deprecate(version) => Models::deprecate(origin(OWNER), version),
		SetPrice(price) => {
			PresentUnitPrice::set(price);
			Ok(())
		}
		BondMore(n, amount) => Operators::bond_more(origin(n), amount),
		BeginUnbonding(n, amount) => Operators::begin_unbonding(origin(n), amount),
		FinishUnbonding(n) => Operators::finish_unbonding(origin(n)),
		Offence(n, percent) => {
			let offender = OffenceDetails { offender: (account(n), ()), reporters: vec![] };
			Operators::on_offence(&[offender], &[Perbill::from_percent(percent)], System::block_number() / 5);
			Ok(())
		}
		Spend(n) => Balances::transfer_all(origin(n), account(28), true),
		Entropy(entropy) => {
			crate::mock::Entropy::set(entropy);
			Ok(())
		}
		Blocks(count) => {
			run_to(System::block_number() + count);
			Ok(())
		}
		Skip(count) => {
			System::set_block_number(System::block_number() + count);
			Ok(())
		}
	}
}

fn plain(result: frame_support::dispatch::DispatchResultWithPostInfo) -> DispatchResult {
	result.map(|_| ()).map_err(|refused| refused.error)
}

/// What a request's life may look like: which state may follow which.
fn may_follow(before: &RequestState<AccountId, Balance, BlockNumber>, id: RequestId) -> bool {
	use RequestState::*;
	let Some(after) = Requests::<Test>::get(id).map(|request| request.state) else {
		return matches!(before, Final { .. } | Expired);
	};
	// A block may do several steps at once, but only forwards; a failed round leads back to pending.
	match (before, &after) {
		(Final { .. } | Expired, after) => before == after,
		(Provisional { .. }, Final { .. } | Provisional { .. }) => true,
		(Provisional { .. }, _) => false,
		(_, _) => true,
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

	#[test]
	fn invariants_should_hold_after_any_operations(operations in prop::collection::vec(operation(), 64)) {
		PresentUnitPrice::set(UNIT_PRICE);
		crate::mock::Entropy::set(Some(0));
		Builder::default().operators((1..5).map(|n| (n, 4 * STAKE))).build().execute_with(|| {
			let second = publish(2);
			serve(1, second);
			serve(4, second);
			let issued = Balances::total_issuance();
			let mut states: BTreeMap<RequestId, _> = BTreeMap::new();
			for operation in operations {
				// As a transaction: an error changes nothing.
				let _ = with_storage_layer(|| apply(operation));
				check();
				for (id, state) in &states {
					assert!(may_follow(state, *id), "request {id} went back from {state:?}");
				}
				states = Requests::<Test>::iter().map(|(id, request)| (id, request.state)).collect();
			}
			// Nothing mints.
			assert!(Balances::total_issuance() <= issued);

			// Whatever happened, everything is settled, paid back and forgotten in the end.
			crate::mock::Entropy::set(Some(1));
			let last = System::block_number() + 300;
			while Requests::<Test>::iter().next().is_some() && System::block_number() < last {
				next_block();
			}
			assert_eq!(Requests::<Test>::iter().count(), 0);
			assert_eq!(crate::Inputs::<Test>::iter().count(), 0);
			assert_eq!(crate::Agenda::<Test>::iter().count(), 0);
			assert_eq!(crate::Queue::<Test>::iter().count(), 0);
			assert_eq!(crate::Duties::<Test>::iter().count(), 0);
			for n in 10..14 {
				assert_eq!(escrowed(n), 0);
			}
			for operator in pallet_operators::Ledger::<Test>::iter_values() {
				assert_eq!(operator.locked, 0);
			}
		});
	}
}
