//! Losses of classifications.

use assay_graph::HostTensor;

use super::{
	common::{apply, f32s, fails, i64s, int, one, string},
	outputs, v,
};

/// Log probabilities of three samples and two classes.
fn scores() -> HostTensor {
	f32s(&[3, 2], &[-1.0, -2.0, -4.0, -8.0, -16.0, -32.0])
}

fn labels() -> HostTensor {
	i64s(&[3], &[0, 1, 0])
}

#[test]
fn nll_should_reduce_as_it_is_told() {
	let loss = |reduction: &str| {
		one("NegativeLogLikelihoodLoss", 13, vec![string("reduction", reduction)], &[scores(), labels()])
	};
	assert_eq!(loss("none"), v(&[1.0, 8.0, 16.0]));
	assert_eq!(loss("sum"), HostTensor::scalar(25f32));
	assert_eq!(loss("mean"), HostTensor::scalar(25f32 / 3.0));
	let rough = vec![string("reduction", "rough")];
	assert!(fails("NegativeLogLikelihoodLoss", 13, rough, &[scores(), labels()]).contains("reduction"));
}

#[test]
fn nll_should_weigh_classes_and_leave_ignored_samples_out() {
	let weights = v(&[0.5, 4.0]);
	let loss = |attributes, inputs: &[HostTensor]| one("NegativeLogLikelihoodLoss", 13, attributes, inputs);
	assert_eq!(loss(vec![], &[scores(), labels(), weights.clone()]), HostTensor::scalar(40.5f32 / 5.0));
	let ignoring = || vec![int("ignore_index", 1)];
	assert_eq!(loss(ignoring(), &[scores(), labels(), weights]), HostTensor::scalar(8.5f32));
	assert_eq!(loss(ignoring(), &[scores(), labels()]), HostTensor::scalar(8.5f32));
	// The ignored label need not be a class.
	let labels = HostTensor::from_vec([3], vec![0i32, -7, 1]).unwrap();
	let attributes = vec![int("ignore_index", -7), string("reduction", "none")];
	assert_eq!(loss(attributes, &[scores(), labels]), v(&[1.0, 0.0, 32.0]));
}

#[test]
fn nll_should_find_classes_at_every_position() {
	// One sample, two classes, two positions.
	let scores = f32s(&[1, 2, 1, 2], &[-1.0, -2.0, -3.0, -4.0]);
	let labels = i64s(&[1, 1, 2], &[1, 0]);
	let found = one("NegativeLogLikelihoodLoss", 22, vec![string("reduction", "none")], &[scores, labels]);
	assert_eq!(found, f32s(&[1, 1, 2], &[3.0, 2.0]));
}

#[test]
fn softmax_cross_entropy_should_give_log_probabilities_too() {
	// Equal scores are probabilities of one half.
	let scores = f32s(&[2, 2], &[5.0, 5.0, -3.0, -3.0]);
	let half = -(0.5f32.ln());
	let found = outputs("SoftmaxCrossEntropyLoss", 13, vec![], &[scores, i64s(&[2], &[0, 1])], 2);
	assert_eq!(found, [HostTensor::scalar(half), f32s(&[2, 2], &[-half; 4])]);
}

#[test]
fn losses_should_be_refused_when_labels_are_no_classes_or_shapes_do_not_fit() {
	let fails =
		|attributes, inputs: &[HostTensor]| fails("NegativeLogLikelihoodLoss", 13, attributes, inputs);
	assert!(fails(vec![], &[scores(), i64s(&[3], &[0, 2, 0])]).contains("index 2 is outside"));
	assert!(fails(vec![], &[scores(), i64s(&[3], &[0, -1, 0])]).contains("index -1 is outside"));
	assert!(fails(vec![], &[scores(), i64s(&[2], &[0, 1])]).contains("labels must have shape [3]"));
	assert!(fails(vec![], &[scores(), v(&[0.0; 3])]).contains("int32 or int64"));
	assert!(fails(vec![], &[scores(), labels(), v(&[1.0; 3])]).contains("weight must have shape [2]"));
	assert!(fails(vec![], &[v(&[1.0]), labels()]).contains("class"));
	assert!(fails(vec![], &[f32s(&[0, 2], &[]), i64s(&[0], &[])]).contains("no samples"));
	assert!(fails(vec![], &[f32s(&[3, 0], &[]), labels()]).contains("no classes"));
	let none = vec![string("reduction", "none")];
	let empty = [f32s(&[0, 2], &[]), i64s(&[0], &[])].map(Some);
	assert_eq!(apply("NegativeLogLikelihoodLoss", 13, none, &empty, 1).unwrap(), [v(&[])]);
}
