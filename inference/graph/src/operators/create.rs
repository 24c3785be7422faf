//! Operators that make tensors from shapes and numbers.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	attributes::Attributes,
	plan::{Inputs, Plan, Reason, Tensors, dim},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	limits::MAX_DIM,
	metering::{self, MOVE},
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, TensorData, TensorSpec},
};

/// The value of a `Constant` node.
pub(crate) fn constant(attributes: &mut Attributes) -> Result<HostTensor, AttributeError> {
	for name in ["value_string", "value_strings", "sparse_value"] {
		if attributes.has(name) {
			return Err(NodeContext::bad(
				name,
				"strings and sparse tensors are not supported: give a dense tensor",
			));
		}
	}
	let mut found = Vec::new();
	found.extend(attributes.tensor("value")?);
	found.extend(attributes.float("value_float")?.map(HostTensor::scalar));
	found.extend(attributes.int("value_int")?.map(HostTensor::scalar));
	found.extend(attributes.floats("value_floats")?.map(HostTensor::vector));
	found.extend(attributes.ints("value_ints")?.map(HostTensor::vector));
	match found.pop() {
		None => Err(AttributeError::Missing("value")),
		Some(value) if found.is_empty() => Ok(value),
		Some(_) => Err(NodeContext::bad("value", "is given in several attributes")),
	}
}

/// `ConstantOfShape`: one element, repeated.
#[derive(Clone, Debug)]
pub(crate) struct ConstantOfShape {
	/// A single element.
	value: HostTensor,
}

pub(crate) fn parse_constant_of_shape(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let value = node.attributes.tensor("value")?.unwrap_or_else(|| HostTensor::scalar(0.0f32));
	if value.len() != 1 {
		return Err(NodeContext::bad("value", "must have exactly one element"));
	}
	Ok(ConstantOfShape { value }.into())
}

impl Family for ConstantOfShape {
	/// The shape.
	type Call = Vec<usize>;

	const HOST_INPUTS: &'static [usize] = &[0];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		let shape = inputs.ints(0)?.unwrap_or_default();
		let shape = shape.into_iter().map(dim).collect::<Result<Vec<_>, _>>()?;
		Ok(Plan::per_element(TensorSpec::new(self.value.dtype(), shape.clone()), MOVE, shape))
	}

	fn run<T: TensorOps>(
		&self,
		shape: Vec<usize>,
		ops: &T,
		_: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let element = ops.reshape(&ops.from_host(self.value.clone())?, &[])?;
		Ok(vec![ops.expand(&element, &shape)?])
	}
}

/// `Shape` and `Size`.
#[derive(Clone, Debug)]
pub(crate) enum ShapeOf {
	/// The dimensions from `start` to `end` (operator set 15).
	Shape { start: i64, end: i64 },
	/// The number of elements.
	Size,
}

pub(crate) fn parse_shape(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	if node.op_type == "Size" {
		return Ok(ShapeOf::Size.into());
	}
	if node.opset < 15 {
		return Ok(ShapeOf::Shape { start: 0, end: i64::MAX }.into());
	}
	let start = node.attributes.int("start")?.unwrap_or(0);
	Ok(ShapeOf::Shape { start, end: node.attributes.int("end")?.unwrap_or(i64::MAX) }.into())
}

impl Family for ShapeOf {
	/// The result.
	type Call = HostTensor;

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<HostTensor>, Reason> {
		let shape = inputs.shape(0)?;
		let result = match *self {
			ShapeOf::Size => {
				let size = i64::try_from(metering::elements(shape));
				HostTensor::scalar(size.map_err(|_| Reason("the size does not fit int64".into()))?)
			}
			ShapeOf::Shape { start, end } => {
				let rank = shape.len() as i64;
				let clamp = |index: i64| {
					let index = if index < 0 { index.saturating_add(rank) } else { index };
					usize::try_from(index.clamp(0, rank)).unwrap_or(0)
				};
				let dims = shape.get(clamp(start)..clamp(end)).unwrap_or_default();
				HostTensor::vector(dims.iter().map(|&dim| dim as i64).collect())
			}
		};
		Ok(Plan::new(result.spec(), 0, result))
	}

	fn run<T: TensorOps>(
		&self,
		result: HostTensor,
		ops: &T,
		_: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.from_host(result)?])
	}
}

/// `Range`: `start`, `start + delta`, … before `limit`.
#[derive(Clone, Debug)]
pub(crate) struct Range;

pub(crate) fn parse_range(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Range.into())
}

