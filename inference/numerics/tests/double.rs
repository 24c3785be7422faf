//! Binary64: the same definitions as in binary32, the same bits on every path.

mod common;

use assay_numerics::{
	ArgReduction, BLOCK, Binary, Conv, ConvTranspose, Cpu, MatMul, Real, Reduction, Strides, Unary, Window,
	arg_reduce, binary, conv_f64, conv_transpose_f64, dot,
	fma::{Fma, Software},
	layer_norm, matmul_batched_f64, reduce, softmax, sum, unary,
};
use common::{every_cpu, values};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// Numbers with all 53 bits in use.
fn doubles(len: usize, seed: u64) -> Vec<f64> {
	let (high, low) = (values(len, seed), values(len, seed ^ 1));
	high.iter().zip(low).map(|(&h, l)| f64::from(h) + f64::from(l) * 2f64.powi(-29)).collect()
}

fn bits(x: &[f64]) -> Vec<u64> {
	x.iter().map(|v| v.canonical().to_bits()).collect()
}

proptest! {
	/// Of integers the exact value fits 128 bits, and converting it rounds once.
	#[test]
	fn software_fma_should_round_the_exact_value_once(a in -1i64 << 53..1 << 53, b in -1i64 << 53..1 << 53, c in -1i64 << 53..1 << 53, shift in 0u32..70) {
		let addend = i128::from(c) << shift;
		let exact = i128::from(a) * i128::from(b) + addend;
		prop_assert_eq!(Software::fma64(a as f64, b as f64, addend as f64), exact as f64);
	}
}

#[test]
fn software_fma_should_round_subnormals_once_and_keep_special_values() {
	let fma = Software::fma64;
	let tiny = f64::from_bits(1);
	assert_eq!(fma(tiny, 0.5, 0.0), 0.0, "half of the least subnormal ties to even");
	assert_eq!(fma(tiny, 0.5, tiny).to_bits(), 2, "one and a half ties to even");
	assert_eq!(fma(tiny, 0.75, 0.0).to_bits(), 1);
	assert_eq!(fma(f64::MAX, 2.0, f64::NEG_INFINITY), f64::NEG_INFINITY);
	assert_eq!(fma(f64::MAX, 2.0, -f64::MAX), f64::MAX, "the product alone would overflow");
	assert!(fma(f64::INFINITY, 0.0, 1.0).is_nan());
	assert_eq!(fma(-1.0, 0.0, -0.0).to_bits(), 1 << 63);
}

#[test]
fn dot_should_add_blocks_of_fused_chains() {
	let (a, b) = (doubles(600, 1), doubles(600, 2));
	let chain = |from: usize, to: usize| (from..to).fold(0.0, |chain, i| Software::fma64(a[i], b[i], chain));
	let expected = chain(0, BLOCK) + chain(BLOCK, 2 * BLOCK) + chain(2 * BLOCK, 600);
	assert_eq!(dot(&a, &b).to_bits(), expected.to_bits());
}

#[test]
fn matmul_should_equal_the_dot_products_on_every_path_and_layout() {
	let (m, k, n) = (5, 300, 270);
	let (a, b) = (doubles(m * k, 3), doubles(k * n, 4));
	let row = |i: usize| a[i * k..(i + 1) * k].to_vec();
	let transposed: Vec<f64> = (0..k * n).map(|i| b[i % k * n + i / k]).collect();
	let expected: Vec<f64> =
		(0..m * n).map(|i| dot(&row(i / n), &transposed[i % n * k..(i % n + 1) * k])).collect();
	for cpu in every_cpu() {
		for (b, strides) in [(&b, Strides::row_major(n)), (&transposed, Strides::transposed(k))] {
			let shape = MatMul { m, k, n, a: Strides::row_major(k), b: strides };
			let mut c = vec![0.0; 2 * m * n];
			matmul_batched_f64(cpu, &shape, &[(0, 0); 2], &a, b, &mut c).unwrap();
			assert_eq!(bits(&c[..m * n]), bits(&expected), "{cpu:?}");
			assert_eq!(bits(&c[m * n..]), bits(&expected), "{cpu:?}");
		}
	}
	let empty = MatMul::row_major(1, 0, 2);
	let mut c = [1.0; 2];
	matmul_batched_f64(Cpu::scalar(), &empty, &[(0, 0)], &[], &[], &mut c).unwrap();
	assert_eq!(c, [0.0; 2]);
	assert!(matmul_batched_f64(Cpu::scalar(), &empty, &[(0, 0)], &[], &[], &mut c[..1]).is_err());
}

