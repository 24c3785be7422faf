//! Loops around the kernel: packing for the caches, and threads.

use core::{marker::PhantomData, mem::MaybeUninit, ops::Range};

use super::{
	BLOCK, PANEL, as_slots,
	kernel::{self, Tile, Transposition, max_vectors},
	pack::{InPlace, Panels, SLACK},
	scratch::Scratch,
	vector::vector_matrix,
};
use crate::{
	finish::{Finish, Run},
	isa::{Arch, Cpu, Kernel},
	parallel,
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
	/// What is done to the result.
	pub finish: Finish<'a>,
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
	borrow: PhantomData<&'a mut [MaybeUninit<f32>]>,
}

// SAFETY: it stands for an exclusive borrow of `f32`s; `product` gives each thread its own rows or columns.
unsafe impl Send for Destination<'_> {}
// SAFETY: as above.
unsafe impl Sync for Destination<'_> {}

impl<'a> Destination<'a> {
	/// A matrix with rows `row` elements apart that fills `c` (the last row may end early).
	pub(crate) fn whole(c: &'a mut [MaybeUninit<f32>], row: usize) -> Self {
		Self { first: c.as_mut_ptr().cast(), len: c.len(), row, borrow: PhantomData }
	}
}

/// Below this many multiply-adds a thread is not worth waking: vectors of them take some microseconds.
const MIN_PRODUCTS_PER_THREAD: usize = 1 << 19;

/// Rows of A packed at a time (a multiple of every kernel's rows): with 256 columns, a quarter of a usual L2 cache.
const A_ROWS: usize = 240;
/// Columns of B packed at a time (a multiple of every kernel's columns): half of a usual L2 cache.
const B_COLS: usize = 512;

/// Computes the product into `c`, every element of it.
pub(crate) fn product<A: Panels, B: Panels>(cpu: Cpu, p: &Product<'_, A, B>, c: Destination<'_>) {
	assert!(
		p.m == 0 || p.n == 0 || (p.m - 1).saturating_mul(c.row).saturating_add(p.n) <= c.len && p.n <= c.row,
		"the destination holds the product"
	);
	check_bias(p);
	if p.k == 0 {
		for i in 0..p.m {
			// SAFETY: row `i` lies inside the destination, by the assertion above.
			let row: &mut [MaybeUninit<f32>] =
				unsafe { core::slice::from_raw_parts_mut(c.first.add(i * c.row).cast(), p.n) };
			for (j, to) in row.iter_mut().enumerate() {
				to.write(match p.bias {
					Bias::None => 0.0,
					Bias::Rows(bias) => 0.0 + bias[i],
					Bias::Columns(bias) => 0.0 + bias[j],
				});
			}
			// SAFETY: all of the row was just written.
			let row = unsafe { core::slice::from_raw_parts_mut(c.first.add(i * c.row), p.n) };
			cpu.run(Run { finish: p.finish.at(i * c.row), x: row });
		}
		return;
	}
	in_parts(cpu, p, c, None);
}

fn check_bias<A, B>(p: &Product<'_, A, B>) {
	match p.bias {
		Bias::Rows(bias) => assert!(bias.len() >= p.m, "each row has a bias"),
		Bias::Columns(bias) => assert!(bias.len() >= p.n, "each column has a bias"),
		Bias::None => {}
	}
}

/// Computes the product into `c` and, if given, what is finished of it into the columns of `turned`.
fn in_parts<A: Panels, B: Panels>(
	cpu: Cpu,
	p: &Product<'_, A, B>,
	c: Destination<'_>,
	turned: Option<Destination<'_>>,
) {
	let (rows, cols) = grid(cpu, p.m, p.n, p.k);
	let compute = |packed: Option<PackedRows<'_>>| {
		parallel::for_each_index(cpu, rows.count * cols.count, |i| {
			let (rows, cols) = (rows.range(i / cols.count), cols.range(i % cols.count));
			cpu.run(Part { p, c, packed, turned, rows, cols });
		});
	};
	let size = p.m.saturating_mul(p.k);
	if rows.count > 1 || cols.count == 1 || p.m <= MAX_HEIGHT || !(MIN_SHARED..=MAX_SHARED).contains(&size) {
		return compute(None);
	}
	// Every thread needs all rows: they pack them together first.
	let block = ((p.m + MAX_HEIGHT) * BLOCK + SLACK).next_multiple_of(PANEL);
	let mut scratch = Scratch::take();
	let data = scratch.floats(p.k.div_ceil(BLOCK) * block);
	parallel::for_each_chunk(cpu, p.m * BLOCK * PACKING, data, block, |i, into| {
		let k = i * BLOCK..p.k.min((i + 1) * BLOCK);
		cpu.run(PackRows { p, k, into });
	});
	compute(Some(PackedRows { data, block }));
}

