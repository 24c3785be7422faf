//! Matrix products.

use assay_numerics::{MatMul, Strides, batch_offsets, matmul_batched};
use burn_backend::{DType, TensorMetadata};
use burn_flex::FlexTensor;

use crate::strict::values::{Values, computed, cpu, refuse};

/// `[…, M, K] × […, K, N] → […, M, N]`; leading dimensions broadcast.
pub(crate) fn matmul(lhs: FlexTensor, rhs: FlexTensor) -> FlexTensor {
	if lhs.dtype() != rhs.dtype() {
		refuse("matmul", format_args!("element types {:?} and {:?} differ", lhs.dtype(), rhs.dtype()));
	}
	let (a, b) = (Matrices::new(lhs), Matrices::new(rhs));
	if a.columns != b.rows {
		refuse("matmul", format_args!("{} columns on the left, {} rows on the right", a.columns, b.rows));
	}
	let product = MatMul { m: a.rows, k: a.columns, n: b.columns, a: a.strides, b: b.strides };
	let offsets = batch_offsets(&a.batch, &b.batch, a.rows * a.columns, b.rows * b.columns);
	let (mut shape, offsets) = computed("matmul", offsets);
	shape.extend([product.m, product.n]);
	let mut out = vec![0.0; shape.iter().product()];
	let (a, b) = (a.values, b.values);
	computed("matmul", matmul_batched(cpu(), &product, &offsets, a.as_slice(), b.as_slice(), &mut out));
	a.like(out, shape)
}

/// Equally shaped matrices, one after the other.
struct Matrices {
	values: Values,
	strides: Strides,
	batch: Vec<usize>,
	rows: usize,
	columns: usize,
}

impl Matrices {
	fn new(tensor: FlexTensor) -> Self {
		let shape = tensor.shape().to_vec();
		let [batch @ .., rows, columns] = shape.as_slice() else {
			refuse("matmul", format_args!("shape {shape:?} is not a matrix"));
		};
		let (rows, columns, batch) = (*rows, *columns, batch.to_vec());
		let (values, strides) = if is_transposed_view(&tensor) {
			let stored = tensor.transpose(batch.len(), batch.len() + 1);
			(Values::new("matmul", stored), Strides::transposed(rows))
		} else {
			(Values::new("matmul", tensor), Strides::row_major(columns))
		};
		Self { values, strides, batch, rows, columns }
	}
}

/// Whether the last two axes are merely swapped, as in `x · wᵀ`: then the stored matrix is read along its columns
/// instead of being copied.
fn is_transposed_view(tensor: &FlexTensor) -> bool {
	let rank = tensor.layout().num_dims();
	tensor.dtype() == DType::F32
		&& !tensor.is_contiguous()
		&& tensor.layout().transpose(rank - 2, rank - 1).is_contiguous()
}
