//! Max and average pools. Global pools are reductions.

mod plane;
mod tiling;
mod view;

pub use plane::PoolPlanes;
use plane::{Form, Layout};

use crate::{
	conv::{Window, unravel},
	error::{ShapeError, elements, exact_length},
	isa::Cpu,
	parallel,
	real::Real,
	reduce::{Reduction, reduce},
};

/// Shapes of a pool.
#[derive(Clone, Copy, Debug)]
pub struct Pool<'a> {
	/// Batch entries times channels: planes are pooled one by one.
	pub planes: usize,
	/// Spatial shape of the input.
	pub input: &'a [usize],
	/// Spatial shape of the output, usually from [`Window::output`].
	pub output: &'a [usize],
	/// Kernel size, strides, dilations, pads.
	pub window: &'a Window,
}

/// Checked sizes of a pool.
struct Sizes {
	input: [usize; 3],
	output: [usize; 3],
	in_plane: usize,
	out_plane: usize,
}

impl Pool<'_> {
	fn check(&self, x: usize, y: usize) -> Result<Sizes, ShapeError> {
		let input = self.window.spatial("input", self.input)?;
		let output = self.window.spatial("output", self.output)?;
		let in_plane = elements(&input)?;
		let out_plane = elements(&output)?;
		exact_length("the pool's input", elements(&[self.planes, in_plane])?, x)?;
		exact_length("the pool's output", elements(&[self.planes, out_plane])?, y)?;
		Ok(Sizes { input, output, in_plane, out_plane })
	}
}

/// The maximum of each window by [`maximum`](crate::math::maximum), folded in row-major order of the taps from −∞; padding
/// never wins.
///
/// `indices`, shaped like `y`, receives the flat index in the plane of the first element equal to the maximum (a NaN equals
/// a NaN, zeros compare equal); −1 where the whole window is padding.
pub fn max_pool<T: Real>(
	cpu: Cpu,
	shape: &Pool<'_>,
	x: &[T],
	y: &mut [T],
	indices: Option<&mut [i64]>,
) -> Result<(), ShapeError> {
	if let Some(indices) = &indices {
		exact_length("the pool's indices", y.len(), indices.len())?;
	}
	let sizes = shape.check(x.len(), y.len())?;
	let layout = Layout::new(shape.window, sizes);
	each_plane(cpu, &layout, Form::Max, x, y);
	if let Some(indices) = indices {
		let Layout { sizes, taps: window, .. } = &layout;
		let taps = shape.window.taps();
		let y = &*y;
		parallel::for_each_chunk(cpu, sizes.out_plane * taps, indices, sizes.out_plane, |i, indices| {
			let plane = &x[i * sizes.in_plane..(i + 1) * sizes.in_plane];
			for (o, index) in indices.iter_mut().enumerate() {
				let view = window.at(unravel(o, sizes.output));
				let most = y[i * sizes.out_plane + o];
				let same = |at: &usize| plane[*at] == most || (plane[*at].is_nan() && most.is_nan());
				*index = (0..taps).filter_map(|tap| view.index(tap)).find(same).map_or(-1, |at| at as i64);
			}
		});
	}
	Ok(())
}

/// The average of each window: its sum, divided by the number of taps inside the input, or, with `count_include_pad`, inside
/// the input and its padding.
///
/// The sum is a reduction (rule 3) over all taps in row-major order; those in the padding take part as +0, so that a tap's
/// lane does not depend on where the window lies.
pub fn average_pool<T: Real>(
	cpu: Cpu,
	shape: &Pool<'_>,
	count_include_pad: bool,
	x: &[T],
	y: &mut [T],
) -> Result<(), ShapeError> {
	let sizes = shape.check(x.len(), y.len())?;
	let Window { kernel, dilation, begin, .. } = shape.window;
	if (*kernel, *dilation, *begin, sizes.out_plane) == (sizes.input, [1; 3], [0; 3], 1) {
		// The window is the plane.
		return reduce(cpu, Reduction::Mean, &[y.len(), sizes.in_plane], &[1], x, y);
	}
	let layout = Layout::new(shape.window, sizes);
	each_plane(cpu, &layout, Form::Average { count_include_pad }, x, y);
	Ok(())
}

fn each_plane<T: Real>(cpu: Cpu, layout: &Layout<'_>, form: Form, x: &[T], y: &mut [T]) {
	let Sizes { in_plane, out_plane, .. } = layout.sizes;
	if y.is_empty() {
		return;
	}
	let planes = (FEW / out_plane).max(1);
	// A tap takes as long as a few element operations.
	let work = out_plane.saturating_mul(4 * layout.window.taps()).saturating_mul(planes);
	parallel::for_each_chunk(cpu, work, y, planes * out_plane, |i, y| {
		let x = &x[i * planes * in_plane..][..y.len() / out_plane * in_plane];
		T::pool(cpu, PoolPlanes { layout, form, x, y });
	});
}

/// Outputs that a kernel computes at a time where planes are small: it starts with allocating its scratch.
const FEW: usize = 1 << 12;
