//! A child process as its parent sees it: started, asked, and killed when it does not answer in time.

use crate::{
	ChildConfig, ChildError,
	protocol::{self, Reply, Request, Response, Source, Start},
	sandbox::Protections,
	stats::ModelUse,
};
use codec::Encode;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
	io::{self, BufRead, BufReader, Read, Write},
	os::fd::AsFd,
	process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio},
	sync::{
		atomic::{AtomicBool, Ordering},
		mpsc::{Receiver, channel},
	},
	time::{Duration, Instant},
};

/// Where the engine logs.
pub(crate) const LOG: &str = "assay::engine";
/// How often a waiting parent looks whether the engine shuts down.
const TICK: Duration = Duration::from_millis(50);
/// Time to start and lock up. Generous: the machine may be busy, and nothing hostile has run yet.
const START_LIMIT: Duration = Duration::from_secs(60);
/// Lines of a child's standard error that are logged; a hostile model must not fill the disk.
const MAX_LOG_LINES: usize = 1000;
/// Longest such line in bytes.
const MAX_LOG_LINE: u64 = 1000;
/// Bytes read at a time.
const BUFFER: usize = 64 << 10;

/// A living child, ready for a request. Dropping it kills it.
pub(crate) struct ChildProcess {
	child: Child,
	requests: ChildStdin,
	responses: ChildStdout,
	last_words: Receiver<String>,
	protections: Protections,
	kernels: String,
	models: ModelUse,
	time_limit: Duration,
}

impl ChildProcess {
	/// Starts a child and waits until it has locked itself up.
	pub(crate) fn start(
		config: &ChildConfig,
		source: Source,
		cancel: &AtomicBool,
	) -> Result<Self, ChildError> {
		let mut command = Command::new(&config.program);
		command
			.args(&config.arguments)
			.env_clear()
			// Forces a kernel in tests; the results do not depend on it.
			.envs(std::env::var_os("ASSAY_ISA").map(|isa| ("ASSAY_ISA", isa)))
			.current_dir("/")
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.stderr(Stdio::piped());
		// A Ctrl-C in the terminal is for the parent, which shuts down in order.
		std::os::unix::process::CommandExt::process_group(&mut command, 0);
		let spawn_error = |source| ChildError::Spawn { program: config.program.clone(), source };
		let mut child = command.spawn().map_err(spawn_error)?;
		let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
		let (Some(requests), Some(responses), Some(stderr)) = pipes else {
			return Err(spawn_error(io::Error::other("a pipe is missing")));
		};
		let last_words = follow(stderr, child.id());
		let mut process = Self {
			child,
			requests,
			responses,
			last_words,
			protections: Protections::default(),
			kernels: String::new(),
			models: ModelUse::default(),
			time_limit: config.time_limit,
		};
		rustix::io::ioctl_fionbio(&process.requests, true).map_err(|error| ChildError::Pipe(error.into()))?;
		rustix::io::ioctl_fionbio(&process.responses, true)
			.map_err(|error| ChildError::Pipe(error.into()))?;

		let start = Start {
			version: protocol::VERSION,
			source,
			threads: u32::try_from(config.threads).unwrap_or(u32::MAX),
			memory_limit: config.memory_limit,
			model_bytes: config.model_bytes,
			address_space: config.address_space(),
			// All threads together, and something for loading.
			cpu_seconds: (config.time_limit.as_secs() + 10).saturating_mul(config.threads as u64 + 1),
		};
		match process.exchange(&start, START_LIMIT, cancel)? {
			Response::Ready { protections, kernels } => {
				process.protections = protections;
				process.kernels = kernels;
			}
			Response::Failed(reason) => return Err(ChildError::Refused(reason)),
			Response::Executed(_) => return Err(ChildError::Protocol("a result before any request".into())),
		}
		log::debug!(target: LOG, "child {} ready: {}", process.id(), process.protections);
		Ok(process)
	}

	/// Process id.
	pub(crate) fn id(&self) -> u32 {
		self.child.id()
	}

	/// What the child reported at its start.
	pub(crate) fn protections(&self) -> Protections {
		self.protections
	}

	/// Instruction set of its kernels, as it reported at its start.
	pub(crate) fn kernels(&self) -> &str {
		&self.kernels
	}

	/// Models that it holds, as it said last.
	pub(crate) fn models(&self) -> ModelUse {
		self.models
	}

	/// Sends a request and waits for the response. After an error the process is of no more use.
	pub(crate) fn call(&mut self, request: &Request, cancel: &AtomicBool) -> Result<Response, ChildError> {
		match self.exchange(request, self.time_limit, cancel)? {
			Response::Ready { .. } => Err(ChildError::Protocol("ready twice".into())),
			response => Ok(response),
		}
	}

	fn exchange(
		&mut self,
		message: &impl Encode,
		limit: Duration,
		cancel: &AtomicBool,
	) -> Result<Response, ChildError> {
		let patience = Patience { deadline: Instant::now() + limit, limit, cancel };
		let exchanged = self.send(message, &patience).and_then(|()| receive(&mut self.responses, &patience));
		match exchanged {
			Ok(Reply { response, models }) => {
				self.models = models;
				Ok(response)
			}
			Err(Interrupted::By(error)) => Err(error),
			Err(Interrupted::Pipe(error)) => Err(self.explain(error)),
		}
	}

