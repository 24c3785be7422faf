//! Host functions through which the runtime's off-chain worker reaches the inference engine.
//!
//! Four files, one job each: [`runtime_interface`](inference) is what the runtime calls, `native` is what the host
//! does with the call, [`EngineExt`] carries the engine into the off-chain context, and [`InferenceEngine`] is what a
//! node implements.
//!
//! A host function, once used by a runtime on a live chain, has to be supported for ever. There are two.

#![cfg_attr(not(feature = "std"), no_std)]
// `runtime_interface` asks for `substrate_runtime`, which only a build of the runtime declares.
#![allow(unexpected_cfgs)]

extern crate alloc;

#[cfg(feature = "std")]
mod engine;
#[cfg(feature = "std")]
mod extension;
#[cfg(feature = "std")]
mod native;
mod runtime_interface;

#[cfg(feature = "std")]
pub use engine::InferenceEngine;
#[cfg(feature = "std")]
pub use extension::EngineExt;
pub use runtime_interface::inference;
/// What a node's executor has to be given so that it can run this runtime.
#[cfg(feature = "std")]
pub use runtime_interface::inference::HostFunctions;
