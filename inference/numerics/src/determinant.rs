//! Determinants by elimination.

use crate::real::Real;

/// The determinant of a row-major `n × n` matrix, which is overwritten.
///
/// Gaussian elimination with partial pivoting: for column k, the pivot is the element of greatest magnitude in the rows from k
/// on, the first of equals; its row changes places with row k. Then row i below becomes `a[i][j] − f · a[k][j]` for j > k, with
/// `f = a[i][k] / a[k][k]`, each operation rounded. The result is the product of the pivots in ascending order, negated if an odd
/// number of rows changed places. A column without a pivot other than zero makes it +0; no rows make it 1.
pub fn determinant<T: Real>(n: usize, a: &mut [T]) -> T {
	let mut product: Option<T> = None;
	let mut negative = false;
	for k in 0..n {
		let pivot =
			(k + 1..n).fold(k, |best, i| if a[i * n + k].abs() > a[best * n + k].abs() { i } else { best });
		if a[pivot * n + k] == T::ZERO {
			return T::ZERO;
		}
		if pivot != k {
			(k..n).for_each(|j| a.swap(pivot * n + j, k * n + j));
			negative = !negative;
		}
		let (above, below) = a.split_at_mut((k + 1) * n);
		let row = &above[k * n + k..];
		for lower in below.chunks_exact_mut(n) {
			let factor = lower[k] / row[0];
			for (element, &upper) in lower[k + 1..].iter_mut().zip(&row[1..]) {
				*element = *element - factor * upper;
			}
		}
		product = Some(product.map_or(row[0], |product| product * row[0]));
	}
	let product = product.unwrap_or(T::ONE);
	if negative { -product } else { product }
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn determinant_should_match_hand_computed_values() {
		assert_eq!(determinant::<f32>(0, &mut []), 1.0);
		assert_eq!(determinant(1, &mut [-3.0f32]), -3.0);
		assert_eq!(determinant(2, &mut [0.0f32, 1.0, 2.0, 3.0]), -2.0);
		assert_eq!(determinant(2, &mut [1.0f64, 2.0, 3.0, 4.0]), -2.0);
		assert_eq!(determinant(2, &mut [1.0f32, 2.0, 2.0, 4.0]), 0.0);
		assert_eq!(determinant(3, &mut [2.0f32, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 8.0, 0.0]), -64.0);
		assert!(determinant(2, &mut [f32::NAN, 1.0, 1.0, 1.0]).is_nan());
	}
}
