//! Constants that are only ever an operator's weight, and their packing.

use alloc::{vec, vec::Vec};

use assay_numerics::{ConvKind, Cpu, PackedConv, PackedMatrix, Strides};

use crate::{
	model::{Node, NodeKind, ValueId},
	ops::{KernelError, WeightRole},
};

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
	/// Nobody reads it.
	Unused,
	/// All who read it read it as this.
	Weight(WeightRole),
	/// Anything else.
	Other,
}

impl Use {
	fn and(self, other: Self) -> Self {
		match self {
			Self::Unused => other,
			same if same == other => same,
			_ => Self::Other,
		}
	}
}

/// The use of each of the `values` of a model, graphs inside nodes included.
pub(crate) fn uses(nodes: &[Node], outputs: impl Iterator<Item = ValueId>, values: usize) -> Vec<Use> {
	let mut uses = vec![Use::Unused; values];
	add(&mut uses, nodes);
	outputs.for_each(|value| uses[value] = Use::Other);
	uses
}

fn add(uses: &mut [Use], nodes: &[Node]) {
	for node in nodes {
		for (index, value) in node.inputs.iter().enumerate() {
			let Some(value) = *value else { continue };
			let this = match &node.kind {
				NodeKind::Operator(operator) => operator.weight_role(index).map_or(Use::Other, Use::Weight),
				NodeKind::Control(_) => Use::Other,
			};
			uses[value] = uses[value].and(this);
		}
		if let NodeKind::Control(control) = &node.kind {
			for block in control.blocks() {
				add(uses, &block.nodes);
				block.outputs.iter().for_each(|&(value, _)| uses[value] = Use::Other);
			}
		}
	}
}

/// A weight in the order in which the kernels of [`assay_numerics`] read it, for backends that compute with those. It takes the
/// place of the elements it was made from.
#[derive(Debug)]
pub struct PackedWeight {
	shape: Vec<usize>,
	packed: Packed,
}

#[derive(Debug)]
enum Packed {
	Matrix(PackedMatrix),
	/// Of a matrix that is used transposed.
	Transposed(PackedMatrix),
	Conv(PackedConv),
}

impl PackedWeight {
	/// Packs row-major elements. `None` where the operator reads them as they are: for weights that panels do not fit, and for
	/// batches of matrices.
	pub fn new(
		cpu: Cpu,
		role: WeightRole,
		shape: &[usize],
		values: &[f32],
	) -> Result<Option<Self>, KernelError> {
		let packed = match (role, shape) {
			(WeightRole::MatMul | WeightRole::Gemm { transposed: false }, &[k, n])
				if PackedMatrix::is_compact(n) =>
			{
				Packed::Matrix(PackedMatrix::new(cpu, k, n, values, Strides::row_major(n))?)
			}
			(WeightRole::Gemm { transposed: true }, &[n, k]) if PackedMatrix::is_compact(n) => {
				Packed::Transposed(PackedMatrix::new(cpu, k, n, values, Strides::transposed(k))?)
			}
			(WeightRole::Conv { group }, &[out, per_in, ref taps @ ..]) => {
				let Some(channels) = per_in.checked_mul(group) else { return Ok(None) };
				match conv(cpu, ConvKind::Forward, [channels, out], group, taps, values) {
					Some(packed) => packed,
					None => return Ok(None),
				}
			}
			(WeightRole::ConvTranspose { group }, &[channels, per_out, ref taps @ ..]) => {
				let Some(out) = per_out.checked_mul(group) else { return Ok(None) };
				match conv(cpu, ConvKind::Transposed, [channels, out], group, taps, values) {
					Some(packed) => packed,
					None => return Ok(None),
				}
			}
			_ => return Ok(None),
		};
		Ok(Some(Self { shape: shape.to_vec(), packed }))
	}

	/// The shape it was given in.
	pub fn shape(&self) -> &[usize] {
		&self.shape
	}

	/// The right-hand side of a product.
	pub fn matrix(&self) -> Option<&PackedMatrix> {
		match &self.packed {
			Packed::Matrix(matrix) | Packed::Transposed(matrix) => Some(matrix),
			Packed::Conv(_) => None,
		}
	}

	/// The weight of a convolution.
	pub fn conv(&self) -> Option<&PackedConv> {
		match &self.packed {
			Packed::Conv(conv) => Some(conv),
			_ => None,
		}
	}

	/// The elements, row-major.
	pub fn unpack(&self) -> Vec<f32> {
		match &self.packed {
			Packed::Matrix(matrix) => matrix.unpack(),
			Packed::Transposed(matrix) => {
				let (rows, cols, values) = (matrix.rows(), matrix.cols(), matrix.unpack());
				(0..cols)
					.flat_map(|col| (0..rows).map(move |row| row * cols + col))
					.map(|i| values[i])
					.collect()
			}
			Packed::Conv(conv) => conv.unpack(),
		}
	}
}

/// The packed weight of a convolution. A weight that does not fit its own convolution is left alone: that will be said, with
/// the node's name, when the node is to run.
fn conv(
	cpu: Cpu,
	kind: ConvKind,
	[channels, out]: [usize; 2],
	group: usize,
	taps: &[usize],
	values: &[f32],
) -> Option<Packed> {
	let taps = crate::tensor::elements(taps)?;
	PackedConv::new(cpu, kind, channels, out, group, taps, values).ok().flatten().map(Packed::Conv)
}
