//! `Pow` of integers by integers, exact and wrapping.

use alloc::{format, vec, vec::Vec};

use crate::{
	dtype::DType,
	ops::{KernelError, TensorOps},
	tensor::{Element, HostTensor, elements},
};

/// `base ^ exponent`, wrapping. A negative power is truncated towards zero as a quotient is, and of 0 it is a division by
/// zero.
fn power(base: i64, exponent: i64) -> Result<i64, KernelError> {
	let Ok(mut exponent) = u64::try_from(exponent) else {
		return match base {
			0 => Err(KernelError::DivisionByZero),
			1 => Ok(1),
			-1 if exponent % 2 == 0 => Ok(1),
			-1 => Ok(-1),
			_ => Ok(0),
		};
	};
	let (mut result, mut square) = (1i64, base);
	while exponent > 0 {
		if exponent % 2 == 1 {
			result = result.wrapping_mul(square);
		}
		square = square.wrapping_mul(square);
		exponent /= 2;
	}
	Ok(result)
}

/// Powers of `a`, whose type the result has, with exponents `b` of any integer type; they broadcast. Wrapping in 64 bits and
/// then in fewer is the same as wrapping in fewer.
pub(super) fn integer_power<T: TensorOps>(
	ops: &T,
	a: &T::Tensor,
	b: &T::Tensor,
) -> Result<T::Tensor, KernelError> {
	let dtype = ops.spec(a).dtype;
	let (bases, exponents) = (ops.to_host(a.clone())?, ops.to_host(b.clone())?);
	let (bases, exponents) = (bases.cast(DType::I64), exponents.cast(DType::I64));
	let shape = assay_numerics::broadcast_shape(bases.shape(), exponents.shape())?;
	let mut pairs = vec![(0i64, 0i64); elements(&shape).unwrap_or_default()];
	assay_numerics::broadcast_map(
		values(&bases)?,
		bases.shape(),
		values(&exponents)?,
		exponents.shape(),
		&mut pairs,
		|base, exponent| (base, exponent),
	)?;
	let powers = pairs.into_iter().map(|(base, exponent)| power(base, exponent));
	let powers = HostTensor::from_vec(shape, powers.collect::<Result<Vec<i64>, _>>()?);
	ops.from_host(powers.map_err(|error| KernelError::Backend(format!("{error}")))?.cast(dtype))
}

fn values<E: Element>(tensor: &HostTensor) -> Result<&[E], KernelError> {
	tensor
		.as_slice::<E>()
		.ok_or_else(|| KernelError::Backend(format!("a {} is no {}", tensor.dtype(), E::DTYPE)))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn power_should_wrap_and_truncate() {
		assert_eq!(power(3, 4), Ok(81));
		assert_eq!(power(0, 0), Ok(1));
		assert_eq!(power(2, 64), Ok(0));
		assert_eq!(power(3, 41), Ok(3i64.wrapping_pow(41)));
		assert_eq!(power(-2, 3), Ok(-8));
		assert_eq!(power(i64::MIN, 1), Ok(i64::MIN));
		assert_eq!(
			[power(1, -5), power(-1, -5), power(-1, i64::MIN), power(2, -1)],
			[Ok(1), Ok(-1), Ok(1), Ok(0)]
		);
		assert_eq!(power(0, -1), Err(KernelError::DivisionByZero));
	}
}
