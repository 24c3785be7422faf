//! ONNX operators, written once over [`TensorOps`].
//!
//! A *family* is a type that holds the attributes of one operator or of several alike. It is made by a parse function
//! when a model is decoded, so that a model with wrong attributes never becomes a [`Model`](crate::Model). At run time its
//! [`Family::plan`] looks at the inputs' types and shapes (and the values of a few small ones), and answers with
//! output shapes, cost and checked kernel arguments; only after the meter has agreed does [`Family::run`] compute.
//! [`registry`] says which operators there are, in which operator sets, with how many inputs.

mod addresses;
mod attention;
pub(crate) mod attributes;
mod batch_norm;
mod bit_cast;
mod bitwise;
mod cast;
mod causal_conv;
pub(crate) mod chain;
mod classify;
mod clip;
mod combine;
mod compare;
mod compose;
mod conv;
mod conv_integer;
mod create;
mod dropout;
mod dynamic_quantize;
mod einsum;
mod elementwise;
mod features;
pub(crate) mod flex_attention;
mod fourier;
mod gather;
mod gather_elements;
mod group_norm;
mod host;
mod integer;
mod integer_power;
mod integer_product;
mod join;
mod linear_attention;
mod loss;
mod lp_pool;
mod lrn;
mod matmul;
mod matmul_integer;
mod matrix;
mod normalise;
mod one_hot;
mod order;
mod pad;
pub(crate) mod plan;
mod pool;
mod quantize;
mod random;
mod rearrange;
mod reduce;
mod registry;
mod resize;
mod rms_norm;
mod rnn;
mod roi;
mod rotary;
mod sample;
mod scan;
mod scatter;
mod select;
mod shape;
mod slice;
mod spatial;
mod spectrum;
mod suppress;
mod tf_idf;
mod tree_ensemble;
mod unpool;
mod variadic;

use alloc::{format, vec::Vec};

use assay_numerics::random::Stream;

use attributes::Attributes;
use chain::Followers;
use plan::{Inputs, Operand, Plan, Reason, Tensors};
pub use registry::supported;
pub(crate) use registry::{Identity, domain, parse};

use crate::{
	dtype::DType,
	error::AttributeError,
	limits::{MAX_DIM, MAX_RANK},
	metering::{self, Charge, Exceeded, MOVE, Meter},
	ops::{KernelError, TensorOps, Then, WeightRole},
	tensor::{HostTensor, TensorError, TensorSpec},
};

/// Most elements of an input that an operator reads before it runs: such inputs are shapes, axes and the like.
const MAX_HOST_ELEMENTS: u64 = 1024;

/// One or several operators alike, with their attributes.
pub(crate) trait Family {
	/// What [`plan`](Self::plan) works out for [`run`](Self::run).
	type Call;

	/// Inputs whose elements [`plan`](Self::plan) needs.
	const HOST_INPUTS: &'static [usize] = &[];

	/// Most elements that such an input may have.
	const MAX_HOST_ELEMENTS: u64 = MAX_HOST_ELEMENTS;

	/// Whether the shapes of the outputs depend on the data. Then the planned ones are upper bounds of every dimension, and
	/// what they exceed the real ones by is given back to the memory budget after the node has run.
	const DATA_DEPENDENT: bool = false;

	/// Whether the operator computes with floats. Then 16-bit floats are widened before [`plan`](Self::plan) sees them,
	/// and `float32` outputs are rounded to the type of the input that [`stored_like`](Self::stored_like) names.
	const WIDENS: bool = true;

	/// Whether the operator draws random numbers.
	const RANDOM: bool = false;

	/// Whether other nodes can continue a chain after it, see [`chain`]: its kernel never fails.
	const STARTS: bool = false;

	/// Whether it can continue a chain, see [`follow`](Self::follow).
	const FOLLOWS: bool = false;

	/// What a constant is to the operator that it gets as input `index`, if a backend may store it in another order for that.
	fn weight_role(&self, index: usize) -> Option<WeightRole> {
		let _ = index;
		None
	}

