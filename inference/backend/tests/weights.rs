//! A constant that was packed as a weight gives the bits of the same tensor as an operand, on both executors.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use assay_backend::StrictOps;
use assay_graph::{
	ConvParams, ConvTransposeParams, DType, GemmParams, HostTensor, KernelError, SliceOps, TensorOps,
	WeightRole,
};
use common::tensor;
use proptest::prelude::*;

/// What `compute` gives for the operands, the second of which was packed if there is a role for it.
fn result<T: TensorOps>(
	ops: &T,
	operands: &[HostTensor],
	role: Option<WeightRole>,
	compute: impl Fn(&T, &[T::Tensor]) -> Result<T::Tensor, KernelError>,
) -> HostTensor {
	let mut tensors: Vec<_> = operands.iter().map(|t| ops.from_host(t.clone()).unwrap()).collect();
	if let Some(role) = role {
		let weight = ops.prepare(tensors[1].clone(), role).unwrap();
		assert_eq!(ops.spec(&weight), operands[1].spec());
		assert_eq!(ops.to_host(weight.clone()).unwrap(), operands[1]);
		tensors[1] = weight;
	}
	ops.to_host(compute(ops, &tensors).unwrap()).unwrap()
}

macro_rules! assert_same {
	($operands:expr, $role:expr, |$ops:ident, $t:ident| $call:expr) => {{
		let slices = SliceOps::new(assay_numerics::select().unwrap());
		let expected = result(&slices, &$operands, None, |$ops, $t| $call);
		prop_assert_eq!(&result(&slices, &$operands, Some($role), |$ops, $t| $call), &expected);
		prop_assert_eq!(&result(&StrictOps::default(), &$operands, Some($role), |$ops, $t| $call), &expected);
	}};
}

