//! Runs a checked graph on a backend.

use alloc::{
	collections::BTreeMap,
	string::{String, ToString},
	vec,
	vec::Vec,
};
use core::fmt;

use crate::{
	dtype::DType,
	error::{NodeRef, Quoted},
	limits::{MAX_DIM, MAX_RANK},
	metering::{self, Budget, Exceeded, Meter},
	model::{Dim, Model, Node, ValueDecl, ValueId},
	operators::{StepError, plan::Reason},
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// Why an input does not fit the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputError {
	/// The model has no input of this name.
	Unknown {
		/// The name given.
		name: String,
		/// The names there are.
		expected: Vec<String>,
	},
	/// An input of this name is given twice.
	Duplicate {
		/// The name.
		name: String,
	},
	/// An input is not given.
	Missing {
		/// What the model declares.
		declared: ValueDecl,
	},
	/// The element type or the number or size of the dimensions differ from the declaration.
	Mismatch {
		/// What the model declares.
		declared: ValueDecl,
		/// What was given.
		found: TensorSpec,
	},
	/// A named dimension has different sizes in different places.
	Dimension {
		/// What the model declares.
		declared: ValueDecl,
		/// Name of the dimension.
		dim: String,
		/// Its size where it appeared first.
		bound: usize,
		/// Its size here.
		found: usize,
	},
}

impl fmt::Display for InputError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Unknown { name, expected } => {
				write!(f, "the model has no input {}: its inputs are {expected:?}", Quoted(name))
			}
			Self::Duplicate { name } => write!(f, "input {} is given twice: give it once", Quoted(name)),
			Self::Missing { declared } => write!(f, "an input is missing: give {declared}"),
			Self::Mismatch { declared, found } => {
				write!(f, "an input does not fit: the model declares {declared}, found {found}")
			}
			Self::Dimension { declared, dim, bound, found } => write!(
				f,
				"an input does not fit: in {declared}, the dimension {} is {found}, and {bound} elsewhere",
				Quoted(dim)
			),
		}
	}
}

/// Why a run gave no outputs.
///
/// All but [`ExecError::Backend`] depend on the model, the inputs and the budget alone: every machine comes to the same
/// one, so each is an answer to a request like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecError {
	/// The inputs do not fit the model. Nothing ran.
	InvalidInput(InputError),
	/// The compute budget does not suffice.
	OutOfCompute {
		/// The node that could not be paid for.
		node: NodeRef,
		/// Compute units needed up to and including it.
		needed: u64,
		/// Compute units allowed.
		budget: u64,
	},
	/// The memory budget does not suffice.
	OutOfMemory {
		/// The node whose tensors do not fit; `None` if constants and inputs alone do not.
		node: Option<NodeRef>,
		/// Bytes needed at that point.
		needed: u64,
		/// Bytes allowed.
		budget: u64,
		/// Compute units charged until then.
		compute_units: u64,
	},
	/// An operator cannot work with what it was given: shapes that do not fit, an index out of range, and the like.
	OperatorFailed {
		/// The node.
		node: NodeRef,
		/// Why.
		reason: String,
		/// Compute units charged until then.
		compute_units: u64,
	},
	/// The backend failed. Says nothing about the model; try again, or on another machine.
	Backend {
		/// The node; `None` for transfers from and to the host.
		node: Option<NodeRef>,
		/// What the backend said.
		reason: String,
	},
}

impl ExecError {
	/// Compute units to account for: all of the budget if it was exceeded. `None` if this is no answer.
	pub fn compute_units(&self) -> Option<u64> {
		match self {
			Self::InvalidInput(_) => Some(0),
			Self::OutOfCompute { budget, .. } => Some(*budget),
			Self::OutOfMemory { compute_units, .. } | Self::OperatorFailed { compute_units, .. } => {
				Some(*compute_units)
			}
			Self::Backend { .. } => None,
		}
	}

	/// Whether every machine comes to this result.
	pub fn is_deterministic(&self) -> bool {
		self.compute_units().is_some()
	}
}

impl fmt::Display for ExecError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::InvalidInput(error) => error.fmt(f),
			Self::OutOfCompute { node, needed, budget } => write!(
				f,
				"out of compute units at {node}: {needed} are needed up to there, {budget} are allowed. Allow more, or give \
				 smaller inputs"
			),
			Self::OutOfMemory { node, needed, budget, .. } => {
				f.write_str("out of memory")?;
				if let Some(node) = node {
					write!(f, " at {node}")?;
				}
				write!(
					f,
					": {needed} bytes are needed, {budget} are allowed. Allow more, or give smaller inputs"
				)
			}
			Self::OperatorFailed { node, reason, .. } => write!(f, "{node}: {reason}"),
			Self::Backend { node: Some(node), reason } => write!(f, "{node}: {reason}"),
			Self::Backend { node: None, reason } => f.write_str(reason),
		}
	}
}

