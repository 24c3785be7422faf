//! ONNX operators composed of Burn's, for stock backends.

use assay_graph::{ArgReduction, Binary, ConvParams, KernelError, PoolParams, Reduction, Unary};
use burn_backend::{
	Backend, BoolDType, IntDType, Scalar, Shape, Slice, TensorData, TensorMetadata,
	ops::{ConvOptions, PadMode},
	tensor::{BoolTensor, FloatTensor, IntTensor},
};

const BOOL: BoolDType = BoolDType::Native;

pub(super) fn unary<B: Backend>(op: Unary, x: FloatTensor<B>) -> FloatTensor<B> {
	let negative = |x: &FloatTensor<B>| B::float_lower_elem(x.clone(), 0f32.into(), BOOL);
	let exp_minus_one = |x| B::float_sub_scalar(B::float_exp(x), 1f32.into());
	// `max(x, 0) + log(1 + exp(-|x|))`, which does not overflow.
	let softplus = |x: FloatTensor<B>| {
		let small = B::float_log1p(B::float_exp(B::float_neg(B::float_abs(x.clone()))));
		B::float_add(B::relu(x), small)
	};
	match op {
		Unary::Abs => B::float_abs(x),
		Unary::Neg => B::float_neg(x),
		Unary::Sign => B::float_sign(x),
		Unary::Floor => B::float_floor(x),
		Unary::Ceil => B::float_ceil(x),
		Unary::Round => B::float_round(x),
		Unary::Trunc => B::float_trunc(x),
		Unary::Sqrt => B::float_sqrt(x),
		Unary::Reciprocal => B::float_recip(x),
		Unary::Relu => B::relu(x),
		Unary::Exp => B::float_exp(x),
		Unary::Expm1 => exp_minus_one(x),
		Unary::Log => B::float_log(x),
		Unary::Log1p => B::float_log1p(x),
		Unary::Sin => B::float_sin(x),
		Unary::Cos => B::float_cos(x),
		Unary::Tan => B::float_tan(x),
		Unary::Asin => B::float_asin(x),
		Unary::Acos => B::float_acos(x),
		Unary::Atan => B::float_atan(x),
		Unary::Sinh => B::float_sinh(x),
		Unary::Cosh => B::float_cosh(x),
		Unary::Tanh => B::float_tanh(x),
		Unary::Asinh => B::float_asinh(x),
		Unary::Acosh => B::float_acosh(x),
		Unary::Atanh => B::float_atanh(x),
		Unary::Erf => B::float_erf(x),
		Unary::Sigmoid => B::sigmoid(x),
		Unary::Softplus => softplus(x),
		Unary::Softsign => {
			let denominator = B::float_add_scalar(B::float_abs(x.clone()), 1f32.into());
			B::float_div(x, denominator)
		}
		Unary::Mish => B::float_mul(x.clone(), B::float_tanh(softplus(x))),
		Unary::Gelu => B::gelu(x),
		Unary::GeluTanh => {
			// 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))
			let cube = B::float_mul(x.clone(), B::float_mul(x.clone(), x.clone()));
			let inner = B::float_add(x.clone(), B::float_mul_scalar(cube, 0.044715f32.into()));
			let tanh = B::float_tanh(B::float_mul_scalar(inner, 0.797_884_6f32.into()));
			let factor = B::float_mul_scalar(B::float_add_scalar(tanh, 1f32.into()), 0.5f32.into());
			B::float_mul(x, factor)
		}
		Unary::HardSwish => {
			let gate = B::hard_sigmoid(x.clone(), (1f32 / 6.).into(), 0.5f32.into());
			B::float_mul(x, gate)
		}
		Unary::LeakyRelu { alpha } => B::leaky_relu(x, alpha.into()),
		Unary::ThresholdedRelu { alpha } => {
			let below = B::float_lower_equal_elem(x.clone(), alpha.into(), BOOL);
			B::float_mask_fill(x, below, 0f32.into())
		}
		Unary::Elu { alpha } => {
			let mask = negative(&x);
			let curve = B::float_mul_scalar(exp_minus_one(x.clone()), alpha.into());
			B::float_mask_where(x, mask, curve)
		}
		Unary::Celu { alpha } => {
			let mask = negative(&x);
			let curve = exp_minus_one(B::float_div_scalar(x.clone(), alpha.into()));
			B::float_mask_where(x, mask, B::float_mul_scalar(curve, alpha.into()))
		}
		Unary::Selu { alpha, gamma } => {
			let elu = unary::<B>(Unary::Elu { alpha }, x);
			B::float_mul_scalar(elu, gamma.into())
		}
		Unary::HardSigmoid { alpha, beta } => B::hard_sigmoid(x, alpha.into(), beta.into()),
		Unary::Swish { alpha } => {
			let gate = B::sigmoid(B::float_mul_scalar(x.clone(), alpha.into()));
			B::float_mul(x, gate)
		}
		Unary::Clip { min, max } => B::float_clamp(x, min.into(), max.into()),
		Unary::Shrink { bias, lambda } => {
			let above = B::float_greater_elem(x.clone(), lambda.into(), BOOL);
			let below = B::float_lower_elem(x.clone(), (-lambda).into(), BOOL);
			let zero = B::float_mul_scalar(x.clone(), 0f32.into());
			let shrunk = B::float_mask_where(zero, above, B::float_sub_scalar(x.clone(), bias.into()));
			B::float_mask_where(shrunk, below, B::float_add_scalar(x, bias.into()))
		}
	}
}

