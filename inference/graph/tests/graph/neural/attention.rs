//! Attention and rotary embeddings. A query of zero weighs all keys alike.

use assay_graph::HostTensor;
use half::f16;

use super::{
	common::{apply, bools, f32s, fails, float, i64s, int},
	outputs,
};

/// One batch entry and head, elements of size 1.
fn column(values: &[f32]) -> HostTensor {
	f32s(&[1, 1, values.len(), 1], values)
}

#[test]
fn attention_should_average_the_values_that_a_query_may_see() {
	let (q, k, v) = (column(&[0.0, 0.0]), column(&[7.0, 9.0]), column(&[2.0, 4.0]));
	let qkv = [Some(q), Some(k), Some(v)];
	let run = |attributes, mask: Option<HostTensor>| {
		let inputs = [qkv.as_slice(), &[mask]].concat();
		apply("Attention", 23, attributes, &inputs, 1).unwrap().remove(0)
	};
	assert_eq!(run(vec![], None), column(&[3.0, 3.0]));
	assert_eq!(run(vec![int("is_causal", 1)], None), column(&[2.0, 3.0]));
	assert_eq!(run(vec![], Some(bools(&[2, 2], &[false, true, true, true]))), column(&[4.0, 3.0]));
	assert_eq!(run(vec![], Some(f32s(&[2], &[0.0, f32::NEG_INFINITY]))), column(&[2.0, 2.0]));
	// A mask that is too short hides the rest.
	assert_eq!(run(vec![], Some(f32s(&[2, 1], &[0.0, 0.0]))), column(&[2.0, 2.0]));
	assert_eq!(run(vec![], Some(bools(&[2, 1], &[true, true]))), column(&[2.0, 2.0]));
	let both = run(vec![int("is_causal", 1)], Some(bools(&[2, 2], &[true, true, false, true])));
	assert_eq!(both, column(&[2.0, 4.0]));
}

#[test]
fn attention_should_see_the_past_and_return_it_with_the_present() {
	let inputs = [
		Some(column(&[0.0])),
		Some(column(&[1.0])),
		Some(column(&[4.0])),
		None,
		Some(column(&[2.0, 3.0])),
		Some(column(&[1.0, 1.0])),
	];
	let found = apply("Attention", 23, vec![int("is_causal", 1)], &inputs, 3).unwrap();
	assert_eq!(found, [column(&[2.0]), column(&[2.0, 3.0, 1.0]), column(&[1.0, 1.0, 4.0])]);
}

#[test]
fn attention_should_ignore_the_padding_of_a_cache() {
	let k = f32s(&[2, 1, 3, 1], &[0.0; 6]);
	let v = f32s(&[2, 1, 3, 1], &[1.0, 3.0, 100.0, 5.0, 100.0, 100.0]);
	let q = f32s(&[2, 1, 1, 1], &[0.0; 2]);
	let inputs = [Some(q), Some(k), Some(v), None, None, None, Some(i64s(&[2], &[2, 1]))];
	assert_eq!(apply("Attention", 24, vec![], &inputs, 1).unwrap(), [f32s(&[2, 1, 1, 1], &[2.0, 5.0])]);
	let error = apply("Attention", 23, vec![], &inputs, 1).unwrap_err();
	assert!(error.contains("inputs"), "{error}");
}

#[test]
fn attention_should_share_keys_among_groups_of_queries() {
	// Four heads of queries, two of keys, side by side.
	let q = f32s(&[1, 1, 4], &[0.0; 4]);
	let k = f32s(&[1, 2, 2], &[0.0; 4]);
	let v = f32s(&[1, 2, 2], &[1.0, 10.0, 3.0, 30.0]);
	let heads = vec![int("q_num_heads", 4), int("kv_num_heads", 2)];
	let found = outputs("Attention", 23, heads, &[q, k, v], 3);
	assert_eq!(found[0], f32s(&[1, 1, 4], &[2.0, 2.0, 20.0, 20.0]));
	assert_eq!(found[2], f32s(&[1, 2, 2, 1], &[1.0, 3.0, 10.0, 30.0]));
}

