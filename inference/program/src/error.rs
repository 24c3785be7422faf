//! Why a program is refused, and why a run of it gave no response.

use crate::tensors::quoted;
use assay_graph::ExecError;
use assay_primitives::Outcome;

/// Why bytes are not a program that is run here. The same bytes are refused on every machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
	/// The file is too long.
	#[error(
		"the program has {bytes} bytes; at most {most} are possible: move data into files of the package"
	)]
	TooLong {
		/// Bytes of the file.
		bytes: usize,
		/// Bytes allowed.
		most: usize,
	},
	/// It is not WebAssembly, or uses features that are not defined to the bit or not needed.
	#[error(
		"the program is not accepted: {0}. Compile for wasm32 without SIMD, threads, 64-bit memories, tail calls or a start \
		 function"
	)]
	Module(String),
	/// It wants something from the host that there is not.
	#[error(
		"the program imports {}.{} as {found}, which no host offers: it can import graph_run, file_read and log from \"assay\" \
		 with the types in docs/programs.md",
		quoted(module),
		quoted(name)
	)]
	Import {
		/// Module of the import.
		module: String,
		/// Name of the import.
		name: String,
		/// Its type.
		found: String,
	},
	/// It lacks something that the host needs.
	#[error("the program must export {name} as {expected}, and {found}")]
	Export {
		/// Name of the export.
		name: &'static str,
		/// Type it must have.
		expected: &'static str,
		/// What is there instead.
		found: String,
	},
}

/// Why a run gave no response.
///
/// All but [`RunError::Machine`] depend on the program, the package, the request, the seed and the budget alone: every
/// machine comes to the same one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
	/// The compute budget does not suffice.
	#[error("the program needs more than {budget} compute units: allow more, or give a smaller request")]
	OutOfCompute {
		/// Compute units allowed.
		budget: u64,
	},
	/// The memory budget does not suffice.
	#[error(
		"the program needs {needed} bytes of memory and {budget} are allowed: allow more, or give a smaller request"
	)]
	OutOfMemory {
		/// Bytes needed at that point.
		needed: u64,
		/// Bytes allowed.
		budget: u64,
	},
	/// It did what WebAssembly forbids: divided by zero, left its memory, overflowed its stack, or gave up.
	#[error("the program trapped: {0}")]
	Trap(String),
	/// It called the host with arguments that make no sense.
	#[error("the program called {call} wrongly: {problem}")]
	Call {
		/// The function.
		call: &'static str,
		/// What is wrong.
		problem: String,
	},
	/// A graph that it called failed.
	#[error("the program ran the graph {graph:?}, which failed: {error}")]
	Graph {
		/// Name of the graph.
		graph: String,
		/// Why it failed.
		error: ExecError,
	},
	/// Its response does not lie in its memory.
	#[error("the program returned {length} bytes at {start} as its response, outside its memory")]
	Response {
		/// Address of the first byte.
		start: u32,
		/// Number of bytes.
		length: u32,
	},
	/// Its response is too long.
	#[error("the response has {bytes} bytes; at most {most} are possible: give a smaller request")]
	ResponseTooLong {
		/// Bytes of the response.
		bytes: usize,
		/// Bytes allowed.
		most: usize,
	},
	/// This machine failed. Says nothing about the program.
	#[error("{0}")]
	Machine(String),
}

impl RunError {
	/// How a request that ends like this is answered; `None` if this is no answer.
	pub fn outcome(&self) -> Option<Outcome> {
		match self {
			Self::OutOfCompute { .. } => Some(Outcome::OutOfCompute),
			Self::OutOfMemory { .. } | Self::ResponseTooLong { .. } => Some(Outcome::OutOfMemory),
			Self::Trap(_) | Self::Call { .. } => Some(Outcome::OperatorFailed),
			Self::Response { .. } => Some(Outcome::InvalidModel),
			Self::Machine(_) => None,
			Self::Graph { error, .. } => match error {
				// The request was valid; what the program made of it was not.
				ExecError::InvalidInput(_) | ExecError::OperatorFailed { .. } => {
					Some(Outcome::OperatorFailed)
				}
				ExecError::OutOfCompute { .. } => Some(Outcome::OutOfCompute),
				ExecError::OutOfMemory { .. } => Some(Outcome::OutOfMemory),
				ExecError::OutputType { .. } => Some(Outcome::InvalidModel),
				ExecError::Backend { .. } => None,
			},
		}
	}
}
