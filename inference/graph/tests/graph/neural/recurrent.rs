//! `RNN`, `GRU`, `LSTM`. Weights are such that sums can be done in one's head.

use assay_graph::{HostTensor, onnx::AttributeProto};

use super::{
	common::{apply, f32s, fails, float, floats, int, string, strings},
	outputs, v,
};

/// `[1, 1, 1]`, the weights of one input, one hidden element, one gate.
fn weight(value: f32) -> HostTensor {
	f32s(&[1, 1, 1], &[value])
}

/// The identity as activation, so many times.
fn linear(count: usize) -> AttributeProto {
	strings("activations", &vec!["Affine"; count])
}

fn lengths(values: &[i32]) -> HostTensor {
	HostTensor::vector(values.to_vec())
}

/// Three steps of two sequences.
fn sequences() -> HostTensor {
	f32s(&[3, 2, 1], &[1.0, 8.0, 2.0, 16.0, 4.0, 32.0])
}

#[test]
fn rnn_should_keep_the_state_of_a_sequence_that_has_ended() {
	let inputs = [Some(sequences()), Some(weight(1.0)), Some(weight(1.0)), None, Some(lengths(&[3, 2]))];
	let run =
		|direction| apply("RNN", 14, vec![linear(1), string("direction", direction)], &inputs, 2).unwrap();
	let found = run("forward");
	assert_eq!(found[0], f32s(&[3, 1, 2, 1], &[1.0, 8.0, 3.0, 24.0, 7.0, 0.0]));
	assert_eq!(found[1], f32s(&[1, 2, 1], &[7.0, 24.0]));
	let found = run("reverse");
	assert_eq!(found[0], f32s(&[3, 1, 2, 1], &[7.0, 24.0, 6.0, 16.0, 4.0, 0.0]));
	assert_eq!(found[1], f32s(&[1, 2, 1], &[7.0, 24.0]));
}

#[test]
fn rnn_should_start_from_the_initial_state_and_end_there_when_there_are_no_steps() {
	let start = f32s(&[1, 2, 1], &[100.0, 200.0]);
	let weights = [Some(weight(1.0)), Some(weight(1.0)), None];
	let run = |x: HostTensor, lengths: Option<HostTensor>| {
		let [w, r, b] = weights.clone();
		apply("RNN", 14, vec![linear(1)], &[Some(x), w, r, b, lengths, Some(start.clone())], 2).unwrap()
	};
	let found = run(sequences(), Some(lengths(&[1, 0])));
	assert_eq!(found[0], f32s(&[3, 1, 2, 1], &[101.0, 0.0, 0.0, 0.0, 0.0, 0.0]));
	assert_eq!(found[1], f32s(&[1, 2, 1], &[101.0, 200.0]));
	assert_eq!(run(f32s(&[0, 2, 1], &[]), None), [f32s(&[0, 1, 2, 1], &[]), start]);
}

#[test]
fn rnn_should_have_two_directions_and_the_batch_first_when_told() {
	let x = f32s(&[2, 3, 1], &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0]);
	let two = |first, second| f32s(&[2, 1, 1], &[first, second]);
	let inputs = [x, two(1.0, 2.0), two(1.0, 1.0), f32s(&[2, 2], &[1.0, 0.0, 0.0, 0.0])];
	let attributes = vec![linear(2), string("direction", "bidirectional"), int("layout", 1)];
	let found = outputs("RNN", 14, attributes, &inputs, 2);
	let expected = [2.0, 14.0, 5.0, 12.0, 10.0, 8.0, 9.0, 112.0, 26.0, 96.0, 59.0, 64.0];
	assert_eq!(found[0], f32s(&[2, 3, 2, 1], &expected));
	assert_eq!(found[1], f32s(&[2, 2, 1], &[10.0, 14.0, 59.0, 112.0]));
}

#[test]
fn rnn_should_clip_the_arguments_of_activations() {
	let inputs = [sequences(), weight(1.0), weight(-1.0)];
	let found = outputs("RNN", 7, vec![linear(1), float("clip", 10.0)], &inputs, 1);
	assert_eq!(found[0], f32s(&[3, 1, 2, 1], &[1.0, 8.0, 1.0, 8.0, 3.0, 10.0]));
	assert!(fails("RNN", 7, vec![float("clip", -1.0)], &inputs).contains("clip"));
}

#[test]
fn activations_should_take_their_parameters_in_order() {
	// Only Affine and LeakyRelu take an alpha, only Affine a beta.
	let attributes = || {
		vec![
			string("direction", "bidirectional"),
			strings("activations", &["affine", "LeakyRelu"]),
			floats("activation_alpha", &[2.0, 0.5]),
			floats("activation_beta", &[1.0]),
		]
	};
	let two = f32s(&[2, 1, 1], &[1.0, 1.0]);
	let inputs = [f32s(&[1, 1, 1], &[-3.0]), two.clone(), two];
	assert_eq!(outputs("RNN", 7, attributes(), &inputs, 1), [f32s(&[1, 2, 1, 1], &[-5.0, -1.5])]);
	let mut too_many = attributes();
	too_many[3] = floats("activation_beta", &[1.0, 2.0]);
	assert!(fails("RNN", 7, too_many, &inputs).contains("activation_beta"));
	let mut too_few = attributes();
	too_few[1] = strings("activations", &["Tanh"]);
	assert!(fails("RNN", 7, too_few, &inputs).contains("name 2 functions"));
	let mut unknown = attributes();
	unknown[1] = strings("activations", &["Tanh", "Gelu"]);
	assert!(fails("RNN", 7, unknown, &inputs).contains("activations"));
}

