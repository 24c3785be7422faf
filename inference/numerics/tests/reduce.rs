//! Reductions, softmax and norms against their definitions, bit for bit.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use assay_numerics::{
	ArgReduction, BatchNorm, Cpu, Reduction, arg_reduce, batch_norm, batch_norm_factor, layer_norm,
	log_softmax, math, reduce, softmax, sum,
};
use proptest::prelude::*;

mod common;
use common::{assert_same_bits, every_cpu, values};

/// Rule 3, written out: sixteen lanes, the tree, the blocks.
fn fold(x: &[f32], identity: f32, combine: impl Fn(f32, f32) -> f32) -> f32 {
	let mut total = None;
	for block in x.chunks(256) {
		let mut lanes = [identity; 16];
		for (i, &v) in block.iter().enumerate() {
			lanes[i % 16] = combine(lanes[i % 16], v);
		}
		for half in [8, 4, 2, 1] {
			for i in 0..half {
				lanes[i] = combine(lanes[i], lanes[i + half]);
			}
		}
		total = Some(total.map_or(lanes[0], |t| combine(t, lanes[0])));
	}
	total.unwrap_or(identity)
}

fn fold_sum(x: &[f32]) -> f32 {
	fold(x, 0.0, |a, b| a + b)
}

fn defined(op: Reduction, x: &[f32]) -> f32 {
	let squares: Vec<f32> = x.iter().map(|v| v * v).collect();
	let max = fold(x, f32::NEG_INFINITY, math::maximum);
	match op {
		Reduction::Sum => fold_sum(x),
		Reduction::Mean => fold_sum(x) / x.len() as f32,
		Reduction::Max => max,
		Reduction::Min => fold(x, f32::INFINITY, math::minimum),
		Reduction::Prod => fold(x, 1.0, |a, b| a * b),
		Reduction::SumSquare => fold_sum(&squares),
		Reduction::L1 => fold_sum(&x.iter().map(|v| v.abs()).collect::<Vec<_>>()),
		Reduction::L2 => fold_sum(&squares).sqrt(),
		Reduction::LogSum => math::log(fold_sum(x)),
		Reduction::LogSumExp if !max.is_finite() => max,
		Reduction::LogSumExp => {
			max + math::log(fold_sum(&x.iter().map(|v| math::exp(v - max)).collect::<Vec<_>>()))
		}
	}
}

const OPS: [Reduction; 10] = [
	Reduction::Sum,
	Reduction::Mean,
	Reduction::Max,
	Reduction::Min,
	Reduction::Prod,
	Reduction::SumSquare,
	Reduction::L1,
	Reduction::L2,
	Reduction::LogSum,
	Reduction::LogSumExp,
];

