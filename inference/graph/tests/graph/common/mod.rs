//! Building small models.

use assay_graph::{
	Budget, DType, ExecError, Executor, HostTensor, Limits, Model, Run, SliceOps,
	onnx::{
		AttributeProto, AttributeType, DimensionProto, DimensionValue, GraphProto, ModelProto, NodeProto,
		OperatorSetIdProto, TensorProto, TensorShapeProto, TensorTypeProto, ValueInfoProto,
	},
};
use assay_numerics::Cpu;
use prost::Message;

pub fn f32s(shape: &[usize], values: &[f32]) -> HostTensor {
	HostTensor::from_vec(shape, values.to_vec()).unwrap()
}

pub fn i64s(shape: &[usize], values: &[i64]) -> HostTensor {
	HostTensor::from_vec(shape, values.to_vec()).unwrap()
}

pub fn bools(shape: &[usize], values: &[bool]) -> HostTensor {
	HostTensor::from_vec(shape, values.to_vec()).unwrap()
}

pub fn int(name: &str, value: i64) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		i: Some(value),
		r#type: AttributeType::Int as i32,
		..Default::default()
	}
}

pub fn ints(name: &str, values: &[i64]) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		ints: values.to_vec(),
		r#type: AttributeType::Ints as i32,
		..Default::default()
	}
}

pub fn float(name: &str, value: f32) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		f: Some(value),
		r#type: AttributeType::Float as i32,
		..Default::default()
	}
}

pub fn string(name: &str, value: &str) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		s: Some(value.into()),
		r#type: AttributeType::String as i32,
		..Default::default()
	}
}

pub fn floats(name: &str, values: &[f32]) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		floats: values.to_vec(),
		r#type: AttributeType::Floats as i32,
		..Default::default()
	}
}

pub fn strings(name: &str, values: &[&str]) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		strings: values.iter().map(|value| value.as_bytes().to_vec()).collect(),
		r#type: AttributeType::Strings as i32,
		..Default::default()
	}
}

pub fn tensor(name: &str, value: &HostTensor) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		t: Some(TensorProto::from(value)),
		r#type: AttributeType::Tensor as i32,
		..Default::default()
	}
}

pub fn graph(name: &str, value: GraphProto) -> AttributeProto {
	AttributeProto {
		name: name.into(),
		g: Some(Box::new(value)),
		r#type: AttributeType::Graph as i32,
		..Default::default()
	}
}

pub fn node(op_type: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
	NodeProto {
		op_type: op_type.into(),
		input: inputs.iter().map(ToString::to_string).collect(),
		output: outputs.iter().map(ToString::to_string).collect(),
		..Default::default()
	}
}

/// A declared value; a dimension is a number, a name, or `?`.
pub fn value(name: &str, dtype: DType, dims: &[&str]) -> ValueInfoProto {
	let dim = |dim: &&str| DimensionProto {
		value: match dim.parse() {
			_ if *dim == "?" => None,
			Ok(size) => Some(DimensionValue::DimValue(size)),
			Err(_) => Some(DimensionValue::DimParam(dim.to_string())),
		},
	};
	let shape = Some(TensorShapeProto { dim: dims.iter().map(dim).collect() });
	ValueInfoProto {
		name: name.into(),
		r#type: Some(TensorTypeProto { elem_type: dtype.onnx(), shape }.into()),
		..Default::default()
	}
}

/// A declared value of this very type.
pub fn like(name: &str, tensor: &HostTensor) -> ValueInfoProto {
	let dims: Vec<String> = tensor.shape().iter().map(ToString::to_string).collect();
	value(name, tensor.dtype(), &dims.iter().map(String::as_str).collect::<Vec<_>>())
}

pub fn initializer(name: &str, value: &HostTensor) -> TensorProto {
	TensorProto { name: name.into(), ..TensorProto::from(value) }
}

pub fn model(opset: i64, graph: GraphProto) -> ModelProto {
	ModelProto {
		ir_version: 8,
		graph: Some(graph),
		opset_import: vec![OperatorSetIdProto { domain: String::new(), version: opset }],
		..Default::default()
	}
}

/// `y = op(x…)` on graph inputs `x0`, `x1`, …; `None` leaves an input out.
pub fn single(
	op_type: &str,
	opset: i64,
	attributes: Vec<AttributeProto>,
	inputs: &[Option<HostTensor>],
	outputs: usize,
) -> (ModelProto, Vec<(String, HostTensor)>) {
	let given: Vec<(String, HostTensor)> = inputs
		.iter()
		.enumerate()
		.filter_map(|(index, input)| Some((format!("x{index}"), input.clone()?)))
		.collect();
	let names = inputs.iter().enumerate().map(|(index, input)| match input {
		Some(_) => format!("x{index}"),
		None => String::new(),
	});
	let results: Vec<String> = (0..outputs).map(|index| format!("y{index}")).collect();
	let graph = GraphProto {
		input: given.iter().map(|(name, tensor)| like(name, tensor)).collect(),
		output: results.iter().map(|name| value(name, DType::F32, &[])).collect(),
		node: vec![NodeProto {
			op_type: op_type.into(),
			input: names.collect(),
			output: results,
			attribute: attributes,
			..Default::default()
		}],
		..Default::default()
	};
	(model(opset, graph), given)
}

pub fn decode(model: &ModelProto) -> Result<Model, assay_graph::DecodeError> {
	Model::decode(&model.encode_to_vec(), &Limits::default())
}

pub fn run(model: &ModelProto, inputs: Vec<(String, HostTensor)>, budget: Budget) -> Result<Run, ExecError> {
	let model = decode(model).unwrap_or_else(|error| panic!("{error}"));
	Executor::new(model, SliceOps::new(Cpu::scalar())).unwrap().run(inputs, &budget)
}

/// Runs one operator; an error is its message.
pub fn apply(
	op_type: &str,
	opset: i64,
	attributes: Vec<AttributeProto>,
	inputs: &[Option<HostTensor>],
	outputs: usize,
) -> Result<Vec<HostTensor>, String> {
	let (mut proto, given) = single(op_type, opset, attributes, inputs, outputs);
	loop {
		let model = decode(&proto).map_err(|error| error.to_string())?;
		let executor = Executor::new(model, SliceOps::new(Cpu::scalar())).unwrap();
		match executor.run(given.clone(), &Budget::UNLIMITED) {
			Ok(run) => return Ok(run.outputs.into_iter().map(|(_, tensor)| tensor).collect()),
			// What the output is, is for the test to check.
			Err(ExecError::OutputType { declared, found, .. }) => {
				let outputs = &mut proto.graph.as_mut().unwrap().output;
				let output = outputs.iter_mut().find(|output| output.name == declared.name).unwrap();
				*output = value(&declared.name, found.dtype, &[]);
			}
			Err(error) => return Err(error.to_string()),
		}
	}
}

/// Runs one operator that gives one output.
#[track_caller]
pub fn one(op_type: &str, opset: i64, attributes: Vec<AttributeProto>, inputs: &[HostTensor]) -> HostTensor {
	let inputs: Vec<_> = inputs.iter().cloned().map(Some).collect();
	apply(op_type, opset, attributes, &inputs, 1).unwrap().remove(0)
}

/// Runs one operator that must fail, and returns the message.
#[track_caller]
pub fn fails(op_type: &str, opset: i64, attributes: Vec<AttributeProto>, inputs: &[HostTensor]) -> String {
	let inputs: Vec<_> = inputs.iter().cloned().map(Some).collect();
	apply(op_type, opset, attributes, &inputs, 1).unwrap_err()
}
