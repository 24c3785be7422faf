//! Tensors in host memory: what goes into a run, what comes out, and the bytes that are hashed.

use alloc::{vec, vec::Vec};
use core::fmt;

use half::{bf16, f16};

use crate::{
	codes::{F4E2M1, F8E4M3Fn, F8E4M3FnUz, F8E5M2, F8E5M2FnUz, F8E8M0, I2, I4, U2, U4},
	dtype::DType,
};

/// Element type and dimensions of a tensor; no dimensions means a scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSpec {
	/// Element type.
	pub dtype: DType,
	/// Dimensions, outermost first.
	pub shape: Vec<usize>,
}

impl TensorSpec {
	/// A specification from its parts.
	pub fn new(dtype: DType, shape: impl Into<Vec<usize>>) -> Self {
		Self { dtype, shape: shape.into() }
	}

	/// Number of elements, or `None` when it exceeds `usize`.
	pub fn elements(&self) -> Option<usize> {
		elements(&self.shape)
	}

	/// Bytes the elements take in memory, or `None` when that exceeds `u64`.
	pub fn bytes(&self) -> Option<u64> {
		let elements = u64::try_from(self.elements()?).ok()?;
		elements.checked_mul(self.dtype.size() as u64)
	}
}

impl fmt::Display for TensorSpec {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}{:?}", self.dtype, self.shape)
	}
}

/// Product of dimensions, or `None` on overflow. A zero anywhere makes it zero, in whichever order one multiplies.
pub fn elements(shape: &[usize]) -> Option<usize> {
	if shape.contains(&0) {
		return Some(0);
	}
	shape.iter().try_fold(1usize, |product, &dim| product.checked_mul(dim))
}

/// A Rust type that can be a tensor element.
pub trait Element: Copy + Default + PartialEq + Send + Sync + fmt::Debug + 'static {
	/// The element type as a value.
	const DTYPE: DType;

	/// Puts a vector of elements under its tag.
	fn wrap(values: Vec<Self>) -> TensorData;

	/// The elements, if `data` holds this type.
	fn slice(data: &TensorData) -> Option<&[Self]>;

	/// Appends the canonical little-endian bytes; NaN becomes the one quiet, positive, zero-payload NaN.
	fn write_all(values: &[Self], out: &mut Vec<u8>);

	/// Reads as many elements as there are, or `count` where elements share bytes; `None` if the bytes are not that many
	/// values of this type.
	fn read_all(bytes: &[u8], count: usize) -> Option<Vec<Self>>;
}

macro_rules! tensor_data {
	($($variant:ident($ty:ty)),+ $(,)?) => {
		/// The elements of a tensor in row-major order, tagged with their type.
		#[derive(Clone, Debug)]
		#[allow(missing_docs)] // the variants are those of `DType`
		pub enum TensorData {
			$($variant(Vec<$ty>),)+
		}

		impl TensorData {
			/// Element type.
			pub const fn dtype(&self) -> DType {
				match self {
					$(Self::$variant(_) => DType::$variant,)+
				}
			}

			/// Number of elements.
			pub fn len(&self) -> usize {
				match self {
					$(Self::$variant(values) => values.len(),)+
				}
			}

			/// Decodes `bytes`, little endian; `None` when they are not a whole number of valid elements or, where elements
			/// share bytes, not `count` elements.
			pub fn from_le_bytes(dtype: DType, bytes: &[u8], count: usize) -> Option<Self> {
				match dtype {
					$(DType::$variant => <$ty>::read_all(bytes, count).map(Self::$variant),)+
				}
			}
		}

		/// Runs an expression with the vector inside a [`TensorData`], whatever its element type.
		macro_rules! with_data {
			($data:expr, $values:ident => $body:expr) => {
				match $data {
					$($crate::tensor::TensorData::$variant($values) => $body,)+
				}
			};
		}
		pub(crate) use with_data;
	};
}