	fn send(&mut self, message: &impl Encode, patience: &Patience) -> Result<(), Interrupted> {
		let frame = protocol::frame(message)?;
		let mut rest = frame.as_slice();
		while !rest.is_empty() {
			match self.requests.write(rest) {
				Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
				Ok(written) => rest = &rest[written..],
				Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
					patience.wait(&self.requests, PollFlags::OUT)?;
				}
				Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
				Err(error) => return Err(error.into()),
			}
		}
		Ok(())
	}

	/// Turns a broken pipe into what happened to the process.
	fn explain(&mut self, error: io::Error) -> ChildError {
		match error.kind() {
			io::ErrorKind::InvalidData => ChildError::Protocol(error.to_string()),
			io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => {
				// It may have closed the pipe only; a process that is gone keeps its status.
				let _ = self.child.kill();
				match self.child.wait() {
					Ok(status) => {
						let last_words = self.last_words.recv_timeout(2 * TICK).unwrap_or_default();
						ChildError::Ended { status, last_words }
					}
					Err(error) => ChildError::Pipe(error),
				}
			}
			_ => ChildError::Pipe(error),
		}
	}
}

impl Drop for ChildProcess {
	fn drop(&mut self) {
		// Fails only if it is gone already.
		let _ = self.child.kill();
		let _ = self.child.wait();
	}
}

/// How long to wait for the other side.
struct Patience<'a> {
	deadline: Instant,
	limit: Duration,
	cancel: &'a AtomicBool,
}

impl Patience<'_> {
	/// Returns when `pipe` is ready (or broken, which the next read or write finds out).
	fn wait(&self, pipe: &impl AsFd, flags: PollFlags) -> Result<(), Interrupted> {
		loop {
			if self.cancel.load(Ordering::Relaxed) {
				return Err(Interrupted::By(ChildError::Cancelled));
			}
			let left = self.deadline.saturating_duration_since(Instant::now());
			if left.is_zero() {
				return Err(Interrupted::By(ChildError::Deadline { limit: self.limit }));
			}
			let tick = Timespec { tv_sec: 0, tv_nsec: left.min(TICK).subsec_nanos().into() };
			match poll(&mut [PollFd::new(pipe, flags)], Some(&tick)) {
				Ok(0) | Err(rustix::io::Errno::INTR) => {}
				Ok(_) => return Ok(()),
				Err(error) => return Err(io::Error::from(error).into()),
			}
		}
	}
}

/// Why an exchange ended early.
enum Interrupted {
	/// For a reason that is known.
	By(ChildError),
	/// Because the pipe broke or carried nonsense.
	Pipe(io::Error),
}

impl From<io::Error> for Interrupted {
	fn from(error: io::Error) -> Self {
		Self::Pipe(error)
	}
}

fn receive(pipe: &mut ChildStdout, patience: &Patience) -> Result<Reply, Interrupted> {
	let prefix = receive_bytes(pipe, 4, patience)?;
	let prefix = <[u8; 4]>::try_from(prefix).map_err(|_| io::Error::from(io::ErrorKind::UnexpectedEof))?;
	let body = receive_bytes(pipe, protocol::length(prefix)?, patience)?;
	Ok(protocol::parse(&body)?)
}

/// Reads exactly `count` bytes into memory that grows as they arrive.
fn receive_bytes(pipe: &mut ChildStdout, count: usize, patience: &Patience) -> Result<Vec<u8>, Interrupted> {
	let mut bytes = Vec::new();
	let mut buffer = vec![0; BUFFER.min(count)];
	while bytes.len() < count {
		let wanted = buffer.len().min(count - bytes.len());
		match pipe.read(&mut buffer[..wanted]) {
			Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
			Ok(read) => bytes.extend_from_slice(&buffer[..read]),
			Err(error) if error.kind() == io::ErrorKind::WouldBlock => patience.wait(pipe, PollFlags::IN)?,
			Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
			Err(error) => return Err(error.into()),
		}
	}
	Ok(bytes)
}

/// Logs a child's standard error and hands over its last line when it ends.
fn follow(stderr: ChildStderr, id: u32) -> Receiver<String> {
	let (sender, receiver) = channel();
	let read = move || {
		let mut reader = BufReader::new(stderr);
		let mut last = String::new();
		let mut lines = 0;
		loop {
			let mut line = Vec::new();
			match reader.by_ref().take(MAX_LOG_LINE).read_until(b'\n', &mut line) {
				Ok(0) | Err(_) => break,
				Ok(_) => {}
			}
			let text = String::from_utf8_lossy(&line);
			let text: String = text.trim().chars().filter(|c| !c.is_control()).collect();
			if text.is_empty() {
				continue;
			}
			lines += 1;
			if lines <= MAX_LOG_LINES {
				log::warn!(target: LOG, "child {id}: {text}");
			}
			last = text;
		}
		// Nobody listens when the child ended in peace.
		let _ = sender.send(last);
	};
	if let Err(error) = std::thread::Builder::new().name("engine-stderr".into()).spawn(read) {
		log::warn!(target: LOG, "the standard error of child {id} is not logged: {error}");
	}
	receiver
}
