//! Batch, layer, group, RMS and other normalisations.

use assay_graph::{DType, HostTensor};
use half::f16;

use super::{
	common::{apply, f32s, fails, float, int, ints, one},
	outputs, v,
};

fn f16s(shape: &[usize], values: &[f32]) -> HostTensor {
	HostTensor::from_vec(shape, values.iter().map(|&value| f16::from_f32(value)).collect::<Vec<_>>()).unwrap()
}

#[test]
fn batch_norm_should_use_and_update_statistics_when_training() {
	// Channel 0: 1, 3 (mean 2, variance 1). Channel 1: -2, 2 (mean 0, variance 4).
	let x = f32s(&[2, 2, 1], &[1.0, -2.0, 3.0, 2.0]);
	let inputs = [x, v(&[1.0, 2.0]), v(&[0.5, 0.0]), v(&[4.0, 8.0]), v(&[2.0, 2.0])];
	let attributes = vec![float("epsilon", 0.0), float("momentum", 0.75), int("training_mode", 1)];
	let found = outputs("BatchNormalization", 15, attributes.clone(), &inputs, 3);
	assert_eq!(found[0], f32s(&[2, 2, 1], &[-0.5, -2.0, 1.5, 2.0]));
	assert_eq!(found[1], v(&[3.5, 6.0]));
	assert_eq!(found[2], v(&[1.75, 2.5]));
	assert_eq!(outputs("BatchNormalization", 15, attributes, &inputs, 1), found[..1]);
}

#[test]
fn batch_norm_should_give_current_statistics_too_when_the_operator_set_is_old() {
	let x = f32s(&[2, 1], &[1.0, 3.0]);
	let inputs = [x, v(&[1.0]), v(&[0.0]), v(&[4.0]), v(&[2.0])];
	let attributes = || vec![float("epsilon", 0.0), float("momentum", 0.5)];
	let found = outputs("BatchNormalization", 9, attributes(), &inputs, 5);
	assert_eq!(found, [f32s(&[2, 1], &[-1.0, 1.0]), v(&[3.0]), v(&[1.5]), v(&[2.0]), v(&[1.0])]);
	let inputs = inputs.map(Some);
	assert!(apply("BatchNormalization", 14, attributes(), &inputs, 3).unwrap_err().contains("training_mode"));
}

