//! Draws among ten thousand operators.

use super::*;
use crate::{
	Pools,
	servers::Tree,
	sum_tree::{self, Nodes},
};
use assay_primitives::{
	AccountId, WorkerId,
	traits::{Fault, Models as _, Operators as _},
};
use pallet_operators::GenesisOperator;
use sp_core::crypto::UncheckedFrom;
use sp_runtime::Perbill;
use std::cell::Cell;

const SERVERS: u32 = 10_000;

fn server(n: u32) -> AccountId {
	AccountId::new(sp_io::hashing::blake2_256(&n.to_le_bytes()))
}

fn bond(n: u32) -> Balance {
	MIN_SELF_BOND + Balance::from(n)
}

/// Ten thousand operators that serve version 0, with stakes of 1,000 to 10,999.
fn run_with_many(test: impl FnOnce()) {
	let operators = (0..SERVERS).map(|n| {
		let key = sp_core::ed25519::Public::unchecked_from(<[u8; 32]>::from(server(n)));
		GenesisOperator {
			account: server(n),
			self_bond: bond(n),
			commission: Perbill::zero(),
			worker_key: WorkerId::from(key),
			validate: n == 0,
		}
	});
	with_operators(operators.collect(), Vec::new()).execute_with(|| {
		let version = register();
		for n in 0..SERVERS {
			assert_ok!(Models::serve(RuntimeOrigin::signed(server(n)), version));
		}
		test();
	});
}

/// The nodes of version 0, and how often they were read.
struct Counted(Tree<Test>, Cell<u32>);

impl Nodes for Counted {
	fn get(&self, index: u32) -> Balance {
		self.1.set(self.1.get() + 1);
		self.0.get(index)
	}

	fn set(&mut self, index: u32, sum: Balance) {
		self.0.set(index, sum);
	}

	fn remove(&mut self, index: u32) {
		self.0.remove(index);
	}
}

/// Draws at each of `draws` places, evenly spread over all weight, and compares how often each tenth of the operators is
/// drawn with what they have at stake: within a twentieth, since an operator is drawn a whole number of times.
fn assert_drawn_by_stake(draws: u32) {
	let pool = Pools::<Test>::get(0);
	let step = pool.weight / Balance::from(draws);
	let tenth_of: std::collections::BTreeMap<_, _> = (0..SERVERS).map(|n| (server(n), n / 1_000)).collect();
	let mut drawn = [0u32; 10];
	for draw in 0..draws {
		let target = Balance::from(draw) * step;
		let found = Models::draw(0, target).expect("there is weight");
		drawn[tenth_of[&found] as usize] += 1;
		let counted = Counted(Tree::of(0), Cell::new(0));
		assert!(sum_tree::find(&counted, pool.servers, target).is_some());
		assert!(counted.1.get() <= SERVERS.ilog2() + 1, "{} nodes were read", counted.1.get());
	}
	for (tenth, drawn) in (0..).zip(drawn) {
		let stake: Balance = (tenth * 1_000..(tenth + 1) * 1_000).map(|n| Operators::stake(&server(n))).sum();
		let expected = stake / step;
		assert!(expected.abs_diff(drawn.into()) * 20 <= expected, "{expected} {drawn}");
	}
}

#[test]
fn draw_among_ten_thousand_should_follow_stake_in_few_reads() {
	run_with_many(|| {
		assert_eq!(Models::servers(0), SERVERS);
		assert_drawn_by_stake(10_000);
		// Stakes change all over the tree, and servers leave and come back.
		for n in (0..SERVERS).step_by(17) {
			assert_ok!(Operators::bond_more(RuntimeOrigin::signed(server(n)), 30_000));
		}
		for n in (0..SERVERS).step_by(19) {
			let fault = Fault { unlock: 0, amount: 0, share: Perbill::from_percent(60) };
			assert!(Operators::slash(&server(n), fault, &[]) > 0);
		}
		for n in (0..SERVERS).step_by(23) {
			assert_ok!(Models::stop_serving(RuntimeOrigin::signed(server(n)), 0));
		}
		for n in (0..SERVERS).step_by(23) {
			assert_ok!(Models::serve(RuntimeOrigin::signed(server(n)), 0));
		}
		assert_drawn_by_stake(10_000);
		check();
	});
}
