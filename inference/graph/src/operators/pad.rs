//! `Pad`: pads as an attribute before operator set 11, as an input since; axes since 18.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{self, Inputs, Plan, Reason, Tensors, dim},
	slice::whole,
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::MOVE,
	ops::{AxisSlice, KernelError, PadMode, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// Adds elements around a tensor, or with negative pads removes some.
#[derive(Clone, Debug)]
pub(crate) struct Pad {
	mode: PadMode,
	/// Pads and value from attributes.
	attributes: Option<(Vec<i64>, f32)>,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let mode = match attributes.string("mode")?.as_deref() {
		None | Some("constant") => PadMode::Constant,
		Some("reflect") => PadMode::Reflect,
		Some("edge") => PadMode::Edge,
		Some("wrap") if node.opset >= 19 => PadMode::Wrap,
		Some(_) => {
			return Err(NodeContext::bad(
				"mode",
				"must be constant, reflect, edge, or from operator set 19 wrap",
			));
		}
	};
	let attributes = if node.opset < 11 {
		let pads = attributes.ints("pads")?.ok_or(AttributeError::Missing("pads"))?;
		Some((pads, attributes.float("value")?.unwrap_or(0.0)))
	} else {
		None
	};
	Ok(Pad { mode, attributes }.into())
}

/// What to cut off, then what to add.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PadCall {
	cut: Vec<AxisSlice>,
	pads: Vec<(usize, usize)>,
}

impl Pad {
	/// Pads before and after every axis.
	fn pairs(&self, inputs: Inputs<'_>, rank: usize) -> Result<Vec<(i64, i64)>, Reason> {
		let pads = match &self.attributes {
			Some((pads, _)) => pads.clone(),
			None => inputs.ints(1)?.unwrap_or_default(),
		};
		let axes = inputs.ints(3)?.unwrap_or_else(|| (0..rank as i64).collect());
		plan::axes(&axes, rank)?;
		if pads.len() != 2 * axes.len() {
			return Err(Reason(format!(
				"pads {pads:?} do not have two entries for each of {} axes",
				axes.len()
			)));
		}
		let (before, after) = pads.split_at(axes.len());
		let mut pairs = vec![(0, 0); rank];
		for ((axis, &before), &after) in axes.into_iter().zip(before).zip(after) {
			if let Some(slot) = pairs.get_mut(plan::axis(axis, rank)?) {
				*slot = (before, after);
			}
		}
		Ok(pairs)
	}

	/// Checks a mode's needs on an axis that keeps `len` elements.
	fn check(&self, len: usize, before: usize, after: usize) -> Result<(), Reason> {
		let longest = match self.mode {
			PadMode::Reflect => len.saturating_sub(1),
			PadMode::Wrap => len,
			PadMode::Edge if len == 0 => 0,
			PadMode::Edge | PadMode::Constant => usize::MAX,
		};
		if before.max(after) <= longest {
			return Ok(());
		}
		Err(Reason(format!(
			"an axis of {len} elements cannot be padded by {} in this mode",
			before.max(after)
		)))
	}
}

impl Family for Pad {
	type Call = PadCall;

	const HOST_INPUTS: &'static [usize] = &[1, 3];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<PadCall>, Reason> {
		let x = inputs.spec(0)?;
		if let Some(value) = inputs.optional(2)
			&& (value.dtype != x.dtype || crate::metering::elements(&value.shape) != 1)
		{
			return Err(Reason(format!("the value must be one {} element, found {value}", x.dtype)));
		}
		if self.attributes.is_some() && x.dtype != DType::F32 {
			return Err(Reason(wrong_dtype("the input", x.dtype, "float32 before operator set 11")));
		}
		let mut cut = whole(&x.shape);
		let mut pads = Vec::with_capacity(x.shape.len());
		let mut shape = Vec::with_capacity(x.shape.len());
		for ((before, after), slot) in self.pairs(inputs, x.shape.len())?.into_iter().zip(&mut cut) {
			let removed = |pad: i64| dim(pad.saturating_neg().max(0));
			let (off_front, off_back) = (removed(before)?, removed(after)?);
			let left = slot.len.checked_sub(off_front).and_then(|left| left.checked_sub(off_back));
			let len = left.ok_or_else(|| {
				Reason(format!("pads remove more than the {} elements there are", slot.len))
			})?;
			*slot = AxisSlice { start: if len == 0 { 0 } else { off_front }, step: 1, len };
			let (before, after) = (dim(before.max(0))?, dim(after.max(0))?);
			self.check(len, before, after)?;
			shape.push(len.saturating_add(before).saturating_add(after));
			pads.push((before, after));
		}
		let output = TensorSpec::new(x.dtype, shape);
		Ok(Plan::per_element(output, MOVE, PadCall { cut, pads }).with_temporaries(1))
	}

	fn run<T: TensorOps>(
		&self,
		PadCall { cut, pads }: PadCall,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let kept;
		let x = if whole(&ops.spec(x).shape) == cut {
			x
		} else {
			kept = ops.slice(x, &cut)?;
			&kept
		};
		let value = match (inputs.optional(2), &self.attributes) {
			(Some(value), _) => ops.reshape(value, &[])?,
			(None, Some((_, value))) => ops.from_host(HostTensor::scalar(*value))?,
			(None, None) => ops.cast(&ops.from_host(HostTensor::scalar(0.0f32))?, ops.spec(x).dtype)?,
		};
		Ok(vec![ops.pad(self.mode, x, &pads, &value)?])
	}
}
