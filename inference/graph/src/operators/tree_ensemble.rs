//! `TreeEnsemble` of the domain `ai.onnx.ml`: decision trees whose leaves add up.

use alloc::{format, vec, vec::Vec};
use core::cmp::Ordering;

use assay_numerics::Real;

use super::{
	Family, NodeContext, Operator,
	attributes::Attributes,
	plan::{Inputs, Plan, Reason, Tensors, dim},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, MOVE},
	ops::{KernelError, TensorOps, Unary},
	tensor::{Element, HostTensor, TensorSpec},
};

/// What a node compares its feature with.
#[derive(Clone, Debug)]
enum Test {
	AtMost(f64),
	Below(f64),
	AtLeast(f64),
	Above(f64),
	Equal(f64),
	NotEqual(f64),
	/// Ascending numbers.
	Member(Vec<f64>),
}

impl Test {
	fn holds(&self, x: f64) -> bool {
		match self {
			Self::AtMost(split) => x <= *split,
			Self::Below(split) => x < *split,
			Self::AtLeast(split) => x >= *split,
			Self::Above(split) => x > *split,
			Self::Equal(split) => x == *split,
			Self::NotEqual(split) => x != *split,
			Self::Member(members) => {
				members.binary_search_by(|member| member.partial_cmp(&x).unwrap_or(Ordering::Less)).is_ok()
			}
		}
	}
}

/// Where a branch leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Child {
	Node(usize),
	Leaf(usize),
}

#[derive(Clone, Debug)]
struct TreeNode {
	feature: usize,
	test: Test,
	/// Whether a NaN takes the branch of a test that holds.
	missing_holds: bool,
	holds: Child,
	fails: Child,
}

/// How the leaves of all trees become a number for each target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aggregate {
	Average,
	Sum,
	Min,
	Max,
}

/// What is done with the numbers of a row in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PostTransform {
	None,
	Softmax,
	Logistic,
}

/// `TreeEnsemble`.
#[derive(Clone, Debug)]
pub(crate) struct TreeEnsemble {
	nodes: Vec<TreeNode>,
	/// Target and weight.
	leaves: Vec<(usize, f64)>,
	roots: Vec<usize>,
	targets: usize,
	/// Features that rows must have.
	features: usize,
	/// Nodes on the longest ways through all trees.
	depth: u64,
	aggregate: Aggregate,
	post: PostTransform,
}

/// A list of indices, each below `bound`.
fn indices(
	attributes: &mut Attributes,
	name: &'static str,
	bound: usize,
) -> Result<Vec<usize>, AttributeError> {
	let values = attributes.ints(name)?.ok_or(AttributeError::Missing(name))?;
	let index = |value| usize::try_from(value).ok().filter(|&index| index < bound);
	let indices: Option<Vec<usize>> = values.into_iter().map(index).collect();
	indices.ok_or_else(|| NodeContext::bad(name, &format!("each entry must be at least 0 and below {bound}")))
}

/// Floating-point numbers in a tensor, with their exact values.
fn doubles(attributes: &mut Attributes, name: &'static str) -> Result<Option<Vec<f64>>, AttributeError> {
	let Some(tensor) = attributes.tensor(name)? else { return Ok(None) };
	if !tensor.dtype().is_float() {
		return Err(NodeContext::bad(name, "must be a tensor of floats"));
	}
	Ok(tensor.cast(DType::F64).as_slice().map(<[f64]>::to_vec))
}

