//! `Scatter`, `ScatterElements`, `ScatterND` and `TensorScatter`: updates of elements, or parts, by their own index each.
//! Updates of one element meet it in row-major order.

use alloc::{format, vec, vec::Vec};

use super::{
	NodeContext, Operator,
	addresses::{self, Tuples},
	combine::{Combination, combines, scatter},
	host::{HostFamily, HostInputs, Split, indices, position, table_bytes},
	plan::{self, Inputs, Plan, Reason},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, MOVE},
	ops::KernelError,
	tensor::HostTensor,
};

/// A plan that copies the data and moves the updates.
fn scattering<Call>(
	inputs: Inputs<'_>,
	updates: usize,
	how: Combination,
	call: Call,
) -> Result<Plan<Call>, Reason> {
	let (data, updates) = (inputs.spec(0)?, inputs.spec(updates)?);
	if data.dtype != updates.dtype {
		return Err(Reason(format!(
			"data and updates must have one element type, found {} and {}",
			data.dtype, updates.dtype
		)));
	}
	if how != Combination::Replace && !combines(data.dtype) {
		return Err(Reason(wrong_dtype(
			"the data",
			data.dtype,
			"a number or bool where updates are combined",
		)));
	}
	let moved = metering::elements(&updates.shape);
	let mut plan = Plan::per_element(data.clone(), MOVE, call);
	plan.work = plan.work.saturating_add(moved.saturating_mul(2 * MOVE));
	plan.scratch = table_bytes(moved).saturating_mul(2);
	Ok(plan)
}

/// Checks the shape of the updates.
fn check_updates(inputs: Inputs<'_>, expected: &[usize]) -> Result<(), Reason> {
	let found = inputs.shape(2)?;
	if found == expected {
		return Ok(());
	}
	Err(Reason(format!("the updates must have shape {expected:?}, found {found:?}")))
}

/// `Scatter` and `ScatterElements`.
#[derive(Clone, Debug)]
pub(crate) struct ScatterElements {
	axis: i64,
	how: Combination,
}

pub(crate) fn parse_elements(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let axis = node.attributes.int("axis")?.unwrap_or(0);
	let reduces = node.op_type == "ScatterElements" && node.opset >= 16;
	Ok(ScatterElements { axis, how: Combination::parse(node, reduces)? }.into())
}

impl HostFamily for ScatterElements {
	/// The axis.
	type Call = usize;

	const WIDENS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<usize>, Reason> {
		let axis = plan::axis(self.axis, inputs.shape(0)?.len())?;
		addresses::check_elements(inputs, axis)?;
		check_updates(inputs, inputs.shape(1)?)?;
		scattering(inputs, 2, self.how, axis)
	}

	fn compute(&self, axis: usize, mut inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let data = inputs.take(0)?;
		let places = inputs.get(1)?;
		let addresses = addresses::elements(data.shape(), axis, places.shape(), &indices(places)?)?;
		Ok(vec![scatter(self.how, data, &addresses, 1, inputs.get(2)?)?])
	}
}

/// `ScatterND`.
#[derive(Clone, Debug)]
pub(crate) struct ScatterNd {
	how: Combination,
}

pub(crate) fn parse_nd(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let reduces = node.opset >= 16;
	Ok(ScatterNd { how: Combination::parse(node, reduces)? }.into())
}

impl HostFamily for ScatterNd {
	type Call = Tuples;

	const WIDENS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Tuples>, Reason> {
		let (tuples, shape) = Tuples::new(inputs, 0)?;
		check_updates(inputs, &shape)?;
		let places = metering::elements(inputs.shape(1)?);
		let mut plan = scattering(inputs, 2, self.how, tuples)?;
		plan.work = plan.work.saturating_add(places.saturating_mul(MOVE));
		plan.scratch = plan.scratch.saturating_add(table_bytes(places).saturating_mul(2));
		Ok(plan)
	}

	fn compute(&self, tuples: Tuples, mut inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let addresses = tuples.addresses(&indices(inputs.get(1)?)?)?;
		let data = inputs.take(0)?;
		Ok(vec![scatter(self.how, data, &addresses, tuples.run, inputs.get(2)?)?])
	}
}

/// `TensorScatter`: a sequence written into a cache, from a position of its own in every sample.
#[derive(Clone, Debug)]
pub(crate) struct TensorScatter {
	axis: i64,
	circular: bool,
}

pub(crate) fn parse_tensor(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let axis = node.attributes.int("axis")?.unwrap_or(-2);
	let circular = match node.attributes.string("mode")?.as_deref() {
		None | Some("linear") => false,
		Some("circular") => true,
		Some(_) => return Err(NodeContext::bad("mode", "must be linear or circular")),
	};
	Ok(TensorScatter { axis, circular }.into())
}

impl HostFamily for TensorScatter {
	/// The axis.
	type Call = usize;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<usize>, Reason> {
		let (cache, update) = (inputs.shape(0)?, inputs.shape(1)?);
		let axis = plan::axis(self.axis, cache.len())?;
		let fits = cache.len() == update.len()
			&& cache
				.iter()
				.zip(update)
				.enumerate()
				.all(|(at, (cache, update))| if at == axis { update <= cache } else { update == cache });
		if !fits || axis == 0 {
			return Err(Reason(format!(
				"an update of shape {update:?} does not fit a cache of shape {cache:?} along axis {axis}"
			)));
		}
		if let Some(places) = inputs.optional(2)
			&& (places.dtype != DType::I64 || Some(places.shape.as_slice()) != cache.get(..1))
		{
			return Err(Reason(format!(
				"the write indices must be one int64 for every sample, found {places}"
			)));
		}
		scattering(inputs, 1, Combination::Replace, axis)
	}

	fn compute(&self, axis: usize, mut inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let cache = inputs.take(0)?;
		let update = inputs.get(1)?;
		let samples = cache.shape().first().copied().unwrap_or(0);
		let starts = match inputs.optional(2) {
			Some(places) => indices(places)?,
			None => vec![0; samples],
		};
		let Split { outer, len, inner } = Split::new(cache.shape(), axis);
		let steps = Split::new(update.shape(), axis).len;
		let mut addresses = Vec::with_capacity(outer.saturating_mul(steps));
		for at in 0..outer {
			let start = starts.get(at / (outer / samples.max(1)).max(1)).copied().unwrap_or(0);
			for step in 0..steps {
				let index = start.saturating_add(step as i64);
				let place = match usize::try_from(index.checked_rem_euclid(len as i64).unwrap_or(0)) {
					Ok(place) if self.circular => place,
					// A negative index is no place in a cache.
					_ if index < 0 => return Err(KernelError::IndexOutOfRange { index, len }),
					_ => position(index, len)?,
				};
				addresses.push((at * len + place) * inner);
			}
		}
		Ok(vec![scatter(Combination::Replace, cache, &addresses, inner, update)?])
	}
}
