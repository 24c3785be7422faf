//! `IsInf` and `IsNaN`.

use alloc::{vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::ARITHMETIC,
	ops::{Comparison, KernelError, Logical, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// Which numbers that are none to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Classify {
	Nan,
	Infinite { positive: bool, negative: bool },
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	if node.op_type == "IsNaN" {
		return Ok(Classify::Nan.into());
	}
	let positive = node.attributes.flag("detect_positive", true)?;
	Ok(Classify::Infinite { positive, negative: node.attributes.flag("detect_negative", true)? }.into())
}

impl Family for Classify {
	type Call = ();

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let x = inputs.spec(0)?;
		if !x.dtype.is_real() && !x.dtype.is_storage() {
			return Err(Reason(wrong_dtype("the input", x.dtype, "a float")));
		}
		let output = TensorSpec::new(DType::Bool, x.shape.clone());
		Ok(Plan::per_element(output, 3 * ARITHMETIC, ()).with_temporaries(6))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		// The 8-bit floats are widened here; those of 16 bits have been.
		let narrow = ops.spec(inputs.get(0)?).dtype.is_storage();
		let widened = if narrow { Some(ops.cast(inputs.get(0)?, DType::F32)?) } else { None };
		let x = widened.as_ref().unwrap_or(inputs.get(0)?);
		let is = |value: f32| {
			let value = ops.cast(&ops.from_host(HostTensor::scalar(value))?, ops.spec(x).dtype)?;
			ops.compare(Comparison::Equal, x, &value)
		};
		Ok(vec![match *self {
			Self::Nan => ops.compare(Comparison::NotEqual, x, x)?,
			Self::Infinite { positive: true, negative: true } => {
				ops.logical(Logical::Or, &is(f32::INFINITY)?, &is(f32::NEG_INFINITY)?)?
			}
			Self::Infinite { positive: true, negative: false } => is(f32::INFINITY)?,
			Self::Infinite { positive: false, negative: true } => is(f32::NEG_INFINITY)?,
			// Nothing is a number and not one.
			Self::Infinite { .. } => ops.logical(Logical::And, &is(0.0)?, &is(1.0)?)?,
		}])
	}
}
