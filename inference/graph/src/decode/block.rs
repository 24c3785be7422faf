//! `If`, `Loop`, `Scan` and `FlexAttention`: nodes with graphs inside.

use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::{Decoder, Failure, declaration, liveness, node::Surroundings, scope::Scope};
use crate::{
	control::{Branch, Construct, Control, Flex, Loop, ScanAttributes},
	error::{AttributeError, BlockProblem, NodeProblem, NodeRef, ValueProblem},
	limits::MAX_NESTING,
	model::{Block, ValueId},
	onnx::{AttributeProto, GraphProto},
	operators::{attributes::Attributes, flex_attention},
};

/// What is known of a node with graphs inside, before they are looked at.
pub(super) struct Head<'a> {
	pub construct: Construct,
	pub reference: &'a NodeRef,
	pub opset: i64,
	pub inputs: &'a [Option<ValueId>],
	/// Number of outputs wanted.
	pub wanted: usize,
}

impl Decoder<'_> {
	/// Decodes the attributes of such a node.
	pub(super) fn control(
		&mut self,
		head: &Head<'_>,
		attributes: Vec<AttributeProto>,
		around: &Surroundings<'_>,
	) -> Result<Control, Failure> {
		let mut attributes = Attributes::new(attributes).map_err(NodeProblem::Attribute)?;
		let within = Some(Arc::new(head.reference.clone()));
		let around = Surroundings { within, arguments: None, ..around.clone() };
		let control = match head.construct {
			Construct::If => {
				arity(head, 1, 1)?;
				let mut branch = |name| {
					let block = self.attribute(&mut attributes, name, &around)?;
					outputs(&block, name, head.wanted)?;
					inputs(&block, name, 0)?;
					Ok::<_, Failure>(block)
				};
				Control::If(Box::new(Branch {
					then_branch: branch("then_branch")?,
					else_branch: branch("else_branch")?,
				}))
			}
			Construct::Loop => {
				let states = head.inputs.len().saturating_sub(2);
				if head.inputs.iter().skip(2).any(Option::is_none) {
					return Err(inputs_left_out(head, 2));
				}
				let body = self.attribute(&mut attributes, "body", &around)?;
				inputs(&body, "body", states + 2)?;
				outputs(&body, "body", (states + 1).max(head.wanted + 1))?;
				Control::Loop(Box::new(Loop { body }))
			}
			Construct::Scan => {
				// Before operator set 9 there were batches, each with a length of its own.
				let given = match head.inputs {
					inputs if head.opset >= 9 => inputs,
					[None, inputs @ ..] => inputs,
					_ => {
						let reason =
							"lengths of sequences, its first input, are not supported: leave them out";
						return Err(NodeProblem::Refused(reason).into());
					}
				};
				if given.is_empty() || given.iter().any(Option::is_none) {
					return Err(inputs_left_out(head, 1));
				}
				let scan = ScanAttributes::parse(&mut attributes, head.opset, given.len())
					.map_err(NodeProblem::Attribute)?;
				let body = self.attribute(&mut attributes, "body", &around)?;
				inputs(&body, "body", given.len())?;
				outputs(&body, "body", scan.states().max(head.wanted))?;
				let scan = scan.with_body(body).map_err(NodeProblem::Attribute)?;
				Control::Scan(Box::new(scan))
			}
			Construct::FlexAttention => {
				arity(head, 3, 3)?;
				if head.wanted > 1 {
					return Err(NodeProblem::Outputs { found: head.wanted, max: 1 }.into());
				}
				let attention = flex_attention::parse(&mut attributes).map_err(NodeProblem::Attribute)?;
				let mut change = |name| {
					if !attributes.has(name) {
						return Ok(None);
					}
					let block = self.attribute(&mut attributes, name, &around)?;
					inputs(&block, name, 1)?;
					outputs(&block, name, 1)?;
					Ok::<_, Failure>(Some(block))
				};
				let (scores, probabilities) = (change("score_mod")?, change("prob_mod")?);
				Control::Flex(Box::new(Flex { attention, scores, probabilities }))
			}
		};
		attributes.finish().map_err(NodeProblem::Attribute)?;
		Ok(control)
	}

	/// Decodes the graph in an attribute.
	fn attribute(
		&mut self,
		attributes: &mut Attributes,
		name: &'static str,
		around: &Surroundings<'_>,
	) -> Result<Block, Failure> {
		let graph = attributes.graph(name).map_err(NodeProblem::Attribute)?;
		let graph = graph.ok_or(NodeProblem::Attribute(AttributeError::Missing(name)))?;
		if self.nesting >= MAX_NESTING {
			return Err(NodeProblem::Nesting.into());
		}
		self.nesting += 1;
		let block = self.block(graph, name, around);
		self.nesting -= 1;
		block
	}

	fn block(
		&mut self,
		graph: GraphProto,
		attribute: &'static str,
		around: &Surroundings<'_>,
	) -> Result<Block, Failure> {
		let first = self.values;
		self.scopes.push(Scope::of_graph(&graph));
		let initializers = self.initializers(graph.initializer)?;
		let input = |name: &str, problem| NodeProblem::Block {
			attribute,
			problem: BlockProblem::Input { name: name.into(), problem },
		};
		let mut inputs = Vec::with_capacity(graph.input.len());
		for proto in &graph.input {
			// What a graph inside a node gets comes from the node, in order: nothing else has a value by default.
			declaration::optional(proto).map_err(|problem| input(&proto.name, problem))?;
			if initializers.contains(&proto.name) {
				return Err(input(&proto.name, ValueProblem::Duplicate).into());
			}
			let id = self.define(&proto.name);
			inputs.push(id.ok_or_else(|| input(&proto.name, ValueProblem::Duplicate))?);
		}
		let mut nodes = Vec::with_capacity(graph.node.len());
		self.sequence(graph.node, around, &mut nodes)?;
		let mut outputs = Vec::with_capacity(graph.output.len());
		for proto in &graph.output {
			let output = |problem| NodeProblem::Block {
				attribute,
				problem: BlockProblem::Output { name: proto.name.clone(), problem },
			};
			let decl = declaration::optional(proto).map_err(output)?;
			let Some(Some(id)) = self.resolve(&proto.name) else {
				return Err(output(ValueProblem::Undefined).into());
			};
			outputs.push((id, decl));
		}
		self.scopes.pop();

		let own = first..self.values;
		let results: Vec<ValueId> = outputs.iter().map(|&(id, _)| id).collect();
		liveness::settle(&mut nodes, &own, &self.constants, results.iter().copied());
		let captures = liveness::captures(&nodes, &results, &own);
		let mut block = Block { inputs, outputs, nodes, captures, remaining: Vec::new() };
		block.remaining = liveness::remaining(&block, &own, &self.constants);
		Ok(block)
	}
}

fn arity(head: &Head<'_>, min: usize, max: usize) -> Result<(), Failure> {
	let found = head.inputs.len();
	if found < min || found > max || head.inputs.iter().take(min).any(Option::is_none) {
		return Err(NodeProblem::Inputs { found, min, max }.into());
	}
	Ok(())
}

fn inputs_left_out(head: &Head<'_>, min: usize) -> Failure {
	NodeProblem::Inputs { found: head.inputs.len(), min, max: usize::MAX }.into()
}

fn inputs(block: &Block, attribute: &'static str, expected: usize) -> Result<(), NodeProblem> {
	let found = block.inputs.len();
	if found == expected {
		return Ok(());
	}
	Err(NodeProblem::Block { attribute, problem: BlockProblem::Inputs { found, expected } })
}

fn outputs(block: &Block, attribute: &'static str, least: usize) -> Result<(), NodeProblem> {
	let found = block.outputs.len();
	if found >= least {
		return Ok(());
	}
	Err(NodeProblem::Block { attribute, problem: BlockProblem::Outputs { found, expected: least } })
}
