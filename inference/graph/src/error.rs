//! Why bytes are not a model this project runs. Every message says what is wrong, where, and what to do about it.

use alloc::{
	string::{String, ToString},
	sync::Arc,
};
use core::fmt;

use crate::{
	dtype::DType,
	limits::{MAX_DIM, MAX_IR_VERSION, MAX_NESTING, MAX_OPSET, MAX_RANK, MIN_OPSET},
	onnx::TensorProtoError,
	tensor::TensorSpec,
};

/// Which bound of [`Limits`](crate::Limits) a file exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
	/// Bytes of the file.
	FileBytes,
	/// Bytes of memory the decoded messages would take.
	DecodedBytes,
	/// Number of nodes.
	Nodes,
	/// Number of attributes.
	Attributes,
	/// Nesting of messages.
	Depth,
	/// Elements of one tensor.
	TensorElements,
	/// Bytes of all constants.
	InitializerBytes,
}

impl fmt::Display for LimitKind {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::FileBytes => "bytes in the file",
			Self::DecodedBytes => "bytes of memory for the decoded messages",
			Self::Nodes => "nodes",
			Self::Attributes => "attributes",
			Self::Depth => "messages nested in one another",
			Self::TensorElements => "elements in one tensor",
			Self::InitializerBytes => "bytes in all initializers together",
		})
	}
}

/// What of the format is recognised and not supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
	/// Weights in files next to the model.
	ExternalData,
	/// Sparse initialisers.
	SparseInitializer,
	/// Several graphs in one attribute, which no standard operator has.
	GraphList,
}

impl fmt::Display for Feature {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::ExternalData => {
				"the model keeps weights in other files (external data), which is never followed: store the weights in \
				 the model file (onnx.save_model with save_as_external_data=False)"
			}
			Self::SparseInitializer => {
				"the model has sparse initializers: store them as dense tensors before exporting"
			}
			Self::GraphList => {
				"a node has a list of graphs as an attribute, which no standard operator has: remove it"
			}
		})
	}
}

/// Which node an error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRef {
	/// Position in the graph's list of nodes, from 0.
	pub index: usize,
	/// Name; may be empty.
	pub name: String,
	/// Operator.
	pub op_type: String,
	/// The node whose graph, or whose function, this node is in; `None` in the graph of the model.
	pub within: Option<Arc<NodeRef>>,
}

impl fmt::Display for NodeRef {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "node {} ({}", self.index, Quoted(&self.op_type))?;
		if !self.name.is_empty() {
			write!(f, ", named {}", Quoted(&self.name))?;
		}
		f.write_str(")")?;
		match &self.within {
			Some(outer) => write!(f, " in {outer}"),
			None => Ok(()),
		}
	}
}

/// Text from a file, escaped and cut short so that a message stays a message.
pub(crate) struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		const LONGEST: usize = 80;
		f.write_str("\"")?;
		for c in self.0.chars().take(LONGEST) {
			write!(f, "{}", c.escape_debug())?;
		}
		f.write_str(if self.0.chars().nth(LONGEST).is_some() { "…\"" } else { "\"" })
	}
}

/// What is wrong with an attribute of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeError {
	/// The operator needs it.
	Missing(&'static str),
	/// It is there twice.
	Duplicate(String),
	/// The operator has no such attribute in this operator set.
	Unknown(String),
	/// It is of another kind.
	Kind {
		/// Attribute.
		name: String,
		/// Kind the operator wants.
		expected: &'static str,
	},
	/// Its value is not allowed, or not supported.
	Value {
		/// Attribute.
		name: String,
		/// What is wrong with the value.
		reason: String,
	},
	/// It holds something that is no tensor.
	Tensor {
		/// Attribute.
		name: String,
		/// What is wrong with the tensor.
		problem: TensorProtoError,
	},
}

impl fmt::Display for AttributeError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Missing(name) => write!(f, "the attribute {name} is missing: the operator needs it"),
			Self::Duplicate(name) => {
				write!(f, "the attribute {} is there twice: keep one", Quoted(name))
			}
			Self::Unknown(name) => write!(
				f,
				"the operator has no attribute {} in this operator set: remove it or declare the right operator set",
				Quoted(name)
			),
			Self::Kind { name, expected } => {
				write!(f, "the attribute {} must be of kind {expected}", Quoted(name))
			}
			Self::Value { name, reason } => write!(f, "the attribute {}: {reason}", Quoted(name)),
			Self::Tensor { name, problem } => write!(f, "the attribute {}: {problem}", Quoted(name)),
		}
	}
}

