//! `MatMul` of integers, wrapping.

use alloc::{format, vec, vec::Vec};

use crate::{
	dtype::DType,
	metering,
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, elements},
};

/// Bytes of temporaries for a product of matrices of these shapes with so many matrices in the output: the operands, repeated
/// for each, as they are and twice in 64 bits, and the result in 64 bits.
pub(super) fn scratch(a: &[usize], b: &[usize], batch: &[usize]) -> u64 {
	let [.., m, k] = *a else { return 0 };
	let [.., n] = *b else { return 0 };
	let size = |rows, columns| metering::elements(&[rows, columns]);
	let operands = size(m, k).saturating_add(size(k, n)).saturating_mul(24);
	let each = operands.saturating_add(size(m, n).saturating_mul(8));
	metering::elements(batch).saturating_mul(each)
}

/// `[…, M, K] × […, K, N]`, both of one integer type, leading dimensions broadcast. Wrapping in 64 bits and then in fewer is
/// the same as wrapping in fewer.
pub(super) fn integer_product<T: TensorOps>(
	ops: &T,
	a: &T::Tensor,
	b: &T::Tensor,
) -> Result<T::Tensor, KernelError> {
	let (a_spec, b_spec) = (ops.spec(a), ops.spec(b));
	let dtype = a_spec.dtype;
	let leading = |shape: &[usize]| shape.split_last_chunk::<2>().map(|(batch, _)| batch.to_vec());
	let batches = leading(&a_spec.shape).zip(leading(&b_spec.shape));
	let (a_batch, b_batch) = batches.unwrap_or_default();
	let batch = assay_numerics::broadcast_shape(&a_batch, &b_batch)?;
	let (a, [m, k]) = matrices(ops, a, &batch)?;
	let (b, [_, n]) = matrices(ops, b, &batch)?;
	let mut shape = batch;
	shape.extend([m, n]);
	let mut out = vec![0i64; elements(&shape).unwrap_or_default()];
	// Of an empty sum there is nothing to add.
	if m * k * n > 0 {
		let pairs = a.chunks_exact(m * k).zip(b.chunks_exact(k * n));
		for (out, (a, b)) in out.chunks_exact_mut(m * n).zip(pairs) {
			for (out, row) in out.chunks_exact_mut(n).zip(a.chunks_exact(k)) {
				for (&factor, column) in row.iter().zip(b.chunks_exact(n)) {
					for (sum, &value) in out.iter_mut().zip(column) {
						*sum = sum.wrapping_add(factor.wrapping_mul(value));
					}
				}
			}
		}
	}
	let product = HostTensor::from_vec(shape, out);
	ops.from_host(product.map_err(|error| KernelError::Backend(format!("{error}")))?.cast(dtype))
}

/// The elements of all matrices of an operand, one for each of the batch, and their dimensions.
fn matrices<T: TensorOps>(
	ops: &T,
	x: &T::Tensor,
	batch: &[usize],
) -> Result<(Vec<i64>, [usize; 2]), KernelError> {
	let shape = ops.spec(x).shape;
	let Some((_, &matrix)) = shape.split_last_chunk::<2>() else {
		return Err(KernelError::Backend(format!("{shape:?} has no matrix")));
	};
	let whole: Vec<usize> = batch.iter().copied().chain(matrix).collect();
	let values = ops.to_host(ops.expand(x, &whole)?)?.cast(DType::I64);
	Ok((values.as_slice::<i64>().unwrap_or_default().to_vec(), matrix))
}
