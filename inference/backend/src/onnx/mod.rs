//! ONNX graphs on Burn: [`BurnOps`] implements [`TensorOps`] over the primitives of any [`OnnxBackend`].

mod compose;
mod extension;
mod integer;
mod movement;
mod tensor;

use assay_graph::{
	ArgReduction, AxisSlice, BatchNormParams, Binary, Comparison, ConvParams, ConvTransposeParams, DType,
	GemmParams, HostTensor, KernelError, Logical, PadMode, PoolParams, Reduction, SliceOps, SliceTensor,
	TensorOps, TensorSpec, Then, Unary, WeightRole, one_by_one,
};
use assay_numerics::PackedMatrix;
use burn_backend::{
	Backend, BoolDType, FloatDType, Shape, Slice, TensorMetadata,
	ops::ConvTransposeOptions,
	tensor::{Device, FloatTensor},
};

pub use extension::OnnxBackend;
pub use tensor::BurnTensor;

use compose::spatial_rank;
use movement::{empty, expand, reshape, with_rank};
use tensor::{Kind, by_kind};

/// Stored booleans; the only kind every CPU backend has.
const BOOL: BoolDType = BoolDType::Native;

/// The operations of a graph, computed by the Burn backend `B`.
///
/// With [`Strict`](crate::Strict) the results are the bits of [`SliceOps`](assay_graph::SliceOps). With a stock backend
/// they are as accurate as that backend, which is good for comparisons of speed and of accuracy, not for answers.
#[derive(Clone, Debug, Default)]
pub struct BurnOps<B: Backend> {
	device: Device<B>,
}

impl<B: Backend> BurnOps<B> {
	/// Computes on `device`.
	pub fn new(device: Device<B>) -> Self {
		Self { device }
	}

	/// Computes with the reference backend, in host memory: for element types whose results no Burn backend defines.
	fn on_reference(
		&self,
		operands: &[&BurnTensor<B>],
		compute: impl FnOnce(&SliceOps, &[SliceTensor]) -> Result<SliceTensor>,
	) -> Result<BurnTensor<B>> {
		let cpu = assay_numerics::select().map_err(|error| KernelError::Backend(error.to_string()))?;
		let ops = SliceOps::new(cpu);
		let operands: Vec<_> =
			operands.iter().map(|&x| ops.from_host(x.clone().into_host()?)).collect::<Result<_>>()?;
		let result = ops.to_host(compute(&ops, &operands)?)?;
		Ok(BurnTensor::from_host(result, &self.device))
	}
}

type Result<T> = core::result::Result<T, KernelError>;

impl<B: OnnxBackend> TensorOps for BurnOps<B> {
	type Tensor = BurnTensor<B>;

	fn from_host(&self, tensor: HostTensor) -> Result<BurnTensor<B>> {
		Ok(BurnTensor::from_host(tensor, &self.device))
	}

	fn to_host(&self, tensor: BurnTensor<B>) -> Result<HostTensor> {
		tensor.into_host()
	}

	fn prepare(&self, constant: BurnTensor<B>, role: WeightRole) -> Result<BurnTensor<B>> {
		Ok(match &constant {
			BurnTensor::Float(x) if constant.dtype() == DType::F32 => match B::onnx_pack(role, x.clone()) {
				Some(weight) => BurnTensor::Weight(weight.into()),
				None => constant,
			},
			_ => constant,
		})
	}

	fn spec(&self, tensor: &BurnTensor<B>) -> TensorSpec {
		tensor.spec()
	}

