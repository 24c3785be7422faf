//! Functions of one element, and arithmetic on two tensors.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator, chain,
	integer_power::integer_power,
	plan::{self, Inputs, Plan, Reason, Tensors, broadcast},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{ARITHMETIC, POWER, TRANSCENDENTAL},
	ops::{Binary, KernelError, Side, TensorOps, Then, Unary},
	tensor::TensorSpec,
};

/// `y = f(x)`.
#[derive(Clone, Debug)]
pub(crate) struct Elementwise(Unary);

pub(crate) fn parse_unary(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let mut float = |name, default| attributes.float(name).map(|value| value.unwrap_or(default));
	let op = match node.op_type {
		"Abs" => Unary::Abs,
		"Neg" => Unary::Neg,
		"Sign" => Unary::Sign,
		"Floor" => Unary::Floor,
		"Ceil" => Unary::Ceil,
		"Round" => Unary::Round,
		"Sqrt" => Unary::Sqrt,
		"Reciprocal" => Unary::Reciprocal,
		"Relu" => Unary::Relu,
		"Exp" => Unary::Exp,
		"Log" => Unary::Log,
		"Sin" => Unary::Sin,
		"Cos" => Unary::Cos,
		"Tan" => Unary::Tan,
		"Asin" => Unary::Asin,
		"Acos" => Unary::Acos,
		"Atan" => Unary::Atan,
		"Sinh" => Unary::Sinh,
		"Cosh" => Unary::Cosh,
		"Tanh" => Unary::Tanh,
		"Asinh" => Unary::Asinh,
		"Acosh" => Unary::Acosh,
		"Atanh" => Unary::Atanh,
		"Erf" => Unary::Erf,
		"Sigmoid" => Unary::Sigmoid,
		"Softplus" => Unary::Softplus,
		"Softsign" => Unary::Softsign,
		"Mish" => Unary::Mish,
		"HardSwish" => Unary::HardSwish,
		"LeakyRelu" => Unary::LeakyRelu { alpha: float("alpha", 0.01)? },
		"ThresholdedRelu" => Unary::ThresholdedRelu { alpha: float("alpha", 1.0)? },
		"Elu" => Unary::Elu { alpha: float("alpha", 1.0)? },
		"Celu" => Unary::Celu { alpha: float("alpha", 1.0)? },
		"Selu" => Unary::Selu { alpha: float("alpha", 1.673_263_2)?, gamma: float("gamma", 1.050_701)? },
		"HardSigmoid" => Unary::HardSigmoid { alpha: float("alpha", 0.2)?, beta: float("beta", 0.5)? },
		"Swish" => Unary::Swish { alpha: float("alpha", 1.0)? },
		"Shrink" => Unary::Shrink { bias: float("bias", 0.0)?, lambda: float("lambd", 0.5)? },
		_ => match attributes.string("approximate")?.as_deref() {
			None | Some("none") => Unary::Gelu,
			Some("tanh") => Unary::GeluTanh,
			Some(_) => return Err(NodeContext::bad("approximate", "must be \"none\" or \"tanh\"")),
		},
	};
	Ok(Elementwise(op).into())
}

impl Family for Elementwise {
	type Call = ();

	const STARTS: bool = true;
	const FOLLOWS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let x = inputs.spec(0)?;
		let allowed = match self.0 {
			Unary::Abs | Unary::Sign => x.dtype.is_integer(),
			Unary::Neg | Unary::Relu => {
				matches!(x.dtype, DType::I8 | DType::I16 | DType::I32 | DType::I64)
			}
			_ => false,
		};
		if !allowed {
			inputs.common_real()?;
		}
		let weight = match self.0 {
			Unary::Abs
			| Unary::Neg
			| Unary::Sign
			| Unary::Floor
			| Unary::Ceil
			| Unary::Round
			| Unary::Sqrt
			| Unary::Reciprocal
			| Unary::Relu
			| Unary::Softsign
			| Unary::HardSwish
			| Unary::LeakyRelu { .. }
			| Unary::ThresholdedRelu { .. }
			| Unary::HardSigmoid { .. }
			| Unary::Shrink { .. } => ARITHMETIC,
			_ => TRANSCENDENTAL,
		};
		Ok(Plan::per_element(x.clone(), weight, ()))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![ops.unary(self.0, inputs.get(0)?)?])
	}

	fn run_then<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
		steps: &[Then<T::Tensor>],
	) -> Result<Vec<T::Tensor>, KernelError> {
		chain::begin(self, (), ops, inputs, steps)
	}

	fn follow<T: TensorOps>(&self, _: (), _: usize, _: &[Option<&T::Tensor>]) -> Option<Then<T::Tensor>> {
		Some(Then::Unary(self.0))
	}
}

/// `y = f(a, b)` with broadcasting.
#[derive(Clone, Debug)]
pub(crate) struct Arithmetic {
	op: Binary,
	alignment: Alignment,
}

/// Which axes of the operands meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alignment {
	/// The last ones.
	Last,
	/// Before operator set 7: those of the second operand meet those of the first from this one on.
	From(i64),
}

impl Alignment {
	fn parse(node: &mut NodeContext<'_>) -> Result<Self, AttributeError> {
		if node.opset >= 7 {
			return Ok(Self::Last);
		}
		// `PRelu` had one slope for each channel.
		if node.op_type == "PRelu" {
			return Ok(Self::From(1));
		}
		let axis =
			if node.attributes.flag("broadcast", false)? { node.attributes.int("axis")? } else { None };
		Ok(axis.map_or(Self::Last, Self::From))
	}

