//! What the off-chain workers of the pallets share.
//!
//! A pallet whose tasks are done by worker keys runs its own off-chain worker: it knows the duties, the messages to sign
//! and the calls to send. Here is what does not depend on the pallet.
//!
//! | file | about |
//! | --- | --- |
//! | `keys` | the worker keys of this node, and what they sign |
//! | `engine` | the result of a job, if there is one by now |
//! | `journal` | what a key has signed: nothing is sent twice, and nothing contradicts it |
//! | `obstacle` | why a task does not get further, and what the log says about it |
//! | `send` | noted submissions become a transaction |
//! | `testing` | a node around a pallet, for its tests |
//!
//! An off-chain worker runs once per imported block and never waits: what is not ready now is ready in a later block. All
//! it knows is on the chain, in the keystore and in the engine's cache, so a node that restarts, or a second node with the
//! same key, continues with the same salts, commitments and signatures.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(any(test, feature = "testing")),
	deny(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

extern crate alloc;

mod engine;
mod journal;
mod keys;
mod obstacle;
mod send;
#[cfg(feature = "testing")]
pub mod testing;

pub use engine::execution;
pub use journal::{RESEND_AFTER, Step, Submission, note};
pub use keys::{SAID_NO_KEY, keys, salt, sign};
pub use obstacle::Obstacle;
pub use send::send;

const LOG_TARGET: &str = "assay::worker";