/// Numbers of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RangeCall {
	/// Start, delta, number of elements.
	Integer(DType, i64, i64, usize),
	/// Start, delta, number of elements; element `i` is `start + i * delta`, both operations rounded to `float32`.
	Float(f32, f32, usize),
}

/// Number of integers from `start` in steps of `delta` before `limit`.
fn integers(start: i64, limit: i64, delta: i64) -> Option<usize> {
	let (start, limit, delta) = (i128::from(start), i128::from(limit), i128::from(delta));
	let distance = if delta > 0 { limit - start } else { start - limit };
	let step = delta.abs();
	let count = (distance.max(0) + step - 1) / step;
	usize::try_from(count).ok().filter(|&count| count <= MAX_DIM)
}

impl Family for Range {
	type Call = RangeCall;

	const HOST_INPUTS: &'static [usize] = &[0, 1, 2];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<RangeCall>, Reason> {
		let dtype = inputs.common_dtype()?;
		let single = |index: usize| {
			let value = inputs.value(index).filter(|value| value.len() == 1);
			value.ok_or_else(|| Reason(format!("input {index} must be one number")))
		};
		let too_long = || Reason(format!("the range has more than {MAX_DIM} elements"));
		let call = match dtype {
			DType::I16 | DType::I32 | DType::I64 => {
				let integer = |index| {
					single(index).map(|value| match value.data() {
						TensorData::I16(values) => values.first().map_or(0, |&value| value.into()),
						TensorData::I32(values) => values.first().map_or(0, |&value| value.into()),
						TensorData::I64(values) => values.first().copied().unwrap_or(0),
						_ => 0,
					})
				};
				let (start, limit, delta) = (integer(0)?, integer(1)?, integer(2)?);
				if delta == 0 {
					return Err("delta is 0".into());
				}
				RangeCall::Integer(dtype, start, delta, integers(start, limit, delta).ok_or_else(too_long)?)
			}
			DType::F32 => {
				let float = |index| inputs.float(index).map(|value| value.unwrap_or(0.0));
				let (start, limit, delta) = (float(0)?, float(1)?, float(2)?);
				// In double precision every step is exact or far from an integer boundary that matters, and the
				// operations are IEEE's on every machine.
				let count = (f64::from(limit) - f64::from(start)) / f64::from(delta);
				if delta == 0.0 || !count.is_finite() {
					return Err("start, limit and delta must be finite, delta not 0".into());
				}
				if count > MAX_DIM as f64 {
					return Err(too_long());
				}
				// Rounds up without the system's math library: the cast truncates.
				let whole = count.max(0.0) as usize;
				let count = if (whole as f64) < count { whole + 1 } else { whole };
				RangeCall::Float(start, delta, count)
			}
			other => {
				return Err(Reason(wrong_dtype(
					"an input",
					other,
					"float32, float16, bfloat16, int16, int32 or int64",
				)));
			}
		};
		let (RangeCall::Integer(.., count) | RangeCall::Float(.., count)) = call;
		Ok(Plan::per_element(TensorSpec::new(dtype, [count]), MOVE, call))
	}

	fn run<T: TensorOps>(
		&self,
		call: RangeCall,
		ops: &T,
		_: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![match call {
			RangeCall::Float(start, delta, count) => {
				let values = (0..count).map(|i| start + i as f32 * delta).collect();
				ops.from_host(HostTensor::vector::<f32>(values))?
			}
			RangeCall::Integer(dtype, start, delta, count) => {
				let value = |i: usize| start.wrapping_add((i as i64).wrapping_mul(delta));
				let tensor = ops.from_host(HostTensor::vector((0..count).map(value).collect()))?;
				if dtype == DType::I64 { tensor } else { ops.cast(&tensor, dtype)? }
			}
		}])
	}
}

// Shapes become int64.
const _: () = assert!(MAX_DIM as u64 <= i64::MAX as u64);

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn integers_should_count_without_overflow_at_the_ends_of_the_type() {
		assert_eq!(integers(0, 10, 3), Some(4));
		assert_eq!(integers(10, 0, -3), Some(4));
		assert_eq!(integers(5, 5, 1), Some(0));
		assert_eq!(integers(0, -5, 1), Some(0));
		assert_eq!(integers(i64::MIN, i64::MAX, i64::MAX), Some(3));
		assert_eq!(integers(i64::MIN, i64::MAX, 1), None);
		assert_eq!(integers(i64::MAX, i64::MIN, i64::MIN), Some(2));
	}
}
