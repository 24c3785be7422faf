//! `LpPool` and `GlobalLpPool`: the p-norm of a window.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	compose::Compose,
	plan::{Inputs, Plan, Reason, Tensors},
	pool::PoolWindows,
};
use crate::{
	error::AttributeError,
	metering::{self, ARITHMETIC, MOVE, POWER},
	ops::{Binary, ConvParams, KernelError, PoolParams, Reduction, TensorOps, Unary},
	tensor::TensorSpec,
};

/// The order of a norm, at least 1.
#[derive(Clone, Copy, Debug)]
struct Order(u32);

impl Order {
	fn parse(node: &mut NodeContext<'_>) -> Result<Self, AttributeError> {
		// Exact as a float.
		match node.attributes.int("p")?.map_or(Ok(2), u32::try_from) {
			Ok(p) if (1..=1 << 24).contains(&p) => Ok(Self(p)),
			_ => Err(NodeContext::bad("p", "must be from 1 to 16777216")),
		}
	}

	/// Work per element of the input or the output.
	fn work(self) -> u64 {
		if self.0 > 2 { POWER } else { ARITHMETIC }
	}

	/// `|x|^p`: the magnitude, the square, or the power of the magnitude.
	fn power<T: TensorOps>(self, ops: &T, x: &T::Tensor) -> Result<T::Tensor, KernelError> {
		let c = Compose::like(ops, x);
		match self.0 {
			1 => ops.unary(Unary::Abs, x),
			2 => c.mul(x, x),
			p => ops.binary(Binary::Pow, &ops.unary(Unary::Abs, x)?, &c.scalar(p as f32)?),
		}
	}

	/// `x^(1/p)`: x, the square root, or the power with `1 / p` rounded.
	fn root<T: TensorOps>(self, ops: &T, x: &T::Tensor) -> Result<T::Tensor, KernelError> {
		let c = Compose::like(ops, x);
		match self.0 {
			1 => Ok(x.clone()),
			2 => c.sqrt(x),
			p => {
				let exponent = c.div(&c.scalar(1.0)?, &c.scalar(p as f32)?)?;
				ops.binary(Binary::Pow, x, &exponent)
			}
		}
	}
}

/// `LpPool`: powers, their sum by a convolution with ones, the root.
#[derive(Clone, Debug)]
pub(crate) struct LpPool {
	windows: PoolWindows,
	order: Order,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(LpPool { windows: PoolWindows::parse(node)?, order: Order::parse(node)? }.into())
}

impl Family for LpPool {
	type Call = PoolParams;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<PoolParams>, Reason> {
		inputs.common_real()?;
		let x = inputs.spec(0)?;
		let (call, shape, work) = self.windows.resolve(&x.shape)?;
		let touched = metering::elements(&x.shape).saturating_add(metering::elements(&shape));
		let work = work.saturating_add(touched.saturating_mul(self.order.work()));
		let mut plan = Plan::new(TensorSpec::new(x.dtype, shape), work, call).with_temporaries(1);
		plan.scratch = plan.scratch.saturating_add(metering::bytes(x).saturating_mul(2));
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		window: PoolParams,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let shape = ops.spec(x).shape;
		let [batch, channels, spatial @ ..] = shape.as_slice() else {
			return Err(KernelError::Backend(format!("{shape:?} has no spatial dimensions")));
		};
		let powers = self.order.power(ops, x)?;
		// Every channel is a picture of its own; a partial last window reaches into more padding.
		let with_front = |front: &[usize], rest: &[usize]| [front, rest].concat();
		let pictures = ops.reshape(&powers, &with_front(&[batch * channels, 1], spatial))?;
		let ones = Compose::like(ops, x).full(1.0, &with_front(&[1, 1], &window.kernel))?;
		let axes = spatial.iter().zip(&window.pads_begin).zip(&window.kernel).zip(&window.dilations);
		let pads_end = axes.zip(&window.output).zip(&window.strides).map(
			|(((((&len, &before), &kernel), &dilation), &output), &stride)| {
				let last = (output.max(1) - 1) * stride + (kernel.max(1) - 1) * dilation + 1;
				last.saturating_sub(len + before)
			},
		);
		let params = ConvParams {
			pads_end: pads_end.collect(),
			strides: window.strides.clone(),
			dilations: window.dilations.clone(),
			pads_begin: window.pads_begin.clone(),
			group: 1,
		};
		let sums = ops.conv(&params, &pictures, &ones, None)?;
		let sums = ops.reshape(&sums, &with_front(&[*batch, *channels], &window.output))?;
		Ok(vec![self.order.root(ops, &sums)?])
	}
}

/// `GlobalLpPool`: the norm over all spatial dimensions.
#[derive(Clone, Debug)]
pub(crate) struct GlobalLpPool(Order);

pub(crate) fn parse_global(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(GlobalLpPool(Order::parse(node)?).into())
}

impl Family for GlobalLpPool {
	/// The spatial dimensions.
	type Call = Vec<usize>;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		inputs.common_real()?;
		let x = inputs.spec(0)?;
		let [batch, channels, ..] = x.shape.as_slice() else {
			return Err(Reason(format!(
				"the input must have batch and channel dimensions, found shape {:?}",
				x.shape
			)));
		};
		let mut shape = vec![*batch, *channels];
		shape.resize(x.shape.len(), 1);
		let touched = metering::elements(&x.shape).saturating_add(metering::elements(&shape));
		let work = touched.saturating_mul(MOVE.saturating_add(self.0.work()));
		let axes = (2..x.shape.len()).collect();
		let mut plan = Plan::new(TensorSpec::new(x.dtype, shape), work, axes).with_temporaries(1);
		plan.scratch = plan.scratch.saturating_add(metering::bytes(x).saturating_mul(2));
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		axes: Vec<usize>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		Ok(vec![match self.0.0 {
			1 => ops.reduce(Reduction::L1, x, &axes, true)?,
			2 => ops.reduce(Reduction::L2, x, &axes, true)?,
			_ => {
				let powers = self.0.power(ops, x)?;
				self.0.root(ops, &ops.reduce(Reduction::Sum, &powers, &axes, true)?)?
			}
		}])
	}
}
