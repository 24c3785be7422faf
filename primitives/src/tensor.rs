//! Tensors as they cross a boundary: named, typed, dense, little endian, row-major.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;

/// Longest name of a graph's input or output, in bytes.
pub type MaxTensorName = ConstU32<64>;
/// Highest rank of a graph's input or output.
pub type MaxRank = ConstU32<8>;

/// Element type. The numbering is that of ONNX `TensorProto.DataType`.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
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

impl DataType {
	/// Bytes of one element.
	pub const fn size(self) -> usize {
		match self {
			Self::U8 | Self::I8 | Self::Bool => 1,
			Self::U16 | Self::I16 | Self::F16 | Self::Bf16 => 2,
			Self::F32 | Self::I32 | Self::U32 => 4,
			Self::F64 | Self::I64 | Self::U64 => 8,
		}
	}
}

/// One dimension of a declared shape.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Dimension {
	/// Always this many elements.
	Fixed(u32),
	/// Chosen by each request.
	Any,
}

/// Declared name, element type and shape of a model's input or output.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct TensorSpec {
	/// UTF-8 name in the graph.
	pub name: BoundedVec<u8, MaxTensorName>,
	/// Element type.
	pub data_type: DataType,
	/// Shape, outermost dimension first.
	pub dims: BoundedVec<Dimension, MaxRank>,
}

/// A dense tensor. [`Tensor::new`] and decoding keep `data.len() == product(dims) * data_type.size()`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, DecodeWithMemTracking, TypeInfo)]
pub struct Tensor {
	data_type: DataType,
	dims: Vec<u64>,
	data: Vec<u8>,
}

/// Length of the data does not fit type and shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthMismatch;

impl Tensor {
	/// `data` holds the elements in row-major order, each little endian.
	pub fn new(data_type: DataType, dims: Vec<u64>, data: Vec<u8>) -> Result<Self, LengthMismatch> {
		let bytes = dims.iter().try_fold(data_type.size() as u64, |bytes, dim| bytes.checked_mul(*dim));
		if dims.len() <= 8 && bytes == Some(data.len() as u64) {
			Ok(Self { data_type, dims, data })
		} else {
			Err(LengthMismatch)
		}
	}

	/// Element type.
	pub fn data_type(&self) -> DataType {
		self.data_type
	}

	/// Shape, outermost dimension first.
	pub fn dims(&self) -> &[u64] {
		&self.dims
	}

	/// Elements in row-major order, each little endian.
	pub fn data(&self) -> &[u8] {
		&self.data
	}
}

impl Decode for Tensor {
	fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
		let (data_type, dims, data) = Decode::decode(input)?;
		Self::new(data_type, dims, data)
			.map_err(|LengthMismatch| "tensor data does not fit its type and shape".into())
	}
}

/// A tensor and the graph input or output it belongs to.
///
/// The SCALE encoding of a `Vec<NamedTensor>` is the input of a request; the same encoding of the outputs, in the declared
/// order and with NaN canonicalised, is what the output hash covers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct NamedTensor {
	/// UTF-8 name in the graph.
	pub name: Vec<u8>,
	/// The value.
	pub tensor: Tensor,
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn decode_should_fail_when_data_does_not_fit_shape() {
		let good = Tensor::new(DataType::F32, vec![2, 3], vec![0; 24]).expect("24 bytes are 2x3 floats");
		assert_eq!(Tensor::decode(&mut &good.encode()[..]), Ok(good));
		for dims in [vec![2, 2], vec![1_u64 << 40, 1 << 40], vec![0]] {
			let forged = (DataType::F32, dims, vec![0u8; 24]).encode();
			assert!(Tensor::decode(&mut &forged[..]).is_err());
		}
	}
}
