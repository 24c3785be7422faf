//! `assay`: the command line for requesters, operators, model owners and token holders.

mod amount;
mod answer;
mod args;
mod chain;
mod classes;
mod commands;
mod compare;
mod context;
mod error;
mod input;
mod keystore;
mod local;
mod model_ref;
mod output;
mod similarity;
mod tensor;

use args::{Cli, Command, EngineCommand};
use clap::Parser;
use context::Context;
use error::{Code, Error, Result};
use output::Report;
use std::{env, process::ExitCode};

fn main() -> ExitCode {
	// The engine starts this same program again as the sandboxed process that runs models.
	if let Some(code) = local::child_process() {
		return code;
	}
	let cli = match Cli::try_parse() {
		Ok(cli) => cli,
		Err(error) => return usage(&error),
	};
	let context = Context::new(cli.global);
	match execute(&context, cli.command) {
		Ok(report) => {
			context.output.result(&report);
			ExitCode::SUCCESS
		}
		Err(error) => {
			context.output.error(&error);
			ExitCode::from(error.code.exit_status())
		}
	}
}

fn execute(context: &Context, command: Command) -> Result<Report> {
	match command {
		Command::Tensor(command) => commands::tensor::run(command),
		Command::Run(arguments) => commands::run::run(context, &arguments),
		Command::Bench(arguments) => commands::bench::run(context, &arguments),
		Command::Account(command) => block_on(commands::account::run(context, command)),
		Command::Operator(command) => block_on(commands::operator::run(context, command)),
		Command::Stake(command) => block_on(commands::stake::run(context, command)),
		Command::Dispute(command) => block_on(commands::dispute::run(context, command)),
		Command::Model(command) => block_on(commands::model::run(context, command)),
		Command::Infer(arguments) => block_on(commands::infer::run(context, arguments)),
		Command::Request(command) => block_on(commands::request::run(context, command)),
		Command::Verify(arguments) => block_on(commands::verify::run(context, arguments)),
		Command::Engine(EngineCommand::Stats) => block_on(commands::engine::stats(context)),
		Command::Doctor { only } => block_on(commands::doctor::run(context, &only)),
	}
}

fn block_on(command: impl Future<Output = Result<Report>>) -> Result<Report> {
	let runtime = tokio::runtime::Runtime::new().map_err(|error| {
		Error::new(
			Code::Unreachable,
			format!("cannot start the network client: {error}"),
			"the machine is out of threads or file descriptors; close other programs",
		)
	})?;
	runtime.block_on(command)
}

/// Help and version go to standard output as they are; anything else that the parser says is an error.
fn usage(error: &clap::Error) -> ExitCode {
	if !error.use_stderr() {
		// Nothing useful can be done when standard output is closed.
		let _ = error.print();
		return ExitCode::SUCCESS;
	}
	let _ = error.print();
	if env::args().any(|argument| argument == "--json") {
		let message = error.to_string();
		let message = message.trim_start_matches("error: ").lines().next().unwrap_or_default();
		println!("{}", Error::new(Code::Usage, message, "see `assay --help`").to_json());
	}
	ExitCode::from(Code::Usage.exit_status())
}
