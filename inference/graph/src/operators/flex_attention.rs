//! `FlexAttention`: attention with graphs that change the scores and the probabilities on the way.
//!
//! The graphs run between the operators here: scores, the first graph, softmax, the second graph, the product with the
//! values.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	attention::{Sizes, steps},
	attributes::Attributes,
	compose::{Compose, bytes},
	normalise::Softmax,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, MOVE},
	ops::{KernelError, TensorOps},
	tensor::TensorSpec,
};

/// What a `FlexAttention` consists of, besides its graphs.
#[derive(Clone, Debug)]
pub(crate) struct FlexAttention {
	/// From Q and K to scores.
	pub(crate) scores: Operator,
	/// From scores to probabilities.
	pub(crate) softmax: Operator,
	/// From probabilities and V to the output.
	pub(crate) output: Operator,
}

/// Takes the attributes that are no graphs.
pub(crate) fn parse(attributes: &mut Attributes) -> Result<FlexAttention, AttributeError> {
	let precision = match attributes.int("softmax_precision")? {
		None => None,
		Some(number) => {
			let dtype = i32::try_from(number).ok().and_then(DType::from_onnx);
			let dtype = dtype.filter(|dtype| dtype.is_real() || dtype.is_half());
			Some(
				dtype
					.ok_or_else(|| NodeContext::bad("softmax_precision", "must be a floating-point type"))?,
			)
		}
	};
	let scale = attributes.float("scale")?;
	Ok(FlexAttention {
		scores: FlexScores { scale, precision }.into(),
		softmax: Softmax::last_axis().into(),
		output: FlexOutput.into(),
	})
}

/// The four dimensions of an input.
fn four(inputs: Inputs<'_>, index: usize, name: &str) -> Result<[usize; 4], Reason> {
	<[usize; 4]>::try_from(inputs.shape(index)?).map_err(|_| {
		Reason(format!("{name} must have four dimensions, found shape {:?}", inputs.shape(index)))
	})
}

/// The products of queries and keys, in the precision of softmax.
#[derive(Clone, Debug)]
pub(crate) struct FlexScores {
	scale: Option<f32>,
	precision: Option<DType>,
}

impl Family for FlexScores {
	type Call = Sizes;

	fn stored_like(&self, _: usize) -> Option<usize> {
		None
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Sizes>, Reason> {
		let dtype = inputs.common_real()?;
		let [batch, q_heads, queries, head] = four(inputs, 0, "Q")?;
		let [k_batch, kv_heads, keys, k_head] = four(inputs, 1, "K")?;
		if (k_batch, k_head) != (batch, head) || q_heads.checked_rem(kv_heads) != Some(0) {
			return Err(Reason(format!(
				"Q and K of shapes {:?} and {:?} do not belong together: they need one batch size, one head size, and Q a multiple \
				 of the heads of K",
				inputs.shape(0)?,
				inputs.shape(1)?
			)));
		}
		let sizes = Sizes::new([batch, q_heads, queries, head], [kv_heads, keys, 0]);
		let output = TensorSpec::new(self.precision.unwrap_or(dtype), sizes.scores());
		let moved = inputs.specs().map(|spec| metering::elements(&spec.shape)).fold(0, u64::saturating_add);
		let work = sizes.work().saturating_add(moved.saturating_mul(MOVE));
		let scaled = inputs.specs().map(metering::bytes).fold(0, u64::saturating_add);
		let mut plan = Plan::new(output, work, sizes).with_temporaries(1);
		plan.scratch = plan.scratch.saturating_add(scaled).saturating_add(bytes(dtype, &plan.call.scores()));
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		sizes: Sizes,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let c = Compose::like(ops, inputs.get(0)?);
		let (q, k) = steps::scaled(&c, &sizes, self.scale, inputs.get(0)?, inputs.get(1)?)?;
		let scores = steps::products(ops, &sizes, &q, &k)?;
		Ok(vec![ops.cast(&scores, self.precision.unwrap_or(c.dtype))?])
	}
}

/// Probabilities times values, computed in the type of the former, stored in that of the latter.
#[derive(Clone, Debug)]
pub(crate) struct FlexOutput;

impl Family for FlexOutput {
	type Call = Sizes;

	fn stored_like(&self, _: usize) -> Option<usize> {
		Some(1)
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Sizes>, Reason> {
		// Each may have a type of its own.
		inputs.real_at(&[0])?;
		let dtype = inputs.real_at(&[1])?;
		let [batch, q_heads, queries, keys] = four(inputs, 0, "the probabilities")?;
		let [v_batch, kv_heads, v_keys, value] = four(inputs, 1, "V")?;
		if (v_batch, v_keys) != (batch, keys) || q_heads.checked_rem(kv_heads) != Some(0) {
			return Err(Reason(format!(
				"V of shape {:?} does not belong to scores of shape {:?}",
				inputs.shape(1)?,
				inputs.shape(0)?
			)));
		}
		let sizes = Sizes::new([batch, q_heads, queries, 0], [kv_heads, keys, value]);
		let output = TensorSpec::new(dtype, [batch, q_heads, queries, value]);
		let mut plan = Plan::new(output, sizes.work(), sizes).with_temporaries(2);
		plan.scratch = plan.scratch.saturating_add(bytes(DType::F64, inputs.shape(1)?)).saturating_mul(2);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		sizes: Sizes,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let (probabilities, v) = (inputs.get(0)?, inputs.get(1)?);
		let stored = ops.spec(v).dtype;
		let v = ops.cast(v, ops.spec(probabilities).dtype)?;
		Ok(vec![ops.cast(&steps::weighted(ops, &sizes, probabilities, &v)?, stored)?])
	}
}