pub(super) fn binary<B: Backend>(op: Binary, a: FloatTensor<B>, b: FloatTensor<B>) -> FloatTensor<B> {
	match op {
		Binary::Add => B::float_add(a, b),
		Binary::Sub => B::float_sub(a, b),
		Binary::Mul => B::float_mul(a, b),
		Binary::Div => B::float_div(a, b),
		Binary::Pow => B::float_powf(a, b),
		Binary::Atan2 => B::float_atan2(a, b),
		Binary::FloorMod => B::float_remainder(a, b),
		Binary::Min => choose::<B>(a, b, B::float_lower),
		Binary::Max => choose::<B>(a, b, B::float_greater),
		Binary::PRelu => {
			let scaled = B::float_mul(a.clone(), b);
			let a = B::float_expand(a, scaled.shape());
			let mask = B::float_lower_elem(a.clone(), 0f32.into(), BOOL);
			B::float_mask_where(a, mask, scaled)
		}
		// C's fmod: the remainder of the magnitudes, with the sign of the dividend.
		Binary::Fmod => {
			let magnitude = B::float_remainder(B::float_abs(a.clone()), B::float_abs(b));
			let a = B::float_expand(a, magnitude.shape());
			let mask = B::float_lower_elem(a, 0f32.into(), BOOL);
			B::float_mask_where(magnitude.clone(), mask, B::float_neg(magnitude))
		}
	}
}

/// `b` where `prefer(b, a)` or `b` is NaN, else `a`.
fn choose<B: Backend>(
	a: FloatTensor<B>,
	b: FloatTensor<B>,
	prefer: impl Fn(FloatTensor<B>, FloatTensor<B>, BoolDType) -> BoolTensor<B>,
) -> FloatTensor<B> {
	// The sum has the broadcast shape; nothing else is taken from it.
	let shape = B::float_add(a.clone(), b.clone()).shape();
	let (a, b) = (B::float_expand(a, shape.clone()), B::float_expand(b, shape));
	let preferred = prefer(b.clone(), a.clone(), BOOL);
	let mask = B::bool_or(preferred, B::float_is_nan(b.clone(), BOOL));
	B::float_mask_where(a, mask, b)
}

