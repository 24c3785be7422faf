//! Normalisations without a bias: `RMSNormalization`, `MeanVarianceNormalization`, `LpNormalization`.

use alloc::{vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	compose::Compose,
	normalise::{check_affine, stash_type},
	plan::{self, Inputs, Plan, Reason, Tensors},
};
use crate::{
	error::AttributeError,
	metering::{ARITHMETIC, MOVE},
	ops::{Comparison, KernelError, Reduction, TensorOps},
};

/// `RMSNormalization`: `x / √(SumSquare(x) / n + epsilon) · scale`.
#[derive(Clone, Debug)]
pub(crate) struct RmsNorm {
	axis: i64,
	epsilon: f32,
}

pub(crate) fn parse_rms(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	stash_type(attributes)?;
	let axis = attributes.int("axis")?.unwrap_or(-1);
	Ok(RmsNorm { axis, epsilon: attributes.float("epsilon")?.unwrap_or(1e-5) }.into())
}

impl Family for RmsNorm {
	/// The normalised axes.
	type Call = Vec<usize>;

	fn stored_like(&self, _: usize) -> Option<usize> {
		Some(1)
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		inputs.common_real()?;
		let x = inputs.spec(0)?;
		let axis = plan::axis(self.axis, x.shape.len())?;
		check_affine(inputs, 1, "scale", &x.shape)?;
		let axes = (axis..x.shape.len()).collect();
		Ok(Plan::per_element(x.clone(), MOVE + 4 * ARITHMETIC, axes).with_temporaries(1))
	}

	fn run<T: TensorOps>(
		&self,
		axes: Vec<usize>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let c = Compose::like(ops, x);
		let root = c.sqrt(&c.add_scalar(&c.mean_square(x, &axes)?, self.epsilon)?)?;
		Ok(vec![c.mul(&c.div(x, &root)?, inputs.get(1)?)?])
	}
}

/// `MeanVarianceNormalization`: `d / (√(Sum(d · d) / n) + 1e-9)`, where `d` is the distance from the mean.
#[derive(Clone, Debug)]
pub(crate) struct MeanVarianceNorm {
	axes: Vec<i64>,
}

pub(crate) fn parse_mean_variance(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(MeanVarianceNorm { axes: node.attributes.ints("axes")?.unwrap_or_else(|| vec![0, 2, 3]) }.into())
}

impl Family for MeanVarianceNorm {
	/// The normalised axes.
	type Call = Vec<usize>;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		inputs.common_real()?;
		let x = inputs.spec(0)?;
		let axes = plan::axes(&self.axes, x.shape.len())?;
		Ok(Plan::per_element(x.clone(), 2 * MOVE + 3 * ARITHMETIC, axes).with_temporaries(1))
	}

	fn run<T: TensorOps>(
		&self,
		axes: Vec<usize>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let c = Compose::like(ops, x);
		let (_, distance) = c.centred(x, &axes)?;
		let deviation = c.sqrt(&c.mean_square(&distance, &axes)?)?;
		Ok(vec![c.div(&distance, &c.add_scalar(&deviation, 1e-9)?)?])
	}
}

/// `LpNormalization`: `x / norm`, and zero where the norm is zero.
#[derive(Clone, Debug)]
pub(crate) struct LpNorm {
	axis: i64,
	norm: Reduction,
}

pub(crate) fn parse_lp(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let norm = match attributes.int("p")? {
		None | Some(2) => Reduction::L2,
		Some(1) => Reduction::L1,
		Some(_) => return Err(NodeContext::bad("p", "must be 1 or 2")),
	};
	Ok(LpNorm { axis: attributes.int("axis")?.unwrap_or(-1), norm }.into())
}

impl Family for LpNorm {
	/// The axis.
	type Call = usize;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<usize>, Reason> {
		inputs.common_real()?;
		let x = inputs.spec(0)?;
		let axis = plan::axis(self.axis, x.shape.len())?;
		Ok(Plan::per_element(x.clone(), 2 * MOVE + 2 * ARITHMETIC, axis).with_temporaries(3))
	}

	fn run<T: TensorOps>(
		&self,
		axis: usize,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let c = Compose::like(ops, x);
		let norm = ops.reduce(self.norm, x, &[axis], true)?;
		let zero = c.scalar(0.0)?;
		let nothing = ops.compare(Comparison::Equal, &norm, &zero)?;
		Ok(vec![ops.select(&nothing, &zero, &c.div(x, &norm)?)?])
	}
}
