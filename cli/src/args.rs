//! The command line: what there is, in the words that `--help` prints.

use crate::{
	amount::Amount,
	input::InputArgument,
	model_ref::{ModelRef, PushName},
};
use assay_primitives::{Hash, RequestId, request::QuorumSize};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Verifiable inference on an Assay chain: publish models, ask for answers, check them bit for bit.
#[derive(Debug, Parser)]
#[command(name = "assay", version, arg_required_else_help = true, propagate_version = true)]
pub struct Cli {
	/// Options of every command.
	#[command(flatten)]
	pub global: Global,
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
	/// Address of a node's RPC server
	#[arg(long, global = true, env = "ASSAY_NODE", value_name = "URL", default_value = "ws://127.0.0.1:9944", value_parser = node_url)]
	pub node: String,
	/// Refuse any chain but the one with this genesis hash
	#[arg(long, global = true, env = "ASSAY_GENESIS", value_name = "HASH", value_parser = hash)]
	pub genesis: Option<Hash>,
	/// Directory of model packages [default: $XDG_DATA_HOME/assay/store]
	#[arg(long, global = true, env = "ASSAY_STORE", value_name = "DIR")]
	pub store: Option<PathBuf>,
	/// Directory of encrypted accounts [default: $XDG_DATA_HOME/assay/keystore]
	#[arg(long, global = true, env = "ASSAY_KEYSTORE", value_name = "DIR")]
	pub keystore: Option<PathBuf>,
	/// Sign with this account of the keystore (name or address)
	#[arg(long, global = true, value_name = "NAME", conflicts_with = "dev")]
	pub account: Option<String>,
	/// Sign with a development account, whose key everybody knows
	#[arg(long, global = true, value_name = "//NAME")]
	pub dev: Option<String>,
	/// Read the account's password from the first line of a file instead of asking
	#[arg(long, global = true, value_name = "FILE")]
	pub password_file: Option<PathBuf>,
	/// Print one JSON object as the last line of standard output
	#[arg(long, global = true)]
	pub json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Create and look at accounts
	#[command(subcommand)]
	Account(AccountCommand),
	/// Work for the network
	#[command(subcommand)]
	Operator(OperatorCommand),
	/// Back operators with stake, and share what they earn and lose
	#[command(subcommand)]
	Stake(StakeCommand),
	/// Publish and find models
	#[command(subcommand)]
	Model(ModelCommand),
	/// Ask the network for an inference and wait for the answer
	Infer(InferArgs),
	/// Look at requests
	#[command(subcommand)]
	Request(RequestCommand),
	/// Challenge wrong answers, and follow what juries find
	#[command(subcommand)]
	Dispute(DisputeCommand),
	/// Execute a request here again and compare every bit with the answer on the chain
	Verify(VerifyArgs),
	/// Run a model here, without a chain
	Run(RunArgs),
	/// Measure how fast a model runs here
	Bench(BenchArgs),
	/// Look at tensor files
	#[command(subcommand)]
	Tensor(TensorCommand),
	/// Look at what executes models in a node
	#[command(subcommand)]
	Engine(EngineCommand),
	/// Check the node, the engine and this machine
	Doctor {
		/// Make only these checks
		#[arg(long, value_enum, value_name = "CHECK")]
		only: Vec<CheckName>,
	},
}

/// `assay account …`
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
	/// Create an account and print, once, the phrase that restores it
	New {
		/// Name in the keystore
		name: String,
	},
	/// List the accounts of the keystore
	List,
	/// Show an account's address and public key
	Inspect {
		/// Name, address, or development account such as //Alice
		account: String,
		/// Also ask the chain for its balance
		#[arg(long)]
		balance: bool,
	},
}

