//! Which operators there are, in which operator sets, and with how many inputs and outputs.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::{
	NodeContext, Operator, Parsed, attention, attributes::Attributes, batch_norm, bit_cast, bitwise, cast,
	causal_conv, classify, clip, compare, conv, conv_integer, create, dropout, dynamic_quantize, einsum,
	elementwise, features, fourier, gather, gather_elements, group_norm, join, linear_attention, loss,
	lp_pool, lrn, matmul, matmul_integer, matrix, normalise, one_hot, order, pad, pool, quantize, random,
	rearrange, reduce, resize, rms_norm, rnn, roi, rotary, sample, scan, scatter, select, shape, slice,
	spectrum, suppress, tf_idf, tree_ensemble, unpool, variadic,
};
use crate::{
	control::Construct,
	error::{AttributeError, NodeProblem},
	limits::{MAX_OPSET, MIN_OPSET},
	onnx::AttributeProto,
};

type Parse = fn(&mut NodeContext<'_>) -> Result<Operator, AttributeError>;

/// A form of an operator.
struct Entry {
	domain: &'static str,
	op_type: &'static str,
	/// Operator sets of the model in which it has this form.
	opsets: RangeInclusive<i64>,
	/// Numbers of inputs. Those up to the smallest number cannot be left out.
	inputs: RangeInclusive<usize>,
	/// Most outputs that can be computed.
	outputs: usize,
	parse: Parse,
}

const fn entry(
	op_type: &'static str,
	opsets: RangeInclusive<i64>,
	inputs: RangeInclusive<usize>,
	parse: Parse,
) -> Entry {
	Entry { domain: STANDARD, op_type, opsets, inputs, outputs: 1, parse }
}

/// The domain of the standard operators.
const STANDARD: &str = "";

/// The domains there are operators of, besides the standard one.
const OTHER_DOMAINS: [&str; 2] = ["ai.onnx.preview", LEARNING];

/// The domain of classical machine learning.
const LEARNING: &str = "ai.onnx.ml";

impl Entry {
	/// The same operator, with as many outputs as this at most.
	const fn outputs(mut self, outputs: usize) -> Self {
		self.outputs = outputs;
		self
	}
}

/// From the first to the newest operator set. What has changed since 7 has a form of its own, or is refused as an unknown
/// attribute.
const ALL: RangeInclusive<i64> = MIN_OPSET..=MAX_OPSET;

const fn since(first: i64) -> RangeInclusive<i64> {
	first..=MAX_OPSET
}

const fn before(first: i64) -> RangeInclusive<i64> {
	MIN_OPSET..=first - 1
}

/// At least one.
const ANY: RangeInclusive<usize> = 1..=usize::MAX;

static ENTRIES: &[Entry] = &[
	// Functions of one element
	entry("Abs", ALL, 1..=1, elementwise::parse_unary),
	entry("Acos", ALL, 1..=1, elementwise::parse_unary),
	entry("Acosh", since(9), 1..=1, elementwise::parse_unary),
	entry("Asin", ALL, 1..=1, elementwise::parse_unary),
	entry("Asinh", since(9), 1..=1, elementwise::parse_unary),
	entry("Atan", ALL, 1..=1, elementwise::parse_unary),
	entry("Atanh", since(9), 1..=1, elementwise::parse_unary),
	entry("Ceil", ALL, 1..=1, elementwise::parse_unary),
	entry("Celu", since(12), 1..=1, elementwise::parse_unary),
	entry("Cos", ALL, 1..=1, elementwise::parse_unary),
	entry("Cosh", since(9), 1..=1, elementwise::parse_unary),
	entry("Elu", ALL, 1..=1, elementwise::parse_unary),
	entry("Erf", since(9), 1..=1, elementwise::parse_unary),
	entry("Exp", ALL, 1..=1, elementwise::parse_unary),
	entry("Floor", ALL, 1..=1, elementwise::parse_unary),
	entry("Gelu", since(20), 1..=1, elementwise::parse_unary),
	entry("HardSigmoid", ALL, 1..=1, elementwise::parse_unary),
	entry("HardSwish", since(14), 1..=1, elementwise::parse_unary),
	entry("LeakyRelu", ALL, 1..=1, elementwise::parse_unary),
	entry("Log", ALL, 1..=1, elementwise::parse_unary),
	entry("Mish", since(18), 1..=1, elementwise::parse_unary),
	entry("Neg", ALL, 1..=1, elementwise::parse_unary),
	entry("Reciprocal", ALL, 1..=1, elementwise::parse_unary),
	entry("Relu", ALL, 1..=1, elementwise::parse_unary),
	entry("Round", since(11), 1..=1, elementwise::parse_unary),
	entry("Selu", since(6), 1..=1, elementwise::parse_unary),
	entry("Shrink", since(9), 1..=1, elementwise::parse_unary),
	entry("Sigmoid", ALL, 1..=1, elementwise::parse_unary),
	entry("Sign", since(9), 1..=1, elementwise::parse_unary),
	entry("Sin", ALL, 1..=1, elementwise::parse_unary),
	entry("Sinh", since(9), 1..=1, elementwise::parse_unary),
	entry("Softplus", ALL, 1..=1, elementwise::parse_unary),
	entry("Softsign", ALL, 1..=1, elementwise::parse_unary),
	entry("Sqrt", ALL, 1..=1, elementwise::parse_unary),
	entry("Swish", since(24), 1..=1, elementwise::parse_unary),
	entry("Tan", ALL, 1..=1, elementwise::parse_unary),
	entry("Tanh", ALL, 1..=1, elementwise::parse_unary),
	entry("ThresholdedRelu", since(10), 1..=1, elementwise::parse_unary),
	entry("Clip", before(11), 1..=1, clip::parse),
	entry("Clip", since(11), 1..=3, clip::parse),
	// Arithmetic, comparison, logic
	entry("Add", ALL, 2..=2, elementwise::parse_binary),
	entry("Div", ALL, 2..=2, elementwise::parse_binary),
	entry("Mod", since(10), 2..=2, elementwise::parse_binary),
	entry("Mul", ALL, 2..=2, elementwise::parse_binary),
	entry("Pow", ALL, 2..=2, elementwise::parse_binary),
	entry("PRelu", ALL, 2..=2, elementwise::parse_binary),
	entry("Sub", ALL, 2..=2, elementwise::parse_binary),
	entry("Max", ALL, ANY, variadic::parse),
	entry("Mean", ALL, ANY, variadic::parse),
	entry("Min", ALL, ANY, variadic::parse),
	entry("Sum", ALL, ANY, variadic::parse),
	entry("Equal", ALL, 2..=2, compare::parse_compare),
	entry("Greater", ALL, 2..=2, compare::parse_compare),
	entry("GreaterOrEqual", since(12), 2..=2, compare::parse_compare),
	entry("Less", ALL, 2..=2, compare::parse_compare),
	entry("LessOrEqual", since(12), 2..=2, compare::parse_compare),
	entry("And", ALL, 2..=2, compare::parse_logic),
	entry("Or", ALL, 2..=2, compare::parse_logic),
	entry("Xor", ALL, 2..=2, compare::parse_logic),
	entry("Not", ALL, 1..=1, compare::parse_not),
	entry("Where", since(9), 3..=3, compare::parse_where),
	// Dot products
	entry("MatMul", ALL, 2..=2, matmul::parse_matmul),
	entry("Gemm", before(11), 3..=3, matmul::parse_gemm),
	entry("Gemm", since(11), 2..=3, matmul::parse_gemm),
	entry("Conv", ALL, 2..=3, conv::parse_conv),
	entry("ConvTranspose", ALL, 2..=3, conv::parse_conv_transpose),
	entry("CausalConvWithState", since(27), 2..=4, causal_conv::parse).outputs(2),
	// Attention and recurrence
	entry("Attention", 23..=23, 3..=6, attention::parse).outputs(4),
	entry("Attention", since(24), 3..=7, attention::parse).outputs(4),
	entry("GRU", since(7), 3..=6, rnn::parse).outputs(2),
	entry("LinearAttention", since(27), 3..=6, linear_attention::parse).outputs(2),
	entry("LSTM", since(7), 3..=8, rnn::parse).outputs(3),
	entry("RNN", since(7), 3..=6, rnn::parse).outputs(2),
	entry("RotaryEmbedding", since(23), 3..=4, rotary::parse),
	// Quantised
	entry("ConvInteger", since(10), 2..=4, conv_integer::parse_integer),
	entry("DequantizeLinear", since(10), 2..=3, quantize::parse_dequantize),
	Entry { outputs: 3, ..entry("DynamicQuantizeLinear", since(11), 1..=1, dynamic_quantize::parse) },
	entry("MatMulInteger", since(10), 2..=4, matmul_integer::parse_integer),
	entry("QLinearConv", since(10), 8..=9, conv_integer::parse_quantized),
	entry("QLinearMatMul", since(10), 8..=8, matmul_integer::parse_quantized),
	entry("QuantizeLinear", since(10), 2..=3, quantize::parse_quantize),
	// Pools, reductions, normalisations
	entry("AveragePool", ALL, 1..=1, pool::parse_average),
	entry("GlobalLpPool", since(2), 1..=1, lp_pool::parse_global),
	entry("LpPool", since(2), 1..=1, lp_pool::parse),
	entry("MaxPool", before(8), 1..=1, pool::parse_max),
	entry("MaxPool", since(8), 1..=1, pool::parse_max).outputs(2),
	entry("GlobalAveragePool", ALL, 1..=1, pool::parse_global),
	entry("GlobalMaxPool", ALL, 1..=1, pool::parse_global),
	entry("ReduceL1", before(18), 1..=1, reduce::parse),
	entry("ReduceL1", since(18), 1..=2, reduce::parse),
	entry("ReduceL2", before(18), 1..=1, reduce::parse),
	entry("ReduceL2", since(18), 1..=2, reduce::parse),
	entry("ReduceLogSum", before(18), 1..=1, reduce::parse),
	entry("ReduceLogSum", since(18), 1..=2, reduce::parse),
	entry("ReduceLogSumExp", before(18), 1..=1, reduce::parse),
	entry("ReduceLogSumExp", since(18), 1..=2, reduce::parse),
	entry("ReduceMax", before(18), 1..=1, reduce::parse),
	entry("ReduceMax", since(18), 1..=2, reduce::parse),
	entry("ReduceMean", before(18), 1..=1, reduce::parse),
	entry("ReduceMean", since(18), 1..=2, reduce::parse),
	entry("ReduceMin", before(18), 1..=1, reduce::parse),
	entry("ReduceMin", since(18), 1..=2, reduce::parse),
	entry("ReduceProd", before(18), 1..=1, reduce::parse),
	entry("ReduceProd", since(18), 1..=2, reduce::parse),
	entry("ReduceSum", before(13), 1..=1, reduce::parse),
	entry("ReduceSum", since(13), 1..=2, reduce::parse),
	entry("ReduceSumSquare", before(18), 1..=1, reduce::parse),
	entry("ReduceSumSquare", since(18), 1..=2, reduce::parse),
	entry("ArgMax", ALL, 1..=1, reduce::parse_arg),
	entry("ArgMin", ALL, 1..=1, reduce::parse_arg),
	entry("BatchNormalization", before(14), 5..=5, batch_norm::parse).outputs(5),
	entry("BatchNormalization", since(14), 5..=5, batch_norm::parse).outputs(3),
	entry("GroupNormalization", since(18), 3..=3, group_norm::parse),
	entry("InstanceNormalization", since(6), 3..=3, group_norm::parse),
	entry("LayerNormalization", since(17), 2..=3, normalise::parse_layer_norm).outputs(3),
	entry("LogSoftmax", ALL, 1..=1, normalise::parse_softmax),
	entry("LpNormalization", ALL, 1..=1, rms_norm::parse_lp),
	entry("LRN", ALL, 1..=1, lrn::parse),
	entry("MeanVarianceNormalization", since(9), 1..=1, rms_norm::parse_mean_variance),
	entry("NegativeLogLikelihoodLoss", since(12), 2..=3, loss::parse),
	entry("RMSNormalization", since(23), 2..=2, rms_norm::parse_rms),
	entry("Softmax", ALL, 1..=1, normalise::parse_softmax),
	entry("SoftmaxCrossEntropyLoss", since(12), 2..=3, loss::parse).outputs(2),
	// Random numbers
	entry("Bernoulli", since(15), 1..=1, random::parse_bernoulli),
	entry("Multinomial", since(7), 1..=1, random::parse_multinomial),
	entry("RandomNormal", ALL, 0..=0, random::parse),
	entry("RandomNormalLike", ALL, 1..=1, random::parse_like),
	entry("RandomUniform", ALL, 0..=0, random::parse),
	entry("RandomUniformLike", ALL, 1..=1, random::parse_like),
	// Signals and text
	entry("BlackmanWindow", since(17), 1..=1, spectrum::parse_window),
	entry("DFT", 17..=19, 1..=2, fourier::parse_dft),
	entry("DFT", since(20), 1..=3, fourier::parse_dft),
	entry("HammingWindow", since(17), 1..=1, spectrum::parse_window),
	entry("HannWindow", since(17), 1..=1, spectrum::parse_window),
	entry("MelWeightMatrix", since(17), 5..=5, spectrum::parse_mel),
	entry("STFT", since(17), 2..=4, fourier::parse_stft),
	// Machine learning without networks
	Entry { domain: LEARNING, ..entry("ArrayFeatureExtractor", since(1), 2..=2, features::parse_extractor) },
	Entry { domain: LEARNING, ..entry("Binarizer", since(1), 1..=1, features::parse_binarizer) },
	Entry { domain: LEARNING, ..entry("TreeEnsemble", since(5), 1..=1, tree_ensemble::parse) },
	// Shapes and movement
	entry("BitCast", since(26), 1..=1, bit_cast::parse),
	entry("Cast", since(6), 1..=1, cast::parse),
	entry("CastLike", since(15), 2..=2, cast::parse),
	entry("Concat", ALL, ANY, join::parse_concat),
	entry("ConstantOfShape", since(9), 1..=1, create::parse_constant_of_shape),
	entry("Dropout", before(12), 1..=1, dropout::parse).outputs(2),
	entry("Dropout", since(12), 1..=3, dropout::parse).outputs(2),
	entry("Expand", since(8), 2..=2, shape::parse_expand),
	entry("Flatten", ALL, 1..=1, shape::parse_reshape),
	entry("Gather", ALL, 2..=2, gather::parse),
	entry("Identity", ALL, 1..=1, shape::parse_identity),
	entry("Pad", 2..=10, 1..=1, pad::parse),
	entry("Pad", 11..=17, 2..=3, pad::parse),
	entry("Pad", since(18), 2..=4, pad::parse),
	entry("Range", since(11), 3..=3, create::parse_range),
	entry("Reshape", since(5), 2..=2, shape::parse_reshape),
	entry("Shape", ALL, 1..=1, create::parse_shape),
	entry("Size", ALL, 1..=1, create::parse_shape),
	entry("Slice", before(10), 1..=1, slice::parse),
	entry("Slice", since(10), 3..=5, slice::parse),
	entry("Split", 2..=12, 1..=1, slice::parse_split).outputs(usize::MAX),
	entry("Split", since(13), 1..=2, slice::parse_split).outputs(usize::MAX),
	entry("Squeeze", before(13), 1..=1, shape::parse_reshape),
	entry("Squeeze", since(13), 1..=2, shape::parse_reshape),
	entry("Tile", since(6), 2..=2, join::parse_tile),
	entry("TfIdfVectorizer", since(9), 1..=1, tf_idf::parse),
	entry("Transpose", ALL, 1..=1, shape::parse_transpose),
	entry("Unsqueeze", before(13), 1..=1, shape::parse_reshape),
	entry("Unsqueeze", since(13), 2..=2, shape::parse_reshape),
	// Indices, order, selection
	entry("Compress", since(9), 2..=2, select::parse_compress),
	entry("GatherElements", since(11), 2..=2, gather_elements::parse_elements),
	entry("GatherND", since(11), 2..=2, gather_elements::parse_nd),
	entry("NonMaxSuppression", since(10), 2..=5, suppress::parse),
	entry("NonZero", since(9), 1..=1, select::parse_non_zero),
	entry("OneHot", since(9), 3..=3, one_hot::parse_one_hot),
	entry("ReverseSequence", since(10), 2..=2, rearrange::parse_reverse_sequence),
	entry("Scatter", since(9), 3..=3, scatter::parse_elements),
	entry("ScatterElements", since(11), 3..=3, scatter::parse_elements),
	entry("ScatterND", since(11), 3..=3, scatter::parse_nd),
	entry("TensorScatter", since(24), 2..=3, scatter::parse_tensor),
	Entry { outputs: 2, ..entry("TopK", before(10), 1..=1, order::parse_top_k) },
	Entry { outputs: 2, ..entry("TopK", since(10), 2..=2, order::parse_top_k) },
	Entry { outputs: 4, ..entry("Unique", since(11), 1..=1, order::parse_unique) },
	// Bits, running sums, matrices
	entry("BitShift", since(11), 2..=2, bitwise::parse),
	entry("BitwiseAnd", since(18), 2..=2, bitwise::parse),
	entry("BitwiseNot", since(18), 1..=1, bitwise::parse_not),
	entry("BitwiseOr", since(18), 2..=2, bitwise::parse),
	entry("BitwiseXor", since(18), 2..=2, bitwise::parse),
	entry("CumProd", since(26), 2..=2, scan::parse),
	entry("CumSum", since(11), 2..=2, scan::parse),
	entry("Det", since(11), 1..=1, matrix::parse_det),
	entry("Einsum", since(12), ANY, einsum::parse),
	entry("EyeLike", since(9), 1..=1, matrix::parse_eye_like),
	entry("Hardmax", ALL, 1..=1, one_hot::parse_hardmax),
	entry("IsInf", since(10), 1..=1, classify::parse),
	entry("IsNaN", since(9), 1..=1, classify::parse),
	entry("Trilu", since(14), 1..=2, matrix::parse_trilu),
	// Images
	entry("AffineGrid", since(20), 2..=2, sample::parse_affine_grid),
	entry("CenterCropPad", since(18), 2..=2, rearrange::parse_center_crop_pad),
	entry("Col2Im", since(18), 3..=3, unpool::parse_col2im),
	entry("DeformConv", since(19), 3..=5, sample::parse_deform_conv),
	entry("DepthToSpace", ALL, 1..=1, rearrange::parse_blocks),
	entry("GridSample", since(16), 2..=2, sample::parse_grid_sample),
	entry("MaxRoiPool", ALL, 2..=2, roi::parse_max_pool),
	entry("MaxUnpool", since(9), 2..=3, unpool::parse_max_unpool),
	entry("Resize", 10..=10, 2..=2, resize::parse),
	entry("Resize", since(11), 1..=4, resize::parse),
	entry("RoiAlign", since(10), 3..=3, roi::parse_align),
	entry("SpaceToDepth", ALL, 1..=1, rearrange::parse_blocks),
	entry("Upsample", 7..=8, 1..=1, resize::parse),
	entry("Upsample", 9..=9, 2..=2, resize::parse),
];

/// The operators of the standard domain that models may use, in alphabetical order, each with the first operator
/// set in which it may be used.
pub fn supported() -> Vec<(&'static str, i64)> {
	let standard = ENTRIES.iter().filter(|entry| entry.domain == STANDARD);
	let mut operators: Vec<_> = standard.map(|entry| (entry.op_type, *entry.opsets.start())).collect();
	operators.push(("Constant", MIN_OPSET));
	operators.extend(Construct::ALL.map(|construct| (construct.name(), construct.since())));
	operators.sort_unstable();
	operators.dedup_by_key(|&mut (op_type, _)| op_type);
	operators
}

/// Which operator a node applies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
	/// From [`domain`].
	pub domain: &'static str,
	pub op_type: &'a str,
	/// Version of its domain's operator set.
	pub opset: i64,
}

