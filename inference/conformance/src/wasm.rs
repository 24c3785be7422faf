//! The slice executor inside of WebAssembly: a module compiled from `assay-conformance-guest`.

use anyhow::{Context, Result, bail, ensure};
use assay_conformance_guest::{Answer, Request, named};
use assay_graph::{Budget, HostTensor, Run};
use prost::Message;
use std::path::Path;
use wasmtime::{Config, Engine, Instance, Module, Store};

/// Room for a graph in a graph in a graph; well below what the main thread has.
const STACK_BYTES: usize = 2 << 20;

/// The module, compiled for this machine.
pub struct Guest {
	engine: Engine,
	module: Module,
}

impl Guest {
	/// Compiles the module in a file.
	pub fn load(path: &Path) -> Result<Self> {
		let mut config = Config::new();
		config.max_wasm_stack(STACK_BYTES);
		let engine = Engine::new(&config)?;
		let module = Module::from_file(&engine, path)
			.with_context(|| format!("{} is not a WebAssembly module", path.display()))?;
		Ok(Self { engine, module })
	}

	/// Runs a model in an instance of its own.
	pub fn run(&self, model: &[u8], inputs: Vec<(String, HostTensor)>, budget: &Budget) -> Result<Run> {
		let request = Request {
			model: model.to_vec(),
			inputs: inputs.into_iter().map(|(name, tensor)| named(name, &tensor)).collect(),
			compute_units: budget.compute_units,
			memory_bytes: budget.memory_bytes,
		};
		let answer = self.answer(&request.encode_to_vec())?;
		let Answer { outputs, compute_units, peak_bytes, failure } =
			Answer::decode(answer.as_slice()).context("the answer from WebAssembly is no answer")?;
		if let Some(failure) = failure {
			bail!("fails in WebAssembly: {failure}");
		}
		let outputs = outputs.into_iter().map(|mut proto| {
			let name = std::mem::take(&mut proto.name);
			Ok((name, HostTensor::try_from(proto).context("an output from WebAssembly is no tensor")?))
		});
		Ok(Run { outputs: outputs.collect::<Result<_>>()?, compute_units, peak_bytes })
	}

	fn answer(&self, request: &[u8]) -> Result<Vec<u8>> {
		let mut store = Store::new(&self.engine, ());
		let instance = Instance::new(&mut store, &self.module, &[])?;
		let alloc = instance.get_typed_func::<u32, u32>(&mut store, "alloc")?;
		let run = instance.get_typed_func::<(u32, u32), u64>(&mut store, "run")?;
		let memory = instance.get_memory(&mut store, "memory").context("the module exports no memory")?;

		let length =
			u32::try_from(request.len()).context("the request is larger than the module's memory")?;
		let start = alloc.call(&mut store, length).context("traps in WebAssembly")?;
		memory.write(&mut store, start as usize, request)?;
		let packed = run.call(&mut store, (start, length)).context("traps in WebAssembly")?;
		let (start, length) = ((packed >> 32) as usize, packed as u32 as usize);
		let bytes = memory.data(&store);
		ensure!(
			start <= bytes.len() && length <= bytes.len() - start,
			"the answer lies outside of the module's memory"
		);
		Ok(bytes[start..start + length].to_vec())
	}
}
