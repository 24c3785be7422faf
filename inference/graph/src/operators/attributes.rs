//! Typed, complete reading of a node's attributes.

use alloc::{
	collections::BTreeMap,
	string::{String, ToString},
	vec::Vec,
};

use crate::{
	error::AttributeError,
	onnx::{AttributeProto, AttributeType, GraphProto},
	tensor::HostTensor,
};

/// The attributes of one node. Each is taken once; [`Attributes::finish`] refuses what nobody asked for, so an attribute
/// is never silently ignored.
pub(crate) struct Attributes(BTreeMap<String, AttributeProto>);

impl Attributes {
	pub(crate) fn new(protos: Vec<AttributeProto>) -> Result<Self, AttributeError> {
		let mut attributes = BTreeMap::new();
		for proto in protos {
			let name = proto.name.clone();
			if !proto.ref_attr_name.is_empty() {
				let reason = "it refers to an attribute of a function, and there is none".to_string();
				return Err(AttributeError::Value { name, reason });
			}
			if attributes.insert(name.clone(), proto).is_some() {
				return Err(AttributeError::Duplicate(name));
			}
		}
		Ok(Self(attributes))
	}

	pub(crate) fn finish(self) -> Result<(), AttributeError> {
		match self.0.into_keys().next() {
			Some(name) => Err(AttributeError::Unknown(name)),
			None => Ok(()),
		}
	}

	// Writers that leave out zeros leave the value field out: the kind alone decides.

	pub(crate) fn int(&mut self, name: &str) -> Result<Option<i64>, AttributeError> {
		self.take(name, AttributeType::Int, "INT", |proto| Some(proto.i.unwrap_or(0)))
	}

	/// An integer used as a truth value.
	pub(crate) fn flag(&mut self, name: &str, default: bool) -> Result<bool, AttributeError> {
		Ok(self.int(name)?.map_or(default, |value| value != 0))
	}

	pub(crate) fn float(&mut self, name: &str) -> Result<Option<f32>, AttributeError> {
		self.take(name, AttributeType::Float, "FLOAT", |proto| Some(proto.f.unwrap_or(0.0)))
	}

	pub(crate) fn ints(&mut self, name: &str) -> Result<Option<Vec<i64>>, AttributeError> {
		self.take(name, AttributeType::Ints, "INTS", |proto| Some(proto.ints))
	}

	pub(crate) fn floats(&mut self, name: &str) -> Result<Option<Vec<f32>>, AttributeError> {
		self.take(name, AttributeType::Floats, "FLOATS", |proto| Some(proto.floats))
	}

	pub(crate) fn string(&mut self, name: &str) -> Result<Option<String>, AttributeError> {
		self.take(name, AttributeType::String, "STRING", |proto| {
			String::from_utf8(proto.s.unwrap_or_default()).ok()
		})
	}

	pub(crate) fn strings(&mut self, name: &str) -> Result<Option<Vec<String>>, AttributeError> {
		self.take(name, AttributeType::Strings, "STRINGS", |proto| {
			proto.strings.into_iter().map(|value| String::from_utf8(value).ok()).collect()
		})
	}

	pub(crate) fn tensor(&mut self, name: &str) -> Result<Option<HostTensor>, AttributeError> {
		let Some(proto) = self.take(name, AttributeType::Tensor, "TENSOR", |proto| proto.t)? else {
			return Ok(None);
		};
		HostTensor::try_from(proto)
			.map(Some)
			.map_err(|problem| AttributeError::Tensor { name: name.to_string(), problem })
	}

	pub(crate) fn graph(&mut self, name: &str) -> Result<Option<GraphProto>, AttributeError> {
		self.take(name, AttributeType::Graph, "GRAPH", |proto| proto.g.map(|graph| *graph))
	}

	/// Whether there is an attribute of this name.
	pub(crate) fn has(&self, name: &str) -> bool {
		self.0.contains_key(name)
	}

	/// Takes an attribute that may be there in files, and changes nothing.
	pub(crate) fn ignore(&mut self, name: &str) {
		self.0.remove(name);
	}

	fn take<V>(
		&mut self,
		name: &str,
		kind: AttributeType,
		expected: &'static str,
		value: impl FnOnce(AttributeProto) -> Option<V>,
	) -> Result<Option<V>, AttributeError> {
		let Some(proto) = self.0.remove(name) else { return Ok(None) };
		let value = if proto.r#type == kind as i32 { value(proto) } else { None };
		value.map(Some).ok_or_else(|| AttributeError::Kind { name: name.to_string(), expected })
	}
}
