//! What can be tested from outside. One program, so that the executor, which is generic, is compiled once for all of it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod bad_data;
mod chains;
mod common;
mod control_flow;
mod execution;
mod golden;
mod index_operators;
mod integers;
mod learning;
mod legacy;
mod malformed;
mod neural;
mod operators;
mod quantized;
mod random_numbers;
mod signals;
mod weights;
