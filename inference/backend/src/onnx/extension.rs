//! What ONNX has and Burn's backend trait has not.

use assay_graph::{
	ArgReduction, Binary, ConvParams, ConvTransposeParams, KernelError, PackedWeight, PoolParams, Reduction,
	Then, Unary, WeightRole,
};
use burn_backend::{
	Backend, IntDType,
	tensor::{FloatTensor, IntTensor},
};
use burn_flex::Flex;

use super::compose;
use crate::strict::{
	Strict,
	finish::{Steps, View},
	float,
	module::{self, pool::Geometry},
	values::{Values, cpu},
};

/// A backend extension: ONNX operators without an equivalent in [`Backend`].
///
/// Every method has a default composed of Burn's own operations, so `impl OnnxBackend for MyBackend {}` is enough to
/// run graphs on a stock backend, with the accuracy of that backend. [`Strict`] replaces all of them, because a
/// composition rounds in other places than the definition does.
pub trait OnnxBackend: Backend {
	/// A function of every element.
	fn onnx_unary(op: Unary, x: FloatTensor<Self>) -> FloatTensor<Self> {
		compose::unary::<Self>(op, x)
	}

	/// A function of every pair of elements; shapes have one rank and broadcast.
	fn onnx_binary(op: Binary, a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
		compose::binary::<Self>(op, a, b)
	}

	/// Reduces `axes` (ascending), which stay with length 1.
	fn onnx_reduce(op: Reduction, x: FloatTensor<Self>, axes: &[usize]) -> FloatTensor<Self> {
		compose::reduce::<Self>(op, x, axes)
	}

	/// Index of the extreme along `axis`, which stays with length 1, as `i64`.
	fn onnx_arg_reduce(
		op: ArgReduction,
		x: FloatTensor<Self>,
		axis: usize,
		select_last: bool,
	) -> IntTensor<Self> {
		compose::arg_reduce::<Self>(op, x, axis, select_last)
	}

	/// Normalises the last axis of `x`; `scale` and `bias` have its length.
	fn onnx_layer_norm(
		x: FloatTensor<Self>,
		scale: FloatTensor<Self>,
		bias: Option<FloatTensor<Self>>,
		epsilon: f32,
	) -> FloatTensor<Self> {
		Self::layer_norm(x, scale, bias, epsilon.into())
	}

	/// Packs an `f32` constant for the one kind of operator that reads it, which then gets it in the methods below. `None`
	/// leaves it as it is.
	fn onnx_pack(role: WeightRole, x: FloatTensor<Self>) -> Option<PackedWeight> {
		let _ = (role, x);
		None
	}

	/// `a [M…, K]` times a packed `[K, N]`, plus `bias` of `N` elements, and then as many of the steps as can be done
	/// together with it; how many is the second part of the result.
	fn onnx_matmul_weight(
		a: FloatTensor<Self>,
		weight: &PackedWeight,
		bias: Option<FloatTensor<Self>>,
		steps: &[Then<FloatTensor<Self>>],
	) -> Result<(FloatTensor<Self>, usize), KernelError> {
		let _ = (a, bias, steps);
		Err(not_packed(weight))
	}

	/// The convolution with a packed weight, and steps as in [`onnx_matmul_weight`](Self::onnx_matmul_weight).
	fn onnx_conv_weight(
		params: &ConvParams,
		x: FloatTensor<Self>,
		weight: &PackedWeight,
		bias: Option<FloatTensor<Self>>,
		steps: &[Then<FloatTensor<Self>>],
	) -> Result<(FloatTensor<Self>, usize), KernelError> {
		let _ = (params, x, bias, steps);
		Err(not_packed(weight))
	}

	/// The convolution, over 1 to 3 spatial axes, and steps as in [`onnx_matmul_weight`](Self::onnx_matmul_weight).
	fn onnx_conv(
		params: &ConvParams,
		x: FloatTensor<Self>,
		weight: FloatTensor<Self>,
		bias: Option<FloatTensor<Self>>,
		steps: &[Then<FloatTensor<Self>>],
	) -> Result<(FloatTensor<Self>, usize), KernelError> {
		let _ = steps;
		Ok((compose::conv::<Self>(params, x, weight, bias)?, 0))
	}

	/// As many of the first steps as can be done together, and how many those were.
	fn onnx_then(x: FloatTensor<Self>, steps: &[Then<FloatTensor<Self>>]) -> (FloatTensor<Self>, usize) {
		let _ = steps;
		(x, 0)
	}

	/// The transposed convolution with a packed weight.
	fn onnx_conv_transpose_weight(
		params: &ConvTransposeParams,
		x: FloatTensor<Self>,
		weight: &PackedWeight,
		bias: Option<FloatTensor<Self>>,
	) -> Result<FloatTensor<Self>, KernelError> {
		let _ = (params, x, bias);
		Err(not_packed(weight))
	}

