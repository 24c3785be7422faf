//! What `Strict` is compared with: the slice executor, in this process or inside of WebAssembly.

use crate::{
	cases::Set,
	check::{BUDGET, explained},
};
use anyhow::Result;
use assay_graph::{Executor, HostTensor, Model, Run, SliceOps};
use assay_numerics::Cpu;

/// Where the slice executor runs.
pub enum Reference {
	/// In this process.
	Here,
	/// In a WebAssembly module.
	#[cfg(feature = "wasm")]
	Wasm(crate::wasm::Guest),
}

/// The slice executor with a model.
pub type Runner<'a> = Box<dyn Fn(Vec<(String, HostTensor)>) -> Result<Run> + 'a>;

impl Reference {
	/// Loads a model, given decoded and as the bytes of its file.
	#[cfg_attr(not(feature = "wasm"), allow(unused_variables, reason = "only WebAssembly needs the bytes"))]
	pub fn load<'a>(&'a self, set: Set, model: Model, bytes: &'a [u8]) -> Result<Runner<'a>> {
		match self {
			Self::Here => {
				let executor = Executor::new(model, SliceOps::new(cpu(set)?))?;
				Ok(Box::new(move |inputs| explained(executor.run(inputs, &BUDGET))))
			}
			#[cfg(feature = "wasm")]
			Self::Wasm(guest) => Ok(Box::new(move |inputs| guest.run(bytes, inputs, &BUDGET))),
		}
	}
}

/// What the slice executor computes with: the definition, so that `Strict` with whatever `ASSAY_ISA` and the number of threads
/// say is compared with it. Whole networks would take minutes that way.
fn cpu(set: Set) -> Result<Cpu> {
	Ok(if set == Set::Light { assay_numerics::select()? } else { Cpu::scalar() })
}
