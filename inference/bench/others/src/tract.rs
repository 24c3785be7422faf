//! `assay-bench-tract`: times how tract runs one network.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use assay_bench_harness::{Elements, Engine, Input, Network};
use tract_linalg::multithread::{Executor, set_default_executor};
use tract_onnx::prelude::*;

struct Tract {
	model: Arc<TypedRunnableModel>,
	inputs: TVec<TValue>,
}

impl Engine for Tract {
	fn load(network: &Network, threads: usize) -> Result<Self> {
		if threads > 1 {
			set_default_executor(Executor::multithread(threads));
		}
		let mut model = tract_onnx::onnx().model_for_path(&network.model)?;
		for (index, input) in network.inputs.iter().enumerate() {
			let name = &model.node(model.input_outlets()?[index].node).name;
			ensure!(*name == input.name, "input {index} is {name}, not {}", input.name);
			let dtype = match input.elements {
				Elements::F32(_) => f32::datum_type(),
				Elements::I64(_) => i64::datum_type(),
			};
			model.set_input_fact(index, InferenceFact::dt_shape(dtype, &input.shape))?;
		}
		let model = model.into_optimized()?.into_runnable()?;
		Ok(Self { model, inputs: network.inputs.iter().map(tensor).collect::<Result<_>>()? })
	}

	fn run(&mut self) -> Result<Vec<f32>> {
		let outputs = self.model.run(self.inputs.clone())?;
		let output = outputs.first().context("the network has no output")?;
		Ok(output.try_as_plain_ram()?.as_slice::<f32>()?.to_vec())
	}
}

fn tensor(input: &Input) -> Result<TValue> {
	Ok(match &input.elements {
		Elements::F32(elements) => Tensor::from_shape(&input.shape, elements)?,
		Elements::I64(elements) => Tensor::from_shape(&input.shape, elements)?,
	}
	.into_tvalue())
}

fn main() -> Result<()> {
	assay_bench_harness::main::<Tract>()
}
