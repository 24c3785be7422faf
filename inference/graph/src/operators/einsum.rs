//! `Einsum`: sums of products of elements, by named axes.
//!
//! Everything is planned from the shapes: each operand is brought into form (diagonals of repeated names, sums over names that
//! nobody else has), then the operands are multiplied from left to right, summing over the names that are not needed any more.

use alloc::{collections::BTreeMap, format, string::String, vec, vec::Vec};

use super::{
	Family, NodeContext, Operator,
	plan::{Inputs, Plan, Reason, Tensors, dim_product},
	slice::whole,
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	limits::MAX_RANK,
	metering::{self, ARITHMETIC, MOVE},
	ops::{AxisSlice, Binary, KernelError, Reduction, TensorOps},
	tensor::{HostTensor, TensorSpec, elements},
};

/// The name of an axis: a letter, or a place in the ellipsis, counted from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
	Ellipsis(usize),
	Letter(u8),
}

/// The names of an operand or of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
	before: Vec<u8>,
	/// The letters after an ellipsis; `None` without one.
	after: Option<Vec<u8>>,
}

/// `Einsum`.
#[derive(Clone, Debug)]
pub(crate) struct Einsum {
	operands: Vec<Term>,
	/// `None`: what the convention says.
	result: Option<Term>,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let equation = node.attributes.string("equation")?.ok_or(AttributeError::Missing("equation"))?;
	let bad =
		|| NodeContext::bad("equation", "must be like \"ij,jk->ik\": letters, commas, one arrow, ellipses");
	let equation: String = equation.chars().filter(|&c| c != ' ').collect();
	let (operands, result) = match equation.split_once("->") {
		Some((operands, result)) => (operands, Some(Term::parse(result).ok_or_else(bad)?)),
		None => (equation.as_str(), None),
	};
	let operands = operands.split(',').map(Term::parse).collect::<Option<Vec<_>>>().ok_or_else(bad)?;
	Ok(Einsum { operands, result }.into())
}

impl Term {
	fn parse(text: &str) -> Option<Self> {
		let letters =
			|text: &str| text.bytes().all(|c| c.is_ascii_alphabetic()).then(|| text.as_bytes().to_vec());
		match text.split_once("...") {
			Some((before, after)) => Some(Self { before: letters(before)?, after: Some(letters(after)?) }),
			None => Some(Self { before: letters(text)?, after: None }),
		}
	}

	/// Letters, without those the ellipsis stands for.
	fn letters(&self) -> usize {
		self.before.len() + self.after.as_ref().map_or(0, Vec::len)
	}

	/// Names of all axes, the ellipsis standing for so many.
	fn labels(&self, ellipsis: usize) -> Vec<Label> {
		let dots = if self.after.is_some() { ellipsis } else { 0 };
		let before = self.before.iter().copied().map(Label::Letter);
		let after = self.after.iter().flatten().copied().map(Label::Letter);
		before.chain((0..dots).rev().map(Label::Ellipsis)).chain(after).collect()
	}
}

/// What to do with a tensor.
#[derive(Clone, Debug, PartialEq)]
enum Step {
	Transpose(Vec<usize>),
	Reshape(Vec<usize>),
	Slice(Vec<AxisSlice>),
	Sum(Vec<usize>),
}

/// How two tensors become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Product {
	/// `[B, M, K] × [B, K, N]`.
	Matrix,
	/// `[B, M, 1] · [B, 1, N]`, nothing being summed.
	Elementwise,
	/// `[B, M, 1, K] · [B, 1, N, K]`, summed over the last axis: integers.
	Summed,
}

/// Multiplies the result so far with the next operand.
#[derive(Clone, Debug, PartialEq)]
struct Contraction {
	left: Vec<Step>,
	right: Vec<Step>,
	product: Product,
	shape: Vec<usize>,
}

/// Everything to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EinsumCall {
	operands: Vec<Vec<Step>>,
	contractions: Vec<Contraction>,
	last: Vec<Step>,
	/// The result, if a sum over nothing makes it zero.
	zeros: Option<TensorSpec>,
}

/// A tensor on its way: its names and sizes, and the steps so far.
#[derive(Clone, Debug)]
struct Operand {
	labels: Vec<Label>,
	shape: Vec<usize>,
	steps: Vec<Step>,
}

