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
	reduce::{Maximum, Sum, fold_run},
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
	if inner == 1 {
		parallel::for_each_chunk(cpu, work, out, size, |i, out| {
			T::softmax(cpu, SoftmaxRun { form, x: &x[i * size..(i + 1) * size], out });
		});
	} else {
		let block = size * inner;
		parallel::for_each_chunk(cpu, work.saturating_mul(inner), out, block, |i, out| {
			let x = &x[i * block..(i + 1) * block];
			let (mut run, mut result) = (vec![T::ZERO; size], vec![T::ZERO; size]);
			for j in 0..inner {
				for (to, &v) in run.iter_mut().zip(x[j..].iter().step_by(inner)) {
					*to = v;
				}
				T::softmax(cpu, SoftmaxRun { form, x: &run, out: &mut result });
				for (to, &v) in out[j..].iter_mut().step_by(inner).zip(&result) {
					*to = v;
				}
			}
		});
	}
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
		let most = fold_run::<Maximum<T>>(x, |v| v);
		for (to, &v) in out.iter_mut().zip(x) {
			*to = (v - most).exp::<A>();
		}
		let sum = fold_run::<Sum<T>>(out, |v| v);
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
