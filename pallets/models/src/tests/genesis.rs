//! The genesis configuration, as presets give it.

use super::*;
use crate::{GenesisConfig, GenesisModel};
use assay_primitives::traits::Models as _;
use codec::Encode;

fn genesis_model(name: &str, servers: &[u8]) -> GenesisModel {
	GenesisModel {
		account: account(10),
		owner: "alice".into(),
		name: name.into(),
		manifest: manifest().encode().into(),
		servers: servers.iter().map(|n| account(*n)).collect(),
	}
}

#[test]
fn genesis_should_register_and_serve_models() {
	let models = vec![genesis_model("digits", &[1, 2]), genesis_model("letters", &[])];
	with_models(models).execute_with(|| {
		check();
		assert_eq!((Models::servers(0), Models::servers(1)), (2, 0));
		assert_eq!(Models::owner(1), Some(account(10)));
	});
}

#[test]
fn genesis_should_read_the_json_of_a_preset() {
	let manifest =
		manifest().encode().iter().fold("0x".to_string(), |hex, byte| hex + &format!("{byte:02x}"));
	let json = serde_json::json!({ "models": [{
		"account": account(10),
		"owner": "alice",
		"name": "digits",
		"manifest": manifest,
		"servers": [account(1)],
	}]});
	let parsed: GenesisConfig<Test> = serde_json::from_value(json).expect("the documented form");
	assert_eq!(parsed.models, [genesis_model("digits", &[1])]);
}

#[test]
#[should_panic(expected = "genesis model alice/Digits refused")]
fn genesis_should_refuse_an_invalid_name() {
	with_models(vec![genesis_model("Digits", &[])]);
}

#[test]
#[should_panic(expected = "genesis model alice/digits refused")]
fn genesis_should_refuse_a_server_that_is_no_operator() {
	with_models(vec![genesis_model("digits", &[9])]);
}
