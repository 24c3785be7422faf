//! Small graphs: one to four operators that feed each other, sometimes in a loop.

use crate::{
	agreement::{self, BUDGET},
	attributes,
	catalogue::{Arity, OPERATORS, Parameter, Signature},
	families,
	operands::{self, Layout},
	source::Source,
};
use assay_graph::{
	DType, ExecError, HostTensor, Limits, Model,
	onnx::{
		AttributeProto, AttributeType, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
		TensorTypeProto, ValueInfoProto,
	},
};
use prost::Message;
use std::collections::BTreeSet;

/// Operator sets that graphs are written for. Most operators of the catalogue have their form from one of the last.
const OPSETS: [i64; 8] = [27, 27, 27, 25, 21, 17, 11, 9];

/// Makes a graph from choices and runs it on both executors.
pub fn executors(bytes: &[u8]) {
	let mut source = Source::new(bytes);
	let graph = Graph::new(&mut source);
	let file = graph.model(&mut source).encode_to_vec();
	// What is refused here is not decoded right, or not meant to be: the decoder's target is about that.
	if let Ok(model) = Model::decode(&file, &Limits::default()) {
		let _ = agreement::agree(&model, &graph.inputs(), source.bits().into());
	}
}

/// A value that was not computed.
struct Given {
	name: String,
	tensor: HostTensor,
	/// Whether it is in the model's file.
	constant: bool,
}

/// A graph that grows by operators whose inputs are known, and so are their outputs until one fails.
struct Graph {
	opset: i64,
	nodes: Vec<NodeProto>,
	given: Vec<Given>,
	/// Outputs of nodes: their tensors as far as they are known.
	computed: Vec<(String, Option<HostTensor>)>,
}

impl Graph {
	fn new(source: &mut Source<'_>) -> Self {
		let opset = source.pick(&OPSETS);
		let mut graph = Self { opset, nodes: Vec::new(), given: Vec::new(), computed: Vec::new() };
		for _ in 0..source.between(1, 4) {
			// Nothing that follows an error would run.
			if !graph.grow(source) {
				break;
			}
		}
		graph
	}

	/// Appends an operator; whether it gives outputs.
	fn grow(&mut self, source: &mut Source<'_>) -> bool {
		let operator = &OPERATORS[source.below(OPERATORS.len())];
		let layout = families::layout(operator.name, source);
		let taken = if layout.is_none() && source.flag() { self.known(operator, source) } else { None };
		let layout = layout.unwrap_or_default();
		let inputs = self.inputs_of(operator, &layout, taken, source);
		let rank = inputs.first().and_then(Option::as_ref).map_or(0, |(_, tensor)| tensor.shape().len());

		let mut attribute = layout.attributes;
		for &(name, kind) in &operator.attributes {
			if attribute.iter().all(|other| other.name != name) {
				attribute.extend(attributes::choose(operator.name, name, kind, rank, source));
			}
		}
		let outputs = if operator.name == "Split" { 2 } else { source.below(operator.outputs) + 1 };
		let node = NodeProto {
			op_type: operator.name.into(),
			domain: operator.domain.into(),
			input: inputs
				.iter()
				.map(|input| input.as_ref().map_or_else(String::new, |(name, _)| name.clone()))
				.collect(),
			output: (0..outputs).map(|index| format!("n{}_{index}", self.nodes.len())).collect(),
			attribute,
			..Default::default()
		};
		let results = self.evaluate(&node, inputs.into_iter().flatten().collect());
		let known = results.is_some();
		let mut results = results.unwrap_or_default().into_iter();
		self.computed.extend(node.output.iter().map(|name| (name.clone(), results.next())));
		self.nodes.push(node);
		known
	}

	/// A value that there is already and that the operator may take as its first input.
	fn known(&self, operator: &Signature, source: &mut Source<'_>) -> Option<(String, HostTensor)> {
		let first = operator.inputs.first()?;
		let allowed = types(operator, first);
		let computed = self.computed.iter().filter_map(|(name, tensor)| Some((name, tensor.as_ref()?)));
		let given = self.given.iter().map(|given| (&given.name, &given.tensor));
		let all: Vec<_> =
			computed.chain(given).filter(|(_, tensor)| allowed.contains(&tensor.dtype())).collect();
		if all.is_empty() {
			return None;
		}
		let (name, tensor) = source.pick(&all);
		Some((name.clone(), tensor.clone()))
	}

