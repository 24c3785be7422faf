//! Inputs of an operator: mostly of shapes and values that it can work with, now and then of others.

use crate::{
	attributes::{axes, list},
	source::Source,
	values,
};
use assay_graph::{DType, HostTensor, onnx::AttributeProto};

/// What an input should be.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
	/// Numbers of any kind.
	Data(Vec<usize>),
	/// Integers in a range, such as positions.
	Within(Vec<usize>, i64, i64),
	/// These integers, in so many dimensions: one, or none for a scalar.
	Ints(Vec<i64>, usize),
	/// These numbers.
	Floats(Vec<f32>),
	/// Left out, if it may be.
	Absent,
}

impl Operand {
	/// One number of any kind.
	pub(crate) fn scalar() -> Self {
		Self::Data(Vec::new())
	}

	/// The tensor, of an element type.
	pub(crate) fn tensor(self, dtype: DType, source: &mut Source<'_>) -> Option<HostTensor> {
		let (shape, values) = match self {
			Self::Absent => return None,
			Self::Data(shape) => return Some(values::tensor(dtype, &shape, source.bits())),
			Self::Within(shape, least, most) => {
				let values = list(shape.iter().product(), least, most, source);
				(shape, values)
			}
			Self::Ints(values, 0) if values.len() == 1 => (Vec::new(), values),
			Self::Ints(values, _) => (vec![values.len()], values),
			Self::Floats(values) => return Some(HostTensor::vector(values).cast(dtype)),
		};
		Some(HostTensor::from_vec(shape, values).unwrap().cast(dtype))
	}
}

/// What inputs of these names should be, and attributes that go with them.
#[derive(Debug, Default)]
pub(crate) struct Layout {
	pub operands: Vec<(&'static str, Operand)>,
	pub attributes: Vec<AttributeProto>,
}

/// A size: small, sometimes more than a vector register or a block holds, now and then zero.
pub(crate) fn size(source: &mut Source<'_>) -> usize {
	source.pick(&[1, 2, 3, 4, 5, 2, 3, 1, 7, 8, 2, 3, 17, 1, 2, 0])
}

/// A shape of so many dimensions.
pub(crate) fn shape(rank: usize, source: &mut Source<'_>) -> Vec<usize> {
	(0..rank).map(|_| size(source)).collect()
}

/// The shape of an operator's first input, if nothing else is known.
pub(crate) fn first(operator: &str, source: &mut Source<'_>) -> Vec<usize> {
	let rank = match operator {
		name if name.contains("Pool") || name == "LRN" => source.pick(&[4, 3, 5]),
		"Resize" | "Upsample" | "SpaceToDepth" => source.pick(&[4, 3, 2]),
		"Det" | "Trilu" | "EyeLike" => source.pick(&[2, 3]),
		"Multinomial" => 2,
		"ConstantOfShape" => 1,
		name if name.ends_with("Window") || name == "MelWeightMatrix" || name == "Range" => 0,
		_ => source.pick(&[2, 3, 1, 4, 0]),
	};
	shape(rank, source)
}

/// What an input called `name` should be, next to a first input of shape `main`. `count` is the same for all of a node.
pub(crate) fn by_name(
	operator: &str,
	name: &str,
	main: &[usize],
	count: usize,
	source: &mut Source<'_>,
) -> Operand {
	let rank = main.len();
	match (operator, name) {
		("ConstantOfShape", "input") => Operand::Within(vec![count], 0, 4),
		("Reshape", "shape") => Operand::Ints(reshaped(main, source), 1),
		("Expand", "shape") => {
			let wanted = main.iter().map(|&size| if size == 1 { source.between(0, 4) } else { size as i64 });
			Operand::Ints(wanted.collect(), 1)
		}
		(_, "shape") => Operand::Within(vec![count], 0, 6),
		("Slice", "axes") => Operand::Ints((0..count as i64).collect(), 1),
		("CumSum" | "CumProd" | "DFT", "axis") => {
			Operand::Ints(list(1, -(rank as i64), rank as i64, source), 0)
		}
		("Pad", "pads") => Operand::Within(vec![2 * rank], -1, 3),
		("Resize" | "Upsample", "scales") => {
			Operand::Floats((0..rank).map(|_| source.pick(&[1.0, 2.0, 0.5, 0.6, 1.7, 3.0, 0.0])).collect())
		}
		("Resize", "sizes") => Operand::Within(vec![rank], 0, 6),
		("Resize", "roi") => Operand::Data(vec![2 * rank]),
		("Split", "split") => {
			let whole = main.first().copied().unwrap_or(1) as i64;
			let part = source.between(0, whole);
			Operand::Ints(vec![part, whole - part], 1)
		}
		("Compress", "condition") => Operand::Data(vec![size(source)]),
		("Range", _) => Operand::Within(Vec::new(), -3, 9),
		("TopK", _) | ("ArrayFeatureExtractor", "Y") => Operand::Within(vec![1], 0, 4),
		(_, "k" | "depth" | "size" | "num_mel_bins") => Operand::Within(Vec::new(), -1, 9),
		(_, "dft_length" | "frame_step" | "frame_length" | "sample_rate") => {
			Operand::Within(Vec::new(), 1, 9)
		}
		(_, "min" | "max" | "ratio" | "training_mode" | "constant_value") => Operand::scalar(),
		(_, "lower_edge_hertz" | "upper_edge_hertz") => Operand::Within(Vec::new(), 0, 4),
		(_, "axes") => Operand::Ints(axes(rank, source), 1),
		(_, "repeats") => Operand::Within(vec![rank], 0, 3),
		(_, "starts" | "ends") => match source.once_in(8) {
			true => Operand::Ints(vec![source.pick(&[i64::MAX, i64::MIN, -1]); count], 1),
			false => Operand::Within(vec![count], -4, 6),
		},
		(_, "steps") => {
			Operand::Ints((0..count).map(|_| source.pick(&[1, 2, -1, -2, 1, i64::MAX, 0])).collect(), 1)
		}
		(_, "indices") => Operand::Within(shape(count.min(2), source), -2, 2),
		_ => Operand::Data(broadcastable(main, source)),
	}
}

/// A shape that broadcasts with `main`: the same, or with leading dimensions left out and some of size 1.
fn broadcastable(main: &[usize], source: &mut Source<'_>) -> Vec<usize> {
	if source.flag() {
		return main.to_vec();
	}
	let left_out = source.below(main.len() + 1);
	main.iter().skip(left_out).map(|&size| if source.flag() { 1 } else { size }).collect()
}

/// What a tensor may be reshaped to.
fn reshaped(main: &[usize], source: &mut Source<'_>) -> Vec<i64> {
	let mut dims: Vec<i64> = main.iter().map(|&size| size as i64).collect();
	match source.below(5) {
		0 => dims = vec![-1],
		1 => dims.reverse(),
		2 => dims.insert(source.below(dims.len() + 1), 1),
		3 if dims.len() > 1 => {
			let joined = dims.remove(0) * dims[0];
			dims[0] = joined;
		}
		_ => {
			if let Some(first) = dims.first_mut() {
				*first = source.pick(&[0, -1, 2]);
			}
		}
	}
	dims
}
