//! `QuantizeLinear` and `DequantizeLinear`.
//!
//! `y = saturate(round(x / scale) + zero_point)` and `x = (y − zero_point) · scale`, each operation rounded to `float32`.

use alloc::{format, vec, vec::Vec};

use assay_numerics::cast::Overflow;

use super::{
	Family, NodeContext, Operator,
	plan::{self, Inputs, Plan, Reason, Tensors, dim_product},
};
use crate::{
	codes::{CodeRounding, Format},
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, ARITHMETIC, MOVE},
	ops::{AxisSlice, Binary, KernelError, TensorOps, Unary},
	tensor::TensorSpec,
};

/// The least and the greatest number of an integer type that is quantised to.
pub(super) fn range(dtype: DType) -> Option<(f32, f32)> {
	Some(match dtype {
		DType::I8 => (-128.0, 127.0),
		DType::U8 => (0.0, 255.0),
		DType::I16 => (-32768.0, 32767.0),
		DType::U16 => (0.0, 65535.0),
		other => match other.format() {
			Some(Format::Integer(int)) => (int.min().into(), int.max().into()),
			_ => return None,
		},
	})
}

/// Whether elements are quantised to this type.
fn is_quantized(dtype: DType) -> bool {
	range(dtype).is_some() || matches!(dtype.format(), Some(Format::Float(_)))
}

/// `x` as `float32`.
pub(super) fn single<T: TensorOps>(ops: &T, x: &T::Tensor) -> Result<T::Tensor, KernelError> {
	if ops.spec(x).dtype == DType::F32 { Ok(x.clone()) } else { ops.cast(x, DType::F32) }
}

/// `round(x) + zero_point`, limited to the range of an integer type. NaN becomes 0.
pub(super) fn saturate<T: TensorOps>(
	ops: &T,
	x: &T::Tensor,
	zero_point: Option<&T::Tensor>,
	(dtype, min, max): (DType, f32, f32),
) -> Result<T::Tensor, KernelError> {
	let mut y = ops.unary(Unary::Round, x)?;
	if let Some(zero_point) = zero_point {
		y = ops.binary(Binary::Add, &y, zero_point)?;
	}
	ops.cast(&ops.unary(Unary::Clip { min, max }, &y)?, dtype)
}

/// How scales and zero points lie over the elements they belong to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Layout {
	/// One for all elements, or one for each index of an axis: the shape that broadcasts.
	Broadcast(Vec<usize>),
	/// One for each block of an axis.
	Blocks {
		axis: usize,
		/// Elements of a block.
		size: usize,
		/// The shape of the elements.
		shape: Vec<usize>,
	},
}

impl Layout {
	fn new(x: &[usize], scale: &[usize], axis: i64, block: usize) -> Result<Self, Reason> {
		if metering::elements(scale) == 1 {
			return Ok(Self::Broadcast(Vec::new()));
		}
		let axis = if x.len() == 1 { 0 } else { plan::axis(axis, x.len())? };
		let misfit = || {
			Reason(format!(
				"scales of shape {scale:?} do not fit elements of shape {x:?} along axis {axis} in blocks of {block}"
			))
		};
		let length = x.get(axis).copied().ok_or_else(misfit)?;
		if block == 0 {
			if scale != [length] {
				return Err(misfit());
			}
			let mut shape = vec![1; x.len()];
			shape.splice(axis..=axis, [length]);
			return Ok(Self::Broadcast(shape));
		}
		let mut blocks = x.to_vec();
		blocks.splice(axis..=axis, [length.div_ceil(block)]);
		if scale != blocks {
			return Err(misfit());
		}
		// Each block is repeated as a whole; what the last one has too much is cut off.
		dim_product(&[length.div_ceil(block), block])?;
		Ok(Self::Blocks { axis, size: block, shape: x.to_vec() })
	}

	/// Temporary `float32` tensors of the shape of the elements that [`lay`](Self::lay) makes.
	fn temporaries(&self) -> u64 {
		match self {
			Self::Broadcast(_) => 0,
			Self::Blocks { .. } => 2,
		}
	}

