//! Operators on integers and `bool` that floats have kernels for, and counts of n-grams.

use crate::common::{bools, f32s, fails, i64s, int, ints, one, string};
use assay_graph::{
	DType, HostTensor,
	onnx::{AttributeProto, AttributeType},
};

fn i32s(shape: &[usize], values: &[i32]) -> HostTensor {
	HostTensor::from_vec(shape, values.to_vec()).unwrap()
}

// Pow

#[test]
fn pow_of_integers_should_be_exact_wrap_and_have_the_type_of_the_base() {
	let base = i64s(&[2, 1], &[3, -2]);
	assert_eq!(
		one("Pow", 15, vec![], &[base.clone(), i32s(&[3], &[0, 3, 39])]),
		i64s(&[2, 3], &[1, 27, 3i64.pow(39), 1, -8, (-2i64).pow(39)])
	);
	assert_eq!(
		one("Pow", 15, vec![], &[i32s(&[1], &[3]), i64s(&[], &[41])]),
		i32s(&[1], &[3i32.wrapping_pow(41)])
	);
	// By way of float32, truncated.
	assert_eq!(one("Pow", 15, vec![], &[base, f32s(&[1], &[2.5])]), i64s(&[2, 1], &[15, 0]));
	assert_eq!(one("Pow", 15, vec![], &[i32s(&[2], &[9, 2]), f32s(&[2], &[0.5, -1.0])]), i32s(&[2], &[3, 0]));
}

// MatMul

#[test]
fn matmul_of_integers_should_broadcast_batches_and_wrap() {
	let a = i32s(&[2, 1, 2], &[1, 2, 3, 4]);
	let b = i32s(&[2, 3], &[1, 10, 100, 2, 20, 200]);
	assert_eq!(one("MatMul", 13, vec![], &[a, b.clone()]), i32s(&[2, 1, 3], &[5, 50, 500, 11, 110, 1100]));
	assert_eq!(one("MatMul", 13, vec![], &[i32s(&[2], &[1, -1]), b]), i32s(&[3], &[-1, -10, -100]));
	let large = i32s(&[1, 2], &[i32::MAX, i32::MAX]);
	assert_eq!(
		one("MatMul", 13, vec![], &[large.clone(), i32s(&[2, 1], &[2, 3])]),
		i32s(&[1, 1], &[2_147_483_643])
	);
	let unsigned = HostTensor::from_vec([1, 1], vec![u64::MAX]).unwrap();
	assert_eq!(
		one("MatMul", 13, vec![], &[unsigned.clone(), unsigned]),
		HostTensor::from_vec([1, 1], vec![1u64]).unwrap()
	);
	assert_eq!(one("MatMul", 13, vec![], &[i32s(&[2, 0], &[]), i32s(&[0, 1], &[])]), i32s(&[2, 1], &[0, 0]));
	assert!(fails("MatMul", 13, vec![], &[large.clone(), large]).contains("do not multiply"));
}

// Reductions

#[test]
fn extremes_of_bool_should_be_any_and_all() {
	let x = bools(&[2, 2], &[true, false, false, false]);
	let rows = |op| one(op, 20, vec![int("keepdims", 0)], &[x.clone(), i64s(&[1], &[1])]);
	assert_eq!(rows("ReduceMax"), bools(&[2], &[true, false]));
	assert_eq!(rows("ReduceMin"), bools(&[2], &[false, false]));
	let nothing = bools(&[0, 2], &[]);
	let columns = |op| one(op, 20, vec![int("keepdims", 0)], &[nothing.clone(), i64s(&[1], &[0])]);
	assert_eq!(columns("ReduceMax"), bools(&[2], &[false; 2]));
	assert_eq!(columns("ReduceMin"), bools(&[2], &[true; 2]));
	assert!(fails("ReduceSum", 20, vec![], &[x]).contains("bool"));
}

// TfIdfVectorizer

