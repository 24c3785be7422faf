//! Convolutions.

use alloc::{format, vec, vec::Vec};

use assay_numerics::Window;

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors, dim_product},
	spatial::{AutoPad, Spatial, Windows, batch_channels_spatial, sizes},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, MOVE},
	ops::{ConvParams, ConvTransposeParams, KernelError, TensorOps, Then, WeightRole},
	tensor::TensorSpec,
};

/// Number of groups, at least one.
fn group(node: &mut NodeContext<'_>) -> Result<usize, AttributeError> {
	match node.attributes.int("group")?.map_or(Ok(1), usize::try_from) {
		Ok(group) if group > 0 => Ok(group),
		_ => Err(NodeContext::bad("group", "must be at least 1")),
	}
}

/// Splits the weight's shape into its first two dimensions and the kernel, which must be as declared.
fn weight<'a>(
	spatial: &Spatial,
	shape: &'a [usize],
	rank: usize,
) -> Result<(usize, usize, &'a [usize]), Reason> {
	let [first, second, kernel @ ..] = shape else {
		return Err(Reason(format!("the weight must have at least three dimensions, found shape {shape:?}")));
	};
	if kernel.len() != rank {
		return Err(Reason(format!("the weight has {} spatial dimensions, the input {rank}", kernel.len())));
	}
	match &spatial.kernel {
		Some(declared) if declared != kernel => {
			Err(Reason(format!("kernel_shape is {declared:?}, the weight's kernel is {kernel:?}")))
		}
		_ => Ok((*first, *second, kernel)),
	}
}

fn check_bias(inputs: Inputs<'_>, channels: usize) -> Result<(), Reason> {
	match inputs.optional(2) {
		Some(bias) if bias.shape != [channels] => {
			Err(Reason(format!("the bias must have shape [{channels}], found {:?}", bias.shape)))
		}
		_ => Ok(()),
	}
}

fn params(windows: Windows, group: usize) -> ConvParams {
	let Windows { strides, dilations, pads_begin, pads_end } = windows;
	ConvParams { strides, dilations, pads_begin, pads_end, group }
}

/// Plan of an output every element of which is a sum over `depth`.
fn plan<Call>(dtype: DType, shape: Vec<usize>, depth: usize, call: Call) -> Plan<Call> {
	let work = metering::elements(&shape).saturating_mul((depth as u64).saturating_add(MOVE));
	Plan::new(TensorSpec::new(dtype, shape), work, call)
}

/// `Conv`.
#[derive(Clone, Debug)]
pub(crate) struct Conv {
	spatial: Spatial,
	group: usize,
}

pub(crate) fn parse_conv(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Conv::parse(node)?.into())
}

/// What a convolution makes of its operands' shapes.
pub(super) struct Geometry {
	/// `[batch, channels, spatial…]`.
	pub(super) output: Vec<usize>,
	/// Products in each sum.
	pub(super) depth: usize,
	pub(super) params: ConvParams,
}

impl Conv {
	pub(super) fn parse(node: &mut NodeContext<'_>) -> Result<Self, AttributeError> {
		Ok(Conv { spatial: Spatial::parse(&mut node.attributes)?, group: group(node)? })
	}

	pub(super) fn geometry(&self, x: &[usize], w: &[usize]) -> Result<Geometry, Reason> {
		let (batch, channels, input) = batch_channels_spatial(x)?;
		let (out_channels, per_group, kernel) = weight(&self.spatial, w, input.len())?;
		if channels == 0
			|| channels % self.group != 0
			|| out_channels % self.group != 0
			|| per_group != channels / self.group
		{
			return Err(Reason(format!(
				"{channels} input channels in {} groups need a weight of shape [multiple of {}, {}, …], found {w:?}",
				self.group,
				self.group,
				channels / self.group,
			)));
		}
		let windows = self.spatial.resolve(kernel, input)?;
		let Windows { strides, dilations, pads_begin, pads_end } = &windows;
		let window = Window::new(kernel, strides, dilations, pads_begin, pads_end)?;
		let mut output = vec![batch, out_channels];
		output.extend(window.output(input, false)?);
		let depth = dim_product(&[per_group, dim_product(kernel)?])?;
		Ok(Geometry { output, depth, params: params(windows, self.group) })
	}
}

impl Family for Conv {
	type Call = ConvParams;

	const STARTS: bool = true;

	fn weight_role(&self, index: usize) -> Option<WeightRole> {
		(index == 1).then_some(WeightRole::Conv { group: self.group })
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<ConvParams>, Reason> {
		let dtype = inputs.common_real()?;
		let Geometry { output, depth, params } = self.geometry(inputs.shape(0)?, inputs.shape(1)?)?;
		check_bias(inputs, output.get(1).copied().unwrap_or(0))?;
		Ok(plan(dtype, output, depth, params))
	}

	fn run<T: TensorOps>(
		&self,
		call: ConvParams,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		self.run_then(call, ops, inputs, &[])
	}

	fn run_then<T: TensorOps>(
		&self,
		call: ConvParams,
		ops: &T,
		inputs: Tensors<'_, T>,
		steps: &[Then<T::Tensor>],
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.conv_then(&call, inputs.get(0)?, inputs.get(1)?, inputs.optional(2), steps)?])
	}
}

