//! Rank- and type-erased Burn tensors, and the way in and out of host memory.

use std::sync::Arc;

use assay_graph::{DType, HostTensor, KernelError, PackedWeight, TensorData, TensorSpec};
use burn_backend::{
	Backend, BackendTypes, DType as BurnDType, ExecutionError, FloatDType, IntDType, Shape,
	TensorData as BurnData, TensorMetadata,
	tensor::{BoolTensor, Device, FloatTensor, IntTensor},
	try_read_sync,
};

/// A tensor of any type: Burn has one primitive per kind of element. They are reference-counted.
#[derive(Clone, Debug)]
pub enum BurnTensor<B: BackendTypes> {
	/// `f32`, and in storage `f64`, `f16`, `bf16`.
	Float(FloatTensor<B>),
	/// Signed and unsigned integers.
	Int(IntTensor<B>),
	/// `bool`.
	Bool(BoolTensor<B>),
	/// Storage types, which Burn does not have: their codes as `u8`, and which type it is.
	Code(IntTensor<B>, DType),
	/// An `f32` constant that was packed for the one kind of operator that reads it.
	Weight(Arc<PackedWeight>),
}

/// Applies the method for the kind of a tensor: `by_kind!(x; t => float, int, bool)`. Codes are moved as integers; weights,
/// which are only multiplied with, stay as they are.
macro_rules! by_kind {
	($tensor:expr; $t:ident => $float:expr, $int:expr, $bool:expr $(,)?) => {
		match $tensor {
			BurnTensor::Float($t) => BurnTensor::Float($float),
			BurnTensor::Int($t) => BurnTensor::Int($int),
			BurnTensor::Bool($t) => BurnTensor::Bool($bool),
			BurnTensor::Code($t, dtype) => BurnTensor::Code($int, dtype),
			weight @ BurnTensor::Weight(_) => weight,
		}
	};
}
pub(super) use by_kind;

impl<B: Backend> BurnTensor<B> {
	/// Dimensions, outermost first.
	pub fn shape(&self) -> Shape {
		match self {
			Self::Float(tensor) => tensor.shape(),
			Self::Int(tensor) => tensor.shape(),
			Self::Bool(tensor) => tensor.shape(),
			Self::Code(tensor, _) => tensor.shape(),
			Self::Weight(weight) => Shape::from(weight.shape().to_vec()),
		}
	}

	/// Element type.
	pub fn dtype(&self) -> DType {
		match self {
			Self::Float(tensor) => from_burn(tensor.dtype()),
			Self::Int(tensor) => from_burn(tensor.dtype()),
			// However a backend stores and tags its booleans.
			Self::Bool(_) => DType::Bool,
			Self::Code(_, dtype) => *dtype,
			Self::Weight(_) => DType::F32,
		}
	}

	/// Element type and dimensions.
	pub fn spec(&self) -> TensorSpec {
		TensorSpec::new(self.dtype(), self.shape().to_vec())
	}

	pub(super) fn float(&self) -> Result<FloatTensor<B>, KernelError> {
		match self {
			Self::Float(tensor) => Ok(tensor.clone()),
			_ => Err(self.unexpected("a float tensor")),
		}
	}

	/// Integers, or the codes of a storage type, which are integers to whom moves them.
	pub(super) fn int(&self) -> Result<IntTensor<B>, KernelError> {
		match self {
			Self::Int(tensor) | Self::Code(tensor, _) => Ok(tensor.clone()),
			_ => Err(self.unexpected("an integer tensor")),
		}
	}

	pub(super) fn bool(&self) -> Result<BoolTensor<B>, KernelError> {
		match self {
			Self::Bool(tensor) => Ok(tensor.clone()),
			_ => Err(self.unexpected("a bool tensor")),
		}
	}

	pub(super) fn unexpected(&self, expected: &str) -> KernelError {
		KernelError::Backend(format!("expected {expected}, found {}", self.spec()))
	}

