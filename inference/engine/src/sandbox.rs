//! Locks a child process up before it looks at anything hostile.
//!
//! Several layers, each doing what it can on the kernel at hand:
//! - resource limits: address space, no core dumps, no large files, few open files;
//! - the process dies with its parent;
//! - Landlock: of the file system, one directory may be read; no TCP, no signals to or sockets of others;
//! - seccomp: only the system calls that computing, reading files and answering need.

use codec::{Decode, Encode};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use std::{fmt, path::Path};

/// Bytes of a file that a process may write where nothing else keeps it from writing.
const LARGEST_FILE: u64 = 1 << 20;

/// Which layers are active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
pub struct Protections {
	/// Limits of memory, files and core dumps.
	pub resource_limits: bool,
	/// The process ends when its parent does.
	pub parent_death: bool,
	/// The file system is out of reach but for one directory, read-only.
	pub file_system: Enforcement,
	/// System calls outside a short list fail.
	pub system_calls: bool,
}

/// How much of a layer the kernel supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Enforcement {
	/// Everything asked for.
	Full,
	/// A part; a newer kernel does more.
	Partial,
	/// Nothing.
	#[default]
	None,
}

impl Protections {
	/// Whether every layer is active.
	pub fn are_complete(&self) -> bool {
		self.resource_limits
			&& self.parent_death
			&& self.system_calls
			&& self.file_system == Enforcement::Full
	}
}

impl fmt::Display for Protections {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let word = |active| if active { "on" } else { "off" };
		let file_system = match self.file_system {
			Enforcement::Full => "on",
			Enforcement::Partial => "partly on",
			Enforcement::None => "off",
		};
		write!(
			f,
			"resource limits {}, parent death {}, file system (Landlock) {file_system}, system calls (seccomp) {}",
			word(self.resource_limits),
			word(self.parent_death),
			word(self.system_calls)
		)
	}
}

/// Makes the process die with its parent. To be called first of all; a parent that died even before is noticed by the end
/// of the input.
pub(crate) fn die_with_parent() -> bool {
	#[cfg(target_os = "linux")]
	return rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL)).is_ok();
	#[cfg(not(target_os = "linux"))]
	false
}

/// Locks this process up: only `readable` can be read from now on. Must be called while there is one thread, which every
/// later thread inherits from.
pub(crate) fn enter(readable: &Path, address_space: u64, parent_death: bool) -> Protections {
	Protections {
		resource_limits: limit_resources(address_space),
		parent_death,
		file_system: linux::restrict_files(readable),
		system_calls: linux::restrict_system_calls(),
	}
}

fn limit_resources(address_space: u64) -> bool {
	let limits = [
		(Resource::As, address_space),
		(Resource::Core, 0),
		(Resource::Fsize, LARGEST_FILE),
		(Resource::Nofile, 64),
	];
	// All of them, also after one failed.
	limits.map(|(resource, limit)| setrlimit(resource, hard(limit)).is_ok()).iter().all(|done| *done)
}

/// Ends the process when it uses `seconds` of processor time from now on: a second line behind the engine's deadline.
pub(crate) fn limit_processor_time(seconds: u64) -> bool {
	let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).tv_sec as u64;
	let limit = used.saturating_add(1).saturating_add(seconds);
	setrlimit(Resource::Cpu, Rlimit { current: Some(limit), maximum: None }).is_ok()
}

fn hard(limit: u64) -> Rlimit {
	Rlimit { current: Some(limit), maximum: Some(limit) }
}

#[cfg(target_os = "linux")]
mod linux {
	use super::Enforcement;
	use landlock::{
		ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
		RulesetStatus, Scope,
	};
	use seccompiler::{
		BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
		SeccompRule,
	};
	use std::{collections::BTreeMap, path::Path};

	pub(super) fn restrict_files(readable: &Path) -> Enforcement {
		let abi = ABI::V6;
		let restrict = || -> Result<RulesetStatus, Box<dyn std::error::Error>> {
			let read = AccessFs::ReadFile | AccessFs::ReadDir;
			let status = Ruleset::default()
				.handle_access(AccessFs::from_all(abi))?
				.handle_access(AccessNet::from_all(abi))?
				.scope(Scope::from_all(abi))?
				.create()?
				.add_rule(PathBeneath::new(PathFd::new(readable)?, read))?
				.restrict_self()?;
			Ok(status.ruleset)
		};
		match restrict() {
			Ok(RulesetStatus::FullyEnforced) => Enforcement::Full,
			Ok(RulesetStatus::PartiallyEnforced) => Enforcement::Partial,
			Ok(RulesetStatus::NotEnforced) => Enforcement::None,
			Err(error) => {
				eprintln!("Landlock is off: {error}");
				Enforcement::None
			}
		}
	}

