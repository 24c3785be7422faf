//! The runtime's off-chain worker in memory, with an engine that has every answer at hand.

use crate::chain::Chain;
use anyhow::{Context, Result};
use assay_engine_interface::{EngineExt, InferenceEngine};
use assay_primitives::{
	Execution, Job, JobId, JobStatus, Outcome, ResultDigest, commitment::output_hash, job::Output,
	worker::KEY_TYPE,
};
use assay_runtime::UncheckedExtrinsic;
use codec::{Decode, Encode};
use sc_keystore::LocalKeystore;
use sp_core::offchain::{
	OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
	testing::{PoolState, TestOffchainExt, TestTransactionPoolExt},
};
use sp_keystore::{Keystore, KeystoreExt};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};

/// An answer of ten probabilities, as the demo's model gives it.
const OUTPUT: [u8; 72] = [7; 72];

/// Answers at once, so that what is measured is the worker and not a model.
struct InstantEngine;

impl InferenceEngine for InstantEngine {
	fn submit(&self, job: Job) -> JobStatus {
		JobStatus::Done(Execution {
			digest: ResultDigest {
				outcome: Outcome::Success,
				output_hash: output_hash(&OUTPUT),
				compute_units: job.compute_limit / 2,
			},
			output: Output::Inline(OUTPUT.to_vec().try_into().unwrap_or_default()),
		})
	}

	fn poll(&self, _: JobId) -> JobStatus {
		JobStatus::Unknown
	}
}

/// Keys, pool and off-chain storage of one node.
pub struct Worker {
	pool: Arc<parking_lot::RwLock<PoolState>>,
}

impl Worker {
	/// Gives the off-chain context of `chain` the worker keys of these development accounts.
	pub fn new(chain: &mut Chain, seeds: &[&str]) -> Result<Self> {
		// The keystore of a node, not the one for tests, which derives every key anew to list them.
		let keystore = LocalKeystore::in_memory();
		for seed in seeds {
			keystore.ed25519_generate_new(KEY_TYPE, Some(seed)).context("the keystore refused a key")?;
		}
		let (offchain, _) = TestOffchainExt::new();
		let (pool_extension, pool) = TestTransactionPoolExt::new();
		let state = &mut chain.state;
		state.register_extension(OffchainDbExt::new(offchain.clone()));
		state.register_extension(OffchainWorkerExt::new(offchain));
		state.register_extension(TransactionPoolExt::new(pool_extension));
		state.register_extension(KeystoreExt::new(keystore));
		state.register_extension(EngineExt(Arc::new(InstantEngine)));
		Ok(Self { pool })
	}

	/// One run after the head was imported: what it took, and the transactions it sent.
	pub fn run(&self, chain: &mut Chain) -> Result<(Duration, Vec<UncheckedExtrinsic>)> {
		let header = chain.head().encode();
		let started = Instant::now();
		let _: () = chain.query("OffchainWorkerApi_offchain_worker", &header)?;
		let time = started.elapsed();
		let sent = std::mem::take(&mut self.pool.write().transactions);
		let sent = sent
			.iter()
			.map(|bytes| {
				UncheckedExtrinsic::decode(&mut &bytes[..]).context("the worker sent no transaction")
			})
			.collect::<Result<_>>()?;
		Ok((time, sent))
	}
}
