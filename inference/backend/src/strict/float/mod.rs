//! Float tensors.

pub(crate) mod cast;
pub(crate) mod elementwise;
pub(crate) mod matmul;
pub(crate) mod reduce;
mod scan;
mod scatter;

use assay_numerics::{ArgReduction, Binary, Reduction, Unary};
use burn_backend::{
	BoolDType, Distribution, ExecutionError, FloatDType, IntDType, Scalar, Shape, Slice, TensorData,
	ops::FloatTensorOps, tensor::IndexingUpdateOp,
};
use burn_flex::{Flex, FlexDevice};

use super::{
	Bool, Float, Int, Strict,
	delegate::delegate,
	random, sort,
	values::{self, contiguous},
};

/// Methods that apply one function to every element.
macro_rules! unary {
	($($name:ident => $op:ident;)+) => {
		$(fn $name(tensor: Float) -> Float {
			elementwise::unary(Unary::$op, tensor)
		})+
	};
}

/// Methods that apply one function to every pair of elements.
macro_rules! binary {
	($($name:ident => $op:ident;)+) => {
		$(fn $name(lhs: Float, rhs: Float) -> Float {
			elementwise::binary(Binary::$op, lhs, rhs)
		})+
	};
}

/// Methods that apply one function to every element and a scalar.
macro_rules! scalar {
	($($name:ident => $op:ident;)+) => {
		$(fn $name(lhs: Float, rhs: Scalar) -> Float {
			elementwise::scalar(Binary::$op, lhs, rhs)
		})+
	};
}

/// Methods that compare every element with a scalar: Flex's, once the scalar has the element type.
macro_rules! compare_scalar {
	($($name:ident;)+) => {
		$(fn $name(lhs: Float, rhs: Scalar, out_dtype: BoolDType) -> Bool {
			let rhs = values::round_scalar(rhs, lhs.dtype());
			Flex::$name(lhs, rhs, out_dtype)
		})+
	};
}

/// Methods that reduce one axis.
macro_rules! reduce_axis {
	($($name:ident => $op:ident;)+) => {
		$(fn $name(tensor: Float, dim: usize) -> Float {
			reduce::axis(Reduction::$op, tensor, dim)
		})+
	};
}

/// Methods that reduce everything.
macro_rules! reduce_all {
	($($name:ident => $op:ident;)+) => {
		$(fn $name(tensor: Float) -> Float {
			reduce::all(Reduction::$op, tensor)
		})+
	};
}

impl FloatTensorOps<Self> for Strict {
	// Storage and movement: no arithmetic.
	delegate! {
		fn float_from_data(data: TensorData, device: &FlexDevice) -> Float;
		fn float_empty(shape: Shape, device: &FlexDevice, dtype: FloatDType) -> Float;
		fn float_zeros(shape: Shape, device: &FlexDevice, dtype: FloatDType) -> Float;
		fn float_ones(shape: Shape, device: &FlexDevice, dtype: FloatDType) -> Float;
		fn float_full(shape: Shape, fill_value: Scalar, device: &FlexDevice, dtype: FloatDType) -> Float;
		fn float_to_device(tensor: Float, device: &FlexDevice) -> Float;
		fn float_swap_dims(tensor: Float, dim1: usize, dim2: usize) -> Float;
		fn float_transpose(tensor: Float) -> Float;
		fn float_permute(tensor: Float, axes: &[usize]) -> Float;
		fn float_flip(tensor: Float, axes: &[usize]) -> Float;
		fn float_expand(tensor: Float, shape: Shape) -> Float;
		fn float_repeat_dim(tensor: Float, dim: usize, times: usize) -> Float;
		fn float_cat(tensors: Vec<Float>, dim: usize) -> Float;
		fn float_unfold(tensor: Float, dim: usize, size: usize, step: usize) -> Float;
		fn float_slice(tensor: Float, slices: &[Slice]) -> Float;
		fn float_slice_assign(tensor: Float, slices: &[Slice], value: Float) -> Float;
		fn float_select(tensor: Float, dim: usize, indices: Int) -> Float;
		fn float_gather(dim: usize, tensor: Float, indices: Int) -> Float;
		fn float_gather_nd(data: Float, indices: Int) -> Float;
		fn float_mask_where(tensor: Float, mask: Bool, value: Float) -> Float;
	}

	fn float_reshape(tensor: Float, shape: Shape) -> Float {
		Flex::float_reshape(contiguous(tensor), shape)
	}

	// Comparisons: IEEE-754, nothing to round.
	delegate! {
		fn float_equal(lhs: Float, rhs: Float, out_dtype: BoolDType) -> Bool;
		fn float_not_equal(lhs: Float, rhs: Float, out_dtype: BoolDType) -> Bool;
		fn float_greater(lhs: Float, rhs: Float, out_dtype: BoolDType) -> Bool;
		fn float_greater_equal(lhs: Float, rhs: Float, out_dtype: BoolDType) -> Bool;
		fn float_lower(lhs: Float, rhs: Float, out_dtype: BoolDType) -> Bool;
		fn float_lower_equal(lhs: Float, rhs: Float, out_dtype: BoolDType) -> Bool;
		fn float_any(tensor: Float, out_dtype: BoolDType) -> Bool;
		fn float_any_dim(tensor: Float, dim: usize, out_dtype: BoolDType) -> Bool;
		fn float_all(tensor: Float, out_dtype: BoolDType) -> Bool;
		fn float_all_dim(tensor: Float, dim: usize, out_dtype: BoolDType) -> Bool;
	}

