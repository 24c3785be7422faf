//! When values are read for the last time.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::ops::Range;

use super::constants::Constants;
use crate::{
	model::{Block, Node, NodeKind, ValueId},
	operators::chain,
};

/// Notes at every node of a list which values nobody reads after it. Only values in `own` are this list's business, and
/// of those not the constants, nor the `lasting` ones. Then which nodes may be executed together.
pub(super) fn settle(
	nodes: &mut [Node],
	own: &Range<ValueId>,
	constants: &Constants,
	lasting: impl Iterator<Item = ValueId>,
) {
	let lasting: BTreeSet<ValueId> = lasting.collect();
	let mut last: BTreeMap<ValueId, usize> = BTreeMap::new();
	for (index, node) in nodes.iter().enumerate() {
		for value in node.outputs.iter().flatten().copied().chain(reads(node)) {
			if own.contains(&value) && !constants.contains(value) && !lasting.contains(&value) {
				last.insert(value, index);
			}
		}
	}
	for (value, index) in last {
		if let Some(node) = nodes.get_mut(index) {
			node.dying.push(value);
		}
	}
	for index in 0..nodes.len() {
		let followers = nodes.get(index..).map_or(0, chain::followers);
		if let Some(node) = nodes.get_mut(index) {
			node.followers = followers;
		}
	}
}

/// The values a node reads, those that graphs inside it take from outside included.
pub(super) fn reads(node: &Node) -> Vec<ValueId> {
	let mut values: Vec<ValueId> = node.inputs.iter().flatten().copied().collect();
	if let NodeKind::Control(control) = &node.kind {
		control.blocks().for_each(|block| values.extend(&block.captures));
	}
	values
}

/// The values that nodes of a block, and its outputs, take from outside.
pub(super) fn captures(nodes: &[Node], outputs: &[ValueId], own: &Range<ValueId>) -> Vec<ValueId> {
	let read: BTreeSet<ValueId> = nodes.iter().flat_map(reads).chain(outputs.iter().copied()).collect();
	read.into_iter().filter(|value| !own.contains(value)).collect()
}

/// The values of a block that no node of it lets die: inputs that nobody reads, and outputs.
pub(super) fn remaining(block: &Block, own: &Range<ValueId>, constants: &Constants) -> Vec<ValueId> {
	let dead: BTreeSet<ValueId> = block.nodes.iter().flat_map(|node| node.dying.iter().copied()).collect();
	let outputs =
		block.outputs.iter().map(|(id, _)| *id).filter(|id| own.contains(id) && !constants.contains(*id));
	let candidates: BTreeSet<ValueId> = block.inputs.iter().copied().chain(outputs).collect();
	candidates.into_iter().filter(|value| !dead.contains(value)).collect()
}