impl Operand {
	/// Takes the diagonal of axes with one name.
	fn diagonals(&mut self) -> Result<(), Reason> {
		while let Some((first, second)) = self.repeated() {
			let (Some(&label), Some(&size)) = (self.labels.get(first), self.shape.get(first)) else { break };
			if self.shape.get(second) != Some(&size) {
				return Err(Reason(format!(
					"axes of one name must have one size, found shape {:?}",
					self.shape
				)));
			}
			let rank = self.labels.len();
			let kept: Vec<usize> = (0..rank).filter(|axis| ![first, second].contains(axis)).collect();
			let mut labels: Vec<Label> =
				kept.iter().filter_map(|&axis| self.labels.get(axis).copied()).collect();
			let mut shape: Vec<usize> =
				kept.iter().filter_map(|&axis| self.shape.get(axis).copied()).collect();
			let square = dim_product(&[size, size])?;
			self.steps.push(Step::Transpose([kept.as_slice(), &[first, second]].concat()));
			self.steps.push(Step::Reshape([shape.as_slice(), &[square]].concat()));
			let mut slices = whole(&shape);
			slices.push(AxisSlice { start: 0, step: size as isize + 1, len: size });
			self.steps.push(Step::Slice(slices));
			labels.push(label);
			shape.push(size);
			(self.labels, self.shape) = (labels, shape);
		}
		Ok(())
	}

	/// Two axes with one name.
	fn repeated(&self) -> Option<(usize, usize)> {
		self.labels.iter().enumerate().find_map(|(second, label)| {
			let first = self.labels.iter().position(|other| other == label)?;
			(first < second).then_some((first, second))
		})
	}

	/// Drops axes of length 1 that others broadcast.
	fn squeeze(&mut self, sizes: &BTreeMap<Label, usize>) {
		let is_kept = |label: &Label, size: usize| size != 1 || sizes.get(label) == Some(&1);
		if self.labels.iter().zip(&self.shape).all(|(label, &size)| is_kept(label, size)) {
			return;
		}
		let kept = self.labels.iter().copied().zip(self.shape.iter().copied());
		(self.labels, self.shape) = kept.filter(|(label, size)| is_kept(label, *size)).unzip();
		self.steps.push(Step::Reshape(self.shape.clone()));
	}

	/// Sums over the axes that nobody needs.
	fn sum(&mut self, is_needed: impl Fn(&Label) -> bool) {
		let axes: Vec<usize> = self
			.labels
			.iter()
			.enumerate()
			.filter(|(_, label)| !is_needed(label))
			.map(|(axis, _)| axis)
			.collect();
		if axes.is_empty() {
			return;
		}
		let kept = self.labels.iter().copied().zip(self.shape.iter().copied());
		(self.labels, self.shape) = kept.filter(|(label, _)| is_needed(label)).unzip();
		self.steps.push(Step::Sum(axes));
	}

	/// Steps to get groups of axes, each group as one axis.
	fn grouped(&self, groups: &[&[Label]], shape: Vec<usize>) -> Vec<Step> {
		let order = groups.iter().flat_map(|group| group.iter());
		let permutation: Vec<usize> =
			order.filter_map(|label| self.labels.iter().position(|own| own == label)).collect();
		let mut steps = Vec::new();
		if !permutation.is_sorted() {
			steps.push(Step::Transpose(permutation));
		}
		if self.shape != shape || !steps.is_empty() {
			steps.push(Step::Reshape(shape));
		}
		steps
	}
}

/// Costs, and the bytes of everything in between.
#[derive(Default)]
struct Costs {
	work: u64,
	scratch: u64,
}

impl Costs {
	fn charge(&mut self, shape: &[usize], bytes_each: usize, weight: u64) {
		let elements = metering::elements(shape);
		self.work = self.work.saturating_add(elements.saturating_mul(weight));
		self.scratch = self.scratch.saturating_add(elements.saturating_mul(bytes_each as u64));
	}
}

