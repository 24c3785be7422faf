//! Values that are known when a model is decoded.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	string::String,
	vec::Vec,
};

use super::Decoder;
use crate::{
	dtype::DType,
	error::{DecodeError, LimitKind},
	metering,
	model::{Dim, ValueDecl, ValueId},
	onnx::TensorProto,
	tensor::HostTensor,
};

/// Initialisers and the results of `Constant` nodes, of all graphs.
#[derive(Debug, Default)]
pub(super) struct Constants {
	values: BTreeMap<ValueId, HostTensor>,
	bytes: u64,
}

impl Constants {
	pub(super) fn insert(&mut self, id: ValueId, tensor: HostTensor) {
		self.values.insert(id, tensor);
	}

	pub(super) fn get(&self, id: ValueId) -> Option<&HostTensor> {
		self.values.get(&id)
	}

	pub(super) fn contains(&self, id: ValueId) -> bool {
		self.values.contains_key(&id)
	}

	pub(super) fn into_values(self) -> Vec<(ValueId, HostTensor)> {
		self.values.into_iter().collect()
	}
}

impl Decoder<'_> {
	/// Defines the initialisers of a graph and returns their names.
	pub(super) fn initializers(&mut self, protos: Vec<TensorProto>) -> Result<BTreeSet<String>, DecodeError> {
		let mut names = BTreeSet::new();
		for mut proto in protos {
			let name = core::mem::take(&mut proto.name);
			let id = if name.is_empty() { None } else { self.define(&name) };
			let Some(id) = id else { return Err(DecodeError::InitializerName { name }) };
			let problem = |problem| DecodeError::Initializer { name: name.clone(), problem };
			let (dtype, shape) = proto.spec().map_err(problem)?;
			self.check_size(dtype, &shape)?;
			let tensor = HostTensor::try_from(proto).map_err(problem)?;
			self.constants.insert(id, tensor);
			names.insert(name);
		}
		Ok(names)
	}

	/// Checks a constant against the limits on elements and total bytes.
	pub(super) fn check_size(&mut self, dtype: DType, shape: &[usize]) -> Result<(), DecodeError> {
		let elements = metering::elements(shape);
		if elements > self.limits.tensor_elements {
			return Err(DecodeError::limit(LimitKind::TensorElements, self.limits.tensor_elements));
		}
		let bytes = elements.saturating_mul(dtype.size() as u64);
		self.constants.bytes = self.constants.bytes.saturating_add(bytes);
		if self.constants.bytes > self.limits.initializer_bytes {
			return Err(DecodeError::limit(LimitKind::InitializerBytes, self.limits.initializer_bytes));
		}
		Ok(())
	}

	/// Checks the part of a declared input's size that is known.
	pub(super) fn check_elements(&self, decl: &ValueDecl) -> Result<(), DecodeError> {
		let known = decl.dims.iter().flatten().filter_map(|dim| match dim {
			Dim::Fixed(size) => Some(*size),
			Dim::Symbolic(_) | Dim::Unknown => None,
		});
		if metering::elements(&known.collect::<Vec<_>>()) > self.limits.tensor_elements {
			return Err(DecodeError::limit(LimitKind::TensorElements, self.limits.tensor_elements));
		}
		Ok(())
	}
}
