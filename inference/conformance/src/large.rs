//! The set `large`: operators on tensors of more elements than a kernel computes on one thread, and of more along K than
//! one block of a dot product. ONNX's own tests are far below both, so that they say nothing about either.
//!
//! Weights and inputs are random samples of the profile's generator: the same everywhere.

use anyhow::{Context, Result};
use assay_graph::{
	DType, Dim, HostTensor, ValueDecl,
	onnx::{
		AttributeProto, AttributeType, DimensionProto, DimensionValue, GraphProto, ModelProto, NodeProto,
		OperatorSetIdProto, TensorProto, TensorShapeProto, TensorTypeProto, ValueInfoProto,
	},
};
use assay_numerics::random::Stream;

const OPSET: i64 = 23;
/// What all samples of this program are drawn with.
pub const SEED: u64 = 7;

/// One operator and its operands.
#[derive(Clone, Debug)]
pub struct Model {
	/// Name of the case.
	pub name: &'static str,
	node: NodeProto,
	/// Element type of the operands that follow, and of the result.
	dtype: DType,
	inputs: Vec<ValueInfoProto>,
	weights: Vec<TensorProto>,
}

/// All models of the set.
pub fn all() -> Vec<Model> {
	let op = Model::new;
	vec![
		op("matmul", "MatMul").input(&[130, 600]).weight(&[600, 192]),
		op("matmul_batched", "MatMul").input(&[3, 70, 300]).input(&[3, 300, 90]),
		op("matmul_row", "MatMul").input(&[1, 2100]).weight(&[2100, 640]),
		op("matmul_column", "MatMul").input(&[1100, 700]).weight(&[700, 1]),
		op("matmul_f16", "MatMul").of(DType::F16).input(&[64, 400]).weight(&[400, 96]),
		op("matmul_f64", "MatMul").of(DType::F64).input(&[64, 300]).weight(&[300, 64]),
		op("matmul_integer", "MatMulInteger")
			.of(DType::U8)
			.input(&[64, 500])
			.of(DType::I8)
			.weight(&[500, 128])
			.of(DType::I32),
		op("gemm", "Gemm")
			.input(&[90, 520])
			.weight(&[150, 520])
			.weight(&[150])
			.int("transB", 1)
			.float("alpha", 0.3)
			.float("beta", 1.7),
		op("einsum", "Einsum").input(&[4, 60, 270]).input(&[4, 50, 270]).string("equation", "bik,bjk->bij"),
		op("conv", "Conv")
			.input(&[1, 32, 30, 30])
			.weight(&[48, 32, 3, 3])
			.weight(&[48])
			.ints("pads", &[1, 1, 1, 1]),
		op("conv_grouped", "Conv")
			.input(&[2, 16, 41, 39])
			.weight(&[24, 8, 3, 3])
			.int("group", 2)
			.ints("strides", &[2, 2])
			.ints("dilations", &[1, 2]),
		op("conv_pointwise", "Conv").input(&[1, 300, 28, 28]).weight(&[20, 300, 1, 1]),
		op("conv_depthwise", "Conv")
			.input(&[1, 96, 40, 40])
			.weight(&[96, 1, 3, 3])
			.int("group", 96)
			.ints("pads", &[1, 1, 1, 1]),
		op("conv_1d", "Conv").input(&[2, 64, 400]).weight(&[32, 64, 5]),
		op("conv_3d", "Conv").input(&[1, 10, 10, 14, 13]).weight(&[16, 10, 3, 3, 3]),
		op("conv_transpose", "ConvTranspose")
			.input(&[1, 24, 18, 18])
			.weight(&[24, 16, 4, 4])
			.ints("strides", &[2, 2])
			.ints("pads", &[1, 1, 1, 1]),
		op("conv_f64", "Conv").of(DType::F64).input(&[1, 32, 20, 20]).weight(&[12, 32, 3, 3]).weight(&[12]),
		op("conv_integer", "ConvInteger")
			.of(DType::U8)
			.input(&[1, 32, 24, 24])
			.weight(&[24, 32, 3, 3])
			.of(DType::I32),
		op("attention", "Attention").input(&[1, 4, 96, 64]).input(&[1, 4, 300, 64]).input(&[1, 4, 300, 64]),
		op("lstm", "LSTM")
			.input(&[5, 8, 96])
			.weight(&[1, 384, 96])
			.weight(&[1, 384, 96])
			.weight(&[1, 768])
			.int("hidden_size", 96),
		op("max_pool", "MaxPool")
			.input(&[1, 96, 56, 56])
			.ints("kernel_shape", &[3, 3])
			.ints("strides", &[2, 2])
			.ints("pads", &[1, 1, 1, 1]),
		op("average_pool", "AveragePool")
			.input(&[1, 96, 56, 56])
			.ints("kernel_shape", &[3, 3])
			.ints("strides", &[2, 2])
			.ints("pads", &[1, 1, 1, 1])
			.int("count_include_pad", 1),
		op("global_average_pool", "GlobalAveragePool").input(&[4, 256, 17, 17]),
		op("resize", "Resize")
			.input(&[1, 16, 48, 48])
			.absent()
			.absent()
			.constant(HostTensor::vector(vec![1i64, 16, 96, 101]))
			.string("mode", "linear"),
		op("softmax", "Softmax").input(&[128, 1000]),
		op("softmax_inner", "Softmax").input(&[8, 300, 120]).int("axis", 1),
		op("log_softmax", "LogSoftmax").input(&[128, 1000]),
		op("layer_normalization", "LayerNormalization").input(&[160, 384]).weight(&[384]).weight(&[384]),
		op("rms_normalization", "RMSNormalization").input(&[160, 384]).weight(&[384]),
		op("batch_normalization", "BatchNormalization")
			.input(&[2, 48, 40, 40])
			.weight(&[48])
			.weight(&[48])
			.weight(&[48])
			.positive(&[48]),
		op("group_normalization", "GroupNormalization")
			.input(&[2, 48, 20, 20])
			.weight(&[48])
			.weight(&[48])
			.int("num_groups", 8),
		op("reduce_sum", "ReduceSum").input(&[300, 1000]).constant(HostTensor::vector(vec![1i64])),
		op("reduce_mean_outer", "ReduceMean").input(&[700, 400]).constant(HostTensor::vector(vec![0i64])),
		op("reduce_all", "ReduceL2").input(&[300, 1000]),
		op("reduce_log_sum_exp", "ReduceLogSumExp")
			.input(&[300, 1000])
			.constant(HostTensor::vector(vec![1i64])),
		op("arg_max", "ArgMax").input(&[300, 1000]).int("axis", 1).of(DType::I64),
		op("tanh", "Tanh").input(&[130, 1000]),
		op("gelu", "Gelu").input(&[130, 1000]),
		op("sin", "Sin").input(&[130, 1000]),
		op("add_broadcast", "Add").input(&[300, 1000]).weight(&[1000]),
		op("divide", "Div").input(&[300, 1000]).input(&[300, 1000]),
		op("power", "Pow").positive(&[130, 1000]).input(&[130, 1000]),
		op("greater", "Greater").input(&[300, 1000]).input(&[300, 1000]).of(DType::Bool),
	]
}

