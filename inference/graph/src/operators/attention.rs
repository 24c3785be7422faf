//! `Attention`: scaled dot-product attention.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	attributes::Attributes,
	compose::{Compose, bytes, choose, less, positions},
	plan::{Inputs, Plan, Reason, Tensors, broadcast, dim, dim_product},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, ARITHMETIC, MOVE, TRANSCENDENTAL},
	ops::{KernelError, PadMode, TensorOps, Unary},
	tensor::TensorSpec,
};

/// Which scores are the fourth output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scores {
	/// The products of queries and keys.
	Products,
	/// After the cap.
	Capped,
	/// With the mask.
	Masked,
	/// After softmax.
	Probabilities,
}

/// `Attention`. With s the root of the scale, in this order, every step rounded: `(Q · s) · (K · s)ᵀ`, capped by
/// `softcap · tanh(x / softcap)`; plus mask; softmax; times V.
#[derive(Clone, Debug)]
pub(crate) struct Attention {
	/// Heads of queries, and of keys and values, in inputs of three dimensions.
	heads: Option<(usize, usize)>,
	scale: Option<f32>,
	causal: bool,
	softcap: Option<f32>,
	/// Whether softmax is computed in `float64` even if the inputs are narrower.
	double_softmax: bool,
	scores: Scores,
	/// Number of outputs to compute.
	outputs: usize,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let mut heads = |name: &'static str| match attributes.int(name)?.map(dim) {
		None => Ok(None),
		Some(Ok(count)) if count > 0 => Ok(Some(count)),
		Some(_) => Err(NodeContext::bad(name, "must be at least 1")),
	};
	let heads = heads("q_num_heads")?.zip(heads("kv_num_heads")?);
	let softcap = attributes.float("softcap")?.filter(|&cap| cap > 0.0);
	let double_softmax = double_softmax(attributes)?;
	let scores = match attributes.int("qk_matmul_output_mode")? {
		None | Some(0) => Scores::Products,
		Some(1) => Scores::Capped,
		Some(2) => Scores::Masked,
		Some(3) => Scores::Probabilities,
		Some(_) => return Err(NodeContext::bad("qk_matmul_output_mode", "must be 0, 1, 2 or 3")),
	};
	Ok(Attention {
		heads,
		scale: attributes.float("scale")?,
		causal: attributes.flag("is_causal", false)?,
		softcap,
		double_softmax,
		scores,
		outputs: node.outputs.max(1),
	}
	.into())
}

/// Takes the wish for a precision of softmax. It is never less than that of the inputs, nor than `float32`.
pub(super) fn double_softmax(attributes: &mut Attributes) -> Result<bool, AttributeError> {
	let wanted =
		attributes.int("softmax_precision")?.and_then(|wanted| i32::try_from(wanted).ok().or(Some(0)));
	match wanted.map(DType::from_onnx) {
		None => Ok(false),
		Some(Some(dtype)) if dtype.is_real() || dtype.is_half() => Ok(dtype == DType::F64),
		Some(_) => Err(NodeContext::bad("softmax_precision", "must be a floating-point type")),
	}
}

/// Sizes of an attention.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sizes {
	batch: usize,
	q_heads: usize,
	kv_heads: usize,
	/// Number of queries.
	queries: usize,
	/// Number of keys from before.
	past: usize,
	/// Number of keys, those from before included.
	keys: usize,
	/// Elements of a query and a key.
	head: usize,
	/// Elements of a value.
	value: usize,
	/// Whether heads stand side by side in the last of three dimensions.
	packed: bool,
}

impl Sizes {
	/// Sizes of an attention without a past.
	pub(super) fn new(
		[batch, q_heads, queries, head]: [usize; 4],
		[kv_heads, keys, value]: [usize; 3],
	) -> Self {
		Self { batch, q_heads, kv_heads, queries, past: 0, keys, head, value, packed: false }
	}

	pub(super) fn scores(&self) -> [usize; 4] {
		[self.batch, self.q_heads, self.queries, self.keys]
	}

	/// Queries that share keys, as rows of one matrix for each of these: `[batch, kv_heads, group · queries, …]`.
	fn grouped(&self, last: usize) -> [usize; 4] {
		let group = self.q_heads / self.kv_heads.max(1);
		[self.batch, self.kv_heads, group * self.queries, last]
	}

	/// Multiply-adds of both products, softmax and what is between.
	pub(super) fn work(&self) -> u64 {
		let depth = (self.head as u64).saturating_add(self.value as u64);
		let per_score = depth.saturating_add(3 * TRANSCENDENTAL + 4 * ARITHMETIC);
		metering::elements(&self.scores()).saturating_mul(per_score)
	}
}

