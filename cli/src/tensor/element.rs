//! Single elements: as numbers for people and as JSON values.

use assay_primitives::{DataType, Tensor};
use half::{bf16, f16};
use serde_json::{Number, Value};

/// The elements of type `$t` in little-endian `$data`.
macro_rules! decode {
	($data:expr, $t:ty) => {
		$data.as_chunks::<{ size_of::<$t>() }>().0.iter().map(|bytes| <$t>::from_le_bytes(*bytes))
	};
}

/// Every element as the nearest f64, in row-major order. For display only.
pub fn elements_as_f64(tensor: &Tensor) -> Vec<f64> {
	let data = tensor.data();
	match tensor.data_type() {
		DataType::F32 => decode!(data, f32).map(f64::from).collect(),
		DataType::F64 => decode!(data, f64).collect(),
		DataType::F16 => decode!(data, f16).map(f64::from).collect(),
		DataType::Bf16 => decode!(data, bf16).map(f64::from).collect(),
		DataType::U8 | DataType::Bool => decode!(data, u8).map(f64::from).collect(),
		DataType::I8 => decode!(data, i8).map(f64::from).collect(),
		DataType::U16 => decode!(data, u16).map(f64::from).collect(),
		DataType::I16 => decode!(data, i16).map(f64::from).collect(),
		DataType::U32 => decode!(data, u32).map(f64::from).collect(),
		DataType::I32 => decode!(data, i32).map(f64::from).collect(),
		DataType::U64 => decode!(data, u64).map(|value| value as f64).collect(),
		DataType::I64 => decode!(data, i64).map(|value| value as f64).collect(),
	}
}

/// Every element as a JSON value that reads back to the same bits. f32 is written as the f64 of the same value: the
/// shortest decimal of an f32 is nicer to read, but a reader that goes through f64 may round it twice.
pub(super) fn elements_as_json(tensor: &Tensor) -> Vec<Value> {
	let data = tensor.data();
	match tensor.data_type() {
		DataType::U8 => decode!(data, u8).map(Value::from).collect(),
		DataType::I8 => decode!(data, i8).map(Value::from).collect(),
		DataType::U16 => decode!(data, u16).map(Value::from).collect(),
		DataType::I16 => decode!(data, i16).map(Value::from).collect(),
		DataType::U32 => decode!(data, u32).map(Value::from).collect(),
		DataType::I32 => decode!(data, i32).map(Value::from).collect(),
		DataType::U64 => decode!(data, u64).map(Value::from).collect(),
		DataType::I64 => decode!(data, i64).map(Value::from).collect(),
		DataType::Bool => data.iter().map(|byte| Value::from(*byte != 0)).collect(),
		DataType::F32 | DataType::F64 | DataType::F16 | DataType::Bf16 => {
			elements_as_f64(tensor).into_iter().map(float_as_json).collect()
		}
	}
}

/// JSON has no word for the values that are not numbers, so they are strings.
fn float_as_json(value: f64) -> Value {
	match Number::from_f64(value) {
		Some(number) => Value::Number(number),
		None if value.is_nan() => "NaN".into(),
		None if value > 0.0 => "Infinity".into(),
		None => "-Infinity".into(),
	}
}

/// A JSON number as the nearest value of a float type, or one of the words for what JSON has no number for.
macro_rules! float {
	($t:ty, $text:expr) => {
		match $text {
			"\"NaN\"" => <$t>::NAN,
			"\"Infinity\"" => <$t>::INFINITY,
			"\"-Infinity\"" => <$t>::NEG_INFINITY,
			number => number.parse::<$t>().ok().filter(|value| value.is_finite())?,
		}
	};
}

/// Appends the little-endian bytes of the element that a JSON value is. `None` when it is not one of that type. The text is
/// read by the element's own type: going through f64 could round twice.
pub(super) fn push_json(data_type: DataType, text: &str, out: &mut Vec<u8>) -> Option<()> {
	macro_rules! integer {
		($t:ty) => {
			out.extend(text.parse::<$t>().ok()?.to_le_bytes())
		};
	}
	match data_type {
		DataType::U8 => integer!(u8),
		DataType::U16 => integer!(u16),
		DataType::U32 => integer!(u32),
		DataType::U64 => integer!(u64),
		DataType::I8 => integer!(i8),
		DataType::I16 => integer!(i16),
		DataType::I32 => integer!(i32),
		DataType::I64 => integer!(i64),
		DataType::Bool => match text {
			"true" | "1" => out.push(1),
			"false" | "0" => out.push(0),
			_ => return None,
		},
		DataType::F32 => out.extend(float!(f32, text).to_le_bytes()),
		DataType::F64 => out.extend(float!(f64, text).to_le_bytes()),
		DataType::F16 => out.extend(f16::from_f64(float!(f64, text)).to_le_bytes()),
		DataType::Bf16 => out.extend(bf16::from_f64(float!(f64, text)).to_le_bytes()),
	}
	Some(())
}

/// The element with this index, with its bits when it is a 32-bit float: what two people compare when they disagree.
pub fn format_element(tensor: &Tensor, index: usize) -> String {
	let Some(value) = elements_as_f64(tensor).get(index).copied() else {
		return format!("element {index}, which does not exist");
	};
	let bits = decode!(tensor.data(), u32).nth(index);
	match (tensor.data_type(), bits) {
		(DataType::F32, Some(bits)) => format!("{value} (0x{bits:08x})"),
		_ => value.to_string(),
	}
}
