//! `Dropout`: the identity at inference; in training, elements dropped at random and the others scaled up.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors},
	random::Seed,
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, ARITHMETIC, MOVE},
	ops::{Binary, KernelError, TensorOps},
	tensor::{HostTensor, TensorData, TensorSpec},
};

/// Part of the elements that is dropped where a model does not say.
const DEFAULT_RATIO: f64 = 0.5;

/// `Dropout`, whether it drops or not.
#[derive(Clone, Debug)]
pub(crate) struct Dropout {
	/// Element type of the mask, if it is an output; `None`: that of the data.
	mask: Option<Option<DType>>,
	seed: Seed,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	// An attribute of operator sets without training.
	node.attributes.ignore("ratio");
	if node.opset < 7 && !node.attributes.flag("is_test", false)? {
		return Err(NodeContext::bad("is_test", "must be 1: export the model for inference"));
	}
	let mask = (node.outputs > 1).then_some((node.opset >= 10).then_some(DType::Bool));
	let seed = Seed::parse_int(&mut node.attributes)?;
	Ok(Dropout { mask, seed }.into())
}

/// What an execution drops.
#[derive(Clone, Debug)]
pub(crate) enum Call {
	/// Nothing.
	Keep,
	/// Elements with this probability, at least 0 and below 1; a number of the type that is computed in.
	Drop { ratio: f64, computed: DType },
}

impl Dropout {
	/// The outputs for an input of this type and shape.
	fn outputs(&self, x: &TensorSpec) -> Vec<TensorSpec> {
		let mut outputs = vec![x.clone()];
		if let Some(mask) = self.mask {
			outputs.push(TensorSpec::new(mask.unwrap_or(x.dtype), x.shape.as_slice()));
		}
		outputs
	}
}

/// The ratio, as a number of the type that is computed in.
fn ratio(inputs: Inputs<'_>, computed: DType) -> Result<f64, Reason> {
	let given = match inputs.value(1).map(HostTensor::data) {
		None => DEFAULT_RATIO,
		Some(TensorData::F64(values)) if values.len() == 1 => values[0],
		_ => inputs.float(1)?.map_or(DEFAULT_RATIO, f64::from),
	};
	let ratio = if computed == DType::F32 { f64::from(given as f32) } else { given };
	if (0.0..1.0).contains(&ratio) {
		Ok(ratio)
	} else {
		Err(Reason(format!("the ratio is {given}: it must be at least 0 and below 1")))
	}
}

impl Family for Dropout {
	type Call = Call;

	/// The ratio, and whether it is training.
	const HOST_INPUTS: &'static [usize] = &[1, 2];
	const WIDENS: bool = false;
	const RANDOM: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Call>, Reason> {
		let training = match inputs.value(2).map(HostTensor::as_slice) {
			None | Some(Some([false])) => false,
			Some(Some([true])) => true,
			_ => return Err("training_mode must be one bool".into()),
		};
		let x = inputs.spec(0)?;
		let outputs = self.outputs(x);
		let computed = if x.dtype == DType::F64 { DType::F64 } else { DType::F32 };
		let ratio = if training { ratio(inputs, computed)? } else { 0.0 };
		if ratio == 0.0 {
			let work = outputs.iter().skip(1).map(|mask| metering::elements(&mask.shape)).sum();
			return Ok(Plan { outputs, work, scratch: 0, call: Call::Keep });
		}
		if !x.dtype.is_float() {
			return Err(Reason(wrong_dtype("the data", x.dtype, "a floating-point number")));
		}
		// Samples and mask; the data, the mask and their product in the type that is computed in.
		let bytes = |dtype| metering::bytes(&TensorSpec::new(dtype, x.shape.as_slice()));
		let scratch = bytes(DType::F32)
			.saturating_add(bytes(DType::Bool))
			.saturating_add(bytes(computed).saturating_mul(3));
		let work = metering::elements(&x.shape).saturating_mul(5 * ARITHMETIC + 4 * MOVE);
		Ok(Plan { outputs, work, scratch, call: Call::Drop { ratio, computed } })
	}

	fn run<T: TensorOps>(
		&self,
		call: Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let TensorSpec { dtype, shape } = ops.spec(x);
		let (y, mask) = match call {
			Call::Keep => (x.clone(), None),
			Call::Drop { ratio, computed } => {
				let mask = ops.from_host(self.seed.at_least(ratio, inputs.stream, &shape)?)?;
				let scale = match computed {
					DType::F64 => HostTensor::scalar(1.0 / (1.0 - ratio)),
					// Exact: the ratio is a binary32.
					_ => HostTensor::scalar(1.0 / (1.0 - ratio as f32)),
				};
				let kept = ops.binary(Binary::Mul, &ops.cast(x, computed)?, &ops.cast(&mask, computed)?)?;
				let scaled = ops.binary(Binary::Mul, &kept, &ops.from_host(scale)?)?;
				(ops.cast(&scaled, dtype)?, Some(mask))
			}
		};
		let mut outputs = vec![y];
		if let Some(wanted) = self.mask {
			let wanted = wanted.unwrap_or(dtype);
			outputs.push(match mask {
				Some(mask) => ops.cast(&mask, wanted)?,
				None => {
					let kept = ops.from_host(HostTensor::scalar(true))?;
					ops.expand(&ops.cast(&kept, wanted)?, &shape)?
				}
			});
		}
		Ok(outputs)
	}
}