	fn cast(&self, x: &BurnTensor<B>, to: DType) -> Result<BurnTensor<B>> {
		use BurnTensor::{Bool, Code, Float, Int, Weight};
		Ok(match (x.clone(), Kind::from(to)) {
			(Float(x), Kind::Float(to)) => Float(B::float_cast(x, to)),
			(Float(x), Kind::Int(to)) => Int(B::float_into_int(x, to)),
			(Float(x), Kind::Bool) => Bool(B::float_not_equal_elem(x, 0f32.into(), BOOL)),
			(Int(x), Kind::Float(FloatDType::F64)) => Float(B::int_into_float(x, FloatDType::F64)),
			(Int(x), Kind::Float(to)) => Float(B::float_cast(B::int_into_float(x, FloatDType::F32), to)),
			(Int(x), Kind::Int(to)) => Int(B::int_cast(x, to)),
			(Int(x), Kind::Bool) => Bool(B::int_not_equal_elem(x, 0.into(), BOOL)),
			(Bool(x), Kind::Float(to)) => Float(B::bool_into_float(x, to)),
			(Bool(x), Kind::Int(to)) => Int(B::bool_into_int(x, to)),
			(Bool(x), Kind::Bool) => Bool(x),
			(Weight(_), _) => return Err(x.unexpected("no weight")),
			(x @ Code(..), _) | (x, Kind::Code(_)) => {
				BurnTensor::from_host(x.into_host()?.cast(to), &self.device)
			}
		})
	}

	fn unary(&self, op: Unary, x: &BurnTensor<B>) -> Result<BurnTensor<B>> {
		if is_double(x) {
			return self.on_reference(&[x], |ops, x| ops.unary(op, &x[0]));
		}
		match x.clone() {
			BurnTensor::Float(t) => Ok(BurnTensor::Float(B::onnx_unary(op, t))),
			BurnTensor::Int(t) => integer::unary::<B>(op, t, x.dtype()).map(BurnTensor::Int),
			_ => Err(x.unexpected("numbers")),
		}
	}

	fn binary(&self, op: Binary, a: &BurnTensor<B>, b: &BurnTensor<B>) -> Result<BurnTensor<B>> {
		if is_double(a) {
			return self.on_reference(&[a, b], |ops, x| ops.binary(op, &x[0], &x[1]));
		}
		let shape = common_shape(a, b)?;
		let dtype = a.dtype();
		if let (BurnTensor::Float(a), BurnTensor::Float(b)) = same_rank(a, b) {
			return Ok(reshape(BurnTensor::Float(B::onnx_binary(op, a, b)), &shape));
		}
		if shape.contains(&0) {
			return Ok(empty(dtype, &shape, &self.device));
		}
		let (a, b) = (expand(a.clone(), &shape).int()?, expand(b.clone(), &shape).int()?);
		integer::binary::<B>(op, a, b, dtype).map(BurnTensor::Int)
	}

	fn compare(&self, op: Comparison, a: &BurnTensor<B>, b: &BurnTensor<B>) -> Result<BurnTensor<B>> {
		let shape = common_shape(a, b)?;
		if shape.contains(&0) {
			return Ok(empty(DType::Bool, &shape, &self.device));
		}
		let (a, b) = (expand(a.clone(), &shape), expand(b.clone(), &shape));
		Ok(BurnTensor::Bool(match (a, b) {
			(BurnTensor::Float(a), BurnTensor::Float(b)) => match op {
				Comparison::Equal => B::float_equal(a, b, BOOL),
				Comparison::NotEqual => B::float_not_equal(a, b, BOOL),
				Comparison::Less => B::float_lower(a, b, BOOL),
				Comparison::LessOrEqual => B::float_lower_equal(a, b, BOOL),
				Comparison::Greater => B::float_greater(a, b, BOOL),
				Comparison::GreaterOrEqual => B::float_greater_equal(a, b, BOOL),
			},
			(BurnTensor::Int(a), BurnTensor::Int(b)) => match op {
				Comparison::Equal => B::int_equal(a, b, BOOL),
				Comparison::NotEqual => B::int_not_equal(a, b, BOOL),
				Comparison::Less => B::int_lower(a, b, BOOL),
				Comparison::LessOrEqual => B::int_lower_equal(a, b, BOOL),
				Comparison::Greater => B::int_greater(a, b, BOOL),
				Comparison::GreaterOrEqual => B::int_greater_equal(a, b, BOOL),
			},
			(BurnTensor::Bool(a), BurnTensor::Bool(b)) if op == Comparison::Equal => B::bool_equal(a, b),
			(BurnTensor::Bool(a), BurnTensor::Bool(b)) if op == Comparison::NotEqual => {
				B::bool_not_equal(a, b)
			}
			(a, b) => return Err(a.unexpected(&format!("something comparable with {}", b.spec()))),
		}))
	}

