//! Random tensors: Philox4x32-10, counted per thread.
//!
//! A generator shared between threads would hand out numbers in the order in which threads happen to ask. So each
//! thread has its own, which exists only after [`seed`] on that thread: tensors drawn in the same order after the same
//! seed are the same bits, and forgetting to seed is an error instead of a surprise.

use core::cell::Cell;

use assay_numerics::{philox, random::Stream};
use burn_backend::{
	Distribution, FloatDType, IntDType, Shape, TensorData,
	ops::{FloatTensorOps, IntTensorOps},
};
use burn_flex::{Flex, FlexTensor};

use super::{
	Strict,
	values::{from_vec, refuse},
};

/// The seed, and how many tensors have been drawn since it was set.
type State = Option<(u64, u32)>;

thread_local! {
	static STATE: Cell<State> = const { Cell::new(None) };
}

/// Starts this thread's sequence anew.
pub(super) fn seed(seed: u64) {
	STATE.set(Some((seed, 0)));
}

/// The stream for the next tensor of this thread.
fn next_stream() -> (u64, u32) {
	let Some((seed, drawn)) = STATE.get() else {
		refuse("a random tensor", "this thread has no seed; call `Strict::seed` on it first");
	};
	let Some(following) = drawn.checked_add(1) else {
		refuse("a random tensor", "2^32 tensors were drawn; call `Strict::seed` again");
	};
	STATE.set(Some((seed, following)));
	(seed, drawn)
}

/// A float tensor; each element is drawn as `f32` and then rounded to `dtype`.
pub(super) fn float(shape: Shape, distribution: Distribution, dtype: FloatDType) -> FlexTensor {
	let mut elements = vec![0.0; shape.num_elements()];
	draw(distribution, &mut elements);
	Strict::float_cast(from_vec(elements, shape), dtype)
}

/// An integer tensor: floats of the distribution, rounded down, saturated to `dtype`. [`Distribution::Default`] draws
/// every bit pattern of the type.
pub(super) fn int(shape: Shape, distribution: Distribution, dtype: IntDType) -> FlexTensor {
	let count = shape.num_elements();
	if distribution == Distribution::Default {
		let bits = TensorData::new(draw_bits(count), shape);
		return Flex::int_cast(FlexTensor::from_data(bits), dtype);
	}
	let mut elements = vec![0.0; count];
	draw(distribution, &mut elements);
	Strict::float_into_int(Strict::float_floor(from_vec(elements, shape)), dtype)
}

fn draw(distribution: Distribution, out: &mut [f32]) {
	let (seed, node) = next_stream();
	let stream = Stream { seed, node, execution: 0 };
	match distribution {
		Distribution::Default => stream.uniform(0.0, 1.0, out),
		Distribution::Uniform(low, high) => stream.uniform(low as f32, high as f32, out),
		Distribution::Normal(mean, deviation) => {
			stream.normal(mean as f32, deviation as f32, out);
		}
		Distribution::Bernoulli(probability) => {
			stream.uniform(0.0, 1.0, out);
			out.iter_mut().for_each(|x| *x = f32::from(u8::from(f64::from(*x) < probability)));
		}
	}
}

/// Two 64-bit words per Philox block; the key is the seed, the counter is (block, stream).
fn draw_bits(count: usize) -> Vec<i64> {
	let (seed, stream) = next_stream();
	let key = [seed as u32, (seed >> 32) as u32];
	(0..count.div_ceil(2) as u64)
		.flat_map(|block| {
			let [a, b, c, d] = philox::block([block as u32, (block >> 32) as u32, stream, u32::MAX], key);
			[(a, b), (c, d)].map(|(low, high)| (u64::from(high) << 32 | u64::from(low)) as i64)
		})
		.take(count)
		.collect()
}
