//! The attributes that convolutions and pools share.

use alloc::{format, vec, vec::Vec};

use super::{
	attributes::Attributes,
	plan::{Reason, dim},
};
use crate::error::AttributeError;

/// Where padding comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AutoPad {
	/// From `pads`.
	NotSet,
	/// None.
	Valid,
	/// As much as makes the output `⌈input / stride⌉`, the odd one at the end.
	SameUpper,
	/// Likewise, the odd one at the beginning.
	SameLower,
}

/// Attributes of a sliding window, as far as they are given.
#[derive(Clone, Debug)]
pub(crate) struct Spatial {
	pub(crate) kernel: Option<Vec<usize>>,
	pub(crate) strides: Option<Vec<usize>>,
	pub(crate) dilations: Option<Vec<usize>>,
	pub(crate) pads: Option<Vec<usize>>,
	pub(crate) auto_pad: AutoPad,
}

/// A window for given spatial dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Windows {
	pub(crate) strides: Vec<usize>,
	pub(crate) dilations: Vec<usize>,
	pub(crate) pads_begin: Vec<usize>,
	pub(crate) pads_end: Vec<usize>,
}

/// A list of sizes.
pub(crate) fn sizes(attributes: &mut Attributes, name: &str) -> Result<Option<Vec<usize>>, AttributeError> {
	let Some(values) = attributes.ints(name)? else { return Ok(None) };
	let sizes = values.into_iter().map(dim).collect::<Result<Vec<_>, _>>();
	sizes.map(Some).map_err(|Reason(reason)| AttributeError::Value { name: name.into(), reason })
}

impl Spatial {
	pub(crate) fn parse(attributes: &mut Attributes) -> Result<Self, AttributeError> {
		let auto_pad = match attributes.string("auto_pad")?.as_deref() {
			None | Some("NOTSET") => AutoPad::NotSet,
			Some("VALID") => AutoPad::Valid,
			Some("SAME_UPPER") => AutoPad::SameUpper,
			Some("SAME_LOWER") => AutoPad::SameLower,
			Some(_) => {
				let reason = "must be NOTSET, VALID, SAME_UPPER or SAME_LOWER".into();
				return Err(AttributeError::Value { name: "auto_pad".into(), reason });
			}
		};
		Ok(Self {
			kernel: sizes(attributes, "kernel_shape")?,
			strides: sizes(attributes, "strides")?,
			dilations: sizes(attributes, "dilations")?,
			pads: sizes(attributes, "pads")?,
			auto_pad,
		})
	}

	/// A list with one entry per spatial dimension, all ones if it is not given.
	fn per_dimension(list: &Option<Vec<usize>>, name: &str, rank: usize) -> Result<Vec<usize>, Reason> {
		match list {
			None => Ok(vec![1; rank]),
			Some(list) if list.len() != rank => {
				Err(Reason(format!("{name} has {} entries for {rank} spatial dimensions", list.len())))
			}
			Some(list) if list.contains(&0) => Err(Reason(format!("{name} has a zero"))),
			Some(list) => Ok(list.clone()),
		}
	}

	/// Strides and dilations, and the pads that are given (zeros for any `auto_pad`).
	pub(crate) fn explicit(&self, rank: usize) -> Result<Windows, Reason> {
		let (pads_begin, pads_end) = match &self.pads {
			Some(pads) if self.auto_pad == AutoPad::NotSet => {
				if pads.len() != 2 * rank {
					return Err(Reason(format!(
						"pads has {} entries for {rank} spatial dimensions",
						pads.len()
					)));
				}
				let (begin, end) = pads.split_at(rank);
				(begin.to_vec(), end.to_vec())
			}
			_ => (vec![0; rank], vec![0; rank]),
		};
		Ok(Windows {
			strides: Self::per_dimension(&self.strides, "strides", rank)?,
			dilations: Self::per_dimension(&self.dilations, "dilations", rank)?,
			pads_begin,
			pads_end,
		})
	}

	/// The windows over `input` with a kernel of this size, automatic padding worked out.
	pub(crate) fn resolve(&self, kernel: &[usize], input: &[usize]) -> Result<Windows, Reason> {
		let mut windows = self.explicit(input.len())?;
		if let AutoPad::SameUpper | AutoPad::SameLower = self.auto_pad {
			for (axis, (&size, &kernel)) in input.iter().zip(kernel).enumerate() {
				let (Some(&stride), Some(&dilation)) =
					(windows.strides.get(axis), windows.dilations.get(axis))
				else {
					continue;
				};
				let total = same_padding(size, kernel, stride, dilation).ok_or("the window is too large")?;
				let (small, large) = (total / 2, total - total / 2);
				let (begin, end) =
					if self.auto_pad == AutoPad::SameUpper { (small, large) } else { (large, small) };
				if let (Some(b), Some(e)) = (windows.pads_begin.get_mut(axis), windows.pads_end.get_mut(axis))
				{
					(*b, *e) = (begin, end);
				}
			}
		}
		Ok(windows)
	}
}

/// Padding that makes the output `⌈size / stride⌉` long.
fn same_padding(size: usize, kernel: usize, stride: usize, dilation: usize) -> Option<usize> {
	let reach = kernel.checked_sub(1)?.checked_mul(dilation)?.checked_add(1)?;
	let last = size.div_ceil(stride).saturating_sub(1).checked_mul(stride)?;
	Some(last.checked_add(reach)?.saturating_sub(size))
}

/// Splits `[N, C, D…]` into N, C and one to three spatial dimensions.
pub(crate) fn batch_channels_spatial(shape: &[usize]) -> Result<(usize, usize, &[usize]), Reason> {
	match shape {
		[batch, channels, spatial @ ..] if (1..=3).contains(&spatial.len()) => {
			Ok((*batch, *channels, spatial))
		}
		_ => Err(Reason(format!(
			"the input must have batch, channel and one to three spatial dimensions, found shape {shape:?}"
		))),
	}
}
