//! Operators that move elements of any type without looking at them.

use assay_graph::{AxisSlice, DType, HostTensor, KernelError, PadMode};
use burn_backend::{Backend, Shape, Slice, tensor::Device};

use super::tensor::{BurnTensor, by_kind};

/// Same elements, another shape.
pub(super) fn reshape<B: Backend>(x: BurnTensor<B>, shape: &[usize]) -> BurnTensor<B> {
	let shape = Shape::from(shape);
	if x.shape() == shape {
		return x;
	}
	by_kind!(x; t => B::float_reshape(t, shape), B::int_reshape(t, shape), B::bool_reshape(t, shape))
}

/// Adds axes of length 1 in front until there are `rank`.
pub(super) fn with_rank<B: Backend>(x: BurnTensor<B>, rank: usize) -> BurnTensor<B> {
	let shape = x.shape();
	let missing = rank.saturating_sub(shape.num_dims());
	let shape = [vec![1; missing], shape.to_vec()].concat();
	reshape(x, &shape)
}

/// Repeats axes of length 1; a view, no copy.
pub(super) fn expand<B: Backend>(x: BurnTensor<B>, shape: &[usize]) -> BurnTensor<B> {
	let x = with_rank(x, shape.len());
	let shape = Shape::from(shape);
	if x.shape() == shape {
		return x;
	}
	by_kind!(x; t => B::float_expand(t, shape), B::int_expand(t, shape), B::bool_expand(t, shape))
}

pub(super) fn permute<B: Backend>(x: BurnTensor<B>, axes: &[usize]) -> BurnTensor<B> {
	by_kind!(x; t => B::float_permute(t, axes), B::int_permute(t, axes), B::bool_permute(t, axes))
}

pub(super) fn slice<B: Backend>(x: BurnTensor<B>, axes: &[AxisSlice], device: &Device<B>) -> BurnTensor<B> {
	if axes.iter().any(|axis| axis.len == 0) {
		let shape: Vec<usize> = axes.iter().map(|axis| axis.len).collect();
		return empty(x.dtype(), &shape, device);
	}
	let slices: Vec<Slice> = axes.iter().map(burn_slice).collect();
	by_kind!(x; t => B::float_slice(t, &slices), B::int_slice(t, &slices), B::bool_slice(t, &slices))
}

/// Burn gives the range in ascending order even when it is walked backwards.
fn burn_slice(axis: &AxisSlice) -> Slice {
	let reach = (axis.len as isize - 1) * axis.step;
	let start = axis.start as isize;
	let (low, high) = (start.min(start + reach), start.max(start + reach));
	Slice::new(low, Some(high + 1), axis.step)
}

pub(super) fn concat<B: Backend>(
	parts: &[&BurnTensor<B>],
	axis: usize,
) -> Result<BurnTensor<B>, KernelError> {
	// Empty parts add nothing, and not every backend takes them.
	let filled: Vec<_> = parts.iter().filter(|part| part.shape().num_elements() > 0).collect();
	let Some(first) = filled.first() else {
		return joined_emptiness(parts, axis);
	};
	Ok(match first {
		BurnTensor::Float(_) => {
			BurnTensor::Float(B::float_cat(filled.iter().map(|t| t.float()).collect::<Result<_, _>>()?, axis))
		}
		BurnTensor::Int(_) => {
			BurnTensor::Int(B::int_cat(filled.iter().map(|t| t.int()).collect::<Result<_, _>>()?, axis))
		}
		BurnTensor::Code(_, dtype) => {
			let codes = filled.iter().map(|t| t.int()).collect::<Result<_, _>>()?;
			BurnTensor::Code(B::int_cat(codes, axis), *dtype)
		}
		BurnTensor::Bool(_) => {
			BurnTensor::Bool(B::bool_cat(filled.iter().map(|t| t.bool()).collect::<Result<_, _>>()?, axis))
		}
		BurnTensor::Weight(_) => return Err(first.unexpected("no weight")),
	})
}

/// Tensors without elements, joined: still without elements, but the axis grows.
fn joined_emptiness<B: Backend>(parts: &[&BurnTensor<B>], axis: usize) -> Result<BurnTensor<B>, KernelError> {
	let Some(first) = parts.first() else {
		return Err(KernelError::Backend("nothing to join".into()));
	};
	let mut shape = first.shape().to_vec();
	shape[axis] = parts.iter().map(|part| part.shape()[axis]).sum();
	Ok(reshape((*first).clone(), &shape))
}

