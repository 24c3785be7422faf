//! Random operators: which stream they draw from, and what they make of it.

use crate::common::{
	apply, decode, f32s, fails, float, initializer, int, ints, like, model, node, one, run, value,
};
use assay_graph::{Budget, DType, Executor, HostTensor, RunOptions, SliceOps, onnx::GraphProto};
use assay_numerics::{Cpu, random::Stream};

const FIRST: Stream = Stream { seed: 0, node: 0, execution: 0 };

fn uniform(stream: Stream, count: usize) -> Vec<f32> {
	let mut out = vec![0.0; count];
	stream.uniform(0.0, 1.0, &mut out);
	out
}

#[test]
fn tensors_should_hold_the_samples_of_the_profile() {
	let shape = || ints("shape", &[2, 3]);
	let x = one("RandomUniform", 22, vec![shape()], &[]);
	assert_eq!(x, f32s(&[2, 3], &uniform(FIRST, 6)));
	let mut normal = vec![0.0; 6];
	FIRST.normal(5.0, 2.0, &mut normal);
	let attributes = vec![shape(), float("mean", 5.0), float("scale", 2.0)];
	assert_eq!(one("RandomNormal", 22, attributes, &[]), f32s(&[2, 3], &normal));
	let wide = one("RandomUniformLike", 22, vec![int("dtype", 11)], &[f32s(&[6], &[0.0; 6])]);
	assert_eq!(wide, f32s(&[6], &uniform(FIRST, 6)).cast(DType::F64));
	let narrow = one("RandomNormalLike", 22, vec![], &[f32s(&[2], &[0.0; 2]).cast(DType::F16)]);
	assert_eq!(narrow.dtype(), DType::F16);
	assert!(fails("RandomUniform", 22, vec![], &[]).contains("shape"));
	assert!(fails("RandomUniform", 22, vec![ints("shape", &[-1])], &[]).contains("shape"));
	assert!(fails("RandomUniform", 22, vec![shape(), int("dtype", 7)], &[]).contains("dtype"));
	assert!(fails("RandomNormalLike", 22, vec![], &[HostTensor::vector(vec![1i64])]).contains("int64"));
}

#[test]
fn a_seed_attribute_should_take_the_place_of_the_requests_seed() {
	let own = Stream { seed: 1.5f32.to_bits().into(), ..FIRST };
	let x = one("RandomUniform", 22, vec![ints("shape", &[4]), float("seed", 1.5)], &[]);
	assert_eq!(x, f32s(&[4], &uniform(own, 4)));
}

#[test]
fn bernoulli_should_be_one_below_the_probability() {
	let samples = uniform(FIRST, 5);
	let x = f32s(&[5], &[0.0, 1.0, samples[2], 0.5, f32::NAN]);
	let hits: Vec<bool> = x.as_slice::<f32>().unwrap().iter().zip(&samples).map(|(p, u)| u < p).collect();
	assert_eq!(&hits[..3], [false, true, false]);
	let expected = HostTensor::vector(hits);
	assert_eq!(one("Bernoulli", 22, vec![], std::slice::from_ref(&x)), expected.cast(DType::F32));
	assert_eq!(one("Bernoulli", 22, vec![int("dtype", 9)], std::slice::from_ref(&x)), expected);
	assert_eq!(one("Bernoulli", 22, vec![], &[x.cast(DType::F64)]), expected.cast(DType::F64));
	assert!(fails("Bernoulli", 22, vec![], &[HostTensor::vector(vec![1i64])]).contains("int64"));
}

/// `Dropout` in training.
fn dropout(x: &HostTensor, ratio: HostTensor) -> Vec<HostTensor> {
	apply("Dropout", 22, vec![], &[Some(x.clone()), Some(ratio), Some(HostTensor::scalar(true))], 2).unwrap()
}

#[test]
fn dropout_should_keep_where_a_sample_is_at_least_the_ratio_and_scale_what_it_keeps() {
	let samples = uniform(FIRST, 9);
	// A ratio that is one of the samples, so that equality counts.
	let ratio = samples[4];
	let values = [1.0, -2.0, 3.5, 0.1, -0.7, 1e-40, 7.0, -9.0, 11.0f32];
	let kept: Vec<bool> = samples.iter().map(|&sample| sample >= ratio).collect();
	assert!(kept[4] && kept.contains(&false));
	let scale = 1.0 / (1.0 - ratio);
	let expected: Vec<f32> =
		values.iter().zip(&kept).map(|(x, &kept)| x * f32::from(u8::from(kept)) * scale).collect();
	let x = f32s(&[3, 3], &values);
	let mask = HostTensor::from_vec([3, 3], kept).unwrap();
	let outputs = dropout(&x, HostTensor::scalar(ratio));
	assert_eq!(outputs, [f32s(&[3, 3], &expected), mask.clone()]);
	// A ratio of another type is converted; 16-bit floats are computed in 32 bits and rounded at the end.
	assert_eq!(dropout(&x, HostTensor::scalar(f64::from(ratio))), outputs);
	let half = x.cast(DType::F16);
	let wide = dropout(&half.cast(DType::F32), HostTensor::scalar(ratio));
	assert_eq!(dropout(&half, HostTensor::scalar(ratio)), [wide[0].cast(DType::F16), mask]);
}

#[test]
fn dropout_should_compute_in_binary64_when_the_data_are() {
	let samples = uniform(FIRST, 4);
	let (x, ratio) = ([0.1, -0.3, 1e-300, 7.7f64], 0.3f64);
	let expected: Vec<f64> = (x.iter().zip(&samples))
		.map(|(x, &sample)| x * f64::from(u8::from(f64::from(sample) >= ratio)) * (1.0 / (1.0 - ratio)))
		.collect();
	let outputs = dropout(&HostTensor::vector(x.to_vec()), HostTensor::scalar(ratio));
	assert_eq!(outputs[0], HostTensor::vector(expected));
}

