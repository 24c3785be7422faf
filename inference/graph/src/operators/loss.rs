//! Losses of classifications: `NegativeLogLikelihoodLoss` and `SoftmaxCrossEntropyLoss`.

use alloc::{format, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	compose::Compose,
	plan::{Inputs, Plan, Reason, Tensors, dim_product},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, ARITHMETIC, MOVE, TRANSCENDENTAL},
	ops::{KernelError, Reduction, TensorOps, Unary},
	tensor::{HostTensor, TensorData, TensorSpec},
};

/// What becomes of the losses of the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Summary {
	/// They are the output.
	None,
	/// Their sum.
	Sum,
	/// Their sum, divided by the sum of the weights of the samples that count.
	Mean,
}

/// `NegativeLogLikelihoodLoss` and `SoftmaxCrossEntropyLoss`: of every sample, the negated score of its class times the
/// weight of the class.
#[derive(Clone, Debug)]
pub(crate) struct Loss {
	summary: Summary,
	/// The class of samples that do not count.
	ignored: Option<i64>,
	/// Whether scores become logarithms of probabilities first.
	softmax: bool,
	/// Whether those are an output too.
	log_probabilities: bool,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let summary = match attributes.string("reduction")?.as_deref() {
		Some("none") => Summary::None,
		Some("sum") => Summary::Sum,
		None | Some("mean") => Summary::Mean,
		Some(_) => return Err(NodeContext::bad("reduction", "must be \"none\", \"sum\" or \"mean\"")),
	};
	let ignored = attributes.int("ignore_index")?;
	let softmax = node.op_type == "SoftmaxCrossEntropyLoss";
	Ok(Loss { summary, ignored, softmax, log_probabilities: node.outputs > 1 }.into())
}

/// Sizes of a classification: scores are `[batch, classes, positions]`, labels `[batch, positions]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sizes {
	classes: usize,
	positions: usize,
	labels: Vec<usize>,
}

/// The samples' classes, made ready for a lookup.
struct Samples {
	/// Where the scores of the samples are, in the flat scores; anywhere for samples that do not count.
	scores: Vec<i64>,
	/// The classes; 0 for samples that do not count.
	classes: Vec<i64>,
	/// Which samples count, if not all do.
	counted: Option<Vec<bool>>,
}

impl Loss {
	/// Checks every label.
	fn samples(&self, labels: &HostTensor, sizes: &Sizes) -> Result<Samples, KernelError> {
		let labels: Vec<i64> = match labels.data() {
			TensorData::I64(labels) => labels.clone(),
			TensorData::I32(labels) => labels.iter().map(|&label| label.into()).collect(),
			other => return Err(KernelError::Backend(format!("labels are {}", other.dtype()))),
		};
		let Sizes { classes, positions, .. } = *sizes;
		let mut samples = Samples {
			scores: Vec::with_capacity(labels.len()),
			classes: Vec::with_capacity(labels.len()),
			counted: None,
		};
		for (sample, &label) in labels.iter().enumerate() {
			let counts = self.ignored != Some(label);
			let class = if counts { label } else { 0 };
			let class = usize::try_from(class)
				.ok()
				.filter(|&class| class < classes || !counts)
				.ok_or(KernelError::IndexOutOfRange { index: label, len: classes })?;
			let (batch, position) = (sample / positions, sample % positions);
			samples.scores.push(((batch * classes + class) * positions + position) as i64);
			samples.classes.push(class as i64);
			if !counts {
				samples.counted.get_or_insert_with(|| vec![true; labels.len()]);
			}
			if let Some(slot) = samples.counted.as_mut().and_then(|counted| counted.get_mut(sample)) {
				*slot = counts;
			}
		}
		Ok(samples)
	}
}

