//! Functions of each element, and of each pair of elements.

use assay_numerics::{Binary, Unary, binary_scalar, broadcast_shape, unary_in_place};
use burn_backend::Scalar;
use burn_flex::FlexTensor;

use crate::strict::values::{Values, computed, cpu, refuse};

/// `op` of every element.
pub(crate) fn unary(op: Unary, tensor: FlexTensor) -> FlexTensor {
	let mut values = Values::new(op, tensor);
	unary_in_place(cpu(), op, values.as_mut_slice());
	values.into_tensor()
}

/// `op` of every pair of elements, with broadcasting. Both sides have one element type.
pub(crate) fn binary(op: Binary, lhs: FlexTensor, rhs: FlexTensor) -> FlexTensor {
	if lhs.dtype() != rhs.dtype() {
		refuse(op, format_args!("element types {:?} and {:?} differ", lhs.dtype(), rhs.dtype()));
	}
	let (a, b) = (Values::new(op, lhs), Values::new(op, rhs));
	let shape = computed(op, broadcast_shape(a.shape(), b.shape()));
	let mut out = vec![0.0; shape.iter().product()];
	let result =
		assay_numerics::binary(cpu(), op, a.as_slice(), a.shape(), b.as_slice(), b.shape(), &mut out);
	computed(op, result);
	a.like(out, shape)
}

/// `op` of every element and a scalar on the right, which is first rounded to `f32`.
pub(crate) fn scalar(op: Binary, lhs: FlexTensor, rhs: Scalar) -> FlexTensor {
	let a = Values::new(op, lhs);
	let mut out = vec![0.0; a.as_slice().len()];
	computed(op, binary_scalar(cpu(), op, a.as_slice(), rhs.elem(), &mut out));
	a.like(out, a.shape())
}

/// The cross product along an axis of length 3: two rounded products, then their rounded difference.
pub(crate) fn cross(lhs: FlexTensor, rhs: FlexTensor, dim: usize) -> FlexTensor {
	use burn_backend::{Slice, TensorMetadata, ops::FloatTensorOps};
	use burn_flex::Flex;

	let component = |tensor: &FlexTensor, index: usize| {
		let shape = tensor.shape();
		if shape.get(dim) != Some(&3) {
			refuse("cross", format_args!("axis {dim} of shape {shape:?} is not of length 3"));
		}
		let mut slices = vec![Slice::full(); shape.num_dims()];
		slices[dim] = Slice::from(index..index + 1);
		Flex::float_slice(tensor.clone(), &slices)
	};
	let product = |i, j| binary(Binary::Mul, component(&lhs, i), component(&rhs, j));
	let minor = |i, j| binary(Binary::Sub, product(i, j), product(j, i));
	Flex::float_cat(vec![minor(1, 2), minor(2, 0), minor(0, 1)], dim)
}
