//! A run under way: the values there are, and what they cost.

use alloc::vec::Vec;

use assay_numerics::random::Stream;

use super::{RunOptions, error::ExecError};
use crate::{
	error::NodeRef,
	metering::{self, Budget, Exceeded, Meter},
	model::{Block, Node, NodeKind, ValueDecl, ValueId},
	operators::{Operator, StepError, chain::Followers, plan::Reason},
	ops::TensorOps,
	tensor::{HostTensor, TensorSpec},
};

/// The values of all graphs of the model, and the account.
///
/// A graph inside a node has one set of values however often it runs, since it is never run inside itself. Tensors that
/// are given to such a graph have been counted, and then belong to it; those it gives back have been counted too.
pub(super) struct Frame<'a, T: TensorOps> {
	pub(super) ops: &'a T,
	values: Vec<Option<T::Tensor>>,
	meter: Meter,
	budget: Budget,
	seed: u64,
	/// How many random operators have been executed.
	draws: u32,
}

impl<'a, T: TensorOps> Frame<'a, T> {
	/// A run that starts with these values.
	pub(super) fn new(ops: &'a T, values: Vec<Option<T::Tensor>>, options: RunOptions) -> Self {
		let RunOptions { budget, seed } = options;
		Self { ops, values, meter: Meter::new(budget), budget, seed, draws: 0 }
	}

	/// Compute units charged, and the most bytes that were alive.
	pub(super) fn totals(&self) -> (u64, u64) {
		(self.meter.compute_units(), self.meter.peak_bytes())
	}

	/// Counts constants and inputs.
	pub(super) fn count(&mut self, bytes: u64) -> Result<(), ExecError> {
		self.meter
			.allocate(bytes, 0)
			.map_err(|exceeded| ExecError::exceeded(exceeded, None, &self.budget, &self.meter))
	}

	/// Takes an input over from the host.
	pub(super) fn enter(&mut self, value: ValueId, tensor: HostTensor) -> Result<(), ExecError> {
		let tensor = self.ops.from_host(tensor).map_err(|error| ExecError::backend(&error, None))?;
		self.values[value] = Some(tensor);
		Ok(())
	}

	/// Hands an output to the host, if it is of the type that is declared.
	pub(super) fn leave(&self, value: ValueId, declared: &ValueDecl) -> Result<HostTensor, ExecError> {
		let tensor = self.values[value].clone().ok_or_else(|| ExecError::undefined(None))?;
		let found = self.ops.spec(&tensor);
		if found.dtype != declared.dtype {
			let compute_units = self.meter.compute_units();
			return Err(ExecError::OutputType { declared: declared.clone(), found, compute_units });
		}
		self.ops.to_host(tensor).map_err(|error| ExecError::backend(&error, None))
	}

	/// Executes nodes in order; values die after the last node that reads them.
	pub(super) fn nodes(&mut self, nodes: &[Node]) -> Result<(), ExecError> {
		let mut rest = nodes;
		while let Some((node, after)) = rest.split_first() {
			let executed = self.node(node, after.get(..node.followers).unwrap_or_default())?;
			let last = executed.checked_sub(1).and_then(|last| after.get(last)).unwrap_or(node);
			for &value in &last.dying {
				self.drop(value);
			}
			rest = after.get(executed..).unwrap_or_default();
		}
		Ok(())
	}

	/// Executes a node, and as many of `after` as can be executed together with it; stores the outputs. Returns how many those
	/// were; what died at all of these nodes but the last has been dropped.
	fn node(&mut self, node: &Node, after: &[Node]) -> Result<usize, ExecError> {
		let reference = &node.reference;
		let mut inputs = Vec::with_capacity(node.inputs.len());
		for input in &node.inputs {
			inputs.push(match *input {
				None => None,
				Some(value) => {
					Some(self.values[value].clone().ok_or_else(|| ExecError::undefined(Some(reference)))?)
				}
			});
		}
		let (results, executed) = match &node.kind {
			NodeKind::Operator(operator) => {
				let stream = self.stream(operator, reference);
				let mut followers = Followers::of(node, after, &self.values);
				let results = operator.execute(self.ops, &inputs, &mut self.meter, stream, &mut followers);
				let failed = followers.failed().unwrap_or(reference);
				let executed = followers.executed();
				(results.map_err(|error| self.failed(error, failed))?, executed)
			}
			NodeKind::Control(control) => {
				(self.control(control, reference, inputs)?, Followers::<T>::none().executed())
			}
		};
		let last = executed.last.unwrap_or(node);
		if executed.nodes > 0 && after.get(executed.nodes - 1).is_some_and(|end| end.outputs == last.outputs)
		{
			// The result before the last one dies at this node without having been stored, and is as large.
			results.iter().for_each(|tensor| self.release(tensor));
		}
		for (value, tensor) in executed.between {
			self.values[value] = Some(tensor);
		}
		let mut names = last.outputs.iter();
		for tensor in results {
			match names.next() {
				Some(&Some(value)) => self.values[value] = Some(tensor),
				// Computed, and nobody wants it.
				_ => self.release(&tensor),
			}
		}
		let all = core::iter::once(node).chain(after);
		for &value in all.take(executed.nodes).flat_map(|node| &node.dying) {
			self.values[value] = None;
		}
		Ok(executed.nodes)
	}