/// Takes positions `indices` of `axis`; all are in range.
pub(super) fn select<B: Backend>(
	x: BurnTensor<B>,
	axis: usize,
	indices: Vec<i64>,
	device: &Device<B>,
) -> BurnTensor<B> {
	let mut shape = x.shape().to_vec();
	shape[axis] = indices.len();
	if shape.contains(&0) {
		return empty(x.dtype(), &shape, device);
	}
	let indices = burn_backend::TensorData::new(indices.clone(), [indices.len()]);
	let indices = B::int_from_data(indices, device);
	by_kind!(x; t =>
		B::float_select(t, axis, indices),
		B::int_select(t, axis, indices),
		B::bool_select(t, axis, indices),
	)
}

pub(super) fn gather<B: Backend>(
	x: BurnTensor<B>,
	indices: BurnTensor<B>,
	axis: usize,
	device: &Device<B>,
) -> Result<BurnTensor<B>, KernelError> {
	let shape = x.shape().to_vec();
	let gathered = [&shape[..axis], indices.shape().as_slice(), &shape[axis + 1..]].concat();
	let positions = positions(indices.into_host()?, shape[axis])?;
	Ok(reshape(select(x, axis, positions, device), &gathered))
}

/// Indices into an axis of length `len`, negative ones resolved.
fn positions(indices: HostTensor, len: usize) -> Result<Vec<i64>, KernelError> {
	let found = indices.dtype();
	let Some(indices) = indices.as_slice::<i64>() else {
		return Err(KernelError::Backend(format!("indices are {found}, not int64")));
	};
	indices
		.iter()
		.map(|&index| {
			let position = if index < 0 { index.checked_add_unsigned(len as u64) } else { Some(index) };
			match position {
				Some(position) if (0..len as i64).contains(&position) => Ok(position),
				_ => Err(KernelError::IndexOutOfRange { index, len }),
			}
		})
		.collect()
}

pub(super) fn pad<B: Backend>(
	mode: PadMode,
	x: BurnTensor<B>,
	pads: &[(usize, usize)],
	value: BurnTensor<B>,
	device: &Device<B>,
) -> Result<BurnTensor<B>, KernelError> {
	if mode == PadMode::Constant {
		return surround(x, pads, value);
	}
	Ok(pads.iter().enumerate().filter(|(_, pad)| **pad != (0, 0)).fold(x, |x, (axis, &(before, after))| {
		let len = x.shape()[axis] as i64;
		let positions = (-(before as i64)..len + after as i64).map(|i| reflected(mode, i, len)).collect();
		select(x, axis, positions, device)
	}))
}

/// Where an element outside an axis of length `len` comes from.
fn reflected(mode: PadMode, i: i64, len: i64) -> i64 {
	match mode {
		PadMode::Constant | PadMode::Edge => i.clamp(0, len - 1),
		PadMode::Wrap => i.rem_euclid(len),
		PadMode::Reflect if i < 0 => -i,
		PadMode::Reflect if i >= len => 2 * (len - 1) - i,
		PadMode::Reflect => i,
	}
}

/// Joins the scalar `value`, repeated, to both ends of each axis.
fn surround<B: Backend>(
	x: BurnTensor<B>,
	pads: &[(usize, usize)],
	value: BurnTensor<B>,
) -> Result<BurnTensor<B>, KernelError> {
	pads.iter().enumerate().filter(|(_, pad)| **pad != (0, 0)).try_fold(x, |x, (axis, &(before, after))| {
		let mut shape = x.shape().to_vec();
		let mut edge = |len: usize| {
			shape[axis] = len;
			expand(value.clone(), &shape)
		};
		let (before, after) = (edge(before), edge(after));
		concat(&[&before, &x, &after], axis)
	})
}

/// A tensor without elements.
pub(super) fn empty<B: Backend>(dtype: DType, shape: &[usize], device: &Device<B>) -> BurnTensor<B> {
	use super::tensor::Kind;
	use burn_backend::{BoolDType, IntDType};

	let shape = Shape::from(shape);
	match Kind::from(dtype) {
		Kind::Float(dtype) => BurnTensor::Float(B::float_empty(shape, device, dtype)),
		Kind::Int(dtype) => BurnTensor::Int(B::int_empty(shape, device, dtype)),
		Kind::Bool => BurnTensor::Bool(B::bool_empty(shape, device, BoolDType::Native)),
		Kind::Code(dtype) => BurnTensor::Code(B::int_empty(shape, device, IntDType::U8), dtype),
	}
}