impl core::error::Error for ExecError {}

impl From<InputError> for ExecError {
	fn from(error: InputError) -> Self {
		Self::InvalidInput(error)
	}
}

/// What a run gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
	/// Outputs by name, in the graph's order.
	pub outputs: Vec<(String, HostTensor)>,
	/// Compute units charged.
	pub compute_units: u64,
	/// Most bytes of tensors alive at the same time, see [`metering`].
	pub peak_bytes: u64,
}

/// A model on a backend, its constants handed over once. Runs do not change it.
#[derive(Debug)]
pub struct Executor<T: TensorOps> {
	ops: T,
	inputs: Vec<(ValueId, ValueDecl)>,
	outputs: Vec<(ValueId, ValueDecl)>,
	nodes: Vec<Node>,
	/// For every node, the values that nobody reads after it.
	dying: Vec<Vec<ValueId>>,
	/// What every run starts with: constants in their places.
	initial: Vec<Option<T::Tensor>>,
	constant_bytes: u64,
}

impl<T: TensorOps> Executor<T> {
	/// Hands the constants of `model` to `ops`.
	pub fn new(model: Model, ops: T) -> Result<Self, KernelError> {
		let Model { inputs, outputs, constants, nodes, values, .. } = model;
		let mut initial = vec![None; values];
		let mut constant_bytes = 0u64;
		// Who reads a value last: constants and outputs outlive the run.
		let mut last_reader: Vec<Option<usize>> = vec![None; values];
		for (index, node) in nodes.iter().enumerate() {
			for &value in node.outputs.iter().chain(&node.inputs).flatten() {
				last_reader[value] = Some(index);
			}
		}
		for &(value, _) in &outputs {
			last_reader[value] = None;
		}
		for (value, tensor) in constants {
			constant_bytes = constant_bytes.saturating_add(metering::bytes(&tensor.spec()));
			initial[value] = Some(ops.from_host(tensor)?);
			last_reader[value] = None;
		}
		let mut dying = vec![Vec::new(); nodes.len()];
		for (value, last) in last_reader.into_iter().enumerate() {
			if let Some(index) = last {
				dying[index].push(value);
			}
		}
		Ok(Self { ops, inputs, outputs, nodes, dying, initial, constant_bytes })
	}

	/// The backend.
	pub fn ops(&self) -> &T {
		&self.ops
	}

	/// Inputs a run needs, in the graph's order.
	pub fn inputs(&self) -> impl ExactSizeIterator<Item = &ValueDecl> {
		self.inputs.iter().map(|(_, decl)| decl)
	}

	/// Outputs a run gives, in the graph's order.
	pub fn outputs(&self) -> impl ExactSizeIterator<Item = &ValueDecl> {
		self.outputs.iter().map(|(_, decl)| decl)
	}

	/// Runs the model on named inputs, in any order, within a budget.
	pub fn run(&self, inputs: Vec<(String, HostTensor)>, budget: &Budget) -> Result<Run, ExecError> {
		let inputs = self.match_inputs(inputs)?;
		let mut meter = Meter::new(*budget);
		let input_bytes = inputs
			.iter()
			.map(|(_, tensor)| metering::bytes(&tensor.spec()))
			.fold(self.constant_bytes, u64::saturating_add);
		meter.allocate(input_bytes, 0).map_err(|exceeded| out_of(exceeded, None, budget, &meter))?;

		let mut values = self.initial.clone();
		for (value, tensor) in inputs {
			values[value] = Some(self.ops.from_host(tensor).map_err(|error| transfer(&error))?);
		}
		for (node, dying) in self.nodes.iter().zip(&self.dying) {
			self.step(node, &mut values, &mut meter, budget)?;
			for &value in dying {
				if let Some(tensor) = values[value].take() {
					meter.free(metering::bytes(&self.ops.spec(&tensor)));
				}
			}
		}
		let outputs = self
			.outputs
			.iter()
			.map(|(value, decl)| {
				let tensor = values[*value].clone().ok_or_else(|| undefined(None))?;
				let tensor = self.ops.to_host(tensor).map_err(|error| transfer(&error))?;
				Ok((decl.name.clone(), tensor))
			})
			.collect::<Result<Vec<_>, ExecError>>()?;
		Ok(Run { outputs, compute_units: meter.compute_units(), peak_bytes: meter.peak_bytes() })
	}

