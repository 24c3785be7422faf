//! Tensors in files: NumPy `.npy`, ONNX `TensorProto` `.pb`, and JSON.

pub mod art;
mod element;
mod json;
mod npy;
mod onnx;

pub use element::{elements_as_f64, format_element};
pub use json::{JsonTensor, to_json};
pub use onnx::data_type as type_from_onnx;

use crate::error::{Code, Error, Result};
use assay_primitives::{
	DataType, Tensor, TensorSpec,
	tensor::{Dimension, LengthMismatch},
};
use std::{fs, path::Path};

/// Largest tensor file that is read, in bytes. Inputs of requests are far smaller; the limit keeps a wrong path from
/// filling the memory.
const MAX_FILE: u64 = 1 << 30;

/// The formats that are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
	Npy,
	OnnxTensor,
	Json,
}

fn format_of(path: &Path) -> Result<Format> {
	match path.extension().and_then(|extension| extension.to_str()) {
		Some("npy") => Ok(Format::Npy),
		Some("pb") => Ok(Format::OnnxTensor),
		Some("json") => Ok(Format::Json),
		_ => Err(Error::new(
			Code::FileFormat,
			format!("{}: the name does not say which format it has", path.display()),
			"use a file that ends in .npy (NumPy), .pb (ONNX TensorProto) or .json",
		)),
	}
}

/// Whether `path` is a file whose ending names a tensor format.
pub fn is_tensor_file(path: &Path) -> bool {
	path.is_file() && has_tensor_ending(path)
}

/// Whether the ending of `path` names a tensor format.
pub fn has_tensor_ending(path: &Path) -> bool {
	format_of(path).is_ok()
}

/// Reads a tensor. `expected` is the element type of JSON files that hold only numbers.
pub fn read(path: &Path, expected: Option<DataType>) -> Result<Tensor> {
	let format = format_of(path)?;
	let bytes = read_file(path)?;
	let invalid = |why: String| {
		let kind = match format {
			Format::Npy => "a .npy file of numbers; write one with numpy.save",
			Format::OnnxTensor => "one serialised onnx.TensorProto with its data inside",
			Format::Json => {
				"nested lists of numbers, or {\"dtype\": \"f32\", \"shape\": [1, 2], \"data\": [0.5, 1.0]}"
			}
		};
		Error::new(Code::FileFormat, format!("{}: {why}", path.display()), format!("expected {kind}"))
	};
	match format {
		Format::Npy => npy::decode(&bytes),
		Format::OnnxTensor => onnx::decode(&bytes),
		Format::Json => json::decode(&bytes, expected),
	}
	.map_err(invalid)
}

/// Writes a tensor in the format that the path's ending names.
pub fn write(path: &Path, name: &str, tensor: &Tensor) -> Result<()> {
	let encoded = match format_of(path)? {
		Format::Npy => npy::encode(tensor),
		Format::OnnxTensor => Ok(onnx::encode(name, tensor)),
		Format::Json => json::encode(name, tensor),
	};
	let bytes = encoded.map_err(|why| {
		Error::new(
			Code::FileWrite,
			format!("{}: {why}", path.display()),
			"choose another format by the file's ending: .npy, .pb or .json",
		)
	})?;
	fs::write(path, bytes).map_err(|error| {
		Error::new(
			Code::FileWrite,
			format!("cannot write {}: {error}", path.display()),
			"choose a path in a directory that you may write to",
		)
	})
}

/// The bytes of a file.
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
	let failed = |why: String| {
		Error::new(Code::FileRead, format!("cannot read {}: {why}", path.display()), "check the path")
	};
	let length = fs::metadata(path).map_err(|error| failed(error.to_string()))?.len();
	if length > MAX_FILE {
		return Err(failed(format!("it has {length} bytes, more than {MAX_FILE}")));
	}
	fs::read(path).map_err(|error| failed(error.to_string()))
}

/// The element type as users write and read it: `f32`, `i64`, `bool`, …
pub const fn type_name(data_type: DataType) -> &'static str {
	match data_type {
		DataType::F32 => "f32",
		DataType::U8 => "u8",
		DataType::I8 => "i8",
		DataType::U16 => "u16",
		DataType::I16 => "i16",
		DataType::I32 => "i32",
		DataType::I64 => "i64",
		DataType::Bool => "bool",
		DataType::F16 => "f16",
		DataType::F64 => "f64",
		DataType::U32 => "u32",
		DataType::U64 => "u64",
		DataType::Bf16 => "bf16",
	}
}

/// Inverse of [`type_name`].
pub fn type_from_name(name: &str) -> Option<DataType> {
	use DataType::*;
	[F32, U8, I8, U16, I16, I32, I64, Bool, F16, F64, U32, U64, Bf16]
		.into_iter()
		.find(|data_type| type_name(*data_type) == name)
}

