//! Chains that the node knows by name.

use assay_runtime::{WASM_BINARY, genesis_config_presets::LOCAL_TESTNET};
use sc_chain_spec::ChainSpecExtension;
use sc_service::{ChainType, Properties};
use serde::{Deserialize, Serialize};

/// What a specification holds besides genesis.
#[derive(Default, Clone, Serialize, Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
	/// Blocks of other forks that must not be imported.
	pub fork_blocks: sc_client_api::ForkBlocks<assay_runtime::OpaqueBlock>,
	/// Blocks known to be bad.
	pub bad_blocks: sc_client_api::BadBlocks<assay_runtime::OpaqueBlock>,
	/// Where light clients start to synchronise.
	pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// Specification of an Assay chain.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions>;

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), "ASY".into());
	properties.insert("tokenDecimals".into(), 12.into());
	properties.insert("ss58Format".into(), 42.into());
	properties
}

fn from_preset(name: &str, id: &str, chain_type: ChainType, preset: &str) -> Result<ChainSpec, String> {
	let code = WASM_BINARY.ok_or(
		"this node was built without its runtime (SKIP_WASM_BUILD was set); build it again without, or give \
		 --chain FILE with a raw specification",
	)?;
	Ok(ChainSpec::builder(code, Extensions::default())
		.with_name(name)
		.with_id(id)
		.with_chain_type(chain_type)
		.with_genesis_config_preset_name(preset)
		.with_properties(properties())
		.build())
}

/// The chain called `id`, or the specification in the file of that name.
pub fn load(id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
	Ok(match id {
		"dev" => Box::new(from_preset(
			"Assay Development",
			"assay_dev",
			ChainType::Development,
			sp_genesis_builder::DEV_RUNTIME_PRESET,
		)?),
		"" | "local" => {
			Box::new(from_preset("Assay Local Testnet", "assay_local", ChainType::Local, LOCAL_TESTNET)?)
		}
		path => Box::new(ChainSpec::from_json_file(path.into()).map_err(|error| {
			format!("{path} is neither `dev`, `local` nor a chain specification: {error}")
		})?),
	})
}