pub(super) fn reduce<B: Backend>(op: Reduction, x: FloatTensor<B>, axes: &[usize]) -> FloatTensor<B> {
	let fold =
		|x, step: fn(FloatTensor<B>, usize) -> FloatTensor<B>| axes.iter().fold(x, |x, &axis| step(x, axis));
	let square = |x: FloatTensor<B>| B::float_mul(x.clone(), x);
	match op {
		Reduction::Sum => fold(x, B::float_sum_dim),
		Reduction::Mean => fold(x, B::float_mean_dim),
		Reduction::Max => fold(x, B::float_max_dim),
		Reduction::Min => fold(x, B::float_min_dim),
		Reduction::Prod => fold(x, B::float_prod_dim),
		Reduction::SumSquare => fold(square(x), B::float_sum_dim),
		Reduction::L1 => fold(B::float_abs(x), B::float_sum_dim),
		Reduction::L2 => B::float_sqrt(fold(square(x), B::float_sum_dim)),
		Reduction::LogSum => B::float_log(fold(x, B::float_sum_dim)),
		Reduction::LogSumExp => {
			let max = fold(x.clone(), B::float_max_dim);
			let sum = fold(B::float_exp(B::float_sub(x, max.clone())), B::float_sum_dim);
			B::float_add(B::float_log(sum), max)
		}
	}
}

pub(super) fn arg_reduce<B: Backend>(
	op: ArgReduction,
	x: FloatTensor<B>,
	axis: usize,
	select_last: bool,
) -> IntTensor<B> {
	let last = x.shape()[axis] as i64 - 1;
	let x = if select_last { B::float_flip(x, &[axis]) } else { x };
	let index = match op {
		ArgReduction::Max => B::float_argmax(x, axis, IntDType::I64),
		ArgReduction::Min => B::float_argmin(x, axis, IntDType::I64),
	};
	if select_last { B::int_add_scalar(B::int_neg(index), last.into()) } else { index }
}

pub(super) fn max_pool<B: Backend>(params: &PoolParams, x: FloatTensor<B>) -> FloatTensor<B> {
	if let Some((kernel, stride, padding, dilation)) = planar(params, &x) {
		return B::max_pool2d(x, kernel, stride, padding, dilation, false);
	}
	fold_taps::<B>(params, x, f32::NEG_INFINITY, |a, b| choose::<B>(a, b, B::float_greater))
}

pub(super) fn average_pool<B: Backend>(
	params: &PoolParams,
	count_include_pad: bool,
	x: FloatTensor<B>,
) -> FloatTensor<B> {
	if let Some((kernel, stride, padding, [1, 1])) = planar(params, &x) {
		return B::avg_pool2d(x, kernel, stride, padding, count_include_pad, false);
	}
	let shape = x.shape();
	let counts = counts(params, count_include_pad, &shape[2..]);
	let counts = TensorData::new(counts, [&[1, 1], params.output.as_slice()].concat());
	let counts = B::float_from_data(counts, &x.device());
	B::float_div(fold_taps::<B>(params, x, 0., B::float_add), counts)
}

/// Kernel, stride, padding and dilation, if Burn's own 2-D pooling has the same windows.
type Planar = ([usize; 2], [usize; 2], [usize; 2], [usize; 2]);

fn planar(params: &PoolParams, x: &impl TensorMetadata) -> Option<Planar> {
	let pair = |values: &[usize]| <[usize; 2]>::try_from(values).ok();
	let (kernel, stride) = (pair(&params.kernel)?, pair(&params.strides)?);
	let (padding, dilation) = (pair(&params.pads_begin)?, pair(&params.dilations)?);
	let shape = x.shape();
	let fits = (0..2).all(|i| {
		let padded = shape[i + 2] + 2 * padding[i];
		let extent = (kernel[i] - 1) * dilation[i] + 1;
		padded >= extent && (padded - extent) / stride[i] + 1 == params.output[i]
	});
	(fits && params.pads_begin == params.pads_end).then_some((kernel, stride, padding, dilation))
}

