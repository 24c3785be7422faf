//! Matrix products.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator, chain,
	integer_product::{integer_product, scratch},
	plan::{Inputs, Plan, Reason, Tensors, broadcast},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, ARITHMETIC, MOVE},
	ops::{GemmParams, KernelError, TensorOps, Then, WeightRole},
	tensor::TensorSpec,
};

/// Cost of a product whose every output element is a sum over `depth`.
fn work(output: &[usize], depth: usize) -> u64 {
	metering::elements(output).saturating_mul((depth as u64).saturating_add(MOVE))
}

/// `MatMul`, as numpy's: vectors become matrices for the product, leading dimensions broadcast.
#[derive(Clone, Debug)]
pub(crate) struct MatMul;

pub(crate) fn parse_matmul(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(MatMul.into())
}

/// The integers that ONNX multiplies as matrices.
fn is_integer(dtype: DType) -> bool {
	matches!(dtype, DType::I32 | DType::I64 | DType::U32 | DType::U64)
}

/// Shapes to give the operands of a [`MatMul`], and its result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MatMulShapes {
	pub(super) a: Vec<usize>,
	pub(super) b: Vec<usize>,
	/// The leading dimensions, broadcast.
	batch: Vec<usize>,
	pub(super) output: Vec<usize>,
}

impl MatMulShapes {
	/// For operands of these shapes; also gives the length of the axis they share.
	pub(super) fn new(a: &[usize], b: &[usize]) -> Result<(Self, usize), Reason> {
		if a.is_empty() || b.is_empty() {
			return Err("a scalar cannot be multiplied as a matrix: use Mul".into());
		}
		let left = if let [k] = a { vec![1, *k] } else { a.to_vec() };
		let right = if let [k] = b { vec![*k, 1] } else { b.to_vec() };
		let (Some((a_batch, &[m, k])), Some((b_batch, &[l, n]))) =
			(left.split_last_chunk(), right.split_last_chunk())
		else {
			return Err("an operand has no matrix".into());
		};
		if k != l {
			return Err(Reason(format!("shapes {a:?} and {b:?} do not multiply: {k} columns meet {l} rows")));
		}
		let batch = broadcast(a_batch, b_batch)?;
		let mut output = batch.clone();
		if a.len() > 1 {
			output.push(m);
		}
		if b.len() > 1 {
			output.push(n);
		}
		Ok((Self { a: left, b: right, batch, output }, k))
	}
}

impl Family for MatMul {
	type Call = MatMulShapes;

	const STARTS: bool = true;

	fn weight_role(&self, index: usize) -> Option<WeightRole> {
		(index == 1).then_some(WeightRole::MatMul)
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<MatMulShapes>, Reason> {
		let dtype = inputs.common_dtype()?;
		if !is_integer(dtype) {
			inputs.common_real()?;
		}
		let (call, depth) = MatMulShapes::new(inputs.shape(0)?, inputs.shape(1)?)?;
		let work = work(&call.output, depth);
		let temporaries = scratch(&call.a, &call.b, &call.batch);
		let mut plan = Plan::new(TensorSpec::new(dtype, call.output.as_slice()), work, call);
		if is_integer(dtype) {
			// Without vectors, and in 64 bits.
			plan.work = plan.work.saturating_mul(ARITHMETIC);
			plan.scratch = temporaries;
		}
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		call: MatMulShapes,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		self.run_then(call, ops, inputs, &[])
	}

	fn run_then<T: TensorOps>(
		&self,
		call: MatMulShapes,
		ops: &T,
		inputs: Tensors<'_, T>,
		steps: &[Then<T::Tensor>],
	) -> Result<Vec<T::Tensor>, KernelError> {
		let (a, b) = (inputs.get(0)?, inputs.get(1)?);
		let shaped = |x: &T::Tensor, shape: &[usize]| {
			if ops.spec(x).shape == shape { Ok(x.clone()) } else { ops.reshape(x, shape) }
		};
		let (a, b) = (shaped(a, &call.a)?, shaped(b, &call.b)?);
		if is_integer(ops.spec(&a).dtype) {
			return Ok(vec![shaped(&integer_product(ops, &a, &b)?, &call.output)?]);
		}
		// Vectors were made matrices: only then has the product another shape.
		if call.output.len() == call.a.len().max(call.b.len()) {
			return Ok(vec![ops.matmul_then(&a, &b, steps)?]);
		}
		chain::then(vec![shaped(&ops.matmul(&a, &b)?, &call.output)?], ops, steps)
	}
}

/// `alpha * A' * B' + beta * C`.
#[derive(Clone, Debug)]
pub(crate) struct Gemm(GemmParams);

pub(crate) fn parse_gemm(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	if node.opset < 7 {
		// Since then, C broadcasts without being told to.
		attributes.ignore("broadcast");
	}
	Ok(Gemm(GemmParams {
		alpha: attributes.float("alpha")?.unwrap_or(1.0),
		beta: attributes.float("beta")?.unwrap_or(1.0),
		trans_a: attributes.flag("transA", false)?,
		trans_b: attributes.flag("transB", false)?,
	})
	.into())
}

impl Family for Gemm {
	type Call = ();

	fn weight_role(&self, index: usize) -> Option<WeightRole> {
		(index == 1).then_some(WeightRole::Gemm { transposed: self.0.trans_b })
	}

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let dtype = inputs.common_real()?;
		let (&[a_rows, a_cols], &[b_rows, b_cols]) = (inputs.shape(0)?, inputs.shape(1)?) else {
			return Err(Reason(format!(
				"both factors must be matrices, found shapes {:?} and {:?}",
				inputs.shape(0)?,
				inputs.shape(1)?
			)));
		};
		let (m, k) = if self.0.trans_a { (a_cols, a_rows) } else { (a_rows, a_cols) };
		let (l, n) = if self.0.trans_b { (b_cols, b_rows) } else { (b_rows, b_cols) };
		if k != l {
			return Err(Reason(format!("the matrices do not multiply: {k} columns meet {l} rows")));
		}
		let output = vec![m, n];
		if let Some(c) = inputs.optional(2)
			&& broadcast(&c.shape, &output)? != output
		{
			return Err(Reason(format!("C of shape {:?} does not broadcast to {output:?}", c.shape)));
		}
		let work = work(&output, k);
		Ok(Plan::new(TensorSpec::new(dtype, output), work, ()))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.gemm(&self.0, inputs.get(0)?, inputs.get(1)?, inputs.optional(2))?])
	}
}
