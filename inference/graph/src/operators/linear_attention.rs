//! `LinearAttention`: attention as a recurrence over a matrix of state.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	compose::{Compose, plane, stack},
	plan::{Inputs, Plan, Reason, Tensors, dim, dim_product},
};
use crate::{
	error::AttributeError,
	metering::{self, ARITHMETIC, MOVE, MULTIPLY_ADDS_PER_TENSOR, TRANSCENDENTAL},
	ops::{KernelError, TensorOps, Unary},
	tensor::TensorSpec,
};

/// Tensors that one step handles.
const TENSORS_PER_STEP: u64 = 32;

/// `LinearAttention`. For every token, with S the state of a head, of `[keys, values]`:
///
/// 1. gated: `S = S · exp(decay)`;
/// 2. delta: `v = beta · (v − kᵀS)`;
/// 3. `S = S + k · v`, of every pair of elements;
/// 4. the output is `scale · (qᵀS)`.
#[derive(Clone, Debug)]
pub(crate) struct LinearAttention {
	gated: bool,
	delta: bool,
	q_heads: usize,
	kv_heads: usize,
	/// Factor of the output, if it is not one over the root of the size of a key.
	scale: Option<f32>,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let (gated, delta) = match attributes.string("update_rule")?.as_deref() {
		Some("linear") => (false, false),
		Some("gated") => (true, false),
		Some("delta") => (false, true),
		None | Some("gated_delta") => (true, true),
		Some(_) => {
			let reason = "must be \"linear\", \"gated\", \"delta\" or \"gated_delta\"";
			return Err(NodeContext::bad("update_rule", reason));
		}
	};
	let mut heads = |name: &'static str| {
		let count = attributes.int(name)?.ok_or(AttributeError::Missing(name))?;
		dim(count).ok().filter(|&count| count > 0).ok_or_else(|| NodeContext::bad(name, "must be at least 1"))
	};
	let (q_heads, kv_heads) = (heads("q_num_heads")?, heads("kv_num_heads")?);
	if !q_heads.is_multiple_of(kv_heads) {
		return Err(NodeContext::bad("q_num_heads", "must be a multiple of kv_num_heads"));
	}
	let scale = attributes.float("scale")?.filter(|&scale| scale != 0.0);
	// How to cut a long sequence into parts: no part of the meaning.
	attributes.ignore("chunk_size");
	Ok(LinearAttention { gated, delta, q_heads, kv_heads, scale }.into())
}

/// Sizes of a linear attention.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sizes {
	batch: usize,
	length: usize,
	keys: usize,
	values: usize,
	/// Decays of a head: one, or one per key.
	decays: usize,
	/// Heads in beta: one for all, or as many as there are.
	beta_heads: usize,
}

impl LinearAttention {
	/// Splits the last dimension of an input `[batch, length, heads · size]`.
	fn split(&self, inputs: Inputs<'_>, index: usize, heads: usize) -> Result<(usize, usize, usize), Reason> {
		match *inputs.shape(index)? {
			[batch, length, hidden] if hidden.is_multiple_of(heads) => Ok((batch, length, hidden / heads)),
			ref shape => Err(Reason(format!(
				"input {index} must have three dimensions, the last a multiple of {heads} heads, found shape {shape:?}"
			))),
		}
	}

	fn check_presence(&self, inputs: Inputs<'_>) -> Result<(), Reason> {
		for (index, name, wanted) in [(4, "decay", self.gated), (5, "beta", self.delta)] {
			if inputs.optional(index).is_some() != wanted {
				let verb = if wanted { "needs" } else { "does not take" };
				return Err(Reason(format!("this update_rule {verb} the input {name}")));
			}
		}
		Ok(())
	}
}

impl Family for LinearAttention {
	type Call = Sizes;

