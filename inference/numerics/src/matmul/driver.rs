//! Loops around the kernel: packing for the caches, and threads.

use core::{marker::PhantomData, ops::Range};

use alloc::vec::Vec;

use super::{
	BLOCK,
	kernel::Tile,
	pack::{Columns, Strided},
};
use crate::{
	isa::{Arch, Cpu, Kernel},
	parallel::{self, MIN_WORK_PER_THREAD},
	simd::Simd,
};

/// A product of an m × k by a k × n matrix. Operands must hold what the sizes say (they are indexed with checks).
pub(crate) struct Product<'a, B> {
	pub m: usize,
	pub k: usize,
	pub n: usize,
	pub a: Strided<'a>,
	pub b: &'a B,
}

/// An m × n result with adjacent columns, written in disjoint parts by several threads.
#[derive(Clone, Copy)]
pub(crate) struct Destination<'a> {
	first: *mut f32,
	len: usize,
	row: usize,
	borrow: PhantomData<&'a mut [f32]>,
}

// SAFETY: it stands for an exclusive borrow of `f32`s; `product` gives each thread its own rows or columns.
unsafe impl Send for Destination<'_> {}
// SAFETY: as above.
unsafe impl Sync for Destination<'_> {}

impl<'a> Destination<'a> {
	/// A matrix with rows `row` elements apart that fills `c` (the last row may end early).
	pub(crate) fn whole(c: &'a mut [f32], row: usize) -> Self {
		Self { first: c.as_mut_ptr(), len: c.len(), row, borrow: PhantomData }
	}
}

/// Rows of A packed at a time (a multiple of every kernel's rows): with 256 columns, a quarter of a usual L2 cache.
const A_ROWS: usize = 240;
/// Columns of B packed at a time (a multiple of every kernel's columns): half of a usual L2 cache.
const B_COLS: usize = 512;

/// Computes the product into `c`.
pub(crate) fn product<B: Columns>(cpu: Cpu, p: &Product<'_, B>, c: Destination<'_>) {
	assert!(
		p.m == 0 || p.n == 0 || (p.m - 1).saturating_mul(c.row).saturating_add(p.n) <= c.len && p.n <= c.row,
		"the destination holds the product"
	);
	if p.k == 0 {
		for i in 0..p.m {
			// SAFETY: row `i` lies inside the destination, by the assertion above.
			unsafe { core::slice::from_raw_parts_mut(c.first.add(i * c.row), p.n) }.fill(0.0);
		}
		return;
	}
	let (rows, cols) = grid(cpu, p.m, p.n, p.k);
	parallel::for_each_index(cpu, rows.count * cols.count, |i| {
		let part = Part { p, c, rows: rows.range(i / cols.count), cols: cols.range(i % cols.count) };
		cpu.run(part);
	});
}

/// A side of the result cut into equal parts.
#[derive(Clone, Copy)]
struct Cut {
	size: usize,
	part: usize,
	count: usize,
}

impl Cut {
	/// At most `count` parts, each a multiple of `unit` but for the last.
	fn new(size: usize, unit: usize, count: usize) -> Self {
		let part = size.div_ceil(count.max(1)).next_multiple_of(unit).max(1);
		Self { size, part, count: size.div_ceil(part) }
	}

	fn range(self, i: usize) -> Range<usize> {
		i * self.part..self.size.min((i + 1) * self.part)
	}
}

/// How threads share the result: along its longer side, and along both where that leaves threads idle.
fn grid(cpu: Cpu, m: usize, n: usize, k: usize) -> (Cut, Cut) {
	const ROW_UNIT: usize = 12;
	const COL_UNIT: usize = 64;
	let work = m.saturating_mul(n).saturating_mul(k);
	let threads = cpu.threads().min((work / MIN_WORK_PER_THREAD).max(1));
	if m >= n {
		let rows = Cut::new(m, ROW_UNIT, threads);
		(rows, Cut::new(n, COL_UNIT, threads / rows.count.max(1)))
	} else {
		let cols = Cut::new(n, COL_UNIT, threads);
		(Cut::new(m, ROW_UNIT, threads / cols.count.max(1)), cols)
	}
}

