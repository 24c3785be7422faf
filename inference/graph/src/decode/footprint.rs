//! Bytes that messages take in memory, for those that are copied: functions and their arguments. A copy takes many times what
//! the encoding does where that is a list of short texts or numbers.

use alloc::{string::String, vec::Vec};

use crate::onnx::{
	AttributeProto, DimensionValue, FunctionProto, GraphProto, NodeProto, TensorProto, ValueInfoProto,
};

/// All of a function.
pub(super) fn function(function: &FunctionProto) -> u64 {
	let FunctionProto {
		name,
		input,
		output,
		attribute,
		node,
		doc_string,
		opset_import,
		domain,
		attribute_proto,
		overload,
	} = function;
	let texts = [name, doc_string, domain, overload].map(|text| text.len() as u64);
	let names = [input, output, attribute].map(|list| strings(list));
	all(node, self::node)
		+ all(attribute_proto, self::attribute)
		+ all(opset_import, |import| import.domain.len() as u64)
		+ texts.into_iter().chain(names).sum::<u64>()
}

/// An attribute.
pub(super) fn attribute(attribute: &AttributeProto) -> u64 {
	let AttributeProto {
		name,
		f: _,
		i: _,
		s,
		t,
		g,
		floats,
		ints,
		strings,
		tensors,
		r#type: _,
		ref_attr_name,
	} = attribute;
	let texts = (name.len() + ref_attr_name.len() + s.as_ref().map_or(0, Vec::len)) as u64;
	let graph = g.as_ref().map_or(0, |graph| size_of::<GraphProto>() as u64 + self::graph(graph));
	texts
		+ graph
		+ t.as_ref().map_or(0, tensor)
		+ all(tensors, tensor)
		+ all(strings, |text| text.len() as u64)
		+ size_of_val(floats.as_slice()) as u64
		+ size_of_val(ints.as_slice()) as u64
}

fn graph(graph: &GraphProto) -> u64 {
	let GraphProto { node, name, initializer, doc_string, input, output, value_info } = graph;
	let values = [input, output, value_info].map(|list| all(list, value));
	(name.len() + doc_string.len()) as u64
		+ all(node, self::node)
		+ all(initializer, tensor)
		+ values.into_iter().sum::<u64>()
}

fn node(node: &NodeProto) -> u64 {
	let NodeProto { input, output, name, op_type, attribute, doc_string, domain, overload } = node;
	let texts = [name, op_type, doc_string, domain, overload].map(|text| text.len() as u64);
	strings(input) + strings(output) + all(attribute, self::attribute) + texts.into_iter().sum::<u64>()
}

fn tensor(tensor: &TensorProto) -> u64 {
	let TensorProto {
		dims,
		data_type: _,
		float_data,
		int32_data,
		int64_data,
		name,
		raw_data,
		double_data,
		uint64_data,
		doc_string,
	} = tensor;
	let lists = size_of_val(dims.as_slice())
		+ size_of_val(float_data.as_slice())
		+ size_of_val(int32_data.as_slice())
		+ size_of_val(int64_data.as_slice())
		+ size_of_val(double_data.as_slice())
		+ size_of_val(uint64_data.as_slice());
	(lists + name.len() + doc_string.len() + raw_data.as_ref().map_or(0, |data| data.len())) as u64
}

fn value(value: &ValueInfoProto) -> u64 {
	let ValueInfoProto { name, r#type, doc_string } = value;
	let tensor = r#type.as_ref().and_then(|r#type| r#type.tensor_type.as_ref());
	let dims = tensor.and_then(|tensor| tensor.shape.as_ref()).map_or(0, |shape| {
		all(&shape.dim, |dim| match &dim.value {
			Some(DimensionValue::DimParam(name)) => name.len() as u64,
			_ => 0,
		})
	});
	(name.len() + doc_string.len()) as u64 + dims
}

fn strings(list: &[String]) -> u64 {
	all(list, |text| text.len() as u64)
}

/// The messages of a list, and what they point to.
fn all<M>(list: &[M], content: impl Fn(&M) -> u64) -> u64 {
	size_of_val(list) as u64 + list.iter().map(content).sum::<u64>()
}
