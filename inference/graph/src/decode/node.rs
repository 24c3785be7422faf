//! Nodes of a graph or a function.

use alloc::{string::String, sync::Arc, vec::Vec};

use super::{Decoder, Failure, block::Head, function::Arguments, scope::Opsets};
use crate::{
	control::Construct,
	error::{DecodeError, NodeProblem, NodeRef},
	model::{Node, NodeKind, ValueId},
	onnx::NodeProto,
	operators::{self, Parsed},
};

/// Where a list of nodes is.
#[derive(Clone)]
pub(super) struct Surroundings<'a> {
	pub opsets: &'a Opsets,
	/// Attributes of the call, in a function.
	pub arguments: Option<&'a Arguments>,
	/// The node whose graph or function this is.
	pub within: Option<Arc<NodeRef>>,
}

impl Decoder<'_> {
	/// Decodes nodes in order and appends them to `nodes`.
	pub(super) fn sequence(
		&mut self,
		protos: Vec<NodeProto>,
		around: &Surroundings<'_>,
		nodes: &mut Vec<Node>,
	) -> Result<(), DecodeError> {
		for (index, proto) in protos.into_iter().enumerate() {
			self.count_node()?;
			let reference = NodeRef {
				index,
				name: proto.name.clone(),
				op_type: proto.op_type.clone(),
				within: around.within.clone(),
			};
			self.node(&reference, proto, around, nodes).map_err(|failure| failure.at(&reference))?;
		}
		Ok(())
	}

	/// Checks a node and defines its outputs. A `Constant` becomes a constant of the model and no node; a call of a
	/// function becomes the nodes of the function.
	fn node(
		&mut self,
		reference: &NodeRef,
		mut proto: NodeProto,
		around: &Surroundings<'_>,
		nodes: &mut Vec<Node>,
	) -> Result<(), Failure> {
		if let Some(arguments) = around.arguments {
			arguments.substitute(&mut proto.attribute, &mut self.copies)?;
		}
		let inputs = self.inputs(&proto)?;
		if let Some(key) = self.function(&proto) {
			return self.call(&key, reference, inputs, proto, nodes);
		}
		let Some(domain) = operators::domain(&proto.domain) else {
			return Err(NodeProblem::Domain(proto.domain).into());
		};
		let opset =
			around.opsets.version(domain).ok_or_else(|| NodeProblem::OpsetMissing(proto.domain.clone()))?;
		let wanted = proto.output.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
		let kind = if let Some(construct) = Construct::find(domain, &reference.op_type) {
			let head = Head { construct, reference, opset, inputs: &inputs, wanted };
			NodeKind::Control(self.control(&head, proto.attribute, around)?)
		} else {
			let present: Vec<bool> = inputs.iter().map(Option::is_some).collect();
			let operator = operators::Identity { domain, op_type: &reference.op_type, opset };
			match operators::parse(operator, &present, wanted, proto.attribute)? {
				Parsed::Operator(operator) => NodeKind::Operator(operator),
				Parsed::Constant(tensor) => {
					self.check_size(tensor.dtype(), tensor.shape())?;
					for id in self.outputs(&proto.output)?.into_iter().flatten() {
						self.constants.insert(id, tensor.clone());
					}
					return Ok(());
				}
			}
		};
		let outputs = self.outputs(proto.output.get(..wanted).unwrap_or_default())?;
		let dying = Vec::new();
		nodes.push(Node { reference: reference.clone(), kind, inputs, outputs, dying, followers: 0 });
		Ok(())
	}

	/// The values a node reads, without trailing ones that are left out.
	fn inputs(&self, proto: &NodeProto) -> Result<Vec<Option<ValueId>>, NodeProblem> {
		let mut inputs = Vec::with_capacity(proto.input.len());
		for name in &proto.input {
			inputs.push(match self.resolve(name) {
				_ if name.is_empty() => None,
				Some(id) => id,
				None if self.is_produced_later(name) => return Err(NodeProblem::NotSorted(name.clone())),
				None => return Err(NodeProblem::UndefinedInput(name.clone())),
			});
		}
		while let Some(None) = inputs.last() {
			inputs.pop();
		}
		Ok(inputs)
	}

	/// Defines the values a node gives.
	fn outputs(&mut self, names: &[String]) -> Result<Vec<Option<ValueId>>, NodeProblem> {
		names
			.iter()
			.map(|name| match name.as_str() {
				"" => Ok(None),
				name => match self.define(name) {
					Some(id) => Ok(Some(id)),
					None => Err(NodeProblem::DuplicateOutput(name.into())),
				},
			})
			.collect()
	}
}
