//! Random numbers: the profile's, drawn from the stream of the node.
//!
//! A `seed` attribute takes the place of the request's seed: its bits are the key.

use alloc::{format, vec, vec::Vec};

use assay_numerics::random::Stream;

use super::{
	Family, NodeContext, Operator,
	attributes::Attributes,
	plan::{self, Inputs, Plan, Reason, Tensors},
	quantize::element_type,
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	limits::MAX_RANK,
	metering::{self, ARITHMETIC, MOVE, TRANSCENDENTAL},
	ops::{Comparison, KernelError, TensorOps},
	tensor::{HostTensor, TensorError, TensorSpec},
};

/// The key an operator has of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seed(Option<u64>);

impl Seed {
	fn parse(attributes: &mut Attributes) -> Result<Self, AttributeError> {
		Ok(Self(attributes.float("seed")?.map(|seed| seed.to_bits().into())))
	}

	/// Of an operator whose attribute is an integer.
	pub(super) fn parse_int(attributes: &mut Attributes) -> Result<Self, AttributeError> {
		Ok(Self(attributes.int("seed")?.map(i64::cast_unsigned)))
	}

	fn key(self, stream: Stream) -> Stream {
		Stream { seed: self.0.unwrap_or(stream.seed), ..stream }
	}

	/// Where the uniform samples on [0, 1) of a stream are at least `bound`.
	pub(super) fn at_least(
		self,
		bound: f64,
		stream: Stream,
		shape: &[usize],
	) -> Result<HostTensor, KernelError> {
		let mut samples = buffer(&TensorSpec::new(DType::F32, shape))?;
		self.key(stream).uniform(0.0, 1.0, &mut samples);
		let hits = samples.into_iter().map(|sample| f64::from(sample) >= bound).collect::<Vec<_>>();
		HostTensor::from_vec(shape, hits).map_err(defect)
	}
}

/// What samples are like.
#[derive(Clone, Copy, Debug)]
enum Distribution {
	Uniform { low: f32, high: f32 },
	Normal { mean: f32, scale: f32 },
}

impl Distribution {
	fn parse(op_type: &str, attributes: &mut Attributes) -> Result<Self, AttributeError> {
		let mut float = |name, default| attributes.float(name).map(|value| value.unwrap_or(default));
		Ok(if op_type.starts_with("RandomNormal") {
			Self::Normal { mean: float("mean", 0.0)?, scale: float("scale", 1.0)? }
		} else {
			Self::Uniform { low: float("low", 0.0)?, high: float("high", 1.0)? }
		})
	}

	/// Samples, drawn as `float32` and converted.
	fn sample<T: TensorOps>(
		self,
		stream: Stream,
		spec: &TensorSpec,
		ops: &T,
	) -> Result<T::Tensor, KernelError> {
		let mut samples = buffer(spec)?;
		match self {
			Self::Uniform { low, high } => stream.uniform(low, high, &mut samples),
			Self::Normal { mean, scale } => stream.normal(mean, scale, &mut samples),
		}
		let samples = HostTensor::from_vec(spec.shape.as_slice(), samples).map_err(defect)?;
		let samples = ops.from_host(samples)?;
		if spec.dtype == DType::F32 { Ok(samples) } else { ops.cast(&samples, spec.dtype) }
	}

	/// A plan for one tensor of samples.
	fn plan<Call>(self, output: TensorSpec, call: Call) -> Plan<Call> {
		let weight = match self {
			Self::Uniform { .. } => 2 * ARITHMETIC,
			Self::Normal { .. } => 2 * TRANSCENDENTAL,
		};
		let scratch = metering::bytes(&TensorSpec::new(DType::F32, output.shape.as_slice()));
		Plan { scratch, ..Plan::per_element(output, weight + MOVE, call) }
	}
}

/// Room for the samples of a tensor.
fn buffer(spec: &TensorSpec) -> Result<Vec<f32>, KernelError> {
	let too_large = || KernelError::Backend(format!("{spec} is too large for memory"));
	Ok(vec![0.0; spec.elements().ok_or_else(too_large)?])
}

