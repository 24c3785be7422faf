//! `ConvInteger` and `QLinearConv`.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	conv::{Conv, Geometry},
	integer,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering,
	ops::{Binary, ConvParams, KernelError, TensorOps},
	tensor::TensorSpec,
};

/// A shape for one value, or one for each of `channels` at position `at` of `rank` axes.
fn per_channel(found: &[usize], channels: usize, at: usize, rank: usize) -> Result<Vec<usize>, Reason> {
	if metering::elements(found) == 1 {
		return Ok(Vec::new());
	}
	if found != [channels] {
		return Err(Reason(format!(
			"scales and zero points of the weight must be one or {channels}, found shape {found:?}"
		)));
	}
	let mut shape = vec![1; rank];
	shape.splice(at..=at, [channels]);
	Ok(shape)
}

/// Checks that an input is one number.
fn check_single(inputs: Inputs<'_>, index: usize, what: &str) -> Result<(), Reason> {
	match inputs.optional(index) {
		Some(spec) if metering::elements(&spec.shape) != 1 => {
			Err(Reason(format!("{what} must be one number, found shape {:?}", spec.shape)))
		}
		_ => Ok(()),
	}
}

/// A convolution of integers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IntegerConv {
	params: ConvParams,
	/// Shape to give the zero points of the weight.
	zero_points: Vec<usize>,
}

impl IntegerConv {
	/// From the indices of input and weight and of their zero points. The plan's output is the `int32` sum.
	fn plan(
		conv: &Conv,
		inputs: Inputs<'_>,
		operands: [usize; 2],
		zero_points: [usize; 2],
	) -> Result<Plan<Self>, Reason> {
		let [x, w] = operands;
		integer::check_operand(inputs, x, zero_points[0])?;
		integer::check_operand(inputs, w, zero_points[1])?;
		check_single(inputs, zero_points[0], "the zero point of the input")?;
		let (x, w) = (inputs.shape(x)?, inputs.shape(w)?);
		let Geometry { output, depth, params } = conv.geometry(x, w)?;
		let channels = w.first().copied().unwrap_or(0);
		let zero_points = match inputs.optional(zero_points[1]) {
			Some(spec) => per_channel(&spec.shape, channels, 0, w.len())?,
			None => Vec::new(),
		};
		let passes = integer::passes(w.get(2..).unwrap_or_default());
		let work = integer::work(x, w, &output, depth).saturating_mul(passes);
		let scratch = integer::scratch(x, w, &output);
		let output = TensorSpec::new(DType::I32, output);
		Ok(Plan { scratch, ..Plan::new(output, work, Self { params, zero_points }) })
	}

	fn run<T: TensorOps>(
		&self,
		ops: &T,
		[x, w]: [&T::Tensor; 2],
		zero_points: [Option<&T::Tensor>; 2],
	) -> Result<T::Tensor, KernelError> {
		let x = integer::centred(ops, x, zero_points[0], &[])?;
		let w = integer::centred(ops, w, zero_points[1], &self.zero_points)?;
		integer::conv(ops, &self.params, &x, &w)
	}
}

/// The convolution of `x − x_zero_point` with `w − w_zero_point`, in 32 bits. Padding is 0 after the subtraction.
#[derive(Clone, Debug)]
pub(crate) struct ConvInteger(Conv);

pub(crate) fn parse_integer(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(ConvInteger(Conv::parse(node)?).into())
}

impl Family for ConvInteger {
	type Call = IntegerConv;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<IntegerConv>, Reason> {
		IntegerConv::plan(&self.0, inputs, [0, 1], [2, 3])
	}

	fn run<T: TensorOps>(
		&self,
		call: IntegerConv,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let zero_points = [inputs.optional(2), inputs.optional(3)];
		Ok(vec![call.run(ops, [inputs.get(0)?, inputs.get(1)?], zero_points)?])
	}
}

/// [`ConvInteger`] of quantised operands, with an `int32` bias, quantised again.
#[derive(Clone, Debug)]
pub(crate) struct QLinearConv(Conv);

pub(crate) fn parse_quantized(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(QLinearConv(Conv::parse(node)?).into())
}

/// A convolution, and the shapes to give the scales of the weight and the bias.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuantizedConv {
	conv: IntegerConv,
	scales: Vec<usize>,
	bias: Vec<usize>,
	output: (DType, f32, f32),
}

impl Family for QLinearConv {
	type Call = QuantizedConv;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<QuantizedConv>, Reason> {
		let Plan { outputs, work, scratch, call: conv } = IntegerConv::plan(&self.0, inputs, [0, 3], [2, 5])?;
		for index in [1, 4, 6] {
			if inputs.dtype(index)? != DType::F32 {
				return Err(Reason(wrong_dtype("a scale", inputs.dtype(index)?, "float32")));
			}
		}
		check_single(inputs, 1, "the scale of the input")?;
		check_single(inputs, 6, "the scale of the output")?;
		check_single(inputs, 7, "the zero point of the output")?;
		let output = integer::output_type(inputs, 7)?;
		let shape = outputs.into_iter().next().map(|spec| spec.shape).unwrap_or_default();
		let (rank, channels) = (shape.len(), shape.get(1).copied().unwrap_or(0));
		let scales = per_channel(inputs.shape(4)?, channels, 1, rank)?;
		let mut bias = Vec::new();
		if let Some(spec) = inputs.optional(8) {
			if spec.dtype != DType::I32 || spec.shape != [channels] {
				return Err(Reason(format!("the bias must be int32[{channels}], found {spec}")));
			}
			bias = vec![1; rank];
			bias.splice(1..=1, [channels]);
		}
		let call = QuantizedConv { conv, scales, bias, output };
		Ok(Plan { scratch, ..Plan::new(TensorSpec::new(output.0, shape), work, call) })
	}

	fn run<T: TensorOps>(
		&self,
		call: QuantizedConv,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let zero_points = [inputs.optional(2), inputs.optional(5)];
		let mut sums = call.conv.run(ops, [inputs.get(0)?, inputs.get(3)?], zero_points)?;
		if let Some(bias) = inputs.optional(8) {
			sums = ops.binary(Binary::Add, &sums, &ops.reshape(bias, &call.bias)?)?;
		}
		let scales = [
			&ops.reshape(inputs.get(1)?, &[])?,
			&ops.reshape(inputs.get(4)?, &call.scales)?,
			&ops.reshape(inputs.get(6)?, &[])?,
		];
		let zero_point = ops.reshape(inputs.get(7)?, &[])?;
		Ok(vec![integer::requantize(ops, &sums, scales, &zero_point, call.output)?])
	}
}
