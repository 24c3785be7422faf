//! The worker keys of this node.

use crate::{LOG_TARGET, Obstacle};
use alloc::vec::Vec;
use assay_primitives::{Hash, Salt, WorkerId, commitment, worker::WorkerSignature};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::offchain::storage::StorageValueRef;

/// Set once the node has said that it has no worker key.
pub const SAID_NO_KEY: &[u8] = b"assay/worker/said-no-key";

/// Every worker key in the keystore, each once. Says once if there is none, and again only after there was one.
pub fn keys() -> Vec<WorkerId> {
	let mut keys = WorkerId::all();
	keys.sort();
	keys.dedup();
	let mut said = StorageValueRef::persistent(SAID_NO_KEY);
	match (keys.is_empty(), said.get::<bool>().ok().flatten().is_some()) {
		(true, false) => {
			said.set(&true);
			log::info!(
				target: LOG_TARGET,
				"no worker key in the keystore: this node answers no requests. To answer them, insert one (key type \
				 `asyw`) and register it with `assay operator register`"
			);
		}
		(false, true) => said.clear(),
		_ => {}
	}
	keys
}

/// Signature of a message by one of them.
pub fn sign(key: &WorkerId, message: Hash) -> Result<WorkerSignature, Obstacle> {
	key.sign(&message).ok_or(Obstacle::Key)
}

/// The salt that derives from the signature of a task's salt message: the same in every run, on every node.
pub fn salt(key: &WorkerId, salt_message: Hash) -> Result<Salt, Obstacle> {
	Ok(commitment::salt(sign(key, salt_message)?.as_ref()))
}
