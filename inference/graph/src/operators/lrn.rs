//! `LRN`: local response normalisation across channels.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	compose::Compose,
	plan::{Inputs, Plan, Reason, Tensors, dim, dim_product},
};
use crate::{
	error::AttributeError,
	metering::{self, ARITHMETIC, POWER, WINDOW},
	ops::{Binary, KernelError, PoolParams, TensorOps},
};

/// `LRN`: `x / (bias + alpha · A) ^ beta`, where `A` is the average pool of `x · x` over `size` channels around each, those
/// outside counting as zeros.
#[derive(Clone, Debug)]
pub(crate) struct Lrn {
	size: usize,
	alpha: f32,
	beta: f32,
	bias: f32,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let size = attributes.int("size")?.ok_or(AttributeError::Missing("size"))?;
	// As far as windows reach anywhere.
	let size = dim(size).ok().filter(|size| (1..=1 << 20).contains(size));
	Ok(Lrn {
		size: size.ok_or_else(|| NodeContext::bad("size", "must be from 1 to 1048576"))?,
		alpha: attributes.float("alpha")?.unwrap_or(1e-4),
		beta: attributes.float("beta")?.unwrap_or(0.75),
		bias: attributes.float("bias")?.unwrap_or(1.0),
	}
	.into())
}

impl Family for Lrn {
	/// Batch entries, channels, elements of a channel.
	type Call = [usize; 3];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<[usize; 3]>, Reason> {
		inputs.all_f32()?;
		let x = inputs.spec(0)?;
		let &[batch, channels, ref inner @ ..] = x.shape.as_slice() else {
			return Err(Reason(format!(
				"the input must have batch and channel dimensions, found shape {:?}",
				x.shape
			)));
		};
		let windows = (self.size as u64 + 1).saturating_mul(WINDOW);
		let work =
			metering::elements(&x.shape).saturating_mul(windows.saturating_add(POWER + 4 * ARITHMETIC));
		let call = [batch, channels, dim_product(inner)?];
		Ok(Plan::new(x.clone(), work, call).with_temporaries(2))
	}

	fn run<T: TensorOps>(
		&self,
		[batch, channels, inner]: [usize; 3],
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let shape = ops.spec(x).shape;
		let c = Compose::like(ops, x);
		let before = (self.size - 1) / 2;
		let window = PoolParams {
			kernel: vec![self.size, 1],
			strides: vec![1, 1],
			dilations: vec![1, 1],
			pads_begin: vec![before, 0],
			pads_end: vec![self.size - 1 - before, 0],
			output: vec![channels, inner],
		};
		// Channels as the rows of a picture.
		let squares = ops.reshape(&c.mul(x, x)?, &[batch, 1, channels, inner])?;
		let average = ops.reshape(&ops.average_pool(&window, true, &squares)?, &shape)?;
		let base = c.add(&c.scalar(self.bias)?, &c.mul(&c.scalar(self.alpha)?, &average)?)?;
		let power = ops.binary(Binary::Pow, &base, &c.scalar(self.beta)?)?;
		Ok(vec![c.div(x, &power)?])
	}
}
