//! Operators over indices, order and places between pixels: values worked out by hand, ties, and what must be refused.

use crate::common::{apply, bools, f32s, fails, float, i64s, int, ints, one, run, single, string, value};
use assay_graph::{Budget, DType, ExecError, HostTensor};

const INF: f32 = f32::INFINITY;
const NAN: f32 = f32::NAN;

fn v(values: &[f32]) -> HostTensor {
	f32s(&[values.len()], values)
}

fn n(values: &[i64]) -> HostTensor {
	i64s(&[values.len()], values)
}

fn scalar(value: i64) -> HostTensor {
	HostTensor::scalar(value)
}

/// All outputs of an operator.
fn all(
	op: &str,
	opset: i64,
	attributes: Vec<assay_graph::onnx::AttributeProto>,
	inputs: &[HostTensor],
	outputs: usize,
) -> Vec<HostTensor> {
	let inputs: Vec<_> = inputs.iter().cloned().map(Some).collect();
	apply(op, opset, attributes, &inputs, outputs).unwrap()
}

// Gathering and scattering

#[test]
fn gather_elements_should_replace_one_coordinate_by_the_index() {
	let x = f32s(&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
	let places = i64s(&[2, 2], &[0, 0, -1, 0]);
	let along = |axis| one("GatherElements", 13, vec![int("axis", axis)], &[x.clone(), places.clone()]);
	assert_eq!(along(1), f32s(&[2, 2], &[1.0, 1.0, 4.0, 3.0]));
	assert_eq!(along(-2), f32s(&[2, 2], &[1.0, 2.0, 3.0, 2.0]));
	let error = fails("GatherElements", 13, vec![], &[x.clone(), i64s(&[1, 1], &[2])]);
	assert!(error.contains("index 2 is outside an axis of length 2"), "{error}");
	assert!(fails("GatherElements", 13, vec![], &[x, n(&[0])]).contains("do not fit"));
}

#[test]
fn gather_nd_should_take_parts_by_index_tuples() {
	let x = HostTensor::from_vec(vec![2, 2, 2], vec![0i8, 1, 2, 3, 4, 5, 6, 7]).unwrap();
	let i8s = |shape: &[usize], values: &[i8]| HostTensor::from_vec(shape, values.to_vec()).unwrap();
	let gather = |attributes, places: HostTensor| one("GatherND", 13, attributes, &[x.clone(), places]);
	assert_eq!(gather(vec![], i64s(&[2, 2], &[0, 1, 1, 0])), i8s(&[2, 2], &[2, 3, 4, 5]));
	assert_eq!(gather(vec![], i64s(&[1, 3], &[-1, -1, -1])), i8s(&[1], &[7]));
	assert_eq!(gather(vec![int("batch_dims", 1)], i64s(&[2, 1], &[1, 0])), i8s(&[2, 2], &[2, 3, 4, 5]));
	assert!(fails("GatherND", 13, vec![], &[x.clone(), i64s(&[1, 4], &[0; 4])]).contains("do not fit"));
	assert!(fails("GatherND", 13, vec![], &[x, i64s(&[1, 1], &[2])]).contains("index 2"));
}

#[test]
fn scatter_elements_should_meet_updates_of_one_element_in_order() {
	let x = v(&[1.0, 2.0, 3.0]);
	let scatter = |reduction: &str, places: &[i64], updates: &[f32]| {
		one("ScatterElements", 18, vec![string("reduction", reduction)], &[x.clone(), n(places), v(updates)])
	};
	assert_eq!(scatter("none", &[1, 1], &[8.0, 9.0]), v(&[1.0, 9.0, 3.0]));
	assert_eq!(scatter("add", &[-1, -1], &[0.5, 0.25]), v(&[1.0, 2.0, 3.75]));
	assert_eq!(scatter("mul", &[0, 0], &[3.0, -2.0]), v(&[-6.0, 2.0, 3.0]));
	assert_eq!(scatter("max", &[0, 2], &[NAN, 1.0]), v(&[NAN, 2.0, 3.0]));
	assert_eq!(scatter("min", &[0, 2], &[0.0, 1.0]), v(&[0.0, 2.0, 1.0]));
	// 2^24 + 1 is rounded away each time: the order shows.
	let large = v(&[16_777_216.0]);
	let added = one("ScatterElements", 18, vec![string("reduction", "add")], &[large, n(&[0]), v(&[1.0])]);
	assert_eq!(added, v(&[16_777_216.0]));
	let refused = |attributes| fails("ScatterElements", 16, attributes, &[x.clone(), n(&[0]), v(&[1.0])]);
	assert!(refused(vec![string("reduction", "max")]).contains("operator set 18"));
	assert!(fails("ScatterElements", 18, vec![], &[x.clone(), n(&[3]), v(&[1.0])]).contains("index 3"));
	assert!(fails("ScatterElements", 18, vec![], &[x.clone(), n(&[0]), v(&[1.0, 2.0])]).contains("updates"));
	assert!(fails("ScatterElements", 18, vec![], &[x, n(&[0]), n(&[1])]).contains("one element type"));
}

#[test]
fn integers_should_wrap_where_they_are_combined() {
	let x = HostTensor::vector(vec![250u8]);
	let update = HostTensor::vector(vec![10u8]);
	let added = one("ScatterElements", 18, vec![string("reduction", "add")], &[x, n(&[0]), update]);
	assert_eq!(added, HostTensor::vector(vec![4u8]));
	let sum = one("CumSum", 14, vec![], &[HostTensor::vector(vec![u64::MAX, 2]), scalar(0)]);
	assert_eq!(sum, HostTensor::vector(vec![u64::MAX, 1]));
}

#[test]
fn scatter_nd_should_update_parts() {
	let x = f32s(&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
	let updates = f32s(&[1, 2], &[10.0, 20.0]);
	let scatter =
		|attributes| one("ScatterND", 18, attributes, &[x.clone(), i64s(&[1, 1], &[1]), updates.clone()]);
	assert_eq!(scatter(vec![]), f32s(&[2, 2], &[1.0, 2.0, 10.0, 20.0]));
	assert_eq!(scatter(vec![string("reduction", "add")]), f32s(&[2, 2], &[1.0, 2.0, 13.0, 24.0]));
	// Nothing to update.
	let none = one("ScatterND", 18, vec![], &[x.clone(), i64s(&[0, 1], &[]), f32s(&[0, 2], &[])]);
	assert_eq!(none, x);
}

#[test]
fn tensor_scatter_should_write_each_sample_at_its_own_place() {
	let cache = f32s(&[2, 3, 1], &[0.0; 6]);
	let update = f32s(&[2, 2, 1], &[1.0, 2.0, 3.0, 4.0]);
	let write = |mode, places: &[i64]| {
		apply(
			"TensorScatter",
			24,
			vec![string("mode", mode)],
			&[Some(cache.clone()), Some(update.clone()), Some(n(places))],
			1,
		)
	};
	assert_eq!(write("linear", &[0, 1]).unwrap(), [f32s(&[2, 3, 1], &[1.0, 2.0, 0.0, 0.0, 3.0, 4.0])]);
	assert_eq!(write("circular", &[2, 4]).unwrap(), [f32s(&[2, 3, 1], &[2.0, 0.0, 1.0, 0.0, 3.0, 4.0])]);
	assert!(write("linear", &[0, 2]).unwrap_err().contains("index 3"));
	assert!(write("linear", &[-1, 0]).unwrap_err().contains("index -1"));
}

// Order

#[test]
fn top_k_should_put_equals_by_index_and_nan_above_all() {
	let x = v(&[1.0, NAN, 3.0, 3.0, -0.0, 0.0]);
	let top = |largest, k| all("TopK", 24, vec![int("largest", largest)], &[x.clone(), n(&[k])], 2);
	assert_eq!(top(1, 3), [v(&[NAN, 3.0, 3.0]), n(&[1, 2, 3])]);
	assert_eq!(top(0, 3), [v(&[-0.0, 0.0, 1.0]), n(&[4, 5, 0])]);
	assert_eq!(top(0, 6)[1], n(&[4, 5, 0, 2, 3, 1]));
	assert_eq!(top(1, 0), [v(&[]), n(&[])]);
	assert!(fails("TopK", 24, vec![], &[x.clone(), n(&[7])]).contains("k is 7"));
	assert!(fails("TopK", 24, vec![], &[x.clone(), n(&[-1])]).contains("-1"));
	assert!(fails("TopK", 24, vec![], &[bools(&[2], &[false, true]), n(&[1])]).contains("a number"));
	assert!(fails("TopK", 24, vec![], &[x.clone(), n(&[1, 2])]).contains("one integer"));
	let columns =
		all("TopK", 9, vec![int("k", 1), int("axis", 0)], &[f32s(&[2, 2], &[1.0, 5.0, 4.0, 2.0])], 2);
	assert_eq!(columns, [f32s(&[1, 2], &[4.0, 5.0]), i64s(&[1, 2], &[1, 0])]);
}

#[test]
fn unique_should_sort_or_keep_the_order_and_tell_where_all_went() {
	let x = v(&[2.0, NAN, 1.0, NAN, -0.0, 0.0]);
	let sorted = all("Unique", 11, vec![], std::slice::from_ref(&x), 4);
	assert_eq!(
		sorted,
		[v(&[-0.0, 1.0, 2.0, NAN]), n(&[4, 2, 0, 1]), n(&[2, 3, 1, 3, 0, 0]), n(&[2, 1, 1, 2])]
	);
	let found = all("Unique", 11, vec![int("sorted", 0)], &[x], 4);
	assert_eq!(
		found,
		[v(&[2.0, NAN, 1.0, -0.0]), n(&[0, 1, 2, 4]), n(&[0, 1, 2, 1, 3, 3]), n(&[1, 2, 1, 2])]
	);
	let rows = f32s(&[3, 2], &[1.0, 0.0, 0.0, 9.0, 1.0, 0.0]);
	let unique = all("Unique", 11, vec![int("axis", 0)], &[rows], 4);
	assert_eq!(unique, [f32s(&[2, 2], &[0.0, 9.0, 1.0, 0.0]), n(&[1, 0]), n(&[1, 0, 1]), n(&[1, 2])]);
	assert_eq!(one("Unique", 11, vec![], &[v(&[])]), v(&[]));
}

#[test]
fn non_zero_should_list_indices_by_dimension_whatever_the_rank() {
	let x = f32s(&[2, 2], &[1.0, 0.0, NAN, -0.0]);
	assert_eq!(one("NonZero", 13, vec![], &[x]), i64s(&[2, 2], &[0, 1, 0, 0]));
	assert_eq!(one("NonZero", 13, vec![], &[v(&[0.0])]), i64s(&[1, 0], &[]));
	assert_eq!(one("NonZero", 13, vec![], &[HostTensor::scalar(5i32)]), i64s(&[0, 1], &[]));
	assert_eq!(one("NonZero", 13, vec![], &[HostTensor::scalar(false)]), i64s(&[0, 0], &[]));
	assert_eq!(one("NonZero", 13, vec![], &[f32s(&[0, 3], &[])]), i64s(&[2, 0], &[]));
}

#[test]
fn compress_should_keep_what_the_condition_says() {
	let x = f32s(&[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
	let compress = |attributes, condition: &[bool]| {
		one("Compress", 11, attributes, &[x.clone(), bools(&[condition.len()], condition)])
	};
	assert_eq!(compress(vec![int("axis", 0)], &[false, true, true]), f32s(&[2, 2], &[3.0, 4.0, 5.0, 6.0]));
	assert_eq!(compress(vec![int("axis", -1)], &[false, true]), f32s(&[3, 1], &[2.0, 4.0, 6.0]));
	assert_eq!(compress(vec![], &[false, true, false, true]), v(&[2.0, 4.0]));
	assert_eq!(compress(vec![], &[]), v(&[]));
	assert_eq!(compress(vec![int("axis", 1)], &[false, false]), f32s(&[3, 0], &[]));
	let error = fails("Compress", 11, vec![int("axis", 1)], &[x.clone(), bools(&[3], &[true; 3])]);
	assert!(error.contains("3 elements for an axis of 2"), "{error}");
}

#[test]
fn outputs_that_depend_on_data_should_be_charged_by_their_bound() {
	let non_zero = |x: &[f32], budget| {
		let (mut model, inputs) = single("NonZero", 13, vec![], &[Some(v(x))], 1);
		model.graph.as_mut().unwrap().output = vec![value("y0", DType::I64, &["1", "?"])];
		run(&model, inputs, budget)
	};
	let sparse = non_zero(&[0.0, 0.0, 0.0, 7.0], Budget::UNLIMITED).unwrap();
	let dense = non_zero(&[7.0; 4], Budget::UNLIMITED).unwrap();
	assert_eq!((sparse.compute_units, sparse.peak_bytes), (dense.compute_units, dense.peak_bytes));
	let limit = Budget { memory_bytes: sparse.peak_bytes - 1, ..Budget::UNLIMITED };
	assert!(matches!(non_zero(&[0.0; 4], limit), Err(ExecError::OutOfMemory { .. })));
}

#[test]
fn non_max_suppression_should_take_the_best_of_overlapping_boxes() {
	let boxes = f32s(&[1, 3, 4], &[0.0, 0.0, 1.0, 1.0, 0.0, 0.1, 1.0, 1.1, 0.0, 10.0, 1.0, 11.0]);
	let scores = f32s(&[1, 1, 3], &[0.9, 0.95, 0.9]);
	let select = |most: i64, score: f32| {
		let inputs = [boxes.clone(), scores.clone(), n(&[most]), v(&[0.5]), v(&[score])];
		one("NonMaxSuppression", 11, vec![], &inputs)
	};
	assert_eq!(select(3, 0.0), i64s(&[2, 3], &[0, 0, 1, 0, 0, 2]));
	assert_eq!(select(1, 0.0), i64s(&[1, 3], &[0, 0, 1]));
	assert_eq!(select(3, 0.92), i64s(&[1, 3], &[0, 0, 1]));
	assert_eq!(select(-4, 0.0), i64s(&[0, 3], &[]));
	assert_eq!(one("NonMaxSuppression", 11, vec![], &[boxes.clone(), scores]), i64s(&[0, 3], &[]));
	assert!(fails("NonMaxSuppression", 11, vec![], &[boxes, v(&[1.0])]).contains("do not fit"));
}

// Marks, bits, running sums, matrices

#[test]
fn one_hot_should_mark_indices_and_leave_those_outside_unmarked() {
	let mark = |axis, depth: HostTensor| {
		one("OneHot", 11, vec![int("axis", axis)], &[n(&[0, -1, 3]), depth, v(&[-1.0, 2.0])])
	};
	let rows = [2.0, -1.0, -1.0, -1.0, -1.0, 2.0, -1.0, -1.0, -1.0];
	assert_eq!(mark(-1, scalar(3)), f32s(&[3, 3], &rows));
	assert_eq!(mark(0, v(&[2.0])), f32s(&[2, 3], &[2.0, -1.0, -1.0, -1.0, 2.0, -1.0]));
	let error = fails("OneHot", 11, vec![], &[n(&[0]), scalar(i64::MAX), v(&[0.0, 1.0])]);
	assert!(error.contains("not a supported size"), "{error}");
	assert!(fails("OneHot", 11, vec![], &[n(&[0]), scalar(2), v(&[1.0])]).contains("off and on"));
}

#[test]
fn hardmax_should_mark_the_first_greatest() {
	let x = f32s(&[2, 1, 2], &[1.0, 1.0, 0.0, NAN]);
	assert_eq!(one("Hardmax", 13, vec![], std::slice::from_ref(&x)), f32s(&[2, 1, 2], &[1.0, 0.0, 0.0, 1.0]));
	// All four elements are one row.
	assert_eq!(one("Hardmax", 11, vec![int("axis", 0)], &[x]), f32s(&[2, 1, 2], &[0.0, 0.0, 0.0, 1.0]));
}

#[test]
fn triangles_and_diagonals_should_count_from_the_main_diagonal() {
	let x = HostTensor::from_vec(vec![2, 3], vec![1u16, 2, 3, 4, 5, 6]).unwrap();
	let u16s = |values: &[u16]| HostTensor::from_vec(vec![2, 3], values.to_vec()).unwrap();
	assert_eq!(one("Trilu", 14, vec![], std::slice::from_ref(&x)), u16s(&[1, 2, 3, 0, 5, 6]));
	assert_eq!(one("Trilu", 14, vec![int("upper", 0)], &[x.clone(), scalar(-1)]), u16s(&[0, 0, 0, 4, 0, 0]));
	assert_eq!(one("Trilu", 14, vec![], &[x.clone(), scalar(i64::MAX)]), u16s(&[0; 6]));
	assert_eq!(one("EyeLike", 9, vec![int("k", 1)], std::slice::from_ref(&x)), u16s(&[0, 1, 0, 0, 0, 1]));
	let dtype = i64::from(DType::Bool.onnx());
	let eye = one("EyeLike", 9, vec![int("dtype", dtype)], &[x]);
	assert_eq!(eye, bools(&[2, 3], &[true, false, false, false, true, false]));
	assert!(fails("EyeLike", 9, vec![int("dtype", 8)], &[f32s(&[1, 1], &[0.0])]).contains("element type"));
	assert!(fails("Trilu", 14, vec![], &[v(&[1.0])]).contains("two dimensions"));
}

#[test]
fn determinants_should_pivot() {
	let x = f32s(&[2, 2, 2], &[0.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 4.0]);
	let found = one("Det", 11, vec![], &[x]);
	assert_eq!(found.as_slice::<f32>().unwrap()[0], -2.0);
	assert!((found.as_slice::<f32>().unwrap()[1] + 2.0).abs() < 1e-6);
	assert_eq!(one("Det", 11, vec![], &[f32s(&[2, 0, 0], &[])]), v(&[1.0, 1.0]));
	assert!(fails("Det", 11, vec![], &[f32s(&[1, 2], &[1.0, 2.0])]).contains("square"));
}

#[test]
fn running_sums_should_be_exclusive_or_reversed() {
	let x = v(&[1.0, 2.0, 4.0]);
	let sum = |attributes| one("CumSum", 14, attributes, &[x.clone(), scalar(-1)]);
	assert_eq!(sum(vec![]), v(&[1.0, 3.0, 7.0]));
	assert_eq!(sum(vec![int("exclusive", 1), int("reverse", 1)]), v(&[6.0, 4.0, 0.0]));
	assert_eq!(one("CumProd", 26, vec![int("exclusive", 1)], &[x.clone(), scalar(0)]), v(&[1.0, 1.0, 2.0]));
	assert!(fails("CumSum", 14, vec![], &[x, scalar(1)]).contains("axis 1"));
}

#[test]
fn shifts_beyond_the_width_should_give_zero() {
	let x = HostTensor::vector(vec![0x81u8]);
	let shift = |direction, by: u8| {
		one("BitShift", 11, vec![string("direction", direction)], &[x.clone(), HostTensor::vector(vec![by])])
	};
	assert_eq!(shift("LEFT", 1), HostTensor::vector(vec![2u8]));
	assert_eq!(shift("RIGHT", 7), HostTensor::vector(vec![1u8]));
	assert_eq!(shift("LEFT", 8), HostTensor::vector(vec![0u8]));
	assert_eq!(shift("RIGHT", 255), HostTensor::vector(vec![0u8]));
	let bits = |op| one(op, 18, vec![], &[n(&[0b1100, -1]), scalar(0b1010)]);
	assert_eq!(
		[bits("BitwiseAnd"), bits("BitwiseOr"), bits("BitwiseXor")],
		[n(&[8, 10]), n(&[14, -1]), n(&[6, -11])]
	);
	assert_eq!(one("BitwiseNot", 18, vec![], &[n(&[0])]), n(&[-1]));
	assert!(fails("BitShift", 11, vec![], &[x.clone(), x.clone()]).contains("direction"));
	assert!(fails("BitwiseAnd", 18, vec![], &[v(&[1.0]), v(&[1.0])]).contains("integer"));
}

#[test]
fn infinities_and_nan_should_be_told_apart() {
	let x = v(&[1.0, INF, -INF, NAN]);
	let is = |op, attributes| one(op, 20, attributes, std::slice::from_ref(&x));
	assert_eq!(is("IsNaN", vec![]), bools(&[4], &[false, false, false, true]));
	assert_eq!(is("IsInf", vec![]), bools(&[4], &[false, true, true, false]));
	assert_eq!(is("IsInf", vec![int("detect_negative", 0)]), bools(&[4], &[false, true, false, false]));
	assert_eq!(is("IsInf", vec![int("detect_positive", 0)]), bools(&[4], &[false, false, true, false]));
	assert_eq!(
		is("IsInf", vec![int("detect_positive", 0), int("detect_negative", 0)]),
		bools(&[4], &[false; 4])
	);
}

// Rearranging

#[test]
fn reverse_sequence_should_reverse_only_as_much_as_is_valid() {
	let x = f32s(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
	let batch_first = vec![int("batch_axis", 0), int("time_axis", 1)];
	let reversed = one("ReverseSequence", 10, batch_first, &[x.clone(), n(&[2, 3])]);
	assert_eq!(reversed, f32s(&[2, 3], &[2.0, 1.0, 3.0, 6.0, 5.0, 4.0]));
	assert_eq!(
		one("ReverseSequence", 10, vec![], &[x.clone(), n(&[2, 1, 0])]),
		f32s(&[2, 3], &[4.0, 2.0, 3.0, 1.0, 5.0, 6.0])
	);
	assert!(fails("ReverseSequence", 10, vec![], &[x, n(&[3, 1, 1])]).contains("index 3"));
}

#[test]
fn depth_and_space_should_be_inverse() {
	let x = f32s(&[1, 4, 1, 2], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
	let size = || vec![int("blocksize", 2)];
	let spread = one("DepthToSpace", 13, size(), std::slice::from_ref(&x));
	assert_eq!(spread, f32s(&[1, 1, 2, 4], &[0.0, 2.0, 1.0, 3.0, 4.0, 6.0, 5.0, 7.0]));
	assert_eq!(one("SpaceToDepth", 13, size(), &[spread]), x);
	assert!(fails("DepthToSpace", 13, vec![int("blocksize", 3)], &[x]).contains("do not fit"));
}

#[test]
fn center_crop_pad_should_leave_the_odd_one_at_the_end() {
	let x = v(&[1.0, 2.0, 3.0, 4.0]);
	let to = |size: i64| one("CenterCropPad", 18, vec![], &[x.clone(), n(&[size])]);
	assert_eq!(to(1), v(&[2.0]));
	assert_eq!(to(7), v(&[0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 0.0]));
	assert_eq!(to(0), v(&[]));
}

#[test]
fn col2im_should_add_what_overlaps() {
	// Blocks of two, one step apart, on a line of three and one row.
	let x = f32s(&[1, 2, 2], &[1.0, 2.0, 10.0, 20.0]);
	let image = one("Col2Im", 18, vec![], &[x.clone(), n(&[1, 3]), n(&[1, 2])]);
	assert_eq!(image, f32s(&[1, 1, 1, 3], &[1.0, 12.0, 20.0]));
	assert!(fails("Col2Im", 18, vec![], &[x, n(&[1, 4]), n(&[1, 2])]).contains("do not make"));
}

#[test]
fn max_unpool_should_refuse_places_outside() {
	let x = f32s(&[1, 1, 1, 2], &[5.0, 6.0]);
	let unpool = |places: &[i64]| {
		let attributes = vec![ints("kernel_shape", &[1, 2]), ints("strides", &[1, 2])];
		apply("MaxUnpool", 22, attributes, &[Some(x.clone()), Some(i64s(&[1, 1, 1, 2], places))], 1)
	};
	assert_eq!(unpool(&[1, 2]).unwrap(), [f32s(&[1, 1, 1, 4], &[0.0, 5.0, 6.0, 0.0])]);
	assert!(unpool(&[1, 4]).unwrap_err().contains("index 4"));
}

#[test]
fn einsum_should_understand_diagonals_ellipses_and_implicit_results() {
	let square = f32s(&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
	let sum =
		|equation: &str, inputs: &[HostTensor]| one("Einsum", 12, vec![string("equation", equation)], inputs);
	assert_eq!(sum("ii", std::slice::from_ref(&square)), HostTensor::scalar(5.0f32));
	assert_eq!(sum("ii->i", std::slice::from_ref(&square)), v(&[1.0, 4.0]));
	assert_eq!(sum("ba", std::slice::from_ref(&square)), f32s(&[2, 2], &[1.0, 3.0, 2.0, 4.0]));
	assert_eq!(sum("ij,jk", &[square.clone(), square.clone()]), f32s(&[2, 2], &[7.0, 10.0, 15.0, 22.0]));
	assert_eq!(sum("i, i ->", &[v(&[1.0, 2.0]), v(&[3.0, 4.0])]), HostTensor::scalar(11.0f32));
	assert_eq!(sum("i,j->ji", &[v(&[1.0, 2.0]), v(&[3.0])]), f32s(&[1, 2], &[3.0, 6.0]));
	let batch = f32s(&[2, 1, 2], &[1.0, 2.0, 3.0, 4.0]);
	assert_eq!(
		sum("...ij,...jk->...ik", &[batch, square.clone()]),
		f32s(&[2, 1, 2], &[7.0, 10.0, 15.0, 22.0])
	);
	assert_eq!(sum("ij,jk,k->i", &[square.clone(), square.clone(), v(&[1.0, 1.0])]), v(&[17.0, 37.0]));
	let whole = i64s(&[2, 2], &[1, 2, 3, 4]);
	assert_eq!(sum("ij,kj->ik", &[whole.clone(), whole]), i64s(&[2, 2], &[5, 11, 11, 25]));
	assert_eq!(sum("ij->i", &[f32s(&[2, 0], &[])]), v(&[0.0, 0.0]));
}

#[test]
fn einsum_should_refuse_equations_that_make_no_sense() {
	let x = f32s(&[2, 2], &[1.0; 4]);
	let error =
		|equation: &str| fails("Einsum", 12, vec![string("equation", equation)], std::slice::from_ref(&x));
	assert!(error("i1").contains("equation"));
	assert!(error("ij->k").contains("must name axes"));
	assert!(error("ij->ii").contains("must name axes"));
	assert!(error("...j->j").contains("ellipsis"));
	assert!(error("ijk").contains("names 3 axes"));
	assert!(error("ij,jk").contains("2 operands"));
	let line = f32s(&[1, 2], &[1.0; 2]);
	assert!(fails("Einsum", 12, vec![string("equation", "ii")], &[line]).contains("one size"));
	let other = f32s(&[3, 2], &[1.0; 6]);
	assert!(fails("Einsum", 12, vec![string("equation", "ij,jk")], &[x, other]).contains("sizes 2 and 3"));
}

// Images

#[test]
fn resize_should_take_or_mix_neighbours() {
	let x = f32s(&[1, 1, 1, 2], &[1.0, 3.0]);
	let resize = |attributes, scale: f32| {
		apply("Resize", 19, attributes, &[Some(x.clone()), None, Some(v(&[1.0, 1.0, 1.0, scale]))], 1)
			.unwrap()
			.remove(0)
	};
	assert_eq!(resize(vec![], 2.0), f32s(&[1, 1, 1, 4], &[1.0, 1.0, 3.0, 3.0]));
	assert_eq!(resize(vec![string("mode", "linear")], 2.0), f32s(&[1, 1, 1, 4], &[1.0, 1.5, 2.5, 3.0]));
	let corners = vec![string("mode", "linear"), string("coordinate_transformation_mode", "align_corners")];
	assert_eq!(resize(corners, 1.5), f32s(&[1, 1, 1, 3], &[1.0, 2.0, 3.0]));
	assert_eq!(resize(vec![string("mode", "linear"), int("antialias", 1)], 0.5), f32s(&[1, 1, 1, 1], &[2.0]));
	assert_eq!(resize(vec![], 0.25), f32s(&[1, 1, 1, 0], &[]));
	let whole = i64s(&[2], &[1, 3]);
	let wide =
		apply("Resize", 19, vec![string("mode", "linear")], &[Some(whole), None, None, Some(n(&[4]))], 1)
			.unwrap();
	// 1.5 and 2.5, ties to even.
	assert_eq!(wide, [n(&[1, 2, 2, 3])]);
	assert_eq!(one("Upsample", 9, vec![], &[v(&[1.0, 2.0]), v(&[2.0])]), v(&[1.0, 1.0, 2.0, 2.0]));
}

#[test]
fn resize_should_refuse_scales_that_make_no_size() {
	let x = f32s(&[2], &[1.0, 3.0]);
	let error = |attributes, scales: Option<HostTensor>, sizes: Option<HostTensor>| {
		apply("Resize", 19, attributes, &[Some(x.clone()), None, scales, sizes], 1).unwrap_err()
	};
	for scale in [0.0, -1.0, NAN, INF] {
		assert!(error(vec![], Some(v(&[scale])), None).contains("not a positive number"));
	}
	assert!(error(vec![], Some(v(&[1e30])), None).contains("not a supported size"));
	assert!(error(vec![], Some(v(&[1.0, 1.0])), None).contains("2 scales"));
	assert!(error(vec![], Some(v(&[1.0])), Some(n(&[2]))).contains("not both"));
	assert!(error(vec![string("mode", "round")], Some(v(&[1.0])), None).contains("round"));
	let crop = vec![string("coordinate_transformation_mode", "tf_crop_and_resize")];
	assert!(error(crop, None, Some(n(&[2]))).contains("region of interest"));
}

#[test]
fn grid_sample_should_pad_as_told_and_refuse_other_ranks() {
	let x = f32s(&[1, 1, 2, 2], &[1.0, 2.0, 3.0, 4.0]);
	let grid = f32s(&[1, 1, 2, 2], &[0.0, 0.0, 5.0, 5.0]);
	let sample =
		|padding| one("GridSample", 20, vec![string("padding_mode", padding)], &[x.clone(), grid.clone()]);
	assert_eq!(sample("zeros"), f32s(&[1, 1, 1, 2], &[2.5, 0.0]));
	assert_eq!(sample("border"), f32s(&[1, 1, 1, 2], &[2.5, 4.0]));
	// Taps for NaN and infinity exist, and stay inside.
	let wild = f32s(&[1, 1, 3, 2], &[NAN, 0.0, INF, -INF, 1e30, -1e30]);
	for padding in ["zeros", "border", "reflection"] {
		for mode in ["nearest", "linear", "cubic"] {
			let attributes = vec![string("padding_mode", padding), string("mode", mode)];
			assert_eq!(one("GridSample", 20, attributes, &[x.clone(), wild.clone()]).shape(), [1, 1, 1, 3]);
		}
	}
	assert!(fails("GridSample", 20, vec![], &[x, f32s(&[1, 1, 3], &[0.0; 3])]).contains("does not fit"));
}

#[test]
fn rois_should_be_refused_when_their_image_is_not_there() {
	let x = f32s(&[1, 1, 2, 2], &[1.0, 2.0, 3.0, 4.0]);
	let pool = |batch: i64| {
		let attributes = vec![int("output_height", 2), int("output_width", 2), float("spatial_scale", 1.0)];
		let region = f32s(&[1, 4], &[0.0, 0.0, 2.0, 2.0]);
		apply("RoiAlign", 16, attributes, &[Some(x.clone()), Some(region), Some(n(&[batch]))], 1)
	};
	assert_eq!(pool(0).unwrap(), core::slice::from_ref(&x));
	assert!(pool(1).unwrap_err().contains("index 1"));
	assert!(pool(-1).unwrap_err().contains("index -1"));
	let huge = f32s(&[1, 4], &[-1e30, -1e30, 1e30, INF]);
	assert_eq!(one("RoiAlign", 16, vec![], &[x.clone(), huge, n(&[0])]).shape(), [1, 1, 1, 1]);
	let greatest = |region: [f32; 5]| {
		one("MaxRoiPool", 22, vec![ints("pooled_shape", &[1, 2])], &[x.clone(), f32s(&[1, 5], &region)])
	};
	assert_eq!(greatest([0.0, 0.0, 0.0, 1.0, 1.0]), f32s(&[1, 1, 1, 2], &[3.0, 4.0]));
	assert_eq!(greatest([0.0, 9.0, 9.0, 9.0, 9.0]), f32s(&[1, 1, 1, 2], &[0.0, 0.0]));
}

#[test]
fn affine_grid_should_be_the_map_of_the_centres_of_pixels() {
	let identity = f32s(&[1, 2, 3], &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
	let grid = |corners| {
		one("AffineGrid", 20, vec![int("align_corners", corners)], &[identity.clone(), n(&[1, 1, 1, 2])])
	};
	assert_eq!(grid(0), f32s(&[1, 1, 2, 2], &[-0.5, 0.0, 0.5, 0.0]));
	assert_eq!(grid(1), f32s(&[1, 1, 2, 2], &[-1.0, 0.0, 1.0, 0.0]));
}

#[test]
fn deform_conv_should_be_a_convolution_when_nothing_moves() {
	let x = f32s(&[1, 1, 1, 3], &[1.0, 2.0, 4.0]);
	let w = f32s(&[1, 1, 1, 2], &[1.0, 10.0]);
	let still = f32s(&[1, 4, 1, 2], &[0.0; 8]);
	assert_eq!(
		one("DeformConv", 19, vec![], &[x.clone(), w.clone(), still]),
		f32s(&[1, 1, 1, 2], &[21.0, 42.0])
	);
	// The second tap of the first output half a pixel further right.
	let moved = f32s(&[1, 4, 1, 2], &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0]);
	assert_eq!(
		one("DeformConv", 19, vec![], &[x.clone(), w.clone(), moved]),
		f32s(&[1, 1, 1, 2], &[31.0, 42.0])
	);
	assert!(fails("DeformConv", 19, vec![], &[x, w, f32s(&[1, 4, 1, 1], &[0.0; 4])]).contains("do not fit"));
}
