//! Recurrent networks of one layer: `RNN`, `GRU`, `LSTM`.
//!
//! With `W`, `R` the weights of a gate and `Wb`, `Rb` its biases, a gate's argument at step t is
//! `(x_t · Wᵀ + (Wb + Rb)) + h_{t−1} · Rᵀ`, and for an `LSTM` with peepholes `P` after that `+ P · c`. The first product
//! is computed for all steps at once; its rows do not know.

mod activation;
mod cell;

use alloc::{format, vec, vec::Vec};

use activation::Activation;
use cell::{Cell, State, Stepper, product};

use super::{
	Family, NodeContext, Operator,
	compose::{Compose, bytes, less, narrow, plane, stack},
	plan::{Inputs, Plan, Reason, Tensors, dim, dim_product},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, ARITHMETIC, MOVE, MULTIPLY_ADDS_PER_TENSOR, TRANSCENDENTAL},
	ops::{KernelError, TensorOps},
	tensor::{HostTensor, TensorSpec},
};

/// Tensors that one step handles.
const TENSORS_PER_STEP: u64 = 48;

/// The way through a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
	Forward,
	Reverse,
}

/// `RNN`, `GRU` and `LSTM`.
#[derive(Clone, Debug)]
pub(crate) struct Recurrent {
	cell: Cell,
	directions: &'static [Direction],
	/// Those of one direction after those of the other.
	activations: Vec<Activation>,
	clip: Option<f32>,
	hidden: Option<usize>,
	/// Whether the batch comes before the sequence (and the direction) in shapes.
	batch_first: bool,
	/// Number of outputs to compute.
	outputs: usize,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let cell = match node.op_type {
		"LSTM" => Cell::Lstm { input_forget: attributes.flag("input_forget", false)? },
		"GRU" => Cell::Gru { linear_before_reset: attributes.flag("linear_before_reset", false)? },
		_ => Cell::Simple,
	};
	let directions: &[Direction] = match attributes.string("direction")?.as_deref() {
		None | Some("forward") => &[Direction::Forward],
		Some("reverse") => &[Direction::Reverse],
		Some("bidirectional") => &[Direction::Forward, Direction::Reverse],
		Some(_) => {
			return Err(NodeContext::bad(
				"direction",
				"must be \"forward\", \"reverse\" or \"bidirectional\"",
			));
		}
	};
	let clip = attributes.float("clip")?;
	if clip.is_some_and(|clip| clip.is_nan() || clip < 0.0) {
		return Err(NodeContext::bad("clip", "must not be negative"));
	}
	let hidden = match attributes.int("hidden_size")?.map(dim).transpose() {
		Ok(hidden) => hidden,
		Err(Reason(reason)) => return Err(NodeContext::bad("hidden_size", &reason)),
	};
	let batch_first = node.opset >= 14 && attributes.flag("layout", false)?;
	let outputs = node.outputs.max(1);
	let activations = activation::parse(node, directions.len(), cell.default_activations())?;
	Ok(Recurrent { cell, directions, activations, clip, hidden, batch_first, outputs }.into())
}

/// Sizes of a recurrent network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sizes {
	steps: usize,
	batch: usize,
	input: usize,
	hidden: usize,
}

impl Recurrent {
	/// The shape `[first, directions, batch, hidden]` of an output in this layout; `first` is left out of final states.
	fn output_shape(&self, first: Option<usize>, sizes: &Sizes) -> Vec<usize> {
		let directions = self.directions.len();
		let (batch, hidden) = (sizes.batch, sizes.hidden);
		let ordered = if self.batch_first {
			[Some(batch), first, Some(directions), Some(hidden)]
		} else {
			[first, Some(directions), Some(batch), Some(hidden)]
		};
		ordered.into_iter().flatten().collect()
	}

	/// Checks an input that may be left out.
	fn check(inputs: Inputs<'_>, index: usize, name: &str, shape: &[usize]) -> Result<(), Reason> {
		match inputs.optional(index) {
			Some(found) if found.shape != shape => {
				Err(Reason(format!("{name} must have shape {shape:?}, found {:?}", found.shape)))
			}
			_ => Ok(()),
		}
	}

	fn sizes(&self, inputs: Inputs<'_>) -> Result<Sizes, Reason> {
		let &[first, second, input] = inputs.shape(0)? else {
			return Err(Reason(format!(
				"the input must have three dimensions, found shape {:?}",
				inputs.shape(0)?
			)));
		};
		let (steps, batch) = if self.batch_first { (second, first) } else { (first, second) };
		let &[.., hidden] = inputs.shape(2)? else {
			return Err("the recurrent weights must have three dimensions, found a scalar".into());
		};
		if self.hidden.is_some_and(|declared| declared != hidden) {
			return Err(Reason(format!("hidden_size is not that of the recurrent weights, {hidden}")));
		}
		Ok(Sizes { steps, batch, input, hidden })
	}
}