	/// Gives a tensor of scales or zero points a shape that broadcasts with the elements.
	fn lay<T: TensorOps>(&self, ops: &T, x: &T::Tensor) -> Result<T::Tensor, KernelError> {
		match self {
			Self::Broadcast(shape) => ops.reshape(x, shape),
			Self::Blocks { axis, size, shape } => {
				let mut split = ops.spec(x).shape;
				let blocks = split.get(*axis).copied().unwrap_or(1);
				split.insert(axis + 1, 1);
				let grouped = ops.reshape(x, &split)?;
				split.splice(axis + 1..=axis + 1, [*size]);
				let repeated = ops.expand(&grouped, &split)?;
				split.splice(*axis..=axis + 1, [blocks.saturating_mul(*size)]);
				let merged = ops.reshape(&repeated, &split)?;
				if split == *shape {
					return Ok(merged);
				}
				let whole: Vec<_> = shape.iter().map(|&len| AxisSlice { start: 0, step: 1, len }).collect();
				ops.slice(&merged, &whole)
			}
		}
	}
}

/// Checks that zero points are laid out as the scales, or are one for all.
fn check_zero_point(inputs: Inputs<'_>) -> Result<(), Reason> {
	match (inputs.optional(2), inputs.shape(1)?) {
		(Some(zero_point), scale)
			if zero_point.shape != scale
				&& (metering::elements(&zero_point.shape), metering::elements(scale)) != (1, 1) =>
		{
			Err(Reason(format!(
				"zero points of shape {:?} must have the shape of the scales, {scale:?}",
				zero_point.shape
			)))
		}
		_ => Ok(()),
	}
}

/// An attribute that names an element type; 0 stands for none.
pub(super) fn element_type(
	node: &mut NodeContext<'_>,
	name: &str,
	since: i64,
) -> Result<Option<DType>, AttributeError> {
	let number = if node.opset >= since { node.attributes.int(name)?.unwrap_or(0) } else { 0 };
	if number == 0 {
		return Ok(None);
	}
	let dtype = i32::try_from(number).ok().and_then(DType::from_onnx);
	dtype.map(Some).ok_or_else(|| {
		NodeContext::bad(name, &format!("element type {number} of the ONNX specification is not supported"))
	})
}

/// The attributes `axis` and `block_size`.
fn axis_and_block(node: &mut NodeContext<'_>) -> Result<(i64, usize), AttributeError> {
	let axis = if node.opset >= 13 { node.attributes.int("axis")? } else { None };
	let block = if node.opset >= 21 { node.attributes.int("block_size")? } else { None };
	let block =
		plan::dim(block.unwrap_or(0)).map_err(|Reason(reason)| NodeContext::bad("block_size", &reason))?;
	Ok((axis.unwrap_or(1), block))
}

/// `QuantizeLinear`.
#[derive(Clone, Debug)]
pub(crate) struct Quantize {
	axis: i64,
	block: usize,
	output: Option<DType>,
	/// What the quotient is rounded to; that of the scale if it is not given.
	precision: Option<DType>,
	/// For floats.
	rounding: CodeRounding,
}

pub(crate) fn parse_quantize(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let (axis, block) = axis_and_block(node)?;
	let mut rounding = CodeRounding::default();
	if node.opset >= 19 && !node.attributes.flag("saturate", true)? {
		rounding.overflow = Overflow::Special;
	}
	let output = element_type(node, "output_dtype", 21)?;
	let precision = element_type(node, "precision", 23)?;
	if precision.is_some_and(|precision| precision != DType::F32 && !precision.is_half()) {
		return Err(NodeContext::bad("precision", "must be float32, float16 or bfloat16"));
	}
	Ok(Quantize { axis, block, output, precision, rounding }.into())
}

/// What a [`Quantize`] does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuantizeCall {
	layout: Layout,
	/// What the quotient is rounded to.
	precision: DType,
	output: DType,
}

impl Family for Quantize {
	type Call = QuantizeCall;

