//! `StrictOps` gives the bits of `SliceOps`, operation by operation, for random tensors.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use assay_backend::StrictOps;
use assay_graph::{
	ArgReduction, AxisSlice, BatchNormParams, Binary, Comparison, ConvParams, ConvTransposeParams, DType,
	GemmParams, HostTensor, KernelError, Logical, PadMode, PoolParams, Reduction, SliceOps, TensorOps, Unary,
};
use common::{any_dtype, broadcast, integer_dtype, numeric_dtype, real_dtype, shape, tensor};
use proptest::{collection::vec, prelude::*, sample::select};

fn slice_ops() -> SliceOps {
	SliceOps::new(assay_numerics::select().unwrap())
}

fn load<T: TensorOps>(ops: &T, inputs: &[HostTensor]) -> Vec<T::Tensor> {
	inputs.iter().map(|input| ops.from_host(input.clone()).unwrap()).collect()
}

/// Computes a tensor and takes it to host memory.
fn unload<T: TensorOps>(
	ops: &T,
	compute: impl FnOnce() -> Result<T::Tensor, KernelError>,
) -> Result<HostTensor, KernelError> {
	let tensor = compute()?;
	let spec = ops.spec(&tensor);
	let host = ops.to_host(tensor)?;
	assert_eq!(spec, host.spec());
	Ok(host)
}

/// Runs one operation on both executors.
macro_rules! assert_same {
	($inputs:expr, |$ops:ident, $t:ident| $call:expr) => {{
		let inputs: Vec<HostTensor> = $inputs;
		let expected = {
			let $ops = &slice_ops();
			let $t = load($ops, &inputs);
			unload($ops, || $call)
		};
		let found = {
			let $ops = &StrictOps::default();
			let $t = load($ops, &inputs);
			unload($ops, || $call)
		};
		prop_assert_eq!(found, expected);
	}};
}

fn unary_op() -> impl Strategy<Value = Unary> {
	use Unary::*;
	let plain = select(vec![
		Abs, Neg, Sign, Floor, Ceil, Round, Trunc, Sqrt, Reciprocal, Relu, Exp, Expm1, Log, Log1p, Sin, Cos,
		Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Asinh, Acosh, Atanh, Erf, Sigmoid, Softplus, Softsign, Mish,
		Gelu, GeluTanh, HardSwish,
	]);
	let parametric = (0.1f32..2., 0.1f32..2., 0usize..9).prop_map(|(a, b, which)| match which {
		0 => LeakyRelu { alpha: a },
		1 => ThresholdedRelu { alpha: a },
		2 => Elu { alpha: a },
		3 => Celu { alpha: a },
		4 => Selu { alpha: a, gamma: b },
		5 => HardSigmoid { alpha: a, beta: b },
		6 => Swish { alpha: a },
		7 => Clip { min: -a, max: b },
		_ => Shrink { bias: a, lambda: b },
	});
	prop_oneof![3 => plain, 1 => parametric]
}

fn reduction() -> impl Strategy<Value = Reduction> {
	use Reduction::*;
	select(vec![Sum, Mean, Max, Min, Prod, SumSquare, L1, L2, LogSum, LogSumExp])
}

/// Distinct ascending axes of a tensor of rank `rank`.
fn axes(rank: usize) -> impl Strategy<Value = Vec<usize>> {
	any::<u8>().prop_map(move |mask| (0..rank).filter(|axis| mask >> axis & 1 == 1).collect())
}

fn tensors(shapes: Vec<Vec<usize>>, dtype: DType) -> Vec<BoxedStrategy<HostTensor>> {
	shapes.into_iter().map(|shape| tensor(dtype, shape)).collect()
}

/// All `f32`, or all `f64`.
fn reals(shapes: Vec<Vec<usize>>) -> impl Strategy<Value = Vec<HostTensor>> {
	real_dtype().prop_flat_map(move |dtype| tensors(shapes.clone(), dtype))
}

/// A spatial geometry: lengths, kernel, strides, dilations and pads, such that at least one window fits.
#[derive(Clone, Debug)]
struct Spatial {
	input: Vec<usize>,
	kernel: Vec<usize>,
	strides: Vec<usize>,
	dilations: Vec<usize>,
	pads_begin: Vec<usize>,
	pads_end: Vec<usize>,
}

/// Kernel, stride, dilation, pads, and how much longer the axis is than one window.
type Axis = (usize, usize, usize, usize, usize, usize);

