//! `BitCast`: the same bits as another type.

use alloc::{format, string::ToString, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator, cast,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, MOVE},
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// Takes elements for elements of a type of the same size.
#[derive(Clone, Debug)]
pub(crate) struct BitCast {
	to: DType,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(BitCast { to: cast::element_type(node)? }.into())
}

/// Bits of one element in a file.
fn bits(dtype: DType) -> usize {
	dtype.packing().map_or(8 * dtype.size(), |packing| packing.bits() as usize)
}

impl Family for BitCast {
	type Call = ();

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let x = inputs.spec(0)?;
		if bits(x.dtype) != bits(self.to) {
			return Err(Reason(format!("a {} has not as many bits as a {}", x.dtype, self.to)));
		}
		let mut plan = Plan::per_element(TensorSpec::new(self.to, x.shape.clone()), MOVE, ());
		plan.scratch = metering::bytes(x).saturating_mul(2);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = ops.to_host(inputs.get(0)?.clone())?;
		// The canonical bytes: whether a NaN has a payload is not defined.
		let bytes = x.to_le_bytes();
		let cast = if self.to == DType::Bool {
			HostTensor::from_vec(x.shape(), bytes.iter().map(|&byte| byte != 0).collect())
		} else {
			HostTensor::from_le_bytes(self.to, x.shape(), &bytes)
		};
		Ok(vec![ops.from_host(cast.map_err(|error| KernelError::Backend(error.to_string()))?)?])
	}
}