/// At least the rows of any kernel's panel.
const MAX_HEIGHT: usize = 12;

/// Elements of A that are worth packing by all threads together, and that are kept beside what each thread needs.
const MIN_SHARED: usize = 1 << 16;
const MAX_SHARED: usize = 1 << 20;

/// What it costs to pack an element, in element operations.
const PACKING: usize = 4;

/// All rows of A, packed: the panels of each block of K, one block after the other.
#[derive(Clone, Copy)]
struct PackedRows<'a> {
	data: &'a [f32],
	/// Step from a block to the next.
	block: usize,
}

/// Packs all rows for one block of K.
struct PackRows<'a, A, B> {
	p: &'a Product<'a, A, B>,
	k: Range<usize>,
	into: &'a mut [f32],
}

impl<L: Panels, R: Panels> Kernel for PackRows<'_, L, R> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { p, k, into } = self;
		p.a.pack::<A>(k, 0..p.m, panel_height::<A>(p.m), into);
	}
}

/// Rows of the panels of so many rows, which are shared out evenly, as short panels keep fewer chains going.
fn panel_height<A: Arch>(rows: usize) -> usize {
	rows.div_ceil(rows.div_ceil(A::Vector::ROWS).max(1)).max(1)
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
	let threads = cpu.threads().min((work / MIN_PRODUCTS_PER_THREAD).max(1));
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
	/// A, if it is packed already.
	packed: Option<PackedRows<'a>>,
	/// Where the result's transpose goes; it is what the steps are done to, then.
	turned: Option<Destination<'a>>,
	rows: Range<usize>,
	cols: Range<usize>,
}

/// Most elements of A packed whole beside blocks of B: an eighth of a usual L2 cache.
const SMALL_A: usize = 1 << 16;

/// Most elements of A packed whole where B is read once.
const MAX_A: usize = 1 << 18;

impl<L: Panels, R: Panels> Kernel for Part<'_, L, R> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { p, ref rows, .. } = self;
		let height = panel_height::<A>(rows.len());
		let vectors = max_vectors::<A::Vector>(height);
		if rows.len() <= height && height.saturating_mul(p.k) <= MAX_A {
			self.single_panel::<A>(height, vectors);
		} else {
			self.blocked::<A>(height, vectors);
		}
	}
}

