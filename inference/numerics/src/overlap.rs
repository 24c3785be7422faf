//! How much two boxes overlap.

use crate::math::{maximum, minimum};

/// An axis-aligned box by its corners.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Box2 {
	low: [f32; 2],
	high: [f32; 2],
}

impl Box2 {
	/// From two opposite corners `[y1, x1, y2, x2]`, in either order.
	pub fn from_corners([y1, x1, y2, x2]: [f32; 4]) -> Self {
		let order = |a: f32, b: f32| if a >= b { (b, a) } else { (a, b) };
		let ((y_low, y_high), (x_low, x_high)) = (order(y1, y2), order(x1, x2));
		Self { low: [y_low, x_low], high: [y_high, x_high] }
	}

	/// From its centre and size, `[x, y, width, height]`: each corner is `centre ± size / 2`, both operations rounded.
	pub fn from_centre([x, y, width, height]: [f32; 4]) -> Self {
		let (half_width, half_height) = (width / 2.0, height / 2.0);
		Self { low: [y - half_height, x - half_width], high: [y + half_height, x + half_width] }
	}

	fn area(&self) -> f32 {
		(self.high[1] - self.low[1]) * (self.high[0] - self.low[0])
	}

	/// Whether the boxes' intersection over their union exceeds a threshold: the intersection's width times its height, divided
	/// by `(area + area) − intersection`, each operation rounded. Boxes without area overlap nothing.
	pub fn overlaps(&self, other: &Self, threshold: f32) -> bool {
		let side = |axis: usize| {
			minimum(self.high[axis], other.high[axis]) - maximum(self.low[axis], other.low[axis])
		};
		let (height, width) = (side(0), side(1));
		if !(height > 0.0 && width > 0.0) {
			return false;
		}
		let intersection = width * height;
		let (first, second) = (self.area(), other.area());
		let union = first + second - intersection;
		intersection > 0.0 && first > 0.0 && second > 0.0 && union > 0.0 && intersection / union > threshold
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn overlap_should_be_intersection_over_union() {
		let a = Box2::from_corners([0.0, 0.0, 1.0, 1.0]);
		let b = Box2::from_corners([1.0, 1.5, 0.0, 0.5]);
		// A third.
		assert!(a.overlaps(&b, 0.33) && b.overlaps(&a, 0.33));
		assert!(!a.overlaps(&b, 0.34));
		assert!(a.overlaps(&Box2::from_centre([0.5, 0.5, 1.0, 1.0]), 0.99));
		assert!(!a.overlaps(&a, 1.0));
		assert!(!a.overlaps(&Box2::from_corners([2.0, 2.0, 3.0, 3.0]), 0.0));
		assert!(!a.overlaps(&Box2::from_corners([0.5, 0.5, 0.5, 0.5]), 0.0));
		assert!(!a.overlaps(&Box2::from_corners([f32::NAN, 0.0, 1.0, 1.0]), 0.0));
	}
}