/// The tests of all nodes; sets of members follow each other in the order of their nodes, each ended by a NaN.
fn tests(attributes: &mut Attributes) -> Result<Vec<Test>, AttributeError> {
	let modes = attributes.tensor("nodes_modes")?.ok_or(AttributeError::Missing("nodes_modes"))?;
	let modes = modes.as_slice::<u8>().ok_or_else(|| NodeContext::bad("nodes_modes", "must be uint8"))?;
	let splits = doubles(attributes, "nodes_splits")?.ok_or(AttributeError::Missing("nodes_splits"))?;
	let members = doubles(attributes, "membership_values")?.unwrap_or_default();
	if splits.len() != modes.len() {
		return Err(NodeContext::bad("nodes_splits", "must have an entry for each node"));
	}
	let mut members = members.into_iter();
	modes
		.iter()
		.zip(splits)
		.map(|(mode, split)| {
			Ok(match mode {
				0 => Test::AtMost(split),
				1 => Test::Below(split),
				2 => Test::AtLeast(split),
				3 => Test::Above(split),
				4 => Test::Equal(split),
				5 => Test::NotEqual(split),
				6 => {
					let mut set: Vec<f64> = members.by_ref().take_while(|member| !member.is_nan()).collect();
					set.sort_unstable_by(f64::total_cmp);
					Test::Member(set)
				}
				_ => return Err(NodeContext::bad("nodes_modes", "a mode is 0 to 6")),
			})
		})
		.collect()
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let attributes = &mut node.attributes;
	let targets = attributes.int("n_targets")?.ok_or(AttributeError::Missing("n_targets"))?;
	let targets = dim(targets).map_err(|Reason(reason)| NodeContext::bad("n_targets", &reason))?;
	let weights = doubles(attributes, "leaf_weights")?.ok_or(AttributeError::Missing("leaf_weights"))?;
	let leaf_targets = indices(attributes, "leaf_targetids", targets)?;
	if leaf_targets.len() != weights.len() {
		return Err(NodeContext::bad("leaf_targetids", "must have an entry for each leaf"));
	}
	let tests = tests(attributes)?;
	let count = tests.len();
	let features = indices(attributes, "nodes_featureids", crate::limits::MAX_DIM)?;
	let missing = match attributes.ints("nodes_missing_value_tracks_true")? {
		Some(flags) => flags,
		None => vec![0; count],
	};
	let holds = children(attributes, ["nodes_trueleafs", "nodes_truenodeids"], count, weights.len())?;
	let fails = children(attributes, ["nodes_falseleafs", "nodes_falsenodeids"], count, weights.len())?;
	if features.len() != count || missing.len() != count {
		return Err(NodeContext::bad("nodes_featureids", "all lists of nodes must have one length"));
	}
	let branches = holds.into_iter().zip(fails);
	let nodes: Vec<TreeNode> = tests
		.into_iter()
		.zip(&features)
		.zip(missing.into_iter().zip(branches))
		.map(|((test, &feature), (missing, (holds, fails)))| TreeNode {
			feature,
			test,
			missing_holds: missing != 0,
			holds,
			fails,
		})
		.collect();
	let roots = indices(attributes, "tree_roots", count)?;
	let depth = depth(&nodes, &roots).ok_or_else(|| {
		NodeContext::bad(
			"tree_roots",
			"a node belongs to two branches or trees: the nodes from each root must be a tree of its own",
		)
	})?;
	let aggregate = match attributes.int("aggregate_function")?.unwrap_or(1) {
		0 => Aggregate::Average,
		1 => Aggregate::Sum,
		2 => Aggregate::Min,
		3 => Aggregate::Max,
		_ => return Err(NodeContext::bad("aggregate_function", "must be 0 to 3")),
	};
	let post = match attributes.int("post_transform")?.unwrap_or(0) {
		0 => PostTransform::None,
		1 => PostTransform::Softmax,
		2 => PostTransform::Logistic,
		_ => return Err(NodeContext::bad("post_transform", "must be 0 (none), 1 (softmax) or 2 (logistic)")),
	};
	attributes.ignore("nodes_hitrates");
	let features = features.iter().max().map_or(0, |&most| most.saturating_add(1));
	let leaves = leaf_targets.into_iter().zip(weights).collect();
	Ok(TreeEnsemble { nodes, leaves, roots, targets, features, depth, aggregate, post }.into())
}

