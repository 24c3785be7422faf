//! Convolutions and pools against their definitions, bit for bit.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use assay_numerics::{
	Conv, ConvKind, ConvTranspose, Cpu, PackedConv, Pool, Window, average_pool, conv, conv_packed,
	conv_transpose, conv_transpose_packed, dot, max_pool, sum,
};
use proptest::prelude::*;

mod common;
use common::{assert_same_bits, every_cpu, values};

#[derive(Clone, Debug)]
struct Case {
	batch: usize,
	groups: usize,
	per_in: usize,
	per_out: usize,
	input: Vec<usize>,
	kernel: Vec<usize>,
	strides: Vec<usize>,
	dilations: Vec<usize>,
	begin: Vec<usize>,
	end: Vec<usize>,
	bias: bool,
	seed: u64,
}

impl Case {
	fn window(&self) -> Window {
		Window::new(&self.kernel, &self.strides, &self.dilations, &self.begin, &self.end).unwrap()
	}

	fn x(&self) -> Vec<f32> {
		values(self.batch * self.groups * self.per_in * self.input.iter().product::<usize>(), self.seed)
	}

	fn w(&self) -> Vec<f32> {
		let taps: usize = self.kernel.iter().product();
		values(self.groups * self.per_out * self.per_in * taps, self.seed ^ 1)
	}

	/// The weight packed, where it has enough channels.
	fn packed(&self, cpu: Cpu, kind: ConvKind) -> Option<PackedConv> {
		let channels = [self.per_in, self.per_out].map(|n| n * self.groups);
		let taps = self.kernel.iter().product();
		let w = self.w();
		let packed = PackedConv::new(cpu, kind, channels[0], channels[1], self.groups, taps, &w).unwrap()?;
		assert_same_bits(&packed.unpack(), &w, "unpacked");
		Some(packed)
	}

	fn bias(&self) -> Option<Vec<f32>> {
		self.bias.then(|| values(self.groups * self.per_out, self.seed ^ 2))
	}
}

/// Every multi-index below `shape`, row-major.
fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
	shape.iter().fold(vec![vec![]], |all, &size| {
		all.iter().flat_map(|head| (0..size).map(|i| [head.as_slice(), &[i]].concat())).collect()
	})
}

/// Row-major offset of a position, or `None` outside.
fn offset(position: &[i64], shape: &[usize]) -> Option<usize> {
	position.iter().zip(shape).try_fold(0usize, |at, (&p, &size)| {
		usize::try_from(p).ok().filter(|&p| p < size).map(|p| at * size + p)
	})
}

/// Gathers each output's operands and takes their dot product. `reads` gives the input position of (output, tap).
fn defined(
	case: &Case,
	output: &[usize],
	w_at: impl Fn(usize, usize, usize, usize) -> usize,
	reads: impl Fn(&[usize], &[usize]) -> Option<Vec<i64>>,
) -> Vec<f32> {
	let (x, w, bias) = (case.x(), case.w(), case.bias());
	let plane: usize = case.input.iter().product();
	let taps = indices(&case.kernel);
	let mut y = Vec::new();
	for n in 0..case.batch {
		for g in 0..case.groups {
			for o in 0..case.per_out {
				for at in indices(output) {
					let (mut left, mut right) = (vec![], vec![]);
					for c in 0..case.per_in {
						for (t, tap) in taps.iter().enumerate() {
							let from = reads(&at, tap).and_then(|p| offset(&p, &case.input));
							let channel = (n * case.groups + g) * case.per_in + c;
							left.push(from.map_or(0.0, |i| x[channel * plane + i]));
							right.push(w[w_at(g, o, c, t)]);
						}
					}
					let value = dot(&left, &right);
					y.push(bias.as_ref().map_or(value, |b| value + b[g * case.per_out + o]));
				}
			}
		}
	}
	y
}

