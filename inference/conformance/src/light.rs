//! The inputs of the light networks, which come without any.

use assay_graph::{DType, Dim, HostTensor, ValueDecl};

/// The elements `i / n` of a ramp, divided in binary64 as ONNX's runner does.
pub fn ramp(decl: &ValueDecl) -> Option<HostTensor> {
	let shape: Vec<usize> = decl
		.dims
		.as_ref()?
		.iter()
		.map(|dim| match dim {
			Dim::Fixed(size) => *size,
			Dim::Symbolic(_) | Dim::Unknown => 1,
		})
		.collect();
	if decl.dtype != DType::F32 {
		return None;
	}
	let count: usize = shape.iter().product();
	let values = (0..count).map(|i| (i as f64 / count as f64) as f32).collect();
	HostTensor::from_vec(shape, values).ok()
}
