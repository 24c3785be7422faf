//! Tensors between the chain's encoding and the executor's memory.
//!
//! The encoding is the SCALE encoding of a `Vec<`[`NamedTensor`]`>`: the number of tensors; for each its name, the number
//! of its element type in ONNX, its dimensions as 64-bit numbers, and its elements, little endian and row-major. Numbers
//! of things are SCALE's compact integers.

use assay_graph::{DType, HostTensor};
use assay_primitives::{
	DataType, NamedTensor, Tensor, TensorSpec,
	model::MaxTensors,
	tensor::{Dimension, LengthMismatch},
};
use codec::{Compact, Decode, Encode};
use sp_core::Get;

/// Decodes at most `most` tensors. The error says what is wrong; it is the same on every machine.
pub fn decode(bytes: &[u8], most: u32) -> Result<Vec<(String, HostTensor)>, String> {
	let undecodable = |error: codec::Error| {
		format!("the bytes are not the SCALE encoding of a list of named tensors: {error}")
	};
	let mut rest = bytes;
	// The count first: a few bytes must not become many empty tensors.
	let Compact(count) = Compact::<u32>::decode(&mut rest).map_err(undecodable)?;
	if count > most {
		return Err(format!("there are {count} tensors; at most {most} are possible"));
	}
	let mut tensors = Vec::new();
	for _ in 0..count {
		let NamedTensor { name, tensor } = NamedTensor::decode(&mut rest).map_err(undecodable)?;
		let name = String::from_utf8(name).map_err(|_| "the name of a tensor is not UTF-8".to_string())?;
		let host = to_host(&tensor).map_err(|problem| format!("the tensor {}: {problem}", quoted(&name)))?;
		tensors.push((name, host));
	}
	if rest.is_empty() { Ok(tensors) } else { Err(format!("there are {} bytes too many", rest.len())) }
}

/// Decodes the input of a request, which must be each tensor that the package declares, once, in any order.
pub fn decode_inputs(bytes: &[u8], declared: &[TensorSpec]) -> Result<Vec<(String, HostTensor)>, String> {
	let inputs = decode(bytes, MaxTensors::get()).map_err(|problem| format!("the input: {problem}"))?;
	for (index, (name, tensor)) in inputs.iter().enumerate() {
		let Some(spec) = declared.iter().find(|spec| spec.name.as_slice() == name.as_bytes()) else {
			let names: Vec<_> = declared.iter().map(describe).collect();
			return Err(format!("the model has no input {}; it has {}", quoted(name), names.join(", ")));
		};
		if !fits(spec, tensor) {
			return Err(format!("the model takes {}, not {}", describe(spec), describe_tensor(tensor)));
		}
		if inputs[..index].iter().any(|(other, _)| other == name) {
			return Err(format!("the input {} is given twice", quoted(name)));
		}
	}
	match declared.iter().find(|spec| !inputs.iter().any(|(name, _)| spec.name.as_slice() == name.as_bytes()))
	{
		None => Ok(inputs),
		Some(missing) => Err(format!("the input {} is missing", describe(missing))),
	}
}

/// Decodes the response of a program and checks it against what the package declares, in that order.
pub fn decode_outputs(bytes: &[u8], declared: &[TensorSpec]) -> Result<Vec<(String, HostTensor)>, String> {
	let outputs = decode(bytes, MaxTensors::get()).map_err(|problem| format!("the response: {problem}"))?;
	check_outputs(&outputs, declared)?;
	Ok(outputs)
}

/// Checks outputs against what the package declares, in that order.
pub fn check_outputs(outputs: &[(String, HostTensor)], declared: &[TensorSpec]) -> Result<(), String> {
	if outputs.len() != declared.len() {
		return Err(format!("assay.toml declares {} outputs, there are {}", declared.len(), outputs.len()));
	}
	for (spec, (name, tensor)) in declared.iter().zip(outputs) {
		if spec.name.as_slice() != name.as_bytes() || !fits(spec, tensor) {
			return Err(format!(
				"assay.toml declares the output {}, there is {} {}: correct the declaration",
				describe(spec),
				quoted(name),
				describe_tensor(tensor)
			));
		}
	}
	Ok(())
}

