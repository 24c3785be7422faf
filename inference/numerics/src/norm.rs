//! Layer and batch normalisation, in the order of the ONNX formulas, each step rounded.

use crate::{
	error::{ShapeError, exact_length},
	isa::{Arch, Cpu, Kernel},
	math::sqrt,
	parallel,
	reduce::{Sum, fold_run},
};

/// ONNX LayerNormalization of `x` [outer, inner] over `inner`, with `scale` [inner] and `bias` [inner].
///
/// For each row: mean = (Σ x) / inner; d = x − mean; var = (Σ d²) / inner, each square rounded; s = √(var + epsilon);
/// r = 1 / s; out = (d · r) · scale + bias. Sums are reductions (rule 3). `stats` receives mean [outer] and r [outer].
#[allow(clippy::too_many_arguments, reason = "the operands of one operator")]
pub fn layer_norm(
	cpu: Cpu,
	inner: usize,
	epsilon: f32,
	x: &[f32],
	scale: &[f32],
	bias: Option<&[f32]>,
	out: &mut [f32],
	stats: Option<(&mut [f32], &mut [f32])>,
) -> Result<(), ShapeError> {
	exact_length("the layer norm's output", x.len(), out.len())?;
	exact_length("the layer norm's scale", inner, scale.len())?;
	if let Some(bias) = bias {
		exact_length("the layer norm's bias", inner, bias.len())?;
	}
	if inner == 0 || !x.len().is_multiple_of(inner) {
		return Err(ShapeError::Invalid("a layer norm's input must be whole rows of at least one element"));
	}
	if let Some((means, inverses)) = stats {
		exact_length("the layer norm's means", x.len() / inner, means.len())?;
		exact_length("the layer norm's inverse deviations", x.len() / inner, inverses.len())?;
		for ((row, mean), inverse) in x.chunks_exact(inner).zip(means).zip(inverses) {
			(*mean, *inverse) = cpu.run(Moments { row, epsilon });
		}
	}
	parallel::for_each_chunk(cpu, inner.saturating_mul(4), out, inner, |i, out| {
		cpu.run(LayerNormRow { row: &x[i * inner..(i + 1) * inner], epsilon, scale, bias, out });
	});
	Ok(())
}

/// Mean and 1 / √(variance + ε) of a row.
struct Moments<'a> {
	row: &'a [f32],
	epsilon: f32,
}

impl Kernel for Moments<'_> {
	type Output = (f32, f32);
	#[inline(always)]
	fn run<A: Arch>(self) -> (f32, f32) {
		let count = self.row.len() as f32;
		let mean = fold_run::<Sum>(self.row, |v| v) / count;
		let variance = fold_run::<Sum>(self.row, |v| (v - mean) * (v - mean)) / count;
		(mean, 1.0 / sqrt(variance + self.epsilon))
	}
}

struct LayerNormRow<'a> {
	row: &'a [f32],
	epsilon: f32,
	scale: &'a [f32],
	bias: Option<&'a [f32]>,
	out: &'a mut [f32],
}

impl Kernel for LayerNormRow<'_> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let (mean, inverse) = Moments { row: self.row, epsilon: self.epsilon }.run::<A>();
		for ((to, &v), &scale) in self.out.iter_mut().zip(self.row).zip(self.scale) {
			*to = (v - mean) * inverse * scale;
		}
		if let Some(bias) = self.bias {
			for (to, &b) in self.out.iter_mut().zip(bias) {
				*to += b;
			}
		}
	}
}

/// Parameters of a batch normalisation at inference, one value per channel.
#[derive(Clone, Copy, Debug)]
pub struct BatchNorm<'a> {
	/// γ.
	pub scale: &'a [f32],
	/// β.
	pub bias: &'a [f32],
	/// The running mean.
	pub mean: &'a [f32],
	/// The running variance.
	pub var: &'a [f32],
	/// Added to the variance.
	pub epsilon: f32,
}

/// ONNX BatchNormalization of `x` [batch, channels, inner]: `(x − mean) / √(var + epsilon) · scale + bias`, in this order.
pub fn batch_norm(
	cpu: Cpu,
	p: &BatchNorm<'_>,
	inner: usize,
	x: &[f32],
	out: &mut [f32],
) -> Result<(), ShapeError> {
	let channels = p.scale.len();
	exact_length("the batch norm's bias", channels, p.bias.len())?;
	exact_length("the batch norm's mean", channels, p.mean.len())?;
	exact_length("the batch norm's variance", channels, p.var.len())?;
	exact_length("the batch norm's output", x.len(), out.len())?;
	if x.is_empty() {
		return Ok(());
	}
	let plane = channels.checked_mul(inner).ok_or(ShapeError::Overflow)?;
	if plane == 0 || !x.len().is_multiple_of(plane) {
		return Err(ShapeError::Invalid("a batch norm's input must be whole [channels, inner] planes"));
	}
	parallel::for_each_chunk(cpu, inner, out, inner, |i, out| {
		let channel = i % channels;
		cpu.run(BatchNormPlane {
			x: &x[i * inner..(i + 1) * inner],
			scale: p.scale[channel],
			bias: p.bias[channel],
			mean: p.mean[channel],
			deviation: sqrt(p.var[channel] + p.epsilon),
			out,
		});
	});
	Ok(())
}

struct BatchNormPlane<'a> {
	x: &'a [f32],
	scale: f32,
	bias: f32,
	mean: f32,
	deviation: f32,
	out: &'a mut [f32],
}

impl Kernel for BatchNormPlane<'_> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		for (to, &v) in self.out.iter_mut().zip(self.x) {
			*to = (v - self.mean) / self.deviation * self.scale + self.bias;
		}
	}
}
