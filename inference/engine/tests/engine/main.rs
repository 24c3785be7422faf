//! The engine with real children: the program `assay-engine` of this crate.

// In the helpers too, which no test attribute marks.
#![allow(clippy::unwrap_used)]

mod hostile;
mod local;
mod outcomes;
mod persistence;
mod processes;
mod programs;
mod sandbox;
mod support;
