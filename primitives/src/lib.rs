//! Identifiers, tensors, commitments and runtime-API traits shared by the Assay chain, its workers and its clients.
//!
//! Everything that crosses a boundary (chain state, host functions, RPC, engine pipe) is defined here once and encoded
//! with SCALE, so that both sides of a boundary cannot disagree about its bytes.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;

pub mod api;
pub mod commitment;
pub mod content;
pub mod dispute;
pub mod duty;
pub mod job;
pub mod model;
pub mod request;
pub mod tensor;
pub mod traits;
pub mod worker;

pub use commitment::{Commitment, Outcome, ResultDigest, Salt};
pub use content::{Codec, ContentId};
pub use duty::{Duty, Subject, Task};
pub use job::{Execution, Job, JobId, JobStatus, Payload};
pub use model::{Manifest, ModelName, NumericProfile, Owner, VersionId};
pub use request::{QuorumSize, RequestId, RequestState, Round, Security};
pub use tensor::{DataType, NamedTensor, Tensor, TensorSpec};
pub use worker::WorkerId;

use sp_runtime::{
	MultiSignature,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
};

/// Balance in the smallest unit: 1 ASY = 10^12.
pub type Balance = u128;
/// Block height.
pub type BlockNumber = u32;
/// Signature of a transaction.
pub type Signature = MultiSignature;
/// Account: the public key, or a hash of it, that signs transactions.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Index of a transaction within its account.
pub type Nonce = u32;
/// 256-bit hash.
pub type Hash = sp_core::H256;
/// Hash function of blocks and state.
pub type Hashing = BlakeTwo256;
/// Measure of work: a pure function of a graph's operators and shapes (`assay-graph`'s metering defines the unit).
pub type ComputeUnits = u64;

/// One ASY in the smallest unit.
pub const ASY: Balance = 1_000_000_000_000;
/// 10^-3 ASY.
pub const MILLI_ASY: Balance = 1_000_000_000;
/// 10^-6 ASY.
pub const MICRO_ASY: Balance = 1_000_000;
