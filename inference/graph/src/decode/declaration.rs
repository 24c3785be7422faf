//! Declared inputs and outputs.

use alloc::vec::Vec;

use crate::{
	dtype::DType,
	error::ValueProblem,
	limits::{MAX_DIM, MAX_RANK},
	model::{Dim, ValueDecl},
	onnx::{DimensionProto, DimensionValue, TensorTypeProto, ValueInfoProto},
};

/// A declaration of the model's own graph, which has to name a tensor type.
pub(super) fn value(proto: &ValueInfoProto) -> Result<ValueDecl, ValueProblem> {
	if proto.name.is_empty() {
		return Err(ValueProblem::Unnamed);
	}
	let tensor = proto.r#type.as_ref().and_then(|r#type| r#type.tensor_type.as_ref());
	typed(proto, tensor.ok_or(ValueProblem::NotATensor)?)
}

/// A declaration of a graph inside a node, which may leave the type out.
pub(super) fn optional(proto: &ValueInfoProto) -> Result<Option<ValueDecl>, ValueProblem> {
	if proto.name.is_empty() {
		return Err(ValueProblem::Unnamed);
	}
	let Some(r#type) = &proto.r#type else { return Ok(None) };
	match &r#type.tensor_type {
		Some(tensor) if tensor.elem_type == 0 => Ok(None),
		Some(tensor) => typed(proto, tensor).map(Some),
		None if r#type.sequence_type.is_some() || r#type.optional_type.is_some() => {
			Err(ValueProblem::NotATensor)
		}
		None => Ok(None),
	}
}

fn typed(proto: &ValueInfoProto, tensor: &TensorTypeProto) -> Result<ValueDecl, ValueProblem> {
	let dtype = DType::from_onnx(tensor.elem_type).ok_or(ValueProblem::DataType(tensor.elem_type))?;
	let dims = match &tensor.shape {
		None => None,
		Some(shape) if shape.dim.len() > MAX_RANK => return Err(ValueProblem::Rank(shape.dim.len())),
		Some(shape) => Some(shape.dim.iter().map(dimension).collect::<Result<Vec<_>, _>>()?),
	};
	Ok(ValueDecl { name: proto.name.clone(), dtype, dims })
}

fn dimension(proto: &DimensionProto) -> Result<Dim, ValueProblem> {
	match &proto.value {
		Some(DimensionValue::DimParam(name)) if !name.is_empty() => Ok(Dim::Symbolic(name.clone())),
		// Exporters write -1 for "unknown".
		None | Some(DimensionValue::DimParam(_) | DimensionValue::DimValue(i64::MIN..=-1)) => {
			Ok(Dim::Unknown)
		}
		Some(DimensionValue::DimValue(size)) => usize::try_from(*size)
			.ok()
			.filter(|&size| size <= MAX_DIM)
			.map(Dim::Fixed)
			.ok_or(ValueProblem::Dimension(*size)),
	}
}
