//! NumPy broadcasting of two operands.

use alloc::{vec, vec::Vec};

use crate::error::{ShapeError, elements, exact_length};

/// The common shape of two operands: aligned at the last axis, sizes equal or 1.
pub fn broadcast_shape(a: &[usize], b: &[usize]) -> Result<Vec<usize>, ShapeError> {
	let rank = a.len().max(b.len());
	let size = |shape: &[usize], axis: usize| {
		(axis + shape.len()).checked_sub(rank).and_then(|i| shape.get(i)).copied().unwrap_or(1)
	};
	(0..rank)
		.map(|axis| match (size(a, axis), size(b, axis)) {
			(left, right) if left == right => Ok(left),
			(1, right) => Ok(right),
			(left, 1) => Ok(left),
			(left, right) => Err(ShapeError::Mismatch { what: "broadcast dimensions", left, right }),
		})
		.collect()
}

/// `out[i] = f(a[i], b[i])` over the broadcast shape.
pub fn broadcast_map<A: Copy, B: Copy, O>(
	a: &[A],
	a_shape: &[usize],
	b: &[B],
	b_shape: &[usize],
	out: &mut [O],
	f: impl Fn(A, B) -> O,
) -> Result<(), ShapeError> {
	let plan = Plan::new(a_shape, b_shape)?;
	plan.check(a.len(), b.len(), out.len())?;
	for_each_pair!(plan.runs(0, a, b, out), |x, y| f(x, y));
	Ok(())
}

/// How the operands advance within a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pattern {
	/// Both element by element.
	Both,
	/// Only the left one.
	Left,
	/// Only the right one.
	Right,
}

/// An axis outside the row: its size and the operands' steps (0 where broadcast).
#[derive(Clone, Copy, Debug)]
struct Outer {
	size: usize,
	a: usize,
	b: usize,
}

/// A broadcast as rows, as long as possible, in which each operand either advances or stands still.
#[derive(Clone, Debug)]
pub struct Plan {
	pattern: Pattern,
	/// Elements of a row.
	row: usize,
	outer: Vec<Outer>,
	lengths: [usize; 3],
	repeated: Option<Repeated>,
}

/// The rows are short, one operand has all elements of the result, and the other repeats itself after `period` of them:
/// then a period is spelled out, and rows are as long as one.
#[derive(Clone, Copy, Debug)]
struct Repeated {
	operand: Operand,
	period: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operand {
	Left,
	Right,
}

/// Rows that are not short.
const LONG: usize = 128;
/// Longest period that is spelled out.
const PERIOD: usize = 1 << 12;
/// Elements spelled out at least, by repeating the period.
const SPELLED: usize = 1 << 10;

impl Plan {
	pub(super) fn new(a_shape: &[usize], b_shape: &[usize]) -> Result<Self, ShapeError> {
		let shape = broadcast_shape(a_shape, b_shape)?;
		let lengths = [elements(a_shape)?, elements(b_shape)?, elements(&shape)?];
		let mut plan = Self { lengths, ..Self::scalars() };
		if lengths[2] == 0 {
			plan.row = 0;
			return Ok(plan);
		}
		let rank = shape.len();
		let (mut a_step, mut b_step, mut in_row) = (1, 1, true);
		for axis in (0..rank).rev().filter(|&axis| shape[axis] != 1) {
			let has = |own: &[usize]| (axis + own.len()).checked_sub(rank).is_some_and(|i| own[i] != 1);
			let (in_a, in_b) = (has(a_shape), has(b_shape));
			let pattern = match (in_a, in_b) {
				(true, false) => Pattern::Left,
				(false, true) => Pattern::Right,
				_ => Pattern::Both,
			};
			let size = shape[axis];
			if in_row && (plan.row == 1 || plan.pattern == pattern) {
				plan.pattern = pattern;
				plan.row *= size;
			} else {
				in_row = false;
				plan.outer.push(Outer {
					size,
					a: if in_a { a_step } else { 0 },
					b: if in_b { b_step } else { 0 },
				});
			}
			a_step *= if in_a { size } else { 1 };
			b_step *= if in_b { size } else { 1 };
		}
		plan.repeated = plan.find_repeated();
		Ok(plan)
	}

	fn find_repeated(&self) -> Option<Repeated> {
		let [a, b, out] = self.lengths;
		let operand = match (a == out, b == out) {
			(true, false) => Operand::Right,
			(false, true) => Operand::Left,
			_ => return None,
		};
		let moves = |outer: &Outer| if operand == Operand::Left { outer.a != 0 } else { outer.b != 0 };
		let axes = self.outer.iter().rposition(moves).map_or(0, |last| last + 1);
		let period = self.outer[..axes].iter().fold(self.row, |n, outer| n.saturating_mul(outer.size));
		(self.row < LONG && period <= PERIOD.min(out / 2)).then_some(Repeated { operand, period })
	}

