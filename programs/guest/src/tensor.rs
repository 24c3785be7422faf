//! Tensors as requests, responses and graph calls carry them.

use alloc::{format, string::String, vec::Vec};
use codec::{Decode, DecodeAll, Encode};

/// Element type; the number is that of ONNX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[allow(missing_docs)]
pub enum DataType {
	#[codec(index = 1)]
	F32,
	#[codec(index = 2)]
	U8,
	#[codec(index = 3)]
	I8,
	#[codec(index = 4)]
	U16,
	#[codec(index = 5)]
	I16,
	#[codec(index = 6)]
	I32,
	#[codec(index = 7)]
	I64,
	#[codec(index = 9)]
	Bool,
	#[codec(index = 10)]
	F16,
	#[codec(index = 11)]
	F64,
	#[codec(index = 12)]
	U32,
	#[codec(index = 13)]
	U64,
	#[codec(index = 16)]
	Bf16,
}

/// A dense tensor. The host refuses one whose data do not fit its type and shape.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Tensor {
	/// Element type.
	pub data_type: DataType,
	/// Shape, outermost dimension first.
	pub dims: Vec<u64>,
	/// Elements in row-major order, each little endian.
	pub data: Vec<u8>,
}

impl Tensor {
	/// A tensor of 64-bit integers.
	pub fn i64s(dims: &[usize], values: &[i64]) -> Self {
		let dims = dims.iter().map(|&dim| dim as u64).collect();
		let mut data = Vec::with_capacity(values.len() * 8);
		values.iter().for_each(|value| data.extend_from_slice(&value.to_le_bytes()));
		Self { data_type: DataType::I64, dims, data }
	}
}

/// A tensor and the input or output it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NamedTensor {
	/// Name in the package or graph.
	pub name: String,
	/// The value.
	pub tensor: Tensor,
}

impl NamedTensor {
	/// From its parts.
	pub fn new(name: &str, tensor: Tensor) -> Self {
		Self { name: name.into(), tensor }
	}
}

/// Decodes a request, or what a graph gave.
pub fn decode(bytes: &[u8]) -> Result<Vec<NamedTensor>, String> {
	Vec::decode_all(&mut &*bytes).map_err(|error| format!("these are no named tensors: {error}"))
}

/// Encodes a response, or what a graph takes.
pub fn encode(tensors: &[NamedTensor]) -> Vec<u8> {
	tensors.encode()
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;

	#[test]
	fn the_encoding_should_be_the_documented_bytes() {
		let tensors = [NamedTensor::new("ids", Tensor::i64s(&[1, 2], &[1, -1]))];
		let bytes = encode(&tensors);
		let mut expected = vec![1 << 2, 3 << 2, b'i', b'd', b's', 7, 2 << 2];
		expected.extend([1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 16 << 2]);
		expected.extend([1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);
		assert_eq!(bytes, expected);
		assert_eq!(decode(&bytes), Ok(tensors.to_vec()));
		assert!(decode(&bytes[..20]).is_err());
	}
}
