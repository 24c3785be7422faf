//! Networks and their inputs on disk.

use std::{
	fs,
	path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// A network, not loaded yet, and what to run it on.
#[derive(Debug)]
pub struct Network {
	/// The ONNX file.
	pub model: PathBuf,
	/// One for each input of its graph.
	pub inputs: Vec<Input>,
}

/// A tensor.
#[derive(Debug)]
pub struct Input {
	/// Name in the graph.
	pub name: String,
	/// Sizes of its dimensions.
	pub shape: Vec<usize>,
	/// Row-major.
	pub elements: Elements,
}

/// The elements of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub enum Elements {
	/// `float`
	F32(Vec<f32>),
	/// `int64`
	I64(Vec<i64>),
}

/// An entry of `inputs.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
	name: String,
	r#type: Type,
	shape: Vec<usize>,
	file: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Type {
	Float,
	Int64,
}

impl Network {
	/// Reads the inputs of the network in this directory.
	pub fn open(directory: &Path) -> Result<Self> {
		let index = directory.join("inputs.json");
		let text = fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
		let entries: Vec<Entry> = serde_json::from_str(&text)
			.with_context(|| format!("{} is not a list of inputs", index.display()))?;
		let inputs = entries.into_iter().map(|entry| entry.read(directory)).collect::<Result<_>>()?;
		Ok(Self { model: directory.join("model.onnx"), inputs })
	}
}

impl Entry {
	fn read(self, directory: &Path) -> Result<Input> {
		let path = directory.join(&self.file);
		let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
		let elements = match self.r#type {
			Type::Float => Elements::F32(decode(&bytes, f32::from_le_bytes)),
			Type::Int64 => Elements::I64(decode(&bytes, i64::from_le_bytes)),
		};
		let size = match self.r#type {
			Type::Float => 4,
			Type::Int64 => 8,
		};
		let expected = self.shape.iter().product::<usize>() * size;
		ensure!(
			bytes.len() == expected,
			"{} has {} bytes instead of {expected}",
			path.display(),
			bytes.len()
		);
		Ok(Input { name: self.name, shape: self.shape, elements })
	}
}

fn decode<T, const SIZE: usize>(bytes: &[u8], element: impl Fn([u8; SIZE]) -> T) -> Vec<T> {
	let (elements, _) = bytes.as_chunks();
	elements.iter().map(|&bytes| element(bytes)).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn network(index: &str, data: &[u8]) -> Result<Network> {
		let directory =
			std::env::temp_dir().join(format!("assay-harness-{}-{}", std::process::id(), data.len()));
		fs::create_dir_all(&directory)?;
		fs::write(directory.join("inputs.json"), index)?;
		fs::write(directory.join("x.bin"), data)?;
		let network = Network::open(&directory);
		fs::remove_dir_all(directory)?;
		network
	}

	#[test]
	fn open_should_read_inputs_as_they_are_listed() {
		let index = r#"[{"name": "ids", "type": "int64", "shape": [1, 2], "file": "x.bin"}]"#;
		let data: Vec<u8> = [7i64, -1].iter().flat_map(|x| x.to_le_bytes()).collect();
		let found = network(index, &data).unwrap();
		assert_eq!(found.inputs[0].shape, [1, 2]);
		assert_eq!(found.inputs[0].elements, Elements::I64(vec![7, -1]));
	}

	#[test]
	fn open_should_refuse_a_file_of_another_size_than_its_shape() {
		let index = r#"[{"name": "x", "type": "float", "shape": [3], "file": "x.bin"}]"#;
		let error = network(index, &[0; 8]).unwrap_err().to_string();
		assert!(error.ends_with("x.bin has 8 bytes instead of 12"), "{error}");
	}
}
