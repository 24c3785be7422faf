//! Functions that a model defines: every call is replaced by the function's nodes.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	string::{String, ToString},
	sync::Arc,
	vec::Vec,
};

use super::{
	Decoder, Failure, footprint,
	node::Surroundings,
	scope::{Opsets, Scope, is_standard},
};
use crate::{
	error::{DecodeError, LimitKind, NodeProblem, NodeRef},
	limits::MAX_NESTING,
	model::{Node, ValueId},
	onnx::{AttributeProto, FunctionProto, NodeProto},
};

/// Domain, name and overload.
pub(super) type FunctionKey = (String, String, String);

fn key(domain: &str, name: &str, overload: &str) -> FunctionKey {
	let domain = if is_standard(domain) { "" } else { domain };
	(domain.to_string(), name.to_string(), overload.to_string())
}

/// The functions of a model.
pub(super) fn by_name(
	functions: Vec<FunctionProto>,
) -> Result<BTreeMap<FunctionKey, FunctionProto>, DecodeError> {
	let mut named = BTreeMap::new();
	for function in functions {
		let name = function.name.clone();
		let key = key(&function.domain, &name, &function.overload);
		if name.is_empty() || named.insert(key, function).is_some() {
			return Err(DecodeError::FunctionName { name });
		}
	}
	Ok(named)
}

/// The attributes that the nodes of a function may refer to.
pub(super) struct Arguments(BTreeMap<String, AttributeProto>);

impl Arguments {
	/// The attributes of a call, and defaults for the others.
	fn new(function: &FunctionProto, call: Vec<AttributeProto>) -> Result<Self, NodeProblem> {
		let mut arguments: BTreeMap<_, _> = BTreeMap::new();
		let defaults = function.attribute_proto.iter();
		let known: BTreeSet<&str> = function
			.attribute
			.iter()
			.map(String::as_str)
			.chain(defaults.clone().map(|a| a.name.as_str()))
			.collect();
		for attribute in call {
			if !known.contains(attribute.name.as_str()) {
				return Err(NodeProblem::Refused(
					"it has an attribute that the function does not have: remove it",
				));
			}
			if arguments.insert(attribute.name.clone(), attribute).is_some() {
				return Err(NodeProblem::Refused("it has an attribute twice: keep one"));
			}
		}
		for default in defaults {
			arguments.entry(default.name.clone()).or_insert_with(|| default.clone());
		}
		Ok(Self(arguments))
	}

	/// Replaces references by what they refer to, and drops those to attributes that the call leaves out; also in graphs.
	/// Copies are made as long as `copies` allows.
	pub(super) fn substitute(
		&self,
		attributes: &mut Vec<AttributeProto>,
		copies: &mut Copies,
	) -> Result<(), DecodeError> {
		attributes.retain(|attribute| {
			attribute.ref_attr_name.is_empty() || self.0.contains_key(&attribute.ref_attr_name)
		});
		for attribute in attributes {
			if attribute.ref_attr_name.is_empty() {
				for node in attribute.g.iter_mut().flat_map(|graph| &mut graph.node) {
					self.substitute(&mut node.attribute, copies)?;
				}
			} else if let Some(argument) = self.0.get(&attribute.ref_attr_name) {
				copies.count(footprint::attribute(argument))?;
				let name = core::mem::take(&mut attribute.name);
				*attribute = AttributeProto { name, ..argument.clone() };
			}
		}
		Ok(())
	}
}

/// What calls of functions have copied, in bytes: a small file can call a large function very often, and a function can use an
/// argument very often.
#[derive(Debug)]
pub(super) struct Copies {
	bytes: u64,
	limit: u64,
}

impl Copies {
	pub(super) fn new(limit: u64) -> Self {
		Self { bytes: 0, limit }
	}

	/// Counts a copy before it is made.
	fn count(&mut self, bytes: u64) -> Result<(), DecodeError> {
		self.bytes = self.bytes.saturating_add(bytes);
		if self.bytes > self.limit {
			return Err(DecodeError::limit(LimitKind::DecodedBytes, self.limit));
		}
		Ok(())
	}
}

impl Decoder<'_> {
	/// The function that a node calls, if it calls one.
	pub(super) fn function(&self, proto: &NodeProto) -> Option<FunctionKey> {
		let key = key(&proto.domain, &proto.op_type, &proto.overload);
		self.functions.contains_key(&key).then_some(key)
	}

	/// Appends the nodes of a function to `nodes`, its inputs and outputs being those of the call.
	pub(super) fn call(
		&mut self,
		key: &FunctionKey,
		reference: &NodeRef,
		inputs: Vec<Option<ValueId>>,
		call: NodeProto,
		nodes: &mut Vec<Node>,
	) -> Result<(), Failure> {
		let Some(function) = self.functions.get(key) else { return Err(NodeProblem::UnknownOperator.into()) };
		if self.nesting >= MAX_NESTING {
			return Err(NodeProblem::Nesting.into());
		}
		self.copies.count(footprint::function(function))?;
		if inputs.len() > function.input.len() || call.output.len() > function.output.len() {
			return Err(
				NodeProblem::Refused("it has more inputs or outputs than the function it calls").into()
			);
		}
		let arguments = Arguments::new(function, call.attribute)?;
		let values = inputs.into_iter().chain(core::iter::repeat(None));
		let names: BTreeMap<_, _> = function.input.iter().cloned().zip(values).collect();
		if names.len() != function.input.len() || names.contains_key("") {
			return Err(NodeProblem::Refused("two inputs of the function it calls have one name").into());
		}
		let opsets = Opsets::of_function(&function.opset_import)?;
		let (body, outputs) = (function.node.clone(), function.output.clone());

		self.scopes.push(Scope::of_function(names, &body));
		self.nesting += 1;
		let within = Some(Arc::new(reference.clone()));
		let around = Surroundings { opsets: &opsets, arguments: Some(&arguments), within };
		self.sequence(body, &around, nodes)?;
		let results: Vec<_> = outputs.iter().map(|name| self.resolve(name)).collect();
		self.nesting -= 1;
		self.scopes.pop();

		for (name, result) in call.output.iter().zip(results).filter(|(name, _)| !name.is_empty()) {
			let Some(Some(id)) = result else {
				return Err(NodeProblem::Refused(
					"no node of the function it calls defines one of its outputs",
				)
				.into());
			};
			self.bind(name, id).ok_or_else(|| NodeProblem::DuplicateOutput(name.clone()))?;
		}
		Ok(())
	}
}