	/// Moves a tensor from host memory to `device`.
	pub fn from_host(tensor: HostTensor, device: &Device<B>) -> Self {
		let (shape, data) = tensor.into_parts();
		macro_rules! float {
			($elements:expr) => {
				Self::Float(B::float_from_data(BurnData::new($elements, shape), device))
			};
		}
		macro_rules! int {
			($elements:expr) => {
				Self::Int(B::int_from_data(BurnData::new($elements, shape), device))
			};
		}
		match data {
			TensorData::F32(x) => float!(x),
			TensorData::F64(x) => float!(x),
			TensorData::F16(x) => float!(x),
			TensorData::BF16(x) => float!(x),
			TensorData::I8(x) => int!(x),
			TensorData::I16(x) => int!(x),
			TensorData::I32(x) => int!(x),
			TensorData::I64(x) => int!(x),
			TensorData::U8(x) => int!(x),
			TensorData::U16(x) => int!(x),
			TensorData::U32(x) => int!(x),
			TensorData::U64(x) => int!(x),
			TensorData::Bool(x) => Self::Bool(B::bool_from_data(BurnData::new(x, shape), device)),
			codes => {
				let (dtype, codes) = (codes.dtype(), codes.codes().unwrap_or_default());
				Self::Code(B::int_from_data(BurnData::new(codes, shape), device), dtype)
			}
		}
	}

	/// Moves a tensor to host memory.
	pub fn into_host(self) -> Result<HostTensor, KernelError> {
		let spec = self.spec();
		let data = match self {
			Self::Float(tensor) => read(B::float_into_data(tensor)),
			Self::Int(tensor) => read(B::int_into_data(tensor)),
			Self::Bool(tensor) => read(B::bool_into_data(tensor)),
			Self::Code(tensor, dtype) => {
				let codes = read(B::int_into_data(tensor))?.try_into_vec::<u8>().map_err(failed)?;
				let data = TensorData::from_codes(dtype, codes).ok_or_else(|| failed(dtype))?;
				return HostTensor::new(spec.shape, data).map_err(failed);
			}
			Self::Weight(weight) => Ok(BurnData::new(weight.unpack(), Shape::from(weight.shape().to_vec()))),
		}?;
		macro_rules! elements {
			($($variant:ident)+) => {
				match spec.dtype {
					$(DType::$variant => data.try_into_vec().map(TensorData::$variant),)+
					_ => data.try_into_vec_as().map(TensorData::Bool),
				}
			};
		}
		let data = elements!(F32 F64 F16 BF16 I8 I16 I32 I64 U8 U16 U32 U64).map_err(failed)?;
		HostTensor::new(spec.shape, data).map_err(failed)
	}
}

fn read(data: impl Future<Output = Result<BurnData, ExecutionError>>) -> Result<BurnData, KernelError> {
	try_read_sync(data)
		.ok_or_else(|| KernelError::Backend("the device cannot be read synchronously".into()))?
		.map_err(failed)
}

pub(super) fn failed(error: impl core::fmt::Debug) -> KernelError {
	KernelError::Backend(format!("{error:?}"))
}

fn from_burn(dtype: BurnDType) -> DType {
	match dtype {
		BurnDType::F64 => DType::F64,
		BurnDType::F32 | BurnDType::Flex32 | BurnDType::QFloat(_) => DType::F32,
		BurnDType::F16 => DType::F16,
		BurnDType::BF16 => DType::BF16,
		BurnDType::I64 => DType::I64,
		BurnDType::I32 => DType::I32,
		BurnDType::I16 => DType::I16,
		BurnDType::I8 => DType::I8,
		BurnDType::U64 => DType::U64,
		BurnDType::U32 => DType::U32,
		BurnDType::U16 => DType::U16,
		BurnDType::U8 => DType::U8,
		BurnDType::Bool(_) => DType::Bool,
	}
}

/// What an element type is to Burn.
pub(super) enum Kind {
	Float(FloatDType),
	Int(IntDType),
	Bool,
	Code(DType),
}

impl From<DType> for Kind {
	fn from(dtype: DType) -> Self {
		match dtype {
			DType::F32 => Self::Float(FloatDType::F32),
			DType::F64 => Self::Float(FloatDType::F64),
			DType::F16 => Self::Float(FloatDType::F16),
			DType::BF16 => Self::Float(FloatDType::BF16),
			DType::I8 => Self::Int(IntDType::I8),
			DType::I16 => Self::Int(IntDType::I16),
			DType::I32 => Self::Int(IntDType::I32),
			DType::I64 => Self::Int(IntDType::I64),
			DType::U8 => Self::Int(IntDType::U8),
			DType::U16 => Self::Int(IntDType::U16),
			DType::U32 => Self::Int(IntDType::U32),
			DType::U64 => Self::Int(IntDType::U64),
			DType::Bool => Self::Bool,
			_ => Self::Code(dtype),
		}
	}
}
