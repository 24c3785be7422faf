//! Cumulative operations: one chain per run, from the first element on, one rounding per step.

use burn_flex::FlexTensor;

use crate::strict::{
	sort::fibre_starts,
	values::{Values, refuse},
};

/// Element `i` of a run becomes `step(… step(step(x0, x1), x2) …, xi)`.
pub(crate) fn scan(
	operation: &str,
	tensor: FlexTensor,
	dim: usize,
	step: impl Fn(f32, f32) -> f32,
) -> FlexTensor {
	let mut values = Values::new(operation, tensor);
	let shape = values.shape();
	let Some(&length) = shape.get(dim) else {
		refuse(operation, format_args!("axis {dim} of shape {shape:?} does not exist"));
	};
	let inner: usize = shape[dim + 1..].iter().product();
	let elements = values.as_mut_slice();
	for start in fibre_starts(elements.len(), length, inner) {
		for i in 1..length {
			let at = start + i * inner;
			elements[at] = step(elements[at - inner], elements[at]);
		}
	}
	values.into_tensor()
}