/// Pool: 5 and 7 alone; 5 6, 7 5 and 6 5 in pairs.
fn vectorizer(mode: &str, skips: i64, lengths: [i64; 2], more: Vec<AttributeProto>) -> Vec<AttributeProto> {
	let attributes = vec![
		string("mode", mode),
		int("max_skip_count", skips),
		int("min_gram_length", lengths[0]),
		int("max_gram_length", lengths[1]),
		ints("ngram_counts", &[0, 2]),
		ints("ngram_indexes", &[0, 1, 2, 3, 4]),
		ints("pool_int64s", &[5, 7, 5, 6, 7, 5, 6, 5]),
	];
	[attributes, more].concat()
}

#[test]
fn n_grams_should_be_counted_at_every_distance_and_single_tokens_once() {
	let x = i64s(&[5], &[5, 6, 5, 7, 6]);
	let counts = |skips, lengths| {
		one("TfIdfVectorizer", 9, vectorizer("TF", skips, lengths, vec![]), std::slice::from_ref(&x))
	};
	assert_eq!(counts(0, [1, 2]), f32s(&[5], &[2.0, 1.0, 1.0, 0.0, 1.0]));
	assert_eq!(counts(0, [2, 2]), f32s(&[5], &[0.0, 0.0, 1.0, 0.0, 1.0]));
	// With one token between: 5 _ 5, 6 _ 7, 5 _ 6.
	assert_eq!(counts(1, [1, 2]), f32s(&[5], &[2.0, 1.0, 2.0, 0.0, 1.0]));
	assert_eq!(counts(1 << 40, [1, 2]), f32s(&[5], &[2.0, 1.0, 3.0, 0.0, 1.0]));
	let rows =
		one("TfIdfVectorizer", 9, vectorizer("TF", 0, [1, 1], vec![]), &[i32s(&[2, 2], &[5, 7, 6, 6])]);
	assert_eq!(rows, f32s(&[2, 5], &[1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]));
}

#[test]
fn weights_should_replace_or_scale_the_counts() {
	let weights = AttributeProto {
		name: "weights".into(),
		floats: vec![0.5, 2.0, 3.0, 4.0, 5.0],
		r#type: AttributeType::Floats as i32,
		..Default::default()
	};
	let x = i64s(&[4], &[5, 5, 7, 5]);
	let weighted = |mode| {
		one(
			"TfIdfVectorizer",
			9,
			vectorizer(mode, 0, [1, 2], vec![weights.clone()]),
			std::slice::from_ref(&x),
		)
	};
	assert_eq!(weighted("IDF"), f32s(&[5], &[0.5, 2.0, 0.0, 4.0, 0.0]));
	assert_eq!(weighted("TFIDF"), f32s(&[5], &[1.5, 2.0, 0.0, 4.0, 0.0]));
	assert_eq!(weighted("TF"), f32s(&[5], &[3.0, 1.0, 0.0, 1.0, 0.0]));
}

#[test]
fn vectorizer_should_be_refused_when_its_attributes_or_input_do_not_fit() {
	let x = i64s(&[1], &[5]);
	let refused =
		|attributes: Vec<AttributeProto>| fails("TfIdfVectorizer", 9, attributes, std::slice::from_ref(&x));
	assert!(refused(vectorizer("TF", -1, [1, 2], vec![])).contains("max_skip_count"));
	assert!(refused(vectorizer("TF", 0, [0, 2], vec![])).contains("min_gram_length"));
	assert!(refused(vectorizer("BM25", 0, [1, 2], vec![])).contains("mode"));
	let mut short = vectorizer("TF", 0, [1, 2], vec![]);
	short[5] = ints("ngram_indexes", &[0, 1]);
	assert!(refused(short).contains("ngram_indexes"));
	let mut unsorted = vectorizer("TF", 0, [1, 2], vec![]);
	unsorted[4] = ints("ngram_counts", &[3, 2]);
	assert!(refused(unsorted).contains("ngram_counts"));
	let said = fails("TfIdfVectorizer", 9, vectorizer("TF", 0, [1, 2], vec![]), &[x.cast(DType::F32)]);
	assert!(said.contains("int32 or int64"), "{said}");
}
