//! A development chain of one real node, and the real command line against it.
//!
//! `cargo build --release --workspace --bins` has to come first: the tests look for `assay-node` and `assay` beside
//! their own executable.

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::{
	fs::{self, File},
	io::{Read, Write},
	net::{TcpListener, TcpStream},
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	thread::sleep,
	time::{Duration, Instant},
};
use tempfile::TempDir;

pub mod models;

/// Longest wait for anything a chain of 3-second blocks should do.
const PATIENCE: Duration = Duration::from_secs(180);

/// A running node and its directory; both are gone when this is dropped.
pub struct Devnet {
	dir: TempDir,
	port: u16,
	node: Option<Child>,
	extra: Vec<String>,
}

/// What a command printed last, and how it ended.
#[derive(Debug)]
pub struct Answer {
	/// Exit code.
	pub code: i32,
	/// The last line of its standard output.
	pub json: Value,
}

impl Answer {
	/// The stable code of the error.
	pub fn error_code(&self) -> &str {
		self.json["error"]["code"].as_str().unwrap_or_default()
	}
}

impl Devnet {
	/// Starts a node and waits for its first block.
	pub fn start() -> Result<Self> {
		Self::start_with(&[])
	}

	/// The same, with more arguments for the node.
	pub fn start_with(extra: &[&str]) -> Result<Self> {
		let mut devnet = Self {
			dir: tempfile::tempdir()?,
			port: free_port()?,
			node: None,
			extra: extra.iter().map(ToString::to_string).collect(),
		};
		devnet.restart()?;
		Ok(devnet)
	}

	/// Starts the node again on the same directory, after [`Self::kill`].
	pub fn restart(&mut self) -> Result<()> {
		ensure!(self.node.is_none(), "the node still runs");
		let log = File::options().append(true).create(true).open(self.log_path())?;
		let child = Command::new(program("assay-node")?)
			.args(["--dev", "--no-prometheus", "--no-telemetry", "--base-path"])
			.arg(self.dir.path().join("chain"))
			.arg("--store")
			.arg(self.store())
			.args(["--rpc-port", &self.port.to_string(), "--port", &free_port()?.to_string()])
			.args(&self.extra)
			.stdin(Stdio::null())
			.stdout(log.try_clone()?)
			.stderr(log)
			.spawn()?;
		self.node = Some(child);
		let before = self.block().unwrap_or(0);
		self.wait_for("a block", |devnet| Ok(devnet.block().is_ok_and(|block| block > before)))
	}

	/// Ends the node at once, as a power cut would.
	pub fn kill(&mut self) -> Result<()> {
		let mut node = self.node.take().context("the node does not run")?;
		node.kill()?;
		node.wait()?;
		Ok(())
	}

	/// The directory of packages that node and command line share.
	pub fn store(&self) -> PathBuf {
		self.dir.path().join("store")
	}

	/// A place for files of the test.
	pub fn scratch(&self) -> &Path {
		self.dir.path()
	}

	/// What the node wrote so far.
	pub fn log(&self) -> String {
		fs::read_to_string(self.log_path()).unwrap_or_default()
	}

	fn log_path(&self) -> PathBuf {
		self.dir.path().join("node.log")
	}

	/// Runs `assay` with these words, split at spaces, and `--json`.
	pub fn assay(&self, words: &str) -> Result<Answer> {
		assay_at(&format!("ws://127.0.0.1:{}", self.port), &self.store(), words)
	}

	/// The same, and it must succeed.
	pub fn ok(&self, words: &str) -> Result<Value> {
		let answer = self.assay(words)?;
		ensure!(
			answer.code == 0,
			"assay {words}: exit code {}: {}\n{}",
			answer.code,
			answer.json,
			self.log()
		);
		Ok(answer.json)
	}

	/// The same, and it must fail with this stable code and say what to do next.
	pub fn fails(&self, words: &str, code: &str) -> Result<Answer> {
		let answer = self.assay(words)?;
		ensure!(answer.code != 0, "assay {words} succeeded: {}", answer.json);
		ensure!(answer.error_code() == code, "assay {words}: expected {code}, got {}", answer.json);
		let next = answer.json["error"]["next"].as_str().unwrap_or_default();
		ensure!(!next.is_empty(), "assay {words}: the error names no next step: {}", answer.json);
		Ok(answer)
	}

	/// A request as the chain has it now.
	pub fn request(&self, id: u64) -> Result<Value> {
		self.ok(&format!("request get {id}"))
	}

