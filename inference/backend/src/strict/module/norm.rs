//! Layer normalisation.

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
