//! An execution's result as users see it: outcome, hash, tensors, classes.

use crate::{
	classes::{self, ClassProbability},
	error::{Code, Error, Result},
	similarity::{self, Similarity},
	tensor::{self, JsonTensor},
};
use assay_primitives::{Execution, NamedTensor, Outcome, Payload, job::Output};
use codec::DecodeAll;
use serde::Serialize;
use std::path::Path;

/// Most elements of a tensor that are printed for people.
const SHOWN: usize = 10;
/// Most classes that are printed for people.
const CLASSES_SHOWN: usize = 5;

/// What a model's outputs stand for. It decides only how they are shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meaning<'a> {
	/// The model's task.
	pub task: &'a str,
	/// Names of its classes, if it has classes and its package is at hand.
	pub classes: &'a [String],
}

/// A result in the form of reports.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerReport {
	/// `success`, or how the execution failed.
	pub outcome: &'static str,
	/// blake2b-256 of the output: what workers commit to.
	pub output_hash: String,
	/// Work done.
	pub compute_units: u64,
	/// The outputs; absent for failures, and for outputs too large for the chain to hold.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub output: Option<Vec<JsonTensor>>,
	/// Where a larger output can be fetched.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub output_content: Option<String>,
	/// The most probable class, for classifiers whose package is at hand.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub class: Option<String>,
	/// Classes by falling probability, for classifiers whose package is at hand.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	pub classes: Vec<ClassProbability>,
	/// How close every two of several sentences are, for models that embed sentences.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	pub similarities: Vec<Similarity>,
	#[serde(skip)]
	tensors: Vec<NamedTensor>,
}

impl AnswerReport {
	/// Describes `execution`.
	pub fn new(execution: &Execution, meaning: Meaning<'_>) -> Self {
		let success = execution.digest.outcome == Outcome::Success;
		let tensors = match &execution.output {
			Payload::Inline(bytes) if success => Vec::decode_all(&mut &bytes[..]).unwrap_or_default(),
			_ => Vec::new(),
		};
		Self {
			outcome: outcome_name(execution.digest.outcome),
			output_hash: format!("{:?}", execution.digest.output_hash),
			compute_units: execution.digest.compute_units,
			output: (!tensors.is_empty()).then(|| tensors.iter().map(to_json).collect()),
			output_content: match &execution.output {
				Output::Content(id) => Some(id.to_string()),
				Output::Inline(_) => None,
			},
			class: None,
			classes: Vec::new(),
			similarities: Vec::new(),
			tensors: Vec::new(),
		}
		.with_meaning(tensors, meaning)
	}

	fn with_meaning(mut self, tensors: Vec<NamedTensor>, meaning: Meaning<'_>) -> Self {
		self.classes = classes::rank(meaning.classes, &tensors);
		self.similarities = similarity::compare(meaning.task, &tensors);
		self.class = self.classes.first().map(|first| first.class.clone());
		self.tensors = tensors;
		self
	}

	/// With outputs that came from elsewhere than the chain, where they may be too large to be.
	pub fn with_outputs(mut self, tensors: Vec<NamedTensor>, meaning: Meaning<'_>) -> Self {
		self.output = Some(tensors.iter().map(to_json).collect());
		self.with_meaning(tensors, meaning)
	}

	/// Lines for people.
	pub fn text(&self) -> String {
		let mut text = String::new();
		if self.outcome != "success" {
			text.push_str(&format!("the execution failed: {}\n", self.outcome));
		}
		if !self.classes.is_empty() {
			text.push_str(&classes::render(&self.classes, CLASSES_SHOWN));
			return text;
		}
		for output in &self.tensors {
			text.push_str(&show(output));
		}
		text.push_str(&similarity::render(&self.similarities));
		if let Some(id) = &self.output_content {
			text.push_str(&format!("the output is larger than the chain holds; its content id is {id}\n"));
		}
		text
	}

	/// Writes the first output to a file.
	pub fn write_first(&self, path: &Path) -> Result<()> {
		let Some(first) = self.tensors.first() else {
			return Err(Error::new(
				Code::FileWrite,
				format!("there is no output to write to {}", path.display()),
				"leave --output out, or wait until the request has an answer",
			));
		};
		tensor::write(path, &String::from_utf8_lossy(&first.name), &first.tensor)
	}
}

fn to_json(output: &NamedTensor) -> JsonTensor {
	tensor::to_json(&String::from_utf8_lossy(&output.name), &output.tensor)
}

fn show(output: &NamedTensor) -> String {
	let values = tensor::elements_as_f64(&output.tensor);
	let shown: Vec<String> = values.iter().take(SHOWN).map(f64::to_string).collect();
	let more = if values.len() > SHOWN { ", …" } else { "" };
	format!(
		"  {} {} {}: {}{more}\n",
		String::from_utf8_lossy(&output.name),
		tensor::type_name(output.tensor.data_type()),
		tensor::format_shape(output.tensor.dims()),
		shown.join(", ")
	)
}

/// How an execution ended, in words that do not change.
pub const fn outcome_name(outcome: Outcome) -> &'static str {
	match outcome {
		Outcome::Success => "success",
		Outcome::InvalidInput => "invalid-input",
		Outcome::InvalidModel => "invalid-model",
		Outcome::OutOfCompute => "out-of-compute",
		Outcome::OutOfMemory => "out-of-memory",
		Outcome::OperatorFailed => "operator-failed",
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{DataType, ResultDigest, Tensor, commitment::output_hash};
	use codec::Encode;

	fn execution() -> Execution {
		let data = [1.0f32, 3.0].iter().flat_map(|value| value.to_le_bytes()).collect();
		let tensor = Tensor::new(DataType::F32, vec![1, 2], data).expect("fits");
		let output = vec![NamedTensor { name: b"y".to_vec(), tensor }].encode();
		Execution {
			digest: ResultDigest {
				outcome: Outcome::Success,
				output_hash: output_hash(&output),
				compute_units: 7,
			},
			output: Output::Inline(output.try_into().expect("is short")),
		}
	}

	#[test]
	fn a_success_should_show_its_tensors() {
		let report = AnswerReport::new(&execution(), Meaning::default());
		assert_eq!(report.text(), "  y f32 [1, 2]: 1, 3\n");
		let json = serde_json::to_value(&report).expect("is JSON");
		assert_eq!(json["outcome"], "success");
		assert_eq!(json["output"][0]["data"], serde_json::json!([1.0, 3.0]));
	}

	#[test]
	fn a_classifier_should_show_its_classes() {
		let report = AnswerReport::new(
			&execution(),
			Meaning { classes: &["cat".into(), "dog".into()], ..Meaning::default() },
		);
		assert_eq!((report.classes[0].class.as_str(), report.class.as_deref()), ("dog", Some("dog")));
		assert!(report.text().contains("dog"));
	}

	#[test]
	fn a_failure_should_have_no_tensors() {
		let mut failed = execution();
		failed.digest.outcome = Outcome::OutOfCompute;
		let report = AnswerReport::new(&failed, Meaning::default());
		assert!(report.text().contains("out-of-compute"));
		let path = std::env::temp_dir().join("never-written.npy");
		assert_eq!(report.write_first(&path).expect_err("has no output").code, Code::FileWrite);
	}
}
