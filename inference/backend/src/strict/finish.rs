//! Steps after a product, a convolution or anything else, in the same pass over its elements.

use assay_graph::{BatchNormParams, Side, Then};
use assay_numerics::{BatchNorm, Operand, Simple, Step, Unary, batch_norm_factor, finish, finish_to_vec};
use burn_flex::FlexTensor;

use super::values::{Values, computed, cpu};

/// How a result is seen as [rows, channels, columns].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
	/// `[N, C, D…]`: channels are the second axis, columns what follows.
	Channels,
	/// `[…, N]`: columns are the last axis.
	Columns,
}

impl View {
	/// Channels and columns.
	pub fn sizes(self, shape: &[usize]) -> (usize, usize) {
		match (self, shape) {
			(Self::Channels, [_, channels, spatial @ ..]) => (*channels, spatial.iter().product()),
			(_, [rows @ .., columns]) => (rows.iter().product(), *columns),
			(_, []) => (1, 1),
		}
	}
}

/// Steps with the elements of their operands.
pub(crate) struct Steps(Vec<Owned>);

enum Owned {
	Unary(Unary),
	Binary { op: Simple, other: Values, layout: Layout, side: Side },
	BatchNorm { mean: Values, factor: Vec<f32>, bias: Values },
}

/// How an operand is broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
	Elements,
	Channels,
	Columns,
	Scalar,
}

impl Steps {
	/// As many of the first steps as can be done together to a result of this shape.
	pub fn new(steps: &[Then<FlexTensor>], view: View, shape: &[usize]) -> Self {
		Self(steps.iter().map_while(|step| Owned::new(step, view, shape)).collect())
	}

	/// How many those are.
	pub fn len(&self) -> usize {
		self.0.len()
	}

	/// The form in which kernels take them.
	pub fn as_numerics(&self) -> Vec<Step<'_>> {
		self.0.iter().map(Owned::as_numerics).collect()
	}

	/// Does the steps to a tensor.
	pub fn apply(&self, view: View, x: FlexTensor) -> FlexTensor {
		let unique = x.is_unique();
		let mut x = Values::new("a chain", x);
		let (channels, columns) = view.sizes(x.shape());
		let steps = self.as_numerics();
		if unique {
			computed("a chain", finish(cpu(), &steps, channels, columns, x.as_mut_slice()));
			return x.into_tensor();
		}
		let out = finish_to_vec(cpu(), &steps, channels, columns, x.as_slice());
		x.like(computed("a chain", out), x.shape())
	}
}

impl Owned {
	fn new(step: &Then<FlexTensor>, view: View, shape: &[usize]) -> Option<Self> {
		Some(match step {
			Then::Unary(op) => Self::Unary(*op),
			Then::Binary { op, other, side } => {
				let layout = Layout::new(other.layout().shape(), view, shape)?;
				let other = Values::new(op, other.clone());
				Self::Binary { op: Simple::new(*op)?, other, layout, side: *side }
			}
			Then::BatchNorm(BatchNormParams { scale, bias, mean, variance, epsilon }) => {
				if view != View::Channels {
					return None;
				}
				let [scale, bias, mean, variance] =
					[scale, bias, mean, variance].map(|x| Values::new("batch_norm", x.clone()));
				let factor = batch_norm_factor(scale.as_slice(), variance.as_slice(), *epsilon);
				Self::BatchNorm { mean, factor: computed("batch_norm", factor), bias }
			}
		})
	}

	fn as_numerics(&self) -> Step<'_> {
		match self {
			Self::Unary(op) => Step::Unary(*op),
			Self::Binary { op, other, layout, side } => {
				let values = other.as_slice();
				let operand = match layout {
					Layout::Elements => Operand::Elements(values),
					Layout::Channels => Operand::Channels(values),
					Layout::Columns => Operand::Columns(values),
					Layout::Scalar => Operand::Scalar(values[0]),
				};
				Step::Binary(*op, operand, *side)
			}
			Self::BatchNorm { mean, factor, bias } => {
				Step::BatchNorm(BatchNorm { mean: mean.as_slice(), factor, bias: bias.as_slice() })
			}
		}
	}
}

impl Layout {
	/// Of an operand that broadcasts to `shape`.
	fn new(operand: &[usize], view: View, shape: &[usize]) -> Option<Self> {
		let padded = |axis: usize| {
			(axis + operand.len()).checked_sub(shape.len()).and_then(|i| operand.get(i)).copied().unwrap_or(1)
		};
		// The axes along which the operand moves.
		let moves = |axis: &usize| padded(*axis) != 1;
		let along: Vec<usize> = (0..shape.len()).filter(moves).collect();
		if operand.len() > shape.len() || operand.contains(&0) {
			None
		} else if along.is_empty() {
			Some(Self::Scalar)
		} else if (0..shape.len()).all(|axis| padded(axis) == shape[axis]) {
			Some(Self::Elements)
		} else if along == [1] && view == View::Channels {
			Some(Self::Channels)
		} else if along == [shape.len() - 1] && view == View::Columns {
			Some(Self::Columns)
		} else {
			None
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn layout_should_be_the_one_way_in_which_an_operand_moves() {
		let shape = [2, 3, 4, 5];
		let channels = |operand: &[usize]| Layout::new(operand, View::Channels, &shape);
		assert_eq!(channels(&[2, 3, 4, 5]), Some(Layout::Elements));
		assert_eq!(channels(&[3, 1, 1]), Some(Layout::Channels));
		assert_eq!(channels(&[1, 3, 1, 1]), Some(Layout::Channels));
		assert_eq!(channels(&[1]), Some(Layout::Scalar));
		assert_eq!(channels(&[]), Some(Layout::Scalar));
		assert_eq!(channels(&[5]), None);
		assert_eq!(channels(&[2, 1, 1, 1]), None);
		assert_eq!(channels(&[3, 4, 5]), None);
		assert_eq!(Layout::new(&[5], View::Columns, &shape), Some(Layout::Columns));
		assert_eq!(Layout::new(&[3, 1, 1], View::Columns, &shape), None);
	}
}