#[test]
fn dropout_should_drop_half_when_no_ratio_is_given_and_take_its_own_seed() {
	let x = f32s(&[1000], &[1.0; 1000]);
	let inputs = [Some(x), None, Some(HostTensor::scalar(true))];
	let by = |attributes| apply("Dropout", 13, attributes, &inputs, 1).unwrap().remove(0);
	let of = |stream| {
		let samples = uniform(stream, 1000);
		f32s(
			&[1000],
			&samples.iter().map(|&sample| if sample >= 0.5 { 2.0 } else { 0.0 }).collect::<Vec<_>>(),
		)
	};
	assert_eq!(by(vec![]), of(FIRST));
	assert_eq!(by(vec![int("seed", -3)]), of(Stream { seed: (-3i64).cast_unsigned(), ..FIRST }));
}

#[test]
fn dropout_should_refuse_what_is_no_ratio_and_pass_when_it_is_not_training() {
	let x = f32s(&[2], &[1.0, f32::NEG_INFINITY]);
	let run = |ratio: f32, training: bool| {
		let inputs = [x.clone(), HostTensor::scalar(ratio), HostTensor::scalar(training)].map(Some);
		apply("Dropout", 13, vec![], &inputs, 1)
	};
	for ratio in [1.0, -0.1, 1.5, f32::NAN] {
		assert!(run(ratio, true).unwrap_err().contains("at least 0 and below 1"), "{ratio}");
		assert_eq!(run(ratio, false).unwrap(), std::slice::from_ref(&x));
	}
	assert_eq!(run(0.0, true).unwrap(), std::slice::from_ref(&x));
	let whole = [HostTensor::vector(vec![1i64]), HostTensor::scalar(0.5f32), HostTensor::scalar(true)];
	assert!(fails("Dropout", 13, vec![], &whole).contains("int64"));
	assert!(fails("Dropout", 13, vec![float("seed", 1.0)], &whole).contains("seed"));
}

#[test]
fn dropout_should_draw_again_in_every_iteration_and_count_where_it_does_not_drop() {
	let x = f32s(&[4], &[1.0; 4]);
	let graph = GraphProto {
		input: vec![value("x", DType::F32, &["4"])],
		output: ["a", "b"].map(|name| value(name, DType::F32, &["4"])).into(),
		initializer: vec![
			initializer("ratio", &HostTensor::scalar(0.5f32)),
			initializer("training", &HostTensor::scalar(true)),
		],
		node: vec![
			node("Dropout", &["x"], &["same"]),
			node("Dropout", &["same", "ratio", "training"], &["a"]),
			node("Dropout", &["same", "ratio", "training"], &["b"]),
		],
		..Default::default()
	};
	let outputs = run(&model(22, graph), vec![("x".into(), x)], Budget::UNLIMITED).unwrap().outputs;
	for (index, (_, output)) in (1..).zip(&outputs) {
		let samples = uniform(Stream { seed: 0, node: index, execution: index }, 4);
		let expected: Vec<f32> =
			samples.iter().map(|&sample| if sample >= 0.5 { 2.0 } else { 0.0 }).collect();
		assert_eq!(*output, f32s(&[4], &expected));
	}
}

#[test]
fn multinomial_should_draw_from_each_row() {
	let x = f32s(&[2, 3], &[0.0, f32::NEG_INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY, 0.0, 0.0]);
	let drawn =
		one("Multinomial", 22, vec![int("sample_size", 50), int("dtype", 7)], std::slice::from_ref(&x));
	let classes = drawn.as_slice::<i64>().unwrap();
	assert_eq!(drawn.shape(), [2, 50]);
	assert!(classes[..50].iter().all(|&class| class == 0));
	assert!([1, 2].iter().all(|class| classes[50..].contains(class)) && !classes[50..].contains(&0));
	assert_eq!(one("Multinomial", 22, vec![], &[x]).dtype(), DType::I32);
	assert!(fails("Multinomial", 22, vec![], &[f32s(&[1, 0], &[])]).contains("classes"));
	assert!(fails("Multinomial", 22, vec![], &[f32s(&[2], &[0.0; 2])]).contains("batch"));
}

#[test]
fn every_execution_should_have_a_stream_of_its_own_keyed_by_the_seed() {
	let x = f32s(&[3], &[0.0; 3]);
	let graph = GraphProto {
		input: vec![like("x", &x)],
		output: ["a", "b"].map(|name| value(name, DType::F32, &["3"])).to_vec(),
		node: vec![
			node("RandomUniformLike", &["x"], &["a"]),
			node("Identity", &["x"], &["unused"]),
			node("RandomUniformLike", &["x"], &["b"]),
		],
		..Default::default()
	};
	let decoded = decode(&model(22, graph)).unwrap();
	let executor = Executor::new(decoded, SliceOps::new(Cpu::scalar())).unwrap();
	let run = |seed| {
		let options = RunOptions { budget: Budget::UNLIMITED, seed };
		let run = executor.run(vec![("x".into(), x.clone())], options).unwrap();
		run.outputs.into_iter().map(|(_, tensor)| tensor).collect::<Vec<_>>()
	};
	let stream = |seed, node, execution| f32s(&[3], &uniform(Stream { seed, node, execution }, 3));
	assert_eq!(run(7), [stream(7, 0, 0), stream(7, 2, 1)]);
	assert_eq!(run(7), run(7));
	assert_ne!(run(7), run(8));
	assert!(apply("RandomUniform", 22, vec![ints("shape", &[1 << 31])], &[], 1).is_err());
}