/// The part of a product that one thread computes.
struct Part<'a, B> {
	p: &'a Product<'a, B>,
	c: Destination<'a>,
	rows: Range<usize>,
	cols: Range<usize>,
}

impl<B: Columns> Kernel for Part<'_, B> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { p, c, rows, cols } = self;
		if let (1, Some((data, row))) = (rows.len(), p.b.adjacent()) {
			// SAFETY: `Arch` is one the machine has; the row of C is inside the destination, and no other part has it.
			let out = unsafe {
				core::slice::from_raw_parts_mut(c.first.add(rows.start * c.row + cols.start), cols.len())
			};
			let a = Strided { data: &p.a.data[rows.start * p.a.strides.row..], ..p.a };
			return vector_matrix::<A::Vector>(a, p.k, data, row, cols.start, out);
		}
		let height = A::Vector::ROWS;
		let width = A::Vector::VECTORS * A::Vector::LANES;
		// With one panel of A nothing of B is read twice: pack only what the kernel cannot read in place, a panel at a time.
		let once = rows.len() <= height;
		let in_place = p.b.adjacent().filter(|_| once);
		let b_cols = if once { width } else { B_COLS };
		let depth = p.k.min(BLOCK);
		let a_size = rows.len().min(A_ROWS).next_multiple_of(height) * depth;
		let b_size = cols.len().min(b_cols).next_multiple_of(width) * depth;
		let mut scratch = Scratch::take();
		let (b_packed, a_packed) = scratch.floats(a_size + b_size).split_at_mut(b_size);
		for k in blocks(0..p.k, BLOCK) {
			// With one block of A's rows, its packing serves all blocks of B's columns.
			let mut a_ready = false;
			for col_block in blocks(cols.clone(), b_cols) {
				let mut packed = false;
				for row_block in blocks(rows.clone(), A_ROWS) {
					for (i, panel) in blocks(row_block.clone(), height).enumerate().filter(|_| !a_ready) {
						let at = i * height * k.len();
						p.a.pack_rows::<A>(panel, k.clone(), height, &mut a_packed[at..]);
					}
					a_ready = rows.len() <= A_ROWS;
					for (j, panel) in blocks(col_block.clone(), width).enumerate() {
						let vectors = panel.len().div_ceil(A::Vector::LANES);
						let panel_width = vectors * A::Vector::LANES;
						let direct = in_place.filter(|_| panel.len() == panel_width);
						let (b, b_row) = if let Some((data, row)) = direct {
							let from = k.start * row + panel.start;
							// The last entry the kernel reads, so that the slice checks it.
							let to = from + (k.len() - 1) * row + panel_width;
							(&data[from..to], row)
						} else {
							let at = j * width * k.len();
							let to = &mut b_packed[at..at + panel_width * k.len()];
							if !packed {
								p.b.pack::<A>(k.clone(), panel.clone(), panel_width, to);
							}
							(&*to, panel_width)
						};
						for (i, part) in blocks(row_block.clone(), height).enumerate() {
							let a = &a_packed[i * height * k.len()..(i + 1) * height * k.len()];
							let tile = Tile {
								depth: k.len(),
								a: a.as_ptr(),
								b: b.as_ptr(),
								b_row,
								// SAFETY: `product` checked that the destination holds the last row and column.
								c: unsafe { c.first.add(part.start * c.row + panel.start) },
								c_row: c.row,
								rows: part.len(),
								cols: panel.len(),
								vectors,
								first: k.start == 0,
							};
							// SAFETY: `Arch` is one the machine has; `a` and `b` are slices of the sizes the tile
							// reads; the rows and columns of C are inside the destination, and no other part has them.
							unsafe { A::tile(&tile) };
						}
					}
					packed = true;
				}
			}
		}
	}
}

