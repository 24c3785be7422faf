//! `DFT` and `STFT`: products with the matrix of the transform.

use alloc::{format, vec, vec::Vec};

use assay_numerics::signal::{Fourier, dft_matrix};

use super::{
	Family, NodeContext, Operator,
	plan::{self, Inputs, Plan, Reason, Tensors, dim, dim_product},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	limits::MAX_DIM,
	metering::{self, ARITHMETIC, MOVE, TRANSCENDENTAL},
	ops::{AxisSlice, Binary, KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// A transform of rows of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Transform {
	kind: Fourier,
	/// Points of the transform.
	length: usize,
	/// Points of the input that take part; the others are 0.
	points: usize,
	/// Numbers in a point of the input.
	parts: usize,
	/// Points of the output.
	bins: usize,
	dtype: DType,
}

impl Transform {
	/// Numbers in a point of the output.
	fn outputs(&self) -> usize {
		if self.kind == Fourier::InverseOfHalf { 1 } else { 2 }
	}

	/// Shape of the matrix.
	fn matrix(&self) -> Result<[usize; 2], Reason> {
		Ok([dim_product(&[self.points, self.parts])?, dim_product(&[self.bins, self.outputs()])?])
	}

	/// Work and bytes of temporaries for so many rows.
	fn cost(&self, rows: u64) -> Result<(u64, u64), Reason> {
		let [k, n] = self.matrix()?;
		let table = TensorSpec::new(self.dtype, [k, n]);
		let output = rows.saturating_mul(n as u64);
		let work = metering::elements(&table.shape)
			.saturating_mul(MOVE)
			.saturating_add((self.length as u64).saturating_mul(2 * TRANSCENDENTAL))
			.saturating_add(output.saturating_mul((k as u64).saturating_add(2 * MOVE + ARITHMETIC)))
			.saturating_add(rows.saturating_mul(k as u64).saturating_mul(2 * MOVE));
		let elements = rows.saturating_mul((k as u64).saturating_mul(2).saturating_add(n as u64));
		let waves = (self.length as u64).saturating_mul(16);
		let scratch = elements.saturating_mul(self.dtype.size() as u64);
		Ok((work, scratch.saturating_add(metering::bytes(&table).saturating_mul(2)).saturating_add(waves)))
	}

	/// `[rows, points · parts]` to `[rows, bins · outputs]`.
	fn run<T: TensorOps>(&self, ops: &T, x: &T::Tensor) -> Result<T::Tensor, KernelError> {
		let shape = self.matrix().map_err(|Reason(reason)| KernelError::Backend(reason))?;
		let Self { kind, length, points, parts, bins, dtype } = *self;
		let matrix = if dtype == DType::F64 {
			dft_matrix::<f64>(kind, length, points, parts, bins)
				.map(|matrix| HostTensor::from_vec(shape, matrix))
		} else {
			dft_matrix::<f32>(kind, length, points, parts, bins)
				.map(|matrix| HostTensor::from_vec(shape, matrix))
		};
		let Some(Ok(matrix)) = matrix else {
			return Err(KernelError::Backend(format!("a Fourier matrix of shape {shape:?} is too large")));
		};
		let y = ops.matmul(x, &ops.from_host(matrix)?)?;
		if kind == Fourier::Forward {
			return Ok(y);
		}
		// Exact: a length is below 2^31, and converted with one rounding.
		let count = ops.cast(&ops.from_host(HostTensor::scalar(length as f64))?, dtype)?;
		ops.binary(Binary::Div, &y, &count)
	}
}

/// `DFT`.
#[derive(Clone, Debug)]
pub(crate) struct Dft {
	/// From the attribute; since operator set 20 an input.
	axis: i64,
	inverse: bool,
	onesided: bool,
}

pub(crate) fn parse_dft(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let axis = if node.opset < 20 { node.attributes.int("axis")?.unwrap_or(1) } else { -2 };
	let inverse = node.attributes.flag("inverse", false)?;
	Ok(Dft { axis, inverse, onesided: node.attributes.flag("onesided", false)? }.into())
}

/// What a [`Dft`] does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DftCall {
	transform: Transform,
	/// Brings the axis next to the parts.
	permutation: Vec<usize>,
	/// The points that take part, before the permutation.
	cut: Vec<AxisSlice>,
	rows: usize,
	output: Vec<usize>,
}