/// What is wrong with a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeProblem {
	/// The operator is of another domain.
	Domain(String),
	/// The operator is not implemented.
	UnknownOperator,
	/// The operator is implemented, not in the model's operator set.
	OperatorVersion {
		/// First operator set that has it here.
		since: i64,
		/// The model's operator set.
		opset: i64,
	},
	/// Too few or too many inputs, or a required one is left out.
	Inputs {
		/// Inputs given, up to the last one not left out.
		found: usize,
		/// Fewest allowed.
		min: usize,
		/// Most allowed.
		max: usize,
	},
	/// Too few or too many outputs.
	Outputs {
		/// Outputs wanted, up to the last one not left out.
		found: usize,
		/// Most supported.
		max: usize,
	},
	/// An input that nothing defines.
	UndefinedInput(String),
	/// An input that only a later node, or the node itself, defines: nodes are not sorted, or form a cycle.
	NotSorted(String),
	/// An output whose name is already taken: every value is defined once.
	DuplicateOutput(String),
	/// A wrong attribute.
	Attribute(AttributeError),
	/// The operator set of its domain is not declared where the node is.
	OpsetMissing(String),
	/// Graphs in nodes, or functions in functions, are nested too deeply; or a function calls itself.
	Nesting,
	/// A graph in one of its attributes is wrong.
	Block {
		/// Attribute.
		attribute: &'static str,
		/// What is wrong.
		problem: BlockProblem,
	},
	/// It is wrong in another way: it does not fit the function it calls, or uses something that is not supported.
	Refused(&'static str),
}

impl fmt::Display for NodeProblem {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Domain(domain) => write!(
				f,
				"operators of the domain {} are not supported: export with standard ai.onnx operators only",
				Quoted(domain)
			),
			Self::UnknownOperator => f.write_str(
				"the operator is not supported: export with operators from the supported list, or add it \
				 (docs/adding-an-operator.md)",
			),
			Self::OperatorVersion { since, opset } => write!(
				f,
				"the operator is supported from operator set {since} on, and the model declares {opset}: convert the model \
				 (onnx.version_converter)"
			),
			Self::Inputs { found, min, max } if *max == usize::MAX => {
				write!(f, "it has {found} inputs and needs at least {min}, none of them left out")
			}
			Self::Inputs { found, min, max } => write!(
				f,
				"it has {found} inputs and needs {min} to {max}, the first {min} of which cannot be left out"
			),
			Self::Outputs { found, max } => write!(
				f,
				"it has {found} outputs and only the first {max} can be computed: remove the others"
			),
			Self::UndefinedInput(name) => write!(
				f,
				"its input {} is neither an input of the graph, nor an initializer, nor the output of a node: check the name",
				Quoted(name)
			),
			Self::NotSorted(name) => write!(
				f,
				"its input {} is the output of the same or a later node: sort the nodes topologically, or break the cycle",
				Quoted(name)
			),
			Self::DuplicateOutput(name) => {
				write!(f, "its output {} is already defined: give every value its own name", Quoted(name))
			}
			Self::Attribute(error) => error.fmt(f),
			Self::OpsetMissing(domain) => write!(
				f,
				"the operator set of its domain {} is not declared: add it to opset_import",
				Quoted(domain)
			),
			Self::Nesting => write!(
				f,
				"graphs and functions are nested more than {MAX_NESTING} deep here: flatten them; a function must not call \
				 itself"
			),
			Self::Block { attribute, problem } => write!(f, "the graph in attribute {attribute}: {problem}"),
			Self::Refused(reason) => f.write_str(reason),
		}
	}
}

/// What is wrong with a graph in an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockProblem {
	/// It has another number of inputs than the operator gives.
	Inputs {
		/// Inputs it has.
		found: usize,
		/// Inputs the operator gives.
		expected: usize,
	},
	/// It has too few or too many outputs.
	Outputs {
		/// Outputs it has.
		found: usize,
		/// Outputs the operator takes.
		expected: usize,
	},
	/// A declared input is wrong.
	Input {
		/// Name.
		name: String,
		/// What is wrong.
		problem: ValueProblem,
	},
	/// A declared output is wrong.
	Output {
		/// Name.
		name: String,
		/// What is wrong.
		problem: ValueProblem,
	},
}

impl fmt::Display for BlockProblem {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Inputs { found, expected } => write!(f, "it has {found} inputs and must have {expected}"),
			Self::Outputs { found, expected } => write!(f, "it has {found} outputs and must have {expected}"),
			Self::Input { name, problem } => write!(f, "input {}: {problem}", Quoted(name)),
			Self::Output { name, problem } => write!(f, "output {}: {problem}", Quoted(name)),
		}
	}
}

/// What is wrong with a declared input or output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueProblem {
	/// It has no name.
	Unnamed,
	/// Its name is already taken.
	Duplicate,
	/// It has no type, or one that is no tensor.
	NotATensor,
	/// Its element type is not supported; the number is that of the ONNX specification.
	DataType(i32),
	/// It has too many dimensions.
	Rank(usize),
	/// A dimension is too large.
	Dimension(i64),
	/// An output that nothing defines.
	Undefined,
	/// An input that has an initialiser of another type or shape.
	Initializer {
		/// What the initialiser is.
		found: TensorSpec,
	},
}

impl fmt::Display for ValueProblem {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Unnamed => f.write_str("it has no name: name it"),
			Self::Duplicate => f.write_str("its name is already taken: give every value its own name"),
			Self::NotATensor => f.write_str(
				"it is not a dense tensor: sequences, maps, optionals and sparse tensors are not supported",
			),
			Self::DataType(number) => TensorProtoError::DataType(*number).fmt(f),
			Self::Rank(rank) => write!(f, "it has {rank} dimensions: at most {MAX_RANK} are supported"),
			Self::Dimension(dim) => {
				write!(f, "its dimension {dim} is too large: at most {MAX_DIM} is supported")
			}
			Self::Undefined => f.write_str("nothing in the graph defines it: check the name"),
			Self::Initializer { found } => {
				write!(f, "its initializer is {found}, which is not what it declares: make them agree")
			}
		}
	}
}

