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
	plan.walk(0, a, b, out, f);
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
}

impl Plan {
	pub(super) fn new(a_shape: &[usize], b_shape: &[usize]) -> Result<Self, ShapeError> {
		let shape = broadcast_shape(a_shape, b_shape)?;
		let lengths = [elements(a_shape)?, elements(b_shape)?, elements(&shape)?];
		let mut plan = Self { pattern: Pattern::Both, row: 1, outer: vec![], lengths };
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
		Ok(plan)
	}

	/// Two scalars.
	pub(super) fn scalars() -> Self {
		Self { pattern: Pattern::Both, row: 1, outer: vec![], lengths: [1; 3] }
	}

	pub(super) fn check(&self, a: usize, b: usize, out: usize) -> Result<(), ShapeError> {
		exact_length("the left operand", self.lengths[0], a)?;
		exact_length("the right operand", self.lengths[1], b)?;
		exact_length("the result", self.lengths[2], out)
	}

	/// Where row `index` starts in the operands.
	#[inline(always)]
	fn starts(&self, mut index: usize) -> (usize, usize) {
		let (mut a, mut b) = (0, 0);
		for outer in &self.outer {
			let i = index % outer.size;
			index /= outer.size;
			a += i * outer.a;
			b += i * outer.b;
		}
		(a, b)
	}

	/// Computes the elements of the result from `first` on into `out`.
	#[inline(always)]
	pub(super) fn walk<A: Copy, B: Copy, O>(
		&self,
		first: usize,
		a: &[A],
		b: &[B],
		out: &mut [O],
		f: impl Fn(A, B) -> O,
	) {
		let (mut rest, mut at) = (out, first);
		while !rest.is_empty() {
			let (row, skip) = (at / self.row, at % self.row);
			let (from_a, from_b) = self.starts(row);
			let len = rest.len().min(self.row - skip);
			let (run, tail) = rest.split_at_mut(len);
			match self.pattern {
				Pattern::Both => {
					let (a, b) = (&a[from_a + skip..][..len], &b[from_b + skip..][..len]);
					for ((to, &x), &y) in run.iter_mut().zip(a).zip(b) {
						*to = f(x, y);
					}
				}
				Pattern::Left => {
					let y = b[from_b];
					for (to, &x) in run.iter_mut().zip(&a[from_a + skip..][..len]) {
						*to = f(x, y);
					}
				}
				Pattern::Right => {
					let x = a[from_a];
					for (to, &y) in run.iter_mut().zip(&b[from_b + skip..][..len]) {
						*to = f(x, y);
					}
				}
			}
			at += len;
			rest = tail;
		}
	}
}

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
