//! Steps after a product or a convolution, done to each part of the result while it is in the cache.
//!
//! Each step is the elementwise operation of the same name, with the same bits as if it went over the whole result.

use alloc::vec::Vec;

use crate::{
	elementwise::{Binary, Unary},
	error::{ShapeError, exact_length},
	isa::{Arch, Cpu, Kernel},
	matmul::filled,
	norm::{BatchNorm, Channel},
	parallel,
	real::Real,
};

/// What is done to every element x of a result of shape [rows, channels, columns].
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
	/// A function of x.
	Unary(Unary),
	/// op(x, operand), or op(operand, x).
	Binary(Simple, Operand<'a>, Side),
	/// A batch normalisation at inference.
	BatchNorm(BatchNorm<'a, f32>),
}

/// Those operations of two elements that take hardly longer than reading them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Simple {
	/// [`Binary::Add`].
	Add,
	/// [`Binary::Sub`].
	Sub,
	/// [`Binary::Mul`].
	Mul,
	/// [`Binary::Div`].
	Div,
	/// [`Binary::Min`].
	Min,
	/// [`Binary::Max`].
	Max,
}

impl Simple {
	/// The simple operation that is `op`, if it is one.
	pub fn new(op: Binary) -> Option<Self> {
		Some(match op {
			Binary::Add => Self::Add,
			Binary::Sub => Self::Sub,
			Binary::Mul => Self::Mul,
			Binary::Div => Self::Div,
			Binary::Min => Self::Min,
			Binary::Max => Self::Max,
			_ => return None,
		})
	}
}

/// On which side of an operation the result stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
	/// op(x, operand)
	Left,
	/// op(operand, x)
	Right,
}

/// The other operand of an operation, and how it is broadcast.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a> {
	/// Of the shape of the result.
	Elements(&'a [f32]),
	/// An element for each channel.
	Channels(&'a [f32]),
	/// An element for each column.
	Columns(&'a [f32]),
	/// One for all.
	Scalar(f32),
}

/// Steps for a result, checked against its shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finish<'a> {
	steps: &'a [Step<'a>],
	channels: usize,
	cols: usize,
	/// Place in the whole result of the first element of the part at hand.
	first: usize,
}

/// Elements done at a time: few enough for the nearest cache, enough to make up for the start of a loop.
const PART: usize = 512;

impl<'a> Finish<'a> {
	/// No steps.
	pub(crate) const NONE: Self = Self { steps: &[], channels: 1, cols: 1, first: 0 };

	/// For a result of `len` elements, [rows, channels, cols].
	pub(crate) fn new(
		steps: &'a [Step<'a>],
		channels: usize,
		cols: usize,
		len: usize,
	) -> Result<Self, ShapeError> {
		let plane = channels.checked_mul(cols).ok_or(ShapeError::Overflow)?;
		if len > 0 && (plane == 0 || !len.is_multiple_of(plane)) {
			return Err(ShapeError::Invalid("steps need a result of whole [channels, columns] planes"));
		}
		for step in steps {
			match step {
				Step::Unary(_) => {}
				Step::Binary(_, operand, _) => match operand {
					Operand::Elements(values) => exact_length("a step's operand", len, values.len())?,
					Operand::Channels(values) => exact_length("a step's operand", channels, values.len())?,
					Operand::Columns(values) => exact_length("a step's operand", cols, values.len())?,
					Operand::Scalar(_) => {}
				},
				Step::BatchNorm(p) => {
					exact_length("a step's mean", channels, p.mean.len())?;
					exact_length("a step's factor", channels, p.factor.len())?;
					exact_length("a step's bias", channels, p.bias.len())?;
				}
			}
		}
		Ok(Self { steps, channels, cols, first: 0 })
	}

	/// For the part of the result that starts `offset` elements on.
	pub(crate) fn at(self, offset: usize) -> Self {
		Self { first: self.first + offset, ..self }
	}

	/// Whether there is nothing to do.
	pub(crate) fn is_empty(&self) -> bool {
		self.steps.is_empty()
	}

	/// Does the steps to `x`, the elements of the part from `offset` on.
	#[inline(always)]
	pub(crate) fn run<A: Arch>(&self, offset: usize, x: &mut [f32]) {
		if !self.is_empty() {
			// SAFETY: `Arch` is one the machine has.
			unsafe { A::finish(&self.at(offset), x) };
		}
	}

	/// Does the steps to `x`, the first elements of the part.
	#[inline(always)]
	pub(crate) fn compute<A: Arch>(&self, mut x: &mut [f32]) {
		let mut at = self.first;
		let (mut channel, mut col) = (at / self.cols % self.channels, at % self.cols);
		while !x.is_empty() {
			let (run, rest) = x.split_at_mut(x.len().min(self.cols - col).min(PART));
			let mut steps = self.steps;
			while let [step, after @ ..] = steps {
				steps = match self.together(steps, channel, at, run) {
					0 => {
						step.compute::<A>(channel, col, at, run);
						after
					}
					done => &steps[done..],
				};
			}
			at += run.len();
			col += run.len();
			if col == self.cols {
				(channel, col) = ((channel + 1) % self.channels, 0);
			}
			x = rest;
		}
	}
}