tensor_data! {
	F32(f32), F64(f64), F16(f16), BF16(bf16),
	I8(i8), I16(i16), I32(i32), I64(i64),
	U8(u8), U16(u16), U32(u32), U64(u64), Bool(bool),
	I4(I4), U4(U4), I2(I2), U2(U2),
	F8E4M3Fn(F8E4M3Fn), F8E4M3FnUz(F8E4M3FnUz), F8E5M2(F8E5M2), F8E5M2FnUz(F8E5M2FnUz),
	F8E8M0(F8E8M0), F4E2M1(F4E2M1),
}

impl TensorData {
	/// Whether there are no elements.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}

	/// The canonical bytes: elements in order, little endian, every NaN replaced by the canonical one, `bool` as
	/// 0 or 1. Two tensors of the same type and shape are the same result exactly if these bytes are equal.
	pub fn to_le_bytes(&self) -> Vec<u8> {
		let mut out = Vec::with_capacity(self.len().saturating_mul(self.dtype().size()));
		with_data!(self, values => Element::write_all(values, &mut out));
		out
	}
}

macro_rules! element {
	($($variant:ident($ty:ty) $(, nan $nan:expr)?);+ $(;)?) => {
		$(impl Element for $ty {
			const DTYPE: DType = DType::$variant;

			fn wrap(values: Vec<Self>) -> TensorData {
				TensorData::$variant(values)
			}

			fn slice(data: &TensorData) -> Option<&[Self]> {
				match data {
					TensorData::$variant(values) => Some(values),
					_ => None,
				}
			}

			fn write_all(values: &[Self], out: &mut Vec<u8>) {
				for value in values {
					$(if value.is_nan() {
						out.extend_from_slice(&$nan);
						continue;
					})?
					out.extend_from_slice(&value.to_le_bytes());
				}
			}

			fn read_all(bytes: &[u8], _: usize) -> Option<Vec<Self>> {
				let (elements, rest) = bytes.as_chunks::<{ size_of::<$ty>() }>();
				rest.is_empty().then(|| elements.iter().map(|&bytes| <$ty>::from_le_bytes(bytes)).collect())
			}
		})+
	};
}

element! {
	F32(f32), nan 0x7fc0_0000_u32.to_le_bytes();
	F64(f64), nan 0x7ff8_0000_0000_0000_u64.to_le_bytes();
	F16(f16), nan 0x7e00_u16.to_le_bytes();
	BF16(bf16), nan 0x7fc0_u16.to_le_bytes();
	I8(i8); I16(i16); I32(i32); I64(i64);
	U8(u8); U16(u16); U32(u32); U64(u64);
}

impl Element for bool {
	const DTYPE: DType = DType::Bool;

	fn wrap(values: Vec<Self>) -> TensorData {
		TensorData::Bool(values)
	}

	fn slice(data: &TensorData) -> Option<&[Self]> {
		match data {
			TensorData::Bool(values) => Some(values),
			_ => None,
		}
	}

	fn write_all(values: &[Self], out: &mut Vec<u8>) {
		out.extend(values.iter().map(|&value| u8::from(value)));
	}

	fn read_all(bytes: &[u8], _: usize) -> Option<Vec<Self>> {
		let value = |&byte| match byte {
			0 => Some(false),
			1 => Some(true),
			_ => None,
		};
		bytes.iter().map(value).collect()
	}
}

/// Why elements and a shape do not make a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TensorError {
	/// The shape wants another number of elements than there are.
	Length {
		/// The shape asked for.
		shape: Vec<usize>,
		/// Elements given.
		found: usize,
	},
	/// The product of the dimensions does not fit a machine word.
	TooLarge {
		/// The shape asked for.
		shape: Vec<usize>,
	},
	/// The bytes are not a whole number of elements of the type, or not as many as the shape wants of a type whose elements
	/// share bytes, or hold a `bool` other than 0 and 1.
	Bytes {
		/// The element type asked for.
		dtype: DType,
		/// Bytes given.
		length: usize,
	},
}

impl fmt::Display for TensorError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Length { shape, found } => write!(
				f,
				"shape {shape:?} does not hold {found} elements: give as many elements as the product of the dimensions"
			),
			Self::TooLarge { shape } => {
				write!(f, "shape {shape:?} has more elements than memory can address")
			}
			Self::Bytes { dtype, length } if dtype.packing().is_some() => write!(
				f,
				"{length} bytes are not the {dtype} elements of the shape: they share bytes, the first in the lowest bits"
			),
			Self::Bytes { dtype, length } => write!(
				f,
				"{length} bytes are not valid {dtype} elements: each takes {} bytes, little endian, bool is 0 or 1",
				dtype.size()
			),
		}
	}
}