	/// The types of the inputs decide on rounding.
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<QuantizeCall>, Reason> {
		let (x, scale) = (inputs.spec(0)?, inputs.spec(1)?);
		let numbers = |dtype: DType| dtype == DType::F32 || dtype.is_half() || dtype == DType::I32;
		if !numbers(x.dtype) {
			return Err(Reason(wrong_dtype("the input", x.dtype, "float32, float16, bfloat16 or int32")));
		}
		if !numbers(scale.dtype) && scale.dtype != DType::F8E8M0 {
			return Err(Reason(wrong_dtype(
				"the scale",
				scale.dtype,
				"a float of 8, 16 or 32 bits, or int32",
			)));
		}
		let zero_point = inputs.optional(2).map(|spec| spec.dtype);
		if let (Some(zero_point), Some(output)) = (zero_point, self.output)
			&& zero_point != output
		{
			return Err(Reason(wrong_dtype(
				"the zero point",
				zero_point,
				&format!("{output}, as output_dtype says"),
			)));
		}
		let output = zero_point.or(self.output).unwrap_or(DType::U8);
		if !is_quantized(output) {
			return Err(Reason(wrong_dtype(
				"the output",
				output,
				"an integer of at most 16 bits or a float of at most 8",
			)));
		}
		check_zero_point(inputs)?;
		let layout = Layout::new(&x.shape, &scale.shape, self.axis, self.block)?;
		let precision =
			self.precision.unwrap_or(if scale.dtype.is_half() { scale.dtype } else { DType::F32 });
		let singles = metering::bytes(&TensorSpec::new(DType::F32, x.shape.as_slice()));
		let temporaries = 3 + 2 * layout.temporaries();
		let call = QuantizeCall { layout, precision, output };
		let mut plan =
			Plan::per_element(TensorSpec::new(output, x.shape.as_slice()), MOVE + 4 * ARITHMETIC, call);
		plan.scratch = singles.saturating_mul(temporaries);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		call: QuantizeCall,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let scale = call.layout.lay(ops, &single(ops, inputs.get(1)?)?)?;
		let mut quotient = ops.binary(Binary::Div, &single(ops, inputs.get(0)?)?, &scale)?;
		if call.precision != DType::F32 {
			quotient = single(ops, &ops.cast(&quotient, call.precision)?)?;
		}
		let zero_point = match inputs.optional(2) {
			Some(zero_point) => Some(call.layout.lay(ops, &single(ops, zero_point)?)?),
			None => None,
		};
		if let Some((min, max)) = range(call.output) {
			return Ok(vec![saturate(ops, &quotient, zero_point.as_ref(), (call.output, min, max))?]);
		}
		if let Some(zero_point) = zero_point {
			quotient = ops.binary(Binary::Add, &quotient, &zero_point)?;
		}
		let codes = ops.to_host(quotient)?.cast_rounding(call.output, self.rounding);
		Ok(vec![ops.from_host(codes)?])
	}
}

/// `DequantizeLinear`.
#[derive(Clone, Debug)]
pub(crate) struct Dequantize {
	axis: i64,
	block: usize,
	output: Option<DType>,
}

pub(crate) fn parse_dequantize(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let (axis, block) = axis_and_block(node)?;
	let output = element_type(node, "output_dtype", 23)?;
	if output.is_some_and(|output| output != DType::F32 && !output.is_half()) {
		return Err(NodeContext::bad("output_dtype", "must be float32, float16 or bfloat16"));
	}
	Ok(Dequantize { axis, block, output }.into())
}

impl Family for Dequantize {
	/// How scales are laid out, and the type of the output.
	type Call = (Layout, DType);

	/// The type of the scale is that of the output.
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let (x, scale) = (inputs.spec(0)?, inputs.spec(1)?);
		if !is_quantized(x.dtype) && x.dtype != DType::I32 {
			return Err(Reason(wrong_dtype("the input", x.dtype, "a quantised type, or int32")));
		}
		let float = |dtype: DType| dtype == DType::F32 || dtype.is_half();
		if !float(scale.dtype) && scale.dtype != DType::F8E8M0 {
			return Err(Reason(wrong_dtype("the scale", scale.dtype, "a float of 8, 16 or 32 bits")));
		}
		if let Some(zero_point) = inputs.optional(2)
			&& zero_point.dtype != x.dtype
		{
			return Err(Reason(wrong_dtype("the zero point", zero_point.dtype, "of the type of the input")));
		}
		check_zero_point(inputs)?;
		let layout = Layout::new(&x.shape, &scale.shape, self.axis, self.block)?;
		let output = self.output.unwrap_or(scale.dtype);
		if !float(output) {
			return Err(Reason(format!("scales of type {output} need the attribute output_dtype")));
		}
		let singles = metering::bytes(&TensorSpec::new(DType::F32, x.shape.as_slice()));
		let temporaries = 2 + 2 * layout.temporaries();
		let spec = TensorSpec::new(output, x.shape.as_slice());
		let mut plan = Plan::per_element(spec, MOVE + 2 * ARITHMETIC, (layout, output));
		plan.scratch = singles.saturating_mul(temporaries);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		(layout, output): Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let mut x = single(ops, inputs.get(0)?)?;
		if let Some(zero_point) = inputs.optional(2) {
			x = ops.binary(Binary::Sub, &x, &layout.lay(ops, &single(ops, zero_point)?)?)?;
		}
		x = ops.binary(Binary::Mul, &x, &layout.lay(ops, &single(ops, inputs.get(1)?)?)?)?;
		Ok(vec![if output == DType::F32 { x } else { ops.cast(&x, output)? }])
	}
}
