//! Matrix products and convolutions.

use alloc::{format, vec, vec::Vec};

use assay_numerics::{Binary, ConvWeight, Cpu, MatMul, PackedConv, PackedMatrix, Strides, Window};

use super::{SliceTensor, double, zeros};
use crate::{
	dtype::DType,
	ops::{ConvParams, ConvTransposeParams, GemmParams, KernelError},
	weights::PackedWeight,
};

impl SliceTensor {
	fn packed_matrix(&self) -> Option<&PackedMatrix> {
		self.packed.as_deref().and_then(PackedWeight::matrix)
	}

	fn packed_conv(&self) -> Option<&PackedConv> {
		self.packed.as_deref().and_then(PackedWeight::conv)
	}
}

/// Splits a shape into leading dimensions, rows and columns.
pub(super) fn matrices(shape: &[usize]) -> Result<(&[usize], usize, usize), KernelError> {
	match shape {
		[batch @ .., rows, cols] => Ok((batch, *rows, *cols)),
		_ => Err(KernelError::Backend(format!("{shape:?} is no matrix"))),
	}
}

/// `transposed` says whether `b` is `[…, N, K]`, not `[…, K, N]`.
pub(super) fn matmul(
	cpu: Cpu,
	a: &SliceTensor,
	b: &SliceTensor,
	transposed: bool,
) -> Result<SliceTensor, KernelError> {
	if a.data.dtype() == DType::F64 {
		return double::matmul(cpu, a, b, transposed);
	}
	let (a_batch, rows, k) = matrices(&a.shape)?;
	let (b_batch, b_rows, b_cols) = matrices(&b.shape)?;
	let (n, b_strides) =
		if transposed { (b_rows, Strides::transposed(b_cols)) } else { (b_cols, Strides::row_major(b_cols)) };
	let (mut shape, offsets) = assay_numerics::batch_offsets(a_batch, b_batch, rows * k, k * n)?;
	// One right-hand matrix for all: the left-hand ones stacked are one tall matrix, and its rows do not know.
	let (m, offsets) = if b_batch.is_empty() {
		(rows * offsets.len(), vec![(0, 0); usize::from(!offsets.is_empty())])
	} else {
		(rows, offsets)
	};
	shape.extend([rows, n]);
	let strides = Strides::row_major(k);
	let out = if let Some(weight) = b.packed_matrix().filter(|_| !transposed) {
		assay_numerics::matmul_packed_to_vec(cpu, m, a.f32()?, strides, weight, None, &[])?
	} else {
		let product = MatMul { m, k, n, a: strides, b: b_strides };
		assay_numerics::matmul_batched_to_vec(cpu, &product, &offsets, a.f32()?, b.f32()?)?
	};
	SliceTensor::from_vec(shape, out)
}

pub(super) fn gemm(
	cpu: Cpu,
	params: &GemmParams,
	a: &SliceTensor,
	b: &SliceTensor,
	c: Option<&SliceTensor>,
) -> Result<SliceTensor, KernelError> {
	if a.data.dtype() == DType::F64 {
		return double::gemm(cpu, params, a, b, c);
	}
	let (_, a_rows, a_cols) = matrices(&a.shape)?;
	let (_, b_rows, b_cols) = matrices(&b.shape)?;
	let (m, k, a_strides) = if params.trans_a {
		(a_cols, a_rows, Strides::transposed(a_cols))
	} else {
		(a_rows, a_cols, Strides::row_major(a_cols))
	};
	let (n, b_strides) = if params.trans_b {
		(b_rows, Strides::transposed(b_cols))
	} else {
		(b_cols, Strides::row_major(b_cols))
	};
	let shape = vec![m, n];
	// A bias per column can be added at once.
	let mut c = c;
	let mut out = if let Some(weight) = b.packed_matrix() {
		let bias = c.filter(|c| params.alpha == 1.0 && params.beta == 1.0 && is_row(&c.shape, n));
		let values = bias.map(SliceTensor::f32).transpose()?;
		c = c.filter(|_| bias.is_none());
		assay_numerics::matmul_packed_to_vec(cpu, m, a.f32()?, a_strides, weight, values, &[])?
	} else {
		let product = MatMul { m, k, n, a: a_strides, b: b_strides };
		assay_numerics::matmul_batched_to_vec(cpu, &product, &[(0, 0)], a.f32()?, b.f32()?)?
	};
	if params.alpha != 1.0 {
		out = scaled(cpu, &out, params.alpha)?;
	}
	if let Some(c) = c {
		let scaled_c;
		let summand = if params.beta == 1.0 {
			c.f32()?
		} else {
			scaled_c = scaled(cpu, c.f32()?, params.beta)?;
			&scaled_c
		};
		let mut sum = zeros(&shape)?;
		assay_numerics::binary(cpu, Binary::Add, &out, &shape, summand, &c.shape, &mut sum)?;
		out = sum;
	}
	SliceTensor::from_vec(shape, out)
}

