//! The operations an execution backend provides.
//!
//! ONNX semantics (attributes, optional inputs, opset differences, shape and type checks, cost) are written once, in
//! `operators`, on top of this trait. A backend only supplies kernels, and every backend that wants to answer requests
//! must produce the bits of the reference implementation, [`SliceOps`](crate::SliceOps).
//!
//! What a backend may rely on, because the operators check it before they call:
//! - shapes fit together, axes are in range and normalised to be non-negative, permutations are permutations;
//! - the element types are those a method's documentation lists;
//! - results fit into the memory budget, and at least one result of a call that computes has elements (inputs
//!   may have none).
//!
//! What a backend must not do: panic, or return a tensor of another shape or type than documented. Results of floating-point
//! methods are of the type of their inputs, `f32` or `f64`: 16-bit floats are widened before and rounded after the call by the
//! executor.

use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{
	dtype::DType,
	tensor::{HostTensor, TensorSpec},
};

pub use assay_numerics::{ArgReduction, Binary, Comparison, Reduction, Side, Unary};

/// A connective of two `bool` tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Logical {
	/// Both.
	And,
	/// Either.
	Or,
	/// Exactly one.
	Xor,
}

/// How padding is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PadMode {
	/// With a constant.
	Constant,
	/// By mirroring without repeating the edge.
	Reflect,
	/// By repeating the edge.
	Edge,
	/// By wrapping around.
	Wrap,
}

/// `alpha * A' * B' + beta * C` with `A'`, `B'` optionally transposed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GemmParams {
	/// Factor of the product; applied (one rounding) only if it is not 1.
	pub alpha: f32,
	/// Factor of `C`; applied (one rounding) only if it is not 1.
	pub beta: f32,
	/// Whether `A` is `[K, M]` instead of `[M, K]`.
	pub trans_a: bool,
	/// Whether `B` is `[N, K]` instead of `[K, N]`.
	pub trans_b: bool,
}

/// A convolution over 1 to 3 spatial dimensions. Every vector has one entry per spatial dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvParams {
	/// Steps between windows, at least 1.
	pub strides: Vec<usize>,
	/// Steps between taps, at least 1.
	pub dilations: Vec<usize>,
	/// Zeros before the first element.
	pub pads_begin: Vec<usize>,
	/// Zeros after the last element.
	pub pads_end: Vec<usize>,
	/// Number of groups; divides both channel counts.
	pub group: usize,
}

/// A transposed convolution over 1 to 3 spatial dimensions. The output size along a dimension is
/// `stride * (input - 1) + output_padding + (kernel - 1) * dilation + 1 - pad_begin - pad_end`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvTransposeParams {
	/// As in [`ConvParams`]; pads cut the output instead of widening the input.
	pub conv: ConvParams,
	/// Extra size at the end of the output.
	pub output_padding: Vec<usize>,
}

/// A sliding window over 1 to 3 spatial dimensions. Every vector has one entry per spatial dimension.
///
/// Window `o` along a dimension covers input positions `o * stride - pad_begin + k * dilation` for `k` in
/// `0..kernel`; positions outside the input are ignored. With rounding up, the last window may reach beyond
/// `pads_end`, hence `output` is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolParams {
	/// Window size, at least 1.
	pub kernel: Vec<usize>,
	/// Steps between windows, at least 1.
	pub strides: Vec<usize>,
	/// Steps between taps, at least 1.
	pub dilations: Vec<usize>,
	/// Padding before the first element.
	pub pads_begin: Vec<usize>,
	/// Padding after the last element.
	pub pads_end: Vec<usize>,
	/// Output size.
	pub output: Vec<usize>,
}

/// What a constant is to the operators that read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WeightRole {
	/// The right-hand side of [`TensorOps::matmul`].
	MatMul,
	/// The right-hand side of [`TensorOps::gemm`].
	Gemm {
		/// As [`GemmParams::trans_b`].
		transposed: bool,
	},
	/// The weight of [`TensorOps::conv`].
	Conv {
		/// As [`ConvParams::group`].
		group: usize,
	},
	/// The weight of [`TensorOps::conv_transpose`].
	ConvTranspose {
		/// As [`ConvParams::group`].
		group: usize,
	},
}

/// Statistics and affine part of a batch normalisation, each of shape `[C]`, real.
#[derive(Clone, Debug)]
pub struct BatchNormParams<Tensor> {
	/// Factor.
	pub scale: Tensor,
	/// Summand.
	pub bias: Tensor,
	/// Mean to subtract.
	pub mean: Tensor,
	/// Variance to divide by the root of.
	pub variance: Tensor,
	/// Added to the variance.
	pub epsilon: f32,
}