fn check_conv(case: &Case) {
	let window = case.window();
	let shape = Conv {
		batch: case.batch,
		in_channels: case.groups * case.per_in,
		out_channels: case.groups * case.per_out,
		groups: case.groups,
		input: &case.input,
		window: &window,
	};
	let Ok(output) = shape.output() else { return };
	let taps: usize = case.kernel.iter().product();
	let expected = defined(
		case,
		&output,
		|g, o, c, t| ((g * case.per_out + o) * case.per_in + c) * taps + t,
		|at, tap| {
			let position = |i: usize| at[i] * case.strides[i] + tap[i] * case.dilations[i];
			Some((0..at.len()).map(|i| position(i) as i64 - case.begin[i] as i64).collect())
		},
	);
	for cpu in every_cpu() {
		let mut y = vec![f32::NAN; expected.len()];
		conv(cpu, &shape, &case.x(), &case.w(), case.bias().as_deref(), &mut y).unwrap();
		assert_same_bits(&y, &expected, &format!("{cpu:?} {case:?}"));
		if let Some(w) = case.packed(cpu, ConvKind::Forward) {
			y.fill(f32::NAN);
			conv_packed(cpu, &shape, &case.x(), &w, case.bias().as_deref(), &mut y).unwrap();
			assert_same_bits(&y, &expected, &format!("packed, {cpu:?} {case:?}"));
		}
	}
}

fn check_transpose(case: &Case, extra: &[usize]) {
	let window = case.window();
	let shape = ConvTranspose {
		batch: case.batch,
		in_channels: case.groups * case.per_in,
		out_channels: case.groups * case.per_out,
		groups: case.groups,
		input: &case.input,
		window: &window,
		output_padding: extra,
	};
	let Ok(output) = shape.output() else { return };
	let taps: usize = case.kernel.iter().product();
	let expected = defined(
		case,
		&output,
		|g, o, c, t| ((g * case.per_in + c) * case.per_out + o) * taps + t,
		|at, tap| {
			(0..at.len())
				.map(|i| {
					let scaled = at[i] as i64 + case.begin[i] as i64 - (tap[i] * case.dilations[i]) as i64;
					let stride = case.strides[i] as i64;
					(scaled >= 0 && scaled % stride == 0).then_some(scaled / stride)
				})
				.collect()
		},
	);
	for cpu in every_cpu() {
		let mut y = vec![f32::NAN; expected.len()];
		conv_transpose(cpu, &shape, &case.x(), &case.w(), case.bias().as_deref(), &mut y).unwrap();
		assert_same_bits(&y, &expected, &format!("{cpu:?} {case:?}"));
		if let Some(w) = case.packed(cpu, ConvKind::Transposed) {
			y.fill(f32::NAN);
			conv_transpose_packed(cpu, &shape, &case.x(), &w, case.bias().as_deref(), &mut y).unwrap();
			assert_same_bits(&y, &expected, &format!("packed, {cpu:?} {case:?}"));
		}
	}
}

fn cases() -> impl Strategy<Value = Case> {
	let spatial = |low: usize, high: usize| move |rank: usize| prop::collection::vec(low..high, rank);
	(1usize..4).prop_flat_map(move |rank| {
		let sizes = (
			spatial(1, if rank == 3 { 6 } else { 14 })(rank),
			spatial(1, 4)(rank),
			spatial(1, 4)(rank),
			spatial(1, 3)(rank),
			spatial(0, 3)(rank),
			spatial(0, 3)(rank),
		);
		((1usize..3, 1usize..4, 1usize..5, 1usize..34), sizes, any::<bool>(), any::<u64>()).prop_map(
			|(
				(batch, groups, per_in, per_out),
				(input, kernel, strides, dilations, begin, end),
				bias,
				seed,
			)| {
				Case {
					batch,
					groups,
					per_in,
					per_out,
					input,
					kernel,
					strides,
					dilations,
					begin,
					end,
					bias,
					seed,
				}
			},
		)
	})
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn convolution_should_equal_its_definition(case in cases()) {
		check_conv(&case);
	}

	#[test]
	fn transposed_convolution_should_equal_its_definition(case in cases(), extra in 0usize..2) {
		check_transpose(&case, &vec![extra; case.input.len()]);
	}

	#[test]
	fn pools_should_equal_their_definition(case in cases(), ceil: bool, include: bool) {
		check_pools(&case, ceil, include);
	}
}

#[test]
fn convolution_should_equal_its_definition_when_k_spans_blocks_and_outputs_span_panels() {
	let case = Case {
		batch: 1,
		groups: 1,
		per_in: 67,
		per_out: 21,
		input: vec![27, 31],
		kernel: vec![3, 3],
		strides: vec![1, 1],
		dilations: vec![1, 1],
		begin: vec![1, 1],
		end: vec![1, 1],
		bias: true,
		seed: 9,
	};
	check_conv(&case);
	check_conv(&Case { kernel: vec![1, 1], begin: vec![0, 0], end: vec![0, 0], ..case.clone() });
	check_conv(&Case { strides: vec![2, 2], ..case.clone() });
	check_conv(&Case { dilations: vec![2, 3], strides: vec![3, 3], ..case });
}

