//! Numbers about a running engine, for metrics and for operators. All counts are since the start.

use crate::sandbox::Protections;
use assay_primitives::Outcome;
use codec::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What an engine does and has done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
	/// What became of the jobs.
	pub jobs: JobStats,
	/// Results on disk.
	pub cache: CacheStats,
	/// The living children, by ascending process id.
	pub children: Vec<ChildStats>,
	/// Children that were killed because a job took too long.
	pub killed: u64,
	/// Children that ended in the middle of a job (out of memory, crashed, killed by somebody else) or talked nonsense.
	pub crashed: u64,
	/// What protects this machine from the children; `None` until one has started.
	pub protections: Option<Protections>,
	/// Instruction set of the kernels; `None` until a child has started.
	pub kernels: Option<String>,
	/// Threads of each child.
	pub threads: usize,
}

/// What became of the jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobStats {
	/// Waiting now.
	pub queued: usize,
	/// Most that may wait.
	pub queue_length: usize,
	/// Being executed now.
	pub running: usize,
	/// Most that are executed at the same time.
	pub concurrency: usize,
	/// Executed to an answer.
	pub done: u64,
	/// Those, by answer.
	pub outcomes: Outcomes,
	/// Given up, for a reason of this machine.
	pub failed: u64,
	/// Those, by reason.
	pub failures: Failures,
	/// Not taken, because the queue was full.
	pub refused: u64,
}

/// Executed jobs by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcomes {
	/// With an output.
	pub success: u64,
	/// The input was not what the model declares.
	pub invalid_input: u64,
	/// The model was not one.
	pub invalid_model: u64,
	/// The compute limit was reached.
	pub out_of_compute: u64,
	/// The memory limit was reached.
	pub out_of_memory: u64,
	/// An operator or a program failed.
	pub operator_failed: u64,
}

impl Outcomes {
	pub(crate) fn count(&mut self, outcome: Outcome) {
		*match outcome {
			Outcome::Success => &mut self.success,
			Outcome::InvalidInput => &mut self.invalid_input,
			Outcome::InvalidModel => &mut self.invalid_model,
			Outcome::OutOfCompute => &mut self.out_of_compute,
			Outcome::OutOfMemory => &mut self.out_of_memory,
			Outcome::OperatorFailed => &mut self.operator_failed,
		} += 1;
	}

	/// Name and number of each, as in JSON.
	pub fn by_name(&self) -> [(&'static str, u64); 6] {
		[
			("success", self.success),
			("invalid-input", self.invalid_input),
			("invalid-model", self.invalid_model),
			("out-of-compute", self.out_of_compute),
			("out-of-memory", self.out_of_memory),
			("operator-failed", self.operator_failed),
		]
	}
}

/// Jobs that were given up, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Failures {
	/// Something was not there or not enough: the package, the input, a limit of this engine.
	pub machine: u64,
	/// No child could be started.
	pub start: u64,
	/// Every attempt took too long.
	pub deadline: u64,
	/// Every attempt ended with the child's end or nonsense, or the last one did.
	pub crash: u64,
	/// The result could not be written.
	pub storage: u64,
}

/// Why a job was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
	Machine,
	Start,
	Deadline,
	Crash,
	Storage,
}

impl Failures {
	pub(crate) fn count(&mut self, kind: FailureKind) {
		*match kind {
			FailureKind::Machine => &mut self.machine,
			FailureKind::Start => &mut self.start,
			FailureKind::Deadline => &mut self.deadline,
			FailureKind::Crash => &mut self.crash,
			FailureKind::Storage => &mut self.storage,
		} += 1;
	}

	/// Name and number of each, as in JSON.
	pub fn by_name(&self) -> [(&'static str, u64); 5] {
		[
			("machine", self.machine),
			("start", self.start),
			("deadline", self.deadline),
			("crash", self.crash),
			("storage", self.storage),
		]
	}
}

/// Results on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheStats {
	/// How often a result was asked for and there.
	pub hits: u64,
	/// How often a job had to be executed because it was not there.
	pub misses: u64,
	/// Results that were damaged, and deleted.
	pub damaged: u64,
	/// Results.
	pub entries: usize,
	/// Bytes they take.
	pub bytes: u64,
	/// Bytes they may take.
	pub limit: u64,
}

/// A living child.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildStats {
	/// Process id.
	pub process: u32,
	/// Jobs it has answered.
	pub jobs: u64,
	/// Models it keeps loaded.
	pub models: ModelUse,
	/// Bytes of memory it takes now; `None` where the system does not say.
	pub memory: Option<u64>,
	/// Most bytes of memory that it ever took.
	pub peak_memory: Option<u64>,
}

/// Models that a child keeps loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct ModelUse {
	/// How many.
	pub count: u64,
	/// Bytes that they are taken to use.
	pub bytes: u64,
}

impl Stats {
	/// The models of all children.
	pub fn models(&self) -> ModelUse {
		self.children.iter().fold(ModelUse::default(), |sum, child| ModelUse {
			count: sum.count + child.models.count,
			bytes: sum.bytes.saturating_add(child.models.bytes),
		})
	}
}

impl ChildStats {
	/// The child of this process id, with the memory that the system says it takes.
	pub(crate) fn with_memory(mut self) -> Self {
		let status = std::fs::read_to_string(format!("/proc/{}/status", self.process)).unwrap_or_default();
		let bytes = |field: &str| {
			let kibibytes =
				status.lines().find_map(|line| line.strip_prefix(field))?.trim().strip_suffix(" kB")?;
			kibibytes.parse::<u64>().ok()?.checked_mul(1024)
		};
		self.memory = bytes("VmRSS:");
		self.peak_memory = bytes("VmHWM:");
		self
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_should_be_those_of_json() {
		let names = |value: serde_json::Value| {
			value.as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
		};
		let sorted = |mut names: Vec<String>| {
			names.sort_unstable();
			names
		};
		let outcomes = Outcomes::default();
		let listed = outcomes.by_name().map(|(name, _)| name.to_string()).to_vec();
		assert_eq!(sorted(names(serde_json::to_value(outcomes).unwrap())), sorted(listed));
		let failures = Failures::default();
		let listed = failures.by_name().map(|(name, _)| name.to_string()).to_vec();
		assert_eq!(sorted(names(serde_json::to_value(failures).unwrap())), sorted(listed));
	}

	#[test]
	fn memory_should_be_that_of_the_process() {
		let own = ChildStats { process: std::process::id(), ..ChildStats::default() }.with_memory();
		let (now, peak) = (own.memory.unwrap(), own.peak_memory.unwrap());
		assert!(now > 100_000 && peak >= now, "{own:?}");
		let nobody = ChildStats { process: u32::MAX, ..ChildStats::default() }.with_memory();
		assert_eq!((nobody.memory, nobody.peak_memory), (None, None));
	}
}
