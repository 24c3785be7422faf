//! Elementwise kernels against their scalar definitions, bit for bit.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use assay_numerics::{
	Binary, Comparison, Cpu, Unary, binary, binary_same, binary_scalar, compare, unary, unary_in_place,
};
use proptest::prelude::*;

mod common;
use common::{assert_same_bits, every_cpu};

const UNARY: [Unary; 42] = [
	Unary::Abs,
	Unary::Neg,
	Unary::Sign,
	Unary::Floor,
	Unary::Ceil,
	Unary::Round,
	Unary::Trunc,
	Unary::Sqrt,
	Unary::Reciprocal,
	Unary::Relu,
	Unary::Exp,
	Unary::Expm1,
	Unary::Log,
	Unary::Log1p,
	Unary::Sin,
	Unary::Cos,
	Unary::Tan,
	Unary::Asin,
	Unary::Acos,
	Unary::Atan,
	Unary::Sinh,
	Unary::Cosh,
	Unary::Tanh,
	Unary::Asinh,
	Unary::Acosh,
	Unary::Atanh,
	Unary::Erf,
	Unary::Sigmoid,
	Unary::Softplus,
	Unary::Softsign,
	Unary::Mish,
	Unary::Gelu,
	Unary::GeluTanh,
	Unary::HardSwish,
	Unary::LeakyRelu { alpha: 0.01 },
	Unary::ThresholdedRelu { alpha: 1.5 },
	Unary::Elu { alpha: 2.0 },
	Unary::Celu { alpha: 1.7 },
	Unary::Selu { alpha: 1.673, gamma: 1.0507 },
	Unary::HardSigmoid { alpha: 0.2, beta: 0.5 },
	Unary::Swish { alpha: 1.3 },
	Unary::Clip { min: -1.0, max: 2.0 },
];

const BINARY: [Binary; 11] = [
	Binary::Add,
	Binary::Sub,
	Binary::Mul,
	Binary::Div,
	Binary::Min,
	Binary::Max,
	Binary::Pow,
	Binary::PRelu,
	Binary::Atan2,
	Binary::Fmod,
	Binary::FloorMod,
];

/// Every 65 521st bit pattern: all exponents, both signs, NaN.
fn sample() -> Vec<f32> {
	(0..=u32::MAX).step_by(65_521).map(f32::from_bits).collect()
}

#[test]
fn unary_kernels_should_equal_their_scalar_definition_on_all_exponents() {
	let mut x = sample();
	x.extend([0.0, -0.0, 1.0, -1.0, f32::INFINITY, f32::NEG_INFINITY, 0.5, 65_536.0, 65_536.01]);
	for op in UNARY {
		let expected: Vec<f32> = x.iter().map(|&v| op.apply(v)).collect();
		for cpu in every_cpu() {
			let mut out = vec![0.0; x.len()];
			unary(cpu, op, &x, &mut out).unwrap();
			assert_same_bits(&out, &expected, &format!("{op:?} {cpu:?}"));
			let mut out = x.clone();
			unary_in_place(cpu, op, &mut out);
			assert_same_bits(&out, &expected, &format!("{op:?} in place {cpu:?}"));
		}
	}
}

