//! Pools: indices, integers, and p-norms.

use assay_graph::HostTensor;

use super::{
	common::{f32s, fails, i64s, int, ints, one, string},
	outputs,
};

#[test]
fn max_pool_should_locate_the_first_maximum_in_both_orders_of_storage() {
	let x = f32s(&[2, 1, 2, 3], &[1.0, 5.0, 5.0, 2.0, 5.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0, 7.0]);
	let attributes = |order| vec![ints("kernel_shape", &[2, 2]), int("storage_order", order)];
	let maxima = f32s(&[2, 1, 1, 2], &[5.0, 5.0, 9.0, 7.0]);
	let found = outputs("MaxPool", 12, attributes(0), std::slice::from_ref(&x), 2);
	assert_eq!(found, [maxima.clone(), i64s(&[2, 1, 1, 2], &[1, 1, 6, 11])]);
	let found = outputs("MaxPool", 12, attributes(1), std::slice::from_ref(&x), 2);
	assert_eq!(found, [maxima, i64s(&[2, 1, 1, 2], &[2, 2, 6, 11])]);
	assert!(fails("MaxPool", 12, attributes(2), &[x]).contains("storage_order"));
}

#[test]
fn max_pool_should_take_8_bit_integers_since_operator_set_12() {
	let x = HostTensor::from_vec([1, 1, 4], vec![-128i8, -3, 127, 5]).unwrap();
	let attributes = || vec![ints("kernel_shape", &[2]), ints("strides", &[2])];
	let found = outputs("MaxPool", 12, attributes(), std::slice::from_ref(&x), 2);
	assert_eq!(found[0], HostTensor::from_vec([1, 1, 2], vec![-3i8, 127]).unwrap());
	assert_eq!(found[1], i64s(&[1, 1, 2], &[1, 2]));
	assert!(fails("MaxPool", 11, attributes(), &[x]).contains("floating-point"));
}

#[test]
fn pools_should_not_round_up_when_padding_is_automatic() {
	let x = f32s(&[1, 1, 5], &[1.0, 2.0, 3.0, 4.0, 5.0]);
	let attributes = |auto_pad| {
		vec![
			ints("kernel_shape", &[2]),
			ints("strides", &[2]),
			int("ceil_mode", 1),
			string("auto_pad", auto_pad),
		]
	};
	let pool = |auto_pad| one("MaxPool", 12, attributes(auto_pad), std::slice::from_ref(&x));
	assert_eq!(pool("VALID"), f32s(&[1, 1, 2], &[2.0, 4.0]));
	assert_eq!(pool("NOTSET"), f32s(&[1, 1, 3], &[2.0, 4.0, 5.0]));
	assert_eq!(pool("SAME_UPPER"), f32s(&[1, 1, 3], &[2.0, 4.0, 5.0]));
}

#[test]
fn lp_pool_should_give_norms_of_the_part_of_a_window_inside_the_input() {
	let x = f32s(&[1, 2, 3], &[3.0, -4.0, 0.0, 1.0, 2.0, 2.0]);
	let pool = |opset, attributes| {
		let mut all = vec![ints("kernel_shape", &[2]), ints("strides", &[2])];
		all.extend(attributes);
		one("LpPool", opset, all, std::slice::from_ref(&x))
	};
	assert_eq!(pool(7, vec![]), f32s(&[1, 2, 1], &[5.0, 5f32.sqrt()]));
	assert_eq!(pool(18, vec![int("p", 1)]), f32s(&[1, 2, 1], &[7.0, 3.0]));
	assert_eq!(pool(18, vec![int("p", 1), int("ceil_mode", 1)]), f32s(&[1, 2, 2], &[7.0, 0.0, 3.0, 2.0]));
	assert_eq!(pool(18, vec![int("p", 1), ints("pads", &[1, 0])]), f32s(&[1, 2, 2], &[3.0, 4.0, 1.0, 4.0]));
	let zeroth = vec![int("p", 0), ints("kernel_shape", &[2])];
	assert!(fails("LpPool", 18, zeroth, std::slice::from_ref(&x)).contains("\"p\""));
	assert!(fails("LpPool", 18, vec![], &[x]).contains("kernel_shape"));
}

#[test]
fn global_lp_pool_should_give_the_norm_of_every_channel() {
	let x = f32s(&[1, 2, 2, 1], &[3.0, -4.0, 1.0, 0.0]);
	let pool = |p| one("GlobalLpPool", 22, vec![int("p", p)], std::slice::from_ref(&x));
	assert_eq!(pool(1), f32s(&[1, 2, 1, 1], &[7.0, 1.0]));
	assert_eq!(pool(2), f32s(&[1, 2, 1, 1], &[5.0, 1.0]));
	let cubic = pool(3);
	let found = cubic.as_slice::<f32>().unwrap();
	assert!((found[0] - 91f32.cbrt()).abs() < 1e-5 && found[1] == 1.0, "{found:?}");
}
