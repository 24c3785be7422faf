//! The reference backend: plain slices, [`assay_numerics`] for everything that rounds.

mod arithmetic;
mod double;
mod linear;
mod movement;
mod reduction;

use alloc::{format, string::ToString, sync::Arc, vec, vec::Vec};

use assay_numerics::{Cpu, ShapeError};

use crate::{
	codes::CodeRounding,
	dtype::DType,
	ops::{
		ArgReduction, AxisSlice, BatchNormParams, Binary, Comparison, ConvParams, ConvTransposeParams,
		GemmParams, KernelError, Logical, PadMode, PoolParams, Reduction, TensorOps, Unary, WeightRole,
	},
	tensor::{Element, HostTensor, TensorData, TensorSpec, elements},
	weights::PackedWeight,
};

/// A tensor of [`SliceOps`]: a shape and shared row-major elements.
#[derive(Clone, Debug)]
pub struct SliceTensor {
	shape: Vec<usize>,
	data: Arc<TensorData>,
	/// The elements of a weight, and then `data` has none.
	packed: Option<Arc<PackedWeight>>,
}

impl SliceTensor {
	fn new(shape: Vec<usize>, data: TensorData) -> Result<Self, KernelError> {
		if elements(&shape) != Some(data.len()) {
			let found = data.len();
			return Err(KernelError::Backend(format!("{found} elements were computed for shape {shape:?}")));
		}
		Ok(Self { shape, data: Arc::new(data), packed: None })
	}

	fn from_vec<E: Element>(shape: Vec<usize>, values: Vec<E>) -> Result<Self, KernelError> {
		Self::new(shape, E::wrap(values))
	}

	fn slice<E: Element>(&self) -> Result<&[E], KernelError> {
		E::slice(&self.data).ok_or_else(|| unsupported(self.data.dtype()))
	}

	fn f32(&self) -> Result<&[f32], KernelError> {
		self.slice()
	}
}

/// An element type that the operators should not have let through.
fn unsupported(dtype: DType) -> KernelError {
	KernelError::Backend(format!("the kernel does not support {dtype}"))
}

impl From<ShapeError> for KernelError {
	/// The operators check shapes first, so this is a defect in them.
	fn from(error: ShapeError) -> Self {
		KernelError::Backend(error.to_string())
	}
}

/// Room for results.
fn zeros<E: Element>(shape: &[usize]) -> Result<Vec<E>, KernelError> {
	let count = elements(shape).ok_or(ShapeError::Overflow)?;
	Ok(vec![E::default(); count])
}

/// Runs an expression with `$real` standing for the type of a tensor's elements, if that is one to compute in.
macro_rules! with_real {
	($tensor:expr, $real:ident => $body:expr) => {
		match $tensor.data.dtype() {
			DType::F32 => {
				type $real = f32;
				$body
			}
			DType::F64 => {
				type $real = f64;
				$body
			}
			other => return Err(unsupported(other)),
		}
	};
}
use with_real;

/// The reference backend.
#[derive(Clone, Copy, Debug)]
pub struct SliceOps {
	cpu: Cpu,
}

impl SliceOps {
	/// A backend that computes with this instruction set and these threads; the results are the same for all.
	pub fn new(cpu: Cpu) -> Self {
		Self { cpu }
	}
}

impl TensorOps for SliceOps {
	type Tensor = SliceTensor;

	fn from_host(&self, tensor: HostTensor) -> Result<SliceTensor, KernelError> {
		let (shape, data) = tensor.into_parts();
		SliceTensor::new(shape, data)
	}

	fn to_host(&self, tensor: SliceTensor) -> Result<HostTensor, KernelError> {
		let SliceTensor { shape, data, packed } = tensor;
		let data =
			packed.map_or_else(|| Arc::unwrap_or_clone(data), |weight| TensorData::F32(weight.unpack()));
		HostTensor::new(shape, data).map_err(|error| KernelError::Backend(error.to_string()))
	}

