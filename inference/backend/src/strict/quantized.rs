//! Quantised tensors: Flex's storage and its quantisation steps, which are one product, one rounding to an integer and
//! one clamp per element. Arithmetic on quantised tensors is Burn's default: dequantise, compute as `Strict` does,
//! quantise again.

use burn_backend::{
	ExecutionError, FloatDType, IntDType, Shape, Slice, TensorData,
	ops::QTensorOps,
	quantization::{QuantScheme, QuantizationParametersPrimitive},
};
use burn_flex::{Flex, FlexDevice};

use super::{Float, Int, Quantized, Strict, delegate::delegate};

impl QTensorOps<Self> for Strict {
	delegate! {
		fn q_from_data(data: TensorData, device: &FlexDevice) -> Quantized;
		fn quantize_dynamic(tensor: Float, scheme: &QuantScheme) -> Quantized;
		fn dequantize(tensor: Quantized, dtype: FloatDType) -> Float;
		fn q_to_device(tensor: Quantized, device: &FlexDevice) -> Quantized;
		fn q_reshape(tensor: Quantized, shape: Shape) -> Quantized;
		fn q_expand(tensor: Quantized, shape: Shape) -> Quantized;
		fn q_swap_dims(tensor: Quantized, dim1: usize, dim2: usize) -> Quantized;
		fn q_permute(tensor: Quantized, axes: &[usize]) -> Quantized;
		fn q_flip(tensor: Quantized, axes: &[usize]) -> Quantized;
		fn q_select(tensor: Quantized, dim: usize, indices: Int) -> Quantized;
		fn q_slice(tensor: Quantized, slices: &[Slice]) -> Quantized;
		fn q_gather(dim: usize, tensor: Quantized, indices: Int) -> Quantized;
		fn q_argmax(tensor: Quantized, dim: usize, out_dtype: IntDType) -> Int;
		fn q_argmin(tensor: Quantized, dim: usize, out_dtype: IntDType) -> Int;
	}

	fn quantize(
		tensor: Float,
		scheme: &QuantScheme,
		qparams: QuantizationParametersPrimitive<Self>,
	) -> Quantized {
		let QuantizationParametersPrimitive { scales, global } = qparams;
		Flex::quantize(tensor, scheme, QuantizationParametersPrimitive { scales, global })
	}

	async fn q_into_data(tensor: Quantized) -> Result<TensorData, ExecutionError> {
		Flex::q_into_data(tensor).await
	}
}