/// Encodes outputs, every NaN canonical. `None` when they are longer than `limit` bytes, or of a type that the chain has no
/// name for, which no package can declare.
pub fn encode_outputs(outputs: &[(String, HostTensor)], limit: usize) -> Option<Vec<u8>> {
	let bytes = outputs
		.iter()
		.map(|(_, tensor)| tensor.len().saturating_mul(tensor.dtype().size()))
		.fold(0, usize::saturating_add);
	if bytes > limit {
		return None;
	}
	let tensors: Vec<NamedTensor> = outputs
		.iter()
		.map(|(name, tensor)| {
			let dims = tensor.shape().iter().map(|&dim| dim as u64).collect();
			let tensor = Tensor::new(data_type(tensor.dtype())?, dims, tensor.to_le_bytes())
				.map_err(|LengthMismatch| ())
				.ok()?;
			Some(NamedTensor { name: name.clone().into_bytes(), tensor })
		})
		.collect::<Option<_>>()?;
	let encoded = tensors.encode();
	(encoded.len() <= limit).then_some(encoded)
}

/// Whether a tensor is what `spec` declares.
fn fits(spec: &TensorSpec, tensor: &HostTensor) -> bool {
	dtype(spec.data_type) == tensor.dtype()
		&& spec.dims.len() == tensor.shape().len()
		&& spec.dims.iter().zip(tensor.shape()).all(|(declared, dim)| match declared {
			Dimension::Fixed(size) => *size as usize == *dim,
			Dimension::Any => true,
		})
}

/// `"image" F32 [any, 1, 8, 8]`.
pub fn describe(spec: &TensorSpec) -> String {
	let dims: Vec<String> = spec
		.dims
		.iter()
		.map(|dim| match dim {
			Dimension::Fixed(size) => size.to_string(),
			Dimension::Any => "any".into(),
		})
		.collect();
	format!("{:?} {:?} [{}]", String::from_utf8_lossy(&spec.name), spec.data_type, dims.join(", "))
}

/// A name from anybody, for a message: escaped, and cut short.
pub(crate) fn quoted(name: &str) -> String {
	const LONGEST: usize = 80;
	match name.char_indices().nth(LONGEST) {
		Some((end, _)) => format!("{:?}…", &name[..end]),
		None => format!("{name:?}"),
	}
}

/// `float32 [2, 1, 8, 8]`.
fn describe_tensor(tensor: &HostTensor) -> String {
	format!("{} {:?}", tensor.dtype(), tensor.shape())
}

fn to_host(tensor: &Tensor) -> Result<HostTensor, String> {
	let shape = tensor
		.dims()
		.iter()
		.map(|&dim| usize::try_from(dim))
		.collect::<Result<Vec<_>, _>>()
		.map_err(|error| error.to_string())?;
	HostTensor::from_le_bytes(dtype(tensor.data_type()), shape, tensor.data())
		.map_err(|error| error.to_string())
}

/// The executor's name of a type.
pub fn dtype(data_type: DataType) -> DType {
	match data_type {
		DataType::F32 => DType::F32,
		DataType::U8 => DType::U8,
		DataType::I8 => DType::I8,
		DataType::U16 => DType::U16,
		DataType::I16 => DType::I16,
		DataType::I32 => DType::I32,
		DataType::I64 => DType::I64,
		DataType::Bool => DType::Bool,
		DataType::F16 => DType::F16,
		DataType::F64 => DType::F64,
		DataType::U32 => DType::U32,
		DataType::U64 => DType::U64,
		DataType::Bf16 => DType::BF16,
	}
}

