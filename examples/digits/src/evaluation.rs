//! How often a model is right, and by how much two differ.

use std::fmt;

use anyhow::{Context, Result};
use burn::tensor::{Device, activation::softmax};

use crate::{
	data::{CLASSES, Digits},
	model::Cnn,
};

/// Right answers among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accuracy {
	/// Right answers.
	pub right: usize,
	/// All answers.
	pub all: usize,
}

impl Accuracy {
	/// Counts the rows whose class is the label.
	pub fn of(predicted: &[usize], labels: &[u8]) -> Self {
		let right =
			predicted.iter().zip(labels).filter(|&(&class, &label)| class == usize::from(label)).count();
		Self { right, all: labels.len() }
	}
}

impl fmt::Display for Accuracy {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let percent = 100.0 * self.right as f64 / self.all as f64;
		write!(f, "{percent:.2} % ({} of {})", self.right, self.all)
	}
}

/// The accuracy of a Burn model.
pub fn accuracy(model: &Cnn, digits: &Digits, device: &Device) -> Result<Accuracy> {
	Ok(Accuracy::of(&classes(&probabilities(model, digits, device)?), &digits.labels))
}

/// `[n, 10]` in row-major order: the softmax of a Burn model's logits.
pub fn probabilities(model: &Cnn, digits: &Digits, device: &Device) -> Result<Vec<f32>> {
	let logits = model.forward(digits.batch(device).images);
	softmax(logits, 1).try_into_vec_as().context("cannot read the model's output")
}

/// The most probable class of each row of `[n, 10]`.
pub fn classes(probabilities: &[f32]) -> Vec<usize> {
	let (rows, _) = probabilities.as_chunks::<CLASSES>();
	rows.iter().map(|row| (0..CLASSES).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0)).collect()
}

/// The largest difference between two elements at the same place.
pub fn max_difference(a: &[f32], b: &[f32]) -> f32 {
	a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}