/// Samples that do not make the tensor that was planned.
fn defect(error: TensorError) -> KernelError {
	KernelError::Backend(format!("{error}"))
}

/// The attribute `dtype`, a type of floats.
fn float_type(node: &mut NodeContext<'_>) -> Result<Option<DType>, AttributeError> {
	match element_type(node, "dtype", 1)? {
		Some(dtype) if !dtype.is_float() => Err(NodeContext::bad("dtype", "must be a floating-point type")),
		dtype => Ok(dtype),
	}
}

/// `RandomNormal` and `RandomUniform`.
#[derive(Clone, Debug)]
pub(crate) struct RandomTensor {
	distribution: Distribution,
	seed: Seed,
	output: TensorSpec,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let dtype = float_type(node)?.unwrap_or(DType::F32);
	let attributes = &mut node.attributes;
	let shape = attributes.ints("shape")?.ok_or(AttributeError::Missing("shape"))?;
	let shape = shape.into_iter().map(plan::dim).collect::<Result<Vec<_>, _>>();
	let shape = shape.map_err(|Reason(reason)| NodeContext::bad("shape", &reason))?;
	if shape.len() > MAX_RANK {
		return Err(NodeContext::bad("shape", &format!("at most {MAX_RANK} dimensions are supported")));
	}
	let distribution = Distribution::parse(node.op_type, attributes)?;
	let output = TensorSpec::new(dtype, shape);
	Ok(RandomTensor { distribution, seed: Seed::parse(attributes)?, output }.into())
}

impl Family for RandomTensor {
	type Call = ();

	const RANDOM: bool = true;

	fn plan(&self, _: Inputs<'_>) -> Result<Plan<()>, Reason> {
		Ok(self.distribution.plan(self.output.clone(), ()))
	}

	fn run<T: TensorOps>(
		&self,
		_: (),
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![self.distribution.sample(self.seed.key(inputs.stream), &self.output, ops)?])
	}
}

/// `RandomNormalLike` and `RandomUniformLike`: samples in the shape of the input.
#[derive(Clone, Debug)]
pub(crate) struct Like {
	distribution: Distribution,
	seed: Seed,
	/// That of the input if it is not given.
	dtype: Option<DType>,
}

pub(crate) fn parse_like(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let dtype = float_type(node)?;
	let attributes = &mut node.attributes;
	let distribution = Distribution::parse(node.op_type, attributes)?;
	Ok(Like { distribution, seed: Seed::parse(attributes)?, dtype }.into())
}

impl Family for Like {
	/// The output.
	type Call = TensorSpec;

	const RANDOM: bool = true;
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<TensorSpec>, Reason> {
		let like = inputs.spec(0)?;
		let dtype = self.dtype.unwrap_or(like.dtype);
		if !dtype.is_float() {
			return Err(Reason(format!(
				"random numbers cannot be {dtype}: set the attribute dtype to a floating-point type"
			)));
		}
		let output = TensorSpec::new(dtype, like.shape.as_slice());
		Ok(self.distribution.plan(output.clone(), output))
	}

	fn run<T: TensorOps>(
		&self,
		output: TensorSpec,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		Ok(vec![self.distribution.sample(self.seed.key(inputs.stream), &output, ops)?])
	}
}

/// `Bernoulli`: 1 where a uniform sample on [0, 1) is below the input, a probability; else 0.
#[derive(Clone, Debug)]
pub(crate) struct Bernoulli {
	seed: Seed,
	/// That of the input if it is not given.
	dtype: Option<DType>,
}

pub(crate) fn parse_bernoulli(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let dtype = element_type(node, "dtype", 1)?;
	if dtype.is_some_and(DType::is_storage) {
		return Err(NodeContext::bad("dtype", "must be a number of at least 8 bits, or bool"));
	}
	Ok(Bernoulli { seed: Seed::parse(&mut node.attributes)?, dtype }.into())
}