impl Finish<'_> {
	/// Does the first steps to `run` in one loop if they are what mostly follows a convolution: a batch normalisation, the sum with
	/// another result, the positive part, or some of those in this order. Returns how many those were.
	#[inline(always)]
	fn together(&self, steps: &[Step<'_>], channel: usize, at: usize, run: &mut [f32]) -> usize {
		let mut rest = steps;
		let norm = match rest {
			[Step::BatchNorm(p), after @ ..] => {
				rest = after;
				Some(p.channel(channel))
			}
			_ => None,
		};
		let sum = match rest {
			[Step::Binary(Simple::Add, Operand::Elements(other), _), after @ ..] => {
				rest = after;
				Some(&other[at..][..run.len()])
			}
			_ => None,
		};
		let relu = match rest {
			[Step::Unary(Unary::Relu), after @ ..] => {
				rest = after;
				true
			}
			_ => false,
		};
		macro_rules! by_form {
			($($norm:literal $sum:literal $relu:literal)*) => {
				match (norm, sum, relu) {
					$((norm, sum, $relu) if norm.is_some() == $norm && sum.is_some() == $sum => {
						in_vectors::<$norm, $sum, $relu>(run, norm, sum);
					})*
					_ => {}
				}
			};
		}
		by_form!(true false false true true false true false true true true true
			false true false false true true false false true);
		steps.len() - rest.len()
	}
}

/// Elements that a vectorised loop does at once, or a multiple of those: what remained would be done one by one.
const WIDTH: usize = 64;

/// The loop of [`Finish::together`]; the rest that does not fill vectors is done in a copy that does.
#[inline(always)]
fn in_vectors<const NORM: bool, const SUM: bool, const RELU: bool>(
	run: &mut [f32],
	norm: Option<Channel<f32>>,
	sum: Option<&[f32]>,
) {
	let (whole, rest) = run.split_at_mut(run.len() / WIDTH * WIDTH);
	let (other, rest_other) = sum.map_or((&[][..], &[][..]), |other| other.split_at(whole.len()));
	in_loop::<NORM, SUM, RELU>(whole, norm, other);
	if !rest.is_empty() {
		let (mut room, mut other) = ([0.0; WIDTH], [0.0; WIDTH]);
		room[..rest.len()].copy_from_slice(rest);
		other[..rest_other.len()].copy_from_slice(rest_other);
		in_loop::<NORM, SUM, RELU>(&mut room, norm, &other);
		rest.copy_from_slice(&room[..rest.len()]);
	}
}

#[inline(always)]
fn in_loop<const NORM: bool, const SUM: bool, const RELU: bool>(
	run: &mut [f32],
	norm: Option<Channel<f32>>,
	other: &[f32],
) {
	let norm = norm.unwrap_or(Channel::IDENTITY);
	let form = |x: f32, other: f32| {
		let x = if NORM { norm.apply(x) } else { x };
		let x = if SUM { x + other } else { x };
		if RELU { Real::maximum(x, 0.0) } else { x }
	};
	if SUM {
		for (x, &other) in run.iter_mut().zip(other) {
			*x = form(*x, other);
		}
	} else {
		for x in run {
			*x = form(*x, 0.0);
		}
	}
}