#[test]
fn batch_norm_should_take_statistics_per_element_and_inputs_without_channels() {
	let x = f32s(&[2, 2, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
	let by_element = |values: &[f32]| f32s(&[2, 2], values);
	let inputs = [
		x,
		by_element(&[1.0, 1.0, 2.0, 2.0]),
		by_element(&[0.0; 4]),
		by_element(&[1.0, 2.0, 3.0, 4.0]),
		by_element(&[4.0; 4]),
	];
	let attributes = vec![float("epsilon", 0.0), int("spatial", 0)];
	let expected = f32s(&[2, 2, 2], &[0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 4.0, 4.0]);
	assert_eq!(one("BatchNormalization", 7, attributes, &inputs), expected);

	let inputs = [v(&[1.0, 5.0]), v(&[1.0]), v(&[0.0]), v(&[1.0]), v(&[4.0])];
	assert_eq!(one("BatchNormalization", 15, vec![float("epsilon", 0.0)], &inputs), v(&[0.0, 2.0]));
}

#[test]
fn batch_norm_should_be_refused_when_training_on_nothing() {
	let inputs = [f32s(&[0, 1], &[]), v(&[1.0]), v(&[0.0]), v(&[1.0]), v(&[4.0])].map(Some);
	let error = apply("BatchNormalization", 15, vec![int("training_mode", 1)], &inputs, 3).unwrap_err();
	assert!(error.contains("at least one element"), "{error}");
}

#[test]
fn layer_norm_should_give_its_statistics_in_float32_when_the_input_is_float16() {
	let x = f16s(&[2, 1, 2], &[1.0, 3.0, -4.0, 0.0]);
	let inputs = [x, f16s(&[2], &[1.0, 2.0])];
	let found = outputs("LayerNormalization", 17, vec![float("epsilon", 0.0)], &inputs, 3);
	assert_eq!(found[0], f16s(&[2, 1, 2], &[-1.0, 2.0, -1.0, 2.0]));
	assert_eq!(found[1], f32s(&[2, 1, 1], &[2.0, -2.0]));
	assert_eq!(found[2], f32s(&[2, 1, 1], &[1.0, 0.5]));
}

#[test]
fn layer_norm_should_be_refused_when_statistics_of_nothing_are_wanted() {
	let inputs = [f32s(&[2, 0], &[]), f32s(&[0], &[])].map(Some);
	let error = apply("LayerNormalization", 17, vec![], &inputs, 2).unwrap_err();
	assert!(error.contains("no elements"), "{error}");
}

#[test]
fn group_norm_should_scale_by_channel_and_before_operator_set_21_by_group() {
	// Groups of two channels: (1, 3) and (0, 4).
	let x = f32s(&[1, 4, 1], &[1.0, 3.0, 0.0, 4.0]);
	let attributes = || vec![int("num_groups", 2), float("epsilon", 0.0)];
	let by_channel = [x.clone(), v(&[1.0, 2.0, 3.0, 4.0]), v(&[0.0, 0.0, 1.0, 1.0])];
	assert_eq!(
		one("GroupNormalization", 21, attributes(), &by_channel),
		f32s(&[1, 4, 1], &[-1.0, 2.0, -2.0, 5.0])
	);
	let by_group = [x, v(&[1.0, 2.0]), v(&[0.0, 1.0])];
	assert_eq!(
		one("GroupNormalization", 18, attributes(), &by_group),
		f32s(&[1, 4, 1], &[-1.0, 1.0, -1.0, 3.0])
	);
	assert!(fails("GroupNormalization", 21, attributes(), &by_group).contains("[4]"));
	let thirds = vec![int("num_groups", 3)];
	assert!(fails("GroupNormalization", 21, thirds, &by_channel).contains("equal groups"));
	assert!(fails("GroupNormalization", 21, vec![int("num_groups", 0)], &by_channel).contains("at least 1"));
	assert!(fails("GroupNormalization", 21, vec![], &by_channel).contains("num_groups"));
}

#[test]
fn instance_norm_should_normalise_every_channel_by_itself() {
	let x = f32s(&[2, 1, 2], &[1.0, 3.0, 0.0, 4.0]);
	let found = one("InstanceNormalization", 7, vec![float("epsilon", 0.0)], &[x, v(&[2.0]), v(&[0.5])]);
	assert_eq!(found, f32s(&[2, 1, 2], &[-1.5, 2.5, -1.5, 2.5]));
	let empty = [f32s(&[0, 1, 2], &[]), v(&[1.0]), v(&[0.0])];
	assert_eq!(one("InstanceNormalization", 7, vec![], &empty), f32s(&[0, 1, 2], &[]));
	assert!(
		fails("InstanceNormalization", 7, vec![], &[v(&[1.0]), v(&[1.0]), v(&[0.0])]).contains("channel")
	);
}

#[test]
fn rms_norm_should_divide_by_the_root_of_the_mean_square_and_take_the_type_of_the_scale() {
	// Mean squares 4 and 16.
	let x = f32s(&[2, 2], &[2.0, -2.0, 4.0, 4.0]);
	let found = one("RMSNormalization", 23, vec![float("epsilon", 0.0)], &[x.clone(), v(&[1.0, 3.0])]);
	assert_eq!(found, f32s(&[2, 2], &[1.0, -3.0, 1.0, 3.0]));
	let found =
		one("RMSNormalization", 23, vec![float("epsilon", 0.0)], &[x.clone(), f16s(&[2], &[1.0, 3.0])]);
	assert_eq!(found, f16s(&[2, 2], &[1.0, -3.0, 1.0, 3.0]));
	assert!(fails("RMSNormalization", 23, vec![int("axis", 2)], &[x.clone(), v(&[1.0])]).contains("axis 2"));
	assert!(fails("RMSNormalization", 23, vec![], &[x.clone(), v(&[1.0; 3])]).contains("broadcast"));
	assert!(
		fails("RMSNormalization", 23, vec![int("stash_type", 11)], &[x, v(&[1.0])]).contains("stash_type")
	);
}

#[test]
fn mean_variance_norm_should_normalise_over_the_given_axes() {
	let x = f32s(&[2, 1, 1, 2], &[1.0, 3.0, 1.0, 3.0]);
	assert_eq!(
		one("MeanVarianceNormalization", 13, vec![], std::slice::from_ref(&x)),
		f32s(&[2, 1, 1, 2], &[-1.0, 1.0, -1.0, 1.0])
	);
	assert_eq!(
		one("MeanVarianceNormalization", 13, vec![ints("axes", &[0])], std::slice::from_ref(&x)),
		f32s(&[2, 1, 1, 2], &[0.0; 4])
	);
	assert!(fails("MeanVarianceNormalization", 13, vec![ints("axes", &[0, -4])], &[x]).contains("twice"));
}

#[test]
fn lp_norm_should_give_zeros_where_the_norm_is_zero() {
	let x = f32s(&[2, 2], &[3.0, -4.0, 0.0, 0.0]);
	assert_eq!(
		one("LpNormalization", 7, vec![], std::slice::from_ref(&x)),
		f32s(&[2, 2], &[3.0 / 5.0, -4.0 / 5.0, 0.0, 0.0])
	);
	assert_eq!(
		one("LpNormalization", 22, vec![int("p", 1), int("axis", 0)], std::slice::from_ref(&x)),
		f32s(&[2, 2], &[1.0, -1.0, 0.0, 0.0])
	);
	assert!(fails("LpNormalization", 22, vec![int("p", 3)], &[x]).contains("1 or 2"));
}

#[test]
fn lrn_should_sum_squares_over_neighbouring_channels() {
	let x = f32s(&[1, 3, 1], &[1.0, 2.0, 3.0]);
	let attributes = |size: i64| {
		vec![int("size", size), float("alpha", size as f32), float("beta", 1.0), float("bias", 1.0)]
	};
	let found = one("LRN", 13, attributes(3), std::slice::from_ref(&x));
	assert_eq!(found, f32s(&[1, 3, 1], &[1.0 / 6.0, 2.0 / 15.0, 3.0 / 14.0]));
	// Of an even number, the larger part comes after.
	let found = one("LRN", 13, attributes(2), std::slice::from_ref(&x));
	assert_eq!(found, f32s(&[1, 3, 1], &[1.0 / 6.0, 2.0 / 14.0, 3.0 / 10.0]));
	assert!(fails("LRN", 13, vec![int("size", 0)], std::slice::from_ref(&x)).contains("size"));
	assert!(fails("LRN", 13, vec![], &[x]).contains("size"));
}

#[test]
fn dropout_should_keep_everything_when_not_training_or_with_a_ratio_of_zero() {
	let x = v(&[1.0, -2.0]);
	let kept = |dtype| HostTensor::vector(vec![true, true]).cast(dtype);
	assert_eq!(outputs("Dropout", 7, vec![], std::slice::from_ref(&x), 2), [x.clone(), kept(DType::F32)]);
	assert_eq!(outputs("Dropout", 13, vec![], std::slice::from_ref(&x), 2), [x.clone(), kept(DType::Bool)]);
	let with =
		|ratio: f32, training: bool| vec![x.clone(), HostTensor::scalar(ratio), HostTensor::scalar(training)];
	assert_eq!(outputs("Dropout", 13, vec![], &with(0.5, false), 1), core::slice::from_ref(&x));
	assert_eq!(outputs("Dropout", 13, vec![], &with(0.0, true), 2), [x.clone(), kept(DType::Bool)]);
}
