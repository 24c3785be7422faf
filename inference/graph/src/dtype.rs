//! Element types and the glue between a Rust type and its ONNX number.

use core::fmt;

use assay_numerics::cast::{MiniFloat, Packing, SmallInt};

use crate::codes::Format;

/// The element type of a tensor.
///
/// `f16` and `bf16` are widened exactly by operators, which compute in `f32` and round once. Types of at most eight bits
/// that are neither integers of eight bits nor `bool` are *storage types*: they can be stored, moved, converted and
/// quantised to, nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DType {
	/// IEEE-754 binary32.
	F32,
	/// IEEE-754 binary64.
	F64,
	/// IEEE-754 binary16.
	F16,
	/// bfloat16.
	BF16,
	/// Signed, 8 bits.
	I8,
	/// Signed, 16 bits.
	I16,
	/// Signed, 32 bits.
	I32,
	/// Signed, 64 bits.
	I64,
	/// Unsigned, 8 bits.
	U8,
	/// Unsigned, 16 bits.
	U16,
	/// Unsigned, 32 bits.
	U32,
	/// Unsigned, 64 bits.
	U64,
	/// One byte, 0 or 1.
	Bool,
	/// Signed, 4 bits; storage only, as are those below.
	I4,
	/// Unsigned, 4 bits.
	U4,
	/// Signed, 2 bits.
	I2,
	/// Unsigned, 2 bits.
	U2,
	/// 8-bit float: 4 bits of exponent, 3 of fraction, NaN, no infinities.
	F8E4M3Fn,
	/// The same without negative zero.
	F8E4M3FnUz,
	/// 8-bit float: 5 bits of exponent, 2 of fraction, NaN and infinities.
	F8E5M2,
	/// The same without infinities and negative zero.
	F8E5M2FnUz,
	/// A power of two, 8 bits of exponent.
	F8E8M0,
	/// 4-bit float: 2 bits of exponent, 1 of fraction, neither NaN nor infinities.
	F4E2M1,
}

impl DType {
	/// Every supported element type.
	pub const ALL: [DType; 23] = [
		DType::F32,
		DType::F64,
		DType::F16,
		DType::BF16,
		DType::I8,
		DType::I16,
		DType::I32,
		DType::I64,
		DType::U8,
		DType::U16,
		DType::U32,
		DType::U64,
		DType::Bool,
		DType::I4,
		DType::U4,
		DType::I2,
		DType::U2,
		DType::F8E4M3Fn,
		DType::F8E4M3FnUz,
		DType::F8E5M2,
		DType::F8E5M2FnUz,
		DType::F8E8M0,
		DType::F4E2M1,
	];

	/// Bytes per element in memory. Elements of less than eight bits take a byte each there; in files and hashes they share
	/// bytes, see [`packing`](Self::packing).
	pub const fn size(self) -> usize {
		match self {
			DType::I8 | DType::U8 | DType::Bool => 1,
			DType::I4 | DType::U4 | DType::I2 | DType::U2 | DType::F4E2M1 => 1,
			DType::F8E4M3Fn | DType::F8E4M3FnUz | DType::F8E5M2 | DType::F8E5M2FnUz | DType::F8E8M0 => 1,
			DType::F16 | DType::BF16 | DType::I16 | DType::U16 => 2,
			DType::F32 | DType::I32 | DType::U32 => 4,
			DType::F64 | DType::I64 | DType::U64 => 8,
		}
	}

