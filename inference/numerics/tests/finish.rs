//! Steps after products and convolutions, against the same operations one after the other, bit for bit.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use assay_numerics::{
	BatchNorm, Binary, Conv, ConvKind, ConvWeight, Cpu, Operand, PackedConv, PackedMatrix, Side, Simple,
	Step, Strides, Unary, Window, batch_norm, binary, conv, conv_to_vec, finish, finish_to_vec,
	matmul_packed, matmul_packed_to_vec, unary,
};
use proptest::prelude::*;

mod common;
use common::{assert_same_bits, every_cpu, values};

/// Values for every kind of operand of a result of `len` elements, [rows, channels, cols].
struct Operands {
	elements: Vec<f32>,
	channels: [Vec<f32>; 3],
	columns: Vec<f32>,
	shape: [usize; 3],
}

impl Operands {
	fn new(shape: [usize; 3], seed: u64) -> Self {
		let [rows, channels, cols] = shape;
		Self {
			elements: values(rows * channels * cols, seed),
			channels: [1, 2, 3].map(|i| values(channels, seed ^ i)),
			columns: values(cols, seed ^ 5),
			shape,
		}
	}

	fn norm(&self) -> BatchNorm<'_, f32> {
		let [mean, factor, bias] = &self.channels;
		BatchNorm { mean, factor, bias }
	}

	/// One of the steps there are.
	fn step(&self, choice: usize) -> Step<'_> {
		let side = if choice.is_multiple_of(2) { Side::Left } else { Side::Right };
		let op = [Simple::Add, Simple::Sub, Simple::Mul, Simple::Div, Simple::Min, Simple::Max][choice % 6];
		match choice / 6 % 7 {
			0 => Step::Unary(Unary::Relu),
			1 => Step::Unary(Unary::Gelu),
			2 => Step::BatchNorm(self.norm()),
			3 => Step::Binary(op, Operand::Elements(&self.elements), side),
			4 => Step::Binary(op, Operand::Channels(&self.channels[0]), side),
			5 => Step::Binary(op, Operand::Columns(&self.columns), side),
			_ => Step::Binary(op, Operand::Scalar(1.25), side),
		}
	}

	/// What a step does, by the operation that it is named after.
	fn apply(&self, cpu: Cpu, step: &Step<'_>, x: &[f32]) -> Vec<f32> {
		let mut out = vec![0.0; x.len()];
		match *step {
			Step::Unary(op) => unary(cpu, op, x, &mut out).unwrap(),
			Step::BatchNorm(p) => batch_norm(cpu, &p, self.shape[2], x, &mut out).unwrap(),
			Step::Binary(op, operand, side) => {
				let [_, channels, cols] = self.shape;
				let one;
				let (other, shape): (&[f32], &[usize]) = match operand {
					Operand::Elements(values) => (values, &self.shape),
					Operand::Channels(values) => (values, &[channels, 1]),
					Operand::Columns(values) => (values, &[cols]),
					Operand::Scalar(value) => {
						one = [value];
						(&one, &[])
					}
				};
				let op = [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div, Binary::Min, Binary::Max]
					.into_iter()
					.find(|&candidate| Simple::new(candidate) == Some(op))
					.unwrap();
				match side {
					Side::Left => binary(cpu, op, x, &self.shape, other, shape, &mut out).unwrap(),
					Side::Right => binary(cpu, op, other, shape, x, &self.shape, &mut out).unwrap(),
				}
			}
		}
		out
	}

	fn apply_all(&self, cpu: Cpu, steps: &[Step<'_>], x: Vec<f32>) -> Vec<f32> {
		steps.iter().fold(x, |x, step| self.apply(cpu, step, &x))
	}
}