fn spatial() -> impl Strategy<Value = Spatial> {
	(1usize..=3).prop_flat_map(|rank| {
		let axis = (1usize..=3, 1usize..=3, 1usize..=2, 0usize..=2, 0usize..=2, 0usize..=3);
		vec(axis, rank).prop_map(|axes| {
			let pick = |f: fn(&Axis) -> usize| axes.iter().map(f).collect();
			Spatial {
				kernel: pick(|a| a.0),
				strides: pick(|a| a.1),
				dilations: pick(|a| a.2),
				// Padding shorter than the window, as every framework demands of pooling.
				pads_begin: pick(|a| a.3.min(a.0 - 1)),
				pads_end: pick(|a| a.4.min(a.0 - 1)),
				input: pick(|a| (a.0 - 1) * a.2 + 1 + a.5),
			}
		})
	})
}

impl Spatial {
	fn conv(&self, group: usize) -> ConvParams {
		ConvParams {
			strides: self.strides.clone(),
			dilations: self.dilations.clone(),
			pads_begin: self.pads_begin.clone(),
			pads_end: self.pads_end.clone(),
			group,
		}
	}

	fn pool(&self) -> PoolParams {
		let output = (0..self.input.len())
			.map(|i| {
				let padded = self.input[i] + self.pads_begin[i] + self.pads_end[i];
				(padded - (self.kernel[i] - 1) * self.dilations[i] - 1) / self.strides[i] + 1
			})
			.collect();
		PoolParams {
			kernel: self.kernel.clone(),
			strides: self.strides.clone(),
			dilations: self.dilations.clone(),
			pads_begin: self.pads_begin.clone(),
			pads_end: self.pads_end.clone(),
			output,
		}
	}
}

#[test]
fn integer_reduction_of_nothing_should_be_the_neutral_element() {
	for dtype in common::INTEGERS {
		let nothing = HostTensor::from_le_bytes(dtype, [2, 0], &[]).unwrap();
		for op in [Reduction::Sum, Reduction::Prod, Reduction::Max, Reduction::Min] {
			let (strict, slices) = (StrictOps::default(), slice_ops());
			let found = strict.reduce(op, &strict.from_host(nothing.clone()).unwrap(), &[1], false);
			let expected = slices.reduce(op, &slices.from_host(nothing.clone()).unwrap(), &[1], false);
			assert_eq!(unload(&strict, || found), unload(&slices, || expected), "{op:?} of {dtype}");
		}
	}
}

