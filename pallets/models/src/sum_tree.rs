//! A Fenwick tree: draws one of `n` weighted leaves in O(log n) reads, and changes a weight in O(log n) writes.
//!
//! Leaves are numbered from 0, nodes from 1. Node `i` holds the sum of the `lowest_bit(i)` leaves that end with leaf
//! `i - 1`, so the tree needs as many nodes as leaves, and the last leaf can be dropped by dropping the last node: no
//! other node covers it. (P. M. Fenwick, "A new data structure for cumulative frequency tables", 1994.)
//!
//! The sum of all weights must fit a [`Balance`]; weights that are parts of one token's issuance do.

use assay_primitives::Balance;

/// Where the nodes are kept. A node that was never set is zero.
pub trait Nodes {
	/// Node `index`, counted from 1.
	fn get(&self, index: u32) -> Balance;
	/// Sets node `index`, counted from 1.
	fn set(&mut self, index: u32, sum: Balance);
	/// Forgets node `index`, counted from 1.
	fn remove(&mut self, index: u32);
}

fn lowest_bit(index: u32) -> u32 {
	index & index.wrapping_neg()
}

/// Appends a leaf to a tree of `len` leaves.
pub fn push(nodes: &mut impl Nodes, len: u32, weight: Balance) {
	let index = len.saturating_add(1);
	let mut sum = weight;
	let mut width = 1u32;
	// The children of a node are the nodes `width` before it, for each power of two below its own width.
	while width < lowest_bit(index) {
		sum = sum.saturating_add(nodes.get(index.saturating_sub(width)));
		width = width.saturating_mul(2);
	}
	nodes.set(index, sum);
}

/// Drops the last leaf of a tree of `len` leaves.
pub fn pop(nodes: &mut impl Nodes, len: u32) {
	nodes.remove(len);
}

/// Changes the weight of `leaf` in a tree of `len` leaves.
pub fn change(nodes: &mut impl Nodes, len: u32, leaf: u32, old: Balance, new: Balance) {
	let mut index = leaf.saturating_add(1);
	while index <= len {
		nodes.set(index, nodes.get(index).saturating_sub(old).saturating_add(new));
		match index.checked_add(lowest_bit(index)) {
			Some(parent) => index = parent,
			None => break,
		}
	}
}

/// The leaf that covers `target` when the weights are laid side by side from 0: the first whose weight, added to those
/// of all leaves before it, exceeds `target`. `None` when `target` is not below the sum of all weights.
pub fn find(nodes: &impl Nodes, len: u32, target: Balance) -> Option<u32> {
	let mut rest = target;
	let mut found = 0u32;
	let mut width = len.checked_ilog2().and_then(|log| 1u32.checked_shl(log)).unwrap_or(0);
	while width > 0 {
		let index = found.saturating_add(width);
		if index <= len {
			let sum = nodes.get(index);
			if sum <= rest {
				rest = rest.saturating_sub(sum);
				found = index;
			}
		}
		width /= 2;
	}
	(found < len).then_some(found)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::{cell::Cell, collections::BTreeMap};

	/// Nodes in memory that count how often they are read.
	#[derive(Default)]
	struct Memory {
		nodes: BTreeMap<u32, Balance>,
		reads: Cell<u32>,
	}

	impl Nodes for Memory {
		fn get(&self, index: u32) -> Balance {
			self.reads.set(self.reads.get() + 1);
			self.nodes.get(&index).copied().unwrap_or_default()
		}

		fn set(&mut self, index: u32, sum: Balance) {
			self.nodes.insert(index, sum);
		}

		fn remove(&mut self, index: u32) {
			self.nodes.remove(&index);
		}
	}

	fn build(weights: &[Balance]) -> Memory {
		let mut memory = Memory::default();
		for (len, weight) in weights.iter().enumerate() {
			push(&mut memory, len as u32, *weight);
		}
		memory
	}

	/// The definition: lay the weights side by side and look where `target` falls.
	fn linear_scan(weights: &[Balance], target: Balance) -> Option<u32> {
		let mut end = 0;
		weights
			.iter()
			.position(|weight| {
				end += weight;
				target < end
			})
			.map(|leaf| leaf as u32)
	}

	fn weights() -> impl Strategy<Value = Vec<Balance>> {
		prop::collection::vec(prop_oneof![1 => Just(0), 4 => 0..1_000u128], 0..70)
	}

	proptest! {
		#[test]
		fn find_should_equal_a_linear_scan(weights in weights(), target in 0..40_000u128) {
			let tree = build(&weights);
			prop_assert_eq!(find(&tree, weights.len() as u32, target), linear_scan(&weights, target));
		}

		#[test]
		fn tree_should_equal_a_rebuilt_one_after_any_changes(
			start in weights(),
			changes in prop::collection::vec((any::<prop::sample::Index>(), 0..1_000u128, 0..3u8), 0..60),
		) {
			let mut weights = start;
			let mut tree = build(&weights);
			for (place, weight, kind) in changes {
				let len = weights.len() as u32;
				match kind {
					0 => {
						push(&mut tree, len, weight);
						weights.push(weight);
					},
					1 if len > 0 => {
						let leaf = place.index(weights.len());
						change(&mut tree, len, leaf as u32, weights[leaf], weight);
						weights[leaf] = weight;
					},
					2 if len > 0 => {
						pop(&mut tree, len);
						weights.pop();
					},
					_ => {},
				}
				prop_assert_eq!(&tree.nodes, &build(&weights).nodes);
			}
		}

		#[test]
		fn find_should_read_no_more_than_the_depth(len in 1..5_000usize, target in 0..5_000u128) {
			let tree = build(&vec![1; len]);
			tree.reads.set(0);
			find(&tree, len as u32, target);
			prop_assert!(tree.reads.get() <= len.ilog2() + 1);
		}
	}

	#[test]
	fn each_leaf_should_be_found_as_often_as_its_weight() {
		let weights = [3, 0, 5, 1, 0, 0, 7];
		let tree = build(&weights);
		let mut found = [0; 7];
		for target in 0..16 {
			found[find(&tree, 7, target).expect("below the sum of 16") as usize] += 1;
		}
		assert_eq!(found, weights);
		assert_eq!(find(&tree, 7, 16), None);
	}

	#[test]
	fn change_should_end_at_the_last_index() {
		let mut tree = Memory::default();
		change(&mut tree, u32::MAX, u32::MAX - 1, 0, 5);
		assert_eq!(tree.nodes.get(&u32::MAX), Some(&5));
	}
}