	/// The input in whose type a `float32` output is stored if the inputs were widened, the first if that one is left out;
	/// `None`: it stays `float32`.
	fn stored_like(&self, output: usize) -> Option<usize> {
		let _ = output;
		Some(0)
	}

	/// Checks types and shapes, and decides what to do.
	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason>;

	/// Computes what was planned. The outputs must have exactly the planned types.
	fn run<T: TensorOps>(
		&self,
		call: Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError>;

	/// As [`run`](Self::run), and then does `steps` to the elements of the first output.
	fn run_then<T: TensorOps>(
		&self,
		call: Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
		steps: &[Then<T::Tensor>],
	) -> Result<Vec<T::Tensor>, KernelError> {
		chain::then(self.run(call, ops, inputs)?, ops, steps)
	}

	/// What it does to each element of its input `index`, if that is all that it does. `inputs` has the others.
	fn follow<T: TensorOps>(
		&self,
		call: Self::Call,
		index: usize,
		inputs: &[Option<&T::Tensor>],
	) -> Option<Then<T::Tensor>> {
		let _ = (call, index, inputs);
		None
	}
}

/// What a parse function sees of a node. The number of inputs and outputs has been checked.
pub(crate) struct NodeContext<'a> {
	pub op_type: &'a str,
	pub opset: i64,
	/// Number of outputs wanted.
	pub outputs: usize,
	pub attributes: Attributes,
}

impl NodeContext<'_> {
	/// An error about the value of an attribute.
	pub(crate) fn bad(name: &str, reason: &str) -> AttributeError {
		AttributeError::Value { name: name.into(), reason: reason.into() }
	}
}

/// What becomes of a node.
pub(crate) enum Parsed {
	/// Something to execute.
	Operator(Operator),
	/// A `Constant`: known at once.
	Constant(HostTensor),
}

/// Why a node gave no outputs.
pub(crate) enum StepError {
	/// The operator cannot run on these inputs.
	Reason(Reason),
	/// A budget is used up.
	Exceeded(Exceeded),
	/// The kernel failed.
	Kernel(KernelError),
}

impl From<Reason> for StepError {
	fn from(reason: Reason) -> Self {
		Self::Reason(reason)
	}
}

impl From<Exceeded> for StepError {
	fn from(exceeded: Exceeded) -> Self {
		Self::Exceeded(exceeded)
	}
}

impl From<KernelError> for StepError {
	fn from(error: KernelError) -> Self {
		match error {
			KernelError::IndexOutOfRange { .. } | KernelError::DivisionByZero => {
				Self::Reason(Reason(format!("{error}")))
			}
			KernelError::Backend(_) => Self::Kernel(error),
		}
	}
}

impl From<TensorError> for StepError {
	fn from(error: TensorError) -> Self {
		Self::Kernel(KernelError::Backend(format!("{error}")))
	}
}

macro_rules! families {
	($($name:ident($family:ty)),+ $(,)?) => {
		/// A node's operator.
		#[derive(Clone, Debug)]
		pub(crate) enum Operator {
			$($name($family),)+
		}

		$(impl From<$family> for Operator {
			fn from(family: $family) -> Self {
				Self::$name(family)
			}
		})+

		impl Operator {
			/// See [`Family::weight_role`].
			pub(crate) fn weight_role(&self, index: usize) -> Option<WeightRole> {
				match self {
					$(Self::$name(family) => family.weight_role(index),)+
				}
			}

			/// Plans, charges and runs.
			pub(crate) fn execute<T: TensorOps>(
				&self,
				ops: &T,
				inputs: &[Option<T::Tensor>],
				meter: &mut Meter,
				stream: Stream,
				followers: &mut Followers<'_, '_, T>,
			) -> Result<Vec<T::Tensor>, StepError> {
				match self {
					$(Self::$name(family) => step(family, ops, inputs, meter, stream, followers),)+
				}
			}

			/// See [`Family::STARTS`].
			pub(crate) fn starts(&self) -> bool {
				match self {
					$(Self::$name(_) => <$family as Family>::STARTS,)+
				}
			}

			/// See [`Family::FOLLOWS`].
			pub(crate) fn follows(&self) -> bool {
				match self {
					$(Self::$name(_) => <$family as Family>::FOLLOWS,)+
				}
			}

			/// What it costs, and what it does to each element of its input `index`, which is of the given type and not there
			/// yet, if it gives a tensor of the same type and that is all that it does.
			pub(crate) fn follow<T: TensorOps>(
				&self,
				ops: &T,
				inputs: &[Option<&T::Tensor>],
				index: usize,
				result: &TensorSpec,
			) -> Option<(Charge, Then<T::Tensor>)> {
				match self {
					$(Self::$name(family) if <$family as Family>::FOLLOWS => {
						chain::follow(family, ops, inputs, index, result)
					})+
					_ => None,
				}
			}

			/// Whether it draws random numbers.
			pub(crate) fn is_random(&self) -> bool {
				match self {
					$(Self::$name(_) => <$family as Family>::RANDOM,)+
				}
			}
		}
	};
}

