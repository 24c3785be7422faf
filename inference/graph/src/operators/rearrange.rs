//! `DepthToSpace`, `SpaceToDepth`, `CenterCropPad` and `ReverseSequence`: elements in other places.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	host::{HostFamily, HostInputs, indices, tensor},
	plan::{self, Inputs, Plan, Reason, Tensors, dim},
	slice::whole,
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::MOVE,
	ops::{AxisSlice, KernelError, PadMode, TensorOps},
	tensor::{Element, HostTensor, TensorSpec, with_data},
};

/// `DepthToSpace` and `SpaceToDepth`: channels become blocks of pixels, or the other way round.
#[derive(Clone, Debug)]
pub(crate) struct Blocks {
	size: usize,
	layout: Layout,
}

/// What becomes of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
	/// Channels to blocks; the block's rows and columns come before the remaining depth.
	DepthColumnRow,
	/// Channels to blocks; the remaining depth comes first.
	ColumnRowDepth,
	/// Blocks to channels.
	ToDepth,
}

pub(crate) fn parse_blocks(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let size = node.attributes.int("blocksize")?.ok_or(AttributeError::Missing("blocksize"))?;
	let size = dim(size)
		.ok()
		.filter(|&size| size > 0)
		.ok_or_else(|| NodeContext::bad("blocksize", "must be positive"))?;
	let layout = match node.op_type {
		"SpaceToDepth" => Layout::ToDepth,
		_ if node.opset < 11 => Layout::DepthColumnRow,
		_ => match node.attributes.string("mode")?.as_deref() {
			None | Some("DCR") => Layout::DepthColumnRow,
			Some("CRD") => Layout::ColumnRowDepth,
			Some(_) => return Err(NodeContext::bad("mode", "must be DCR or CRD")),
		},
	};
	Ok(Blocks { size, layout }.into())
}

/// A shape to see a tensor in, the order of its axes afterwards, and the shape of the result.
type Regrouping = (Vec<usize>, [usize; 6], Vec<usize>);

impl Family for Blocks {
	type Call = Regrouping;

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Regrouping>, Reason> {
		let x = inputs.spec(0)?;
		let (size, unfit) =
			(self.size, || Reason(format!("blocks of {} do not fit shape {:?}", self.size, x.shape)));
		let &[n, c, h, w] = x.shape.as_slice() else { return Err(unfit()) };
		let divided =
			|dim: usize, by: usize| if dim.is_multiple_of(by) { Ok(dim / by) } else { Err(unfit()) };
		let square = size.checked_mul(size).ok_or_else(unfit)?;
		let grown = |dim: usize| dim.checked_mul(size).ok_or_else(unfit);
		let call = match self.layout {
			Layout::DepthColumnRow => {
				let depth = divided(c, square)?;
				(vec![n, size, size, depth, h, w], [0, 3, 4, 1, 5, 2], vec![n, depth, grown(h)?, grown(w)?])
			}
			Layout::ColumnRowDepth => {
				let depth = divided(c, square)?;
				(vec![n, depth, size, size, h, w], [0, 1, 4, 2, 5, 3], vec![n, depth, grown(h)?, grown(w)?])
			}
			Layout::ToDepth => {
				let (h, w) = (divided(h, size)?, divided(w, size)?);
				let depth = c.checked_mul(square).ok_or_else(unfit)?;
				(vec![n, c, h, size, w, size], [0, 3, 5, 1, 2, 4], vec![n, depth, h, w])
			}
		};
		let output = TensorSpec::new(x.dtype, call.2.clone());
		Ok(Plan::per_element(output, MOVE, call).with_temporaries(1))
	}

	fn run<T: TensorOps>(
		&self,
		(seen, order, shape): Regrouping,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let seen = ops.reshape(inputs.get(0)?, &seen)?;
		Ok(vec![ops.reshape(&ops.transpose(&seen, &order)?, &shape)?])
	}
}

/// `CenterCropPad`: the middle of axes that are too long, zeros around those too short; an odd one at the end.
#[derive(Clone, Debug)]
pub(crate) struct CenterCropPad {
	axes: Option<Vec<i64>>,
}

pub(crate) fn parse_center_crop_pad(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(CenterCropPad { axes: node.attributes.ints("axes")? }.into())
}

impl Family for CenterCropPad {
	/// What to keep, then what to add.
	type Call = (Vec<AxisSlice>, Vec<(usize, usize)>);

