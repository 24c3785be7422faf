//! Small operators, models and requests, kept in storage.

use super::*;
use assay_primitives::{
	Manifest, WorkerId,
	dispute::Verdict,
	traits::{Damages, Disputed, Fault, Models, Operators},
};
use frame_support::{
	dispatch::DispatchResult,
	storage::unhashed,
	traits::{
		fungible::Mutate,
		tokens::{Fortitude, Precision, Preservation},
	},
};
use sp_runtime::DispatchError;

/// An operator. Its stake lies in an account of its own, above the existential deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Bond {
	pub stake: Balance,
	pub locked: Balance,
	/// Whether it may be given tasks.
	pub idle: bool,
	/// Whether it serves [`VERSION`].
	pub serves: bool,
	pub missed: u32,
	pub done: u32,
}

/// Operators of the tests.
pub struct TestOperators;

impl TestOperators {
	fn place(who: &AccountId) -> Vec<u8> {
		(b"mock/bond", who).encode()
	}

	/// Where the stake of an operator lies.
	pub fn vault(who: &AccountId) -> AccountId {
		AccountId::new((b"mock/vault", who).using_encoded(sp_io::hashing::blake2_256))
	}

	/// Everybody who ever registered.
	pub fn all() -> Vec<AccountId> {
		unhashed::get(b"mock/all").unwrap_or_default()
	}

	pub fn get(who: &AccountId) -> Option<Bond> {
		unhashed::get(&Self::place(who))
	}

	pub fn change<R>(who: &AccountId, change: impl FnOnce(&mut Bond) -> R) -> Option<R> {
		let mut bond = Self::get(who)?;
		let result = change(&mut bond);
		unhashed::put(&Self::place(who), &bond);
		Some(result)
	}

	pub fn register(n: u8, stake: Balance) {
		let who = account(n);
		assert_ok!(Balances::mint_into(&Self::vault(&who), stake + EXISTENTIAL_DEPOSIT));
		unhashed::put(&Self::place(&who), &Bond { stake, serves: true, ..Default::default() });
		let mut all = Self::all();
		all.push(who.clone());
		unhashed::put(b"mock/all", &all);
		let key = worker_pair(n).public();
		unhashed::put(&(b"mock/key", &key).encode(), &who);
		unhashed::put(&(b"mock/key-of", &who).encode(), &key);
	}

	/// Replaces the key of operator `n` by that of account `key`; it still answers for the old one.
	pub fn replace_key(n: u8, key: u8) {
		let key = worker_pair(key).public();
		unhashed::put(&(b"mock/key", &key).encode(), &account(n));
		unhashed::put(&(b"mock/key-of", &account(n)).encode(), &key);
	}

	/// Bonds more.
	pub fn bond(n: u8, amount: Balance) {
		assert_ok!(Balances::mint_into(&Self::vault(&account(n)), amount));
		Self::change(&account(n), |bond| bond.stake += amount).expect("registered");
	}

	/// All stake is withdrawn, and nothing is left of the operator.
	pub fn leave(n: u8) {
		let who = account(n);
		let bond = Self::get(&who).expect("registered");
		assert_eq!(bond.locked, 0);
		assert_ok!(Balances::transfer(
			&Self::vault(&who),
			&who,
			bond.stake + EXISTENTIAL_DEPOSIT,
			Preservation::Expendable
		));
		unhashed::kill(&Self::place(&who));
		unhashed::kill(&(b"mock/key", worker_pair(n).public()).encode());
		unhashed::kill(&(b"mock/key-of", &who).encode());
	}
}

impl Operators<AccountId, Balance> for TestOperators {
	fn operator_of(key: &WorkerId) -> Option<AccountId> {
		Self::accountable_for(key).filter(|operator| Self::worker_key(operator).as_ref() == Some(key))
	}

	fn accountable_for(key: &WorkerId) -> Option<AccountId> {
		unhashed::get(&(b"mock/key", key).encode())
	}

	fn worker_key(operator: &AccountId) -> Option<WorkerId> {
		unhashed::get(&(b"mock/key-of", operator).encode())
	}

	fn stake(operator: &AccountId) -> Balance {
		Self::get(operator).map_or(0, |bond| bond.stake)
	}

	fn free_stake(operator: &AccountId) -> Balance {
		Self::get(operator).map_or(0, |bond| bond.stake.saturating_sub(bond.locked))
	}

	fn locked_stake(operator: &AccountId) -> Balance {
		Self::get(operator).map_or(0, |bond| bond.locked)
	}

	fn can_work(operator: &AccountId) -> bool {
		Self::get(operator).is_some_and(|bond| !bond.idle)
	}

	fn lock(operator: &AccountId, amount: Balance) -> DispatchResult {
		if Self::free_stake(operator) < amount {
			return Err(DispatchError::Other("not enough free stake"));
		}
		Self::change(operator, |bond| bond.locked += amount).ok_or(DispatchError::Other("unknown"))
	}

