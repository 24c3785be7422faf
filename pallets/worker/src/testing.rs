//! A node around a pallet: its keys, an engine whose answers the test decides, and a pool that can be full.

use assay_engine_interface::{EngineExt, InferenceEngine};
use assay_primitives::{
	Execution, Job, JobId, JobStatus, ResultDigest,
	job::Output,
	worker::{KEY_TYPE, WorkerPair},
};
use core::{fmt::Debug, marker::PhantomData};
use parking_lot::{Mutex, RwLock};
use sp_core::{
	Pair,
	offchain::{
		OffchainDbExt, TransactionPool, TransactionPoolExt,
		testing::{TestOffchainExt, TestPersistentOffchainDB},
	},
};
use sp_io::TestExternalities;
use sp_keystore::{Keystore, KeystoreExt, testing::MemoryKeystore};
use std::sync::Arc;

/// A call of the pallet under test.
pub trait Submitted: Debug + Sized {
	/// What the pool was given.
	fn decode_from_transaction(transaction: &[u8]) -> Self;
}

/// An engine whose answer the test decides. It runs what was submitted to it, or what it has run before, and nothing else.
#[derive(Default)]
pub struct Engine {
	/// The jobs it was given, in order.
	pub submitted: Mutex<Vec<JobId>>,
	kept: Mutex<Vec<JobId>>,
	answer: Mutex<Option<JobStatus>>,
}

impl InferenceEngine for Engine {
	fn submit(&self, job: Job) -> JobStatus {
		self.submitted.lock().push(job.id());
		self.poll(job.id())
	}

	fn poll(&self, id: JobId) -> JobStatus {
		if !self.submitted.lock().contains(&id) && !self.kept.lock().contains(&id) {
			return JobStatus::Unknown;
		}
		self.answer.lock().clone().unwrap_or(JobStatus::Pending)
	}
}

impl Engine {
	/// It has run this job before.
	pub fn keeps(&self, job: JobId) {
		self.kept.lock().push(job);
	}

	/// What it says about every job.
	pub fn answers(&self, status: JobStatus) {
		*self.answer.lock() = Some(status);
	}

	/// It has this result for every job.
	pub fn executes(&self, digest: ResultDigest, output: Output) {
		self.answers(JobStatus::Done(Execution { digest, output }));
	}
}

/// A pool that can be full.
#[derive(Clone, Default)]
pub struct Pool {
	transactions: Arc<RwLock<Vec<Vec<u8>>>>,
	/// Whether it is.
	pub full: Arc<Mutex<bool>>,
}

impl TransactionPool for Pool {
	fn submit_transaction(&mut self, transaction: Vec<u8>) -> Result<(), ()> {
		if *self.full.lock() {
			return Err(());
		}
		self.transactions.write().push(transaction);
		Ok(())
	}
}

/// What a node has beside the chain.
#[derive(Clone)]
pub struct Node<Call> {
	/// Its engine.
	pub engine: Arc<Engine>,
	/// Its pool.
	pub pool: Pool,
	/// Its persistent off-chain storage.
	pub storage: TestPersistentOffchainDB,
	keystore: Arc<MemoryKeystore>,
	call: PhantomData<Call>,
}

impl<Call: Submitted> Node<Call> {
	/// A node with the worker keys whose seeds are these numbers, 32 times.
	pub fn with_keys(keys: impl IntoIterator<Item = u8>) -> Self {
		let node = Self {
			engine: Arc::default(),
			pool: Pool::default(),
			storage: TestPersistentOffchainDB::new(),
			keystore: Arc::new(MemoryKeystore::new()),
			call: PhantomData,
		};
		for n in keys {
			node.insert_key(n);
		}
		node
	}

	/// Gives it another one.
	pub fn insert_key(&self, n: u8) {
		let seed = format!("0x{}", format!("{n:02x}").repeat(32));
		let public = WorkerPair::from_seed(&[n; 32]).public();
		self.keystore.insert(KEY_TYPE, &seed, public.as_ref()).expect("a keystore in memory takes every key");
	}

	/// Makes this node the one that runs the chain in `ext`.
	pub fn run(&self, ext: &mut TestExternalities) {
		self.run_without_engine(ext);
		ext.register_extension(EngineExt::from(self.engine.clone() as Arc<dyn InferenceEngine>));
	}

	/// As [`Self::run`], but nothing executes.
	pub fn run_without_engine(&self, ext: &mut TestExternalities) {
		let (offchain, _) = TestOffchainExt::with_offchain_db(self.storage.clone());
		ext.register_extension(OffchainDbExt::new(offchain));
		ext.register_extension(TransactionPoolExt::new(self.pool.clone()));
		ext.register_extension(KeystoreExt(self.keystore.clone()));
	}

	/// What was submitted since the last call.
	pub fn sent(&self) -> Vec<Call> {
		let transactions = std::mem::take(&mut *self.pool.transactions.write());
		transactions.iter().map(|bytes| Call::decode_from_transaction(bytes)).collect()
	}

	/// The only transaction submitted since the last call.
	pub fn sent_one(&self) -> Call {
		let mut sent = self.sent();
		assert_eq!(sent.len(), 1, "{sent:?}");
		sent.remove(0)
	}
}
