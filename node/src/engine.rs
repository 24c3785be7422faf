//! The inference engine behind the runtime's host functions.

use crate::cli::EngineParams;
use assay_engine::{ChildConfig, Engine, EngineConfig};
use assay_engine_interface::InferenceEngine;
use assay_primitives::{Job, JobId, JobStatus};
use sc_service::{Configuration, error::Error as ServiceError};
use std::{sync::Arc, time::Duration};

const MIB: u64 = 1 << 20;

/// Makes an [`Engine`] reachable from a block's off-chain worker. Both calls return at once.
pub struct NodeEngine(pub Arc<Engine>);

impl InferenceEngine for NodeEngine {
	fn submit(&self, job: Job) -> JobStatus {
		self.0.submit(job)
	}

	fn poll(&self, id: JobId) -> JobStatus {
		self.0.poll(id)
	}
}

/// Starts the engine in the chain's directory. Its children start with the first job.
pub fn start(config: &Configuration, params: &EngineParams) -> Result<Arc<Engine>, ServiceError> {
	let chain_dir = config.base_path.config_dir(config.chain_spec.id());
	let store_dir = params.store.clone().unwrap_or_else(|| chain_dir.join("store"));
	let child = ChildConfig::default();
	let engine_config = EngineConfig {
		concurrency: params.engine_jobs,
		queue_length: params.engine_queue,
		cache_bytes: params.engine_cache.saturating_mul(MIB),
		child: ChildConfig {
			program: params.engine.clone().unwrap_or(child.program),
			threads: params.engine_threads.unwrap_or(child.threads),
			memory_limit: params.engine_memory.saturating_mul(MIB),
			model_bytes: params.engine_models.saturating_mul(MIB),
			time_limit: Duration::from_secs(params.engine_timeout),
			..child
		},
		..EngineConfig::new(chain_dir.join("results"), store_dir)
	};
	let engine = Engine::start(engine_config).map_err(|error| ServiceError::Application(Box::new(error)))?;
	Ok(Arc::new(engine))
}
