//! Inputs of a run or a request: from `--input` arguments to the tensors that the model declares.

use crate::{
	error::{Code, Error, Result},
	tensor,
};
use assay_primitives::{
	DataType, NamedTensor, Tensor, TensorSpec,
	job::{Input, MaxInlineInput},
	tensor::{Dimension, LengthMismatch},
};
use codec::Encode;
use sp_core::Get;
use std::path::{Path, PathBuf};

/// What an input is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputArgument {
	/// What a user wrote: `VALUE` or `name=VALUE`.
	Written(String),
	/// A file for the input of this name.
	File {
		/// Name of the model's input.
		name: String,
		/// File that holds the tensor or the text.
		path: PathBuf,
	},
}

/// Ending of files whose bytes are text.
const TEXT_ENDING: &str = "txt";

/// The value of an input.
enum Value {
	/// A file that holds it.
	File(PathBuf),
	/// The text itself.
	Text(String),
}

impl std::str::FromStr for InputArgument {
	type Err = String;

	fn from_str(text: &str) -> std::result::Result<Self, String> {
		if text.is_empty() { Err("the input is empty".into()) } else { Ok(Self::Written(text.into())) }
	}
}

/// Whether text can be given for an input: it has bytes, any number of them.
pub fn is_text(spec: &TensorSpec) -> bool {
	spec.data_type == DataType::U8 && spec.dims.as_slice() == [Dimension::Any]
}

/// Whether `path` is a file that can be read for an input.
pub fn is_input_file(path: &Path, spec: &TensorSpec) -> bool {
	tensor::is_tensor_file(path) || is_text(spec) && path.is_file() && is_text_file(path)
}

fn is_text_file(path: &Path) -> bool {
	path.extension().is_some_and(|ending| ending == TEXT_ENDING)
}

fn name_of(spec: &TensorSpec) -> String {
	String::from_utf8_lossy(&spec.name).into_owned()
}

/// Reads every input that `declared` asks for, in its order.
pub fn read(arguments: &[InputArgument], declared: &[TensorSpec]) -> Result<Vec<NamedTensor>> {
	let takes = || {
		let all: Vec<String> = declared.iter().map(tensor::format_spec).collect();
		format!("the model takes: {}", all.join("; "))
	};
	let wrong_name = |message: String| Error::new(Code::InputName, message, takes());

	let mut values: Vec<Vec<Value>> = declared.iter().map(|_| Vec::new()).collect();
	for argument in arguments {
		let (index, value) = assign(argument, declared).map_err(wrong_name)?;
		if !values[index].is_empty() && !is_text(&declared[index]) {
			return Err(wrong_name(format!("input {:?} is given twice", name_of(&declared[index]))));
		}
		values[index].push(value);
	}
	declared
		.iter()
		.zip(values)
		.map(|(spec, values)| {
			let name = name_of(spec);
			match values.as_slice() {
				[] => {
					let example = if is_text(spec) { "TEXT" } else { "FILE" };
					Err(wrong_name(format!("input {name:?} is missing; add --input {name}={example}")))
				}
				[Value::File(path)] if !is_text_file(path) => {
					let subject = format!("input {name:?} ({})", path.display());
					check(&subject, spec, tensor::read(path, Some(spec.data_type))?)
				}
				values => check(&format!("input {name:?}"), spec, lines(values)?),
			}
		})
		.collect()
}

/// Which input an argument is for, and its value.
fn assign(argument: &InputArgument, declared: &[TensorSpec]) -> std::result::Result<(usize, Value), String> {
	let find = |name: &str| declared.iter().position(|spec| name_of(spec) == name);
	let unknown = |name: &str| format!("the model has no input {name:?}");
	let text = match argument {
		InputArgument::File { name, path } => {
			return find(name).map(|index| (index, Value::File(path.clone()))).ok_or_else(|| unknown(name));
		}
		InputArgument::Written(text) => text,
	};
	let named = text.split_once('=').and_then(|(name, value)| Some((find(name)?, value)));
	let (index, value) = match (named, text.split_once('='), declared) {
		(Some(named), ..) => named,
		(None, Some((name, _)), declared) if !matches!(declared, [only] if is_text(only)) => {
			return Err(unknown(name));
		}
		(None, _, [_]) => (0, text.as_str()),
		(None, ..) => {
			return Err(format!("--input {text} does not say which input it is; write NAME={text}"));
		}
	};
	let path = Path::new(value);
	let is_file = !is_text(&declared[index]) || tensor::has_tensor_ending(path) || is_text_file(path);
	Ok((index, if is_file { Value::File(path.into()) } else { Value::Text(value.into()) }))
}

