//! What the engine and its child say to each other.
//!
//! A frame is a length (`u32`, little endian) and that many bytes of SCALE. The engine speaks first with [`Start`]; then
//! every request gets one response. Neither side trusts the other's lengths: memory grows with the bytes that arrive.

use assay_primitives::{ComputeUnits, Job, Outcome};
use codec::{Decode, DecodeAll, Encode};
use std::io::{self, Read, Write};

use crate::{sandbox::Protections, stats::ModelUse};

/// Changes with the meaning of any frame. Engine and child are one program, unless somebody replaced it on disk.
pub(crate) const VERSION: u32 = 3;
/// Most bytes of an execution's input, encoded. Longer ones are
/// [`InvalidInput`](assay_primitives::Outcome::InvalidInput) on every machine.
pub(crate) const MAX_INPUT: usize = 64 << 20;
/// Most bytes of an execution's output, encoded. Longer ones are
/// [`OutOfMemory`](assay_primitives::Outcome::OutOfMemory) on every machine.
pub(crate) const MAX_OUTPUT: usize = 64 << 20;
/// Longest frame: an input or output and the fields around it.
pub(crate) const MAX_FRAME: usize = (64 << 20) + (64 << 10);

/// The first frame: what the child needs to know before it locks itself up.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Start {
	/// Must be the child's [`VERSION`].
	pub version: u32,
	/// The directory that stays readable, and what it is.
	pub source: Source,
	/// Threads of a run.
	pub threads: u32,
	/// Most bytes a package may ask for as its memory limit.
	pub memory_limit: u64,
	/// Bytes of models kept in memory.
	pub model_bytes: u64,
	/// Bytes of address space of the whole process.
	pub address_space: u64,
	/// Processor seconds one request may use.
	pub cpu_seconds: u64,
}

/// Where models come from. Paths are the platform's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Source {
	/// A store; requests name packages by content id.
	Store(Vec<u8>),
	/// One package directory; requests run that.
	Package(Vec<u8>),
}

/// Everything after the first frame.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Request {
	/// Execute a job whose package and content-addressed input are in the store.
	Job(Job),
	/// Execute the package directory given at the start.
	Package {
		/// SCALE encoding of a `Vec<NamedTensor>`.
		input: Vec<u8>,
		/// Key of the random operators.
		seed: u64,
		/// Most work; `None` for the package's own limit.
		compute_limit: Option<ComputeUnits>,
	},
}

/// What the child sends back: its answer, and what it holds then.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Reply {
	/// The answer.
	pub response: Response,
	/// Models that are loaded.
	pub models: ModelUse,
}

/// The child's answers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Response {
	/// To [`Start`]: locked up and ready.
	Ready {
		/// Which layers are active.
		protections: Protections,
		/// Instruction set of the kernels.
		kernels: String,
	},
	/// To a request that was executed.
	Executed(Report),
	/// To anything that this machine could not do; says nothing about the answer.
	Failed(String),
}

/// An execution as the child saw it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Report {
	/// How it ended.
	pub outcome: Outcome,
	/// SCALE encoding of a `Vec<NamedTensor>`; empty unless the outcome is a success.
	pub output: Vec<u8>,
	/// Work charged.
	pub compute_units: ComputeUnits,
	/// Most bytes of tensors held at once, as metered.
	pub peak_memory: u64,
	/// Microseconds of the run itself, without loading and transfer.
	pub elapsed_micros: u64,
	/// For people: why the outcome is not a success.
	pub detail: String,
	/// For people: what the package's program logged.
	pub log: String,
}

/// The bytes of a frame, its length included.
pub(crate) fn frame(message: &impl Encode) -> io::Result<Vec<u8>> {
	let mut bytes = vec![0; 4];
	message.encode_to(&mut bytes);
	let length = bytes.len() - 4;
	match u32::try_from(length) {
		Ok(prefix) if length <= MAX_FRAME => {
			bytes[..4].copy_from_slice(&prefix.to_le_bytes());
			Ok(bytes)
		}
		_ => Err(invalid(format!("a frame of {length} bytes is longer than {MAX_FRAME}"))),
	}
}

/// The length that a frame's first four bytes announce.
pub(crate) fn length(prefix: [u8; 4]) -> io::Result<usize> {
	match u32::from_le_bytes(prefix) as usize {
		length if length <= MAX_FRAME => Ok(length),
		length => {
			Err(invalid(format!("a frame of {length} bytes is announced; at most {MAX_FRAME} are allowed")))
		}
	}
}

/// The message that a frame's body holds.
pub(crate) fn parse<Message: Decode>(body: &[u8]) -> io::Result<Message> {
	Message::decode_all(&mut &*body).map_err(|error| invalid(error.to_string()))
}

/// Writes a frame, waiting as long as it takes.
pub(crate) fn write(writer: &mut impl Write, message: &impl Encode) -> io::Result<()> {
	writer.write_all(&frame(message)?)?;
	writer.flush()
}

/// Reads a frame, waiting as long as it takes; `None` when the other side is gone.
pub(crate) fn read<Message: Decode>(reader: &mut impl Read) -> io::Result<Option<Message>> {
	let mut prefix = [0; 4];
	match reader.read_exact(&mut prefix) {
		Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
		result => result?,
	}
	let length = length(prefix)?;
	let mut body = Vec::new();
	reader.take(length as u64).read_to_end(&mut body)?;
	if body.len() < length {
		return Ok(None);
	}
	parse(&body).map(Some)
}

fn invalid(problem: String) -> io::Error {
	io::Error::new(io::ErrorKind::InvalidData, problem)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn read_should_return_what_was_written() {
		let mut pipe = Vec::new();
		let first = Request::Package { input: vec![1, 2], seed: 3, compute_limit: None };
		write(&mut pipe, &first).unwrap();
		write(&mut pipe, &Response::Failed("no".into())).unwrap();
		let mut reader = pipe.as_slice();
		assert_eq!(read(&mut reader).unwrap(), Some(first));
		assert_eq!(read(&mut reader).unwrap(), Some(Response::Failed("no".into())));
		assert_eq!(read::<Request>(&mut reader).unwrap(), None);
	}

	#[test]
	fn read_should_fail_when_frame_is_forged() {
		let too_long = (MAX_FRAME as u32 + 1).to_le_bytes();
		assert!(read::<Request>(&mut too_long.as_slice()).is_err());
		let trailing = [2, 0, 0, 0, 9, 9];
		assert!(read::<Request>(&mut trailing.as_slice()).is_err());
		let cut = [8, 0, 0, 0, 1];
		assert_eq!(read::<Request>(&mut cut.as_slice()).unwrap(), None);
	}
}
