//! `Cast` and `CastLike`.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::MOVE,
	ops::{KernelError, TensorOps},
	tensor::TensorSpec,
};

/// Converts elements.
#[derive(Clone, Debug)]
pub(crate) struct Cast {
	/// The type to convert to; `None` for that of input 1.
	to: Option<DType>,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	// These concern 8-bit floats only, which are not supported.
	attributes.ignore("saturate");
	attributes.ignore("round_mode");
	if node.op_type == "CastLike" {
		return Ok(Cast { to: None }.into());
	}
	let number = attributes.int("to")?.ok_or(AttributeError::Missing("to"))?;
	let to = i32::try_from(number).ok().and_then(DType::from_onnx);
	let unsupported = || AttributeError::Value {
		name: "to".into(),
		reason: format!("element type {number} of the ONNX specification is not supported"),
	};
	Ok(Cast { to: Some(to.ok_or_else(unsupported)?) }.into())
}

impl Family for Cast {
	/// The type to convert to.
	type Call = DType;

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<DType>, Reason> {
		let to = match self.to {
			Some(to) => to,
			None => inputs.dtype(1)?,
		};
		Ok(Plan::per_element(TensorSpec::new(to, inputs.shape(0)?), MOVE, to))
	}

	fn run<T: TensorOps>(
		&self,
		to: DType,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		Ok(vec![if ops.spec(x).dtype == to { x.clone() } else { ops.cast(x, to)? }])
	}
}