families! {
	AffineGrid(sample::AffineGrid),
	ArgReduce(reduce::ArgReduce),
	Arithmetic(elementwise::Arithmetic),
	Attention(attention::Attention),
	AveragePool(pool::AveragePool),
	BatchNorm(batch_norm::BatchNorm),
	Bernoulli(random::Bernoulli),
	Binarizer(features::Binarizer),
	BitCast(bit_cast::BitCast),
	Bitwise(bitwise::Bitwise),
	BitwiseNot(bitwise::BitwiseNot),
	Blocks(rearrange::Blocks),
	Cast(cast::Cast),
	CausalConv(causal_conv::CausalConv),
	CenterCropPad(rearrange::CenterCropPad),
	Classify(classify::Classify),
	Clip(clip::Clip),
	Col2Im(unpool::Col2Im),
	Compare(compare::Compare),
	Compress(select::Compress),
	Concat(join::Concat),
	ConstantOfShape(create::ConstantOfShape),
	Conv(conv::Conv),
	ConvInteger(conv_integer::ConvInteger),
	ConvTranspose(conv::ConvTranspose),
	CosineWindow(spectrum::CosineWindow),
	Cumulative(scan::Cumulative),
	DeformConv(sample::DeformConv),
	Dequantize(quantize::Dequantize),
	Det(matrix::Det),
	Dft(fourier::Dft),
	Dropout(dropout::Dropout),
	DynamicQuantize(dynamic_quantize::DynamicQuantize),
	Einsum(einsum::Einsum),
	Elementwise(elementwise::Elementwise),
	Expand(shape::Expand),
	Extractor(features::Extractor),
	EyeLike(matrix::EyeLike),
	FlexOutput(flex_attention::FlexOutput),
	FlexScores(flex_attention::FlexScores),
	Gather(gather::Gather),
	GatherElements(gather_elements::GatherElements),
	GatherNd(gather_elements::GatherNd),
	Gemm(matmul::Gemm),
	GlobalLpPool(lp_pool::GlobalLpPool),
	GlobalPool(pool::GlobalPool),
	GridSample(sample::GridSample),
	GroupNorm(group_norm::GroupNorm),
	Hardmax(one_hot::Hardmax),
	Identity(shape::Identity),
	LayerNorm(normalise::LayerNorm),
	Like(random::Like),
	LinearAttention(linear_attention::LinearAttention),
	Logic(compare::Logic),
	Loss(loss::Loss),
	LpNorm(rms_norm::LpNorm),
	LpPool(lp_pool::LpPool),
	Lrn(lrn::Lrn),
	MatMul(matmul::MatMul),
	MatMulInteger(matmul_integer::MatMulInteger),
	MaxPool(pool::MaxPool),
	MaxRoiPool(roi::MaxRoiPool),
	MaxUnpool(unpool::MaxUnpool),
	MeanVarianceNorm(rms_norm::MeanVarianceNorm),
	MelWeightMatrix(spectrum::MelWeightMatrix),
	Multinomial(random::Multinomial),
	NonMaxSuppression(suppress::NonMaxSuppression),
	NonZero(select::NonZero),
	Not(compare::Not),
	OneHot(one_hot::OneHot),
	Pad(pad::Pad),
	QLinearConv(conv_integer::QLinearConv),
	QLinearMatMul(matmul_integer::QLinearMatMul),
	Quantize(quantize::Quantize),
	RandomTensor(random::RandomTensor),
	Range(create::Range),
	Recurrent(rnn::Recurrent),
	Reduce(reduce::Reduce),
	Reshape(shape::Reshape),
	Resize(resize::Resize),
	ReverseSequence(rearrange::ReverseSequence),
	RmsNorm(rms_norm::RmsNorm),
	RoiAlign(roi::RoiAlign),
	RotaryEmbedding(rotary::RotaryEmbedding),
	ScatterElements(scatter::ScatterElements),
	ScatterNd(scatter::ScatterNd),
	ShapeOf(create::ShapeOf),
	Slice(slice::Slice),
	Softmax(normalise::Softmax),
	Split(slice::Split),
	Stft(fourier::Stft),
	TensorScatter(scatter::TensorScatter),
	TfIdf(tf_idf::TfIdf),
	Tile(join::Tile),
	TopK(order::TopK),
	Transpose(shape::Transpose),
	TreeEnsemble(tree_ensemble::TreeEnsemble),
	Trilu(matrix::Trilu),
	Unique(order::Unique),
	Variadic(variadic::Variadic),
	Where(compare::Where),
}

