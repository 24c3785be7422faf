//! Sorting: stable, so that equal elements keep their order whatever the algorithm inside.
//!
//! Floats are ordered by IEEE-754 `totalOrder` with every NaN taken for the canonical one: -0 before +0, NaN after
//! infinity. Descending is the reverse order, still stable: of equal elements the first stays first.

use core::cmp::Ordering;

use assay_numerics::canonical;
use burn_backend::{
	DType, IntDType, Shape, TensorData, TensorMetadata,
	ops::{FloatTensorOps, IntTensorOps},
};
use burn_flex::{Flex, FlexTensor};

use super::values::{Values, refuse};

/// Positions along `dim` in sorted order, as `i64`. Float or integer elements.
pub(super) fn argsort(tensor: &FlexTensor, dim: usize, descending: bool) -> FlexTensor {
	macro_rules! integers {
		($ty:ty) => {
			order(tensor.to_contiguous().storage::<$ty>(), &tensor.shape(), dim, descending, Ord::cmp)
		};
	}
	let positions = match tensor.dtype() {
		DType::I64 => integers!(i64),
		DType::I32 => integers!(i32),
		DType::I16 => integers!(i16),
		DType::I8 => integers!(i8),
		DType::U64 => integers!(u64),
		DType::U32 => integers!(u32),
		DType::U16 => integers!(u16),
		DType::U8 => integers!(u8),
		_ => {
			let values = Values::new("sort", tensor.clone());
			let total = |a: &f32, b: &f32| canonical(*a).total_cmp(&canonical(*b));
			order(values.as_slice(), &tensor.shape(), dim, descending, total)
		}
	};
	FlexTensor::from_data(TensorData::new(positions, tensor.shape()))
}

/// Sorted floats, and where each was, as `indices`.
pub(super) fn sort_float(
	tensor: FlexTensor,
	dim: usize,
	descending: bool,
	indices: IntDType,
) -> (FlexTensor, FlexTensor) {
	let positions = argsort(&tensor, dim, descending);
	(Flex::float_gather(dim, tensor, positions.clone()), Flex::int_cast(positions, indices))
}

/// Sorted integers, and where each was.
pub(super) fn sort_int(tensor: FlexTensor, dim: usize, descending: bool) -> (FlexTensor, FlexTensor) {
	let positions = argsort(&tensor, dim, descending);
	(Flex::int_gather(dim, tensor, positions.clone()), positions)
}

fn order<E: Copy>(
	elements: &[E],
	shape: &Shape,
	dim: usize,
	descending: bool,
	compare: impl Fn(&E, &E) -> Ordering,
) -> Vec<i64> {
	if dim >= shape.num_dims() {
		refuse("sort", format_args!("axis {dim} of a tensor of rank {}", shape.num_dims()));
	}
	let length = shape[dim];
	let inner: usize = shape[dim + 1..].iter().product();
	let mut positions = vec![0; elements.len()];
	let mut fibre: Vec<usize> = Vec::with_capacity(length);
	for start in fibre_starts(elements.len(), length, inner) {
		fibre.clear();
		fibre.extend(0..length);
		fibre.sort_by(|&a, &b| {
			let ordering = compare(&elements[start + a * inner], &elements[start + b * inner]);
			if descending { ordering.reverse() } else { ordering }
		});
		for (rank, &position) in fibre.iter().enumerate() {
			positions[start + rank * inner] = position as i64;
		}
	}
	positions
}

/// Offsets of the first elements of all runs along an axis of `length` elements that lie `inner` apart.
pub(super) fn fibre_starts(elements: usize, length: usize, inner: usize) -> impl Iterator<Item = usize> {
	let block = (length * inner).max(1);
	(0..elements).step_by(block).flat_map(move |outer| (0..inner).map(move |i| outer + i))
}
