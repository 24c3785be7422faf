//! Operators that carry a state from one part of a sequence to the next. Numbers are such that sums can be done in one's
//! head.

use assay_graph::HostTensor;
use half::f16;

use super::{
	common::{apply, f32s, fails, float, int, string},
	outputs, v,
};

#[test]
fn causal_conv_should_look_back_only_and_return_what_it_saw_last() {
	let weight = f32s(&[1, 1, 3], &[100.0, 10.0, 1.0]);
	let x = f32s(&[1, 1, 4], &[1.0, 2.0, 3.0, 4.0]);
	let whole = outputs("CausalConvWithState", 27, vec![], &[x, weight.clone()], 2);
	assert_eq!(whole[0], f32s(&[1, 1, 4], &[1.0, 12.0, 123.0, 234.0]));
	assert_eq!(whole[1], f32s(&[1, 1, 2], &[3.0, 4.0]));
	// The same in two parts, one of them shorter than the state.
	let part = |values: &[f32], state: Option<HostTensor>| {
		let x = f32s(&[1, 1, values.len()], values);
		let inputs = [Some(x), Some(weight.clone()), Some(v(&[0.5])), state];
		apply("CausalConvWithState", 27, vec![], &inputs, 2).unwrap()
	};
	let first = part(&[1.0], None);
	assert_eq!(first, [f32s(&[1, 1, 1], &[1.5]), f32s(&[1, 1, 2], &[0.0, 1.0])]);
	let second = part(&[2.0, 3.0], Some(first[1].clone()));
	assert_eq!(second, [f32s(&[1, 1, 2], &[12.5, 123.5]), f32s(&[1, 1, 2], &[2.0, 3.0])]);
	let nothing = part(&[], Some(second[1].clone()));
	assert_eq!(nothing, [f32s(&[1, 1, 0], &[]), second[1].clone()]);
	assert_eq!(part(&[], None)[1], f32s(&[1, 1, 2], &[0.0, 0.0]));
}

#[test]
fn causal_conv_should_have_no_state_when_its_kernel_is_one() {
	let inputs = [f32s(&[1, 2, 2], &[1.0, 2.0, 3.0, 4.0]), f32s(&[2, 1, 1], &[2.0, 3.0])];
	let found = outputs("CausalConvWithState", 27, vec![], &inputs, 2);
	assert_eq!(found, [f32s(&[1, 2, 2], &[2.0, 4.0, 9.0, 12.0]), f32s(&[1, 2, 0], &[])]);
	let found = outputs("CausalConvWithState", 27, vec![string("activation", "silu")], &inputs, 1);
	let swish = |x: f32| x / (1.0 + (-x).exp());
	for (found, x) in found[0].as_slice::<f32>().unwrap().iter().zip([2.0, 4.0, 9.0, 12.0]) {
		assert!((found - swish(x)).abs() < 1e-5);
	}
}

#[test]
fn causal_conv_should_be_refused_when_shapes_do_not_fit() {
	let fails = |attributes, inputs: &[HostTensor]| fails("CausalConvWithState", 27, attributes, inputs);
	let (x, w) = (f32s(&[1, 2, 2], &[0.0; 4]), f32s(&[2, 1, 2], &[0.0; 4]));
	assert!(fails(vec![], &[v(&[1.0]), w.clone()]).contains("three dimensions"));
	assert!(fails(vec![], &[x.clone(), f32s(&[1, 1, 2], &[0.0; 2])]).contains("[2, 1, k]"));
	assert!(fails(vec![], &[x.clone(), f32s(&[2, 1, 0], &[])]).contains("[2, 1, k]"));
	assert!(fails(vec![], &[x.clone(), w.clone(), v(&[0.0])]).contains("bias"));
	let state = f32s(&[1, 2, 2], &[0.0; 4]);
	assert!(fails(vec![], &[x.clone(), w.clone(), v(&[0.0; 2]), state]).contains("past_state"));
	assert!(fails(vec![string("activation", "relu")], &[x, w]).contains("activation"));
}