	/// The inputs of an operator; `None` where one is left out.
	fn inputs_of(
		&mut self,
		operator: &'static Signature,
		layout: &Layout,
		taken: Option<(String, HostTensor)>,
		source: &mut Source<'_>,
	) -> Vec<Option<(String, HostTensor)>> {
		let mut bound: Vec<(&str, DType)> = Vec::new();
		let mut inputs: Vec<Option<(String, HostTensor)>> = Vec::new();
		let main = match (&taken, layout.operands.is_empty()) {
			(Some((_, tensor)), _) => tensor.shape().to_vec(),
			(None, true) => operands::first(operator.name, source),
			(None, false) => Vec::new(),
		};
		let count = source.below(main.len().max(2) + 1);
		for parameter in &operator.inputs {
			if let (true, Some((name, tensor))) = (inputs.is_empty(), &taken) {
				bound.push((parameter.variable, tensor.dtype()));
				inputs.push(Some((name.clone(), tensor.clone())));
				continue;
			}
			let known = bound.iter().find(|(variable, _)| *variable == parameter.variable);
			let dtype = match known {
				Some(&(_, dtype)) if !source.once_in(32) => dtype,
				_ => element_type(types(operator, parameter), source),
			};
			bound.push((parameter.variable, dtype));
			let mut wanted: Vec<_> = layout
				.operands
				.iter()
				.filter(|(name, _)| *name == parameter.name)
				.map(|(_, operand)| operand.clone())
				.collect();
			if wanted.is_empty() && (parameter.arity != Arity::Optional || source.flag()) {
				let times = if parameter.arity == Arity::Many { 1 + source.below(3) } else { 1 };
				for _ in 0..times {
					wanted.push(match inputs.is_empty() && operator.name != "ConstantOfShape" {
						true if operator.name == "Range" => {
							operands::by_name("Range", "", &main, count, source)
						}
						true => operands::Operand::Data(main.clone()),
						false => operands::by_name(operator.name, parameter.name, &main, count, source),
					});
				}
			}
			if wanted.is_empty() {
				inputs.push(None);
			}
			for operand in wanted {
				let tensor = operand.tensor(dtype, source);
				inputs.push(tensor.map(|tensor| (self.give(tensor.clone(), source), tensor)));
			}
		}
		inputs
	}

	/// Names a new tensor.
	fn give(&mut self, tensor: HostTensor, source: &mut Source<'_>) -> String {
		let name = format!("x{}", self.given.len());
		self.given.push(Given { name: name.clone(), tensor, constant: source.flag() });
		name
	}

	/// What a node computes from these tensors, if it can.
	fn evaluate(&self, node: &NodeProto, mut inputs: Vec<(String, HostTensor)>) -> Option<Vec<HostTensor>> {
		let mut names = BTreeSet::new();
		inputs.retain(|(name, _)| names.insert(name.clone()));
		let mut graph = GraphProto {
			node: vec![node.clone()],
			input: inputs.iter().map(|(name, tensor)| declared(name, tensor.dtype())).collect(),
			output: node.output.iter().map(|name| declared(name, DType::F32)).collect(),
			..Default::default()
		};
		loop {
			let file = self.wrapped(graph.clone()).encode_to_vec();
			let model = Model::decode(&file, &Limits::default()).ok()?;
			match agreement::reference(model).ok()?.run(inputs.clone(), &BUDGET) {
				Ok(run) => return Some(run.outputs.into_iter().map(|(_, tensor)| tensor).collect()),
				Err(ExecError::OutputType { declared: wrong, found, .. }) => {
					let output = graph.output.iter_mut().find(|output| output.name == wrong.name)?;
					*output = declared(&wrong.name, found.dtype);
				}
				Err(_) => return None,
			}
		}
	}