impl core::error::Error for TensorError {}

/// A tensor in host memory, row-major. The number of elements always matches the shape.
#[derive(Clone, Debug)]
pub struct HostTensor {
	shape: Vec<usize>,
	data: TensorData,
}

impl HostTensor {
	/// A tensor from its shape and elements.
	pub fn new(shape: impl Into<Vec<usize>>, data: TensorData) -> Result<Self, TensorError> {
		let shape = shape.into();
		match elements(&shape) {
			None => Err(TensorError::TooLarge { shape }),
			Some(count) if count != data.len() => Err(TensorError::Length { shape, found: data.len() }),
			Some(_) => Ok(Self { shape, data }),
		}
	}

	/// A tensor from its shape and a vector of elements.
	pub fn from_vec<E: Element>(shape: impl Into<Vec<usize>>, values: Vec<E>) -> Result<Self, TensorError> {
		Self::new(shape, E::wrap(values))
	}

	/// A tensor without dimensions.
	pub fn scalar<E: Element>(value: E) -> Self {
		Self { shape: Vec::new(), data: E::wrap(vec![value]) }
	}

	/// A tensor of one dimension.
	pub fn vector<E: Element>(values: Vec<E>) -> Self {
		Self { shape: vec![values.len()], data: E::wrap(values) }
	}

	/// A tensor without elements, of a shape with a zero in it.
	pub(crate) fn empty(spec: TensorSpec) -> Result<Self, TensorError> {
		Self::from_le_bytes(spec.dtype, spec.shape, &[])
	}

	/// Decodes little-endian elements.
	pub fn from_le_bytes(
		dtype: DType,
		shape: impl Into<Vec<usize>>,
		bytes: &[u8],
	) -> Result<Self, TensorError> {
		let shape = shape.into();
		let Some(count) = elements(&shape) else { return Err(TensorError::TooLarge { shape }) };
		let data = TensorData::from_le_bytes(dtype, bytes, count)
			.ok_or(TensorError::Bytes { dtype, length: bytes.len() })?;
		Self::new(shape, data)
	}

	/// The canonical bytes of the elements, see [`TensorData::to_le_bytes`].
	pub fn to_le_bytes(&self) -> Vec<u8> {
		self.data.to_le_bytes()
	}

	/// Element type.
	pub fn dtype(&self) -> DType {
		self.data.dtype()
	}

	/// Dimensions, outermost first.
	pub fn shape(&self) -> &[usize] {
		&self.shape
	}

	/// Number of elements.
	pub fn len(&self) -> usize {
		self.data.len()
	}

	/// Whether there are no elements.
	pub fn is_empty(&self) -> bool {
		self.data.is_empty()
	}

	/// Element type and dimensions.
	pub fn spec(&self) -> TensorSpec {
		TensorSpec { dtype: self.dtype(), shape: self.shape.clone() }
	}

	/// The tagged elements.
	pub fn data(&self) -> &TensorData {
		&self.data
	}

	/// The elements, if they are of type `E`.
	pub fn as_slice<E: Element>(&self) -> Option<&[E]> {
		E::slice(&self.data)
	}

	/// The shape of `other` with as many elements, which the caller has made from its elements one by one.
	pub(crate) fn with_same_shape(other: &HostTensor, data: TensorData) -> Self {
		debug_assert_eq!(other.len(), data.len());
		Self { shape: other.shape.clone(), data }
	}

	/// Shape and elements.
	pub fn into_parts(self) -> (Vec<usize>, TensorData) {
		(self.shape, self.data)
	}
}

/// Equality of results: same type, same shape, same canonical bytes (so NaN equals NaN and +0 differs from -0).
impl PartialEq for HostTensor {
	fn eq(&self, other: &Self) -> bool {
		self.dtype() == other.dtype()
			&& self.shape == other.shape
			&& self.to_le_bytes() == other.to_le_bytes()
	}
}

impl Eq for HostTensor {}
