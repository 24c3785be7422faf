//! What clients may call.

use crate::{
	engine_stats::{EngineStatsApiServer, EngineStatsRpc},
	service::{FullBackend, FullClient, FullSelectChain, TransactionPool},
	worker_key::{WorkerKeyApiServer, WorkerKeyRpc},
};
use assay_engine::Engine;
use assay_runtime::{BlockNumber, Hash, OpaqueBlock as Block};
use jsonrpsee::RpcModule;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What GRANDPA's methods need.
pub struct GrandpaDeps {
	/// Progress of the voter.
	pub shared_voter_state: SharedVoterState,
	/// Who votes.
	pub shared_authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	/// Justifications as they come.
	pub justification_stream: GrandpaJustificationStream<Block>,
	/// Proofs for others.
	pub finality_provider: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// What all methods need.
pub struct FullDeps {
	/// The chain.
	pub client: Arc<FullClient>,
	/// Transactions that wait.
	pub pool: Arc<TransactionPool>,
	/// Which fork is best.
	pub select_chain: FullSelectChain,
	/// The chain's specification.
	pub chain_spec: Box<dyn sc_chain_spec::ChainSpec>,
	/// BABE's epochs.
	pub babe: BabeWorkerHandle<Block>,
	/// The node's keys.
	pub keystore: KeystorePtr,
	/// What executes models.
	pub engine: Arc<Engine>,
	/// Hash of block 0.
	pub genesis: Hash,
	/// Finality.
	pub grandpa: GrandpaDeps,
}

/// All methods that are not part of every Substrate node.
pub fn create_full(
	deps: FullDeps,
	executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
	let FullDeps { client, pool, select_chain, chain_spec, babe, keystore, engine, genesis, grandpa } = deps;
	let mut module = RpcModule::new(());
	module.merge(System::new(client.clone(), pool).into_rpc())?;
	module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
	module.merge(Babe::new(client.clone(), babe.clone(), keystore.clone(), select_chain).into_rpc())?;
	module.merge(
		Grandpa::new(
			executor,
			grandpa.shared_authority_set.clone(),
			grandpa.shared_voter_state,
			grandpa.justification_stream,
			grandpa.finality_provider,
		)
		.into_rpc(),
	)?;
	module.merge(SyncState::new(chain_spec, client, grandpa.shared_authority_set, babe)?.into_rpc())?;
	module.merge(WorkerKeyRpc::new(keystore, genesis).into_rpc())?;
	module.merge(EngineStatsRpc(engine).into_rpc())?;
	Ok(module)
}