impl Einsum {
	/// The operands with their names, the sizes of all names, and the names of the result.
	#[allow(clippy::type_complexity, reason = "three results of one walk over the equation")]
	fn resolve(
		&self,
		inputs: Inputs<'_>,
	) -> Result<(Vec<Operand>, BTreeMap<Label, usize>, Vec<Label>), Reason> {
		let shapes: Vec<&[usize]> = inputs.specs().map(|spec| spec.shape.as_slice()).collect();
		if shapes.len() != self.operands.len() {
			return Err(Reason(format!(
				"the equation has {} operands, the node {}",
				self.operands.len(),
				shapes.len()
			)));
		}
		let dots = |term: &Term, shape: &[usize]| shape.len().saturating_sub(term.letters());
		let with_dots = self.operands.iter().zip(&shapes).filter(|(term, _)| term.after.is_some());
		let ellipsis = with_dots.map(|(term, shape)| dots(term, shape)).max().unwrap_or(0);
		let mut sizes = BTreeMap::new();
		let mut operands = Vec::with_capacity(shapes.len());
		for (term, &shape) in self.operands.iter().zip(&shapes) {
			let labels = term.labels(dots(term, shape));
			if labels.len() != shape.len() {
				return Err(Reason(format!("the equation names {} axes of shape {shape:?}", labels.len())));
			}
			for (&label, &size) in labels.iter().zip(shape) {
				let known = sizes.entry(label).or_insert(size);
				if *known == 1 {
					*known = size;
				} else if size != *known && size != 1 {
					return Err(Reason(format!("an axis of the equation has the sizes {known} and {size}")));
				}
			}
			operands.push(Operand { labels, shape: shape.to_vec(), steps: Vec::new() });
		}
		let result = match &self.result {
			Some(term) => term.labels(ellipsis),
			None => {
				let count = |label: &Label| {
					operands
						.iter()
						.flat_map(|operand| &operand.labels)
						.filter(|&other| other == label)
						.count()
				};
				let once = sizes
					.keys()
					.filter(|label| matches!(label, Label::Letter(_)) && count(label) == 1)
					.copied();
				(0..ellipsis).rev().map(Label::Ellipsis).chain(once).collect()
			}
		};
		let known = result.iter().all(|label| sizes.contains_key(label));
		let distinct =
			result.iter().enumerate().all(|(at, label)| !result.iter().take(at).any(|other| other == label));
		let complete = (0..ellipsis).all(|at| result.contains(&Label::Ellipsis(at)));
		if !(known && distinct && complete) {
			return Err("the result of the equation must name axes of the operands, each once, and the ellipsis if there is one".into());
		}
		Ok((operands, sizes, result))
	}
}

/// Plans one multiplication.
fn contract(
	left: &Operand,
	right: &Operand,
	is_needed: impl Fn(&Label) -> bool,
	dtype: DType,
	costs: &mut Costs,
) -> Result<(Contraction, Operand), Reason> {
	let select = |operand: &Operand,
	              other: &Operand,
	              shared: bool,
	              needed: Option<bool>|
	 -> (Vec<Label>, Vec<usize>) {
		let axes = operand.labels.iter().copied().zip(operand.shape.iter().copied());
		let chosen = axes.filter(|(label, _)| {
			other.labels.contains(label) == shared && needed.is_none_or(|needed| is_needed(label) == needed)
		});
		chosen.unzip()
	};
	let (batch, batch_dims) = select(left, right, true, Some(true));
	let (summed, summed_dims) = select(left, right, true, Some(false));
	let (rows, row_dims) = select(left, right, false, None);
	let (columns, column_dims) = select(right, left, false, None);
	let [b, k, m, n] = [
		dim_product(&batch_dims)?,
		dim_product(&summed_dims)?,
		dim_product(&row_dims)?,
		dim_product(&column_dims)?,
	];
	let labels = [batch.as_slice(), &rows, &columns].concat();
	let shape = [batch_dims, row_dims, column_dims].concat();
	if labels.len() > MAX_RANK {
		return Err(Reason(format!(
			"a product in between would have {} dimensions, more than {MAX_RANK}",
			labels.len()
		)));
	}
	let product = match (summed.is_empty(), dtype.is_float()) {
		(true, _) => Product::Elementwise,
		(false, true) => Product::Matrix,
		(false, false) => Product::Summed,
	};
	let (left_order, left_shape) = ([batch.as_slice(), &rows, &summed], vec![b, m, k]);
	let (right_order, right_shape) = match product {
		Product::Matrix => ([batch.as_slice(), &summed, &columns], vec![b, k, n]),
		_ => ([batch.as_slice(), &columns, &summed], vec![b, n, k]),
	};
	let (left_shape, right_shape) = match product {
		Product::Matrix => (left_shape, right_shape),
		Product::Elementwise => (vec![b, m, 1], vec![b, 1, n]),
		Product::Summed => (vec![b, m, 1, k], vec![b, 1, n, k]),
	};
	let size = dtype.size();
	costs.charge(&left.shape, size, MOVE);
	costs.charge(&right.shape, size, MOVE);
	costs.charge(&shape, size, MOVE);
	match product {
		Product::Matrix => {
			costs.work = costs.work.saturating_add(metering::elements(&shape).saturating_mul(k as u64))
		}
		Product::Elementwise => {}
		Product::Summed => costs.charge(&[b, m, n, k], size, 2 * ARITHMETIC),
	}
	let contraction = Contraction {
		left: left.grouped(&left_order, left_shape),
		right: right.grouped(&right_order, right_shape),
		product,
		shape: shape.clone(),
	};
	Ok((contraction, Operand { labels, shape, steps: Vec::new() }))
}

