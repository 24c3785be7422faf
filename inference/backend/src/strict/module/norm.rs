//! Layer and batch normalisation.

use assay_numerics::{BatchNorm, batch_norm_factor};
use burn_flex::FlexTensor;

use crate::strict::values::{Values, computed, cpu};

/// Normalises the last axis, in the stages of ONNX `LayerNormalization`; `gamma` and `beta` have its length.
pub(crate) fn layer_norm(
	x: FlexTensor,
	gamma: FlexTensor,
	beta: Option<FlexTensor>,
	epsilon: f32,
) -> FlexTensor {
	let name = "layer_norm";
	let (x, gamma) = (Values::new(name, x), Values::new(name, gamma));
	let beta = beta.map(|beta| Values::new(name, beta));
	let inner = x.shape().last().copied().unwrap_or(1);
	let mut out = vec![0.0; x.as_slice().len()];
	let result = assay_numerics::layer_norm(
		cpu(),
		inner,
		epsilon,
		x.as_slice(),
		gamma.as_slice(),
		beta.as_ref().map(Values::as_slice),
		&mut out,
		None,
	);
	computed(name, result);
	x.like(out, x.shape())
}

/// Normalises `x` [batch, channels, …] with the statistics given; they, `gamma` and `beta` have a value for each channel.
pub(crate) fn batch_norm(
	x: FlexTensor,
	gamma: FlexTensor,
	beta: FlexTensor,
	mean: FlexTensor,
	variance: FlexTensor,
	epsilon: f32,
) -> FlexTensor {
	let name = "batch_norm";
	let [x, gamma, beta, mean, variance] =
		[x, gamma, beta, mean, variance].map(|tensor| Values::new(name, tensor));
	let factor = computed(name, batch_norm_factor(gamma.as_slice(), variance.as_slice(), epsilon));
	let norm = BatchNorm { mean: mean.as_slice(), factor: &factor, bias: beta.as_slice() };
	let inner = x.shape().iter().skip(2).product();
	let mut out = vec![0.0; x.as_slice().len()];
	computed(name, assay_numerics::batch_norm(cpu(), &norm, inner, x.as_slice(), &mut out));
	x.like(out, x.shape())
}
