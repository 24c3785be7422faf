//! One file per family of calls; `invariants` breaks storage by hand, `random` mixes everything.

mod attacks;
mod bonding;
mod commission;
mod delegate;
mod eras;
mod genesis;
mod invariants;
mod jail;
mod locks;
mod queries;
mod random;
mod registration;
mod rewards;
mod session;
mod slashing;
mod undelegate;
mod withdraw;

use crate::{Candidates, CurrentEra, Delegation, Delegations, Ledger, Operator, mock::*};
use assay_primitives::{
	AccountId, Balance,
	traits::{Fault, Operators as _},
};
use frame_support::{dispatch::DispatchResult, traits::fungible::Mutate};
use sp_runtime::Perbill;

fn origin(n: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(n))
}

/// Registers account `n` with worker key `n`.
fn register(n: u8, self_bond: Balance, validate: bool) -> DispatchResult {
	let (key, proof) = worker_key(n, n);
	Operators::register(origin(n), self_bond, Perbill::from_percent(5), key, proof, validate)
}

fn operator(n: u8) -> Operator<Test> {
	Ledger::<Test>::get(account(n)).expect("registered before")
}

/// All stake that a slash of an operator can reach.
fn bonded(n: u8) -> Balance {
	let operator = operator(n);
	operator.active.stake + operator.unbonding.iter().map(|unbonding| unbonding.pool.stake).sum::<Balance>()
}

/// Balance of the pot, without what keeps it alive.
fn pot() -> Balance {
	Balances::free_balance(Operators::pot_account()) - 10
}

fn delegate(n: u8, operator: u8, amount: Balance) -> DispatchResult {
	Operators::delegate(origin(n), account(operator), amount)
}

fn undelegate(n: u8, operator: u8, amount: impl Into<Option<Balance>>) -> DispatchResult {
	Operators::undelegate(origin(n), account(operator), amount.into())
}

fn withdraw(n: u8, operator: u8) -> DispatchResult {
	Operators::withdraw(origin(n), account(operator))
}

fn delegation(n: u8, operator: u8) -> Option<Delegation<Test>> {
	Delegations::<Test>::get(account(operator), account(n))
}

/// What account `n` has staked with an operator and is not unbonding.
fn delegated(n: u8, to: u8) -> Balance {
	let operator = operator(to);
	delegation(n, to).map_or(0, |delegation| operator.active.value(operator.shares_of(&delegation)))
}

/// What an account has: free, and staked at its present worth.
fn wealth(n: u8) -> Balance {
	let staked = Operators::delegations(&account(n)).into_iter().map(|delegation| {
		delegation.stake + delegation.unbonding.iter().map(|(amount, _)| amount).sum::<Balance>()
	});
	Balances::free_balance(account(n)) + staked.sum::<Balance>()
}

/// Slashes an amount that was locked, and pays nobody.
fn slash_locked(n: u8, amount: Balance) -> Balance {
	let fault = Fault { unlock: amount, amount, share: Perbill::zero() };
	Operators::slash(&account(n), fault, &[])
}

/// Slashes a share of everything.
fn slash_share(n: u8, percent: u32) -> Balance {
	let fault = Fault { unlock: 0, amount: 0, share: Perbill::from_percent(percent) };
	Operators::slash(&account(n), fault, &[])
}

/// Moves `amount` of account 20 to the pot and rewards an operator with it.
fn reward(n: u8, amount: Balance) {
	let pot = Operators::pot();
	Balances::transfer_keep_alive(origin(20), pot, amount).expect("account 20 is rich");
	Operators::reward(&account(n), amount);
}

/// This many accounts, each with a stake of 1,000 and more with operator `n`, of which some unbonds.
fn crowd(n: u8, delegators: u32) {
	for seed in 0..delegators {
		let who = AccountId::new(sp_io::hashing::blake2_256(&seed.to_le_bytes()));
		Balances::mint_into(&who, INITIAL_BALANCE).expect("issuance fits");
		let origin = || RuntimeOrigin::signed(who.clone());
		Operators::delegate(origin(), account(n), 1_500).expect("the operator is there");
		Operators::undelegate(origin(), account(n), Some(500)).expect("enough is left");
	}
}

/// How many storage items `change` wrote with another value.
fn changed_items(change: impl FnOnce()) -> usize {
	fn items() -> std::collections::BTreeMap<Vec<u8>, Vec<u8>> {
		let keys = std::iter::successors(Some(Vec::new()), |key| sp_io::storage::next_key(key));
		keys.skip(1)
			.map(|key| (key.clone(), sp_io::storage::get(&key).expect("it has a value").to_vec()))
			.collect()
	}
	let before = items();
	change();
	let after = items();
	let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
	keys.into_iter().filter(|key| before.get(*key) != after.get(*key)).count()
}

fn era() -> u32 {
	CurrentEra::<Test>::get().index
}

fn candidates() -> Vec<AccountId> {
	Candidates::<Test>::get().into_iter().map(|candidate| candidate.operator).collect()
}

/// The last event of this pallet.
fn last_event() -> crate::Event<Test> {
	System::read_events_for_pallet::<crate::Event<Test>>().pop().expect("an event was emitted")
}