	/// The shape of the second operand, with the axes of length 1 that make its last axes meet the right ones.
	fn second(self, a: &[usize], b: &[usize]) -> Result<Vec<usize>, Reason> {
		let mut shape = b.to_vec();
		// One number meets everything.
		if let Self::From(axis) = self
			&& shape.iter().any(|&size| size != 1)
		{
			let end = plan::axis(axis, a.len())? + b.len();
			let missing = a
				.len()
				.checked_sub(end)
				.ok_or_else(|| Reason(format!("shape {b:?} does not fit into {a:?} from axis {axis} on")))?;
			shape.resize(b.len() + missing, 1);
		}
		Ok(shape)
	}
}

pub(crate) fn parse_binary(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let alignment = Alignment::parse(node)?;
	let op = match node.op_type {
		"Add" => Binary::Add,
		"Sub" => Binary::Sub,
		"Mul" => Binary::Mul,
		"Div" => Binary::Div,
		"Pow" => Binary::Pow,
		"PRelu" => Binary::PRelu,
		_ if node.attributes.flag("fmod", false)? => Binary::Fmod,
		_ => Binary::FloorMod,
	};
	Ok(Arithmetic { op, alignment }.into())
}

impl Arithmetic {
	fn check_types(&self, inputs: Inputs<'_>) -> Result<DType, Reason> {
		if let Binary::Pow = self.op {
			let (base, exponent) = (inputs.dtype(0)?, inputs.dtype(1)?);
			if !base.is_real() && !matches!(base, DType::I32 | DType::I64) {
				return Err(Reason(wrong_dtype("the base", base, "a floating-point number, int32 or int64")));
			}
			// Exponents are taken as `int64`.
			if exponent == DType::U64 && base.is_integer() {
				return Err(Reason(wrong_dtype("the exponent of an integer", exponent, "a smaller type")));
			}
			let narrow = exponent == base || exponent == DType::F32 || exponent.is_integer();
			let allowed = narrow || (base.is_integer() && exponent.is_real());
			if !allowed {
				return Err(Reason(wrong_dtype(
					"the exponent",
					exponent,
					"an integer, or a float no wider than a floating-point base",
				)));
			}
			return Ok(base);
		}
		let dtype = inputs.common_dtype()?;
		let allowed = match self.op {
			Binary::PRelu => dtype.is_real(),
			Binary::FloorMod => dtype.is_integer(),
			_ => dtype.is_real() || dtype.is_integer(),
		};
		if allowed {
			return Ok(dtype);
		}
		let advice = match self.op {
			Binary::FloorMod => "an integer (or set fmod=1)",
			Binary::PRelu => "a floating-point number",
			_ => "a number",
		};
		Err(Reason(wrong_dtype("an input", dtype, advice)))
	}
}

impl Family for Arithmetic {
	/// The shape to give the second operand.
	type Call = Vec<usize>;

	const FOLLOWS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		let dtype = self.check_types(inputs)?;
		let (a, b) = (inputs.shape(0)?, self.alignment.second(inputs.shape(0)?, inputs.shape(1)?)?);
		let shape = broadcast(a, &b)?;
		if matches!(self.op, Binary::PRelu) && shape != a {
			return Err(Reason(format!("slope of shape {b:?} does not broadcast to {a:?}")));
		}
		let output = TensorSpec::new(dtype, shape);
		Ok(match self.op {
			// An integer base and exponent, or the base as a float, are in 64 bits on the way.
			Binary::Pow if dtype.is_integer() => Plan::per_element(output, POWER, b).with_temporaries(6),
			Binary::Pow => Plan::per_element(output, POWER, b).with_temporaries(1),
			Binary::Fmod | Binary::FloorMod => Plan::per_element(output, TRANSCENDENTAL, b),
			_ => Plan::per_element(output, ARITHMETIC, b),
		})
	}

	fn run<T: TensorOps>(
		&self,
		shape: Vec<usize>,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let (a, b) = (inputs.get(0)?, &ops.reshape(inputs.get(1)?, &shape)?);
		let (base, exponent) = (ops.spec(a).dtype, ops.spec(b).dtype);
		if matches!(self.op, Binary::Pow) && base.is_integer() {
			return Ok(vec![if exponent.is_integer() {
				integer_power(ops, a, b)?
			} else {
				ops.cast(&ops.binary(self.op, &ops.cast(a, exponent)?, b)?, base)?
			}]);
		}
		if matches!(self.op, Binary::Pow) && exponent != base {
			return Ok(vec![ops.binary(self.op, a, &ops.cast(b, base)?)?]);
		}
		Ok(vec![ops.binary(self.op, a, b)?])
	}

	fn follow<T: TensorOps>(
		&self,
		_: Vec<usize>,
		index: usize,
		inputs: &[Option<&T::Tensor>],
	) -> Option<Then<T::Tensor>> {
		let op = self.op;
		let simple = matches!(op, Binary::Add | Binary::Sub | Binary::Mul | Binary::Div);
		// Before operator set 7 the second operand may need another shape first.
		if !simple || self.alignment != Alignment::Last {
			return None;
		}
		let side = if index == 0 { Side::Left } else { Side::Right };
		let other = inputs.get(1 - index).copied().flatten()?.clone();
		Some(Then::Binary { op, other, side })
	}
}
