//! Matrix products (rule 2 of the profile).
//!
//! Definition of one output of `C = A · B`: the K axis is cut into blocks of [`BLOCK`], the last possibly shorter. A
//! block's value is one chain of fused multiply-adds in ascending K, from +0. The output starts as the first block's value;
//! the others are added to it in ascending order, each sum rounded. With K = 0 the output is +0.
//!
//! The first block is *taken*, not added to +0: the difference shows only where a chain underflows to −0 and there is one
//! block, and then the output is −0.

mod broadcast;
mod double;
mod driver;
pub(crate) mod kernel;
mod pack;
mod packed;
mod scratch;
mod vector;

pub use broadcast::batch_offsets;
pub use double::matmul_batched_f64;
use driver::row_product;
pub(crate) use driver::{Bias, Destination, Product, product, product_transposed};
pub(crate) use pack::{Panels, SLACK, Strided, copy_panel_row};
pub use packed::PackedMatrix;
pub(crate) use scratch::Scratch;

use alloc::vec::Vec;
use core::mem::MaybeUninit;

use crate::{
	error::{ShapeError, elements, exact_length},
	finish::{Finish, Step},
	fma::Baseline,
	isa::Cpu,
	parallel,
	real::Real,
};

/// Length of a block of the K axis.
pub const BLOCK: usize = 256;

/// Columns of a packed panel of a right-hand side: a multiple of every instruction set's lanes.
pub(crate) const PANEL: usize = 16;

/// Steps, in elements, from an entry of a matrix to the next row and the next column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strides {
	/// To the same column of the next row.
	pub row: usize,
	/// To the same row of the next column.
	pub col: usize,
}

impl Strides {
	/// A matrix of `cols` columns stored row after row.
	pub const fn row_major(cols: usize) -> Self {
		Self { row: cols, col: 1 }
	}

	/// A matrix of `rows` rows stored column after column: the transpose of a stored one, without a copy.
	pub const fn transposed(rows: usize) -> Self {
		Self { row: 1, col: rows }
	}

	/// Elements a buffer needs to hold a `rows` × `cols` matrix with these strides.
	pub(crate) fn span(self, rows: usize, cols: usize) -> Result<usize, ShapeError> {
		if rows == 0 || cols == 0 {
			return Ok(0);
		}
		let last_row = (rows - 1).checked_mul(self.row);
		let last_col = (cols - 1).checked_mul(self.col);
		last_row
			.zip(last_col)
			.and_then(|(r, c)| r.checked_add(c))
			.and_then(|last| last.checked_add(1))
			.ok_or(ShapeError::Overflow)
	}
}

/// Shapes of a product of an m × k by a k × n matrix. The result is row-major.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatMul {
	/// Rows of A and of the result.
	pub m: usize,
	/// Columns of A, rows of B.
	pub k: usize,
	/// Columns of B and of the result.
	pub n: usize,
	/// How A is stored.
	pub a: Strides,
	/// How B is stored.
	pub b: Strides,
}

impl MatMul {
	/// The product of two row-major matrices.
	pub const fn row_major(m: usize, k: usize, n: usize) -> Self {
		Self { m, k, n, a: Strides::row_major(k), b: Strides::row_major(n) }
	}

	/// Checks operands and result; returns the elements of one result matrix.
	fn check(&self, a: usize, b: usize) -> Result<usize, ShapeError> {
		let (needs_a, needs_b) = (self.a.span(self.m, self.k)?, self.b.span(self.k, self.n)?);
		if a < needs_a {
			return Err(ShapeError::Length { what: "the left matrix", expected: needs_a, found: a });
		}
		if b < needs_b {
			return Err(ShapeError::Length { what: "the right matrix", expected: needs_b, found: b });
		}
		self.m.checked_mul(self.n).ok_or(ShapeError::Overflow)
	}
}

/// `c[m, n] = a[m, k] · b[k, n]`; `c` is row-major and overwritten.
pub fn matmul(cpu: Cpu, shape: &MatMul, a: &[f32], b: &[f32], c: &mut [f32]) -> Result<(), ShapeError> {
	matmul_batched(cpu, shape, &[(0, 0)], a, b, c)
}

