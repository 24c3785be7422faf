//! `assay-bench-flex`: times how stock burn-flex runs one network, under this project's executor of graphs.

use anyhow::Result;
use assay_backend::BurnOps;
use assay_bench_harness::{Engine, Network};
use assay_bench_strict::{BUDGET, decode, first_output, inputs, use_threads};
use assay_graph::{Executor, HostTensor};

struct Flex {
	executor: Executor<BurnOps<burn_flex::Flex>>,
	inputs: Vec<(String, HostTensor)>,
}

impl Engine for Flex {
	fn load(network: &Network, threads: usize) -> Result<Self> {
		use_threads(threads)?;
		Ok(Self { executor: Executor::new(decode(network)?, BurnOps::default())?, inputs: inputs(network)? })
	}

	fn run(&mut self) -> Result<Vec<f32>> {
		first_output(self.executor.run(self.inputs.clone(), &BUDGET)?)
	}
}

fn main() -> Result<()> {
	assay_bench_harness::main::<Flex>()
}
