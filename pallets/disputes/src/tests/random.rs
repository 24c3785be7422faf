//! Random operations, with every invariant checked after each.

use super::*;
use crate::{Agenda, Numbers, SignedCommitment, Summons};
use assay_primitives::{
	commitment::commit_message,
	traits::{Arbitration, Fault},
};
use frame_support::{dispatch::DispatchResult, storage::with_storage_layer};
use proptest::prelude::*;
use sp_runtime::{DispatchError, Perbill};

/// Which dispute an operation is about, as a share of those there are.
type Pick = prop::sample::Index;

const TEXTS: [&str; 3] = ["right", "wrong", "third"];
const OPERATORS: u8 = 40;

#[derive(Clone, Debug)]
enum Operation {
	Open {
		id: RequestId,
		claims: Vec<(u8, u8, usize)>,
		fee: Balance,
	},
	/// The jurors of all disputes commit, each to what its number in `says` tells, or to nothing.
	Commit(Vec<usize>),
	Reveal(Vec<usize>),
	/// As one of the jurors, but with a result of somebody else.
	Meddle {
		pick: Pick,
		n: u8,
		text: usize,
	},
	/// Against what a jury has found, if one has.
	Appeal {
		n: u8,
		amount: Balance,
	},
	Advance(Pick),
	Report {
		n: u8,
		request: RequestId,
	},
	Idle(u8, bool),
	Serve(u8, bool),
	Offence(u8, u32),
	Bond(u8, Balance),
	Spend(u8),
	Entropy(Option<u64>),
	Blocks(u32),
	/// Time passes without this pallet's hook, as if it lagged.
	Skip(u32),
}

fn operation() -> impl Strategy<Value = Operation> {
	use Operation::*;
	let n = || 1..=OPERATORS;
	let text = || 0..TEXTS.len();
	// Most jurors find the same, so that some disputes are decided.
	let says = || prop::collection::vec(prop_oneof![12 => Just(0usize), 1 => text(), 1 => Just(9)], 31);
	let claims = prop::collection::vec((0..3u8, n(), text()), 0..4);
	let fee = prop_oneof![6 => Just(FEE), 1 => Just(0), 1 => 0..2 * STAKE, 1 => Just(Balance::MAX)];
	let amount = prop_oneof![4 => Just(Balance::MAX), 2 => 0..20_000u128];
	prop_oneof![
		6 => (0..8u64, claims, fee).prop_map(|(id, claims, fee)| Open { id, claims, fee }),
		12 => says().prop_map(Commit),
		12 => says().prop_map(Reveal),
		2 => (any::<Pick>(), n(), text()).prop_map(|(pick, n, text)| Meddle { pick, n, text }),
		6 => (201..215u8, amount).prop_map(|(n, amount)| Appeal { n, amount }),
		3 => any::<Pick>().prop_map(Advance),
		1 => (n(), 0..3u64).prop_map(|(n, request)| Report { n, request }),
		1 => (n(), any::<bool>()).prop_map(|(n, idle)| Idle(n, idle)),
		1 => (n(), any::<bool>()).prop_map(|(n, serves)| Serve(n, serves)),
		1 => (n(), 0..60u32).prop_map(|(n, percent)| Offence(n, percent)),
		1 => (n(), 1..STAKE).prop_map(|(n, amount)| Bond(n, amount)),
		1 => (201..215u8).prop_map(Spend),
		1 => prop::option::weighted(0.8, any::<u64>()).prop_map(Entropy),
		16 => (1..5u32).prop_map(Blocks),
		1 => (1..9u32).prop_map(Skip),
	]
}

/// The disputes there are.
fn ids() -> Vec<RequestId> {
	let mut ids: Vec<_> = Disputes::<Test>::iter_keys().collect();
	ids.sort();
	ids
}

/// A dispute there is, by its share.
fn pick(pick: Pick) -> Option<RequestId> {
	let ids = ids();
	(!ids.is_empty()).then(|| ids[pick.index(ids.len())])
}

/// Includes a juror's call if it is valid.
fn include(call: Call<Test>) -> DispatchResult {
	match submit(call) {
		Ok(result) => result.map(|_| ()).map_err(|refused| refused.error),
		Err(_) => Err(DispatchError::Other("not valid")),
	}
}

/// Each juror of each dispute whose number says so submits what `call` makes of its text.
fn each(says: &[usize], call: impl Fn(RequestId, u8, &str) -> Call<Test>) -> DispatchResult {
	for id in ids() {
		for (n, text) in jurors(id, dispute(id).tier).into_iter().zip(says) {
			if let Some(text) = TEXTS.get(*text) {
				let _ = include(call(id, n, text));
			}
		}
	}
	Ok(())
}