/// The sets of a reduction, gathered by index arithmetic.
fn sets(shape: &[usize], axes: &[usize], x: &[f32]) -> Vec<Vec<f32>> {
	let kept: usize = (0..shape.len()).filter(|a| !axes.contains(a)).map(|a| shape[a]).product();
	let mut sets = vec![vec![]; kept];
	for (i, &v) in x.iter().enumerate() {
		let (mut rest, mut place, mut step) = (i, 0, 1);
		for axis in (0..shape.len()).rev() {
			if !axes.contains(&axis) {
				place += rest % shape[axis] * step;
				step *= shape[axis];
			}
			rest /= shape[axis];
		}
		sets[place].push(v);
	}
	sets
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn reduction_should_equal_its_definition_over_any_axes(
		shape in prop::collection::vec(1usize..24, 1..4), mask in 0usize..8, seed: u64,
	) {
		let axes: Vec<usize> = (0..shape.len()).filter(|a| (mask >> a) & 1 == 1).collect();
		let x = values(shape.iter().product(), seed);
		let sets = sets(&shape, &axes, &x);
		for op in OPS {
			let expected: Vec<f32> = sets.iter().map(|set| defined(op, set)).collect();
			for cpu in every_cpu() {
				let mut out = vec![f32::NAN; expected.len()];
				reduce(cpu, op, &shape, &axes, &x, &mut out).unwrap();
				assert_same_bits(&out, &expected, &format!("{op:?} {shape:?} {axes:?} {cpu:?}"));
			}
		}
	}

	#[test]
	fn long_sums_should_equal_their_definition(len in 0usize..5000, seed: u64) {
		let x = values(len, seed);
		assert_same_bits(&[sum(&x)], &[fold_sum(&x)], "sum");
	}

	#[test]
	fn softmax_should_equal_its_definition(outer in 1usize..5, size in 1usize..600, inner in 1usize..4, seed: u64) {
		let x: Vec<f32> = values(outer * size * inner, seed).iter().map(|v| v % 30.0).collect();
		let shape = [outer, size, inner];
		let (mut plain, mut log) = (vec![0.0; x.len()], vec![0.0; x.len()]);
		for o in 0..outer {
			for i in 0..inner {
				let at = |k: usize| (o * size + k) * inner + i;
				let run: Vec<f32> = (0..size).map(|k| x[at(k)]).collect();
				let max = fold(&run, f32::NEG_INFINITY, math::maximum);
				let e: Vec<f32> = run.iter().map(|v| math::exp(v - max)).collect();
				let sum = fold_sum(&e);
				for k in 0..size {
					plain[at(k)] = e[k] / sum;
					log[at(k)] = (run[k] - max) - math::log(sum);
				}
			}
		}
		for cpu in every_cpu() {
			let mut out = vec![0.0; x.len()];
			softmax(cpu, &shape, 1, &x, &mut out).unwrap();
			assert_same_bits(&out, &plain, "softmax");
			log_softmax(cpu, &shape, 1, &x, &mut out).unwrap();
			assert_same_bits(&out, &log, "log softmax");
		}
	}

	#[test]
	fn norms_should_equal_their_definition(outer in 1usize..6, inner in 1usize..700, with_bias: bool, seed: u64) {
		let x = values(outer * inner, seed);
		let (scale, bias) = (values(inner, seed ^ 1), values(inner, seed ^ 2));
		let (mut expected, mut means, mut inverses) = (vec![], vec![], vec![]);
		for row in x.chunks(inner) {
			let mean = fold_sum(row) / inner as f32;
			let d: Vec<f32> = row.iter().map(|v| v - mean).collect();
			let var = fold_sum(&d.iter().map(|v| v * v).collect::<Vec<_>>()) / inner as f32;
			let inverse = 1.0 / (var + 1e-5).sqrt();
			for i in 0..inner {
				let scaled = d[i] * inverse * scale[i];
				expected.push(if with_bias { scaled + bias[i] } else { scaled });
			}
			means.push(mean);
			inverses.push(inverse);
		}
		for cpu in every_cpu() {
			let (mut out, mut m, mut r) = (vec![0.0; x.len()], vec![0.0; outer], vec![0.0; outer]);
			let bias = with_bias.then_some(&bias[..]);
			layer_norm(cpu, inner, 1e-5, &x, &scale, bias, &mut out, Some((&mut m, &mut r))).unwrap();
			assert_same_bits(&out, &expected, "layer norm");
			assert_same_bits(&m, &means, "means");
			assert_same_bits(&r, &inverses, "inverse deviations");
		}
	}
}

#[test]
fn batch_norm_should_round_every_step_of_its_formula() {
	let (channels, inner, batch) = (3, 7, 2);
	let x = values(batch * channels * inner, 1);
	let [scale, bias, mean] = [2, 3, 4].map(|seed| values(channels, seed));
	let var: Vec<f32> = values(channels, 5).iter().map(|v| v.abs()).collect();
	let expected: Vec<f32> = (0..x.len())
		.map(|i| {
			let c = i / inner % channels;
			let centred = x[i] - mean[c];
			let factor = scale[c] / (var[c] + 1e-5).sqrt();
			let scaled = centred * factor;
			scaled + bias[c]
		})
		.collect();
	let factor = batch_norm_factor(&scale, &var, 1e-5).unwrap();
	let p = BatchNorm { mean: &mean, factor: &factor, bias: &bias };
	for cpu in every_cpu() {
		let mut out = vec![0.0; x.len()];
		batch_norm(cpu, &p, inner, &x, &mut out).unwrap();
		assert_same_bits(&out, &expected, "batch norm");
	}
}