#[test]
fn convolution_should_equal_its_definition_when_positions_are_few() {
	// Down to one position, where vectors run along channels.
	for size in [7, 5, 3, 1] {
		let case = Case {
			batch: 2,
			groups: 1,
			per_in: 31,
			per_out: 80,
			input: vec![size, size],
			kernel: vec![3, 3],
			strides: vec![1, 1],
			dilations: vec![1, 1],
			begin: vec![1, 1],
			end: vec![1, 1],
			bias: true,
			seed: 12,
		};
		check_conv(&case);
		check_transpose(&case, &[0, 0]);
		check_conv(&Case { kernel: vec![1, 1], begin: vec![0, 0], end: vec![0, 0], ..case });
	}
}

#[test]
fn convolution_should_equal_its_definition_over_volumes_and_lines() {
	let case = Case {
		batch: 1,
		groups: 2,
		per_in: 5,
		per_out: 16,
		input: vec![4, 6, 21],
		kernel: vec![3, 3, 3],
		strides: vec![1, 2, 1],
		dilations: vec![1, 1, 2],
		begin: vec![1, 0, 2],
		end: vec![1, 1, 2],
		bias: false,
		seed: 13,
	};
	check_conv(&case);
	check_conv(&Case {
		input: vec![301],
		kernel: vec![9],
		strides: vec![1],
		dilations: vec![4],
		begin: vec![16],
		end: vec![16],
		..case
	});
}

#[test]
fn convolution_should_be_the_same_when_threads_share_it() {
	for threads in [1, 2, 7] {
		let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
		let case = Case {
			batch: 1,
			groups: 1,
			per_in: 20,
			per_out: 50,
			input: vec![19, 23],
			kernel: vec![3, 3],
			strides: vec![1, 1],
			dilations: vec![1, 1],
			begin: vec![1, 1],
			end: vec![1, 1],
			bias: true,
			seed: 14,
		};
		pool.install(|| {
			check_conv(&case);
			check_conv(&Case { groups: 60, per_in: 1, per_out: 1, ..case.clone() });
			// Computed with positions as rows, which the threads pack together.
			check_conv(&Case { per_in: 64, per_out: 301, input: vec![14, 14], ..case.clone() });
			check_conv(&Case { batch: 3, groups: 4, per_in: 3, per_out: 7, ..case });
		});
	}
}

#[test]
fn packed_weight_should_be_refused_by_another_convolution() {
	let cpu = Cpu::scalar();
	let window = Window::new(&[1], &[1], &[1], &[0], &[0]).unwrap();
	let w = PackedConv::new(cpu, ConvKind::Forward, 2, 16, 1, 1, &[0.0; 32]).unwrap().unwrap();
	let shape = Conv { batch: 1, in_channels: 2, out_channels: 16, groups: 1, input: &[3], window: &window };
	assert_eq!(conv_packed(cpu, &shape, &[0.0; 6], &w, None, &mut [0.0; 48]), Ok(()));
	let narrow = Conv { in_channels: 1, ..shape };
	assert!(conv_packed(cpu, &narrow, &[0.0; 3], &w, None, &mut [0.0; 48]).is_err());
	let transposed = ConvTranspose {
		batch: 1,
		in_channels: 2,
		out_channels: 16,
		groups: 1,
		input: &[3],
		window: &window,
		output_padding: &[0],
	};
	assert!(conv_transpose_packed(cpu, &transposed, &[0.0; 6], &w, None, &mut [0.0; 48]).is_err());
	assert!(PackedConv::new(cpu, ConvKind::Forward, 2, 16, 1, 1, &[0.0; 31]).is_err());
	// One output channel would fill a sixteenth of a panel.
	assert!(PackedConv::new(cpu, ConvKind::Forward, 2, 1, 1, 1, &[0.0; 2]).unwrap().is_none());
}