	/// Executes a node and stores its outputs.
	fn step(
		&self,
		node: &Node,
		values: &mut [Option<T::Tensor>],
		meter: &mut Meter,
		budget: &Budget,
	) -> Result<(), ExecError> {
		let reference = || node.reference.clone();
		let mut inputs = Vec::with_capacity(node.inputs.len());
		for input in &node.inputs {
			inputs.push(match *input {
				None => None,
				Some(value) => {
					Some(values[value].clone().ok_or_else(|| undefined(Some(node.reference.clone())))?)
				}
			});
		}
		let results = node.operator.execute(&self.ops, &inputs, meter).map_err(|error| match error {
			StepError::Reason(Reason(reason)) => {
				ExecError::OperatorFailed { node: reference(), reason, compute_units: meter.compute_units() }
			}
			StepError::Exceeded(exceeded) => out_of(exceeded, Some(reference()), budget, meter),
			StepError::Kernel(error) => {
				ExecError::Backend { node: Some(reference()), reason: error.to_string() }
			}
		})?;
		let mut names = node.outputs.iter();
		for tensor in results {
			match names.next() {
				Some(&Some(value)) => values[value] = Some(tensor),
				// Computed, and nobody wants it.
				_ => meter.free(metering::bytes(&self.ops.spec(&tensor))),
			}
		}
		Ok(())
	}

	/// Puts inputs in the graph's order and checks them against their declarations.
	fn match_inputs(
		&self,
		given: Vec<(String, HostTensor)>,
	) -> Result<Vec<(ValueId, HostTensor)>, InputError> {
		let mut by_name = BTreeMap::new();
		for (name, tensor) in given {
			if by_name.contains_key(&name) {
				return Err(InputError::Duplicate { name });
			}
			by_name.insert(name, tensor);
		}
		let mut symbols: BTreeMap<&str, usize> = BTreeMap::new();
		let mut matched = Vec::with_capacity(self.inputs.len());
		for (value, decl) in &self.inputs {
			let Some(tensor) = by_name.remove(&decl.name) else {
				return Err(InputError::Missing { declared: decl.clone() });
			};
			check_input(decl, tensor.dtype(), tensor.shape(), &mut symbols)?;
			matched.push((*value, tensor));
		}
		if let Some(name) = by_name.into_keys().next() {
			let expected = self.inputs.iter().map(|(_, decl)| decl.name.clone()).collect();
			return Err(InputError::Unknown { name, expected });
		}
		Ok(matched)
	}
}

/// Checks one input and binds the names of its dimensions.
fn check_input<'a>(
	decl: &'a ValueDecl,
	dtype: DType,
	shape: &[usize],
	symbols: &mut BTreeMap<&'a str, usize>,
) -> Result<(), InputError> {
	let mismatch = || InputError::Mismatch { declared: decl.clone(), found: TensorSpec::new(dtype, shape) };
	if dtype != decl.dtype || shape.len() > MAX_RANK || shape.iter().any(|&size| size > MAX_DIM) {
		return Err(mismatch());
	}
	let Some(dims) = &decl.dims else { return Ok(()) };
	if dims.len() != shape.len() {
		return Err(mismatch());
	}
	for (dim, &size) in dims.iter().zip(shape) {
		match dim {
			Dim::Unknown => {}
			Dim::Fixed(fixed) if *fixed == size => {}
			Dim::Fixed(_) => return Err(mismatch()),
			Dim::Symbolic(name) => {
				let bound = *symbols.entry(name).or_insert(size);
				if bound != size {
					let dim = name.clone();
					return Err(InputError::Dimension { declared: decl.clone(), dim, bound, found: size });
				}
			}
		}
	}
	Ok(())
}

fn out_of(exceeded: Exceeded, node: Option<NodeRef>, budget: &Budget, meter: &Meter) -> ExecError {
	match (exceeded, node) {
		(Exceeded::Compute { needed }, Some(node)) => {
			ExecError::OutOfCompute { node, needed, budget: budget.compute_units }
		}
		(Exceeded::Compute { needed } | Exceeded::Memory { needed }, node) => ExecError::OutOfMemory {
			node,
			needed,
			budget: budget.memory_bytes,
			compute_units: meter.compute_units(),
		},
	}
}

fn transfer(error: &KernelError) -> ExecError {
	ExecError::Backend { node: None, reason: error.to_string() }
}

/// Decoding checked that every value is defined before it is read.
fn undefined(node: Option<NodeRef>) -> ExecError {
	ExecError::Backend { node, reason: "a value is not defined".to_string() }
}
