//! Activation functions: one rounding rule each, as in ONNX. The backward passes are Burn's defaults, which are built
//! from the float operations of this backend.

use assay_numerics::{Binary, Unary, log_softmax, softmax};
use burn_backend::{Scalar, ops::ActivationOps};

use super::{
	Float, Strict,
	float::elementwise::{binary, unary},
	values::{Values, computed, cpu},
};

impl ActivationOps<Self> for Strict {
	fn relu(tensor: Float) -> Float {
		unary(Unary::Relu, tensor)
	}

	fn leaky_relu(tensor: Float, negative_slope: Scalar) -> Float {
		unary(Unary::LeakyRelu { alpha: negative_slope.elem() }, tensor)
	}

	fn prelu(tensor: Float, alpha: Float) -> Float {
		binary(Binary::PRelu, tensor, alpha)
	}

	fn gelu(tensor: Float) -> Float {
		unary(Unary::Gelu, tensor)
	}

	fn sigmoid(tensor: Float) -> Float {
		unary(Unary::Sigmoid, tensor)
	}

	fn hard_sigmoid(tensor: Float, alpha: Scalar, beta: Scalar) -> Float {
		unary(Unary::HardSigmoid { alpha: alpha.elem(), beta: beta.elem() }, tensor)
	}

	/// `log(sigmoid(x)) = -softplus(-x)`.
	fn log_sigmoid(tensor: Float) -> Float {
		unary(Unary::Neg, unary(Unary::Softplus, unary(Unary::Neg, tensor)))
	}

	fn softmax(tensor: Float, dim: usize) -> Float {
		let x = Values::new("softmax", tensor);
		let mut out = vec![0.0; x.as_slice().len()];
		computed("softmax", softmax(cpu(), x.shape(), dim, x.as_slice(), &mut out));
		x.like(out, x.shape())
	}

	fn log_softmax(tensor: Float, dim: usize) -> Float {
		let x = Values::new("log_softmax", tensor);
		let mut out = vec![0.0; x.as_slice().len()];
		computed("log_softmax", log_softmax(cpu(), x.shape(), dim, x.as_slice(), &mut out));
		x.like(out, x.shape())
	}
}
