//! What can be wrong with the shapes handed to a kernel.

use core::fmt;

/// A shape, stride or buffer length that does not fit the operation. Nothing was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeError {
	/// A buffer has the wrong number of elements.
	Length {
		/// Which buffer.
		what: &'static str,
		/// Elements the shapes ask for (for strided operands: at least).
		expected: usize,
		/// Elements it has.
		found: usize,
	},
	/// The number of elements does not fit in `usize`.
	Overflow,
	/// A list has the wrong number of dimensions.
	Rank {
		/// Which list.
		what: &'static str,
		/// Dimensions wanted.
		expected: usize,
		/// Dimensions found.
		found: usize,
	},
	/// An axis is out of range, or axes are not strictly ascending.
	Axis {
		/// The offending axis.
		axis: usize,
		/// Dimensions of the tensor.
		rank: usize,
	},
	/// Two dimensions that must match (or be broadcast from 1) do not.
	Mismatch {
		/// Which dimensions.
		what: &'static str,
		/// The first size.
		left: usize,
		/// The second size.
		right: usize,
	},
	/// Any other rule, in words.
	Invalid(&'static str),
}

impl fmt::Display for ShapeError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Length { what, expected, found } => {
				write!(f, "{what} has {found} elements where its shape needs {expected}")
			}
			Self::Overflow => {
				write!(f, "the number of elements does not fit in this machine's address space")
			}
			Self::Rank { what, expected, found } => {
				write!(f, "{what} has {found} dimensions where {expected} are needed")
			}
			Self::Axis { axis, rank } => write!(
				f,
				"axis {axis} is not usable: axes must be strictly ascending and below the rank, which is {rank}"
			),
			Self::Mismatch { what, left, right } => write!(f, "{what} do not match: {left} and {right}"),
			Self::Invalid(rule) => f.write_str(rule),
		}
	}
}

impl core::error::Error for ShapeError {}

/// Number of elements of `shape`, or an error where that overflows.
pub(crate) fn elements(shape: &[usize]) -> Result<usize, ShapeError> {
	// A zero anywhere makes the product zero however large the rest is.
	if shape.contains(&0) {
		return Ok(0);
	}
	shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d)).ok_or(ShapeError::Overflow)
}

/// Checks that a buffer has exactly `expected` elements.
pub(crate) fn exact_length(what: &'static str, expected: usize, found: usize) -> Result<(), ShapeError> {
	if expected == found { Ok(()) } else { Err(ShapeError::Length { what, expected, found }) }
}