#[test]
fn attention_should_report_the_scores_it_is_asked_for() {
	let mask = f32s(&[2], &[1.0, f32::NEG_INFINITY]);
	let inputs = [column(&[3.0]), column(&[4.0, 8.0]), column(&[1.0, 1.0]), mask];
	let scores = |mode, cap: f32| {
		let attributes =
			vec![int("qk_matmul_output_mode", mode), float("softcap", cap), float("scale", 0.25)];
		outputs("Attention", 23, attributes, &inputs, 4).remove(3)
	};
	let row = |first, second| f32s(&[1, 1, 1, 2], &[first, second]);
	assert_eq!(scores(0, 0.0), row(3.0, 6.0));
	assert_eq!(scores(1, 0.0), row(3.0, 6.0));
	// tanh(50) rounds to 1.
	assert_eq!(scores(1, 0.06), row(0.06, 0.06));
	assert_eq!(scores(2, 0.0), row(4.0, f32::NEG_INFINITY));
	assert_eq!(scores(3, 0.0), row(1.0, 0.0));
	let unknown = vec![int("qk_matmul_output_mode", 4)];
	assert!(fails("Attention", 23, unknown, &inputs).contains("qk_matmul_output_mode"));
}

#[test]
fn attention_should_store_values_in_their_own_type() {
	let v = HostTensor::from_vec([1, 1, 1, 1], vec![f16::from_f32(2.5)]).unwrap();
	let found = outputs("Attention", 23, vec![], &[column(&[1.0]), column(&[1.0]), v.clone()], 3);
	assert_eq!(found, [column(&[2.5]), column(&[1.0]), v]);
}

#[test]
fn attention_should_give_zeros_when_there_are_no_keys() {
	let inputs = [column(&[1.0, 2.0]), column(&[]), column(&[])];
	let found = outputs("Attention", 23, vec![], &inputs, 4);
	assert_eq!(found, [column(&[0.0, 0.0]), column(&[]), column(&[]), f32s(&[1, 1, 2, 0], &[])]);
	let inputs = [column(&[]), column(&[1.0]), column(&[3.0])];
	let found = outputs("Attention", 23, vec![], &inputs, 3);
	assert_eq!(found, [column(&[]), column(&[1.0]), column(&[3.0])]);
}

#[test]
fn attention_should_be_refused_when_its_inputs_do_not_belong_together() {
	let fails = |attributes, inputs: &[HostTensor]| fails("Attention", 24, attributes, inputs);
	let (q, k) = (column(&[1.0]), column(&[1.0, 2.0]));
	let flat = f32s(&[1, 1, 3], &[0.0; 3]);
	let flats = [flat.clone(), flat.clone(), flat.clone()];
	assert!(fails(vec![], &flats).contains("q_num_heads"));
	assert!(fails(vec![int("q_num_heads", 2), int("kv_num_heads", 3)], &flats).contains("equal heads"));
	assert!(fails(vec![int("q_num_heads", 0), int("kv_num_heads", 3)], &flats).contains("at least 1"));
	assert!(fails(vec![], &[q.clone(), flat, k.clone()]).contains("dimensions"));
	assert!(fails(vec![], &[q.clone(), k.clone(), q.clone()]).contains("belong together"));
	let two_heads = f32s(&[1, 2, 2, 1], &[0.0; 4]);
	assert!(fails(vec![], &[q.clone(), two_heads.clone(), two_heads]).contains("belong together"));
	let three = f32s(&[1, 3], &[0.0; 3]);
	assert!(fails(vec![], &[q.clone(), k.clone(), k.clone(), three]).contains("attn_mask"));
	let rows = f32s(&[3, 2], &[0.0; 6]);
	assert!(fails(vec![], &[q.clone(), k.clone(), k.clone(), rows]).contains("broadcast"));
	let mask = f32s(&[2], &[0.0; 2]);
	let no_value = [q.clone(), k.clone(), k.clone(), mask.clone(), q.clone()];
	assert!(fails(vec![], &no_value).contains("together"));
	let wrong_past = [q.clone(), k.clone(), k.clone(), mask.clone(), q.clone(), k.clone()];
	assert!(fails(vec![], &wrong_past).contains("past_key"));
	assert!(fails(vec![int("softmax_precision", 7)], &[q, k.clone(), k]).contains("softmax_precision"));
}

