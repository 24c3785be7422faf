//! Inputs of a run or a request: from `--input` arguments to the tensors that the model declares.

use crate::{
	error::{Code, Error, Result},
	tensor,
};
use assay_primitives::{
	NamedTensor, TensorSpec,
	job::{Input, MaxInlineInput},
};
use codec::Encode;
use sp_core::Get;
use std::path::PathBuf;

/// One `--input`: a file, and the name of the input it is for when that is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputArgument {
	/// Name of the model's input.
	pub name: Option<String>,
	/// File that holds the tensor.
	pub path: PathBuf,
}

impl std::str::FromStr for InputArgument {
	type Err = String;

	/// `name=FILE` or `FILE`. A file whose path contains `=` needs a name in front.
	fn from_str(text: &str) -> std::result::Result<Self, String> {
		match text.split_once('=') {
			Some(("", _)) | Some((_, "")) => Err(format!("`{text}` is not `FILE` or `name=FILE`")),
			Some((name, path)) => Ok(Self { name: Some(name.into()), path: path.into() }),
			None if text.is_empty() => Err("the file name is empty".into()),
			None => Ok(Self { name: None, path: text.into() }),
		}
	}
}

/// Reads every input that `declared` asks for, in its order.
pub fn read(arguments: &[InputArgument], declared: &[TensorSpec]) -> Result<Vec<NamedTensor>> {
	let takes = || {
		let all: Vec<String> = declared.iter().map(tensor::format_spec).collect();
		format!("the model takes: {}", all.join("; "))
	};
	let wrong_name = |message: String| Error::new(Code::InputName, message, takes());
	let named = |spec: &TensorSpec| String::from_utf8_lossy(&spec.name).into_owned();

	let mut files: Vec<(String, &PathBuf)> = Vec::new();
	for argument in arguments {
		let name = match (&argument.name, declared) {
			(Some(name), _) => name.clone(),
			(None, [only]) => named(only),
			(None, _) => {
				let path = argument.path.display();
				return Err(wrong_name(format!(
					"--input {path} does not say which input it is; write NAME={path}"
				)));
			}
		};
		if !declared.iter().any(|spec| named(spec) == name) {
			return Err(wrong_name(format!("the model has no input {name:?}")));
		}
		if files.iter().any(|(given, _)| *given == name) {
			return Err(wrong_name(format!("input {name:?} is given twice")));
		}
		files.push((name, &argument.path));
	}
	declared
		.iter()
		.map(|spec| {
			let name = named(spec);
			let Some((_, path)) = files.iter().find(|(given, _)| *given == name) else {
				return Err(wrong_name(format!("input {name:?} is missing; add --input {name}=FILE")));
			};
			let value = tensor::read(path, Some(spec.data_type))?;
			let subject = format!("input {name:?} ({})", path.display());
			check(&subject, spec, value)
		})
		.collect()
}

fn check(subject: &str, spec: &TensorSpec, value: assay_primitives::Tensor) -> Result<NamedTensor> {
	if value.data_type() != spec.data_type {
		let expected = tensor::type_name(spec.data_type);
		return Err(Error::new(
			Code::InputType,
			format!("{subject} is {}, the model takes {expected}", tensor::type_name(value.data_type())),
			format!("convert it, in NumPy with `array.astype(\"{}\")`", numpy_name(expected)),
		));
	}
	if !tensor::fits(spec, value.dims()) {
		return Err(Error::new(
			Code::InputShape,
			format!(
				"{subject} has shape {}, the model takes {}",
				tensor::format_shape(value.dims()),
				tensor::format_spec(spec)
			),
			"reshape it, in NumPy with `array.reshape(…)`; `any` stands for any size",
		));
	}
	Ok(NamedTensor { name: spec.name.to_vec(), tensor: value })
}

fn numpy_name(name: &'static str) -> String {
	match name.split_at_checked(1) {
		Some(("f", bits)) => format!("float{bits}"),
		Some(("i", bits)) => format!("int{bits}"),
		Some(("u", bits)) => format!("uint{bits}"),
		_ => name.into(),
	}
}

