//! Random tensors and shapes.
#![allow(dead_code, reason = "each test binary uses a part of this module")]

use assay_graph::{DType, HostTensor, TensorData};
use half::{bf16, f16};
use proptest::{collection::vec, num::f32 as float_class, prelude::*, sample::select};

pub const INTEGERS: [DType; 8] =
	[DType::I8, DType::I16, DType::I32, DType::I64, DType::U8, DType::U16, DType::U32, DType::U64];

/// Mostly moderate numbers, sometimes zeros of both signs, subnormals, infinities, NaN.
pub fn float() -> impl Strategy<Value = f32> {
	let any_class = float_class::NORMAL
		| float_class::ZERO
		| float_class::SUBNORMAL
		| float_class::INFINITE
		| float_class::QUIET_NAN
		| float_class::POSITIVE
		| float_class::NEGATIVE;
	prop_oneof![6 => -8f32..8., 1 => (-4i8..=4).prop_map(f32::from), 1 => any_class]
}

/// Numbers without infinities, NaN and overflow.
pub fn finite() -> impl Strategy<Value = f32> {
	-4f32..4.
}

/// Up to `max_rank` axes of length `least` to 4.
pub fn shape(max_rank: usize, least: usize) -> impl Strategy<Value = Vec<usize>> {
	vec(least..=4, 0..=max_rank)
}

/// A shape, and `N` shapes that broadcast to it together.
pub fn broadcast<const N: usize>() -> impl Strategy<Value = [Vec<usize>; N]> {
	let lengths = prop_oneof![1 => Just(0usize), 12 => 1usize..=5];
	(vec(lengths, 0..=4), vec((any::<u8>(), 0usize..=4), N)).prop_map(|(whole, choices)| {
		core::array::from_fn(|i| {
			let (ones, dropped) = choices[i];
			let dropped = if i == 0 { 0 } else { dropped.min(whole.len()) };
			let parts = whole.iter().enumerate().skip(dropped);
			parts.map(|(axis, &length)| if ones >> axis & 1 == 1 { 1 } else { length }).collect()
		})
	})
}

/// A tensor with random elements.
pub fn tensor(dtype: DType, shape: Vec<usize>) -> BoxedStrategy<HostTensor> {
	let count = shape.iter().product::<usize>();
	macro_rules! data {
		($elements:expr, $variant:ident) => {
			vec($elements, count)
				.prop_map(move |data| HostTensor::new(shape.clone(), TensorData::$variant(data)).unwrap())
				.boxed()
		};
	}
	macro_rules! integers {
		($ty:ty, $variant:ident) => {
			data!(
				prop_oneof![4 => -3i8..4, 1 => Just(0)]
					.prop_map(|x| x as $ty)
					.boxed()
					.prop_union(any::<$ty>().boxed()),
				$variant
			)
		};
	}
	match dtype {
		DType::F32 => data!(float(), F32),
		DType::F64 => data!(prop_oneof![float().prop_map(f64::from), any::<f64>()], F64),
		DType::F16 => data!(any::<u16>().prop_map(f16::from_bits), F16),
		DType::BF16 => data!(any::<u16>().prop_map(bf16::from_bits), BF16),
		DType::I8 => integers!(i8, I8),
		DType::I16 => integers!(i16, I16),
		DType::I32 => integers!(i32, I32),
		DType::I64 => integers!(i64, I64),
		DType::U8 => integers!(u8, U8),
		DType::U16 => integers!(u16, U16),
		DType::U32 => integers!(u32, U32),
		DType::U64 => integers!(u64, U64),
		DType::Bool => data!(any::<bool>(), Bool),
		_ => vec(any::<u8>(), count)
			.prop_map(move |codes| {
				HostTensor::new(shape.clone(), TensorData::from_codes(dtype, codes).unwrap()).unwrap()
			})
			.boxed(),
	}
}

/// A tensor of finite floats.
pub fn finite_tensor(shape: Vec<usize>) -> BoxedStrategy<HostTensor> {
	let count = shape.iter().product::<usize>();
	vec(finite(), count).prop_map(move |data| HostTensor::from_vec(shape.clone(), data).unwrap()).boxed()
}

pub fn any_dtype() -> impl Strategy<Value = DType> {
	select(DType::ALL.to_vec())
}

pub fn integer_dtype() -> impl Strategy<Value = DType> {
	select(INTEGERS.to_vec())
}

/// `f32`, or `f64`.
pub fn real_dtype() -> impl Strategy<Value = DType> {
	prop_oneof![3 => Just(DType::F32), 1 => Just(DType::F64)]
}

/// `f32`, `f64` or an integer type.
pub fn numeric_dtype() -> impl Strategy<Value = DType> {
	prop_oneof![real_dtype(), integer_dtype()]
}