	fn prepare(&self, constant: SliceTensor, role: WeightRole) -> Result<SliceTensor, KernelError> {
		let Some(values) = f32::slice(&constant.data) else { return Ok(constant) };
		let Some(packed) = PackedWeight::new(self.cpu, role, &constant.shape, values)? else {
			return Ok(constant);
		};
		let data = Arc::new(TensorData::F32(Vec::new()));
		Ok(SliceTensor { shape: constant.shape, data, packed: Some(Arc::new(packed)) })
	}

	fn spec(&self, tensor: &SliceTensor) -> TensorSpec {
		TensorSpec::new(tensor.data.dtype(), tensor.shape.clone())
	}

	fn cast(&self, x: &SliceTensor, to: DType) -> Result<SliceTensor, KernelError> {
		SliceTensor::new(x.shape.clone(), crate::cast::cast(&x.data, to, CodeRounding::default()))
	}

	fn unary(&self, op: Unary, x: &SliceTensor) -> Result<SliceTensor, KernelError> {
		arithmetic::unary(self.cpu, op, x)
	}

	fn binary(&self, op: Binary, a: &SliceTensor, b: &SliceTensor) -> Result<SliceTensor, KernelError> {
		arithmetic::binary(self.cpu, op, a, b)
	}

	fn compare(&self, op: Comparison, a: &SliceTensor, b: &SliceTensor) -> Result<SliceTensor, KernelError> {
		arithmetic::compare(op, a, b)
	}

	fn logical(&self, op: Logical, a: &SliceTensor, b: &SliceTensor) -> Result<SliceTensor, KernelError> {
		arithmetic::logical(op, a, b)
	}

	fn not(&self, x: &SliceTensor) -> Result<SliceTensor, KernelError> {
		SliceTensor::from_vec(x.shape.clone(), x.slice::<bool>()?.iter().map(|&value| !value).collect())
	}

	fn select(
		&self,
		condition: &SliceTensor,
		a: &SliceTensor,
		b: &SliceTensor,
	) -> Result<SliceTensor, KernelError> {
		arithmetic::select(condition, a, b)
	}

	fn matmul(&self, a: &SliceTensor, b: &SliceTensor) -> Result<SliceTensor, KernelError> {
		linear::matmul(self.cpu, a, b, false)
	}

	fn matmul_transposed(&self, a: &SliceTensor, b: &SliceTensor) -> Result<SliceTensor, KernelError> {
		linear::matmul(self.cpu, a, b, true)
	}

	fn gemm(
		&self,
		params: &GemmParams,
		a: &SliceTensor,
		b: &SliceTensor,
		c: Option<&SliceTensor>,
	) -> Result<SliceTensor, KernelError> {
		linear::gemm(self.cpu, params, a, b, c)
	}

	fn conv(
		&self,
		params: &ConvParams,
		x: &SliceTensor,
		w: &SliceTensor,
		b: Option<&SliceTensor>,
	) -> Result<SliceTensor, KernelError> {
		linear::conv(self.cpu, params, x, w, b)
	}

	fn conv_transpose(
		&self,
		params: &ConvTransposeParams,
		x: &SliceTensor,
		w: &SliceTensor,
		b: Option<&SliceTensor>,
	) -> Result<SliceTensor, KernelError> {
		linear::conv_transpose(self.cpu, params, x, w, b)
	}

	fn max_pool(&self, params: &PoolParams, x: &SliceTensor) -> Result<SliceTensor, KernelError> {
		with_real!(x, R => reduction::pool::<R>(params, x, |pool, x, y| {
			assay_numerics::max_pool(self.cpu, pool, x, y, None)
		}))
	}

	fn average_pool(
		&self,
		params: &PoolParams,
		count_include_pad: bool,
		x: &SliceTensor,
	) -> Result<SliceTensor, KernelError> {
		with_real!(x, R => reduction::pool::<R>(params, x, |pool, x, y| {
			assay_numerics::average_pool(self.cpu, pool, count_include_pad, x, y)
		}))
	}

	fn reduce(
		&self,
		op: Reduction,
		x: &SliceTensor,
		axes: &[usize],
		keepdims: bool,
	) -> Result<SliceTensor, KernelError> {
		reduction::reduce(self.cpu, op, x, axes, keepdims)
	}

