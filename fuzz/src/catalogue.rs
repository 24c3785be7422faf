//! The operators of the standard, with their inputs, element types and attributes.

use assay_graph::{DType, onnx::AttributeType};
use std::sync::LazyLock;

/// What ONNX declares of an operator.
#[derive(Debug)]
pub(crate) struct Signature {
	pub domain: &'static str,
	pub name: &'static str,
	pub inputs: Vec<Parameter>,
	/// Element types that each type variable may stand for.
	pub types: Vec<(&'static str, Vec<DType>)>,
	pub outputs: usize,
	pub attributes: Vec<(&'static str, AttributeType)>,
}

/// An input.
#[derive(Debug)]
pub(crate) struct Parameter {
	pub name: &'static str,
	/// Its type variable.
	pub variable: &'static str,
	pub arity: Arity,
}

/// How often an input may be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arity {
	Once,
	Optional,
	Many,
}

/// All operators, in alphabetical order. `operators.py` writes the text.
pub(crate) static OPERATORS: LazyLock<Vec<Signature>> =
	LazyLock::new(|| include_str!("operators.txt").lines().map(signature).collect());

fn signature(line: &'static str) -> Signature {
	let fields: Vec<&str> = line.split('|').map(str::trim).collect();
	let [head, inputs, types, outputs, attributes] = fields[..] else { panic!("operators.txt: {line}") };
	let [domain, name, _since] = head.split(' ').collect::<Vec<_>>()[..] else {
		panic!("operators.txt: {line}")
	};
	Signature {
		domain: if domain == "ai.onnx" { "" } else { domain },
		name,
		inputs: inputs.split_whitespace().map(parameter).collect(),
		types: types
			.split_whitespace()
			.map(|variable| {
				let (name, numbers) = variable.split_once('=').unwrap();
				let dtype = |number: &str| DType::from_onnx(number.parse().unwrap()).unwrap();
				(name, numbers.split(',').map(dtype).collect())
			})
			.collect(),
		outputs: outputs.parse().unwrap(),
		attributes: attributes
			.split_whitespace()
			.map(|attribute| {
				let (name, kind) = attribute.split_once(':').unwrap();
				(name, kind_of(kind))
			})
			.collect(),
	}
}

fn parameter(text: &'static str) -> Parameter {
	let (name, variable) = text.split_once(':').unwrap();
	let arity = match variable.chars().last() {
		Some('?') => Arity::Optional,
		Some('*') => Arity::Many,
		_ => Arity::Once,
	};
	Parameter { name, variable: variable.trim_end_matches(['?', '*']), arity }
}

fn kind_of(name: &str) -> AttributeType {
	match name {
		"INT" => AttributeType::Int,
		"INTS" => AttributeType::Ints,
		"FLOAT" => AttributeType::Float,
		"FLOATS" => AttributeType::Floats,
		"STRING" => AttributeType::String,
		"STRINGS" => AttributeType::Strings,
		"TENSOR" => AttributeType::Tensor,
		other => panic!("operators.txt: attribute kind {other}"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn catalogue_should_have_every_operator_that_computes_without_graphs_inside() {
		let known: Vec<&str> = OPERATORS.iter().filter(|op| op.domain.is_empty()).map(|op| op.name).collect();
		let control = ["Constant", "FlexAttention", "If", "Loop", "Scan"];
		for (operator, _) in assay_graph::supported_operators() {
			assert!(
				known.contains(&operator) || control.contains(&operator),
				"{operator} is not in operators.txt: run operators.py"
			);
		}
	}
}
