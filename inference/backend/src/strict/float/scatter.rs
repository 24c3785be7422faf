//! Writing values to positions that are data. Updates happen one after the other, in the row-major order of the
//! values, each with one rounding: what several updates of one element give is therefore defined.

use assay_numerics::Binary;
use burn_backend::{IntDType, ops::IntTensorOps, tensor::IndexingUpdateOp};
use burn_flex::{Flex, FlexTensor};

use crate::strict::values::{Values, refuse};

/// `tensor[…, indices[p], …] ⊕= value[p]` along `dim`, for every position `p` of `indices`, which has the shape of
/// `value`.
pub(crate) fn scatter(
	dim: usize,
	tensor: FlexTensor,
	indices: FlexTensor,
	value: FlexTensor,
	update: IndexingUpdateOp,
) -> FlexTensor {
	let shape = indices.layout().shape().to_vec();
	let indices = positions(indices);
	let mut target = Target::new("scatter", tensor);
	let values = Values::new("scatter", value);
	target.check(shape.len() == target.shape.len() && values.shape() == shape, &[values.shape(), &shape]);
	for (flat, (&index, &x)) in indices.iter().zip(values.as_slice()).enumerate() {
		let mut coordinates = unravel(flat, &shape);
		coordinates[dim] = target.index(index, dim);
		target.update(&coordinates, x, update);
	}
	target.values.into_tensor()
}

/// `tensor[…, indices[i], …] ⊕= value[…, i, …]` along `dim`; `indices` has one axis.
pub(crate) fn select_assign(
	tensor: FlexTensor,
	dim: usize,
	indices: FlexTensor,
	value: FlexTensor,
	update: IndexingUpdateOp,
) -> FlexTensor {
	let indices = positions(indices);
	let mut target = Target::new("select_assign", tensor);
	let values = Values::new("select_assign", value);
	let shape = values.shape().to_vec();
	let fits = shape.len() == target.shape.len() && shape.get(dim) == Some(&indices.len());
	target.check(fits, &[&shape, &[indices.len()]]);
	for (flat, &x) in values.as_slice().iter().enumerate() {
		let mut coordinates = unravel(flat, &shape);
		coordinates[dim] = target.index(indices[coordinates[dim]], dim);
		target.update(&coordinates, x, update);
	}
	target.values.into_tensor()
}

/// `tensor[indices[p…, :], …] ⊕= value[p…, …]`: the last axis of `indices` addresses the first axes of `tensor`.
pub(crate) fn scatter_nd(
	tensor: FlexTensor,
	indices: FlexTensor,
	value: FlexTensor,
	update: IndexingUpdateOp,
) -> FlexTensor {
	let addressed = indices.layout().shape().last().copied().unwrap_or(0);
	let indices = positions(indices);
	let mut target = Target::new("scatter_nd", tensor);
	let values = Values::new("scatter_nd", value);
	target.check(addressed <= target.shape.len(), &[values.shape(), &[addressed]]);
	let slice_shape = target.shape[addressed..].to_vec();
	let slice_len = slice_shape.iter().product::<usize>();
	let tuples = indices.len().checked_div(addressed).unwrap_or(0);
	target.check(values.as_slice().len() == tuples * slice_len, &[values.shape(), &[addressed]]);
	for (flat, &x) in values.as_slice().iter().enumerate() {
		let (tuple, within) = (flat / slice_len, flat % slice_len);
		let tuple = &indices[tuple * addressed..][..addressed];
		let mut coordinates: Vec<usize> =
			tuple.iter().enumerate().map(|(axis, &index)| target.index(index, axis)).collect();
		coordinates.extend(unravel(within, &slice_shape));
		target.update(&coordinates, x, update);
	}
	target.values.into_tensor()
}

struct Target {
	operation: &'static str,
	values: Values,
	shape: Vec<usize>,
}

impl Target {
	fn new(operation: &'static str, tensor: FlexTensor) -> Self {
		let values = Values::new(operation, tensor);
		let shape = values.shape().to_vec();
		Self { operation, values, shape }
	}

	fn check(&self, fits: bool, shapes: &[&[usize]]) {
		if !fits {
			refuse(self.operation, format_args!("shapes {shapes:?} do not address shape {:?}", self.shape));
		}
	}

	fn index(&self, index: i64, axis: usize) -> usize {
		match usize::try_from(index) {
			Ok(index) if index < self.shape[axis] => index,
			_ => refuse(
				self.operation,
				format_args!("index {index} is outside axis {axis} of shape {:?}", self.shape),
			),
		}
	}

	fn update(&mut self, coordinates: &[usize], x: f32, update: IndexingUpdateOp) {
		let flat = coordinates.iter().zip(&self.shape).fold(0, |flat, (&i, &length)| flat * length + i);
		let element = &mut self.values.as_mut_slice()[flat];
		*element = match update {
			IndexingUpdateOp::Assign => x,
			IndexingUpdateOp::Add => Binary::Add.apply(*element, x),
			IndexingUpdateOp::Mul => Binary::Mul.apply(*element, x),
			IndexingUpdateOp::Min => Binary::Min.apply(*element, x),
			IndexingUpdateOp::Max => Binary::Max.apply(*element, x),
		};
	}
}

fn positions(indices: FlexTensor) -> Vec<i64> {
	Flex::int_cast(indices, IntDType::I64).to_contiguous().storage().to_vec()
}

fn unravel(mut flat: usize, shape: &[usize]) -> Vec<usize> {
	let mut coordinates = vec![0; shape.len()];
	for (coordinate, &length) in coordinates.iter_mut().zip(shape).rev() {
		*coordinate = flat % length;
		flat /= length;
	}
	coordinates
}
