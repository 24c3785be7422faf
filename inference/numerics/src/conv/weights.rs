//! Weights of convolutions, as given or packed once.

use alloc::vec::Vec;
use core::fmt;

use super::per_group;
use crate::{
	error::{ShapeError, elements, exact_length},
	isa::Cpu,
	matmul::{PackedMatrix, Strides},
};

/// Whose weight it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConvKind {
	/// Of a convolution: [out_channels, in_channels / groups, taps…].
	Forward,
	/// Of a transposed convolution: [in_channels, out_channels / groups, taps…].
	Transposed,
}

/// The weight of a convolution, in the order in which kernels read it: for [`conv_packed`](super::conv_packed) and
/// [`conv_transpose_packed`](super::conv_transpose_packed). It takes the place of the weight it was made from.
pub struct PackedConv {
	kind: ConvKind,
	in_channels: usize,
	out_channels: usize,
	taps: usize,
	/// For each group the matrix [in channel, tap] × [out channel].
	groups: Vec<PackedMatrix>,
}

impl fmt::Debug for PackedConv {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("PackedConv")
			.field("kind", &self.kind)
			.field("in_channels", &self.in_channels)
			.field("out_channels", &self.out_channels)
			.field("taps", &self.taps)
			.field("groups", &self.groups.len())
			.finish()
	}
}

impl PackedConv {
	/// Packs `w`, which has so many taps per pair of channels. `None` if it is better left as it is, because groups have so few
	/// output channels that panels would be mostly empty.
	pub fn new(
		cpu: Cpu,
		kind: ConvKind,
		in_channels: usize,
		out_channels: usize,
		groups: usize,
		taps: usize,
		w: &[f32],
	) -> Result<Option<Self>, ShapeError> {
		let (per_in, per_out) = per_group(in_channels, out_channels, groups)?;
		exact_length("the convolution's weight", elements(&[out_channels, per_in, taps])?, w.len())?;
		if w.is_empty() || !PackedMatrix::is_compact(per_out) {
			return Ok(None);
		}
		let k = per_in * taps;
		let ordered;
		let w = match kind {
			ConvKind::Forward => w,
			ConvKind::Transposed => {
				ordered = by_output(w, groups, per_in, per_out, taps);
				&ordered
			}
		};
		let groups = w
			.chunks_exact(per_out * k)
			.map(|w| PackedMatrix::new(cpu, k, per_out, w, Strides::transposed(k)))
			.collect::<Result<_, _>>()?;
		Ok(Some(Self { kind, in_channels, out_channels, taps, groups }))
	}

	/// The weight again.
	pub fn unpack(&self) -> Vec<f32> {
		let groups = self.groups.len();
		let (per_in, per_out) = (self.in_channels / groups, self.out_channels / groups);
		let mut w = Vec::with_capacity(self.out_channels * per_in * self.taps);
		for group in &self.groups {
			let matrix = group.unpack();
			let mut push = |from: usize, out: usize| {
				w.extend((from..from + self.taps).map(|k| matrix[k * per_out + out]));
			};
			match self.kind {
				ConvKind::Forward => (0..per_out)
					.for_each(|out| (0..per_in).for_each(|channel| push(channel * self.taps, out))),
				ConvKind::Transposed => (0..per_in)
					.for_each(|channel| (0..per_out).for_each(|out| push(channel * self.taps, out))),
			}
		}
		w
	}

	/// Fails if this is not the weight of such a convolution.
	pub(super) fn check(
		&self,
		kind: ConvKind,
		[in_channels, out_channels, groups, taps]: [usize; 4],
	) -> Result<(), ShapeError> {
		let found = (self.kind, self.in_channels, self.out_channels, self.groups.len(), self.taps);
		if found == (kind, in_channels, out_channels, groups, taps) {
			Ok(())
		} else {
			Err(ShapeError::Invalid("the packed weight is that of another convolution"))
		}
	}
}

/// A weight as it is given to [`conv_to_vec`](super::conv_to_vec).
#[derive(Clone, Copy, Debug)]
pub enum ConvWeight<'a> {
	/// As the operator has it.
	Plain(&'a [f32]),
	/// Packed before.
	Packed(&'a PackedConv),
}

/// A weight in the order [group, out, in, tap].
#[derive(Clone, Copy)]
pub(super) enum Weights<'a> {
	Plain(&'a [f32]),
	Packed(&'a PackedConv),
}

impl<'a> Weights<'a> {
	/// Those of one group, which has so many.
	pub(super) fn group(self, group: usize, len: usize) -> GroupWeights<'a> {
		match self {
			Self::Plain(w) => GroupWeights::Plain(&w[group * len..(group + 1) * len]),
			Self::Packed(packed) => GroupWeights::Packed(&packed.groups[group]),
		}
	}
}

/// The weights of a group.
#[derive(Clone, Copy)]
pub(super) enum GroupWeights<'a> {
	Plain(&'a [f32]),
	Packed(&'a PackedMatrix),
}

/// From the order of a transposed convolution, [group, in, out, tap], to that in which a product reads it, [group, out, in,
/// tap].
pub(super) fn by_output<T: Copy>(
	w: &[T],
	groups: usize,
	per_in: usize,
	per_out: usize,
	taps: usize,
) -> Vec<T> {
	let mut ordered = Vec::with_capacity(w.len());
	// A weight without elements may claim any number of groups.
	for group in 0..if w.is_empty() { 0 } else { groups } {
		for out in 0..per_out {
			for channel in group * per_in..(group + 1) * per_in {
				ordered.extend_from_slice(&w[(channel * per_out + out) * taps..][..taps]);
			}
		}
	}
	ordered
}
