//! The golden models of `assay-graph` on Burn: with `Strict` the bits of the reference executor, with stock Flex numbers
//! close to them.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{fs, path::Path};

use assay_backend::{BurnOps, OnnxBackend, Strict};
use assay_graph::{Budget, DType, Executor, HostTensor, Limits, Model, Run, SliceOps, TensorOps};
use burn_flex::Flex;
use serde_json::Value;

type Named = Vec<(String, HostTensor)>;

/// Name, model and inputs of every golden case.
fn cases() -> Vec<(String, Model, Named)> {
	let directory = Path::new("../graph/tests/golden");
	let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
	let mut models: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "onnx")).collect();
	models.sort();
	assert!(models.len() >= 25, "only {} golden models in {}", models.len(), directory.display());
	models
		.into_iter()
		.map(|path| {
			let model = Model::decode(&fs::read(&path).unwrap(), &Limits::default()).unwrap();
			let case: Value =
				serde_json::from_slice(&fs::read(path.with_extension("json")).unwrap()).unwrap();
			let inputs = case["inputs"].as_object().unwrap();
			let inputs = inputs.iter().map(|(name, value)| (name.clone(), tensor(value))).collect();
			(path.file_stem().unwrap().to_string_lossy().into_owned(), model, inputs)
		})
		.collect()
}

fn tensor(json: &Value) -> HostTensor {
	let shape: Vec<usize> =
		json["shape"].as_array().unwrap().iter().map(|dim| dim.as_u64().unwrap() as usize).collect();
	let number = |x: &Value| x.as_f64().unwrap_or_else(|| f64::from(u8::from(x.as_bool().unwrap())));
	let data = json["data"].as_array().unwrap().iter().map(number).collect();
	let dtype = DType::ALL.into_iter().find(|dtype| dtype.to_string() == json["dtype"].as_str().unwrap());
	HostTensor::from_vec::<f64>(shape, data).unwrap().cast(dtype.unwrap())
}

fn run<T: TensorOps>(model: &Model, inputs: &Named, ops: T) -> Run {
	let executor = Executor::new(model.clone(), ops).unwrap();
	executor.run(inputs.clone(), &Budget::UNLIMITED).unwrap()
}

fn burn<B: OnnxBackend>() -> BurnOps<B> {
	BurnOps::default()
}

#[test]
fn strict_should_give_the_bits_of_the_reference_on_every_golden_model() {
	for (name, model, inputs) in cases() {
		let expected = run(&model, &inputs, SliceOps::new(assay_numerics::Cpu::scalar()));
		let found = run(&model, &inputs, burn::<Strict>());
		assert_eq!(found.outputs, expected.outputs, "{name}");
		assert_eq!(found.compute_units, expected.compute_units, "{name}");
	}
}

#[test]
fn stock_flex_should_come_close_to_the_reference_on_every_golden_model() {
	for (name, model, inputs) in cases() {
		let expected = run(&model, &inputs, SliceOps::new(assay_numerics::Cpu::scalar()));
		let found = run(&model, &inputs, burn::<Flex>());
		for ((output, found), (_, expected)) in found.outputs.iter().zip(&expected.outputs) {
			assert_eq!(found.spec(), expected.spec(), "{name}: {output}");
			let tolerance = if expected.dtype().is_half() { 1e-2 } else { 1e-4 };
			let (found, expected) = (found.cast(DType::F64), expected.cast(DType::F64));
			let pairs = found.as_slice::<f64>().unwrap().iter().zip(expected.as_slice::<f64>().unwrap());
			for (a, b) in pairs {
				let close = (a - b).abs() <= tolerance * b.abs().max(1.);
				assert!(close || a == b || (a.is_nan() && b.is_nan()), "{name}: {output}: {a}, expected {b}");
			}
		}
	}
}
