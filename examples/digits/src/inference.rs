//! The exported file in this project's engine: decoded, checked and interpreted like a model of anybody else.

use anyhow::{Context, Result, bail, ensure};
use assay_graph::{Budget, Executor, HostTensor, Limits, Model, SliceOps, TensorData};

use crate::{
	data::{Image, SIDE},
	export::{INPUT, OUTPUT},
};

/// A model ready to run.
pub struct Classifier(Executor<SliceOps>);

/// What a run of the model gave and took.
pub struct Answer {
	/// `[n, 10]` in row-major order.
	pub probabilities: Vec<f32>,
	/// Compute units charged.
	pub compute_units: u64,
	/// Most bytes of tensors alive at the same time, weights included.
	pub peak_bytes: u64,
}

impl Classifier {
	/// Decodes and checks an ONNX file.
	pub fn load(onnx: &[u8]) -> Result<Self> {
		let model = Model::decode(onnx, &Limits::default()).context("the exported file is no valid model")?;
		Ok(Self(Executor::new(model, SliceOps::new(assay_numerics::select()?))?))
	}

	/// Classifies images in one run.
	pub fn classify(&self, images: &[Image]) -> Result<Answer> {
		let pixels = TensorData::F32(images.as_flattened().to_vec());
		let input = HostTensor::new(vec![images.len(), 1, SIDE, SIDE], pixels)?;
		let mut run = self.0.run(vec![(INPUT.into(), input)], &Budget::UNLIMITED)?;
		let (name, output) = run.outputs.pop().context("the model has no output")?;
		ensure!(name == OUTPUT && run.outputs.is_empty(), "the model has other outputs than {OUTPUT}");
		match output.into_parts().1 {
			TensorData::F32(probabilities) => {
				Ok(Answer { probabilities, compute_units: run.compute_units, peak_bytes: run.peak_bytes })
			}
			other => bail!("{OUTPUT} is {}, not float32", other.dtype()),
		}
	}
}
