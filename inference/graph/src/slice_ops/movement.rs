//! Copies: elements in another order, some of them, or several times. Nothing is computed.

use alloc::{format, vec::Vec};

use super::SliceTensor;
use crate::{
	ops::{AxisSlice, KernelError, PadMode},
	tensor::{Element, elements, with_data},
};

/// Elements between neighbours along each axis of a row-major tensor.
fn strides(shape: &[usize]) -> Vec<isize> {
	let mut strides: Vec<isize> = shape
		.iter()
		.rev()
		.scan(1isize, |step, &dim| {
			let stride = *step;
			// A tensor in memory has fewer than isize::MAX elements, unless it is empty, and then nobody walks it.
			*step = step.saturating_mul(dim as isize);
			Some(stride)
		})
		.collect();
	strides.reverse();
	strides
}

/// An axis of a walk: how many steps, and how far each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Axis {
	len: usize,
	stride: isize,
}

/// Joins neighbouring axes that one longer walk covers, and drops those of one step.
fn coalesce(axes: impl Iterator<Item = Axis>) -> Vec<Axis> {
	let mut joined: Vec<Axis> = Vec::new();
	for axis in axes.filter(|axis| axis.len != 1) {
		match joined.last_mut() {
			Some(last) if last.stride == axis.stride.saturating_mul(axis.len as isize) => {
				*last = Axis { len: last.len.saturating_mul(axis.len), stride: axis.stride };
			}
			_ => joined.push(axis),
		}
	}
	joined
}

/// Collects the elements a walk visits. `None` if it leaves the slice.
fn walk<E: Copy>(source: &[E], at: isize, axes: &[Axis], out: &mut Vec<E>) -> Option<()> {
	match axes {
		[] => out.push(*source.get(usize::try_from(at).ok()?)?),
		[Axis { len, stride: 1 }] => {
			let start = usize::try_from(at).ok()?;
			out.extend_from_slice(source.get(start..start.checked_add(*len)?)?);
		}
		[Axis { len, stride: 0 }] => {
			let value = *source.get(usize::try_from(at).ok()?)?;
			out.resize(out.len().checked_add(*len)?, value);
		}
		[Axis { len, stride }, inner @ ..] => {
			let mut at = at;
			for _ in 0..*len {
				walk(source, at, inner, out)?;
				at = at.wrapping_add(*stride);
			}
		}
	}
	Some(())
}

/// A tensor of the elements that a walk from `start` visits.
fn strided(
	x: &SliceTensor,
	start: isize,
	shape: Vec<usize>,
	strides: impl Iterator<Item = isize>,
) -> Result<SliceTensor, KernelError> {
	let count = elements(&shape).ok_or_else(too_large)?;
	let axes = coalesce(shape.iter().zip(strides).map(|(&len, stride)| Axis { len, stride }));
	let data = with_data!(&*x.data, values => collect(values, start, &axes, count));
	SliceTensor::new(shape, data.ok_or_else(|| KernelError::Backend("a walk leaves its tensor".into()))?)
}

fn collect<E: Element>(
	values: &[E],
	start: isize,
	axes: &[Axis],
	count: usize,
) -> Option<crate::tensor::TensorData> {
	let mut out = Vec::with_capacity(count);
	if count > 0 {
		walk(values, start, axes, &mut out)?;
	}
	Some(E::wrap(out))
}

fn too_large() -> KernelError {
	KernelError::Backend("a tensor is too large for memory".into())
}

pub(super) fn transpose(x: &SliceTensor, permutation: &[usize]) -> Result<SliceTensor, KernelError> {
	let strides = strides(&x.shape);
	let shape = permutation.iter().filter_map(|&axis| x.shape.get(axis).copied()).collect();
	strided(x, 0, shape, permutation.iter().filter_map(|&axis| strides.get(axis).copied()))
}

pub(super) fn expand(x: &SliceTensor, shape: &[usize]) -> Result<SliceTensor, KernelError> {
	let Some(new) = shape.len().checked_sub(x.shape.len()) else {
		return Err(KernelError::Backend(format!("{:?} does not expand to {shape:?}", x.shape)));
	};
	let steps = x.shape.iter().zip(strides(&x.shape)).map(|(&dim, stride)| if dim == 1 { 0 } else { stride });
	strided(x, 0, shape.to_vec(), core::iter::repeat_n(0, new).chain(steps))
}

pub(super) fn slice(x: &SliceTensor, axes: &[AxisSlice]) -> Result<SliceTensor, KernelError> {
	let strides = strides(&x.shape);
	let start = axes
		.iter()
		.zip(&strides)
		.fold(0isize, |at, (axis, &stride)| at.wrapping_add((axis.start as isize).wrapping_mul(stride)));
	let shape = axes.iter().map(|axis| axis.len).collect();
	strided(x, start, shape, axes.iter().zip(&strides).map(|(axis, &stride)| axis.step.wrapping_mul(stride)))
}

pub(super) fn concat(parts: &[&SliceTensor], axis: usize) -> Result<SliceTensor, KernelError> {
	let Some(first) = parts.first() else { return Err(KernelError::Backend("nothing to join".into())) };
	let mut shape = first.shape.clone();
	if let Some(dim) = shape.get_mut(axis) {
		*dim = parts.iter().filter_map(|part| part.shape.get(axis)).sum();
	}
	// Every part contributes a run of elements for each position of the axes before.
	let outer: usize = first.shape.iter().take(axis).product();
	fn join<E: Element>(first: &[E], parts: &[&SliceTensor], outer: usize) -> Result<Vec<E>, KernelError> {
		let mut runs = Vec::with_capacity(parts.len());
		let mut total = 0usize;
		for part in parts {
			let values = part.slice::<E>()?;
			total = total.saturating_add(values.len());
			runs.push(values.chunks((values.len() / outer.max(1)).max(1)));
		}
		let mut out = Vec::with_capacity(total.max(first.len()));
		for _ in 0..outer {
			for run in &mut runs {
				out.extend_from_slice(run.next().unwrap_or_default());
			}
		}
		Ok(out)
	}
	let data = with_data!(&*first.data, values => Element::wrap(join(values, parts, outer)?));
	SliceTensor::new(shape, data)
}

