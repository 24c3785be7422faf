//! The worker key: signs commitments, and by them derives salts.

use sp_application_crypto::{KeyTypeId, app_crypto, ed25519};

/// Where the keystore keeps worker keys.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"asyw");

#[allow(missing_docs)]
mod app {
	use super::{KEY_TYPE, app_crypto, ed25519};
	app_crypto!(ed25519, KEY_TYPE);
}

/// Public worker key.
pub type WorkerId = app::Public;
/// Signature by a worker key. ed25519 signatures are deterministic.
pub type WorkerSignature = app::Signature;
/// A worker key pair.
#[cfg(feature = "std")]
pub type WorkerPair = app::Pair;