/// Why bytes are not a model this project runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
	/// The bytes are not an ONNX file; what they look like instead, if that is known.
	NotOnnx(&'static str),
	/// The file ends in the middle of a message.
	Truncated {
		/// Where the last complete part ends, bytes from the start of the file.
		offset: usize,
		/// Bytes missing at least.
		missing: u64,
	},
	/// The file violates the encoding.
	Malformed {
		/// Where, bytes from the start of the file.
		offset: usize,
		/// Message of the ONNX specification it is in.
		message: &'static str,
		/// What is wrong.
		reason: String,
	},
	/// The file exceeds a limit.
	Limit {
		/// Which.
		kind: LimitKind,
		/// The bound.
		limit: u64,
	},
	/// The file uses something that is not supported.
	Unsupported(Feature),
	/// The model is written in a version of the format that is not known.
	IrVersion(i64),
	/// Two functions of the model have one name, or one has none.
	FunctionName {
		/// The name.
		name: String,
	},
	/// The model declares no version of the standard operator set.
	OpsetMissing,
	/// The model is written for an operator set that is not supported.
	OpsetVersion(i64),
	/// The model declares the standard operator set twice, with different versions.
	OpsetConflict,
	/// A node is wrong.
	Node {
		/// Which.
		node: NodeRef,
		/// What is wrong.
		problem: NodeProblem,
	},
	/// An initialiser is wrong.
	Initializer {
		/// Name.
		name: String,
		/// What is wrong.
		problem: TensorProtoError,
	},
	/// Two initialisers have one name, or one has none.
	InitializerName {
		/// The name.
		name: String,
	},
	/// A declared input is wrong.
	Input {
		/// Name.
		name: String,
		/// What is wrong.
		problem: ValueProblem,
	},
	/// A declared output is wrong.
	Output {
		/// Name.
		name: String,
		/// What is wrong.
		problem: ValueProblem,
	},
	/// The graph has no outputs.
	NoOutputs,
}

impl DecodeError {
	pub(crate) fn limit(kind: LimitKind, limit: u64) -> Self {
		Self::Limit { kind, limit }
	}

	pub(crate) fn malformed(offset: usize, message: &'static str, reason: impl ToString) -> Self {
		Self::Malformed { offset, message, reason: reason.to_string() }
	}
}

impl fmt::Display for DecodeError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::NotOnnx(hint) => write!(f, "this is not an ONNX model: {hint}"),
			Self::Truncated { offset, missing } => write!(
				f,
				"the file is truncated: the part at byte {offset} needs at least {missing} bytes more. Fetch the file again"
			),
			Self::Malformed { offset, message, reason } => write!(
				f,
				"the file is damaged or not an ONNX model: {reason} (in {message}, at byte {offset}). Check it with \
				 onnx.checker, or fetch it again"
			),
			Self::Limit { kind, limit } => write!(
				f,
				"the model exceeds the limit of {limit} {kind}: use a smaller model, or raise the limit where you control it"
			),
			Self::Unsupported(feature) => feature.fmt(f),
			Self::IrVersion(version) => write!(
				f,
				"the model is written in version {version} of the format: 1 to {MAX_IR_VERSION} are supported. Save it with an \
				 older onnx package"
			),
			Self::FunctionName { name } => write!(
				f,
				"function name {} is empty or taken: give every function its own name",
				Quoted(name)
			),
			Self::OpsetMissing => f.write_str(
				"the model does not say which version of the standard operator set it uses: add ai.onnx to opset_import",
			),
			Self::OpsetVersion(version) => write!(
				f,
				"the model uses operator set {version}: {MIN_OPSET} to {MAX_OPSET} are supported. Convert it \
				 (onnx.version_converter)"
			),
			Self::OpsetConflict => f.write_str(
				"the model declares two versions of the standard operator set: keep one in opset_import",
			),
			Self::Node { node, problem } => write!(f, "{node}: {problem}"),
			Self::Initializer { name, problem } => write!(f, "initializer {}: {problem}", Quoted(name)),
			Self::InitializerName { name } => write!(
				f,
				"initializer name {} is empty or taken: give every initializer its own name",
				Quoted(name)
			),
			Self::Input { name, problem } => write!(f, "graph input {}: {problem}", Quoted(name)),
			Self::Output { name, problem } => write!(f, "graph output {}: {problem}", Quoted(name)),
			Self::NoOutputs => f.write_str("the graph has no outputs: declare at least one"),
		}
	}
}

impl core::error::Error for DecodeError {}

/// Describes a type mismatch for operators: what was found, what would do.
pub(crate) fn wrong_dtype(what: &str, found: DType, expected: &str) -> String {
	alloc::format!("{what} is {found} and must be {expected}")
}
