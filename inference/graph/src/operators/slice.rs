//! Parts of a tensor.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{self, Inputs, Plan, Reason, Tensors, dim},
};
use crate::{
	error::AttributeError,
	metering::{self, MOVE},
	ops::{AxisSlice, KernelError, TensorOps},
	tensor::TensorSpec,
};

/// One slice per axis that takes everything.
pub(crate) fn whole(shape: &[usize]) -> Vec<AxisSlice> {
	shape.iter().map(|&len| AxisSlice { start: 0, step: 1, len }).collect()
}

/// `Slice`: starts, ends and axes as attributes before operator set 10; with steps, as inputs since.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
	attributes: Option<Bounds>,
}

/// What to take of some axes; of the first ones if they are not named.
#[derive(Clone, Debug)]
struct Bounds {
	starts: Vec<i64>,
	ends: Vec<i64>,
	axes: Option<Vec<i64>>,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	if node.opset >= 10 {
		return Ok(Slice { attributes: None }.into());
	}
	let attributes = &mut node.attributes;
	let starts = attributes.ints("starts")?.ok_or(AttributeError::Missing("starts"))?;
	let ends = attributes.ints("ends")?.ok_or(AttributeError::Missing("ends"))?;
	let axes = attributes.ints("axes")?;
	Ok(Slice { attributes: Some(Bounds { starts, ends, axes }) }.into())
}

/// Start, step and length along an axis of `size` elements, clamped as ONNX says.
fn along(size: usize, start: i64, end: i64, step: i64) -> Result<AxisSlice, Reason> {
	// Sizes are at most 2^31, so everything below fits i128 with room to spare.
	let size = size as i128;
	let (start, end, step) = (i128::from(start), i128::from(end), i128::from(step));
	let from_end = |index: i128| if index < 0 { index + size } else { index };
	if step == 0 {
		return Err("a step is 0".into());
	}
	if size == 0 {
		return Ok(AxisSlice { start: 0, step: 1, len: 0 });
	}
	let (start, len) = match step {
		1.. => {
			let start = from_end(start).clamp(0, size);
			let end = from_end(end).clamp(0, size);
			(start, (end - start + step - 1).max(0) / step)
		}
		_ => {
			let start = from_end(start).clamp(0, size - 1);
			let end = from_end(end).clamp(-1, size - 1);
			(start, (start - end - step - 1).max(0) / -step)
		}
	};
	// A step longer than the axis is taken at most once, whatever its length.
	let step = step.clamp(-(size + 1), size + 1);
	let narrow = |value: i128| usize::try_from(value).map_err(|_| Reason("a slice is too large".into()));
	let step = isize::try_from(step).map_err(|_| Reason("a step is too large".into()))?;
	Ok(AxisSlice { start: if len == 0 { 0 } else { narrow(start)? }, step, len: narrow(len)? })
}

impl Family for Slice {
	/// One slice per axis.
	type Call = Vec<AxisSlice>;

	const HOST_INPUTS: &'static [usize] = &[1, 2, 3, 4];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<AxisSlice>>, Reason> {
		let x = inputs.spec(0)?;
		let rank = x.shape.len();
		let (Bounds { starts, ends, axes }, steps) = match &self.attributes {
			Some(bounds) => (bounds.clone(), None),
			None => {
				let starts = inputs.ints(1)?.unwrap_or_default();
				let ends = inputs.ints(2)?.unwrap_or_default();
				(Bounds { starts, ends, axes: inputs.ints(3)? }, inputs.ints(4)?)
			}
		};
		let axes = axes.unwrap_or_else(|| (0..starts.len() as i64).collect());
		let steps = steps.unwrap_or_else(|| vec![1; starts.len()]);
		if [ends.len(), axes.len(), steps.len()].iter().any(|&len| len != starts.len()) {
			return Err("starts, ends, axes and steps differ in length".into());
		}
		plan::axes(&axes, rank)?;
		let mut slices = whole(&x.shape);
		for ((start, end), (axis, step)) in starts.into_iter().zip(ends).zip(axes.into_iter().zip(steps)) {
			if let Some(slot) = slices.get_mut(plan::axis(axis, rank)?) {
				*slot = along(slot.len, start, end, step)?;
			}
		}
		let shape: Vec<usize> = slices.iter().map(|slice| slice.len).collect();
		Ok(Plan::per_element(TensorSpec::new(x.dtype, shape), MOVE, slices))
	}

	fn run<T: TensorOps>(
		&self,
		slices: Vec<AxisSlice>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.slice(inputs.get(0)?, &slices)?])
	}
}