	/// Two scalars.
	pub(super) fn scalars() -> Self {
		Self { pattern: Pattern::Both, row: 1, outer: vec![], lengths: [1; 3], repeated: None }
	}

	pub(super) fn check(&self, a: usize, b: usize, out: usize) -> Result<(), ShapeError> {
		exact_length("the left operand", self.lengths[0], a)?;
		exact_length("the right operand", self.lengths[1], b)?;
		exact_length("the result", self.lengths[2], out)
	}

	/// Where the rows of group `index` start in the operands: those that differ only along the first of the outer axes.
	#[inline(always)]
	fn starts(&self, mut index: usize) -> (usize, usize) {
		let (mut a, mut b) = (0, 0);
		for outer in self.outer.iter().skip(1) {
			let i = index % outer.size;
			index /= outer.size;
			a += i * outer.a;
			b += i * outer.b;
		}
		(a, b)
	}

	/// The elements of the result from `first` on, `out`, with the operands' elements they are made from.
	pub(super) fn runs<'a, A: Copy, B: Copy, O>(
		&'a self,
		first: usize,
		a: &'a [A],
		b: &'a [B],
		out: &'a mut [O],
	) -> Runs<'a, A, B, O> {
		let operand = self.repeated.map(|repeated| repeated.operand);
		let period = self.repeated.map_or(1, |repeated| repeated.period);
		let spelled_a = match operand {
			Some(Operand::Left) => self.spell(period, a, |&(a, _)| a, self.pattern == Pattern::Right),
			_ => vec![],
		};
		let spelled_b = match operand {
			Some(Operand::Right) => self.spell(period, b, |&(_, b)| b, self.pattern == Pattern::Left),
			_ => vec![],
		};
		let (row, skip) = (first / self.row.max(1), first % self.row.max(1));
		let phase = first % period;
		Runs {
			plan: self,
			a,
			b,
			rest: out,
			spelled_a,
			spelled_b,
			at: first,
			phase,
			row,
			skip,
			left: 0,
			from: (0, 0),
		}
	}

	/// The elements of an operand for some whole periods of the result.
	#[inline(always)]
	fn spell<X: Copy>(
		&self,
		period: usize,
		x: &[X],
		start: impl Fn(&(usize, usize)) -> usize,
		still: bool,
	) -> Vec<X> {
		let mut spelled = Vec::with_capacity(period.max(SPELLED));
		let (size, step) = self.outer.first().map_or((1, (0, 0)), |outer| (outer.size, (outer.a, outer.b)));
		let step = start(&step);
		for row in 0..period / self.row {
			let from = start(&self.starts(row / size)) + row % size * step;
			if still {
				spelled.extend(core::iter::repeat_n(x[from], self.row));
			} else {
				spelled.extend_from_slice(&x[from..][..self.row]);
			}
		}
		for _ in 1..SPELLED / period {
			spelled.extend_from_within(..period);
		}
		spelled
	}
}

/// Elements of the operands that belong together.
pub(super) enum Pair<'a, A, B> {
	Both(&'a [A], &'a [B]),
	/// Many left ones with one right.
	Left(&'a [A], B),
	/// One left with many right ones.
	Right(A, &'a [B]),
}

/// A walk over a part of the result.
pub(super) struct Runs<'a, A, B, O> {
	plan: &'a Plan,
	a: &'a [A],
	b: &'a [B],
	/// What remains of the part.
	rest: &'a mut [O],
	/// The operand that is repeated, if one is; empty otherwise.
	spelled_a: Vec<A>,
	spelled_b: Vec<B>,
	/// Index of the next element, and in what is spelled out.
	at: usize,
	phase: usize,
	/// The next row, how many of its elements are done, rows left in its group, and where the operands' rows start.
	row: usize,
	skip: usize,
	left: usize,
	from: (usize, usize),
}

impl<'a, A: Copy, B: Copy, O> Runs<'a, A, B, O> {
	pub(super) fn next(&mut self) -> Option<(Pair<'_, A, B>, &'a mut [O])> {
		if self.rest.is_empty() {
			return None;
		}
		let Some(Repeated { operand, .. }) = self.plan.repeated else { return Some(self.next_row()) };
		let spelled = self.spelled_a.len().max(self.spelled_b.len());
		let out = self.take(spelled - self.phase);
		let (at, phase, len) = (self.at, self.phase, out.len());
		self.at += len;
		// As many as are spelled out, or the part has ended.
		self.phase = 0;
		let pair = match operand {
			Operand::Left => Pair::Both(&self.spelled_a[phase..][..len], &self.b[at..][..len]),
			Operand::Right => Pair::Both(&self.a[at..][..len], &self.spelled_b[phase..][..len]),
		};
		Some((pair, out))
	}