proptest! {
	#[test]
	fn host_round_trip_should_keep_bits(x in (any_dtype(), shape(4, 0)).prop_flat_map(|(d, s)| tensor(d, s))) {
		let ops = StrictOps::default();
		let back = ops.to_host(ops.from_host(x.clone()).unwrap()).unwrap();
		prop_assert_eq!(back, x);
	}

	#[test]
	fn cast(
		x in (any_dtype(), shape(3, 0)).prop_flat_map(|(d, s)| tensor(d, s)),
		to in any_dtype(),
	) {
		assert_same!(vec![x], |ops, t| ops.cast(&t[0], to));
	}

	#[test]
	fn unary_of_floats(op in unary_op(), x in (real_dtype(), shape(4, 0)).prop_flat_map(|(d, s)| tensor(d, s))) {
		assert_same!(vec![x], |ops, t| ops.unary(op, &t[0]));
	}

	#[test]
	fn unary_of_integers(
		op in select(vec![Unary::Abs, Unary::Neg, Unary::Sign, Unary::Relu]),
		x in (integer_dtype(), shape(3, 0)).prop_flat_map(|(d, s)| tensor(d, s)),
	) {
		assert_same!(vec![x], |ops, t| ops.unary(op, &t[0]));
	}

	#[test]
	fn binary_of_floats(
		op in select(vec![
			Binary::Add, Binary::Sub, Binary::Mul, Binary::Div, Binary::Min, Binary::Max, Binary::Pow,
			Binary::PRelu, Binary::Atan2, Binary::Fmod, Binary::FloorMod,
		]),
		x in broadcast::<2>().prop_flat_map(|s| reals(s.to_vec())),
	) {
		assert_same!(x.clone(), |ops, t| ops.binary(op, &t[0], &t[1]));
	}

	#[test]
	fn binary_of_integers(
		op in select(vec![
			Binary::Add, Binary::Sub, Binary::Mul, Binary::Div, Binary::Min, Binary::Max, Binary::Fmod,
			Binary::FloorMod,
		]),
		x in (integer_dtype(), broadcast::<2>()).prop_flat_map(|(d, s)| tensors(s.to_vec(), d)),
	) {
		assert_same!(x.clone(), |ops, t| ops.binary(op, &t[0], &t[1]));
	}

	#[test]
	fn compare_numbers(
		op in select(vec![
			Comparison::Equal, Comparison::NotEqual, Comparison::Less, Comparison::LessOrEqual,
			Comparison::Greater, Comparison::GreaterOrEqual,
		]),
		x in (numeric_dtype(), broadcast::<2>()).prop_flat_map(|(d, s)| tensors(s.to_vec(), d)),
	) {
		assert_same!(x.clone(), |ops, t| ops.compare(op, &t[0], &t[1]));
	}

	#[test]
	fn compare_and_connect_booleans(x in broadcast::<2>().prop_flat_map(|s| tensors(s.to_vec(), DType::Bool))) {
		for op in [Comparison::Equal, Comparison::NotEqual] {
			assert_same!(x.clone(), |ops, t| ops.compare(op, &t[0], &t[1]));
		}
		for op in [Logical::And, Logical::Or, Logical::Xor] {
			assert_same!(x.clone(), |ops, t| ops.logical(op, &t[0], &t[1]));
		}
		assert_same!(x.clone(), |ops, t| ops.not(&t[0]));
	}

	#[test]
	fn select_by_condition(
		x in (any_dtype(), broadcast::<3>()).prop_flat_map(|(d, [a, b, c])| {
			vec![tensor(DType::Bool, c), tensor(d, a), tensor(d, b)]
		}),
	) {
		assert_same!(x.clone(), |ops, t| ops.select(&t[0], &t[1], &t[2]));
	}

	#[test]
	fn matmul(
		x in (broadcast::<2>(), 0usize..6, 0usize..600, 0usize..6).prop_flat_map(|([a, b], m, k, n)| {
			let cut = |s: Vec<usize>| s[s.len().saturating_sub(2)..].to_vec();
			let (mut a, mut b) = (cut(a), cut(b));
			a.extend([m, k]);
			b.extend([k, n]);
			reals(vec![a, b])
		}),
	) {
		assert_same!(x.clone(), |ops, t| ops.matmul(&t[0], &t[1]));
	}

	#[test]
	fn matmul_of_transposed_views(
		x in (1usize..4, 1usize..20, 1usize..300, 1usize..20).prop_flat_map(|(batch, m, k, n)| {
			reals(vec![vec![batch, k, m], vec![batch, n, k]])
		}),
	) {
		assert_same!(x.clone(), |ops, t| {
			let a = ops.transpose(&t[0], &[0, 2, 1])?;
			let b = ops.transpose(&t[1], &[0, 2, 1])?;
			ops.matmul(&a, &b)
		});
	}

	#[test]
	fn gemm(
		(x, params) in (1usize..9, 1usize..300, 1usize..9, any::<[bool; 4]>(), 0usize..4).prop_flat_map(
			|(m, k, n, [trans_a, trans_b, with_alpha, with_beta], c)| {
				let oriented = |r, c, transposed| if transposed { vec![c, r] } else { vec![r, c] };
				let c = match c { 0 => vec![], 1 => vec![n], 2 => vec![m, 1], _ => vec![m, n] };
				let shapes = vec![oriented(m, k, trans_a), oriented(k, n, trans_b), c];
				let alpha = if with_alpha { 0.3 } else { 1. };
				let beta = if with_beta { 0.7 } else { 1. };
				(reals(shapes), Just(GemmParams { alpha, beta, trans_a, trans_b }))
			},
		),
	) {
		assert_same!(x.clone(), |ops, t| ops.gemm(&params, &t[0], &t[1], Some(&t[2])));
		assert_same!(x.clone(), |ops, t| ops.gemm(&params, &t[0], &t[1], None));
	}

	#[test]
	fn conv(
		(x, params) in (spatial(), 0usize..3, 1usize..=2, 1usize..=3, 1usize..=3).prop_flat_map(
			|(s, batch, group, c, m)| {
				let x = [&[batch, c * group], s.input.as_slice()].concat();
				let w = [&[m * group, c], s.kernel.as_slice()].concat();
				(reals(vec![x, w, vec![m * group]]), Just(s.conv(group)))
			},
		),
	) {
		assert_same!(x.clone(), |ops, t| ops.conv(&params, &t[0], &t[1], Some(&t[2])));
		assert_same!(x.clone(), |ops, t| ops.conv(&params, &t[0], &t[1], None));
	}

	#[test]
	fn conv_transpose(
		(x, params) in (spatial(), 0usize..3, 1usize..=2, 1usize..=3, 1usize..=3).prop_flat_map(
			|(s, batch, group, c, m)| {
				let x = [&[batch, c * group], s.input.as_slice()].concat();
				let w = [&[c * group, m], s.kernel.as_slice()].concat();
				let output_padding = s.strides.iter().map(|stride| stride - 1).collect();
				let params = ConvTransposeParams { conv: s.conv(group), output_padding };
				(reals(vec![x, w, vec![m * group]]), Just(params))
			},
		),
	) {
		assert_same!(x.clone(), |ops, t| ops.conv_transpose(&params, &t[0], &t[1], Some(&t[2])));
		assert_same!(x.clone(), |ops, t| ops.conv_transpose(&params, &t[0], &t[1], None));
	}

	#[test]
	fn pools(
		(x, params) in (spatial(), real_dtype(), 0usize..3, 1usize..=3).prop_flat_map(|(s, dtype, batch, channels)| {
			let x = [&[batch, channels], s.input.as_slice()].concat();
			(tensor(dtype, x), Just(s.pool()))
		}),
		count_include_pad in any::<bool>(),
	) {
		assert_same!(vec![x.clone()], |ops, t| ops.max_pool(&params, &t[0]));
		assert_same!(vec![x.clone()], |ops, t| ops.average_pool(&params, count_include_pad, &t[0]));
	}

	#[test]
	fn reduce_floats(
		op in reduction(),
		(x, axes) in (real_dtype(), shape(4, 0)).prop_flat_map(|(d, s)| (tensor(d, s.clone()), axes(s.len()))),
		keepdims in any::<bool>(),
	) {
		assert_same!(vec![x], |ops, t| ops.reduce(op, &t[0], &axes, keepdims));
	}

	#[test]
	fn reduce_long_runs_of_floats(
		op in reduction(),
		x in (1usize..4, 250usize..800).prop_flat_map(|(m, n)| tensor(DType::F32, vec![m, n])),
	) {
		assert_same!(vec![x.clone()], |ops, t| ops.reduce(op, &t[0], &[1], false));
		assert_same!(vec![x.clone()], |ops, t| ops.reduce(op, &t[0], &[0, 1], false));
	}

	#[test]
	fn reduce_integers(
		op in select(vec![Reduction::Sum, Reduction::Prod, Reduction::Max, Reduction::Min]),
		(x, axes) in (integer_dtype(), shape(4, 0))
			.prop_flat_map(|(d, s)| (tensor(d, s.clone()), axes(s.len()))),
		keepdims in any::<bool>(),
	) {
		assert_same!(vec![x], |ops, t| ops.reduce(op, &t[0], &axes, keepdims));
	}

	#[test]
	fn arg_reduce(
		op in select(vec![ArgReduction::Max, ArgReduction::Min]),
		(x, axis) in (numeric_dtype(), vec(1usize..5, 1..4))
			.prop_flat_map(|(d, s)| (tensor(d, s.clone()), 0..s.len())),
		keepdims in any::<bool>(),
		select_last in any::<bool>(),
	) {
		assert_same!(vec![x], |ops, t| ops.arg_reduce(op, &t[0], axis, keepdims, select_last));
	}

	#[test]
	fn softmaxes(
		(x, axis) in vec(0usize..5, 1..4)
			.prop_flat_map(|s| (real_dtype().prop_flat_map({ let s = s.clone(); move |d| tensor(d, s.clone()) }), 0..s.len())),
	) {
		assert_same!(vec![x.clone()], |ops, t| ops.softmax(&t[0], axis));
		assert_same!(vec![x.clone()], |ops, t| ops.log_softmax(&t[0], axis));
	}

	#[test]
	fn batch_norm(
		x in (vec(0usize..4, 0..3), 0usize..3, 1usize..5).prop_flat_map(|(inner, n, c)| {
			let mut shapes = vec![vec![c]; 4];
			shapes.insert(0, [&[n, c], inner.as_slice()].concat());
			reals(shapes)
		}),
	) {
		assert_same!(x.clone(), |ops, t| {
			let [scale, bias, mean, variance] = [1, 2, 3, 4].map(|index| t[index].clone());
			ops.batch_norm(&BatchNormParams { scale, bias, mean, variance, epsilon: 1e-5 }, &t[0])
		});
	}

	#[test]
	fn layer_norm(
		(x, axis) in vec(1usize..5, 1..4).prop_flat_map(|s| (Just(s.clone()), 0..s.len())).prop_flat_map(
			|(s, axis)| {
				let inner = s[axis..].to_vec();
				(reals(vec![s, inner.clone(), inner]), Just(axis))
			},
		),
	) {
		assert_same!(x.clone(), |ops, t| ops.layer_norm(&t[0], &t[1], Some(&t[2]), axis, 1e-5));
		assert_same!(x.clone(), |ops, t| ops.layer_norm(&t[0], &t[1], None, axis, 1e-5));
	}

	#[test]
	fn transpose_and_reshape(
		(x, permutation) in (any_dtype(), shape(4, 0)).prop_flat_map(|(d, s)| {
			let permutation: Vec<usize> = (0..s.len()).collect();
			(tensor(d, s), Just(permutation).prop_shuffle())
		}),
	) {
		assert_same!(vec![x.clone()], |ops, t| ops.transpose(&t[0], &permutation));
		let flat = [x.len()];
		assert_same!(vec![x.clone()], |ops, t| {
			let transposed = ops.transpose(&t[0], &permutation)?;
			ops.reshape(&transposed, &flat)
		});
	}

	#[test]
	fn expand(
		(x, whole) in (any_dtype(), vec((0usize..4, any::<bool>()), 0..4), 0usize..3).prop_flat_map(
			|(d, axes, extra)| {
				let whole: Vec<usize> = axes.iter().map(|axis| axis.0).collect();
				let narrow = axes.iter().skip(extra).map(|&(length, one)| if one { 1 } else { length });
				(tensor(d, narrow.collect()), Just(whole))
			},
		),
	) {
		assert_same!(vec![x], |ops, t| ops.expand(&t[0], &whole));
	}

	#[test]
	fn slice(
		(x, axes) in (any_dtype(), vec((1usize..6, any::<[u8; 3]>()), 0..4)).prop_flat_map(|(d, axes)| {
			let shape = axes.iter().map(|axis| axis.0).collect();
			let slices: Vec<AxisSlice> = axes
				.iter()
				.map(|&(length, [start, step, len])| {
					let start = usize::from(start) % length;
					let step = isize::from(step as i8 % 3);
					let step = if step == 0 { -1 } else { step };
					let room = if step > 0 { length - 1 - start } else { start };
					let len = usize::from(len) % (room / step.unsigned_abs() + 2);
					AxisSlice { start, step, len }
				})
				.collect();
			(tensor(d, shape), Just(slices))
		}),
	) {
		assert_same!(vec![x], |ops, t| ops.slice(&t[0], &axes));
	}

	#[test]
	fn concat(
		(parts, axis) in (any_dtype(), vec(0usize..4, 1..4), vec(0usize..4, 1..4), any::<usize>())
			.prop_flat_map(|(d, shape, lengths, axis)| {
				let axis = axis % shape.len();
				let shapes = lengths.into_iter().map(|length| {
					let mut shape = shape.clone();
					shape[axis] = length;
					shape
				});
				(tensors(shapes.collect(), d), Just(axis))
			}),
	) {
		assert_same!(parts.clone(), |ops, t| ops.concat(&t.iter().collect::<Vec<_>>(), axis));
	}

	#[test]
	fn gather(
		(x, indices, axis) in (any_dtype(), vec(0usize..4, 1..4), shape(2, 0), any::<usize>()).prop_flat_map(
			|(d, s, indices, axis)| {
				let axis = axis % s.len();
				// Now and then out of range by one.
				let length = s[axis] as i64;
				let count = indices.iter().product::<usize>();
				let positions = vec(prop_oneof![20 => -length..length.max(1), 1 => Just(length)], count);
				let positions =
					positions.prop_map(move |p| HostTensor::from_vec(indices.clone(), p).unwrap());
				(tensor(d, s), positions, Just(axis))
			},
		),
	) {
		assert_same!(vec![x, indices], |ops, t| ops.gather(&t[0], &t[1], axis));
	}

	#[test]
	fn pad(
		(x, value, pads, mode) in (
			any_dtype(),
			vec((1usize..4, 0usize..4, 0usize..4), 0..4),
			select(vec![PadMode::Constant, PadMode::Edge, PadMode::Reflect, PadMode::Wrap]),
		)
			.prop_flat_map(|(d, axes, mode)| {
				let shape = axes.iter().map(|axis| axis.0).collect();
				let most = |length: usize| match mode {
					PadMode::Reflect => length - 1,
					PadMode::Wrap => length,
					_ => 3,
				};
				let pads: Vec<_> =
					axes.iter().map(|&(length, a, b)| (a.min(most(length)), b.min(most(length)))).collect();
				(tensor(d, shape), tensor(d, vec![]), Just(pads), Just(mode))
			}),
	) {
		assert_same!(vec![x, value], |ops, t| ops.pad(mode, &t[0], &pads, &t[1]));
	}
}
