//! Elementwise functions: floats by the numerics profile, integers as ONNX says.

use alloc::{vec, vec::Vec};

use assay_numerics::{Binary, Comparison, Cpu, ShapeError, Unary};

use super::{SliceTensor, movement, unsupported, with_real, zeros};
use crate::{
	dtype::DType,
	ops::{KernelError, Logical},
	tensor::{Element, TensorData, elements, with_data},
};

/// Integer arithmetic that wraps.
pub(super) trait Integer: Element + Ord {
	const ONE: Self;
	const MIN: Self;
	const MAX: Self;
	fn add(self, other: Self) -> Self;
	fn sub(self, other: Self) -> Self;
	fn mul(self, other: Self) -> Self;
	/// Towards zero; by a divisor that is not zero.
	fn div(self, other: Self) -> Self;
	/// Remainder with the sign of the dividend; by a divisor that is not zero.
	fn rem(self, other: Self) -> Self;
	fn neg(self) -> Self;

	/// Remainder with the sign of the divisor; by a divisor that is not zero.
	fn floor_mod(self, other: Self) -> Self {
		let (zero, rest) = (Self::default(), self.rem(other));
		if rest != zero && (rest < zero) != (other < zero) { rest.add(other) } else { rest }
	}
}

macro_rules! integer {
	($($ty:ty),+) => {
		$(impl Integer for $ty {
			const ONE: Self = 1;
			const MIN: Self = <$ty>::MIN;
			const MAX: Self = <$ty>::MAX;
			fn add(self, other: Self) -> Self {
				self.wrapping_add(other)
			}
			fn sub(self, other: Self) -> Self {
				self.wrapping_sub(other)
			}
			fn mul(self, other: Self) -> Self {
				self.wrapping_mul(other)
			}
			fn div(self, other: Self) -> Self {
				if other == 0 { 0 } else { self.wrapping_div(other) }
			}
			fn rem(self, other: Self) -> Self {
				if other == 0 { 0 } else { self.wrapping_rem(other) }
			}
			fn neg(self) -> Self {
				self.wrapping_neg()
			}
		})+
	};
}

integer!(i8, i16, i32, i64, u8, u16, u32, u64);

/// Runs an expression with the integer vector inside; other types are refused.
macro_rules! with_integers {
	($data:expr, $values:ident => $body:expr) => {
		match $data {
			TensorData::I8($values) => $body,
			TensorData::I16($values) => $body,
			TensorData::I32($values) => $body,
			TensorData::I64($values) => $body,
			TensorData::U8($values) => $body,
			TensorData::U16($values) => $body,
			TensorData::U32($values) => $body,
			TensorData::U64($values) => $body,
			other => return Err(unsupported(other.dtype())),
		}
	};
}

pub(super) fn unary(cpu: Cpu, op: Unary, x: &SliceTensor) -> Result<SliceTensor, KernelError> {
	if x.data.dtype().is_real() {
		return with_real!(x, R => {
			let mut out = zeros(&x.shape)?;
			assay_numerics::unary::<R>(cpu, op, x.slice()?, &mut out)?;
			SliceTensor::from_vec(x.shape.clone(), out)
		});
	}
	fn integers<I: Integer>(op: Unary, values: &[I]) -> Result<TensorData, KernelError> {
		let zero = I::default();
		let function = |value: I| match op {
			Unary::Abs if value < zero => value.neg(),
			Unary::Abs => value,
			Unary::Neg => value.neg(),
			Unary::Relu => value.max(zero),
			// Sign
			_ if value < zero => I::ONE.neg(),
			_ if value > zero => I::ONE,
			_ => zero,
		};
		match op {
			Unary::Abs | Unary::Neg | Unary::Relu | Unary::Sign => {
				Ok(I::wrap(values.iter().map(|&value| function(value)).collect()))
			}
			_ => Err(unsupported(I::DTYPE)),
		}
	}
	let data = with_integers!(&*x.data, values => integers(op, values)?);
	SliceTensor::new(x.shape.clone(), data)
}

/// Applies a function to every pair of elements that broadcasting brings together.
fn broadcast<A: Copy, B: Copy, O: Element>(
	(a, a_shape): (&[A], &[usize]),
	(b, b_shape): (&[B], &[usize]),
	function: impl Fn(A, B) -> O,
) -> Result<SliceTensor, KernelError> {
	let shape = assay_numerics::broadcast_shape(a_shape, b_shape)?;
	let mut out = vec![O::default(); elements(&shape).ok_or(ShapeError::Overflow)?];
	assay_numerics::broadcast_map(a, a_shape, b, b_shape, &mut out, function)?;
	SliceTensor::from_vec(shape, out)
}

