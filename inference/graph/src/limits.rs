//! Bounds on what a model file may make the decoder allocate.

/// Most dimensions of any tensor, in files and during execution.
pub const MAX_RANK: usize = 8;

/// Largest size of any one dimension. The same on 32- and 64-bit machines, so that both refuse the same shapes.
pub const MAX_DIM: usize = i32::MAX as usize;

/// Newest version of the file format understood.
pub const MAX_IR_VERSION: i64 = 13;

/// Oldest operator set understood. Before 7, the first with today's broadcasting rules, only the operators that exporters
/// of that time used.
pub const MIN_OPSET: i64 = 1;

/// Newest operator set understood.
pub const MAX_OPSET: i64 = 27;

/// Most graphs inside nodes, and functions called, around any node.
pub const MAX_NESTING: usize = 16;

/// What a model file may contain at most. Checked while walking over the encoded bytes, before anything is allocated
/// for their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
	/// Bytes of the file.
	pub file_bytes: u64,
	/// Bytes the decoded messages would take in memory: a small file can encode very many empty messages.
	pub decoded_bytes: u64,
	/// Nodes in all graphs, those that calls of functions stand for counted once per call.
	pub nodes: u64,
	/// Attributes of all nodes.
	pub attributes: u64,
	/// Messages nested in one another.
	pub depth: usize,
	/// Elements of one tensor.
	pub tensor_elements: u64,
	/// Bytes of all initialisers and constants together.
	pub initializer_bytes: u64,
}

impl Default for Limits {
	/// Room for networks of some hundred million parameters.
	fn default() -> Self {
		Self {
			file_bytes: 1 << 30,
			decoded_bytes: 3 << 29,
			nodes: 1 << 16,
			attributes: 1 << 20,
			depth: 40,
			tensor_elements: 1 << 28,
			initializer_bytes: 1 << 30,
		}
	}
}