/// One number of an input that is an integer; `None` if it is left out.
fn integer(inputs: Inputs<'_>, index: usize) -> Result<Option<i64>, Reason> {
	match inputs.ints(index)? {
		None => Ok(None),
		Some(values) if values.len() == 1 => Ok(values.first().copied()),
		Some(values) => Err(Reason(format!("input {index} must be one integer, found {}", values.len()))),
	}
}

/// A length of at least one.
fn length(value: i64, what: &str) -> Result<usize, Reason> {
	match dim(value)? {
		0 => Err(Reason(format!("{what} must be at least 1"))),
		length => Ok(length),
	}
}

/// The number of parts of a point: the last dimension.
fn parts(shape: &[usize]) -> Result<usize, Reason> {
	match shape.last() {
		Some(&parts @ (1 | 2)) => Ok(parts),
		_ => {
			Err(Reason(format!("the last dimension must be 1 (real) or 2 (complex), found shape {shape:?}")))
		}
	}
}

impl Family for Dft {
	type Call = DftCall;

	const HOST_INPUTS: &'static [usize] = &[1, 2];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<DftCall>, Reason> {
		let x = inputs.spec(0)?;
		if !x.dtype.is_real() {
			return Err(Reason(format!("the input must be a floating-point number, found {}", x.dtype)));
		}
		let rank = x.shape.len();
		let parts = parts(&x.shape)?;
		let axis = plan::axis(integer(inputs, 2)?.unwrap_or(self.axis), rank)?;
		if axis + 1 == rank {
			return Err("the last axis holds real and imaginary parts and is not transformed".into());
		}
		let found = x.shape.get(axis).copied().unwrap_or(0);
		let half = self.inverse && self.onesided;
		if half && parts != 2 {
			return Err("the inverse of half a spectrum needs a complex input".into());
		}
		let default = if half { found.saturating_sub(1).saturating_mul(2) } else { found };
		let given = integer(inputs, 1)?.unwrap_or(i64::try_from(default).unwrap_or(i64::MAX));
		let length = length(given, "the length of the transform")?;
		let kept = if self.onesided { length / 2 + 1 } else { length };
		let (kind, points, bins) = match (self.inverse, self.onesided) {
			(false, _) => (Fourier::Forward, found.min(length), kept),
			(true, false) => (Fourier::Inverse, found.min(length), length),
			(true, true) => (Fourier::InverseOfHalf, found.min(kept), length),
		};
		let transform = Transform { kind, length, points, parts, bins, dtype: x.dtype };
		let others = (0..rank).filter(|&other| other != axis && other + 1 != rank);
		let permutation: Vec<usize> = others.chain([axis, rank - 1]).collect();
		let cut: Vec<AxisSlice> = x
			.shape
			.iter()
			.enumerate()
			.map(|(at, &len)| AxisSlice { start: 0, step: 1, len: if at == axis { points } else { len } })
			.collect();
		let mut outer = x.shape.clone();
		outer.truncate(rank - 1);
		outer.remove(axis);
		let rows = dim_product(&outer)?;
		let mut output = x.shape.clone();
		output.splice(axis..=axis, [bins]);
		output.splice(rank - 1.., [transform.outputs()]);
		let (work, scratch) = transform.cost(rows as u64)?;
		let spec = TensorSpec::new(x.dtype, output.as_slice());
		let call = DftCall { transform, permutation, cut, rows, output };
		Ok(Plan { scratch, ..Plan::new(spec, work, call) })
	}

	fn run<T: TensorOps>(
		&self,
		call: DftCall,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let DftCall { transform, permutation, cut, rows, output } = call;
		let x = ops.transpose(&ops.slice(inputs.get(0)?, &cut)?, &permutation)?;
		let x = ops.reshape(&x, &[rows, transform.points * transform.parts])?;
		let y = transform.run(ops, &x)?;
		let permuted: Vec<usize> =
			permutation.iter().map(|&axis| output.get(axis).copied().unwrap_or(1)).collect();
		let mut back = vec![0; permutation.len()];
		for (to, &from) in permutation.iter().enumerate() {
			if let Some(slot) = back.get_mut(from) {
				*slot = to;
			}
		}
		Ok(vec![ops.transpose(&ops.reshape(&y, &permuted)?, &back)?])
	}
}

