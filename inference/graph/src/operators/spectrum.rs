//! Tables for spectra: `HannWindow`, `HammingWindow`, `BlackmanWindow` and `MelWeightMatrix`.

use alloc::{format, vec, vec::Vec};

use assay_numerics::signal::{MelBands, Window};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors, dim},
	quantize::element_type,
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, MOVE, POWER, TRANSCENDENTAL},
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// The attribute `output_datatype`.
fn output_type(node: &mut NodeContext<'_>) -> Result<DType, AttributeError> {
	match element_type(node, "output_datatype", 1)?.unwrap_or(DType::F32) {
		dtype if dtype.is_float() || dtype.is_integer() => Ok(dtype),
		_ => Err(NodeContext::bad("output_datatype", "must be a number of at least 8 bits")),
	}
}

/// The one number in an input, as an integer.
fn integer(inputs: Inputs<'_>, index: usize) -> Result<i64, Reason> {
	match inputs.ints(index)?.as_deref() {
		Some(&[value]) => Ok(value),
		_ => Err(Reason(format!("input {index} must be one integer"))),
	}
}

/// The one number in an input, as a float.
fn float(inputs: Inputs<'_>, index: usize) -> Result<f64, Reason> {
	let single = inputs.value(index).filter(|value| value.len() == 1 && value.dtype().is_float());
	let single = single.map(|value| value.cast(DType::F64));
	let value = single.as_ref().and_then(HostTensor::as_slice::<f64>).and_then(|values| values.first());
	value.copied().ok_or_else(|| Reason(format!("input {index} must be one floating-point number")))
}

/// What a table needs while it is made: its elements in `float64`.
fn doubles(output: &TensorSpec) -> u64 {
	metering::bytes(&TensorSpec::new(DType::F64, output.shape.as_slice())).saturating_mul(2)
}

/// Hands a table of doubles over as `dtype`.
fn finished<T: TensorOps>(
	ops: &T,
	shape: &[usize],
	values: Vec<f64>,
	dtype: DType,
) -> Result<Vec<T::Tensor>, KernelError> {
	let table =
		HostTensor::from_vec(shape, values).map_err(|error| KernelError::Backend(format!("{error}")))?;
	Ok(vec![ops.from_host(table.cast(dtype))?])
}

/// A window of the size in the input.
#[derive(Clone, Debug)]
pub(crate) struct CosineWindow {
	window: Window,
	periodic: bool,
	dtype: DType,
}

pub(crate) fn parse_window(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let window = match node.op_type {
		"HannWindow" => Window::HANN,
		"HammingWindow" => Window::HAMMING,
		_ => Window::BLACKMAN,
	};
	let dtype = output_type(node)?;
	Ok(CosineWindow { window, periodic: node.attributes.flag("periodic", true)?, dtype }.into())
}

impl Family for CosineWindow {
	/// The size.
	type Call = usize;

	const HOST_INPUTS: &'static [usize] = &[0];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<usize>, Reason> {
		let size = dim(integer(inputs, 0)?)?;
		let output = TensorSpec::new(self.dtype, [size]);
		let scratch = doubles(&output);
		Ok(Plan { scratch, ..Plan::per_element(output, 4 * TRANSCENDENTAL, size) })
	}

	fn run<T: TensorOps>(
		&self,
		size: usize,
		ops: &T,
		_: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		finished(ops, &[size], self.window.values(size, self.periodic), self.dtype)
	}
}

/// `MelWeightMatrix`.
#[derive(Clone, Debug)]
pub(crate) struct MelWeightMatrix {
	dtype: DType,
}

pub(crate) fn parse_mel(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(MelWeightMatrix { dtype: output_type(node)? }.into())
}

impl Family for MelWeightMatrix {
	type Call = MelBands;

	const HOST_INPUTS: &'static [usize] = &[0, 1, 2, 3, 4];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<MelBands>, Reason> {
		let bands = dim(integer(inputs, 0)?)?;
		let dft_length = dim(integer(inputs, 1)?)?;
		// Exact below 2^53 hertz.
		let sample_rate = integer(inputs, 2)? as f64;
		let call =
			MelBands { bands, dft_length, sample_rate, lower: float(inputs, 3)?, upper: float(inputs, 4)? };
		let output = TensorSpec::new(self.dtype, [dft_length / 2 + 1, bands]);
		let edges = (bands as u64).saturating_mul(3 * POWER);
		let work = metering::elements(&output.shape).saturating_mul(2 * MOVE).saturating_add(edges);
		let scratch = doubles(&output);
		Ok(Plan { scratch, ..Plan::new(output, work, call) })
	}

	fn run<T: TensorOps>(
		&self,
		call: MelBands,
		ops: &T,
		_: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let bins = call.dft_length / 2 + 1;
		let weights = call.weights().map_err(|index| KernelError::IndexOutOfRange { index, len: bins })?;
		finished(ops, &[bins, call.bands], weights, self.dtype)
	}
}