	/// The maximum of each window of `x [N, C, D…]`.
	fn onnx_max_pool(params: &PoolParams, x: FloatTensor<Self>) -> FloatTensor<Self> {
		compose::max_pool::<Self>(params, x)
	}

	/// The mean of each window of `x [N, C, D…]`.
	fn onnx_average_pool(
		params: &PoolParams,
		count_include_pad: bool,
		x: FloatTensor<Self>,
	) -> FloatTensor<Self> {
		compose::average_pool::<Self>(params, count_include_pad, x)
	}
}

/// A weight that another backend packed, or for another operator.
fn not_packed(weight: &PackedWeight) -> KernelError {
	KernelError::Backend(format!("a weight of shape {:?} is packed for something else", weight.shape()))
}

impl OnnxBackend for Flex {}

impl OnnxBackend for Strict {
	fn onnx_unary(op: Unary, x: FloatTensor<Self>) -> FloatTensor<Self> {
		float::elementwise::unary(op, x)
	}

	fn onnx_binary(op: Binary, a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
		float::elementwise::binary(op, a, b)
	}

	fn onnx_reduce(op: Reduction, x: FloatTensor<Self>, axes: &[usize]) -> FloatTensor<Self> {
		float::reduce::axes(op, x, axes)
	}

	fn onnx_arg_reduce(
		op: ArgReduction,
		x: FloatTensor<Self>,
		axis: usize,
		select_last: bool,
	) -> IntTensor<Self> {
		float::reduce::arg(op, x, axis, select_last, IntDType::I64)
	}

	fn onnx_layer_norm(
		x: FloatTensor<Self>,
		scale: FloatTensor<Self>,
		bias: Option<FloatTensor<Self>>,
		epsilon: f32,
	) -> FloatTensor<Self> {
		module::layer_norm(x, scale, bias, epsilon)
	}

	fn onnx_pack(role: WeightRole, x: FloatTensor<Self>) -> Option<PackedWeight> {
		let x = Values::new("a weight", x);
		PackedWeight::new(cpu(), role, x.shape(), x.as_slice()).ok().flatten()
	}

	fn onnx_matmul_weight(
		a: FloatTensor<Self>,
		weight: &PackedWeight,
		bias: Option<FloatTensor<Self>>,
		steps: &[Then<FloatTensor<Self>>],
	) -> Result<(FloatTensor<Self>, usize), KernelError> {
		let matrix = weight.matrix().ok_or_else(|| not_packed(weight))?;
		Ok(float::matmul::matmul_packed(a, matrix, bias, steps))
	}

	fn onnx_conv_weight(
		params: &ConvParams,
		x: FloatTensor<Self>,
		weight: &PackedWeight,
		bias: Option<FloatTensor<Self>>,
		steps: &[Then<FloatTensor<Self>>],
	) -> Result<(FloatTensor<Self>, usize), KernelError> {
		let packed = weight.conv().ok_or_else(|| not_packed(weight))?;
		let weight = module::conv::Weight::Packed(packed, weight.shape());
		Ok(module::conv::conv_then(params, x, weight, bias, steps))
	}

	fn onnx_conv(
		params: &ConvParams,
		x: FloatTensor<Self>,
		weight: FloatTensor<Self>,
		bias: Option<FloatTensor<Self>>,
		steps: &[Then<FloatTensor<Self>>],
	) -> Result<(FloatTensor<Self>, usize), KernelError> {
		Ok(module::conv::conv_then(params, x, module::conv::Weight::Plain(weight), bias, steps))
	}

	fn onnx_then(x: FloatTensor<Self>, steps: &[Then<FloatTensor<Self>>]) -> (FloatTensor<Self>, usize) {
		let normalises = steps.iter().any(|step| matches!(step, Then::BatchNorm(_)));
		let view = if normalises { View::Channels } else { View::Columns };
		let steps = Steps::new(steps, view, x.layout().shape());
		(steps.apply(view, x), steps.len())
	}

	fn onnx_conv_transpose_weight(
		params: &ConvTransposeParams,
		x: FloatTensor<Self>,
		weight: &PackedWeight,
		bias: Option<FloatTensor<Self>>,
	) -> Result<FloatTensor<Self>, KernelError> {
		let packed = weight.conv().ok_or_else(|| not_packed(weight))?;
		Ok(module::conv::conv_transpose_packed(params, x, weight.shape(), packed, bias))
	}

	fn onnx_max_pool(params: &PoolParams, x: FloatTensor<Self>) -> FloatTensor<Self> {
		module::pool::maximum(&Geometry::from_onnx(params, &x), x)
	}

	fn onnx_average_pool(
		params: &PoolParams,
		count_include_pad: bool,
		x: FloatTensor<Self>,
	) -> FloatTensor<Self> {
		module::pool::average(&Geometry::from_onnx(params, &x), count_include_pad, x)
	}
}
