//! Reductions along axes.

use alloc::{vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{self, Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, MOVE, TRANSCENDENTAL},
	ops::{ArgReduction, KernelError, Reduction, TensorOps},
	tensor::TensorSpec,
};

/// The shape after reducing `axes`, which are sorted.
fn reduced(shape: &[usize], axes: &[usize], keepdims: bool) -> Vec<usize> {
	shape
		.iter()
		.enumerate()
		.filter_map(|(axis, &dim)| match axes.binary_search(&axis) {
			Err(_) => Some(dim),
			Ok(_) if keepdims => Some(1),
			Ok(_) => None,
		})
		.collect()
}

/// `ReduceSum` and its kin.
#[derive(Clone, Debug)]
pub(crate) struct Reduce {
	op: Reduction,
	/// Axes from the attribute; operator sets since 13 or 18 have an input instead.
	axes: Option<Vec<i64>>,
	keepdims: bool,
	/// Whether no axes means no axes, not all.
	noop_with_empty_axes: bool,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let op = match node.op_type {
		"ReduceSum" => Reduction::Sum,
		"ReduceMean" => Reduction::Mean,
		"ReduceMax" => Reduction::Max,
		"ReduceMin" => Reduction::Min,
		"ReduceProd" => Reduction::Prod,
		"ReduceSumSquare" => Reduction::SumSquare,
		"ReduceL1" => Reduction::L1,
		"ReduceL2" => Reduction::L2,
		"ReduceLogSum" => Reduction::LogSum,
		_ => Reduction::LogSumExp,
	};
	let axes_are_input = node.opset >= if node.op_type == "ReduceSum" { 13 } else { 18 };
	let attributes = &mut node.attributes;
	Ok(Reduce {
		op,
		axes: if axes_are_input { None } else { attributes.ints("axes")? },
		keepdims: attributes.flag("keepdims", true)?,
		noop_with_empty_axes: axes_are_input && attributes.flag("noop_with_empty_axes", false)?,
	}
	.into())
}

impl Family for Reduce {
	/// The axes, sorted.
	type Call = Vec<usize>;

	const HOST_INPUTS: &'static [usize] = &[1];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		let x = inputs.spec(0)?;
		let selects = matches!(self.op, Reduction::Max | Reduction::Min);
		let integers = selects || matches!(self.op, Reduction::Sum | Reduction::Prod);
		let allowed = match x.dtype {
			DType::Bool => selects,
			dtype => dtype.is_real() || (integers && dtype.is_integer()),
		};
		if !allowed {
			return Err(Reason(wrong_dtype("the input", x.dtype, "a floating-point number")));
		}
		let rank = x.shape.len();
		let given = inputs.ints(1)?.or_else(|| self.axes.clone()).unwrap_or_default();
		let axes = if given.is_empty() && !self.noop_with_empty_axes {
			(0..rank).collect()
		} else {
			plan::axes(&given, rank)?
		};
		let weight = match self.op {
			Reduction::LogSumExp => MOVE + TRANSCENDENTAL,
			_ => MOVE,
		};
		let output = TensorSpec::new(x.dtype, reduced(&x.shape, &axes, self.keepdims));
		let touched = metering::elements(&x.shape).saturating_add(metering::elements(&output.shape));
		let mut plan = Plan::new(output, touched.saturating_mul(weight), axes);
		if x.dtype == DType::Bool {
			plan.scratch = touched;
		}
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		axes: Vec<usize>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		if ops.spec(x).dtype == DType::Bool {
			let numbers = ops.cast(x, DType::U8)?;
			// Of nothing, the least and the greatest number: false and true.
			let reduced = ops.reduce(self.op, &numbers, &axes, self.keepdims)?;
			return Ok(vec![ops.cast(&reduced, DType::Bool)?]);
		}
		Ok(vec![ops.reduce(self.op, x, &axes, self.keepdims)?])
	}
}

/// `ArgMax` and `ArgMin`.
#[derive(Clone, Debug)]
pub(crate) struct ArgReduce {
	op: ArgReduction,
	axis: i64,
	keepdims: bool,
	select_last: bool,
}

pub(crate) fn parse_arg(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let op = if node.op_type == "ArgMax" { ArgReduction::Max } else { ArgReduction::Min };
	let attributes = &mut node.attributes;
	Ok(ArgReduce {
		op,
		axis: attributes.int("axis")?.unwrap_or(0),
		keepdims: attributes.flag("keepdims", true)?,
		select_last: node.opset >= 12 && attributes.flag("select_last_index", false)?,
	}
	.into())
}

impl Family for ArgReduce {
	/// The axis.
	type Call = usize;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<usize>, Reason> {
		let x = inputs.spec(0)?;
		if !x.dtype.is_real() && !x.dtype.is_integer() {
			return Err(Reason(wrong_dtype("the input", x.dtype, "a number")));
		}
		let axis = plan::axis(self.axis, x.shape.len())?;
		if x.shape.get(axis) == Some(&0) {
			return Err("the axis is empty, so no element is the largest or smallest".into());
		}
		let output = TensorSpec::new(DType::I64, reduced(&x.shape, &[axis], self.keepdims));
		Ok(Plan::new(output, metering::elements(&x.shape).saturating_mul(MOVE), axis))
	}

	fn run<T: TensorOps>(
		&self,
		axis: usize,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.arg_reduce(self.op, inputs.get(0)?, axis, self.keepdims, self.select_last)?])
	}
}
