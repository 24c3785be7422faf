//! Normalisations: batch, layer, softmax.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{self, Inputs, Plan, Reason, Tensors, broadcast, dim_product},
};
use crate::{
	error::AttributeError,
	metering::{ARITHMETIC, TRANSCENDENTAL},
	ops::{BatchNormParams, KernelError, TensorOps},
};

/// `BatchNormalization` at inference.
#[derive(Clone, Debug)]
pub(crate) struct BatchNorm {
	epsilon: f32,
}

pub(crate) fn parse_batch_norm(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let epsilon = attributes.float("epsilon")?.unwrap_or(1e-5);
	// Only for training.
	attributes.ignore("momentum");
	if attributes.flag("training_mode", false)? {
		return Err(NodeContext::bad("training_mode", "must be 0: export the model for inference"));
	}
	if node.opset < 7 && !attributes.flag("is_test", false)? {
		return Err(NodeContext::bad("is_test", "must be 1: export the model for inference"));
	}
	if node.opset < 9 && !attributes.flag("spatial", true)? {
		return Err(NodeContext::bad("spatial", "must be 1: statistics per element are not supported"));
	}
	Ok(BatchNorm { epsilon }.into())
}

impl Family for BatchNorm {
	type Call = ();

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		inputs.common_real()?;
		let x = inputs.spec(0)?;
		let &[_, channels, ..] = x.shape.as_slice() else {
			return Err(Reason(format!(
				"the input must have batch and channel dimensions, found shape {:?}",
				x.shape
			)));
		};
		for (index, name) in [(1, "scale"), (2, "bias"), (3, "mean"), (4, "variance")] {
			if inputs.shape(index)? != [channels] {
				return Err(Reason(format!(
					"{name} must have shape [{channels}], found {:?}",
					inputs.shape(index)?
				)));
			}
		}
		Ok(Plan::per_element(x.clone(), 2 * ARITHMETIC, ()))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let params = BatchNormParams {
			scale: inputs.get(1)?,
			bias: inputs.get(2)?,
			mean: inputs.get(3)?,
			variance: inputs.get(4)?,
			epsilon: self.epsilon,
		};
		Ok(vec![ops.batch_norm(params, inputs.get(0)?)?])
	}
}

/// `LayerNormalization`.
#[derive(Clone, Debug)]
pub(crate) struct LayerNorm {
	axis: i64,
	epsilon: f32,
}

pub(crate) fn parse_layer_norm(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	if attributes.int("stash_type")?.unwrap_or(1) != 1 {
		return Err(NodeContext::bad("stash_type", "must be 1: statistics are computed in float32"));
	}
	let axis = attributes.int("axis")?.unwrap_or(-1);
	Ok(LayerNorm { axis, epsilon: attributes.float("epsilon")?.unwrap_or(1e-5) }.into())
}

impl Family for LayerNorm {
	/// First normalised axis, and the shape from there on.
	type Call = (usize, Vec<usize>);

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		inputs.common_real()?;
		let x = inputs.spec(0)?;
		let axis = plan::axis(self.axis, x.shape.len())?;
		let inner = x.shape.get(axis..).unwrap_or_default().to_vec();
		for (index, name) in [(1, "scale"), (2, "bias")] {
			if let Some(spec) = inputs.optional(index)
				&& broadcast(&spec.shape, &inner)? != inner
			{
				return Err(Reason(format!(
					"{name} of shape {:?} does not broadcast to {inner:?}",
					spec.shape
				)));
			}
		}
		Ok(Plan::per_element(x.clone(), 4 * ARITHMETIC, (axis, inner)))
	}

	fn run<T: TensorOps>(
		&self,
		(axis, inner): Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let fitted = |tensor: &T::Tensor| {
			if ops.spec(tensor).shape == inner { Ok(tensor.clone()) } else { ops.expand(tensor, &inner) }
		};
		let scale = fitted(inputs.get(1)?)?;
		let bias = inputs.optional(2).map(fitted).transpose()?;
		Ok(vec![ops.layer_norm(inputs.get(0)?, &scale, bias.as_ref(), axis, self.epsilon)?])
	}
}

/// `Softmax` and `LogSoftmax`.
#[derive(Clone, Debug)]
pub(crate) struct Softmax {
	axis: i64,
	log: bool,
	/// Before operator set 13: all dimensions from the axis on together.
	flatten: bool,
}

pub(crate) fn parse_softmax(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let flatten = node.opset < 13;
	let axis = node.attributes.int("axis")?.unwrap_or(if flatten { 1 } else { -1 });
	Ok(Softmax { axis, log: node.op_type == "LogSoftmax", flatten }.into())
}

/// Where a softmax runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SoftmaxCall {
	/// Along an axis.
	Axis(usize),
	/// Along the rows of this matrix; then back to the shape.
	Matrix([usize; 2], Vec<usize>),
}

impl Softmax {
	fn kernel<T: TensorOps>(&self, ops: &T, x: &T::Tensor, axis: usize) -> Result<T::Tensor, KernelError> {
		if self.log { ops.log_softmax(x, axis) } else { ops.softmax(x, axis) }
	}
}

impl Family for Softmax {
	type Call = SoftmaxCall;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<SoftmaxCall>, Reason> {
		inputs.common_real()?;
		let x = inputs.spec(0)?;
		let rank = x.shape.len();
		let call = if self.flatten {
			// There, the axis may also be the rank.
			let axis =
				if usize::try_from(self.axis) == Ok(rank) { rank } else { plan::axis(self.axis, rank)? };
			let (outer, inner) = x.shape.split_at(axis.min(rank));
			SoftmaxCall::Matrix([dim_product(outer)?, dim_product(inner)?], x.shape.clone())
		} else {
			SoftmaxCall::Axis(plan::axis(self.axis, rank)?)
		};
		Ok(Plan::per_element(x.clone(), 2 * TRANSCENDENTAL, call))
	}

	fn run<T: TensorOps>(
		&self,
		call: SoftmaxCall,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		Ok(vec![match call {
			SoftmaxCall::Axis(axis) => self.kernel(ops, x, axis)?,
			SoftmaxCall::Matrix(matrix, shape) => {
				let rows = self.kernel(ops, &ops.reshape(x, &matrix)?, 1)?;
				ops.reshape(&rows, &shape)?
			}
		}])
	}
}
