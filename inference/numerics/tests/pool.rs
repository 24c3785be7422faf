//! Pools of planes large enough for every path, against their definition, bit for bit. (Small ones of every rank are with the
//! convolutions.)
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use assay_numerics::{Pool, Window, average_pool, math, max_pool, sum};
use proptest::prelude::*;

mod common;
use common::{assert_same_bits, every_cpu, values};

#[derive(Clone, Debug)]
struct Case {
	planes: usize,
	input: [usize; 2],
	kernel: [usize; 2],
	stride: [usize; 2],
	dilation: [usize; 2],
	begin: [usize; 2],
	end: [usize; 2],
}

fn check(case: &Case, ceil: bool, include_pad: bool, seed: u64) {
	let Case { planes, input, kernel, stride, dilation, begin, end } = case.clone();
	let window = Window::new(&kernel, &stride, &dilation, &begin, &end).unwrap();
	let Ok(output) = window.output(&input, ceil) else { return };
	let mut x = values(planes * input[0] * input[1], seed);
	// Zeros of both signs, infinities and NaN among them.
	for (i, special) in [0.0, -0.0, -0.0, f32::NEG_INFINITY, f32::INFINITY, f32::NAN].into_iter().enumerate()
	{
		for v in x.iter_mut().skip(seed as usize % 31 + i).step_by(37 + i * i * 40) {
			*v = special;
		}
	}
	let (mut most, mut mean) = (vec![], vec![]);
	for plane in x.chunks(input[0] * input[1]) {
		for o in 0..output[0] * output[1] {
			let at = [o / output[1], o % output[1]];
			let (mut best, mut taps, mut inside, mut padded) = (f32::NEG_INFINITY, vec![], 0, 0);
			for tap in 0..kernel[0] * kernel[1] {
				let tap = [tap / kernel[1], tap % kernel[1]];
				let position = [0, 1].map(|i| at[i] * stride[i] + tap[i] * dilation[i]);
				let inside_axis = |i: usize| position[i] >= begin[i] && position[i] < begin[i] + input[i];
				padded += usize::from((0..2).all(|i| position[i] < begin[i] + input[i] + end[i]));
				if inside_axis(0) && inside_axis(1) {
					let v = plane[(position[0] - begin[0]) * input[1] + position[1] - begin[1]];
					best = math::maximum(best, v);
					inside += 1;
					taps.push(v);
				} else {
					taps.push(0.0);
				}
			}
			most.push(best);
			mean.push(sum(&taps) / if include_pad { padded } else { inside } as f32);
		}
	}
	let shape = Pool { planes, input: &input, output: &output, window: &window };
	for cpu in every_cpu() {
		let mut y = vec![0.0; most.len()];
		max_pool(cpu, &shape, &x, &mut y, None).unwrap();
		assert_same_bits(&y, &most, &format!("max pool {cpu:?} {case:?}"));
		average_pool(cpu, &shape, include_pad, &x, &mut y).unwrap();
		assert_same_bits(&y, &mean, &format!("average pool {cpu:?} {case:?}"));
	}
}

fn pair(low: usize, high: usize) -> impl Strategy<Value = [usize; 2]> {
	[low..high, low..high]
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn pools_should_equal_their_definition_when_planes_have_several_tiles(
		planes in 1usize..3, input in pair(20, 90), kernel in pair(1, 6), stride in pair(1, 7), dilation in pair(1, 4),
		begin in pair(0, 4), end in pair(0, 4), ceil: bool, include_pad: bool, seed: u64,
	) {
		check(&Case { planes, input, kernel, stride, dilation, begin, end }, ceil, include_pad, seed);
	}
}

#[test]
fn pools_should_equal_their_definition_when_rows_are_long_or_windows_large() {
	let case = Case {
		planes: 2,
		input: [5, 2100],
		kernel: [3, 3],
		stride: [1, 1],
		dilation: [1, 1],
		begin: [1, 1],
		end: [1, 1],
	};
	check(&case, false, false, 1);
	check(&Case { stride: [2, 2], ..case.clone() }, true, true, 2);
	// More taps than a block of a sum has, also outside the input.
	check(
		&Case { input: [40, 40], kernel: [20, 20], begin: [19, 19], end: [19, 19], ..case.clone() },
		false,
		true,
		3,
	);
	check(&Case { input: [40, 40], kernel: [37, 39], ..case }, false, false, 4);
}

#[test]
fn windows_without_any_input_should_give_minus_infinity_and_nan() {
	let window = Window::new(&[1, 1], &[1, 1], &[1, 1], &[2, 0], &[0, 0]).unwrap();
	let shape = Pool { planes: 1, input: &[1, 4], output: &[3, 4], window: &window };
	for cpu in every_cpu() {
		let mut y = [0.0; 12];
		max_pool(cpu, &shape, &[1.0; 4], &mut y, None).unwrap();
		assert_eq!((&y[..8], &y[8..]), (&[f32::NEG_INFINITY; 8][..], &[1.0; 4][..]));
		average_pool(cpu, &shape, false, &[1.0; 4], &mut y).unwrap();
		assert!(y[..8].iter().all(|v| v.is_nan()) && y[8..] == [1.0; 4]);
	}
	// Flat, but with the one depth of windows in the padding.
	let window = Window::new(&[1; 3], &[2, 1, 1], &[1; 3], &[1, 0, 0], &[0; 3]).unwrap();
	let shape = Pool { planes: 1, input: &[1, 2, 4], output: &[1, 2, 4], window: &window };
	for cpu in every_cpu() {
		let mut y = [0.0; 8];
		max_pool(cpu, &shape, &[1.0; 8], &mut y, None).unwrap();
		assert_eq!(y, [f32::NEG_INFINITY; 8]);
		average_pool(cpu, &shape, true, &[1.0; 8], &mut y).unwrap();
		assert_eq!(y, [0.0; 8]);
	}
}

#[test]
fn pools_of_nothing_but_padding_should_be_the_identity() {
	let window = Window::new(&[1, 3], &[1, 1], &[1, 1], &[1, 1], &[1, 1]).unwrap();
	let shape = Pool { planes: 3, input: &[0, 40], output: &[2, 40], window: &window };
	for cpu in every_cpu() {
		let mut y = vec![1.0f32; 3 * 80];
		max_pool(cpu, &shape, &[], &mut y, None).unwrap();
		assert!(y.iter().all(|&y| y == f32::NEG_INFINITY), "{cpu:?}");
		average_pool(cpu, &shape, true, &[], &mut y).unwrap();
		assert!(y.iter().all(|&y| y.to_bits() == 0), "{cpu:?}");
	}
}