/// The domain by the name it has in the registry; `None` if there are no operators of it.
pub(crate) fn domain(name: &str) -> Option<&'static str> {
	match name {
		"" | "ai.onnx" => Some(STANDARD),
		_ => OTHER_DOMAINS.into_iter().find(|&domain| domain == name),
	}
}

/// Understands a node. `inputs` tells of every input whether it is there, without trailing ones that are not.
pub(crate) fn parse(
	Identity { domain, op_type, opset }: Identity<'_>,
	inputs: &[bool],
	outputs: usize,
	attributes: Vec<AttributeProto>,
) -> Result<Parsed, NodeProblem> {
	let mut attributes = Attributes::new(attributes).map_err(NodeProblem::Attribute)?;
	if (domain, op_type) == (STANDARD, "Constant") {
		check_arity(inputs, outputs, &(0..=0), 1)?;
		let value = create::constant(&mut attributes).map_err(NodeProblem::Attribute)?;
		attributes.finish().map_err(NodeProblem::Attribute)?;
		return Ok(Parsed::Constant(value));
	}
	let mut forms =
		ENTRIES.iter().filter(|entry| (entry.domain, entry.op_type) == (domain, op_type)).peekable();
	let Some(first) = forms.peek() else { return Err(NodeProblem::UnknownOperator) };
	let since = *first.opsets.start();
	let entry = forms
		.find(|entry| entry.opsets.contains(&opset))
		.ok_or(NodeProblem::OperatorVersion { since, opset })?;
	check_arity(inputs, outputs, &entry.inputs, entry.outputs)?;
	let mut node = NodeContext { op_type, opset, outputs, attributes };
	let operator = (entry.parse)(&mut node).map_err(NodeProblem::Attribute)?;
	node.attributes.finish().map_err(NodeProblem::Attribute)?;
	Ok(Parsed::Operator(operator))
}

fn check_arity(
	inputs: &[bool],
	outputs: usize,
	allowed: &RangeInclusive<usize>,
	max_outputs: usize,
) -> Result<(), NodeProblem> {
	let (min, max) = (*allowed.start(), *allowed.end());
	// Of any number of inputs, none can be left out.
	let required = if max == usize::MAX { inputs.len() } else { min };
	if !allowed.contains(&inputs.len()) || inputs.iter().take(required).any(|&present| !present) {
		return Err(NodeProblem::Inputs { found: inputs.len(), min, max });
	}
	if outputs > max_outputs {
		return Err(NodeProblem::Outputs { found: outputs, max: max_outputs });
	}
	Ok(())
}
