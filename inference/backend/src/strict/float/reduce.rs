//! Reductions along axes. Reduced axes stay, with length 1; reductions of everything give shape `[1]`.

use assay_numerics::{ArgReduction, Reduction, arg_reduce};
use burn_backend::{IntDType, Shape, TensorData, ops::IntTensorOps};
use burn_flex::{Flex, FlexTensor};

use crate::strict::values::{Values, computed, cpu};

/// Reduces `axes`, which are distinct and ascending. No axes: every element is reduced for itself.
pub(crate) fn axes(op: Reduction, tensor: FlexTensor, axes: &[usize]) -> FlexTensor {
	let values = Values::new(op, tensor);
	let shape = reduced(values.shape(), axes);
	let mut out = vec![0.0; shape.iter().product()];
	let input = values.shape();
	computed(op, assay_numerics::reduce(cpu(), op, input, axes, values.as_slice(), &mut out));
	values.like(out, shape)
}

/// Reduces one axis.
pub(crate) fn axis(op: Reduction, tensor: FlexTensor, dim: usize) -> FlexTensor {
	axes(op, tensor, &[dim])
}

/// Reduces several axes in one go, given in any order.
pub(crate) fn several(op: Reduction, tensor: FlexTensor, dims: &[usize]) -> FlexTensor {
	let mut dims = dims.to_vec();
	dims.sort_unstable();
	dims.dedup();
	axes(op, tensor, &dims)
}

/// Reduces all elements.
pub(crate) fn all(op: Reduction, tensor: FlexTensor) -> FlexTensor {
	let count = Shape::new([tensor.layout().num_elements()]);
	axis(op, tensor.reshape(count), 0)
}

/// Where the extreme of each run along `dim` is: the first of equals, or the last.
pub(crate) fn arg(
	op: ArgReduction,
	tensor: FlexTensor,
	dim: usize,
	select_last: bool,
	out_dtype: IntDType,
) -> FlexTensor {
	let values = Values::new(op, tensor);
	let shape = reduced(values.shape(), &[dim]);
	let mut out = vec![0; shape.iter().product()];
	computed(op, arg_reduce(op, values.shape(), dim, select_last, values.as_slice(), &mut out));
	Flex::int_cast(FlexTensor::from_data(TensorData::new(out, shape)), out_dtype)
}

fn reduced(shape: &[usize], axes: &[usize]) -> Vec<usize> {
	shape.iter().enumerate().map(|(axis, &length)| if axes.contains(&axis) { 1 } else { length }).collect()
}
