//! Matrix products: every path against the definition, bit for bit.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use assay_numerics::{
	BLOCK, Cpu, MatMul, PackedMatrix, ShapeError, Strides, batch_offsets, dot, fma, matmul, matmul_batched,
	matmul_i32, matmul_packed,
};
use proptest::prelude::*;

mod common;
use common::{assert_same_bits, every_cpu, values};

/// The definition, written out without any of the crate's loops.
fn defined(shape: &MatMul, a: &[f32], b: &[f32]) -> Vec<f32> {
	let mut c = Vec::new();
	for i in 0..shape.m {
		for j in 0..shape.n {
			let mut total = None;
			for from in (0..shape.k).step_by(256) {
				let mut chain = 0.0f32;
				for k in from..shape.k.min(from + 256) {
					let (x, y) = (a[i * shape.a.row + k * shape.a.col], b[k * shape.b.row + j * shape.b.col]);
					chain = fma::fma_soft(x, y, chain);
				}
				total = Some(total.map_or(chain, |sum: f32| sum + chain));
			}
			c.push(total.unwrap_or(0.0));
		}
	}
	c
}

fn check(shape: &MatMul, a: &[f32], b: &[f32]) {
	let expected = defined(shape, a, b);
	let bias = values(shape.n, 7);
	let biased: Vec<f32> = expected.iter().zip(bias.iter().cycle()).map(|(v, b)| v + b).collect();
	for cpu in every_cpu() {
		let mut c = vec![f32::NAN; shape.m * shape.n];
		matmul(cpu, shape, a, b, &mut c).unwrap();
		assert_same_bits(&c, &expected, &format!("{cpu:?} {shape:?}"));
		let packed = PackedMatrix::new(cpu, shape.k, shape.n, b, shape.b).unwrap();
		matmul_packed(cpu, shape.m, a, shape.a, &packed, None, &mut c).unwrap();
		assert_same_bits(&c, &expected, &format!("packed, {cpu:?} {shape:?}"));
		matmul_packed(cpu, shape.m, a, shape.a, &packed, Some(&bias), &mut c).unwrap();
		assert_same_bits(&c, &biased, &format!("packed, bias, {cpu:?} {shape:?}"));
	}
}

