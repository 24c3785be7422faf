//! `OneHot` and `Hardmax`: a single place marked along an axis.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	host::{HostFamily, HostInputs, Split, count, indices, position, table_bytes, tensor},
	plan::{self, Inputs, Plan, Reason, Tensors, dim, dim_product},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, ARITHMETIC, MOVE},
	ops::{ArgReduction, Comparison, KernelError, TensorOps},
	tensor::{Element, HostTensor, TensorSpec, with_data},
};

/// `OneHot`: a new axis with one value at each index, and another elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct OneHot {
	axis: i64,
}

pub(crate) fn parse_one_hot(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(OneHot { axis: node.attributes.int("axis")?.unwrap_or(-1) }.into())
}

impl HostFamily for OneHot {
	/// The shape of the output and its new axis.
	type Call = (Vec<usize>, usize);

	const HOST_INPUTS: &'static [usize] = &[1];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let (places, values) = (inputs.spec(0)?, inputs.spec(2)?);
		if places.dtype == DType::Bool {
			return Err(Reason(wrong_dtype("the type of the indices", places.dtype, "a number")));
		}
		if values.shape != [2] {
			return Err(Reason(format!(
				"the values must be two, off and on, found shape {:?}",
				values.shape
			)));
		}
		let depth = inputs.value(1).map(|depth| depth.cast(DType::I64));
		let Some(&[depth]) = depth.as_ref().and_then(|depth| depth.as_slice::<i64>()) else {
			return Err("the depth must be one number".into());
		};
		let axis = plan::axis(self.axis, places.shape.len() + 1)?;
		let mut shape = places.shape.clone();
		shape.insert(axis, dim(depth)?);
		let mut plan = Plan::per_element(TensorSpec::new(values.dtype, shape.clone()), MOVE, (shape, axis));
		plan.scratch = table_bytes(metering::elements(&places.shape)).saturating_mul(2);
		Ok(plan)
	}

	fn compute(&self, (shape, axis): Self::Call, inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		fn mark<E: Element>(values: &[E], places: &[i64], split: Split, count: usize) -> Vec<E> {
			let value = |index: usize| values.get(index).copied().unwrap_or_default();
			let mut out = vec![value(0); count];
			for (start, &index) in split.lines().zip(places) {
				// Any other index marks nothing.
				let on = position(index, split.len).ok();
				if let Some(element) = on.and_then(|on| out.get_mut(start + on * split.inner)) {
					*element = value(1);
				}
			}
			out
		}
		let split = Split::new(&shape, axis);
		let (places, count) = (indices(inputs.get(0)?)?, count(&shape)?);
		with_data!(inputs.get(2)?.data(), values => Ok(vec![tensor(&shape, mark(values, &places, split, count))?]))
	}
}

/// `Hardmax`: 1 at the first greatest element along an axis, 0 elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Hardmax {
	axis: i64,
	/// Before operator set 13, all axes from `axis` on are taken as one.
	flattens: bool,
}

pub(crate) fn parse_hardmax(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let flattens = node.opset < 13;
	let axis = node.attributes.int("axis")?.unwrap_or(if flattens { 1 } else { -1 });
	Ok(Hardmax { axis, flattens }.into())
}

impl Family for Hardmax {
	/// The shape to compute with, and the axis.
	type Call = (Vec<usize>, usize);

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let x = inputs.spec(0)?;
		if !x.dtype.is_real() {
			return Err(Reason(wrong_dtype("the input", x.dtype, "a float")));
		}
		let rank = x.shape.len();
		let call = if self.flattens {
			// An axis at the end, where nothing is left to flatten, is allowed.
			let axis = if self.axis == rank as i64 { rank } else { plan::axis(self.axis, rank)? };
			let (outer, inner) = x.shape.split_at_checked(axis).ok_or("the axis is outside the tensor")?;
			(vec![dim_product(outer)?, dim_product(inner)?], 1)
		} else {
			(x.shape.clone(), plan::axis(self.axis, rank)?)
		};
		let mut plan = Plan::per_element(x.clone(), MOVE + 2 * ARITHMETIC, call).with_temporaries(1);
		plan.scratch = plan.scratch.saturating_add(table_bytes(metering::elements(&x.shape)));
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		(shape, axis): Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = ops.reshape(inputs.get(0)?, &shape)?;
		let TensorSpec { dtype, shape: original } = ops.spec(inputs.get(0)?);
		let greatest = ops.arg_reduce(ArgReduction::Max, &x, axis, true, false)?;
		let len = shape.get(axis).copied().unwrap_or(1);
		let mut line = vec![1; shape.len()];
		if let Some(dim) = line.get_mut(axis) {
			*dim = len;
		}
		let places = ops.from_host(tensor(&line, (0..len as i64).collect())?)?;
		let marked = ops.cast(&ops.compare(Comparison::Equal, &places, &greatest)?, dtype)?;
		Ok(vec![ops.reshape(&marked, &original)?])
	}
}