impl Family for Bernoulli {
	/// The type of the output, and the samples.
	type Call = (DType, TensorSpec);

	const RANDOM: bool = true;
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let x = inputs.spec(0)?;
		if !x.dtype.is_float() {
			return Err(Reason(wrong_dtype("the input", x.dtype, "a floating-point number")));
		}
		let compared = if x.dtype == DType::F64 { DType::F64 } else { DType::F32 };
		let samples = TensorSpec::new(compared, x.shape.as_slice());
		let dtype = self.dtype.unwrap_or(x.dtype);
		let scratch = metering::bytes(&samples).saturating_mul(3);
		let output = TensorSpec::new(dtype, x.shape.as_slice());
		Ok(Plan { scratch, ..Plan::per_element(output, 2 * ARITHMETIC + 3 * MOVE, (dtype, samples)) })
	}

	fn run<T: TensorOps>(
		&self,
		(dtype, spec): Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let unit = Distribution::Uniform { low: 0.0, high: 1.0 };
		let samples = unit.sample(self.seed.key(inputs.stream), &spec, ops)?;
		let probabilities = ops.cast(inputs.get(0)?, spec.dtype)?;
		let hits = ops.compare(Comparison::Less, &samples, &probabilities)?;
		Ok(vec![ops.cast(&hits, dtype)?])
	}
}

/// `Multinomial`: classes drawn by the logarithms of their weights.
#[derive(Clone, Debug)]
pub(crate) struct Multinomial {
	seed: Seed,
	samples: usize,
	dtype: DType,
}

pub(crate) fn parse_multinomial(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let dtype = element_type(node, "dtype", 1)?.unwrap_or(DType::I32);
	if !matches!(dtype, DType::I32 | DType::I64) {
		return Err(NodeContext::bad("dtype", "must be int32 or int64"));
	}
	let attributes = &mut node.attributes;
	let samples = plan::dim(attributes.int("sample_size")?.unwrap_or(1));
	let samples = samples.map_err(|Reason(reason)| NodeContext::bad("sample_size", &reason))?;
	Ok(Multinomial { seed: Seed::parse(attributes)?, samples, dtype }.into())
}

impl Family for Multinomial {
	/// Number of rows and of classes.
	type Call = [usize; 2];

	const RANDOM: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<[usize; 2]>, Reason> {
		let x = inputs.spec(0)?;
		if x.dtype != DType::F32 {
			return Err(Reason(wrong_dtype("the input", x.dtype, "float32, float16 or bfloat16")));
		}
		let &[rows, classes] = x.shape.as_slice() else {
			return Err(Reason(format!("the input must have shape [batch, classes], found {:?}", x.shape)));
		};
		if classes == 0 {
			return Err("there are no classes to draw".into());
		}
		let output = TensorSpec::new(self.dtype, [rows, self.samples]);
		let draws = metering::elements(&output.shape).saturating_mul((classes as u64).saturating_add(MOVE));
		let work = metering::elements(&x.shape).saturating_mul(TRANSCENDENTAL).saturating_add(draws);
		let scratch = metering::bytes(x).saturating_add(metering::bytes(&output).saturating_mul(2));
		Ok(Plan { scratch, ..Plan::new(output, work, [rows, classes]) })
	}

	fn run<T: TensorOps>(
		&self,
		[rows, classes]: [usize; 2],
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = ops.to_host(inputs.get(0)?.clone())?;
		let logits = x.as_slice::<f32>().unwrap_or_default();
		let mut drawn = vec![0i64; rows.saturating_mul(self.samples)];
		self.seed.key(inputs.stream).multinomial(classes, self.samples, logits, &mut drawn)?;
		let drawn = HostTensor::from_vec([rows, self.samples], drawn).map_err(defect)?;
		Ok(vec![ops.from_host(drawn.cast(self.dtype))?])
	}
}
