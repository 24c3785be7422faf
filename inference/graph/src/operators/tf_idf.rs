//! `TfIdfVectorizer` over integers: how often n-grams of a pool occur in rows of tokens.

use alloc::{collections::BTreeMap, format, string::ToString, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	attributes::Attributes,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	limits::MAX_DIM,
	metering::{self, MOVE},
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// What is made of the number of times an n-gram occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weighting {
	/// The number.
	Count,
	/// The weight if it occurs at all.
	Presence,
	/// The number times the weight.
	Both,
}

/// A prefix tree of n-grams.
#[derive(Clone, Debug, Default)]
struct Pool {
	/// From a prefix (0 is the empty one) and the next token to the longer prefix.
	next: BTreeMap<(usize, i64), usize>,
	/// The output that counts the n-gram, by prefix; `None` if it is only the beginning of one.
	counted: Vec<Option<usize>>,
}

impl Pool {
	fn insert(&mut self, gram: &[i64], output: usize) {
		if self.counted.is_empty() {
			self.counted.push(None);
		}
		let mut prefix = 0;
		for &token in gram {
			let longer = self.counted.len();
			prefix = *self.next.entry((prefix, token)).or_insert(longer);
			if prefix == longer {
				self.counted.push(None);
			}
		}
		if let Some(slot) = self.counted.get_mut(prefix) {
			*slot = Some(output);
		}
	}
}

/// `TfIdfVectorizer`.
#[derive(Clone, Debug)]
pub(crate) struct TfIdf {
	pool: Pool,
	/// Number of outputs for a row.
	outputs: usize,
	weighting: Weighting,
	/// One for each output, or none: all are 1.
	weights: Vec<f32>,
	/// Lengths of n-grams.
	shortest: usize,
	longest: usize,
	/// Most tokens skipped between two of an n-gram.
	skips: usize,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let weighting = match attributes.string("mode")?.as_deref() {
		Some("TF") => Weighting::Count,
		Some("IDF") => Weighting::Presence,
		Some("TFIDF") => Weighting::Both,
		Some(_) => return Err(NodeContext::bad("mode", "must be TF, IDF or TFIDF")),
		None => return Err(AttributeError::Missing("mode")),
	};
	let shortest = positive(attributes, "min_gram_length", 1)?;
	let longest = positive(attributes, "max_gram_length", 1)?;
	let skips = positive(attributes, "max_skip_count", 0)?;
	let starts = indices(attributes, "ngram_counts")?;
	let outputs = indices(attributes, "ngram_indexes")?;
	let weights = attributes.floats("weights")?.unwrap_or_default();
	let tokens = attributes.ints("pool_int64s")?;
	let tokens = tokens
		.ok_or_else(|| NodeContext::bad("pool_int64s", "is missing: n-grams of strings are not supported"))?;
	let width = outputs.iter().max().map_or(0, |&last| last + 1);
	if width == 0 {
		return Err(NodeContext::bad("ngram_indexes", "must have an entry"));
	}
	if !weights.is_empty() && weights.len() < width {
		return Err(NodeContext::bad("weights", "must have one entry for each output"));
	}
	let pool = pool(&tokens, &starts, &outputs, shortest..=longest)?;
	Ok(TfIdf { pool, outputs: width, weighting, weights, shortest, longest, skips }.into())
}

/// A number of at least `least`.
fn positive(attributes: &mut Attributes, name: &'static str, least: i64) -> Result<usize, AttributeError> {
	let value = attributes.int(name)?.ok_or(AttributeError::Missing(name))?;
	usize::try_from(value).ok().filter(|_| value >= least).ok_or_else(|| AttributeError::Value {
		name: name.into(),
		reason: format!("must be at least {least}"),
	})
}

fn indices(attributes: &mut Attributes, name: &'static str) -> Result<Vec<usize>, AttributeError> {
	let values = attributes.ints(name)?.ok_or(AttributeError::Missing(name))?;
	let index = |value| usize::try_from(value).ok().filter(|&index| index < MAX_DIM);
	let indices: Option<Vec<_>> = values.into_iter().map(index).collect();
	indices.ok_or_else(|| NodeContext::bad(name, "must not have negative or huge entries"))
}