/// A row times columns `first..` of a matrix with adjacent entries in a row. Nothing is used twice, so speed is that of
/// memory: reads whole stretches of rows, and keeps the sums of a block of K in the nearest cache.
#[inline(always)]
fn vector_matrix<S: Simd>(a: Strided<'_>, k: usize, b: &[f32], b_row: usize, first: usize, out: &mut [f32]) {
	const COLS: usize = 1024;
	let mut sums = [0.0f32; COLS];
	for cols in blocks(0..out.len(), COLS) {
		for block in blocks(0..k, BLOCK) {
			let sums = &mut sums[..cols.len()];
			sums.fill(0.0);
			let row = |p: usize| &b[p * b_row + first + cols.start..][..cols.len()];
			let factor = |p: usize| a.data[p * a.strides.col];
			let fours = block.len() / 4 * 4;
			for p in (block.start..block.start + fours).step_by(4) {
				// SAFETY: the caller is compiled for `S`.
				unsafe { add_rows::<S, 4>([0, 1, 2, 3].map(|i| (factor(p + i), row(p + i))), sums) };
			}
			for p in block.start + fours..block.end {
				// SAFETY: as above.
				unsafe { add_rows::<S, 1>([(factor(p), row(p))], sums) };
			}
			for (to, &sum) in out[cols.clone()].iter_mut().zip(&*sums) {
				*to = if block.start == 0 { sum } else { *to + sum };
			}
		}
	}
}

/// Continues each chain in `sums` with `N` further pairs, in order.
///
/// # Safety
///
/// Conditions of [`Simd`] but for the pointers.
#[inline(always)]
unsafe fn add_rows<S: Simd, const N: usize>(rows: [(f32, &[f32]); N], sums: &mut [f32]) {
	let len = sums.len();
	let rows = rows.map(|(factor, row)| (factor, &row[..len]));
	let whole = len / S::LANES * S::LANES;
	for at in (0..whole).step_by(S::LANES) {
		// SAFETY: `at + LANES` is at most the length of `sums` and of each row.
		unsafe {
			let mut sum = S::load(sums.as_ptr().add(at));
			for (factor, row) in rows {
				sum = S::splat(factor).fma(S::load(row.as_ptr().add(at)), sum);
			}
			sum.store(sums.as_mut_ptr().add(at));
		}
	}
	for at in whole..len {
		for (factor, row) in rows {
			sums[at] = crate::fma::fma(factor, row[at], sums[at]);
		}
	}
}

/// `range` in steps of `size`, the last possibly shorter.
#[inline(always)]
fn blocks(range: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
	let end = range.end;
	range.step_by(size).map(move |from| from..end.min(from + size))
}

/// A cache line, so that packed panels start on one.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; 16]);

#[cfg(feature = "std")]
std::thread_local! {
	static SCRATCH: core::cell::Cell<Vec<Line>> = const { core::cell::Cell::new(Vec::new()) };
}

/// Scratch memory of a thread, kept for its next product: fresh pages would cost more than a small product.
struct Scratch(Vec<Line>);

impl Scratch {
	fn take() -> Self {
		#[cfg(feature = "std")]
		return Self(SCRATCH.take());
		#[cfg(not(feature = "std"))]
		Self(Vec::new())
	}

	/// `len` elements of unspecified value.
	fn floats(&mut self, len: usize) -> &mut [f32] {
		let lines = len.div_ceil(16);
		if self.0.len() < lines {
			self.0.resize(lines, Line([0.0; 16]));
		}
		// SAFETY: a `Line` is sixteen `f32`s without padding, and there are at least `len / 16` of them.
		unsafe { core::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), len) }
	}
}

impl Drop for Scratch {
	fn drop(&mut self) {
		#[cfg(feature = "std")]
		SCRATCH.set(core::mem::take(&mut self.0));
	}
}
