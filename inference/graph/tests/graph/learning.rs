//! Operators of the domain `ai.onnx.ml`.

use crate::common::{decode, f32s, float, i64s, int, ints, like, tensor, value};
use assay_graph::{
	Budget, DType, Executor, HostTensor, SliceOps,
	onnx::{AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto},
};
use assay_numerics::Cpu;

/// Runs one operator of the domain; an error is its message.
fn apply(
	op_type: &str,
	attributes: Vec<AttributeProto>,
	inputs: &[HostTensor],
) -> Result<HostTensor, String> {
	let names: Vec<String> = (0..inputs.len()).map(|index| format!("x{index}")).collect();
	let graph = |dtype| GraphProto {
		input: names.iter().zip(inputs).map(|(name, input)| like(name, input)).collect(),
		output: vec![value("y", dtype, &[])],
		node: vec![NodeProto {
			op_type: op_type.into(),
			domain: "ai.onnx.ml".into(),
			input: names.clone(),
			output: vec!["y".into()],
			attribute: attributes.clone(),
			..Default::default()
		}],
		..Default::default()
	};
	let proto = ModelProto {
		ir_version: 8,
		graph: Some(graph(inputs[0].dtype())),
		opset_import: vec![OperatorSetIdProto { domain: "ai.onnx.ml".into(), version: 5 }],
		..Default::default()
	};
	let model = decode(&proto).map_err(|error| error.to_string())?;
	let executor = Executor::new(model, SliceOps::new(Cpu::scalar())).unwrap();
	let given = names.into_iter().zip(inputs.iter().cloned()).collect();
	let run = executor.run(given, &Budget::UNLIMITED).map_err(|error| error.to_string())?;
	Ok(run.outputs.into_iter().next().unwrap().1)
}

#[test]
fn extractor_should_pick_elements_of_the_last_axis() {
	let x = f32s(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
	let pick = |x: &HostTensor, indices: &[i64]| {
		apply("ArrayFeatureExtractor", vec![], &[x.clone(), i64s(&[1, indices.len()], indices)])
	};
	assert_eq!(pick(&x, &[2, 0]).unwrap(), f32s(&[2, 2], &[3.0, 1.0, 6.0, 4.0]));
	assert_eq!(pick(&f32s(&[3], &[7.0, 8.0, 9.0]), &[1]).unwrap(), f32s(&[1, 1], &[8.0]));
	assert!(pick(&x, &[3]).unwrap_err().contains("outside an axis of length 3"));
	assert!(apply("ArrayFeatureExtractor", vec![], &[x.clone(), x]).unwrap_err().contains("int64"));
}

#[test]
fn binarizer_should_tell_what_is_above_the_threshold() {
	let x = f32s(&[4], &[0.5, 1.0, 1.5, f32::NAN]);
	let above = |x: HostTensor| apply("Binarizer", vec![float("threshold", 1.0)], &[x]).unwrap();
	assert_eq!(above(x.clone()), f32s(&[4], &[0.0, 0.0, 1.0, 0.0]));
	assert_eq!(above(x.cast(DType::I64)), i64s(&[4], &[0, 0, 0, 0]));
	assert_eq!(above(i64s(&[1], &[2])), i64s(&[1], &[1]));
}

/// Two trees of one node each over two features; `more` replaces attributes.
fn forest(more: Vec<AttributeProto>) -> Vec<AttributeProto> {
	let mut attributes = vec![
		int("n_targets", 2),
		ints("tree_roots", &[0, 1]),
		tensor("nodes_modes", &HostTensor::vector(vec![0u8, 6])),
		tensor("nodes_splits", &f32s(&[2], &[1.0, 0.0])),
		tensor("membership_values", &f32s(&[3], &[3.0, 2.0, f32::NAN])),
		ints("nodes_featureids", &[0, 1]),
		ints("nodes_missing_value_tracks_true", &[1, 0]),
		ints("nodes_trueleafs", &[1, 1]),
		ints("nodes_falseleafs", &[1, 1]),
		ints("nodes_truenodeids", &[0, 2]),
		ints("nodes_falsenodeids", &[1, 3]),
		ints("leaf_targetids", &[0, 1, 0, 1]),
		tensor("leaf_weights", &f32s(&[4], &[1.0, 2.0, 4.0, 8.0])),
	];
	attributes.retain(|attribute| more.iter().all(|other| other.name != attribute.name));
	attributes.extend(more);
	attributes
}

#[test]
fn tree_ensemble_should_combine_the_leaves_that_rows_come_to() {
	let x = f32s(&[3, 2], &[1.0, 2.0, 1.5, 5.0, f32::NAN, f32::NAN]);
	let run = |more| apply("TreeEnsemble", forest(more), std::slice::from_ref(&x)).unwrap();
	assert_eq!(run(vec![]), f32s(&[3, 2], &[5.0, 0.0, 0.0, 10.0, 1.0, 8.0]));
	assert_eq!(run(vec![int("aggregate_function", 0)]), f32s(&[3, 2], &[2.5, 0.0, 0.0, 5.0, 0.5, 4.0]));
	let most = run(vec![int("aggregate_function", 3)]);
	assert_eq!(most.as_slice::<f32>().unwrap()[..1], [4.0]);
	let logistic = run(vec![int("post_transform", 2)]);
	assert_eq!(logistic.as_slice::<f32>().unwrap()[1], 0.5);
	let double = apply("TreeEnsemble", forest(vec![]), &[x.cast(DType::F64)]).unwrap();
	assert_eq!(double, f32s(&[3, 2], &[5.0, 0.0, 0.0, 10.0, 1.0, 8.0]).cast(DType::F64));
}

#[test]
fn tree_ensemble_should_refuse_what_is_no_tree() {
	let x = f32s(&[1, 2], &[0.0, 0.0]);
	let fails = |more| apply("TreeEnsemble", forest(more), std::slice::from_ref(&x)).unwrap_err();
	let cycle = vec![ints("nodes_trueleafs", &[0, 1]), ints("nodes_truenodeids", &[0, 2])];
	assert!(fails(cycle).contains("tree"));
	assert!(fails(vec![ints("tree_roots", &[2])]).contains("tree_roots"));
	assert!(fails(vec![ints("leaf_targetids", &[0, 1, 0, 2])]).contains("leaf_targetids"));
	assert!(fails(vec![ints("nodes_falsenodeids", &[1, 4])]).contains("nodes_falsenodeids"));
	assert!(fails(vec![ints("nodes_featureids", &[0])]).contains("one length"));
	assert!(fails(vec![ints("nodes_featureids", &[0, 2])]).contains("3 features"));
	assert!(fails(vec![int("post_transform", 4)]).contains("post_transform"));
}
