//! `Dropout`.

use alloc::{vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering,
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// `Dropout` that drops nothing: at inference, or with a ratio of 0.
#[derive(Clone, Debug)]
pub(crate) struct Dropout {
	/// Element type of the mask, if it is an output; `None`: that of the data.
	mask: Option<Option<DType>>,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	// They matter in training only.
	node.attributes.ignore("ratio");
	node.attributes.ignore("seed");
	if node.opset < 7 && !node.attributes.flag("is_test", false)? {
		return Err(NodeContext::bad("is_test", "must be 1: export the model for inference"));
	}
	let mask = (node.outputs > 1).then_some((node.opset >= 10).then_some(DType::Bool));
	Ok(Dropout { mask }.into())
}

impl Family for Dropout {
	type Call = ();

	/// The ratio, and whether it is training.
	const HOST_INPUTS: &'static [usize] = &[1, 2];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let training = match inputs.value(2).map(HostTensor::as_slice) {
			None | Some(Some([false])) => false,
			Some(Some([true])) => true,
			_ => return Err("training_mode must be one bool".into()),
		};
		if training && inputs.float(1)? != Some(0.0) {
			return Err("dropping elements at random is not supported: export the model for inference".into());
		}
		let x = inputs.spec(0)?;
		let mut outputs = vec![x.clone()];
		if let Some(mask) = self.mask {
			outputs.push(TensorSpec::new(mask.unwrap_or(x.dtype), x.shape.clone()));
		}
		let work = outputs.iter().skip(1).map(|mask| metering::elements(&mask.shape)).sum();
		Ok(Plan { outputs, work, scratch: 0, call: () })
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let mut outputs = vec![x.clone()];
		if let Some(mask) = self.mask {
			let TensorSpec { dtype, shape } = ops.spec(x);
			let kept = ops.from_host(HostTensor::scalar(true))?;
			outputs.push(ops.expand(&ops.cast(&kept, mask.unwrap_or(dtype))?, &shape)?);
		}
		Ok(outputs)
	}
}
