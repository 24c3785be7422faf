//! Attributes: mostly what the operator may have, now and then something else.

use crate::{source::Source, values};
use assay_graph::{
	DType,
	onnx::{AttributeProto, AttributeType, TensorProto},
};

pub(crate) fn int(name: &str, value: i64) -> AttributeProto {
	AttributeProto { i: Some(value), ..of(name, AttributeType::Int) }
}

pub(crate) fn ints(name: &str, values: Vec<i64>) -> AttributeProto {
	AttributeProto { ints: values, ..of(name, AttributeType::Ints) }
}

pub(crate) fn string(name: &str, value: &str) -> AttributeProto {
	AttributeProto { s: Some(value.into()), ..of(name, AttributeType::String) }
}

fn of(name: &str, kind: AttributeType) -> AttributeProto {
	AttributeProto { name: name.into(), r#type: kind as i32, ..Default::default() }
}

/// Attributes without which an operator is refused.
const REQUIRED: [&str; 10] = [
	"to",
	"kernel_shape",
	"blocksize",
	"hidden_size",
	"equation",
	"pooled_shape",
	"num_groups",
	"direction",
	"mode",
	"perm",
];

/// A value for an attribute of `operator` whose first input has `rank` dimensions, or `None` to leave it out.
pub(crate) fn choose(
	operator: &str,
	name: &'static str,
	kind: AttributeType,
	rank: usize,
	source: &mut Source<'_>,
) -> Option<AttributeProto> {
	if !REQUIRED.contains(&name) && source.flag() {
		return None;
	}
	let rank = rank as i64;
	let spatial = (rank - 2).max(0) as usize;
	Some(match kind {
		AttributeType::Int => int(name, number(name, rank, source)),
		AttributeType::Ints => {
			let (count, least, most) = match name {
				"perm" => return Some(ints(name, permutation(rank as usize, source))),
				"axes" => return Some(ints(name, axes(rank as usize, source))),
				"pads" => (2 * spatial, 0, 2),
				"output_padding" => (spatial, 0, 1),
				"output_shape" => (spatial, 1, 9),
				"kernel_shape" | "strides" | "dilations" => (spatial, 1, 3),
				"pooled_shape" => (2, 1, 3),
				"shape" => (source.below(4), 0, 4),
				_ => (source.below(5), 0, 3),
			};
			ints(name, list(count, least, most, source))
		}
		AttributeType::Float => {
			let value = source.pick(&[0.5, 1.0, 0.0, 2.0, 1e-5, -1.0, 0.1, 1e30, f32::INFINITY, f32::NAN]);
			AttributeProto { f: Some(value), ..of(name, kind) }
		}
		AttributeType::Floats => {
			let values = (0..source.below(4)).map(|_| source.pick(&[0.5, 1.0, -0.2])).collect();
			AttributeProto { floats: values, ..of(name, kind) }
		}
		AttributeType::String => string(name, source.pick(strings(operator, name))),
		AttributeType::Strings => {
			let all = ["Sigmoid", "Tanh", "Relu", "Affine", "HardSigmoid", "Softsign", "Elu", "LeakyRelu"];
			let values = (0..source.below(5)).map(|_| source.pick(&all).into()).collect();
			AttributeProto { strings: values, ..of(name, kind) }
		}
		_ => {
			let dtype = source.pick(&DType::ALL);
			let value = values::tensor(dtype, &[1], source.bits());
			AttributeProto { t: Some(TensorProto::from(&value)), ..of(name, AttributeType::Tensor) }
		}
	})
}

fn number(name: &str, rank: i64, source: &mut Source<'_>) -> i64 {
	if source.once_in(24) {
		return source.pick(&[-1, 100, i64::from(i32::MAX), 1 << 40, i64::MAX, i64::MIN]);
	}
	match name {
		"axis" | "batch_axis" | "time_axis" => source.between(-rank, rank),
		"to" | "dtype" | "output_dtype" | "output_datatype" => source.pick(&DType::ALL).onnx().into(),
		"batch_dims" | "k" => source.between(-2, 2),
		"start" | "end" => source.between(-rank - 1, rank + 1),
		"blocksize" | "p" | "size" | "sample_size" | "block_size" => source.between(1, 3),
		"output_height" | "output_width" | "sampling_ratio" => source.between(1, 3),
		"group" | "offset_group" | "num_groups" | "num_outputs" | "hidden_size" => source.between(1, 3),
		_ => source.between(0, 1),
	}
}

/// Values that an attribute of text may have, and one that none has.
fn strings(operator: &str, name: &str) -> &'static [&'static str] {
	match (operator, name) {
		(_, "auto_pad") => &["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", "?"],
		("Pad", "mode") => &["constant", "reflect", "edge", "wrap", "?"],
		("Resize" | "Upsample", "mode") => &["nearest", "linear", "cubic", "?"],
		("GridSample", "mode") => &["linear", "nearest", "cubic", "bilinear", "bicubic"],
		("RoiAlign", "mode") => &["avg", "max"],
		("DepthToSpace", "mode") => &["DCR", "CRD"],
		("TensorScatter", "mode") => &["linear", "circular"],
		("TfIdfVectorizer", "mode") => &["TF", "IDF", "TFIDF"],
		("RoiAlign", "coordinate_transformation_mode") => &["half_pixel", "output_half_pixel"],
		(_, "coordinate_transformation_mode") => &[
			"half_pixel",
			"asymmetric",
			"align_corners",
			"pytorch_half_pixel",
			"tf_crop_and_resize",
			"half_pixel_symmetric",
		],
		(_, "nearest_mode") => &["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"],
		(_, "keep_aspect_ratio_policy") => &["stretch", "not_larger", "not_smaller"],
		(_, "padding_mode") => &["zeros", "border", "reflection"],
		("BitShift", "direction") => &["LEFT", "RIGHT"],
		(_, "direction") => &["forward", "reverse", "bidirectional"],
		(_, "reduction") if operator.starts_with("Scatter") => &["none", "add", "mul", "max", "min"],
		(_, "reduction") => &["mean", "sum", "none"],
		(_, "approximate") => &["none", "tanh"],
		(_, "round_mode") => &["up", "down", "nearest"],
		(_, "activation") => &["none", "silu", "swish"],
		(_, "update_rule") => &["linear", "gated", "delta", "gated_delta"],
		_ => &["", "?"],
	}
}

/// So many numbers.
pub(crate) fn list(count: usize, least: i64, most: i64, source: &mut Source<'_>) -> Vec<i64> {
	(0..count).map(|_| source.between(least, most)).collect()
}

/// Distinct axes of so many dimensions, some from the end.
pub(crate) fn axes(rank: usize, source: &mut Source<'_>) -> Vec<i64> {
	let count = source.below(rank + 1);
	let mut axes = permutation(rank, source);
	axes.truncate(count);
	axes.into_iter().map(|axis| if source.flag() { axis - rank as i64 } else { axis }).collect()
}

/// All axes in some order.
fn permutation(rank: usize, source: &mut Source<'_>) -> Vec<i64> {
	let mut axes: Vec<i64> = (0..rank as i64).collect();
	for last in (1..rank).rev() {
		axes.swap(last, last - source.below(last + 1));
	}
	axes
}
