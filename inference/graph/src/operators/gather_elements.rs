//! `GatherElements` and `GatherND`: elements, or parts, by their own index each.

use alloc::{format, vec, vec::Vec};

use super::{
	NodeContext, Operator,
	addresses::{self, Tuples},
	host::{HostFamily, HostInputs, indices, table_bytes, tensor},
	plan::{self, Inputs, Plan, Reason},
};
use crate::{
	error::AttributeError,
	metering::{self, MOVE},
	ops::KernelError,
	tensor::{Element, HostTensor, TensorSpec, with_data},
};

/// `GatherElements`.
#[derive(Clone, Debug)]
pub(crate) struct GatherElements {
	axis: i64,
}

pub(crate) fn parse_elements(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(GatherElements { axis: node.attributes.int("axis")?.unwrap_or(0) }.into())
}

impl HostFamily for GatherElements {
	/// The axis.
	type Call = usize;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<usize>, Reason> {
		let axis = plan::axis(self.axis, inputs.shape(0)?.len())?;
		addresses::check_elements(inputs, axis)?;
		let output = TensorSpec::new(inputs.dtype(0)?, inputs.shape(1)?);
		let tables = table_bytes(metering::elements(&output.shape)).saturating_mul(2);
		let mut plan = Plan::per_element(output, 2 * MOVE, axis);
		plan.scratch = tables;
		Ok(plan)
	}

	fn compute(&self, axis: usize, inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let (data, places) = (inputs.get(0)?, inputs.get(1)?);
		let addresses = addresses::elements(data.shape(), axis, places.shape(), &indices(places)?)?;
		gather(data, &addresses, 1, places.shape())
	}
}

/// `GatherND`.
#[derive(Clone, Debug)]
pub(crate) struct GatherNd {
	batch_dims: usize,
}

pub(crate) fn parse_nd(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let batch_dims = if node.opset >= 12 { node.attributes.int("batch_dims")?.unwrap_or(0) } else { 0 };
	let batch_dims =
		usize::try_from(batch_dims).map_err(|_| NodeContext::bad("batch_dims", "must not be negative"))?;
	Ok(GatherNd { batch_dims }.into())
}

impl HostFamily for GatherNd {
	type Call = (Tuples, Vec<usize>);

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<(Tuples, Vec<usize>)>, Reason> {
		let (tuples, shape) = Tuples::new(inputs, self.batch_dims)?;
		let places = metering::elements(inputs.shape(1)?);
		let output = TensorSpec::new(inputs.dtype(0)?, shape.clone());
		let mut plan = Plan::per_element(output, MOVE, (tuples, shape));
		plan.work = plan.work.saturating_add(places.saturating_mul(MOVE));
		plan.scratch = table_bytes(places).saturating_mul(2);
		Ok(plan)
	}

	fn compute(
		&self,
		(tuples, shape): (Tuples, Vec<usize>),
		inputs: HostInputs,
	) -> Result<Vec<HostTensor>, KernelError> {
		let addresses = tuples.addresses(&indices(inputs.get(1)?)?)?;
		gather(inputs.get(0)?, &addresses, tuples.run, &shape)
	}
}

/// The runs of elements that begin at each address.
fn gather(
	data: &HostTensor,
	addresses: &[usize],
	run: usize,
	shape: &[usize],
) -> Result<Vec<HostTensor>, KernelError> {
	fn runs<E: Element>(values: &[E], addresses: &[usize], run: usize) -> Option<Vec<E>> {
		let mut out = Vec::with_capacity(addresses.len() * run);
		for &at in addresses {
			out.extend_from_slice(values.get(at..at + run)?);
		}
		Some(out)
	}
	with_data!(data.data(), values => {
		let values = runs(values, addresses, run);
		let values = values.ok_or_else(|| KernelError::Backend(format!("an address leaves {}", data.spec())))?;
		Ok(vec![tensor(shape, values)?])
	})
}
