//! What an operator knows before it runs, and what it decides from that.

use alloc::{
	format,
	string::{String, ToString},
	vec::Vec,
};

use assay_numerics::random::Stream;

use crate::{
	dtype::DType,
	error::wrong_dtype,
	limits::MAX_DIM,
	metering,
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, TensorData, TensorSpec},
};

/// Why an operator cannot run on these inputs. The same on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason(pub String);

impl From<String> for Reason {
	fn from(reason: String) -> Self {
		Self(reason)
	}
}

impl From<&str> for Reason {
	fn from(reason: &str) -> Self {
		Self(reason.to_string())
	}
}

impl From<assay_numerics::ShapeError> for Reason {
	fn from(error: assay_numerics::ShapeError) -> Self {
		Self(error.to_string())
	}
}

/// An input: its type, and its elements if the operator lists it in `HOST_INPUTS`.
#[derive(Clone, Debug)]
pub(crate) struct Operand {
	pub spec: TensorSpec,
	pub value: Option<HostTensor>,
}

/// The inputs of a node, as far as they are known before it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inputs<'a>(pub &'a [Option<Operand>]);

impl<'a> Inputs<'a> {
	pub(crate) fn optional(self, index: usize) -> Option<&'a TensorSpec> {
		self.operand(index).map(|operand| &operand.spec)
	}

	pub(crate) fn spec(self, index: usize) -> Result<&'a TensorSpec, Reason> {
		self.optional(index).ok_or_else(|| Reason(format!("input {index} is missing")))
	}

	pub(crate) fn shape(self, index: usize) -> Result<&'a [usize], Reason> {
		Ok(&self.spec(index)?.shape)
	}

	pub(crate) fn dtype(self, index: usize) -> Result<DType, Reason> {
		Ok(self.spec(index)?.dtype)
	}

	/// All inputs that are not left out.
	pub(crate) fn specs(self) -> impl Iterator<Item = &'a TensorSpec> {
		self.0.iter().flatten().map(|operand| &operand.spec)
	}

	/// The one element type of all inputs.
	pub(crate) fn common_dtype(self) -> Result<DType, Reason> {
		let first = self.dtype(0)?;
		match self.specs().find(|spec| spec.dtype != first) {
			Some(other) => {
				Err(Reason(format!("inputs must have one element type, found {first} and {}", other.dtype)))
			}
			None => Ok(first),
		}
	}

	/// Checks that all inputs are `float32`, to which 16-bit floats have been widened.
	pub(crate) fn all_f32(self) -> Result<(), Reason> {
		match self.specs().find(|spec| spec.dtype != DType::F32) {
			Some(other) => Err(Reason(wrong_dtype("an input", other.dtype, "float32, float16 or bfloat16"))),
			None => Ok(()),
		}
	}

	/// The one element type of all inputs: `float64`, or `float32`, to which 16-bit floats have been widened.
	pub(crate) fn common_real(self) -> Result<DType, Reason> {
		match self.specs().find(|spec| !spec.dtype.is_real()) {
			Some(other) => Err(Reason(wrong_dtype("an input", other.dtype, "a floating-point number"))),
			None => self.common_dtype(),
		}
	}

	/// The one element type of those of these inputs that are not left out; see [`common_real`](Self::common_real).
	pub(crate) fn real_at(self, indices: &[usize]) -> Result<DType, Reason> {
		let chosen: Vec<Option<Operand>> =
			indices.iter().map(|&index| self.operand(index).cloned()).collect();
		Inputs(&chosen).common_real()
	}

	/// The integers in a host input of at most one dimension; `None` if it is left out.
	pub(crate) fn ints(self, index: usize) -> Result<Option<Vec<i64>>, Reason> {
		let Some(value) = self.value(index) else { return Ok(None) };
		if value.shape().len() > 1 {
			return Err(Reason(format!("input {index} must be a vector, found shape {:?}", value.shape())));
		}
		match value.data() {
			TensorData::I64(values) => Ok(Some(values.clone())),
			TensorData::I32(values) => Ok(Some(values.iter().map(|&value| value.into()).collect())),
			other => Err(Reason(wrong_dtype(&format!("input {index}"), other.dtype(), "int64 or int32"))),
		}
	}

	/// The single number in a floating-point host input; `None` if it is left out.
	pub(crate) fn float(self, index: usize) -> Result<Option<f32>, Reason> {
		let Some(value) = self.value(index) else { return Ok(None) };
		let single = match value.data() {
			TensorData::F32(values) if values.len() == 1 => values.first().copied(),
			TensorData::F16(values) if values.len() == 1 => values.first().map(|value| value.to_f32()),
			TensorData::BF16(values) if values.len() == 1 => values.first().map(|value| value.to_f32()),
			_ => None,
		};
		single.map(Some).ok_or_else(|| {
			Reason(format!("input {index} must be one floating-point number, found {}", value.spec()))
		})
	}

	/// A host input; `None` if it is left out.
	pub(crate) fn value(self, index: usize) -> Option<&'a HostTensor> {
		self.operand(index).and_then(|operand| operand.value.as_ref())
	}

	fn operand(self, index: usize) -> Option<&'a Operand> {
		self.0.get(index).and_then(Option::as_ref)
	}
}