	fn stored_like(&self, output: usize) -> Option<usize> {
		Some(if output == 0 { 0 } else { 3 })
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Sizes>, Reason> {
		inputs.all_f32()?;
		self.check_presence(inputs)?;
		let dtype = inputs.dtype(0)?;
		let (batch, length, keys) = self.split(inputs, 0, self.q_heads)?;
		let of_keys = self.split(inputs, 1, self.kv_heads)?;
		let (v_batch, v_length, values) = self.split(inputs, 2, self.kv_heads)?;
		if of_keys != (batch, length, keys) || (v_batch, v_length) != (batch, length) {
			return Err(Reason(format!(
				"query, key and value of shapes {:?}, {:?}, {:?} do not belong together",
				inputs.shape(0)?,
				inputs.shape(1)?,
				inputs.shape(2)?
			)));
		}
		let state = [batch, self.kv_heads, keys, values];
		if let Some(past) = inputs.optional(3)
			&& past.shape != state
		{
			return Err(Reason(format!("past_state must have shape {state:?}, found {:?}", past.shape)));
		}
		let mut sizes = Sizes { batch, length, keys, values, decays: 1, beta_heads: 1 };
		if let Some(decay) = inputs.optional(4) {
			sizes.decays = match *decay.shape {
				[b, l, last] if (b, l, last) == (batch, length, self.kv_heads) => 1,
				[b, l, last] if (b, l, Some(last)) == (batch, length, self.kv_heads.checked_mul(keys)) => {
					keys
				}
				_ => return Err(Reason(format!("decay of shape {:?} does not fit the keys", decay.shape))),
			};
		}
		if let Some(beta) = inputs.optional(5) {
			sizes.beta_heads = match *beta.shape {
				[b, l, last] if (b, l) == (batch, length) && (last == 1 || last == self.kv_heads) => last,
				_ => return Err(Reason(format!("beta of shape {:?} does not fit the heads", beta.shape))),
			};
		}
		let output = TensorSpec::new(dtype, [batch, length, dim_product(&[self.q_heads, values])?]);
		let state = TensorSpec::new(dtype, state);
		let groups = (self.q_heads / self.kv_heads) as u64;
		let decays = inputs.optional(4).map_or(0, |decay| metering::elements(&decay.shape));
		let per_element = groups.saturating_add(1).saturating_add(4 * ARITHMETIC);
		let work = metering::elements(&state.shape)
			.saturating_mul(per_element)
			.saturating_add(TENSORS_PER_STEP * MULTIPLY_ADDS_PER_TENSOR)
			.saturating_mul(length as u64)
			.saturating_add(metering::elements(&output.shape).saturating_mul(2 * MOVE))
			.saturating_add(decays.saturating_mul(TRANSCENDENTAL));
		let inputs_once_more = inputs.specs().map(metering::bytes).fold(0, u64::saturating_add);
		let scratch = metering::bytes(&state)
			.saturating_mul(4)
			.saturating_add(metering::bytes(&output).saturating_mul(2))
			.saturating_add(inputs_once_more);
		Ok(Plan { outputs: vec![output, state], work, scratch, call: sizes })
	}

	fn run<T: TensorOps>(
		&self,
		sizes: Sizes,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let Sizes { batch, length, keys, values, decays, beta_heads } = sizes;
		let (heads, groups) = (self.kv_heads, self.q_heads / self.kv_heads);
		let c = Compose::like(ops, inputs.get(0)?);
		let state_shape = [batch, heads, keys, values];
		let mut state = match inputs.optional(3) {
			Some(past) => past.clone(),
			None => c.full(0.0, &state_shape)?,
		};
		let output_shape = [batch, length, self.q_heads * values];
		if output_shape.contains(&0) || state_shape.contains(&0) {
			return Ok(vec![c.full(0.0, &output_shape)?, state]);
		}

		let scale = match self.scale {
			Some(scale) => c.scalar(scale)?,
			None => ops.unary(Unary::Reciprocal, &c.sqrt(&c.count(keys)?)?)?,
		};
		let query = ops.reshape(inputs.get(0)?, &[batch, length, heads, groups, keys])?;
		let key = ops.reshape(inputs.get(1)?, &[batch, length, heads, keys])?;
		let value = ops.reshape(inputs.get(2)?, &[batch, length, heads, 1, values])?;
		let gate = match inputs.optional(4) {
			Some(decay) => {
				let factors = ops.unary(Unary::Exp, decay)?;
				Some(ops.reshape(&factors, &[batch, length, heads, decays, 1])?)
			}
			None => None,
		};
		let beta = inputs.optional(5).map(|beta| ops.reshape(beta, &[batch, length, beta_heads, 1, 1]));
		let beta = beta.transpose()?;

		let mut outputs = Vec::with_capacity(length);
		for step in 0..length {
			let at = |x: &T::Tensor| plane(ops, x, 1, step);
			let k = at(&key)?;
			let mut v = at(&value)?;
			if let Some(gate) = &gate {
				state = c.mul(&state, &at(gate)?)?;
			}
			if let Some(beta) = &beta {
				let retrieved = ops.matmul(&ops.reshape(&k, &[batch, heads, 1, keys])?, &state)?;
				v = c.mul(&at(beta)?, &c.sub(&v, &retrieved)?)?;
			}
			state = c.add(&state, &c.mul(&ops.reshape(&k, &[batch, heads, keys, 1])?, &v)?)?;
			outputs.push(c.mul(&scale, &ops.matmul(&at(&query)?, &state)?)?);
		}
		let output = ops.reshape(&stack(ops, &outputs, 1)?, &output_shape)?;
		Ok(vec![output, state])
	}
}