	/// Where a node's random numbers come from: its own stream each time it is executed.
	fn stream(&mut self, operator: &Operator, node: &NodeRef) -> Stream {
		let stream = Stream { seed: self.seed, node: node.index as u32, execution: self.draws };
		if operator.is_random() {
			self.draws = self.draws.wrapping_add(1);
		}
		stream
	}

	/// Runs a graph inside `node` on as many tensors as it has inputs.
	pub(super) fn block(
		&mut self,
		block: &Block,
		inputs: Vec<T::Tensor>,
		node: &NodeRef,
	) -> Result<Vec<T::Tensor>, ExecError> {
		self.charge((block.inputs.len() + block.outputs.len()) as u64, 0, node)?;
		for (&value, tensor) in block.inputs.iter().zip(inputs) {
			self.values[value] = Some(tensor);
		}
		self.nodes(&block.nodes)?;
		let outputs = block
			.outputs
			.iter()
			.map(|&(value, _)| self.values[value].clone().ok_or_else(|| ExecError::undefined(Some(node))))
			.collect::<Result<Vec<_>, _>>()?;
		for &value in &block.remaining {
			self.drop(value);
		}
		for tensor in &outputs {
			self.hold(&self.ops.spec(tensor), node)?;
		}
		Ok(outputs)
	}

	/// Executes an operator that is a part of a node and has one output.
	pub(super) fn part(
		&mut self,
		operator: &Operator,
		inputs: &[Option<T::Tensor>],
		node: &NodeRef,
	) -> Result<T::Tensor, ExecError> {
		let stream = self.stream(operator, node);
		let results = operator
			.execute(self.ops, inputs, &mut self.meter, stream, &mut Followers::none())
			.map_err(|error| self.failed(error, node))?;
		results.into_iter().next().ok_or_else(|| ExecError::undefined(Some(node)))
	}

	/// Ends a value.
	fn drop(&mut self, value: ValueId) {
		if let Some(tensor) = self.values[value].take() {
			self.release(&tensor);
		}
	}

	/// Counts a tensor that dies.
	pub(super) fn release(&mut self, tensor: &T::Tensor) {
		self.release_bytes(metering::bytes(&self.ops.spec(tensor)));
	}

	/// Counts bytes that are no longer needed.
	pub(super) fn release_bytes(&mut self, bytes: u64) {
		self.meter.free(bytes);
	}

	/// Counts a tensor that comes to life.
	pub(super) fn hold(&mut self, spec: &TensorSpec, node: &NodeRef) -> Result<(), ExecError> {
		self.hold_bytes(metering::bytes(spec), node)
	}

	/// Counts bytes that are needed from now on.
	pub(super) fn hold_bytes(&mut self, bytes: u64, node: &NodeRef) -> Result<(), ExecError> {
		self.meter.allocate(bytes, 0).map_err(|exceeded| self.exceeded(exceeded, node))
	}

	/// Charges for handling so many tensors and for work.
	pub(super) fn charge(&mut self, tensors: u64, work: u64, node: &NodeRef) -> Result<(), ExecError> {
		self.meter.compute(tensors, work).map_err(|exceeded| self.exceeded(exceeded, node))
	}

	fn exceeded(&self, exceeded: Exceeded, node: &NodeRef) -> ExecError {
		ExecError::exceeded(exceeded, Some(node), &self.budget, &self.meter)
	}

	/// What the failure of a node is to the run.
	pub(super) fn failed(&self, error: StepError, node: &NodeRef) -> ExecError {
		match error {
			StepError::Reason(Reason(reason)) => ExecError::OperatorFailed {
				node: node.clone(),
				reason,
				compute_units: self.meter.compute_units(),
			},
			StepError::Exceeded(exceeded) => self.exceeded(exceeded, node),
			StepError::Kernel(error) => ExecError::backend(&error, Some(node)),
		}
	}
}
