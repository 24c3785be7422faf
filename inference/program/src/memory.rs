//! The bound on what an instance holds.

use crate::limits::MAX_TABLE_ELEMENTS;
use wasmi::{
	ResourceLimiter,
	errors::{MemoryError, TableError},
};
use wasmi_core::LimiterError;

/// Bytes that an element of a table counts as.
const TABLE_ELEMENT_BYTES: u64 = 8;

/// Watches what an instance's memory and tables take. Growth that it refuses is a trap.
#[derive(Debug)]
pub(crate) struct MemoryLimiter {
	budget: u64,
	memory_bytes: u64,
	table_elements: usize,
	refusal: Option<Refusal>,
}

/// Why memory did not grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
	/// So many bytes were needed, more than the budget has.
	Budget(u64),
	/// This machine has no more.
	System,
}

impl MemoryLimiter {
	pub(crate) fn new(budget: u64) -> Self {
		Self { budget, memory_bytes: 0, table_elements: 0, refusal: None }
	}

	/// Bytes allowed.
	pub(crate) fn budget(&self) -> u64 {
		self.budget
	}

	/// Bytes held now.
	pub(crate) fn bytes(&self) -> u64 {
		bytes(self.memory_bytes, self.table_elements)
	}

	/// Why the last growth failed, if it did.
	pub(crate) fn refusal(&self) -> Option<Refusal> {
		self.refusal
	}

	/// Holds so much from now on, if the budget suffices. Should the growth itself fail after that, the run is over.
	fn hold(&mut self, memory_bytes: u64, table_elements: usize) -> Result<bool, LimiterError> {
		let needed = bytes(memory_bytes, table_elements);
		if needed > self.budget || table_elements > MAX_TABLE_ELEMENTS {
			self.refusal = Some(Refusal::Budget(needed));
			return Err(LimiterError::ResourceLimiterDeniedAllocation);
		}
		(self.memory_bytes, self.table_elements) = (memory_bytes, table_elements);
		Ok(true)
	}

	/// A program must not notice that this machine has less memory than another.
	fn failed(&mut self, by_system: bool) -> Result<(), LimiterError> {
		if by_system {
			self.refusal = Some(Refusal::System);
			return Err(LimiterError::ResourceLimiterDeniedAllocation);
		}
		Ok(())
	}
}

fn bytes(memory_bytes: u64, table_elements: usize) -> u64 {
	memory_bytes.saturating_add((table_elements as u64).saturating_mul(TABLE_ELEMENT_BYTES))
}

impl ResourceLimiter for MemoryLimiter {
	fn memory_growing(
		&mut self,
		_current: usize,
		desired: usize,
		_maximum: Option<usize>,
	) -> Result<bool, LimiterError> {
		self.hold(desired as u64, self.table_elements)
	}

	fn table_growing(
		&mut self,
		current: usize,
		desired: usize,
		_maximum: Option<usize>,
	) -> Result<bool, LimiterError> {
		let others = self.table_elements.saturating_sub(current);
		self.hold(self.memory_bytes, others.saturating_add(desired))
	}

	fn memory_grow_failed(&mut self, error: &MemoryError) -> Result<(), LimiterError> {
		self.failed(matches!(error, MemoryError::OutOfSystemMemory))
	}

	fn table_grow_failed(&mut self, error: &TableError) -> Result<(), LimiterError> {
		self.failed(matches!(error, TableError::OutOfSystemMemory))
	}

	// How many there are was limited when the program was read.
	fn instances(&self) -> usize {
		usize::MAX
	}

	fn tables(&self) -> usize {
		usize::MAX
	}

	fn memories(&self) -> usize {
		usize::MAX
	}
}
