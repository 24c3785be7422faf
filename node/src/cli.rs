//! Command line of the node.

use sc_cli::{
	ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd, ExportStateCmd, ImportBlocksCmd,
	KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd, SignCmd, VanityCmd, VerifyCmd,
};
use std::path::PathBuf;

/// Arguments of `assay-node`.
#[derive(Debug, clap::Parser)]
pub struct Cli {
	/// What to do instead of running the node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,
	/// How to run the node.
	#[clap(flatten)]
	pub run: Run,
}

/// Arguments of a running node.
#[derive(Debug, clap::Args)]
pub struct Run {
	/// What every Substrate node takes.
	#[clap(flatten)]
	pub base: RunCmd,
	/// What the inference engine takes.
	#[clap(flatten)]
	pub engine: EngineParams,
}

/// Arguments of the inference engine.
#[derive(Debug, Clone, clap::Args)]
pub struct EngineParams {
	/// Directory with the model packages that this node serves. Default: `store` in the chain's directory.
	#[arg(long, value_name = "DIR", env = "ASSAY_STORE")]
	pub store: Option<PathBuf>,

	/// Program that runs the models, called with `engine-child`. Default: this program.
	#[arg(long, value_name = "PROGRAM")]
	pub engine: Option<PathBuf>,

	/// Models executed at the same time, each in its own process.
	#[arg(long, value_name = "N", default_value_t = 1)]
	pub engine_jobs: usize,

	/// Executions waiting at most; more are taken in later blocks.
	#[arg(long, value_name = "N", default_value_t = 256)]
	pub engine_queue: usize,

	/// Threads of each of these processes. Default: one for each processor.
	#[arg(long, value_name = "N")]
	pub engine_threads: Option<usize>,

	/// Memory that one execution may use, in MiB.
	#[arg(long, value_name = "MIB", default_value_t = 4096)]
	pub engine_memory: u64,

	/// Memory that each of the processes may keep loaded models in, in MiB.
	#[arg(long, value_name = "MIB", default_value_t = 4096)]
	pub engine_models: u64,

	/// Seconds after which an execution is stopped and tried again.
	#[arg(long, value_name = "SECONDS", default_value_t = 120)]
	pub engine_timeout: u64,

	/// Most results kept on disk, in MiB.
	#[arg(long, value_name = "MIB", default_value_t = 1024)]
	pub engine_cache: u64,
}

/// What the node can do besides running.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
	/// Generate, inspect and insert keys.
	#[command(subcommand)]
	Key(KeySubcommand),
	/// Write a chain specification.
	ExportChainSpec(ExportChainSpecCmd),
	/// Validate blocks.
	CheckBlock(CheckBlockCmd),
	/// Write blocks to a file.
	ExportBlocks(ExportBlocksCmd),
	/// Write a block's state as a chain specification.
	ExportState(ExportStateCmd),
	/// Read blocks from a file.
	ImportBlocks(ImportBlocksCmd),
	/// Remove the chain's database.
	PurgeChain(PurgeChainCmd),
	/// Go back to an earlier block.
	Revert(RevertCmd),
	/// Show the database's meta columns.
	ChainInfo(ChainInfoCmd),
	/// Sign a message.
	Sign(SignCmd),
	/// Verify a signature.
	Verify(VerifyCmd),
	/// Generate an account whose address begins as wanted.
	Vanity(VanityCmd),
}
