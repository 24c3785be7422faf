//! Pools.

use alloc::{format, vec, vec::Vec};

use assay_numerics::{Cpu, Pool, Window};

use super::{
	Family, NodeContext, Operator,
	compose::bytes,
	host::with_types,
	plan::{Inputs, Plan, Reason, Tensors, dim_product},
	spatial::{AutoPad, Spatial, Windows, batch_channels_spatial},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, MOVE, WINDOW},
	ops::{KernelError, PoolParams, Reduction, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// The windows of a pool, as declared.
#[derive(Clone, Debug)]
pub(super) struct PoolWindows {
	kernel: Vec<usize>,
	spatial: Spatial,
	ceil_mode: bool,
}

impl PoolWindows {
	pub(super) fn parse(node: &mut NodeContext<'_>) -> Result<Self, AttributeError> {
		let spatial = Spatial::parse(&mut node.attributes)?;
		let kernel = spatial.kernel.clone().ok_or(AttributeError::Missing("kernel_shape"))?;
		// With automatic padding, rounding up and down come to the same.
		let ceil_mode = node.attributes.flag("ceil_mode", false)? && spatial.auto_pad == AutoPad::NotSet;
		Ok(Self { kernel, spatial, ceil_mode })
	}

	/// The windows over an input of this shape, the output's shape, and the work of visiting all taps.
	pub(super) fn resolve(&self, shape: &[usize]) -> Result<(PoolParams, Vec<usize>, u64), Reason> {
		let (batch, channels, input) = batch_channels_spatial(shape)?;
		if self.kernel.len() != input.len() {
			return Err(Reason(format!(
				"kernel_shape {:?} does not have one entry per spatial dimension of {shape:?}",
				self.kernel
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
		Ok((PoolParams { kernel, strides, dilations, pads_begin, pads_end, output }, shape, work))
	}
}

/// `AveragePool`.
#[derive(Clone, Debug)]
pub(crate) struct AveragePool {
	windows: PoolWindows,
	count_include_pad: bool,
}

pub(crate) fn parse_average(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let windows = PoolWindows::parse(node)?;
	let count_include_pad = node.attributes.flag("count_include_pad", false)?;
	Ok(AveragePool { windows, count_include_pad }.into())
}

impl Family for AveragePool {
	type Call = PoolParams;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<PoolParams>, Reason> {
		inputs.common_real()?;
		let x = inputs.spec(0)?;
		let (call, shape, work) = self.windows.resolve(&x.shape)?;
		Ok(Plan::new(TensorSpec::new(x.dtype, shape), work, call))
	}

	fn run<T: TensorOps>(
		&self,
		call: PoolParams,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.average_pool(&call, self.count_include_pad, inputs.get(0)?)?])
	}
}

/// `MaxPool`.
#[derive(Clone, Debug)]
pub(crate) struct MaxPool {
	windows: PoolWindows,
	/// Whether 8-bit integers may be pooled: from operator set 12 on.
	integers: bool,
	/// The order in which positions are counted, if they are an output.
	indices: Option<StorageOrder>,
}

/// How the elements of a plane are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StorageOrder {
	/// The last dimension first.
	RowMajor,
	/// The first dimension first.
	ColumnMajor,
}

pub(crate) fn parse_max(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let windows = PoolWindows::parse(node)?;
	let order = match node.attributes.int("storage_order")? {
		None | Some(0) => StorageOrder::RowMajor,
		Some(1) => StorageOrder::ColumnMajor,
		Some(_) => return Err(NodeContext::bad("storage_order", "must be 0 or 1")),
	};
	let indices = (node.outputs > 1).then_some(order);
	Ok(MaxPool { windows, integers: node.opset >= 12, indices }.into())
}

impl Family for MaxPool {
	type Call = PoolParams;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<PoolParams>, Reason> {
		let x = inputs.spec(0)?;
		if !(self.integers && matches!(x.dtype, DType::I8 | DType::U8)) {
			inputs.common_real()?;
		}
		let (call, shape, work) = self.windows.resolve(&x.shape)?;
		let mut plan = Plan::new(TensorSpec::new(x.dtype, shape.clone()), work, call);
		// Integers are widened, pooled, and narrowed.
		plan.scratch = bytes(DType::F32, &x.shape).saturating_add(bytes(DType::F32, &shape));
		if self.indices.is_some() {
			plan.outputs.push(TensorSpec::new(DType::I64, shape));
			plan.work = plan.work.saturating_mul(2);
		}
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		call: PoolParams,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let input = inputs.get(0)?;
		let dtype = ops.spec(input).dtype;
		// Exact for 8-bit integers.
		let x = if dtype.is_integer() { ops.cast(input, DType::F32)? } else { input.clone() };
		let y = ops.max_pool(&call, &x)?;
		let indices = match self.indices {
			Some(order) => Some(ops.from_host(positions(&call, order, &ops.to_host(x)?)?)?),
			None => None,
		};
		let y = if dtype.is_integer() { ops.cast(&y, dtype)? } else { y };
		Ok([y].into_iter().chain(indices).collect())
	}
}

/// Where the maxima of the windows are: flat indices in the whole input, of the first tap that is the maximum; −1 in the
/// plane if the window has no tap in the input.
fn positions(params: &PoolParams, order: StorageOrder, x: &HostTensor) -> Result<HostTensor, KernelError> {
	let defect = || KernelError::Backend(format!("cannot locate maxima in {}", x.spec()));
	let &[batch, channels, ref input @ ..] = x.shape() else { return Err(defect()) };
	let PoolParams { kernel, strides, dilations, pads_begin, pads_end, output } = params;
	let window = Window::new(kernel, strides, dilations, pads_begin, pads_end)?;
	let pool = Pool { planes: batch * channels, input, output, window: &window };
	let mut shape = vec![batch, channels];
	shape.extend(output);
	let count = crate::tensor::elements(&shape).ok_or_else(defect)?;
	let mut indices = vec![0i64; count];
	with_types!(x.data(), [F32 F64], elements => {
		let mut maxima = vec![0.0; count];
		assay_numerics::max_pool(Cpu::scalar(), &pool, elements, &mut maxima, Some(&mut indices))?;
	});

	let (plane, windows) = (input.iter().product::<usize>() as i64, output.iter().product::<usize>());
	for (number, planar) in indices.chunks_mut(windows.max(1)).enumerate() {
		for index in planar {
			if order == StorageOrder::ColumnMajor && *index >= 0 {
				*index = column_major(*index, input);
			}
			*index += number as i64 * plane;
		}
	}
	HostTensor::from_vec(shape, indices).map_err(|error| KernelError::Backend(format!("{error}")))
}

/// The column-major index of the element with this row-major index.
fn column_major(mut index: i64, shape: &[usize]) -> i64 {
	let mut stride = shape.iter().product::<usize>() as i64;
	let mut counted = 0;
	for &dim in shape.iter().rev() {
		stride /= dim as i64;
		counted += index % dim as i64 * stride;
		index /= dim as i64;
	}
	counted
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn column_major_should_count_the_first_dimension_first() {
		assert_eq!([0, 1, 2, 3, 4, 5].map(|i| column_major(i, &[2, 3])), [0, 2, 4, 1, 3, 5]);
		assert_eq!([0, 1, 2, 4, 7].map(|i| column_major(i, &[2, 2, 2])), [0, 4, 2, 1, 7]);
	}
}