impl Attention {
	fn sizes(&self, inputs: Inputs<'_>) -> Result<Sizes, Reason> {
		let four = |index: usize, heads: Option<usize>| -> Result<[usize; 4], Reason> {
			match (inputs.shape(index)?, heads) {
				(&[batch, heads, length, size], _) => Ok([batch, heads, length, size]),
				(&[batch, length, hidden], Some(heads)) if hidden.is_multiple_of(heads) => {
					Ok([batch, heads, length, hidden / heads])
				}
				(&[_, _, hidden], Some(heads)) => {
					Err(Reason(format!("{hidden} elements do not fall into {heads} equal heads")))
				}
				(&[_, _, _], None) => {
					Err("q_num_heads and kv_num_heads must be given for inputs of three dimensions".into())
				}
				(shape, _) => Err(Reason(format!(
					"input {index} must have three or four dimensions, found shape {shape:?}"
				))),
			}
		};
		let shapes = [inputs.shape(0)?, inputs.shape(1)?, inputs.shape(2)?];
		let packed = shapes[0].len() == 3;
		if shapes.iter().any(|shape| shape.len() != shapes[0].len()) {
			return Err(Reason(format!(
				"Q, K and V must have equally many dimensions, found shapes {shapes:?}"
			)));
		}
		let [batch, q_heads, queries, head] = four(0, self.heads.map(|(q, _)| q))?;
		let [k_batch, kv_heads, new, k_head] = four(1, self.heads.map(|(_, kv)| kv))?;
		let [v_batch, v_heads, v_new, value] = four(2, self.heads.map(|(_, kv)| kv))?;
		if (k_batch, v_batch) != (batch, batch)
			|| (v_heads, v_new) != (kv_heads, new)
			|| k_head != head
			|| q_heads.checked_rem(kv_heads) != Some(0)
		{
			return Err(Reason(format!(
				"Q, K and V of shapes {shapes:?} do not belong together: they need one batch size, K and V one length, Q and K \
				 one head size, and Q a multiple of their heads"
			)));
		}
		let past = match (inputs.optional(4), inputs.optional(5)) {
			(None, None) => 0,
			(Some(key), Some(val)) => match (key.shape.as_slice(), val.shape.as_slice()) {
				(&[kb, kh, past, ks], &[vb, vh, v_past, vs])
					if (kb, kh, ks) == (batch, kv_heads, head)
						&& (vb, vh, v_past, vs) == (batch, kv_heads, past, value) =>
				{
					past
				}
				_ => {
					return Err(Reason(format!(
						"past_key and past_value must have shapes [{batch}, {kv_heads}, past, {head}] and [{batch}, {kv_heads}, \
						 past, {value}], found {:?} and {:?}",
						key.shape, val.shape
					)));
				}
			},
			_ => return Err("past_key and past_value must be given together".into()),
		};
		let keys = past.checked_add(new).ok_or("there are too many keys")?;
		Ok(Sizes { batch, q_heads, kv_heads, queries, past, keys, head, value, packed })
	}

	fn check_masks(inputs: Inputs<'_>, sizes: &Sizes) -> Result<(), Reason> {
		if let Some(mask) = inputs.optional(3) {
			let mut padded = mask.shape.clone();
			match padded.last_mut() {
				Some(last) if *last <= sizes.keys => *last = sizes.keys,
				_ => {
					return Err(Reason(format!(
						"attn_mask has shape {:?}, for {} keys",
						mask.shape, sizes.keys
					)));
				}
			}
			let scores = sizes.scores();
			if broadcast(&padded, &scores)? != scores {
				return Err(Reason(format!(
					"attn_mask of shape {:?} does not broadcast to the scores' {scores:?}",
					mask.shape
				)));
			}
		}
		if let Some(lengths) = inputs.optional(6) {
			if inputs.optional(4).is_some() {
				return Err("nonpad_kv_seqlen and past_key exclude each other".into());
			}
			if lengths.dtype != DType::I64 || lengths.shape != [sizes.batch] {
				return Err(Reason(format!(
					"nonpad_kv_seqlen must be int64[{}], found {lengths}",
					sizes.batch
				)));
			}
		}
		Ok(())
	}