	fn logical(&self, op: Logical, a: &BurnTensor<B>, b: &BurnTensor<B>) -> Result<BurnTensor<B>> {
		let shape = common_shape(a, b)?;
		if shape.contains(&0) {
			return Ok(empty(DType::Bool, &shape, &self.device));
		}
		let (a, b) = (expand(a.clone(), &shape).bool()?, expand(b.clone(), &shape).bool()?);
		Ok(BurnTensor::Bool(match op {
			Logical::And => B::bool_and(a, b),
			Logical::Or => B::bool_or(a, b),
			Logical::Xor => B::bool_xor(a, b),
		}))
	}

	fn not(&self, x: &BurnTensor<B>) -> Result<BurnTensor<B>> {
		Ok(BurnTensor::Bool(B::bool_not(x.bool()?)))
	}

	fn select(
		&self,
		condition: &BurnTensor<B>,
		a: &BurnTensor<B>,
		b: &BurnTensor<B>,
	) -> Result<BurnTensor<B>> {
		let shape = broadcast(&common_shape(a, b)?, &condition.shape())?;
		if shape.contains(&0) {
			return Ok(empty(a.dtype(), &shape, &self.device));
		}
		let condition = expand(condition.clone(), &shape).bool()?;
		let (a, b) = (expand(a.clone(), &shape), expand(b.clone(), &shape));
		Ok(by_kind!(b; b =>
			B::float_mask_where(b, condition, a.float()?),
			B::int_mask_where(b, condition, a.int()?),
			B::bool_mask_where(b, condition, a.bool()?),
		))
	}

	fn matmul(&self, a: &BurnTensor<B>, b: &BurnTensor<B>) -> Result<BurnTensor<B>> {
		if is_double(a) {
			return self.on_reference(&[a, b], |ops, x| ops.matmul(&x[0], &x[1]));
		}
		if let BurnTensor::Weight(_) = b {
			return self.matmul_then(a, b, &[]);
		}
		let rank = a.shape().num_dims().max(b.shape().num_dims());
		let (a, b) = (with_rank(a.clone(), rank).float()?, with_rank(b.clone(), rank).float()?);
		Ok(BurnTensor::Float(B::float_matmul(a, b)))
	}

	fn gemm(
		&self,
		params: &GemmParams,
		a: &BurnTensor<B>,
		b: &BurnTensor<B>,
		c: Option<&BurnTensor<B>>,
	) -> Result<BurnTensor<B>> {
		if is_double(a) {
			let operands: Vec<_> = [a, b].into_iter().chain(c).collect();
			return self.on_reference(&operands, |ops, x| ops.gemm(params, &x[0], &x[1], x.get(2)));
		}
		let oriented = |x: FloatTensor<B>, transposed| if transposed { B::float_transpose(x) } else { x };
		let scaled = |x, factor: f32| if factor == 1. { x } else { B::float_mul_scalar(x, factor.into()) };
		let a = oriented(a.float()?, params.trans_a);
		let mut c = c;
		let product = if let BurnTensor::Weight(weight) = b {
			// A bias per column can be added at once.
			let columns = weight.matrix().map_or(0, PackedMatrix::cols);
			let bias = c.filter(|c| params.alpha == 1. && params.beta == 1. && is_row(&c.shape(), columns));
			c = c.filter(|_| bias.is_none());
			B::onnx_matmul_weight(a, weight, bias.map(BurnTensor::float).transpose()?, &[])?.0
		} else {
			B::float_matmul(a, oriented(b.float()?, params.trans_b))
		};
		let product = scaled(product, params.alpha);
		let Some(c) = c else {
			return Ok(BurnTensor::Float(product));
		};
		let c = scaled(with_rank(c.clone(), 2).float()?, params.beta);
		Ok(BurnTensor::Float(B::float_add(product, c)))
	}

	fn conv(
		&self,
		params: &ConvParams,
		x: &BurnTensor<B>,
		w: &BurnTensor<B>,
		b: Option<&BurnTensor<B>>,
	) -> Result<BurnTensor<B>> {
		self.conv_then(params, x, w, b, &[])
	}