/// Something to do to each element of a result, see [`TensorOps::then`].
#[derive(Clone, Debug)]
pub enum Then<Tensor> {
	/// [`TensorOps::unary`].
	Unary(Unary),
	/// [`TensorOps::binary`] with another tensor, which broadcasts to the shape of the result.
	Binary {
		/// The operation.
		op: Binary,
		/// The other operand.
		other: Tensor,
		/// Which operand the result is.
		side: Side,
	},
	/// [`TensorOps::batch_norm`].
	BatchNorm(BatchNormParams<Tensor>),
}

/// What to take of one axis: `start`, `start + step`, … , `len` elements, all in range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AxisSlice {
	/// First index.
	pub start: usize,
	/// Distance between indices; negative walks backwards, never zero.
	pub step: isize,
	/// Number of elements; may be zero.
	pub len: usize,
}

/// Why a kernel gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KernelError {
	/// An index in the data points outside the axis. Every backend reports this for the same data.
	IndexOutOfRange {
		/// The first such index in row-major order.
		index: i64,
		/// Length of the axis.
		len: usize,
	},
	/// An integer was divided by zero. Every backend reports this for the same data.
	DivisionByZero,
	/// The backend itself failed: unsupported request, device lost, a defect. Says nothing about the model and is never
	/// an answer to a request.
	Backend(String),
}

impl fmt::Display for KernelError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::IndexOutOfRange { index, len } => {
				write!(f, "index {index} is outside an axis of length {len}")
			}
			Self::DivisionByZero => f.write_str("integer division by zero"),
			Self::Backend(reason) => write!(f, "backend failure: {reason}"),
		}
	}
}

impl core::error::Error for KernelError {}

/// Kernels over rank-erased tensors.
///
/// Names follow ONNX. "Any type" means every [`DType`]; "integer" the eight integer types; "real" `f32` or `f64`, one of
/// them in one call; "numeric" those and the integers. The bits of every real result are defined by the functions of the same name in [`assay_numerics`].
pub trait TensorOps {
	/// A tensor of any rank and type. Cloning must be cheap: a reference count, not a copy of the elements.
	type Tensor: Clone;

	/// Takes over a tensor from host memory. Any type.
	#[allow(clippy::wrong_self_convention, reason = "the tensor comes from the host, not the backend")]
	fn from_host(&self, tensor: HostTensor) -> Result<Self::Tensor, KernelError>;

	/// Hands a tensor back to host memory. Any type.
	fn to_host(&self, tensor: Self::Tensor) -> Result<HostTensor, KernelError>;

	/// Gets a constant ready for what it will be used for, and for nothing else but [`spec`](Self::spec) and
	/// [`to_host`](Self::to_host): a backend may store it in another order. Its type and shape, and the bits of results,
	/// stay the same. Any type and shape.
	fn prepare(&self, constant: Self::Tensor, role: WeightRole) -> Result<Self::Tensor, KernelError> {
		let _ = role;
		Ok(constant)
	}

	/// Element type and shape.
	fn spec(&self, tensor: &Self::Tensor) -> TensorSpec;

	/// Converts elements, any type to any type. Float to integer truncates, saturates, and maps NaN to 0; integer to
	/// integer wraps; to `bool`, everything but zero is true (NaN too); from `bool`, 0 or 1; to a narrower float,
	/// round to nearest even; integer to a 16-bit float goes by way of `f32`.
	fn cast(&self, x: &Self::Tensor, to: DType) -> Result<Self::Tensor, KernelError>;

	/// Elementwise function. Real; `Abs`, `Neg`, `Sign` and `Relu` also integer (wrapping).
	fn unary(&self, op: Unary, x: &Self::Tensor) -> Result<Self::Tensor, KernelError>;

	/// Elementwise function of two tensors of one type, with multidirectional broadcasting. Real; `Add`, `Sub`, `Mul`
	/// (wrapping), `Min`, `Max`, `Div`, `Fmod`, `FloorMod` also integer. Integer division truncates towards zero, wraps
	/// on `MIN / -1`, and fails on zero with [`KernelError::DivisionByZero`], as do both remainders.
	fn binary(&self, op: Binary, a: &Self::Tensor, b: &Self::Tensor) -> Result<Self::Tensor, KernelError>;

