//! The slice executor behind a function from bytes to bytes, so that it can run inside of WebAssembly, without an operating
//! system and without a fused multiply-add. `assay-conformance --wasm` compares its bits with those of this machine.
//!
//! Compiled for WebAssembly, it exports its `memory` and
//!
//! - `alloc(length: u32) -> u32`: where the host writes a request of that many bytes;
//! - `run(start: u32, length: u32) -> u64`: answers the request that lies there. The high half of the result is where the
//!   answer starts, the low half its length.
//!
//! Requests and answers are protobuf messages, as ONNX's are. A panic is a trap.
#![cfg_attr(target_family = "wasm", no_std)]

extern crate alloc;

use alloc::{
	string::{String, ToString},
	vec::Vec,
};
use assay_graph::{Budget, Executor, HostTensor, Limits, Model, SliceOps, onnx::TensorProto};
use assay_numerics::Cpu;
use prost::Message;

#[cfg(target_family = "wasm")]
mod exports;

/// A model, and what to run it on.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Request {
	/// The ONNX file.
	#[prost(bytes = "vec", tag = "1")]
	pub model: Vec<u8>,
	/// Inputs with their names.
	#[prost(message, repeated, tag = "2")]
	pub inputs: Vec<TensorProto>,
	/// Most compute units that may be charged.
	#[prost(uint64, tag = "3")]
	pub compute_units: u64,
	/// Most bytes of tensors alive at the same time.
	#[prost(uint64, tag = "4")]
	pub memory_bytes: u64,
}

/// What came of a request.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Answer {
	/// Outputs with their names, in the graph's order.
	#[prost(message, repeated, tag = "1")]
	pub outputs: Vec<TensorProto>,
	/// Compute units charged.
	#[prost(uint64, tag = "2")]
	pub compute_units: u64,
	/// Most bytes of tensors that were alive at the same time.
	#[prost(uint64, tag = "3")]
	pub peak_bytes: u64,
	/// Why there are no outputs.
	#[prost(string, optional, tag = "4")]
	pub failure: Option<String>,
}

/// Answers an encoded request.
pub fn answer(request: &[u8]) -> Vec<u8> {
	let request = Request::decode(request).map_err(|error| error.to_string());
	let failed = |failure| Answer { failure: Some(failure), ..Default::default() };
	request.and_then(run).unwrap_or_else(failed).encode_to_vec()
}

fn run(request: Request) -> Result<Answer, String> {
	let model = Model::decode(&request.model, &Limits::default()).map_err(|error| error.to_string())?;
	let executor = Executor::new(model, SliceOps::new(Cpu::scalar())).map_err(|error| error.to_string())?;
	let inputs = request
		.inputs
		.into_iter()
		.map(|mut proto| {
			let name = core::mem::take(&mut proto.name);
			HostTensor::try_from(proto).map(|tensor| (name, tensor))
		})
		.collect::<Result<_, _>>()
		.map_err(|error| error.to_string())?;
	let budget = Budget { compute_units: request.compute_units, memory_bytes: request.memory_bytes };
	let run = executor.run(inputs, &budget).map_err(|error| error.to_string())?;
	let outputs = run.outputs.into_iter().map(|(name, tensor)| named(name, &tensor));
	Ok(Answer {
		outputs: outputs.collect(),
		compute_units: run.compute_units,
		peak_bytes: run.peak_bytes,
		failure: None,
	})
}

/// A tensor and its name in one message.
pub fn named(name: String, tensor: &HostTensor) -> TensorProto {
	TensorProto { name, ..TensorProto::from(tensor) }
}
