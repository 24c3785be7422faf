//! Trains the demo's digit classifier with Burn, exports it to ONNX, and checks the exported file with this project's
//! own inference engine on the test set.
//!
//! `train DATA PACKAGE` reads the digits in `DATA` and writes `PACKAGE/model.onnx`.

use std::{env, fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use burn::tensor::Device;
use prost::Message;

mod data;
mod evaluation;
mod export;
mod inference;
mod model;
mod training;

use data::Digits;
use evaluation::{Accuracy, classes, max_difference, probabilities};
use inference::Classifier;

fn main() -> Result<()> {
	let arguments = env::args().skip(1).collect::<Vec<_>>();
	let [data, package] = arguments.as_slice() else {
		bail!("usage: train DATA PACKAGE, for example: train examples/digits/data models/digits");
	};
	let (data, file) = (Path::new(data), Path::new(package).join("model.onnx"));

	let training = Digits::load(data, "train")?;
	let test = Digits::load(data, "test")?;
	let device = Device::flex();
	let model = training::train(&training, &test, &device)?;
	let from_burn = probabilities(&model, &test, &device)?;
	println!("Burn:   test accuracy {}", Accuracy::of(&classes(&from_burn), &test.labels));

	let bytes = export::to_onnx(&model)?.encode_to_vec();
	fs::write(&file, &bytes).with_context(|| format!("cannot write {}", file.display()))?;
	println!("wrote {}, {} bytes", file.display(), bytes.len());

	let classifier = Classifier::load(&bytes)?;
	let from_assay = classifier.classify(&test.images)?.probabilities;
	println!("Assay:  test accuracy {}", Accuracy::of(&classes(&from_assay), &test.labels));
	let agreeing = classes(&from_assay).iter().zip(classes(&from_burn)).filter(|(a, b)| **a == *b).count();
	println!(
		"Assay and Burn: same class for {agreeing} of {}, probabilities differ by at most {:.1e}",
		test.len(),
		max_difference(&from_assay, &from_burn),
	);
	for digits in [1, 16] {
		let answer = classifier.classify(&test.images[..digits])?;
		ensure!(from_assay.starts_with(&answer.probabilities), "an answer depends on the batch it is in");
		println!(
			"Assay:  digits in one request: {digits}, {} compute units, {} bytes of tensors",
			answer.compute_units, answer.peak_bytes
		);
	}
	ensure!(agreeing == test.len(), "the exported model answers differently from the trained one");
	Ok(())
}
