//! Softmax and log-softmax along one axis.
//!
//! Definition, for each run along the axis: m = its maximum (a reduction); d = x − m; e = exp(d); s = Σ e (a reduction);
//! softmax = e / s; log-softmax = d − ln(s). Every step is rounded. An infinite or NaN maximum gives NaN the usual way.

use alloc::vec;

use crate::{
	error::{ShapeError, elements, exact_length},
	isa::{Arch, Cpu, Kernel},
	parallel,
	real::Real,
	reduce::{Itself, LANES, Maximum, Rows, Sum, TILE, fold_columns, fold_run},
};

/// `exp(x) / Σ exp(x)` along `axis`; the maximum is subtracted first.
pub fn softmax<T: Real>(
	cpu: Cpu,
	shape: &[usize],
	axis: usize,
	x: &[T],
	out: &mut [T],
) -> Result<(), ShapeError> {
	along_axis(cpu, shape, axis, Form::Plain, x, out)
}

/// `x − ln(Σ exp(x))` along `axis`; the maximum is subtracted first.
pub fn log_softmax<T: Real>(
	cpu: Cpu,
	shape: &[usize],
	axis: usize,
	x: &[T],
	out: &mut [T],
) -> Result<(), ShapeError> {
	along_axis(cpu, shape, axis, Form::Log, x, out)
}

#[derive(Clone, Copy)]
enum Form {
	Plain,
	Log,
}

fn along_axis<T: Real>(
	cpu: Cpu,
	shape: &[usize],
	axis: usize,
	form: Form,
	x: &[T],
	out: &mut [T],
) -> Result<(), ShapeError> {
	exact_length("the softmax input", elements(shape)?, x.len())?;
	exact_length("the softmax output", x.len(), out.len())?;
	let Some(&size) = shape.get(axis) else { return Err(ShapeError::Axis { axis, rank: shape.len() }) };
	if out.is_empty() {
		return Ok(());
	}
	let inner = elements(&shape[axis + 1..])?;
	// Roughly what an exponential costs, in element operations.
	let work = size.saturating_mul(16);
	let block = size * inner;
	parallel::for_each_chunk(cpu, work.saturating_mul(inner), out, block, |i, out| {
		let x = &x[i * block..(i + 1) * block];
		if inner == 1 {
			T::softmax(cpu, SoftmaxRun { form, x, out });
		} else {
			T::softmax_columns(cpu, SoftmaxColumns { form, x, inner, out });
		}
	});
	Ok(())
}

/// One run along the axis.
pub struct SoftmaxRun<'a, T> {
	form: Form,
	x: &'a [T],
	out: &'a mut [T],
}

impl<T: Real> Kernel for SoftmaxRun<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { form, x, out } = self;
		let most = fold_run::<Maximum<T>>(x);
		for (to, &v) in out.iter_mut().zip(x) {
			*to = (v - most).exp::<A>();
		}
		let sum = fold_run::<Sum<T>>(out);
		match form {
			Form::Plain => {
				for v in out {
					*v = *v / sum;
				}
			}
			Form::Log => {
				let log = sum.log::<A>();
				for (to, &v) in out.iter_mut().zip(x) {
					*to = (v - most) - log;
				}
			}
		}
	}
}

/// Runs along the axis whose elements are `inner` apart, side by side.
pub struct SoftmaxColumns<'a, T> {
	form: Form,
	x: &'a [T],
	inner: usize,
	out: &'a mut [T],
}

impl<T: Real> Kernel for SoftmaxColumns<'_, T> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { form, x, inner, out } = self;
		let rows = Rows::along(x.len() / inner, inner);
		let width = inner.min(TILE);
		let mut lanes = vec![T::ZERO; LANES * width];
		let (mut most, mut sum) = (vec![T::ZERO; width], vec![T::ZERO; width]);
		for column in (0..inner).step_by(TILE) {
			let width = TILE.min(inner - column);
			let (most, sum) = (&mut most[..width], &mut sum[..width]);
			let row = |i: usize| i * inner + column..i * inner + column + width;
			fold_columns::<Maximum<T>, Itself>(&rows, &x[column..], None, &mut lanes, most);
			for i in 0..x.len() / inner {
				for ((to, &v), &most) in out[row(i)].iter_mut().zip(&x[row(i)]).zip(&*most) {
					*to = (v - most).exp::<A>();
				}
			}
			fold_columns::<Sum<T>, Itself>(&rows, &out[column..], None, &mut lanes, sum);
			match form {
				Form::Plain => {
					for i in 0..x.len() / inner {
						for (to, &sum) in out[row(i)].iter_mut().zip(&*sum) {
							*to = *to / sum;
						}
					}
				}
				Form::Log => {
					for sum in &mut *sum {
						*sum = sum.log::<A>();
					}
					for i in 0..x.len() / inner {
						let terms = most.iter().zip(&*sum);
						for ((to, &v), (&most, &log)) in out[row(i)].iter_mut().zip(&x[row(i)]).zip(terms) {
							*to = (v - most) - log;
						}
					}
				}
			}
		}
	}
}