fn floats(shapes: Vec<Vec<usize>>) -> impl Strategy<Value = Vec<HostTensor>> {
	shapes.into_iter().map(|shape| tensor(DType::F32, shape)).collect::<Vec<_>>()
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn packed_matrix_should_give_the_bits_of_a_matrix(
		x in (0usize..4, 0usize..9, 0usize..300, 0usize..40).prop_flat_map(|(batch, m, k, n)| {
			floats(vec![vec![batch, m, k], vec![k, n]])
		}),
	) {
		assert_same!(x, WeightRole::MatMul, |ops, t| ops.matmul(&t[0], &t[1]));
	}

	#[test]
	fn packed_matrix_should_multiply_transposed_and_interleaved_views(
		x in (1usize..4, 1usize..9, 1usize..40, 12usize..40).prop_flat_map(|(batch, m, k, n)| {
			floats(vec![vec![k, batch, m], vec![k, n]])
		}),
	) {
		assert_same!(x, WeightRole::MatMul, |ops, t| ops.matmul(&ops.transpose(&t[0], &[1, 2, 0])?, &t[1]));
		assert_same!(x, WeightRole::MatMul, |ops, t| ops.matmul(&ops.transpose(&t[0], &[2, 1, 0])?, &t[1]));
	}

	#[test]
	fn packed_matrix_should_give_the_bits_of_a_gemm(
		(x, params) in (1usize..9, 1usize..300, 1usize..40, any::<[bool; 4]>(), 0usize..5).prop_flat_map(
			|(m, k, n, [trans_a, trans_b, with_alpha, with_beta], c)| {
				let oriented = |r, c, transposed| if transposed { vec![c, r] } else { vec![r, c] };
				let c = match c { 0 => vec![], 1 => vec![n], 2 => vec![m, 1], 3 => vec![1, n], _ => vec![m, n] };
				let shapes = vec![oriented(m, k, trans_a), oriented(k, n, trans_b), c];
				let alpha = if with_alpha { 0.3 } else { 1. };
				let beta = if with_beta { 0.7 } else { 1. };
				(floats(shapes), Just(GemmParams { alpha, beta, trans_a, trans_b }))
			},
		),
	) {
		let role = WeightRole::Gemm { transposed: params.trans_b };
		assert_same!(x, role, |ops, t| ops.gemm(&params, &t[0], &t[1], Some(&t[2])));
		assert_same!(x, role, |ops, t| ops.gemm(&params, &t[0], &t[1], None));
	}

	#[test]
	fn packed_weight_should_give_the_bits_of_a_convolution(
		(x, params) in (1usize..3, 1usize..3, 1usize..4, 1usize..20, 1usize..12, 1usize..4, 1usize..3).prop_flat_map(
			|(batch, group, c, m, size, kernel, stride)| {
				let x = vec![batch, c * group, size, size + 1];
				let w = vec![m * group, c, kernel, kernel];
				let params = ConvParams {
					strides: vec![stride; 2],
					dilations: vec![1; 2],
					pads_begin: vec![1, 2],
					pads_end: vec![2, 1],
					group,
				};
				(floats(vec![x, w, vec![m * group]]), Just(params))
			},
		),
	) {
		let role = WeightRole::Conv { group: params.group };
		assert_same!(x, role, |ops, t| ops.conv(&params, &t[0], &t[1], Some(&t[2])));
		assert_same!(x, role, |ops, t| ops.conv(&params, &t[0], &t[1], None));
	}

	#[test]
	fn packed_weight_should_give_the_bits_of_a_transposed_convolution(
		(x, params) in (1usize..3, 1usize..3, 1usize..4, 1usize..20, 2usize..8, 1usize..4, 1usize..3).prop_flat_map(
			|(batch, group, c, m, size, kernel, stride)| {
				let x = vec![batch, c * group, size, size + 1];
				let w = vec![c * group, m, kernel, kernel];
				let conv = ConvParams {
					strides: vec![stride; 2],
					dilations: vec![1; 2],
					pads_begin: vec![1, 0],
					pads_end: vec![0, 1],
					group,
				};
				let params = ConvTransposeParams { conv, output_padding: vec![stride - 1; 2] };
				(floats(vec![x, w, vec![m * group]]), Just(params))
			},
		),
	) {
		let role = WeightRole::ConvTranspose { group: params.conv.group };
		assert_same!(x, role, |ops, t| ops.conv_transpose(&params, &t[0], &t[1], Some(&t[2])));
		assert_same!(x, role, |ops, t| ops.conv_transpose(&params, &t[0], &t[1], None));
	}
}

#[test]
fn weight_should_be_refused_by_every_other_operation() {
	let ops = StrictOps::default();
	let values = HostTensor::from_vec([4, 16], vec![1f32; 64]).unwrap();
	let weight = ops.prepare(ops.from_host(values).unwrap(), WeightRole::MatMul).unwrap();
	assert!(ops.cast(&weight, DType::F64).is_err());
	assert!(ops.unary(assay_graph::Unary::Neg, &weight).is_err());
	assert!(ops.concat(&[&weight, &weight], 0).is_err());
}

/// The step between the rows of matrices that have one row each says nothing about where the next matrix is.
#[test]
fn packed_matrix_should_multiply_a_batch_of_single_rows_that_are_columns_of_a_matrix() {
	let x = HostTensor::from_vec([1, 1, 2], vec![2f32, 3.0]).unwrap();
	let w = HostTensor::from_vec([1, 16], (0..16u8).map(f32::from).collect::<Vec<_>>()).unwrap();
	let product = result(&StrictOps::default(), &[x, w], Some(WeightRole::MatMul), |ops, t| {
		ops.matmul(&ops.transpose(&t[0], &[2, 1, 0])?, &t[1])
	});
	assert_eq!(product.shape(), [2, 1, 16]);
	let expected: Vec<f32> = [2u8, 3].iter().flat_map(|a| (0..16).map(move |b| f32::from(a * b))).collect();
	assert_eq!(product.as_slice::<f32>(), Some(expected.as_slice()));
}
