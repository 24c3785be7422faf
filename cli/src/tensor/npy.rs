//! NumPy's `.npy` (format versions 1 to 3, by the `npyz` crate): any byte order and memory order in, little endian and
//! row-major out.

use super::{tensor, type_name};
use assay_primitives::{DataType, Tensor};
use npyz::{DType, Endianness, NpyFile, Order, TypeChar, WriteOptions, WriterBuilder};
use std::io::Read;

type Result<T> = std::result::Result<T, String>;

/// The tensor in the bytes of a file.
pub fn decode(bytes: &[u8]) -> Result<Tensor> {
	let file = NpyFile::new(bytes).map_err(|error| format!("not a .npy file: {error}"))?;
	let DType::Plain(described) = file.dtype() else {
		return Err("structured arrays are not tensors".into());
	};
	let data_type = match (described.type_char(), described.size_field()) {
		(TypeChar::Float, 2) => DataType::F16,
		(TypeChar::Float, 4) => DataType::F32,
		(TypeChar::Float, 8) => DataType::F64,
		(TypeChar::Int, 1) => DataType::I8,
		(TypeChar::Int, 2) => DataType::I16,
		(TypeChar::Int, 4) => DataType::I32,
		(TypeChar::Int, 8) => DataType::I64,
		(TypeChar::Uint, 1) => DataType::U8,
		(TypeChar::Uint, 2) => DataType::U16,
		(TypeChar::Uint, 4) => DataType::U32,
		(TypeChar::Uint, 8) => DataType::U64,
		(TypeChar::Bool, 1) => DataType::Bool,
		_ => return Err(format!("element type {described} is not supported")),
	};
	let dims = file.shape().to_vec();
	let column_major = file.order() == Order::Fortran;
	let mut data = Vec::new();
	file.into_inner().read_to_end(&mut data).map_err(|error| error.to_string())?;
	if described.endianness() == Endianness::Big {
		data.chunks_exact_mut(data_type.size()).for_each(<[u8]>::reverse);
	}
	// The length is checked before anything is computed from the shape.
	let read = tensor(data_type, dims, data)?;
	if column_major { row_major(&read) } else { Ok(read) }
}

/// Moves the elements of a column-major array (first index fastest) to row-major places.
fn row_major(column_major: &Tensor) -> Result<Tensor> {
	let dims = column_major.dims();
	let size = column_major.data_type().size();
	let mut index = vec![0u64; dims.len()];
	let mut data = Vec::with_capacity(column_major.data().len());
	for _ in 0..column_major.data().len() / size {
		let place = index.iter().zip(dims).rev().fold(0, |place, (i, dim)| place * dim + i) as usize;
		data.extend(&column_major.data()[place * size..][..size]);
		for (i, dim) in index.iter_mut().zip(dims).rev() {
			*i += 1;
			if *i < *dim {
				break;
			}
			*i = 0;
		}
	}
	tensor(column_major.data_type(), dims.to_vec(), data)
}

/// The bytes of a file. NumPy itself has no bfloat16.
pub fn encode(tensor: &Tensor) -> Result<Vec<u8>> {
	let described = match tensor.data_type() {
		DataType::F16 => "<f2",
		DataType::F32 => "<f4",
		DataType::F64 => "<f8",
		DataType::I8 => "|i1",
		DataType::I16 => "<i2",
		DataType::I32 => "<i4",
		DataType::I64 => "<i8",
		DataType::U8 => "|u1",
		DataType::U16 => "<u2",
		DataType::U32 => "<u4",
		DataType::U64 => "<u8",
		DataType::Bool => "|b1",
		DataType::Bf16 => return Err(format!("NumPy has no {}", type_name(DataType::Bf16))),
	};
	let described = described.parse().map_err(|error| format!("{described}: {error}"))?;
	let mut bytes = WriteOptions::new_header_only()
		.dtype(DType::Plain(described))
		.shape(tensor.dims())
		.writer(Vec::new())
		.write_header_only()
		.map_err(|error| error.to_string())?;
	bytes.extend(tensor.data());
	Ok(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;

	/// A version 1.0 file by the format's specification: magic, version, header length, header padded to 64 bytes.
	fn file(header: &str, data: &[u8]) -> Vec<u8> {
		let padded = format!("{header:<117}\n");
		[b"\x93NUMPY\x01\x00", &118u16.to_le_bytes()[..], padded.as_bytes(), data].concat()
	}

	#[test]
	fn column_major_arrays_should_become_row_major() {
		let bytes =
			file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", &[11, 21, 12, 22, 13, 23]);
		let read = decode(&bytes).expect("is a tensor");
		assert_eq!((read.dims(), read.data()), (&[2, 3][..], &[11, 12, 13, 21, 22, 23][..]));
	}

	#[test]
	fn big_endian_arrays_should_become_little_endian() {
		let bytes = file("{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }", &[1, 2, 3, 4]);
		assert_eq!(decode(&bytes).expect("is a tensor").data(), &[2, 1, 4, 3]);
	}

	#[test]
	fn other_contents_should_be_refused() {
		for (header, data) in [
			("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", &[0; 8][..]),
			("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", &[0; 4]),
			("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", &[0; 8]),
			("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", &[0; 4]),
			("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", &[0; 4]),
		] {
			assert!(decode(&file(header, data)).is_err(), "{header}");
		}
		assert!(decode(b"PK\x03\x04").is_err());
	}
}