/// `assay operator …`
#[derive(Debug, Subcommand)]
pub enum OperatorCommand {
	/// Bond stake and register the worker key of the node
	Register {
		/// Stake to bond, in ASY
		#[arg(long, value_name = "ASY")]
		bond: Amount,
		/// Part of rewards kept before they are shared, in percent
		#[arg(long, value_name = "PERCENT", default_value = "5", value_parser = percent)]
		commission: u32,
		/// Also stand for election as a validator
		#[arg(long)]
		validate: bool,
	},
	/// Add to the stake
	Bond {
		/// Stake to add, in ASY
		#[arg(value_name = "ASY")]
		amount: Amount,
	},
	/// Take stake out of the bond; it can be withdrawn after the unbonding period
	#[command(group = clap::ArgGroup::new("part").required(true))]
	Unbond {
		/// Stake to take out, in ASY
		#[arg(value_name = "ASY", group = "part")]
		amount: Option<Amount>,
		/// Stop being an operator: take out all that open tasks do not lock, and get no new ones
		#[arg(long, group = "part")]
		leave: bool,
	},
	/// Return stake whose unbonding period is over to the account
	Withdraw,
	/// Replace the worker key by a new one that the node makes
	ReplaceKey,
	/// Stand for election as a validator
	Validate {
		/// Stand no longer
		#[arg(long)]
		stop: bool,
	},
	/// Announce another commission; it takes effect when whoever minds has had time to leave
	Commission {
		/// Part of rewards kept before they are shared, in percent
		#[arg(value_name = "PERCENT", value_parser = percent)]
		percent: u32,
	},
	/// Come out of jail, once the time is over
	Unjail,
	/// Show an operator's stake, key and tasks
	Status {
		/// Name, address, or development account such as //Alice
		account: String,
	},
}

/// `assay stake …`
#[derive(Debug, Subcommand)]
pub enum StakeCommand {
	/// Put stake with an operator
	Delegate {
		/// Name, address, or development account such as //Alice
		operator: String,
		/// Stake to add, in ASY
		#[arg(value_name = "ASY")]
		amount: Amount,
	},
	/// Take stake out; it can be withdrawn after the unbonding period, and is slashable until then
	#[command(group = clap::ArgGroup::new("part").required(true))]
	Undelegate {
		/// Name, address, or development account such as //Alice
		operator: String,
		/// Stake to take out, in ASY
		#[arg(value_name = "ASY", group = "part")]
		amount: Option<Amount>,
		/// Take out everything
		#[arg(long, group = "part")]
		all: bool,
	},
	/// Return stake whose unbonding period is over to the account
	Withdraw {
		/// Name, address, or development account such as //Alice
		operator: String,
	},
	/// Show the present era, what it pays so far, and what each operator that an account backs keeps of it
	Rewards {
		/// Name, address, or development account such as //Alice
		account: String,
	},
	/// Show what an account has staked, and what it is worth now
	List {
		/// Name, address, or development account such as //Alice
		account: String,
	},
}

/// `assay dispute …`
#[derive(Debug, Subcommand)]
pub enum DisputeCommand {
	/// Execute a request here and, if its answer is wrong, challenge it; the bond is lost if a jury finds otherwise
	Open {
		/// Number of the request
		id: RequestId,
		/// Package directory to execute [default: the package in the local store]
		#[arg(long, value_name = "DIR")]
		package: Option<PathBuf>,
		/// Put no more than this at risk, in ASY [default: what the chain asks for]
		#[arg(long, value_name = "ASY")]
		max_bond: Option<Amount>,
	},
	/// Contribute to an appeal against what a jury found
	Appeal {
		/// Number of the request
		id: RequestId,
		/// Contribution, in ASY [default: all that is missing]
		#[arg(value_name = "ASY")]
		amount: Option<Amount>,
	},
	/// Show the dispute about a request: who said what, the juries, and what follows
	Show {
		/// Number of the request
		id: RequestId,
	},
	/// List disputes, oldest first
	List {
		/// Number of the first dispute to show
		#[arg(long, default_value_t = 0)]
		start: u64,
	},
}