/// The chain's name of a type; `None` for storage types.
pub fn data_type(dtype: DType) -> Option<DataType> {
	Some(match dtype {
		DType::F32 => DataType::F32,
		DType::U8 => DataType::U8,
		DType::I8 => DataType::I8,
		DType::U16 => DataType::U16,
		DType::I16 => DataType::I16,
		DType::I32 => DataType::I32,
		DType::I64 => DataType::I64,
		DType::Bool => DataType::Bool,
		DType::F16 => DataType::F16,
		DType::F64 => DataType::F64,
		DType::U32 => DataType::U32,
		DType::U64 => DataType::U64,
		DType::BF16 => DataType::Bf16,
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn spec(name: &str, data_type: DataType, dims: Vec<Dimension>) -> TensorSpec {
		TensorSpec {
			name: name.as_bytes().to_vec().try_into().unwrap(),
			data_type,
			dims: dims.try_into().unwrap(),
		}
	}

	fn named(name: &str, data_type: DataType, dims: Vec<u64>, data: Vec<u8>) -> NamedTensor {
		let tensor = Tensor::new(data_type, dims, data).unwrap();
		NamedTensor { name: name.as_bytes().to_vec(), tensor }
	}

	#[test]
	fn types_should_be_the_same_both_ways_and_number_as_in_onnx() {
		for dtype_ in DType::ALL {
			let Some(there) = data_type(dtype_) else {
				assert!(dtype_.is_storage());
				continue;
			};
			assert_eq!(dtype(there), dtype_);
			assert_eq!(there.size(), dtype_.size());
			assert_eq!(i32::from(there.encode()[0]), dtype_.onnx());
		}
	}

	#[test]
	fn outputs_should_be_the_same_bytes_when_nans_have_different_payloads() {
		let output = |bits: u32| {
			let tensor = HostTensor::from_vec(vec![2], vec![f32::from_bits(bits), 1.0]).unwrap();
			encode_outputs(&[("y".into(), tensor)], 1000).unwrap()
		};
		assert_eq!(output(0x7fc0_0000), output(0xffff_1234));
		assert_ne!(output(0x0000_0000), output(0x8000_0000));
	}

	#[test]
	fn encode_should_refuse_when_outputs_exceed_the_limit() {
		let tensor = HostTensor::vector(vec![0u8; 100]);
		let length = encode_outputs(&[("y".into(), tensor.clone())], 1000).unwrap().len();
		assert!(encode_outputs(&[("y".into(), tensor.clone())], length).is_some());
		assert!(encode_outputs(&[("y".into(), tensor.clone())], length - 1).is_none());
		assert!(encode_outputs(&[("y".into(), tensor)], 10).is_none());
	}

	#[test]
	fn inputs_should_be_refused_when_they_are_not_what_is_declared() {
		let declared = [spec("x", DataType::F32, vec![Dimension::Any, Dimension::Fixed(2)])];
		let good = named("x", DataType::F32, vec![3, 2], vec![0; 24]);
		let decoded = decode_inputs(&vec![good.clone()].encode(), &declared).unwrap();
		assert_eq!((decoded[0].0.as_str(), decoded[0].1.shape()), ("x", [3, 2].as_slice()));

		for (bad, expected) in [
			(vec![named("z", DataType::F32, vec![3, 2], vec![0; 24])], "no input \"z\""),
			(vec![named("x", DataType::I32, vec![3, 2], vec![0; 24])], "takes \"x\" F32 [any, 2]"),
			(vec![named("x", DataType::F32, vec![2, 3], vec![0; 24])], "not float32 [2, 3]"),
			(vec![named("x", DataType::F32, vec![6], vec![0; 24])], "not float32 [6]"),
			(vec![good.clone(); 17], "at most 16"),
			(vec![good.clone(); 2], "given twice"),
			(vec![], "\"x\" F32 [any, 2] is missing"),
		] {
			let problem = decode_inputs(&bad.encode(), &declared).unwrap_err();
			assert!(problem.contains(expected), "{problem}");
		}
		let mut long = vec![good].encode();
		long.push(0);
		assert!(decode_inputs(&long, &declared).unwrap_err().contains("too many"));
		long.truncate(20);
		assert!(decode_inputs(&long, &declared).unwrap_err().contains("SCALE"));
		assert!(decode_inputs(&[0xff; 5], &declared).is_err());

		let flags = [spec("b", DataType::Bool, vec![Dimension::Any])];
		let forged = vec![named("b", DataType::Bool, vec![2], vec![1, 2])].encode();
		assert!(decode_inputs(&forged, &flags).unwrap_err().contains("bool"));
	}
}
