//! Runs a package's `program.wasm`: the part of a model that is no graph, such as a tokeniser or a sampling loop.
//!
//! ```text
//! bytes ── Program::new ──▶ Program ── run(host, request, seed, budget) ──▶ Finished: response or error, work, log
//!          checks, compiles            a fresh instance; three host calls
//! ```
//!
//! - [`Program::new`] takes bytes from anybody, refuses what a program may not have, and compiles all of it.
//! - [`Program::run`] runs it in [wasmi](https://docs.rs/wasmi) with the features that WebAssembly defines to the bit. Its
//!   work and memory come out of the budget that its graphs draw on too ([`limits`]). Every way to fail but the
//!   machine's own is the same everywhere ([`RunError`]).
//! - [`Host`] is what a program can reach: graphs to run and files to read, by name. Who runs the graphs decides no bit of
//!   the result.
//! - [`tensors`] is the encoding in which requests, responses and graph calls carry tensors.
//!
//! `docs/programs.md` says how programs are written, and what the binary interface is ([`abi`]).
#![forbid(unsafe_code)]

pub mod abi;
mod error;
mod host;
pub mod limits;
mod memory;
mod program;
mod run;
mod sections;
pub mod tensors;

pub use error::{ProgramError, RunError};
pub use host::Host;
pub use program::Program;
pub use run::Finished;
