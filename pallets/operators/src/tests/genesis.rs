//! The genesis configuration, as presets give it.

use super::*;
use crate::GenesisConfig;
use sp_runtime::BuildStorage;

#[test]
fn genesis_should_register_operators() {
	let genesis = [genesis_operator(1, 5_000, true), genesis_operator(2, 6_000, false)];
	Builder::default().operators(genesis).run(|| {
		assert_eq!((bonded(1), bonded(2)), (5_000, 6_000));
		assert_eq!(candidates(), [account(1)]);
		assert_eq!(operator(2).commission.at(0), Perbill::from_percent(5));
	});
}

#[test]
fn genesis_should_read_the_json_of_a_preset() {
	let json = serde_json::json!({ "operators": [{
		"account": account(1),
		"selfBond": 5_000,
		"commission": 50_000_000,
		"workerKey": worker_key_text(1),
		"validate": true,
	}]});
	let parsed: GenesisConfig<Test> = serde_json::from_value(json).expect("the documented form");
	assert_eq!(parsed.operators, [genesis_operator(1, 5_000, true)]);
}

fn worker_key_text(n: u8) -> String {
	use sp_core::crypto::{Pair, Ss58Codec};
	worker_pair(n).public().to_ss58check()
}

#[test]
#[should_panic(expected = "refused: Err(Module")]
fn genesis_should_refuse_a_worker_key_used_twice() {
	let mut genesis = [1, 2].map(|n| genesis_operator(n, 5_000, true));
	genesis[1].worker_key = genesis[0].worker_key.clone();
	let config = GenesisConfig::<Test> { operators: genesis.to_vec(), ..Default::default() };
	let balances = (1..=2).map(|n| (account(n), INITIAL_BALANCE)).collect();
	let mut storage = Default::default();
	pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("balances are fine");
	config.assimilate_storage(&mut storage).expect("panics before");
}