	fn conv_then(
		&self,
		params: &ConvParams,
		x: &BurnTensor<B>,
		w: &BurnTensor<B>,
		b: Option<&BurnTensor<B>>,
		steps: &[Then<BurnTensor<B>>],
	) -> Result<BurnTensor<B>> {
		if is_double(x) {
			let operands: Vec<_> = [x, w].into_iter().chain(b).collect();
			let y = self.on_reference(&operands, |ops, x| ops.conv(params, &x[0], &x[1], x.get(2)))?;
			return one_by_one(self, y, steps);
		}
		let (x, b, floats) = (x.float()?, b.map(BurnTensor::float).transpose()?, floats(steps));
		let (y, done) = match w {
			BurnTensor::Weight(weight) => B::onnx_conv_weight(params, x, weight, b, &floats)?,
			w => B::onnx_conv(params, x, w.float()?, b, &floats)?,
		};
		one_by_one(self, BurnTensor::Float(y), &steps[done..])
	}

	fn matmul_then(
		&self,
		a: &BurnTensor<B>,
		b: &BurnTensor<B>,
		steps: &[Then<BurnTensor<B>>],
	) -> Result<BurnTensor<B>> {
		let BurnTensor::Weight(weight) = b else { return self.then(self.matmul(a, b)?, steps) };
		let (y, done) = B::onnx_matmul_weight(a.float()?, weight, None, &floats(steps))?;
		one_by_one(self, BurnTensor::Float(y), &steps[done..])
	}

	fn then(&self, x: BurnTensor<B>, steps: &[Then<BurnTensor<B>>]) -> Result<BurnTensor<B>> {
		let x = match x {
			BurnTensor::Float(x) if !steps.is_empty() => x,
			x => return one_by_one(self, x, steps),
		};
		let (y, done) = B::onnx_then(x, &floats(steps));
		one_by_one(self, BurnTensor::Float(y), &steps[done..])
	}

	/// Burn pads the ends of an axis equally, so the whole output is computed and then cut.
	fn conv_transpose(
		&self,
		params: &ConvTransposeParams,
		x: &BurnTensor<B>,
		w: &BurnTensor<B>,
		b: Option<&BurnTensor<B>>,
	) -> Result<BurnTensor<B>> {
		fn options<const RANK: usize>(params: &ConvTransposeParams) -> ConvTransposeOptions<RANK> {
			ConvTransposeOptions::new(
				core::array::from_fn(|i| params.conv.strides[i]),
				[0; RANK],
				core::array::from_fn(|i| params.output_padding[i]),
				core::array::from_fn(|i| params.conv.dilations[i]),
				params.conv.group,
			)
		}

		if is_double(x) {
			let operands: Vec<_> = [x, w].into_iter().chain(b).collect();
			return self.on_reference(&operands, |ops, x| ops.conv_transpose(params, &x[0], &x[1], x.get(2)));
		}
		let (x, b) = (x.float()?, b.map(BurnTensor::float).transpose()?);
		if let BurnTensor::Weight(weight) = w {
			return B::onnx_conv_transpose_weight(params, x, weight, b).map(BurnTensor::Float);
		}
		let w = w.float()?;
		let whole = match params.conv.strides.len() {
			1 => B::conv_transpose1d(x, w, b, options(params)),
			2 => B::conv_transpose2d(x, w, b, options(params)),
			3 => B::conv_transpose3d(x, w, b, options(params)),
			rank => return Err(spatial_rank(rank)),
		};
		let pads = params.conv.pads_begin.iter().zip(&params.conv.pads_end);
		if pads.clone().all(|pads| pads == (&0, &0)) {
			return Ok(BurnTensor::Float(whole));
		}
		let shape = whole.shape();
		let cuts = pads.zip(&shape[2..]).map(|((&begin, &end), &length)| Slice::from(begin..length - end));
		let slices: Vec<Slice> = [Slice::full(); 2].into_iter().chain(cuts).collect();
		Ok(BurnTensor::Float(B::float_slice(whole, &slices)))
	}

	fn max_pool(&self, params: &PoolParams, x: &BurnTensor<B>) -> Result<BurnTensor<B>> {
		if is_double(x) {
			return self.on_reference(&[x], |ops, x| ops.max_pool(params, &x[0]));
		}
		Ok(BurnTensor::Float(B::onnx_max_pool(params, x.float()?)))
	}