/// The n-grams of these lengths. `starts` says where those of length 1, 2, … begin in `tokens`.
fn pool(
	tokens: &[i64],
	starts: &[usize],
	outputs: &[usize],
	lengths: core::ops::RangeInclusive<usize>,
) -> Result<Pool, AttributeError> {
	let ends = starts.iter().skip(1).copied().chain([tokens.len()]);
	let mut pool = Pool::default();
	let mut outputs = outputs.iter();
	for (index, (&start, end)) in starts.iter().zip(ends).enumerate() {
		let grams = tokens
			.get(start..end)
			.ok_or_else(|| NodeContext::bad("ngram_counts", "must ascend within pool_int64s"))?;
		for gram in grams.chunks_exact(index + 1) {
			let output = outputs
				.next()
				.ok_or_else(|| NodeContext::bad("ngram_indexes", "must have one entry for each n-gram"))?;
			if lengths.contains(&(index + 1)) {
				pool.insert(gram, *output);
			}
		}
	}
	Ok(pool)
}

impl TfIdf {
	/// Calls `found` with the output of every n-gram in a row, once for each distance between its tokens; single tokens have
	/// none.
	fn scan(&self, row: &[i64], mut found: impl FnMut(usize)) {
		for distance in 1..=self.distances(row.len()) {
			for start in 0..row.len() {
				let mut prefix = 0;
				for (length, token) in (1..=self.longest).zip(row.iter().skip(start).step_by(distance)) {
					let Some(&longer) = self.pool.next.get(&(prefix, *token)) else { break };
					prefix = longer;
					let counts = length >= self.shortest && (length > 1 || distance == 1);
					if let Some(output) = self.pool.counted.get(prefix).copied().flatten().filter(|_| counts)
					{
						found(output);
					}
				}
			}
		}
	}

	/// Beyond the length of a row, no distance has two tokens.
	fn distances(&self, row: usize) -> usize {
		if self.longest == 1 { 1 } else { self.skips.saturating_add(1).min(row.max(1)) }
	}
}

impl Family for TfIdf {
	/// The output's shape.
	type Call = Vec<usize>;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		let x = inputs.spec(0)?;
		if !matches!(x.dtype, DType::I32 | DType::I64) {
			return Err(Reason(wrong_dtype("the input", x.dtype, "int32 or int64")));
		}
		let (rows, row) = match *x.shape.as_slice() {
			[row] => (None, row),
			[rows, row] => (Some(rows), row),
			_ => {
				return Err(Reason(format!(
					"the input must be a row or rows of tokens, found shape {:?}",
					x.shape
				)));
			}
		};
		let shape: Vec<usize> = rows.into_iter().chain([self.outputs]).collect();
		let output = TensorSpec::new(DType::F32, shape.clone());
		// Each token begins as many n-grams as there are distances.
		let visits =
			metering::elements(&[rows.unwrap_or(1), row, self.distances(row), self.longest.min(row.max(1))]);
		let work = visits.saturating_add(metering::elements(&shape)).saturating_mul(MOVE);
		let mut plan = Plan::new(output, work, shape);
		plan.scratch = metering::elements(&x.shape).saturating_mul(8);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		shape: Vec<usize>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = ops.to_host(inputs.get(0)?.clone())?.cast(DType::I64);
		let row = x.shape().last().copied().unwrap_or_default();
		let mut counts = vec![0f32; shape.iter().product()];
		let tokens = x.as_slice::<i64>().unwrap_or_default();
		for (row, counts) in tokens.chunks(row.max(1)).zip(counts.chunks_mut(self.outputs)) {
			// Exact up to 2^24, which no row has room for within any budget.
			self.scan(row, |output| counts.iter_mut().skip(output).take(1).for_each(|count| *count += 1.0));
		}
		for (index, count) in counts.iter_mut().enumerate() {
			let weight = self.weights.get(index % self.outputs).copied().unwrap_or(1.0);
			*count = match self.weighting {
				Weighting::Count => *count,
				Weighting::Presence if *count > 0.0 => weight,
				Weighting::Presence => 0.0,
				Weighting::Both => *count * weight,
			};
		}
		let counts = HostTensor::from_vec(shape, counts);
		Ok(vec![ops.from_host(counts.map_err(|error| KernelError::Backend(error.to_string()))?)?])
	}
}
