//! What programs that time executors of [`assay_graph`] share.

use std::fs;

use anyhow::{Context, Result, bail};
use assay_bench_harness::{Elements, Network};
use assay_graph::{Budget, HostTensor, Limits, Model, Run};

/// What a request may cost at most is no limit here.
pub const BUDGET: Budget = Budget { compute_units: u64::MAX, memory_bytes: u64::MAX };

/// Makes the pool of all kernels one with so many threads. Once in a process.
pub fn use_threads(threads: usize) -> Result<()> {
	Ok(rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?)
}

/// Decodes the network's model.
pub fn decode(network: &Network) -> Result<Model> {
	let bytes =
		fs::read(&network.model).with_context(|| format!("cannot read {}", network.model.display()))?;
	Ok(Model::decode_owned(bytes, &Limits::default())?)
}

/// The network's inputs, named.
pub fn inputs(network: &Network) -> Result<Vec<(String, HostTensor)>> {
	let tensor = |elements: &Elements, shape: &[usize]| match elements {
		Elements::F32(elements) => HostTensor::from_vec(shape, elements.clone()),
		Elements::I64(elements) => HostTensor::from_vec(shape, elements.clone()),
	};
	network
		.inputs
		.iter()
		.map(|input| Ok((input.name.clone(), tensor(&input.elements, &input.shape)?)))
		.collect()
}

/// The elements of the first output.
pub fn first_output(run: Run) -> Result<Vec<f32>> {
	let Some((name, output)) = run.outputs.into_iter().next() else { bail!("the network has no output") };
	let elements = output.as_slice::<f32>().with_context(|| format!("{name} is not of type float"))?;
	Ok(elements.to_vec())
}
