//! Small networks against ONNX Runtime, and against the bits they gave before.
//!
//! `scripts/golden/make_golden.py` made the models, inputs and expected outputs; `hashes.json` pins the exact results.
//! A change of any bit is a new version of the numerics profile: `ASSAY_BLESS=1 cargo test -p assay-graph --test graph golden`
//! rewrites the hashes, and the difference belongs in the change's description.

use std::{collections::BTreeMap, fs, path::PathBuf};

use assay_graph::{Budget, DType, Executor, HostTensor, Limits, Model, SliceOps, TensorData};
use assay_numerics::Cpu;
use half::f16;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

fn directory() -> PathBuf {
	PathBuf::from("tests/golden")
}

fn cases() -> Vec<String> {
	let mut names: Vec<String> = fs::read_dir(directory())
		.unwrap()
		.map(|entry| entry.unwrap().path())
		.filter(|path| path.extension().is_some_and(|extension| extension == "onnx"))
		.map(|path| path.file_stem().unwrap().to_str().unwrap().to_string())
		.collect();
	names.sort();
	assert!(names.len() >= 25, "only {} golden models found", names.len());
	names
}

fn floats(data: &[Value]) -> impl Iterator<Item = f64> {
	data.iter().map(|value| value.as_f64().unwrap())
}

fn integers(data: &[Value]) -> impl Iterator<Item = i64> {
	data.iter().map(|value| value.as_i64().unwrap())
}

fn tensor(json: &Value) -> HostTensor {
	let shape: Vec<usize> = integers(json["shape"].as_array().unwrap()).map(|dim| dim as usize).collect();
	let data = json["data"].as_array().unwrap();
	let data = match json["dtype"].as_str().unwrap() {
		"float32" => TensorData::F32(floats(data).map(|value| value as f32).collect()),
		"float64" => TensorData::F64(floats(data).collect()),
		"float16" => TensorData::F16(floats(data).map(|value| f16::from_f32(value as f32)).collect()),
		"int64" => TensorData::I64(integers(data).collect()),
		"int32" => TensorData::I32(integers(data).map(|value| value as i32).collect()),
		"uint8" => TensorData::U8(integers(data).map(|value| value as u8).collect()),
		"bool" => TensorData::Bool(data.iter().map(|value| value.as_bool().unwrap()).collect()),
		other => panic!("{other} in a golden file"),
	};
	HostTensor::new(shape, data).unwrap()
}

fn named(json: &Map<String, Value>) -> Vec<(String, HostTensor)> {
	json.iter().map(|(name, value)| (name.clone(), tensor(value))).collect()
}

struct Case {
	model: Model,
	inputs: Vec<(String, HostTensor)>,
	expected: BTreeMap<String, HostTensor>,
}

fn load(name: &str) -> Case {
	let bytes = fs::read(directory().join(format!("{name}.onnx"))).unwrap();
	let text = fs::read_to_string(directory().join(format!("{name}.json"))).unwrap();
	let json: Value = serde_json::from_str(&text).unwrap();
	Case {
		model: Model::decode(&bytes, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}")),
		inputs: named(json["inputs"].as_object().unwrap()),
		expected: named(json["outputs"].as_object().unwrap()).into_iter().collect(),
	}
}

fn run(name: &str, case: &Case, cpu: Cpu) -> Vec<(String, HostTensor)> {
	let executor = Executor::new(case.model.clone(), SliceOps::new(cpu)).unwrap();
	let run = executor.run(case.inputs.clone(), &Budget::UNLIMITED);
	run.unwrap_or_else(|error| panic!("{name}: {error}")).outputs
}

/// Largest distance from the expected outputs, relative above 1, absolute below. Integers must be equal.
fn distance(found: &HostTensor, expected: &HostTensor) -> f64 {
	assert_eq!(found.spec(), expected.spec());
	if !expected.dtype().is_float() {
		return if found == expected { 0.0 } else { f64::INFINITY };
	}
	let (found, expected) = (found.cast(DType::F64), expected.cast(DType::F64));
	let pairs = found.as_slice::<f64>().unwrap().iter().zip(expected.as_slice::<f64>().unwrap());
	pairs.map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, |worst, distance| {
		// A NaN is as far away as can be, and must not lose against a number.
		if distance.is_nan() { f64::INFINITY } else { distance.max(worst) }
	})
}

fn hash(outputs: &[(String, HostTensor)]) -> String {
	let mut hasher = Sha256::new();
	for (name, tensor) in outputs {
		hasher.update((name.len() as u64).to_le_bytes());
		hasher.update(name);
		hasher.update(tensor.dtype().onnx().to_le_bytes());
		hasher.update((tensor.shape().len() as u64).to_le_bytes());
		tensor.shape().iter().for_each(|&dim| hasher.update((dim as u64).to_le_bytes()));
		hasher.update(tensor.to_le_bytes());
	}
	hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn outputs_should_be_those_of_onnx_runtime_within_rounding() {
	for name in cases() {
		let case = load(&name);
		let outputs = run(&name, &case, Cpu::scalar());
		assert_eq!(outputs.len(), case.expected.len(), "{name}: number of outputs");
		for (output, found) in &outputs {
			let distance = distance(found, &case.expected[output]);
			// A half-precision result may round the other way; its neighbours are 2^-10 apart.
			let tolerance = if found.dtype().is_half() { 1e-3 } else { 1e-5 };
			assert!(distance <= tolerance, "{name}: output {output} is {distance:e} away");
		}
	}
}

#[test]
fn outputs_should_have_the_pinned_bits_on_every_instruction_set_and_thread_count() {
	let path = directory().join("hashes.json");
	let found: BTreeMap<String, String> = cases()
		.into_iter()
		.map(|name| {
			let case = load(&name);
			let scalar = hash(&run(&name, &case, Cpu::scalar()));
			for cpu in Cpu::available() {
				assert_eq!(hash(&run(&name, &case, cpu)), scalar, "{name} on {cpu:?}");
				assert_eq!(
					hash(&run(&name, &case, cpu.single_threaded())),
					scalar,
					"{name} on one thread of {cpu:?}"
				);
			}
			(name, scalar)
		})
		.collect();
	if std::env::var_os("ASSAY_BLESS").is_some() {
		fs::write(&path, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
	}
	let text = fs::read_to_string(&path).expect("hashes.json is missing: run with ASSAY_BLESS=1 once");
	let pinned: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
	assert!(
		found.keys().eq(pinned.keys()),
		"the models are {:?}, hashes.json has {:?}",
		found.keys(),
		pinned.keys()
	);
	for (name, hash) in &found {
		assert_eq!(hash, &pinned[name], "the bits of {name} changed");
	}
}
