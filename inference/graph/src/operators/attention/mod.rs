//! `Attention`: scaled dot-product attention.
//!
//! Rows of scores do not depend on each other, so queries are attended with in blocks, and the scores of all of them never
//! exist at the same time unless they are an output.

pub(super) mod steps;

use alloc::{format, vec, vec::Vec};

use steps::Bias;

use super::{
	Family, NodeContext, Operator,
	attributes::Attributes,
	compose::{Compose, bytes, narrow},
	plan::{Inputs, Plan, Reason, Tensors, broadcast, dim, dim_product},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, ARITHMETIC, MOVE, TRANSCENDENTAL},
	ops::{KernelError, TensorOps, Unary},
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
		// Some tensors of scores at a time, mask and causal mask, queries, keys and values rearranged and scaled.
		let queries_at_once = self.queries_at_once(&sizes);
		let tensors = if self.double_softmax { 6 } else { 3 };
		let mask = inputs.optional(3).map_or(0, |mask| {
			let rows = mask.shape.split_last().map_or([].as_slice(), |(_, rows)| rows);
			bytes(dtype, rows).saturating_mul(keys as u64).saturating_mul(3)
		});
		let causal = if self.causal { bytes(dtype, &[queries_at_once, keys]).saturating_mul(2) } else { 0 };
		let scratch = bytes(dtype, &[batch, q_heads, queries_at_once, keys])
			.saturating_mul(tensors)
			.saturating_add(mask)
			.saturating_add(causal)
			.saturating_add(bytes(DType::I64, &[keys]).saturating_add(bytes(DType::I64, &[queries])))
			.saturating_add(metering::bytes(inputs.spec(0)?).saturating_mul(3))
			.saturating_add(sides.saturating_mul(3));
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
			if [batch, length, heads, size].contains(&0) {
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

		let (y, reported) = if sizes.scores().contains(&0) {
			// Without keys, sums of nothing.
			(c.full(0.0, &y_shape)?, Some(c.empty(&sizes.scores())?))
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
		Ok([y, k, v].into_iter().chain(reported).take(self.outputs).collect())
	}
}

impl Attention {
	/// How many queries to attend with at a time: as many as keep the scores in a cache, and no fewer than make a product
	/// worth preparing.
	fn queries_at_once(&self, sizes: &Sizes) -> usize {
		const SCORES: usize = 1 << 18;
		const QUERIES: usize = 64;
		if self.outputs > 3 {
			return sizes.queries;
		}
		let per_query = metering::elements(&[sizes.batch, sizes.q_heads, sizes.keys]).max(1);
		let fitting = usize::try_from(SCORES as u64 / per_query).unwrap_or(SCORES);
		fitting.max(QUERIES).min(sizes.queries)
	}

	/// The output, and the scores that are asked for. There are queries and keys.
	fn attend<T: TensorOps>(
		&self,
		c: &Compose<'_, T>,
		inputs: &Tensors<'_, T>,
		sizes: &Sizes,
		[q, k, v]: [&T::Tensor; 3],
	) -> Result<(T::Tensor, Option<T::Tensor>), KernelError> {
		let (q, k) = steps::scaled(c, sizes, self.scale, q, k)?;
		let bias = Bias::new(c, inputs, sizes, self.causal)?;
		let at_once = self.queries_at_once(sizes);
		if at_once >= sizes.queries {
			return self.attend_from(c, sizes, 0, [&q, &k, v], &bias);
		}
		let mut parts = Vec::with_capacity(sizes.queries.div_ceil(at_once));
		for first in (0..sizes.queries).step_by(at_once) {
			let some = Sizes { queries: at_once.min(sizes.queries - first), ..sizes.clone() };
			let q = narrow(c.ops, &q, 2, first, some.queries)?;
			parts.push(self.attend_from(c, &some, first, [&q, &k, v], &bias)?.0);
		}
		Ok((c.ops.concat(&parts.iter().collect::<Vec<_>>(), 2)?, None))
	}

	/// The same for the queries from `first` on, which are `q`; queries and keys have been scaled.
	fn attend_from<T: TensorOps>(
		&self,
		c: &Compose<'_, T>,
		sizes: &Sizes,
		first: usize,
		[q, k, v]: [&T::Tensor; 3],
		bias: &Bias<T::Tensor>,
	) -> Result<(T::Tensor, Option<T::Tensor>), KernelError> {
		let wanted = |at: Scores| self.outputs > 3 && self.scores == at;
		let mut reported = None;
		let mut scores = steps::products(c.ops, sizes, q, k)?;
		if wanted(Scores::Products) {
			reported = Some(scores.clone());
		}
		scores = self.softcapped(c, scores)?;
		if wanted(Scores::Capped) {
			reported = Some(scores.clone());
		}
		scores = bias.add_to(c, sizes, first, scores)?;
		if wanted(Scores::Masked) {
			reported = Some(scores.clone());
		}
		let probabilities = steps::softmax(c, &scores, self.double_softmax)?;
		drop(scores);
		if wanted(Scores::Probabilities) {
			reported = Some(probabilities.clone());
		}
		Ok((steps::weighted(c.ops, sizes, &probabilities, v)?, reported))
	}
}
