//! Softmax and log-softmax along one axis.
//!
//! Definition, for each run along the axis: m = its maximum (a reduction); d = x − m; e = exp(d); s = Σ e (a reduction);
//! softmax = e / s; log-softmax = d − ln(s). Every step is rounded. An infinite or NaN maximum gives NaN the usual way.

use alloc::vec;

use crate::{
	error::{ShapeError, elements, exact_length},
	isa::{Arch, Cpu, Kernel},
	math, parallel,
	reduce::{Maximum, Sum, fold_run},
};

/// `exp(x) / Σ exp(x)` along `axis`; the maximum is subtracted first.
pub fn softmax(cpu: Cpu, shape: &[usize], axis: usize, x: &[f32], out: &mut [f32]) -> Result<(), ShapeError> {
	along_axis(cpu, shape, axis, Form::Plain, x, out)
}

/// `x − ln(Σ exp(x))` along `axis`; the maximum is subtracted first.
pub fn log_softmax(
	cpu: Cpu,
	shape: &[usize],
	axis: usize,
	x: &[f32],
	out: &mut [f32],
) -> Result<(), ShapeError> {
	along_axis(cpu, shape, axis, Form::Log, x, out)
}

#[derive(Clone, Copy)]
enum Form {
	Plain,
	Log,
}

fn along_axis(
	cpu: Cpu,
	shape: &[usize],
	axis: usize,
	form: Form,
	x: &[f32],
	out: &mut [f32],
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
			cpu.run(Run { form, x: &x[i * size..(i + 1) * size], out });
		});
	} else {
		let block = size * inner;
		parallel::for_each_chunk(cpu, work.saturating_mul(inner), out, block, |i, out| {
			let x = &x[i * block..(i + 1) * block];
			let (mut run, mut result) = (vec![0.0; size], vec![0.0; size]);
			for j in 0..inner {
				for (to, &v) in run.iter_mut().zip(x[j..].iter().step_by(inner)) {
					*to = v;
				}
				cpu.run(Run { form, x: &run, out: &mut result });
				for (to, &v) in out[j..].iter_mut().step_by(inner).zip(&result) {
					*to = v;
				}
			}
		});
	}
	Ok(())
}

/// One run along the axis.
struct Run<'a> {
	form: Form,
	x: &'a [f32],
	out: &'a mut [f32],
}

impl Kernel for Run<'_> {
	type Output = ();
	#[inline(always)]
	fn run<A: Arch>(self) {
		let Self { form, x, out } = self;
		let most = fold_run::<Maximum>(x, |v| v);
		match form {
			Form::Plain => {
				for (to, &v) in out.iter_mut().zip(x) {
					*to = math::exp_with::<A>(v - most);
				}
				let sum = fold_run::<Sum>(out, |v| v);
				for v in out {
					*v /= sum;
				}
			}
			Form::Log => {
				for (to, &v) in out.iter_mut().zip(x) {
					*to = math::exp_with::<A>(v - most);
				}
				let log = math::log_with::<A>(fold_run::<Sum>(out, |v| v));
				for (to, &v) in out.iter_mut().zip(x) {
					*to = (v - most) - log;
				}
			}
		}
	}
}
