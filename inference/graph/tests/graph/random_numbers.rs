//! Random operators: which stream they draw from, and what they make of it.

use crate::common::{apply, decode, f32s, fails, float, int, ints, like, model, node, one, value};
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
