//! Normalisation of groups of channels: `GroupNormalization` and `InstanceNormalization`.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	compose::{Compose, along, bytes},
	normalise::stash_type,
	plan::{Inputs, Plan, Reason, Tensors, dim, dim_product},
};
use crate::{
	error::AttributeError,
	metering::ARITHMETIC,
	ops::{KernelError, TensorOps},
};

/// What is normalised together.
#[derive(Clone, Copy, Debug)]
enum Groups {
	/// Every channel by itself.
	Channels,
	/// Equal groups, this many.
	Count(usize),
}

/// `GroupNormalization` and `InstanceNormalization`: layer normalisation of each group, then a factor and a summand.
#[derive(Clone, Debug)]
pub(crate) struct GroupNorm {
	groups: Groups,
	epsilon: f32,
	/// Before operator set 21: factors and summands per group, not per channel.
	affine_per_group: bool,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let groups = if node.op_type == "InstanceNormalization" {
		Groups::Channels
	} else {
		let count = attributes.int("num_groups")?.ok_or(AttributeError::Missing("num_groups"))?;
		match dim(count) {
			Ok(count) if count > 0 => Groups::Count(count),
			_ => return Err(NodeContext::bad("num_groups", "must be at least 1")),
		}
	};
	let grouped = matches!(groups, Groups::Count(_));
	if grouped && node.opset >= 21 {
		stash_type(attributes)?;
	}
	let epsilon = attributes.float("epsilon")?.unwrap_or(1e-5);
	Ok(GroupNorm { groups, epsilon, affine_per_group: grouped && node.opset < 21 }.into())
}

impl Family for GroupNorm {
	/// Batch entries times groups, elements of a group, and groups or channels for the factors.
	type Call = [usize; 3];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<[usize; 3]>, Reason> {
		let dtype = inputs.common_real()?;
		let x = inputs.spec(0)?;
		let &[batch, channels, ref inner @ ..] = x.shape.as_slice() else {
			return Err(Reason(format!(
				"the input must have batch and channel dimensions, found shape {:?}",
				x.shape
			)));
		};
		let groups = match self.groups {
			Groups::Channels => channels,
			Groups::Count(count) if channels.is_multiple_of(count) => count,
			Groups::Count(count) => {
				return Err(Reason(format!("{channels} channels do not fall into {count} equal groups")));
			}
		};
		let affine = if self.affine_per_group { groups } else { channels };
		for (index, name) in [(1, "scale"), (2, "bias")] {
			if inputs.shape(index)? != [affine] {
				return Err(Reason(format!(
					"{name} must have shape [{affine}], found {:?}",
					inputs.shape(index)?
				)));
			}
		}
		let rows = dim_product(&[batch, groups])?;
		let row = dim_product(&[channels.checked_div(groups).unwrap_or(0), dim_product(inner)?])?;
		let mut plan = Plan::per_element(x.clone(), 6 * ARITHMETIC, [rows, row, affine]).with_temporaries(2);
		plan.scratch = plan.scratch.saturating_add(bytes(dtype, &[row]));
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		[rows, row, affine]: [usize; 3],
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let shape = ops.spec(x).shape;
		let c = Compose::like(ops, x);
		// A factor of 1 changes no bit.
		let ones = c.full(1.0, &[row])?;
		let normalised = ops.layer_norm(&ops.reshape(x, &[rows, row])?, &ones, None, 1, self.epsilon)?;
		let batch = shape.first().copied().unwrap_or(1);
		let grouped = ops.reshape(&normalised, &[batch, affine, rows * row / (batch * affine)])?;
		let fitted = |index: usize| ops.reshape(inputs.get(index)?, &along(1, affine, 3));
		let y = c.add(&c.mul(&grouped, &fitted(1)?)?, &fitted(2)?)?;
		Ok(vec![ops.reshape(&y, &shape)?])
	}
}
