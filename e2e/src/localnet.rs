//! A chain of several nodes on this machine, each a validator and a worker.

use anyhow::{Context, Result};
use std::path::Path;
use tempfile::TempDir;

use crate::Node;

/// The operators of the chain called `local`, by their development accounts.
pub const OPERATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// What the others are told to find the first node by: it follows from its key, the number 1.
const FIRST_ID: &str = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

/// A node for each of [`OPERATORS`], in this order; they and their directory are gone when this is dropped.
pub struct Localnet {
	// Before the directory: the nodes go first.
	nodes: Vec<Node>,
	dir: TempDir,
}

impl Localnet {
	/// Starts the nodes and waits until each has blocks. `extra` are more arguments for the node of an operator.
	pub fn start(extra: impl Fn(&str) -> Vec<String>) -> Result<Self> {
		let dir = tempfile::tempdir()?;
		let mut nodes: Vec<Node> = Vec::new();
		for (number, operator) in (1..).zip(OPERATORS) {
			let mut arguments =
				vec!["--chain=local".into(), format!("--{operator}"), format!("--node-key={number:064x}")];
			if let Some(first) = nodes.first() {
				arguments.push(format!("--bootnodes=/ip4/127.0.0.1/tcp/{}/p2p/{FIRST_ID}", first.port()));
			}
			arguments.extend(extra(operator));
			let home = dir.path().join(operator);
			std::fs::create_dir(&home)?;
			nodes.push(Node::new(home, dir.path().join("store"), arguments)?);
		}
		for node in &mut nodes {
			node.launch()?;
		}
		for node in &nodes {
			node.wait_for_progress()?;
		}
		Ok(Self { nodes, dir })
	}

	/// The nodes, in the order of [`OPERATORS`].
	pub fn nodes(&self) -> &[Node] {
		&self.nodes
	}

	/// The node of an operator.
	pub fn node(&mut self, operator: &str) -> Result<&mut Node> {
		let index = OPERATORS.iter().position(|name| *name == operator);
		let index = index.with_context(|| format!("no node belongs to {operator}"))?;
		self.nodes.get_mut(index).context("a node for each operator")
	}

	/// The node that answers questions about the chain.
	pub fn first(&self) -> &Node {
		&self.nodes[0]
	}

	/// Where logs, stores and chains are.
	pub fn dir(&self) -> &Path {
		self.dir.path()
	}

	/// Publishes a package under `eve/` and has every operator serve it. Returns the name of the version. Who owns a model
	/// sits on no jury about it, so that the owner is none of the operators.
	pub fn publish(&self, package: &Path) -> Result<String> {
		let name = package.file_name().and_then(|name| name.to_str()).context("a package needs a name")?;
		let pushed =
			self.first().ok(&format!("model push {} --name eve/{name} --dev //Eve", package.display()))?;
		let model = pushed["model"].as_str().context("no model name")?;
		for operator in OPERATORS {
			self.first().ok(&format!("model serve {model} --dev //{}", capitalised(operator)))?;
		}
		Ok(model.into())
	}
}

/// The development account of an operator is called so: `//Alice`.
fn capitalised(name: &str) -> String {
	let mut letters = name.chars();
	letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
