//! Element types of at most eight bits that are stored and converted, not computed with.

use alloc::vec::Vec;

use assay_numerics::cast::{
	E8M0_NAN, E8m0Rounding, MiniFloat, Overflow, Packing, SmallInt, e8m0_to_f32, f64_to_e8m0,
};

use crate::{
	dtype::DType,
	tensor::{Element, TensorData},
};

/// What the codes of a storage type stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
	/// An integer of four or two bits.
	Integer(SmallInt),
	/// A float of eight or four bits.
	Float(MiniFloat),
	/// A power of two.
	Scale,
}

/// How a conversion to a storage type treats numbers that are none of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRounding {
	/// Beyond the largest float.
	pub overflow: Overflow,
	/// Between two powers of two.
	pub scale: E8m0Rounding,
}

impl Default for CodeRounding {
	/// Those of `Cast` without attributes.
	fn default() -> Self {
		Self { overflow: Overflow::Saturate, scale: E8m0Rounding::Up }
	}
}

impl Format {
	/// How codes share bytes; `None` if each has its own.
	pub const fn packing(self) -> Option<Packing> {
		match self {
			Self::Integer(int) => Some(int.packing()),
			Self::Float(MiniFloat::E2M1) => Some(Packing::Four),
			Self::Float(_) | Self::Scale => None,
		}
	}

	/// The exact value of a code.
	pub fn decode(self, code: u8) -> f32 {
		match self {
			Self::Integer(int) => int.decode(code).into(),
			Self::Float(float) => float.decode(code),
			Self::Scale => e8m0_to_f32(code),
		}
	}

	/// The code of a number.
	pub fn encode(self, x: f64, rounding: CodeRounding) -> u8 {
		match self {
			Self::Integer(int) => int.encode(int.from_f64(x)),
			Self::Float(float) => float.encode(x, rounding.overflow),
			Self::Scale => f64_to_e8m0(x, rounding.scale, rounding.overflow),
		}
	}

	/// The same code, or the canonical one of NaN.
	fn canonical(self, code: u8) -> u8 {
		match self {
			Self::Float(float) if float.decode(code).is_nan() => float.nan().unwrap_or(code),
			Self::Scale if e8m0_to_f32(code).is_nan() => E8M0_NAN,
			_ => code,
		}
	}
}

/// An element that is a code.
pub trait Code: Element {
	/// What it stands for.
	const FORMAT: Format;

	/// The element with this code; of packed types only the low bits count.
	fn from_code(code: u8) -> Self;

	/// The code, in the low bits.
	fn code(self) -> u8;
}

