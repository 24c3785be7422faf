//! The node behind an RPC address: connecting, checking that it is the right chain, and asking it questions.
//!
//! Questions go to runtime APIs and are decoded with the types of `assay-primitives`, the same ones that the runtime
//! encodes with. Only transactions need the chain's metadata (see [`call`]).

pub mod api;
pub mod call;
mod refusal;
mod submit;
#[cfg(test)]
mod test_metadata;

use crate::error::{Code, Error, Result};
use assay_primitives::{AccountId, BlockNumber, Hash};
use codec::{Decode, DecodeAll, Encode};
use sp_crypto_hashing::{blake2_128, twox_128};
use std::time::Duration;
use subxt::{
	SubstrateConfig,
	config::RpcConfigFor,
	rpcs::{self, LegacyRpcMethods, RpcClient},
};

/// Name that the runtime of every Assay chain has.
const SPEC_NAME: &str = "assay";
/// How long a node may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a chain may take to make a block before waiting for it is given up: many times the 3 seconds of a slot.
const BLOCK_TIMEOUT: Duration = Duration::from_secs(90);

/// A node of an Assay chain.
pub struct Chain {
	node: String,
	rpc: RpcClient,
	methods: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
	genesis: Hash,
	spec_version: u32,
}

/// Which of a chain's blocks to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
	/// The newest block; it may still be replaced.
	Best,
	/// The newest block that the validators finalised; it stays.
	Finalized,
}

/// An account's free and held tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountBalance {
	/// What it can spend.
	pub free: u128,
	/// What is held: bonds, deposits, escrow.
	pub reserved: u128,
}

impl Chain {
	/// Connects to `node` and checks that it runs an Assay chain; with `genesis`, that it is this one.
	pub async fn connect(node: &str, genesis: Option<Hash>) -> Result<Self> {
		let unreachable = |why: String| {
			Error::new(
				Code::Unreachable,
				format!("no node answers at {node}: {why}"),
				"start one with `assay-node --dev`, or give the address of another with --node ws://HOST:PORT",
			)
		};
		let rpc = tokio::time::timeout(CONNECT_TIMEOUT, RpcClient::from_insecure_url(node))
			.await
			.map_err(|_| unreachable(format!("it did not within {} seconds", CONNECT_TIMEOUT.as_secs())))?
			.map_err(|error| unreachable(transport_cause(&error)))?;
		let methods = LegacyRpcMethods::<RpcConfigFor<SubstrateConfig>>::new(rpc.clone());
		let wrong_chain = |what: String| {
			Error::new(
				Code::WrongChain,
				format!("{node} {what}"),
				"give the address of a node of the right chain with --node, or correct --genesis",
			)
		};
		let version = methods
			.state_get_runtime_version(None)
			.await
			.map_err(|error| wrong_chain(format!("is not a node of an Assay chain: {error}")))?;
		match version.other.get("specName").and_then(|name| name.as_str()) {
			Some(SPEC_NAME) => {}
			name => {
				let name = name.unwrap_or("nothing with a name");
				return Err(wrong_chain(format!("runs the chain of {name:?}, not of {SPEC_NAME:?}")));
			}
		}
		let found = methods.genesis_hash().await.map_err(|error| rpc_failed(node, error))?;
		let found = Hash::from(found.0);
		if genesis.is_some_and(|expected| expected != found) {
			return Err(wrong_chain(format!(
				"runs the chain with genesis {found:?}, which is not the one given"
			)));
		}
		Ok(Self { node: node.into(), rpc, methods, genesis: found, spec_version: version.spec_version })
	}

	/// Hash of the chain's first block: its identity.
	pub fn genesis(&self) -> Hash {
		self.genesis
	}

	/// Version of the runtime.
	pub fn spec_version(&self) -> u32 {
		self.spec_version
	}

	/// Address of the node.
	pub fn node(&self) -> &str {
		&self.node
	}

	/// The chain's name, as its specification gives it.
	pub async fn name(&self) -> Result<String> {
		self.methods.system_chain().await.map_err(|error| self.failed(error))
	}

	/// Number of the newest block.
	pub async fn height(&self, head: Head) -> Result<BlockNumber> {
		let hash = self.head(head).await?;
		let header = self.methods.chain_get_header(Some(hash.0.into())).await;
		match header.map_err(|error| self.failed(error))? {
			Some(header) => Ok(header.number as BlockNumber),
			None => Err(self.pruned(hash)),
		}
	}

	/// Hash of the newest block.
	pub async fn head(&self, head: Head) -> Result<Hash> {
		let hash = match head {
			Head::Finalized => {
				self.methods.chain_get_finalized_head().await.map_err(|error| self.failed(error))?
			}
			Head::Best => {
				let hash = self.methods.chain_get_block_hash(None).await;
				hash.map_err(|error| self.failed(error))?
					.ok_or_else(|| self.incompatible("it has no best block"))?
			}
		};
		Ok(Hash::from(hash.0))
	}

	/// Calls a runtime API at a block.
	async fn runtime<R: Decode>(&self, at: Hash, function: &str, arguments: &impl Encode) -> Result<R> {
		let answer = self
			.methods
			.state_call(function, Some(&arguments.encode()), Some(at.0.into()))
			.await
			.map_err(|error| self.failed(error))?;
		R::decode_all(&mut &answer[..])
			.map_err(|error| self.incompatible(&format!("{function} answered with another type: {error}")))
	}