	fn unlock(operator: &AccountId, amount: Balance) -> DispatchResult {
		Self::change(operator, |bond| {
			bond.locked = bond.locked.checked_sub(amount).expect("only what is locked is given free");
		})
		.ok_or(DispatchError::Other("unknown"))
	}

	fn slash(operator: &AccountId, fault: Fault<Balance>, payments: &[(&AccountId, Balance)]) -> Balance {
		assert_ok!(Self::unlock(operator, fault.unlock));
		let taken = Self::change(operator, |bond| {
			let amount = fault.amount.min(bond.stake);
			bond.stake -= amount;
			let share = fault.share.mul_floor(bond.stake);
			bond.stake -= share;
			amount + share
		})
		.expect("registered");
		let vault = Self::vault(operator);
		let mut left = taken;
		for (to, amount) in payments {
			let amount = left.min(*amount);
			left -= Balances::transfer(&vault, to, amount, Preservation::Preserve).unwrap_or(0);
		}
		let preserve = Preservation::Preserve;
		assert_ok!(Balances::burn_from(&vault, left, preserve, Precision::Exact, Fortitude::Force));
		taken
	}

	fn pot() -> AccountId {
		account(OPERATORS_POT)
	}

	fn reward(operator: &AccountId, amount: Balance) {
		assert_ok!(Balances::transfer(&Self::pot(), &Self::vault(operator), amount, Preservation::Preserve));
		Self::change(operator, |bond| bond.stake += amount).expect("registered");
	}

	fn note_missed(operator: &AccountId) {
		Self::change(operator, |bond| bond.missed += 1);
	}

	fn note_done(operator: &AccountId) {
		Self::change(operator, |bond| bond.done += 1);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn setup_operator(seed: u32) -> AccountId {
		let n = u8::try_from(seed).expect("fewer operators than accounts");
		Self::register(n, 1_000_000_000_000_000_000);
		account(n)
	}
}

/// Models of the tests: every version is served by every operator that serves at all.
pub struct TestModels;

impl Models<AccountId> for TestModels {
	fn manifest(_: VersionId) -> Option<Manifest> {
		None
	}

	fn owner(_: VersionId) -> Option<AccountId> {
		Some(account(OWNER))
	}

	fn is_deprecated(_: VersionId) -> bool {
		false
	}

	fn servers(_: VersionId) -> u32 {
		servers().len() as u32
	}

	fn draw(_: VersionId, randomness: u128) -> Option<AccountId> {
		let servers = servers();
		let total: Balance = servers.iter().map(|(_, stake)| stake).sum();
		let mut target = randomness.checked_rem(total)?;
		for (operator, stake) in servers {
			if target < stake {
				return Some(operator);
			}
			target -= stake;
		}
		unreachable!("the target is below the sum")
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn setup_servers(_: &[AccountId]) -> VersionId {
		VERSION
	}
}

fn servers() -> Vec<(AccountId, Balance)> {
	TestOperators::all()
		.into_iter()
		.filter_map(|who| TestOperators::get(&who).map(|bond| (who, bond)))
		.filter(|(_, bond)| bond.serves)
		.map(|(who, bond)| (who, bond.stake))
		.collect()
}

/// Requests of the tests: they remember how their disputes ended.
pub struct TestRequests;

impl TestRequests {
	fn place(request: RequestId) -> Vec<u8> {
		(b"mock/verdict", request).encode()
	}

	/// What was settled, if it was.
	pub fn verdict(request: RequestId) -> Option<Verdict> {
		unhashed::get(&Self::place(request))
	}
}

impl Disputed<AccountId, Balance> for TestRequests {
	fn job(request: RequestId) -> Option<Job> {
		Some(job(request))
	}

	fn settle(request: RequestId, verdict: Verdict) -> Damages<AccountId, Balance> {
		assert_eq!(Self::verdict(request), None, "a request is settled once");
		unhashed::put(&Self::place(request), &verdict);
		let case = crate::Disputes::<Test>::get(request).expect("disputed").case;
		let right = match &verdict {
			Verdict::Upheld { digest, .. } => Some(*digest),
			Verdict::Void => None,
		};
		let mut damages = Damages { fees: vec![], compensation: 0 };
		for claim in case.claims {
			let wrong = right.is_some_and(|right| right != claim.digest);
			match (claim.role, wrong) {
				(Role::Challenger, _) => {}
				(_, false) => {
					assert_ok!(TestOperators::unlock(&claim.claimant, claim.at_risk));
					damages.fees.push((claim.claimant, case.fee));
				}
				(role, true) => {
					if role == Role::Worker {
						damages.compensation = case.fee;
					}
				}
			}
		}
		// The escrow pays for a right answer.
		if damages.compensation == 0 {
			damages.fees.clear();
		}
		damages
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn setup_disputed(_: &Case<AccountId, Balance>) {}
}