#[test]
fn thresholded_relu_should_keep_the_threshold_itself_when_it_is_an_activation() {
	let attributes = vec![strings("activations", &["ThresholdedRelu"])];
	let inputs = [f32s(&[1, 2, 1], &[1.0, 0.99]), weight(1.0), weight(0.0)];
	assert_eq!(outputs("RNN", 7, attributes, &inputs, 1), [f32s(&[1, 1, 2, 1], &[1.0, 0.0])]);
}

#[test]
fn gru_should_reset_before_or_after_the_product() {
	// Weights of zero: z = r = sigmoid(0) = 1/2; the hidden gate has biases 1 and 2.
	let zero = || f32s(&[1, 3, 1], &[0.0; 3]);
	let biases = f32s(&[1, 6], &[0.0, 0.0, 1.0, 0.0, 0.0, 2.0]);
	let start = f32s(&[1, 1, 1], &[8.0]);
	let inputs =
		[Some(f32s(&[1, 1, 1], &[0.0])), Some(zero()), Some(zero()), Some(biases), None, Some(start)];
	let run = |linear_before_reset| {
		let activations = strings("activations", &["Sigmoid", "Affine"]);
		let attributes = vec![activations, int("linear_before_reset", linear_before_reset)];
		apply("GRU", 14, attributes, &inputs, 2).unwrap()[1].clone()
	};
	assert_eq!(run(0), f32s(&[1, 1, 1], &[0.5 * 3.0 + 0.5 * 8.0]));
	assert_eq!(run(1), f32s(&[1, 1, 1], &[0.5 * (1.0 + 0.5 * 2.0) + 0.5 * 8.0]));
}

/// The states after a step from h = 0 and c = 4, with all activations linear and all weights zero; input, output, forget and
/// cell gate have the biases 1/4, 1/2, 0 and 2.
fn lstm(attributes: Vec<AttributeProto>, peepholes: Option<HostTensor>) -> Vec<HostTensor> {
	let zero = || f32s(&[1, 4, 1], &[0.0; 4]);
	let biases = f32s(&[1, 8], &[0.125, 0.5, 0.0, 2.0, 0.125, 0.0, 0.0, 0.0]);
	let cell = f32s(&[1, 1, 1], &[4.0]);
	let x = Some(f32s(&[1, 1, 1], &[0.0]));
	let inputs = [x, Some(zero()), Some(zero()), Some(biases), None, None, Some(cell), peepholes];
	let mut all = vec![linear(3)];
	all.extend(attributes);
	apply("LSTM", 14, all, &inputs, 3).unwrap()
}

#[test]
fn lstm_should_follow_its_equations() {
	let state = |value| f32s(&[1, 1, 1], &[value]);
	assert_eq!(lstm(vec![], None)[1..], [state(0.25), state(0.5)]);
	// Coupled: the forget gate is 3/4.
	assert_eq!(lstm(vec![int("input_forget", 1)], None)[1..], [state(1.75), state(3.5)]);
	// i = 1/4 + 1/4 · 4, f = 1/2 · 4, c = 2 · 4 + 5/4 · 2 = 10.5, o = 1/2 + 1 · 10.5.
	let peepholes = f32s(&[1, 3], &[0.25, 1.0, 0.5]);
	assert_eq!(lstm(vec![], Some(peepholes))[1..], [state(115.5), state(10.5)]);
}

#[test]
fn recurrent_operators_should_be_refused_when_shapes_do_not_fit() {
	let fails = |attributes, inputs: &[HostTensor]| fails("RNN", 14, attributes, inputs);
	let (x, w) = (sequences(), weight(1.0));
	let inputs = [x.clone(), w.clone(), w.clone()];
	assert!(fails(vec![int("hidden_size", 2)], &inputs).contains("hidden_size"));
	assert!(fails(vec![string("direction", "sideways")], &inputs).contains("direction"));
	assert!(fails(vec![string("direction", "bidirectional")], &inputs).contains("[2, 1, 1]"));
	assert!(fails(vec![], &[v(&[1.0]), w.clone(), w.clone()]).contains("three dimensions"));
	assert!(fails(vec![], &[x.clone(), w.clone(), HostTensor::scalar(1f32)]).contains("recurrent weights"));
	assert!(fails(vec![], &[x.clone(), f32s(&[1, 1, 2], &[1.0; 2]), w.clone()]).contains("the weights"));
	assert!(fails(vec![], &[x.clone(), w.clone(), w.clone(), v(&[0.0])]).contains("biases"));
	let zero = f32s(&[1, 2], &[0.0; 2]);
	let wrong = [x.clone(), w.clone(), w.clone(), zero.clone(), lengths(&[1])];
	assert!(fails(vec![], &wrong).contains("sequence_lens"));
	let wrong = [x.clone(), w.clone(), w.clone(), zero.clone(), v(&[1.0, 1.0])];
	assert!(fails(vec![], &wrong).contains("int32"));
	let wrong = [x, w.clone(), w, zero, lengths(&[1, 1]), v(&[0.0])];
	assert!(fails(vec![], &wrong).contains("initial_h"));
}
