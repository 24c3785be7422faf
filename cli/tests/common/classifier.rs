//! A model of one operator, as bytes, file and package.

use super::write;
use assay_graph::onnx::{
	DimensionProto, DimensionValue, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
	TensorShapeProto, TensorTypeProto, ValueInfoProto,
};
use prost::Message;
use std::{fs, path::Path};

fn value(name: &str, data_type: i32, dims: &[i64]) -> ValueInfoProto {
	let dim = |dim: &i64| DimensionProto { value: Some(DimensionValue::DimValue(*dim)) };
	let shape = TensorShapeProto { dim: dims.iter().map(dim).collect() };
	let tensor_type = TensorTypeProto { elem_type: data_type, shape: Some(shape) };
	ValueInfoProto { name: name.into(), r#type: Some(tensor_type.into()), ..Default::default() }
}

/// `scores = MatMul(image, w)`, of 2 elements, for 3 classes.
pub fn graph(operator: &str) -> ModelProto {
	ModelProto {
		ir_version: 8,
		opset_import: vec![OperatorSetIdProto { domain: String::new(), version: 17 }],
		graph: Some(GraphProto {
			name: "classifier".into(),
			node: vec![NodeProto {
				op_type: operator.into(),
				input: vec!["image".into(), "w".into()],
				output: vec!["scores".into()],
				..Default::default()
			}],
			initializer: vec![TensorProto {
				name: "w".into(),
				dims: vec![2, 3],
				data_type: 1,
				float_data: vec![1.0, 2.0, 3.0, 0.5, 0.25, 0.125],
				..Default::default()
			}],
			input: vec![value("image", 1, &[1, 2])],
			output: vec![value("scores", 1, &[1, 3])],
			..Default::default()
		}),
		..Default::default()
	}
}

pub fn write_onnx(directory: &Path, model: &ModelProto) -> String {
	let path = directory.join("model.onnx");
	fs::write(&path, model.encode_to_vec()).expect("is writable");
	path.display().to_string()
}

/// A package of the classifier; its example input picks the third class.
pub fn write_package(directory: &Path, compute_limit: u64) -> String {
	let package = directory.join("package");
	fs::create_dir_all(package.join("examples")).expect("is writable");
	write_onnx(&package, &graph("MatMul"));
	write(&package.join("examples"), "cow.json", "[[2, 4]]");
	let config = format!(
		r#"
		name = "classifier"
		kind = "graph"
		graph = "model.onnx"
		profile = "strict-f32-v1"
		compute_limit = {compute_limit}
		task = "test"
		licence = "Apache-2.0"
		classes = ["cat", "dog", "cow"]
		inputs = [{{ name = "image", data_type = "f32", dims = [1, 2] }}]
		outputs = [{{ name = "scores", data_type = "f32", dims = [1, 3] }}]
		"#
	);
	write(&package, "assay.toml", &config);
	package.display().to_string()
}
