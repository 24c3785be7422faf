//! `ArrayFeatureExtractor` and `Binarizer` of the domain `ai.onnx.ml`.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors, dim_product},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, MOVE},
	ops::{Comparison, KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// `ArrayFeatureExtractor`: elements of the last axis by their indices.
#[derive(Clone, Debug)]
pub(crate) struct Extractor;

pub(crate) fn parse_extractor(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Extractor.into())
}

impl Family for Extractor {
	/// Number of indices, and the shape of the output: a vector gives a matrix of one row.
	type Call = (usize, Vec<usize>);

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let (x, indices) = (inputs.spec(0)?, inputs.spec(1)?);
		if indices.dtype != DType::I64 {
			return Err(Reason(wrong_dtype("the indices", indices.dtype, "int64")));
		}
		let count = dim_product(&indices.shape)?;
		let mut shape = match x.shape.as_slice() {
			[] => return Err("the input must have at least one dimension".into()),
			[_] => vec![1],
			[outer @ .., _] => outer.to_vec(),
		};
		shape.push(count);
		let scratch = metering::bytes(indices);
		let output = TensorSpec::new(x.dtype, shape.as_slice());
		Ok(Plan { scratch, ..Plan::per_element(output, MOVE, (count, shape)) })
	}

	fn run<T: TensorOps>(
		&self,
		(count, shape): Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let last = ops.spec(x).shape.len().saturating_sub(1);
		let picked = ops.gather(x, &ops.reshape(inputs.get(1)?, &[count])?, last)?;
		Ok(vec![ops.reshape(&picked, &shape)?])
	}
}

/// `Binarizer`: 1 above a threshold, else 0.
#[derive(Clone, Debug)]
pub(crate) struct Binarizer {
	threshold: f32,
}

pub(crate) fn parse_binarizer(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Binarizer { threshold: node.attributes.float("threshold")?.unwrap_or(0.0) }.into())
}

impl Family for Binarizer {
	type Call = ();

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<()>, Reason> {
		let x = inputs.spec(0)?;
		if !x.dtype.is_real() && !matches!(x.dtype, DType::I32 | DType::I64) {
			return Err(Reason(format!("the input must be a float, int32 or int64, found {}", x.dtype)));
		}
		Ok(Plan::per_element(x.clone(), 3 * MOVE, ()).with_temporaries(2))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let dtype = ops.spec(x).dtype;
		// Integers and the threshold are compared as `float64`.
		let common = if dtype == DType::F32 { DType::F32 } else { DType::F64 };
		let threshold = ops.from_host(HostTensor::scalar(self.threshold).cast(common))?;
		let numbers = if dtype == common { x.clone() } else { ops.cast(x, common)? };
		let above = ops.compare(Comparison::Greater, &numbers, &threshold)?;
		Ok(vec![ops.cast(&above, dtype)?])
	}
}