	/// What is added to the scores: the mask, then the causal mask, then the padding's. `None`: nothing.
	fn bias<T: TensorOps>(
		&self,
		c: &Compose<'_, T>,
		inputs: &Tensors<'_, T>,
		sizes: &Sizes,
	) -> Result<Option<T::Tensor>, KernelError> {
		const HIDDEN: f32 = f32::NEG_INFINITY;
		let ops = c.ops;
		let mut bias = None;
		if let Some(mask) = inputs.optional(3) {
			let spec = ops.spec(mask);
			let mask = match spec.dtype {
				DType::Bool => choose(c, mask, 0.0, HIDDEN)?,
				dtype if dtype == c.dtype => mask.clone(),
				_ => ops.cast(mask, c.dtype)?,
			};
			let mut missing = vec![(0, 0); spec.shape.len()];
			if let (Some(pad), Some(&len)) = (missing.last_mut(), spec.shape.last()) {
				pad.1 = sizes.keys.saturating_sub(len);
			}
			let whole = missing.iter().all(|&(_, after)| after == 0);
			bias = Some(if whole {
				mask
			} else {
				ops.pad(PadMode::Constant, &mask, &missing, &c.scalar(HIDDEN)?)?
			});
		}
		let add = |bias: Option<T::Tensor>, more: T::Tensor| match bias {
			Some(bias) => c.add(&bias, &more).map(Some),
			None => Ok(Some(more)),
		};
		let keys = |first: usize| positions(ops, first, sizes.keys);
		if self.causal {
			let rows = ops.reshape(&positions(ops, sizes.past, sizes.queries)?, &[sizes.queries, 1])?;
			let later = less(ops, &rows, &keys(0)?)?;
			bias = add(bias, choose(c, &later, HIDDEN, 0.0)?)?;
		}
		if let Some(lengths) = inputs.optional(6) {
			let valid = less(ops, &keys(0)?, &ops.reshape(lengths, &[sizes.batch, 1, 1, 1])?)?;
			bias = add(bias, choose(c, &valid, 0.0, HIDDEN)?)?;
		}
		Ok(bias)
	}

	fn softcapped<T: TensorOps>(
		&self,
		c: &Compose<'_, T>,
		scores: T::Tensor,
	) -> Result<T::Tensor, KernelError> {
		let Some(cap) = self.softcap else { return Ok(scores) };
		let cap = c.scalar(cap)?;
		c.mul(&c.ops.unary(Unary::Tanh, &c.div(&scores, &cap)?)?, &cap)
	}
}

/// The products `(Q · s) · (K · s)ᵀ`, s the root of the scale, as `[batch, q_heads, queries, keys]`.
pub(super) fn products<T: TensorOps>(
	c: &Compose<'_, T>,
	sizes: &Sizes,
	scale: Option<f32>,
	q: &T::Tensor,
	k: &T::Tensor,
) -> Result<T::Tensor, KernelError> {
	let scale = match scale {
		Some(scale) => c.scalar(scale)?,
		None => c.ops.unary(Unary::Reciprocal, &c.sqrt(&c.count(sizes.head)?)?)?,
	};
	let root = c.sqrt(&scale)?;
	let q = c.ops.reshape(&c.mul(q, &root)?, &sizes.grouped(sizes.head))?;
	let products = c.ops.matmul_transposed(&q, &c.mul(k, &root)?)?;
	c.ops.reshape(&products, &sizes.scores())
}

/// Softmax of scores.
pub(super) fn softmax<T: TensorOps>(
	c: &Compose<'_, T>,
	scores: &T::Tensor,
	double: bool,
) -> Result<T::Tensor, KernelError> {
	if !double || c.dtype == DType::F64 {
		return c.ops.softmax(scores, 3);
	}
	c.ops.cast(&c.ops.softmax(&c.ops.cast(scores, DType::F64)?, 3)?, c.dtype)
}

/// Probabilities times values, as `[batch, q_heads, queries, value]`.
pub(super) fn weighted<T: TensorOps>(
	ops: &T,
	sizes: &Sizes,
	probabilities: &T::Tensor,
	v: &T::Tensor,
) -> Result<T::Tensor, KernelError> {
	let grouped = ops.reshape(probabilities, &sizes.grouped(sizes.keys))?;
	let values = ops.matmul(&grouped, v)?;
	ops.reshape(&values, &[sizes.batch, sizes.q_heads, sizes.queries, sizes.value])
}

impl Family for Attention {
	type Call = Sizes;