/// `ConvTranspose`.
#[derive(Clone, Debug)]
pub(crate) struct ConvTranspose {
	spatial: Spatial,
	group: usize,
	output_padding: Option<Vec<usize>>,
	output_shape: Option<Vec<usize>>,
}

pub(crate) fn parse_conv_transpose(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(ConvTranspose {
		spatial: Spatial::parse(&mut node.attributes)?,
		output_padding: sizes(&mut node.attributes, "output_padding")?,
		output_shape: sizes(&mut node.attributes, "output_shape")?,
		group: group(node)?,
	}
	.into())
}

impl ConvTranspose {
	/// Pads, and what to add at the end of the output, from the output size asked for.
	fn resolve(&self, kernel: &[usize], input: &[usize]) -> Result<(Windows, Vec<usize>), Reason> {
		let mut windows = self.spatial.explicit(input.len())?;
		let mut extra = self.output_padding.clone().unwrap_or_else(|| vec![0; input.len()]);
		if extra.len() != input.len() {
			return Err(Reason(format!(
				"output_padding {extra:?} does not have one entry per spatial dimension"
			)));
		}
		let same = matches!(self.spatial.auto_pad, AutoPad::SameUpper | AutoPad::SameLower);
		let wanted = match &self.output_shape {
			Some(shape) if shape.len() != input.len() => {
				return Err(Reason(format!(
					"output_shape {shape:?} does not have one entry per spatial dimension"
				)));
			}
			Some(shape) => shape.clone(),
			None if same => input
				.iter()
				.zip(&windows.strides)
				.map(|(&size, &stride)| dim_product(&[size, stride]))
				.collect::<Result<_, _>>()?,
			None => return Ok((windows, extra)),
		};
		let sizes = input.iter().zip(kernel).zip(windows.strides.iter().zip(&windows.dilations));
		let pads = windows.pads_begin.iter_mut().zip(&mut windows.pads_end).zip(&mut extra);
		for ((wanted, pads), ((&size, &kernel), (&stride, &dilation))) in
			wanted.into_iter().zip(pads).zip(sizes)
		{
			let ((begin, end), extra) = pads;
			let reach = dim_product(&[kernel.saturating_sub(1), dilation])?;
			let full = dim_product(&[size.saturating_sub(1), stride])?
				.saturating_add(*extra)
				.saturating_add(reach)
				.saturating_add(1);
			let total = full.saturating_sub(wanted);
			*extra = extra.saturating_add(wanted.saturating_sub(full));
			let (small, large) = (total / 2, total - total / 2);
			(*begin, *end) =
				if self.spatial.auto_pad == AutoPad::SameUpper { (small, large) } else { (large, small) };
		}
		Ok((windows, extra))
	}
}

impl Family for ConvTranspose {
	type Call = ConvTransposeParams;

	fn weight_role(&self, index: usize) -> Option<WeightRole> {
		(index == 1).then_some(WeightRole::ConvTranspose { group: self.group })
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<ConvTransposeParams>, Reason> {
		let dtype = inputs.common_real()?;
		let (batch, channels, input) = batch_channels_spatial(inputs.shape(0)?)?;
		let (in_channels, per_group, kernel) = weight(&self.spatial, inputs.shape(1)?, input.len())?;
		if channels == 0 || channels % self.group != 0 || in_channels != channels {
			return Err(Reason(format!(
				"{channels} input channels in {} groups do not go with a weight of shape {:?}",
				self.group,
				inputs.shape(1)?
			)));
		}
		if input.contains(&0) {
			return Err("the input has an empty spatial dimension".into());
		}
		let out_channels = dim_product(&[per_group, self.group])?;
		check_bias(inputs, out_channels)?;
		let (w, output_padding) = self.resolve(kernel, input)?;
		let window = Window::new(kernel, &w.strides, &w.dilations, &w.pads_begin, &w.pads_end)?;
		let shape = assay_numerics::ConvTranspose {
			batch,
			in_channels: channels,
			out_channels,
			groups: self.group,
			input,
			window: &window,
			output_padding: &output_padding,
		};
		let output = shape.output()?;
		let depth = dim_product(&[channels / self.group, dim_product(kernel)?])?;
		let call = ConvTransposeParams { conv: params(w, self.group), output_padding };
		let shape = [&[batch, out_channels], output.as_slice()].concat();
		Ok(plan(dtype, shape, depth, call))
	}

	fn run<T: TensorOps>(
		&self,
		call: ConvTransposeParams,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.conv_transpose(&call, inputs.get(0)?, inputs.get(1)?, inputs.optional(2))?])
	}
}
