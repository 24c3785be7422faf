//! Conversions between element types.

use alloc::vec::Vec;

use assay_numerics::cast::{bf16_to_f32, f16_to_f32, f32_to_bf16, f32_to_f16, f64_to_bf16, f64_to_f16};

use crate::{
	codes::{Code, CodeRounding, Format},
	dtype::DType,
	tensor::{Element, HostTensor, TensorData},
};

impl HostTensor {
	/// Converts the elements, by the rules of [`TensorOps::cast`](crate::TensorOps::cast), of which this is the definition.
	pub fn cast(&self, to: DType) -> HostTensor {
		self.cast_rounding(to, CodeRounding::default())
	}

	/// The same, except for how numbers become codes that have none for them.
	pub fn cast_rounding(&self, to: DType, rounding: CodeRounding) -> HostTensor {
		HostTensor::with_same_shape(self, cast(self.data(), to, rounding))
	}
}

/// Converts elements one by one.
pub(crate) fn cast(data: &TensorData, to: DType, rounding: CodeRounding) -> TensorData {
	let to = Target { dtype: to, rounding };
	match data {
		TensorData::F32(values) => from_f32(values, to),
		TensorData::F64(values) => from_f64(values.iter().copied(), to),
		TensorData::F16(values) => from_half(values, to, f16_to_f32),
		TensorData::BF16(values) => from_half(values, to, bf16_to_f32),
		TensorData::I8(values) => from_integer(values, to),
		TensorData::I16(values) => from_integer(values, to),
		TensorData::I32(values) => from_integer(values, to),
		TensorData::I64(values) => from_integer(values, to),
		TensorData::U8(values) => from_integer(values, to),
		TensorData::U16(values) => from_integer(values, to),
		TensorData::U32(values) => from_integer(values, to),
		TensorData::U64(values) => from_integer(values, to),
		TensorData::Bool(values) => {
			from_integer(&values.iter().map(|&value| u8::from(value)).collect::<Vec<_>>(), to)
		}
		TensorData::I4(values) => from_codes(values, to),
		TensorData::U4(values) => from_codes(values, to),
		TensorData::I2(values) => from_codes(values, to),
		TensorData::U2(values) => from_codes(values, to),
		TensorData::F8E4M3Fn(values) => from_codes(values, to),
		TensorData::F8E4M3FnUz(values) => from_codes(values, to),
		TensorData::F8E5M2(values) => from_codes(values, to),
		TensorData::F8E5M2FnUz(values) => from_codes(values, to),
		TensorData::F8E8M0(values) => from_codes(values, to),
		TensorData::F4E2M1(values) => from_codes(values, to),
	}
}

/// What to convert to.
#[derive(Clone, Copy)]
struct Target {
	dtype: DType,
	rounding: CodeRounding,
}

/// The values of codes are exact, as integers or as `f32`.
fn from_codes<C: Code>(values: &[C], to: Target) -> TensorData {
	match C::FORMAT {
		Format::Integer(int) => {
			from_integer(&values.iter().map(|value| int.decode(value.code())).collect::<Vec<_>>(), to)
		}
		format => from_f32(&values.iter().map(|value| format.decode(value.code())).collect::<Vec<_>>(), to),
	}
}

/// Codes of a storage type that a function gives for elements.
fn codes<I>(values: impl Iterator<Item = I>, dtype: DType, code: impl Fn(Format, I) -> u8) -> TensorData {
	let codes = dtype.format().map(|format| values.map(|value| code(format, value)).collect());
	// Every type that has a format has codes.
	codes.and_then(|codes| TensorData::from_codes(dtype, codes)).unwrap_or(TensorData::U8(Vec::new()))
}

fn collect<I: Iterator, E: Element>(values: I, convert: impl Fn(I::Item) -> E) -> TensorData {
	E::wrap(values.map(convert).collect())
}

fn from_f32(values: &[f32], to: Target) -> TensorData {
	let values = values.iter().copied();
	match to.dtype {
		DType::F32 => collect(values, |value| value),
		DType::F16 => collect(values, f32_to_f16),
		DType::BF16 => collect(values, f32_to_bf16),
		// Exact, so what follows is a conversion of the same number.
		_ => from_f64(values.map(f64::from), to),
	}
}

fn from_half<H: Copy>(values: &[H], to: Target, widen: impl Fn(H) -> f32) -> TensorData {
	from_f32(&values.iter().map(|&value| widen(value)).collect::<Vec<_>>(), to)
}

/// Rust's float-to-integer casts truncate, saturate, and map NaN to 0.
fn from_f64(values: impl Iterator<Item = f64>, to: Target) -> TensorData {
	match to.dtype {
		DType::F32 => collect(values, |value| value as f32),
		DType::F64 => collect(values, |value| value),
		DType::F16 => collect(values, f64_to_f16),
		DType::BF16 => collect(values, f64_to_bf16),
		DType::I8 => collect(values, |value| value as i8),
		DType::I16 => collect(values, |value| value as i16),
		DType::I32 => collect(values, |value| value as i32),
		DType::I64 => collect(values, |value| value as i64),
		DType::U8 => collect(values, |value| value as u8),
		DType::U16 => collect(values, |value| value as u16),
		DType::U32 => collect(values, |value| value as u32),
		DType::U64 => collect(values, |value| value as u64),
		DType::Bool => collect(values, |value| value != 0.0),
		dtype => codes(values, dtype, |format, value| format.encode(value, to.rounding)),
	}
}

