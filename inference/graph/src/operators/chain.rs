//! Chains of nodes: one that computes, and after it some that do something to each element of its result, which nobody else
//! reads. A backend may do all of that in one pass. Charges, failures and bits are those of the nodes one by one.
//!
//! Between the nodes of a chain others may stand that have nothing to do with it. They are executed in their turn, while the
//! chain is still only planned; since the nodes of a chain never fail after they have been charged, nobody can tell.

use alloc::{format, vec, vec::Vec};

use assay_numerics::random::Stream;

use super::{Family, StepError, plan::Tensors, prepare};
use crate::{
	dtype::DType,
	error::NodeRef,
	metering::{self, Charge, Meter},
	model::{Node, NodeKind, ValueId},
	ops::{KernelError, TensorOps, Then},
	tensor::TensorSpec,
};

/// Most nodes that may stand between two of a chain.
const MAX_BETWEEN: usize = 4;

/// How many of the nodes after the first may be executed together with it, going by what is known before a run: up to the last
/// one of its chain.
pub(crate) fn followers(nodes: &[Node]) -> usize {
	let [first, after @ ..] = nodes else { return 0 };
	if !matches!(&first.kind, NodeKind::Operator(operator) if operator.starts()) {
		return 0;
	}
	let (mut before, mut count) = (first, 0);
	for (index, node) in after.iter().enumerate() {
		if link(before, node).is_some() {
			before = node;
			count = index + 1;
		} else if !may_stand_after(before, node) || index - count >= MAX_BETWEEN {
			break;
		}
	}
	count
}

/// The input of `node` that is the one output of the node `before` and that nobody else reads, if `node` can do its work on the
/// elements as they are computed.
fn link(before: &Node, node: &Node) -> Option<usize> {
	let [Some(value), unwanted @ ..] = before.outputs.as_slice() else { return None };
	let NodeKind::Operator(operator) = &node.kind else { return None };
	let mut readers = node.inputs.iter().enumerate().filter(|(_, input)| **input == Some(*value));
	let (index, _) = readers.next()?;
	let alone = readers.next().is_none() && node.dying.contains(value);
	(alone && unwanted.is_empty() && operator.follows()).then_some(index)
}

/// Whether a node can be executed before the kernel of the node `before`: it neither needs its result nor takes random numbers.
fn may_stand_after(before: &Node, node: &Node) -> bool {
	let independent = !node.inputs.iter().any(|input| input.is_some() && before.outputs.contains(input));
	independent && matches!(&node.kind, NodeKind::Operator(operator) if !operator.is_random())
}

/// The nodes that may be executed together with one that starts a chain, and what has come of them.
pub(crate) struct Followers<'n, 'v, T: TensorOps> {
	first: Option<&'n Node>,
	nodes: &'n [Node],
	values: &'v [Option<T::Tensor>],
	steps: Vec<Then<T::Tensor>>,
	executed: Executed<'n, T>,
	failed: Option<&'n NodeRef>,
}

/// What was executed together with the node that started a chain.
pub(crate) struct Executed<'n, T: TensorOps> {
	/// How many of the nodes after it.
	pub nodes: usize,
	/// The last one of the chain, whose output the result is; `None`: nobody joined.
	pub last: Option<&'n Node>,
	/// Outputs of nodes that stood between.
	pub between: Vec<(ValueId, T::Tensor)>,
}

impl<'n, 'v, T: TensorOps> Followers<'n, 'v, T> {
	/// Of a node that is executed by itself.
	pub(crate) const fn none() -> Self {
		let executed = Executed { nodes: 0, last: None, between: Vec::new() };
		Self { first: None, nodes: &[], values: &[], steps: Vec::new(), executed, failed: None }
	}

	/// Those of `first` among the nodes after it, `nodes`.
	pub(crate) fn of(first: &'n Node, nodes: &'n [Node], values: &'v [Option<T::Tensor>]) -> Self {
		Self { first: Some(first), nodes, values, ..Self::none() }
	}

