//! Running sums and products along an axis.

/// What each element of a [`scan`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
	/// Elements before the axis, on it, and after it.
	pub shape: [usize; 3],
	/// Whether an element's own input is left out; the first result is then the identity.
	pub exclusive: bool,
	/// Whether the axis is walked from its end.
	pub reverse: bool,
}

/// `out[0] = x[0]`, `out[j] = combine(out[j - 1], x[j])` along the axis, one operation each; exclusive: `identity`, `x[0]`,
/// `combine(out[1], x[1])`, … `x` and `out` have as many elements as the shape.
pub fn scan<T: Copy>(params: &Scan, identity: T, combine: impl Fn(T, T) -> T, x: &[T], out: &mut [T]) {
	let [_, len, inner] = params.shape;
	if len == 0 || inner == 0 {
		return;
	}
	let row = |j: usize| if params.reverse { len - 1 - j } else { j } * inner;
	for (x, out) in x.chunks_exact(len * inner).zip(out.chunks_exact_mut(len * inner)) {
		for j in 0..len {
			let to = row(j);
			for i in 0..inner {
				// The result before, and the input to add to it.
				let previous = j.checked_sub(1).map(|j| out[row(j) + i]);
				out[to + i] = match (params.exclusive, j) {
					(true, 0) => identity,
					(true, 1) => x[row(0) + i],
					(true, _) => combine(previous.unwrap_or(identity), x[row(j - 1) + i]),
					(false, _) => match previous {
						Some(previous) => combine(previous, x[to + i]),
						None => x[to + i],
					},
				};
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sums(x: &[f32], shape: [usize; 3], exclusive: bool, reverse: bool) -> Vec<f32> {
		let mut out = vec![0.0; x.len()];
		scan(&Scan { shape, exclusive, reverse }, 0.0, |a, b| a + b, x, &mut out);
		out
	}

	#[test]
	fn scan_should_run_in_either_direction_with_or_without_the_own_element() {
		let x = [1.0, 2.0, 3.0, 4.0];
		assert_eq!(sums(&x, [1, 4, 1], false, false), [1.0, 3.0, 6.0, 10.0]);
		assert_eq!(sums(&x, [1, 4, 1], true, false), [0.0, 1.0, 3.0, 6.0]);
		assert_eq!(sums(&x, [1, 4, 1], false, true), [10.0, 9.0, 7.0, 4.0]);
		assert_eq!(sums(&x, [1, 4, 1], true, true), [9.0, 7.0, 4.0, 0.0]);
		assert_eq!(sums(&x, [1, 2, 2], false, false), [1.0, 2.0, 4.0, 6.0]);
		assert_eq!(sums(&x, [2, 2, 1], false, false), [1.0, 3.0, 3.0, 7.0]);
		assert_eq!(sums(&[-0.0], [1, 1, 1], false, false)[0].to_bits(), 1 << 31);
	}
}