/// Where one branch of every node leads.
fn children(
	attributes: &mut Attributes,
	[are_leaves, ids]: [&'static str; 2],
	nodes: usize,
	leaves: usize,
) -> Result<Vec<Child>, AttributeError> {
	let are_leaves = indices(attributes, are_leaves, 2)?;
	let list = indices(attributes, ids, nodes.max(leaves))?;
	if are_leaves.len() != nodes || list.len() != nodes {
		return Err(NodeContext::bad(ids, "all lists of nodes must have one length"));
	}
	let child = |(leaf, id)| match leaf {
		1 if id < leaves => Some(Child::Leaf(id)),
		0 if id < nodes => Some(Child::Node(id)),
		_ => None,
	};
	let children: Option<Vec<Child>> = are_leaves.into_iter().zip(list).map(child).collect();
	children.ok_or_else(|| NodeContext::bad(ids, "an entry is no index of a node or leaf"))
}

/// Length of the longest ways through all trees, one after the other; `None` if they are no trees.
fn depth(nodes: &[TreeNode], roots: &[usize]) -> Option<u64> {
	let mut total = 0u64;
	let mut taken = vec![false; nodes.len()];
	for &root in roots {
		let mut deepest = 0;
		let mut open = vec![(root, 1u64)];
		while let Some((at, depth)) = open.pop() {
			if core::mem::replace(taken.get_mut(at)?, true) {
				return None;
			}
			deepest = deepest.max(depth);
			let node = nodes.get(at)?;
			for child in [node.holds, node.fails] {
				if let Child::Node(child) = child {
					open.push((child, depth + 1));
				}
			}
		}
		total = total.saturating_add(deepest);
	}
	Some(total)
}

impl TreeEnsemble {
	/// The leaf a row comes to from a root.
	fn leaf(&self, root: usize, row: &[impl Real]) -> Option<(usize, f64)> {
		let mut at = root;
		loop {
			let node = self.nodes.get(at)?;
			let x = row.get(node.feature)?.to_f64();
			let holds = node.test.holds(x) || (node.missing_holds && x.is_nan());
			match if holds { node.holds } else { node.fails } {
				Child::Node(next) => at = next,
				Child::Leaf(leaf) => return self.leaves.get(leaf).copied(),
			}
		}
	}

	/// The numbers of all rows. Leaves are combined in the order of their trees.
	fn evaluate<E: Element + Real>(&self, x: &HostTensor, [rows, features]: [usize; 2]) -> Vec<E> {
		let start = match self.aggregate {
			Aggregate::Average | Aggregate::Sum => E::ZERO,
			Aggregate::Min => E::INFINITY,
			Aggregate::Max => E::NEG_INFINITY,
		};
		let x = x.as_slice::<E>().unwrap_or_default();
		let mut out = vec![start; rows.saturating_mul(self.targets)];
		for (row, out) in out.chunks_exact_mut(self.targets.max(1)).enumerate() {
			let row = x.get(row * features..(row + 1) * features).unwrap_or_default();
			for &root in &self.roots {
				let Some((target, weight)) = self.leaf(root, row) else { continue };
				let Some(value) = out.get_mut(target) else { continue };
				let weight = E::from_f64(weight);
				*value = match self.aggregate {
					Aggregate::Average | Aggregate::Sum => *value + weight,
					Aggregate::Min => value.minimum(weight),
					Aggregate::Max => value.maximum(weight),
				};
			}
			if self.aggregate == Aggregate::Average {
				out.iter_mut().for_each(|value| *value = *value / E::from_count(self.roots.len()));
			}
		}
		out
	}
}

impl Family for TreeEnsemble {
	/// Rows and features.
	type Call = [usize; 2];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<[usize; 2]>, Reason> {
		let dtype = inputs.common_real()?;
		let &[rows, features] = inputs.shape(0)? else {
			return Err(Reason(format!(
				"the input must have shape [rows, features], found {:?}",
				inputs.shape(0)?
			)));
		};
		if features < self.features {
			return Err(Reason(format!(
				"the trees look at {} features, the input has {features}",
				self.features
			)));
		}
		let output = TensorSpec::new(dtype, [rows, self.targets]);
		let ways = (rows as u64).saturating_mul(self.depth.saturating_add(1)).saturating_mul(2 * MOVE);
		let work = metering::elements(&output.shape).saturating_mul(2 * MOVE).saturating_add(ways);
		let scratch = metering::bytes(inputs.spec(0)?).saturating_add(metering::bytes(&output));
		Ok(Plan { scratch, ..Plan::new(output, work, [rows, features]) })
	}

	fn run<T: TensorOps>(
		&self,
		[rows, features]: [usize; 2],
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = ops.to_host(inputs.get(0)?.clone())?;
		let shape = [rows, self.targets];
		let table = if x.dtype() == DType::F64 {
			HostTensor::from_vec(shape, self.evaluate::<f64>(&x, [rows, features]))
		} else {
			HostTensor::from_vec(shape, self.evaluate::<f32>(&x, [rows, features]))
		};
		let table = ops.from_host(table.map_err(|error| KernelError::Backend(format!("{error}")))?)?;
		Ok(vec![match self.post {
			PostTransform::None => table,
			PostTransform::Softmax => ops.softmax(&table, 1)?,
			PostTransform::Logistic => ops.unary(Unary::Sigmoid, &table)?,
		}])
	}
}
