//! A survey of the encoded bytes before the decoder proper sees them.
//!
//! Protobuf is a tree of length-delimited fields. Two bytes can stand for an empty message that takes hundreds of
//! bytes in memory, so a decoder that builds objects as it reads can be made to allocate many times the size
//! of the file. The survey walks over the same bytes without allocating anything, adds up what decoding would
//! take, and refuses what the limits forbid, wherever it is. Whatever passes, the decoder may build.

use crate::{
	error::{DecodeError, Feature, LimitKind},
	limits::Limits,
	onnx,
};

/// The messages of [`onnx`], to look fields up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Message {
	Model,
	OperatorSet,
	Entry,
	Function,
	Graph,
	Node,
	Attribute,
	Tensor,
	ValueInfo,
	Type,
	TensorType,
	Shape,
	Dimension,
	Opaque,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
	/// One integer.
	Varint,
	/// One `float`.
	Fixed32,
	/// A string or bytes.
	Bytes,
	/// A message.
	Message(Message),
	/// Integers, packed or not, each of so many bytes in memory.
	Varints(u64),
	/// `float`s, packed or not.
	Floats,
	/// `double`s, packed or not.
	Doubles,
	/// Something that is not supported.
	Unsupported(Feature),
	/// Not looked at.
	Ignored,
}

impl Message {
	fn name(self) -> &'static str {
		match self {
			Message::Model => "ModelProto",
			Message::OperatorSet => "OperatorSetIdProto",
			Message::Entry => "StringStringEntryProto",
			Message::Function => "FunctionProto",
			Message::Graph => "GraphProto",
			Message::Node => "NodeProto",
			Message::Attribute => "AttributeProto",
			Message::Tensor => "TensorProto",
			Message::ValueInfo => "ValueInfoProto",
			Message::Type => "TypeProto",
			Message::TensorType => "TypeProto.Tensor",
			Message::Shape => "TensorShapeProto",
			Message::Dimension => "TensorShapeProto.Dimension",
			Message::Opaque => "TypeProto",
		}
	}

	/// Bytes the decoded message takes, without what its fields point to.
	fn memory(self) -> u64 {
		(match self {
			Message::Model => size_of::<onnx::ModelProto>(),
			Message::OperatorSet => size_of::<onnx::OperatorSetIdProto>(),
			Message::Entry => size_of::<onnx::StringStringEntryProto>(),
			Message::Function => size_of::<onnx::FunctionProto>(),
			Message::Graph => size_of::<onnx::GraphProto>(),
			Message::Node => size_of::<onnx::NodeProto>(),
			Message::Attribute => size_of::<onnx::AttributeProto>(),
			Message::Tensor => size_of::<onnx::TensorProto>(),
			Message::ValueInfo => size_of::<onnx::ValueInfoProto>(),
			Message::Type => size_of::<onnx::TypeProto>(),
			Message::TensorType => size_of::<onnx::TensorTypeProto>(),
			Message::Shape => size_of::<onnx::TensorShapeProto>(),
			Message::Dimension => size_of::<onnx::DimensionProto>(),
			Message::Opaque => size_of::<onnx::OpaqueProto>(),
		}) as u64
	}

	fn field(self, number: u64) -> Field {
		use Field::*;
		match (self, number) {
			(Self::Model, 1 | 5) => Varint,
			(Self::Model, 2 | 3 | 4 | 6) => Bytes,
			(Self::Model, 7) => Message(Self::Graph),
			(Self::Model, 8) => Message(Self::OperatorSet),
			(Self::Model, 14) => Message(Self::Entry),
			(Self::Model, 25) => Message(Self::Function),
			(Self::OperatorSet, 1) => Bytes,
			(Self::OperatorSet, 2) => Varint,
			(Self::Entry, 1 | 2) => Bytes,
			(Self::Function, 1 | 4..=6 | 8 | 10 | 13) => Bytes,
			(Self::Function, 7) => Message(Self::Node),
			(Self::Function, 9) => Message(Self::OperatorSet),
			(Self::Function, 11) => Message(Self::Attribute),
			(Self::Graph, 1) => Message(Self::Node),
			(Self::Graph, 2 | 10) => Bytes,
			(Self::Graph, 5) => Message(Self::Tensor),
			(Self::Graph, 11..=13) => Message(Self::ValueInfo),
			(Self::Graph, 15) => Unsupported(Feature::SparseInitializer),
			(Self::Node, 1..=4 | 6..=8) => Bytes,
			(Self::Node, 5) => Message(Self::Attribute),
			(Self::Attribute, 1 | 4 | 9 | 21) => Bytes,
			(Self::Attribute, 2) => Fixed32,
			(Self::Attribute, 3 | 20) => Varint,
			(Self::Attribute, 5 | 10) => Message(Self::Tensor),
			(Self::Attribute, 6) => Message(Self::Graph),
			(Self::Attribute, 11) => Unsupported(Feature::GraphList),
			(Self::Attribute, 7) => Floats,
			(Self::Attribute, 8) => Varints(8),
			(Self::Tensor, 1 | 7 | 11) => Varints(8),
			(Self::Tensor, 2) => Varint,
			(Self::Tensor, 4) => Floats,
			(Self::Tensor, 5) => Varints(4),
			(Self::Tensor, 8 | 9 | 12) => Bytes,
			(Self::Tensor, 10) => Doubles,
			(Self::Tensor, 13) => Unsupported(Feature::ExternalData),
			(Self::ValueInfo, 1 | 3) => Bytes,
			(Self::ValueInfo, 2) => Message(Self::Type),
			(Self::Type, 1) => Message(Self::TensorType),
			(Self::Type, 4 | 9) => Message(Self::Opaque),
			(Self::TensorType, 1) => Varint,
			(Self::TensorType, 2) => Message(Self::Shape),
			(Self::Shape, 1) => Message(Self::Dimension),
			(Self::Dimension, 1) => Varint,
			(Self::Dimension, 2) => Bytes,
			_ => Ignored,
		}
	}
}

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const DELIMITED: u64 = 2;
const FIXED32: u64 = 5;

