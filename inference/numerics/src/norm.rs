//! Layer and batch normalisation, each step rounded.

use alloc::vec::Vec;

use crate::{
	error::{ShapeError, exact_length},
	isa::{Arch, Cpu, Kernel},
	parallel,
	real::Real,
	reduce::{SquaredDistance, Sum, fold_run, fold_terms},
};

/// ONNX LayerNormalization of `x` [outer, inner] over `inner`, with `scale` [inner] and `bias` [inner].
///
/// For each row: mean = (Σ x) / inner; d = x − mean; var = (Σ d²) / inner, each square rounded; s = √(var + epsilon);
/// r = 1 / s; out = (d · r) · scale + bias. Sums are reductions (rule 3). `stats` receives mean [outer] and r [outer].
#[allow(clippy::too_many_arguments, reason = "the operands of one operator")]
pub fn layer_norm<T: Real>(
	cpu: Cpu,
	inner: usize,
	epsilon: f32,
	x: &[T],
	scale: &[T],
	bias: Option<&[T]>,
	out: &mut [T],
	stats: Option<(&mut [T], &mut [T])>,
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
			(*mean, *inverse) = T::moments(cpu, Moments { row, epsilon });
		}
	}
	parallel::for_each_chunk(cpu, inner.saturating_mul(4), out, inner, |i, out| {
		T::layer_norm(cpu, LayerNormRow { row: &x[i * inner..(i + 1) * inner], epsilon, scale, bias, out });
	});
	Ok(())
}

/// Mean and 1 / √(variance + ε) of a row.
pub struct Moments<'a, T> {
	row: &'a [T],
	epsilon: f32,
}

impl<T: Real> Kernel for Moments<'_, T> {
	type Output = (T, T);
	#[inline(always)]
	fn run<A: Arch>(self) -> (T, T) {
		let count = T::from_count(self.row.len());
		let mean = fold_run::<Sum<T>>(self.row) / count;
		let variance = fold_terms::<Sum<T>, SquaredDistance>(self.row, mean) / count;
		(mean, T::ONE / (variance + T::from(self.epsilon)).sqrt())
	}
}

/// A row to normalise.
pub struct LayerNormRow<'a, T> {
	row: &'a [T],
	epsilon: f32,
	scale: &'a [T],
	bias: Option<&'a [T]>,
	out: &'a mut [T],
}

impl<T: Real> Kernel for LayerNormRow<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let (mean, inverse) = Moments { row: self.row, epsilon: self.epsilon }.run::<A>();
		let elements = self.out.iter_mut().zip(self.row).zip(self.scale);
		match self.bias {
			Some(bias) => {
				for (((to, &v), &scale), &bias) in elements.zip(bias) {
					*to = (v - mean) * inverse * scale + bias;
				}
			}
			None => {
				for ((to, &v), &scale) in elements {
					*to = (v - mean) * inverse * scale;
				}
			}
		}
	}
}

/// Parameters of a batch normalisation at inference, one value per channel.
#[derive(Clone, Copy, Debug)]
pub struct BatchNorm<'a, T> {
	/// The running mean.
	pub mean: &'a [T],
	/// See [`batch_norm_factor`].
	pub factor: &'a [T],
	/// β.
	pub bias: &'a [T],
}

/// `scale / √(var + epsilon)` of each channel. It is the same for all elements, which is what makes a batch normalisation
/// three cheap steps instead of a division each.
pub fn batch_norm_factor<T: Real>(scale: &[T], var: &[T], epsilon: f32) -> Result<Vec<T>, ShapeError> {
	exact_length("the batch norm's variance", scale.len(), var.len())?;
	let deviation = |&var: &T| (var + T::from(epsilon)).sqrt();
	Ok(scale.iter().zip(var).map(|(&scale, var)| scale / deviation(var)).collect())
}

/// What a batch normalisation does to the elements of one channel.
#[derive(Clone, Copy)]
pub(crate) struct Channel<T> {
	mean: T,
	factor: T,
	bias: T,
}

impl<T: Real> BatchNorm<'_, T> {
	#[inline(always)]
	pub(crate) fn channel(&self, channel: usize) -> Channel<T> {
		Channel { mean: self.mean[channel], factor: self.factor[channel], bias: self.bias[channel] }
	}
}

impl<T: Real> Channel<T> {
	/// Of parameters that nothing is computed with.
	pub(crate) const IDENTITY: Self = Self { mean: T::ZERO, factor: T::ONE, bias: T::ZERO };

	#[inline(always)]
	pub(crate) fn apply(self, x: T) -> T {
		(x - self.mean) * self.factor + self.bias
	}
}

/// ONNX BatchNormalization of `x` [batch, channels, inner]: `(x − mean) · factor + bias`, in this order.
pub fn batch_norm<T: Real>(
	cpu: Cpu,
	p: &BatchNorm<'_, T>,
	inner: usize,
	x: &[T],
	out: &mut [T],
) -> Result<(), ShapeError> {
	let channels = p.factor.len();
	exact_length("the batch norm's mean", channels, p.mean.len())?;
	exact_length("the batch norm's bias", channels, p.bias.len())?;
	exact_length("the batch norm's output", x.len(), out.len())?;
	if x.is_empty() {
		return Ok(());
	}
	let plane = channels.checked_mul(inner).ok_or(ShapeError::Overflow)?;
	if plane == 0 || !x.len().is_multiple_of(plane) {
		return Err(ShapeError::Invalid("a batch norm's input must be whole [channels, inner] planes"));
	}
	// Several planes at a time where they are small: starting a kernel costs as much as some elements.
	let planes = (FEW / inner).max(1);
	parallel::for_each_chunk(cpu, planes * inner, out, planes * inner, |i, out| {
		let x = &x[i * planes * inner..][..out.len()];
		T::batch_norm(cpu, BatchNormPlanes { p, first: i * planes, inner, x, out });
	});
	Ok(())
}

/// Elements that a kernel computes at a time at least.
const FEW: usize = 1 << 12;

/// Some planes, a plane being a channel of one batch entry.
pub struct BatchNormPlanes<'a, T> {
	p: &'a BatchNorm<'a, T>,
	/// Index of the first plane.
	first: usize,
	inner: usize,
	x: &'a [T],
	out: &'a mut [T],
}

impl<T: Real> Kernel for BatchNormPlanes<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { p, first, inner, x, out } = self;
		for (i, (out, x)) in out.chunks_exact_mut(inner).zip(x.chunks_exact(inner)).enumerate() {
			let channel = p.channel((first + i) % p.factor.len());
			for (to, &v) in out.iter_mut().zip(x) {
				*to = channel.apply(v);
			}
		}
	}
}