impl<L: Panels, R: Panels> Part<'_, L, R> {
	/// For so few rows that nothing of B is read twice: packs the rows once, reads B in place or packs as much as the nearest
	/// cache holds, and goes along K for each tile, as the columns of B may be what is adjacent in memory.
	#[inline(always)]
	fn single_panel<A: Arch>(&self, height: usize, vectors: usize) {
		let Self { p, rows, cols, .. } = self;
		let in_place = p.b.in_place();
		let mut width = vectors * A::Vector::LANES;
		if in_place.is_none() {
			width = width.min(2 * PANEL);
		}
		let mut scratch = Scratch::take();
		let a_size = (height * p.k + SLACK).next_multiple_of(PANEL);
		let b_size = width.next_multiple_of(PANEL) * p.k.min(BLOCK) + SLACK;
		let (a_packed, b_packed) = scratch.floats(a_size + b_size).split_at_mut(a_size);
		p.a.pack::<A>(0..p.k, rows.clone(), height, a_packed);
		for panel in blocks(cols.clone(), width) {
			for k in blocks(0..p.k, BLOCK) {
				let b = match in_place {
					Some(InPlace::Panels(data)) => Right::packed(data, p.k, k.start, panel.start),
					Some(InPlace::Rows(data, row)) if panel.len().is_multiple_of(A::Vector::LANES) => {
						Right { data: &data[k.start * row + panel.start..], row, panel: PANEL }
					}
					_ => {
						p.b.pack::<A>(k.clone(), panel.clone(), PANEL, b_packed);
						Right::packed(b_packed, k.len(), 0, 0)
					}
				};
				self.tile::<A>(
					&a_packed[k.start * height..k.end * height],
					height,
					b,
					None,
					k,
					rows.clone(),
					panel.clone(),
				);
			}
			self.finish::<A>(panel);
		}
	}

	/// For many rows: packs blocks of both sides for the caches.
	#[inline(always)]
	fn blocked<A: Arch>(&self, height: usize, vectors: usize) {
		let Self { p, rows, cols, .. } = self;
		let packed_before = match p.b.in_place() {
			Some(InPlace::Panels(data)) => Some(data),
			_ => None,
		};
		let width = vectors * A::Vector::LANES;
		let depth = p.k.min(BLOCK);
		// A small A is packed once, a large one again for every block of columns.
		let a_rows = rows.len().next_multiple_of(height);
		let whole = self.packed.is_none() && a_rows.saturating_mul(p.k) <= SMALL_A;
		let a_rows = if whole { a_rows } else { a_rows.min(A_ROWS / height * height) };
		let mut scratch = Scratch::take();
		let a_size = (a_rows * if whole { p.k } else { depth } + SLACK).next_multiple_of(PANEL);
		let a_size = if self.packed.is_some() { 0 } else { a_size };
		let b_size = cols.len().min(B_COLS).next_multiple_of(PANEL) * depth + SLACK;
		let b_size = if packed_before.is_some() { 0 } else { b_size };
		let (a_packed, b_packed) = scratch.floats(a_size + b_size).split_at_mut(a_size);
		if whole {
			for k in blocks(0..p.k, BLOCK) {
				let from = k.start * a_rows;
				p.a.pack::<A>(k, rows.clone(), height, &mut a_packed[from..]);
			}
		}
		// All of K for a block of columns, so that with few rows its outputs stay in the cache.
		for col_block in blocks(cols.clone(), B_COLS) {
			for k in blocks(0..p.k, BLOCK) {
				if packed_before.is_none() {
					p.b.pack::<A>(k.clone(), col_block.clone(), PANEL, b_packed);
				}
				for row_block in blocks(rows.clone(), a_rows) {
					let a_block = match self.packed {
						// It has all rows, of which the part has all.
						Some(a) => &a.data[k.start / BLOCK * a.block + row_block.start * k.len()..],
						None if whole => &a_packed[k.start * a_rows..],
						None => {
							p.a.pack::<A>(k.clone(), row_block.clone(), height, a_packed);
							&a_packed[..]
						}
					};
					for panel in blocks(col_block.clone(), width) {
						let b = match packed_before {
							Some(data) => Right::packed(data, p.k, k.start, panel.start),
							None => Right::packed(b_packed, k.len(), 0, panel.start - col_block.start),
						};
						for (i, part) in blocks(row_block.clone(), height).enumerate() {
							let a = &a_block[i * height * k.len()..(i + 1) * height * k.len()];
							// What was packed before may still be in memory only.
							let last = part.end == row_block.end && panel.end < col_block.end;
							let ahead = packed_before.filter(|_| last);
							let ahead = ahead.map(|data| Right::packed(data, p.k, k.start, panel.end));
							self.tile::<A>(a, height, b, ahead, k.clone(), part, panel.clone());
						}
					}
				}
			}
			self.finish::<A>(col_block);
		}
	}

	/// Does what comes after the product with these columns, which are complete.
	#[inline(always)]
	fn finish<A: Arch>(&self, cols: Range<usize>) {
		match self.turned {
			None => self.steps::<A>(self.c, self.rows.clone(), cols),
			Some(to) => {
				self.turn::<A>(to, cols.clone());
				self.steps::<A>(to, cols, self.rows.clone());
			}
		}
	}

	/// Does the steps to these rows and columns of the result.
	#[inline(always)]
	fn steps<A: Arch>(&self, result: Destination<'_>, rows: Range<usize>, cols: Range<usize>) {
		if self.p.finish.is_empty() {
			return;
		}
		// Whole rows follow each other.
		let (step, len) = if cols.len() == result.row {
			(rows.len().max(1), rows.len() * cols.len())
		} else {
			(1, cols.len())
		};
		for row in rows.step_by(step) {
			let at = row * result.row + cols.start;
			// SAFETY: inside the destination, as was checked for the whole; written, and no other part has it.
			let run = unsafe { core::slice::from_raw_parts_mut(result.first.add(at), len) };
			self.p.finish.run::<A>(at, run);
		}
	}

	/// Writes the transpose of these columns.
	#[inline(always)]
	fn turn<A: Arch>(&self, to: Destination<'_>, cols: Range<usize>) {
		let (rows, from_row, to_row) = (self.rows.len(), self.c.row, to.row);
		// SAFETY: the part's first row lies inside `c`, the row of its first column inside `to`.
		let (from, to) = unsafe {
			let from = self.c.first.add(self.rows.start * from_row + cols.start);
			(from, to.first.add(cols.start * to_row + self.rows.start))
		};
		if rows >= A::Vector::LANES {
			// SAFETY: both matrices have these rows and columns, as was checked for the whole; with so many rows nothing else is
			// written.
			unsafe { A::transpose(&Transposition { from, from_row, rows, cols: cols.len(), to, to_row }) };
		} else {
			for i in 0..rows {
				for j in 0..cols.len() {
					// SAFETY: as above.
					unsafe { *to.add(j * to_row + i) = *from.add(i * from_row + j) };
				}
			}
		}
	}

	/// Computes the outputs in `rows` and `cols`, few enough for the kernel, from the block `k` of K. `ahead` is what the next tile
	/// reads of B.
	#[inline(always)]
	#[allow(clippy::too_many_arguments, reason = "the operands of a tile")]
	fn tile<A: Arch>(
		&self,
		a: &[f32],
		height: usize,
		b: Right<'_>,
		ahead: Option<Right<'_>>,
		k: Range<usize>,
		rows: Range<usize>,
		cols: Range<usize>,
	) {
		let Self { p, c, .. } = self;
		let vectors = cols.len().div_ceil(A::Vector::LANES);
		assert!(k.len() * height <= a.len() && rows.len() <= height, "A holds the tile");
		let last = vectors * A::Vector::LANES - 1;
		let last = (k.len() - 1) * b.row + last / PANEL * b.panel + last % PANEL;
		assert!(last < b.data.len(), "B holds the tile");
		let tile = Tile {
			depth: k.len(),
			a: a.as_ptr(),
			a_step: height,
			b: b.data.as_ptr(),
			b_row: b.row,
			b_panel: b.panel,
			// SAFETY: `product` checked that the destination holds the last row and column.
			c: unsafe { c.first.add(rows.start * c.row + cols.start) },
			c_row: c.row,
			rows: rows.len(),
			cols: cols.len(),
			vectors,
			first: k.start == 0,
			bias: if k.end == p.k { p.bias.at(rows.start, cols.start) } else { kernel::Bias::None },
			ahead: ahead.map_or(core::ptr::null(), |ahead| ahead.data.as_ptr()),
		};
		// SAFETY: `Arch` is one the machine has; `a` and `b` are slices of the sizes the tile reads, and the bias is as long as
		// the result, which `product` checked; the rows and columns of C are inside the destination, and no other part
		// has them.
		unsafe { A::tile(&tile) };
	}
}

