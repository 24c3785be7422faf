//! Pools.

use alloc::{format, vec, vec::Vec};

use assay_numerics::Window;

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors, dim_product},
	spatial::{Spatial, Windows, batch_channels_spatial},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, MOVE, WINDOW},
	ops::{KernelError, PoolParams, Reduction, TensorOps},
	tensor::TensorSpec,
};

/// What a pool computes of a window.
#[derive(Clone, Copy, Debug)]
enum Kind {
	Max,
	Average { count_include_pad: bool },
}

/// `MaxPool` and `AveragePool`.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
	kind: Kind,
	kernel: Vec<usize>,
	spatial: Spatial,
	ceil_mode: bool,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let spatial = Spatial::parse(&mut node.attributes)?;
	let kernel = spatial.kernel.clone().ok_or(AttributeError::Missing("kernel_shape"))?;
	let ceil_mode = node.attributes.flag("ceil_mode", false)?;
	let kind = if node.op_type == "MaxPool" {
		// The order in which indices are counted, which are not computed.
		node.attributes.ignore("storage_order");
		Kind::Max
	} else {
		Kind::Average { count_include_pad: node.attributes.flag("count_include_pad", false)? }
	};
	Ok(Pool { kind, kernel, spatial, ceil_mode }.into())
}

impl Family for Pool {
	type Call = PoolParams;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<PoolParams>, Reason> {
		inputs.all_f32()?;
		let (batch, channels, input) = batch_channels_spatial(inputs.shape(0)?)?;
		if self.kernel.len() != input.len() {
			return Err(Reason(format!(
				"kernel_shape {:?} does not have one entry per spatial dimension of {:?}",
				self.kernel,
				inputs.shape(0)?
			)));
		}
		let Windows { strides, dilations, pads_begin, pads_end } =
			self.spatial.resolve(&self.kernel, input)?;
		let window = Window::new(&self.kernel, &strides, &dilations, &pads_begin, &pads_end)?;
		let reach =
			self.kernel.iter().zip(&dilations).map(|(&kernel, &dilation)| (kernel - 1) * dilation + 1);
		if pads_begin.iter().zip(&pads_end).zip(reach).any(|((&begin, &end), reach)| begin.max(end) >= reach)
		{
			return Err("padding must be smaller than the window, or windows lie outside the input".into());
		}
		let output = window.output(input, self.ceil_mode)?;
		let mut shape = vec![batch, channels];
		shape.extend(&output);
		let taps = dim_product(&self.kernel)? as u64;
		let work = metering::elements(&shape).saturating_mul(taps.saturating_add(1)).saturating_mul(WINDOW);
		let kernel = self.kernel.clone();
		let call = PoolParams { kernel, strides, dilations, pads_begin, pads_end, output };
		Ok(Plan::new(TensorSpec::new(DType::F32, shape), work, call))
	}

	fn run<T: TensorOps>(
		&self,
		call: PoolParams,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		Ok(vec![match self.kind {
			Kind::Max => ops.max_pool(&call, x)?,
			Kind::Average { count_include_pad } => ops.average_pool(&call, count_include_pad, x)?,
		}])
	}
}

/// `GlobalAveragePool` and `GlobalMaxPool`: a reduction over all spatial dimensions, of which there may be any number.
#[derive(Clone, Debug)]
pub(crate) struct GlobalPool(Reduction);

pub(crate) fn parse_global(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let op = if node.op_type == "GlobalMaxPool" { Reduction::Max } else { Reduction::Mean };
	Ok(GlobalPool(op).into())
}

impl Family for GlobalPool {
	/// The spatial dimensions.
	type Call = Vec<usize>;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		let dtype = inputs.common_real()?;
		let x = inputs.spec(0)?;
		let [batch, channels, spatial @ ..] = x.shape.as_slice() else {
			return Err(Reason(format!(
				"the input must have batch and channel dimensions, found shape {:?}",
				x.shape
			)));
		};
		let mut shape = vec![*batch, *channels];
		shape.resize(x.shape.len(), 1);
		let axes = (2..2 + spatial.len()).collect();
		let work = metering::elements(&x.shape).saturating_mul(MOVE);
		Ok(Plan::new(TensorSpec::new(dtype, shape), work, axes))
	}

	fn run<T: TensorOps>(
		&self,
		axes: Vec<usize>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.reduce(self.0, inputs.get(0)?, &axes, true)?])
	}
}
