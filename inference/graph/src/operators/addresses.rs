//! Where tensors of indices point to: positions in a row-major tensor, shared by the gathering and scattering operators.

use alloc::{format, vec::Vec};

use super::{
	host::{Counter, Split, count, position, strides},
	plan::{Inputs, Reason},
};
use crate::{dtype::DType, error::wrong_dtype, ops::KernelError, tensor::TensorSpec};

/// Checks the type of indices.
pub(crate) fn check_indices(indices: &TensorSpec) -> Result<(), Reason> {
	if matches!(indices.dtype, DType::I64 | DType::I32) {
		return Ok(());
	}
	Err(Reason(wrong_dtype("the type of the indices", indices.dtype, "int64 or int32")))
}

/// Checks indices for elements along `axis` of the first input: as many dimensions, none longer but that of the axis.
pub(crate) fn check_elements(inputs: Inputs<'_>, axis: usize) -> Result<(), Reason> {
	let (data, indices) = (inputs.shape(0)?, inputs.spec(1)?);
	check_indices(indices)?;
	let fits = data.len() == indices.shape.len()
		&& data
			.iter()
			.zip(&indices.shape)
			.enumerate()
			.all(|(at, (data, indices))| at == axis || indices <= data);
	if fits {
		return Ok(());
	}
	Err(Reason(format!(
		"indices of shape {:?} do not fit data of shape {data:?}: but for axis {axis}, no dimension may be larger",
		indices.shape
	)))
}

/// Positions in data of `shape` that `indices` point to: each index replaces the coordinate on `axis` of its own place.
pub(crate) fn elements(
	shape: &[usize],
	axis: usize,
	indices_shape: &[usize],
	indices: &[i64],
) -> Result<Vec<usize>, KernelError> {
	let len = shape.get(axis).copied().unwrap_or(1);
	let mut steps = strides(shape);
	let along = steps.get_mut(axis).map_or(1, |step| core::mem::replace(step, 0));
	let mut counter = Counter::new(indices_shape);
	let mut addresses = Vec::with_capacity(indices.len());
	for &index in indices {
		addresses.push(counter.offset(&steps) + position(index, len)? * along);
		counter.advance();
	}
	Ok(addresses)
}

/// Indices in tuples that select a part of the data each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tuples {
	/// Leading dimensions that data and indices have in common.
	pub batch: usize,
	/// Number of tuples in a batch.
	pub tuples: usize,
	/// The dimensions that a tuple gives coordinates for.
	pub indexed: Vec<usize>,
	/// Elements of a part.
	pub run: usize,
}

impl Tuples {
	/// Tuples in the last dimension of the second input, into the first input after `batch_dims` leading dimensions. Also gives
	/// the shape of all selected parts together.
	pub(crate) fn new(inputs: Inputs<'_>, batch_dims: usize) -> Result<(Self, Vec<usize>), Reason> {
		let (data, indices) = (inputs.shape(0)?, inputs.spec(1)?);
		check_indices(indices)?;
		let unfit = || {
			Reason(format!(
				"indices of shape {:?} do not fit data of shape {data:?} with {batch_dims} batch dimensions",
				indices.shape
			))
		};
		let (&len, outer) = indices.shape.split_last().ok_or_else(unfit)?;
		let (batch, rest) = data.split_at_checked(batch_dims).ok_or_else(unfit)?;
		let (same, tuples) = outer.split_at_checked(batch_dims).ok_or_else(unfit)?;
		let (indexed, part) = rest.split_at_checked(len).ok_or_else(unfit)?;
		if batch != same || len == 0 {
			return Err(unfit());
		}
		let product = |dims: &[usize]| count(dims).map_err(|_| unfit());
		let this = Self {
			batch: product(batch)?,
			tuples: product(tuples)?,
			indexed: indexed.to_vec(),
			run: product(part)?,
		};
		Ok((this, [outer, part].concat()))
	}

	/// Where each selected part begins.
	pub(crate) fn addresses(&self, indices: &[i64]) -> Result<Vec<usize>, KernelError> {
		let steps = strides(&self.indexed);
		let whole = Split::new(&self.indexed, 0);
		let plane = whole.len.saturating_mul(whole.inner).saturating_mul(self.run);
		let tuples = indices.chunks_exact(self.indexed.len().max(1));
		tuples
			.enumerate()
			.map(|(at, tuple)| {
				let mut address = 0usize;
				for ((&index, &len), &step) in tuple.iter().zip(&self.indexed).zip(&steps) {
					address += position(index, len)? * step;
				}
				Ok((at / self.tuples.max(1)) * plane + address * self.run)
			})
			.collect()
	}
}