/// Whether a shape is that of a row of `n` elements.
fn is_row(shape: &[usize], n: usize) -> bool {
	matches!(shape, [len] | [1, len] if *len == n)
}

fn scaled(cpu: Cpu, x: &[f32], factor: f32) -> Result<Vec<f32>, KernelError> {
	let mut out = zeros(&[x.len()])?;
	assay_numerics::binary_scalar(cpu, Binary::Mul, x, factor, &mut out)?;
	Ok(out)
}

/// Splits a shape into its first two dimensions and the spatial ones.
fn spatial(shape: &[usize]) -> Result<(usize, usize, &[usize]), KernelError> {
	match shape {
		[first, second, spatial @ ..] => Ok((*first, *second, spatial)),
		_ => Err(KernelError::Backend(format!("{shape:?} has no spatial dimensions"))),
	}
}

fn window(params: &ConvParams, kernel: &[usize]) -> Result<Window, KernelError> {
	Ok(Window::new(kernel, &params.strides, &params.dilations, &params.pads_begin, &params.pads_end)?)
}

pub(super) fn conv(
	cpu: Cpu,
	params: &ConvParams,
	x: &SliceTensor,
	w: &SliceTensor,
	b: Option<&SliceTensor>,
) -> Result<SliceTensor, KernelError> {
	let (batch, in_channels, input) = spatial(&x.shape)?;
	let (out_channels, _, kernel) = spatial(&w.shape)?;
	let window = window(params, kernel)?;
	let conv = assay_numerics::Conv {
		batch,
		in_channels,
		out_channels,
		groups: params.group,
		input,
		window: &window,
	};
	let mut shape = vec![batch, out_channels];
	shape.extend(conv.output()?);
	if x.data.dtype() == DType::F64 {
		return double::conv(cpu, &conv, shape, x, w, b);
	}
	let bias = b.map(SliceTensor::f32).transpose()?;
	let w = match w.packed_conv() {
		Some(w) => ConvWeight::Packed(w),
		None => ConvWeight::Plain(w.f32()?),
	};
	let out = assay_numerics::conv_to_vec(cpu, &conv, x.f32()?, w, bias, &[])?;
	SliceTensor::from_vec(shape, out)
}

pub(super) fn conv_transpose(
	cpu: Cpu,
	params: &ConvTransposeParams,
	x: &SliceTensor,
	w: &SliceTensor,
	b: Option<&SliceTensor>,
) -> Result<SliceTensor, KernelError> {
	let (batch, in_channels, input) = spatial(&x.shape)?;
	let (_, per_group, kernel) = spatial(&w.shape)?;
	let window = window(&params.conv, kernel)?;
	let groups = params.conv.group;
	let out_channels = per_group * groups;
	let conv = assay_numerics::ConvTranspose {
		batch,
		in_channels,
		out_channels,
		groups,
		input,
		window: &window,
		output_padding: &params.output_padding,
	};
	let mut shape = vec![batch, out_channels];
	shape.extend(conv.output()?);
	if x.data.dtype() == DType::F64 {
		return double::conv_transpose(cpu, &conv, shape, x, w, b);
	}
	let mut out = zeros(&shape)?;
	let bias = b.map(SliceTensor::f32).transpose()?;
	match w.packed_conv() {
		Some(w) => assay_numerics::conv_transpose_packed(cpu, &conv, x.f32()?, w, bias, &mut out)?,
		None => assay_numerics::conv_transpose(cpu, &conv, x.f32()?, w.f32()?, bias, &mut out)?,
	}
	SliceTensor::from_vec(shape, out)
}
