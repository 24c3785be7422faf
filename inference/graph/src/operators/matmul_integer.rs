//! `MatMulInteger` and `QLinearMatMul`.

use alloc::{vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	integer::{self, Along, aligned},
	matmul::MatMulShapes,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	ops::{KernelError, TensorOps},
	tensor::TensorSpec,
};

/// The product of `x − x_zero_point` for both operands, in 32 bits.
#[derive(Clone, Debug)]
pub(crate) struct MatMulInteger;

pub(crate) fn parse_integer(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(MatMulInteger.into())
}

/// The shapes of a product, and those to give the zero points of its operands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IntegerProduct {
	shapes: MatMulShapes,
	zero_points: [Vec<usize>; 2],
}

impl IntegerProduct {
	/// From the indices of the operands and of their zero points. Also gives work and scratch memory.
	fn new(
		inputs: Inputs<'_>,
		operands: [usize; 2],
		zero_points: [usize; 2],
	) -> Result<(Self, u64, u64), Reason> {
		let [a, b] = operands;
		integer::check_operand(inputs, a, zero_points[0])?;
		integer::check_operand(inputs, b, zero_points[1])?;
		let (a, b) = (inputs.shape(a)?, inputs.shape(b)?);
		let (shapes, depth) = MatMulShapes::new(a, b)?;
		let zero_point = |index: usize, matrix: &[usize], along| match inputs.optional(index) {
			Some(spec) => aligned(&spec.shape, matrix, along),
			None => Ok(Vec::new()),
		};
		let zero_points =
			[zero_point(zero_points[0], a, Along::Rows)?, zero_point(zero_points[1], b, Along::Columns)?];
		let work = integer::work(a, b, &shapes.output, depth);
		let scratch = integer::scratch(a, b, &shapes.output);
		Ok((Self { shapes, zero_points }, work, scratch))
	}

	/// The product, still with the axes of length 1 that vectors were given.
	fn run<T: TensorOps>(
		&self,
		ops: &T,
		[a, b]: [&T::Tensor; 2],
		zero_points: [Option<&T::Tensor>; 2],
	) -> Result<T::Tensor, KernelError> {
		let a = integer::centred(ops, a, zero_points[0], &self.zero_points[0])?;
		let b = integer::centred(ops, b, zero_points[1], &self.zero_points[1])?;
		integer::matmul(ops, &ops.reshape(&a, &self.shapes.a)?, &ops.reshape(&b, &self.shapes.b)?)
	}
}

impl Family for MatMulInteger {
	type Call = IntegerProduct;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<IntegerProduct>, Reason> {
		let (call, work, scratch) = IntegerProduct::new(inputs, [0, 1], [2, 3])?;
		let output = TensorSpec::new(DType::I32, call.shapes.output.as_slice());
		Ok(Plan { scratch, ..Plan::new(output, work, call) })
	}

	fn run<T: TensorOps>(
		&self,
		call: IntegerProduct,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let zero_points = [inputs.optional(2), inputs.optional(3)];
		let product = call.run(ops, [inputs.get(0)?, inputs.get(1)?], zero_points)?;
		Ok(vec![ops.reshape(&product, &call.shapes.output)?])
	}
}

/// [`MatMulInteger`] of quantised operands, quantised again.
#[derive(Clone, Debug)]
pub(crate) struct QLinearMatMul;

pub(crate) fn parse_quantized(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(QLinearMatMul.into())
}

/// A product, and the shapes to give the scales of both operands, the scale of the output, and its zero point.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuantizedProduct {
	product: IntegerProduct,
	scales: [Vec<usize>; 3],
	zero_point: Vec<usize>,
	output: (DType, f32, f32),
}

impl Family for QLinearMatMul {
	type Call = QuantizedProduct;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<QuantizedProduct>, Reason> {
		let (product, work, scratch) = IntegerProduct::new(inputs, [0, 3], [2, 5])?;
		for index in [1, 4, 6] {
			if inputs.dtype(index)? != DType::F32 {
				return Err(Reason(wrong_dtype(
					"a scale",
					inputs.dtype(index)?,
					"float32, float16 or bfloat16",
				)));
			}
		}
		let output = integer::output_type(inputs, 7)?;
		let shape = product.shapes.output.as_slice();
		let scales = [
			aligned(inputs.shape(1)?, inputs.shape(0)?, Along::Rows)?,
			aligned(inputs.shape(4)?, inputs.shape(3)?, Along::Columns)?,
			aligned(inputs.shape(6)?, shape, Along::Rows)?,
		];
		let zero_point = aligned(inputs.shape(7)?, shape, Along::Rows)?;
		let spec = TensorSpec::new(output.0, shape);
		let call = QuantizedProduct { product, scales, zero_point, output };
		Ok(Plan { scratch, ..Plan::new(spec, work, call) })
	}

	fn run<T: TensorOps>(
		&self,
		call: QuantizedProduct,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let zero_points = [inputs.optional(2), inputs.optional(5)];
		let sums = call.product.run(ops, [inputs.get(0)?, inputs.get(3)?], zero_points)?;
		let [a, b, y] = &call.scales;
		let scales = [
			&ops.reshape(inputs.get(1)?, a)?,
			&ops.reshape(inputs.get(4)?, b)?,
			&ops.reshape(inputs.get(6)?, y)?,
		];
		let zero_point = ops.reshape(inputs.get(7)?, &call.zero_point)?;
		let result = integer::requantize(ops, &sums, scales, &zero_point, call.output)?;
		Ok(vec![ops.reshape(&result, &call.product.shapes.output)?])
	}
}