impl Model {
	fn new(name: &'static str, op_type: &str) -> Self {
		let node = NodeProto { op_type: op_type.into(), output: vec!["y".into()], ..Default::default() };
		Self { name, node, dtype: DType::F32, inputs: Vec::new(), weights: Vec::new() }
	}

	fn of(self, dtype: DType) -> Self {
		Self { dtype, ..self }
	}

	/// An input of the graph.
	fn input(mut self, shape: &[usize]) -> Self {
		let name = format!("x{}", self.inputs.len());
		self.node.input.push(name.clone());
		let dim = |&size: &usize| DimensionProto { value: Some(DimensionValue::DimValue(size as i64)) };
		self.inputs.push(value(name, self.dtype, Some(shape.iter().map(dim).collect())));
		self
	}

	/// Constant samples.
	fn weight(self, shape: &[usize]) -> Self {
		let tensor = samples(self.dtype, shape, self.stream());
		self.constant(tensor)
	}

	/// Constant samples between ½ and 1½.
	fn positive(self, shape: &[usize]) -> Self {
		let mut values = vec![0.0; shape.iter().product()];
		self.stream().uniform(0.5, 1.5, &mut values);
		self.constant(tensor(shape, values))
	}

	fn constant(mut self, tensor: HostTensor) -> Self {
		let name = format!("w{}", self.weights.len());
		self.node.input.push(name.clone());
		self.weights.push(TensorProto { name, ..TensorProto::from(&tensor) });
		self
	}

	/// Leaves an operand out.
	fn absent(mut self) -> Self {
		self.node.input.push(String::new());
		self
	}