pub(super) fn binary(
	cpu: Cpu,
	op: Binary,
	a: &SliceTensor,
	b: &SliceTensor,
) -> Result<SliceTensor, KernelError> {
	if a.data.dtype().is_real() {
		return with_real!(a, R => {
			let shape = assay_numerics::broadcast_shape(&a.shape, &b.shape)?;
			let mut out = zeros(&shape)?;
			assay_numerics::binary::<R>(cpu, op, a.slice()?, &a.shape, b.slice()?, &b.shape, &mut out)?;
			SliceTensor::from_vec(shape, out)
		});
	}
	fn integers<I: Integer>(
		op: Binary,
		x: &[I],
		a: &SliceTensor,
		b: &SliceTensor,
	) -> Result<SliceTensor, KernelError> {
		let divisors = b.slice::<I>()?;
		let function: fn(I, I) -> I = match op {
			Binary::Add => I::add,
			Binary::Sub => I::sub,
			Binary::Mul => I::mul,
			Binary::Min => |a, b| a.min(b),
			Binary::Max => |a, b| a.max(b),
			Binary::Div => I::div,
			Binary::Fmod => I::rem,
			Binary::FloorMod => I::floor_mod,
			_ => return Err(unsupported(I::DTYPE)),
		};
		// Broadcasting uses every divisor, unless there is nothing to divide.
		let divides = matches!(op, Binary::Div | Binary::Fmod | Binary::FloorMod) && !x.is_empty();
		if divides && divisors.contains(&I::default()) {
			return Err(KernelError::DivisionByZero);
		}
		broadcast((x, &a.shape), (divisors, &b.shape), function)
	}
	with_integers!(&*a.data, values => integers(op, values, a, b))
}

pub(super) fn compare(op: Comparison, a: &SliceTensor, b: &SliceTensor) -> Result<SliceTensor, KernelError> {
	fn ordered<E: Element + PartialOrd>(
		op: Comparison,
		x: &[E],
		a: &SliceTensor,
		b: &SliceTensor,
	) -> Result<SliceTensor, KernelError> {
		let function: fn(E, E) -> bool = match op {
			Comparison::Equal => |a, b| a == b,
			Comparison::NotEqual => |a, b| a != b,
			Comparison::Less => |a, b| a < b,
			Comparison::LessOrEqual => |a, b| a <= b,
			Comparison::Greater => |a, b| a > b,
			Comparison::GreaterOrEqual => |a, b| a >= b,
		};
		broadcast((x, &a.shape), (b.slice::<E>()?, &b.shape), function)
	}
	match &*a.data {
		TensorData::F32(values) => ordered(op, values, a, b),
		TensorData::F64(values) => ordered(op, values, a, b),
		TensorData::Bool(values) => ordered(op, values, a, b),
		data => with_integers!(data, values => ordered(op, values, a, b)),
	}
}

pub(super) fn logical(op: Logical, a: &SliceTensor, b: &SliceTensor) -> Result<SliceTensor, KernelError> {
	let function: fn(bool, bool) -> bool = match op {
		Logical::And => |a, b| a & b,
		Logical::Or => |a, b| a | b,
		Logical::Xor => |a, b| a ^ b,
	};
	broadcast((a.slice()?, &a.shape), (b.slice()?, &b.shape), function)
}

pub(super) fn select(
	condition: &SliceTensor,
	a: &SliceTensor,
	b: &SliceTensor,
) -> Result<SliceTensor, KernelError> {
	let pair = assay_numerics::broadcast_shape(&a.shape, &b.shape)?;
	let shape = assay_numerics::broadcast_shape(&pair, &condition.shape)?;
	let fitted = |x: &SliceTensor| if x.shape == shape { Ok(x.clone()) } else { movement::expand(x, &shape) };
	let (condition, a, b) = (fitted(condition)?, fitted(a)?, fitted(b)?);
	fn chosen<E: Element>(condition: &[bool], a: &[E], b: &[E]) -> Vec<E> {
		let pairs = a.iter().zip(b);
		condition.iter().zip(pairs).map(|(&first, (&a, &b))| if first { a } else { b }).collect()
	}
	let condition = condition.slice::<bool>()?;
	let data = with_data!(&*a.data, values => Element::wrap(chosen(condition, values, b.slice()?)));
	SliceTensor::new(shape, data)
}
