//! The protobuf messages of the ONNX format, for reading and writing.
//!
//! Written from the field numbers of the ONNX specification (`onnx.proto`, IR version 13). Fields this project never
//! looks at, and those it refuses (sparse tensors, external data), are left out; protobuf readers skip what they do not
//! know. Scalars whose presence means something
//! (`AttributeProto.i = 0` is not the same as no `i`) are `Option`s. Repeated scalars are packed exactly where
//! the specification packs them, so files written here have the layout that other writers produce.
//!
//! Reading a file that somebody else made goes through [`Model::decode`](crate::Model::decode), which checks it first.

use alloc::{string::String, vec::Vec};
use core::fmt;

use prost::bytes::Bytes;

use crate::{
	dtype::DType,
	limits::{MAX_DIM, MAX_RANK},
	tensor::{Element, HostTensor, TensorData, TensorError},
};

/// A model: a graph and what is needed to interpret it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ModelProto {
	/// Version of the file format.
	#[prost(int64, tag = "1")]
	pub ir_version: i64,
	/// Program that wrote the file.
	#[prost(string, tag = "2")]
	pub producer_name: String,
	/// Its version.
	#[prost(string, tag = "3")]
	pub producer_version: String,
	/// Name space of the model, a reversed domain name.
	#[prost(string, tag = "4")]
	pub domain: String,
	/// Version of the model.
	#[prost(int64, tag = "5")]
	pub model_version: i64,
	/// Description.
	#[prost(string, tag = "6")]
	pub doc_string: String,
	/// The graph.
	#[prost(message, optional, tag = "7")]
	pub graph: Option<GraphProto>,
	/// Operator sets the graph is written for.
	#[prost(message, repeated, tag = "8")]
	pub opset_import: Vec<OperatorSetIdProto>,
	/// Free-form metadata.
	#[prost(message, repeated, tag = "14")]
	pub metadata_props: Vec<StringStringEntryProto>,
	/// Functions of the model's own, for its nodes to call.
	#[prost(message, repeated, tag = "25")]
	pub functions: Vec<FunctionProto>,
}

/// A function: nodes that a node of this name stands for.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionProto {
	/// Name, which is the operator of the nodes that call it.
	#[prost(string, tag = "1")]
	pub name: String,
	/// Names of the inputs.
	#[prost(string, repeated, tag = "4")]
	pub input: Vec<String>,
	/// Names of the outputs.
	#[prost(string, repeated, tag = "5")]
	pub output: Vec<String>,
	/// Names of the attributes that a call may have.
	#[prost(string, repeated, tag = "6")]
	pub attribute: Vec<String>,
	/// Nodes, each after those it depends on.
	#[prost(message, repeated, tag = "7")]
	pub node: Vec<NodeProto>,
	/// Description.
	#[prost(string, tag = "8")]
	pub doc_string: String,
	/// Operator sets its nodes are written for.
	#[prost(message, repeated, tag = "9")]
	pub opset_import: Vec<OperatorSetIdProto>,
	/// Domain of the operator it defines.
	#[prost(string, tag = "10")]
	pub domain: String,
	/// Attributes that a call may have, with the values they have without.
	#[prost(message, repeated, tag = "11")]
	pub attribute_proto: Vec<AttributeProto>,
	/// Tells apart functions of one name.
	#[prost(string, tag = "13")]
	pub overload: String,
}

/// An operator set: a domain and its version.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OperatorSetIdProto {
	/// Domain; empty (or `ai.onnx`) for the standard operators.
	#[prost(string, tag = "1")]
	pub domain: String,
	/// Version.
	#[prost(int64, tag = "2")]
	pub version: i64,
}

/// A key and a value.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct StringStringEntryProto {
	/// Key.
	#[prost(string, tag = "1")]
	pub key: String,
	/// Value.
	#[prost(string, tag = "2")]
	pub value: String,
}

/// A graph of nodes in topological order.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GraphProto {
	/// Nodes, each after those it depends on.
	#[prost(message, repeated, tag = "1")]
	pub node: Vec<NodeProto>,
	/// Name.
	#[prost(string, tag = "2")]
	pub name: String,
	/// Constants with names.
	#[prost(message, repeated, tag = "5")]
	pub initializer: Vec<TensorProto>,
	/// Description.
	#[prost(string, tag = "10")]
	pub doc_string: String,
	/// Inputs; before IR version 4 also every initialiser.
	#[prost(message, repeated, tag = "11")]
	pub input: Vec<ValueInfoProto>,
	/// Outputs.
	#[prost(message, repeated, tag = "12")]
	pub output: Vec<ValueInfoProto>,
	/// Types of values in between.
	#[prost(message, repeated, tag = "13")]
	pub value_info: Vec<ValueInfoProto>,
}

