//! `Clip`: bounds as attributes before operator set 11, as inputs since.

use alloc::{vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::ARITHMETIC,
	ops::{Binary, KernelError, TensorOps, Then, Unary},
};

/// `min(max(x, low), high)`.
#[derive(Clone, Debug)]
pub(crate) struct Clip {
	low: Option<f32>,
	high: Option<f32>,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	if node.opset < 11 {
		return Ok(Clip { low: node.attributes.float("min")?, high: node.attributes.float("max")? }.into());
	}
	Ok(Clip { low: None, high: None }.into())
}

impl Family for Clip {
	/// The bounds, if they are `float32`. Those of other types stay tensors.
	type Call = Option<(f32, f32)>;

	const HOST_INPUTS: &'static [usize] = &[1, 2];
	const FOLLOWS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let x = inputs.spec(0)?;
		let dtype = inputs.common_dtype()?;
		for index in [1, 2] {
			if inputs.optional(index).is_some_and(|bound| !bound.shape.is_empty()) {
				return Err("the bounds must be scalars".into());
			}
		}
		// Bounds in attributes are never wider than `float32`.
		if dtype.is_integer() || (dtype == DType::F64 && inputs.0.len() > 1) {
			return Ok(Plan::per_element(x.clone(), 2 * ARITHMETIC, None).with_temporaries(1));
		}
		if !dtype.is_real() {
			return Err(Reason(wrong_dtype("the input", dtype, "a number")));
		}
		let low = inputs.float(1)?.or(self.low).unwrap_or(f32::NEG_INFINITY);
		let high = inputs.float(2)?.or(self.high).unwrap_or(f32::INFINITY);
		Ok(Plan::per_element(x.clone(), ARITHMETIC, Some((low, high))))
	}

	fn run<T: TensorOps>(
		&self,
		call: Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		if let Some((min, max)) = call {
			return Ok(vec![ops.unary(Unary::Clip { min, max }, x)?]);
		}
		let mut result = x.clone();
		if let Some(low) = inputs.optional(1) {
			result = ops.binary(Binary::Max, &result, low)?;
		}
		if let Some(high) = inputs.optional(2) {
			result = ops.binary(Binary::Min, &result, high)?;
		}
		Ok(vec![result])
	}

	fn follow<T: TensorOps>(
		&self,
		call: Self::Call,
		index: usize,
		_: &[Option<&T::Tensor>],
	) -> Option<Then<T::Tensor>> {
		let (min, max) = call.filter(|_| index == 0)?;
		Some(Then::Unary(Unary::Clip { min, max }))
	}
}