	fn int(self, name: &str, value: i64) -> Self {
		self.attribute(
			name,
			AttributeProto { i: Some(value), r#type: AttributeType::Int as i32, ..Default::default() },
		)
	}

	fn ints(self, name: &str, values: &[i64]) -> Self {
		let ints = values.to_vec();
		self.attribute(
			name,
			AttributeProto { ints, r#type: AttributeType::Ints as i32, ..Default::default() },
		)
	}

	fn float(self, name: &str, value: f32) -> Self {
		let r#type = AttributeType::Float as i32;
		self.attribute(name, AttributeProto { f: Some(value), r#type, ..Default::default() })
	}

	fn string(self, name: &str, value: &str) -> Self {
		let r#type = AttributeType::String as i32;
		self.attribute(name, AttributeProto { s: Some(value.into()), r#type, ..Default::default() })
	}

	fn attribute(mut self, name: &str, attribute: AttributeProto) -> Self {
		self.node.attribute.push(AttributeProto { name: name.into(), ..attribute });
		self
	}

	/// The samples of the next weight; those of inputs have lower numbers.
	fn stream(&self) -> Stream {
		Stream { seed: SEED, node: 100 + self.weights.len() as u32, execution: 0 }
	}

	/// The model.
	pub fn build(&self) -> ModelProto {
		let graph = GraphProto {
			node: vec![self.node.clone()],
			name: self.name.into(),
			initializer: self.weights.clone(),
			input: self.inputs.clone(),
			output: vec![value("y".into(), self.dtype, None)],
			..Default::default()
		};
		ModelProto {
			ir_version: 10,
			graph: Some(graph),
			opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
			..Default::default()
		}
	}
}

/// Samples for the inputs of a model of this set.
pub fn inputs(declared: &[ValueDecl]) -> Result<Vec<(String, HostTensor)>> {
	let inputs = (0..).zip(declared).map(|(index, decl)| {
		let shape = fixed(decl).with_context(|| format!("no samples: for {decl}"))?;
		let stream = Stream { seed: SEED, node: index, execution: 0 };
		Ok((decl.name.clone(), samples(decl.dtype, &shape, stream)))
	});
	inputs.collect()
}

/// A shape without unknown dimensions.
fn fixed(decl: &ValueDecl) -> Option<Vec<usize>> {
	let size = |dim: &Dim| match dim {
		Dim::Fixed(size) => Some(*size),
		Dim::Symbolic(_) | Dim::Unknown => None,
	};
	decl.dims.as_ref()?.iter().map(size).collect()
}

fn samples(dtype: DType, shape: &[usize], stream: Stream) -> HostTensor {
	let mut values = vec![0.0; shape.iter().product()];
	match dtype {
		DType::U8 => stream.uniform(0.0, 256.0, &mut values),
		DType::I8 => stream.uniform(-128.0, 128.0, &mut values),
		_ => stream.normal(0.0, 1.0, &mut values),
	}
	if dtype == DType::F64 {
		// All bits of the fraction count, so that products are not exact.
		let wide = values.iter().map(|&x| f64::from(x) / 3.0).collect();
		return tensor(shape, wide);
	}
	tensor(shape, values).cast(dtype)
}

fn tensor<E: assay_graph::Element>(shape: &[usize], values: Vec<E>) -> HostTensor {
	HostTensor::from_vec(shape, values).expect("there are as many values as the shape has; qed")
}

fn value(name: String, dtype: DType, dims: Option<Vec<DimensionProto>>) -> ValueInfoProto {
	let shape = dims.map(|dim| TensorShapeProto { dim });
	let r#type = Some(TensorTypeProto { elem_type: dtype.onnx(), shape }.into());
	ValueInfoProto { name, r#type, ..Default::default() }
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_backend::StrictExecutor;
	use assay_graph::{Budget, Limits};
	use prost::Message;

	#[test]
	fn results_should_be_finite_and_differ_from_each_other() {
		let budget = Budget { compute_units: 1 << 34, memory_bytes: 1 << 30 };
		for case in all() {
			let model = assay_graph::Model::decode(&case.build().encode_to_vec(), &Limits::default());
			let model = model.unwrap_or_else(|error| panic!("{}: {error}", case.name));
			let inputs = inputs(&model.inputs().cloned().collect::<Vec<_>>()).unwrap();
			let run = StrictExecutor::new(model).unwrap().run(inputs, &budget);
			let run = run.unwrap_or_else(|error| panic!("{}: {error}", case.name));
			let values = run.outputs[0].1.cast(DType::F64);
			let values = values.as_slice::<f64>().unwrap();
			assert!(values.iter().all(|x| x.is_finite()), "{}", case.name);
			let first = values[0];
			assert!(values.len() == 1 || values.iter().any(|&x| x != first), "{}", case.name);
		}
	}
}