	/// The next elements of the result, `most` or all that remain.
	fn take(&mut self, most: usize) -> &'a mut [O] {
		let rest = core::mem::take(&mut self.rest);
		let (out, tail) = rest.split_at_mut(rest.len().min(most));
		self.rest = tail;
		out
	}

	fn next_row(&mut self) -> (Pair<'_, A, B>, &'a mut [O]) {
		let group = self.plan.outer.first().copied().unwrap_or(Outer { size: 1, a: 0, b: 0 });
		if self.left == 0 {
			let i = self.row % group.size;
			let (a, b) = self.plan.starts(self.row / group.size);
			self.from = (a + i * group.a, b + i * group.b);
			self.left = group.size - i;
		}
		let out = self.take(self.plan.row - self.skip);
		let ((from_a, from_b), skip, len) = (self.from, self.skip, out.len());
		self.from = (from_a + group.a, from_b + group.b);
		self.left -= 1;
		self.row += 1;
		self.skip = 0;
		let pair = match self.plan.pattern {
			Pattern::Both => Pair::Both(&self.a[from_a + skip..][..len], &self.b[from_b + skip..][..len]),
			Pattern::Left => Pair::Left(&self.a[from_a + skip..][..len], self.b[from_b]),
			Pattern::Right => Pair::Right(self.a[from_a], &self.b[from_b + skip..][..len]),
		};
		(pair, out)
	}
}

/// Computes the elements that some [`Runs`] go over. A macro, so that the expression stands in the loop itself: a closure
/// may be compiled as a function of its own, without the instruction set of the kernel it is passed to.
macro_rules! for_each_pair {
	($runs:expr, |$x:ident, $y:ident| $value:expr) => {{
		let mut runs = $runs;
		while let Some((pair, out)) = runs.next() {
			match pair {
				$crate::elementwise::broadcast::Pair::Both(a, b) => {
					for ((to, &$x), &$y) in out.iter_mut().zip(a).zip(b) {
						*to = $value;
					}
				}
				$crate::elementwise::broadcast::Pair::Left(a, $y) => {
					for (to, &$x) in out.iter_mut().zip(a) {
						*to = $value;
					}
				}
				$crate::elementwise::broadcast::Pair::Right($x, b) => {
					for (to, &$y) in out.iter_mut().zip(b) {
						*to = $value;
					}
				}
			}
		}
	}};
}
pub(super) use for_each_pair;

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn shapes_should_broadcast_as_numpy_does() {
		assert_eq!(broadcast_shape(&[2, 1, 4], &[3, 1]), Ok(vec![2, 3, 4]));
		assert_eq!(broadcast_shape(&[], &[5]), Ok(vec![5]));
		assert_eq!(broadcast_shape(&[1], &[0]), Ok(vec![0]));
		assert!(broadcast_shape(&[2], &[3]).is_err());
	}

	/// Every pair of rank-3 operands with sizes 1 and n, against index arithmetic.
	#[test]
	fn map_should_visit_the_right_pairs_for_every_pattern() {
		let full = [2, 3, 4];
		for mask in 0..64usize {
			let shape = |bits: usize| -> Vec<usize> {
				(0..3).map(|i| if (bits >> i) & 1 == 1 { full[i] } else { 1 }).collect()
			};
			let (sa, sb) = (shape(mask), shape(mask >> 3));
			let so = broadcast_shape(&sa, &sb).unwrap();
			let count = |s: &[usize]| s.iter().product::<usize>();
			let a: Vec<usize> = (0..count(&sa)).collect();
			let b: Vec<usize> = (100..100 + count(&sb)).collect();
			let mut out = vec![(0, 0); count(&so)];
			broadcast_map(&a, &sa, &b, &sb, &mut out, |x, y| (x, y)).unwrap();
			for (i, &got) in out.iter().enumerate() {
				let index = [i / (so[1] * so[2]), i / so[2] % so[1], i % so[2]];
				let at = |s: &[usize]| (0..3).fold(0, |f, d| f * s[d] + if s[d] == 1 { 0 } else { index[d] });
				assert_eq!(got, (a[at(&sa)], b[at(&sb)]), "{sa:?} {sb:?}");
			}
		}
	}
}