	compare_scalar! {
		float_equal_elem;
		float_not_equal_elem;
		float_greater_elem;
		float_greater_equal_elem;
		float_lower_elem;
		float_lower_equal_elem;
	}

	fn float_mask_fill(tensor: Float, mask: Bool, value: Scalar) -> Float {
		let value = values::round_scalar(value, tensor.dtype());
		Flex::float_mask_fill(tensor, mask, value)
	}

	// Float to integer: truncates, saturates, NaN gives 0.
	delegate! {
		fn float_into_int(tensor: Float, out_dtype: IntDType) -> Int;
	}

	async fn float_into_data(tensor: Float) -> Result<TensorData, ExecutionError> {
		Ok(values::into_data(tensor))
	}

	fn float_cast(tensor: Float, dtype: FloatDType) -> Float {
		cast::float(tensor, dtype)
	}

	fn float_random(
		shape: Shape,
		distribution: Distribution,
		_device: &FlexDevice,
		dtype: FloatDType,
	) -> Float {
		random::float(shape, distribution, dtype)
	}

	unary! {
		float_neg => Neg;
		float_abs => Abs;
		float_sign => Sign;
		float_recip => Reciprocal;
		float_sqrt => Sqrt;
		float_exp => Exp;
		float_log => Log;
		float_log1p => Log1p;
		float_sin => Sin;
		float_cos => Cos;
		float_tan => Tan;
		float_sinh => Sinh;
		float_cosh => Cosh;
		float_tanh => Tanh;
		float_asin => Asin;
		float_acos => Acos;
		float_atan => Atan;
		float_asinh => Asinh;
		float_acosh => Acosh;
		float_atanh => Atanh;
		float_erf => Erf;
		float_round => Round;
		float_floor => Floor;
		float_ceil => Ceil;
		float_trunc => Trunc;
	}

	binary! {
		float_add => Add;
		float_sub => Sub;
		float_mul => Mul;
		float_div => Div;
		float_remainder => FloorMod;
		float_powf => Pow;
		float_atan2 => Atan2;
	}

	scalar! {
		float_add_scalar => Add;
		float_sub_scalar => Sub;
		float_mul_scalar => Mul;
		float_div_scalar => Div;
		float_remainder_scalar => FloorMod;
		float_powf_scalar_impl => Pow;
		float_clamp_min => Max;
		float_clamp_max => Min;
	}

	fn float_cross(lhs: Float, rhs: Float, dim: usize) -> Float {
		elementwise::cross(lhs, rhs, dim)
	}

	fn float_matmul(lhs: Float, rhs: Float) -> Float {
		matmul::matmul(lhs, rhs)
	}

	reduce_axis! {
		float_sum_dim => Sum;
		float_prod_dim => Prod;
		float_mean_dim => Mean;
		float_max_dim => Max;
		float_min_dim => Min;
	}

	reduce_all! {
		float_sum => Sum;
		float_prod => Prod;
		float_mean => Mean;
		float_max => Max;
		float_min => Min;
	}

	fn float_sum_dims(tensor: Float, dims: &[usize]) -> Float {
		reduce::several(Reduction::Sum, tensor, dims)
	}

	fn float_argmax(tensor: Float, dim: usize, out_dtype: IntDType) -> Int {
		reduce::arg(ArgReduction::Max, tensor, dim, false, out_dtype)
	}

	fn float_argmin(tensor: Float, dim: usize, out_dtype: IntDType) -> Int {
		reduce::arg(ArgReduction::Min, tensor, dim, false, out_dtype)
	}

	fn float_cumsum(tensor: Float, dim: usize) -> Float {
		scan::scan("cumsum", tensor, dim, |sum, x| sum + x)
	}

	fn float_cumprod(tensor: Float, dim: usize) -> Float {
		scan::scan("cumprod", tensor, dim, |product, x| product * x)
	}

	fn float_cummin(tensor: Float, dim: usize) -> Float {
		scan::scan("cummin", tensor, dim, |least, x| Binary::Min.apply(least, x))
	}

	fn float_cummax(tensor: Float, dim: usize) -> Float {
		scan::scan("cummax", tensor, dim, |greatest, x| Binary::Max.apply(greatest, x))
	}

	fn float_sort(tensor: Float, dim: usize, descending: bool) -> Float {
		sort::sort_float(tensor, dim, descending, IntDType::I64).0
	}

	fn float_sort_with_indices(
		tensor: Float,
		dim: usize,
		descending: bool,
		indices_dtype: IntDType,
	) -> (Float, Int) {
		sort::sort_float(tensor, dim, descending, indices_dtype)
	}

	fn float_argsort(tensor: Float, dim: usize, descending: bool, out_dtype: IntDType) -> Int {
		use burn_backend::ops::IntTensorOps;
		Flex::int_cast(sort::argsort(&tensor, dim, descending), out_dtype)
	}

	fn float_scatter(
		dim: usize,
		tensor: Float,
		indices: Int,
		value: Float,
		update: IndexingUpdateOp,
	) -> Float {
		scatter::scatter(dim, tensor, indices, value, update)
	}

	fn float_scatter_nd(data: Float, indices: Int, values: Float, reduction: IndexingUpdateOp) -> Float {
		scatter::scatter_nd(data, indices, values, reduction)
	}

	fn float_select_assign(
		tensor: Float,
		dim: usize,
		indices: Int,
		value: Float,
		update: IndexingUpdateOp,
	) -> Float {
		scatter::select_assign(tensor, dim, indices, value, update)
	}
}
