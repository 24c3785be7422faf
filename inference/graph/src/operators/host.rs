//! Operators over tensors in host memory, written once for every backend: those that move, pick, compare or count elements
//! one by one, or sample them at computed places, and that no matrix kernel makes faster.

use alloc::{format, vec::Vec};

use super::{
	Family,
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	metering,
	ops::{KernelError, TensorOps},
	tensor::{Element, HostTensor, TensorError, elements},
};

/// A [`Family`] whose results are computed from the elements of its inputs, on the host. The copies that a backend may
/// have to make of the inputs count as scratch memory.
pub(crate) trait HostFamily {
	/// See [`Family::Call`].
	type Call;

	/// See [`Family::HOST_INPUTS`].
	const HOST_INPUTS: &'static [usize] = &[];

	/// See [`Family::MAX_HOST_ELEMENTS`].
	const MAX_HOST_ELEMENTS: u64 = super::MAX_HOST_ELEMENTS;

	/// See [`Family::DATA_DEPENDENT`].
	const DATA_DEPENDENT: bool = false;

	/// See [`Family::WIDENS`].
	const WIDENS: bool = false;

	/// See [`Family::plan`].
	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason>;

	/// Computes what was planned.
	fn compute(&self, call: Self::Call, inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError>;
}

impl<F: HostFamily> Family for F {
	type Call = F::Call;

	const HOST_INPUTS: &'static [usize] = F::HOST_INPUTS;
	const MAX_HOST_ELEMENTS: u64 = F::MAX_HOST_ELEMENTS;
	const DATA_DEPENDENT: bool = F::DATA_DEPENDENT;
	const WIDENS: bool = F::WIDENS;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<F::Call>, Reason> {
		let mut plan = HostFamily::plan(self, inputs)?;
		plan.scratch = inputs
			.specs()
			.map(metering::bytes)
			.fold(plan.scratch, |scratch, bytes| scratch.saturating_add(bytes));
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		call: F::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let on_host =
			|input: &Option<T::Tensor>| input.as_ref().map(|tensor| ops.to_host(tensor.clone())).transpose();
		let inputs = inputs.values.iter().map(on_host).collect::<Result<_, _>>()?;
		self.compute(call, HostInputs(inputs))?.into_iter().map(|tensor| ops.from_host(tensor)).collect()
	}
}

/// The inputs of a node in host memory.
pub(crate) struct HostInputs(pub Vec<Option<HostTensor>>);

impl HostInputs {
	pub(crate) fn optional(&self, index: usize) -> Option<&HostTensor> {
		self.0.get(index).and_then(Option::as_ref)
	}

	/// A required input. That it is there was checked when the model was decoded.
	pub(crate) fn get(&self, index: usize) -> Result<&HostTensor, KernelError> {
		self.optional(index).ok_or_else(|| missing(index))
	}

