//! Where the extremes are.

use alloc::vec;

use crate::{
	error::{ShapeError, elements, exact_length},
	real::Real,
};

/// Which extreme to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgReduction {
	/// The index of the maximum.
	Max,
	/// The index of the minimum.
	Min,
}

/// Index along `axis` of the extreme element, for every position of the other axes (row-major).
///
/// A NaN is more extreme than any number and equal to any NaN; −0 and +0 are equal. Among equals the first index wins, or
/// the last with `select_last`. The axis must not be empty.
pub fn arg_reduce<T: Real>(
	op: ArgReduction,
	shape: &[usize],
	axis: usize,
	select_last: bool,
	x: &[T],
	out: &mut [i64],
) -> Result<(), ShapeError> {
	exact_length("the tensor to search", elements(shape)?, x.len())?;
	let Some(&size) = shape.get(axis) else { return Err(ShapeError::Axis { axis, rank: shape.len() }) };
	let inner = elements(&shape[axis + 1..])?;
	let outer = elements(&shape[..axis])?;
	exact_length(
		"the result of the search",
		outer.checked_mul(inner).ok_or(ShapeError::Overflow)?,
		out.len(),
	)?;
	if out.is_empty() {
		return Ok(());
	}
	if size == 0 {
		return Err(ShapeError::Invalid("the axis to search for an extreme is empty"));
	}
	// All searches of one place of the outer axes at once, through memory in order.
	let mut best = vec![T::ZERO; inner];
	for (x, out) in x.chunks_exact(size * inner).zip(out.chunks_exact_mut(inner)) {
		best.copy_from_slice(&x[..inner]);
		out.fill(0);
		for (candidate, row) in x.chunks_exact(inner).enumerate().skip(1) {
			for ((found, best), &new) in out.iter_mut().zip(&mut best).zip(row) {
				if replaces(op, select_last, *best, new) {
					*best = new;
					// An index of a slice fits in 63 bits.
					*found = candidate as i64;
				}
			}
		}
	}
	Ok(())
}

/// Whether a later element wins over the best before it.
#[inline(always)]
fn replaces<T: Real>(op: ArgReduction, select_last: bool, old: T, new: T) -> bool {
	let more = match op {
		ArgReduction::Max => new > old,
		ArgReduction::Min => new < old,
	};
	if old.is_nan() {
		select_last && new.is_nan()
	} else {
		new.is_nan() || more || (select_last && new == old)
	}
}
