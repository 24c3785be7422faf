//! Operators that change the shape, not the elements.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{self, Inputs, Plan, Reason, Tensors, broadcast, dim, dim_product},
};
use crate::{
	error::AttributeError,
	metering::{self, MOVE},
	ops::{KernelError, TensorOps},
	tensor::TensorSpec,
};

/// `Identity`.
#[derive(Clone, Debug)]
pub(crate) struct Identity;

pub(crate) fn parse_identity(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Identity.into())
}

impl Family for Identity {
	type Call = ();

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		Ok(Plan::new(inputs.spec(0)?.clone(), 0, ()))
	}

	fn run<T: TensorOps>(&self, _: (), _: &T, inputs: Tensors<'_, T>) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![inputs.get(0)?.clone()])
	}
}

/// `Reshape`, `Flatten`, `Squeeze` and `Unsqueeze`.
#[derive(Clone, Debug)]
pub(crate) enum Reshape {
	/// To the shape in input 1, where -1 is what remains, and 0 keeps the dimension unless `allow_zero`.
	To { allow_zero: bool },
	/// To a matrix: dimensions before the axis, dimensions from it on.
	Flatten { axis: i64 },
	/// Without the axes given here or in input 1, or without all of length 1.
	Squeeze { axes: Option<Vec<i64>> },
	/// With axes of length 1 inserted, given here or in input 1, as they are counted in the output.
	Unsqueeze { axes: Option<Vec<i64>> },
}

pub(crate) fn parse_reshape(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	Ok(match node.op_type {
		"Reshape" => Reshape::To { allow_zero: node.opset >= 14 && attributes.flag("allowzero", false)? },
		"Flatten" => Reshape::Flatten { axis: attributes.int("axis")?.unwrap_or(1) },
		"Squeeze" if node.opset < 13 => Reshape::Squeeze { axes: attributes.ints("axes")? },
		"Squeeze" => Reshape::Squeeze { axes: None },
		_ if node.opset < 13 => {
			let axes = attributes.ints("axes")?.ok_or(AttributeError::Missing("axes"))?;
			Reshape::Unsqueeze { axes: Some(axes) }
		}
		_ => Reshape::Unsqueeze { axes: None },
	}
	.into())
}

/// Resolves 0 and -1 in a requested shape.
fn requested(x: &[usize], shape: &[i64], allow_zero: bool) -> Result<Vec<usize>, Reason> {
	if shape.iter().filter(|&&size| size == -1).count() > 1 {
		return Err(Reason(format!("shape {shape:?} has more than one -1")));
	}
	let mut resolved = shape
		.iter()
		.enumerate()
		.map(|(axis, &size)| match size {
			-1 => Ok(1),
			0 if !allow_zero => x
				.get(axis)
				.copied()
				.ok_or_else(|| Reason(format!("shape {shape:?} keeps axis {axis} of {x:?}"))),
			size => dim(size),
		})
		.collect::<Result<Vec<_>, _>>()?;
	let (total, known) = (metering::elements(x), metering::elements(&resolved));
	if let Some(open) = shape.iter().position(|&size| size == -1) {
		if known == 0 || total % known != 0 {
			return Err(Reason(format!("{x:?} cannot take shape {shape:?}: -1 has no solution")));
		}
		let size = usize::try_from(total / known).map_err(|_| Reason("the dimension is too large".into()))?;
		if let Some(slot) = resolved.get_mut(open) {
			*slot = size;
		}
	} else if known != total {
		return Err(Reason(format!("{x:?} has {total} elements and cannot take shape {shape:?}")));
	}
	Ok(resolved)
}

fn squeezed(x: &[usize], axes: Option<Vec<i64>>) -> Result<Vec<usize>, Reason> {
	let axes = match axes {
		None => x.iter().enumerate().filter(|&(_, &dim)| dim == 1).map(|(axis, _)| axis).collect(),
		Some(axes) => plan::axes(&axes, x.len())?,
	};
	if let Some(&axis) = axes.iter().find(|&&axis| x.get(axis) != Some(&1)) {
		return Err(Reason(format!("axis {axis} of {x:?} is not 1 and cannot be removed")));
	}
	let kept = x.iter().enumerate().filter(|(axis, _)| axes.binary_search(axis).is_err());
	Ok(kept.map(|(_, &dim)| dim).collect())
}