impl Family for Recurrent {
	type Call = Sizes;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Sizes>, Reason> {
		let dtype = inputs.real_at(&[0, 1, 2, 3, 5, 6, 7])?;
		let sizes = self.sizes(inputs)?;
		let Sizes { steps, batch, input, hidden } = sizes;
		let directions = self.directions.len();
		let rows = dim_product(&[self.cell.gates(), hidden])?;
		Self::check(inputs, 1, "the weights", &[directions, rows, input])?;
		Self::check(inputs, 2, "the recurrent weights", &[directions, rows, hidden])?;
		Self::check(inputs, 3, "the biases", &[directions, dim_product(&[2, rows])?])?;
		Self::check(inputs, 4, "sequence_lens", &[batch])?;
		if let Some(lengths) = inputs.optional(4)
			&& lengths.dtype != DType::I32
		{
			return Err(Reason(wrong_dtype("sequence_lens", lengths.dtype, "int32")));
		}
		let state = self.output_shape(None, &sizes);
		Self::check(inputs, 5, "initial_h", &state)?;
		Self::check(inputs, 6, "initial_c", &state)?;
		Self::check(inputs, 7, "the peepholes", &[directions, dim_product(&[3, hidden])?])?;

		let y = TensorSpec::new(dtype, self.output_shape(Some(steps), &sizes));
		let mut outputs = vec![y.clone()];
		outputs.resize(self.outputs, TensorSpec::new(dtype, state.clone()));

		let depth = (input as u64).saturating_add(hidden as u64).saturating_add(2 * MOVE);
		let per_gate = depth.saturating_add(4 * ARITHMETIC + TRANSCENDENTAL);
		let gates = metering::elements(&[directions, batch, rows]);
		let work = gates
			.saturating_mul(per_gate)
			.saturating_add(directions as u64 * TENSORS_PER_STEP * MULTIPLY_ADDS_PER_TENSOR)
			.saturating_mul(steps as u64);
		// Projected inputs, the weights of a direction, all steps' results twice, and what a step needs.
		let scratch = bytes(dtype, &[steps, batch, rows])
			.saturating_add(bytes(dtype, &[rows, input]))
			.saturating_add(bytes(dtype, &[rows, hidden]).saturating_mul(2))
			.saturating_add(bytes(dtype, &y.shape))
			.saturating_add(bytes(dtype, &[batch, rows]).saturating_mul(4))
			.saturating_add(bytes(dtype, &[batch, hidden]).saturating_mul(12));
		Ok(Plan { outputs, work, scratch, call: sizes })
	}

	fn run<T: TensorOps>(
		&self,
		sizes: Sizes,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let mut paths = Vec::with_capacity(self.directions.len());
		let per_direction = self.cell.default_activations().len();
		for (number, &direction) in self.directions.iter().enumerate() {
			let activations = self.activations.chunks(per_direction).nth(number).unwrap_or_default();
			paths.push(Path::new(self, ops, &inputs, &sizes, number, activations)?.walk(direction)?);
		}
		let sequence_axis = usize::from(self.batch_first);
		let shape = self.output_shape(Some(sizes.steps), &sizes);
		let y = if shape.contains(&0) {
			Compose::like(ops, inputs.get(0)?).empty(&shape)?
		} else {
			// Directions alternate within a step.
			let steps =
				(0..sizes.steps).flat_map(|step| paths.iter().map(move |path| path.outputs.get(step)));
			let steps: Vec<T::Tensor> = steps.flatten().cloned().collect();
			ops.reshape(&stack(ops, &steps, sequence_axis)?, &shape)?
		};
		let last = |state: fn(&Walked<T::Tensor>) -> Option<&T::Tensor>| {
			let states: Vec<T::Tensor> = paths.iter().filter_map(state).cloned().collect();
			stack(ops, &states, sequence_axis)
		};
		let mut outputs = vec![y];
		if self.outputs > 1 {
			outputs.push(last(|path| Some(&path.state.h))?);
		}
		if self.outputs > 2 {
			outputs.push(last(|path| path.state.c.as_ref())?);
		}
		Ok(outputs)
	}
}

/// What came of one direction.
struct Walked<Tensor> {
	/// The hidden states by step, each `[batch, hidden]`.
	outputs: Vec<Tensor>,
	/// The last state.
	state: State<Tensor>,
}

/// One direction, about to start.
struct Path<'a, T: TensorOps> {
	stepper: Stepper<'a, T>,
	/// The inputs times their weights, with the biases, `[steps, batch, gates · hidden]` or batch first.
	projected: Option<T::Tensor>,
	steps: usize,
	/// Which axis of that are the steps.
	sequence_axis: usize,
	/// `[batch, 1]`, `int32`.
	lengths: Option<T::Tensor>,
	initial: State<T::Tensor>,
}