	/// Tokens of an account: `System.Account` of the chain's state.
	pub async fn balance(&self, account: &AccountId) -> Result<AccountBalance> {
		#[derive(Decode)]
		struct AccountInfo {
			_nonce: u32,
			_consumers: u32,
			_providers: u32,
			_sufficients: u32,
			free: u128,
			reserved: u128,
			_frozen: u128,
			_flags: u128,
		}
		let info: Option<AccountInfo> = self.stored("System", "Account", &account.encode()).await?;
		Ok(info.map_or(AccountBalance { free: 0, reserved: 0 }, |info| AccountBalance {
			free: info.free,
			reserved: info.reserved,
		}))
	}

	/// The value of a storage map with `Blake2_128Concat` keys, for the few questions that no runtime API answers.
	async fn stored<V: Decode>(&self, pallet: &str, map: &str, key: &[u8]) -> Result<Option<V>> {
		let place =
			[&twox_128(pallet.as_bytes())[..], &twox_128(map.as_bytes()), &blake2_128(key), key].concat();
		let at = self.head(Head::Best).await?;
		let value = self.methods.state_get_storage(&place, Some(at.0.into())).await;
		match value.map_err(|error| self.failed(error))? {
			None => Ok(None),
			Some(bytes) => V::decode_all(&mut &bytes[..])
				.map(Some)
				.map_err(|error| self.incompatible(&format!("{pallet}.{map} holds another type: {error}"))),
		}
	}

	/// Asks the node for a method of its own, such as `assay_generateWorkerKey`.
	pub async fn request<R: serde::de::DeserializeOwned>(
		&self,
		method: &str,
		parameter: Option<impl serde::Serialize>,
	) -> Result<R> {
		let mut parameters = rpcs::client::RpcParams::new();
		if let Some(parameter) = parameter {
			parameters.push(parameter).map_err(|error| self.failed(error))?;
		}
		let answer = self.rpc.request(method, parameters).await.map_err(|error| match error {
			rpcs::Error::User(refused) if refused.code == -32601 => Error::new(
				Code::Rpc,
				format!("the node at {} does not offer {method}", self.node),
				"unsafe methods are offered to local clients only: run this on the node's own machine, and start the \
				 node with `--rpc-methods unsafe` if its RPC address is not local",
			),
			error => self.failed(error),
		})?;
		serde_json::from_value(answer)
			.map_err(|error| self.incompatible(&format!("{method} answered with another type: {error}")))
	}

	/// Whether the node lists a method of its own.
	pub async fn offers(&self, method: &str) -> Result<bool> {
		#[derive(serde::Deserialize)]
		struct Methods {
			methods: Vec<String>,
		}
		let listed: std::result::Result<Methods, _> =
			self.rpc.request("rpc_methods", rpcs::client::RpcParams::new()).await;
		Ok(listed.map_err(|error| self.failed(error))?.methods.iter().any(|name| name == method))
	}

	/// Waits until `found` says what it was waiting for, looking again at every new block.
	pub async fn wait<T>(
		&self,
		head: Head,
		mut found: impl AsyncFnMut(Hash) -> Result<Option<T>>,
	) -> Result<T> {
		let subscribed = match head {
			Head::Best => self.methods.chain_subscribe_new_heads().await,
			Head::Finalized => self.methods.chain_subscribe_finalized_heads().await,
		};
		let mut heads = subscribed.map_err(|error| self.failed(error))?;
		loop {
			// Looking first: what is waited for may be there already.
			if let Some(result) = found(self.head(head).await?).await? {
				return Ok(result);
			}
			match tokio::time::timeout(BLOCK_TIMEOUT, heads.next()).await {
				Ok(Some(Ok(_))) => {}
				Ok(Some(Err(error))) => return Err(self.failed(error)),
				Ok(None) => return Err(self.lost("the node ended the subscription")),
				Err(_) => {
					let seconds = BLOCK_TIMEOUT.as_secs();
					return Err(self.lost(&format!("the chain made no block for {seconds} seconds")));
				}
			}
		}
	}

	fn failed(&self, error: rpcs::Error) -> Error {
		rpc_failed(&self.node, error)
	}

	fn lost(&self, why: &str) -> Error {
		Error::new(
			Code::Timeout,
			format!("{why} ({})", self.node),
			"look at the node's log; what was submitted is not lost and can be looked up again",
		)
	}

	fn pruned(&self, block: Hash) -> Error {
		Error::new(
			Code::Rpc,
			format!("{} no longer has block {block:?}", self.node),
			"run the command again, or ask a node that keeps older blocks (`--blocks-pruning archive`)",
		)
	}

	fn incompatible(&self, what: &str) -> Error {
		incompatible(&self.node, self.spec_version, what)
	}
}

fn incompatible(node: &str, spec_version: u32, what: &str) -> Error {
	Error::new(
		Code::Incompatible,
		format!(
			"this program does not understand the chain at {node} (runtime version {spec_version}): {what}"
		),
		"install the release of `assay` that belongs to the chain's runtime version",
	)
}

fn rpc_failed(node: &str, error: rpcs::Error) -> Error {
	match error {
		rpcs::Error::User(refused) => Error::new(
			Code::Rpc,
			format!("the node at {node} answered: {refused}"),
			"look at the node's log for the reason",
		),
		other => Error::new(
			Code::Unreachable,
			format!("the connection to {node} failed: {}", transport_cause(&other)),
			"check that the node still runs, then run the command again",
		),
	}
}

/// What went wrong in a connection, without the layers that it went through.
fn transport_cause(error: &rpcs::Error) -> String {
	match error {
		rpcs::Error::Client(inner) => match inner.downcast_ref() {
			Some(error) => transport_cause(error),
			None => root_cause(inner.as_ref()),
		},
		other => root_cause(other),
	}
}

/// The innermost message of an error, which is the one that says something.
fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
	let mut cause = error;
	while let Some(inner) = cause.source() {
		cause = inner;
	}
	cause.to_string()
}