	fn arg_reduce(
		&self,
		op: ArgReduction,
		x: &SliceTensor,
		axis: usize,
		keepdims: bool,
		select_last: bool,
	) -> Result<SliceTensor, KernelError> {
		reduction::arg_reduce(op, x, axis, keepdims, select_last)
	}

	fn softmax(&self, x: &SliceTensor, axis: usize) -> Result<SliceTensor, KernelError> {
		with_real!(x, R => {
			let mut out = zeros(&x.shape)?;
			assay_numerics::softmax::<R>(self.cpu, &x.shape, axis, x.slice()?, &mut out)?;
			SliceTensor::from_vec(x.shape.clone(), out)
		})
	}

	fn log_softmax(&self, x: &SliceTensor, axis: usize) -> Result<SliceTensor, KernelError> {
		with_real!(x, R => {
			let mut out = zeros(&x.shape)?;
			assay_numerics::log_softmax::<R>(self.cpu, &x.shape, axis, x.slice()?, &mut out)?;
			SliceTensor::from_vec(x.shape.clone(), out)
		})
	}

	fn batch_norm(
		&self,
		params: &BatchNormParams<SliceTensor>,
		x: &SliceTensor,
	) -> Result<SliceTensor, KernelError> {
		with_real!(x, R => {
			let mut out = zeros(&x.shape)?;
			if !out.is_empty() {
				let (scale, variance) = (params.scale.slice()?, params.variance.slice()?);
				let factor = assay_numerics::batch_norm_factor::<R>(scale, variance, params.epsilon)?;
				let (mean, bias) = (params.mean.slice()?, params.bias.slice()?);
				let norm = assay_numerics::BatchNorm { mean, factor: &factor, bias };
				let inner = x.shape.iter().skip(2).product();
				assay_numerics::batch_norm(self.cpu, &norm, inner, x.slice()?, &mut out)?;
			}
			SliceTensor::from_vec(x.shape.clone(), out)
		})
	}

	fn layer_norm(
		&self,
		x: &SliceTensor,
		scale: &SliceTensor,
		bias: Option<&SliceTensor>,
		axis: usize,
		epsilon: f32,
	) -> Result<SliceTensor, KernelError> {
		with_real!(x, R => {
			let mut out = zeros::<R>(&x.shape)?;
			if !out.is_empty() {
				let inner = x.shape.iter().skip(axis).product();
				let bias = bias.map(SliceTensor::slice).transpose()?;
				let (x, scale) = (x.slice()?, scale.slice()?);
				assay_numerics::layer_norm(self.cpu, inner, epsilon, x, scale, bias, &mut out, None)?;
			}
			SliceTensor::from_vec(x.shape.clone(), out)
		})
	}

	fn transpose(&self, x: &SliceTensor, permutation: &[usize]) -> Result<SliceTensor, KernelError> {
		movement::transpose(x, permutation)
	}

	fn reshape(&self, x: &SliceTensor, shape: &[usize]) -> Result<SliceTensor, KernelError> {
		if elements(shape) != Some(x.data.len()) {
			return Err(KernelError::Backend(format!("{:?} cannot take shape {shape:?}", x.shape)));
		}
		Ok(SliceTensor { shape: shape.to_vec(), data: x.data.clone(), packed: None })
	}

	fn expand(&self, x: &SliceTensor, shape: &[usize]) -> Result<SliceTensor, KernelError> {
		movement::expand(x, shape)
	}

	fn slice(&self, x: &SliceTensor, axes: &[AxisSlice]) -> Result<SliceTensor, KernelError> {
		movement::slice(x, axes)
	}

	fn concat(&self, parts: &[&SliceTensor], axis: usize) -> Result<SliceTensor, KernelError> {
		movement::concat(parts, axis)
	}

	fn gather(
		&self,
		x: &SliceTensor,
		indices: &SliceTensor,
		axis: usize,
	) -> Result<SliceTensor, KernelError> {
		movement::gather(x, indices, axis)
	}

	fn pad(
		&self,
		mode: PadMode,
		x: &SliceTensor,
		pads: &[(usize, usize)],
		value: &SliceTensor,
	) -> Result<SliceTensor, KernelError> {
		movement::pad(mode, x, pads, value)
	}
}
