//! Chains of real nodes, and the real command line against them.
//!
//! `cargo build --release --workspace --bins` has to come first: the tests look for `assay-node` and `assay` beside
//! their own executable.

use anyhow::{Context, Result};
use std::{
	net::TcpListener,
	ops::{Deref, DerefMut},
	path::{Path, PathBuf},
};
use tempfile::TempDir;

pub mod localnet;
pub mod models;
mod node;

pub use localnet::Localnet;
pub use node::{Answer, Node, assay_at};

/// A development chain of one node; it and its directory are gone when this is dropped.
pub struct Devnet {
	// Before the directory: the node goes first.
	node: Node,
	_dir: TempDir,
}

impl Devnet {
	/// Starts a node and waits for its first block.
	pub fn start() -> Result<Self> {
		Self::start_with(&[])
	}

	/// The same, with more arguments for the node.
	pub fn start_with(extra: &[&str]) -> Result<Self> {
		let dir = tempfile::tempdir()?;
		let arguments = ["--dev"].iter().chain(extra).map(ToString::to_string).collect();
		let mut node = Node::new(dir.path().into(), dir.path().join("store"), arguments)?;
		node.start()?;
		Ok(Self { node, _dir: dir })
	}
}

impl Deref for Devnet {
	type Target = Node;

	fn deref(&self) -> &Node {
		&self.node
	}
}

impl DerefMut for Devnet {
	fn deref_mut(&mut self) -> &mut Node {
		&mut self.node
	}
}

/// The repository's root. Asked for when a test runs: clones may share a target directory, and with it test programs
/// that another clone, perhaps gone since, has built.
pub fn repository() -> Result<PathBuf> {
	let package = std::env::var_os("CARGO_MANIFEST_DIR").context("run the tests with cargo")?;
	Ok(Path::new(&package).join(".."))
}

/// A program that was built together with the one that runs.
pub fn program(name: &str) -> Result<PathBuf> {
	let own = std::env::current_exe()?;
	let path = own
		.ancestors()
		.skip(1)
		.take(3)
		.map(|directory| directory.join(name))
		.find(|path| path.is_file())
		.with_context(|| {
			format!("{name} is not built; run `cargo build --release --workspace --bins` first")
		})?;
	Ok(path)
}

pub(crate) fn free_port() -> Result<u16> {
	Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