	/// Has as many of them as can continue the chain after a result of the given type do so: they are charged as if each were
	/// executed by itself. Chains are for results with batch and channels, or rows and columns, of the usual element type.
	pub(super) fn join(
		&mut self,
		ops: &T,
		result: &TensorSpec,
		meter: &mut Meter,
		stream: Stream,
	) -> Result<(), StepError> {
		let Some(first) = self.first else { return Ok(()) };
		if result.dtype != DType::F32 || result.shape.len() < 2 {
			return Ok(());
		}
		let (mut chain, mut before) = (first, first);
		for node in self.nodes {
			let NodeKind::Operator(operator) = &node.kind else { break };
			if let Some(index) = link(chain, node) {
				let Some((charge, then)) = operator.follow(ops, &self.inputs(node), index, result) else {
					break;
				};
				self.release(ops, before, result, meter);
				if let Err(exceeded) = meter.charge(&charge) {
					self.failed = Some(&node.reference);
					return Err(exceeded.into());
				}
				self.steps.push(then);
				self.executed.last = Some(node);
				chain = node;
			} else {
				let inputs: Vec<_> = self.inputs(node).into_iter().map(Option::<&_>::cloned).collect();
				self.release(ops, before, result, meter);
				let outputs = operator
					.execute(ops, &inputs, meter, stream, &mut Followers::none())
					.inspect_err(|_| self.failed = Some(&node.reference))?;
				let mut names = node.outputs.iter();
				for tensor in outputs {
					match names.next() {
						Some(&Some(value)) => self.executed.between.push((value, tensor)),
						_ => meter.free(metering::bytes(&ops.spec(&tensor))),
					}
				}
			}
			before = node;
			self.executed.nodes += 1;
		}
		Ok(())
	}

	/// Counts what dies at a node. What the chain computes on the way is nowhere stored, and is of the type of its result.
	fn release(&self, ops: &T, node: &Node, result: &TensorSpec, meter: &mut Meter) {
		for &value in &node.dying {
			let stored = self.value(value).map(|tensor| ops.spec(tensor));
			meter.free(metering::bytes(stored.as_ref().unwrap_or(result)));
		}
	}

	fn inputs(&self, node: &Node) -> Vec<Option<&T::Tensor>> {
		node.inputs.iter().map(|input| input.and_then(|value| self.value(value))).collect()
	}

	fn value(&self, value: ValueId) -> Option<&T::Tensor> {
		let between = self.executed.between.iter().find(|(id, _)| *id == value).map(|(_, tensor)| tensor);
		between.or_else(|| self.values.get(value)?.as_ref())
	}

	/// What those that have joined do to each element of the result.
	pub(super) fn steps(&self) -> &[Then<T::Tensor>] {
		&self.steps
	}

	/// The one that failed, if that is why the execution did.
	pub(crate) fn failed(&self) -> Option<&'n NodeRef> {
		self.failed
	}

	/// What has been executed.
	pub(crate) fn executed(self) -> Executed<'n, T> {
		self.executed
	}
}

/// For a family that begins a chain with what it would also do in the middle of one: all in one pass.
pub(super) fn begin<F: Family, T: TensorOps>(
	family: &F,
	call: F::Call,
	ops: &T,
	inputs: Tensors<'_, T>,
	steps: &[Then<T::Tensor>],
) -> Result<Vec<T::Tensor>, KernelError>
where
	F::Call: Clone,
{
	let own = if steps.is_empty() {
		None
	} else {
		let others: Vec<_> = inputs.values.iter().map(Option::as_ref).collect();
		family.follow::<T>(call.clone(), 0, &others)
	};
	let Some(own) = own else { return then(family.run(call, ops, inputs)?, ops, steps) };
	let steps: Vec<_> = core::iter::once(own).chain(steps.iter().cloned()).collect();
	Ok(vec![ops.then(inputs.get(0)?.clone(), &steps)?])
}

/// Does steps to the first output.
pub(super) fn then<T: TensorOps>(
	outputs: Vec<T::Tensor>,
	ops: &T,
	steps: &[Then<T::Tensor>],
) -> Result<Vec<T::Tensor>, KernelError> {
	let mut outputs = outputs.into_iter();
	let first = match outputs.next() {
		Some(first) if !steps.is_empty() => Some(ops.then(first, steps)?),
		first => first,
	};
	Ok(first.into_iter().chain(outputs).collect())
}

/// See [`Operator::follow`](super::Operator::follow).
pub(super) fn follow<F: Family, T: TensorOps>(
	family: &F,
	ops: &T,
	inputs: &[Option<&T::Tensor>],
	index: usize,
	result: &TensorSpec,
) -> Option<(Charge, Then<T::Tensor>)> {
	let mut specs: Vec<Option<TensorSpec>> =
		inputs.iter().map(|input| input.map(|tensor| ops.spec(tensor))).collect();
	*specs.get_mut(index)? = Some(result.clone());
	if specs.iter().flatten().any(|spec| spec.dtype.is_half()) {
		return None;
	}
	// What fails here will fail again, and say why, when the node is executed by itself.
	let prepared = prepare(family, &specs, |input| {
		let absent = || KernelError::Backend(format!("input {input} is not there yet"));
		ops.to_host(inputs.get(input).copied().flatten().ok_or_else(absent)?.clone())
	})
	.ok()?;
	let same = matches!(prepared.outputs.as_slice(), [output] if output == result);
	let then = family.follow::<T>(prepared.call, index, inputs)?;
	same.then_some((prepared.charge, then))
}