	/// The model: constants and inputs as they are, the nodes, sometimes in a loop, and all outputs or those of the last node.
	fn model(&self, source: &mut Source<'_>) -> ModelProto {
		let shown = if source.flag() { self.computed.len() } else { 1 };
		let outputs: Vec<ValueInfoProto> = self
			.computed
			.iter()
			.rev()
			.take(shown)
			.map(|(name, tensor)| declared(name, tensor.as_ref().map_or(DType::F32, HostTensor::dtype)))
			.collect();
		let mut graph = GraphProto {
			node: self.nodes.clone(),
			input: self
				.given
				.iter()
				.filter(|given| !given.constant)
				.map(|given| declared(&given.name, given.tensor.dtype()))
				.collect(),
			initializer: self
				.given
				.iter()
				.filter(|given| given.constant)
				.map(|given| TensorProto { name: given.name.clone(), ..TensorProto::from(&given.tensor) })
				.collect(),
			output: outputs,
			..Default::default()
		};
		if source.once_in(6) {
			repeat(&mut graph, source.between(0, 3));
		}
		self.wrapped(graph)
	}

	/// What is not in the model's file.
	fn inputs(&self) -> Vec<(String, HostTensor)> {
		let inputs = self.given.iter().filter(|given| !given.constant);
		inputs.map(|given| (given.name.clone(), given.tensor.clone())).collect()
	}

	fn wrapped(&self, graph: GraphProto) -> ModelProto {
		let opset = |domain: &str, version| OperatorSetIdProto { domain: domain.into(), version };
		ModelProto {
			ir_version: 10,
			graph: Some(graph),
			opset_import: vec![opset("", self.opset), opset("ai.onnx.ml", 5)],
			..Default::default()
		}
	}
}

/// The types that ONNX allows for a parameter.
fn types<'a>(operator: &'a Signature, parameter: &Parameter) -> &'a [DType] {
	let variable = operator.types.iter().find(|(name, _)| *name == parameter.variable);
	variable.map_or(&DType::ALL, |(_, allowed)| allowed)
}

/// One of the allowed types, now and then any.
fn element_type(allowed: &[DType], source: &mut Source<'_>) -> DType {
	match source.below(32) {
		0..=15 if allowed.contains(&DType::F32) => DType::F32,
		31 => source.pick(&DType::ALL),
		_ => source.pick(allowed),
	}
}

/// A value of this element type and any shape.
fn declared(name: &str, dtype: DType) -> ValueInfoProto {
	let tensor = TensorTypeProto { elem_type: dtype.onnx(), shape: None };
	ValueInfoProto { name: name.into(), r#type: Some(tensor.into()), ..Default::default() }
}

/// Puts the nodes of a graph into a loop, which collects its outputs.
fn repeat(graph: &mut GraphProto, times: i64) {
	let untyped = |name: &str| ValueInfoProto { name: name.into(), ..Default::default() };
	let node = |op_type: &str, input: &[&str], output: Vec<String>| NodeProto {
		op_type: op_type.into(),
		input: input.iter().map(ToString::to_string).collect(),
		output,
		..Default::default()
	};
	let mut body = GraphProto {
		node: core::mem::take(&mut graph.node),
		input: vec![untyped("iteration"), untyped("before")],
		output: vec![untyped("after")],
		..Default::default()
	};
	body.node.push(node("Identity", &["before"], vec!["after".into()]));
	for output in &mut graph.output {
		let collected = format!("{}_all", output.name);
		body.output.push(untyped(&core::mem::replace(&mut output.name, collected)));
	}
	let results = graph.output.iter().map(|output| output.name.clone()).collect();
	let mut outer = node("Loop", &["times", ""], results);
	outer.attribute.push(AttributeProto {
		name: "body".into(),
		g: Some(Box::new(body)),
		r#type: AttributeType::Graph as i32,
		..Default::default()
	});
	graph.node.push(outer);
	let times = HostTensor::scalar(times);
	graph.initializer.push(TensorProto { name: "times".into(), ..TensorProto::from(&times) });
}