/// One product per entry of `offsets`: batch `i` multiplies the matrices that start at `a[offsets[i].0]` and
/// `b[offsets[i].1]` into `c[i * m * n ..]`. Repeated offsets broadcast an operand; see [`batch_offsets`].
pub fn matmul_batched(
	cpu: Cpu,
	shape: &MatMul,
	offsets: &[(usize, usize)],
	a: &[f32],
	b: &[f32],
	c: &mut [f32],
) -> Result<(), ShapeError> {
	multiply_batched(cpu, shape, offsets, a, b, as_slots(c))
}

/// As [`matmul_batched`], into a new vector.
pub fn matmul_batched_to_vec(
	cpu: Cpu,
	shape: &MatMul,
	offsets: &[(usize, usize)],
	a: &[f32],
	b: &[f32],
) -> Result<Vec<f32>, ShapeError> {
	let len = elements(&[offsets.len(), shape.m, shape.n])?;
	// SAFETY: products write every element.
	unsafe { filled(len, |c| multiply_batched(cpu, shape, offsets, a, b, c)) }
}

fn multiply_batched(
	cpu: Cpu,
	shape: &MatMul,
	offsets: &[(usize, usize)],
	a: &[f32],
	b: &[f32],
	c: &mut [MaybeUninit<f32>],
) -> Result<(), ShapeError> {
	let &MatMul { m, k, n, .. } = shape;
	for &(from_a, from_b) in offsets {
		shape.check(a.len().saturating_sub(from_a), b.len().saturating_sub(from_b))?;
	}
	let matrix = m.checked_mul(n).ok_or(ShapeError::Overflow)?;
	exact_length("the product", offsets.len().checked_mul(matrix).ok_or(ShapeError::Overflow)?, c.len())?;
	if matrix == 0 {
		return Ok(());
	}
	// A `k` of 0 leaves offsets unchecked, as nothing is read.
	let one = |cpu: Cpu, i: usize, c: &mut [MaybeUninit<f32>]| {
		let (from_a, from_b) = offsets[i];
		multiply(cpu, shape, a.get(from_a..).unwrap_or_default(), b.get(from_b..).unwrap_or_default(), c);
	};
	// Many products: one each per thread. Few: threads share each.
	if offsets.len() >= cpu.threads().max(2) {
		let work = matrix.saturating_mul(k);
		parallel::for_each_chunk(cpu, work, c, matrix, |i, c| one(cpu.single_threaded(), i, c));
	} else {
		for (i, c) in c.chunks_mut(matrix).enumerate() {
			one(cpu, i, c);
		}
	}
	Ok(())
}

/// One product of checked operands.
fn multiply(cpu: Cpu, shape: &MatMul, a: &[f32], b: &[f32], c: &mut [MaybeUninit<f32>]) {
	let &MatMul { m, k, n, .. } = shape;
	let (bias, finish) = (Bias::None, Finish::NONE);
	if k > 0 && m == 1 && shape.b.col == 1 {
		return row_product(cpu, k, (a, shape.a.col), (b, shape.b.row), c);
	}
	if k > 0 && n == 1 && shape.a.row == 1 {
		return row_product(cpu, k, (b, shape.b.row), (a, shape.a.col), c);
	}
	if n < PANEL / 2 && m > n {
		// A few columns: compute the transpose, a few rows, so that vectors run along the long side. Factors commute exactly.
		let (left, right) = (Strided::columns(b, shape.b), Strided::rows(a, shape.a));
		let p = Product { m: n, k, n: m, a: &left, b: &right, bias, finish };
		return product_transposed(cpu, &p, c);
	}
	let (left, right) = (Strided::rows(a, shape.a), Strided::columns(b, shape.b));
	product(cpu, &Product { m, k, n, a: &left, b: &right, bias, finish }, Destination::whole(c, n));
}

/// `c[m, n] = a[m, k] · b[k, n] + bias[n]` with a right-hand side packed before; `a` has the given strides, `c` is row-major and
/// overwritten. The bits are those of [`matmul`], the bias added afterwards.
pub fn matmul_packed(
	cpu: Cpu,
	m: usize,
	a: &[f32],
	strides: Strides,
	b: &PackedMatrix,
	bias: Option<&[f32]>,
	c: &mut [f32],
) -> Result<(), ShapeError> {
	multiply_packed(cpu, m, a, strides, b, bias, &[], as_slots(c))
}

