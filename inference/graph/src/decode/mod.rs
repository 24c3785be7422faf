//! From hostile bytes to a checked [`Model`].
//!
//! Every value of the model, those of graphs inside nodes included, has one number. A graph inside a node sees the
//! names around it; a function sees its own only. Calls of functions are replaced by their nodes here.

mod block;
mod constants;
mod declaration;
mod footprint;
mod function;
mod liveness;
mod node;
mod scope;

use alloc::{
	collections::{BTreeMap, BTreeSet},
	string::ToString,
	vec::Vec,
};

use prost::{
	Message,
	bytes::{Buf, Bytes},
};

use crate::{
	error::{DecodeError, LimitKind, NodeProblem, NodeRef, ValueProblem},
	limits::{Limits, MAX_IR_VERSION},
	model::{Model, ValueId},
	onnx::{FunctionProto, GraphProto, ModelProto},
	tensor::HostTensor,
	wire,
};
use constants::Constants;
use function::{Copies, FunctionKey};
use node::Surroundings;
use scope::{Opsets, Scope};

impl Model {
	/// Decodes and checks an ONNX file. The bytes may come from anybody: whatever they are, this returns within the
	/// limits and does not panic.
	pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
		wire::survey(bytes, limits)?;
		Self::decode_surveyed(bytes, limits)
	}

	/// As [`decode`](Self::decode), without a second copy of the constants on the way.
	pub fn decode_owned(bytes: Vec<u8>, limits: &Limits) -> Result<Self, DecodeError> {
		wire::survey(&bytes, limits)?;
		Self::decode_surveyed(Bytes::from(bytes), limits)
	}

	fn decode_surveyed(bytes: impl Buf, limits: &Limits) -> Result<Self, DecodeError> {
		let proto = ModelProto::decode(bytes)
			.map_err(|error| DecodeError::malformed(0, "ModelProto", error.to_string()))?;
		let Some(graph) = proto.graph else {
			return Err(DecodeError::NotOnnx("it has no graph: give a file that holds a ModelProto"));
		};
		if proto.ir_version < 1 {
			return Err(DecodeError::NotOnnx(
				"it declares no IR version: give a file that holds a ModelProto",
			));
		}
		if proto.ir_version > MAX_IR_VERSION {
			return Err(DecodeError::IrVersion(proto.ir_version));
		}
		let opsets = Opsets::of_model(&proto.opset_import)?;
		let mut decoder = Decoder {
			limits,
			functions: function::by_name(proto.functions)?,
			scopes: Vec::new(),
			values: 0,
			constants: Constants::default(),
			nodes: 0,
			copies: Copies::new(limits.decoded_bytes),
			nesting: 0,
		};
		decoder.model(graph, &opsets)
	}
}

/// What decoding has come to.
struct Decoder<'a> {
	limits: &'a Limits,
	functions: BTreeMap<FunctionKey, FunctionProto>,
	/// The names visible here, innermost scope last.
	scopes: Vec<Scope>,
	/// Values numbered so far, in the order they are defined.
	values: ValueId,
	constants: Constants,
	/// Nodes decoded so far, those of functions once per call.
	nodes: u64,
	copies: Copies,
	/// Graphs inside nodes, and functions, around what is being decoded.
	nesting: usize,
}

/// Why a node cannot be decoded.
enum Failure {
	/// Something is wrong with this node.
	Problem(NodeProblem),
	/// The error is complete: a limit, or a node inside this one.
	Complete(DecodeError),
}

impl From<NodeProblem> for Failure {
	fn from(problem: NodeProblem) -> Self {
		Self::Problem(problem)
	}
}

impl From<DecodeError> for Failure {
	fn from(error: DecodeError) -> Self {
		Self::Complete(error)
	}
}

impl Failure {
	/// The error, if what failed is `node`.
	fn at(self, node: &NodeRef) -> DecodeError {
		match self {
			Self::Problem(problem) => DecodeError::Node { node: node.clone(), problem },
			Self::Complete(error) => error,
		}
	}
}

impl Decoder<'_> {
	fn model(&mut self, graph: GraphProto, opsets: &Opsets) -> Result<Model, DecodeError> {
		self.scopes.push(Scope::of_graph(&graph));
		let initializers = self.initializers(graph.initializer)?;
		let mut inputs = Vec::new();
		for input in &graph.input {
			let problem = |problem| DecodeError::Input { name: input.name.clone(), problem };
			let decl = declaration::value(input).map_err(problem)?;
			// An input with an initialiser has a default value, which is the one used.
			if initializers.contains(&input.name) {
				let constant = self.resolve(&input.name).flatten().and_then(|id| self.constants.get(id));
				match constant.map(HostTensor::spec) {
					Some(found) if !decl.admits(&found) => {
						return Err(problem(ValueProblem::Initializer { found }));
					}
					_ => continue,
				}
			}
			self.check_elements(&decl)?;
			let Some(id) = self.define(&decl.name) else {
				return Err(DecodeError::Input { name: decl.name, problem: ValueProblem::Duplicate });
			};
			inputs.push((id, decl));
		}

		let mut nodes = Vec::with_capacity(graph.node.len());
		let around = Surroundings { opsets, arguments: None, within: None };
		self.sequence(graph.node, &around, &mut nodes)?;

		let mut outputs = Vec::new();
		let mut given = BTreeSet::new();
		for output in &graph.output {
			let decl = declaration::value(output)
				.map_err(|problem| DecodeError::Output { name: output.name.clone(), problem })?;
			let Some(Some(id)) = self.resolve(&decl.name) else {
				return Err(DecodeError::Output { name: decl.name, problem: ValueProblem::Undefined });
			};
			if !given.insert(id) {
				return Err(DecodeError::Output { name: decl.name, problem: ValueProblem::Duplicate });
			}
			outputs.push((id, decl));
		}
		if outputs.is_empty() {
			return Err(DecodeError::NoOutputs);
		}
		self.scopes.pop();
		let constants = core::mem::take(&mut self.constants);
		let lasting = outputs.iter().map(|&(id, _)| id);
		liveness::settle(&mut nodes, &(0..self.values), &constants, lasting);
		Ok(Model {
			opset: opsets.standard(),
			inputs,
			outputs,
			constants: constants.into_values(),
			nodes,
			values: self.values,
		})
	}

	/// Counts a node, or a call, against the limit.
	fn count_node(&mut self) -> Result<(), DecodeError> {
		self.nodes = self.nodes.saturating_add(1);
		if self.nodes > self.limits.nodes {
			return Err(DecodeError::limit(LimitKind::Nodes, self.limits.nodes));
		}
		Ok(())
	}
}
