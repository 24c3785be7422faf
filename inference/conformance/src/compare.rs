//! Whether an output is the expected one.

use crate::cases::Tolerance;
use assay_graph::{DType, HostTensor};

/// What differs, in words that name the group of the failure and, after a colon, the details.
pub fn differs(found: &HostTensor, expected: &HostTensor, tolerance: Tolerance) -> Option<String> {
	if found.dtype() != expected.dtype() {
		return Some(format!("wrong element type: {} instead of {}", found.dtype(), expected.dtype()));
	}
	if found.shape() != expected.shape() {
		return Some(format!("wrong shape: {:?} instead of {:?}", found.shape(), expected.shape()));
	}
	if !expected.dtype().is_float() {
		return (found != expected).then(|| "wrong value: exact elements differ".into());
	}
	let (found, expected) = (numbers(found), numbers(expected));
	let wrong: Vec<usize> =
		(0..expected.len()).filter(|&i| !close(found[i], expected[i], tolerance)).collect();
	let &first = wrong.first()?;
	Some(format!(
		"wrong value: {} of {} elements, the first at {first}: {:e} instead of {:e}",
		wrong.len(),
		expected.len(),
		found[first],
		expected[first]
	))
}

fn numbers(tensor: &HostTensor) -> Vec<f64> {
	tensor.cast(DType::F64).as_slice::<f64>().unwrap_or_default().to_vec()
}

/// NaN is close to NaN, and an infinity to itself.
fn close(found: f64, expected: f64, tolerance: Tolerance) -> bool {
	found == expected
		|| (found.is_nan() && expected.is_nan())
		|| (found.is_finite()
			&& expected.is_finite()
			&& (found - expected).abs() <= tolerance.absolute + tolerance.relative * expected.abs())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn floats(values: &[f32]) -> HostTensor {
		HostTensor::vector(values.to_vec())
	}

	#[test]
	fn floats_should_be_equal_within_the_tolerance_and_not_beyond() {
		let tolerance = Tolerance::default();
		assert_eq!(differs(&floats(&[1.000_9]), &floats(&[1.0]), tolerance), None);
		assert!(differs(&floats(&[1.001_1]), &floats(&[1.0]), tolerance).is_some());
		assert_eq!(differs(&floats(&[9e-8]), &floats(&[0.0]), tolerance), None);
	}

	#[test]
	fn special_numbers_should_equal_only_themselves() {
		let tolerance = Tolerance::default();
		let special = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
		for (i, a) in special.iter().enumerate() {
			for (j, b) in special.iter().enumerate() {
				assert_eq!(differs(&floats(&[*a]), &floats(&[*b]), tolerance).is_none(), i == j);
			}
			assert!(differs(&floats(&[1.0]), &floats(&[*a]), tolerance).is_some());
			assert!(differs(&floats(&[*a]), &floats(&[1.0]), tolerance).is_some());
		}
	}

	#[test]
	fn integers_types_and_shapes_should_be_compared_exactly() {
		let tolerance = Tolerance::default();
		let big = |value: i64| HostTensor::vector(vec![value]);
		assert!(differs(&big(1_000_001), &big(1_000_000), tolerance).is_some());
		assert!(differs(&big(1), &HostTensor::vector(vec![1i32]), tolerance).is_some());
		assert!(differs(&big(1), &HostTensor::scalar(1i64), tolerance).is_some());
	}
}
