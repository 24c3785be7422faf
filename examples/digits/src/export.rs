//! The trained network as an ONNX model.
//!
//! Operators: Conv, BatchNormalization, Relu, MaxPool, Flatten, Gemm, Softmax. The layers stay as they are: folding the
//! normalisation into the convolution would be faster and round differently.

use anyhow::{Context, Result};
use assay_graph::{
	DType, HostTensor, TensorData,
	onnx::{
		AttributeProto, AttributeType, DimensionProto, DimensionValue, GraphProto, ModelProto, NodeProto,
		OperatorSetIdProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
	},
};
use burn::tensor::Tensor;

use crate::{
	data::{CLASSES, SIDE},
	model::{Block, Cnn},
};

/// Name of the model's input: float32 `[batch, 1, 8, 8]`, 0 (paper) to 1 (ink).
pub const INPUT: &str = "image";
/// Name of the model's output: float32 `[batch, 10]`, one probability per class.
pub const OUTPUT: &str = "probabilities";

/// The oldest file format that knows [`OPSET`].
const IR_VERSION: i64 = 8;
const OPSET: i64 = 17;

/// The network, with a softmax over its logits, as an ONNX model.
pub fn to_onnx(model: &Cnn) -> Result<ModelProto> {
	let mut graph = Graph::default();
	let first = graph.block("first", INPUT, &model.first)?;
	let second = graph.block("second", &first, &model.second)?;
	let features = graph.node("Flatten", "features", &[&second], vec![int("axis", 1)]);
	let weight = graph.constant("classifier.weight", model.classifier.weight.val())?;
	let bias = model.classifier.bias.as_ref().context("the classifier has no bias")?;
	let bias = graph.constant("classifier.bias", bias.val())?;
	// Burn keeps weights as [inputs, outputs], which is how Gemm takes `B` unless told otherwise.
	let logits = graph.node("Gemm", "logits", &[&features, &weight, &bias], vec![]);
	graph.node("Softmax", OUTPUT, &[&logits], vec![int("axis", 1)]);

	let side = SIDE as i64;
	Ok(ModelProto {
		ir_version: IR_VERSION,
		producer_name: env!("CARGO_PKG_NAME").into(),
		producer_version: env!("CARGO_PKG_VERSION").into(),
		opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
		graph: Some(GraphProto {
			name: "digits".into(),
			node: graph.nodes,
			initializer: graph.constants,
			input: vec![batch_of(INPUT, &[1, side, side])],
			output: vec![batch_of(OUTPUT, &[CLASSES as i64])],
			..Default::default()
		}),
		..Default::default()
	})
}

/// A graph in the making. Its methods return the name of the value they add.
#[derive(Default)]
struct Graph {
	nodes: Vec<NodeProto>,
	constants: Vec<TensorProto>,
}

impl Graph {
	fn block(&mut self, name: &str, input: &str, block: &Block) -> Result<String> {
		let weight = self.constant(&format!("{name}.weight"), block.conv.weight.val())?;
		let conv = self.node(
			"Conv",
			&format!("{name}.conv"),
			&[input, &weight],
			vec![ints("kernel_shape", &block.conv.kernel_size), ints("pads", &[1, 1, 1, 1])],
		);

		let norm = &block.norm;
		let scale = self.constant(&format!("{name}.scale"), norm.gamma.val())?;
		let bias = self.constant(&format!("{name}.bias"), norm.beta.val())?;
		let mean = self.constant(&format!("{name}.mean"), norm.running_mean.value())?;
		let variance = self.constant(&format!("{name}.variance"), norm.running_var.value())?;
		let norm = self.node(
			"BatchNormalization",
			&format!("{name}.norm"),
			&[&conv, &scale, &bias, &mean, &variance],
			vec![float("epsilon", norm.epsilon as f32)],
		);

		let relu = self.node("Relu", &format!("{name}.relu"), &[&norm], vec![]);
		let pool = &block.pool;
		let attributes = vec![ints("kernel_shape", &pool.kernel_size), ints("strides", &pool.stride)];
		Ok(self.node("MaxPool", &format!("{name}.pool"), &[&relu], attributes))
	}

	/// Adds a node with one output, which has the node's name.
	fn node(
		&mut self,
		operator: &str,
		name: &str,
		inputs: &[&str],
		attribute: Vec<AttributeProto>,
	) -> String {
		self.nodes.push(NodeProto {
			name: name.into(),
			op_type: operator.into(),
			input: inputs.iter().map(|&input| input.into()).collect(),
			output: vec![name.into()],
			attribute,
			..Default::default()
		});
		name.into()
	}

	fn constant<const RANK: usize>(&mut self, name: &str, tensor: Tensor<RANK>) -> Result<String> {
		let shape = tensor.dims().to_vec();
		let values = tensor.try_into_vec_as::<f32>().with_context(|| format!("cannot read {name}"))?;
		let tensor = HostTensor::new(shape, TensorData::F32(values))?;
		self.constants.push(TensorProto { name: name.into(), ..TensorProto::from(&tensor) });
		Ok(name.into())
	}
}

/// A float32 value with any number of rows.
fn batch_of(name: &str, row: &[i64]) -> ValueInfoProto {
	let batch = DimensionValue::DimParam("batch".into());
	let dims = std::iter::once(batch).chain(row.iter().map(|&dim| DimensionValue::DimValue(dim)));
	let shape = TensorShapeProto { dim: dims.map(|dim| DimensionProto { value: Some(dim) }).collect() };
	let tensor_type = TensorTypeProto { elem_type: DType::F32.onnx(), shape: Some(shape) };
	ValueInfoProto {
		name: name.into(),
		r#type: Some(TypeProto { tensor_type: Some(tensor_type) }),
		..Default::default()
	}
}

fn int(name: &str, value: i64) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		r#type: AttributeType::Int.into(),
		i: Some(value),
		..Default::default()
	}
}

fn ints(name: &str, values: &[usize]) -> AttributeProto {
	let ints = values.iter().map(|&value| value as i64).collect();
	AttributeProto { name: name.into(), r#type: AttributeType::Ints.into(), ints, ..Default::default() }
}

fn float(name: &str, value: f32) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		r#type: AttributeType::Float.into(),
		f: Some(value),
		..Default::default()
	}
}
