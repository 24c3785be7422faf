//! A real node, and the real command line against it.

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::{
	fs::{self, File},
	io::{Read, Write},
	net::TcpStream,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	thread::sleep,
	time::{Duration, Instant},
};

use crate::{free_port, program};

/// Longest wait for anything a chain of 3-second blocks should do.
const PATIENCE: Duration = Duration::from_secs(180);

/// A node, running or not. It ends when this is dropped.
pub struct Node {
	dir: PathBuf,
	store: PathBuf,
	/// For RPC, and for other nodes.
	rpc_port: u16,
	port: u16,
	arguments: Vec<String>,
	process: Option<Child>,
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

impl Node {
	/// A node that keeps its state in `dir` and packages in `store`, with these arguments besides; not started yet.
	pub fn new(dir: PathBuf, store: PathBuf, arguments: Vec<String>) -> Result<Self> {
		Ok(Self { dir, store, rpc_port: free_port()?, port: free_port()?, arguments, process: None })
	}

	/// Where to reach it.
	pub fn address(&self) -> String {
		format!("ws://127.0.0.1:{}", self.rpc_port)
	}

	/// Its port for other nodes.
	pub fn port(&self) -> u16 {
		self.port
	}

	/// A place for files of the test.
	pub fn scratch(&self) -> &Path {
		&self.dir
	}

	/// Whether the process is there.
	pub fn is_running(&self) -> bool {
		self.process.is_some()
	}

	/// Starts the node, or starts it again on the same directory after [`Self::kill`], and waits for a block.
	pub fn start(&mut self) -> Result<()> {
		self.launch()?;
		self.wait_for_progress()
	}

	/// Waits for a block after those that it has.
	pub fn wait_for_progress(&self) -> Result<()> {
		let before = self.block().unwrap_or(0);
		self.wait_for("a block", |node| Ok(node.block().is_ok_and(|block| block > before)))
	}

	/// Starts the process and does not wait: alone, a node of several makes no blocks.
	pub fn launch(&mut self) -> Result<()> {
		ensure!(self.process.is_none(), "the node still runs");
		let log = File::options().append(true).create(true).open(self.log_path())?;
		let child = Command::new(program("assay-node")?)
			.args(["--no-prometheus", "--no-telemetry", "--base-path"])
			.arg(self.dir.join("chain"))
			.arg("--store")
			.arg(&self.store)
			.args(["--rpc-port", &self.rpc_port.to_string(), "--port", &self.port.to_string()])
			.args(&self.arguments)
			.stdin(Stdio::null())
			.stdout(log.try_clone()?)
			.stderr(log)
			.spawn()?;
		self.process = Some(child);
		Ok(())
	}

	/// Ends the node at once, as a power cut would.
	pub fn kill(&mut self) -> Result<()> {
		let mut node = self.process.take().context("the node does not run")?;
		node.kill()?;
		node.wait()?;
		Ok(())
	}

	/// The directory of packages that node and command line share.
	pub fn store(&self) -> &Path {
		&self.store
	}

	/// What the node wrote so far.
	pub fn log(&self) -> String {
		fs::read_to_string(self.log_path()).unwrap_or_default()
	}

	/// Where it writes to.
	pub fn log_path(&self) -> PathBuf {
		self.dir.join("node.log")
	}

	/// Runs `assay` with these words, split at spaces, and `--json`.
	pub fn assay(&self, words: &str) -> Result<Answer> {
		assay_at(&self.address(), &self.store, words)
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
		self.wait_for(&format!("request {id} to be {states:?}"), |node| {
			Ok(states.contains(&node.request(id)?["state"].as_str().unwrap_or_default()))
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
		let mut stream = TcpStream::connect(("127.0.0.1", self.rpc_port))?;
		stream.set_read_timeout(Some(Duration::from_secs(10)))?;
		write!(
			stream,
			"POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
			 Connection: close\r\n\r\n{body}",
			self.rpc_port,
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
		let node = self.process.as_ref().context("the node does not run")?.id();
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

impl Drop for Node {
	fn drop(&mut self) {
		if let Some(mut node) = self.process.take() {
			// Whoever drops it is done with it; whether it ends well is not the subject.
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