impl Family for Loss {
	type Call = Sizes;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Sizes>, Reason> {
		let scores = inputs.spec(0)?;
		let dtype = inputs.real_at(&[0, 2])?;
		let labels = inputs.spec(1)?;
		if !matches!(labels.dtype, DType::I32 | DType::I64) {
			return Err(Reason(wrong_dtype("the labels", labels.dtype, "int32 or int64")));
		}
		let &[batch, classes, ref positions @ ..] = scores.shape.as_slice() else {
			return Err(Reason(format!(
				"the scores must have batch and class dimensions, found shape {:?}",
				scores.shape
			)));
		};
		let shape = [&[batch], positions].concat();
		if labels.shape != shape {
			return Err(Reason(format!("the labels must have shape {shape:?}, found {:?}", labels.shape)));
		}
		if classes == 0 {
			return Err("there are no classes".into());
		}
		if let Some(weight) = inputs.optional(2)
			&& weight.shape != [classes]
		{
			return Err(Reason(format!("the weight must have shape [{classes}], found {:?}", weight.shape)));
		}
		if shape.contains(&0) && self.summary != Summary::None {
			return Err("there are no samples to summarise".into());
		}
		let samples = metering::elements(&shape);
		let result = if self.summary == Summary::None { shape.clone() } else { Vec::new() };
		let mut outputs = vec![TensorSpec::new(dtype, result)];
		let mut work = samples.saturating_mul(4 * MOVE + 4 * ARITHMETIC);
		// Labels, places, classes, and four tensors of losses and weights.
		let mut scratch = samples.saturating_mul(3 * 8 + 4 * 8 + 1);
		if self.softmax {
			work = work.saturating_add(metering::elements(&scores.shape).saturating_mul(2 * TRANSCENDENTAL));
			scratch = scratch.saturating_add(metering::bytes(scores));
		}
		if self.log_probabilities {
			outputs.push(scores.clone());
		}
		let call = Sizes { classes, positions: dim_product(positions)?, labels: shape };
		Ok(Plan { outputs, work, scratch, call })
	}

	fn run<T: TensorOps>(
		&self,
		sizes: Sizes,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let input = inputs.get(0)?;
		let scores = if self.softmax { ops.log_softmax(input, 1)? } else { input.clone() };
		let c = Compose::like(ops, input);
		let Samples { scores: places, classes, counted } =
			self.samples(&ops.to_host(inputs.get(1)?.clone())?, &sizes)?;

		let count = ops.spec(&scores).elements().unwrap_or(0);
		let places = ops.from_host(HostTensor::vector(places))?;
		let picked = ops.gather(&ops.reshape(&scores, &[count])?, &places, 0)?;
		let mut losses = ops.unary(Unary::Neg, &picked)?;
		let mut weights = match inputs.optional(2) {
			Some(weights) => {
				let weights = ops.gather(weights, &ops.from_host(HostTensor::vector(classes))?, 0)?;
				losses = c.mul(&losses, &weights)?;
				Some(weights)
			}
			None => None,
		};
		if let Some(counted) = counted {
			let counted = ops.from_host(HostTensor::vector(counted))?;
			let zero = c.scalar(0.0)?;
			losses = ops.select(&counted, &losses, &zero)?;
			let ones_or_weights = match weights {
				Some(weights) => weights,
				None => c.scalar(1.0)?,
			};
			weights = Some(ops.select(&counted, &ones_or_weights, &zero)?);
		}

		let sum = |x: &T::Tensor| ops.reduce(Reduction::Sum, x, &[0], false);
		let result = match (self.summary, weights) {
			(Summary::None, _) => ops.reshape(&losses, &sizes.labels)?,
			(Summary::Sum, _) => sum(&losses)?,
			(Summary::Mean, Some(weights)) => c.div(&sum(&losses)?, &sum(&weights)?)?,
			(Summary::Mean, None) => ops.reduce(Reduction::Mean, &losses, &[0], false)?,
		};
		Ok(if self.log_probabilities { vec![result, scores] } else { vec![result] })
	}
}
