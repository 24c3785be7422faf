//! `TopK` and `Unique`: the order of elements.
//!
//! Numbers in ascending order, −0 equal to +0; every NaN equal to every other and greater than any number; `false` before
//! `true`.

use alloc::{format, vec, vec::Vec};
use core::cmp::Ordering;

use half::{bf16, f16};

use super::{
	NodeContext, Operator,
	host::{HostFamily, HostInputs, Split, table_bytes, tensor, with_types},
	plan::{self, Inputs, Plan, Reason, dim},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, MOVE},
	ops::KernelError,
	tensor::{Element, HostTensor, TensorSpec},
};

/// Elements in order.
pub(crate) trait Ordered: Element {
	fn order(self, other: Self) -> Ordering;
}

macro_rules! ordered {
	($($ty:ty),+) => {
		$(impl Ordered for $ty {
			fn order(self, other: Self) -> Ordering {
				self.cmp(&other)
			}
		})+
	};
}

macro_rules! ordered_floats {
	($($ty:ty),+) => {
		$(impl Ordered for $ty {
			fn order(self, other: Self) -> Ordering {
				self.partial_cmp(&other).unwrap_or_else(|| self.is_nan().cmp(&other.is_nan()))
			}
		})+
	};
}

ordered!(i8, i16, i32, i64, u8, u16, u32, u64, bool);
ordered_floats!(f32, f64, f16, bf16);

fn check_number(dtype: DType) -> Result<(), Reason> {
	if dtype.is_float() || dtype.is_integer() {
		return Ok(());
	}
	Err(Reason(wrong_dtype("the input", dtype, "a number")))
}

/// Comparisons that sorting so many elements may take.
pub(crate) fn sorting(count: u64) -> u64 {
	count.saturating_mul(u64::from(count.max(2).ilog2()) + 1)
}

/// `TopK`: the greatest or least elements of every line along an axis, in that order; of equals, the first come first.
#[derive(Clone, Debug)]
pub(crate) struct TopK {
	axis: i64,
	largest: bool,
	/// The number of elements, before operator set 10.
	k: Option<i64>,
}

pub(crate) fn parse_top_k(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let axis = attributes.int("axis")?.unwrap_or(-1);
	let k = match node.opset {
		..10 => Some(attributes.int("k")?.ok_or(AttributeError::Missing("k"))?),
		_ => None,
	};
	let mut largest = true;
	if node.opset >= 11 {
		largest = attributes.flag("largest", true)?;
		// Any order will do for elements that need not be sorted.
		attributes.ignore("sorted");
	}
	Ok(TopK { axis, largest, k }.into())
}

impl HostFamily for TopK {
	/// The input around the axis, and the shape of the outputs.
	type Call = (Split, usize, Vec<usize>);

	const HOST_INPUTS: &'static [usize] = &[1];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let x = inputs.spec(0)?;
		check_number(x.dtype)?;
		let axis = plan::axis(self.axis, x.shape.len())?;
		let k = match (self.k, inputs.ints(1)?.as_deref()) {
			(Some(k), _) | (None, Some(&[k])) => dim(k)?,
			_ => return Err("k must be one integer".into()),
		};
		let split = Split::new(&x.shape, axis);
		if k > split.len {
			return Err(Reason(format!("k is {k}, and the axis has {} elements", split.len)));
		}
		let mut shape = x.shape.clone();
		if let Some(dim) = shape.get_mut(axis) {
			*dim = k;
		}
		let work = metering::elements(&x.shape)
			.saturating_mul(MOVE)
			.saturating_add(sorting(metering::elements(&shape)).saturating_mul(MOVE));
		let outputs =
			vec![TensorSpec::new(x.dtype, shape.clone()), TensorSpec::new(DType::I64, shape.clone())];
		Ok(Plan { outputs, work, scratch: table_bytes(split.len as u64), call: (split, k, shape) })
	}

	fn compute(
		&self,
		(split, k, shape): Self::Call,
		inputs: HostInputs,
	) -> Result<Vec<HostTensor>, KernelError> {
		let x = inputs.get(0)?;
		with_types!(x.data(), [F32 F64 F16 BF16 I8 I16 I32 I64 U8 U16 U32 U64], values => {
			let (best, places) = top_k(values, split, k, self.largest);
			Ok(vec![tensor(&shape, best)?, tensor(&shape, places)?])
		})
	}
}

