//! What the chain keeps about names, versions and servers.

use alloc::{string::String, vec::Vec};
use assay_primitives::{AccountId, Balance, Manifest, ModelName, model::VersionNumber};
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::Bytes;

/// A claimed namespace: the part of a model's name in front of the slash.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Namespace {
	/// Registers models in it and receives their royalties.
	pub owner: AccountId,
	/// Held from the owner for the name itself.
	pub deposit: Balance,
	/// Held from the owner in all: for the name and for every version in the namespace.
	pub held: Balance,
}

/// A version of a model. Only `deprecated` ever changes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Version<BlockNumber> {
	/// `owner/name`.
	pub name: ModelName,
	/// Number within the model.
	pub number: VersionNumber,
	/// What it is.
	pub manifest: Manifest,
	/// Held from the namespace's owner for this record.
	pub deposit: Balance,
	/// Block that included the registration.
	pub registered_at: BlockNumber,
	/// Whether new requests are refused.
	pub deprecated: bool,
}

/// The servers of a version as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pool {
	/// How many there are.
	pub servers: u32,
	/// Sum of their weights.
	pub weight: Balance,
}

/// One server of a version: a leaf of its sum tree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Server {
	/// Who.
	pub operator: AccountId,
	/// Its stake, as long as it has weight in draws.
	pub weight: Balance,
}

/// A model of the genesis block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisModel {
	/// Claims the namespace unless it has it already, and pays the deposits.
	pub account: AccountId,
	/// Namespace.
	pub owner: String,
	/// Name within the namespace.
	pub name: String,
	/// SCALE encoding of the manifest, as hexadecimal.
	pub manifest: Bytes,
	/// Operators that serve it.
	pub servers: Vec<AccountId>,
}
