//! Runs one case.

use crate::{
	cases::{Case, Data, Set, Source},
	classify, compare, large, light, packages,
	reference::Reference,
};
use anyhow::{Context, Result, anyhow, bail};
use assay_backend::StrictExecutor;
use assay_graph::{
	Budget, DecodeError, ExecError, HostTensor, Limits, Model, Run, ValueDecl,
	onnx::{ModelProto, TensorProto},
};
use prost::Message;
use sha2::{Digest, Sha256};
use std::{
	fs,
	panic::{AssertUnwindSafe, catch_unwind},
	path::Path,
};

/// Far more than any case needs, so that a defect cannot take the machine down.
pub const BUDGET: Budget = Budget { compute_units: 1 << 34, memory_bytes: 6 << 30 };

/// What came of a case.
#[derive(Clone, Debug)]
pub enum Outcome {
	/// Both executors computed what ONNX expects.
	Passed {
		/// Hash of all outputs.
		hash: String,
	},
	/// They did not.
	Failed {
		/// What the failure has in common with others.
		group: String,
		/// What is particular about it; may be empty.
		detail: String,
	},
	/// Not run.
	Skipped {
		/// Why.
		reason: &'static str,
	},
}

/// Runs a case on both executors, the slice executor being `reference`.
pub fn check(case: &Case, reference: &Reference) -> Outcome {
	let result = catch_unwind(AssertUnwindSafe(|| run(case, reference))).unwrap_or_else(|panic| {
		let message = panic.downcast_ref::<String>().cloned();
		let message = message.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
		Err(anyhow!("panic: {}", message.unwrap_or_default()))
	});
	match result {
		Ok(outcome) => outcome,
		Err(error) => {
			let message = format!("{error:#}");
			let (group, detail) = message.split_once(": ").unwrap_or((&message, ""));
			Outcome::Failed { group: group.into(), detail: detail.into() }
		}
	}
}

fn run(case: &Case, reference: &Reference) -> Result<Outcome> {
	let bytes = match &case.model {
		Source::File(path) => fs::read(path).context("cannot read the model")?,
		Source::Large(model) => model.build().encode_to_vec(),
	};
	let proto = ModelProto::decode(bytes.as_slice()).context("not a model")?;
	if let Some(reason) = classify::reason_to_skip(case, &proto) {
		return Ok(Outcome::Skipped { reason });
	}
	let model = Model::decode(&bytes, &Limits::default()).map_err(|error| refused(&error))?;
	let declared: Vec<ValueDecl> = model.inputs().cloned().collect();
	let slices = reference.load(case.set, model.clone(), &bytes)?;
	let strict = StrictExecutor::new(model)?;

	let mut hash = Sha256::new();
	for (inputs, expected) in data_sets(case, &declared)? {
		let run = slices(inputs.clone())?;
		agree(&run, &explained(strict.run(inputs, &BUDGET)).context("Strict executor")?)?;
		if run.outputs.len() < expected.len() {
			bail!("wrong number of outputs: {} instead of {}", run.outputs.len(), expected.len());
		}
		for ((name, found), expected) in run.outputs.iter().zip(&expected) {
			if let Some(difference) = compare::differs(found, expected, case.tolerance) {
				bail!("{difference} (output {name})");
			}
		}
		run.outputs.iter().for_each(|(_, tensor)| digest(&mut hash, tensor));
	}
	Ok(Outcome::Passed { hash: hex::encode(&hash.finalize()[..16]) })
}

/// Groups failures by operator.
pub fn explained(run: Result<Run, ExecError>) -> Result<Run> {
	run.map_err(|error| match error {
		ExecError::OperatorFailed { node, reason, .. } => anyhow!("{} fails: {reason}", node.op_type),
		ExecError::Backend { node: Some(node), reason } => anyhow!("{} fails: {reason}", node.op_type),
		ExecError::OutOfCompute { node, .. } => anyhow!("out of compute: {node}"),
		ExecError::OutOfMemory { node: Some(node), .. } => anyhow!("out of memory: {node}"),
		error => anyhow!("run refused: {error}"),
	})
}

/// A refusal by the decoder, grouped by the operator if it is about one.
fn refused(error: &DecodeError) -> anyhow::Error {
	match error {
		DecodeError::Node { node, problem } => anyhow!("{} refused: {problem}", node.op_type),
		error => anyhow!("model refused: {error}"),
	}
}

/// Two executors must give the same bits for the same cost.
fn agree(slices: &Run, strict: &Run) -> Result<()> {
	for ((name, a), (_, b)) in slices.outputs.iter().zip(&strict.outputs) {
		if let Some(difference) = (a != b).then(|| first_difference(a, b)) {
			bail!("executors disagree: output {name}: {difference}");
		}
	}
	if (slices.compute_units, slices.peak_bytes) != (strict.compute_units, strict.peak_bytes) {
		bail!("executors disagree: about the cost");
	}
	Ok(())
}

fn first_difference(a: &HostTensor, b: &HostTensor) -> String {
	if a.spec() != b.spec() {
		return format!("slices {}, Strict {}", a.spec(), b.spec());
	}
	let (a, b) = (a.to_le_bytes(), b.to_le_bytes());
	let at = a.iter().zip(&b).position(|(a, b)| a != b).unwrap_or_default();
	format!("byte {at} of {}", a.len())
}

/// Element type, shape and canonical bytes, each with its length.
fn digest(hash: &mut Sha256, tensor: &HostTensor) {
	hash.update(tensor.dtype().onnx().to_le_bytes());
	hash.update((tensor.shape().len() as u64).to_le_bytes());
	tensor.shape().iter().for_each(|&size| hash.update((size as u64).to_le_bytes()));
	hash.update(tensor.to_le_bytes());
}

/// Named inputs, and expected outputs.
type DataSet = (Vec<(String, HostTensor)>, Vec<HostTensor>);

fn data_sets(case: &Case, declared: &[ValueDecl]) -> Result<Vec<DataSet>> {
	match &case.data {
		Data::Directories(directories) => directories
			.iter()
			.map(|directory| {
				let inputs = numbered(directory, "input")?;
				if inputs.len() != declared.len() {
					bail!("wrong number of inputs: {} files for {} inputs", inputs.len(), declared.len());
				}
				let names = declared.iter().map(|decl| decl.name.clone());
				Ok((names.zip(inputs).collect(), numbered(directory, "output")?))
			})
			.collect(),
		Data::Ramps(outputs) => {
			let inputs = declared.iter().map(|decl| {
				let ramp = light::ramp(decl).with_context(|| format!("no ramp: for {decl}"))?;
				Ok((decl.name.clone(), ramp))
			});
			let outputs = outputs.iter().map(|path| tensor(path));
			Ok(vec![(inputs.collect::<Result<_>>()?, outputs.collect::<Result<_>>()?)])
		}
		Data::Made if case.set == Set::Package => Ok(vec![(packages::inputs(declared)?, Vec::new())]),
		Data::Made => Ok(vec![(large::inputs(declared)?, Vec::new())]),
	}
}

/// The tensors `kind_0.pb`, `kind_1.pb`, ….
fn numbered(directory: &Path, kind: &str) -> Result<Vec<HostTensor>> {
	(0..)
		.map(|index| directory.join(format!("{kind}_{index}.pb")))
		.take_while(|path| path.exists())
		.map(|path| tensor(&path))
		.collect()
}

fn tensor(path: &Path) -> Result<HostTensor> {
	let proto = TensorProto::decode(fs::read(path)?.as_slice()).context("not a tensor")?;
	HostTensor::try_from(proto).map_err(|error| anyhow!("tensor refused: {error}"))
}
