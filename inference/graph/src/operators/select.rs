//! `NonZero` and `Compress`: how much of the input there is in the output depends on the data.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	host::{HostFamily, HostInputs, slice, table_bytes, tensor},
	plan::{self, Inputs, Plan, Reason, Tensors, dim_product},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, MOVE},
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// `NonZero`: the indices of the elements that are not zero, one row per dimension. A NaN is not zero.
#[derive(Clone, Debug)]
pub(crate) struct NonZero;

pub(crate) fn parse_non_zero(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(NonZero.into())
}

impl HostFamily for NonZero {
	type Call = ();

	const DATA_DEPENDENT: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let x = inputs.spec(0)?;
		let rank = x.shape.len();
		let output = TensorSpec::new(DType::I64, [rank, dim_product(&x.shape)?]);
		let work = metering::elements(&x.shape).saturating_mul(rank as u64 + 1).saturating_mul(MOVE);
		let mut plan = Plan::new(output, work, ());
		// The truth of every element, and the places of those that are true.
		plan.scratch = metering::elements(&x.shape).saturating_add(table_bytes(metering::elements(&x.shape)));
		Ok(plan)
	}

	fn compute(&self, _: (), inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let x = inputs.get(0)?;
		let truth = x.cast(DType::Bool);
		let places: Vec<usize> = slice::<bool>(&truth)?
			.iter()
			.enumerate()
			.filter(|&(_, &truth)| truth)
			.map(|(at, _)| at)
			.collect();
		let steps = super::host::strides(x.shape());
		let mut rows = Vec::with_capacity(places.len().saturating_mul(steps.len()));
		for (step, &dim) in steps.into_iter().zip(x.shape()) {
			rows.extend(places.iter().map(|place| (place / step.max(1) % dim.max(1)) as i64));
		}
		Ok(vec![tensor(&[x.shape().len(), places.len()], rows)?])
	}
}

/// `Compress`: the elements, or the parts along an axis, for which a condition holds.
#[derive(Clone, Debug)]
pub(crate) struct Compress {
	axis: Option<i64>,
}

pub(crate) fn parse_compress(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Compress { axis: node.attributes.int("axis")? }.into())
}

impl Family for Compress {
	/// The shape of the input, flattened if there is no axis, and the axis.
	type Call = (Vec<usize>, usize);

	const DATA_DEPENDENT: bool = true;
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let (x, condition) = (inputs.spec(0)?, inputs.spec(1)?);
		if condition.dtype != DType::Bool {
			return Err(Reason(wrong_dtype("the condition", condition.dtype, "bool")));
		}
		let &[given] = condition.shape.as_slice() else {
			return Err(Reason(format!("the condition must be a vector, found shape {:?}", condition.shape)));
		};
		let (shape, axis) = match self.axis {
			Some(axis) => (x.shape.clone(), plan::axis(axis, x.shape.len())?),
			None => (vec![dim_product(&x.shape)?], 0),
		};
		let mut bound = shape.clone();
		if let Some(dim) = bound.get_mut(axis) {
			if given > *dim {
				return Err(Reason(format!("the condition has {given} elements for an axis of {dim}")));
			}
			*dim = given;
		}
		let mut plan = Plan::per_element(TensorSpec::new(x.dtype, bound), MOVE, (shape, axis));
		plan.work = plan.work.saturating_add((given as u64).saturating_mul(MOVE));
		plan.scratch = table_bytes(given as u64).saturating_add(given as u64);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		(shape, axis): Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let condition = ops.to_host(inputs.get(1)?.clone())?;
		let chosen: Vec<i64> =
			(0..).zip(slice::<bool>(&condition)?).filter(|(_, holds)| **holds).map(|(at, _)| at).collect();
		let mut selected = shape.clone();
		if let Some(dim) = selected.get_mut(axis) {
			*dim = chosen.len();
		}
		if selected.contains(&0) {
			let dtype = ops.spec(inputs.get(0)?).dtype;
			return Ok(vec![ops.from_host(HostTensor::empty(TensorSpec::new(dtype, selected))?)?]);
		}
		let x = ops.reshape(inputs.get(0)?, &shape)?;
		Ok(vec![ops.gather(&x, &ops.from_host(HostTensor::vector(chosen))?, axis)?])
	}
}
