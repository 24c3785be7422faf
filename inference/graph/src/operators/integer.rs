//! Products of 8-bit integers, exact in 32 bits.
//!
//! Integers below 2²⁴ are exact in `float32`. The difference of an 8-bit integer and its zero point is at most 255, so 256
//! products of two such differences stay below 2²⁴ whatever the order in which they are added: the floating-point kernels
//! compute them exactly, 256 at a time, and the sums of blocks are added as `int32`, which wraps.

use alloc::{format, vec, vec::Vec};

use super::{
	plan::{Inputs, Reason, broadcast},
	quantize::{range, saturate, single},
};
use crate::{
	dtype::DType,
	error::wrong_dtype,
	metering::{self, ARITHMETIC, MOVE},
	ops::{AxisSlice, Binary, ConvParams, KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// Products that are added exactly.
const EXACT: usize = 256;

/// Cost of products and of what is around them, for operands and an output of these shapes and sums over `depth`.
pub(super) fn work(a: &[usize], b: &[usize], output: &[usize], depth: usize) -> u64 {
	let blocks = (depth as u64).div_ceil(EXACT as u64).max(1);
	let each = (depth as u64).saturating_add(blocks.saturating_mul(MOVE)).saturating_add(MOVE);
	let operands = metering::elements(a).saturating_add(metering::elements(b));
	metering::elements(output)
		.saturating_mul(each)
		.saturating_add(operands.saturating_mul(MOVE + 2 * ARITHMETIC))
}

/// Bytes of temporaries: the operands widened, centred and cut, the output as block, sum and number.
pub(super) fn scratch(a: &[usize], b: &[usize], output: &[usize]) -> u64 {
	let bytes = |shape: &[usize]| metering::bytes(&TensorSpec::new(DType::F32, shape));
	let operands = bytes(a).saturating_add(bytes(b)).saturating_mul(3);
	bytes(output).saturating_mul(4).saturating_add(operands)
}

/// Checks an 8-bit operand and its zero point, if there is one.
pub(super) fn check_operand(inputs: Inputs<'_>, index: usize, zero_point: usize) -> Result<(), Reason> {
	let dtype = inputs.dtype(index)?;
	if !matches!(dtype, DType::I8 | DType::U8) {
		return Err(Reason(wrong_dtype(&format!("input {index}"), dtype, "int8 or uint8")));
	}
	match inputs.optional(zero_point) {
		Some(spec) if spec.dtype != dtype => Err(Reason(wrong_dtype(
			&format!("the zero point of input {index}"),
			spec.dtype,
			"of the type of that input",
		))),
		_ => Ok(()),
	}
}

/// The type of an output, which is that of its zero point, with its range.
pub(super) fn output_type(inputs: Inputs<'_>, zero_point: usize) -> Result<(DType, f32, f32), Reason> {
	let dtype = inputs.dtype(zero_point)?;
	match (dtype, range(dtype)) {
		(DType::I8 | DType::U8, Some((min, max))) => Ok((dtype, min, max)),
		_ => Err(Reason(wrong_dtype("the zero point of the output", dtype, "int8 or uint8"))),
	}
}

/// Which entries of a matrix share a scale or zero point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Along {
	/// Those of a row.
	Rows,
	/// Those of a column.
	Columns,
}

/// The shape to give scales or zero points of a matrix of shape `matrix`: one for all, or one for each row or column.
pub(super) fn aligned(found: &[usize], matrix: &[usize], along: Along) -> Result<Vec<usize>, Reason> {
	if metering::elements(found) == 1 {
		return Ok(Vec::new());
	}
	let misfit = || {
		Reason(format!("scales or zero points of shape {found:?} do not fit a matrix of shape {matrix:?}"))
	};
	let (rows, cols) = match matrix {
		[.., rows, cols] => (*rows, *cols),
		_ => return Err(misfit()),
	};
	let shape = match (along, found) {
		(Along::Rows, [count]) if *count == rows => vec![rows, 1],
		(Along::Columns, [count]) if *count == cols => vec![cols],
		(Along::Rows, [.., 1]) | (Along::Columns, [.., 1, _]) => found.to_vec(),
		_ => return Err(misfit()),
	};
	if broadcast(&shape, matrix)? == matrix { Ok(shape) } else { Err(misfit()) }
}

/// `x − zero_point` as `float32`; `shape` is what makes the zero point broadcast.
pub(super) fn centred<T: TensorOps>(
	ops: &T,
	x: &T::Tensor,
	zero_point: Option<&T::Tensor>,
	shape: &[usize],
) -> Result<T::Tensor, KernelError> {
	let x = single(ops, x)?;
	let Some(zero_point) = zero_point else { return Ok(x) };
	ops.binary(Binary::Sub, &x, &ops.reshape(&single(ops, zero_point)?, shape)?)
}

/// `saturate(round(sums · (a_scale · b_scale / y_scale)) + zero_point)`. Scales and zero point broadcast with the sums.
pub(super) fn requantize<T: TensorOps>(
	ops: &T,
	sums: &T::Tensor,
	[a_scale, b_scale, y_scale]: [&T::Tensor; 3],
	zero_point: &T::Tensor,
	output: (DType, f32, f32),
) -> Result<T::Tensor, KernelError> {
	let factor = ops.binary(Binary::Div, &ops.binary(Binary::Mul, a_scale, b_scale)?, y_scale)?;
	let scaled = ops.binary(Binary::Mul, &single(ops, sums)?, &factor)?;
	saturate(ops, &scaled, Some(&single(ops, zero_point)?), output)
}

/// The part of `x` from index `start` of `axis` on.
fn part<T: TensorOps>(
	ops: &T,
	x: &T::Tensor,
	axis: usize,
	start: usize,
	len: usize,
) -> Result<T::Tensor, KernelError> {
	let whole = ops.spec(x).shape;
	let axes: Vec<_> = whole
		.iter()
		.enumerate()
		.map(|(at, &size)| match at == axis {
			true => AxisSlice { start, step: 1, len },
			false => AxisSlice { start: 0, step: 1, len: size },
		})
		.collect();
	ops.slice(x, &axes)
}

/// Adds what the blocks give, as `int32`.
fn total<T: TensorOps>(
	ops: &T,
	blocks: impl Iterator<Item = Result<T::Tensor, KernelError>>,
) -> Result<T::Tensor, KernelError> {
	let mut sum: Option<T::Tensor> = None;
	for block in blocks {
		let block = ops.cast(&block?, DType::I32)?;
		sum = Some(match sum {
			Some(sum) => ops.binary(Binary::Add, &sum, &block)?,
			None => block,
		});
	}
	sum.ok_or_else(|| KernelError::Backend("a sum of no blocks".into()))
}

/// `[…, M, K] × […, K, N] → […, M, N]` of centred operands, as `int32`.
pub(super) fn matmul<T: TensorOps>(ops: &T, a: &T::Tensor, b: &T::Tensor) -> Result<T::Tensor, KernelError> {
	let (a_shape, b_shape) = (ops.spec(a).shape, ops.spec(b).shape);
	let depth = a_shape.last().copied().unwrap_or(0);
	if depth <= EXACT {
		return ops.cast(&ops.matmul(a, b)?, DType::I32);
	}
	let (a_axis, b_axis) = (a_shape.len().saturating_sub(1), b_shape.len().saturating_sub(2));
	total(
		ops,
		(0..depth).step_by(EXACT).map(|start| {
			let len = EXACT.min(depth - start);
			ops.matmul(&part(ops, a, a_axis, start, len)?, &part(ops, b, b_axis, start, len)?)
		}),
	)
}

/// The convolution of centred operands, as `int32`.
pub(super) fn conv<T: TensorOps>(
	ops: &T,
	params: &ConvParams,
	x: &T::Tensor,
	w: &T::Tensor,
) -> Result<T::Tensor, KernelError> {
	let (x_shape, w_shape) = (ops.spec(x).shape, ops.spec(w).shape);
	let (&[batch, _, ref input @ ..], &[_, channels, ref kernel @ ..]) =
		(x_shape.as_slice(), w_shape.as_slice())
	else {
		return Err(KernelError::Backend(format!("{x_shape:?} and {w_shape:?} do not convolve")));
	};
	let taps = kernel.iter().product::<usize>().max(1);
	if channels.saturating_mul(taps) <= EXACT {
		return ops.cast(&ops.conv(params, x, w, None)?, DType::I32);
	}
	// Channels of each group at a time, and taps of those; all the others are multiplied by 0.
	let step = (EXACT / taps).max(1);
	let grouped = [&[batch, params.group, channels], input].concat();
	let x = ops.reshape(x, &grouped)?;
	let blocks = (0..channels).step_by(step).flat_map(|start| {
		let len = step.min(channels - start);
		(0..taps).step_by(EXACT).map(move |first| (start, len, first))
	});
	total(
		ops,
		blocks.map(|(start, len, first)| {
			let x = part(ops, &x, 2, start, len)?;
			let x = ops.reshape(&x, &[&[batch, params.group * len], input].concat())?;
			let mut w = part(ops, w, 1, start, len)?;
			if taps > EXACT {
				let chosen =
					(0..taps).map(|tap| if (first..first + EXACT).contains(&tap) { 1.0 } else { 0.0 });
				let mask = HostTensor::from_vec::<f32>(kernel, chosen.collect())
					.map_err(|error| KernelError::Backend(format!("{error}")))?;
				w = ops.binary(Binary::Mul, &w, &ops.from_host(mask)?)?;
			}
			ops.conv(params, &x, &w, None)
		}),
	)
}

/// How many times as much work a convolution is for the taps that are masked.
pub(super) fn passes(kernel: &[usize]) -> u64 {
	metering::elements(kernel).div_ceil(EXACT as u64).max(1)
}
