//! What a program may be, hold and cost. All of it is part of the protocol: two machines must agree on every outcome.
//!
//! # Compute units
//!
//! wasmi charges a unit of *fuel* for each instruction, before it runs. [`FUEL_PER_UNIT`] of them are one compute unit. What
//! the host does for a program is charged in fuel as well:
//!
//! | what | fuel |
//! | --- | --- |
//! | starting the program | the bytes of its file, and 1 for each 16 bytes of its first memory and of the request |
//! | growing, copying and filling memory, in bytes | 1 for each 16 |
//! | a host call | [`FUEL_PER_CALL`], and 1 for each 16 bytes that it reads and writes |
//! | running a graph | [`FUEL_PER_UNIT`] for each compute unit of the graph |
//!
//! The sum is rounded up to whole compute units at the end. A graph may use the whole units that are left.
//!
//! # Memory
//!
//! The linear memory counts with its full size, and a table with 8 bytes for each element, from the moment they grow until
//! the end of the run. A graph may use what is left. A program that asks for more than there is ends with
//! [`OutOfMemory`](assay_primitives::Outcome::OutOfMemory); `memory.grow` returns -1 only beyond the maximum that the program
//! itself declares.

/// Fuel that is worth one compute unit, the time of 1024 fused multiply-adds.
pub const FUEL_PER_UNIT: u64 = 16;

/// Fuel for a call into the host, besides what it moves and does.
pub const FUEL_PER_CALL: u64 = 256;

/// Bytes that are copied for one unit of fuel.
pub const BYTES_PER_FUEL: u64 = 16;

/// Longest `program.wasm` in bytes.
pub const MAX_PROGRAM_BYTES: usize = 8 << 20;

/// Deepest nesting of function calls.
pub const MAX_CALL_DEPTH: usize = 4096;

/// Bytes of parameters, locals and temporaries of all functions that are running.
pub const MAX_STACK_BYTES: usize = 1 << 20;

/// Most elements of all tables.
pub const MAX_TABLE_ELEMENTS: usize = 1 << 16;

/// Most tensors of one graph call.
pub const MAX_GRAPH_TENSORS: u32 = 1024;

/// Longest response in bytes.
pub const MAX_RESPONSE_BYTES: usize = 64 << 20;

/// Longest name of a graph or file, in bytes.
pub const MAX_NAME_BYTES: usize = 1024;

/// Bytes of log that are kept; the rest is dropped.
pub const MAX_LOG_BYTES: usize = 64 << 10;

/// Fuel for copying so many bytes.
pub(crate) fn copying(bytes: usize) -> u64 {
	(bytes as u64).div_ceil(BYTES_PER_FUEL)
}