/// The input tensors of a node, and its random numbers.
pub(crate) struct Tensors<'a, T: TensorOps> {
	pub values: &'a [Option<T::Tensor>],
	pub stream: Stream,
}

impl<'a, T: TensorOps> Tensors<'a, T> {
	pub(crate) fn optional(&self, index: usize) -> Option<&'a T::Tensor> {
		self.values.get(index).and_then(Option::as_ref)
	}

	/// A required input. That it is there was checked when the model was decoded.
	pub(crate) fn get(&self, index: usize) -> Result<&'a T::Tensor, KernelError> {
		self.optional(index).ok_or_else(|| KernelError::Backend(format!("input {index} is missing")))
	}

	/// All inputs that are not left out.
	pub(crate) fn all(&self) -> Vec<&'a T::Tensor> {
		self.values.iter().flatten().collect()
	}
}

/// What an operator will do: the types of its outputs, what that costs, and what it worked out for its kernel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan<Call> {
	/// Type and shape of every output.
	pub outputs: Vec<TensorSpec>,
	/// Multiply-adds, see [`metering`].
	pub work: u64,
	/// Bytes of temporary tensors.
	pub scratch: u64,
	/// Checked arguments for the kernel.
	pub call: Call,
}

impl<Call> Plan<Call> {
	/// A plan with one output, without temporaries.
	pub(crate) fn new(output: TensorSpec, work: u64, call: Call) -> Self {
		Self { outputs: Vec::from([output]), work, scratch: 0, call }
	}

	/// A plan with one output that costs so much per output element.
	pub(crate) fn per_element(output: TensorSpec, weight: u64, call: Call) -> Self {
		let work = metering::elements(&output.shape).saturating_mul(weight);
		Self::new(output, work, call)
	}

	/// The same plan with this many temporary tensors of the size of the first output.
	pub(crate) fn with_temporaries(mut self, count: u64) -> Self {
		self.scratch = self.outputs.first().map_or(0, metering::bytes).saturating_mul(count);
		self
	}
}

/// A possibly negative axis as an index below `rank`.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize, Reason> {
	let index = if axis < 0 {
		usize::try_from(axis.unsigned_abs()).ok().and_then(|back| rank.checked_sub(back))
	} else {
		usize::try_from(axis).ok()
	};
	index
		.filter(|&index| index < rank)
		.ok_or_else(|| Reason(format!("axis {axis} is outside a tensor of {rank} dimensions")))
}

/// Possibly negative axes as sorted, distinct indices below `rank`.
pub(crate) fn axes(values: &[i64], rank: usize) -> Result<Vec<usize>, Reason> {
	let mut axes = values.iter().map(|&value| axis(value, rank)).collect::<Result<Vec<_>, _>>()?;
	axes.sort_unstable();
	let count = axes.len();
	axes.dedup();
	if axes.len() == count { Ok(axes) } else { Err(Reason(format!("axes {values:?} name an axis twice"))) }
}

/// A dimension from an integer.
pub(crate) fn dim(value: i64) -> Result<usize, Reason> {
	usize::try_from(value)
		.ok()
		.filter(|&dim| dim <= MAX_DIM)
		.ok_or_else(|| Reason(format!("{value} is not a supported size: sizes are 0 to {MAX_DIM}")))
}

/// Product of dimensions that has to be a dimension itself.
pub(crate) fn dim_product(dims: &[usize]) -> Result<usize, Reason> {
	usize::try_from(metering::elements(dims))
		.ok()
		.filter(|&dim| dim <= MAX_DIM)
		.ok_or_else(|| Reason(format!("the product of {dims:?} is larger than {MAX_DIM}")))
}

/// The shape two tensors broadcast to.
pub(crate) fn broadcast(a: &[usize], b: &[usize]) -> Result<Vec<usize>, Reason> {
	assay_numerics::broadcast_shape(a, b).map_err(|_| {
		Reason(format!(
			"shapes {a:?} and {b:?} do not broadcast: paired sizes must be equal, or one of them 1"
		))
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn axis_should_count_from_the_end_when_negative_and_be_refused_when_outside() {
		assert_eq!(axis(-1, 3), Ok(2));
		assert_eq!(axis(0, 3), Ok(0));
		assert!(axis(3, 3).is_err());
		assert!(axis(-4, 3).is_err());
		assert!(axis(i64::MIN, 3).is_err());
		assert!(axis(0, 0).is_err());
	}

	#[test]
	fn axes_should_be_refused_when_one_is_named_twice() {
		assert_eq!(axes(&[-1, 0], 3), Ok(Vec::from([0, 2])));
		assert!(axes(&[1, -2], 3).is_err());
	}

	#[test]
	fn dim_product_should_be_refused_when_it_exceeds_the_largest_dimension() {
		assert_eq!(dim_product(&[1 << 30, 1]), Ok(1 << 30));
		assert_eq!(dim_product(&[MAX_DIM, MAX_DIM, MAX_DIM, 0]), Ok(0));
		assert!(dim_product(&[1 << 16, 1 << 16]).is_err());
		assert!(dim_product(&[MAX_DIM; 8]).is_err());
	}
}
