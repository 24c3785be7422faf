//! Max and average pools. Global pools are reductions.

use alloc::vec::Vec;

use crate::{
	conv::{Window, unravel},
	error::{ShapeError, elements, exact_length},
	isa::{Arch, Cpu, Kernel},
	math::maximum,
	parallel,
	reduce::{Sum, fold_with},
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

/// The taps of a window, worked out once for all its places.
struct Taps<'a> {
	window: &'a Window,
	input: [usize; 3],
	/// Positions in the window, row-major.
	positions: Vec<[usize; 3]>,
	/// Distances in the plane from the first tap, which hold where the whole window lies inside the input.
	offsets: Vec<usize>,
}

impl<'a> Taps<'a> {
	fn new(window: &'a Window, input: [usize; 3]) -> Self {
		let positions: Vec<_> = (0..window.taps()).map(|tap| window.tap(tap)).collect();
		let offsets = positions
			.iter()
			.map(|tap| {
				let [d, h, w] = [0, 1, 2].map(|i| tap[i] * window.dilation[i]);
				// Wraps only where the window is larger than the input, and is not used then.
				d.wrapping_mul(input[1]).wrapping_add(h).wrapping_mul(input[2]).wrapping_add(w)
			})
			.collect();
		Self { window, input, positions, offsets }
	}

	/// The window at output position `at`.
	#[inline(always)]
	fn at(&self, at: [usize; 3]) -> View<'_> {
		let (window, input) = (self.window, self.input);
		let first = [0, 1, 2].map(|i| window.position(i, at[i], 0, input[i]));
		let inside = |i: usize| window.position(i, at[i], window.kernel[i] - 1, input[i]).is_some();
		let base = match first {
			[Some(d), Some(h), Some(w)] if inside(0) && inside(1) && inside(2) => {
				Some((d * input[1] + h) * input[2] + w)
			}
			_ => None,
		};
		View { taps: self, at, base }
	}
}

/// One window: where its taps fall.
struct View<'a> {
	taps: &'a Taps<'a>,
	at: [usize; 3],
	/// Index of the first tap, where all are inside the input.
	base: Option<usize>,
}

impl View<'_> {
	/// Index in the input plane of tap `tap` (row-major), or `None` in the padding.
	#[inline(always)]
	fn index(&self, tap: usize) -> Option<usize> {
		if let Some(base) = self.base {
			return Some(base + self.taps.offsets[tap]);
		}
		let Taps { window, input, positions, .. } = self.taps;
		let [d, h, w] = [0, 1, 2].map(|i| window.position(i, self.at[i], positions[tap][i], input[i]));
		Some((d? * input[1] + h?) * input[2] + w?)
	}

	/// Taps that fall inside the input.
	#[inline(always)]
	fn taps_in_input(&self) -> usize {
		let all = self.taps.positions.len();
		if self.base.is_some() { all } else { (0..all).filter(|&tap| self.index(tap).is_some()).count() }
	}

	/// Taps that fall inside the input and its declared padding. A last, partial window (`ceil_mode`) reaches further.
	#[inline(always)]
	fn taps_in_padded_input(&self) -> usize {
		let Window { stride, dilation, begin, end, kernel, .. } = self.taps.window;
		(0..3)
			.map(|i| {
				let padded = self.taps.input[i] + begin[i] + end[i];
				let room = padded.saturating_sub(self.at[i] * stride[i]);
				room.div_ceil(dilation[i]).min(kernel[i])
			})
			.product()
	}
}

/// The maximum of each window by [`maximum`], folded in row-major order of the taps from −∞; padding never wins.
///
/// `indices`, shaped like `y`, receives the flat index in the plane of the first element equal to the maximum (a NaN equals
/// a NaN, zeros compare equal); −1 where the whole window is padding.
pub fn max_pool(
	cpu: Cpu,
	shape: &Pool<'_>,
	x: &[f32],
	y: &mut [f32],
	indices: Option<&mut [i64]>,
) -> Result<(), ShapeError> {
	let sizes = shape.check(x.len(), y.len())?;
	if let Some(indices) = &indices {
		exact_length("the pool's indices", y.len(), indices.len())?;
	}
	if y.is_empty() {
		return Ok(());
	}
	let taps = shape.window.taps();
	let window = Taps::new(shape.window, sizes.input);
	let plane_of = |i: usize| &x[i * sizes.in_plane..(i + 1) * sizes.in_plane];
	parallel::for_each_chunk(cpu, sizes.out_plane * taps, y, sizes.out_plane, |i, y| {
		cpu.run(EachWindow {
			window: &window,
			sizes: &sizes,
			y,
			f: |view: &View<'_>| {
				let plane = plane_of(i);
				let inside = (0..taps).filter_map(|tap| view.index(tap));
				inside.fold(f32::NEG_INFINITY, |best, at| maximum(best, plane[at]))
			},
		});
	});
	if let Some(indices) = indices {
		let y = &*y;
		parallel::for_each_chunk(cpu, sizes.out_plane * taps, indices, sizes.out_plane, |i, indices| {
			let plane = plane_of(i);
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
pub fn average_pool(
	cpu: Cpu,
	shape: &Pool<'_>,
	count_include_pad: bool,
	x: &[f32],
	y: &mut [f32],
) -> Result<(), ShapeError> {
	let sizes = shape.check(x.len(), y.len())?;
	if y.is_empty() {
		return Ok(());
	}
	let taps = shape.window.taps();
	let window = Taps::new(shape.window, sizes.input);
	parallel::for_each_chunk(cpu, sizes.out_plane * taps, y, sizes.out_plane, |i, y| {
		let plane = &x[i * sizes.in_plane..(i + 1) * sizes.in_plane];
		cpu.run(EachWindow {
			window: &window,
			sizes: &sizes,
			y,
			f: |view: &View<'_>| {
				let sum = fold_with::<Sum>(taps, |tap| view.index(tap).map_or(0.0, |at| plane[at]));
				let count =
					if count_include_pad { view.taps_in_padded_input() } else { view.taps_in_input() };
				sum / count as f32
			},
		});
	});
	Ok(())
}

/// Computes `f` of every window of a plane.
struct EachWindow<'a, F> {
	window: &'a Taps<'a>,
	sizes: &'a Sizes,
	y: &'a mut [f32],
	f: F,
}

impl<F: Fn(&View<'_>) -> f32> Kernel for EachWindow<'_, F> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { window, sizes, y, f } = self;
		for (o, y) in y.iter_mut().enumerate() {
			*y = f(&window.at(unravel(o, sizes.output)));
		}
	}
}