#[test]
fn rotary_embedding_should_rotate_halves_or_neighbours() {
	// The angle of position 0 is nothing, that of position 1 a quarter turn.
	let x = f32s(&[1, 1, 2, 4], &[1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0]);
	let caches = [f32s(&[2, 2], &[1.0, 1.0, 0.0, 0.0]), f32s(&[2, 2], &[0.0, 0.0, 1.0, 1.0])];
	let [cos, sin] = caches;
	let inputs = [x, cos, sin, i64s(&[1, 2], &[0, 1])];
	let rotate = |attributes| outputs("RotaryEmbedding", 23, attributes, &inputs, 1).remove(0);
	assert_eq!(rotate(vec![]), f32s(&[1, 1, 2, 4], &[1.0, 2.0, 3.0, 4.0, -3.0, -4.0, 1.0, 2.0]));
	assert_eq!(
		rotate(vec![int("interleaved", 1)]),
		f32s(&[1, 1, 2, 4], &[1.0, 2.0, 3.0, 4.0, -2.0, 1.0, -4.0, 3.0])
	);
	assert!(fails("RotaryEmbedding", 23, vec![int("rotary_embedding_dim", 3)], &inputs).contains("even"));
	assert!(fails("RotaryEmbedding", 23, vec![int("rotary_embedding_dim", 6)], &inputs).contains("larger"));
	assert!(
		fails("RotaryEmbedding", 23, vec![int("rotary_embedding_dim", 2)], &inputs).contains("cos_cache")
	);
	let mut outside = inputs.clone();
	outside[3] = i64s(&[1, 2], &[0, 2]);
	assert!(fails("RotaryEmbedding", 23, vec![], &outside).contains("index 2 is outside"));
	outside[3] = i64s(&[2], &[0, 1]);
	assert!(fails("RotaryEmbedding", 23, vec![], &outside).contains("position_ids"));
}

#[test]
fn rotary_embedding_should_leave_the_rest_of_a_head_when_it_rotates_a_part() {
	// Two heads of four, side by side; a quarter turn for two elements of each.
	let x = f32s(&[1, 1, 8], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
	let inputs = [x, f32s(&[1, 1, 1], &[0.0]), f32s(&[1, 1, 1], &[1.0])];
	let attributes = vec![int("num_heads", 2), int("rotary_embedding_dim", 2)];
	let found = outputs("RotaryEmbedding", 23, attributes, &inputs, 1);
	assert_eq!(found, [f32s(&[1, 1, 8], &[-2.0, 1.0, 3.0, 4.0, -6.0, 5.0, 7.0, 8.0])]);
	assert!(fails("RotaryEmbedding", 23, vec![], &inputs).contains("num_heads"));
	assert!(fails("RotaryEmbedding", 23, vec![int("num_heads", 3)], &inputs).contains("equal heads"));
}

#[test]
fn attention_should_give_the_same_bits_when_queries_are_taken_in_blocks() {
	// Two heads of 200 queries and 2000 keys: more scores than are computed at once, unless they are an output.
	let wave = |count: usize, step: f32| (0..count).map(move |i| (i as f32 * step).sin());
	let tensor = |shape: &[usize], step| {
		let count = shape.iter().product();
		HostTensor::from_vec(shape, wave(count, step).collect::<Vec<f32>>()).unwrap()
	};
	let (q, k) = (tensor(&[1, 2, 200, 4], 0.7), tensor(&[1, 1, 2000, 4], 0.3));
	let inputs = [q, k, tensor(&[1, 1, 2000, 3], 0.11), tensor(&[2, 200, 1990], 0.05)];
	let attributes = || vec![int("is_causal", 1), float("softcap", 3.0)];
	let whole = outputs("Attention", 23, attributes(), &inputs, 4);
	let blocks = outputs("Attention", 23, attributes(), &inputs, 1);
	assert_eq!(blocks[0], whole[0]);
	assert!(blocks[0].as_slice::<f32>().unwrap().iter().all(|value| value.is_finite()));
}