	/// Elementwise comparison of two tensors of one numeric type, with multidirectional broadcasting; gives `bool`.
	/// `Equal` and `NotEqual` also `bool`.
	fn compare(
		&self,
		op: Comparison,
		a: &Self::Tensor,
		b: &Self::Tensor,
	) -> Result<Self::Tensor, KernelError>;

	/// Connective of two `bool` tensors, with multidirectional broadcasting.
	fn logical(&self, op: Logical, a: &Self::Tensor, b: &Self::Tensor) -> Result<Self::Tensor, KernelError>;

	/// Negation of a `bool` tensor.
	fn not(&self, x: &Self::Tensor) -> Result<Self::Tensor, KernelError>;

	/// `condition ? a : b`, all three broadcast together. `condition` is `bool`; `a` and `b` are of one type, any.
	fn select(
		&self,
		condition: &Self::Tensor,
		a: &Self::Tensor,
		b: &Self::Tensor,
	) -> Result<Self::Tensor, KernelError>;

	/// `[…, M, K] × […, K, N] → […, M, N]`, real, rank at least 2 on both sides, leading dimensions broadcast.
	fn matmul(&self, a: &Self::Tensor, b: &Self::Tensor) -> Result<Self::Tensor, KernelError>;

	/// `[…, M, K] × […, N, K]ᵀ → […, M, N]`, real, rank at least 2 on both sides, leading dimensions broadcast.
	fn matmul_transposed(&self, a: &Self::Tensor, b: &Self::Tensor) -> Result<Self::Tensor, KernelError> {
		let rank = self.spec(b).shape.len();
		let mut permutation: Vec<usize> = (0..rank).collect();
		permutation.swap(rank.saturating_sub(2), rank.saturating_sub(1));
		self.matmul(a, &self.transpose(b, &permutation)?)
	}

	/// `[M, K] × [K, N] → [M, N]`, real; `c` broadcasts one-way to `[M, N]`. The product is rounded, then multiplied by
	/// `alpha` unless that is 1; then `beta * c` (the factor again only unless 1, rounded) is added.
	fn gemm(
		&self,
		params: &GemmParams,
		a: &Self::Tensor,
		b: &Self::Tensor,
		c: Option<&Self::Tensor>,
	) -> Result<Self::Tensor, KernelError>;

	/// `x [N, C, D…]`, `w [M, C / group, k…]`, `b [M]` → `[N, M, o…]`, `f32`, 1 to 3 spatial dimensions.
	fn conv(
		&self,
		params: &ConvParams,
		x: &Self::Tensor,
		w: &Self::Tensor,
		b: Option<&Self::Tensor>,
	) -> Result<Self::Tensor, KernelError>;

	/// [`conv`](Self::conv), and [`then`](Self::then) those steps.
	fn conv_then(
		&self,
		params: &ConvParams,
		x: &Self::Tensor,
		w: &Self::Tensor,
		b: Option<&Self::Tensor>,
		steps: &[Then<Self::Tensor>],
	) -> Result<Self::Tensor, KernelError> {
		self.then(self.conv(params, x, w, b)?, steps)
	}

	/// [`matmul`](Self::matmul), and [`then`](Self::then) those steps.
	fn matmul_then(
		&self,
		a: &Self::Tensor,
		b: &Self::Tensor,
		steps: &[Then<Self::Tensor>],
	) -> Result<Self::Tensor, KernelError> {
		self.then(self.matmul(a, b)?, steps)
	}

	/// Does one step after the other to a tensor, with the bits that the methods named after them give. A backend may go over
	/// its elements once instead of once for each step. `f32`, rank at least 2; without steps any tensor.
	fn then(&self, x: Self::Tensor, steps: &[Then<Self::Tensor>]) -> Result<Self::Tensor, KernelError> {
		one_by_one(self, x, steps)
	}

	/// `x [N, C, D…]`, `w [C, M / group, k…]`, `b [M]` → `[N, M, o…]`, `f32`, 1 to 3 spatial dimensions.
	fn conv_transpose(
		&self,
		params: &ConvTransposeParams,
		x: &Self::Tensor,
		w: &Self::Tensor,
		b: Option<&Self::Tensor>,
	) -> Result<Self::Tensor, KernelError>;

	/// `x [N, C, D…]` → `[N, C, o…]`, `f32`: the maximum of each window.
	fn max_pool(&self, params: &PoolParams, x: &Self::Tensor) -> Result<Self::Tensor, KernelError>;

	/// `x [N, C, D…]` → `[N, C, o…]`, `f32`: the mean of each window. `count_include_pad` says whether positions in
	/// the padding (but not beyond it) count in the divisor.
	fn average_pool(
		&self,
		params: &PoolParams,
		count_include_pad: bool,
		x: &Self::Tensor,
	) -> Result<Self::Tensor, KernelError>;

