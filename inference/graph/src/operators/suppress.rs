//! `NonMaxSuppression`: the best of overlapping boxes.

use alloc::{format, vec, vec::Vec};

use assay_numerics::Box2;

use super::{
	NodeContext, Operator,
	host::{HostFamily, HostInputs, slice, table_bytes, tensor},
	order::{Ordered, sorting},
	plan::{Inputs, Plan, Reason},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{ARITHMETIC, MOVE},
	ops::KernelError,
	tensor::{HostTensor, TensorSpec},
};

/// Takes boxes in descending order of their scores (equals in ascending order of their indices, NaN scores last), each
/// unless it overlaps one already taken by more than a threshold, in every class for itself.
#[derive(Clone, Debug)]
pub(crate) struct NonMaxSuppression {
	/// Whether boxes are given by centre and size, not by two corners.
	centred: bool,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(NonMaxSuppression { centred: node.attributes.flag("center_point_box", false)? }.into())
}

/// Sizes and thresholds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Suppression {
	classes: usize,
	boxes: usize,
	/// Most boxes to take in a class.
	most: usize,
	overlap: f32,
	/// Scores must exceed it.
	score: Option<f32>,
}

impl HostFamily for NonMaxSuppression {
	type Call = Suppression;

	const DATA_DEPENDENT: bool = true;
	const HOST_INPUTS: &'static [usize] = &[2, 3, 4];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Suppression>, Reason> {
		let (boxes, scores) = (inputs.spec(0)?, inputs.spec(1)?);
		if let Some(other) = [boxes, scores].into_iter().find(|spec| spec.dtype != DType::F32) {
			return Err(Reason(wrong_dtype("an input", other.dtype, "float32")));
		}
		let (&[batch, count, 4], &[same_batch, classes, same_count]) =
			(boxes.shape.as_slice(), scores.shape.as_slice())
		else {
			return Err(Reason(format!(
				"boxes of shape {:?} and scores of shape {:?} do not fit",
				boxes.shape, scores.shape
			)));
		};
		if (batch, count) != (same_batch, same_count) {
			return Err(Reason(format!(
				"boxes of shape {:?} and scores of shape {:?} do not fit",
				boxes.shape, scores.shape
			)));
		}
		let most = match inputs.ints(2)?.as_deref() {
			None | Some(&[]) => 0,
			Some(&[most]) => usize::try_from(most).unwrap_or(0).min(count),
			Some(_) => return Err("the number of boxes must be one integer".into()),
		};
		let threshold = |index: usize| {
			if inputs.value(index).is_some_and(HostTensor::is_empty) { Ok(None) } else { inputs.float(index) }
		};
		let overlap = threshold(3)?.unwrap_or(0.0);
		let call = Suppression { classes, boxes: count, most, overlap, score: threshold(4)? };
		let lists = (batch as u64).saturating_mul(classes as u64);
		let bound = usize::try_from(lists.saturating_mul(most as u64)).unwrap_or(usize::MAX);
		let comparisons = (count as u64).saturating_mul(most as u64).saturating_mul(2 * ARITHMETIC);
		let work =
			sorting(count as u64).saturating_mul(MOVE).saturating_add(comparisons).saturating_mul(lists);
		let mut plan = Plan::new(TensorSpec::new(DType::I64, [bound, 3]), work, call);
		plan.scratch = table_bytes(count as u64).saturating_mul(3);
		Ok(plan)
	}

	fn compute(&self, call: Suppression, inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let (boxes, scores) = (slice::<f32>(inputs.get(0)?)?, slice::<f32>(inputs.get(1)?)?);
		let mut selected: Vec<i64> = Vec::new();
		if call.boxes > 0 && call.most > 0 {
			let batches = boxes
				.chunks_exact(call.boxes * 4)
				.zip(scores.chunks(call.boxes.saturating_mul(call.classes).max(1)));
			for (batch, (boxes, scores)) in batches.enumerate() {
				let boxes: Vec<Box2> =
					boxes.as_chunks::<4>().0.iter().map(|corners| self.to_box(*corners)).collect();
				for (class, scores) in scores.chunks_exact(call.boxes).enumerate() {
					let taken = call.take(&boxes, scores);
					selected.extend(
						taken.into_iter().flat_map(|index| [batch as i64, class as i64, index as i64]),
					);
				}
			}
		}
		Ok(vec![tensor(&[selected.len() / 3, 3], selected)?])
	}
}

impl NonMaxSuppression {
	fn to_box(&self, numbers: [f32; 4]) -> Box2 {
		if self.centred { Box2::from_centre(numbers) } else { Box2::from_corners(numbers) }
	}
}

impl Suppression {
	/// The indices of the boxes taken, best first.
	fn take(&self, boxes: &[Box2], scores: &[f32]) -> Vec<usize> {
		let mut candidates: Vec<(usize, f32, &Box2)> = scores
			.iter()
			.zip(boxes)
			.enumerate()
			.map(|(index, (&score, bounds))| (index, score, bounds))
			.filter(|&(_, score, _)| self.score.is_none_or(|threshold| score > threshold))
			.collect();
		candidates.sort_by(|a, b| {
			let (a, b) = (a.1, b.1);
			a.is_nan().cmp(&b.is_nan()).then(b.order(a))
		});
		let mut taken: Vec<(usize, &Box2)> = Vec::new();
		for (index, _, bounds) in candidates {
			if taken.len() == self.most {
				break;
			}
			if !taken.iter().any(|(_, other)| bounds.overlaps(other, self.overlap)) {
				taken.push((index, bounds));
			}
		}
		taken.into_iter().map(|(index, _)| index).collect()
	}
}
