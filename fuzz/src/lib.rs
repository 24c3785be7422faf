//! Fuzz targets. Each takes any bytes, and panics when a promise is broken.
//!
//! | target | bytes | promise |
//! | --- | --- | --- |
//! | [`decoder`] | a model file | decoding never panics, stays within its limits, and says what is wrong; what decodes is run as in [`executors`] |
//! | [`executors`] | choices from which a small graph is made | the slice executor on the scalar path and `Strict` on the best path agree on bits, errors and cost, and keep to the memory budget |
//! | [`programs`] | a WebAssembly module, or choices from which one is made that calls the host | it is refused, or two runs end alike and within their budget |
//!
//! - `agreement`: one model on both executors.
//! - `catalogue`, `operands`, `attributes`, `graphs`: from choices to a graph.
//! - [`allocation`]: what a promise about memory is checked with.
//! - [`mutation`]: inputs for a run without libFuzzer.
//!
//! `scripts/fuzz` runs them under libFuzzer, with arithmetic checked for overflow; `tests/replay.rs` replays the corpora, and some
//! mutations, wherever tests run. See `docs/fuzzing.md`.
#![allow(clippy::unwrap_used, reason = "a target may panic: that is how it says what it found")]

mod agreement;
pub mod allocation;
mod attributes;
mod catalogue;
mod decoder;
mod families;
mod graphs;
pub mod mutation;
mod operands;
mod programs;
mod source;
mod values;

pub use decoder::decoder;
pub use graphs::executors;
pub use programs::programs;

/// A function that takes any bytes.
pub type Target = fn(&[u8]);

/// The targets by name, which is that of their corpus too.
pub const TARGETS: [(&str, Target); 3] =
	[("decoder", decoder), ("executors", executors), ("programs", programs)];
