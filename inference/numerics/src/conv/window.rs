//! The sliding window of convolutions and pools, and the walk over its taps.

use alloc::vec::Vec;

use crate::error::ShapeError;

/// A window over one to three spatial axes.
///
/// Fewer than three are kept as three, the missing leading ones of size 1, so that everything downstream is written once;
/// row-major orders are unchanged by that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
	rank: usize,
	pub(crate) kernel: [usize; 3],
	pub(crate) stride: [usize; 3],
	pub(crate) dilation: [usize; 3],
	pub(crate) begin: [usize; 3],
	pub(crate) end: [usize; 3],
}

/// Larger sizes, strides, dilations and pads are refused, so that positions never overflow (and no model needs them).
const LIMIT: usize = 1 << 20;
/// Larger spatial sizes and reaches are refused, so that their sums do not overflow either.
const SIZE_LIMIT: usize = usize::MAX / 8;

impl Window {
	/// A window with the given size, steps between windows, steps between taps, and zero-padding before and after, per
	/// spatial axis. Pads may be asymmetric.
	pub fn new(
		kernel: &[usize],
		strides: &[usize],
		dilations: &[usize],
		pads_begin: &[usize],
		pads_end: &[usize],
	) -> Result<Self, ShapeError> {
		let rank = kernel.len();
		if !(1..=3).contains(&rank) {
			return Err(ShapeError::Invalid("a window has one, two or three spatial axes"));
		}
		let lists = [
			("strides", strides),
			("dilations", dilations),
			("pads_begin", pads_begin),
			("pads_end", pads_end),
		];
		for (what, list) in lists {
			if list.len() != rank {
				return Err(ShapeError::Rank { what, expected: rank, found: list.len() });
			}
		}
		if [kernel, strides, dilations].iter().any(|list| list.contains(&0)) {
			return Err(ShapeError::Invalid("kernel sizes, strides and dilations must be at least 1"));
		}
		if [kernel, strides, dilations, pads_begin, pads_end].iter().any(|l| l.iter().any(|&v| v > LIMIT)) {
			return Err(ShapeError::Invalid(
				"kernel sizes, strides, dilations and pads must be at most 2^20",
			));
		}
		let taps = kernel.iter().try_fold(1usize, |n, &k| n.checked_mul(k));
		if taps.is_none_or(|n| n > LIMIT) {
			return Err(ShapeError::Invalid("a window has at most 2^20 taps"));
		}
		let mut reaches = kernel.iter().zip(dilations).map(|(k, d)| (k - 1).checked_mul(*d));
		if !reaches.all(|reach| reach.is_some_and(|n| n <= SIZE_LIMIT)) {
			return Err(ShapeError::Overflow);
		}
		Ok(Self {
			rank,
			kernel: three(kernel, 1),
			stride: three(strides, 1),
			dilation: three(dilations, 1),
			begin: three(pads_begin, 0),
			end: three(pads_end, 0),
		})
	}

	/// Number of spatial axes.
	pub fn rank(&self) -> usize {
		self.rank
	}

	/// Taps in the window.
	pub(crate) fn taps(&self) -> usize {
		// `new` checked that this does not overflow.
		self.kernel.iter().product()
	}

	/// Spatial shape of the result over `input`, by the ONNX formula. `ceil_mode` counts a last, partial window too,
	/// unless it starts beyond the input and its leading padding.
	pub fn output(&self, input: &[usize], ceil_mode: bool) -> Result<Vec<usize>, ShapeError> {
		let input = self.spatial("input", input)?;
		(3 - self.rank..3).map(|axis| self.output_axis(axis, input[axis], ceil_mode)).collect()
	}

	fn output_axis(&self, axis: usize, input: usize, ceil_mode: bool) -> Result<usize, ShapeError> {
		let padded = input + self.begin[axis] + self.end[axis];
		let reach = self.reach(axis);
		let stride = self.stride[axis];
		let Some(room) = padded.checked_sub(reach) else {
			return Err(ShapeError::Mismatch {
				what: "the window and the padded input",
				left: reach,
				right: padded,
			});
		};
		let floor = room / stride + 1;
		let partial = room % stride != 0 && floor * stride < input + self.begin[axis];
		Ok(floor + usize::from(ceil_mode && partial))
	}

	/// Elements from the first to the last tap, both included.
	pub(crate) fn reach(&self, axis: usize) -> usize {
		(self.kernel[axis] - 1) * self.dilation[axis] + 1
	}

	/// `shape` as three axes, checked against the window's rank and the size limit.
	pub(crate) fn spatial(&self, what: &'static str, shape: &[usize]) -> Result<[usize; 3], ShapeError> {
		if shape.len() != self.rank {
			return Err(ShapeError::Rank { what, expected: self.rank, found: shape.len() });
		}
		if shape.iter().any(|&v| v > SIZE_LIMIT) {
			return Err(ShapeError::Overflow);
		}
		Ok(three(shape, 1))
	}

	/// The input position along `axis` of tap `tap` of window `at`, or `None` in the padding.
	#[inline(always)]
	pub(crate) fn position(&self, axis: usize, at: usize, tap: usize, input: usize) -> Option<usize> {
		(at * self.stride[axis] + tap * self.dilation[axis])
			.checked_sub(self.begin[axis])
			.filter(|&i| i < input)
	}

	/// The tap at place `index` in row-major order.
	#[inline(always)]
	pub(crate) fn tap(&self, index: usize) -> [usize; 3] {
		unravel(index, self.kernel)
	}
}

/// Position of the element `index` of a row-major array.
#[inline(always)]
pub(crate) fn unravel(index: usize, shape: [usize; 3]) -> [usize; 3] {
	[index / (shape[1] * shape[2]), index / shape[2] % shape[1], index % shape[2]]
}

fn three(list: &[usize], fill: usize) -> [usize; 3] {
	let mut axes = [fill; 3];
	axes[3 - list.len()..].copy_from_slice(list);
	axes
}

#[cfg(test)]
mod tests {
	use super::*;

	fn window(kernel: usize, stride: usize, dilation: usize, begin: usize, end: usize) -> Window {
		Window::new(&[kernel], &[stride], &[dilation], &[begin], &[end]).unwrap()
	}

	#[test]
	fn output_should_follow_the_onnx_formula() {
		assert_eq!(window(3, 1, 1, 1, 1).output(&[5], false), Ok(vec![5]));
		assert_eq!(window(3, 2, 1, 0, 0).output(&[6], false), Ok(vec![2]));
		assert_eq!(window(3, 2, 1, 0, 0).output(&[6], true), Ok(vec![3]));
		assert_eq!(window(3, 1, 2, 0, 0).output(&[5], false), Ok(vec![1]));
		// The partial window would start in the trailing padding: not counted.
		assert_eq!(window(1, 2, 1, 0, 1).output(&[1], true), Ok(vec![1]));
	}

	#[test]
	fn window_should_be_refused_when_malformed_or_larger_than_the_input() {
		assert!(Window::new(&[3, 3], &[1], &[1, 1], &[0, 0], &[0, 0]).is_err());
		assert!(Window::new(&[0], &[1], &[1], &[0], &[0]).is_err());
		assert!(Window::new(&[1; 4], &[1; 4], &[1; 4], &[0; 4], &[0; 4]).is_err());
		assert!(Window::new(&[1 << 20, 2], &[1; 2], &[1; 2], &[0; 2], &[0; 2]).is_err());
		assert!(window(3, 1, 1, 0, 0).output(&[2], false).is_err());
	}
}