fn choices() -> impl Strategy<Value = Vec<usize>> {
	proptest::collection::vec(0usize..42, 0..4)
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn steps_should_give_the_bits_of_operations_one_by_one(
		shape in [0usize..3, 1usize..20, 1usize..1200],
		choices in choices(),
		seed: u64,
	) {
		let operands = Operands::new(shape, seed);
		let steps: Vec<_> = choices.iter().map(|&choice| operands.step(choice)).collect();
		let x = values(shape.iter().product(), seed ^ 9);
		let expected = operands.apply_all(Cpu::scalar(), &steps, x.clone());
		for cpu in every_cpu() {
			let out = finish_to_vec(cpu, &steps, shape[1], shape[2], &x).unwrap();
			assert_same_bits(&out, &expected, &format!("{cpu:?} {shape:?} {steps:?}"));
			let mut in_place = x.clone();
			finish(cpu, &steps, shape[1], shape[2], &mut in_place).unwrap();
			assert_same_bits(&in_place, &expected, "in place");
		}
	}

	#[test]
	fn steps_after_a_product_should_give_the_bits_of_operations_one_by_one(
		(m, k, n) in (1usize..70, 0usize..600, 1usize..600),
		choices in choices(),
		seed: u64,
	) {
		let operands = Operands::new([1, m, n], seed);
		let steps: Vec<_> = choices.iter().map(|&choice| operands.step(choice)).collect();
		let (a, b) = (values(m * k, seed ^ 6), values(k * n, seed ^ 7));
		for cpu in every_cpu() {
			let b = PackedMatrix::new(cpu, k, n, &b, Strides::row_major(n)).unwrap();
			let mut product = vec![0.0; m * n];
			matmul_packed(cpu, m, &a, Strides::row_major(k), &b, None, &mut product).unwrap();
			let expected = operands.apply_all(cpu, &steps, product);
			let out = matmul_packed_to_vec(cpu, m, &a, Strides::row_major(k), &b, None, &steps).unwrap();
			assert_same_bits(&out, &expected, &format!("{cpu:?} {m} x {k} x {n} {steps:?}"));
		}
	}

	/// Groups of one channel, few positions, many of them: each takes another way through the kernels.
	#[test]
	fn steps_after_a_convolution_should_give_the_bits_of_operations_one_by_one(
		(batch, groups, per_in, per_out) in (1usize..3, 1usize..5, 1usize..9, 1usize..40),
		size in 1usize..24,
		stride in 1usize..3,
		choices in choices(),
		seed: u64,
	) {
		let window = Window::new(&[3; 2], &[stride; 2], &[1; 2], &[1; 2], &[1; 2]).unwrap();
		let (in_channels, out_channels, input) = (groups * per_in, groups * per_out, [size, size + 1]);
		let shape = Conv { batch, in_channels, out_channels, groups, input: &input, window: &window };
		let positions: usize = shape.output().unwrap().iter().product();
		let operands = Operands::new([batch, out_channels, positions], seed);
		let steps: Vec<_> = choices.iter().map(|&choice| operands.step(choice)).collect();
		let x = values(batch * in_channels * size * (size + 1), seed ^ 6);
		let (w, bias) = (values(out_channels * per_in * 9, seed ^ 7), values(out_channels, seed ^ 8));
		for cpu in every_cpu() {
			let mut y = vec![0.0; batch * out_channels * positions];
			conv(cpu, &shape, &x, &w, Some(&bias), &mut y).unwrap();
			let expected = operands.apply_all(cpu, &steps, y);
			let packed = PackedConv::new(cpu, ConvKind::Forward, in_channels, out_channels, groups, 9, &w).unwrap();
			let weights = core::iter::once(ConvWeight::Plain(&w)).chain(packed.as_ref().map(ConvWeight::Packed));
			for weight in weights {
				let out = conv_to_vec(cpu, &shape, &x, weight, Some(&bias), &steps).unwrap();
				assert_same_bits(&out, &expected, &format!("{cpu:?} {shape:?} {steps:?}"));
			}
		}
	}
}

#[test]
fn operand_of_another_length_should_be_refused() {
	let x = [0.0; 12];
	let refused = |operand| {
		let steps = [Step::Binary(Simple::Add, operand, Side::Left)];
		finish_to_vec(Cpu::scalar(), &steps, 3, 2, &x).is_err()
	};
	assert!(!refused(Operand::Elements(&x)));
	assert!(refused(Operand::Elements(&x[..11])));
	assert!(refused(Operand::Channels(&x[..2])));
	assert!(refused(Operand::Columns(&x[..3])));
	assert!(finish_to_vec(Cpu::scalar(), &[], 5, 1, &x).is_err());
}