	fn average_pool(
		&self,
		params: &PoolParams,
		count_include_pad: bool,
		x: &BurnTensor<B>,
	) -> Result<BurnTensor<B>> {
		if is_double(x) {
			return self.on_reference(&[x], |ops, x| ops.average_pool(params, count_include_pad, &x[0]));
		}
		Ok(BurnTensor::Float(B::onnx_average_pool(params, count_include_pad, x.float()?)))
	}

	fn reduce(
		&self,
		op: Reduction,
		x: &BurnTensor<B>,
		axes: &[usize],
		keepdims: bool,
	) -> Result<BurnTensor<B>> {
		if is_double(x) {
			return self.on_reference(&[x], |ops, x| ops.reduce(op, &x[0], axes, keepdims));
		}
		let reduced = match x.clone() {
			BurnTensor::Float(t) => BurnTensor::Float(B::onnx_reduce(op, t, axes)),
			BurnTensor::Int(t) => BurnTensor::Int(integer::reduce::<B>(op, t, axes, x.dtype())?),
			_ => return Err(x.unexpected("numbers")),
		};
		Ok(if keepdims { reduced } else { without_axes(reduced, axes) })
	}

	fn arg_reduce(
		&self,
		op: ArgReduction,
		x: &BurnTensor<B>,
		axis: usize,
		keepdims: bool,
		select_last: bool,
	) -> Result<BurnTensor<B>> {
		if is_double(x) {
			return self.on_reference(&[x], |ops, x| ops.arg_reduce(op, &x[0], axis, keepdims, select_last));
		}
		let shape = x.shape();
		let index = if shape.num_elements() == 0 {
			let mut shape = shape.to_vec();
			shape[axis] = 1;
			empty(DType::I64, &shape, &self.device)
		} else {
			BurnTensor::Int(match x {
				BurnTensor::Float(x) => B::onnx_arg_reduce(op, x.clone(), axis, select_last),
				BurnTensor::Int(x) => integer::arg_reduce::<B>(op, x.clone(), axis, select_last),
				_ => return Err(x.unexpected("numbers")),
			})
		};
		Ok(if keepdims { index } else { without_axes(index, &[axis]) })
	}

	fn softmax(&self, x: &BurnTensor<B>, axis: usize) -> Result<BurnTensor<B>> {
		if is_double(x) {
			return self.on_reference(&[x], |ops, x| ops.softmax(&x[0], axis));
		}
		Ok(BurnTensor::Float(B::softmax(x.float()?, axis)))
	}

	fn log_softmax(&self, x: &BurnTensor<B>, axis: usize) -> Result<BurnTensor<B>> {
		if is_double(x) {
			return self.on_reference(&[x], |ops, x| ops.log_softmax(&x[0], axis));
		}
		Ok(BurnTensor::Float(B::log_softmax(x.float()?, axis)))
	}

	fn batch_norm(
		&self,
		params: &BatchNormParams<BurnTensor<B>>,
		x: &BurnTensor<B>,
	) -> Result<BurnTensor<B>> {
		let BatchNormParams { scale, bias, mean, variance, epsilon } = params;
		if is_double(x) {
			return self.on_reference(&[x, scale, bias, mean, variance], |ops, x| {
				let (scale, bias, mean, variance) = (x[1].clone(), x[2].clone(), x[3].clone(), x[4].clone());
				ops.batch_norm(&BatchNormParams { scale, bias, mean, variance, epsilon: *epsilon }, &x[0])
			});
		}
		let (scale, bias) = (scale.float()?, bias.float()?);
		let (mean, variance) = (mean.float()?, variance.float()?);
		Ok(BurnTensor::Float(B::batch_norm(x.float()?, scale, bias, mean, variance, (*epsilon).into())))
	}

	fn layer_norm(
		&self,
		x: &BurnTensor<B>,
		scale: &BurnTensor<B>,
		bias: Option<&BurnTensor<B>>,
		axis: usize,
		epsilon: f32,
	) -> Result<BurnTensor<B>> {
		if is_double(x) {
			let operands: Vec<_> = [x, scale].into_iter().chain(bias).collect();
			return self
				.on_reference(&operands, |ops, x| ops.layer_norm(&x[0], &x[1], x.get(2), axis, epsilon));
		}
		let shape = x.shape();
		let (outer, inner) = shape.split_at(axis);
		let inner: usize = inner.iter().product();
		let flat = |x: &BurnTensor<B>| reshape(x.clone(), &[inner]).float();
		let rows = reshape(x.clone(), &[outer.iter().product(), inner]).float()?;
		let bias = bias.map(flat).transpose()?;
		let normalised = B::onnx_layer_norm(rows, flat(scale)?, bias, epsilon);
		Ok(reshape(BurnTensor::Float(normalised), &shape))
	}

