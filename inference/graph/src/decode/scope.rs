//! Names, and the operator sets that are declared where they are.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	string::{String, ToString},
};

use super::Decoder;
use crate::{
	error::DecodeError,
	limits::{MAX_OPSET, MIN_OPSET},
	model::ValueId,
	onnx::{GraphProto, NodeProto, OperatorSetIdProto},
	operators,
};

/// The standard operator set's domain has two spellings.
pub(super) fn is_standard(domain: &str) -> bool {
	matches!(domain, "" | "ai.onnx")
}

/// Versions of operator sets by domain. Any may be declared, as exporters do without using them; operators that are not
/// supported are refused one by one.
#[derive(Clone, Debug)]
pub(super) struct Opsets(BTreeMap<String, i64>);

impl Opsets {
	/// Those of a model, which has to declare one that there are operators of: as a rule the standard one.
	pub(super) fn of_model(imports: &[OperatorSetIdProto]) -> Result<Self, DecodeError> {
		let opsets = Self::of_function(imports)?;
		let known = opsets.0.keys().any(|domain| operators::domain(domain).is_some());
		if known { Ok(opsets) } else { Err(DecodeError::OpsetMissing) }
	}

	/// Those of a function, which declares what its nodes use.
	pub(super) fn of_function(imports: &[OperatorSetIdProto]) -> Result<Self, DecodeError> {
		let mut versions = BTreeMap::new();
		for import in imports {
			let standard = is_standard(&import.domain);
			let domain = if standard { String::new() } else { import.domain.clone() };
			if standard && !(MIN_OPSET..=MAX_OPSET).contains(&import.version) {
				return Err(DecodeError::OpsetVersion(import.version));
			}
			if versions
				.insert(domain, import.version)
				.is_some_and(|other| standard && other != import.version)
			{
				return Err(DecodeError::OpsetConflict);
			}
		}
		Ok(Self(versions))
	}

	/// The version declared for a domain.
	pub(super) fn version(&self, domain: &str) -> Option<i64> {
		self.0.get(if is_standard(domain) { "" } else { domain }).copied()
	}

	/// The version of the standard set; the newest where it is not declared, and so not used.
	pub(super) fn standard(&self) -> i64 {
		self.version("").unwrap_or(MAX_OPSET)
	}
}

/// The names of one graph or function.
#[derive(Debug, Default)]
pub(super) struct Scope {
	/// What is defined so far; `None` for an input of a function that the call leaves out.
	names: BTreeMap<String, Option<ValueId>>,
	/// What its nodes define sooner or later.
	produced: BTreeSet<String>,
	/// Whether names further out are not visible here.
	sealed: bool,
}

impl Scope {
	/// An empty scope for a graph, in which names further out are visible.
	pub(super) fn of_graph(graph: &GraphProto) -> Self {
		Self { produced: produced(&graph.node), ..Self::default() }
	}

	/// A scope for a function: its inputs stand for these values, and nothing further out is visible.
	pub(super) fn of_function(names: BTreeMap<String, Option<ValueId>>, nodes: &[NodeProto]) -> Self {
		Self { names, produced: produced(nodes), sealed: true }
	}
}

fn produced(nodes: &[NodeProto]) -> BTreeSet<String> {
	nodes.iter().flat_map(|node| node.output.iter().cloned()).collect()
}

impl Decoder<'_> {
	/// Scopes from the innermost to the outermost whose names are visible.
	fn visible(&self) -> impl Iterator<Item = &Scope> {
		let sealed = self.scopes.iter().rposition(|scope| scope.sealed).unwrap_or_default();
		self.scopes.iter().skip(sealed).rev()
	}

	/// The value a name stands for: `None` if nothing defines it here, `Some(None)` if a call left it out.
	pub(super) fn resolve(&self, name: &str) -> Option<Option<ValueId>> {
		self.visible().find_map(|scope| scope.names.get(name).copied())
	}

	/// Whether a node defines this name, so that a reader of it is too early.
	pub(super) fn is_produced_later(&self, name: &str) -> bool {
		self.visible().any(|scope| scope.produced.contains(name))
	}

	/// Gives a name to a new value; `None` if the name is taken here or further out.
	pub(super) fn define(&mut self, name: &str) -> Option<ValueId> {
		let id = self.values;
		self.bind(name, id)?;
		self.values += 1;
		Some(id)
	}

	/// Gives a name to a value that exists; `None` if the name is taken.
	pub(super) fn bind(&mut self, name: &str, id: ValueId) -> Option<()> {
		if self.resolve(name).is_some() {
			return None;
		}
		self.scopes.last_mut()?.names.insert(name.to_string(), Some(id));
		Some(())
	}
}