fn unsqueezed(x: &[usize], axes: &[i64]) -> Result<Vec<usize>, Reason> {
	let rank = x.len().saturating_add(axes.len());
	let axes = plan::axes(axes, rank)?;
	let mut dims = x.iter().copied();
	Ok((0..rank)
		.map(|axis| if axes.binary_search(&axis).is_ok() { 1 } else { dims.next().unwrap_or(1) })
		.collect())
}

impl Family for Reshape {
	/// The new shape.
	type Call = Vec<usize>;

	const HOST_INPUTS: &'static [usize] = &[1];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		let x = inputs.spec(0)?;
		let input = inputs.ints(1)?;
		let missing = || Reason("input 1 is missing".into());
		let shape = match self {
			Reshape::To { allow_zero } => requested(&x.shape, &input.ok_or_else(missing)?, *allow_zero)?,
			Reshape::Flatten { axis } => {
				let rank = x.shape.len();
				let axis = if usize::try_from(*axis) == Ok(rank) { rank } else { plan::axis(*axis, rank)? };
				let (outer, inner) = x.shape.split_at(axis.min(rank));
				vec![dim_product(outer)?, dim_product(inner)?]
			}
			Reshape::Squeeze { axes } => squeezed(&x.shape, axes.clone().or(input))?,
			Reshape::Unsqueeze { axes } => {
				unsqueezed(&x.shape, &axes.clone().or(input).ok_or_else(missing)?)?
			}
		};
		Ok(Plan::new(TensorSpec::new(x.dtype, shape.clone()), 0, shape))
	}

	fn run<T: TensorOps>(
		&self,
		shape: Vec<usize>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.reshape(inputs.get(0)?, &shape)?])
	}
}

/// `Transpose`.
#[derive(Clone, Debug)]
pub(crate) struct Transpose {
	permutation: Option<Vec<i64>>,
}

pub(crate) fn parse_transpose(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Transpose { permutation: node.attributes.ints("perm")? }.into())
}

impl Family for Transpose {
	/// The permutation.
	type Call = Vec<usize>;

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		let x = inputs.spec(0)?;
		let rank = x.shape.len();
		let permutation = match &self.permutation {
			None => (0..rank).rev().collect(),
			Some(permutation) => {
				if plan::axes(permutation, rank)?.len() != rank {
					return Err(Reason(format!("perm {permutation:?} is no permutation of {rank} axes")));
				}
				permutation.iter().map(|&value| plan::axis(value, rank)).collect::<Result<Vec<_>, _>>()?
			}
		};
		let shape: Vec<usize> = permutation.iter().filter_map(|&axis| x.shape.get(axis).copied()).collect();
		Ok(Plan::per_element(TensorSpec::new(x.dtype, shape), MOVE, permutation))
	}

	fn run<T: TensorOps>(
		&self,
		permutation: Vec<usize>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.transpose(inputs.get(0)?, &permutation)?])
	}
}

/// `Expand`: broadcasts to the shape in input 1, in both directions.
#[derive(Clone, Debug)]
pub(crate) struct Expand;

pub(crate) fn parse_expand(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Expand.into())
}

impl Family for Expand {
	/// The output's shape.
	type Call = Vec<usize>;

	const HOST_INPUTS: &'static [usize] = &[1];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		let x = inputs.spec(0)?;
		let wanted = inputs.ints(1)?.unwrap_or_default();
		let wanted = wanted.into_iter().map(dim).collect::<Result<Vec<_>, _>>()?;
		let shape = broadcast(&x.shape, &wanted)?;
		Ok(Plan::per_element(TensorSpec::new(x.dtype, shape.clone()), MOVE, shape))
	}

	fn run<T: TensorOps>(
		&self,
		shape: Vec<usize>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.expand(inputs.get(0)?, &shape)?])
	}
}