/// The inputs as a request carries them.
pub fn inline(inputs: &[NamedTensor]) -> Result<Input> {
	let bytes = inputs.encode();
	let size = bytes.len();
	let limit: u32 = MaxInlineInput::get();
	bytes.try_into().map(Input::Inline).map_err(|_| {
		Error::new(
			Code::InputTooLarge,
			format!("the inputs take {size} bytes; a request carries at most {limit}"),
			"send smaller inputs; `assay run` has no such limit",
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{DataType, tensor::Dimension};
	use std::{fs, path::Path};

	fn declared() -> Vec<TensorSpec> {
		["image", "scale"]
			.map(|name| TensorSpec {
				name: name.as_bytes().to_vec().try_into().expect("short"),
				data_type: DataType::F32,
				dims: vec![Dimension::Any, Dimension::Fixed(2)].try_into().expect("short"),
			})
			.to_vec()
	}

	fn write(directory: &Path, name: &str, json: &str) -> String {
		let path = directory.join(name);
		fs::write(&path, json).expect("is writable");
		path.display().to_string()
	}

	fn read_all(arguments: &[String], declared: &[TensorSpec]) -> Result<Vec<NamedTensor>> {
		let arguments: Vec<InputArgument> =
			arguments.iter().map(|text| text.parse().expect("is an argument")).collect();
		read(&arguments, declared)
	}

	#[test]
	fn inputs_should_come_in_the_declared_order() {
		let directory = tempfile::tempdir().expect("temporary directory");
		let a = write(directory.path(), "a.json", "[[1, 2]]");
		let b = write(directory.path(), "b.json", "[[3, 4], [5, 6]]");
		let inputs = read_all(&[format!("scale={b}"), format!("image={a}")], &declared())
			.expect("fits the declaration");
		assert_eq!(inputs[0].name, b"image");
		assert_eq!(inputs[0].tensor.dims(), &[1, 2]);
		assert_eq!(inputs[1].tensor.dims(), &[2, 2]);
	}

	#[test]
	fn a_single_input_should_need_no_name() {
		let directory = tempfile::tempdir().expect("temporary directory");
		let a = write(directory.path(), "a.json", "[[1, 2]]");
		assert_eq!(read_all(&[a], &declared()[..1]).expect("fits")[0].name, b"image");
	}

	#[test]
	fn a_wrong_input_should_be_refused_with_what_the_model_takes() {
		let directory = tempfile::tempdir().expect("temporary directory");
		let good = write(directory.path(), "good.json", "[[1, 2]]");
		let integers = write(directory.path(), "i.json", r#"{"dtype": "i64", "data": [[1, 2]]}"#);
		let wide = write(directory.path(), "wide.json", "[[1, 2, 3]]");
		let flat = write(directory.path(), "flat.json", "[1, 2]");
		let scale = format!("scale={good}");
		for (arguments, code) in [
			(vec![good.clone(), scale.clone()], Code::InputName),
			(vec![format!("picture={good}"), scale.clone()], Code::InputName),
			(vec![format!("image={good}"), format!("image={good}")], Code::InputName),
			(vec![scale.clone()], Code::InputName),
			(vec![format!("image={integers}"), scale.clone()], Code::InputType),
			(vec![format!("image={wide}"), scale.clone()], Code::InputShape),
			(vec![format!("image={flat}"), scale.clone()], Code::InputShape),
			(vec![format!("image={}.gone", good), scale.clone()], Code::FileFormat),
		] {
			let error = read_all(&arguments, &declared()).expect_err("does not fit");
			assert_eq!(error.code, code, "{arguments:?}: {error}");
			assert!(!error.next.is_empty());
		}
	}

	#[test]
	fn inputs_should_be_refused_when_a_request_cannot_carry_them() {
		let zeros = vec![0; 16_384];
		let tensor = assay_primitives::Tensor::new(DataType::U8, vec![16_384], zeros).expect("fits");
		let error = inline(&[NamedTensor { name: b"x".to_vec(), tensor }]).expect_err("is too large");
		assert_eq!(error.code, Code::InputTooLarge);
	}
}