/// One application of an operator.
#[derive(Clone, PartialEq, prost::Message)]
pub struct NodeProto {
	/// Names of the inputs; empty for one left out.
	#[prost(string, repeated, tag = "1")]
	pub input: Vec<String>,
	/// Names of the outputs; empty for one not wanted.
	#[prost(string, repeated, tag = "2")]
	pub output: Vec<String>,
	/// Name, for messages only.
	#[prost(string, tag = "3")]
	pub name: String,
	/// Operator.
	#[prost(string, tag = "4")]
	pub op_type: String,
	/// Attributes.
	#[prost(message, repeated, tag = "5")]
	pub attribute: Vec<AttributeProto>,
	/// Description.
	#[prost(string, tag = "6")]
	pub doc_string: String,
	/// Domain of the operator; empty (or `ai.onnx`) for the standard operators.
	#[prost(string, tag = "7")]
	pub domain: String,
	/// Which of several functions of one name it calls.
	#[prost(string, tag = "8")]
	pub overload: String,
}

/// A named constant of a node. Exactly one value field is set, the one that `type` names.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AttributeProto {
	/// Name.
	#[prost(string, tag = "1")]
	pub name: String,
	/// `FLOAT`.
	#[prost(float, optional, tag = "2")]
	pub f: Option<f32>,
	/// `INT`.
	#[prost(int64, optional, tag = "3")]
	pub i: Option<i64>,
	/// `STRING`, UTF-8.
	#[prost(bytes = "vec", optional, tag = "4")]
	pub s: Option<Vec<u8>>,
	/// `TENSOR`.
	#[prost(message, optional, tag = "5")]
	pub t: Option<TensorProto>,
	/// `GRAPH`.
	#[prost(message, optional, boxed, tag = "6")]
	pub g: Option<alloc::boxed::Box<GraphProto>>,
	/// `FLOATS`.
	#[prost(float, repeated, packed = "false", tag = "7")]
	pub floats: Vec<f32>,
	/// `INTS`.
	#[prost(int64, repeated, packed = "false", tag = "8")]
	pub ints: Vec<i64>,
	/// `STRINGS`.
	#[prost(bytes = "vec", repeated, tag = "9")]
	pub strings: Vec<Vec<u8>>,
	/// `TENSORS`.
	#[prost(message, repeated, tag = "10")]
	pub tensors: Vec<TensorProto>,
	/// Which field holds the value.
	#[prost(enumeration = "AttributeType", tag = "20")]
	pub r#type: i32,
	/// Name of the attribute of the enclosing function to take the value from.
	#[prost(string, tag = "21")]
	pub ref_attr_name: String,
}

/// The kinds of attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
#[allow(missing_docs)] // the names are the specification's
pub enum AttributeType {
	Undefined = 0,
	Float = 1,
	Int = 2,
	String = 3,
	Tensor = 4,
	Graph = 5,
	Floats = 6,
	Ints = 7,
	Strings = 8,
	Tensors = 9,
	Graphs = 10,
	SparseTensor = 11,
	SparseTensors = 12,
	TypeProto = 13,
	TypeProtos = 14,
}

/// A tensor. The elements are in `raw_data`, or in the list for the element type.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TensorProto {
	/// Dimensions.
	#[prost(int64, repeated, packed = "false", tag = "1")]
	pub dims: Vec<i64>,
	/// Element type, see [`DType::onnx`].
	#[prost(int32, tag = "2")]
	pub data_type: i32,
	/// `float32` elements.
	#[prost(float, repeated, tag = "4")]
	pub float_data: Vec<f32>,
	/// `int32` elements, and one entry each for elements of 8 and 16 bits (floats by their bits) and `bool`; where elements
	/// share bytes, one entry for each byte.
	#[prost(int32, repeated, tag = "5")]
	pub int32_data: Vec<i32>,
	/// `int64` elements.
	#[prost(int64, repeated, tag = "7")]
	pub int64_data: Vec<i64>,
	/// Name.
	#[prost(string, tag = "8")]
	pub name: String,
	/// All elements, little endian, row-major.
	#[prost(bytes = "bytes", optional, tag = "9")]
	pub raw_data: Option<Bytes>,
	/// `float64` elements.
	#[prost(double, repeated, tag = "10")]
	pub double_data: Vec<f64>,
	/// `uint32` and `uint64` elements.
	#[prost(uint64, repeated, tag = "11")]
	pub uint64_data: Vec<u64>,
	/// Description.
	#[prost(string, tag = "12")]
	pub doc_string: String,
}