	pub(super) fn restrict_system_calls() -> bool {
		let restrict = || -> Result<(), Box<dyn std::error::Error>> {
			// `clone3` passes its flags in memory, where no filter can look. Told that it does not exist, the C library
			// takes `clone`.
			apply(
				BTreeMap::from([(libc::SYS_clone3, Vec::new())]),
				SeccompAction::Allow,
				SeccompAction::Errno(libc::ENOSYS as u32),
			)?;
			apply(permitted()?, SeccompAction::Errno(libc::EPERM as u32), SeccompAction::Allow)
		};
		restrict().inspect_err(|error| eprintln!("seccomp is off: {error}")).is_ok()
	}

	fn apply(
		rules: BTreeMap<i64, Vec<SeccompRule>>,
		otherwise: SeccompAction,
		matched: SeccompAction,
	) -> Result<(), Box<dyn std::error::Error>> {
		let filter = SeccompFilter::new(rules, otherwise, matched, std::env::consts::ARCH.try_into()?)?;
		seccompiler::apply_filter(&BpfProgram::try_from(filter)?)?;
		Ok(())
	}

	/// System calls and the arguments they may have. Everything else, sockets, `execve`, `kill`, `ptrace` and writing
	/// files among it, fails with `EPERM`.
	fn permitted() -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
		let any = [
			// memory
			libc::SYS_brk,
			libc::SYS_madvise,
			libc::SYS_mmap,
			libc::SYS_mprotect,
			libc::SYS_mremap,
			libc::SYS_munmap,
			// reading files, answering
			libc::SYS_close,
			libc::SYS_fcntl,
			libc::SYS_fstat,
			libc::SYS_getdents64,
			libc::SYS_lseek,
			libc::SYS_newfstatat,
			libc::SYS_ppoll,
			libc::SYS_pread64,
			libc::SYS_read,
			libc::SYS_readlinkat,
			libc::SYS_readv,
			libc::SYS_statx,
			libc::SYS_write,
			libc::SYS_writev,
			// threads
			libc::SYS_clone3,
			libc::SYS_exit,
			libc::SYS_exit_group,
			libc::SYS_futex,
			libc::SYS_get_robust_list,
			libc::SYS_getpid,
			libc::SYS_gettid,
			libc::SYS_membarrier,
			libc::SYS_prlimit64,
			libc::SYS_restart_syscall,
			libc::SYS_rseq,
			libc::SYS_rt_sigaction,
			libc::SYS_rt_sigprocmask,
			libc::SYS_rt_sigreturn,
			libc::SYS_sched_getaffinity,
			libc::SYS_sched_yield,
			libc::SYS_set_robust_list,
			libc::SYS_sigaltstack,
			// `abort`; Landlock and the user's rights keep it from other processes
			libc::SYS_tgkill,
			// time and chance
			libc::SYS_clock_getres,
			libc::SYS_clock_gettime,
			libc::SYS_clock_nanosleep,
			libc::SYS_getrandom,
			libc::SYS_nanosleep,
		];
		let mut rules: BTreeMap<i64, Vec<SeccompRule>> = any.map(|call| (call, Vec::new())).into();
		#[cfg(target_arch = "x86_64")]
		rules.extend([libc::SYS_poll, libc::SYS_readlink].map(|call| (call, Vec::new())));

		let masked = |argument, mask: libc::c_int, value: libc::c_int| {
			let (mask, value) = (mask as u32 as u64, value as u32 as u64);
			let condition = SeccompCondition::new(
				argument,
				SeccompCmpArgLen::Dword,
				SeccompCmpOp::MaskedEq(mask),
				value,
			)?;
			SeccompRule::new(vec![condition])
		};
		// Threads, not processes.
		rules.insert(libc::SYS_clone, vec![masked(0, libc::CLONE_THREAD, libc::CLONE_THREAD)?]);
		// To read.
		let writing = libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC;
		rules.insert(libc::SYS_openat, vec![masked(2, writing, libc::O_RDONLY)?]);
		#[cfg(target_arch = "x86_64")]
		rules.insert(libc::SYS_open, vec![masked(1, writing, libc::O_RDONLY)?]);
		// The names of threads.
		rules.insert(libc::SYS_prctl, vec![masked(0, -1, libc::PR_SET_NAME)?]);
		Ok(rules)
	}
}

#[cfg(not(target_os = "linux"))]
mod linux {
	use super::Enforcement;
	use std::path::Path;

	pub(super) fn restrict_files(_: &Path) -> Enforcement {
		Enforcement::None
	}

	pub(super) fn restrict_system_calls() -> bool {
		false
	}
}
