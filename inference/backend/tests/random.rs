//! Random operators draw the same on both executors.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use assay_backend::StrictExecutor;
use assay_graph::{
	Budget, DType, Executor, HostTensor, Limits, Model, RunOptions, SliceOps,
	onnx::{
		GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TensorTypeProto, ValueInfoProto,
	},
};
use assay_numerics::Cpu;
use prost::Message;

/// An operator, its inputs, and its outputs with their types.
type Operator = (&'static str, &'static [&'static str], &'static [(&'static str, DType)]);

/// On the input `x` and the constants `ratio` and `training`.
const OPERATORS: [Operator; 5] = [
	("RandomUniformLike", &["x"], &[("uniform", DType::F32)]),
	("RandomNormalLike", &["x"], &[("normal", DType::F32)]),
	("Bernoulli", &["x"], &[("bernoulli", DType::F32)]),
	("Multinomial", &["x"], &[("class", DType::I32)]),
	("Dropout", &["x", "ratio", "training"], &[("kept", DType::F32), ("mask", DType::Bool)]),
];

fn model() -> Model {
	let constant = |name: &str, value| TensorProto { name: name.into(), ..TensorProto::from(&value) };
	let value = |name: &str, dtype: DType| {
		let tensor_type = TensorTypeProto { elem_type: dtype.onnx(), shape: None };
		ValueInfoProto { name: name.into(), r#type: Some(tensor_type.into()), ..Default::default() }
	};
	let node = |(op_type, inputs, outputs): &Operator| NodeProto {
		op_type: op_type.to_string(),
		input: inputs.iter().map(ToString::to_string).collect(),
		output: outputs.iter().map(|(name, _)| name.to_string()).collect(),
		..Default::default()
	};
	let outputs = OPERATORS.iter().flat_map(|(_, _, outputs)| outputs.iter());
	let graph = GraphProto {
		node: OPERATORS.iter().map(node).collect(),
		initializer: vec![
			constant("ratio", HostTensor::scalar(0.4f32)),
			constant("training", HostTensor::scalar(true)),
		],
		input: vec![value("x", DType::F32)],
		output: outputs.map(|(name, dtype)| value(name, *dtype)).collect(),
		..Default::default()
	};
	let model = ModelProto {
		ir_version: 10,
		opset_import: vec![OperatorSetIdProto { domain: String::new(), version: 22 }],
		graph: Some(graph),
		..Default::default()
	};
	Model::decode(&model.encode_to_vec(), &Limits::default()).unwrap()
}

#[test]
fn random_operators_should_give_the_same_bits_and_cost_on_both_executors() {
	let slices = Executor::new(model(), SliceOps::new(Cpu::scalar())).unwrap();
	let strict = StrictExecutor::new(model()).unwrap();
	let x = HostTensor::from_vec([3, 67], (0..201).map(|i| i as f32 / 200.0).collect::<Vec<_>>()).unwrap();
	let mut runs = Vec::new();
	for seed in [0, 7, u64::MAX] {
		let options = RunOptions { budget: Budget::UNLIMITED, seed };
		let expected = slices.run(vec![("x".into(), x.clone())], options).unwrap();
		assert_eq!(strict.run(vec![("x".into(), x.clone())], options).unwrap(), expected, "seed {seed}");
		assert_eq!(expected.outputs.len(), 6);
		runs.push(expected);
	}
	// Each draws from the seed.
	for (first, second) in runs[0].outputs.iter().zip(&runs[1].outputs) {
		assert_ne!(first, second);
	}
}
