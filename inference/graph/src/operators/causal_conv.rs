//! `CausalConvWithState`: a depthwise convolution over time that looks back only.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	compose::{Compose, narrow},
	plan::{Inputs, Plan, Reason, Tensors, dim},
};
use crate::{
	error::AttributeError,
	metering::{self, MOVE, TRANSCENDENTAL},
	ops::{ConvParams, KernelError, PadMode, TensorOps, Unary},
	tensor::TensorSpec,
};

/// `CausalConvWithState`: the convolution of the input with `k − 1` earlier elements in front, which are the state.
#[derive(Clone, Debug)]
pub(crate) struct CausalConv {
	/// Whether the result goes through `x · sigmoid(x)`.
	swish: bool,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let swish = match node.attributes.string("activation")?.as_deref() {
		None | Some("none") => false,
		Some("silu" | "swish") => true,
		Some(_) => return Err(NodeContext::bad("activation", "must be \"none\", \"silu\" or \"swish\"")),
	};
	Ok(CausalConv { swish }.into())
}

impl Family for CausalConv {
	/// Batch entries, channels, elements over time, and `k − 1`.
	type Call = [usize; 4];

	fn stored_like(&self, output: usize) -> Option<usize> {
		Some(if output == 0 { 0 } else { 3 })
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<[usize; 4]>, Reason> {
		inputs.all_f32()?;
		let x = inputs.spec(0)?;
		let &[batch, channels, length] = x.shape.as_slice() else {
			return Err(Reason(format!("the input must have three dimensions, found shape {:?}", x.shape)));
		};
		let kernel = match *inputs.shape(1)? {
			[rows, 1, kernel] if rows == channels && kernel > 0 => kernel,
			ref shape => {
				return Err(Reason(format!(
					"the weight must have shape [{channels}, 1, k], found {shape:?}"
				)));
			}
		};
		if let Some(bias) = inputs.optional(2)
			&& bias.shape != [channels]
		{
			return Err(Reason(format!("the bias must have shape [{channels}], found {:?}", bias.shape)));
		}
		let state = vec![batch, channels, kernel - 1];
		if let Some(past) = inputs.optional(3)
			&& past.shape != state
		{
			return Err(Reason(format!("past_state must have shape {state:?}, found {:?}", past.shape)));
		}
		// The window's own limits.
		dim((length + kernel - 1) as i64)?;
		assay_numerics::Window::new(&[kernel], &[1], &[1], &[kernel - 1], &[0])?;
		let weight = (kernel as u64).saturating_add(3 * MOVE).saturating_add(TRANSCENDENTAL);
		let work = metering::elements(&x.shape).saturating_mul(weight);
		let state = TensorSpec::new(x.dtype, state);
		let work = work.saturating_add(metering::elements(&state.shape).saturating_mul(2 * MOVE));
		let scratch = metering::bytes(x).saturating_mul(2).saturating_add(metering::bytes(&state));
		let call = [batch, channels, length, kernel - 1];
		Ok(Plan { outputs: vec![x.clone(), state], work, scratch, call })
	}

	fn run<T: TensorOps>(
		&self,
		[batch, channels, length, past]: [usize; 4],
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let c = Compose::like(ops, x);
		// Without a state, zeros come before the input: the padding of the convolution.
		let (padded, padding) = match inputs.optional(3) {
			Some(state) if past > 0 && length > 0 => (ops.concat(&[state, x], 2)?, 0),
			Some(state) if past > 0 => (state.clone(), 0),
			_ => (x.clone(), past),
		};
		let output = if length == 0 {
			c.empty(&[batch, channels, 0])?
		} else {
			let params = ConvParams {
				strides: vec![1],
				dilations: vec![1],
				pads_begin: vec![padding],
				pads_end: vec![0],
				group: channels,
			};
			let sums = ops.conv(&params, &padded, inputs.get(1)?, inputs.optional(2))?;
			if self.swish { ops.unary(Unary::Swish { alpha: 1.0 }, &sums)? } else { sums }
		};
		let available = length + past - padding;
		let state = if past == 0 {
			c.empty(&[batch, channels, 0])?
		} else if available >= past {
			narrow(ops, &padded, 2, available - past, past)?
		} else if available == 0 {
			c.full(0.0, &[batch, channels, past])?
		} else {
			let zeros = [(0, 0), (0, 0), (past - available, 0)];
			ops.pad(PadMode::Constant, &padded, &zeros, &c.scalar(0.0)?)?
		};
		Ok(vec![output, state])
	}
}