fn strides(rows: usize, cols: usize, layout: u8) -> (Strides, usize) {
	match layout {
		0 => (Strides::row_major(cols), rows * cols),
		1 => (Strides::transposed(rows), rows * cols),
		_ => (Strides { row: 2 * cols + 3, col: 2 }, rows * (2 * cols + 3)),
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn product_should_equal_the_definition_on_odd_shapes(
		m in 0usize..40, k in 0usize..600, n in 0usize..80, la in 0u8..3, lb in 0u8..3, seed: u64,
	) {
		let ((a, a_len), (b, b_len)) = (strides(m, k, la), strides(k, n, lb));
		check(&MatMul { m, k, n, a, b }, &values(a_len, seed), &values(b_len, !seed));
	}

	#[test]
	fn product_should_equal_the_definition_on_single_rows_and_columns(
		long in 1usize..200, k in 1usize..700, column: bool, la in 0u8..3, lb in 0u8..3, seed: u64,
	) {
		let (m, n) = if column { (long, 1) } else { (1, long) };
		let ((a, a_len), (b, b_len)) = (strides(m, k, la), strides(k, n, lb));
		check(&MatMul { m, k, n, a, b }, &values(a_len, seed), &values(b_len, !seed));
	}
}

#[test]
fn product_should_equal_the_definition_when_it_spans_cache_blocks_and_threads() {
	// More rows than are packed at once (240), more columns (512), an uneven last block of K.
	let shape = MatMul::row_major(253, 300, 547);
	check(&shape, &values(253 * 300, 1), &values(300 * 547, 2));
}

#[test]
fn product_should_be_the_same_when_threads_share_it() {
	for threads in [1, 2, 7] {
		let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
		pool.install(|| {
			// Of the last, which is wide, the threads pack the rows together.
			for (m, k, n) in [(300, 270, 200), (5, 300, 900), (900, 70, 3), (1, 1000, 333), (250, 700, 520)] {
				check(&MatMul::row_major(m, k, n), &values(m * k, 11), &values(k * n, 12));
				let shape = MatMul { b: Strides::transposed(k), ..MatMul::row_major(m, k, n) };
				check(&shape, &values(m * k, 11), &values(k * n, 12));
			}
		});
	}
}

#[test]
fn packed_matrix_should_give_its_entries_back() {
	let b = values(5 * 37, 13);
	let packed = PackedMatrix::new(Cpu::scalar(), 5, 37, &b, Strides::row_major(37)).unwrap();
	assert_eq!((packed.rows(), packed.cols(), packed.unpack()), (5, 37, b.clone()));
	let transposed = PackedMatrix::new(Cpu::scalar(), 37, 5, &b, Strides::transposed(37)).unwrap();
	let entries = transposed.unpack();
	assert!((0..5).all(|i| (0..37).all(|j| entries[j * 5 + i] == b[i * 37 + j])));
}

#[test]
fn packing_should_be_refused_when_buffers_do_not_fit() {
	let cpu = Cpu::scalar();
	assert!(PackedMatrix::new(cpu, 3, 4, &[0.0; 11], Strides::row_major(4)).is_err());
	let huge = Strides { row: 0, col: 0 };
	assert_eq!(PackedMatrix::new(cpu, usize::MAX, 2, &[0.0], huge).unwrap_err(), ShapeError::Overflow);
	let packed = PackedMatrix::new(cpu, 3, 4, &[0.0; 12], Strides::row_major(4)).unwrap();
	let rows = Strides::row_major(3);
	assert!(matmul_packed(cpu, 2, &[0.0; 5], rows, &packed, None, &mut [0.0; 8]).is_err());
	assert!(matmul_packed(cpu, 2, &[0.0; 6], rows, &packed, None, &mut [0.0; 7]).is_err());
	assert!(matmul_packed(cpu, 2, &[0.0; 6], rows, &packed, Some(&[0.0; 3]), &mut [0.0; 8]).is_err());
	assert_eq!(matmul_packed(cpu, 2, &[0.0; 6], rows, &packed, None, &mut [0.0; 8]), Ok(()));
}

#[test]
fn every_tile_shape_should_equal_the_definition() {
	for m in 1..=13 {
		for n in [1, 7, 8, 9, 15, 16, 17, 31, 32, 33] {
			check(&MatMul::row_major(m, 261, n), &values(m * 261, 3), &values(261 * n, 4));
		}
	}
}

#[test]
fn products_of_special_values_should_equal_the_definition() {
	let special = [0.0, -0.0, f32::INFINITY, f32::MIN_POSITIVE, f32::from_bits(1), -f32::MAX, f32::NAN, 1.0];
	let pick = |len: usize, step: usize| (0..len).map(|i| special[i * step % 8]).collect::<Vec<_>>();
	check(&MatMul::row_major(9, 5, 19), &pick(45, 3), &pick(95, 5));
}

#[test]
fn sign_of_zero_should_follow_the_definition() {
	// One block that underflows to −0 stays −0: the result starts as the first block.
	let tiny = f32::from_bits(1);
	assert_eq!(dot(&[tiny], &[-tiny]).to_bits(), 1 << 31);
	assert_eq!(dot::<f32>(&[], &[]).to_bits(), 0);
	// A chain starts at +0, so an exact −0 product leaves +0.
	assert_eq!(dot(&[-0f32], &[1.0]).to_bits(), 0);
	check(&MatMul::row_major(1, 1, 1), &[tiny], &[-tiny]);
}

#[test]
fn blocks_should_be_visible_in_the_result() {
	// 2^24, then ones: within a block they vanish one by one; a second block collects them first.
	let mut a = vec![1.0f32; BLOCK + 8];
	a[0] = 16_777_216.0;
	assert_eq!(dot(&a, &vec![1.0; BLOCK + 8]), 16_777_224.0);
}

#[test]
fn batches_should_broadcast() {
	let (m, k, n) = (3, 5, 4);
	let (batch, offsets) = batch_offsets(&[2, 1], &[3], m * k, k * n).unwrap();
	assert_eq!(batch, [2, 3]);
	let (a, b) = (values(2 * m * k, 5), values(3 * k * n, 6));
	let shape = MatMul::row_major(m, k, n);
	let expected: Vec<f32> =
		(0..6).flat_map(|i| defined(&shape, &a[i / 3 * 15..], &b[i % 3 * 20..])).collect();
	for cpu in every_cpu() {
		let mut c = vec![0.0; 6 * m * n];
		matmul_batched(cpu, &shape, &offsets, &a, &b, &mut c).unwrap();
		assert_same_bits(&c, &expected, "batched");
	}
}

#[test]
fn product_should_be_refused_when_buffers_do_not_fit() {
	let cpu = Cpu::scalar();
	let shape = MatMul::row_major(2, 3, 2);
	let refused = matmul(cpu, &shape, &[0.0; 5], &[0.0; 6], &mut [0.0; 4]);
	assert_eq!(refused, Err(ShapeError::Length { what: "the left matrix", expected: 6, found: 5 }));
	assert!(matmul(cpu, &shape, &[0.0; 6], &[0.0; 6], &mut [0.0; 5]).is_err());
	let huge =
		MatMul { m: usize::MAX, k: 2, n: 1, a: Strides { row: 2, col: 1 }, b: Strides { row: 1, col: 1 } };
	assert_eq!(matmul(cpu, &huge, &[], &[], &mut []), Err(ShapeError::Overflow));
	assert!(matmul_batched(cpu, &shape, &[(usize::MAX, 0)], &[0.0; 6], &[0.0; 6], &mut [0.0; 4]).is_err());
}

#[test]
fn integer_product_should_wrap() {
	let mut c = [7; 1];
	matmul_i32(&MatMul::row_major(1, 2, 1), &[i32::MAX, 3], &[2, 5], &mut c).unwrap();
	assert_eq!(c, [13]);
}