fn top_k<E: Ordered>(values: &[E], split: Split, k: usize, largest: bool) -> (Vec<E>, Vec<i64>) {
	let Split { len, inner, .. } = split;
	let mut best = vec![E::default(); split.outer * k * inner];
	let mut places = vec![0i64; best.len()];
	let mut order: Vec<usize> = Vec::with_capacity(len);
	for (line, start) in split.lines().enumerate() {
		let at = |index: usize| values.get(start + index * inner).copied().unwrap_or_default();
		let compare = |&a: &usize, &b: &usize| {
			let (first, second) = if largest { (b, a) } else { (a, b) };
			at(first).order(at(second)).then(a.cmp(&b))
		};
		order.clear();
		order.extend(0..len);
		// The best k to the front, then those in order.
		if k > 0 && k < len {
			order.select_nth_unstable_by(k - 1, compare);
		}
		order.truncate(k);
		order.sort_unstable_by(compare);
		let to = line / inner * k * inner + line % inner;
		for (rank, &index) in order.iter().enumerate() {
			if let (Some(best), Some(place)) =
				(best.get_mut(to + rank * inner), places.get_mut(to + rank * inner))
			{
				(*best, *place) = (at(index), index as i64);
			}
		}
	}
	(best, places)
}

/// `Unique`: the different elements, or the different parts along an axis.
#[derive(Clone, Debug)]
pub(crate) struct Unique {
	axis: Option<i64>,
	sorted: bool,
}

pub(crate) fn parse_unique(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let axis = node.attributes.int("axis")?;
	Ok(Unique { axis, sorted: node.attributes.flag("sorted", true)? }.into())
}

impl HostFamily for Unique {
	/// The input around the axis, and the shape of the first output with a dimension to be filled in: that of the axis.
	type Call = (Split, Vec<usize>, usize);

	const DATA_DEPENDENT: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let x = inputs.spec(0)?;
		if x.dtype != DType::Bool {
			check_number(x.dtype)?;
		}
		let (shape, axis) = match self.axis {
			Some(axis) => (x.shape.clone(), plan::axis(axis, x.shape.len())?),
			None => (vec![plan::dim_product(&x.shape)?], 0),
		};
		let split = Split::new(&shape, axis);
		let line = TensorSpec::new(DType::I64, [split.len]);
		let outputs = vec![TensorSpec::new(x.dtype, shape.clone()), line.clone(), line.clone(), line];
		let parts = (split.outer as u64).saturating_mul(split.inner as u64).max(1);
		let work = sorting(split.len as u64).saturating_mul(parts).saturating_mul(MOVE);
		let scratch = table_bytes(split.len as u64).saturating_mul(6);
		Ok(Plan { outputs, work, scratch, call: (split, shape, axis) })
	}

	fn compute(
		&self,
		(split, mut shape, axis): Self::Call,
		inputs: HostInputs,
	) -> Result<Vec<HostTensor>, KernelError> {
		let x = inputs.get(0)?;
		with_types!(x.data(), [F32 F64 F16 BF16 I8 I16 I32 I64 U8 U16 U32 U64 Bool], values => {
			let groups = groups(values, split, self.sorted);
			if let Some(dim) = shape.get_mut(axis) {
				*dim = groups.first.len();
			}
			let unique = parts(values, split, &groups.first);
			let places = |places: Vec<usize>| HostTensor::vector::<i64>(places.into_iter().map(|at| at as i64).collect());
			Ok(vec![tensor(&shape, unique)?, places(groups.first), places(groups.of), places(groups.counts)])
		})
	}
}

/// Equal parts along an axis.
struct Groups {
	/// The first part of each group.
	first: Vec<usize>,
	/// The group of each part.
	of: Vec<usize>,
	/// Number of parts in each group.
	counts: Vec<usize>,
}

/// Groups equal parts; the groups in the order of their parts if `sorted`, or else as they first appear.
fn groups<E: Ordered>(values: &[E], split: Split, sorted: bool) -> Groups {
	let at =
		|start: usize, index: usize| values.get(start + index * split.inner).copied().unwrap_or_default();
	let compare = |&a: &usize, &b: &usize| {
		split
			.lines()
			.map(|start| at(start, a).order(at(start, b)))
			.find(|order| order.is_ne())
			.unwrap_or(Ordering::Equal)
	};
	// Stable, so that the first of equals stays in front.
	let mut order: Vec<usize> = (0..split.len).collect();
	order.sort_by(compare);
	let mut runs: Vec<&[usize]> = order.chunk_by(|a, b| compare(a, b).is_eq()).collect();
	if !sorted {
		runs.sort_by_key(|run| run.first().copied());
	}
	let mut groups = Groups { first: Vec::new(), of: vec![0; split.len], counts: Vec::new() };
	for (group, run) in runs.into_iter().enumerate() {
		groups.first.extend(run.first());
		groups.counts.push(run.len());
		for &part in run {
			if let Some(of) = groups.of.get_mut(part) {
				*of = group;
			}
		}
	}
	groups
}

/// Some parts along an axis, in this order.
fn parts<E: Element>(values: &[E], split: Split, chosen: &[usize]) -> Vec<E> {
	let Split { outer, len, inner } = split;
	let mut out = Vec::with_capacity(outer.saturating_mul(chosen.len()).saturating_mul(inner));
	for at in 0..outer {
		for &part in chosen {
			out.extend(values.iter().skip((at * len + part) * inner).take(inner));
		}
	}
	out
}
