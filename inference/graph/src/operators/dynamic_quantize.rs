//! `DynamicQuantizeLinear`: quantises to `uint8` over the range of the elements, widened to hold 0.

use alloc::{vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors},
	quantize::saturate,
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{ARITHMETIC, MOVE},
	ops::{Binary, Comparison, KernelError, Reduction, TensorOps, Unary},
	tensor::{HostTensor, TensorSpec},
};

/// With max and min those of the elements and 0: `scale = (max − min) / 255`, or 1 / 255 if they are equal;
/// `zero_point = round(clip(0 − min / scale, 0, 255))`.
#[derive(Clone, Debug)]
pub(crate) struct DynamicQuantize;

pub(crate) fn parse(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(DynamicQuantize.into())
}

impl Family for DynamicQuantize {
	type Call = ();

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let x = inputs.spec(0)?;
		if x.dtype != DType::F32 {
			return Err(Reason(wrong_dtype("the input", x.dtype, "float32")));
		}
		let y = TensorSpec::new(DType::U8, x.shape.as_slice());
		let mut plan = Plan::per_element(y, 3 * MOVE + 4 * ARITHMETIC, ());
		plan.outputs.extend([TensorSpec::new(DType::F32, []), TensorSpec::new(DType::U8, [])]);
		// Quotients, rounded, limited: at most two at a time, of four bytes.
		Ok(plan.with_temporaries(8))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let number = |value: f32| ops.from_host(HostTensor::scalar(value));
		let zero = number(0.0)?;
		let axes: Vec<usize> = (0..ops.spec(x).shape.len()).collect();
		let max = ops.binary(Binary::Max, &zero, &ops.reduce(Reduction::Max, x, &axes, false)?)?;
		let min = ops.binary(Binary::Min, &zero, &ops.reduce(Reduction::Min, x, &axes, false)?)?;
		let equal = ops.compare(Comparison::Equal, &max, &min)?;
		let span = ops.select(&equal, &number(1.0)?, &ops.binary(Binary::Sub, &max, &min)?)?;
		let scale = ops.binary(Binary::Div, &span, &number(255.0)?)?;
		let start = ops.binary(Binary::Sub, &zero, &ops.binary(Binary::Div, &min, &scale)?)?;
		let start = ops.unary(Unary::Clip { min: 0.0, max: 255.0 }, &start)?;
		let zero_point = ops.unary(Unary::Round, &start)?;
		let y =
			saturate(ops, &ops.binary(Binary::Div, x, &scale)?, Some(&zero_point), (DType::U8, 0.0, 255.0))?;
		Ok(vec![y, scale, ops.cast(&zero_point, DType::U8)?])
	}
}