/// Per output the dot product over (input channel of the group, tap), whichever way taps meet inputs.
#[test]
fn convolutions_should_equal_the_dot_products_on_every_path() {
	const CHANNELS: usize = 40;
	let window = Window::new(&[3, 3], &[2, 1], &[1, 2], &[1, 2], &[1, 0]).unwrap();
	let (x, bias) = (doubles(2 * CHANNELS * 7 * 20, 12), doubles(6, 13));
	// [out channel, in channel of the group, tap]
	let w = doubles(6 * CHANNELS / 2 * 9, 14);
	let input = |entry: usize, channel: usize, row: Option<usize>, column: Option<usize>| {
		row.zip(column)
			.filter(|&(row, column)| row < 7 && column < 20)
			.map_or(0.0, |(row, column)| x[((entry * CHANNELS + channel) * 7 + row) * 20 + column])
	};
	type Source = fn(usize, usize) -> [Option<usize>; 2];
	let forward: Source =
		|o, t| [(2 * (o / 100) + t / 3).checked_sub(1), (o % 100 + 2 * (t % 3)).checked_sub(2)];
	let transposed: Source = |o, t| {
		let row = (o / 100 + 1).checked_sub(t / 3).filter(|row| row.is_multiple_of(2)).map(|row| row / 2);
		[row, (o % 100 + 2).checked_sub(2 * (t % 3))]
	};
	let define = |rows: usize, columns: usize, source: Source| -> Vec<f64> {
		(0..2 * 6 * rows * columns)
			.map(|i| {
				let (entry, channel) = (i / (6 * rows * columns), i / (rows * columns) % 6);
				let at = i / columns % rows * 100 + i % columns;
				let taps: Vec<f64> = (0..CHANNELS / 2 * 9)
					.map(|k| {
						let [row, column] = source(at, k % 9);
						input(entry, channel / 3 * CHANNELS / 2 + k / 9, row, column)
					})
					.collect();
				dot(&taps, &w[channel * CHANNELS / 2 * 9..][..CHANNELS / 2 * 9]) + bias[channel]
			})
			.collect()
	};
	let conv = Conv {
		batch: 2,
		in_channels: CHANNELS,
		out_channels: 6,
		groups: 2,
		input: &[7, 20],
		window: &window,
	};
	let Conv { batch, in_channels, out_channels, groups, input, window } = conv;
	let output_padding = &[1, 0];
	let transpose = ConvTranspose { batch, in_channels, out_channels, groups, input, window, output_padding };
	// [in channel, out channel of the group, tap]
	let turned: Vec<f64> = (0..w.len())
		.map(|i| {
			let (channel, out, tap) = (i / 27, i / 9 % 3, i % 9);
			w[((channel / 20 * 3 + out) * 20 + channel % 20) * 9 + tap]
		})
		.collect();
	let (sizes, turned_sizes) = (conv.output().unwrap(), transpose.output().unwrap());
	let defined = define(sizes[0], sizes[1], forward);
	let turned_defined = define(turned_sizes[0], turned_sizes[1], transposed);
	for cpu in every_cpu() {
		let mut y = vec![0.0; defined.len()];
		conv_f64(cpu, &conv, &x, &w, Some(&bias), &mut y).unwrap();
		assert_eq!(bits(&y), bits(&defined), "{cpu:?}");
		let mut y = vec![0.0; turned_defined.len()];
		conv_transpose_f64(cpu, &transpose, &x, &turned, Some(&bias), &mut y).unwrap();
		assert_eq!(bits(&y), bits(&turned_defined), "{cpu:?}");
	}
	assert!(conv_f64(Cpu::scalar(), &conv, &x, &w[1..], None, &mut vec![0.0; defined.len()]).is_err());
	assert!(conv_f64(Cpu::scalar(), &conv, &x[1..], &w, None, &mut vec![0.0; defined.len()]).is_err());
	assert!(conv_f64(Cpu::scalar(), &conv, &x, &w, Some(&bias[1..]), &mut vec![0.0; defined.len()]).is_err());
}

#[test]
fn sums_should_use_sixteen_lanes_and_the_fixed_tree() {
	let x = doubles(300, 5);
	let block = |x: &[f64]| {
		let mut lanes = [0.0; 16];
		x.iter().enumerate().for_each(|(i, v)| lanes[i % 16] += v);
		for half in [8, 4, 2, 1] {
			(0..half).for_each(|i| lanes[i] += lanes[i + half]);
		}
		lanes[0]
	};
	assert_eq!(sum(&x).to_bits(), (block(&x[..256]) + block(&x[256..])).to_bits());
	for cpu in every_cpu() {
		for axes in [&[0usize, 1] as &[_], &[0], &[1]] {
			let (mut found, mut defined) =
				(vec![0.0; 300 / axes.iter().map(|&a| [20, 15][a]).product::<usize>()], vec![]);
			defined.resize(found.len(), 0.0);
			reduce(cpu, Reduction::LogSumExp, &[20, 15], axes, &x, &mut found).unwrap();
			reduce(Cpu::scalar(), Reduction::LogSumExp, &[20, 15], axes, &x, &mut defined).unwrap();
			assert_eq!(bits(&found), bits(&defined));
		}
	}
}