impl<'a, T: TensorOps> Path<'a, T> {
	fn new(
		network: &Recurrent,
		ops: &'a T,
		inputs: &Tensors<'_, T>,
		sizes: &Sizes,
		number: usize,
		activations: &'a [Activation],
	) -> Result<Self, KernelError> {
		let &Sizes { steps, batch, input, hidden } = sizes;
		let compose = Compose::like(ops, inputs.get(0)?);
		let rows = network.cell.gates() * hidden;
		let sequence_axis = usize::from(network.batch_first);
		let of_direction =
			|index: usize| inputs.optional(index).map(|x| plane(ops, x, 0, number)).transpose();

		let weights = plane(ops, inputs.get(1)?, 0, number)?;
		let (bias, recurrent_bias) = match of_direction(3)? {
			Some(biases) => {
				let (bias, recurrent_bias) = network.biases(&compose, &biases, hidden)?;
				(Some(bias), recurrent_bias)
			}
			None => (None, None),
		};
		let projected = if steps == 0 {
			None
		} else {
			let x = ops.reshape(inputs.get(0)?, &[steps * batch, input])?;
			let projected = product(ops, &x, &weights, bias.as_ref())?;
			let shape = if network.batch_first { [batch, steps, rows] } else { [steps, batch, rows] };
			Some(ops.reshape(&projected, &shape)?)
		};
		let peepholes = match of_direction(7)? {
			Some(all) => {
				let part = |index: usize| narrow(ops, &all, 0, index * hidden, hidden);
				Some([part(0)?, part(1)?, part(2)?])
			}
			None => None,
		};
		let initial = |index: usize| match inputs.optional(index) {
			Some(states) => plane(ops, states, sequence_axis, number),
			None => compose.full(0.0, &[batch, hidden]),
		};
		let is_lstm = matches!(network.cell, Cell::Lstm { .. });
		let initial = State { h: initial(5)?, c: if is_lstm { Some(initial(6)?) } else { None } };
		let lengths = inputs.optional(4).map(|lengths| ops.reshape(lengths, &[batch, 1])).transpose()?;
		let stepper = Stepper {
			compose,
			cell: network.cell,
			hidden,
			activations,
			clip: network.clip,
			recurrent: plane(ops, inputs.get(2)?, 0, number)?,
			recurrent_bias,
			peepholes,
		};
		Ok(Self { stepper, projected, steps, sequence_axis, lengths, initial })
	}

	/// Takes all steps. A sequence that is shorter than the others keeps its state, and its outputs beyond are zeros; in
	/// reverse, it starts at its own end.
	fn walk(self, direction: Direction) -> Result<Walked<T::Tensor>, KernelError> {
		let ops = self.stepper.compose.ops;
		let mut state = self.initial;
		let mut outputs = Vec::with_capacity(self.steps);
		for number in 0..self.steps {
			let step = if direction == Direction::Forward { number } else { self.steps - 1 - number };
			let Some(projected) = &self.projected else { break };
			let next = self.stepper.step(&plane(ops, projected, self.sequence_axis, step)?, &state)?;
			let Some(lengths) = &self.lengths else {
				outputs.push(next.h.clone());
				state = next;
				continue;
			};
			// Sizes are within 31 bits.
			let running = less(ops, &ops.from_host(HostTensor::scalar(step as i32))?, lengths)?;
			let zero = self.stepper.compose.scalar(0.0)?;
			outputs.push(ops.select(&running, &next.h, &zero)?);
			state = State {
				h: ops.select(&running, &next.h, &state.h)?,
				c: match (&next.c, &state.c) {
					(Some(next), Some(kept)) => Some(ops.select(&running, next, kept)?),
					_ => None,
				},
			};
		}
		if direction == Direction::Reverse {
			outputs.reverse();
		}
		Ok(Walked { outputs, state })
	}
}

impl Recurrent {
	/// The sum of the biases `[Wb, Rb]`, and apart from it what must not be summed: the recurrent bias of the hidden
	/// gate of a `GRU` that is linear before reset.
	fn biases<T: TensorOps>(
		&self,
		c: &Compose<'_, T>,
		biases: &T::Tensor,
		hidden: usize,
	) -> Result<(T::Tensor, Option<T::Tensor>), KernelError> {
		let rows = self.cell.gates() * hidden;
		let part = |start: usize, len: usize| narrow(c.ops, biases, 0, start, len);
		if self.cell != (Cell::Gru { linear_before_reset: true }) {
			return Ok((c.add(&part(0, rows)?, &part(rows, rows)?)?, None));
		}
		let gates = c.add(&part(0, 2 * hidden)?, &part(rows, 2 * hidden)?)?;
		let bias = c.ops.concat(&[&gates, &part(2 * hidden, hidden)?], 0)?;
		Ok((bias, Some(part(rows + 2 * hidden, hidden)?)))
	}
}