#[test]
fn binary_kernels_should_equal_their_scalar_definition_on_all_exponents() {
	let a = sample();
	let b: Vec<f32> = (0..a.len()).map(|i| a[i * 7919 % a.len()]).collect();
	for op in BINARY {
		let expected: Vec<f32> = a.iter().zip(&b).map(|(&x, &y)| op.apply(x, y)).collect();
		let with_scalar: Vec<f32> = a.iter().map(|&x| op.apply(x, 1.5)).collect();
		for cpu in every_cpu() {
			let mut out = vec![0.0; a.len()];
			binary_same(cpu, op, &a, &b, &mut out).unwrap();
			assert_same_bits(&out, &expected, &format!("{op:?} {cpu:?}"));
			binary_scalar(cpu, op, &a, 1.5, &mut out).unwrap();
			assert_same_bits(&out, &with_scalar, &format!("{op:?} scalar {cpu:?}"));
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn broadcasts_should_equal_index_arithmetic(
		full in prop::collection::vec(1usize..40, 3), mask in 0usize..64, seed: u64,
	) {
		let shape = |bits: usize| -> Vec<usize> {
			(0..3).map(|i| if (bits >> i) & 1 == 1 { full[i] } else { 1 }).collect()
		};
		let (sa, sb) = (shape(mask), shape(mask >> 3));
		let so: Vec<usize> = sa.iter().zip(&sb).map(|(&x, &y)| x.max(y)).collect();
		let a = common::values(sa.iter().product(), seed);
		let b = common::values(sb.iter().product(), !seed);
		let expected: Vec<f32> = (0..so.iter().product::<usize>())
			.map(|i| {
				let index = [i / (so[1] * so[2]), i / so[2] % so[1], i % so[2]];
				let at = |s: &[usize]| (0..3).fold(0, |f, d| f * s[d] + if s[d] == 1 { 0 } else { index[d] });
				a[at(&sa)] - b[at(&sb)]
			})
			.collect();
		for cpu in every_cpu() {
			let mut out = vec![0.0; expected.len()];
			binary(cpu, Binary::Sub, &a, &sa, &b, &sb, &mut out).unwrap();
			assert_same_bits(&out, &expected, "broadcast");
		}
	}
}

#[test]
fn comparisons_should_treat_nan_as_unordered_and_zeros_as_equal() {
	let a = [1.0, 2.0, f32::NAN, -0.0];
	let b = [1.0, 1.0, f32::NAN, 0.0];
	for (op, expected) in [
		(Comparison::Equal, [true, false, false, true]),
		(Comparison::NotEqual, [false, true, true, false]),
		(Comparison::Less, [false, false, false, false]),
		(Comparison::LessOrEqual, [true, false, false, true]),
		(Comparison::Greater, [false, true, false, false]),
		(Comparison::GreaterOrEqual, [true, true, false, true]),
	] {
		for cpu in every_cpu() {
			let mut out = [false; 4];
			compare(cpu, op, &a, &[4], &b, &[4], &mut out).unwrap();
			assert_eq!(out, expected, "{op:?}");
		}
	}
}

#[test]
fn activations_should_follow_onnx_at_their_corners() {
	assert_eq!(Unary::Relu.apply(-0f32).to_bits(), 0);
	assert!(Unary::Relu.apply(f32::NAN).is_nan());
	assert_eq!(Unary::LeakyRelu { alpha: 0.5 }.apply(-2.0), -1.0);
	assert_eq!(Unary::ThresholdedRelu { alpha: 1.0 }.apply(1.0), 0.0);
	assert_eq!(Unary::Clip { min: -1.0, max: 1.0 }.apply(-5.0), -1.0);
	assert!(Unary::Clip { min: -1.0, max: 1.0 }.apply(f32::NAN).is_nan());
	assert_eq!(Unary::Shrink { bias: 0.5, lambda: 1.0 }.apply(-2.0), -1.5);
	assert_eq!(Unary::Shrink { bias: 0.5, lambda: 1.0 }.apply(1.0), 0.0);
	assert_eq!(Unary::Softplus.apply(100.0), 100.0);
	assert_eq!(Unary::Softplus.apply(f32::NEG_INFINITY), 0.0);
	assert_eq!(Unary::Gelu.apply(f32::INFINITY), f32::INFINITY);
	assert_eq!(Unary::HardSigmoid { alpha: 0.2, beta: 0.5 }.apply(9.0), 1.0);
	assert_eq!(Unary::Softsign.apply(1.0), 0.5);
	assert_eq!(Binary::PRelu.apply(-2.0, 0.25), -0.5);
}

#[test]
fn kernels_should_refuse_buffers_that_do_not_fit() {
	let cpu = Cpu::scalar();
	assert!(unary(cpu, Unary::Exp, &[0.0; 2], &mut [0.0; 3]).is_err());
	assert!(binary_same(cpu, Binary::Add, &[0.0; 2], &[0.0; 3], &mut [0.0; 2]).is_err());
	assert!(binary(cpu, Binary::Add, &[0.0; 2], &[2], &[0.0; 3], &[3], &mut [0.0; 3]).is_err());
	assert!(compare(cpu, Comparison::Less, &[0.0; 2], &[2], &[0.0; 2], &[2], &mut [false; 3]).is_err());
}
