//! A checked graph.

use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{
	control::Control,
	dtype::DType,
	error::{NodeRef, Quoted},
	operators::Operator,
	tensor::{HostTensor, TensorSpec},
};

/// A value of any graph of the model: index into tables of [`Model::values`] entries.
pub(crate) type ValueId = usize;

/// A declared dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dim {
	/// A number.
	Fixed(usize),
	/// A name; within one run, equal names stand for equal numbers.
	Symbolic(String),
	/// Anything.
	Unknown,
}

impl fmt::Display for Dim {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Fixed(size) => write!(f, "{size}"),
			Self::Symbolic(name) => write!(f, "{}", Quoted(name)),
			Self::Unknown => f.write_str("?"),
		}
	}
}

/// A declared input or output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueDecl {
	/// Name.
	pub name: String,
	/// Element type.
	pub dtype: DType,
	/// Dimensions; `None` when not even their number is declared.
	pub dims: Option<Vec<Dim>>,
}

impl ValueDecl {
	/// Whether a tensor of this type may be the value, names of dimensions left aside.
	pub(crate) fn admits(&self, spec: &TensorSpec) -> bool {
		spec.dtype == self.dtype
			&& self.dims.as_ref().is_none_or(|dims| {
				dims.len() == spec.shape.len()
					&& dims.iter().zip(&spec.shape).all(|(dim, &size)| match dim {
						Dim::Fixed(fixed) => *fixed == size,
						Dim::Symbolic(_) | Dim::Unknown => true,
					})
			})
	}
}

impl fmt::Display for ValueDecl {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} {}", Quoted(&self.name), self.dtype)?;
		let Some(dims) = &self.dims else { return f.write_str(" of any shape") };
		f.write_str("[")?;
		for (axis, dim) in dims.iter().enumerate() {
			if axis > 0 {
				f.write_str(", ")?;
			}
			dim.fmt(f)?;
		}
		f.write_str("]")
	}
}

/// A node: an operator with its attributes understood, and what it reads and writes.
#[derive(Clone, Debug)]
pub struct Node {
	/// Position, name and operator, for messages.
	pub reference: NodeRef,
	pub(crate) kind: NodeKind,
	pub(crate) inputs: Vec<Option<ValueId>>,
	pub(crate) outputs: Vec<Option<ValueId>>,
	/// Values that nobody reads after it.
	pub(crate) dying: Vec<ValueId>,
	/// How many of the nodes after it may be executed together with it, see [`chain`](crate::operators::chain).
	pub(crate) followers: usize,
}

/// What a node does.
#[derive(Clone, Debug)]
pub(crate) enum NodeKind {
	/// Computes.
	Operator(Operator),
	/// Runs graphs inside it.
	Control(Control),
}

/// A graph inside a node. It may read values of the graphs around it, which have numbers in the same table.
#[derive(Clone, Debug)]
pub(crate) struct Block {
	pub(crate) inputs: Vec<ValueId>,
	/// What it gives, with its type if that is declared.
	pub(crate) outputs: Vec<(ValueId, Option<ValueDecl>)>,
	pub(crate) nodes: Vec<Node>,
	/// Values from around that it reads.
	pub(crate) captures: Vec<ValueId>,
	/// Its own values that are there when its last node has run.
	pub(crate) remaining: Vec<ValueId>,
}

/// A model that was decoded and checked: names resolve, nodes are sorted, every operator is supported and has the inputs
/// and attributes it needs. What remains for a run are shapes and element types, which may depend on its inputs.
#[derive(Clone, Debug)]
pub struct Model {
	pub(crate) opset: i64,
	pub(crate) inputs: Vec<(ValueId, ValueDecl)>,
	pub(crate) outputs: Vec<(ValueId, ValueDecl)>,
	pub(crate) constants: Vec<(ValueId, HostTensor)>,
	pub(crate) nodes: Vec<Node>,
	/// Number of values; a [`ValueId`] is below it.
	pub(crate) values: usize,
}

impl Model {
	/// Version of the standard operator set the graph is written for; the newest if it uses another domain only.
	pub fn opset(&self) -> i64 {
		self.opset
	}

	/// Inputs a run needs, in the graph's order. An input that has an initialiser is a constant and not among them.
	pub fn inputs(&self) -> impl ExactSizeIterator<Item = &ValueDecl> {
		self.inputs.iter().map(|(_, decl)| decl)
	}

	/// Outputs a run gives, in the graph's order.
	pub fn outputs(&self) -> impl ExactSizeIterator<Item = &ValueDecl> {
		self.outputs.iter().map(|(_, decl)| decl)
	}

	/// Nodes in execution order, without `Constant`s, and without those of graphs inside nodes.
	pub fn nodes(&self) -> &[Node] {
		&self.nodes
	}

	/// Elements of all constants together: about the number of parameters.
	pub fn parameters(&self) -> usize {
		self.constants.iter().map(|(_, tensor)| tensor.len()).sum()
	}
}