	const HOST_INPUTS: &'static [usize] = &[1];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let x = inputs.spec(0)?;
		let rank = x.shape.len();
		let sizes = inputs.ints(1)?.unwrap_or_default();
		let axes = self.axes.clone().unwrap_or_else(|| (0..rank as i64).collect());
		plan::axes(&axes, rank)?;
		if axes.len() != sizes.len() {
			return Err(Reason(format!("{} sizes are given for {} axes", sizes.len(), axes.len())));
		}
		let (mut kept, mut pads, mut shape) = (whole(&x.shape), vec![(0, 0); rank], x.shape.clone());
		for (axis, size) in axes.into_iter().zip(sizes) {
			let (axis, size) = (plan::axis(axis, rank)?, dim(size)?);
			if let (Some(kept), Some(pads), Some(dim)) =
				(kept.get_mut(axis), pads.get_mut(axis), shape.get_mut(axis))
			{
				if let Some(excess) = dim.checked_sub(size) {
					*kept = AxisSlice { start: if size == 0 { 0 } else { excess / 2 }, step: 1, len: size };
				} else {
					let missing = size - *dim;
					*pads = (missing / 2, missing - missing / 2);
				}
				*dim = size;
			}
		}
		let output = TensorSpec::new(x.dtype, shape);
		Ok(Plan::per_element(output, MOVE, (kept, pads)).with_temporaries(1))
	}

	fn run<T: TensorOps>(
		&self,
		(kept, pads): Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = ops.slice(inputs.get(0)?, &kept)?;
		let zero = ops.cast(&ops.from_host(HostTensor::scalar(false))?, ops.spec(&x).dtype)?;
		Ok(vec![ops.pad(PadMode::Constant, &x, &pads, &zero)?])
	}
}

/// `ReverseSequence`: the first elements of every sequence in reverse order, as many as its length says.
#[derive(Clone, Debug)]
pub(crate) struct ReverseSequence {
	/// Whether time is the first axis and the batch the second, or the other way round.
	time_first: bool,
}

pub(crate) fn parse_reverse_sequence(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let batch = node.attributes.int("batch_axis")?.unwrap_or(1);
	let time = node.attributes.int("time_axis")?.unwrap_or(0);
	match (batch, time) {
		(1, 0) => Ok(ReverseSequence { time_first: true }.into()),
		(0, 1) => Ok(ReverseSequence { time_first: false }.into()),
		_ => Err(NodeContext::bad("time_axis", "must be 0 and the batch axis 1, or the other way round")),
	}
}

impl HostFamily for ReverseSequence {
	type Call = ();

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let (x, lengths) = (inputs.spec(0)?, inputs.spec(1)?);
		let &[first, second, ..] = x.shape.as_slice() else {
			return Err(Reason(format!(
				"the input must have at least two dimensions, found shape {:?}",
				x.shape
			)));
		};
		let batch = if self.time_first { second } else { first };
		if lengths.dtype != DType::I64 || lengths.shape != [batch] {
			return Err(Reason(format!(
				"the lengths must be one int64 for each of {batch} sequences, found {lengths}"
			)));
		}
		Ok(Plan::per_element(x.clone(), MOVE, ()))
	}

	fn compute(&self, _: (), inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		fn reversed<E: Element>(x: &[E], shape: &[usize], time_first: bool, lengths: &[usize]) -> Vec<E> {
			let (Some(&first), Some(&second)) = (shape.first(), shape.get(1)) else { return Vec::new() };
			let inner: usize = shape.iter().skip(2).product();
			let mut out = Vec::with_capacity(x.len());
			for at in 0..first {
				for to in 0..second {
					let (time, sequence) = if time_first { (at, to) } else { (to, at) };
					let length = lengths.get(sequence).copied().unwrap_or(0);
					let from = if time < length { length - 1 - time } else { time };
					let row = if time_first { from * second + sequence } else { sequence * second + from };
					out.extend(x.iter().skip(row * inner).take(inner));
				}
			}
			out
		}
		let x = inputs.get(0)?;
		let steps = x.shape().get(usize::from(!self.time_first)).copied().unwrap_or(0);
		let lengths = indices(inputs.get(1)?)?
			.into_iter()
			.map(|length| {
				let valid = usize::try_from(length).ok().filter(|&length| length <= steps);
				valid.ok_or(KernelError::IndexOutOfRange { index: length, len: steps })
			})
			.collect::<Result<Vec<_>, _>>()?;
		with_data!(x.data(), values => Ok(vec![tensor(x.shape(), reversed(values, x.shape(), self.time_first, &lengths))?]))
	}
}
