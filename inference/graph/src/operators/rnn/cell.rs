//! One step of a recurrent cell.

use alloc::format;

use super::activation::Activation;
use crate::{
	operators::compose::{Compose, narrow},
	ops::{GemmParams, KernelError, TensorOps, Unary},
};

/// Which cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
	/// `RNN`.
	Simple,
	/// `GRU`.
	Gru {
		/// Whether the reset gate comes after the product with the weights, not before.
		linear_before_reset: bool,
	},
	/// `LSTM`.
	Lstm {
		/// Whether the forget gate is one less the input gate.
		input_forget: bool,
	},
}

impl Cell {
	/// Blocks of rows in the weights.
	pub(super) fn gates(self) -> usize {
		match self {
			Self::Simple => 1,
			Self::Gru { .. } => 3,
			Self::Lstm { .. } => 4,
		}
	}

	/// The activations of one direction, if none are named.
	pub(super) fn default_activations(self) -> &'static [Unary] {
		match self {
			Self::Simple => &[Unary::Tanh],
			Self::Gru { .. } => &[Unary::Sigmoid, Unary::Tanh],
			Self::Lstm { .. } => &[Unary::Sigmoid, Unary::Tanh, Unary::Tanh],
		}
	}
}

/// What a cell remembers, each `[batch, hidden]`.
#[derive(Clone)]
pub(super) struct State<Tensor> {
	/// The hidden state, which is also the output.
	pub h: Tensor,
	/// The cell state of an `LSTM`.
	pub c: Option<Tensor>,
}

/// A cell with its weights: what is the same in all steps of a direction.
pub(super) struct Stepper<'a, T: TensorOps> {
	pub compose: Compose<'a, T>,
	pub cell: Cell,
	pub hidden: usize,
	pub activations: &'a [Activation],
	/// Bound of the arguments of activations.
	pub clip: Option<f32>,
	/// `[gates · hidden, hidden]`.
	pub recurrent: T::Tensor,
	/// Bias of the hidden gate's recurrent product, `[hidden]`: of a `GRU` that is linear before reset.
	pub recurrent_bias: Option<T::Tensor>,
	/// Of the input, output and forget gates, each `[hidden]`.
	pub peepholes: Option<[T::Tensor; 3]>,
}

type Result<T> = core::result::Result<T, KernelError>;

impl<T: TensorOps> Stepper<'_, T> {
	/// The state after a step. `projected`, `[batch, gates · hidden]`, is the input times its weights, with the biases.
	pub(super) fn step(&self, projected: &T::Tensor, state: &State<T::Tensor>) -> Result<State<T::Tensor>> {
		match self.cell {
			Cell::Simple => {
				let sum = self.compose.add(projected, &self.product(&state.h, &self.recurrent)?)?;
				Ok(State { h: self.activate(0, &sum)?, c: None })
			}
			Cell::Gru { linear_before_reset } => {
				Ok(State { h: self.gru(projected, &state.h, linear_before_reset)?, c: None })
			}
			Cell::Lstm { input_forget } => {
				let cell = state.c.as_ref().ok_or_else(|| KernelError::Backend("no cell state".into()))?;
				self.lstm(projected, &state.h, cell, input_forget)
			}
		}
	}

	fn gru(&self, projected: &T::Tensor, h: &T::Tensor, linear_before_reset: bool) -> Result<T::Tensor> {
		let (c, hidden) = (&self.compose, self.hidden);
		let input = self.gates(projected, 2, 1)?;
		let (gates, candidate) = if linear_before_reset {
			let product = self.product(h, &self.recurrent)?;
			let gates = self.open(projected, &self.gates(&product, 0, 2)?)?;
			let mut linear = self.gates(&product, 2, 1)?;
			if let Some(bias) = &self.recurrent_bias {
				linear = c.add(&linear, bias)?;
			}
			let reset = self.gates(&gates, 1, 1)?;
			(gates, c.add(&input, &c.mul(&reset, &linear)?)?)
		} else {
			let rows = |start, len| narrow(c.ops, &self.recurrent, 0, start, len);
			let gates = self.open(projected, &self.product(h, &rows(0, 2 * hidden)?)?)?;
			let reset = self.gates(&gates, 1, 1)?;
			let product = self.product(&c.mul(&reset, h)?, &rows(2 * hidden, hidden)?)?;
			(gates, c.add(&input, &product)?)
		};
		let update = self.gates(&gates, 0, 1)?;
		let candidate = self.activate(1, &candidate)?;
		let rest = c.sub(&c.scalar(1.0)?, &update)?;
		c.add(&c.mul(&rest, &candidate)?, &c.mul(&update, h)?)
	}

	/// Update and reset gate of a `GRU`, side by side.
	fn open(&self, projected: &T::Tensor, product: &T::Tensor) -> Result<T::Tensor> {
		self.activate(0, &self.compose.add(&self.gates(projected, 0, 2)?, product)?)
	}

	fn lstm(
		&self,
		projected: &T::Tensor,
		h: &T::Tensor,
		cell: &T::Tensor,
		input_forget: bool,
	) -> Result<State<T::Tensor>> {
		let c = &self.compose;
		let sums = c.add(projected, &self.product(h, &self.recurrent)?)?;
		// Gates stand in the order input, output, forget, cell.
		let gate = |index: usize, state: &T::Tensor| {
			let sum = self.gates(&sums, index, 1)?;
			match self.peepholes.as_ref().and_then(|peepholes| peepholes.get(index)) {
				Some(weights) => self.activate(0, &c.add(&sum, &c.mul(weights, state)?)?),
				None => self.activate(0, &sum),
			}
		};
		let input = gate(0, cell)?;
		let forget = if input_forget { c.sub(&c.scalar(1.0)?, &input)? } else { gate(2, cell)? };
		let candidate = self.activate(1, &self.gates(&sums, 3, 1)?)?;
		let cell = c.add(&c.mul(&forget, cell)?, &c.mul(&input, &candidate)?)?;
		let h = c.mul(&gate(1, &cell)?, &self.activate(2, &cell)?)?;
		Ok(State { h, c: Some(cell) })
	}

	/// `x · weightsᵀ`.
	fn product(&self, x: &T::Tensor, weights: &T::Tensor) -> Result<T::Tensor> {
		product(self.compose.ops, x, weights, None)
	}

	/// The columns of `count` gates of `[batch, gates · hidden]`.
	fn gates(&self, x: &T::Tensor, first: usize, count: usize) -> Result<T::Tensor> {
		narrow(self.compose.ops, x, 1, first * self.hidden, count * self.hidden)
	}

	/// The activation with this number, of the clipped argument.
	fn activate(&self, index: usize, x: &T::Tensor) -> Result<T::Tensor> {
		let activation = self.activations.get(index);
		let activation = activation.ok_or_else(|| KernelError::Backend(format!("no activation {index}")))?;
		match self.clip {
			Some(clip) => {
				let clipped = self.compose.ops.unary(Unary::Clip { min: -clip, max: clip }, x)?;
				activation.apply(&self.compose, &clipped)
			}
			None => activation.apply(&self.compose, x),
		}
	}
}

/// `x · weightsᵀ + bias`.
pub(super) fn product<T: TensorOps>(
	ops: &T,
	x: &T::Tensor,
	weights: &T::Tensor,
	bias: Option<&T::Tensor>,
) -> Result<T::Tensor> {
	let params = GemmParams { alpha: 1.0, beta: 1.0, trans_a: false, trans_b: true };
	ops.gemm(&params, x, weights, bias)
}
