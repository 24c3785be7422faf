//! Boolean tensors: Flex's.

use burn_backend::{
	BoolDType, ExecutionError, FloatDType, IntDType, Scalar, Shape, Slice, TensorData, ops::BoolTensorOps,
};
use burn_flex::{Flex, FlexDevice, FlexTensor};

use super::{Bool, Float, Int, Strict, delegate::delegate};

impl BoolTensorOps<Self> for Strict {
	delegate! {
		fn bool_empty(shape: Shape, device: &FlexDevice, dtype: BoolDType) -> Bool;
		fn bool_zeros(shape: Shape, device: &FlexDevice, dtype: BoolDType) -> Bool;
		fn bool_ones(shape: Shape, device: &FlexDevice, dtype: BoolDType) -> Bool;
		fn bool_from_data(data: TensorData, device: &FlexDevice) -> Bool;
		fn bool_into_int(tensor: Bool, out_dtype: IntDType) -> Int;
		fn bool_into_float(tensor: Bool, out_dtype: FloatDType) -> Float;
		fn bool_to_device(tensor: Bool, device: &FlexDevice) -> Bool;
		fn bool_reshape(tensor: Bool, shape: Shape) -> Bool;
		fn bool_slice(tensor: Bool, slices: &[Slice]) -> Bool;
		fn bool_slice_assign(tensor: Bool, slices: &[Slice], value: Bool) -> Bool;
		fn bool_mask_where(tensor: Bool, mask: Bool, value: Bool) -> Bool;
		fn bool_mask_fill(tensor: Bool, mask: Bool, value: Scalar) -> Bool;
		fn bool_gather(dim: usize, tensor: Bool, indices: Int) -> Bool;
		fn bool_scatter_or(dim: usize, tensor: Bool, indices: Int, value: Bool) -> Bool;
		fn bool_select_or(tensor: Bool, dim: usize, indices: Int, value: Bool) -> Bool;
		fn bool_repeat_dim(tensor: Bool, dim: usize, times: usize) -> Bool;
		fn bool_cat(tensors: Vec<Bool>, dim: usize) -> Bool;
		fn bool_equal(lhs: Bool, rhs: Bool) -> Bool;
		fn bool_not_equal(lhs: Bool, rhs: Bool) -> Bool;
		fn bool_equal_elem(lhs: Bool, rhs: Scalar) -> Bool;
		fn bool_not_equal_elem(lhs: Bool, rhs: Scalar) -> Bool;
		fn bool_not(tensor: Bool) -> Bool;
		fn bool_and(lhs: Bool, rhs: Bool) -> Bool;
		fn bool_or(lhs: Bool, rhs: Bool) -> Bool;
		fn bool_xor(lhs: Bool, rhs: Bool) -> Bool;
		fn bool_transpose(tensor: Bool) -> Bool;
		fn bool_swap_dims(tensor: Bool, dim1: usize, dim2: usize) -> Bool;
		fn bool_permute(tensor: Bool, axes: &[usize]) -> Bool;
		fn bool_flip(tensor: Bool, axes: &[usize]) -> Bool;
		fn bool_any(tensor: Bool) -> Bool;
		fn bool_any_dim(tensor: Bool, dim: usize) -> Bool;
		fn bool_all(tensor: Bool) -> Bool;
		fn bool_all_dim(tensor: Bool, dim: usize) -> Bool;
		fn bool_expand(tensor: Bool, shape: Shape) -> Bool;
		fn bool_unfold(tensor: Bool, dim: usize, size: usize, step: usize) -> Bool;
	}

	/// Flex 0.22.1 returns the selected bytes as integers; here they stay booleans.
	fn bool_select(tensor: Bool, dim: usize, indices: Int) -> Bool {
		let dtype = tensor.dtype();
		let selected = Flex::bool_select(tensor, dim, indices);
		FlexTensor::from_arc(selected.data_arc(), selected.layout().clone(), dtype)
	}

	async fn bool_into_data(tensor: Bool) -> Result<TensorData, ExecutionError> {
		Ok(tensor.into_data())
	}
}