/// What a node is about to do.
pub(crate) struct Prepared<Call> {
	/// Types of its outputs.
	outputs: Vec<TensorSpec>,
	/// Arguments for its kernel.
	call: Call,
	/// Whether some inputs are 16-bit floats, to be widened first.
	widens: bool,
	charge: Charge,
}

/// Plans a node of one family. `value` gives the elements of one of its inputs.
fn prepare<F: Family>(
	family: &F,
	specs: &[Option<TensorSpec>],
	value: impl Fn(usize) -> Result<HostTensor, KernelError>,
) -> Result<Prepared<F::Call>, StepError> {
	let stored = |input: usize| specs.get(input).and_then(Option::as_ref).map(|spec| spec.dtype);
	// Bytes of the copies; `None` if nothing is widened. A tensor without elements is widened too.
	let mut widening: Option<u64> = None;
	let mut operands = Vec::with_capacity(specs.len());
	for (index, spec) in specs.iter().enumerate() {
		let Some(mut spec) = spec.clone() else {
			operands.push(None);
			continue;
		};
		let value = if F::HOST_INPUTS.contains(&index) {
			if metering::elements(&spec.shape) > F::MAX_HOST_ELEMENTS {
				return Err(Reason(format!(
					"input {index} has shape {:?}: at most {} elements make sense there",
					spec.shape,
					F::MAX_HOST_ELEMENTS
				))
				.into());
			}
			Some(value(index)?)
		} else {
			None
		};
		if F::WIDENS && spec.dtype.is_half() {
			spec.dtype = DType::F32;
			widening = Some(widening.unwrap_or_default().saturating_add(metering::bytes(&spec)));
		}
		operands.push(Some(Operand { spec, value }));
	}

	let plan = family.plan(Inputs(&operands))?;
	let mut outputs = plan.outputs;
	let mut work = plan.work;
	let widened_bytes = widening.unwrap_or_default();
	let mut scratch = plan.scratch.saturating_add(widened_bytes);
	for (index, output) in outputs.iter_mut().enumerate() {
		if output.shape.len() > MAX_RANK || output.shape.iter().any(|&dim| dim > MAX_DIM) {
			return Err(Reason(format!(
				"its output would have shape {:?}: at most {MAX_RANK} dimensions of at most {MAX_DIM} are supported",
				output.shape
			))
			.into());
		}
		let half = family.stored_like(index).and_then(|input| stored(input).or_else(|| stored(0)));
		if let Some(half) = half.filter(|dtype| F::WIDENS && dtype.is_half())
			&& output.dtype == DType::F32
		{
			scratch = scratch.saturating_add(metering::bytes(output));
			work = work.saturating_add(metering::elements(&output.shape).saturating_mul(MOVE));
			output.dtype = half;
		}
	}
	work = work.saturating_add((widened_bytes / 4).saturating_mul(MOVE));
	let tensors = specs.len().saturating_add(outputs.len()) as u64;
	let bytes = outputs.iter().map(metering::bytes).fold(0, u64::saturating_add);
	let charge = Charge { tensors, work, bytes, scratch };
	Ok(Prepared { outputs, call: plan.call, widens: widening.is_some(), charge })
}

