//! Shorthand for operators that are composed of several kernels.
//!
//! What is composed here of float kernels has the same bits on every backend, without a kernel of its own.

use alloc::{format, vec, vec::Vec};

use crate::{
	dtype::DType,
	metering,
	ops::{AxisSlice, Binary, Comparison, KernelError, Reduction, TensorOps, Unary},
	tensor::{HostTensor, TensorSpec},
};

type Result<T> = core::result::Result<T, KernelError>;

/// Compositions whose constants have one floating-point type.
pub(super) struct Compose<'a, T: TensorOps> {
	pub ops: &'a T,
	pub dtype: DType,
}

impl<'a, T: TensorOps> Compose<'a, T> {
	/// Compositions in the element type of `x`.
	pub fn like(ops: &'a T, x: &T::Tensor) -> Self {
		Self { ops, dtype: ops.spec(x).dtype }
	}

	/// A constant without dimensions.
	pub fn scalar(&self, value: f32) -> Result<T::Tensor> {
		self.ops.from_host(match self.dtype {
			DType::F64 => HostTensor::scalar(f64::from(value)),
			_ => HostTensor::scalar(value),
		})
	}

	/// The number of elements of a dimension, rounded.
	pub fn count(&self, count: usize) -> Result<T::Tensor> {
		self.scalar(count as f32)
	}

	/// A tensor of equal elements.
	pub fn full(&self, value: f32, shape: &[usize]) -> Result<T::Tensor> {
		if shape.contains(&0) { self.empty(shape) } else { self.ops.expand(&self.scalar(value)?, shape) }
	}

	/// A tensor without elements.
	pub fn empty(&self, shape: &[usize]) -> Result<T::Tensor> {
		let empty = HostTensor::empty(TensorSpec::new(self.dtype, shape));
		self.ops.from_host(empty.map_err(|error| KernelError::Backend(format!("{error}")))?)
	}

	pub fn add(&self, a: &T::Tensor, b: &T::Tensor) -> Result<T::Tensor> {
		self.ops.binary(Binary::Add, a, b)
	}

	pub fn sub(&self, a: &T::Tensor, b: &T::Tensor) -> Result<T::Tensor> {
		self.ops.binary(Binary::Sub, a, b)
	}

	pub fn mul(&self, a: &T::Tensor, b: &T::Tensor) -> Result<T::Tensor> {
		self.ops.binary(Binary::Mul, a, b)
	}

	pub fn div(&self, a: &T::Tensor, b: &T::Tensor) -> Result<T::Tensor> {
		self.ops.binary(Binary::Div, a, b)
	}

	pub fn sqrt(&self, x: &T::Tensor) -> Result<T::Tensor> {
		self.ops.unary(Unary::Sqrt, x)
	}

	/// `x + value`.
	pub fn add_scalar(&self, x: &T::Tensor, value: f32) -> Result<T::Tensor> {
		self.add(x, &self.scalar(value)?)
	}

	/// `x · value`.
	pub fn mul_scalar(&self, x: &T::Tensor, value: f32) -> Result<T::Tensor> {
		self.mul(x, &self.scalar(value)?)
	}

	/// Mean, along `axes` (sorted, distinct) that stay as 1, and the distances from it.
	pub fn centred(&self, x: &T::Tensor, axes: &[usize]) -> Result<(T::Tensor, T::Tensor)> {
		let mean = self.ops.reduce(Reduction::Mean, x, axes, true)?;
		let distance = self.sub(x, &mean)?;
		Ok((mean, distance))
	}

	/// The mean square along `axes` (sorted, distinct), which stay as 1: `SumSquare(x) / n`.
	pub fn mean_square(&self, x: &T::Tensor, axes: &[usize]) -> Result<T::Tensor> {
		let shape = self.ops.spec(x).shape;
		let count = axes.iter().filter_map(|&axis| shape.get(axis)).product();
		self.div(&self.ops.reduce(Reduction::SumSquare, x, axes, true)?, &self.count(count)?)
	}
}

/// Elements `start..start + len` of one axis.
pub(super) fn narrow<T: TensorOps>(
	ops: &T,
	x: &T::Tensor,
	axis: usize,
	start: usize,
	len: usize,
) -> Result<T::Tensor> {
	strided(ops, x, axis, AxisSlice { start, step: 1, len })
}

/// A strided part of one axis.
pub(super) fn strided<T: TensorOps>(
	ops: &T,
	x: &T::Tensor,
	axis: usize,
	part: AxisSlice,
) -> Result<T::Tensor> {
	let shape = ops.spec(x).shape;
	let whole = |&len: &usize| AxisSlice { start: 0, step: 1, len };
	let mut axes: Vec<AxisSlice> = shape.iter().map(whole).collect();
	match axes.get_mut(axis) {
		Some(slice) if *slice == part => return Ok(x.clone()),
		Some(slice) => *slice = part,
		None => {}
	}
	ops.slice(x, &axes)
}

/// The elements at one position of an axis, without that axis.
pub(super) fn plane<T: TensorOps>(ops: &T, x: &T::Tensor, axis: usize, index: usize) -> Result<T::Tensor> {
	let part = narrow(ops, x, axis, index, 1)?;
	let mut shape = ops.spec(&part).shape;
	if axis < shape.len() {
		shape.remove(axis);
	}
	ops.reshape(&part, &shape)
}

/// Joins equally shaped tensors along a new axis; the inverse of [`plane`].
pub(super) fn stack<T: TensorOps>(ops: &T, parts: &[T::Tensor], axis: usize) -> Result<T::Tensor> {
	let parts = parts
		.iter()
		.map(|part| {
			let mut shape = ops.spec(part).shape;
			shape.insert(axis.min(shape.len()), 1);
			ops.reshape(part, &shape)
		})
		.collect::<Result<Vec<_>>>()?;
	match parts.as_slice() {
		[one] => Ok(one.clone()),
		parts => ops.concat(&parts.iter().collect::<Vec<_>>(), axis),
	}
}

/// `first, first + 1, …`, `len` numbers, as `int64`.
pub(super) fn positions<T: TensorOps>(ops: &T, first: usize, len: usize) -> Result<T::Tensor> {
	ops.from_host(HostTensor::vector((first..first.saturating_add(len)).map(|at| at as i64).collect()))
}

/// `value` where `condition`, else `otherwise`, of the condition's shape.
pub(super) fn choose<T: TensorOps>(
	c: &Compose<'_, T>,
	condition: &T::Tensor,
	value: f32,
	otherwise: f32,
) -> Result<T::Tensor> {
	c.ops.select(condition, &c.scalar(value)?, &c.scalar(otherwise)?)
}

/// Whether `a < b`, element by element, with broadcasting.
pub(super) fn less<T: TensorOps>(ops: &T, a: &T::Tensor, b: &T::Tensor) -> Result<T::Tensor> {
	ops.compare(Comparison::Less, a, b)
}

/// Bytes of a tensor of this shape.
pub(super) fn bytes(dtype: DType, shape: &[usize]) -> u64 {
	metering::bytes(&TensorSpec::new(dtype, shape))
}

/// The shape with `1` inserted around: `len` at `axis` of `rank` dimensions.
pub(super) fn along(axis: usize, len: usize, rank: usize) -> Vec<usize> {
	let mut shape = vec![1; rank];
	if let Some(dim) = shape.get_mut(axis) {
		*dim = len;
	}
	shape
}
