//! `Strict` runs ordinary Burn modules: the operations of a transformer of `burn-nn`, recorded by Burn's capture device,
//! give the same bits with every instruction set and any number of threads, and numbers close to those of Flex.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{env, process::Command};

use assay_backend::Strict;
use assay_numerics::{Cpu, random::Stream};
use burn_core::{
	module::{Module, ModuleMapper, Param},
	tensor::{Bool, CapturedGraph, Device, Tensor, TensorData},
};
use burn_flex::Flex;
use burn_ir::{BackendIr, TensorStatus};
use burn_nn::transformer::{TransformerEncoderConfig, TransformerEncoderInput};
use burn_router::TensorInterpreter;
use sha2::{Digest, Sha256};

const BATCH: usize = 2;
const TOKENS: usize = 70;
/// More than a block of a dot product, and with the tokens enough for seven threads to share a matrix product.
const SIZE: usize = 288;

/// The profile's samples for every parameter, in the order of the module's.
struct Samples {
	parameter: u32,
}

impl ModuleMapper for Samples {
	fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
		let shape = param.lazy_shape();
		let mut values = vec![0.0; shape.num_elements()];
		let stream = Stream { seed: 3, node: self.parameter, execution: 0 };
		self.parameter += 1;
		match D {
			// Biases, and the weights and biases of normalisations.
			1 => stream.uniform(0.5, 1.5, &mut values),
			_ => stream.normal(0.0, 0.06, &mut values),
		}
		let tensor = Tensor::from_data(TensorData::new(values, shape), &param.lazy_device());
		Param::initialized(param.id, tensor)
	}
}

/// What a transformer does to a batch of sequences: no token looks ahead, and the second sequence is padded. Its output is
/// that of the last operation.
fn transformer() -> CapturedGraph {
	let device = Device::capture();
	device
		.capture_scope(|scope| {
			let module = TransformerEncoderConfig::new(SIZE, 2 * SIZE, 4, 2).with_dropout(0.0).init(&device);
			let module = module.map(&mut Samples { parameter: 1 });

			let mut x = vec![0.0; BATCH * TOKENS * SIZE];
			Stream { seed: 3, node: 0, execution: 0 }.normal(0.0, 1.0, &mut x);
			let x = Tensor::<3>::from_data(TensorData::new(x, [BATCH, TOKENS, SIZE]), &device);
			let mask = |hidden: Vec<bool>, shape: &[usize]| TensorData::new(hidden, shape.to_vec());
			let ahead = (0..BATCH * TOKENS * TOKENS).map(|i| i % TOKENS > i / TOKENS % TOKENS).collect();
			let ahead = mask(ahead, &[BATCH, TOKENS, TOKENS]);
			let padding =
				mask((0..BATCH * TOKENS).map(|i| i > BATCH * TOKENS - 9).collect(), &[BATCH, TOKENS]);
			let input = TransformerEncoderInput::new(x)
				.mask_attn(Tensor::<3, Bool>::from_data(ahead, &device))
				.mask_pad(Tensor::<2, Bool>::from_data(padding, &device));
			module.forward(input);
			scope.complete([], [])
		})
		.unwrap()
}

/// Executes recorded operations on a backend; the elements that the last one gives.
fn replay<B: BackendIr>(captured: &CapturedGraph) -> Vec<f32> {
	let mut interpreter = TensorInterpreter::<B>::new(Default::default());
	for (id, data) in &captured.values {
		interpreter.register_tensor_data_id(*id, data.clone());
	}
	for operation in &captured.graph.operations {
		interpreter.register_op(operation.clone());
	}
	let mut output = captured.graph.operations.last().unwrap().outputs().next().unwrap().clone();
	output.status = TensorStatus::ReadOnly;
	assert_eq!(output.shape.as_slice(), [BATCH, TOKENS, SIZE]);
	let data = burn_backend::read_sync(interpreter.read_tensor_async(output)).unwrap();
	data.try_into_vec::<f32>().unwrap()
}

/// SHA-256 over the little-endian bits that `Strict` computes with the settings of this process.
fn hash() -> String {
	let bytes: Vec<u8> = replay::<Strict>(&transformer()).into_iter().flat_map(f32::to_le_bytes).collect();
	Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// With this variable the test below only says what its own process computes: a process chooses its kernels once.
const CHILD: &str = "ASSAY_TEST_PRINT_HASH";

#[test]
fn transformer_should_have_the_pinned_bits_with_every_instruction_set_and_number_of_threads() {
	const NAME: &str =
		"transformer_should_have_the_pinned_bits_with_every_instruction_set_and_number_of_threads";
	const PINNED: &str = "b9dc9149ff9235a1fb789901c2b732172970cef35d7efb0d9cae51e06af1fb37";
	if env::var_os(CHILD).is_some() {
		println!("hash {}", hash());
		return;
	}
	for cpu in Cpu::available() {
		for threads in ["1", "2", "7"] {
			let child = Command::new(env::current_exe().unwrap())
				.args(["--exact", NAME, "--nocapture"])
				.env(CHILD, "")
				.env("ASSAY_ISA", cpu.isa().name())
				.env("RAYON_NUM_THREADS", threads)
				.output()
				.unwrap();
			let output = String::from_utf8_lossy(&child.stdout);
			let hash = output.lines().find_map(|line| line.split_once("hash ")).map(|(_, hash)| hash);
			assert_eq!(hash, Some(PINNED), "{}, {threads} threads: {output}", cpu.isa());
		}
	}
}

#[test]
fn transformer_should_give_numbers_close_to_those_of_flex() {
	let captured = transformer();
	let (strict, flex) = (replay::<Strict>(&captured), replay::<Flex>(&captured));
	let largest = strict.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
	assert!(largest > 1.0 && largest < 100.0, "the largest output is {largest}");
	for (i, (a, b)) in strict.iter().zip(&flex).enumerate() {
		assert!((a - b).abs() <= 1e-5 * b.abs().max(1.0), "element {i}: Strict has {a}, Flex has {b}");
	}
}
