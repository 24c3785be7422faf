//! `Gather`: elements by their index along an axis.

use alloc::{vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{self, Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, MOVE},
	ops::{KernelError, TensorOps},
	tensor::TensorSpec,
};

/// Replaces an axis by the axes of the indices.
#[derive(Clone, Debug)]
pub(crate) struct Gather {
	axis: i64,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Gather { axis: node.attributes.int("axis")?.unwrap_or(0) }.into())
}

impl Family for Gather {
	/// The axis.
	type Call = usize;

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<usize>, Reason> {
		let (x, indices) = (inputs.spec(0)?, inputs.spec(1)?);
		if !matches!(indices.dtype, DType::I64 | DType::I32) {
			return Err(Reason(wrong_dtype("the type of the indices", indices.dtype, "int64 or int32")));
		}
		let axis = plan::axis(self.axis, x.shape.len())?;
		let mut shape = x.shape.get(..axis).unwrap_or_default().to_vec();
		shape.extend(&indices.shape);
		shape.extend(x.shape.get(axis + 1..).unwrap_or_default());
		let mut plan = Plan::per_element(TensorSpec::new(x.dtype, shape), MOVE, axis);
		plan.scratch = metering::elements(&indices.shape).saturating_mul(8);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		axis: usize,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let (x, indices) = (inputs.get(0)?, inputs.get(1)?);
		if ops.spec(indices).dtype == DType::I64 {
			return Ok(vec![ops.gather(x, indices, axis)?]);
		}
		Ok(vec![ops.gather(x, &ops.cast(indices, DType::I64)?, axis)?])
	}
}
