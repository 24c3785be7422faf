//! Every operator family on values worked out by hand, and on what it must refuse.

use crate::common::{self, apply, bools, f32s, fails, float, i64s, int, ints, one, string, tensor};
use assay_graph::{DType, HostTensor, supported_operators};
use half::{bf16, f16};

const INF: f32 = f32::INFINITY;
const NAN: f32 = f32::NAN;

fn v(values: &[f32]) -> HostTensor {
	f32s(&[values.len()], values)
}

fn n(values: &[i64]) -> HostTensor {
	i64s(&[values.len()], values)
}

// Elementwise

#[test]
fn exact_functions_should_give_the_ieee_result() {
	let x = v(&[-1.5, 0.0, 2.25, NAN]);
	let unary = |op| one(op, 13, vec![], std::slice::from_ref(&x));
	assert_eq!(unary("Abs"), v(&[1.5, 0.0, 2.25, NAN]));
	assert_eq!(unary("Neg"), v(&[1.5, -0.0, -2.25, NAN]));
	assert_eq!(unary("Floor"), v(&[-2.0, 0.0, 2.0, NAN]));
	assert_eq!(unary("Ceil"), v(&[-1.0, 0.0, 3.0, NAN]));
	assert_eq!(unary("Sqrt"), v(&[NAN, 0.0, 1.5, NAN]));
	assert_eq!(unary("Sign"), v(&[-1.0, 0.0, 1.0, NAN]));
	assert_eq!(unary("Reciprocal"), v(&[-2.0 / 3.0, INF, 4.0 / 9.0, NAN]));
	assert_eq!(unary("Relu"), v(&[0.0, 0.0, 2.25, NAN]));
	assert_eq!(one("Round", 11, vec![], &[v(&[0.5, 1.5, -2.5, 2.6])]), v(&[0.0, 2.0, -2.0, 3.0]));
}

#[test]
fn transcendental_functions_should_give_their_exact_points() {
	let at = |op, x: f32| one(op, 13, vec![], &[v(&[x])]).as_slice::<f32>().unwrap()[0];
	assert_eq!(at("Exp", 0.0), 1.0);
	assert_eq!(at("Exp", -INF), 0.0);
	assert_eq!(at("Log", 1.0), 0.0);
	assert_eq!(at("Log", 0.0), -INF);
	assert_eq!(at("Tanh", INF), 1.0);
	assert_eq!(at("Erf", 0.0), 0.0);
	assert_eq!(at("Sigmoid", 0.0), 0.5);
	assert_eq!(at("Sin", 0.0), 0.0);
	assert_eq!(at("Cos", 0.0), 1.0);
	assert_eq!(one("Gelu", 20, vec![], &[v(&[0.0])]), v(&[0.0]));
}

#[test]
fn activations_should_use_their_attributes_and_defaults() {
	let x = v(&[-2.0, 3.0]);
	let with = |op, opset, attributes| one(op, opset, attributes, std::slice::from_ref(&x));
	assert_eq!(with("LeakyRelu", 7, vec![float("alpha", 0.25)]), v(&[-0.5, 3.0]));
	assert_eq!(with("LeakyRelu", 7, vec![]), v(&[-2.0 * 0.01, 3.0]));
	assert_eq!(with("ThresholdedRelu", 10, vec![]), v(&[0.0, 3.0]));
	assert_eq!(with("HardSigmoid", 7, vec![float("alpha", 0.125), float("beta", 0.25)]), v(&[0.0, 0.625]));
	assert_eq!(with("Shrink", 9, vec![float("lambd", 2.5), float("bias", 1.0)]), v(&[0.0, 2.0]));
	assert_eq!(one("PRelu", 9, vec![], &[x.clone(), v(&[0.5])]), v(&[-1.0, 3.0]));
	assert!(fails("LeakyRelu", 7, vec![float("beta", 1.0)], std::slice::from_ref(&x)).contains("\"beta\""));
	assert!(fails("LeakyRelu", 7, vec![int("alpha", 1)], std::slice::from_ref(&x)).contains("FLOAT"));
	assert!(fails("Gelu", 20, vec![string("approximate", "rough")], &[x]).contains("tanh"));
}

#[test]
fn arithmetic_should_broadcast_in_both_directions() {
	let (a, b) = (f32s(&[2, 1], &[1.0, 2.0]), v(&[10.0, 20.0, 40.0]));
	let binary = |op| one(op, 13, vec![], &[a.clone(), b.clone()]);
	assert_eq!(binary("Add"), f32s(&[2, 3], &[11.0, 21.0, 41.0, 12.0, 22.0, 42.0]));
	assert_eq!(binary("Sub"), f32s(&[2, 3], &[-9.0, -19.0, -39.0, -8.0, -18.0, -38.0]));
	assert_eq!(binary("Mul"), f32s(&[2, 3], &[10.0, 20.0, 40.0, 20.0, 40.0, 80.0]));
	assert_eq!(binary("Div"), f32s(&[2, 3], &[0.1, 0.05, 0.025, 0.2, 0.1, 0.05]));
	assert_eq!(one("Pow", 13, vec![], &[v(&[2.0, 3.0]), n(&[3, 2])]), v(&[8.0, 9.0]));
	assert!(fails("Add", 13, vec![], &[v(&[1.0, 2.0]), v(&[1.0, 2.0, 3.0])]).contains("do not broadcast"));
	assert!(fails("Add", 13, vec![], &[v(&[1.0]), n(&[1])]).contains("one element type"));
}

