//! Conversions between float types: one rounding to nearest, ties to even; NaN becomes canonical.

use assay_graph::{DType as HostDType, HostTensor, TensorData as HostData};
use assay_numerics::cast;
use burn_backend::{DType, FloatDType, TensorData, TensorMetadata};
use burn_flex::FlexTensor;

use crate::strict::values::{Values, from_vec};

/// Converts any float tensor to `to`.
pub(crate) fn float(tensor: FlexTensor, to: FloatDType) -> FlexTensor {
	if tensor.dtype() == DType::F64 {
		return from_double(tensor, to);
	}
	let shape = tensor.shape();
	let values = Values::new("a cast", tensor);
	let elements = values.as_slice().iter().copied();
	FlexTensor::from_data(match to {
		FloatDType::F32 | FloatDType::Flex32 => return from_vec(elements.collect(), shape),
		FloatDType::F64 => TensorData::new(elements.map(f64::from).collect(), shape),
		FloatDType::F16 => TensorData::new(elements.map(cast::f32_to_f16).collect(), shape),
		FloatDType::BF16 => TensorData::new(elements.map(cast::f32_to_bf16).collect(), shape),
	})
}

/// Rounding from `f64` to 16 bits in one step takes care, and is defined once: by the host tensors of the graph.
fn from_double(tensor: FlexTensor, to: FloatDType) -> FlexTensor {
	let to = match to {
		FloatDType::F64 => return tensor,
		FloatDType::F32 | FloatDType::Flex32 => HostDType::F32,
		FloatDType::F16 => HostDType::F16,
		FloatDType::BF16 => HostDType::BF16,
	};
	let shape = tensor.shape();
	let doubles = HostTensor::vector(tensor.to_contiguous().storage::<f64>().to_vec());
	let (_, elements) = doubles.cast(to).into_parts();
	FlexTensor::from_data(match elements {
		HostData::F16(elements) => TensorData::new(elements, shape),
		HostData::BF16(elements) => TensorData::new(elements, shape),
		HostData::F32(elements) => TensorData::new(elements, shape),
		_ => return tensor,
	})
}
