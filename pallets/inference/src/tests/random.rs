//! Random operations on operators, models and requests, with every invariant of every pallet checked after each.

use super::*;
use crate::mock::{Court, Docket};
use assay_primitives::{AccountId, dispute::Verdict};
use frame_support::storage::with_storage_layer;
use proptest::prelude::*;
use sp_runtime::{DispatchError, Perbill, Permill};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};
use std::collections::BTreeMap;

/// Which request an operation is about, as a share of those there are.
type Pick = prop::sample::Index;

#[derive(Clone, Debug)]
enum Operation {
	Ask {
		requester: u8,
		version: VersionId,
		security: Security,
		max_fee: Balance,
		stake: Option<Balance>,
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
	/// All that an operator can do.
	CommitMany(u8),
	RevealMany(u8),
	BeginAudit(Pick),
	Challenge {
		pick: Pick,
		n: u8,
		max_bond: Balance,
	},
	/// The court says that somebody is right, that nobody is, or that it cannot say.
	Judge {
		pick: Pick,
		right: Option<Option<Pick>>,
	},
	SetCapacity {
		n: u8,
		capacity: u32,
	},
	SetAuditRate(u32),
	SetTarget(u64),
	Advance(Pick),
	AdvanceMany(Vec<Pick>),
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
	let security = prop_oneof![
		3 => (MIN_WINDOW - 1..12).prop_map(|window| Security::Optimistic { window }),
		1 => Just(Security::Quorum(QuorumSize::Three)),
	];
	let stake = prop::option::weighted(0.1, STAKE - 1..2 * STAKE);
	prop_oneof![
		8 => (10..14u8, version(), security, max_fee, stake).prop_map(
			|(requester, version, security, max_fee, stake)| Ask { requester, version, security, max_fee, stake }
		),
		6 => n().prop_map(CommitMany),
		6 => n().prop_map(RevealMany),
		3 => any::<Pick>().prop_map(BeginAudit),
		2 => (any::<Pick>(), 1..14u8, prop_oneof![4 => Just(Balance::MAX), 1 => Just(0)])
			.prop_map(|(pick, n, max_bond)| Challenge { pick, n, max_bond }),
		2 => (any::<Pick>(), prop::option::weighted(0.8, prop::option::weighted(0.8, any::<Pick>())))
			.prop_map(|(pick, right)| Judge { pick, right }),
		1 => (n(), 0..MAX_OPEN_TASKS + 2).prop_map(|(n, capacity)| SetCapacity { n, capacity }),
		1 => (0..=100u32).prop_map(SetAuditRate),
		1 => (1..10_000u64).prop_map(SetTarget),
		1 => prop::collection::vec(any::<Pick>(), 0..5).prop_map(AdvanceMany),
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

/// The first of a panel with something to submit, unless another one is to try.
fn worker(id: RequestId, other: Option<u8>) -> u8 {
	other.unwrap_or_else(|| stored(id).on_duty().next().map_or(1, number))
}

/// What an operator says in batches: the fourth lies about every third request.
fn opinion(n: u8, id: RequestId) -> Execution {
	if n == 4 && id.is_multiple_of(3) { lie() } else { honest() }
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
		Ask { requester, version, security, max_fee, stake } => {
			Inference::request(origin(requester), version, input(), security, max_fee, None, stake)
		}
		CommitMany(n) => {
			let open = crate::Workloads::<Test>::get(account(n)).open;
			let results: Vec<_> = open.iter().map(|id| (*id, opinion(n, *id))).collect();
			include(commit_many_call(n, &results))
		}
		RevealMany(n) => {
			let open = crate::Workloads::<Test>::get(account(n)).open;
			let results: Vec<_> = open.iter().map(|id| (*id, opinion(n, *id))).collect();
			include(reveal_many_call(n, &results))
		}
		BeginAudit(p) => pick(p).map_or(Ok(()), |id| include(Call::begin_audit { request: id })),
		Challenge { pick: p, n, max_bond } => pick(p).map_or(Ok(()), |id| {
			let Execution { digest, output } = lie();
			Inference::challenge(origin(n), id, digest, output, max_bond)
		}),
		Judge { pick: p, right } => {
			let mut cases: Vec<_> = Docket::iter_values().collect();
			cases.sort_by_key(|case| case.request);
			if let Some(case) = (!cases.is_empty()).then(|| &cases[p.index(cases.len())]) {
				let third = Execution { digest: answer(UNITS + 1), output: output() };
				Court::settle(
					case.request,
					match right {
						None => Verdict::Void,
						Some(None) => Verdict::Upheld { digest: third.digest, output: Some(third.output) },
						Some(Some(p)) => {
							let claim = &case.claims[p.index(case.claims.len())];
							Verdict::Upheld { digest: claim.digest, output: None }
						}
					},
				);
			}
			Ok(())
		}
		SetCapacity { n, capacity } => Inference::set_capacity(origin(n), capacity),
		SetAuditRate(percent) => {
			PresentAuditRate::set(Permill::from_percent(percent));
			Ok(())
		}
		SetTarget(target) => {
			PresentTarget::set(target);
			Ok(())
		}
		AdvanceMany(picks) => {
			let ids: Vec<_> = picks.into_iter().filter_map(pick).collect();
			plain(Inference::advance_many(origin(25), ids.try_into().expect("a few")))
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
	// A block may do several steps at once, but only forwards; a failed round and an audit lead back.
	match (before, &after) {
		(Final { .. } | Expired, after) => before == after,
		(Provisional { .. }, Final { .. } | Provisional { .. } | Disputed { .. }) => true,
		(Disputed { .. }, Final { .. } | Expired | Disputed { .. }) => true,
		(Provisional { .. } | Disputed { .. }, _) => false,
		(_, _) => true,
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

	#[test]
	fn invariants_should_hold_after_any_operations(operations in prop::collection::vec(operation(), 64)) {
		PresentUnitPrice::set(UNIT_PRICE);
		PresentAuditRate::set(Permill::from_percent(50));
		PresentTarget::set(u64::MAX);
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
				for id in Docket::iter_keys().collect::<Vec<_>>() {
					Court::settle(id, Verdict::Void);
				}
				next_block();
			}
			assert_eq!(Requests::<Test>::iter().count(), 0);
			assert_eq!(crate::Inputs::<Test>::iter().count(), 0);
			assert_eq!(crate::Agenda::<Test>::iter().count(), 0);
			assert_eq!(crate::QueueHead::<Test>::get(), crate::QueueTail::<Test>::get());
			assert!(crate::Workloads::<Test>::iter_values().all(|workload| workload.open.is_empty()));
			for n in 10..14 {
				assert_eq!(escrowed(n), 0);
			}
			for operator in pallet_operators::Ledger::<Test>::iter_values() {
				assert_eq!(operator.locked, 0);
			}
		});
	}
}
