//! Runs a checked graph on a backend.

mod control;
mod error;
mod frame;

use alloc::{collections::BTreeMap, string::String, vec, vec::Vec};

use assay_numerics::random::derived_seed;

use crate::{
	dtype::DType,
	limits::{MAX_DIM, MAX_RANK},
	metering::{self, Budget},
	model::{Dim, Model, Node, ValueDecl, ValueId},
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
	weights::{self, Use},
};
pub use error::{ExecError, InputError};
use frame::Frame;

/// What a run may use, and what its random operators draw from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOptions {
	/// Bounds on compute units and memory.
	pub budget: Budget,
	/// Key of all random numbers: the same seed gives the same ones.
	pub seed: u64,
}

impl From<&Budget> for RunOptions {
	/// For graphs that draw no random numbers; others draw those of seed 0.
	fn from(budget: &Budget) -> Self {
		Self { budget: *budget, seed: 0 }
	}
}

impl RunOptions {
	/// For the graph that a program with this seed runs after `calls` others: every call draws from a seed of its own, which
	/// [`derived_seed`] makes of the program's and that number.
	pub fn of_call(budget: Budget, seed: u64, calls: u64) -> Self {
		Self { budget, seed: derived_seed(seed, calls) }
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
		let uses = weights::uses(&nodes, outputs.iter().map(|&(value, _)| value), values);
		for (value, tensor) in constants {
			constant_bytes = constant_bytes.saturating_add(metering::bytes(&tensor.spec()));
			let tensor = ops.from_host(tensor)?;
			initial[value] = Some(match uses.get(value) {
				Some(&Use::Weight(role)) => ops.prepare(tensor, role)?,
				_ => tensor,
			});
		}
		Ok(Self { ops, inputs, outputs, nodes, initial, constant_bytes })
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
	pub fn run(
		&self,
		inputs: Vec<(String, HostTensor)>,
		options: impl Into<RunOptions>,
	) -> Result<Run, ExecError> {
		let inputs = self.match_inputs(inputs)?;
		let mut frame = Frame::new(&self.ops, self.initial.clone(), options.into());
		let input_bytes = inputs.iter().map(|(_, tensor)| metering::bytes(&tensor.spec()));
		frame.count(input_bytes.fold(self.constant_bytes, u64::saturating_add))?;
		for (value, tensor) in inputs {
			frame.enter(value, tensor)?;
		}
		frame.nodes(&self.nodes)?;
		let outputs = self
			.outputs
			.iter()
			.map(|(value, decl)| Ok((decl.name.clone(), frame.leave(*value, decl)?)))
			.collect::<Result<Vec<_>, ExecError>>()?;
		let (compute_units, peak_bytes) = frame.totals();
		Ok(Run { outputs, compute_units, peak_bytes })
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
	let found = TensorSpec::new(dtype, shape);
	if !decl.admits(&found) || shape.len() > MAX_RANK || shape.iter().any(|&size| size > MAX_DIM) {
		return Err(InputError::Mismatch { declared: decl.clone(), found });
	}
	for (dim, &size) in decl.dims.iter().flatten().zip(shape) {
		if let Dim::Symbolic(name) = dim {
			let bound = *symbols.entry(name).or_insert(size);
			if bound != size {
				let dim = name.clone();
				return Err(InputError::Dimension { declared: decl.clone(), dim, bound, found: size });
			}
		}
	}
	Ok(())
}
