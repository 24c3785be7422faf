//! Layer normalisation and softmax.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	attributes::Attributes,
	compose::{Compose, bytes},
	plan::{self, Inputs, Plan, Reason, Tensors, broadcast, dim_product},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, ARITHMETIC, MOVE, TRANSCENDENTAL},
	ops::{KernelError, TensorOps, Unary},
	tensor::TensorSpec,
};

/// `LayerNormalization`.
#[derive(Clone, Debug)]
pub(crate) struct LayerNorm {
	axis: i64,
	epsilon: f32,
	/// Number of outputs to compute: the result, the means, the inverse standard deviations.
	outputs: usize,
}

pub(crate) fn parse_layer_norm(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	stash_type(attributes)?;
	let axis = attributes.int("axis")?.unwrap_or(-1);
	let epsilon = attributes.float("epsilon")?.unwrap_or(1e-5);
	Ok(LayerNorm { axis, epsilon, outputs: node.outputs.max(1) }.into())
}

/// Checks the type in which statistics are computed.
pub(super) fn stash_type(attributes: &mut Attributes) -> Result<(), AttributeError> {
	match attributes.int("stash_type")? {
		None | Some(1) => Ok(()),
		Some(_) => Err(NodeContext::bad("stash_type", "must be 1: statistics are computed in float32")),
	}
}

/// Checks that a factor or summand broadcasts to the normalised axes.
pub(super) fn check_affine(
	inputs: Inputs<'_>,
	index: usize,
	name: &str,
	inner: &[usize],
) -> Result<(), Reason> {
	match inputs.optional(index) {
		Some(spec) if broadcast(&spec.shape, inner)? != inner => {
			Err(Reason(format!("{name} of shape {:?} does not broadcast to {inner:?}", spec.shape)))
		}
		_ => Ok(()),
	}
}

impl Family for LayerNorm {
	/// First normalised axis, and the shape from there on.
	type Call = (usize, Vec<usize>);

	fn stored_like(&self, output: usize) -> Option<usize> {
		(output == 0).then_some(0)
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		inputs.common_real()?;
		let x = inputs.spec(0)?;
		let axis = plan::axis(self.axis, x.shape.len())?;
		let (outer, inner) = x.shape.split_at(axis);
		check_affine(inputs, 1, "scale", inner)?;
		check_affine(inputs, 2, "bias", inner)?;
		let mut outputs = vec![x.clone()];
		let mut weight = 4 * ARITHMETIC;
		let mut scratch = bytes(x.dtype, inner).saturating_mul(2);
		if self.outputs > 1 {
			if inner.contains(&0) {
				return Err("the normalised axes have no elements, and so no mean".into());
			}
			let mut shape = outer.to_vec();
			shape.resize(x.shape.len(), 1);
			weight += 2 * MOVE + ARITHMETIC;
			scratch = scratch.saturating_add(metering::bytes(x)).saturating_add(bytes(x.dtype, &shape));
			outputs.resize(self.outputs, TensorSpec::new(DType::F32, shape));
		}
		let work = metering::elements(&x.shape).saturating_mul(weight);
		Ok(Plan { outputs, work, scratch, call: (axis, inner.to_vec()) })
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
		let x = inputs.get(0)?;
		let scale = fitted(inputs.get(1)?)?;
		let bias = inputs.optional(2).map(fitted).transpose()?;
		let mut outputs = vec![ops.layer_norm(x, &scale, bias.as_ref(), axis, self.epsilon)?];
		if self.outputs > 1 {
			let c = Compose::like(ops, x);
			let axes: Vec<usize> = (axis..axis + inner.len()).collect();
			let (mean, distance) = c.centred(x, &axes)?;
			let variance = c.mean_square(&distance, &axes)?;
			let deviation = c.sqrt(&c.add_scalar(&variance, self.epsilon)?)?;
			for statistic in [mean, ops.unary(Unary::Reciprocal, &deviation)?] {
				outputs.push(ops.cast(&statistic, DType::F32)?);
			}
			outputs.truncate(self.outputs);
		}
		Ok(outputs)
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
	/// Softmax along the last axis.
	pub(super) fn last_axis() -> Self {
		Self { axis: -1, log: false, flatten: false }
	}

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
