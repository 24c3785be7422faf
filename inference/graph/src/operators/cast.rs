//! `Cast` and `CastLike`.

use alloc::{format, vec, vec::Vec};

use assay_numerics::cast::{E8m0Rounding, Overflow};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	codes::CodeRounding,
	dtype::DType,
	error::AttributeError,
	metering::{self, MOVE},
	ops::{KernelError, TensorOps},
	tensor::TensorSpec,
};

/// Converts elements.
#[derive(Clone, Debug)]
pub(crate) struct Cast {
	/// The type to convert to; `None` for that of input 1.
	to: Option<DType>,
	/// For conversions to storage types.
	rounding: CodeRounding,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let mut rounding = CodeRounding::default();
	let attributes = &mut node.attributes;
	if node.opset >= 19 && !attributes.flag("saturate", true)? {
		rounding.overflow = Overflow::Special;
	}
	if node.opset >= 24 {
		rounding.scale = match attributes.string("round_mode")?.as_deref() {
			None | Some("up") => E8m0Rounding::Up,
			Some("down") => E8m0Rounding::Down,
			Some("nearest") => E8m0Rounding::Nearest,
			Some(_) => {
				return Err(NodeContext::bad("round_mode", "must be \"up\", \"down\" or \"nearest\""));
			}
		};
	}
	let to = match node.op_type {
		"CastLike" => None,
		_ => Some(element_type(node)?),
	};
	Ok(Cast { to, rounding }.into())
}

/// The element type that the attribute `to` names.
pub(super) fn element_type(node: &mut NodeContext<'_>) -> Result<DType, AttributeError> {
	let number = node.attributes.int("to")?.ok_or(AttributeError::Missing("to"))?;
	let unsupported = || AttributeError::Value {
		name: "to".into(),
		reason: format!("element type {number} of the ONNX specification is not supported"),
	};
	i32::try_from(number).ok().and_then(DType::from_onnx).ok_or_else(unsupported)
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
		let x = inputs.spec(0)?;
		let mut plan = Plan::per_element(TensorSpec::new(to, x.shape.clone()), MOVE, to);
		if to.is_storage() {
			plan.scratch = metering::bytes(x);
		}
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		to: DType,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		Ok(vec![if ops.spec(x).dtype == to {
			x.clone()
		} else if to.is_storage() {
			ops.from_host(ops.to_host(x.clone())?.cast_rounding(to, self.rounding))?
		} else {
			ops.cast(x, to)?
		}])
	}
}
