//! The Assay runtime.
//!
//! Composition only: what a request costs, who is drawn and who is slashed is decided in `pallets/`. `configs` sets each
//! pallet's parameters, `apis` answers clients, `genesis_config_presets` starts chains.

#![cfg_attr(not(feature = "std"), no_std)]
// The macros that compose a runtime generate items without documentation.
#![allow(missing_docs)]
// The number of calls in one `construct_runtime` needs it.
#![recursion_limit = "512"]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod genesis_config_presets;
pub mod time;

use alloc::{borrow::Cow, vec::Vec};
pub use assay_primitives::{AccountId, Balance, BlockNumber, Hash, Nonce, Signature};
use frame_support::weights::constants::RocksDbWeight;
use sp_runtime::{MultiAddress, generic, impl_opaque_keys, traits::BlakeTwo256};
use sp_version::RuntimeVersion;

#[allow(missing_docs)]
mod session_keys {
	use super::*;
	impl_opaque_keys! {
		/// Keys with which a validator makes and finalises blocks.
		pub struct SessionKeys {
			pub babe: Babe,
			pub grandpa: Grandpa,
			pub authority_discovery: AuthorityDiscovery,
		}
	}
}
pub use session_keys::SessionKeys;

/// Identity of this runtime. `spec_version` changes with every behaviour, `transaction_version` with every encoding.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("assay"),
	impl_name: Cow::Borrowed("assay-node"),
	authoring_version: 1,
	spec_version: 100,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 1,
};

/// How transactions name accounts.
pub type Address = MultiAddress<AccountId, ()>;
/// Block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// Block as the node sees it: transactions are bytes, so that an upgrade of the runtime needs no new node.
pub type OpaqueBlock = generic::Block<Header, sp_runtime::OpaqueExtrinsic>;
/// Transaction as it travels.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a signer signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// What every transaction carries besides its call. Stock extensions only, so that wallets understand it.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// Executes blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	// Before every pallet that draws: its hooks set the block's randomness.
	#[runtime::pallet_index(2)]
	pub type Babe = pallet_babe;
	#[runtime::pallet_index(3)]
	pub type Authorship = pallet_authorship;

	#[runtime::pallet_index(10)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(11)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(12)]
	pub type Parameters = pallet_parameters;

	// Before `Session`: genesis validators come from its bonds.
	#[runtime::pallet_index(20)]
	pub type Operators = pallet_operators;
	#[runtime::pallet_index(21)]
	pub type Models = pallet_models;
	#[runtime::pallet_index(22)]
	pub type Inference = pallet_inference;
	#[runtime::pallet_index(23)]
	pub type Disputes = pallet_disputes;

	#[runtime::pallet_index(30)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(31)]
	pub type Historical = pallet_session::historical;
	#[runtime::pallet_index(32)]
	pub type Offences = pallet_offences;
	#[runtime::pallet_index(33)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(34)]
	pub type AuthorityDiscovery = pallet_authority_discovery;

	#[runtime::pallet_index(40)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(41)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(42)]
	pub type Proxy = pallet_proxy;
	// Its key is set by the presets of development chains and by nothing else.
	#[runtime::pallet_index(50)]
	pub type Sudo = pallet_sudo;
}
