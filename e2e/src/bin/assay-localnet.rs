//! A chain of four nodes on this machine, each a validator and a worker, until it is interrupted.

use anyhow::{Context, Result};
use assay_e2e::{Localnet, Node, localnet::OPERATORS, program};
use clap::{Parser, builder::PossibleValuesParser};
use serde_json::json;
use signal_hook::{consts, iterator::Signals};
use std::{io::Write, path::PathBuf};

/// Starts a chain of four nodes on this machine, has all of them serve a model, and ends them on Ctrl-C
#[derive(Parser)]
struct Arguments {
	/// The package that is published and served
	#[arg(long, value_name = "DIRECTORY", default_value = "models/digits")]
	package: PathBuf,
	/// Gives the node of this operator an engine that turns a bit of each answer; may be given several times
	#[arg(long, value_name = "OPERATOR", value_parser = PossibleValuesParser::new(OPERATORS))]
	liar: Vec<String>,
	/// Print one JSON object instead of text
	#[arg(long)]
	json: bool,
}

fn main() -> Result<()> {
	let arguments = Arguments::parse();
	// From here on a signal ends the chain in order.
	let mut signals = Signals::new([consts::SIGINT, consts::SIGTERM])?;
	let liar = program("assay-lying-engine")?;
	eprintln!("starting {} nodes", OPERATORS.len());
	let localnet = Localnet::start(|operator| match arguments.liar.iter().any(|liar| liar == operator) {
		true => vec![format!("--engine={}", liar.display())],
		false => Vec::new(),
	})?;
	eprintln!("publishing {}", arguments.package.display());
	let model = localnet.publish(&arguments.package)?;
	let mut out = std::io::stdout();
	if arguments.json {
		let nodes: Vec<String> = localnet.nodes().iter().map(Node::address).collect();
		writeln!(out, "{}", json!({ "model": model, "nodes": nodes, "store": localnet.first().store() }))?;
	} else {
		writeln!(out, "every node serves {model}; packages are in {}", localnet.first().store().display())?;
		for (operator, node) in OPERATORS.iter().zip(localnet.nodes()) {
			writeln!(out, "  {operator:8} {}  log {}", node.address(), node.log_path().display())?;
		}
		writeln!(out, "Ctrl-C ends it")?;
	}
	signals.forever().next().context("waiting for a signal")?;
	eprintln!("ending the nodes");
	Ok(())
}
