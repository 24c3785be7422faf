//! The activation functions of recurrent operators, by name.

use alloc::{
	format,
	vec::{IntoIter, Vec},
};

use crate::{
	error::AttributeError,
	operators::{NodeContext, compose::Compose},
	ops::{Comparison, KernelError, TensorOps, Unary},
};

/// A function of every element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Activation {
	/// A kernel's own.
	Unary(Unary),
	/// `alpha · x + beta`.
	Affine { alpha: f32, beta: f32 },
	/// `alpha · tanh(beta · x)`.
	ScaledTanh { alpha: f32, beta: f32 },
	/// x where `x ≥ alpha`, else +0. (The operator `ThresholdedRelu` has `x > alpha`.)
	ThresholdedRelu { alpha: f32 },
}

impl Activation {
	pub(super) fn apply<T: TensorOps>(
		self,
		c: &Compose<'_, T>,
		x: &T::Tensor,
	) -> Result<T::Tensor, KernelError> {
		match self {
			Self::Unary(op) => c.ops.unary(op, x),
			Self::Affine { alpha, beta } => c.add_scalar(&c.mul_scalar(x, alpha)?, beta),
			Self::ScaledTanh { alpha, beta } => {
				c.mul_scalar(&c.ops.unary(Unary::Tanh, &c.mul_scalar(x, beta)?)?, alpha)
			}
			Self::ThresholdedRelu { alpha } => {
				let above = c.ops.compare(Comparison::GreaterOrEqual, x, &c.scalar(alpha)?)?;
				c.ops.select(&above, x, &c.scalar(0.0)?)
			}
		}
	}
}

/// Takes the attributes that name activations. `defaults` are those of one direction.
///
/// `activation_alpha` and `activation_beta` are consumed in order by the functions that have such a parameter; those
/// that find nothing left take the default of the ONNX operator.
pub(super) fn parse(
	node: &mut NodeContext<'_>,
	directions: usize,
	defaults: &[Unary],
) -> Result<Vec<Activation>, AttributeError> {
	let attributes = &mut node.attributes;
	let mut alpha = Parameters::new("activation_alpha", attributes.floats("activation_alpha")?);
	let mut beta = Parameters::new("activation_beta", attributes.floats("activation_beta")?);
	let expected = directions * defaults.len();
	let activations = match attributes.strings("activations")? {
		None => defaults.iter().copied().cycle().take(expected).map(Activation::Unary).collect(),
		Some(names) if names.len() != expected => {
			let reason = format!("must name {expected} functions, found {}", names.len());
			return Err(NodeContext::bad("activations", &reason));
		}
		Some(names) => {
			names.iter().map(|name| by_name(name, &mut alpha, &mut beta)).collect::<Result<Vec<_>, _>>()?
		}
	};
	alpha.finish()?;
	beta.finish()?;
	Ok(activations)
}

fn by_name(name: &str, alpha: &mut Parameters, beta: &mut Parameters) -> Result<Activation, AttributeError> {
	Ok(match name.to_ascii_lowercase().as_str() {
		"relu" => Activation::Unary(Unary::Relu),
		"tanh" => Activation::Unary(Unary::Tanh),
		"sigmoid" => Activation::Unary(Unary::Sigmoid),
		"softsign" => Activation::Unary(Unary::Softsign),
		"softplus" => Activation::Unary(Unary::Softplus),
		"leakyrelu" => Activation::Unary(Unary::LeakyRelu { alpha: alpha.next_or(0.01) }),
		"elu" => Activation::Unary(Unary::Elu { alpha: alpha.next_or(1.0) }),
		"hardsigmoid" => {
			Activation::Unary(Unary::HardSigmoid { alpha: alpha.next_or(0.2), beta: beta.next_or(0.5) })
		}
		"thresholdedrelu" => Activation::ThresholdedRelu { alpha: alpha.next_or(1.0) },
		"affine" => Activation::Affine { alpha: alpha.next_or(1.0), beta: beta.next_or(0.0) },
		"scaledtanh" => Activation::ScaledTanh { alpha: alpha.next_or(1.0), beta: beta.next_or(1.0) },
		_ => {
			return Err(NodeContext::bad(
				"activations",
				"names a function that recurrent operators do not have",
			));
		}
	})
}

/// Values that are handed out one after the other.
struct Parameters {
	attribute: &'static str,
	values: IntoIter<f32>,
}

impl Parameters {
	fn new(attribute: &'static str, values: Option<Vec<f32>>) -> Self {
		Self { attribute, values: values.unwrap_or_default().into_iter() }
	}

	fn next_or(&mut self, default: f32) -> f32 {
		self.values.next().unwrap_or(default)
	}

	fn finish(self) -> Result<(), AttributeError> {
		match self.values.len() {
			0 => Ok(()),
			left => {
				let reason = format!("has {left} more values than the activations take");
				Err(NodeContext::bad(self.attribute, &reason))
			}
		}
	}
}