/// Pads with `fill`, then folds the strided slices that each tap of the window sees.
fn fold_taps<B: Backend>(
	params: &PoolParams,
	x: FloatTensor<B>,
	fill: f32,
	fold: impl Fn(FloatTensor<B>, FloatTensor<B>) -> FloatTensor<B>,
) -> FloatTensor<B> {
	let shape = x.shape();
	let rank = params.kernel.len();
	let mut padding = vec![(0, 0); rank + 2];
	for i in 0..rank {
		let reach = (params.output[i].max(1) - 1) * params.strides[i]
			+ (params.kernel[i] - 1) * params.dilations[i]
			+ 1;
		let before = params.pads_begin[i];
		padding[i + 2] = (before, reach.saturating_sub(before + shape[i + 2]));
	}
	let padded = B::float_pad(x, &padding, PadMode::Constant(fill));
	let taps: usize = params.kernel.iter().product();
	let views = (0..taps).map(|tap| {
		let mut rest = tap;
		let mut slices = vec![Slice::full(); rank + 2];
		for i in (0..rank).rev() {
			let start = rest % params.kernel[i] * params.dilations[i];
			rest /= params.kernel[i];
			let end = start + (params.output[i].max(1) - 1) * params.strides[i] + 1;
			slices[i + 2] = Slice::from_range_stepped(start..end, params.strides[i] as isize);
		}
		B::float_slice(padded.clone(), &slices)
	});
	let output = [&shape[..2], params.output.as_slice()].concat();
	views.reduce(fold).unwrap_or_else(|| {
		let fill = TensorData::full_dtype(Shape::from(output), Scalar::from(fill), padded.dtype());
		B::float_from_data(fill, &padded.device())
	})
}

/// How many positions each window divides by, row-major.
fn counts(params: &PoolParams, count_include_pad: bool, input: &[usize]) -> Vec<f32> {
	let along = |axis: usize, o: usize| {
		let (begin, end) = (params.pads_begin[axis], params.pads_end[axis]);
		(0..params.kernel[axis])
			.map(|k| o * params.strides[axis] + k * params.dilations[axis])
			.filter(|at| match count_include_pad {
				true => *at < begin + input[axis] + end,
				false => (begin..begin + input[axis]).contains(at),
			})
			.count()
	};
	(0..params.output.len()).fold(vec![1.0], |counts, axis| {
		counts
			.iter()
			.flat_map(|count| (0..params.output[axis]).map(move |o| (count, o)))
			.map(|(count, o)| count * along(axis, o).max(1) as f32)
			.collect()
	})
}

/// A convolution over 1 to 3 spatial axes.
pub(super) fn conv<B: Backend>(
	params: &ConvParams,
	x: FloatTensor<B>,
	w: FloatTensor<B>,
	b: Option<FloatTensor<B>>,
) -> Result<FloatTensor<B>, KernelError> {
	fn options<const RANK: usize>(params: &ConvParams) -> ConvOptions<RANK> {
		let padding = core::array::from_fn(|i| (params.pads_begin[i], params.pads_end[i]));
		ConvOptions::new_with_padding(
			core::array::from_fn(|i| params.strides[i]),
			padding,
			core::array::from_fn(|i| params.dilations[i]),
			params.group,
		)
	}

	Ok(match params.strides.len() {
		1 => B::conv1d(x, w, b, options(params)),
		2 => B::conv2d(x, w, b, options(params)),
		3 => B::conv3d(x, w, b, options(params)),
		rank => return Err(spatial_rank(rank)),
	})
}

/// Why a convolution cannot be computed.
pub(super) fn spatial_rank(rank: usize) -> KernelError {
	KernelError::Backend(format!("{rank} spatial axes: Burn has modules for 1 to 3"))
}