#[test]
fn integer_arithmetic_should_wrap_truncate_and_refuse_zero_divisors() {
	let int = |op, a: &[i64], b: &[i64]| one(op, 13, vec![], &[n(a), n(b)]);
	assert_eq!(int("Add", &[i64::MAX], &[1]), n(&[i64::MIN]));
	assert_eq!(int("Mul", &[1 << 40], &[1 << 40]), n(&[0]));
	assert_eq!(int("Div", &[-7, 7, i64::MIN], &[2, -2, -1]), n(&[-3, -3, i64::MIN]));
	assert_eq!(int("Mod", &[-7, 7, -7], &[3, -3, -3]), n(&[2, -2, -1]));
	assert_eq!(one("Mod", 13, vec![common::int("fmod", 1)], &[n(&[-7, 7]), n(&[3, -3])]), n(&[-1, 1]));
	assert_eq!(one("Neg", 13, vec![], &[n(&[i64::MIN, 3])]), n(&[i64::MIN, -3]));
	assert!(fails("Div", 13, vec![], &[n(&[1, 2]), n(&[1, 0])]).contains("division by zero"));
	assert!(fails("Mod", 13, vec![], &[n(&[1]), n(&[0])]).contains("division by zero"));
	// Nothing is divided here.
	assert_eq!(int("Div", &[], &[0]), n(&[]));
}

#[test]
fn variadic_operators_should_fold_from_the_left() {
	let inputs = [v(&[1.0, 5.0]), v(&[4.0, 2.0]), v(&[1.0])];
	let all = |op| one(op, 13, vec![], &inputs);
	assert_eq!(all("Sum"), v(&[6.0, 8.0]));
	assert_eq!(all("Mean"), v(&[2.0, 8.0 / 3.0]));
	assert_eq!(all("Max"), v(&[4.0, 5.0]));
	assert_eq!(all("Min"), v(&[1.0, 1.0]));
	assert_eq!(one("Max", 13, vec![], &[n(&[3, -1]), n(&[2])]), n(&[3, 2]));
	assert!(fails("Sum", 13, vec![], &[n(&[1])]).contains("int64"));
}

#[test]
fn comparisons_and_logic_should_treat_nan_as_unequal_to_everything() {
	let (a, b) = (v(&[1.0, 2.0, NAN]), v(&[2.0, 2.0, NAN]));
	let compare = |op| one(op, 13, vec![], &[a.clone(), b.clone()]);
	assert_eq!(compare("Less"), bools(&[3], &[true, false, false]));
	assert_eq!(compare("LessOrEqual"), bools(&[3], &[true, true, false]));
	assert_eq!(compare("Greater"), bools(&[3], &[false, false, false]));
	assert_eq!(compare("GreaterOrEqual"), bools(&[3], &[false, true, false]));
	assert_eq!(compare("Equal"), bools(&[3], &[false, true, false]));
	let (p, q) = (bools(&[2], &[true, false]), bools(&[2, 1], &[true, false]));
	let logic = |op| one(op, 13, vec![], &[p.clone(), q.clone()]);
	assert_eq!(logic("And"), bools(&[2, 2], &[true, false, false, false]));
	assert_eq!(logic("Or"), bools(&[2, 2], &[true, true, true, false]));
	assert_eq!(logic("Xor"), bools(&[2, 2], &[false, true, true, false]));
	assert_eq!(one("Not", 13, vec![], std::slice::from_ref(&p)), bools(&[2], &[false, true]));
	assert!(fails("And", 13, vec![], &[p.clone(), n(&[1, 2])]).contains("one element type"));
	assert_eq!(one("Where", 13, vec![], &[p, n(&[7]), i64s(&[2, 1], &[1, 2])]), i64s(&[2, 2], &[7, 1, 7, 2]));
}

#[test]
fn clip_should_take_bounds_from_attributes_or_inputs_by_operator_set() {
	let x = v(&[-3.0, 0.5, 9.0]);
	assert_eq!(
		one("Clip", 7, vec![float("min", -1.0), float("max", 6.0)], std::slice::from_ref(&x)),
		v(&[-1.0, 0.5, 6.0])
	);
	let high = Some(HostTensor::scalar(1.0f32));
	assert_eq!(
		apply("Clip", 13, vec![], &[Some(x.clone()), None, high], 1).unwrap()[0],
		v(&[-3.0, 0.5, 1.0])
	);
	assert_eq!(
		one("Clip", 13, vec![], &[n(&[-9, 4, 9]), HostTensor::scalar(-1i64), HostTensor::scalar(5i64)]),
		n(&[-1, 4, 5])
	);
	assert!(fails("Clip", 13, vec![], &[x.clone(), v(&[0.0, 1.0])]).contains("scalars"));
	assert!(fails("Clip", 13, vec![float("min", 0.0)], &[x]).contains("\"min\""));
}

// Dot products