/// One token of one head, with keys of two and values of one element, after the state (10, 20).
fn token(rule: &str, decay: Option<HostTensor>, beta: Option<HostTensor>) -> Result<Vec<HostTensor>, String> {
	let inputs = [
		Some(f32s(&[1, 1, 2], &[1.0, 2.0])),
		Some(f32s(&[1, 1, 2], &[3.0, 1.0])),
		Some(f32s(&[1, 1, 1], &[4.0])),
		Some(f32s(&[1, 1, 2, 1], &[10.0, 20.0])),
		decay,
		beta,
	];
	let heads = [int("q_num_heads", 1), int("kv_num_heads", 1)];
	let attributes = [string("update_rule", rule), float("scale", 0.5)].into_iter().chain(heads);
	apply("LinearAttention", 27, attributes.collect(), &inputs, 2)
}

#[test]
fn linear_attention_should_follow_its_update_rule() {
	let one = |value| Some(f32s(&[1, 1, 1], &[value]));
	let state = |first, second| f32s(&[1, 1, 2, 1], &[first, second]);
	let output = |value| f32s(&[1, 1, 1], &[value]);
	// S = (10, 20) + (3, 1) · 4.
	assert_eq!(token("linear", None, None).unwrap(), [output(0.5 * (22.0 + 48.0)), state(22.0, 24.0)]);
	// exp(-∞) is 0, exp(0) is 1.
	let forget = Some(f32s(&[1, 1, 2], &[f32::NEG_INFINITY, 0.0]));
	assert_eq!(token("gated", forget, None).unwrap(), [output(0.5 * (12.0 + 48.0)), state(12.0, 24.0)]);
	// v = 1/2 · (4 - (3 · 10 + 1 · 20)) = -23.
	assert_eq!(token("delta", None, one(0.5)).unwrap(), [output(0.5 * (-59.0 - 6.0)), state(-59.0, -3.0)]);
	// All is forgotten: v = 1/2 · 4.
	let found = token("gated_delta", one(f32::NEG_INFINITY), one(0.5)).unwrap();
	assert_eq!(found, [output(0.5 * (6.0 + 4.0)), state(6.0, 2.0)]);
}

#[test]
fn linear_attention_should_be_refused_when_inputs_do_not_fit_the_rule() {
	let one = || Some(f32s(&[1, 1, 1], &[1.0]));
	assert!(token("linear", one(), None).unwrap_err().contains("decay"));
	assert!(token("gated", None, None).unwrap_err().contains("decay"));
	assert!(token("delta", None, None).unwrap_err().contains("beta"));
	assert!(token("sideways", None, None).unwrap_err().contains("update_rule"));
	assert!(token("gated", Some(f32s(&[1, 1, 3], &[0.0; 3])), None).unwrap_err().contains("decay"));
	assert!(token("delta", None, Some(f32s(&[1, 2, 1], &[0.0; 2]))).unwrap_err().contains("beta"));
}

#[test]
fn linear_attention_should_share_a_state_among_groups_and_start_from_nothing() {
	// Two steps, two heads of queries, one of keys; all of size one.
	let inputs = [
		f32s(&[1, 2, 2], &[1.0, 10.0, 1.0, 10.0]),
		f32s(&[1, 2, 1], &[2.0, 3.0]),
		f32s(&[1, 2, 1], &[5.0, 7.0]),
	];
	let attributes = vec![
		int("q_num_heads", 2),
		int("kv_num_heads", 1),
		string("update_rule", "linear"),
		int("chunk_size", 1),
	];
	let found = outputs("LinearAttention", 27, attributes, &inputs, 2);
	assert_eq!(found, [f32s(&[1, 2, 2], &[10.0, 100.0, 31.0, 310.0]), f32s(&[1, 1, 1, 1], &[31.0])]);
}

#[test]
fn states_should_keep_the_type_they_come_in() {
	let halves =
		|shape: &[usize], value: f32| HostTensor::from_vec(shape, vec![f16::from_f32(value)]).unwrap();
	let inputs = [1.0, 2.0, 3.0].map(|value| halves(&[1, 1, 1], value));
	let state = f32s(&[1, 1, 1, 1], &[0.1]);
	let inputs: Vec<_> = inputs.into_iter().chain([state]).collect();
	let attributes = vec![int("q_num_heads", 1), int("kv_num_heads", 1), string("update_rule", "linear")];
	let found = outputs("LinearAttention", 27, attributes, &inputs, 2);
	assert_eq!(found[1], f32s(&[1, 1, 1, 1], &[6.1]));
	assert_eq!(found[0], halves(&[1, 1, 1], 6.1));
}