/// `assay model …`
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
	/// Check a package, keep it in the local store and register it as a new version
	Push {
		/// Directory with assay.toml and the ONNX graph
		package: PathBuf,
		/// Name of the model [default: the account's name / the package's name]
		#[arg(long, value_name = "[OWNER/]NAME")]
		name: Option<PushName>,
		/// Paid to you for each answer, in ASY
		#[arg(long, value_name = "ASY", default_value = "0")]
		royalty: Amount,
	},
	/// List the versions on the chain
	List,
	/// Show a version
	Info {
		/// owner/name, owner/name@2, or a version's number
		model: ModelRef,
	},
	/// Declare that your operator serves a version
	Serve {
		/// owner/name, owner/name@2, or a version's number
		model: ModelRef,
		/// Declare that it no longer does
		#[arg(long)]
		stop: bool,
	},
	/// Take a version of yours out of use: open requests are answered, new ones refused
	Deprecate {
		/// owner/name@2, or a version's number
		model: ModelRef,
	},
}

/// `assay engine …`
#[derive(Debug, Subcommand)]
pub enum EngineCommand {
	/// Show the jobs, results, child processes and protections of a node's engine
	Stats,
}

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Wait {
	/// Only for the request's inclusion in a block
	None,
	/// For an answer, which may still be challenged
	Provisional,
	/// For the answer to stand, in a finalised block
	Final,
}

/// What `assay doctor` checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckName {
	/// The kernels for this processor
	Kernels,
	/// The mode of the floating-point unit
	Floats,
	/// The directory of packages
	Store,
	/// A model with a known result, in the sandboxed child process
	Engine,
	/// What protects this machine from models
	Sandbox,
	/// The node, its chain, and that it has blocks
	Node,
	/// Whether the node makes worker keys
	WorkerKey,
}

/// `assay infer`
#[derive(Debug, Args)]
pub struct InferArgs {
	/// owner/name, owner/name@2, or a version's number
	pub model: ModelRef,
	/// An input: FILE when the model has one, otherwise name=FILE (.npy, .pb or .json); for text the text itself or a .txt
	#[arg(long = "input", short, value_name = "[NAME=]VALUE")]
	pub inputs: Vec<InputArgument>,
	/// Refuse to pay more than this, in ASY [default: the quoted price]
	#[arg(long, value_name = "ASY")]
	pub max_fee: Option<Amount>,
	/// Blocks in which the answer can be challenged before it is final
	#[arg(long, value_name = "BLOCKS", default_value_t = 300)]
	pub window: u32,
	/// Have so many workers answer, who all have to agree: 3, 5 or 7
	#[arg(long, value_name = "WORKERS", value_parser = quorum, conflicts_with = "window")]
	pub quorum: Option<QuorumSize>,
	/// Have each worker put this at risk, in ASY, and pay for it [default: the usual stake]
	#[arg(long, value_name = "ASY")]
	pub stake: Option<Amount>,
	/// Key of the model's random operators [default: chosen by the chain]
	#[arg(long)]
	pub seed: Option<u64>,
	/// What to wait for
	#[arg(long, value_enum, default_value_t = Wait::Provisional)]
	pub wait: Wait,
	/// Write the first output to a file (.npy, .pb or .json)
	#[arg(long, value_name = "FILE")]
	pub output: Option<PathBuf>,
}

/// `assay request …`
#[derive(Debug, Subcommand)]
pub enum RequestCommand {
	/// Show a request as it is now
	Get {
		/// Number of the request
		id: RequestId,
		/// Write the first output to a file (.npy, .pb or .json)
		#[arg(long, value_name = "FILE")]
		output: Option<PathBuf>,
	},
	/// Follow a request until it is answered
	Watch {
		/// Number of the request
		id: RequestId,
		/// What to wait for
		#[arg(long, value_enum, default_value_t = Wait::Final)]
		until: Wait,
	},
}

/// `assay verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
	/// Number of the request
	pub id: RequestId,
	/// Take the model from this directory instead of the store; its content id must match
	#[arg(long, value_name = "DIR")]
	pub package: Option<PathBuf>,
}

