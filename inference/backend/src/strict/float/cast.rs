//! Conversions between float types: one rounding to nearest, ties to even; NaN becomes canonical.

use assay_numerics::cast;
use burn_backend::{DType, FloatDType, TensorData, TensorMetadata};
use burn_flex::FlexTensor;

use crate::strict::values::{Values, from_vec};

/// Converts any float tensor to `to`.
pub(crate) fn float(tensor: FlexTensor, to: FloatDType) -> FlexTensor {
	let shape = tensor.shape();
	if tensor.dtype() == DType::F64 {
		let tensor = tensor.to_contiguous();
		let elements = tensor.storage::<f64>().iter().copied();
		return FlexTensor::from_data(match to {
			FloatDType::F32 | FloatDType::Flex32 => {
				TensorData::new(elements.map(cast::f64_to_f32).collect(), shape)
			}
			FloatDType::F64 => return tensor,
			FloatDType::F16 => TensorData::new(elements.map(cast::f64_to_f16).collect(), shape),
			FloatDType::BF16 => TensorData::new(elements.map(cast::f64_to_bf16).collect(), shape),
		});
	}
	let values = Values::new("a cast", tensor);
	let elements = values.as_slice().iter().copied();
	FlexTensor::from_data(match to {
		FloatDType::F32 | FloatDType::Flex32 => return from_vec(elements.collect(), shape),
		FloatDType::F64 => TensorData::new(elements.map(f64::from).collect(), shape),
		FloatDType::F16 => TensorData::new(elements.map(cast::f32_to_f16).collect(), shape),
		FloatDType::BF16 => TensorData::new(elements.map(cast::f32_to_bf16).collect(), shape),
	})
}
