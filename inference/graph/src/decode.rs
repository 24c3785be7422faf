//! From hostile bytes to a checked [`Model`].

use alloc::{
	collections::{BTreeMap, BTreeSet},
	string::{String, ToString},
	vec::Vec,
};

use prost::Message;

use crate::{
	dtype::DType,
	error::{DecodeError, LimitKind, NodeProblem, NodeRef, ValueProblem},
	limits::{Limits, MAX_DIM, MAX_OPSET, MAX_RANK, MIN_OPSET},
	metering,
	model::{Dim, Model, Node, ValueDecl, ValueId},
	onnx::{
		DimensionValue, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, ValueInfoProto,
	},
	operators::{self, Parsed},
	tensor::HostTensor,
	wire,
};

impl Model {
	/// Decodes and checks an ONNX file. The bytes may come from anybody: whatever they are, this returns within the
	/// limits and does not panic.
	pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
		wire::survey(bytes, limits)?;
		let proto = ModelProto::decode(bytes)
			.map_err(|error| DecodeError::malformed(0, "ModelProto", error.to_string()))?;
		let Some(graph) = proto.graph else {
			return Err(DecodeError::NotOnnx("it has no graph: give a file that holds a ModelProto"));
		};
		if proto.ir_version < 1 {
			return Err(DecodeError::NotOnnx(
				"it declares no IR version: give a file that holds a ModelProto",
			));
		}
		let opset = opset(&proto.opset_import)?;
		let mut decoder =
			Decoder { limits, opset, names: BTreeMap::new(), constants: Vec::new(), constant_bytes: 0 };
		decoder.graph(graph)
	}
}

/// The standard operator set's domain has two spellings.
fn is_standard(domain: &str) -> bool {
	matches!(domain, "" | "ai.onnx")
}

/// Other domains may be imported, as exporters do without using them; their operators are refused one by one.
fn opset(imports: &[OperatorSetIdProto]) -> Result<i64, DecodeError> {
	let mut versions =
		imports.iter().filter(|import| is_standard(&import.domain)).map(|import| import.version);
	let version = versions.next().ok_or(DecodeError::OpsetMissing)?;
	if versions.any(|other| other != version) {
		return Err(DecodeError::OpsetConflict);
	}
	if !(MIN_OPSET..=MAX_OPSET).contains(&version) {
		return Err(DecodeError::OpsetVersion(version));
	}
	Ok(version)
}

struct Decoder<'a> {
	limits: &'a Limits,
	opset: i64,
	/// Every value defined so far. Values are numbered in the order they are defined.
	names: BTreeMap<String, ValueId>,
	constants: Vec<(ValueId, HostTensor)>,
	constant_bytes: u64,
}

