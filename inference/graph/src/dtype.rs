//! Element types and the glue between a Rust type and its ONNX number.

use core::fmt;

/// The element type of a tensor.
///
/// `f16` and `bf16` are storage formats: operators widen them exactly, compute in `f32` and round once.
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
}

impl DType {
	/// Every supported element type.
	pub const ALL: [DType; 13] = [
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
	];

	/// Bytes per element.
	pub const fn size(self) -> usize {
		match self {
			DType::I8 | DType::U8 | DType::Bool => 1,
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
		}
	}

	/// The type with this number in ONNX's `TensorProto.DataType`; `None` for those not supported
	/// (strings, complex, 8-bit floats, 4-bit integers).
	pub fn from_onnx(number: i32) -> Option<DType> {
		DType::ALL.into_iter().find(|dtype| dtype.onnx() == number)
	}

	/// Whether this is a format that operators compute in.
	pub const fn is_real(self) -> bool {
		matches!(self, DType::F32 | DType::F64)
	}

	/// Whether this is one of the four floating-point types.
	pub const fn is_float(self) -> bool {
		matches!(self, DType::F32 | DType::F64 | DType::F16 | DType::BF16)
	}

	/// Whether this is a 16-bit float: stored narrow, computed as `f32`.
	pub const fn is_half(self) -> bool {
		matches!(self, DType::F16 | DType::BF16)
	}

	/// Whether this is a signed or unsigned integer (`bool` is not).
	pub const fn is_integer(self) -> bool {
		!self.is_float() && !matches!(self, DType::Bool)
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
		})
	}
}