#[test]
fn matmul_should_treat_vectors_as_numpy_does() {
	let (m, x) = (f32s(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), v(&[1.0, 0.0, -1.0]));
	let product = |a: &HostTensor, b: &HostTensor| one("MatMul", 9, vec![], &[a.clone(), b.clone()]);
	assert_eq!(product(&m, &x), v(&[-2.0, -2.0]));
	assert_eq!(product(&v(&[1.0, 1.0]), &m), v(&[5.0, 7.0, 9.0]));
	assert_eq!(product(&x, &x), f32s(&[], &[2.0]));
	let stack = f32s(&[2, 1, 2], &[1.0, 0.0, 0.0, 1.0]);
	assert_eq!(product(&stack, &m), f32s(&[2, 1, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
	assert_eq!(product(&f32s(&[2, 0], &[]), &f32s(&[0, 2], &[])), f32s(&[2, 2], &[0.0; 4]));
	assert!(fails("MatMul", 9, vec![], &[m.clone(), m.clone()]).contains("3 columns meet 2 rows"));
	assert!(fails("MatMul", 9, vec![], &[m, f32s(&[], &[1.0])]).contains("scalar"));
	let flags = bools(&[1, 1], &[true]);
	assert!(fails("MatMul", 9, vec![], &[flags.clone(), flags]).contains("bool"));
}

#[test]
fn gemm_should_transpose_scale_and_broadcast_c() {
	let (a, b) = (f32s(&[2, 1], &[1.0, 2.0]), f32s(&[3, 2], &[1.0, 0.0, 0.0, 1.0, 1.0, 1.0]));
	let attributes = vec![int("transA", 1), int("transB", 1), float("alpha", 2.0), float("beta", 0.5)];
	let y = one("Gemm", 13, attributes, &[a.clone(), b.clone(), v(&[10.0, 20.0, 30.0])]);
	assert_eq!(y, f32s(&[1, 3], &[2.0 + 5.0, 4.0 + 10.0, 6.0 + 15.0]));
	assert!(fails("Gemm", 13, vec![], &[a.clone(), b.clone()]).contains("do not multiply"));
	assert!(fails("Gemm", 9, vec![], &[a, b]).contains("needs 3 to 3"));
}

#[test]
fn conv_should_slide_pad_dilate_and_group() {
	let x = f32s(&[1, 1, 4], &[1.0, 2.0, 3.0, 4.0]);
	let w = f32s(&[1, 1, 2], &[1.0, 10.0]);
	let conv = |attributes| one("Conv", 11, attributes, &[x.clone(), w.clone()]);
	assert_eq!(conv(vec![]), f32s(&[1, 1, 3], &[21.0, 32.0, 43.0]));
	assert_eq!(conv(vec![ints("pads", &[1, 0]), ints("strides", &[2])]), f32s(&[1, 1, 2], &[10.0, 32.0]));
	assert_eq!(conv(vec![ints("dilations", &[2])]), f32s(&[1, 1, 2], &[31.0, 42.0]));
	assert_eq!(conv(vec![string("auto_pad", "SAME_UPPER")]), f32s(&[1, 1, 4], &[21.0, 32.0, 43.0, 4.0]));
	assert_eq!(conv(vec![string("auto_pad", "SAME_LOWER")]), f32s(&[1, 1, 4], &[10.0, 21.0, 32.0, 43.0]));
	let grouped = one(
		"Conv",
		11,
		vec![int("group", 2)],
		&[f32s(&[1, 2, 1], &[3.0, 5.0]), f32s(&[2, 1, 1], &[2.0, 4.0]), v(&[1.0, -1.0])],
	);
	assert_eq!(grouped, f32s(&[1, 2, 1], &[7.0, 19.0]));
	let refused = |attributes, w: HostTensor| fails("Conv", 11, attributes, &[x.clone(), w]);
	assert!(refused(vec![], f32s(&[1, 2, 2], &[0.0; 4])).contains("1 input channels"));
	assert!(refused(vec![int("group", 0)], w.clone()).contains("group"));
	assert!(refused(vec![ints("strides", &[0])], w.clone()).contains("strides has a zero"));
	assert!(refused(vec![ints("pads", &[-1, 0])], w.clone()).contains("-1"));
	assert!(refused(vec![ints("kernel_shape", &[3])], w.clone()).contains("kernel_shape"));
	assert!(refused(vec![], f32s(&[1, 1, 5], &[0.0; 5])).contains("window"));
	assert!(refused(vec![string("auto_pad", "SAME")], w.clone()).contains("SAME_UPPER"));
}

#[test]
fn conv_transpose_should_spread_the_input() {
	let (x, w) = (f32s(&[1, 1, 2], &[1.0, 2.0]), f32s(&[1, 1, 2], &[1.0, 10.0]));
	let spread = |attributes| one("ConvTranspose", 11, attributes, &[x.clone(), w.clone()]);
	assert_eq!(spread(vec![]), f32s(&[1, 1, 3], &[1.0, 12.0, 20.0]));
	assert_eq!(spread(vec![ints("strides", &[2])]), f32s(&[1, 1, 4], &[1.0, 10.0, 2.0, 20.0]));
	assert_eq!(spread(vec![ints("pads", &[1, 0])]), f32s(&[1, 1, 2], &[12.0, 20.0]));
	assert_eq!(spread(vec![ints("strides", &[2]), ints("output_padding", &[1])]).shape(), [1, 1, 5]);
	assert_eq!(spread(vec![ints("output_shape", &[2])]).shape(), [1, 1, 2]);
	assert_eq!(spread(vec![ints("strides", &[3]), string("auto_pad", "SAME_UPPER")]).shape(), [1, 1, 6]);
	assert!(fails("ConvTranspose", 11, vec![ints("pads", &[9, 9])], &[x, w]).contains("pads"));
}

// Pools, reductions, normalisations

#[test]
fn pools_should_ignore_padding_unless_told_to_count_it() {
	let x = f32s(&[1, 1, 4], &[-1.0, -2.0, -6.0, -4.0]);
	let pool = |op, attributes: Vec<_>| {
		let attributes = [vec![ints("kernel_shape", &[2])], attributes].concat();
		one(op, 11, attributes, std::slice::from_ref(&x))
	};
	assert_eq!(pool("MaxPool", vec![ints("pads", &[1, 0])]), f32s(&[1, 1, 4], &[-1.0, -1.0, -2.0, -4.0]));
	let padded = vec![ints("pads", &[1, 0]), ints("strides", &[2])];
	assert_eq!(pool("AveragePool", padded.clone()), f32s(&[1, 1, 2], &[-1.0, -4.0]));
	let counted = [padded, vec![int("count_include_pad", 1)]].concat();
	assert_eq!(pool("AveragePool", counted), f32s(&[1, 1, 2], &[-0.5, -4.0]));
	let ceiled = vec![ints("strides", &[3]), int("ceil_mode", 1)];
	assert_eq!(pool("MaxPool", ceiled), f32s(&[1, 1, 2], &[-1.0, -4.0]));
	assert_eq!(one("GlobalAveragePool", 7, vec![], std::slice::from_ref(&x)), f32s(&[1, 1, 1], &[-3.25]));
	assert_eq!(one("GlobalMaxPool", 7, vec![], std::slice::from_ref(&x)), f32s(&[1, 1, 1], &[-1.0]));
	assert!(fails("MaxPool", 11, vec![], std::slice::from_ref(&x)).contains("kernel_shape"));
	let outside = vec![ints("kernel_shape", &[2]), ints("pads", &[2, 0])];
	assert!(fails("MaxPool", 11, outside, std::slice::from_ref(&x)).contains("smaller than the window"));
	let two = apply("AveragePool", 11, vec![ints("kernel_shape", &[2])], &[Some(x)], 2);
	assert!(two.unwrap_err().contains("only the first 1"));
}

#[test]
fn reductions_should_give_hand_computed_values() {
	let x = f32s(&[2, 2], &[1.0, 2.0, 3.0, -4.0]);
	let rows = |op| one(op, 13, vec![ints("axes", &[1]), int("keepdims", 0)], std::slice::from_ref(&x));
	assert_eq!(rows("ReduceMean"), v(&[1.5, -0.5]));
	assert_eq!(rows("ReduceMax"), v(&[2.0, 3.0]));
	assert_eq!(rows("ReduceMin"), v(&[1.0, -4.0]));
	assert_eq!(rows("ReduceProd"), v(&[2.0, -12.0]));
	assert_eq!(rows("ReduceSumSquare"), v(&[5.0, 25.0]));
	assert_eq!(rows("ReduceL1"), v(&[3.0, 7.0]));
	assert_eq!(rows("ReduceL2"), v(&[5f32.sqrt(), 5.0]));
	assert_eq!(one("ReduceSum", 13, vec![], &[x.clone(), n(&[0])]), f32s(&[1, 2], &[4.0, -2.0]));
	assert_eq!(one("ReduceSum", 13, vec![], std::slice::from_ref(&x)), f32s(&[1, 1], &[2.0]));
	assert_eq!(one("ReduceSum", 13, vec![int("noop_with_empty_axes", 1)], &[x.clone(), n(&[])]), x);
	assert_eq!(one("ReduceSum", 13, vec![], &[n(&[i64::MAX, 1])]), n(&[i64::MIN]));
	let empty = f32s(&[2, 0], &[]);
	let nothing = |op| one(op, 13, vec![ints("axes", &[1])], std::slice::from_ref(&empty));
	assert_eq!(nothing("ReduceMax"), f32s(&[2, 1], &[-INF; 2]));
	assert_eq!(nothing("ReduceProd"), f32s(&[2, 1], &[1.0; 2]));
	assert_eq!(nothing("ReduceMean"), f32s(&[2, 1], &[NAN; 2]));
	let huge =
		HostTensor::from_vec([i32::MAX as usize, i32::MAX as usize, i32::MAX as usize, 0], Vec::<i64>::new());
	assert_eq!(one("ReduceSum", 13, vec![int("keepdims", 0)], &[huge.unwrap()]), HostTensor::scalar(0i64));
	assert!(fails("ReduceSum", 13, vec![ints("axes", &[1])], std::slice::from_ref(&x)).contains("\"axes\""));
	assert!(fails("ReduceSum", 13, vec![], &[x.clone(), n(&[2])]).contains("axis 2"));
	assert!(fails("ReduceSum", 13, vec![], &[x, n(&[0, -2])]).contains("twice"));
}

#[test]
fn arg_reductions_should_take_the_first_or_last_of_equals() {
	let x = f32s(&[2, 3], &[1.0, 3.0, 3.0, 0.0, -1.0, -1.0]);
	let arg = |op, attributes| one(op, 13, attributes, std::slice::from_ref(&x));
	let flat = || vec![int("axis", 1), int("keepdims", 0)];
	assert_eq!(arg("ArgMax", flat()), n(&[1, 0]));
	assert_eq!(arg("ArgMin", flat()), n(&[0, 1]));
	assert_eq!(arg("ArgMax", [flat(), vec![int("select_last_index", 1)]].concat()), n(&[2, 0]));
	assert_eq!(arg("ArgMax", vec![]), i64s(&[1, 3], &[0, 0, 0]));
	assert_eq!(one("ArgMin", 13, vec![], &[n(&[4, -2, -2])]), n(&[1]));
	assert!(fails("ArgMax", 13, vec![], &[f32s(&[0, 2], &[])]).contains("empty"));
}

#[test]
fn softmax_should_flatten_before_operator_set_13_only() {
	let x = f32s(&[1, 2, 2], &[0.0; 4]);
	let softmax = |opset| one("Softmax", opset, vec![], std::slice::from_ref(&x));
	assert_eq!(softmax(11), f32s(&[1, 2, 2], &[0.25; 4]));
	assert_eq!(softmax(13), f32s(&[1, 2, 2], &[0.5; 4]));
	assert_eq!(one("LogSoftmax", 13, vec![], &[v(&[5.0])]), v(&[0.0]));
	assert_eq!(one("Softmax", 13, vec![], &[v(&[1000.0, -1000.0])]), v(&[1.0, 0.0]));
}

#[test]
fn batch_and_layer_norm_should_follow_their_formulas() {
	let x = f32s(&[1, 2, 2], &[1.0, 3.0, 5.0, 9.0]);
	let stats = [v(&[2.0, 1.0]), v(&[10.0, 0.0]), v(&[1.0, 5.0]), v(&[4.0, 16.0])];
	let inputs = [vec![x.clone()], stats.to_vec()].concat();
	let y = one("BatchNormalization", 15, vec![float("epsilon", 0.0)], &inputs);
	assert_eq!(y, f32s(&[1, 2, 2], &[10.0, 12.0, 0.0, 1.0]));
	let wrong = [vec![x.clone()], vec![v(&[1.0]); 4]].concat();
	assert!(
		fails("BatchNormalization", 15, vec![], &wrong)
			.contains("scale must have one element for each of 2 channels")
	);
	let y =
		one("LayerNormalization", 17, vec![float("epsilon", 0.0)], &[x.clone(), v(&[1.0, 2.0]), v(&[0.5])]);
	assert_eq!(y, f32s(&[1, 2, 2], &[-0.5, 2.5, -0.5, 2.5]));
	assert!(fails("LayerNormalization", 17, vec![], &[x, v(&[1.0; 3])]).contains("broadcast"));
}

// Shapes and movement

#[test]
fn reshape_should_resolve_zero_and_minus_one() {
	let x = f32s(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
	let reshaped = |shape: &[i64]| one("Reshape", 13, vec![], &[x.clone(), n(shape)]).shape().to_vec();
	assert_eq!(reshaped(&[3, 2]), [3, 2]);
	assert_eq!(reshaped(&[0, -1, 1]), [2, 3, 1]);
	assert_eq!(reshaped(&[-1]), [6]);
	let refused = |shape: &[i64]| fails("Reshape", 13, vec![], &[x.clone(), n(shape)]);
	assert!(refused(&[-1, -1]).contains("more than one -1"));
	assert!(refused(&[4]).contains("6 elements"));
	assert!(refused(&[-1, 4]).contains("no solution"));
	assert!(refused(&[2, 3, 0]).contains("keeps axis 2"));
	assert!(refused(&[-2, -3]).contains("-2"));
	assert!(refused(&[1 << 40, 1 << 40]).contains("not a supported size"));
	let empty = f32s(&[0, 3], &[]);
	let allow = vec![int("allowzero", 1)];
	assert_eq!(one("Reshape", 14, allow, &[empty, n(&[3, 0])]).shape(), [3, 0]);
	let long = vec![1i64; 9];
	assert!(fails("Reshape", 13, vec![], &[v(&[1.0]), n(&long)]).contains("at most 8 dimensions"));
}

#[test]
fn shape_operators_should_change_only_the_shape() {
	let x = f32s(&[2, 1, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
	let shape = |op, opset, attributes, extra: &[HostTensor]| {
		let y = one(op, opset, attributes, &[std::slice::from_ref(&x), extra].concat());
		assert_eq!(y.as_slice::<f32>(), x.as_slice::<f32>());
		y.shape().to_vec()
	};
	assert_eq!(shape("Flatten", 13, vec![int("axis", 0)], &[]), [1, 6]);
	assert_eq!(shape("Flatten", 13, vec![int("axis", 3)], &[]), [6, 1]);
	assert_eq!(shape("Flatten", 13, vec![int("axis", -1)], &[]), [2, 3]);
	assert_eq!(shape("Squeeze", 13, vec![], &[]), [2, 3]);
	assert_eq!(shape("Squeeze", 13, vec![], &[n(&[-2])]), [2, 3]);
	assert_eq!(shape("Squeeze", 11, vec![ints("axes", &[1])], &[]), [2, 3]);
	assert_eq!(shape("Unsqueeze", 13, vec![], &[n(&[0, -1])]), [1, 2, 1, 3, 1]);
	assert_eq!(shape("Unsqueeze", 11, vec![ints("axes", &[2])], &[]), [2, 1, 1, 3]);
	assert_eq!(shape("Identity", 13, vec![], &[]), [2, 1, 3]);
	assert_eq!(shape("Dropout", 13, vec![], &[]), [2, 1, 3]);
	assert!(fails("Squeeze", 13, vec![], &[x.clone(), n(&[0])]).contains("is not 1"));
	assert!(fails("Unsqueeze", 11, vec![], std::slice::from_ref(&x)).contains("axes is missing"));
	assert!(fails("Unsqueeze", 13, vec![], &[x, n(&[0, 0])]).contains("twice"));
}

#[test]
fn transpose_should_permute_and_refuse_what_is_no_permutation() {
	let x = f32s(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
	let transposed = one("Transpose", 13, vec![], std::slice::from_ref(&x));
	assert_eq!(transposed, f32s(&[3, 2], &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]));
	assert!(fails("Transpose", 13, vec![ints("perm", &[0, 0])], std::slice::from_ref(&x)).contains("twice"));
	assert!(fails("Transpose", 13, vec![ints("perm", &[0])], &[x]).contains("no permutation"));
}

#[test]
fn slice_should_clamp_as_python_does() {
	let x = v(&[0.0, 1.0, 2.0, 3.0, 4.0]);
	let sliced = |start, end, step| {
		one("Slice", 13, vec![], &[x.clone(), n(&[start]), n(&[end]), n(&[0]), n(&[step])])
	};
	assert_eq!(sliced(1, 4, 1), v(&[1.0, 2.0, 3.0]));
	assert_eq!(sliced(-2, i64::MAX, 1), v(&[3.0, 4.0]));
	assert_eq!(sliced(-1, i64::MIN, -2), v(&[4.0, 2.0, 0.0]));
	assert_eq!(sliced(3, 3, 1), v(&[]));
	let attributes = vec![ints("starts", &[1]), ints("ends", &[-1])];
	assert_eq!(one("Slice", 9, attributes, std::slice::from_ref(&x)), v(&[1.0, 2.0, 3.0]));
	let zero = [x.clone(), n(&[0]), n(&[1]), n(&[0]), n(&[0])];
	assert!(fails("Slice", 13, vec![], &zero).contains("step is 0"));
	assert!(fails("Slice", 13, vec![], &[x, n(&[0, 1]), n(&[1])]).contains("differ in length"));
}

#[test]
fn split_should_cut_evenly_or_by_lengths() {
	let x = v(&[0.0, 1.0, 2.0, 3.0, 4.0]);
	let split = |opset, attributes, lengths: Option<&[i64]>, outputs| {
		let inputs = [Some(x.clone()), lengths.map(n)];
		apply("Split", opset, attributes, &inputs, outputs)
	};
	let parts = [v(&[0.0, 1.0]), v(&[2.0, 3.0, 4.0])];
	assert_eq!(split(13, vec![], Some(&[2, 3]), 2).unwrap(), parts);
	assert_eq!(split(11, vec![ints("split", &[2, 3])], None, 2).unwrap(), parts);
	let uneven = split(18, vec![int("num_outputs", 2)], None, 2).unwrap();
	assert_eq!(uneven, [v(&[0.0, 1.0, 2.0]), v(&[3.0, 4.0])]);
	assert!(split(13, vec![], None, 2).unwrap_err().contains("equal parts"));
	assert!(split(13, vec![], Some(&[2, 2]), 2).unwrap_err().contains("do not cut 5"));
	assert!(split(13, vec![], Some(&[5]), 2).unwrap_err().contains("do not cut 5"));
}

#[test]
fn concat_and_tile_should_repeat_in_row_major_order() {
	let (a, b) = (f32s(&[2, 1], &[1.0, 2.0]), f32s(&[2, 2], &[3.0, 4.0, 5.0, 6.0]));
	let joined = one("Concat", 13, vec![int("axis", -1)], &[a.clone(), b.clone()]);
	assert_eq!(joined, f32s(&[2, 3], &[1.0, 3.0, 4.0, 2.0, 5.0, 6.0]));
	assert!(fails("Concat", 13, vec![int("axis", 0)], &[a.clone(), b]).contains("do not join"));
	assert!(fails("Concat", 13, vec![], std::slice::from_ref(&a)).contains("axis is missing"));
	let tiled = one("Tile", 13, vec![], &[a.clone(), n(&[2, 3])]);
	assert_eq!(tiled, f32s(&[4, 3], &[1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0]));
	assert_eq!(one("Tile", 13, vec![], &[a.clone(), n(&[0, 2])]).shape(), [0, 2]);
	assert!(fails("Tile", 13, vec![], &[a.clone(), n(&[1])]).contains("one entry per axis"));
	assert!(fails("Tile", 13, vec![], &[a, n(&[i32::MAX.into(), 1])]).contains("larger than"));
}

#[test]
fn gather_should_count_back_and_refuse_what_is_outside() {
	let x = f32s(&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
	assert_eq!(one("Gather", 13, vec![], &[x.clone(), i64s(&[1, 1], &[-1])]), f32s(&[1, 1, 2], &[3.0, 4.0]));
	assert_eq!(
		one("Gather", 13, vec![int("axis", 1)], &[x.clone(), HostTensor::scalar(1i32)]),
		v(&[2.0, 4.0])
	);
	let outside = fails("Gather", 13, vec![], &[x.clone(), n(&[0, -3])]);
	assert!(outside.contains("index -3 is outside an axis of length 2"), "{outside}");
	assert!(fails("Gather", 13, vec![], &[x.clone(), v(&[0.0])]).contains("float32"));
	assert!(fails("Gather", 13, vec![], &[x, n(&[i64::MIN])]).contains("outside"));
}

#[test]
fn pad_should_fill_mirror_repeat_wrap_and_cut() {
	let x = v(&[1.0, 2.0, 3.0]);
	let pad =
		|mode, before, after| one("Pad", 19, vec![string("mode", mode)], &[x.clone(), n(&[before, after])]);
	assert_eq!(pad("constant", 1, 2), v(&[0.0, 1.0, 2.0, 3.0, 0.0, 0.0]));
	assert_eq!(pad("reflect", 2, 1), v(&[3.0, 2.0, 1.0, 2.0, 3.0, 2.0]));
	assert_eq!(pad("edge", 1, 4), v(&[1.0, 1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0]));
	assert_eq!(pad("wrap", 1, 2), v(&[3.0, 1.0, 2.0, 3.0, 1.0, 2.0]));
	assert_eq!(pad("constant", -1, 1), v(&[2.0, 3.0, 0.0]));
	let seven = [n(&[5]), n(&[0, 1]), HostTensor::scalar(7i64)];
	assert_eq!(one("Pad", 13, vec![], &seven), n(&[5, 7]));
	assert_eq!(
		one("Pad", 9, vec![ints("pads", &[1, 0]), float("value", 9.0)], std::slice::from_ref(&x)),
		v(&[9.0, 1.0, 2.0, 3.0])
	);
	let refused = |mode, before| fails("Pad", 19, vec![string("mode", mode)], &[x.clone(), n(&[before, 0])]);
	assert!(refused("reflect", 3).contains("3 elements"));
	assert!(refused("wrap", 4).contains("3 elements"));
	assert!(refused("constant", -4).contains("remove more"));
	assert!(refused("constant", i64::MIN).contains("not a supported size"));
	assert!(refused("mirror", 1).contains("reflect"));
	assert!(fails("Pad", 13, vec![string("mode", "wrap")], &[x, n(&[0, 0])]).contains("19"));
}

#[test]
fn created_tensors_should_follow_shapes_and_numbers() {
	let x = f32s(&[2, 0, 3], &[]);
	let shape = |opset, attributes| one("Shape", opset, attributes, std::slice::from_ref(&x));
	assert_eq!(shape(13, vec![]), n(&[2, 0, 3]));
	assert_eq!(shape(15, vec![int("start", -2)]), n(&[0, 3]));
	assert_eq!(shape(15, vec![int("start", 2), int("end", 1)]), n(&[]));
	assert_eq!(one("Size", 13, vec![], &[x]), HostTensor::scalar(0i64));
	assert_eq!(one("ConstantOfShape", 9, vec![], &[n(&[2])]), v(&[0.0, 0.0]));
	let seven = vec![tensor("value", &n(&[7]))];
	assert_eq!(one("ConstantOfShape", 9, seven, &[n(&[])]), HostTensor::scalar(7i64));
	let scalars = |values: [i64; 3]| values.map(HostTensor::scalar);
	assert_eq!(one("Range", 11, vec![], &scalars([5, -2, -3])), n(&[5, 2, -1]));
	assert_eq!(one("Range", 11, vec![], &scalars([5, 5, 1])), n(&[]));
	let floats = [1.0f32, 2.0, 0.25].map(HostTensor::scalar);
	assert_eq!(one("Range", 11, vec![], &floats), v(&[1.0, 1.25, 1.5, 1.75]));
	assert!(fails("Range", 11, vec![], &scalars([0, 1, 0])).contains("delta is 0"));
	assert!(fails("Range", 11, vec![], &scalars([0, i64::MAX, 1])).contains("more than"));
	assert!(fails("Range", 11, vec![], &[0.0, INF, 1.0].map(HostTensor::scalar)).contains("finite"));
	assert!(fails("ConstantOfShape", 9, vec![], &[n(&[-1])]).contains("-1"));
	assert!(fails("ConstantOfShape", 9, vec![], &[n(&vec![1; 2000])]).contains("at most 1024"));
}

#[test]
fn cast_should_convert_and_refuse_types_that_are_not_supported() {
	let cast = |x: HostTensor, to: DType| one("Cast", 13, vec![int("to", to.onnx().into())], &[x]);
	assert_eq!(cast(v(&[1.9, -1.9, NAN, 1e20]), DType::I64), n(&[1, -1, 0, i64::MAX]));
	assert_eq!(cast(n(&[0, 2]), DType::Bool), bools(&[2], &[false, true]));
	assert_eq!(one("CastLike", 15, vec![], &[n(&[3]), v(&[])]), v(&[3.0]));
	assert!(fails("Cast", 13, vec![int("to", 8)], &[v(&[1.0])]).contains("type 8"));
	assert!(fails("Cast", 13, vec![int("to", i64::MAX)], &[v(&[1.0])]).contains("not supported"));
}

// Element types

#[test]
fn sixteen_bit_floats_should_be_widened_computed_and_rounded_once() {
	let narrow = |values: &[f32]| HostTensor::vector(values.iter().map(|&x| f16::from_f32(x)).collect());
	// 2048 + 1 and 2048 + 3 are between neighbours in f16, and go to the even one.
	assert_eq!(
		one("Add", 13, vec![], &[narrow(&[2048.0, 2048.0]), narrow(&[1.0, 3.0])]),
		narrow(&[2048.0, 2052.0])
	);
	// The intermediate sum 2049 must not be rounded on the way.
	let row = HostTensor::from_vec([1, 3], [2048.0, 1.0, 1.0].map(f16::from_f32).to_vec()).unwrap();
	let column = HostTensor::from_vec([3, 1], [1.0; 3].map(f16::from_f32).to_vec()).unwrap();
	let product = one("MatMul", 13, vec![], &[row, column]);
	assert_eq!(product.as_slice::<f16>().unwrap(), [f16::from_f32(2050.0)]);
	let wide = HostTensor::vector(vec![bf16::from_f32(-1.5)]);
	assert_eq!(one("Relu", 13, vec![], std::slice::from_ref(&wide)).dtype(), DType::BF16);
	assert_eq!(one("ArgMax", 13, vec![], &[wide]), n(&[0]));
}

#[test]
fn double_precision_should_be_computed_in_double_precision() {
	let d = |values: &[f64]| HostTensor::vector(values.to_vec());
	let matrix = |rows: usize, values: &[f64]| {
		HostTensor::from_vec([rows, values.len() / rows], values.to_vec()).unwrap()
	};
	let (third, tiny) = (1.0 / 3.0, 2f64.powi(-40));
	let x = d(&[1.0, 1.0 + tiny]);
	assert_eq!(one("Transpose", 13, vec![], std::slice::from_ref(&x)), x);
	assert_eq!(one("Add", 13, vec![], &[x.clone(), d(&[third])]), d(&[1.0 + third, 1.0 + tiny + third]));
	assert_eq!(one("Exp", 13, vec![], &[d(&[0.0, -f64::INFINITY])]), d(&[1.0, 0.0]));
	// Attributes are 32 bits wide, and so are the defaults.
	let slope = f64::from(0.01f32);
	assert_eq!(one("LeakyRelu", 16, vec![], &[d(&[-third])]), d(&[-third * slope]));
	assert_eq!(one("Pow", 13, vec![], &[d(&[3.0]), i64s(&[], &[2])]), d(&[9.0]));
	assert_eq!(one("Clip", 13, vec![], &[x.clone(), HostTensor::scalar(1.0 + tiny)]), d(&[1.0 + tiny; 2]));
	assert_eq!(one("Clip", 7, vec![float("max", 0.5)], std::slice::from_ref(&x)), d(&[0.5; 2]));
	assert_eq!(one("Mean", 13, vec![], &[x.clone(), d(&[0.0]), d(&[0.0])]), d(&[third, (1.0 + tiny) / 3.0]));
	assert_eq!(one("Less", 13, vec![], &[d(&[1.0]), x.clone()]), bools(&[2], &[false, true]));
	assert_eq!(one("ArgMax", 13, vec![], std::slice::from_ref(&x)), n(&[1]));
	assert_eq!(
		one("ReduceSum", 13, vec![int("keepdims", 0)], std::slice::from_ref(&x)),
		HostTensor::scalar(2.0 + tiny)
	);
	assert_eq!(one("Softmax", 13, vec![], &[d(&[0.0, 0.0, 0.0])]), d(&[third; 3]));
	let (a, b) = (matrix(1, &[1.0, tiny]), matrix(2, &[1.0, 2.0, 1.0, 0.0]));
	assert_eq!(one("MatMul", 13, vec![], &[a.clone(), b.clone()]), matrix(1, &[1.0 + tiny, 2.0]));
	let factors = vec![int("transB", 1), float("alpha", 0.5), float("beta", 2.0)];
	assert_eq!(
		one("Gemm", 13, factors, &[a, b, d(&[tiny])]),
		matrix(1, &[0.5 + 3.0 * tiny, 0.5 + 2.0 * tiny])
	);
	let picture = |values: &[f64]| HostTensor::from_vec([1, 1, values.len()], values.to_vec()).unwrap();
	let kernel = || vec![ints("kernel_shape", &[2])];
	let p = picture(&[1.0, tiny, 1.0 + tiny]);
	assert_eq!(
		one("Conv", 11, vec![], &[p.clone(), picture(&[1.0, 1.0]), d(&[tiny])]),
		picture(&[1.0 + 2.0 * tiny, 1.0 + 3.0 * tiny])
	);
	assert_eq!(
		one("ConvTranspose", 11, vec![], &[p.clone(), picture(&[1.0, 1.0])]),
		picture(&[1.0, 1.0 + tiny, 1.0 + 2.0 * tiny, 1.0 + tiny])
	);
	assert_eq!(one("MaxPool", 12, kernel(), std::slice::from_ref(&p)), picture(&[1.0, 1.0 + tiny]));
	assert_eq!(
		one("AveragePool", 11, kernel(), std::slice::from_ref(&p)),
		picture(&[(1.0 + tiny) / 2.0, (1.0 + 2.0 * tiny) / 2.0])
	);
	assert_eq!(
		one("LpPool", 18, [kernel(), vec![int("p", 1)]].concat(), &[p]),
		picture(&[1.0 + tiny, 1.0 + 2.0 * tiny])
	);
	assert!(fails("Add", 13, vec![], &[x, v(&[1.0])]).contains("one element type"));
}

#[test]
fn supported_operators_should_be_sorted_and_cover_the_common_ones() {
	let operators = supported_operators();
	assert!(operators.windows(2).all(|pair| pair[0].0 < pair[1].0));
	assert!(operators.len() >= 100, "{}", operators.len());
	for (name, since) in
		[("Constant", 1), ("Gelu", 20), ("Clip", 1), ("Where", 9), ("LayerNormalization", 17)]
	{
		assert!(operators.contains(&(name, since)), "{name}");
	}
}