/// Texts one below the other. A file's last line may end or not.
fn lines(values: &[Value]) -> Result<Tensor> {
	let mut bytes = Vec::new();
	let mut is_line_ended = true;
	for value in values {
		if !is_line_ended {
			bytes.push(b'\n');
		}
		match value {
			Value::Text(text) => {
				bytes.extend_from_slice(text.as_bytes());
				is_line_ended = false;
			}
			Value::File(path) if is_text_file(path) => {
				bytes.extend(tensor::read_file(path)?);
				is_line_ended = bytes.last() == Some(&b'\n');
			}
			Value::File(path) => {
				return Err(Error::new(
					Code::InputName,
					format!("{} is given beside other values of the same input", path.display()),
					"give a tensor file alone, or only texts and .txt files",
				));
			}
		}
	}
	let dims = vec![bytes.len() as u64];
	Tensor::new(DataType::U8, dims, bytes)
		.map_err(|LengthMismatch| Error::new(Code::InputShape, "the text is too long", "give a shorter text"))
}

fn check(subject: &str, spec: &TensorSpec, value: Tensor) -> Result<NamedTensor> {
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
	use std::fs;

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

	fn text() -> TensorSpec {
		let dims = vec![Dimension::Any].try_into().expect("short");
		TensorSpec { name: b"text".to_vec().try_into().expect("short"), data_type: DataType::U8, dims }
	}

	#[test]
	fn texts_should_become_lines() {
		let read = |arguments: &[&str]| {
			let arguments: Vec<String> = arguments.iter().map(|text| text.to_string()).collect();
			let inputs = read_all(&arguments, &[text()]).expect("is text");
			String::from_utf8(inputs[0].tensor.data().to_vec()).expect("is UTF-8")
		};
		assert_eq!(read(&["text=A b", "text=C"]), "A b\nC");
		assert_eq!(read(&["E = m·c²", "x"]), "E = m·c²\nx");
		assert_eq!(read(&["text="]), "");
		assert_eq!(read(&["A", "text=", "B"]), "A\n\nB");
		let directory = tempfile::tempdir().expect("temporary directory");
		let file = write(directory.path(), "lines.txt", "one\ntwo\n");
		assert_eq!(read(&[&format!("text={file}"), "three"]), "one\ntwo\nthree");
		let bytes = write(directory.path(), "bytes.json", "[104, 105]");
		assert_eq!(read(&[&bytes]), "hi");
	}

	#[test]
	fn texts_should_be_refused_when_they_are_mixed_or_for_another_input() {
		let directory = tempfile::tempdir().expect("temporary directory");
		let bytes = write(directory.path(), "bytes.json", "[104, 105]");
		let refused = |arguments: &[String], declared: &[TensorSpec]| {
			read_all(arguments, declared).expect_err("does not fit").code
		};
		assert_eq!(refused(&[bytes, "three".into()], &[text()]), Code::InputName);
		assert_eq!(refused(&[], &[text()]), Code::InputName);
		assert_eq!(refused(&["gone.txt".into()], &[text()]), Code::FileRead);
		let both = [text(), declared()[0].clone()];
		assert_eq!(refused(&["words=three".into()], &both), Code::InputName);
		assert_eq!(refused(&["three".into()], &both), Code::InputName);
	}

	#[test]
	fn inputs_should_be_refused_when_a_request_cannot_carry_them() {
		let zeros = vec![0; 16_384];
		let tensor = Tensor::new(DataType::U8, vec![16_384], zeros).expect("fits");
		let error = inline(&[NamedTensor { name: b"x".to_vec(), tensor }]).expect_err("is too large");
		assert_eq!(error.code, Code::InputTooLarge);
	}
}