/// A value's name and type.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ValueInfoProto {
	/// Name.
	#[prost(string, tag = "1")]
	pub name: String,
	/// Type.
	#[prost(message, optional, tag = "2")]
	pub r#type: Option<TypeProto>,
	/// Description.
	#[prost(string, tag = "3")]
	pub doc_string: String,
}

/// A type. Only tensors are supported; of others one sees at most that they are there.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TypeProto {
	/// A dense tensor.
	#[prost(message, optional, tag = "1")]
	pub tensor_type: Option<TensorTypeProto>,
	/// A sequence.
	#[prost(message, optional, tag = "4")]
	pub sequence_type: Option<OpaqueProto>,
	/// Something that may be absent.
	#[prost(message, optional, tag = "9")]
	pub optional_type: Option<OpaqueProto>,
}

impl From<TensorTypeProto> for TypeProto {
	fn from(tensor_type: TensorTypeProto) -> Self {
		Self { tensor_type: Some(tensor_type), ..Default::default() }
	}
}

/// A message whose contents are not looked at.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct OpaqueProto {}

/// Element type and, if known, shape of a dense tensor (`TypeProto.Tensor`).
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TensorTypeProto {
	/// Element type, see [`DType::onnx`].
	#[prost(int32, tag = "1")]
	pub elem_type: i32,
	/// Shape; absent when not even the rank is known.
	#[prost(message, optional, tag = "2")]
	pub shape: Option<TensorShapeProto>,
}

/// A shape.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TensorShapeProto {
	/// Dimensions, outermost first.
	#[prost(message, repeated, tag = "1")]
	pub dim: Vec<DimensionProto>,
}

/// A dimension (`TensorShapeProto.Dimension`).
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DimensionProto {
	/// Number or name; absent when unknown.
	#[prost(oneof = "DimensionValue", tags = "1, 2")]
	pub value: Option<DimensionValue>,
}

/// What a dimension is.
#[derive(Clone, PartialEq, Eq, prost::Oneof)]
pub enum DimensionValue {
	/// A number.
	#[prost(int64, tag = "1")]
	DimValue(i64),
	/// A name; equal names are equal numbers.
	#[prost(string, tag = "2")]
	DimParam(String),
}

impl From<&HostTensor> for TensorProto {
	/// The tensor with its canonical bytes as `raw_data`, without a name.
	fn from(tensor: &HostTensor) -> Self {
		TensorProto {
			// A dimension of a tensor in memory is far below 2^63.
			dims: tensor.shape().iter().map(|&dim| i64::try_from(dim).unwrap_or(i64::MAX)).collect(),
			data_type: tensor.dtype().onnx(),
			raw_data: Some(tensor.to_le_bytes().into()),
			..Default::default()
		}
	}
}

/// Why a [`TensorProto`] is no tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TensorProtoError {
	/// The element type is not supported.
	DataType(i32),
	/// A dimension is negative or larger than [`MAX_DIM`].
	Dimension(i64),
	/// More dimensions than [`MAX_RANK`].
	Rank(usize),
	/// The payload does not match the shape or the element type.
	Payload(TensorError),
	/// Several payload fields are set, or one that is not for the element type.
	Field(DType),
	/// A value in `int32_data` or `uint64_data` is outside the element type.
	Value(DType),
}

impl fmt::Display for TensorProtoError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::DataType(number) => write!(
				f,
				"element type {number} of the ONNX specification is not supported: use a float, an integer or bool"
			),
			Self::Dimension(dim) => {
				write!(f, "dimension {dim} is not a supported size: sizes are 0 to {MAX_DIM}")
			}
			Self::Rank(rank) => {
				write!(f, "{rank} dimensions are too many: at most {} are supported", MAX_RANK)
			}
			Self::Payload(error) => error.fmt(f),
			Self::Field(dtype) => write!(
				f,
				"the payload of a {dtype} tensor must be in raw_data or in the one list for that type, not several"
			),
			Self::Value(dtype) => write!(f, "the payload has a value that is no {dtype}"),
		}
	}
}

impl core::error::Error for TensorProtoError {}