#[test]
fn depthwise_convolution_should_equal_its_definition() {
	let case = Case {
		batch: 2,
		groups: 5,
		per_in: 1,
		per_out: 1,
		input: vec![9, 37],
		kernel: vec![3, 5],
		strides: vec![1, 1],
		dilations: vec![1, 2],
		begin: vec![1, 4],
		end: vec![2, 3],
		bias: true,
		seed: 10,
	};
	check_conv(&case);
	check_conv(&Case { strides: vec![2, 3], ..case.clone() });
	check_conv(&Case { strides: vec![1, 2], per_out: 3, ..case.clone() });
	// Rows shorter than a vector, and of a length between one and several.
	for width in [3, 7, 14, 17, 50, 70] {
		check_conv(&Case { input: vec![5, width], dilations: vec![1, 1], begin: vec![1, 2], ..case.clone() });
	}
	// Several input channels per group, and so many that K exceeds one block.
	check_conv(&Case { per_in: 3, ..case.clone() });
	check_conv(&Case { per_in: 18, ..case });
}

#[test]
fn padding_should_take_part_as_a_zero_input() {
	// An infinite weight on a padded tap: 0 · ∞ is NaN, so the tap was not skipped.
	let window = Window::new(&[2], &[1], &[1], &[1], &[0]).unwrap();
	let shape = Conv { batch: 1, in_channels: 1, out_channels: 1, groups: 1, input: &[2], window: &window };
	let mut y = [0.0; 2];
	conv(Cpu::detect(), &shape, &[1.0, 2.0], &[f32::INFINITY, 1.0], None, &mut y).unwrap();
	assert!(y[0].is_nan());
	assert_eq!(y[1], f32::INFINITY);
}

#[test]
fn convolution_should_be_refused_when_buffers_or_groups_do_not_fit() {
	let window = Window::new(&[2], &[1], &[1], &[0], &[0]).unwrap();
	let shape = Conv { batch: 1, in_channels: 3, out_channels: 2, groups: 2, input: &[2], window: &window };
	assert!(conv(Cpu::scalar(), &shape, &[0.0; 6], &[0.0; 4], None, &mut [0.0; 2]).is_err());
	let shape = Conv { groups: 0, ..shape };
	assert!(conv(Cpu::scalar(), &shape, &[0.0; 6], &[0.0; 12], None, &mut [0.0; 2]).is_err());
	let shape = Conv { groups: 1, ..shape };
	assert!(conv(Cpu::scalar(), &shape, &[0.0; 6], &[0.0; 11], None, &mut [0.0; 2]).is_err());
	assert_eq!(conv(Cpu::scalar(), &shape, &[0.0; 6], &[0.0; 12], None, &mut [0.0; 2]), Ok(()));
}

fn check_pools(case: &Case, ceil: bool, include: bool) {
	let window = case.window();
	let Ok(output) = window.output(&case.input, ceil) else { return };
	let planes = case.batch * case.groups;
	let plane: usize = case.input.iter().product();
	let x = values(planes * plane, case.seed);
	let shape = Pool { planes, input: &case.input, output: &output, window: &window };
	let (mut most, mut index, mut mean) = (vec![], vec![], vec![]);
	for p in 0..planes {
		for at in indices(&output) {
			let (mut taps, mut inside, mut padded) = (vec![], vec![], 0);
			for tap in indices(&case.kernel) {
				let positions: Vec<i64> = (0..at.len())
					.map(|i| {
						(at[i] * case.strides[i] + tap[i] * case.dilations[i]) as i64 - case.begin[i] as i64
					})
					.collect();
				let in_padding = (0..at.len()).all(|i| positions[i] < (case.input[i] + case.end[i]) as i64);
				padded += usize::from(in_padding);
				let from = offset(&positions, &case.input);
				inside.extend(from);
				taps.push(from.map_or(0.0, |i| x[p * plane + i]));
			}
			let best = inside.iter().map(|&i| x[p * plane + i]).fold(f32::NEG_INFINITY, f32::max);
			most.push(best);
			index.push(inside.iter().find(|&&i| x[p * plane + i] == best).map_or(-1, |&i| i as i64));
			mean.push(sum(&taps) / (if include { padded } else { inside.len() }) as f32);
		}
	}
	for cpu in every_cpu() {
		let (mut y, mut found) = (vec![0.0; most.len()], vec![0; most.len()]);
		max_pool(cpu, &shape, &x, &mut y, Some(&mut found)).unwrap();
		assert_same_bits(&y, &most, &format!("max pool {cpu:?} {case:?}"));
		assert_eq!(found, index);
		average_pool(cpu, &shape, include, &x, &mut y).unwrap();
		assert_same_bits(&y, &mean, &format!("average pool {cpu:?} {case:?}"));
	}
}