macro_rules! codes {
	($($(#[$doc:meta])* $name:ident: $format:expr;)+) => {
		$(
			$(#[$doc])*
			#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
			pub struct $name(u8);

			impl Code for $name {
				const FORMAT: Format = $format;

				fn from_code(code: u8) -> Self {
					Self(match Self::FORMAT.packing() {
						Some(packing) => code & ((1 << packing.bits()) - 1),
						None => code,
					})
				}

				fn code(self) -> u8 {
					self.0
				}
			}

			impl Element for $name {
				const DTYPE: DType = DType::$name;

				fn wrap(values: Vec<Self>) -> TensorData {
					TensorData::$name(values)
				}

				fn slice(data: &TensorData) -> Option<&[Self]> {
					match data {
						TensorData::$name(values) => Some(values),
						_ => None,
					}
				}

				fn write_all(values: &[Self], out: &mut Vec<u8>) {
					let codes = values.iter().map(|value| Self::FORMAT.canonical(value.0));
					match Self::FORMAT.packing() {
						Some(packing) => out.extend(packing.pack(&codes.collect::<Vec<_>>())),
						None => out.extend(codes),
					}
				}

				fn read_all(bytes: &[u8], count: usize) -> Option<Vec<Self>> {
					let Some(packing) = Self::FORMAT.packing() else {
						return Some(bytes.iter().map(|&code| Self(code)).collect());
					};
					if bytes.len() != packing.bytes(count) {
						return None;
					}
					Some(packing.unpack(bytes, count).into_iter().map(Self::from_code).collect())
				}
			}
		)+
	};
}

codes! {
	/// A signed integer of four bits.
	I4: Format::Integer(SmallInt::I4);
	/// An unsigned integer of four bits.
	U4: Format::Integer(SmallInt::U4);
	/// A signed integer of two bits.
	I2: Format::Integer(SmallInt::I2);
	/// An unsigned integer of two bits.
	U2: Format::Integer(SmallInt::U2);
	/// ONNX `FLOAT8E4M3FN`.
	F8E4M3Fn: Format::Float(MiniFloat::E4M3Fn);
	/// ONNX `FLOAT8E4M3FNUZ`.
	F8E4M3FnUz: Format::Float(MiniFloat::E4M3FnUz);
	/// ONNX `FLOAT8E5M2`.
	F8E5M2: Format::Float(MiniFloat::E5M2);
	/// ONNX `FLOAT8E5M2FNUZ`.
	F8E5M2FnUz: Format::Float(MiniFloat::E5M2FnUz);
	/// ONNX `FLOAT8E8M0`, a power of two.
	F8E8M0: Format::Scale;
	/// ONNX `FLOAT4E2M1`.
	F4E2M1: Format::Float(MiniFloat::E2M1);
}

macro_rules! tagged {
	($($name:ident)+) => {
		impl TensorData {
			/// The codes of the elements, if they are of a storage type.
			pub fn codes(&self) -> Option<Vec<u8>> {
				match self {
					$(Self::$name(values) => Some(values.iter().map(|value| value.0).collect()),)+
					_ => None,
				}
			}

			/// Elements of a storage type from their codes; `None` if `dtype` is another type.
			pub fn from_codes(dtype: DType, codes: Vec<u8>) -> Option<Self> {
				match dtype {
					$(DType::$name => Some(Self::$name(codes.into_iter().map($name::from_code).collect())),)+
					_ => None,
				}
			}
		}
	};
}

tagged!(I4 U4 I2 U2 F8E4M3Fn F8E4M3FnUz F8E5M2 F8E5M2FnUz F8E8M0 F4E2M1);

#[cfg(test)]
mod tests {
	use super::*;
	use crate::tensor::HostTensor;

	fn codes<C: Code>(codes: &[u8]) -> HostTensor {
		HostTensor::vector(codes.iter().map(|&code| C::from_code(code)).collect())
	}

	#[test]
	fn packed_elements_should_share_bytes_the_first_in_the_lowest_bits() {
		assert_eq!(codes::<I4>(&[1, 0xf, 7]).to_le_bytes(), [0xf1, 0x07]);
		assert_eq!(codes::<U2>(&[1, 2, 3, 0, 3]).to_le_bytes(), [0b00_11_10_01, 0b11]);
		assert_eq!(codes::<F4E2M1>(&[8, 2]).to_le_bytes(), [0x28]);
		assert_eq!(codes::<F8E5M2>(&[8, 2]).to_le_bytes(), [8, 2]);
	}

	#[test]
	fn packed_bytes_should_be_read_for_a_shape_and_refused_when_there_are_more_or_fewer() {
		let read = |shape: &[usize], bytes: &[u8]| HostTensor::from_le_bytes(DType::I4, shape, bytes);
		assert_eq!(read(&[3], &[0xf1, 0x07]).unwrap(), codes::<I4>(&[1, 0xf, 7]));
		// The unused half of the last byte means nothing.
		assert_eq!(read(&[3], &[0xf1, 0xa7]).unwrap(), codes::<I4>(&[1, 0xf, 7]));
		assert_eq!(read(&[0], &[]).unwrap().len(), 0);
		for (shape, bytes) in [(&[3], &[0xf1][..]), (&[2], &[0xf1, 0x07]), (&[0], &[0])] {
			assert!(read(shape, bytes).is_err(), "{shape:?} {bytes:?}");
		}
	}

	#[test]
	fn nan_should_have_one_code_in_canonical_bytes() {
		assert_eq!(codes::<F8E4M3Fn>(&[0x7f, 0xff, 0x7e]).to_le_bytes(), [0x7f, 0x7f, 0x7e]);
		assert_eq!(codes::<F8E5M2>(&[0x7d, 0xfe, 0xff, 0x7c]).to_le_bytes(), [0x7e, 0x7e, 0x7e, 0x7c]);
		assert_eq!(codes::<F8E8M0>(&[0xff, 0xfe]).to_le_bytes(), [0xff, 0xfe]);
	}

	#[test]
	fn every_code_should_survive_a_cast_to_double_and_back() {
		/// ONNX's cast saturates unless told otherwise: infinities, which E5M2 alone has, become the largest number.
		fn is_infinite<C: Code>(code: u8) -> bool {
			C::DTYPE == DType::F8E5M2 && code & 0x7f == 0x7c
		}
		fn check<C: Code>() {
			let all: Vec<u8> = (0..=u8::MAX)
				.map(|code| C::from_code(code).code())
				.filter(|&code| !is_infinite::<C>(code))
				.collect();
			let tensor = codes::<C>(&all);
			assert_eq!(tensor.cast(DType::F64).cast(C::DTYPE), tensor, "{}", C::DTYPE);
		}
		check::<I4>();
		check::<U4>();
		check::<I2>();
		check::<U2>();
		check::<F8E4M3Fn>();
		check::<F8E4M3FnUz>();
		check::<F8E5M2>();
		check::<F8E5M2FnUz>();
		check::<F8E8M0>();
		check::<F4E2M1>();
		let infinite = codes::<F8E5M2>(&[0x7c, 0xfc]);
		assert_eq!(infinite.cast(DType::F64).cast(DType::F8E5M2), codes::<F8E5M2>(&[0x7b, 0xfb]));
	}
}
