//! Integer operators: wrapping arithmetic, exact comparisons, division by zero as an error of the data.

use assay_graph::{ArgReduction, Binary, DType, KernelError, Reduction, Unary};
use burn_backend::{
	Backend, BoolDType, IntDType, Scalar, Shape, TensorData, TensorMetadata,
	tensor::{BoolTensor, IntTensor},
};

use super::tensor::BurnTensor;

const BOOL: BoolDType = BoolDType::Native;

pub(super) fn unary<B: Backend>(
	op: Unary,
	x: IntTensor<B>,
	dtype: DType,
) -> Result<IntTensor<B>, KernelError> {
	let signed = is_signed(dtype);
	Ok(match op {
		Unary::Neg => negate::<B>(x),
		Unary::Abs | Unary::Relu if !signed => x,
		Unary::Abs => B::int_abs(x),
		Unary::Relu => {
			let negative = B::int_lower_elem(x.clone(), 0.into(), BOOL);
			B::int_mask_fill(x, negative, 0.into())
		}
		Unary::Sign => {
			let positive = B::int_greater_elem(x.clone(), 0.into(), BOOL);
			let positive = B::bool_into_int(positive, x.dtype().into());
			if signed {
				let negative = B::int_lower_elem(x.clone(), 0.into(), BOOL);
				B::int_sub(positive, B::bool_into_int(negative, x.dtype().into()))
			} else {
				positive
			}
		}
		_ => return Err(KernelError::Backend(format!("{op:?} is not an operation on {dtype}"))),
	})
}

/// `a` and `b` have one shape.
pub(super) fn binary<B: Backend>(
	op: Binary,
	a: IntTensor<B>,
	b: IntTensor<B>,
	dtype: DType,
) -> Result<IntTensor<B>, KernelError> {
	if matches!(op, Binary::Div | Binary::Fmod | Binary::FloorMod) && contains_zero::<B>(b.clone())? {
		return Err(KernelError::DivisionByZero);
	}
	Ok(match op {
		Binary::Add => B::int_add(a, b),
		Binary::Sub => B::int_sub(a, b),
		Binary::Mul => B::int_mul(a, b),
		Binary::Div => divide::<B>(a, b, dtype),
		Binary::Fmod => {
			let quotient = divide::<B>(a.clone(), b.clone(), dtype);
			B::int_sub(a, B::int_mul(quotient, b))
		}
		Binary::FloorMod => B::int_remainder(a, b),
		Binary::Min => {
			let smaller = B::int_lower(b.clone(), a.clone(), BOOL);
			B::int_mask_where(a, smaller, b)
		}
		Binary::Max => {
			let greater = B::int_greater(b.clone(), a.clone(), BOOL);
			B::int_mask_where(a, greater, b)
		}
		_ => return Err(KernelError::Backend(format!("{op:?} is not an operation on {dtype}"))),
	})
}

/// Reduces `axes`, which stay with length 1. Of nothing: the neutral element.
pub(super) fn reduce<B: Backend>(
	op: Reduction,
	x: IntTensor<B>,
	axes: &[usize],
	dtype: DType,
) -> Result<IntTensor<B>, KernelError> {
	type Step<B> = fn(IntTensor<B>, usize) -> IntTensor<B>;
	let (step, neutral): (Step<B>, Scalar) = match op {
		Reduction::Sum => (B::int_sum_dim, Scalar::Int(0)),
		Reduction::Prod => (B::int_prod_dim, Scalar::Int(1)),
		Reduction::Max => (B::int_max_dim, least(dtype)),
		Reduction::Min => (B::int_min_dim, greatest(dtype)),
		_ => return Err(KernelError::Backend(format!("{op:?} is not a reduction of {dtype}"))),
	};
	if x.shape().num_elements() == 0 {
		let mut shape = x.shape();
		axes.iter().for_each(|&axis| shape[axis] = 1);
		// Not `int_full`: stock backends take its value by way of `i64`.
		let neutral = TensorData::full_dtype(shape, neutral, x.dtype());
		return Ok(B::int_from_data(neutral, &x.device()));
	}
	Ok(axes.iter().fold(x, |x, &axis| step(x, axis)))
}

/// Index of the extreme along `axis`, which stays with length 1, as `i64`.
pub(super) fn arg_reduce<B: Backend>(
	op: ArgReduction,
	x: IntTensor<B>,
	axis: usize,
	select_last: bool,
) -> IntTensor<B> {
	let last = x.shape()[axis] as i64 - 1;
	let x = if select_last { B::int_flip(x, &[axis]) } else { x };
	let index = match op {
		ArgReduction::Max => B::int_argmax(x, axis),
		ArgReduction::Min => B::int_argmin(x, axis),
	};
	let index = B::int_cast(index, IntDType::I64);
	if select_last { B::int_add_scalar(negate::<B>(index), last.into()) } else { index }
}

/// Truncating division; no element of `b` is zero.
///
/// `MIN / -1` overflows, which Burn leaves to the backend. So -1 is never divided by: the dividend is negated instead.
fn divide<B: Backend>(a: IntTensor<B>, b: IntTensor<B>, dtype: DType) -> IntTensor<B> {
	if !is_signed(dtype) {
		return B::int_div(a, b);
	}
	let minus_one = B::int_equal_elem(b.clone(), (-1).into(), BOOL);
	let divisor = B::int_mask_fill(b, minus_one.clone(), 1.into());
	let negated = negate::<B>(a.clone());
	B::int_mask_where(B::int_div(a, divisor), minus_one, negated)
}

/// `0 - x`, which unlike a product with -1 is right for unsigned types too.
fn negate<B: Backend>(x: IntTensor<B>) -> IntTensor<B> {
	let zeros = B::int_zeros(x.shape(), &x.device(), x.dtype().into());
	B::int_sub(zeros, x)
}

fn contains_zero<B: Backend>(x: IntTensor<B>) -> Result<bool, KernelError> {
	if x.shape().num_elements() == 0 {
		return Ok(false);
	}
	let zero: BoolTensor<B> = B::bool_any(B::int_equal_elem(x, 0.into(), BOOL));
	let host = BurnTensor::<B>::Bool(B::bool_reshape(zero, Shape::new([1]))).into_host()?;
	Ok(host.as_slice::<bool>() == Some(&[true]))
}

fn is_signed(dtype: DType) -> bool {
	matches!(dtype, DType::I8 | DType::I16 | DType::I32 | DType::I64)
}

fn least(dtype: DType) -> Scalar {
	Scalar::Int(match dtype {
		DType::I64 => i64::MIN,
		DType::I32 => i32::MIN.into(),
		DType::I16 => i16::MIN.into(),
		DType::I8 => i8::MIN.into(),
		_ => 0,
	})
}

fn greatest(dtype: DType) -> Scalar {
	Scalar::UInt(match dtype {
		DType::U64 => u64::MAX,
		DType::U32 => u32::MAX.into(),
		DType::U16 => u16::MAX.into(),
		DType::U8 => u8::MAX.into(),
		DType::I32 => i32::MAX as u64,
		DType::I16 => i16::MAX as u64,
		DType::I8 => i8::MAX as u64,
		_ => i64::MAX as u64,
	})
}
