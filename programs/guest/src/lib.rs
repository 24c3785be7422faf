//! What a program needs to talk to its host: the exports, the three host calls, and the encoding of tensors.
//!
//! ```ignore
//! #![no_std]
//!
//! assay_guest::program!(answer);
//!
//! fn answer(request: &[u8], seed: u64) -> Result<Vec<u8>, String> {
//!     let inputs = assay_guest::decode(request)?;
//!     // …
//!     Ok(assay_guest::graph_run("model.onnx", &inputs))
//! }
//! ```
//!
//! `docs/programs.md` describes the interface for any language. Outside of WebAssembly only the encoding is there, so that
//! the rest of a program can be tested like any other crate.
#![no_std]

extern crate alloc;

#[cfg(target_family = "wasm")]
mod host;
mod tensor;

#[cfg(target_family = "wasm")]
pub use host::{exports, file, graph_run, log};
pub use tensor::{DataType, NamedTensor, Tensor, decode, encode};

/// Exports `alloc` and `run`; `run` answers with a function `fn(request: &[u8], seed: u64) -> Result<Vec<u8>, String>`.
/// An error is logged and ends the run.
#[macro_export]
macro_rules! program {
	($answer:path) => {
		#[cfg(target_family = "wasm")]
		#[unsafe(no_mangle)]
		extern "C" fn alloc(length: u32) -> u32 {
			$crate::exports::alloc(length)
		}

		#[cfg(target_family = "wasm")]
		#[unsafe(no_mangle)]
		extern "C" fn run(start: u32, length: u32, seed: u64) -> u64 {
			$crate::exports::run(start, length, seed, $answer)
		}
	};
}