/// Bytes an owned string or vector takes besides its contents.
const HANDLE: u64 = size_of::<alloc::vec::Vec<u8>>() as u64;

struct Survey<'a> {
	file: &'a [u8],
	limits: &'a Limits,
	nodes: u64,
	attributes: u64,
	decoded_bytes: u64,
}

/// Checks the encoding and the limits of an encoded `ModelProto`.
pub(crate) fn survey(file: &[u8], limits: &Limits) -> Result<(), DecodeError> {
	if file.len() as u64 > limits.file_bytes {
		return Err(DecodeError::limit(LimitKind::FileBytes, limits.file_bytes));
	}
	if let Some(hint) = other_format(file) {
		return Err(DecodeError::NotOnnx(hint));
	}
	let mut survey = Survey { file, limits, nodes: 0, attributes: 0, decoded_bytes: 0 };
	survey.message(Message::Model, 0, file.len(), 0)
}

/// Recognises files that people mistake for ONNX.
fn other_format(file: &[u8]) -> Option<&'static str> {
	const ADVICE: [(&[u8], &str); 6] = [
		(b"PK\x03\x04", "it is a zip archive (PyTorch checkpoints are): export it with torch.onnx.export"),
		(b"\x89HDF", "it is an HDF5 file (Keras uses them): convert it with tf2onnx"),
		(b"GGUF", "it is a GGUF file: convert the original model to ONNX"),
		(b"\x80\x02", "it is a Python pickle: export the model with torch.onnx.export"),
		(b"{", "it is a JSON file: give the .onnx file"),
		(b"version https://git-lfs", "it is a Git LFS pointer: run `git lfs pull` to get the model"),
	];
	if file.is_empty() {
		return Some("the file is empty");
	}
	if file.get(4..8) == Some(b"TFL3") {
		return Some("it is a TensorFlow Lite file: convert it with tf2onnx");
	}
	ADVICE.iter().find(|(magic, _)| file.starts_with(magic)).map(|&(_, hint)| hint)
}