/// Computes an expression of every element and the other operand in place. A macro for the reason `map` in `elementwise` is
/// one.
macro_rules! combine {
	($run:expr, $other:expr, $side:expr, |$x:ident, $y:ident| $value:expr) => {
		match ($other, $side) {
			(Other::Values(other), Side::Left) => {
				for (to, &$y) in $run.iter_mut().zip(other) {
					let $x = *to;
					*to = $value;
				}
			}
			(Other::Values(other), Side::Right) => {
				for (to, &$x) in $run.iter_mut().zip(other) {
					let $y = *to;
					*to = $value;
				}
			}
			(Other::One($y), Side::Left) => {
				for to in $run.iter_mut() {
					let $x = *to;
					*to = $value;
				}
			}
			(Other::One($x), Side::Right) => {
				for to in $run.iter_mut() {
					let $y = *to;
					*to = $value;
				}
			}
		}
	};
}

/// The other operand for the elements at hand.
enum Other<'a> {
	Values(&'a [f32]),
	One(f32),
}

impl Step<'_> {
	/// `run` is a part of one channel: of its columns from `col` on, and of the whole result from `at` on.
	#[inline(always)]
	fn compute<A: Arch>(&self, channel: usize, col: usize, at: usize, run: &mut [f32]) {
		match *self {
			Self::Unary(op) => {
				let mut copy = [0.0f32; PART];
				let copy = &mut copy[..run.len()];
				copy.copy_from_slice(run);
				op.map::<A, f32>(copy, run);
			}
			Self::Binary(op, operand, side) => {
				let other = match operand {
					Operand::Elements(values) => Other::Values(&values[at..][..run.len()]),
					Operand::Channels(values) => Other::One(values[channel]),
					Operand::Columns(values) => Other::Values(&values[col..][..run.len()]),
					Operand::Scalar(value) => Other::One(value),
				};
				match op {
					Simple::Add => combine!(run, other, side, |x, y| x + y),
					Simple::Sub => combine!(run, other, side, |x, y| x - y),
					Simple::Mul => combine!(run, other, side, |x, y| x * y),
					Simple::Div => combine!(run, other, side, |x, y| x / y),
					Simple::Min => combine!(run, other, side, |x, y| Real::minimum(x, y)),
					Simple::Max => combine!(run, other, side, |x, y| Real::maximum(x, y)),
				}
			}
			Self::BatchNorm(p) => {
				let channel = p.channel(channel);
				for x in run {
					*x = channel.apply(*x);
				}
			}
		}
	}
}

/// Elements a thread takes at a time, and that are still in the nearest cache when they have been copied.
const CHUNK: usize = 1 << 12;

/// Does steps to every element of `x`, which is [rows, channels, cols].
pub fn finish(
	cpu: Cpu,
	steps: &[Step<'_>],
	channels: usize,
	cols: usize,
	x: &mut [f32],
) -> Result<(), ShapeError> {
	let finish = Finish::new(steps, channels, cols, x.len())?;
	parallel::for_each_chunk(cpu, CHUNK * steps.len(), x, CHUNK, |i, run| {
		cpu.run(Run { finish: finish.at(i * CHUNK), x: run });
	});
	Ok(())
}

/// As [`finish`], into a new vector.
pub fn finish_to_vec(
	cpu: Cpu,
	steps: &[Step<'_>],
	channels: usize,
	cols: usize,
	x: &[f32],
) -> Result<Vec<f32>, ShapeError> {
	let finish = Finish::new(steps, channels, cols, x.len())?;
	// SAFETY: each chunk is written whole.
	unsafe {
		filled(x.len(), |out| {
			parallel::for_each_chunk(cpu, CHUNK * steps.len(), out, CHUNK, |i, run| {
				let first = i * CHUNK;
				let run = run.write_copy_of_slice(&x[first..first + run.len()]);
				cpu.run(Run { finish: finish.at(first), x: run });
			});
			Ok(())
		})
	}
}

/// The first elements of a part.
pub(crate) struct Run<'a> {
	pub finish: Finish<'a>,
	pub x: &'a mut [f32],
}

impl Kernel for Run<'_> {
	type Output = ();

	#[inline(always)]
	fn run<A: Arch>(self) {
		self.finish.run::<A>(0, self.x);
	}
}
