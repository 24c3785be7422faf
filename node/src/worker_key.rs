//! The worker key in the node's keystore, and the RPC method that makes one.

use assay_primitives::{
	AccountId, Hash,
	commitment::worker_key_message,
	worker::{KEY_TYPE, WorkerId},
};
use jsonrpsee::{
	Extensions,
	core::RpcResult,
	proc_macros::rpc,
	types::{ErrorObjectOwned, error::INTERNAL_ERROR_CODE},
};
use sc_rpc_api::check_if_safe;
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use sp_keystore::{Keystore, KeystorePtr};
use sp_runtime::app_crypto::ByteArray;

/// A new worker key and the proof that its holder agreed to work for one operator.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GeneratedWorkerKey {
	/// Public key.
	pub key: Bytes,
	/// Signature by the key of chain and operator.
	pub proof: Bytes,
}

/// Methods for the machine's owner.
#[rpc(server)]
pub trait WorkerKeyApi {
	/// Generates a worker key in the node's keystore. The answer goes into `operators.register` or
	/// `operators.set_worker_key`. Unsafe: only for those who may use the node's keys.
	#[method(name = "assay_generateWorkerKey", with_extensions)]
	fn generate_worker_key(&self, operator: AccountId) -> RpcResult<GeneratedWorkerKey>;
}

/// Implements [`WorkerKeyApi`] on a keystore.
pub struct WorkerKeyRpc {
	keystore: KeystorePtr,
	genesis: Hash,
}

impl WorkerKeyRpc {
	/// `genesis` is the chain that keys are made for.
	pub fn new(keystore: KeystorePtr, genesis: Hash) -> Self {
		Self { keystore, genesis }
	}
}

impl WorkerKeyApiServer for WorkerKeyRpc {
	fn generate_worker_key(
		&self,
		extensions: &Extensions,
		operator: AccountId,
	) -> RpcResult<GeneratedWorkerKey> {
		check_if_safe(extensions)?;
		let failed = |what: String| ErrorObjectOwned::owned(INTERNAL_ERROR_CODE, what, None::<()>);
		let key = self
			.keystore
			.ed25519_generate_new(KEY_TYPE, None)
			.map_err(|error| failed(format!("the keystore could not make a key: {error}")))?;
		let message = worker_key_message(self.genesis, &operator);
		let proof = self
			.keystore
			.ed25519_sign(KEY_TYPE, &key, message.as_bytes())
			.map_err(|error| failed(format!("the keystore could not sign: {error}")))?
			.ok_or_else(|| failed("the keystore lost the key it just made".into()))?;
		Ok(GeneratedWorkerKey { key: Bytes(key.to_raw_vec()), proof: Bytes(proof.0.to_vec()) })
	}
}

/// Puts the worker key of a development account (`//Alice`) into the keystore.
pub fn insert_development_key(keystore: &dyn Keystore, seed: &str) -> Result<WorkerId, sp_keystore::Error> {
	Ok(keystore.ed25519_generate_new(KEY_TYPE, Some(seed))?.into())
}

/// Says once what this node will do with requests.
pub fn announce(keystore: &dyn Keystore) {
	let keys = keystore.ed25519_public_keys(KEY_TYPE);
	if keys.is_empty() {
		log::info!(
			"No worker key: this node answers no requests. To work, make a key with `assay operator register`."
		);
	}
	for key in keys {
		log::info!("Worker key {key}: this node answers the requests drawn for its operator.");
	}
}
