//! Tensors as JSON.
//!
//! Written as `{"name": "x", "dtype": "f32", "shape": [1, 2], "data": [0.5, 1.0]}` with flat, row-major data. Read in that
//! form, or as nested lists of numbers whose nesting is the shape and whose type the model declares.

use super::{element, format_shape, tensor, type_from_name, type_name};
use assay_primitives::{DataType, Tensor};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

type Result<T> = std::result::Result<T, String>;

/// Most lists in one another: the highest rank of a tensor.
const MAX_NESTING: usize = 8;

/// A tensor in the long form, for writing.
#[derive(Clone, Debug, Serialize)]
pub struct JsonTensor {
	/// Name of the graph's input or output.
	name: String,
	/// `f32`, `i64`, `bool`, …
	dtype: &'static str,
	shape: Vec<u64>,
	/// Flat, row-major.
	data: Vec<Value>,
}

/// A tensor in the long form, for reading. The numbers stay text until their type is known.
#[derive(Deserialize)]
struct LongForm<'a> {
	dtype: String,
	/// Taken from the nesting of `data` when absent.
	shape: Option<Vec<u64>>,
	/// Flat or nested.
	#[serde(borrow)]
	data: &'a RawValue,
}

/// The long form of a tensor.
pub fn to_json(name: &str, tensor: &Tensor) -> JsonTensor {
	JsonTensor {
		name: name.into(),
		dtype: type_name(tensor.data_type()),
		shape: tensor.dims().to_vec(),
		data: element::elements_as_json(tensor),
	}
}

/// The bytes of a JSON file.
pub fn encode(name: &str, tensor: &Tensor) -> Result<Vec<u8>> {
	serde_json::to_vec(&to_json(name, tensor)).map_err(|error| error.to_string())
}

/// Reads either form. `expected` is the element type when the file does not name one.
pub fn decode(bytes: &[u8], expected: Option<DataType>) -> Result<Tensor> {
	let value: &RawValue = serde_json::from_slice(bytes).map_err(|error| format!("not JSON: {error}"))?;
	if value.get().starts_with('{') {
		let long: LongForm = serde_json::from_str(value.get()).map_err(|error| error.to_string())?;
		let data_type =
			type_from_name(&long.dtype).ok_or_else(|| format!("`{}` is not an element type", long.dtype))?;
		return from_nested(data_type, long.shape, long.data);
	}
	let data_type = expected.ok_or("bare numbers have no element type here; write {\"dtype\": …}")?;
	from_nested(data_type, None, value)
}

/// The items of a list; `None` for anything else.
fn items(value: &RawValue) -> Option<Vec<&RawValue>> {
	serde_json::from_str(value.get()).ok()
}

fn from_nested(data_type: DataType, shape: Option<Vec<u64>>, data: &RawValue) -> Result<Tensor> {
	let mut nesting = Vec::new();
	let mut level = Some(data);
	while let Some(list) = level.and_then(items) {
		nesting.push(list.len() as u64);
		if nesting.len() > MAX_NESTING {
			return Err(format!("lists are nested deeper than {MAX_NESTING} levels"));
		}
		level = list.first().copied();
	}
	let mut bytes = Vec::new();
	push_nested(data_type, data, &nesting, &mut bytes)?;
	match shape {
		Some(shape) if nesting.len() > 1 && shape != nesting => {
			Err(format!("the shape {} is not that of the nested lists", format_shape(&shape)))
		}
		shape => tensor(data_type, shape.unwrap_or(nesting), bytes),
	}
}

fn push_nested(data_type: DataType, value: &RawValue, nesting: &[u64], bytes: &mut Vec<u8>) -> Result<()> {
	let Some((length, inner)) = nesting.split_first() else {
		return element::push_json(data_type, value.get(), bytes)
			.ok_or_else(|| format!("{value} is not a {}", type_name(data_type)));
	};
	match items(value) {
		Some(list) if list.len() as u64 == *length => {
			list.iter().try_for_each(|item| push_nested(data_type, item, inner, bytes))
		}
		_ => Err("lists on one level have different lengths".into()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn nested_lists_should_give_the_shape() {
		let read = decode(b"[[1, 2, 3], [4, 5, 6]]", Some(DataType::U8)).expect("is a tensor");
		assert_eq!((read.dims(), read.data()), (&[2, 3][..], &[1, 2, 3, 4, 5, 6][..]));
		assert_eq!(decode(b"[]", Some(DataType::F32)).expect("is empty").dims(), &[0]);
	}

	#[test]
	fn a_shape_should_be_applied_to_flat_data() {
		let text = br#"{"dtype": "i64", "shape": [1, 2], "data": [-1, 9007199254740993]}"#;
		let read = decode(text, None).expect("is a tensor");
		let expected: Vec<u8> = [-1i64, 9_007_199_254_740_993].iter().flat_map(|v| v.to_le_bytes()).collect();
		assert_eq!((read.dims(), read.data()), (&[1, 2][..], &expected[..]));
	}

	#[test]
	fn numbers_should_be_rounded_once_to_the_element_type() {
		// Just above the middle between 1 and the next f32; as f64 it is the middle itself, which rounds down to even.
		let text = b"[1.00000005960464477540]";
		let read = decode(text, Some(DataType::F32)).expect("is a tensor");
		assert_eq!(read.data(), 1.000_000_1_f32.to_le_bytes());
	}

	#[test]
	fn wrong_data_should_be_refused() {
		for (text, data_type) in [
			("[[1, 2], [3]]", DataType::F32),
			("[[1, 2], 3]", DataType::F32),
			("[256]", DataType::U8),
			("[-1]", DataType::U32),
			("[1.5]", DataType::I32),
			("[2]", DataType::Bool),
			("[\"one\"]", DataType::F32),
			("[null]", DataType::F32),
			("[1e39]", DataType::F32),
			("[1", DataType::F32),
			("[[[[[[[[[1]]]]]]]]]", DataType::F32),
		] {
			let read = decode(text.as_bytes(), Some(data_type));
			assert!(read.is_err(), "{text}: {read:?}");
		}
		for text in [
			r#"{"dtype": "float", "data": [1]}"#,
			r#"{"dtype": "f32", "shape": [3], "data": [1]}"#,
			r#"{"dtype": "f32", "shape": [2, 1], "data": [[1, 2]]}"#,
			r#"{"dtype": "f32", "shape": [1099511627776, 1099511627776], "data": [1]}"#,
			"[1.0]",
		] {
			assert!(decode(text.as_bytes(), None).is_err(), "{text}");
		}
	}
}
