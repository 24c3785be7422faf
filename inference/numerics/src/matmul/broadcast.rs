//! Which matrices of two batches meet.

use alloc::{vec, vec::Vec};

use crate::{
	elementwise::broadcast_shape,
	error::{ShapeError, elements},
};

/// Where the operands' matrices of each product start: (in A, in B), in elements.
type Offsets = Vec<(usize, usize)>;

/// Most matrices in a batch. A tensor without elements can claim any number.
const MAX_BATCH: usize = 1 << 24;

/// Batch shape of a product and, for each of its matrices, where the operands' matrices start.
///
/// `a_batch` and `b_batch` are the leading dimensions of the operands, broadcast against each other as NumPy does;
/// `a_matrix` and `b_matrix` are elements per matrix.
pub fn batch_offsets(
	a_batch: &[usize],
	b_batch: &[usize],
	a_matrix: usize,
	b_matrix: usize,
) -> Result<(Vec<usize>, Offsets), ShapeError> {
	let batch = broadcast_shape(a_batch, b_batch)?;
	let count = elements(&batch)?;
	if count > MAX_BATCH {
		return Err(ShapeError::Invalid("a batch has at most 2^24 matrices"));
	}
	let a = steps(a_batch, a_matrix, batch.len())?;
	let b = steps(b_batch, b_matrix, batch.len())?;
	let mut offsets = Vec::with_capacity(count);
	let mut index = vec![0usize; batch.len()];
	for _ in 0..count {
		let at = |steps: &[usize]| index.iter().zip(steps).map(|(i, s)| i * s).sum::<usize>();
		offsets.push((at(&a), at(&b)));
		for axis in (0..batch.len()).rev() {
			index[axis] += 1;
			if index[axis] < batch[axis] {
				break;
			}
			index[axis] = 0;
		}
	}
	Ok((batch, offsets))
}

/// Elements to step per index of each batch axis: 0 where the operand is broadcast.
fn steps(shape: &[usize], matrix: usize, rank: usize) -> Result<Vec<usize>, ShapeError> {
	elements(shape)?.checked_mul(matrix).ok_or(ShapeError::Overflow)?;
	let mut steps = vec![0; rank];
	let mut step = matrix;
	for (axis, &size) in shape.iter().enumerate().rev() {
		steps[rank - shape.len() + axis] = if size == 1 { 0 } else { step };
		step = step.wrapping_mul(size);
	}
	Ok(steps)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn offsets_should_repeat_along_broadcast_axes() {
		let (batch, offsets) = batch_offsets(&[2, 1], &[3], 10, 100).unwrap();
		assert_eq!(batch, [2, 3]);
		assert_eq!(offsets, [(0, 0), (0, 100), (0, 200), (10, 0), (10, 100), (10, 200)]);
		assert_eq!(batch_offsets(&[], &[], 4, 4).unwrap(), (vec![], vec![(0, 0)]));
		assert_eq!(batch_offsets(&[0], &[1], 4, 4).unwrap(), (vec![0], vec![]));
	}

	#[test]
	fn offsets_should_be_refused_when_batches_do_not_broadcast_or_are_too_many() {
		assert!(batch_offsets(&[2], &[3], 1, 1).is_err());
		assert!(batch_offsets(&[1 << 30], &[1], 0, 0).is_err());
	}
}