	/// A required input, to be changed in place. It can be taken once.
	pub(crate) fn take(&mut self, index: usize) -> Result<HostTensor, KernelError> {
		self.0.get_mut(index).and_then(Option::take).ok_or_else(|| missing(index))
	}
}

fn missing(index: usize) -> KernelError {
	KernelError::Backend(format!("input {index} is missing"))
}

/// Runs an expression with the vector inside a [`TensorData`](crate::TensorData) of one of some element types.
macro_rules! with_types {
	($data:expr, [$($variant:ident)+], $values:ident => $body:expr) => {
		match $data {
			$($crate::tensor::TensorData::$variant($values) => $body,)+
			#[allow(unreachable_patterns, reason = "some operators take every type there is")]
			other => return Err($crate::operators::host::unsupported(other.dtype())),
		}
	};
}
pub(crate) use with_types;

/// An element type that the plan should not have let through.
pub(crate) fn unsupported(dtype: DType) -> KernelError {
	KernelError::Backend(format!("the operator does not support {dtype}"))
}

/// The elements of a tensor whose type the plan has checked.
pub(crate) fn slice<E: Element>(tensor: &HostTensor) -> Result<&[E], KernelError> {
	let found = tensor.dtype();
	tensor.as_slice().ok_or_else(|| KernelError::Backend(format!("expected {}, found {found}", E::DTYPE)))
}

/// A tensor of computed elements.
pub(crate) fn tensor<E: Element>(shape: &[usize], values: Vec<E>) -> Result<HostTensor, KernelError> {
	HostTensor::from_vec(shape, values).map_err(KernelError::from)
}

impl From<TensorError> for KernelError {
	/// An operator computed another number of elements than it planned: a defect in it.
	fn from(error: TensorError) -> Self {
		KernelError::Backend(format!("{error}"))
	}
}

/// Number of elements of a planned shape.
pub(crate) fn count(shape: &[usize]) -> Result<usize, KernelError> {
	elements(shape).ok_or_else(|| KernelError::Backend(format!("{shape:?} is too large for memory")))
}

/// The indices in a tensor of `int64` or `int32`.
pub(crate) fn indices(tensor: &HostTensor) -> Result<Vec<i64>, KernelError> {
	Ok(slice::<i64>(&tensor.cast(DType::I64))?.to_vec())
}

/// A possibly negative index as a position on an axis.
pub(crate) fn position(index: i64, len: usize) -> Result<usize, KernelError> {
	let from_start = if index < 0 { index.checked_add_unsigned(len as u64) } else { Some(index) };
	from_start
		.and_then(|index| usize::try_from(index).ok())
		.filter(|&index| index < len)
		.ok_or(KernelError::IndexOutOfRange { index, len })
}

/// Elements between neighbours along each axis of a row-major tensor.
pub(crate) fn strides(shape: &[usize]) -> Vec<usize> {
	let steps = shape.iter().rev().scan(1usize, |step, &dim| {
		let stride = *step;
		*step = stride.saturating_mul(dim);
		Some(stride)
	});
	let mut strides: Vec<usize> = steps.collect();
	strides.reverse();
	strides
}

/// A tensor seen as `[outer, len, inner]` around one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Split {
	pub outer: usize,
	pub len: usize,
	pub inner: usize,
}

impl Split {
	/// Around an axis that the plan has checked.
	pub(crate) fn new(shape: &[usize], axis: usize) -> Self {
		if shape.contains(&0) {
			// The other dimensions may be anything, also all together too large.
			return Self { outer: 0, len: shape.get(axis).copied().unwrap_or(1), inner: 0 };
		}
		Self {
			outer: shape.iter().take(axis).product(),
			len: shape.get(axis).copied().unwrap_or(1),
			inner: shape.iter().skip(axis + 1).product(),
		}
	}

	/// Positions of the elements of every line along the axis: first element, one line after the other.
	pub(crate) fn lines(self) -> impl Iterator<Item = usize> {
		let Self { outer, len, inner } = self;
		(0..outer).flat_map(move |outer| (0..inner).map(move |inner_at| outer * len * inner + inner_at))
	}
}

/// Counts through the multi-indices of a shape in row-major order.
pub(crate) struct Counter {
	shape: Vec<usize>,
	pub index: Vec<usize>,
}

impl Counter {
	/// Starts at the first index.
	pub(crate) fn new(shape: &[usize]) -> Self {
		Self { shape: shape.to_vec(), index: alloc::vec![0; shape.len()] }
	}

	/// Goes on to the next index, after the last to the first.
	pub(crate) fn advance(&mut self) {
		for (index, &dim) in self.index.iter_mut().zip(&self.shape).rev() {
			*index += 1;
			if *index < dim {
				return;
			}
			*index = 0;
		}
	}

	/// Position of the index in a tensor with these strides.
	pub(crate) fn offset(&self, strides: &[usize]) -> usize {
		self.index.iter().zip(strides).map(|(&index, &stride)| index * stride).sum()
	}
}

/// Bytes of index tables of so many entries.
pub(crate) fn table_bytes(entries: u64) -> u64 {
	entries.saturating_mul(8)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn position_should_count_from_the_end_when_negative_and_be_refused_when_outside() {
		assert_eq!(position(2, 3), Ok(2));
		assert_eq!(position(-3, 3), Ok(0));
		for index in [3, -4, i64::MIN, i64::MAX] {
			assert_eq!(position(index, 3), Err(KernelError::IndexOutOfRange { index, len: 3 }));
		}
	}

	#[test]
	fn counter_should_visit_indices_in_row_major_order() {
		let mut counter = Counter::new(&[2, 3]);
		let strides = strides(&[2, 3]);
		let visited: Vec<usize> = (0..7)
			.map(|_| {
				let at = counter.offset(&strides);
				counter.advance();
				at
			})
			.collect();
		assert_eq!(visited, [0, 1, 2, 3, 4, 5, 0]);
	}
}
