//! Comparisons, logic and selection.

use alloc::{vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors, broadcast},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::MOVE,
	ops::{Comparison, KernelError, Logical, TensorOps},
	tensor::TensorSpec,
};

/// Elementwise comparison.
#[derive(Clone, Debug)]
pub(crate) struct Compare(Comparison);

pub(crate) fn parse_compare(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Compare(match node.op_type {
		"Equal" => Comparison::Equal,
		"Less" => Comparison::Less,
		"LessOrEqual" => Comparison::LessOrEqual,
		"Greater" => Comparison::Greater,
		_ => Comparison::GreaterOrEqual,
	})
	.into())
}

impl Family for Compare {
	type Call = ();

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let dtype = inputs.common_dtype()?;
		let boolean = matches!(self.0, Comparison::Equal) && dtype == DType::Bool;
		if !dtype.is_real() && !dtype.is_integer() && !boolean {
			return Err(Reason(wrong_dtype("an input", dtype, "a number")));
		}
		let shape = broadcast(inputs.shape(0)?, inputs.shape(1)?)?;
		Ok(Plan::per_element(TensorSpec::new(DType::Bool, shape), MOVE, ()))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.compare(self.0, inputs.get(0)?, inputs.get(1)?)?])
	}
}

/// Connective of two `bool` tensors.
#[derive(Clone, Debug)]
pub(crate) struct Logic(Logical);

pub(crate) fn parse_logic(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Logic(match node.op_type {
		"And" => Logical::And,
		"Or" => Logical::Or,
		_ => Logical::Xor,
	})
	.into())
}

fn all_bool(inputs: Inputs<'_>) -> Result<(), Reason> {
	match inputs.common_dtype()? {
		DType::Bool => Ok(()),
		dtype => Err(Reason(wrong_dtype("an input", dtype, "bool"))),
	}
}

impl Family for Logic {
	type Call = ();

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		all_bool(inputs)?;
		let shape = broadcast(inputs.shape(0)?, inputs.shape(1)?)?;
		Ok(Plan::per_element(TensorSpec::new(DType::Bool, shape), MOVE, ()))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.logical(self.0, inputs.get(0)?, inputs.get(1)?)?])
	}
}

/// Negation of a `bool` tensor.
#[derive(Clone, Debug)]
pub(crate) struct Not;

pub(crate) fn parse_not(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Not.into())
}

impl Family for Not {
	type Call = ();

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		all_bool(inputs)?;
		Ok(Plan::per_element(inputs.spec(0)?.clone(), MOVE, ()))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.not(inputs.get(0)?)?])
	}
}

/// `condition ? a : b`.
#[derive(Clone, Debug)]
pub(crate) struct Where;

pub(crate) fn parse_where(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Where.into())
}

impl Family for Where {
	type Call = ();

	/// Moves elements of any type.
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let (condition, a, b) = (inputs.spec(0)?, inputs.spec(1)?, inputs.spec(2)?);
		if condition.dtype != DType::Bool {
			return Err(Reason(wrong_dtype("the condition", condition.dtype, "bool")));
		}
		if a.dtype != b.dtype {
			return Err(Reason(wrong_dtype("input 2", b.dtype, "of the same type as input 1")));
		}
		let shape = broadcast(&broadcast(&a.shape, &b.shape)?, &condition.shape)?;
		Ok(Plan::per_element(TensorSpec::new(a.dtype, shape), MOVE, ()))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.select(inputs.get(0)?, inputs.get(1)?, inputs.get(2)?)?])
	}
}