	fn transpose(&self, x: &BurnTensor<B>, permutation: &[usize]) -> Result<BurnTensor<B>> {
		Ok(movement::permute(x.clone(), permutation))
	}

	fn reshape(&self, x: &BurnTensor<B>, shape: &[usize]) -> Result<BurnTensor<B>> {
		Ok(reshape(x.clone(), shape))
	}

	fn expand(&self, x: &BurnTensor<B>, shape: &[usize]) -> Result<BurnTensor<B>> {
		Ok(expand(x.clone(), shape))
	}

	fn slice(&self, x: &BurnTensor<B>, axes: &[AxisSlice]) -> Result<BurnTensor<B>> {
		Ok(movement::slice(x.clone(), axes, &self.device))
	}

	fn concat(&self, parts: &[&BurnTensor<B>], axis: usize) -> Result<BurnTensor<B>> {
		movement::concat(parts, axis)
	}

	fn gather(&self, x: &BurnTensor<B>, indices: &BurnTensor<B>, axis: usize) -> Result<BurnTensor<B>> {
		movement::gather(x.clone(), indices.clone(), axis, &self.device)
	}

	fn pad(
		&self,
		mode: PadMode,
		x: &BurnTensor<B>,
		pads: &[(usize, usize)],
		value: &BurnTensor<B>,
	) -> Result<BurnTensor<B>> {
		movement::pad(mode, x.clone(), pads, value.clone(), &self.device)
	}
}

/// Steps whose operands are all floats: as many as there are at first.
fn floats<B: Backend>(steps: &[Then<BurnTensor<B>>]) -> Vec<Then<FloatTensor<B>>> {
	let float = |x: &BurnTensor<B>| x.float().ok();
	let floats = |step: &Then<BurnTensor<B>>| {
		Some(match step {
			Then::Unary(op) => Then::Unary(*op),
			Then::Binary { op, other, side } => Then::Binary { op: *op, other: float(other)?, side: *side },
			Then::BatchNorm(params) => Then::BatchNorm(BatchNormParams {
				scale: float(&params.scale)?,
				bias: float(&params.bias)?,
				mean: float(&params.mean)?,
				variance: float(&params.variance)?,
				epsilon: params.epsilon,
			}),
		})
	};
	steps.iter().map_while(floats).collect()
}

fn is_double<B: Backend>(x: &BurnTensor<B>) -> bool {
	x.dtype() == DType::F64
}

/// The shape two tensors broadcast to.
fn common_shape<B: Backend>(a: &BurnTensor<B>, b: &BurnTensor<B>) -> Result<Vec<usize>> {
	broadcast(&a.shape(), &b.shape())
}

fn broadcast(a: &[usize], b: &[usize]) -> Result<Vec<usize>> {
	assay_numerics::broadcast_shape(a, b).map_err(|error| KernelError::Backend(error.to_string()))
}

/// Burn broadcasts between equal ranks, of at least 1.
fn same_rank<B: Backend>(a: &BurnTensor<B>, b: &BurnTensor<B>) -> (BurnTensor<B>, BurnTensor<B>) {
	let rank = a.shape().num_dims().max(b.shape().num_dims()).max(1);
	(with_rank(a.clone(), rank), with_rank(b.clone(), rank))
}

/// Drops axes of length 1.
fn without_axes<B: Backend>(x: BurnTensor<B>, axes: &[usize]) -> BurnTensor<B> {
	let shape: Shape = x.shape();
	let kept = shape.iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
	let kept: Vec<usize> = kept.map(|(_, &length)| length).collect();
	reshape(x, &kept)
}

/// Whether a shape is that of a row of `n` elements.
fn is_row(shape: &[usize], n: usize) -> bool {
	matches!(shape, [len] | [1, len] if *len == n)
}
