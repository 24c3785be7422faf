//! Genesis of the chains that developers start.

use crate::{
	AccountId, BabeConfig, Balance, BalancesConfig, OperatorsConfig, RuntimeGenesisConfig, SessionConfig,
	SessionKeys, SudoConfig,
	configs::{
		inference::{AuditPot, TreasuryAccount},
		money::EXISTENTIAL_DEPOSIT,
	},
	time::BABE_GENESIS,
};
use alloc::{vec, vec::Vec};
use assay_primitives::{ASY, WorkerId};
use frame_support::build_struct_json_patch;
use pallet_operators::GenesisOperator;
use sp_core::{ed25519, sr25519};
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::Perbill;

/// Name of the preset with four validators.
pub const LOCAL_TESTNET: &str = sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;

const ENDOWMENT: Balance = 1_000_000 * ASY;
const SELF_BOND: Balance = 100_000 * ASY;

/// A development operator: makes blocks and answers requests, all keys from one well-known name.
struct Operator {
	account: Sr25519Keyring,
	ed25519: Ed25519Keyring,
}

impl Operator {
	fn session_keys(&self) -> SessionKeys {
		let sr25519: sr25519::Public = self.account.public();
		let ed25519: ed25519::Public = self.ed25519.public();
		SessionKeys { babe: sr25519.into(), grandpa: ed25519.into(), authority_discovery: sr25519.into() }
	}

	fn worker_key(&self) -> WorkerId {
		self.ed25519.public().into()
	}
}

fn genesis(operators: &[Operator], sudo: AccountId) -> serde_json::Value {
	// Accounts without keys receive any amount if they exist.
	let pots = [TreasuryAccount::get(), AuditPot::get()].map(|pot| (pot, EXISTENTIAL_DEPOSIT));
	let people = Sr25519Keyring::well_known().map(|key| (key.to_account_id(), ENDOWMENT));
	let accounts = people.chain(pots).collect();
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig { balances: accounts },
		babe: BabeConfig { epoch_config: BABE_GENESIS },
		operators: OperatorsConfig {
			operators: operators
				.iter()
				.map(|operator| GenesisOperator {
					account: operator.account.to_account_id(),
					self_bond: SELF_BOND,
					commission: Perbill::from_percent(10),
					worker_key: operator.worker_key(),
					validate: true,
				})
				.collect(),
		},
		session: SessionConfig {
			keys: operators
				.iter()
				.map(|operator| {
					let account = operator.account.to_account_id();
					(account.clone(), account, operator.session_keys())
				})
				.collect(),
		},
		sudo: SudoConfig { key: Some(sudo) },
	})
}

/// One validator that is also a worker: `//Alice`.
fn development() -> serde_json::Value {
	genesis(
		&[Operator { account: Sr25519Keyring::Alice, ed25519: Ed25519Keyring::Alice }],
		Sr25519Keyring::Alice.to_account_id(),
	)
}

/// Four validators that are also workers: `//Alice`, `//Bob`, `//Charlie`, `//Dave`.
fn local_testnet() -> serde_json::Value {
	genesis(
		&[
			Operator { account: Sr25519Keyring::Alice, ed25519: Ed25519Keyring::Alice },
			Operator { account: Sr25519Keyring::Bob, ed25519: Ed25519Keyring::Bob },
			Operator { account: Sr25519Keyring::Charlie, ed25519: Ed25519Keyring::Charlie },
			Operator { account: Sr25519Keyring::Dave, ed25519: Ed25519Keyring::Dave },
		],
		Sr25519Keyring::Alice.to_account_id(),
	)
}

/// The preset called `id` as JSON.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let preset = match id.as_ref() {
		sp_genesis_builder::DEV_RUNTIME_PRESET => development(),
		LOCAL_TESTNET => local_testnet(),
		_ => return None,
	};
	serde_json::to_vec(&preset).ok()
}

/// Names that [`get_preset`] knows.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(sp_genesis_builder::DEV_RUNTIME_PRESET), PresetId::from(LOCAL_TESTNET)]
}
