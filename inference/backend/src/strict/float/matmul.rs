//! Matrix products.

use assay_graph::Then;
use assay_numerics::{
	MatMul, PackedMatrix, Strides, broadcast_shape, matmul_batched_to_vec, matmul_packed_to_vec,
};
use burn_backend::DType;
use burn_flex::FlexTensor;

use crate::strict::{
	finish::{Steps, View},
	values::{Values, computed, cpu, refuse},
};

/// `[…, M, K] × […, K, N] → […, M, N]`; leading dimensions broadcast.
pub(crate) fn matmul(lhs: FlexTensor, rhs: FlexTensor) -> FlexTensor {
	if lhs.dtype() != rhs.dtype() {
		refuse("matmul", format_args!("element types {:?} and {:?} differ", lhs.dtype(), rhs.dtype()));
	}
	let (mut a, b) = (Matrices::new(lhs), Matrices::new(rhs));
	if a.columns != b.rows {
		refuse("matmul", format_args!("{} columns on the left, {} rows on the right", a.columns, b.rows));
	}
	let mut shape = computed("matmul", broadcast_shape(&a.batch, &b.batch));
	let rows = a.rows;
	let offsets = if b.batch.iter().all(|&size| size == 1) && a.stack() {
		let one = shape.iter().product::<usize>().min(1);
		vec![(a.first, b.first); one]
	} else {
		a.starts(&shape).into_iter().zip(b.starts(&shape)).collect()
	};
	let product = MatMul { m: a.rows, k: a.columns, n: b.columns, a: a.strides, b: b.strides };
	shape.extend([rows, product.n]);
	let out = matmul_batched_to_vec(cpu(), &product, &offsets, a.elements(), b.elements());
	a.values.like(computed("matmul", out), shape)
}

/// `[…, M, K] × [K, N] → […, M, N]` with a right-hand side packed before, plus `bias` of `N` elements, and then steps to the
/// result, as many as can be done together with it. Returns also how many those were.
pub(crate) fn matmul_packed(
	lhs: FlexTensor,
	rhs: &PackedMatrix,
	bias: Option<FlexTensor>,
	steps: &[Then<FlexTensor>],
) -> (FlexTensor, usize) {
	let mut a = Matrices::new(lhs.clone());
	let mut shape = a.batch.clone();
	shape.extend([a.rows, rhs.cols()]);
	if a.columns != rhs.rows() {
		refuse("matmul", format_args!("{} columns on the left, {} rows on the right", a.columns, rhs.rows()));
	}
	if !a.stack() {
		a = Matrices::contiguous(Values::new("matmul", lhs));
		a.stack();
	}
	let bias = bias.map(|bias| Values::new("matmul", bias));
	let bias = bias.as_ref().map(Values::as_slice);
	let elements = a.elements().get(a.first..).unwrap_or_default();
	let steps = Steps::new(steps, View::Columns, &shape);
	let out = matmul_packed_to_vec(cpu(), a.rows, elements, a.strides, rhs, bias, &steps.as_numerics());
	(a.values.like(computed("matmul", out), shape), steps.len())
}

/// Equally shaped matrices, read where they are stored if rows or columns are adjacent there.
struct Matrices {
	values: Values,
	/// Where the first one starts.
	first: usize,
	strides: Strides,
	batch: Vec<usize>,
	/// Elements to step along each batch axis.
	steps: Vec<usize>,
	rows: usize,
	columns: usize,
}

impl Matrices {
	fn new(tensor: FlexTensor) -> Self {
		let view =
			(tensor.dtype() == DType::F32).then(|| Self::stored(Values::view(tensor.clone()))).flatten();
		view.unwrap_or_else(|| Self::contiguous(Values::new("matmul", tensor)))
	}

	fn contiguous(values: Values) -> Self {
		Self::stored(values.clone()).unwrap_or_else(|| {
			refuse("matmul", format_args!("shape {:?} is not a matrix", values.shape()));
		})
	}

	/// `None` if rows or columns are not adjacent, or there are none.
	fn stored(values: Values) -> Option<Self> {
		let layout = values.layout();
		let [batch @ .., rows, columns] = &**layout.shape() else { return None };
		let (batch, rows, columns) = (batch.to_vec(), *rows, *columns);
		let strides = layout.strides().iter().map(|&step| usize::try_from(step).ok());
		let mut steps = strides.collect::<Option<Vec<usize>>>()?;
		let (mut col, mut row) = (steps.pop()?, steps.pop()?);
		// The step along an axis that ends at once may be anything.
		if columns <= 1 {
			col = 1;
		} else if rows <= 1 && col != 1 {
			row = 1;
		}
		if row != 1 && col != 1 {
			return None;
		}
		let (first, strides) = (layout.start_offset(), Strides { row, col });
		Some(Self { values, first, strides, batch, steps, rows, columns })
	}

	/// The storage that offsets refer to.
	fn elements(&self) -> &[f32] {
		self.values.as_slice()
	}

	/// Makes one tall matrix of all, if their rows follow each other at equal distances.
	fn stack(&mut self) -> bool {
		let (mut rows, mut row) = (self.rows, self.strides.row);
		for (&size, &step) in self.batch.iter().zip(&self.steps).rev().filter(|&(&size, _)| size != 1) {
			if rows == 1 {
				// Matrices of one row: the step to a next one may be anything so far.
				row = step;
			} else if Some(step) != rows.checked_mul(row) {
				return false;
			}
			rows *= size;
		}
		(self.rows, self.strides.row) = (rows, row);
		self.batch.clear();
		self.steps.clear();
		true
	}

	/// Where each matrix of a batch starts that these are broadcast to.
	fn starts(&self, batch: &[usize]) -> Vec<usize> {
		let missing = batch.len() - self.batch.len();
		let mut starts = vec![self.first];
		for (axis, &size) in batch.iter().enumerate() {
			let step = axis.checked_sub(missing).filter(|&i| self.batch[i] != 1).map_or(0, |i| self.steps[i]);
			starts = starts.iter().flat_map(|start| (0..size).map(move |i| start + i * step)).collect();
		}
		starts
	}
}