impl TensorProto {
	/// Element type and shape, from the header alone.
	pub fn spec(&self) -> Result<(DType, Vec<usize>), TensorProtoError> {
		let dtype = DType::from_onnx(self.data_type).ok_or(TensorProtoError::DataType(self.data_type))?;
		if self.dims.len() > MAX_RANK {
			return Err(TensorProtoError::Rank(self.dims.len()));
		}
		let shape = self
			.dims
			.iter()
			.map(|&dim| match usize::try_from(dim) {
				Ok(size) if size <= MAX_DIM => Ok(size),
				_ => Err(TensorProtoError::Dimension(dim)),
			})
			.collect::<Result<Vec<_>, _>>()?;
		Ok((dtype, shape))
	}

	fn list_lengths(&self) -> [usize; 5] {
		[
			self.float_data.len(),
			self.int32_data.len(),
			self.int64_data.len(),
			self.double_data.len(),
			self.uint64_data.len(),
		]
	}
}

impl TryFrom<TensorProto> for HostTensor {
	type Error = TensorProtoError;

	fn try_from(proto: TensorProto) -> Result<Self, Self::Error> {
		let (dtype, shape) = proto.spec()?;
		let lists = proto.list_lengths();
		if let Some(raw) = &proto.raw_data
			&& (!raw.is_empty() || lists == [0; 5])
		{
			if lists != [0; 5] {
				return Err(TensorProtoError::Field(dtype));
			}
			return HostTensor::from_le_bytes(dtype, shape, raw).map_err(TensorProtoError::Payload);
		}
		let [_, int32, _, _, uint64] = lists;
		let own = match dtype {
			DType::F32 => [proto.float_data.len(), 0, 0, 0, 0],
			DType::F64 => [0, 0, 0, proto.double_data.len(), 0],
			DType::I64 => [0, 0, proto.int64_data.len(), 0, 0],
			DType::U32 | DType::U64 => [0, 0, 0, 0, uint64],
			_ => [0, int32, 0, 0, 0],
		};
		if lists != own {
			return Err(TensorProtoError::Field(dtype));
		}
		let data = match dtype {
			DType::F32 => TensorData::F32(proto.float_data),
			DType::F64 => TensorData::F64(proto.double_data),
			DType::I64 => TensorData::I64(proto.int64_data),
			DType::U64 => TensorData::U64(proto.uint64_data),
			DType::U32 => narrow::<u32, u64>(proto.uint64_data)?,
			DType::I32 => TensorData::I32(proto.int32_data),
			DType::I16 => narrow::<i16, i32>(proto.int32_data)?,
			DType::I8 => narrow::<i8, i32>(proto.int32_data)?,
			DType::U16 => narrow::<u16, i32>(proto.int32_data)?,
			DType::U8 => narrow::<u8, i32>(proto.int32_data)?,
			DType::Bool => match narrow::<u8, i32>(proto.int32_data)? {
				TensorData::U8(bytes) if bytes.iter().all(|&byte| byte <= 1) => {
					TensorData::Bool(bytes.into_iter().map(|byte| byte == 1).collect())
				}
				_ => return Err(TensorProtoError::Value(dtype)),
			},
			dtype if dtype.is_storage() => {
				let bytes = proto.int32_data.into_iter().map(u8::try_from).collect::<Result<Vec<_>, _>>();
				let bytes = bytes.map_err(|_| TensorProtoError::Value(dtype))?;
				return HostTensor::from_le_bytes(dtype, shape, &bytes).map_err(TensorProtoError::Payload);
			}
			_ => {
				let bits = proto
					.int32_data
					.into_iter()
					.map(|value| u16::try_from(value).map_err(|_| TensorProtoError::Value(dtype)));
				if dtype == DType::F16 {
					TensorData::F16(
						bits.map(|bits| bits.map(half::f16::from_bits)).collect::<Result<_, _>>()?,
					)
				} else {
					TensorData::BF16(
						bits.map(|bits| bits.map(half::bf16::from_bits)).collect::<Result<_, _>>()?,
					)
				}
			}
		};
		HostTensor::new(shape, data).map_err(TensorProtoError::Payload)
	}
}

fn narrow<E: Element + TryFrom<W>, W>(values: Vec<W>) -> Result<TensorData, TensorProtoError> {
	values
		.into_iter()
		.map(|value| E::try_from(value).map_err(|_| TensorProtoError::Value(E::DTYPE)))
		.collect::<Result<Vec<E>, _>>()
		.map(E::wrap)
}