/// `Split`: lengths as an attribute before operator set 13, as an input since; or a number of equal parts.
#[derive(Clone, Debug)]
pub(crate) struct Split {
	axis: i64,
	lengths: Option<Vec<i64>>,
	/// Number of outputs.
	parts: usize,
	/// Whether the last part may be shorter (operator set 18).
	uneven: bool,
}

pub(crate) fn parse_split(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let axis = attributes.int("axis")?.unwrap_or(0);
	let lengths = if node.opset < 13 { attributes.ints("split")? } else { None };
	let declared = if node.opset >= 18 { attributes.int("num_outputs")? } else { None };
	let parts = match declared.map(usize::try_from) {
		None => node.outputs,
		Some(Ok(parts)) if parts >= node.outputs && (1..=MAX_PARTS).contains(&parts) => parts,
		Some(_) => return Err(NodeContext::bad("num_outputs", "does not match the number of outputs")),
	};
	Ok(Split { axis, lengths, parts, uneven: declared.is_some() }.into())
}

/// Most parts a `num_outputs` may ask for.
const MAX_PARTS: usize = 1 << 16;

impl Split {
	/// Lengths of the parts along an axis of `size` elements.
	fn lengths(&self, given: Option<Vec<i64>>, size: usize) -> Result<Vec<usize>, Reason> {
		if let Some(given) = given {
			let lengths = given.iter().map(|&length| dim(length)).collect::<Result<Vec<_>, _>>()?;
			if lengths.len() < self.parts
				|| lengths.iter().try_fold(0usize, |sum, &l| sum.checked_add(l)) != Some(size)
			{
				return Err(Reason(format!(
					"lengths {given:?} do not cut {size} elements into {} parts",
					self.parts
				)));
			}
			return Ok(lengths);
		}
		if self.parts == 0 || (!size.is_multiple_of(self.parts) && !self.uneven) {
			return Err(Reason(format!("{size} elements cannot be cut into {} equal parts", self.parts)));
		}
		let length = size.div_ceil(self.parts);
		let mut left = size;
		Ok((0..self.parts)
			.map(|_| {
				let part = length.min(left);
				left -= part;
				part
			})
			.collect())
	}
}

impl Family for Split {
	/// Slices for each part.
	type Call = Vec<Vec<AxisSlice>>;

	const HOST_INPUTS: &'static [usize] = &[1];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let x = inputs.spec(0)?;
		let axis = plan::axis(self.axis, x.shape.len())?;
		let size = x.shape.get(axis).copied().unwrap_or_default();
		let lengths = self.lengths(inputs.ints(1)?.or_else(|| self.lengths.clone()), size)?;
		let mut start = 0;
		let mut call = Vec::with_capacity(lengths.len());
		for len in lengths {
			let mut slices = whole(&x.shape);
			if let Some(slot) = slices.get_mut(axis) {
				*slot = AxisSlice { start: if len == 0 { 0 } else { start }, step: 1, len };
			}
			start += len;
			call.push(slices);
		}
		let outputs = call
			.iter()
			.map(|slices| TensorSpec::new(x.dtype, slices.iter().map(|slice| slice.len).collect::<Vec<_>>()))
			.collect();
		let work = metering::elements(&x.shape).saturating_mul(MOVE);
		Ok(Plan { outputs, work, scratch: 0, call })
	}

	fn run<T: TensorOps>(
		&self,
		call: Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		call.iter().map(|slices| ops.slice(x, slices)).collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn slice(size: usize, start: i64, end: i64, step: i64) -> (usize, isize, usize) {
		let AxisSlice { start, step, len } = along(size, start, end, step).unwrap();
		(start, step, len)
	}

	#[test]
	fn along_should_follow_python_when_indices_are_in_range_negative_or_beyond() {
		assert_eq!(slice(10, 2, 7, 2), (2, 2, 3));
		assert_eq!(slice(10, -3, i64::MAX, 1), (7, 1, 3));
		assert_eq!(slice(10, 0, i64::MAX, 20), (0, 11, 1));
		assert_eq!(slice(10, -1, i64::MIN, -1), (9, -1, 10));
		assert_eq!(slice(10, 100, 0, -3), (9, -3, 3));
		assert_eq!(slice(10, 5, 5, 1).2, 0);
		assert_eq!(slice(10, 7, 2, 1).2, 0);
		assert_eq!(slice(0, 0, 5, -1).2, 0);
		assert_eq!(slice(3, i64::MIN, i64::MAX, i64::MAX).2, 1);
		assert_eq!(slice(3, i64::MAX, i64::MIN, i64::MIN).2, 1);
		assert!(along(3, 0, 1, 0).is_err());
	}
}
