//! Bits of integers: and, or, exclusive or, not, shifts.

use alloc::{vec, vec::Vec};

use assay_numerics::{broadcast_map, broadcast_shape};

use super::{
	NodeContext, Operator,
	host::{HostFamily, HostInputs, count, slice, tensor, with_types},
	plan::{Inputs, Plan, Reason, broadcast},
};
use crate::{
	error::{AttributeError, wrong_dtype},
	metering::ARITHMETIC,
	ops::KernelError,
	tensor::{Element, HostTensor, TensorSpec},
};

/// A function of the bits of two integers, with broadcasting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bitwise {
	And,
	Or,
	Xor,
	/// Unsigned integers only; as far as the type is wide or further gives 0.
	ShiftLeft,
	/// Likewise.
	ShiftRight,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let op = match node.op_type {
		"BitwiseAnd" => Bitwise::And,
		"BitwiseOr" => Bitwise::Or,
		"BitwiseXor" => Bitwise::Xor,
		_ => match node.attributes.string("direction")?.as_deref() {
			Some("LEFT") => Bitwise::ShiftLeft,
			Some("RIGHT") => Bitwise::ShiftRight,
			Some(_) => return Err(NodeContext::bad("direction", "must be LEFT or RIGHT")),
			None => return Err(AttributeError::Missing("direction")),
		},
	};
	Ok(op.into())
}

/// Integers by their bits.
trait Bits: Element {
	fn and(self, other: Self) -> Self;
	fn or(self, other: Self) -> Self;
	fn xor(self, other: Self) -> Self;
	fn not(self) -> Self;
	fn left(self, by: Self) -> Self;
	fn right(self, by: Self) -> Self;
}

macro_rules! bits {
	($($ty:ty),+) => {
		$(impl Bits for $ty {
			fn and(self, other: Self) -> Self {
				self & other
			}
			fn or(self, other: Self) -> Self {
				self | other
			}
			fn xor(self, other: Self) -> Self {
				self ^ other
			}
			fn not(self) -> Self {
				!self
			}
			fn left(self, by: Self) -> Self {
				u32::try_from(by).ok().and_then(|by| self.checked_shl(by)).unwrap_or(0)
			}
			fn right(self, by: Self) -> Self {
				u32::try_from(by).ok().and_then(|by| self.checked_shr(by)).unwrap_or(0)
			}
		})+
	};
}

bits!(i8, i16, i32, i64, u8, u16, u32, u64);

impl HostFamily for Bitwise {
	type Call = ();

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		use crate::dtype::DType::{U8, U16, U32, U64};
		let dtype = inputs.common_dtype()?;
		let shifts = matches!(self, Self::ShiftLeft | Self::ShiftRight);
		if shifts && !matches!(dtype, U8 | U16 | U32 | U64) || !dtype.is_integer() {
			let expected = if shifts { "an unsigned integer" } else { "an integer" };
			return Err(Reason(wrong_dtype("an input", dtype, expected)));
		}
		let shape = broadcast(inputs.shape(0)?, inputs.shape(1)?)?;
		Ok(Plan::per_element(TensorSpec::new(dtype, shape), ARITHMETIC, ()))
	}

	fn compute(&self, _: (), inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		fn pairs<E: Bits>(
			op: Bitwise,
			x: &[E],
			a: &HostTensor,
			b: &HostTensor,
		) -> Result<HostTensor, KernelError> {
			let function = match op {
				Bitwise::And => E::and,
				Bitwise::Or => E::or,
				Bitwise::Xor => E::xor,
				Bitwise::ShiftLeft => E::left,
				Bitwise::ShiftRight => E::right,
			};
			let shape = broadcast_shape(a.shape(), b.shape())?;
			let mut out = vec![E::default(); count(&shape)?];
			broadcast_map(x, a.shape(), slice(b)?, b.shape(), &mut out, function)?;
			tensor(&shape, out)
		}
		let (a, b) = (inputs.get(0)?, inputs.get(1)?);
		with_types!(a.data(), [I8 I16 I32 I64 U8 U16 U32 U64], values => Ok(vec![pairs(*self, values, a, b)?]))
	}
}

/// `BitwiseNot`.
#[derive(Clone, Debug)]
pub(crate) struct BitwiseNot;

pub(crate) fn parse_not(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(BitwiseNot.into())
}

impl HostFamily for BitwiseNot {
	type Call = ();

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let x = inputs.spec(0)?;
		if !x.dtype.is_integer() {
			return Err(Reason(wrong_dtype("the input", x.dtype, "an integer")));
		}
		Ok(Plan::per_element(x.clone(), ARITHMETIC, ()))
	}

	fn compute(&self, _: (), inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let x = inputs.get(0)?;
		with_types!(x.data(), [I8 I16 I32 I64 U8 U16 U32 U64], values => {
			Ok(vec![tensor(x.shape(), values.iter().map(|&value| value.not()).collect())?])
		})
	}
}
