//! `RotaryEmbedding`: positions as rotations of pairs of elements (Su et al., arXiv:2104.09864).

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	compose::{Compose, narrow, strided},
	plan::{Inputs, Plan, Reason, Tensors, dim},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{ARITHMETIC, MOVE},
	ops::{AxisSlice, KernelError, TensorOps},
};

/// `RotaryEmbedding`: a pair (a, b) becomes (cos · a − sin · b, sin · a + cos · b).
#[derive(Clone, Debug)]
pub(crate) struct RotaryEmbedding {
	/// Number of heads of a three-dimensional input.
	heads: Option<usize>,
	/// How many elements of a head are rotated, if not all.
	rotated: Option<usize>,
	/// Whether pairs are neighbours, not an element of the first and one of the second half.
	interleaved: bool,
}

/// A size from an attribute whose zero says nothing.
fn size(node: &mut NodeContext<'_>, name: &'static str) -> Result<Option<usize>, AttributeError> {
	match node.attributes.int(name)?.map(dim).transpose() {
		Ok(size) => Ok(size.filter(|&size| size > 0)),
		Err(Reason(reason)) => Err(NodeContext::bad(name, &reason)),
	}
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(RotaryEmbedding {
		heads: size(node, "num_heads")?,
		rotated: size(node, "rotary_embedding_dim")?,
		interleaved: node.attributes.flag("interleaved", false)?,
	}
	.into())
}

/// Shapes of a rotation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rotation {
	/// The input with four dimensions: `[batch, heads, sequence, head]` or `[batch, sequence, heads, head]`.
	view: [usize; 4],
	/// What the angles' `[batch, sequence, pairs]` are in that view.
	angles: [usize; 4],
	/// Number of elements of a head that are rotated.
	rotated: usize,
}

impl Family for RotaryEmbedding {
	type Call = Rotation;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Rotation>, Reason> {
		if inputs.real_at(&[0, 1, 2])? == DType::F64 {
			return Err(Reason(wrong_dtype("an input", DType::F64, "float32, float16 or bfloat16")));
		}
		let x = inputs.spec(0)?;
		let (view, batch, sequence, head) = match *x.shape.as_slice() {
			[batch, heads, sequence, head] => ([batch, heads, sequence, head], batch, sequence, head),
			[batch, sequence, hidden] => {
				let heads = self.heads.ok_or("num_heads must be given for an input of three dimensions")?;
				if !hidden.is_multiple_of(heads) {
					return Err(Reason(format!("{hidden} elements do not fall into {heads} equal heads")));
				}
				([batch, sequence, heads, hidden / heads], batch, sequence, hidden / heads)
			}
			_ => {
				return Err(Reason(format!(
					"the input must have three or four dimensions, found shape {:?}",
					x.shape
				)));
			}
		};
		let rotated = self.rotated.unwrap_or(head);
		if rotated > head || !rotated.is_multiple_of(2) {
			return Err(Reason(format!(
				"{rotated} elements of a head of {head} cannot be rotated: the number must be even and not larger"
			)));
		}
		let pairs = rotated / 2;
		if let Some(ids) = inputs.optional(3) {
			if ids.dtype != DType::I64 {
				return Err(Reason(wrong_dtype("position_ids", ids.dtype, "int64")));
			}
			if ids.shape != [batch, sequence] {
				return Err(Reason(format!(
					"position_ids must have shape {:?}, found {:?}",
					[batch, sequence],
					ids.shape
				)));
			}
		}
		for (index, name) in [(1, "cos_cache"), (2, "sin_cache")] {
			let shape = inputs.shape(index)?;
			let fits = match *shape {
				[_, last] if inputs.optional(3).is_some() => last == pairs,
				[first, second, last] if inputs.optional(3).is_none() => {
					[first, second, last] == [batch, sequence, pairs]
				}
				_ => false,
			};
			if !fits {
				return Err(Reason(format!(
					"{name} has shape {shape:?}: it must be [positions, {pairs}] with position_ids, and [{batch}, {sequence}, \
					 {pairs}] without"
				)));
			}
		}
		let angles =
			if x.shape.len() == 4 { [batch, 1, sequence, pairs] } else { [batch, sequence, 1, pairs] };
		let call = Rotation { view, angles, rotated };
		Ok(Plan::per_element(x.clone(), 3 * ARITHMETIC + 2 * MOVE, call).with_temporaries(5))
	}

	fn run<T: TensorOps>(
		&self,
		call: Rotation,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let input = inputs.get(0)?;
		let Rotation { view, angles, rotated } = call;
		if rotated == 0 {
			return Ok(vec![input.clone()]);
		}
		let angle = |index: usize| {
			let cache = inputs.get(index)?;
			let picked = match inputs.optional(3) {
				Some(positions) => ops.gather(cache, positions, 0)?,
				None => cache.clone(),
			};
			ops.reshape(&picked, &angles)
		};
		let (cos, sin) = (angle(1)?, angle(2)?);
		let x = ops.reshape(input, &view)?;
		let [.., head] = view;
		let half = rotated / 2;
		let (a, b) = if self.interleaved {
			let every_second = |start| strided(ops, &x, 3, AxisSlice { start, step: 2, len: half });
			(every_second(0)?, every_second(1)?)
		} else {
			(narrow(ops, &x, 3, 0, half)?, narrow(ops, &x, 3, half, half)?)
		};
		let c = Compose::like(ops, &x);
		let real = c.sub(&c.mul(&cos, &a)?, &c.mul(&sin, &b)?)?;
		let imaginary = c.add(&c.mul(&sin, &a)?, &c.mul(&cos, &b)?)?;
		let rest = narrow(ops, &x, 3, rotated, head - rotated)?;
		let joined = if self.interleaved {
			let [first, second, third, _] = view;
			let pair = |part: &T::Tensor| ops.reshape(part, &[first, second, third, half, 1]);
			let pairs = ops.concat(&[&pair(&real)?, &pair(&imaginary)?], 4)?;
			let pairs = ops.reshape(&pairs, &[first, second, third, rotated])?;
			if rotated == head { pairs } else { ops.concat(&[&pairs, &rest], 3)? }
		} else if rotated == head {
			ops.concat(&[&real, &imaginary], 3)?
		} else {
			ops.concat(&[&real, &imaginary, &rest], 3)?
		};
		Ok(vec![ops.reshape(&joined, &ops.spec(input).shape)?])
	}
}