/// As [`matmul_packed`], into a new vector; then does `steps` to the result, [1, m, n].
pub fn matmul_packed_to_vec(
	cpu: Cpu,
	m: usize,
	a: &[f32],
	strides: Strides,
	b: &PackedMatrix,
	bias: Option<&[f32]>,
	steps: &[Step<'_>],
) -> Result<Vec<f32>, ShapeError> {
	// SAFETY: the product writes every element.
	unsafe { filled(elements(&[m, b.cols()])?, |c| multiply_packed(cpu, m, a, strides, b, bias, steps, c)) }
}

#[allow(clippy::too_many_arguments, reason = "the operands of one operator")]
fn multiply_packed(
	cpu: Cpu,
	m: usize,
	a: &[f32],
	strides: Strides,
	b: &PackedMatrix,
	bias: Option<&[f32]>,
	steps: &[Step<'_>],
	c: &mut [MaybeUninit<f32>],
) -> Result<(), ShapeError> {
	let (k, n) = (b.rows(), b.cols());
	let span = strides.span(m, k)?;
	if a.len() < span {
		return Err(ShapeError::Length { what: "the left matrix", expected: span, found: a.len() });
	}
	exact_length("the product", m.checked_mul(n).ok_or(ShapeError::Overflow)?, c.len())?;
	if let Some(bias) = bias {
		exact_length("the bias", n, bias.len())?;
	}
	if c.is_empty() {
		return Ok(());
	}
	let bias = bias.map_or(Bias::None, Bias::Columns);
	let finish = Finish::new(steps, m, n, c.len())?;
	let left = Strided::rows(a, strides);
	product(cpu, &Product { m, k, n, a: &left, b, bias, finish }, Destination::whole(c, n));
	Ok(())
}

/// Room that is to be written, where there are elements already.
pub(crate) fn as_slots(elements: &mut [f32]) -> &mut [MaybeUninit<f32>] {
	// SAFETY: of the same layout. Nobody here writes anything uninitialised.
	unsafe { core::slice::from_raw_parts_mut(elements.as_mut_ptr().cast(), elements.len()) }
}

/// A vector of `len` elements written by `fill`, without writing zeros first.
///
/// # Safety
///
/// Unless it fails, `fill` writes every element.
pub(crate) unsafe fn filled(
	len: usize,
	fill: impl FnOnce(&mut [MaybeUninit<f32>]) -> Result<(), ShapeError>,
) -> Result<Vec<f32>, ShapeError> {
	let mut vec = Vec::with_capacity(len);
	fill(&mut vec.spare_capacity_mut()[..len])?;
	// SAFETY: the capacity is at least `len`, and `fill` has written so many.
	unsafe { vec.set_len(len) };
	Ok(vec)
}

/// The dot product of two vectors of equal length (the shorter one counts), by the definition.
pub fn dot<T: Real>(a: &[T], b: &[T]) -> T {
	let k = a.len().min(b.len());
	dot_with(k, |i| (a[i], b[i]))
}

/// The dot product of `k` pairs, by the definition.
pub(crate) fn dot_with<T: Real>(k: usize, pair: impl Fn(usize) -> (T, T)) -> T {
	let block = |from: usize| {
		(from..k.min(from + BLOCK)).fold(T::ZERO, |chain, i| {
			let (a, b) = pair(i);
			a.fma::<Baseline>(b, chain)
		})
	};
	let first = block(0);
	(BLOCK..k).step_by(BLOCK).fold(first, |sum, from| sum + block(from))
}

/// The same product of integers, wrapping.
pub fn matmul_i32(shape: &MatMul, a: &[i32], b: &[i32], c: &mut [i32]) -> Result<(), ShapeError> {
	exact_length("the product", shape.check(a.len(), b.len())?, c.len())?;
	if shape.n == 0 {
		return Ok(());
	}
	for (i, row) in c.chunks_exact_mut(shape.n).enumerate() {
		row.fill(0);
		for p in 0..shape.k {
			let factor = a[i * shape.a.row + p * shape.a.col];
			for (j, sum) in row.iter_mut().enumerate() {
				*sum = sum.wrapping_add(factor.wrapping_mul(b[p * shape.b.row + j * shape.b.col]));
			}
		}
	}
	Ok(())
}
