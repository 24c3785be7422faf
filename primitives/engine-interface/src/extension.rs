//! How the engine gets into the context of an off-chain worker.

use crate::InferenceEngine;
use std::sync::Arc;

sp_externalities::decl_extension! {
	/// The node's engine. Registered by the node for off-chain workers only: a block's result must never depend on it.
	pub struct EngineExt(Arc<dyn InferenceEngine>);
}
