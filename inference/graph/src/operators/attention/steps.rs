//! The steps of an attention, for all queries or some of them.

use alloc::{vec, vec::Vec};

use super::Sizes;
use crate::{
	dtype::DType,
	operators::{
		compose::{Compose, choose, less, narrow, positions},
		plan::Tensors,
	},
	ops::{KernelError, PadMode, TensorOps, Unary},
};

type Result<T> = core::result::Result<T, KernelError>;

/// What is added to the score of a key that must not be seen.
const HIDDEN: f32 = f32::NEG_INFINITY;

/// Queries and keys, each times the root of the scale, which is `1 / √head` if it is not given.
pub(in crate::operators) fn scaled<T: TensorOps>(
	c: &Compose<'_, T>,
	sizes: &Sizes,
	scale: Option<f32>,
	q: &T::Tensor,
	k: &T::Tensor,
) -> Result<(T::Tensor, T::Tensor)> {
	let scale = match scale {
		Some(scale) => c.scalar(scale)?,
		None => c.ops.unary(Unary::Reciprocal, &c.sqrt(&c.count(sizes.head)?)?)?,
	};
	let root = c.sqrt(&scale)?;
	Ok((c.mul(q, &root)?, c.mul(k, &root)?))
}

/// The products `q · kᵀ`, as `[batch, q_heads, queries, keys]`.
pub(in crate::operators) fn products<T: TensorOps>(
	ops: &T,
	sizes: &Sizes,
	q: &T::Tensor,
	k: &T::Tensor,
) -> Result<T::Tensor> {
	let q = ops.reshape(q, &sizes.grouped(sizes.head))?;
	ops.reshape(&ops.matmul_transposed(&q, k)?, &sizes.scores())
}

/// Softmax of scores, in `float64` if that is wanted.
pub(super) fn softmax<T: TensorOps>(
	c: &Compose<'_, T>,
	scores: &T::Tensor,
	double: bool,
) -> Result<T::Tensor> {
	if !double || c.dtype == DType::F64 {
		return c.ops.softmax(scores, 3);
	}
	c.ops.cast(&c.ops.softmax(&c.ops.cast(scores, DType::F64)?, 3)?, c.dtype)
}

/// Probabilities times values, as `[batch, q_heads, queries, value]`.
pub(in crate::operators) fn weighted<T: TensorOps>(
	ops: &T,
	sizes: &Sizes,
	probabilities: &T::Tensor,
	v: &T::Tensor,
) -> Result<T::Tensor> {
	let grouped = ops.reshape(probabilities, &sizes.grouped(sizes.keys))?;
	let values = ops.matmul(&grouped, v)?;
	ops.reshape(&values, &[sizes.batch, sizes.q_heads, sizes.queries, sizes.value])
}

/// What is added to scores: the mask, then the causal mask, then the padding's.
pub(super) struct Bias<Tensor> {
	/// Broadcasts to the scores of all queries.
	mask: Option<Tensor>,
	causal: bool,
	/// Broadcasts to the scores of any queries.
	padding: Option<Tensor>,
}

impl<Tensor: Clone> Bias<Tensor> {
	pub(super) fn new<T: TensorOps<Tensor = Tensor>>(
		c: &Compose<'_, T>,
		inputs: &Tensors<'_, T>,
		sizes: &Sizes,
		causal: bool,
	) -> Result<Self> {
		let mask = inputs.optional(3).map(|mask| summand(c, mask, sizes.keys)).transpose()?;
		let padding = match inputs.optional(6) {
			Some(lengths) => {
				let lengths = c.ops.reshape(lengths, &[sizes.batch, 1, 1, 1])?;
				let valid = less(c.ops, &positions(c.ops, 0, sizes.keys)?, &lengths)?;
				Some(choose(c, &valid, 0.0, HIDDEN)?)
			}
			None => None,
		};
		Ok(Self { mask, causal, padding })
	}

	/// The scores of the queries from `first` on, with this added.
	pub(super) fn add_to<T: TensorOps<Tensor = Tensor>>(
		&self,
		c: &Compose<'_, T>,
		sizes: &Sizes,
		first: usize,
		scores: Tensor,
	) -> Result<Tensor> {
		let mut summands = Vec::with_capacity(3);
		if let Some(mask) = &self.mask {
			// One row for every query, or one for all.
			let shape = c.ops.spec(mask).shape;
			let axis = shape.len().wrapping_sub(2);
			summands.push(match shape.get(axis) {
				Some(1) | None => mask.clone(),
				Some(_) => narrow(c.ops, mask, axis, first, sizes.queries)?,
			});
		}
		if self.causal {
			let rows = positions(c.ops, sizes.past + first, sizes.queries)?;
			let rows = c.ops.reshape(&rows, &[sizes.queries, 1])?;
			let later = less(c.ops, &rows, &positions(c.ops, 0, sizes.keys)?)?;
			summands.push(choose(c, &later, HIDDEN, 0.0)?);
		}
		summands.extend(self.padding.clone());
		let mut summands = summands.into_iter();
		let Some(mut bias) = summands.next() else { return Ok(scores) };
		for summand in summands {
			bias = c.add(&bias, &summand)?;
		}
		c.add(&scores, &bias)
	}
}

/// A mask as something to add, for all keys: those beyond its end are hidden.
fn summand<T: TensorOps>(c: &Compose<'_, T>, mask: &T::Tensor, keys: usize) -> Result<T::Tensor> {
	let ops = c.ops;
	let spec = ops.spec(mask);
	let mask = match spec.dtype {
		DType::Bool => choose(c, mask, 0.0, HIDDEN)?,
		dtype if dtype == c.dtype => mask.clone(),
		_ => ops.cast(mask, c.dtype)?,
	};
	let mut missing = vec![(0, 0); spec.shape.len()];
	if let (Some(pad), Some(&len)) = (missing.last_mut(), spec.shape.last()) {
		pad.1 = keys.saturating_sub(len);
	}
	if missing.iter().all(|&(_, after)| after == 0) {
		return Ok(mask);
	}
	ops.pad(PadMode::Constant, &mask, &missing, &c.scalar(HIDDEN)?)
}
