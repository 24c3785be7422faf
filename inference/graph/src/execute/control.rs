//! `If`, `Loop`, `Scan` and `FlexAttention` at run time.
//!
//! Every run of a graph inside a node is charged for its inputs and outputs, so that the budget bounds every loop, and
//! what a loop keeps between iterations counts as memory.

use alloc::{format, vec, vec::Vec};

use super::{error::ExecError, frame::Frame};
use crate::{
	control::{Branch, Control, Flex, Loop, Scan, Walk},
	dtype::DType,
	error::NodeRef,
	limits::{MAX_DIM, MAX_RANK},
	metering::{self, COLLECTED, MOVE},
	model::{Block, Dim, ValueDecl},
	operators::{
		StepError,
		plan::{self, Reason},
	},
	ops::{AxisSlice, KernelError, TensorOps},
	tensor::{Element, HostTensor, TensorSpec},
};

impl<T: TensorOps> Frame<'_, T> {
	/// Executes a node with graphs inside. Its outputs have been counted.
	pub(super) fn control(
		&mut self,
		control: &Control,
		node: &NodeRef,
		inputs: Vec<Option<T::Tensor>>,
	) -> Result<Vec<T::Tensor>, ExecError> {
		self.charge(inputs.len() as u64, 0, node)?;
		match control {
			Control::If(branch) => self.branch(branch, node, &inputs),
			Control::Loop(r#loop) => self.r#loop(r#loop, node, inputs),
			Control::Scan(scan) => {
				let inputs: Vec<_> = inputs.into_iter().flatten().collect();
				if scan.batched { self.batches(scan, node, &inputs) } else { self.scan(scan, node, &inputs) }
			}
			Control::Flex(flex) => self.flex(flex, node, &inputs),
		}
	}

	fn branch(
		&mut self,
		branch: &Branch,
		node: &NodeRef,
		inputs: &[Option<T::Tensor>],
	) -> Result<Vec<T::Tensor>, ExecError> {
		let condition = inputs.first().and_then(Option::as_ref);
		let taken = match condition {
			Some(condition) => self.single::<bool>(condition, "the condition", node)?,
			None => return Err(ExecError::undefined(Some(node))),
		};
		self.block(if taken { &branch.then_branch } else { &branch.else_branch }, Vec::new(), node)
	}

	fn r#loop(
		&mut self,
		r#loop: &Loop,
		node: &NodeRef,
		inputs: Vec<Option<T::Tensor>>,
	) -> Result<Vec<T::Tensor>, ExecError> {
		let mut inputs = inputs.into_iter();
		let trips = match inputs.next().flatten() {
			Some(trips) => Some(self.single::<i64>(&trips, "the trip count", node)?),
			None => None,
		};
		let condition = inputs.next().flatten();
		let conditional = condition.is_some();
		let mut goes_on = match condition {
			Some(condition) => self.single::<bool>(&condition, "the condition", node)?,
			None => true,
		};
		let mut states: Vec<T::Tensor> = inputs.flatten().collect();
		let dtypes: Vec<DType> = states.iter().map(|state| self.ops.spec(state).dtype).collect();
		self.hold_all(&states, node)?;
		let mut stacks = vec![Vec::new(); r#loop.body.outputs.len().saturating_sub(1 + r#loop.states())];

		let mut iteration = 0i64;
		while goes_on && trips.is_none_or(|trips| iteration < trips) {
			let mut arguments = vec![
				self.host(HostTensor::scalar(iteration), node)?,
				self.host(HostTensor::scalar(goes_on), node)?,
			];
			self.hold_all(&arguments, node)?;
			arguments.append(&mut states);
			let mut results = self.block(&r#loop.body, arguments, node)?.into_iter();
			if let Some(condition) = results.next() {
				// Without a condition to begin with, the body's is not looked at.
				if conditional {
					goes_on = self.single::<bool>(&condition, "the condition the body gives", node)?;
				}
				self.release(&condition);
			}
			states = self.states(&mut results, &dtypes, node)?;
			self.push(&mut stacks, results, node)?;
			iteration += 1;
		}
		let stacked = r#loop.body.outputs.iter().skip(1 + states.len());
		let forward = Walk { axis: 0, reversed: false };
		for (stack, (_, decl)) in stacks.into_iter().zip(stacked) {
			states.push(self.stack(stack, forward, decl.as_ref(), node)?);
		}
		Ok(states)
	}

	fn scan(
		&mut self,
		scan: &Scan,
		node: &NodeRef,
		inputs: &[T::Tensor],
	) -> Result<Vec<T::Tensor>, ExecError> {
		let (initial, sequences) = inputs.split_at(scan.states.min(inputs.len()));
		let mut states = initial.to_vec();
		let dtypes: Vec<DType> = states.iter().map(|state| self.ops.spec(state).dtype).collect();
		self.hold_all(&states, node)?;

		let mut axes = Vec::with_capacity(sequences.len());
		let mut length = None;
		for (sequence, walk) in sequences.iter().zip(&scan.inputs) {
			let shape = self.ops.spec(sequence).shape;
			let axis =
				plan::axis(walk.axis, shape.len()).map_err(|reason| self.failed(reason.into(), node))?;
			let found = shape.get(axis).copied().unwrap_or_default();
			let expected = *length.get_or_insert(found);
			if found != expected {
				let reason =
					format!("sequences of {expected} and of {found} elements cannot be scanned together");
				return Err(self.failed(Reason(reason).into(), node));
			}
			axes.push((axis, walk.reversed));
		}
		let length = length.unwrap_or_default();
		let mut stacks = vec![Vec::new(); scan.outputs.len()];
		for step in 0..length {
			let mut arguments = core::mem::take(&mut states);
			for (sequence, &(axis, reversed)) in sequences.iter().zip(&axes) {
				let index = if reversed { length - 1 - step } else { step };
				arguments.push(self.element(sequence, axis, index, node)?);
			}
			let mut results = self.block(&scan.body, arguments, node)?.into_iter();
			states = self.states(&mut results, &dtypes, node)?;
			self.push(&mut stacks, results, node)?;
		}
		let stacked = scan.body.outputs.iter().skip(scan.states);
		for ((stack, &walk), (_, decl)) in stacks.into_iter().zip(&scan.outputs).zip(stacked) {
			states.push(self.stack(stack, walk, decl.as_ref(), node)?);
		}
		Ok(states)
	}

	/// Scans every element of a batch, and puts the results together again.
	fn batches(
		&mut self,
		scan: &Scan,
		node: &NodeRef,
		inputs: &[T::Tensor],
	) -> Result<Vec<T::Tensor>, ExecError> {
		let sizes: Vec<_> = inputs.iter().map(|input| self.ops.spec(input).shape.first().copied()).collect();
		let batch = match sizes.first() {
			Some(&Some(batch)) if batch > 0 && sizes.iter().all(|&size| size == Some(batch)) => batch,
			_ => {
				let reason = "its inputs must have one batch axis in front, of equal and positive size";
				return Err(self.failed(Reason::from(reason).into(), node));
			}
		};
		let mut stacks = vec![Vec::new(); scan.states + scan.outputs.len()];
		for index in 0..batch {
			let elements = inputs
				.iter()
				.map(|input| self.element(input, 0, index, node))
				.collect::<Result<Vec<_>, _>>()?;
			let results = self.scan(scan, node, &elements)?;
			elements.iter().for_each(|element| self.release(element));
			self.push(&mut stacks, results.into_iter(), node)?;
		}
		let forward = Walk { axis: 0, reversed: false };
		stacks.into_iter().map(|stack| self.stack(stack, forward, None, node)).collect()
	}

	fn flex(
		&mut self,
		flex: &Flex,
		node: &NodeRef,
		inputs: &[Option<T::Tensor>],
	) -> Result<Vec<T::Tensor>, ExecError> {
		let (queries_and_keys, values) = inputs.split_at(inputs.len().min(2));
		let scores = self.part(&flex.attention.scores, queries_and_keys, node)?;
		let scores = self.changed(flex.scores.as_ref(), scores, node)?;
		let probabilities = self.part(&flex.attention.softmax, &[Some(scores.clone())], node)?;
		self.release(&scores);
		let probabilities = self.changed(flex.probabilities.as_ref(), probabilities, node)?;
		let weighted = [&[Some(probabilities.clone())], values].concat();
		let output = self.part(&flex.attention.output, &weighted, node)?;
		self.release(&probabilities);
		Ok(vec![output])
	}

	/// What a graph makes of a tensor, of the same type.
	fn changed(
		&mut self,
		block: Option<&Block>,
		tensor: T::Tensor,
		node: &NodeRef,
	) -> Result<T::Tensor, ExecError> {
		let Some(block) = block else { return Ok(tensor) };
		let expected = self.ops.spec(&tensor);
		let results = self.block(block, vec![tensor], node)?;
		results.iter().skip(1).for_each(|result| self.release(result));
		let result = results.into_iter().next().ok_or_else(|| ExecError::undefined(Some(node)))?;
		let found = self.ops.spec(&result);
		if found != expected {
			let reason = format!("a graph turns {expected} into {found}: it must keep type and shape");
			return Err(self.failed(Reason(reason).into(), node));
		}
		Ok(result)
	}

	/// Takes the next states from what a body gave. They may change their shapes, not their types.
	fn states(
		&mut self,
		results: &mut impl Iterator<Item = T::Tensor>,
		dtypes: &[DType],
		node: &NodeRef,
	) -> Result<Vec<T::Tensor>, ExecError> {
		let states: Vec<T::Tensor> = results.take(dtypes.len()).collect();
		for (state, &dtype) in states.iter().zip(dtypes) {
			let found = self.ops.spec(state).dtype;
			if found != dtype {
				let reason = format!("the body turns a {dtype} it carries over into a {found}");
				return Err(self.failed(Reason(reason).into(), node));
			}
		}
		Ok(states)
	}

	/// Puts elements on their stacks. All of a stack have one type and shape.
	fn push(
		&mut self,
		stacks: &mut [Vec<T::Tensor>],
		elements: impl Iterator<Item = T::Tensor>,
		node: &NodeRef,
	) -> Result<(), ExecError> {
		for (stack, element) in stacks.iter_mut().zip(elements) {
			if let Some(first) = stack.first() {
				let (first, found) = (self.ops.spec(first), self.ops.spec(&element));
				if first != found {
					let reason = format!("elements {first} and {found} cannot be stacked into one tensor");
					return Err(self.failed(Reason(reason).into(), node));
				}
			}
			self.hold_bytes(COLLECTED, node)?;
			stack.push(element);
		}
		Ok(())
	}

	/// One tensor of all elements, with a new axis that counts them.
	fn stack(
		&mut self,
		mut elements: Vec<T::Tensor>,
		walk: Walk,
		decl: Option<&ValueDecl>,
		node: &NodeRef,
	) -> Result<T::Tensor, ExecError> {
		let element = match elements.first() {
			Some(first) => Ok(self.ops.spec(first)),
			None => declared(decl),
		};
		let planned = element.and_then(|element| stacked(&element, elements.len(), walk.axis));
		let (axis, slot, output) = planned.map_err(|reason| self.failed(reason.into(), node))?;
		let work = metering::elements(&output.shape).saturating_mul(MOVE);
		self.charge(elements.len() as u64 + 1, work, node)?;
		self.hold(&output, node)?;
		let result = if output.shape.contains(&0) {
			self.empty(output, node)?
		} else {
			if walk.reversed {
				elements.reverse();
			}
			let slots = elements.iter().map(|element| self.ops.reshape(element, &slot));
			slots
				.collect::<Result<Vec<_>, _>>()
				.and_then(|slots| self.ops.concat(&slots.iter().collect::<Vec<_>>(), axis))
				.map_err(|error| self.kernel(error, node))?
		};
		elements.iter().for_each(|element| self.release(element));
		self.release_bytes(COLLECTED.saturating_mul(elements.len() as u64));
		Ok(result)
	}

	/// The part of `x` at `index` of `axis`, without that axis, counted.
	fn element(
		&mut self,
		x: &T::Tensor,
		axis: usize,
		index: usize,
		node: &NodeRef,
	) -> Result<T::Tensor, ExecError> {
		let TensorSpec { dtype, mut shape } = self.ops.spec(x);
		let slices: Vec<AxisSlice> = shape
			.iter()
			.enumerate()
			.map(|(at, &len)| match at == axis {
				true => AxisSlice { start: index, step: 1, len: 1 },
				false => AxisSlice { start: 0, step: 1, len },
			})
			.collect();
		shape.remove(axis);
		let output = TensorSpec::new(dtype, shape);
		self.charge(1, metering::elements(&output.shape).saturating_mul(MOVE), node)?;
		self.hold(&output, node)?;
		if output.shape.contains(&0) {
			return self.empty(output, node);
		}
		let part = self.ops.slice(x, &slices).and_then(|part| self.ops.reshape(&part, &output.shape));
		part.map_err(|error| self.kernel(error, node))
	}

	/// The only element of a tensor.
	fn single<E: Element>(&self, tensor: &T::Tensor, what: &str, node: &NodeRef) -> Result<E, ExecError> {
		let spec = self.ops.spec(tensor);
		if spec.dtype != E::DTYPE || spec.elements() != Some(1) {
			let reason = format!("{what} must be one {}, found {spec}", E::DTYPE);
			return Err(self.failed(Reason(reason).into(), node));
		}
		let host = self.ops.to_host(tensor.clone()).map_err(|error| self.kernel(error, node))?;
		let value = host.as_slice::<E>().and_then(|values| values.first().copied());
		value.ok_or_else(|| ExecError::undefined(Some(node)))
	}

	fn hold_all(&mut self, tensors: &[T::Tensor], node: &NodeRef) -> Result<(), ExecError> {
		tensors.iter().try_for_each(|tensor| self.hold(&self.ops.spec(tensor), node))
	}

	fn empty(&self, spec: TensorSpec, node: &NodeRef) -> Result<T::Tensor, ExecError> {
		let tensor = HostTensor::empty(spec).map_err(|error| self.failed(error.into(), node))?;
		self.host(tensor, node)
	}

	fn host(&self, tensor: HostTensor, node: &NodeRef) -> Result<T::Tensor, ExecError> {
		self.ops.from_host(tensor).map_err(|error| self.kernel(error, node))
	}

	fn kernel(&self, error: KernelError, node: &NodeRef) -> ExecError {
		self.failed(StepError::from(error), node)
	}
}

/// The type of an element of which there is none: from its declaration, with 0 for sizes that are not known.
fn declared(decl: Option<&ValueDecl>) -> Result<TensorSpec, Reason> {
	let shaped = decl.and_then(|decl| Some((decl.dtype, decl.dims.as_ref()?)));
	let (dtype, dims) = shaped.ok_or(
		"it stacks the elements of no iteration, and the body does not declare their type and rank: declare them",
	)?;
	let size = |dim: &Dim| match dim {
		Dim::Fixed(size) => *size,
		Dim::Symbolic(_) | Dim::Unknown => 0,
	};
	Ok(TensorSpec::new(dtype, dims.iter().map(size).collect::<Vec<_>>()))
}

/// For `count` elements stacked along a new axis: that axis, the shape of one element with it, and the whole.
fn stacked(element: &TensorSpec, count: usize, axis: i64) -> Result<(usize, Vec<usize>, TensorSpec), Reason> {
	let axis = plan::axis(axis, element.shape.len() + 1)?;
	let with = |size| {
		let mut shape = element.shape.clone();
		shape.insert(axis, size);
		shape
	};
	let whole = with(count);
	if whole.len() > MAX_RANK || count > MAX_DIM {
		return Err(Reason(format!(
			"its output would have shape {whole:?}: at most {MAX_RANK} dimensions of at most {MAX_DIM} are supported"
		)));
	}
	Ok((axis, with(1), TensorSpec::new(element.dtype, whole)))
}
