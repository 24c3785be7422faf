//! Matrix products and convolutions in `float64`: the same definitions, without the packing.

use alloc::{vec, vec::Vec};

use assay_numerics::{
	Binary, Conv, ConvTranspose, Cpu, MatMul, Strides, binary, binary_scalar, conv_f64, conv_transpose_f64,
	matmul_batched_f64,
};

use super::{SliceTensor, linear::matrices, zeros};
use crate::ops::{GemmParams, KernelError};

/// `transposed` says whether `b` is `[…, N, K]`, not `[…, K, N]`.
pub(super) fn matmul(
	cpu: Cpu,
	a: &SliceTensor,
	b: &SliceTensor,
	transposed: bool,
) -> Result<SliceTensor, KernelError> {
	let (a_batch, m, k) = matrices(&a.shape)?;
	let (b_batch, b_rows, b_cols) = matrices(&b.shape)?;
	let (n, b_strides) =
		if transposed { (b_rows, Strides::transposed(b_cols)) } else { (b_cols, Strides::row_major(b_cols)) };
	let (mut shape, offsets) = assay_numerics::batch_offsets(a_batch, b_batch, m * k, k * n)?;
	shape.extend([m, n]);
	let mut out = zeros(&shape)?;
	let product = MatMul { m, k, n, a: Strides::row_major(k), b: b_strides };
	matmul_batched_f64(cpu, &product, &offsets, a.slice()?, b.slice()?, &mut out)?;
	SliceTensor::from_vec(shape, out)
}

pub(super) fn gemm(
	cpu: Cpu,
	params: &GemmParams,
	a: &SliceTensor,
	b: &SliceTensor,
	c: Option<&SliceTensor>,
) -> Result<SliceTensor, KernelError> {
	let oriented = |x: &SliceTensor, transposed| {
		let (_, rows, cols) = matrices(&x.shape)?;
		Ok::<_, KernelError>(if transposed {
			(cols, rows, Strides::transposed(cols))
		} else {
			(rows, cols, Strides::row_major(cols))
		})
	};
	let (m, k, a_strides) = oriented(a, params.trans_a)?;
	let (_, n, b_strides) = oriented(b, params.trans_b)?;
	let scaled = |x: &[f64], factor: f32| {
		let mut out = zeros(&[x.len()])?;
		binary_scalar(cpu, Binary::Mul, x, f64::from(factor), &mut out)?;
		Ok::<_, KernelError>(out)
	};
	let shape = vec![m, n];
	let mut out = zeros(&shape)?;
	let product = MatMul { m, k, n, a: a_strides, b: b_strides };
	matmul_batched_f64(cpu, &product, &[(0, 0)], a.slice()?, b.slice()?, &mut out)?;
	if params.alpha != 1.0 {
		out = scaled(&out, params.alpha)?;
	}
	if let Some(c) = c {
		let mut summand = c.slice::<f64>()?.to_vec();
		if params.beta != 1.0 {
			summand = scaled(&summand, params.beta)?;
		}
		let mut sum = zeros(&shape)?;
		binary(cpu, Binary::Add, &out, &shape, &summand, &c.shape, &mut sum)?;
		out = sum;
	}
	SliceTensor::from_vec(shape, out)
}

/// `shape` is that of the result.
pub(super) fn conv(
	cpu: Cpu,
	conv: &Conv<'_>,
	shape: Vec<usize>,
	x: &SliceTensor,
	w: &SliceTensor,
	b: Option<&SliceTensor>,
) -> Result<SliceTensor, KernelError> {
	let mut out = zeros(&shape)?;
	let bias = b.map(SliceTensor::slice).transpose()?;
	conv_f64(cpu, conv, x.slice()?, w.slice()?, bias, &mut out)?;
	SliceTensor::from_vec(shape, out)
}

/// `shape` is that of the result.
pub(super) fn conv_transpose(
	cpu: Cpu,
	conv: &ConvTranspose<'_>,
	shape: Vec<usize>,
	x: &SliceTensor,
	w: &SliceTensor,
	b: Option<&SliceTensor>,
) -> Result<SliceTensor, KernelError> {
	let mut out = zeros(&shape)?;
	let bias = b.map(SliceTensor::slice).transpose()?;
	conv_transpose_f64(cpu, conv, x.slice()?, w.slice()?, bias, &mut out)?;
	SliceTensor::from_vec(shape, out)
}
