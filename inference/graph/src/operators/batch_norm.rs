//! `BatchNormalization`, at inference and in training.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator, chain,
	compose::{Compose, bytes},
	plan::{Inputs, Plan, Reason, Tensors, dim_product},
};
use crate::{
	error::AttributeError,
	metering::{self, ARITHMETIC, MOVE},
	ops::{BatchNormParams, KernelError, TensorOps, Then},
	tensor::TensorSpec,
};

/// `BatchNormalization`.
#[derive(Clone, Debug)]
pub(crate) struct BatchNorm {
	epsilon: f32,
	/// In training: how much of the running statistics is kept.
	momentum: Option<f32>,
	/// Before operator set 9: statistics per element, not per channel.
	per_element: bool,
	/// Number of outputs to compute.
	outputs: usize,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let epsilon = attributes.float("epsilon")?.unwrap_or(1e-5);
	let momentum = attributes.float("momentum")?.unwrap_or(0.9);
	// Before operator set 14, the wish for statistics was what made it training.
	let training =
		if node.opset < 14 { node.outputs > 1 } else { attributes.flag("training_mode", false)? };
	if !training && node.outputs > 1 {
		return Err(NodeContext::bad("training_mode", "must be 1 to get running statistics as outputs"));
	}
	if node.opset < 7 && !attributes.flag("is_test", false)? {
		return Err(NodeContext::bad("is_test", "must be 1: export the model for inference"));
	}
	let per_element = node.opset < 9 && !attributes.flag("spatial", true)?;
	let outputs = node.outputs.max(1);
	Ok(BatchNorm { epsilon, momentum: training.then_some(momentum), per_element, outputs }.into())
}

impl BatchNorm {
	/// The input as batch entries, channels, and elements of a channel.
	fn view(&self, shape: &[usize]) -> Result<[usize; 3], Reason> {
		match shape {
			[batch] => Ok([*batch, 1, 1]),
			[batch, inner @ ..] if self.per_element => Ok([*batch, dim_product(inner)?, 1]),
			[batch, channels, inner @ ..] => Ok([*batch, *channels, dim_product(inner)?]),
			[] => Err("the input must have a batch dimension, found a scalar".into()),
		}
	}
}

impl Family for BatchNorm {
	/// The input as batch entries, channels, and elements of a channel.
	type Call = [usize; 3];

	const STARTS: bool = true;
	const FOLLOWS: bool = true;

	fn stored_like(&self, output: usize) -> Option<usize> {
		Some(if output == 0 { 0 } else { 3 })
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<[usize; 3]>, Reason> {
		let dtype = inputs.common_real()?;
		let x = inputs.spec(0)?;
		let view @ [batch, channels, inner] = self.view(&x.shape)?;
		for (index, name) in [(1, "scale"), (2, "bias"), (3, "mean"), (4, "variance")] {
			let shape = inputs.shape(index)?;
			let fits = if self.per_element { Some(shape) == x.shape.get(1..) } else { shape == [channels] };
			if !fits {
				return Err(Reason(format!(
					"{name} must have one element for each of {channels} channels, found shape {shape:?}"
				)));
			}
		}
		let mut outputs = vec![x.clone()];
		outputs.resize(self.outputs, TensorSpec::new(dtype, inputs.shape(3)?));
		let elements = metering::elements(&x.shape);
		let mut work = elements.saturating_mul(2 * ARITHMETIC);
		let mut scratch = 0;
		if self.momentum.is_some() {
			if batch == 0 || inner == 0 {
				return Err("training needs at least one element per channel".into());
			}
			work = work.saturating_add(elements.saturating_mul(2 * MOVE + ARITHMETIC));
			scratch = metering::bytes(x).saturating_add(bytes(dtype, &[channels]).saturating_mul(6));
		}
		Ok(Plan { outputs, work, scratch, call: view })
	}

	fn run<T: TensorOps>(
		&self,
		view: [usize; 3],
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let [_, channels, _] = view;
		let input = inputs.get(0)?;
		let per_channel = |index: usize| ops.reshape(inputs.get(index)?, &[channels]);
		let (scale, bias) = (per_channel(1)?, per_channel(2)?);
		let x = ops.reshape(input, &view)?;
		let normalised = |mean: &T::Tensor, variance: &T::Tensor| {
			let (scale, bias, mean, variance) = (scale.clone(), bias.clone(), mean.clone(), variance.clone());
			let params = BatchNormParams { scale, bias, mean, variance, epsilon: self.epsilon };
			ops.reshape(&ops.batch_norm(&params, &x)?, &ops.spec(input).shape)
		};
		let Some(momentum) = self.momentum else {
			return Ok(vec![normalised(&per_channel(3)?, &per_channel(4)?)?]);
		};

		let c = Compose::like(ops, &x);
		let (mean, distance) = c.centred(&x, &[0, 2])?;
		let variance = c.mean_square(&distance, &[0, 2])?;
		let current = [ops.reshape(&mean, &[channels])?, ops.reshape(&variance, &[channels])?];
		let mut outputs = vec![normalised(&current[0], &current[1])?];
		for (index, current) in current.iter().enumerate() {
			let kept = c.mul_scalar(&per_channel(3 + index)?, momentum)?;
			let running = c.add(&kept, &c.mul_scalar(current, 1.0 - momentum)?)?;
			outputs.push(ops.reshape(&running, &ops.spec(inputs.get(3)?).shape)?);
		}
		for current in &current {
			outputs.push(ops.reshape(current, &ops.spec(inputs.get(3)?).shape)?);
		}
		outputs.truncate(self.outputs);
		Ok(outputs)
	}

	fn run_then<T: TensorOps>(
		&self,
		view: [usize; 3],
		ops: &T,
		inputs: Tensors<'_, T>,
		steps: &[Then<T::Tensor>],
	) -> Result<Vec<T::Tensor>, KernelError> {
		chain::begin(self, view, ops, inputs, steps)
	}

	fn follow<T: TensorOps>(
		&self,
		_: [usize; 3],
		index: usize,
		inputs: &[Option<&T::Tensor>],
	) -> Option<Then<T::Tensor>> {
		let &[_, Some(scale), Some(bias), Some(mean), Some(variance)] = inputs else { return None };
		let plain = self.momentum.is_none() && !self.per_element && index == 0;
		plain.then(|| {
			let (scale, bias) = (scale.clone(), bias.clone());
			let (mean, variance) = (mean.clone(), variance.clone());
			Then::BatchNorm(BatchNormParams { scale, bias, mean, variance, epsilon: self.epsilon })
		})
	}
}