pub(super) fn gather(
	x: &SliceTensor,
	indices: &SliceTensor,
	axis: usize,
) -> Result<SliceTensor, KernelError> {
	let len = x.shape.get(axis).copied().unwrap_or_default();
	let indices_shape = &indices.shape;
	let indices = indices
		.slice::<i64>()?
		.iter()
		.map(|&index| {
			let from_start = if index < 0 { index.wrapping_add(len as i64) } else { index };
			usize::try_from(from_start)
				.ok()
				.filter(|&index| index < len)
				.ok_or(KernelError::IndexOutOfRange { index, len })
		})
		.collect::<Result<Vec<_>, _>>()?;
	let outer: usize = x.shape.iter().take(axis).product();
	let inner: usize = x.shape.iter().skip(axis + 1).product();
	let mut shape: Vec<usize> = x.shape.iter().take(axis).copied().collect();
	shape.extend(indices_shape);
	shape.extend(x.shape.iter().skip(axis + 1));
	fn pick<E: Element>(values: &[E], indices: &[usize], outer: usize, len: usize, inner: usize) -> Vec<E> {
		let mut out = Vec::with_capacity(outer.saturating_mul(indices.len()).saturating_mul(inner));
		if inner > 0 && len > 0 {
			for plane in values.chunks_exact(len * inner).take(outer) {
				for &index in indices {
					out.extend_from_slice(plane.get(index * inner..(index + 1) * inner).unwrap_or_default());
				}
			}
		}
		out
	}
	let data = with_data!(&*x.data, values => Element::wrap(pick(values, &indices, outer, len, inner)));
	SliceTensor::new(shape, data)
}

/// For every position of a padded axis of `len` elements, where its element comes from; `None` for the constant.
fn origins(mode: PadMode, len: usize, before: usize, after: usize) -> Vec<Option<usize>> {
	let len = len as isize;
	(-(before as isize)..len.saturating_add(after as isize))
		.map(|at| {
			let from = match mode {
				_ if (0..len).contains(&at) => at,
				PadMode::Constant => return None,
				PadMode::Edge => at.clamp(0, (len - 1).max(0)),
				PadMode::Reflect if at < 0 => -at,
				PadMode::Reflect => 2 * (len - 1) - at,
				PadMode::Wrap => at.checked_rem_euclid(len).unwrap_or(0),
			};
			usize::try_from(from).ok()
		})
		.collect()
}

fn fill<E: Copy>(values: &[E], at: usize, axes: &[(Vec<Option<usize>>, usize)], value: E, out: &mut Vec<E>) {
	match axes {
		[] => out.push(values.get(at).copied().unwrap_or(value)),
		[(origins, stride), inner @ ..] => {
			let run: usize = inner.iter().map(|(origins, _)| origins.len()).product();
			for origin in origins {
				match origin {
					Some(index) => fill(values, at + index * stride, inner, value, out),
					None => out.resize(out.len() + run, value),
				}
			}
		}
	}
}

pub(super) fn pad(
	mode: PadMode,
	x: &SliceTensor,
	pads: &[(usize, usize)],
	value: &SliceTensor,
) -> Result<SliceTensor, KernelError> {
	let axes: Vec<_> = x
		.shape
		.iter()
		.zip(pads)
		.zip(strides(&x.shape))
		.map(|((&len, &(before, after)), stride)| (origins(mode, len, before, after), stride.unsigned_abs()))
		.collect();
	let shape: Vec<usize> = axes.iter().map(|(origins, _)| origins.len()).collect();
	let count = elements(&shape).ok_or_else(too_large)?;
	fn padded<E: Element>(
		values: &[E],
		value: &SliceTensor,
		axes: &[(Vec<Option<usize>>, usize)],
		count: usize,
	) -> Result<Vec<E>, KernelError> {
		let value = value.slice::<E>()?.first().copied().unwrap_or_default();
		let mut out = Vec::with_capacity(count);
		if count > 0 {
			fill(values, 0, axes, value, &mut out);
		}
		Ok(out)
	}
	let data = with_data!(&*x.data, values => Element::wrap(padded(values, value, &axes, count)?));
	SliceTensor::new(shape, data)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn coalesce_should_join_axes_that_are_contiguous() {
		let axes =
			strides(&[2, 3, 1, 4]).into_iter().zip([2, 3, 1, 4]).map(|(stride, len)| Axis { len, stride });
		assert_eq!(coalesce(axes), [Axis { len: 24, stride: 1 }]);
	}

	#[test]
	fn origins_should_follow_numpy_in_every_mode() {
		let indices = |mode| {
			origins(mode, 4, 2, 3)
				.into_iter()
				.map(|origin| origin.map_or(-1, |i| i as i32))
				.collect::<Vec<_>>()
		};
		assert_eq!(indices(PadMode::Constant), [-1, -1, 0, 1, 2, 3, -1, -1, -1]);
		assert_eq!(indices(PadMode::Edge), [0, 0, 0, 1, 2, 3, 3, 3, 3]);
		assert_eq!(indices(PadMode::Reflect), [2, 1, 0, 1, 2, 3, 2, 1, 0]);
		assert_eq!(indices(PadMode::Wrap), [2, 3, 0, 1, 2, 3, 0, 1, 2]);
	}
}
