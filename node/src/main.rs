//! The Assay node.
//!
//! `command` parses and dispatches, `service` wires client, consensus, network and the off-chain worker, `engine` connects
//! the runtime's host functions to the inference engine, `engine_stats` shows what it does, `rpc` lists what clients may
//! call.

mod chain_spec;
mod cli;
mod command;
mod engine;
mod engine_stats;
mod rpc;
mod service;
mod worker_key;

fn main() -> std::process::ExitCode {
	// The engine runs models in children of this same program; a child must not parse the node's arguments.
	if std::env::args_os().nth(1).is_some_and(|argument| argument == assay_engine::CHILD_ARGUMENT) {
		return assay_engine::child::main();
	}
	match command::run() {
		Ok(()) => std::process::ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {error}");
			std::process::ExitCode::FAILURE
		}
	}
}