/// Where a tile finds its part of B.
#[derive(Clone, Copy)]
struct Right<'a> {
	/// Starts with the tile's first entry.
	data: &'a [f32],
	/// Step to the next row.
	row: usize,
	/// Step to the next sixteen columns.
	panel: usize,
}

impl<'a> Right<'a> {
	/// In panels with `depth` rows, from the given row and column.
	#[inline(always)]
	fn packed(data: &'a [f32], depth: usize, row: usize, col: usize) -> Self {
		let from = (col / PANEL * depth + row) * PANEL + col % PANEL;
		Self { data: &data[from..], row: PANEL, panel: depth * PANEL }
	}
}

/// Computes the transpose of the product into `c` (its columns are `m` apart): for a product with many columns and few rows.
pub(crate) fn product_transposed<A: Panels, B: Panels>(
	cpu: Cpu,
	p: &Product<'_, A, B>,
	c: &mut [MaybeUninit<f32>],
) {
	let &Product { m, k, n, bias, .. } = p;
	assert!(m.saturating_mul(n) <= c.len(), "the destination holds the product");
	if m == 1 || n == 1 {
		return product(cpu, p, Destination::whole(c, n));
	}
	if k == 0 {
		// The sums of nothing and the biases, the other way round.
		let bias = match bias {
			Bias::None => Bias::None,
			Bias::Rows(bias) => Bias::Columns(bias),
			Bias::Columns(bias) => Bias::Rows(bias),
		};
		let turned = Product { m: n, k, n: m, bias, ..*p };
		return product(cpu, &turned, Destination::whole(c, m));
	}
	check_bias(p);
	let mut scratch = Scratch::take();
	let product_here = Destination::whole(as_slots(scratch.floats(m * n)), n);
	in_parts(cpu, p, product_here, Some(Destination::whole(c, m)));
}

/// `range` in steps of `size`, the last possibly shorter.
#[inline(always)]
pub(super) fn blocks(range: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
	let end = range.end;
	range.step_by(size).map(move |from| from..end.min(from + size))
}

/// A row times the columns of a matrix whose rows are stored: what [`product`] would compute with fewer detours.
pub(crate) fn row_product(
	cpu: Cpu,
	k: usize,
	a: (&[f32], usize),
	b: (&[f32], usize),
	out: &mut [MaybeUninit<f32>],
) {
	let work = k.saturating_mul(out.len());
	let parts = cpu.threads().min((work / MIN_PRODUCTS_PER_THREAD).max(1));
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
	out: &'a mut [MaybeUninit<f32>],
}

impl Kernel for Row<'_> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		vector_matrix::<A::Vector>(self.a, self.k, self.b, self.first, self.out);
	}
}
