//! Why a run gave no outputs.

use alloc::{
	string::{String, ToString},
	vec::Vec,
};
use core::fmt;

use crate::{
	error::{NodeRef, Quoted},
	metering::{Budget, Exceeded, Meter},
	model::ValueDecl,
	ops::KernelError,
	tensor::TensorSpec,
};

/// Why an input does not fit the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputError {
	/// The model has no input of this name.
	Unknown {
		/// The name given.
		name: String,
		/// The names there are.
		expected: Vec<String>,
	},
	/// An input of this name is given twice.
	Duplicate {
		/// The name.
		name: String,
	},
	/// An input is not given.
	Missing {
		/// What the model declares.
		declared: ValueDecl,
	},
	/// The element type or the number or size of the dimensions differ from the declaration.
	Mismatch {
		/// What the model declares.
		declared: ValueDecl,
		/// What was given.
		found: TensorSpec,
	},
	/// A named dimension has different sizes in different places.
	Dimension {
		/// What the model declares.
		declared: ValueDecl,
		/// Name of the dimension.
		dim: String,
		/// Its size where it appeared first.
		bound: usize,
		/// Its size here.
		found: usize,
	},
}

impl fmt::Display for InputError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Unknown { name, expected } => {
				const MOST: usize = 16;
				write!(f, "the model has no input {}: its inputs are ", Quoted(name))?;
				for (index, name) in expected.iter().take(MOST).enumerate() {
					write!(f, "{}{}", if index > 0 { ", " } else { "" }, Quoted(name))?;
				}
				f.write_str(if expected.len() > MOST { ", …" } else { "" })
			}
			Self::Duplicate { name } => write!(f, "input {} is given twice: give it once", Quoted(name)),
			Self::Missing { declared } => write!(f, "an input is missing: give {declared}"),
			Self::Mismatch { declared, found } => {
				write!(f, "an input does not fit: the model declares {declared}, found {found}")
			}
			Self::Dimension { declared, dim, bound, found } => write!(
				f,
				"an input does not fit: in {declared}, the dimension {} is {found}, and {bound} elsewhere",
				Quoted(dim)
			),
		}
	}
}

/// Why a run gave no outputs.
///
/// All but [`ExecError::Backend`] depend on the model, the inputs and the budget alone: every machine comes to the same
/// one, so each is an answer to a request like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecError {
	/// The inputs do not fit the model. Nothing ran.
	InvalidInput(InputError),
	/// The compute budget does not suffice.
	OutOfCompute {
		/// The node that could not be paid for.
		node: NodeRef,
		/// Compute units needed up to and including it.
		needed: u64,
		/// Compute units allowed.
		budget: u64,
	},
	/// The memory budget does not suffice.
	OutOfMemory {
		/// The node whose tensors do not fit; `None` if constants and inputs alone do not.
		node: Option<NodeRef>,
		/// Bytes needed at that point.
		needed: u64,
		/// Bytes allowed.
		budget: u64,
		/// Compute units charged until then.
		compute_units: u64,
	},
	/// An operator cannot work with what it was given: shapes that do not fit, an index out of range, and the like.
	OperatorFailed {
		/// The node.
		node: NodeRef,
		/// Why.
		reason: String,
		/// Compute units charged until then.
		compute_units: u64,
	},
	/// An output is of another element type than the model declares.
	OutputType {
		/// What the model declares.
		declared: ValueDecl,
		/// What was computed.
		found: TensorSpec,
		/// Compute units charged until then.
		compute_units: u64,
	},
	/// The backend failed. Says nothing about the model; try again, or on another machine.
	Backend {
		/// The node; `None` for transfers from and to the host.
		node: Option<NodeRef>,
		/// What the backend said.
		reason: String,
	},
}

impl ExecError {
	/// Compute units to account for: all of the budget if it was exceeded. `None` if this is no answer.
	pub fn compute_units(&self) -> Option<u64> {
		match self {
			Self::InvalidInput(_) => Some(0),
			Self::OutOfCompute { budget, .. } => Some(*budget),
			Self::OutOfMemory { compute_units, .. }
			| Self::OperatorFailed { compute_units, .. }
			| Self::OutputType { compute_units, .. } => Some(*compute_units),
			Self::Backend { .. } => None,
		}
	}

	/// Whether every machine comes to this result.
	pub fn is_deterministic(&self) -> bool {
		self.compute_units().is_some()
	}
}

impl fmt::Display for ExecError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::InvalidInput(error) => error.fmt(f),
			Self::OutOfCompute { node, needed, budget } => write!(
				f,
				"out of compute units at {node}: {needed} are needed up to there, {budget} are allowed. Allow more, or give \
				 smaller inputs"
			),
			Self::OutOfMemory { node, needed, budget, .. } => {
				f.write_str("out of memory")?;
				if let Some(node) = node {
					write!(f, " at {node}")?;
				}
				write!(
					f,
					": {needed} bytes are needed, {budget} are allowed. Allow more, or give smaller inputs"
				)
			}
			Self::OperatorFailed { node, reason, .. } => write!(f, "{node}: {reason}"),
			Self::OutputType { declared, found, .. } => {
				write!(
					f,
					"the model declares the output {declared} and computes {found}: declare what it computes"
				)
			}
			Self::Backend { node: Some(node), reason } => write!(f, "{node}: {reason}"),
			Self::Backend { node: None, reason } => f.write_str(reason),
		}
	}
}

impl core::error::Error for ExecError {}

impl From<InputError> for ExecError {
	fn from(error: InputError) -> Self {
		Self::InvalidInput(error)
	}
}

impl ExecError {
	/// A budget is exceeded, at a node, or by constants and inputs alone.
	pub(super) fn exceeded(
		exceeded: Exceeded,
		node: Option<&NodeRef>,
		budget: &Budget,
		meter: &Meter,
	) -> Self {
		match (exceeded, node) {
			(Exceeded::Compute { needed }, Some(node)) => {
				Self::OutOfCompute { node: node.clone(), needed, budget: budget.compute_units }
			}
			(Exceeded::Compute { needed } | Exceeded::Memory { needed }, node) => Self::OutOfMemory {
				node: node.cloned(),
				needed,
				budget: budget.memory_bytes,
				compute_units: meter.compute_units(),
			},
		}
	}

	/// The backend failed, at a node or between host and backend.
	pub(super) fn backend(error: &KernelError, node: Option<&NodeRef>) -> Self {
		Self::Backend { node: node.cloned(), reason: error.to_string() }
	}

	/// A value is not there. Decoding checked that every value is defined before it is read.
	pub(super) fn undefined(node: Option<&NodeRef>) -> Self {
		Self::Backend { node: node.cloned(), reason: "a value is not defined".to_string() }
	}
}
