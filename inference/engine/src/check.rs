//! Tries on this machine what a hostile model would try.

use crate::sandbox::{self, Protections};
use std::{
	fs, io,
	net::{TcpListener, UdpSocket},
	path::Path,
	process::Command,
};

/// Address space of the process that is checked; enough for its threads.
const ADDRESS_SPACE: u64 = 4 << 30;

/// Something a child may or may not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
	/// What was tried.
	pub what: &'static str,
	/// Whether it should succeed.
	pub permitted: bool,
	/// Whether it did.
	pub succeeded: bool,
}

impl Probe {
	/// Whether the machine behaves as it should.
	pub fn holds(&self) -> bool {
		self.permitted == self.succeeded
	}
}

/// Locks this process up for good, as a child that may read `dir` would, and tries to get out. `dir` must hold at least
/// one file. Must be called while there is one thread.
pub fn check_sandbox(dir: &Path) -> io::Result<(Protections, Vec<Probe>)> {
	let inside = fs::read_dir(dir)?
		.next()
		.ok_or_else(|| {
			io::Error::new(io::ErrorKind::NotFound, "the directory is empty: put a file into it")
		})??
		.path();
	let parent = rustix::process::getppid();
	let parent_death = sandbox::die_with_parent();
	let protections = sandbox::enter(dir, ADDRESS_SPACE, parent_death);

	let probe = |what, permitted, succeeded| Probe { what, permitted, succeeded };
	let probes = vec![
		probe("list the readable directory", true, fs::read_dir(dir).is_ok()),
		probe("read a file in it", true, fs::File::open(&inside).is_ok()),
		probe("start a thread", true, std::thread::Builder::new().spawn(|| ()).is_ok()),
		probe("read a file elsewhere", false, fs::read("/etc/passwd").is_ok()),
		probe("list a directory elsewhere", false, fs::read_dir("/").is_ok()),
		probe("overwrite the file", false, fs::OpenOptions::new().write(true).open(&inside).is_ok()),
		probe("create a file", false, fs::File::create(dir.join("created")).is_ok()),
		probe("create a temporary file", false, tempfile::tempfile().is_ok()),
		probe("delete the file", false, fs::remove_file(&inside).is_ok()),
		probe("listen on TCP", false, TcpListener::bind("127.0.0.1:0").is_ok()),
		probe("open a UDP socket", false, UdpSocket::bind("127.0.0.1:0").is_ok()),
		probe("start a program", false, Command::new("/proc/self/exe").arg("--help").output().is_ok()),
		probe(
			"signal the parent",
			false,
			parent.is_some_and(|parent| rustix::process::test_kill_process(parent).is_ok()),
		),
		probe("take more memory than allowed", false, reserve(ADDRESS_SPACE as usize)),
	];
	Ok((protections, probes))
}

/// Whether `bytes` can be had. The compiler must not conclude that memory nobody uses need not be asked for.
fn reserve(bytes: usize) -> bool {
	let mut memory = Vec::<u8>::new();
	let reserved = memory.try_reserve_exact(bytes).is_ok();
	std::hint::black_box(&mut memory);
	reserved
}