/// `assay run`
#[derive(Debug, Args)]
pub struct RunArgs {
	/// A package directory, an .onnx file, or the content id of a package in the store
	pub model: String,
	/// An input: FILE when the model has one, otherwise name=FILE (.npy, .pb or .json); for text the text itself or a .txt
	#[arg(long = "input", short, value_name = "[NAME=]VALUE")]
	pub inputs: Vec<InputArgument>,
	/// Key of the model's random operators
	#[arg(long, default_value_t = 0)]
	pub seed: u64,
	/// Most compute units [default: the package's limit]
	#[arg(long, value_name = "UNITS")]
	pub compute_limit: Option<u64>,
	/// Print the hash that a worker would commit to
	#[arg(long)]
	pub hash: bool,
	/// Write the first output to a file (.npy, .pb or .json)
	#[arg(long, value_name = "FILE")]
	pub output: Option<PathBuf>,
}

/// `assay bench`
#[derive(Debug, Args)]
pub struct BenchArgs {
	/// A package directory, an .onnx file, or the content id of a package in the store
	pub model: String,
	/// An input, as for `run` [default: the package's example, or zeros]
	#[arg(long = "input", short, value_name = "[NAME=]VALUE")]
	pub inputs: Vec<InputArgument>,
	/// Runs that are measured
	#[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
	pub runs: u32,
	/// Runs before them
	#[arg(long, default_value_t = 3)]
	pub warm_up: u32,
}

/// `assay tensor …`
#[derive(Debug, Subcommand)]
pub enum TensorCommand {
	/// Draw a tensor of rank 2 or more as a picture
	Show {
		/// A .npy, .pb or .json file
		file: PathBuf,
	},
}

fn node_url(text: &str) -> Result<String, String> {
	if text.starts_with("ws://") || text.starts_with("wss://") {
		Ok(text.into())
	} else {
		Err("a node's address begins with ws:// or wss://, such as ws://127.0.0.1:9944".into())
	}
}

fn hash(text: &str) -> Result<Hash, String> {
	let mut bytes = [0; 32];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
		.map_err(|_| "a genesis hash is 0x and 64 hexadecimal digits".to_owned())?;
	Ok(bytes.into())
}

/// Percent with up to 7 decimals as parts per billion.
fn quorum(text: &str) -> Result<QuorumSize, String> {
	let size = text.parse().ok().and_then(QuorumSize::new);
	size.ok_or_else(|| format!("there is no quorum of `{text}`; choose 3, 5 or 7 workers"))
}

fn percent(text: &str) -> Result<u32, String> {
	let parts = text.parse().ok().and_then(|Amount(parts)| u32::try_from(parts / 100_000).ok());
	parts
		.filter(|parts| *parts <= 1_000_000_000)
		.ok_or_else(|| format!("`{text}` is not a percentage; write a number from 0 to 100"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn definitions_should_be_consistent() {
		Cli::command().debug_assert();
	}

	#[test]
	fn percent_should_be_parts_per_billion() {
		assert_eq!(percent("5"), Ok(50_000_000));
		assert_eq!(percent("0.5"), Ok(5_000_000));
		assert_eq!(percent("100"), Ok(1_000_000_000));
		for wrong in ["101", "-1", "five", ""] {
			assert!(percent(wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn quorum_should_have_a_size_that_the_chain_knows() {
		assert_eq!(quorum("5"), Ok(QuorumSize::Five));
		for wrong in ["1", "4", "9", "three", ""] {
			assert!(quorum(wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn addresses_and_hashes_should_be_checked_before_anything_runs() {
		assert!(node_url("ws://127.0.0.1:9944").is_ok());
		assert!(node_url("http://127.0.0.1:9944").is_err());
		assert_eq!(hash(&format!("0x{}", "ab".repeat(32))), Ok(Hash::repeat_byte(0xab)));
		assert!(hash("0x12").is_err());
	}

	#[test]
	fn a_key_and_an_account_should_exclude_each_other() {
		let both = ["assay", "model", "serve", "a/b", "--dev", "//Alice", "--account", "alice"];
		assert!(Cli::try_parse_from(both).is_err());
	}
}