/// A tensor's shape as users read it: `[1, 1, 8, 8]`.
pub fn format_shape(dims: &[u64]) -> String {
	format!("{dims:?}")
}

/// A declared input or output as users read it: `image f32 [1, 1, 8, any]`.
pub fn format_spec(spec: &TensorSpec) -> String {
	let dims: Vec<String> = spec
		.dims
		.iter()
		.map(|dim| match dim {
			Dimension::Fixed(size) => size.to_string(),
			Dimension::Any => "any".into(),
		})
		.collect();
	format!("{} {} [{}]", String::from_utf8_lossy(&spec.name), type_name(spec.data_type), dims.join(", "))
}

/// Whether `dims` is a shape that the declaration permits.
pub fn fits(spec: &TensorSpec, dims: &[u64]) -> bool {
	spec.dims.len() == dims.len()
		&& spec.dims.iter().zip(dims).all(|(declared, actual)| match declared {
			Dimension::Fixed(size) => u64::from(*size) == *actual,
			Dimension::Any => true,
		})
}

/// [`Tensor::new`] with a message for users.
fn tensor(data_type: DataType, dims: Vec<u64>, data: Vec<u8>) -> std::result::Result<Tensor, String> {
	let bytes = data.len();
	let shape = format_shape(&dims);
	Tensor::new(data_type, dims, data).map_err(|LengthMismatch| {
		format!("{bytes} bytes of data do not fill shape {shape} of {}", type_name(data_type))
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::path::PathBuf;

	fn samples() -> Vec<Tensor> {
		use DataType::*;
		let mut samples: Vec<Tensor> = [U8, I8, U16, I16, I32, I64, F16, F64, U32, U64]
			.into_iter()
			.map(|data_type| {
				let data: Vec<u8> = (0..6 * data_type.size()).map(|byte| (byte * 7 % 60) as u8).collect();
				Tensor::new(data_type, vec![2, 3], data).expect("six elements")
			})
			.collect();
		let floats = [0.1f32, -0.0, f32::MIN_POSITIVE / 8.0, f32::INFINITY, f32::NEG_INFINITY, f32::MAX];
		let bytes = floats.iter().flat_map(|value| value.to_le_bytes()).collect();
		samples.push(Tensor::new(F32, vec![1, 6], bytes).expect("six elements"));
		samples.push(Tensor::new(Bool, vec![2], vec![0, 1]).expect("two elements"));
		samples.push(Tensor::new(F32, vec![], 2.5f32.to_le_bytes().to_vec()).expect("a scalar"));
		samples
	}

	#[test]
	fn every_format_should_keep_the_bits() {
		let directory = tempfile::tempdir().expect("temporary directory");
		for extension in ["npy", "pb", "json"] {
			let path = directory.path().join("tensor").with_extension(extension);
			for sample in samples() {
				write(&path, "x", &sample).expect("is writable");
				assert_eq!(read(&path, None).expect("is readable"), sample, "{extension}");
			}
		}
	}

	#[test]
	fn read_should_name_the_file_and_the_formats_when_the_ending_is_unknown() {
		let error = read(&PathBuf::from("digit.png"), None).expect_err("png is no tensor");
		assert_eq!(error.code, Code::FileFormat);
		assert!(error.message.contains("digit.png") && error.next.contains(".npy"), "{error}");
	}

	#[test]
	fn read_should_fail_when_the_file_is_missing_or_truncated() {
		let directory = tempfile::tempdir().expect("temporary directory");
		let path = directory.path().join("x.npy");
		assert_eq!(read(&path, None).expect_err("is missing").code, Code::FileRead);
		write(&path, "x", &samples()[4]).expect("is writable");
		let whole = fs::read(&path).expect("is readable");
		for length in [0, 8, 20, whole.len() - 1] {
			fs::write(&path, &whole[..length]).expect("is writable");
			assert_eq!(read(&path, None).expect_err("is truncated").code, Code::FileFormat, "{length}");
		}
	}

	#[test]
	fn fits_should_compare_fixed_dimensions_and_rank() {
		let spec = TensorSpec {
			name: b"x".to_vec().try_into().expect("short"),
			data_type: DataType::F32,
			dims: vec![Dimension::Any, Dimension::Fixed(3)].try_into().expect("short"),
		};
		assert!(fits(&spec, &[5, 3]));
		assert!(!fits(&spec, &[5, 4]));
		assert!(!fits(&spec, &[3]));
		assert_eq!(format_spec(&spec), "x f32 [any, 3]");
	}
}
