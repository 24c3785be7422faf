//! Joining and repeating.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{self, Inputs, Plan, Reason, Tensors, dim, dim_product},
};
use crate::{
	error::AttributeError,
	limits::{MAX_DIM, MAX_RANK},
	metering::MOVE,
	ops::{KernelError, TensorOps},
	tensor::TensorSpec,
};

/// `Concat`.
#[derive(Clone, Debug)]
pub(crate) struct Concat {
	axis: i64,
}

pub(crate) fn parse_concat(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let axis = node.attributes.int("axis")?;
	// Until operator set 4, it could be left out.
	let axis = if node.opset < 4 { axis.or(Some(1)) } else { axis };
	Ok(Concat { axis: axis.ok_or(AttributeError::Missing("axis"))? }.into())
}

impl Family for Concat {
	/// The axis.
	type Call = usize;

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<usize>, Reason> {
		let dtype = inputs.common_dtype()?;
		let first = inputs.shape(0)?;
		let axis = plan::axis(self.axis, first.len())?;
		let mut shape = first.to_vec();
		let mut total = 0usize;
		for spec in inputs.specs() {
			let alike = spec.shape.len() == first.len()
				&& spec.shape.iter().zip(first).enumerate().all(|(i, (a, b))| i == axis || a == b);
			if !alike {
				return Err(Reason(format!(
					"shapes {first:?} and {:?} do not join along axis {axis}",
					spec.shape
				)));
			}
			total = total.saturating_add(spec.shape.get(axis).copied().unwrap_or_default()).min(MAX_DIM + 1);
		}
		if let Some(slot) = shape.get_mut(axis) {
			*slot = total;
		}
		Ok(Plan::per_element(TensorSpec::new(dtype, shape), MOVE, axis))
	}

	fn run<T: TensorOps>(
		&self,
		axis: usize,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.concat(&inputs.all(), axis)?])
	}
}

/// `Tile`: repeats each axis as often as input 1 says.
#[derive(Clone, Debug)]
pub(crate) struct Tile;

pub(crate) fn parse_tile(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Tile.into())
}

/// Shapes through which a tensor gets tiled.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TileCall {
	repeats: Vec<usize>,
	output: Vec<usize>,
}

impl Family for Tile {
	type Call = TileCall;

	const HOST_INPUTS: &'static [usize] = &[1];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<TileCall>, Reason> {
		let x = inputs.spec(0)?;
		let repeats = inputs.ints(1)?.unwrap_or_default();
		if repeats.len() != x.shape.len() {
			return Err(Reason(format!(
				"repeats {repeats:?} do not have one entry per axis of {:?}",
				x.shape
			)));
		}
		let repeats = repeats.into_iter().map(dim).collect::<Result<Vec<_>, _>>()?;
		let output = x
			.shape
			.iter()
			.zip(&repeats)
			.map(|(&size, &times)| dim_product(&[size, times]))
			.collect::<Result<Vec<_>, _>>()?;
		let spec = TensorSpec::new(x.dtype, output.clone());
		Ok(Plan::per_element(spec, 2 * MOVE, TileCall { repeats, output }).with_temporaries(1))
	}

	/// One axis at a time, from the innermost: repeating is a broadcast along a new axis before it. That keeps the rank
	/// within bounds, and every intermediate result within the size of the output.
	fn run<T: TensorOps>(
		&self,
		TileCall { repeats, output }: TileCall,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let mut result = inputs.get(0)?.clone();
		if output.contains(&0) {
			// Nothing to repeat: the empty part, in the right shape.
			let empty: Vec<_> = super::slice::whole(&ops.spec(&result).shape)
				.into_iter()
				.map(|slice| crate::ops::AxisSlice { len: 0, ..slice })
				.collect();
			return Ok(vec![ops.reshape(&ops.slice(&result, &empty)?, &output)?]);
		}
		for (axis, &times) in repeats.iter().enumerate().rev().filter(|&(_, &times)| times != 1) {
			let shape = ops.spec(&result).shape;
			let (outer, inner) = shape.split_at(axis.min(shape.len()));
			let (outer_count, inner_count) = (outer.iter().product(), inner.iter().product());
			let rows = ops.reshape(&result, &[outer_count, 1, inner_count])?;
			let repeated = ops.expand(&rows, &[outer_count, times, inner_count])?;
			let mut tiled = shape;
			if let Some(size) = tiled.get_mut(axis) {
				*size *= times;
			}
			result = ops.reshape(&repeated, &tiled)?;
		}
		Ok(vec![result])
	}
}

const _: () = assert!(MAX_RANK >= 3, "tiling goes through three dimensions");
