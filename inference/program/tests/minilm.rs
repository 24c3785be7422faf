//! The sentence model's program, around a graph with few and random weights (`scripts/minilm/make_tiny.py`). Compiles the
//! program with `scripts/build-programs`.

// In the helpers too, which no test attribute marks.
#![allow(clippy::unwrap_used)]

use assay_backend::StrictExecutor;
use assay_graph::{Budget, ExecError, Executor, HostTensor, Limits, Model, Run, RunOptions, SliceOps};
use assay_numerics::Cpu;
use assay_primitives::{DataType, NamedTensor, Outcome, Tensor};
use assay_program::{Finished, Host, Program, tensors};
use codec::Encode;
use serde::Deserialize;
use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
	sync::OnceLock,
};

const BUDGET: Budget = Budget { compute_units: 10_000_000, memory_bytes: 64 << 20 };

/// A package whose graph runs on any executor.
struct Package<Run> {
	run: Run,
	vocabulary: Vec<u8>,
}

impl<R: Fn(Vec<(String, HostTensor)>, RunOptions) -> Result<Run, ExecError>> Host for Package<R> {
	fn graph_run(
		&self,
		name: &str,
		inputs: Vec<(String, HostTensor)>,
		options: RunOptions,
	) -> Option<Result<Run, ExecError>> {
		(name == "graph.onnx").then(|| (self.run)(inputs, options))
	}

	fn file(&self, name: &str) -> Option<&[u8]> {
		(name == "vocabulary.txt").then_some(&self.vocabulary)
	}
}

#[derive(Deserialize)]
struct Expected {
	sentence: String,
	embedding: Vec<f64>,
}

fn data(name: &str) -> Vec<u8> {
	fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/minilm").join(name)).unwrap()
}

fn program() -> &'static Program {
	static PROGRAM: OnceLock<Program> = OnceLock::new();
	PROGRAM.get_or_init(|| {
		let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/build-programs");
		let built = Command::new(script).output().unwrap();
		assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
		let directory = PathBuf::from(String::from_utf8(built.stdout).unwrap().trim_end());
		Program::new(&fs::read(directory.join("minilm.wasm")).unwrap()).unwrap()
	})
}

/// On the reference executor.
fn run(text: &str) -> Finished {
	let model = Model::decode(&data("graph.onnx"), &Limits::default()).unwrap();
	let executor = Executor::new(model, SliceOps::new(Cpu::scalar())).unwrap();
	let run = |inputs, options: RunOptions| executor.run(inputs, options);
	program().run(&Package { run, vocabulary: data("vocabulary.txt") }, &request(text.as_bytes()), 0, &BUDGET)
}

fn request(text: &[u8]) -> Vec<u8> {
	let tensor = Tensor::new(DataType::U8, vec![text.len() as u64], text.to_vec()).unwrap();
	vec![NamedTensor { name: b"text".to_vec(), tensor }].encode()
}

fn embeddings(finished: &Finished) -> Vec<Vec<f32>> {
	let outputs = tensors::decode(finished.response.as_ref().unwrap(), 1).unwrap();
	let (name, tensor) = &outputs[0];
	assert_eq!((name.as_str(), tensor.shape().len()), ("embedding", 2));
	let values: &[f32] = tensor.as_slice().unwrap();
	values.chunks(tensor.shape()[1]).map(<[f32]>::to_vec).collect()
}

#[test]
fn embeddings_should_agree_with_an_independent_implementation() {
	let expected: Vec<Expected> = serde_json::from_slice(&data("expected.json")).unwrap();
	let text: Vec<&str> = expected.iter().map(|expected| expected.sentence.as_str()).collect();
	let finished = run(&text.join("\n"));
	assert_eq!(finished.log, "");
	let batch = embeddings(&finished);
	assert_eq!(batch.len(), expected.len());
	for (embedding, Expected { sentence, embedding: expected }) in batch.iter().zip(&expected) {
		let worst =
			embedding.iter().zip(expected).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max);
		assert!(worst < 1e-5, "{worst} in {sentence:?}: {embedding:?}, expected {expected:?}");
	}
}

#[test]
fn a_sentence_should_have_the_same_bits_alone_and_in_a_batch() {
	let sentences = ["the cat sat", "a dog played on the mat", "", "running"];
	let batch = embeddings(&run(&sentences.join("\n")));
	for (sentence, embedding) in sentences.iter().zip(&batch) {
		assert_eq!(&embeddings(&run(sentence))[0], embedding, "{sentence:?}");
	}
	assert_eq!(embeddings(&run("the cat sat\nrunning\n")).len(), 2);
}

#[test]
fn both_executors_should_give_the_same() {
	let model = Model::decode(&data("graph.onnx"), &Limits::default()).unwrap();
	let strict = StrictExecutor::new(model).unwrap();
	let package = Package {
		run: |inputs, options: RunOptions| strict.run(inputs, options),
		vocabulary: data("vocabulary.txt"),
	};
	for text in ["The cat sat on the mat.\nRunning, playing... CAFÉ!", "中文 straße", &"the cat ".repeat(200)]
	{
		let finished = program().run(&package, &request(text.as_bytes()), 0, &BUDGET);
		assert_eq!(finished, run(text), "{text:?}");
		assert!(finished.response.is_ok());
	}
	let poor = Budget { compute_units: 5000, ..BUDGET };
	assert!(program().run(&package, &request(b"the cat"), 0, &poor).response.is_err());
}

#[test]
fn a_request_without_valid_text_should_end_with_a_message() {
	let model = Model::decode(&data("graph.onnx"), &Limits::default()).unwrap();
	let executor = Executor::new(model, SliceOps::new(Cpu::scalar())).unwrap();
	let run = |inputs, options: RunOptions| executor.run(inputs, options);
	let package = Package { run, vocabulary: data("vocabulary.txt") };
	for (request, expected) in [
		(request(&[0xff]), "not UTF-8"),
		(vec![0], "\"text\" is missing"),
		(vec![1, 2, 3], "no named tensors"),
	] {
		let finished = program().run(&package, &request, 0, &BUDGET);
		assert_eq!(finished.response.unwrap_err().outcome(), Some(Outcome::OperatorFailed));
		assert!(finished.log.contains(expected), "{}", finished.log);
	}
	let nothing = Package { run: package.run, vocabulary: vec![] };
	let finished = program().run(&nothing, &request(b"x"), 0, &BUDGET);
	assert!(finished.log.contains("no token [CLS]"), "{}", finished.log);
}