impl Family for Einsum {
	type Call = EinsumCall;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<EinsumCall>, Reason> {
		let dtype = inputs.common_dtype()?;
		if !dtype.is_real() && !dtype.is_integer() {
			return Err(Reason(wrong_dtype("an input", dtype, "a number")));
		}
		let (mut operands, sizes, result) = self.resolve(inputs)?;
		let output: Vec<usize> = result.iter().filter_map(|label| sizes.get(label).copied()).collect();
		let output = TensorSpec::new(dtype, output);
		let mut costs = Costs::default();
		let empty = operands.iter().any(|operand| elements(&operand.shape) == Some(0));
		for index in 0..operands.len() {
			let elsewhere = |label: &Label| {
				let others = operands.iter().enumerate().filter(|(other, _)| *other != index);
				result.contains(label) || others.into_iter().any(|(_, other)| other.labels.contains(label))
			};
			let mut operand = operands.get(index).cloned().ok_or("an operand is missing")?;
			costs.charge(&operand.shape, 2 * dtype.size(), 2 * MOVE);
			operand.diagonals()?;
			operand.squeeze(&sizes);
			operand.sum(elsewhere);
			if let Some(slot) = operands.get_mut(index) {
				*slot = operand;
			}
		}
		let mut contractions = Vec::new();
		let mut rest = operands.iter();
		let mut current = rest.next().cloned().ok_or("the equation has no operands")?;
		while let Some(next) = rest.next() {
			let is_needed = |label: &Label| {
				result.contains(label) || rest.clone().any(|operand| operand.labels.contains(label))
			};
			let (contraction, product) = contract(&current, next, is_needed, dtype, &mut costs)?;
			contractions.push(contraction);
			current = product;
		}
		let last = current.grouped(&[&result], output.shape.clone());
		let zeros = empty.then(|| output.clone());
		let operands = operands.into_iter().map(|operand| operand.steps).collect();
		let mut plan = Plan::per_element(output, MOVE, EinsumCall { operands, contractions, last, zeros });
		plan.work = plan.work.saturating_add(costs.work);
		plan.scratch = costs.scratch;
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		call: EinsumCall,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		if let Some(TensorSpec { dtype, shape }) = call.zeros {
			let zero = ops.cast(&ops.from_host(HostTensor::scalar(false))?, dtype)?;
			return Ok(vec![ops.expand(&zero, &shape)?]);
		}
		let all = inputs.all();
		let mut tensors =
			all.into_iter().zip(&call.operands).map(|(tensor, steps)| follow(ops, tensor, steps));
		let mut current = tensors.next().ok_or_else(|| KernelError::Backend("no operands".into()))??;
		for (contraction, next) in call.contractions.iter().zip(tensors) {
			let (left, right) =
				(follow(ops, &current, &contraction.left)?, follow(ops, &next?, &contraction.right)?);
			let product = match contraction.product {
				Product::Matrix => ops.matmul(&left, &right)?,
				Product::Elementwise => ops.binary(Binary::Mul, &left, &right)?,
				Product::Summed => {
					let products = ops.binary(Binary::Mul, &left, &right)?;
					ops.reduce(Reduction::Sum, &products, &[3], false)?
				}
			};
			current = ops.reshape(&product, &contraction.shape)?;
		}
		Ok(vec![follow(ops, &current, &call.last)?])
	}
}

fn follow<T: TensorOps>(ops: &T, tensor: &T::Tensor, steps: &[Step]) -> Result<T::Tensor, KernelError> {
	steps.iter().try_fold(tensor.clone(), |tensor, step| match step {
		Step::Transpose(permutation) => ops.transpose(&tensor, permutation),
		Step::Reshape(shape) => ops.reshape(&tensor, shape),
		Step::Slice(slices) => ops.slice(&tensor, slices),
		Step::Sum(axes) => ops.reduce(Reduction::Sum, &tensor, axes, false),
	})
}