fn apply(operation: Operation) -> DispatchResult {
	use Operation::*;
	let opening = |id: RequestId, n: u8, text: &str| {
		let digest = result(text);
		reveal_call(id, n, digest, needed(id, &digest, text))
	};
	match operation {
		Open { id, claims, fee } => {
			let mut made = vec![];
			for (role, n, text) in claims {
				let (n, role) = match role {
					0 => (n, Role::Worker),
					1 => (n, Role::Auditor),
					_ => (CHALLENGER, Role::Challenger),
				};
				let claim = claim(n, role, TEXTS[text]);
				if role != Role::Challenger {
					TestOperators::lock(&claim.claimant, claim.at_risk)?;
				}
				made.push(claim);
			}
			if TestRequests::verdict(id).is_some() {
				return Err(DispatchError::Other("settled already"));
			}
			let mut case = case(id, made);
			case.fee = fee;
			Jurors::open(case)
		}
		Commit(says) => each(&says, |id, n, text| commit_call(id, n, bound(id, n, &result(text)))),
		Reveal(says) => each(&says, opening),
		Meddle { pick: p, n, text } => pick(p).map_or(Ok(()), |id| {
			let call = commit_call(id, n, bound(id, n, &result(TEXTS[text])));
			include(call).or_else(|_| include(opening(id, n, TEXTS[text])))
		}),
		Appeal { n, amount } => {
			let decided = |id: &RequestId| matches!(dispute(*id).phase, Phase::Decided { .. });
			ids().into_iter().find(decided).map_or(Ok(()), |id| Jurors::appeal(origin(n), id, amount))
		}
		Advance(p) => pick(p).map_or(Ok(()), |id| plain(Jurors::advance(origin(OTHER), id))),
		Report { n, request } => {
			let signed = |byte| {
				let commitment = Hash::repeat_byte(byte);
				let message = commit_message(genesis(), request, 0, Hash::zero(), &account(n), commitment);
				SignedCommitment::One { commitment, signature: worker_pair(n).sign(message.as_bytes()) }
			};
			let subject = Subject::Request { request, round: 0, job: Hash::zero() };
			let key = worker_pair(n).public();
			plain(Jurors::report_equivocation(origin(OTHER), key, subject, signed(1), signed(2)))
		}
		Idle(n, idle) => change(n, |bond| bond.idle = idle),
		Serve(n, serves) => change(n, |bond| bond.serves = serves),
		Offence(n, percent) => {
			let fault = Fault { unlock: 0, amount: 0, share: Perbill::from_percent(percent) };
			TestOperators::slash(&account(n), fault, &[]);
			Ok(())
		}
		Bond(n, amount) => {
			TestOperators::bond(n, amount);
			Ok(())
		}
		Spend(n) => Balances::transfer_all(origin(n), account(220), true),
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

fn change(n: u8, change: impl FnOnce(&mut crate::mock::Bond)) -> DispatchResult {
	TestOperators::change(&account(n), change).ok_or(DispatchError::Other("unknown"))
}

fn plain(result: frame_support::dispatch::DispatchResultWithPostInfo) -> DispatchResult {
	result.map(|_| ()).map_err(|refused| refused.error)
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

	#[test]
	fn invariants_should_hold_after_any_operations(operations in prop::collection::vec(operation(), 64)) {
		Builder::default().operators((1..=OPERATORS).map(|n| (n, STAKE))).build().execute_with(|| {
			let mut minted = 0;
			let issued = Balances::total_issuance();
			let mut opened = std::collections::BTreeSet::new();
			for operation in operations {
				if let Operation::Bond(_, amount) = &operation {
					minted += amount;
				}
				// As a transaction: an error changes nothing.
				let _ = with_storage_layer(|| apply(operation));
				check();
				opened.extend(Disputes::<Test>::iter_keys());
			}
			// Nothing else mints.
			assert!(Balances::total_issuance() <= issued + minted);

			// Whatever happened, every dispute ends, once, and is forgotten.
			crate::mock::Entropy::set(Some(1));
			let last = System::block_number() + 600;
			while Disputes::<Test>::iter().next().is_some() && System::block_number() < last {
				next_block();
			}
			assert_eq!(Disputes::<Test>::iter().count(), 0);
			assert!(opened.iter().all(|id| TestRequests::verdict(*id).is_some()));
			assert_eq!(Numbers::<Test>::iter().count(), 0);
			assert_eq!(Juries::<Test>::iter().count(), 0);
			assert_eq!(Outputs::<Test>::iter().count(), 0);
			assert_eq!(Appeals::<Test>::iter().count(), 0);
			assert_eq!(Agenda::<Test>::iter().count(), 0);
			assert_eq!(Summons::<Test>::iter().count(), 0);
			for n in 1..=220 {
				assert_eq!((held(n, HoldReason::Challenge), held(n, HoldReason::Appeal)), (0, 0));
			}
			for n in 1..=OPERATORS {
				assert_eq!(bond(n).locked, 0);
			}
			assert_eq!(Balances::balance(&Jurors::pot()), EXISTENTIAL_DEPOSIT);
		});
	}
}
