//! What a run costs, as a pure function of operators and shapes.
//!
//! # Compute units
//!
//! **One compute unit is the time of 1024 fused multiply-adds** in a matrix product. A node costs
//! `⌈(16384 · (inputs + outputs) + work) / 1024⌉` units, charged before it runs and before its outputs are allocated.
//! The first term stands for handling a tensor at all; `work` counts multiply-adds for matrix products and convolutions,
//! and for everything else elements times one of the weights below.
//! The weights are rough times relative to a multiply-add, taken from one server core whose matrix kernel runs near its
//! peak. They are part of the protocol, since two machines must agree on every charge, and are not tuned to a machine.
//! A graph inside a node is charged every time it runs: its nodes, and in addition its inputs and outputs as those of a node
//! without work. So is each element that a scan takes from a tensor or puts into one, as a move.
//!
//! # Memory
//!
//! Memory is counted from shapes, not measured: every value takes the bytes of its elements from the moment its node
//! starts (inputs and constants: from the start of the run) until the last node that reads it has finished (constants and
//! outputs: until the end). A node that needs temporary tensors counts them while it runs. What a loop carries over or
//! collects counts besides the values around it that it came from, and what it collects 128 bytes more for each tensor, since
//! there may be many without elements. Sharing of buffers
//! by a backend is deliberately not counted.

use crate::tensor::TensorSpec;

/// Multiply-adds per compute unit.
pub const MULTIPLY_ADDS_PER_UNIT: u64 = 1024;

/// Multiply-adds that handling a tensor counts as, however small it is.
pub const MULTIPLY_ADDS_PER_TENSOR: u64 = 1 << 14;

/// Multiply-adds that one arithmetic operation on an element counts as.
pub(crate) const ARITHMETIC: u64 = 16;

/// Multiply-adds that one exponential, logarithm, trigonometric or similar function counts as.
pub(crate) const TRANSCENDENTAL: u64 = 64;

/// Multiply-adds that moving an element counts as, or visiting it in an order that caches dislike.
pub(crate) const MOVE: u64 = 128;

/// Multiply-adds that visiting one element of a window counts as.
pub(crate) const WINDOW: u64 = 1024;

/// Multiply-adds that a power counts as; it is computed in extended precision.
pub(crate) const POWER: u64 = 8192;

/// Bytes that a tensor which a loop has collected counts in addition to its elements.
pub(crate) const COLLECTED: u64 = 128;

/// What a run may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
	/// Compute units.
	pub compute_units: u64,
	/// Bytes of tensors alive at the same time, constants included.
	pub memory_bytes: u64,
}

impl Budget {
	/// No limit.
	pub const UNLIMITED: Budget = Budget { compute_units: u64::MAX, memory_bytes: u64::MAX };
}

/// Number of elements; the largest number if that overflows.
pub(crate) fn elements(shape: &[usize]) -> u64 {
	if shape.contains(&0) {
		return 0;
	}
	shape.iter().fold(1u64, |product, &dim| product.saturating_mul(dim as u64))
}

/// Bytes of the elements; the largest number if that overflows.
pub(crate) fn bytes(spec: &TensorSpec) -> u64 {
	elements(&spec.shape).saturating_mul(spec.dtype.size() as u64)
}

/// Which budget a run exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exceeded {
	Compute { needed: u64 },
	Memory { needed: u64 },
}

/// What executing a node costs, all of it known before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Charge {
	/// Tensors it handles.
	pub tensors: u64,
	/// Multiply-adds.
	pub work: u64,
	/// Bytes of its outputs.
	pub bytes: u64,
	/// Bytes of temporary tensors.
	pub scratch: u64,
}

/// Keeps account of a run.
#[derive(Debug)]
pub(crate) struct Meter {
	budget: Budget,
	compute_units: u64,
	live_bytes: u64,
	peak_bytes: u64,
}

impl Meter {
	pub(crate) fn new(budget: Budget) -> Self {
		Self { budget, compute_units: 0, live_bytes: 0, peak_bytes: 0 }
	}

	/// Charges a node.
	pub(crate) fn charge(&mut self, charge: &Charge) -> Result<(), Exceeded> {
		self.compute(charge.tensors, charge.work)?;
		self.allocate(charge.bytes, charge.scratch)
	}

	/// Charges a node that handles so many tensors and does so much work.
	pub(crate) fn compute(&mut self, tensors: u64, work: u64) -> Result<(), Exceeded> {
		let handling = tensors.saturating_mul(MULTIPLY_ADDS_PER_TENSOR);
		let units = work.saturating_add(handling).div_ceil(MULTIPLY_ADDS_PER_UNIT);
		let needed = self.compute_units.saturating_add(units);
		if needed > self.budget.compute_units {
			return Err(Exceeded::Compute { needed });
		}
		self.compute_units = needed;
		Ok(())
	}

	/// Counts tensors that come to life, and temporaries that die at once.
	pub(crate) fn allocate(&mut self, bytes: u64, scratch: u64) -> Result<(), Exceeded> {
		let live = self.live_bytes.saturating_add(bytes);
		let needed = live.saturating_add(scratch);
		if needed > self.budget.memory_bytes {
			return Err(Exceeded::Memory { needed });
		}
		self.live_bytes = live;
		self.peak_bytes = self.peak_bytes.max(needed);
		Ok(())
	}

	/// Counts a tensor that dies.
	pub(crate) fn free(&mut self, bytes: u64) {
		self.live_bytes = self.live_bytes.saturating_sub(bytes);
	}

	pub(crate) fn compute_units(&self) -> u64 {
		self.compute_units
	}

	pub(crate) fn peak_bytes(&self) -> u64 {
		self.peak_bytes
	}
}