	/// Waits until a request is in one of these states.
	pub fn wait_for_state(&self, id: u64, states: &[&str]) -> Result<Value> {
		self.wait_for(&format!("request {id} to be {states:?}"), |devnet| {
			Ok(states.contains(&devnet.request(id)?["state"].as_str().unwrap_or_default()))
		})?;
		self.request(id)
	}

	/// Polls until `done`.
	pub fn wait_for(&self, what: &str, done: impl Fn(&Self) -> Result<bool>) -> Result<()> {
		let started = Instant::now();
		while !done(self)? {
			if started.elapsed() > PATIENCE {
				bail!("waited {} s for {what}; the node's log:\n{}", PATIENCE.as_secs(), self.log());
			}
			sleep(Duration::from_millis(300));
		}
		Ok(())
	}

	/// Height of the best block.
	pub fn block(&self) -> Result<u64> {
		let header = self.rpc("chain_getHeader")?;
		let number = header["number"].as_str().and_then(|hex| hex.strip_prefix("0x"));
		Ok(u64::from_str_radix(number.context("the node gave no header")?, 16)?)
	}

	/// Calls a method without parameters by HTTP, without the command line in between.
	fn rpc(&self, method: &str) -> Result<Value> {
		let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[]}}"#);
		let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
		stream.set_read_timeout(Some(Duration::from_secs(10)))?;
		write!(
			stream,
			"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
			 Connection: close\r\n\r\n{body}",
			body.len()
		)?;
		let mut answer = String::new();
		stream.read_to_string(&mut answer)?;
		let (_, json) = answer.split_once("\r\n\r\n").context("the node gave no HTTP answer")?;
		Ok(serde_json::from_str::<Value>(json)?["result"].take())
	}

	/// Publishes a package under `alice/`, with the name of its directory, and has //Alice serve it.
	pub fn publish(&self, package: &Path) -> Result<()> {
		let name = package.file_name().and_then(|name| name.to_str()).context("a package needs a name")?;
		let pushed =
			self.ok(&format!("model push {} --name alice/{name} --dev //Alice", package.display()))?;
		let model = pushed["model"].as_str().context("no model name")?;
		self.ok(&format!("model serve {model} --dev //Alice"))?;
		Ok(())
	}

	/// Kills the engine's children with SIGKILL and says how many there were.
	pub fn kill_engine_children(&self) -> Result<usize> {
		let node = self.node.as_ref().context("the node does not run")?.id();
		let mut killed = 0;
		for entry in fs::read_dir("/proc")? {
			let path = entry?.path();
			let Some(id) = path.file_name().and_then(|name| name.to_str()?.parse::<i32>().ok()) else {
				continue;
			};
			let Ok(status) = fs::read_to_string(path.join("status")) else { continue };
			let parent =
				status.lines().find_map(|line| line.strip_prefix("PPid:")?.trim().parse::<u32>().ok());
			if parent == Some(node) {
				kill_process(Pid::from_raw(id).context("no process has number 0")?, Signal::KILL)?;
				killed += 1;
			}
		}
		Ok(killed)
	}
}

impl Drop for Devnet {
	fn drop(&mut self) {
		if let Some(mut node) = self.node.take() {
			// The test is over; whether the node ends well is not its subject.
			let _ = node.kill();
			let _ = node.wait();
		}
	}
}

/// Runs `assay` against any address.
pub fn assay_at(node: &str, store: &Path, words: &str) -> Result<Answer> {
	let output = Command::new(program("assay")?)
		.args(words.split_whitespace())
		.arg("--json")
		.env("ASSAY_NODE", node)
		.env("ASSAY_STORE", store)
		.stdin(Stdio::null())
		.output()?;
	let stdout = String::from_utf8_lossy(&output.stdout);
	let last = stdout.lines().last().unwrap_or_default();
	let json = serde_json::from_str(last).with_context(|| {
		format!("assay {words} did not end with JSON: {stdout}\n{}", String::from_utf8_lossy(&output.stderr))
	})?;
	Ok(Answer { code: output.status.code().unwrap_or(-1), json })
}

/// The repository's root. Asked for when a test runs: clones may share a target directory, and with it test programs
/// that another clone, perhaps gone since, has built.
pub fn repository() -> Result<PathBuf> {
	let package = std::env::var_os("CARGO_MANIFEST_DIR").context("run the tests with cargo")?;
	Ok(Path::new(&package).join(".."))
}

fn program(name: &str) -> Result<PathBuf> {
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

fn free_port() -> Result<u16> {
	Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
