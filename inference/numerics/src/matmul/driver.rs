//! Loops around the kernel: packing for the caches, and threads.

use core::{marker::PhantomData, ops::Range};

use super::{
	BLOCK, PANEL,
	kernel::{self, Tile, max_vectors},
	pack::{InPlace, Panels, SLACK},
	scratch::Scratch,
	vector::vector_matrix,
};
use crate::{
	isa::{Arch, Cpu, Kernel},
	parallel::{self, MIN_WORK_PER_THREAD},
	simd::Simd,
};

/// A product of an m × k by a k × n matrix. Operands must hold what the sizes say (they are indexed with checks).
pub(crate) struct Product<'a, A, B> {
	pub m: usize,
	pub k: usize,
	pub n: usize,
	pub a: &'a A,
	pub b: &'a B,
	pub bias: Bias<'a>,
}

/// What is added to each finished output.
#[derive(Clone, Copy)]
pub(crate) enum Bias<'a> {
	/// Nothing.
	None,
	/// One entry per row.
	Rows(&'a [f32]),
	/// One entry per column.
	Columns(&'a [f32]),
}

impl Bias<'_> {
	/// For the tile whose first output is in this row and column.
	#[inline(always)]
	fn at(self, row: usize, col: usize) -> kernel::Bias {
		match self {
			Self::None => kernel::Bias::None,
			Self::Rows(bias) => kernel::Bias::Rows(bias[row..].as_ptr()),
			Self::Columns(bias) => kernel::Bias::Columns(bias[col..].as_ptr()),
		}
	}
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
pub(crate) fn product<A: Panels, B: Panels>(cpu: Cpu, p: &Product<'_, A, B>, c: Destination<'_>) {
	assert!(
		p.m == 0 || p.n == 0 || (p.m - 1).saturating_mul(c.row).saturating_add(p.n) <= c.len && p.n <= c.row,
		"the destination holds the product"
	);
	match p.bias {
		Bias::Rows(bias) => assert!(bias.len() >= p.m, "each row has a bias"),
		Bias::Columns(bias) => assert!(bias.len() >= p.n, "each column has a bias"),
		Bias::None => {}
	}
	if p.k == 0 {
		for i in 0..p.m {
			// SAFETY: row `i` lies inside the destination, by the assertion above.
			let row = unsafe { core::slice::from_raw_parts_mut(c.first.add(i * c.row), p.n) };
			match p.bias {
				Bias::None => row.fill(0.0),
				Bias::Rows(bias) => row.fill(0.0 + bias[i]),
				Bias::Columns(bias) => row.iter_mut().zip(bias).for_each(|(to, b)| *to = 0.0 + b),
			}
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
struct Part<'a, A, B> {
	p: &'a Product<'a, A, B>,
	c: Destination<'a>,
	rows: Range<usize>,
	cols: Range<usize>,
}

impl<L: Panels, R: Panels> Kernel for Part<'_, L, R> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { p, c, rows, cols } = self;
		// Rows are shared out evenly among panels, as short ones keep fewer chains going.
		let height = rows.len().div_ceil(rows.len().div_ceil(A::Vector::ROWS).max(1)).max(1);
		let width = max_vectors::<A::Vector>(height) * A::Vector::LANES;
		let in_place = p.b.in_place();
		// With one panel of A nothing of B is read twice: pack what the kernel cannot read in place a tile at a time.
		let once = rows.len() <= height;
		let b_cols = if once { width.next_multiple_of(PANEL) } else { B_COLS };
		let a_rows = A_ROWS / height * height;
		let depth = p.k.min(BLOCK);
		let a_size = rows.len().min(a_rows).next_multiple_of(height) * depth + SLACK;
		let b_size = cols.len().min(b_cols).next_multiple_of(PANEL) * depth + SLACK;
		let mut scratch = Scratch::take();
		let (a_packed, b_packed) = scratch
			.floats(a_size.next_multiple_of(PANEL) + b_size)
			.split_at_mut(a_size.next_multiple_of(PANEL));
		let last_block = (p.k - 1) / BLOCK;
		for block in 0..=last_block {
			let k = block * BLOCK..p.k.min((block + 1) * BLOCK);
			// With one block of A's rows, its packing serves all blocks of B's columns.
			let mut a_ready = false;
			for col_block in blocks(cols.clone(), b_cols) {
				let mut packed = false;
				for row_block in blocks(rows.clone(), a_rows) {
					if !a_ready {
						p.a.pack::<A>(k.clone(), row_block.clone(), height, a_packed);
					}
					a_ready = rows.len() <= a_rows;
					for panel in blocks(col_block.clone(), width) {
						let vectors = panel.len().div_ceil(A::Vector::LANES);
						let (b, b_row, b_panel) = match in_place {
							Some(InPlace::Panels(data)) => {
								let from = (panel.start / PANEL * p.k + k.start) * PANEL;
								(&data[from + panel.start % PANEL..], PANEL, p.k * PANEL)
							}
							Some(InPlace::Rows(data, row))
								if once && panel.len() == vectors * A::Vector::LANES =>
							{
								(&data[k.start * row + panel.start..], row, PANEL)
							}
							_ => {
								if !packed {
									p.b.pack::<A>(k.clone(), col_block.clone(), PANEL, b_packed);
									packed = true;
								}
								let at = panel.start - col_block.start;
								(
									&b_packed[at / PANEL * PANEL * k.len() + at % PANEL..],
									PANEL,
									PANEL * k.len(),
								)
							}
						};
						// The last entry the kernel reads.
						let last = vectors * A::Vector::LANES - 1;
						let last = (k.len() - 1) * b_row + last / PANEL * b_panel + last % PANEL;
						assert!(last < b.len(), "B holds the tile");
						for (i, part) in blocks(row_block.clone(), height).enumerate() {
							let a = &a_packed[i * height * k.len()..(i + 1) * height * k.len()];
							let tile = Tile {
								depth: k.len(),
								a: a.as_ptr(),
								a_step: height,
								b: b.as_ptr(),
								b_row,
								b_panel,
								// SAFETY: `product` checked that the destination holds the last row and column.
								c: unsafe { c.first.add(part.start * c.row + panel.start) },
								c_row: c.row,
								rows: part.len(),
								cols: panel.len(),
								vectors,
								first: block == 0,
								bias: if block == last_block {
									p.bias.at(part.start, panel.start)
								} else {
									kernel::Bias::None
								},
							};
							// SAFETY: `Arch` is one the machine has; `a` and `b` are slices of the sizes the tile
							// reads; the rows and columns of C are inside the destination, and no other part has them.
							unsafe { A::tile(&tile) };
						}
					}
				}
			}
		}
	}
}

/// `range` in steps of `size`, the last possibly shorter.
#[inline(always)]
pub(super) fn blocks(range: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
	let end = range.end;
	range.step_by(size).map(move |from| from..end.min(from + size))
}

/// A row times the columns of a matrix whose rows are stored: what [`product`] would compute with fewer detours.
pub(crate) fn row_product(cpu: Cpu, k: usize, a: (&[f32], usize), b: (&[f32], usize), out: &mut [f32]) {
	let work = k.saturating_mul(out.len());
	let parts = cpu.threads().min((work / MIN_WORK_PER_THREAD).max(1));
	let chunk = out.len().div_ceil(parts).next_multiple_of(64);
	parallel::for_each_chunk(cpu, chunk.saturating_mul(k), out, chunk, |i, out| {
		cpu.run(Row { a, k, b, first: i * chunk, out });
	});
}

struct Row<'a> {
	a: (&'a [f32], usize),
	k: usize,
	b: (&'a [f32], usize),
	first: usize,
	out: &'a mut [f32],
}

impl Kernel for Row<'_> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		vector_matrix::<A::Vector>(self.a, self.k, self.b, self.first, self.out);
	}
}