/// Rust's integer casts wrap.
fn from_integer<S: Copy + Into<i128>>(values: &[S], to: Target) -> TensorData {
	let values = values.iter().map(|&value| value.into());
	match to.dtype {
		DType::F32 => collect(values, |value| value as f32),
		DType::F64 => collect(values, |value| value as f64),
		DType::F16 => collect(values, |value| f32_to_f16(value as f32)),
		DType::BF16 => collect(values, |value| f32_to_bf16(value as f32)),
		DType::I8 => collect(values, |value| value as i8),
		DType::I16 => collect(values, |value| value as i16),
		DType::I32 => collect(values, |value| value as i32),
		DType::I64 => collect(values, |value| value as i64),
		DType::U8 => collect(values, |value| value as u8),
		DType::U16 => collect(values, |value| value as u16),
		DType::U32 => collect(values, |value| value as u32),
		DType::U64 => collect(values, |value| value as u64),
		DType::Bool => collect(values, |value| value != 0),
		dtype => codes(values, dtype, |format, value| match format {
			Format::Integer(int) => int.encode(int.wrap(value as i64)),
			// Exact wherever it is within the range of a format.
			format => format.encode(value as f64, to.rounding),
		}),
	}
}

#[cfg(test)]
mod tests {
	use half::{bf16, f16};

	use super::*;

	fn cast<A: Element, B: Element>(values: &[A]) -> Vec<B> {
		HostTensor::vector(values.to_vec()).cast(B::DTYPE).as_slice::<B>().unwrap().to_vec()
	}

	#[test]
	fn float_to_integer_should_truncate_saturate_and_map_nan_to_zero() {
		let x = [1.9f32, -1.9, 1e20, -1e20, f32::NAN, f32::INFINITY, -0.0];
		assert_eq!(cast::<f32, i32>(&x), [1, -1, i32::MAX, i32::MIN, 0, i32::MAX, 0]);
		assert_eq!(cast::<f32, u8>(&x), [1, 0, 255, 0, 0, 255, 0]);
		assert_eq!(cast::<f32, i64>(&x), [1, -1, i64::MAX, i64::MIN, 0, i64::MAX, 0]);
	}

	#[test]
	fn integer_to_integer_should_wrap() {
		assert_eq!(cast::<i64, i8>(&[300, -129, i64::MIN]), [44, 127, 0]);
		assert_eq!(cast::<i32, u64>(&[-1]), [u64::MAX]);
		assert_eq!(cast::<u64, i64>(&[u64::MAX]), [-1]);
	}

	#[test]
	fn integer_to_float_should_round_to_nearest_even() {
		assert_eq!(
			cast::<i64, f32>(&[16_777_217, 16_777_219, -16_777_217]),
			[16_777_216.0, 16_777_220.0, -16_777_216.0]
		);
		assert_eq!(cast::<u64, f32>(&[u64::MAX]), [18_446_744_073_709_551_615.0]);
	}

	#[test]
	fn bool_should_be_zero_or_one_and_anything_but_zero_true() {
		assert_eq!(cast::<f32, bool>(&[0.0, -0.0, 0.5, f32::NAN]), [false, false, true, true]);
		assert_eq!(cast::<i32, bool>(&[0, -7]), [false, true]);
		assert_eq!(cast::<bool, f32>(&[false, true]), [0.0, 1.0]);
	}

	#[test]
	fn double_to_half_should_round_once_when_a_detour_by_single_would_round_twice() {
		// Just above the middle of two neighbours: by way of f32 it becomes the middle, and ties to even go down.
		let above_tie = 1.0 + 2f64.powi(-11) + 2f64.powi(-40);
		assert_eq!(cast::<f64, f16>(&[above_tie]), [f16::from_bits(0x3c01)]);
		assert_eq!(cast::<f64, f16>(&[1.0 + 2f64.powi(-11)]), [f16::from_bits(0x3c00)]);
		assert_eq!(cast::<f64, f16>(&[1e300, -1e300]), [f16::INFINITY, f16::NEG_INFINITY]);
		assert_eq!(cast::<f64, f16>(&[1e-300]), [f16::from_bits(0)]);
		assert_eq!(cast::<f64, bf16>(&[1.0 + 2f64.powi(-8) + 2f64.powi(-40)]), [bf16::from_bits(0x3f81)]);
	}

	#[test]
	fn half_should_widen_exactly() {
		assert_eq!(cast::<f16, f32>(&[f16::from_bits(0x0001), f16::MAX]), [2f32.powi(-24), 65504.0]);
		assert_eq!(cast::<bf16, f32>(&[bf16::from_bits(0x0001)]), [f32::from_bits(0x0001_0000)]);
	}
}