/// Executes a node of one family, and those that continue its chain.
fn step<F: Family, T: TensorOps>(
	family: &F,
	ops: &T,
	inputs: &[Option<T::Tensor>],
	meter: &mut Meter,
	stream: Stream,
	followers: &mut Followers<'_, '_, T>,
) -> Result<Vec<T::Tensor>, StepError> {
	let specs: Vec<Option<TensorSpec>> =
		inputs.iter().map(|input| input.as_ref().map(|tensor| ops.spec(tensor))).collect();
	let given = Tensors::<T> { values: inputs, stream };
	let Prepared { outputs, call, widens, charge } =
		prepare(family, &specs, |index| ops.to_host(given.get(index)?.clone()))?;
	meter.charge(&charge)?;

	// Nothing to compute, and kernels need not care that the other dimensions may be anything.
	if !F::DATA_DEPENDENT && outputs.iter().all(|output| output.shape.contains(&0)) {
		return outputs.into_iter().map(|output| Ok(ops.from_host(HostTensor::empty(output)?)?)).collect();
	}
	let widened;
	let tensors = if widens {
		widened = inputs
			.iter()
			.map(|input| match input {
				Some(tensor) if ops.spec(tensor).dtype.is_half() => ops.cast(tensor, DType::F32).map(Some),
				other => Ok(other.clone()),
			})
			.collect::<Result<Vec<_>, _>>()?;
		&widened
	} else {
		inputs
	};
	if let (true, [output]) = (F::STARTS, outputs.as_slice()) {
		followers.join(ops, output, meter, stream)?;
	}
	let results = family.run_then(call, ops, Tensors { values: tensors, stream }, followers.steps())?;
	let results = finish(ops, results, &outputs, F::DATA_DEPENDENT)?;
	for (result, planned) in results.iter().zip(&outputs) {
		meter.free(metering::bytes(planned).saturating_sub(metering::bytes(&ops.spec(result))));
	}
	Ok(results)
}

/// Rounds results to 16-bit floats where planned, and checks that the kernel kept to the plan.
fn finish<T: TensorOps>(
	ops: &T,
	results: Vec<T::Tensor>,
	planned: &[TensorSpec],
	bounds: bool,
) -> Result<Vec<T::Tensor>, StepError> {
	if results.len() != planned.len() {
		let reason = format!("{} outputs planned, {} computed", planned.len(), results.len());
		return Err(KernelError::Backend(reason).into());
	}
	results
		.into_iter()
		.zip(planned)
		.map(|(mut result, planned)| {
			if planned.dtype.is_half() && ops.spec(&result).dtype == DType::F32 {
				result = ops.cast(&result, planned.dtype)?;
			}
			let found = ops.spec(&result);
			if found == *planned || bounds && is_within(&found, planned) {
				Ok(result)
			} else {
				Err(KernelError::Backend(format!("output {planned} planned, {found} computed")).into())
			}
		})
		.collect()
}

/// Whether a result keeps to planned bounds.
fn is_within(found: &TensorSpec, planned: &TensorSpec) -> bool {
	found.dtype == planned.dtype
		&& found.shape.len() == planned.shape.len()
		&& found.shape.iter().zip(&planned.shape).all(|(found, planned)| found <= planned)
}