impl Survey<'_> {
	/// Surveys the message in `file[at..end]`.
	fn message(
		&mut self,
		message: Message,
		mut at: usize,
		end: usize,
		depth: usize,
	) -> Result<(), DecodeError> {
		if depth > self.limits.depth {
			return Err(DecodeError::limit(LimitKind::Depth, self.limits.depth as u64));
		}
		match message {
			Message::Node => {
				count(&mut self.nodes, 1, LimitKind::Nodes, self.limits.nodes)?;
			}
			Message::Attribute => {
				count(&mut self.attributes, 1, LimitKind::Attributes, self.limits.attributes)?;
			}
			_ => {}
		}
		self.allocate(message.memory())?;
		while at < end {
			let start = at;
			let key = self.varint(message, &mut at, end)?;
			let (number, wire) = (key >> 3, key & 7);
			if number == 0 || number >= 1 << 29 {
				return Err(DecodeError::malformed(
					start,
					message.name(),
					"a field has an impossible number",
				));
			}
			let field = message.field(number);
			if let Field::Unsupported(feature) = field {
				return Err(DecodeError::Unsupported(feature));
			}
			match wire {
				VARINT => {
					let value = self.varint(message, &mut at, end)?;
					match field {
						Field::Varint | Field::Ignored => {}
						Field::Varints(size) => self.allocate(size)?,
						_ => return Err(wrong_wire(start, message)),
					}
					// `data_location = EXTERNAL`, with or without saying where.
					if message == Message::Tensor && number == 14 && value == 1 {
						return Err(DecodeError::Unsupported(Feature::ExternalData));
					}
				}
				FIXED32 | FIXED64 => {
					let size = if wire == FIXED32 { 4 } else { 8 };
					at = self.advance(at, size, end)?;
					match (field, wire) {
						(Field::Ignored, _) | (Field::Fixed32, FIXED32) => {}
						(Field::Floats, FIXED32) | (Field::Doubles, FIXED64) => self.allocate(size)?,
						_ => return Err(wrong_wire(start, message)),
					}
				}
				DELIMITED => {
					let length = self.varint(message, &mut at, end)?;
					let content = at;
					at = self.advance(at, length, end)?;
					match field {
						Field::Ignored => {}
						Field::Bytes => self.allocate(length.saturating_add(HANDLE))?,
						Field::Message(inner) => self.message(inner, content, at, depth + 1)?,
						Field::Floats | Field::Doubles => self.allocate(length)?,
						Field::Varints(size) => {
							let bytes = self.file.get(content..at).unwrap_or_default();
							let values = bytes.iter().filter(|&&byte| byte < 0x80).count() as u64;
							self.allocate(values.saturating_mul(size))?;
						}
						_ => return Err(wrong_wire(start, message)),
					}
				}
				_ => {
					let reason = "a field has a wire type that ONNX does not use";
					return Err(DecodeError::malformed(start, message.name(), reason));
				}
			}
		}
		Ok(())
	}

	fn allocate(&mut self, bytes: u64) -> Result<(), DecodeError> {
		count(&mut self.decoded_bytes, bytes, LimitKind::DecodedBytes, self.limits.decoded_bytes)
	}

	/// Moves `length` bytes on, within a message that ends at `end`.
	fn advance(&self, at: usize, length: u64, end: usize) -> Result<usize, DecodeError> {
		let left = end.saturating_sub(at) as u64;
		if length <= left {
			// Fits: `length` is at most the length of a slice.
			return Ok(at + length as usize);
		}
		if end == self.file.len() {
			return Err(DecodeError::Truncated { offset: at, missing: length - left });
		}
		Err(DecodeError::malformed(at, "a nested message", "a field is longer than the message around it"))
	}

	fn varint(&self, message: Message, at: &mut usize, end: usize) -> Result<u64, DecodeError> {
		let start = *at;
		let mut value = 0u64;
		for shift in (0..64).step_by(7) {
			let Some(&byte) = self.file.get(*at).filter(|_| *at < end) else {
				if end == self.file.len() {
					return Err(DecodeError::Truncated { offset: start, missing: 1 });
				}
				let reason = "an integer is longer than the message around it";
				return Err(DecodeError::malformed(start, message.name(), reason));
			};
			*at += 1;
			value |= u64::from(byte & 0x7f) << shift;
			if byte < 0x80 {
				return Ok(value);
			}
		}
		Err(DecodeError::malformed(start, message.name(), "an integer has more than 64 bits"))
	}
}

fn count(total: &mut u64, more: u64, kind: LimitKind, limit: u64) -> Result<(), DecodeError> {
	*total = total.saturating_add(more);
	if *total > limit { Err(DecodeError::limit(kind, limit)) } else { Ok(()) }
}

fn wrong_wire(offset: usize, message: Message) -> DecodeError {
	DecodeError::malformed(
		offset,
		message.name(),
		"a field is encoded as another kind of value than it holds",
	)
}
