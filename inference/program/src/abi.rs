//! The binary interface between a program and its host.
//!
//! A program exports its memory and two functions, and may import three. Pointers and lengths are unsigned 32-bit
//! numbers of bytes in that memory. A *packed* result is a pointer in the upper and a length in the lower half of 64 bits.
//!
//! | export | type | |
//! | --- | --- | --- |
//! | `memory` | memory | |
//! | `alloc` | `(length) -> pointer` | memory for what the host hands over; it is the program's from then on |
//! | `run` | `(pointer, length, seed: i64) -> packed` | the request's bytes to the response's bytes |
//!
//! | import from `assay` | type | |
//! | --- | --- | --- |
//! | `graph_run` | `(name, name length, tensors, tensors length) -> packed` | runs a graph; the result is placed by `alloc` |
//! | `file_read` | `(name, name length, offset: i64, into, into length) -> i64` | size of the file, or -1 if there is none |
//! | `log` | `(text, length)` | for people; never part of a result |

/// Module that the host calls are imported from.
pub const MODULE: &str = "assay";
/// Export: the linear memory.
pub const MEMORY: &str = "memory";
/// Export: makes room in the linear memory.
pub const ALLOC: &str = "alloc";
/// Export: answers a request.
pub const RUN: &str = "run";
/// Host call: runs a graph.
pub const GRAPH_RUN: &str = "graph_run";
/// Host call: copies a piece of a file.
pub const FILE_READ: &str = "file_read";
/// Host call: says something to people.
pub const LOG: &str = "log";

/// Bytes in a program's memory: where they start and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
	/// Address of the first byte.
	pub start: u32,
	/// Number of bytes.
	pub length: u32,
}

impl Span {
	/// From two arguments of a call. WebAssembly's integers have no sign until one is read into them.
	pub(crate) fn new(start: i32, length: i32) -> Self {
		Self { start: start.cast_unsigned(), length: length.cast_unsigned() }
	}

	/// As a function returns it.
	pub fn pack(self) -> i64 {
		((u64::from(self.start) << 32) | u64::from(self.length)).cast_signed()
	}

	/// From what a function returned.
	pub fn unpack(packed: i64) -> Self {
		let packed = packed.cast_unsigned();
		Self { start: (packed >> 32) as u32, length: packed as u32 }
	}

	/// The bytes, if all of them exist.
	pub(crate) fn of(self, memory: &[u8]) -> Option<&[u8]> {
		let start = self.start as usize;
		memory.get(start..start.checked_add(self.length as usize)?)
	}

	/// The bytes to write to, if all of them exist.
	pub(crate) fn of_mut(self, memory: &mut [u8]) -> Option<&mut [u8]> {
		let start = self.start as usize;
		memory.get_mut(start..start.checked_add(self.length as usize)?)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn spans_should_survive_packing_and_stay_inside_the_memory() {
		for (start, length) in [(0, 0), (1, 2), (u32::MAX, u32::MAX), (1 << 31, 7)] {
			let span = Span { start, length };
			assert_eq!(Span::unpack(span.pack()), span);
		}
		let memory = [1, 2, 3];
		assert_eq!(Span { start: 1, length: 2 }.of(&memory), Some(&[2, 3][..]));
		assert_eq!(Span { start: 3, length: 0 }.of(&memory), Some(&[][..]));
		for (start, length) in [(2, 2), (4, 0), (u32::MAX, u32::MAX)] {
			assert_eq!(Span { start, length }.of(&memory), None);
		}
	}
}
