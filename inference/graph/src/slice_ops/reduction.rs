//! Reductions and pools.

use alloc::{format, vec, vec::Vec};

use assay_numerics::{Cpu, Pool, ShapeError, Window};

use super::{SliceTensor, arithmetic::Integer, movement, unsupported, with_real, zeros};
use crate::{
	dtype::DType,
	ops::{ArgReduction, KernelError, PoolParams, Reduction},
	tensor::{Element, TensorData, elements},
};

pub(super) fn pool<E: Element>(
	params: &PoolParams,
	x: &SliceTensor,
	kernel: impl FnOnce(&Pool<'_>, &[E], &mut [E]) -> Result<(), ShapeError>,
) -> Result<SliceTensor, KernelError> {
	let [batch, channels, input @ ..] = x.shape.as_slice() else {
		return Err(KernelError::Backend(format!("{:?} has no spatial dimensions", x.shape)));
	};
	let window = Window::new(
		&params.kernel,
		&params.strides,
		&params.dilations,
		&params.pads_begin,
		&params.pads_end,
	)?;
	let mut shape = vec![*batch, *channels];
	shape.extend(&params.output);
	let mut out = zeros(&shape)?;
	let pool = Pool { planes: batch * channels, input, output: &params.output, window: &window };
	kernel(&pool, x.slice()?, &mut out)?;
	SliceTensor::from_vec(shape, out)
}

/// Shape of a result: reduced axes are 1, or gone.
fn reduced(shape: &[usize], axes: &[usize], keepdims: bool) -> Vec<usize> {
	let dims = shape.iter().enumerate();
	if keepdims {
		dims.map(|(axis, &dim)| if axes.contains(&axis) { 1 } else { dim }).collect()
	} else {
		dims.filter(|(axis, _)| !axes.contains(axis)).map(|(_, &dim)| dim).collect()
	}
}

pub(super) fn reduce(
	cpu: Cpu,
	op: Reduction,
	x: &SliceTensor,
	axes: &[usize],
	keepdims: bool,
) -> Result<SliceTensor, KernelError> {
	let shape = reduced(&x.shape, axes, keepdims);
	let data = match &*x.data {
		TensorData::F32(_) | TensorData::F64(_) => with_real!(x, R => {
			let mut out = zeros(&shape)?;
			assay_numerics::reduce::<R>(cpu, op, &x.shape, axes, x.slice()?, &mut out)?;
			R::wrap(out)
		}),
		TensorData::I8(_) => TensorData::I8(integers(op, x, axes, &shape)?),
		TensorData::I16(_) => TensorData::I16(integers(op, x, axes, &shape)?),
		TensorData::I32(_) => TensorData::I32(integers(op, x, axes, &shape)?),
		TensorData::I64(_) => TensorData::I64(integers(op, x, axes, &shape)?),
		TensorData::U8(_) => TensorData::U8(integers(op, x, axes, &shape)?),
		TensorData::U16(_) => TensorData::U16(integers(op, x, axes, &shape)?),
		TensorData::U32(_) => TensorData::U32(integers(op, x, axes, &shape)?),
		TensorData::U64(_) => TensorData::U64(integers(op, x, axes, &shape)?),
		other => return Err(unsupported(other.dtype())),
	};
	SliceTensor::new(shape, data)
}

/// Integer reductions do not depend on the order: the reduced axes go last, and runs are folded.
fn integers<I: Integer>(
	op: Reduction,
	x: &SliceTensor,
	axes: &[usize],
	shape: &[usize],
) -> Result<Vec<I>, KernelError> {
	let (start, fold): (I, fn(I, I) -> I) = match op {
		Reduction::Sum => (I::default(), I::add),
		Reduction::Prod => (I::ONE, I::mul),
		Reduction::Max => (I::MIN, |a, b| a.max(b)),
		Reduction::Min => (I::MAX, |a, b| a.min(b)),
		_ => return Err(unsupported(x.data.dtype())),
	};
	let kept = (0..x.shape.len()).filter(|axis| !axes.contains(axis));
	let permutation: Vec<usize> = kept.chain(axes.iter().copied()).collect();
	let sorted = movement::transpose(x, &permutation)?;
	if x.data.is_empty() {
		let count = elements(shape).ok_or(ShapeError::Overflow)?;
		return Ok(vec![start; count]);
	}
	let run: usize = axes.iter().filter_map(|&axis| x.shape.get(axis)).product();
	Ok(sorted.slice::<I>()?.chunks(run).map(|values| values.iter().copied().fold(start, fold)).collect())
}

pub(super) fn arg_reduce(
	op: ArgReduction,
	x: &SliceTensor,
	axis: usize,
	keepdims: bool,
	select_last: bool,
) -> Result<SliceTensor, KernelError> {
	let shape = reduced(&x.shape, &[axis], keepdims);
	let out = match &*x.data {
		TensorData::F32(_) | TensorData::F64(_) => with_real!(x, R => {
			let mut out = zeros(&shape)?;
			assay_numerics::arg_reduce::<R>(op, &x.shape, axis, select_last, x.slice()?, &mut out)?;
			out
		}),
		TensorData::I8(_) => arg_integers::<i8>(op, x, axis, select_last)?,
		TensorData::I16(_) => arg_integers::<i16>(op, x, axis, select_last)?,
		TensorData::I32(_) => arg_integers::<i32>(op, x, axis, select_last)?,
		TensorData::I64(_) => arg_integers::<i64>(op, x, axis, select_last)?,
		TensorData::U8(_) => arg_integers::<u8>(op, x, axis, select_last)?,
		TensorData::U16(_) => arg_integers::<u16>(op, x, axis, select_last)?,
		TensorData::U32(_) => arg_integers::<u32>(op, x, axis, select_last)?,
		TensorData::U64(_) => arg_integers::<u64>(op, x, axis, select_last)?,
		other => return Err(unsupported(other.dtype())),
	};
	SliceTensor::from_vec(shape, out)
}

fn arg_integers<I: Integer>(
	op: ArgReduction,
	x: &SliceTensor,
	axis: usize,
	select_last: bool,
) -> Result<Vec<i64>, KernelError> {
	let kept = (0..x.shape.len()).filter(|&other| other != axis);
	let permutation: Vec<usize> = kept.chain([axis]).collect();
	let sorted = movement::transpose(x, &permutation)?;
	let len = x.shape.get(axis).copied().unwrap_or(1).max(1);
	let better = |candidate: I, best: I| match op {
		ArgReduction::Max => candidate > best,
		ArgReduction::Min => candidate < best,
	};
	let first = |values: &[I]| {
		let mut best = (0, values.first().copied().unwrap_or_default());
		for (index, &value) in values.iter().enumerate().skip(1) {
			if better(value, best.1) || (select_last && value == best.1) {
				best = (index, value);
			}
		}
		best.0 as i64
	};
	Ok(sorted.slice::<I>()?.chunks(len).map(first).collect())
}