#[test]
fn empty_sets_should_give_the_identity() {
	let cpu = Cpu::detect();
	let mut out = [9.0; 2];
	for (op, value) in [
		(Reduction::Sum, 0.0),
		(Reduction::Prod, 1.0),
		(Reduction::Max, f32::NEG_INFINITY),
		(Reduction::Min, f32::INFINITY),
		(Reduction::LogSum, f32::NEG_INFINITY),
		(Reduction::LogSumExp, f32::NEG_INFINITY),
		(Reduction::L2, 0.0),
	] {
		reduce(cpu, op, &[2, 0], &[1], &[], &mut out).unwrap();
		assert_eq!(out, [value; 2], "{op:?}");
	}
	reduce(cpu, Reduction::Mean, &[2, 0], &[1], &[], &mut out).unwrap();
	assert!(out[0].is_nan());
}

#[test]
fn special_values_should_follow_the_definition() {
	let cpu = Cpu::detect();
	let run = |op, x: &[f32]| {
		let mut out = [0.0];
		reduce(cpu, op, &[x.len()], &[0], x, &mut out).unwrap();
		out[0]
	};
	assert!(run(Reduction::Max, &[1.0, f32::NAN, 2.0]).is_nan());
	assert_eq!(run(Reduction::Max, &[-0.0, 0.0, -0.0]).to_bits(), 0);
	assert_eq!(run(Reduction::Min, &[0.0, -0.0, 0.0]).to_bits(), 1 << 31);
	// Lanes start at +0.
	assert_eq!(run(Reduction::Sum, &[-0.0, -0.0]).to_bits(), 0);
	assert_eq!(run(Reduction::LogSumExp, &[f32::INFINITY, 1.0]), f32::INFINITY);
	assert_eq!(run(Reduction::LogSumExp, &[f32::NEG_INFINITY; 3]), f32::NEG_INFINITY);
	assert_eq!(run(Reduction::LogSumExp, &[1000.0, 1000.0]), 1000.0 + 2f32.ln());
}

#[test]
fn extremes_should_be_found_by_the_tie_rules() {
	let find = |op, last, x: &[f32]| {
		let mut out = [-1];
		arg_reduce(op, &[x.len()], 0, last, x, &mut out).unwrap();
		out[0]
	};
	use ArgReduction::{Max, Min};
	assert_eq!([find(Max, false, &[1.0, 3.0, 3.0]), find(Max, true, &[1.0, 3.0, 3.0])], [1, 2]);
	assert_eq!([find(Min, false, &[0.0, -0.0]), find(Min, true, &[0.0, -0.0])], [0, 1]);
	let nan = [1.0, f32::NAN, 5.0, f32::NAN, 0.0];
	assert_eq!([find(Max, false, &nan), find(Max, true, &nan)], [1, 3]);
	assert_eq!([find(Min, false, &nan), find(Min, true, &nan)], [1, 3]);
	let mut out = [0; 3];
	arg_reduce(Max, &[2, 3], 0, false, &[1.0, 5.0, 2.0, 4.0, 3.0, 2.0], &mut out).unwrap();
	assert_eq!(out, [1, 0, 0]);
	assert!(
		arg_reduce(Max, &[2, 0], 1, false, &[0f32; 0], &mut [0; 2]).is_err(),
		"an empty axis has no extreme"
	);
}

#[test]
fn reductions_should_be_refused_when_axes_or_buffers_do_not_fit() {
	let cpu = Cpu::scalar();
	for axes in [&[2usize][..], &[1, 0], &[0, 0]] {
		assert!(reduce(cpu, Reduction::Sum, &[2, 2], axes, &[0.0; 4], &mut [0.0]).is_err());
	}
	assert!(reduce(cpu, Reduction::Sum, &[2, 2], &[0], &[0.0; 4], &mut [0.0; 3]).is_err());
	assert!(reduce(cpu, Reduction::Sum, &[usize::MAX, 2], &[0], &[], &mut [0f32; 2]).is_err());
}
