//! Neural-network modules. What is missing here is Burn's default, built from the operations of this backend:
//! embedding, linear layers, gradients of convolutions, unfolding, CTC loss.

pub(crate) mod conv;
mod deform;
mod interpolate;
mod norm;
pub(crate) mod pool;

use burn_backend::{
	IntDType,
	ops::{
		AttentionModuleOptions, ConvOptions, ConvTransposeOptions, DeformConv2dBackward, DeformConvOptions,
		InterpolateOptions, MaxPool2dBackward, MaxPool2dWithIndices, ModuleOps,
		attention::attention_fallback,
	},
};

pub(crate) use norm::layer_norm;

use super::{Bool, Float, Int, Strict, values::refuse};

impl ModuleOps<Self> for Strict {
	fn conv1d(x: Float, weight: Float, bias: Option<Float>, options: ConvOptions<1>) -> Float {
		conv::conv(x, weight, bias, &options)
	}

	fn conv2d(x: Float, weight: Float, bias: Option<Float>, options: ConvOptions<2>) -> Float {
		conv::conv(x, weight, bias, &options)
	}

	fn conv3d(x: Float, weight: Float, bias: Option<Float>, options: ConvOptions<3>) -> Float {
		conv::conv(x, weight, bias, &options)
	}

	fn conv_transpose1d(
		x: Float,
		weight: Float,
		bias: Option<Float>,
		options: ConvTransposeOptions<1>,
	) -> Float {
		conv::conv_transpose(x, weight, bias, &options)
	}

	fn conv_transpose2d(
		x: Float,
		weight: Float,
		bias: Option<Float>,
		options: ConvTransposeOptions<2>,
	) -> Float {
		conv::conv_transpose(x, weight, bias, &options)
	}

	fn conv_transpose3d(
		x: Float,
		weight: Float,
		bias: Option<Float>,
		options: ConvTransposeOptions<3>,
	) -> Float {
		conv::conv_transpose(x, weight, bias, &options)
	}

	fn deform_conv2d(
		x: Float,
		offset: Float,
		weight: Float,
		mask: Option<Float>,
		bias: Option<Float>,
		options: DeformConvOptions<2>,
	) -> Float {
		deform::deform_conv2d(x, offset, weight, mask, bias, &options)
	}

	/// Not defined by `strict-f32` v1: panics.
	fn deform_conv2d_backward(
		_x: Float,
		_offset: Float,
		_weight: Float,
		_mask: Option<Float>,
		_bias: Option<Float>,
		_output_grad: Float,
		_options: DeformConvOptions<2>,
	) -> DeformConv2dBackward<Self> {
		refuse("deform_conv2d_backward", "strict-f32 does not define it; train with another backend")
	}

	fn avg_pool2d(
		x: Float,
		kernel_size: [usize; 2],
		stride: [usize; 2],
		padding: [usize; 2],
		count_include_pad: bool,
		ceil_mode: bool,
	) -> Float {
		let pool = pool::Geometry::new(&x, kernel_size, stride, padding, [1, 1], ceil_mode);
		pool::average(&pool, count_include_pad, x)
	}

	fn avg_pool2d_backward(
		x: Float,
		grad: Float,
		kernel_size: [usize; 2],
		stride: [usize; 2],
		padding: [usize; 2],
		count_include_pad: bool,
		ceil_mode: bool,
	) -> Float {
		let pool = pool::Geometry::new(&x, kernel_size, stride, padding, [1, 1], ceil_mode);
		pool::average_backward(&pool, count_include_pad, x, grad)
	}

	fn adaptive_avg_pool2d(x: Float, output_size: [usize; 2]) -> Float {
		pool::adaptive_average(x, &output_size)
	}

	fn adaptive_avg_pool2d_backward(x: Float, grad: Float) -> Float {
		pool::adaptive_average_backward(x, grad)
	}

	fn adaptive_avg_pool3d(x: Float, output_size: [usize; 3]) -> Float {
		pool::adaptive_average(x, &output_size)
	}

	fn adaptive_avg_pool3d_backward(x: Float, grad: Float) -> Float {
		pool::adaptive_average_backward(x, grad)
	}

	fn max_pool2d(
		x: Float,
		kernel_size: [usize; 2],
		stride: [usize; 2],
		padding: [usize; 2],
		dilation: [usize; 2],
		ceil_mode: bool,
	) -> Float {
		let pool = pool::Geometry::new(&x, kernel_size, stride, padding, dilation, ceil_mode);
		pool::maximum(&pool, x)
	}

	fn max_pool2d_with_indices(
		x: Float,
		kernel_size: [usize; 2],
		stride: [usize; 2],
		padding: [usize; 2],
		dilation: [usize; 2],
		ceil_mode: bool,
		indices_dtype: IntDType,
	) -> MaxPool2dWithIndices<Self> {
		let pool = pool::Geometry::new(&x, kernel_size, stride, padding, dilation, ceil_mode);
		let (output, indices) = pool::maximum_with_indices(&pool, x, indices_dtype);
		MaxPool2dWithIndices::new(output, indices)
	}

	fn max_pool2d_with_indices_backward(
		x: Float,
		_kernel_size: [usize; 2],
		_stride: [usize; 2],
		_padding: [usize; 2],
		_dilation: [usize; 2],
		_ceil_mode: bool,
		output_grad: Float,
		indices: Int,
	) -> MaxPool2dBackward<Self> {
		MaxPool2dBackward::new(pool::maximum_backward(x, output_grad, indices))
	}

	fn interpolate(x: Float, output_size: [usize; 2], options: InterpolateOptions) -> Float {
		interpolate::interpolate(x, output_size, &options)
	}

	fn interpolate_backward(
		x: Float,
		grad: Float,
		output_size: [usize; 2],
		options: InterpolateOptions,
	) -> Float {
		interpolate::interpolate_backward(x, grad, output_size, &options)
	}

	/// Burn's definition by matrix products and exponentials, not a fused kernel.
	fn attention(
		query: Float,
		key: Float,
		value: Float,
		mask: Option<Bool>,
		attn_bias: Option<Float>,
		options: AttentionModuleOptions,
	) -> Float {
		attention_fallback::<Self>(query, key, value, mask, attn_bias, options)
	}

	fn batch_norm(x: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: f64) -> Float {
		norm::batch_norm(x, gamma, beta, mean, variance, epsilon as f32)
	}

	fn layer_norm(tensor: Float, gamma: Float, beta: Option<Float>, epsilon: f64) -> Float {
		norm::layer_norm(tensor, gamma, beta, epsilon as f32)
	}
}