	/// Reduces the given axes (sorted, distinct; none makes every element its own set); they stay as 1 if `keepdims`.
	/// Real; `Sum`, `Prod`, `Max`, `Min` also integer (wrapping; of nothing: 0, 1, the type's minimum, its maximum).
	fn reduce(
		&self,
		op: Reduction,
		x: &Self::Tensor,
		axes: &[usize],
		keepdims: bool,
	) -> Result<Self::Tensor, KernelError>;

	/// Index of the extreme along `axis` (of length at least 1), as `i64`; the first of equals, or the last if
	/// `select_last`. Numeric.
	fn arg_reduce(
		&self,
		op: ArgReduction,
		x: &Self::Tensor,
		axis: usize,
		keepdims: bool,
		select_last: bool,
	) -> Result<Self::Tensor, KernelError>;

	/// Softmax along `axis`, real.
	fn softmax(&self, x: &Self::Tensor, axis: usize) -> Result<Self::Tensor, KernelError>;

	/// Logarithm of softmax along `axis`, real.
	fn log_softmax(&self, x: &Self::Tensor, axis: usize) -> Result<Self::Tensor, KernelError>;

	/// `(x - mean) * (scale / sqrt(variance + epsilon)) + bias`, the four of shape `[C]`, `x [N, C, …]`, real.
	fn batch_norm(
		&self,
		params: &BatchNormParams<Self::Tensor>,
		x: &Self::Tensor,
	) -> Result<Self::Tensor, KernelError>;

	/// Normalises over the axes from `axis` on to mean 0 and variance 1, multiplies by `scale` and adds `bias`, which
	/// have exactly the shape of the normalised axes. Real.
	fn layer_norm(
		&self,
		x: &Self::Tensor,
		scale: &Self::Tensor,
		bias: Option<&Self::Tensor>,
		axis: usize,
		epsilon: f32,
	) -> Result<Self::Tensor, KernelError>;

	/// Output axis `i` is input axis `permutation[i]`. Any type.
	fn transpose(&self, x: &Self::Tensor, permutation: &[usize]) -> Result<Self::Tensor, KernelError>;

	/// Same elements, another shape with as many elements. Any type.
	fn reshape(&self, x: &Self::Tensor, shape: &[usize]) -> Result<Self::Tensor, KernelError>;

	/// Repeats axes of length 1 to get `shape`, whose rank is at least that of `x`. Any type.
	fn expand(&self, x: &Self::Tensor, shape: &[usize]) -> Result<Self::Tensor, KernelError>;

	/// Takes a strided part; one entry per axis. Any type.
	fn slice(&self, x: &Self::Tensor, axes: &[AxisSlice]) -> Result<Self::Tensor, KernelError>;

	/// Joins at least one tensor along `axis`. Any type.
	fn concat(&self, parts: &[&Self::Tensor], axis: usize) -> Result<Self::Tensor, KernelError>;

	/// Replaces `axis` by the axes of `indices` (`i64`, negative counts from the end). Any type. Fails with
	/// [`KernelError::IndexOutOfRange`].
	fn gather(
		&self,
		x: &Self::Tensor,
		indices: &Self::Tensor,
		axis: usize,
	) -> Result<Self::Tensor, KernelError>;

	/// Adds elements around; one `(before, after)` per axis. `value` is a scalar of the type of `x`, used by
	/// [`PadMode::Constant`] only. Any type. For the other modes no padded axis is empty, reflection never exceeds
	/// the length of the axis less one, and wrapping never exceeds its length.
	fn pad(
		&self,
		mode: PadMode,
		x: &Self::Tensor,
		pads: &[(usize, usize)],
		value: &Self::Tensor,
	) -> Result<Self::Tensor, KernelError>;
}

/// What [`TensorOps::then`] is defined to be.
pub fn one_by_one<T: TensorOps + ?Sized>(
	ops: &T,
	x: T::Tensor,
	steps: &[Then<T::Tensor>],
) -> Result<T::Tensor, KernelError> {
	steps.iter().try_fold(x, |x, step| match step {
		Then::Unary(op) => ops.unary(*op, &x),
		Then::Binary { op, other, side: Side::Left } => ops.binary(*op, &x, other),
		Then::Binary { op, other, side: Side::Right } => ops.binary(*op, other, &x),
		Then::BatchNorm(params) => ops.batch_norm(params, &x),
	})
}