	/// The number of this type in ONNX's `TensorProto.DataType`.
	pub const fn onnx(self) -> i32 {
		match self {
			DType::F32 => 1,
			DType::U8 => 2,
			DType::I8 => 3,
			DType::U16 => 4,
			DType::I16 => 5,
			DType::I32 => 6,
			DType::I64 => 7,
			DType::Bool => 9,
			DType::F16 => 10,
			DType::F64 => 11,
			DType::U32 => 12,
			DType::U64 => 13,
			DType::BF16 => 16,
			DType::F8E4M3Fn => 17,
			DType::F8E4M3FnUz => 18,
			DType::F8E5M2 => 19,
			DType::F8E5M2FnUz => 20,
			DType::U4 => 21,
			DType::I4 => 22,
			DType::F4E2M1 => 23,
			DType::F8E8M0 => 24,
			DType::U2 => 25,
			DType::I2 => 26,
		}
	}

	/// The type with this number in ONNX's `TensorProto.DataType`; `None` for those not supported
	/// (strings and complex numbers).
	pub fn from_onnx(number: i32) -> Option<DType> {
		DType::ALL.into_iter().find(|dtype| dtype.onnx() == number)
	}

	/// Whether this is a format that operators compute in.
	pub const fn is_real(self) -> bool {
		matches!(self, DType::F32 | DType::F64)
	}

	/// What the codes of a storage type stand for; `None` for the other types.
	pub const fn format(self) -> Option<Format> {
		Some(match self {
			DType::I4 => Format::Integer(SmallInt::I4),
			DType::U4 => Format::Integer(SmallInt::U4),
			DType::I2 => Format::Integer(SmallInt::I2),
			DType::U2 => Format::Integer(SmallInt::U2),
			DType::F8E4M3Fn => Format::Float(MiniFloat::E4M3Fn),
			DType::F8E4M3FnUz => Format::Float(MiniFloat::E4M3FnUz),
			DType::F8E5M2 => Format::Float(MiniFloat::E5M2),
			DType::F8E5M2FnUz => Format::Float(MiniFloat::E5M2FnUz),
			DType::F8E8M0 => Format::Scale,
			DType::F4E2M1 => Format::Float(MiniFloat::E2M1),
			_ => return None,
		})
	}

	/// Whether this is a storage type.
	pub const fn is_storage(self) -> bool {
		self.format().is_some()
	}

	/// How elements share bytes in files and hashes; `None` if each takes [`size`](Self::size) bytes.
	pub const fn packing(self) -> Option<Packing> {
		match self.format() {
			Some(format) => format.packing(),
			None => None,
		}
	}

	/// Whether this is one of the four floating-point types that are computed with.
	pub const fn is_float(self) -> bool {
		matches!(self, DType::F32 | DType::F64 | DType::F16 | DType::BF16)
	}

	/// Whether this is a 16-bit float: stored narrow, computed as `f32`.
	pub const fn is_half(self) -> bool {
		matches!(self, DType::F16 | DType::BF16)
	}

	/// Whether this is a signed or unsigned integer of 8 to 64 bits (`bool` is not).
	pub const fn is_integer(self) -> bool {
		matches!(
			self,
			DType::I8
				| DType::I16 | DType::I32
				| DType::I64 | DType::U8
				| DType::U16 | DType::U32
				| DType::U64
		)
	}
}

impl fmt::Display for DType {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			DType::F32 => "float32",
			DType::F64 => "float64",
			DType::F16 => "float16",
			DType::BF16 => "bfloat16",
			DType::I8 => "int8",
			DType::I16 => "int16",
			DType::I32 => "int32",
			DType::I64 => "int64",
			DType::U8 => "uint8",
			DType::U16 => "uint16",
			DType::U32 => "uint32",
			DType::U64 => "uint64",
			DType::Bool => "bool",
			DType::I4 => "int4",
			DType::U4 => "uint4",
			DType::I2 => "int2",
			DType::U2 => "uint2",
			DType::F8E4M3Fn => "float8e4m3fn",
			DType::F8E4M3FnUz => "float8e4m3fnuz",
			DType::F8E5M2 => "float8e5m2",
			DType::F8E5M2FnUz => "float8e5m2fnuz",
			DType::F8E8M0 => "float8e8m0",
			DType::F4E2M1 => "float4e2m1",
		})
	}
}