/// `STFT`: transforms of overlapping frames, each multiplied by a window first.
#[derive(Clone, Debug)]
pub(crate) struct Stft {
	onesided: bool,
}

pub(crate) fn parse_stft(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Stft { onesided: node.attributes.flag("onesided", true)? }.into())
}

/// What an [`Stft`] does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StftCall {
	transform: Transform,
	batch: usize,
	frames: usize,
	step: usize,
}

impl Family for Stft {
	type Call = StftCall;

	const HOST_INPUTS: &'static [usize] = &[1, 3];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<StftCall>, Reason> {
		let x = inputs.spec(0)?;
		let &[batch, samples, _] = x.shape.as_slice() else {
			return Err(Reason(format!(
				"the signal must have shape [batch, length, parts], found {:?}",
				x.shape
			)));
		};
		let parts = parts(&x.shape)?;
		if !x.dtype.is_real() {
			return Err(Reason(format!("the signal must be a floating-point number, found {}", x.dtype)));
		}
		let step = length(integer(inputs, 1)?.unwrap_or(0), "the step between frames")?;
		let window = match inputs.optional(2) {
			None => None,
			Some(window) if window.dtype != x.dtype => {
				return Err(Reason(format!("the window is {} and the signal {}", window.dtype, x.dtype)));
			}
			Some(window) => match window.shape.as_slice() {
				&[size] => Some(size),
				shape => return Err(Reason(format!("the window must be a vector, found shape {shape:?}"))),
			},
		};
		let length = match (integer(inputs, 3)?, window) {
			(Some(given), _) => length(given, "the length of a frame")?,
			(None, Some(window)) => window,
			(None, None) => samples,
		};
		if window.is_some_and(|window| window != length) || length == 0 || length > samples {
			return Err(Reason(format!(
				"frames of {length} do not fit a signal of {samples} and a window of {}",
				window.unwrap_or(length)
			)));
		}
		let frames = (samples - length) / step + 1;
		let bins = if self.onesided { length / 2 + 1 } else { length };
		let transform =
			Transform { kind: Fourier::Forward, length, points: length, parts, bins, dtype: x.dtype };
		let rows = dim_product(&[batch, frames])?;
		let gathered = dim_product(&[frames, length])?;
		let (work, scratch) = transform.cost(rows as u64)?;
		let indices = (gathered as u64).saturating_mul(8);
		let scratch = scratch.saturating_add(indices);
		let output = TensorSpec::new(x.dtype, [batch, frames, bins, 2]);
		Ok(Plan { scratch, ..Plan::new(output, work, StftCall { transform, batch, frames, step }) })
	}

	fn run<T: TensorOps>(
		&self,
		call: StftCall,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let StftCall { transform, batch, frames, step } = call;
		let Transform { length, parts, bins, .. } = transform;
		// Below the length of the signal, which is a dimension.
		const _: () = assert!(MAX_DIM as u64 <= i64::MAX as u64);
		let starts = (0..frames).map(|frame| frame * step);
		let indices = starts.flat_map(|start| (start..start + length).map(|index| index as i64)).collect();
		let indices = ops.from_host(HostTensor::vector::<i64>(indices))?;
		let gathered = ops.gather(inputs.get(0)?, &indices, 1)?;
		let rows = batch * frames;
		let mut x = ops.reshape(&gathered, &[rows, length, parts])?;
		if let Some(window) = inputs.optional(2) {
			x = ops.binary(Binary::Mul, &x, &ops.reshape(window, &[length, 1])?)?;
		}
		let y = transform.run(ops, &ops.reshape(&x, &[rows, length * parts])?)?;
		Ok(vec![ops.reshape(&y, &[batch, frames, bins, 2])?])
	}
}
