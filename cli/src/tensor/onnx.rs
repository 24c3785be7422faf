//! ONNX `TensorProto` files, as in the `test_data_set_*` directories of ONNX models.

use super::tensor;
use assay_graph::{HostTensor, onnx::TensorProto};
use assay_primitives::{DataType, Tensor};
use codec::{DecodeAll, Encode};
use prost::Message;

/// The tensor in the bytes of a file.
pub fn decode(bytes: &[u8]) -> Result<Tensor, String> {
	let proto = TensorProto::decode(bytes).map_err(|error| format!("not a TensorProto: {error}"))?;
	let decoded = HostTensor::try_from(proto).map_err(|error| error.to_string())?;
	let dims = decoded.shape().iter().map(|dim| *dim as u64).collect();
	tensor(data_type(decoded.dtype().onnx())?, dims, decoded.to_le_bytes())
}

/// The bytes of a file.
pub fn encode(name: &str, tensor: &Tensor) -> Vec<u8> {
	TensorProto {
		name: name.into(),
		// `Tensor` holds its elements in memory, so no dimension of it comes near 2^63.
		dims: tensor.dims().iter().map(|dim| *dim as i64).collect(),
		data_type: tensor.data_type().encode().first().copied().unwrap_or_default().into(),
		raw_data: Some(tensor.data().to_vec().into()),
		..Default::default()
	}
	.encode_to_vec()
}

/// [`DataType`] is numbered as ONNX numbers its element types.
pub fn data_type(onnx: i32) -> Result<DataType, String> {
	u8::try_from(onnx)
		.ok()
		.and_then(|number| DataType::decode_all(&mut &[number][..]).ok())
		.ok_or_else(|| format!("ONNX element type {onnx} is not supported"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_graph::DType;

	#[test]
	fn element_types_should_be_numbered_as_in_onnx() {
		for dtype in DType::ALL.into_iter().filter(|dtype| !dtype.is_storage()) {
			let data_type = data_type(dtype.onnx()).expect("is supported");
			assert_eq!(data_type.size(), dtype.size(), "{dtype:?}");
		}
		assert!(data_type(0).is_err() && data_type(8).is_err() && data_type(-1).is_err());
	}

	#[test]
	fn typed_lists_should_be_read() {
		let proto =
			TensorProto { dims: vec![2], data_type: 1, float_data: vec![1.0, 2.0], ..Default::default() };
		let read = decode(&proto.encode_to_vec()).expect("is a tensor");
		assert_eq!(read.data(), [1.0f32, 2.0].map(f32::to_le_bytes).concat());
	}

	#[test]
	fn huge_shapes_and_other_bytes_should_be_refused() {
		let huge = TensorProto { dims: vec![1 << 40, 1 << 40], data_type: 1, ..Default::default() };
		let external = TensorProto { dims: vec![4], data_type: 1, ..Default::default() };
		for bytes in [huge.encode_to_vec(), external.encode_to_vec(), b"\x93NUMPY".to_vec(), vec![0xff; 40]] {
			assert!(decode(&bytes).is_err(), "{bytes:?}");
		}
	}
}
