//! `Sum`, `Mean`, `Min` and `Max` of any number of tensors.

use alloc::{vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors, broadcast},
};
use crate::{
	error::{AttributeError, wrong_dtype},
	metering::ARITHMETIC,
	ops::{Binary, KernelError, Side, TensorOps, Then},
	tensor::{HostTensor, TensorSpec},
};

/// Folds the inputs from the left.
#[derive(Clone, Debug)]
pub(crate) struct Variadic {
	fold: Binary,
	/// Whether to divide by the number of inputs at the end.
	mean: bool,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let (fold, mean) = match node.op_type {
		"Min" => (Binary::Min, false),
		"Max" => (Binary::Max, false),
		"Sum" => (Binary::Add, false),
		_ => (Binary::Add, true),
	};
	Ok(Variadic { fold, mean }.into())
}

impl Family for Variadic {
	type Call = ();

	const FOLLOWS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let dtype = inputs.common_dtype()?;
		let integers = matches!(self.fold, Binary::Min | Binary::Max);
		let allowed = dtype.is_real() || (integers && dtype.is_integer());
		if !allowed {
			let expected = if integers { "a number" } else { "a floating-point number" };
			return Err(Reason(wrong_dtype("an input", dtype, expected)));
		}
		let mut shape = Vec::new();
		for spec in inputs.specs() {
			shape = broadcast(&shape, &spec.shape)?;
		}
		let steps = inputs.0.len() as u64;
		let output = TensorSpec::new(dtype, shape);
		Ok(Plan::per_element(output, ARITHMETIC.saturating_mul(steps), ()).with_temporaries(1))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let mut result = inputs.get(0)?.clone();
		for &input in inputs.all().iter().skip(1) {
			result = ops.binary(self.fold, &result, input)?;
		}
		if self.mean {
			// Exact: a node has far fewer than 2^24 inputs.
			let count = ops.from_host(HostTensor::scalar(inputs.all().len() as f32))?;
			let count = ops.cast(&count, ops.spec(&result).dtype)?;
			result = ops.binary(Binary::Div, &result, &count)?;
		}
		Ok(vec![result])
	}

	fn follow<T: TensorOps>(
		&self,
		_: (),
		index: usize,
		inputs: &[Option<&T::Tensor>],
	) -> Option<Then<T::Tensor>> {
		let side = if index == 0 { Side::Left } else { Side::Right };
		match inputs {
			[_, _] if !self.mean => {
				let other = inputs.get(1 - index).copied().flatten()?.clone();
				Some(Then::Binary { op: self.fold, other, side })
			}
			_ => None,
		}
	}
}
