//! Runs models in sandboxed child processes: job queue, result cache, limits.
//!
//! ```text
//! Engine::submit ─▶ queue ─▶ worker thread ══ pipe ══▶ child: sandbox ─▶ package ─▶ graph on `Strict`, or program
//! Engine::poll   ◀─ cache on disk ◀─────┘   ◀══════
//! ```
//! - What a model does wrong, as every machine finds it, is an [`Outcome`](assay_primitives::Outcome): an answer like any
//!   other. What this machine does wrong is a [`JobStatus::Failed`](assay_primitives::JobStatus::Failed) and no answer.
//! - The queue is bounded. A job that finds no room is [`JobStatus::Busy`](assay_primitives::JobStatus::Busy): nothing is
//!   lost, since whoever asks keeps asking.
//! - The parent never decodes a model or an input. A child that crashes, hangs or grows costs that attempt; the job is tried
//!   again in a new child, and given up after three.
//! - [`LocalRunner`] runs a package directory the same way, for the command line.
//!
//! A program that starts an engine calls [`child::main`] when its first argument is [`CHILD_ARGUMENT`].

mod cache;
mod check;
pub mod child;
mod config;
mod engine;
mod error;
mod execute;
mod local;
mod models;
mod process;
mod program;
mod protocol;
pub mod sandbox;
mod stats;
mod worker;

pub use check::{Probe, check_sandbox};
pub use config::{CHILD_ARGUMENT, ChildConfig, EngineConfig};
pub use engine::Engine;
pub use error::{ChildError, EngineError};
pub use local::{LocalRun, LocalRunner, run_local};
pub use sandbox::{Enforcement, Protections};
pub use stats::{CacheStats, ChildStats, Failures, JobStats, ModelUse, Outcomes, Stats};
