//! Between Burn's tensors and the plain `f32` slices that `assay-numerics` computes on.

use core::fmt;

use assay_numerics::{ShapeError, canonical_nan, cast};
use burn_backend::{DType, Element, Scalar, Shape, TensorData, TensorMetadata};
use burn_flex::{FlexTensor, Layout};
use half::{bf16, f16};

/// Gives up on an operation.
///
/// Burn's operator methods return tensors, not results: a backend that cannot answer has no other way to say so, and
/// an answer that another machine might not reproduce is worse than none. [`BurnOps`](crate::BurnOps) only calls
/// operators with arguments that do not end here.
#[track_caller]
pub(crate) fn refuse(operation: impl fmt::Debug, reason: impl fmt::Display) -> ! {
	panic!("Strict cannot compute {operation:?}: {reason}")
}

/// Unwraps the result of a kernel; see [`refuse`].
#[track_caller]
pub(crate) fn computed<T>(operation: impl fmt::Debug, result: Result<T, ShapeError>) -> T {
	result.unwrap_or_else(|error| refuse(operation, error))
}

/// The instruction set and threads that kernels use.
#[track_caller]
pub(crate) fn cpu() -> assay_numerics::Cpu {
	assay_numerics::select().unwrap_or_else(|error| refuse("anything", error))
}

/// The elements of a float tensor as `f32`, row-major, exactly as many as its shape has.
///
/// 16-bit floats are widened, which is exact. [`Values::like`] takes a result back to the stored type with a single
/// rounding. `f64` is refused: nothing in `strict-f32` defines its results.
#[derive(Clone)]
pub(crate) struct Values {
	tensor: FlexTensor,
	stored: DType,
}

impl Values {
	#[track_caller]
	pub fn new(operation: impl fmt::Debug, tensor: FlexTensor) -> Self {
		let stored = tensor.dtype();
		let tensor = contiguous(tensor);
		let shape = tensor.shape();
		let tensor = match stored {
			DType::F32 => tensor,
			DType::F16 => from_vec(tensor.storage().iter().copied().map(cast::f16_to_f32).collect(), shape),
			DType::BF16 => from_vec(tensor.storage().iter().copied().map(cast::bf16_to_f32).collect(), shape),
			other => refuse(operation, format!("it has {other:?} elements; cast the tensor to f32 first")),
		};
		Self { tensor, stored }
	}

	/// The storage of an `f32` tensor, whichever way the tensor looks at it: for callers that use its layout.
	pub fn view(tensor: FlexTensor) -> Self {
		Self { tensor, stored: DType::F32 }
	}

	pub fn as_slice(&self) -> &[f32] {
		self.tensor.storage()
	}

	/// How the elements lie in [`as_slice`](Self::as_slice): row-major, but for a [`view`](Self::view).
	pub fn layout(&self) -> &Layout {
		self.tensor.layout()
	}

	/// Copies the elements first if another tensor shares them.
	pub fn as_mut_slice(&mut self) -> &mut [f32] {
		self.tensor.storage_mut()
	}

	pub fn shape(&self) -> &[usize] {
		self.tensor.layout().shape()
	}

	/// The tensor again, after its elements were changed in place.
	pub fn into_tensor(self) -> FlexTensor {
		narrow(self.tensor, self.stored)
	}

	/// A tensor with these elements, stored in the type this one came in.
	pub fn like(&self, elements: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
		narrow(from_vec(elements, shape), self.stored)
	}
}

/// The same tensor, its elements row-major. Adjacent elements that stay adjacent are copied together.
pub(crate) fn contiguous(tensor: FlexTensor) -> FlexTensor {
	/// Shorter runs are left to Flex, which is made for transposed matrices.
	const RUN: usize = 16;
	if tensor.dtype() != DType::F32 || tensor.is_contiguous() {
		return tensor.to_contiguous();
	}
	let (shape, strides) = (tensor.layout().shape().to_vec(), tensor.layout().strides());
	let strides: Option<Vec<usize>> = strides.iter().map(|&stride| usize::try_from(stride).ok()).collect();
	let Some(strides) = strides else { return tensor.to_contiguous() };
	let (mut run, mut outer) = (1, shape.len());
	while outer > 0 && (shape[outer - 1] == 1 || strides[outer - 1] == run) {
		run *= shape[outer - 1];
		outer -= 1;
	}
	if run < RUN || shape.contains(&0) {
		return tensor.to_contiguous();
	}
	let storage = tensor.storage::<f32>();
	let mut elements = Vec::with_capacity(shape.iter().product());
	let mut index = vec![0; outer];
	let mut from = tensor.layout().start_offset();
	loop {
		elements.extend_from_slice(&storage[from..from + run]);
		// The next index, the last axis first.
		let Some(axis) = (0..outer).rev().find(|&axis| index[axis] + 1 < shape[axis]) else { break };
		for later in axis + 1..outer {
			from -= index[later] * strides[later];
			index[later] = 0;
		}
		index[axis] += 1;
		from += strides[axis];
	}
	from_vec(elements, shape)
}

/// A new `f32` tensor.
pub(crate) fn from_vec(elements: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
	FlexTensor::from_data(TensorData::new(elements, shape))
}

/// Rounds an `f32` tensor to `dtype`: nearest, ties to even, NaN canonical.
fn narrow(tensor: FlexTensor, dtype: DType) -> FlexTensor {
	let elements = tensor.storage::<f32>().iter().copied();
	let shape = tensor.shape();
	FlexTensor::from_data(match dtype {
		DType::F16 => TensorData::new(elements.map(cast::f32_to_f16).collect(), shape),
		DType::BF16 => TensorData::new(elements.map(cast::f32_to_bf16).collect(), shape),
		_ => return tensor,
	})
}

/// Rounds a scalar to `f32` and, for 16-bit floats, from there to `dtype`.
///
/// Left to Flex, a direct conversion from `f64` to `f16` would round differently with and without hardware support.
pub(crate) fn round_scalar(scalar: Scalar, dtype: DType) -> Scalar {
	match dtype {
		DType::F16 => f64::from(cast::f32_to_f16(scalar.elem())).into(),
		DType::BF16 => f64::from(cast::f32_to_bf16(scalar.elem())).into(),
		_ => scalar,
	}
}

/// Takes a float tensor out of the backend; every NaN becomes the canonical one.
pub(crate) fn into_data(tensor: FlexTensor) -> TensorData {
	fn canonical<E: Element>(data: &mut TensorData, nan: E, is_nan: impl Fn(&E) -> bool) {
		if let Ok(elements) = data.as_mut_slice::<E>() {
			elements.iter_mut().filter(|x| is_nan(x)).for_each(|x| *x = nan);
		}
	}

	let mut data = tensor.into_data();
	match data.dtype() {
		DType::F32 => {
			if let Ok(elements) = data.as_mut_slice::<f32>() {
				canonical_nan(elements);
			}
		}
		DType::F64 => canonical(&mut data, f64::from_bits(0x7ff8 << 48), |x: &f64| x.is_nan()),
		DType::F16 => canonical(&mut data, f16::from_bits(0x7e00), |x: &f16| x.is_nan()),
		DType::BF16 => canonical(&mut data, bf16::from_bits(0x7fc0), |x: &bf16| x.is_nan()),
		_ => {}
	}
	data
}