	fn stored_like(&self, output: usize) -> Option<usize> {
		Some(if output == 2 { 2 } else { 0 })
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Sizes>, Reason> {
		let dtype = inputs.real_at(&[0, 1, 2, 4, 5])?;
		let sizes = self.sizes(inputs)?;
		Self::check_masks(inputs, &sizes)?;
		let Sizes { batch, q_heads, kv_heads, queries, keys, head, value, packed, .. } = sizes;
		let y = if packed {
			vec![batch, queries, dim_product(&[q_heads, value])?]
		} else {
			vec![batch, q_heads, queries, value]
		};
		let (k, v) = ([batch, kv_heads, keys, head], [batch, kv_heads, keys, value]);
		let mut outputs = vec![
			TensorSpec::new(dtype, y),
			TensorSpec::new(dtype, k),
			TensorSpec::new(dtype, v),
			TensorSpec::new(dtype, sizes.scores()),
		];
		let sides: u64 = outputs.iter().take(3).map(metering::bytes).fold(0, u64::saturating_add);
		outputs.truncate(self.outputs);
		let moved = metering::elements(inputs.shape(0)?)
			.saturating_add(metering::elements(&k))
			.saturating_add(metering::elements(&v));
		let work = sizes.work().saturating_add(moved.saturating_mul(2 * MOVE));
		// Two or three tensors of scores at a time, mask and causal mask, queries, keys and values rearranged and scaled.
		let mask = inputs.optional(3).map_or(0, |mask| bytes(dtype, &mask.shape).saturating_mul(2));
		let causal = if self.causal { bytes(dtype, &[queries, keys]).saturating_mul(2) } else { 0 };
		let scratch = bytes(dtype, &sizes.scores())
			.saturating_mul(3)
			.saturating_add(mask)
			.saturating_add(causal)
			.saturating_add(metering::bytes(inputs.spec(0)?).saturating_mul(2))
			.saturating_add(sides.saturating_mul(2));
		Ok(Plan { outputs, work, scratch, call: sizes })
	}

	fn run<T: TensorOps>(
		&self,
		sizes: Sizes,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let Sizes { batch, q_heads, kv_heads, queries, keys, head, value, packed, .. } = sizes;
		let c = Compose::like(ops, inputs.get(0)?);
		let unpacked = |index: usize, heads: usize, size: usize| {
			let x = inputs.get(index)?;
			if !packed {
				return Ok(x.clone());
			}
			let length = ops.spec(x).shape.get(1).copied().unwrap_or(0);
			if batch * length * heads * size == 0 {
				return ops.reshape(x, &[batch, heads, length, size]);
			}
			ops.transpose(&ops.reshape(x, &[batch, length, heads, size])?, &[0, 2, 1, 3])
		};
		let present = |past: usize, new: T::Tensor| match inputs.optional(past) {
			Some(past) if sizes.past > 0 => {
				if sizes.past == keys {
					Ok(past.clone())
				} else {
					ops.concat(&[past, &new], 2)
				}
			}
			_ => Ok(new),
		};
		let q = unpacked(0, q_heads, head)?;
		let k = present(4, unpacked(1, kv_heads, head)?)?;
		let v = present(5, unpacked(2, kv_heads, value)?)?;
		let y_shape = [batch, q_heads, queries, value];

		let (y, reported) = if y_shape.contains(&0) && (self.outputs < 4 || sizes.scores().contains(&0)) {
			(c.empty(&y_shape)?, c.full(0.0, &sizes.scores())?)
		} else if keys == 0 {
			// No key, no value: sums of nothing.
			(c.full(0.0, &y_shape)?, c.empty(&sizes.scores())?)
		} else {
			self.attend(&c, &inputs, &sizes, [&q, &k, &v])?
		};
		let y = if packed {
			let hidden = [batch, queries, q_heads * value];
			if hidden.contains(&0) {
				ops.reshape(&y, &hidden)?
			} else {
				ops.reshape(&ops.transpose(&y, &[0, 2, 1, 3])?, &hidden)?
			}
		} else {
			y
		};
		let mut outputs = vec![y, k, v, reported];
		outputs.truncate(self.outputs);
		Ok(outputs)
	}
}

impl Attention {
	/// The output, and the scores that are asked for.
	fn attend<T: TensorOps>(
		&self,
		c: &Compose<'_, T>,
		inputs: &Tensors<'_, T>,
		sizes: &Sizes,
		[q, k, v]: [&T::Tensor; 3],
	) -> Result<(T::Tensor, T::Tensor), KernelError> {
		let wanted = |at: Scores| self.outputs > 3 && self.scores == at;
		let mut reported = None;
		let mut scores = products(c, sizes, self.scale, q, k)?;
		if wanted(Scores::Products) {
			reported = Some(scores.clone());
		}
		scores = self.softcapped(c, scores)?;
		if wanted(Scores::Capped) {
			reported = Some(scores.clone());
		}
		if let Some(bias) = self.bias(c, inputs, sizes)? {
			scores = c.add(&scores, &bias)?;
		}
		if wanted(Scores::Masked) {
			reported = Some(scores.clone());
		}
		let probabilities = softmax(c, &scores, self.double_softmax)?;
		drop(scores);
		let y = weighted(c.ops, sizes, &probabilities, v)?;
		Ok((y, reported.unwrap_or(probabilities)))
	}
}