#[test]
fn kernels_should_give_the_scalar_bits_on_every_path() {
	let x = doubles(40_000, 6);
	let small: Vec<f64> = x.iter().map(|v| v / 65536.0).collect();
	let (row, bias) = (doubles(400, 7), doubles(400, 8));
	let each = |cpu: Cpu| {
		let mut all = vec![];
		for op in [Unary::Gelu, Unary::Sin, Unary::Softplus, Unary::Elu { alpha: 0.5 }, Unary::HardSwish] {
			let mut out = vec![0.0; x.len()];
			unary(cpu, op, &x, &mut out).unwrap();
			all.extend(bits(&out));
		}
		for op in [Binary::Pow, Binary::Max, Binary::FloorMod, Binary::Div] {
			let mut out = vec![0.0; x.len()];
			binary(cpu, op, &x, &[x.len()], &small, &[x.len()], &mut out).unwrap();
			all.extend(bits(&out));
		}
		let mut out = vec![0.0; x.len()];
		softmax(cpu, &[100, 400], 1, &small, &mut out).unwrap();
		all.extend(bits(&out));
		layer_norm(cpu, 400, 1e-5, &small, &row, Some(&bias), &mut out, None).unwrap();
		all.extend(bits(&out));
		all
	};
	let defined = each(Cpu::scalar());
	for cpu in every_cpu() {
		assert!(each(cpu) == defined, "{cpu:?}");
	}
}

#[test]
fn extremes_should_let_nan_win_and_order_zeros() {
	assert!(Binary::Max.apply(f64::NAN, 1.0).is_nan() && Binary::Min.apply(1.0, f64::NAN).is_nan());
	assert_eq!(Binary::Max.apply(-0f64, 0.0).to_bits(), 0);
	assert_eq!(Binary::Min.apply(0f64, -0.0).to_bits(), 1 << 63);
	let mut index = [0];
	arg_reduce(ArgReduction::Max, &[3], 0, false, &[1.0, f64::NAN, 2.0], &mut index).unwrap();
	assert_eq!(index, [1]);
}

/// A function, a reference, and the error allowed, in units in the last place.
type Measured = (Unary, fn(f64) -> f64, f64);

/// Every function that is not exactly rounded.
const FUNCTIONS: [Measured; 16] = [
	(Unary::Exp, f64::exp, 1.5),
	(Unary::Expm1, f64::exp_m1, 1.5),
	(Unary::Log, f64::ln, 1.5),
	(Unary::Log1p, f64::ln_1p, 1.5),
	(Unary::Sin, f64::sin, 1.5),
	(Unary::Cos, f64::cos, 1.5),
	(Unary::Tan, f64::tan, 2.0),
	(Unary::Asin, f64::asin, 1.5),
	(Unary::Acos, f64::acos, 1.5),
	(Unary::Atan, f64::atan, 1.5),
	(Unary::Sinh, f64::sinh, 3.0),
	(Unary::Cosh, f64::cosh, 3.0),
	(Unary::Tanh, f64::tanh, 3.0),
	(Unary::Asinh, f64::asinh, 8.0),
	(Unary::Acosh, f64::acosh, 8.0),
	(Unary::Atanh, |x| (0.5 * (2.0 * x.abs() / (1.0 - x.abs())).ln_1p()).copysign(x), 3.0),
];

#[test]
fn functions_should_be_close_to_the_system_library() {
	let x = doubles(20_000, 9);
	for (op, reference, limit) in FUNCTIONS {
		for &v in &x {
			let (found, expected) = (op.apply(v), reference(v));
			if found.is_nan() || expected.is_nan() {
				assert!(found.is_nan() && expected.is_nan(), "{op:?}({v:e})");
			} else if found != expected {
				let unit = f64::from_bits(expected.abs().to_bits() + 1) - expected.abs();
				assert!(
					(found - expected).abs() <= limit * unit,
					"{op:?}({v:e}) is {found:e}, not {expected:e}"
				);
			}
		}
	}
}

/// The functions of the pinned `libm` are part of the profile: whoever changes them changes results.
#[test]
fn functions_should_have_the_bits_that_the_profile_pins() {
	let x = doubles(20_000, 10);
	let mut hash = Sha256::new();
	for op in FUNCTIONS.map(|(op, ..)| op).into_iter().chain([Unary::Erf, Unary::Sigmoid, Unary::Gelu]) {
		let mut out = vec![0.0; x.len()];
		unary(Cpu::scalar(), op, &x, &mut out).unwrap();
		bits(&out).iter().for_each(|b| hash.update(b.to_le_bytes()));
	}
	for op in [Binary::Pow, Binary::Atan2] {
		x.iter().zip(doubles(20_000, 11)).for_each(|(&a, b)| {
			hash.update(op.apply(a.abs(), b / 1024.0).canonical().to_bits().to_le_bytes());
		});
	}
	let found: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
	assert_eq!(found, "bc3c36b3338fadc3df553fd25249ebee521ef1d5d76c92464720e585bcbaead5");
}