impl Decoder<'_> {
	fn graph(&mut self, graph: GraphProto) -> Result<Model, DecodeError> {
		for initializer in graph.initializer {
			self.initializer(initializer)?;
		}
		let initializers = self.names.len();
		let mut inputs = Vec::new();
		for input in graph.input {
			// An input with an initialiser has a default value, which is the one used.
			if self.names.get(&input.name).is_some_and(|&id| id < initializers) {
				continue;
			}
			let decl = self
				.declaration(&input)
				.map_err(|problem| DecodeError::Input { name: input.name.clone(), problem })?;
			self.check_elements(&decl)?;
			let Some(id) = self.define(&decl.name) else {
				return Err(DecodeError::Input { name: decl.name, problem: ValueProblem::Duplicate });
			};
			inputs.push((id, decl));
		}

		let produced: BTreeSet<String> =
			graph.node.iter().flat_map(|node| node.output.iter().cloned()).collect();
		let mut nodes = Vec::with_capacity(graph.node.len());
		for (index, proto) in graph.node.into_iter().enumerate() {
			let reference = NodeRef { index, name: proto.name.clone(), op_type: proto.op_type.clone() };
			match self.node(&reference, proto, &produced) {
				Ok(Some((operator, inputs, outputs))) => {
					nodes.push(Node { reference, operator, inputs, outputs });
				}
				Ok(None) => {}
				Err(NodeFailure::Problem(problem)) => {
					return Err(DecodeError::Node { node: reference, problem });
				}
				Err(NodeFailure::Decode(error)) => return Err(error),
			}
		}

		let mut outputs = Vec::new();
		let mut given = BTreeSet::new();
		for output in graph.output {
			let decl = self
				.declaration(&output)
				.map_err(|problem| DecodeError::Output { name: output.name.clone(), problem })?;
			let Some(&id) = self.names.get(&decl.name) else {
				return Err(DecodeError::Output { name: decl.name, problem: ValueProblem::Undefined });
			};
			if !given.insert(id) {
				return Err(DecodeError::Output { name: decl.name, problem: ValueProblem::Duplicate });
			}
			outputs.push((id, decl));
		}
		if outputs.is_empty() {
			return Err(DecodeError::NoOutputs);
		}
		Ok(Model {
			opset: self.opset,
			inputs,
			outputs,
			constants: core::mem::take(&mut self.constants),
			nodes,
			values: self.names.len(),
		})
	}

	/// Gives a name its number; `None` if the name is taken.
	fn define(&mut self, name: &str) -> Option<ValueId> {
		let id = self.names.len();
		match self.names.insert(name.to_string(), id) {
			None => Some(id),
			Some(_) => None,
		}
	}

	fn initializer(&mut self, mut proto: TensorProto) -> Result<(), DecodeError> {
		let name = core::mem::take(&mut proto.name);
		let id = if name.is_empty() { None } else { self.define(&name) };
		let Some(id) = id else { return Err(DecodeError::InitializerName { name }) };
		let problem = |problem| DecodeError::Initializer { name: name.clone(), problem };
		let (dtype, shape) = proto.spec().map_err(problem)?;
		self.check_size(dtype, &shape)?;
		let tensor = HostTensor::try_from(proto).map_err(problem)?;
		self.constants.push((id, tensor));
		Ok(())
	}

	/// Checks a constant against the limits on elements and total bytes.
	fn check_size(&mut self, dtype: DType, shape: &[usize]) -> Result<(), DecodeError> {
		let elements = metering::elements(shape);
		if elements > self.limits.tensor_elements {
			return Err(DecodeError::limit(LimitKind::TensorElements, self.limits.tensor_elements));
		}
		self.constant_bytes =
			self.constant_bytes.saturating_add(elements.saturating_mul(dtype.size() as u64));
		if self.constant_bytes > self.limits.initializer_bytes {
			return Err(DecodeError::limit(LimitKind::InitializerBytes, self.limits.initializer_bytes));
		}
		Ok(())
	}

	/// Checks the part of a declared input's size that is known.
	fn check_elements(&self, decl: &ValueDecl) -> Result<(), DecodeError> {
		let known = decl.dims.iter().flatten().filter_map(|dim| match dim {
			Dim::Fixed(size) => Some(*size),
			Dim::Symbolic(_) | Dim::Unknown => None,
		});
		if metering::elements(&known.collect::<Vec<_>>()) > self.limits.tensor_elements {
			return Err(DecodeError::limit(LimitKind::TensorElements, self.limits.tensor_elements));
		}
		Ok(())
	}

	fn declaration(&self, proto: &ValueInfoProto) -> Result<ValueDecl, ValueProblem> {
		if proto.name.is_empty() {
			return Err(ValueProblem::Unnamed);
		}
		let tensor = proto.r#type.as_ref().and_then(|r#type| r#type.tensor_type.as_ref());
		let tensor = tensor.ok_or(ValueProblem::NotATensor)?;
		let dtype = DType::from_onnx(tensor.elem_type).ok_or(ValueProblem::DataType(tensor.elem_type))?;
		let dims = match &tensor.shape {
			None => None,
			Some(shape) if shape.dim.len() > MAX_RANK => return Err(ValueProblem::Rank(shape.dim.len())),
			Some(shape) => Some(
				shape
					.dim
					.iter()
					.map(|dim| match &dim.value {
						Some(DimensionValue::DimParam(name)) if !name.is_empty() => {
							Ok(Dim::Symbolic(name.clone()))
						}
						// Exporters write -1 for "unknown".
						None
						| Some(DimensionValue::DimParam(_) | DimensionValue::DimValue(i64::MIN..=-1)) => Ok(Dim::Unknown),
						Some(DimensionValue::DimValue(size)) => usize::try_from(*size)
							.ok()
							.filter(|&size| size <= MAX_DIM)
							.map(Dim::Fixed)
							.ok_or(ValueProblem::Dimension(*size)),
					})
					.collect::<Result<Vec<_>, _>>()?,
			),
		};
		Ok(ValueDecl { name: proto.name.clone(), dtype, dims })
	}

	/// Checks a node and defines its outputs. A `Constant` becomes a constant of the model, and no node.
	fn node(
		&mut self,
		reference: &NodeRef,
		proto: NodeProto,
		produced: &BTreeSet<String>,
	) -> Result<Option<ParsedNode>, NodeFailure> {
		if !is_standard(&proto.domain) {
			return Err(NodeProblem::Domain(proto.domain).into());
		}
		let mut inputs = Vec::with_capacity(proto.input.len());
		for name in &proto.input {
			inputs.push(match self.names.get(name) {
				_ if name.is_empty() => None,
				Some(&id) => Some(id),
				None if produced.contains(name) => return Err(NodeProblem::NotSorted(name.clone()).into()),
				None => return Err(NodeProblem::UndefinedInput(name.clone()).into()),
			});
		}
		while let Some(None) = inputs.last() {
			inputs.pop();
		}
		let wanted = proto.output.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
		let present: Vec<bool> = inputs.iter().map(Option::is_some).collect();
		let parsed = operators::parse(&reference.op_type, self.opset, &present, wanted, proto.attribute)?;
		if let Parsed::Constant(tensor) = &parsed {
			self.check_size(tensor.dtype(), tensor.shape()).map_err(NodeFailure::Decode)?;
		}
		let mut outputs = Vec::with_capacity(wanted);
		for name in proto.output.into_iter().take(wanted) {
			outputs.push(if name.is_empty() {
				None
			} else {
				match self.define(&name) {
					Some(id) => Some(id),
					None => return Err(NodeProblem::DuplicateOutput(name).into()),
				}
			});
		}
		match parsed {
			Parsed::Operator(operator) => Ok(Some((operator, inputs, outputs))),
			Parsed::Constant(tensor) => {
				self.constants.extend(outputs.into_iter().flatten().map(|id| (id, tensor.clone())));
				Ok(None)
			}
		}
	}
}

type ParsedNode = (operators::Operator, Vec<Option<ValueId>>, Vec<Option<ValueId>>);

/// A problem of a node, or a limit it made the model exceed.
enum NodeFailure {
	Problem(NodeProblem),
	Decode(DecodeError),
}

impl From<NodeProblem> for NodeFailure {
	fn from(problem: NodeProblem) -> Self {
		Self::Problem(problem)
	}
}
