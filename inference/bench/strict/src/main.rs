//! `assay-bench-strict`: times how this project's engine runs one network.

use anyhow::Result;
use assay_backend::StrictExecutor;
use assay_bench_harness::{Engine, Network};
use assay_bench_strict::{BUDGET, decode, first_output, inputs, use_threads};
use assay_graph::HostTensor;

struct Strict {
	executor: StrictExecutor,
	inputs: Vec<(String, HostTensor)>,
}

impl Engine for Strict {
	fn load(network: &Network, threads: usize) -> Result<Self> {
		use_threads(threads)?;
		Ok(Self { executor: StrictExecutor::new(decode(network)?)?, inputs: inputs(network)? })
	}

	fn run(&mut self) -> Result<Vec<f32>> {
		first_output(self.executor.run(self.inputs.clone(), &BUDGET)?)
	}
}

fn main() -> Result<()> {
	assay_bench_harness::main::<Strict>()
}
